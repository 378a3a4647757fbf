"""What a chart says of the candle that is looked at, and of the time: words that fit. Pure.

Prices are the candle's own whole numbers written out: the read-out is what an export has.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.pip_size import in_pips, pips_of, points_text, signed_pips_text
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.timeframe_words import timeframe_words

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
BETWEEN = " · "


class ChartSaying(msgspec.Struct, frozen=True):
    """What the title says, and what the first rows of the chart say where the title has no room for it."""

    title: str
    above: tuple[str, ...] = ()


def price_words(candle: Candle, points: int, digits: int) -> str:
    """One of the candle's prices at the symbol's digits, and at more where it has more."""
    return f"{candle.price(points):.{max(digits, candle.scale)}f}"


def figures(candle: Candle, digits: int, spec: SymbolSpec | None = None) -> tuple[str, ...]:
    """`O 1.08123`, `H 1.08161`, `L 1.08097`, `C 1.08144`, and `+0.02%` from open to close; where that is too
    little to be seen, `0.00% +0.5 pips`."""
    four = ((candle.open, "O"), (candle.high, "H"), (candle.low, "L"), (candle.close, "C"))
    change = (
        f"{Decimal(candle.close - candle.open) / Decimal(candle.open) * 100:+.2f}%" if candle.open else ""
    )
    if change in ("-0.00%", "+0.00%"):
        change = " ".join(filter(None, ("0.00%", _small_change(candle, spec))))
    return (*(f"{name} {price_words(candle, points, digits)}" for points, name in four), change)


def _small_change(candle: Candle, spec: SymbolSpec | None) -> str:
    """In pips, or in points where the symbol has no pip that is known; nothing where it did not move."""
    moved = Decimal(candle.close - candle.open).scaleb(-candle.scale)
    if not moved or spec is None:
        return ""
    pips = pips_of(spec, moved)
    if pips is None:
        points = round(moved / spec.point)
        return f"{'+' if points > 0 else '-'}{points_text(abs(points))}"
    return in_pips(signed_pips_text(pips))


def moment_words(at: datetime, now: datetime | None, timeframe: Timeframe) -> str:
    """When a candle began, as exact as its timeframe asks for; the year where it is not that of `now`. Both
    times are by one clock."""
    day = f"{at.day} {at:%b}" if now is not None and at.year == now.year else f"{at.day} {at:%b %Y}"
    if timeframe.value >= Timeframe.DAY.value:
        return day
    return f"{day} {at:%H:%M:%S}" if timeframe is Timeframe.TEN_SECONDS else f"{day} {at:%H:%M}"


def no_candle_words(wanted: str, nearest: str, timeframe: Timeframe, longer: Timeframe | None) -> str:
    """That no candle of this length has the moment, which one is the nearest, and where one of another length
    has it (`longer`), which."""
    words = f"There is no candle of {timeframe_words(timeframe)} of {wanted}: the nearest is {nearest}"
    return f"{words}." if longer is None else f"{words}; candles of {timeframe_words(longer)} reach there."


def gap_words(since: datetime, until: datetime, now: datetime) -> str:
    """`no record 12:05 to 12:40`, with the days where they are not today's."""
    clock = "%H:%M" if since.second == until.second == 0 else "%H:%M:%S"
    first, last = f"{since:{clock}}", f"{until:{clock}}"
    if since.date() != now.date() or until.date() != now.date():
        first = f"{_day(since, now)} {first}"
        last = last if since.date() == until.date() else f"{_day(until, now)} {last}"
    return f"no record {first} to {last}"


def _day(at: datetime, now: datetime) -> str:
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def length_words(seconds: int) -> str:
    """`3 h 10`, `24 h`, `40 min`, `50 s`."""
    if seconds < _MINUTE:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // _MINUTE, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


def seen_words(seen: int, of: int) -> str:
    """`seen 3 h 10 of 24 h`: of a candle so many seconds of the others were watched."""
    return f"seen {length_words(seen)} of {length_words(of)}"


def back_words(seconds: float) -> str:
    """How long ago the newest in sight was over, in whole units: `2 h back`."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s back"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min back"
    if whole < 2 * _DAY:
        return f"{whole // _HOUR} h back"
    return f"{whole // _DAY} d back"


def closes_words(seconds: float, *, by_the_minute: bool = False) -> str:
    """How long a candle still forms: `closes in 2:41`, `closes in 3 min` where seconds cost too much."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    if days:
        return f"closes in {days} d {hours} h"
    if by_the_minute:
        return f"closes in {length_words(max(_MINUTE, whole // _MINUTE * _MINUTE))}"
    return f"closes in {hours}:{minutes:02}:{left:02}" if hours else f"closes in {minutes}:{left:02}"


def said(
    name: str,
    told: Sequence[str],
    readings: Sequence[tuple[str, ...]],
    width: int,
    columns: int,
    last: Sequence[str] = (),
) -> ChartSaying:
    """What goes where. `name` begins the title, of `width` columns; `told` (`2 h back`) follows as it fits,
    then `last`. `readings` are the read-out in lines, the fullest first: the title takes the first, else the
    first rows of the chart, of `columns`, the fullest that fits there."""
    if readings and len(readings[0]) == 1:
        whole = BETWEEN.join((name, *readings[0], *told))
        if len(whole) <= width:
            return ChartSaying(_as_fits(whole, last, width))
    title = _as_fits(name, (*told, *last), width)
    return ChartSaying(title, next((one for one in readings if max(map(len, one)) <= columns), ()))


def _as_fits(title: str, words: Sequence[str], width: int) -> str:
    for one in words:
        if len(title) + len(BETWEEN) + len(one) <= width:
            title += BETWEEN + one
    return title
