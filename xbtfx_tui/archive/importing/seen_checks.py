"""Whether a file's candles can be those of the symbol, beside what the archive holds. Pure.

A wrong clock shows where both tell the same time: the closes fit hours away. Another symbol shows by its
price.
"""

from collections.abc import Sequence
from statistics import median

from xbtfx_tui.archive.importing.candle_file import HOUR, MINUTE
from xbtfx_tui.archive.importing.file_forms import FileRefusedError
from xbtfx_tui.domain.candles import Candle

LEAST_MINUTES = 60
LEAST_HOURS = 12
_SHIFTS = range(-12, 13)
_CLEARLY = 3
"""A shift is the right one where the closes fit so many times better than as they stand."""

_NOISE_POINTS = 5
"""So far apart (in the last digit of the price) two feeds of one symbol may be."""

_OTHER_SYMBOL = 3


def refuse_other_clock(candles: Sequence[Candle], seen: Sequence[Candle], *, by_files: bool = False) -> None:
    """Raise FileRefusedError where the file's candles fit what is kept clearly better some hours away: what
    was watched, and `by_files` what other files told as well."""
    span = candles[0].span
    if span > HOUR:
        return
    least = LEAST_MINUTES if span == MINUTE else LEAST_HOURS
    live = {
        one.start: float(one.price(one.close))
        for one in seen
        if (one.is_watched or by_files) and not one.is_quiet and 2 * one.covered >= span
    }
    if len(live) < least:
        return
    told = [(one.start, float(one.price(one.close))) for one in candles]
    errors: dict[int, float] = {}
    for shift in _SHIFTS:
        apart = [abs(close - live[at]) for start, close in told if (at := start + shift * HOUR) in live]
        if len(apart) >= least:
            errors[shift] = median(apart)
    if 0 not in errors:
        return
    best = min(errors, key=lambda shift: (errors[shift], abs(shift)))
    noise = float(candles[0].price(_NOISE_POINTS))
    if best and errors[0] > noise and errors[best] * _CLEARLY < errors[0]:
        if by_files:
            raise FileRefusedError(
                f"Its candles fit what is kept if moved by {best} h: its times are of another clock, or an "
                "earlier file's were. Say which with --tz, or put the earlier one right with --over all."
            )
        raise FileRefusedError(
            f"Its candles fit what was seen live if moved by {best} h: its times are of another clock. "
            "Say which with --tz."
        )


def refuse_other_symbol(beside: Candle, known: Candle, symbol: str) -> None:
    """Raise FileRefusedError where the price of a file's candle is three times off that of the known candle
    which is nearest to it."""
    if known.is_quiet:
        return
    there, here = beside.price(beside.close), known.price(known.close)
    if not here / _OTHER_SYMBOL < there < here * _OTHER_SYMBOL:
        raise FileRefusedError(
            f"Its price is {there:f} where {symbol} is {here:f}: it seems to be of another symbol. "
            "Name the right one with --symbol; if it is the right one, take its newer years first."
        )
