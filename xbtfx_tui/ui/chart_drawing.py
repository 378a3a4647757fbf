"""Candles and price lines drawn by plotext into rows of (text, tint) runs. Knows no widget and no store.

plotext keeps one global figure: this module is its one owner, a lock guards it, and it is cleared before
each drawing. It takes about 10 ms for 40 candles and 60 ms for 110, so it is called off the event loop and
draws what stands; the candle that forms and the price of now are put over that by ui.chart_forming.
"""

import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from enum import Enum
from typing import NamedTuple, TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Candle

TintedRun: TypeAlias = tuple[str, str]


class PriceBar(NamedTuple):
    """A candle as it is drawn; `start` is unix seconds (UTC)."""

    start: float
    open: float
    high: float
    low: float
    close: float


def bar_of(candle: Candle) -> PriceBar:
    """The candle's prices as floats, each the one that was written."""
    unit = 10.0**candle.scale
    four = (candle.open, candle.high, candle.low, candle.close)
    return PriceBar(float(candle.start), *(points / unit for points in four))


class LevelKind(Enum):
    """What a horizontal line stands for; the value is its label on the axis."""

    OPEN = "open"
    SL = "sl"
    TP = "tp"


class Level(msgspec.Struct, frozen=True):
    """A horizontal line at a price."""

    kind: LevelKind
    price: float


class ChartOrder(msgspec.Struct, frozen=True):
    """Everything one drawing depends on: equal orders give equal drawings.

    `candles` are finished ones; the column after them is left to the one that forms, which began at `forms`
    (unix seconds, UTC). `low` and `high` are the prices of the lowest and the highest row. `zone` is that of
    the times below, None the machine's own.
    """

    candles: tuple[PriceBar, ...]
    forms: float
    levels: tuple[Level, ...]
    low: float
    high: float
    width: int
    height: int
    digits: int
    zone: tzinfo | None = UTC

    @property
    def rows(self) -> int:
        """Rows of prices: the last one is the time's."""
        return max(2, self.height - 1)

    @property
    def axis(self) -> int:
        """Columns of the price axis: the widest price and the longest label before it."""
        return len(f"{self.high:.{self.digits}f}") + len(" open ")

    def row_of(self, price: float) -> int:
        """The row of a price, from the top; it may lie outside. Of prices so large that a float can't tell
        them apart it is the middle one."""
        if self.high <= self.low:
            return self.rows // 2
        return self.rows - 1 - round((price - self.low) / (self.high - self.low) * (self.rows - 1))


_COLOURS = {LevelKind.OPEN: "blue", LevelKind.SL: "magenta", LevelKind.TP: "cyan"}
_TINTS = {"1": "down", "2": "up", "3": "accent", "4": "strong", "5": "error", "6": "good", "12": "muted"}
_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_TIME_TICK_EVERY = 14
_ROOM = 0.15
_lock = threading.Lock()


def candles_that_fit(width: int, digits: int, highest: float) -> int:
    """How many candles a chart of this width shows, one a column."""
    return max(1, width - len(f"{highest:.{digits}f}") - len(" open "))


def draw(order: ChartOrder) -> list[list[TintedRun]]:
    """The chart as rows of runs; each row is `width` columns."""
    with _lock:
        if not order.candles:
            return _bare(order)
        return [_runs(line) for line in _plot(order).splitlines()[: order.height]]


def _bare(order: ChartOrder) -> list[list[TintedRun]]:
    """Before the first candle is finished: the axis alone."""
    labels = {order.row_of(price): label for price, label in zip(*_price_ticks(order), strict=True)}
    blank = " " * (order.width - order.axis)
    return [[(blank + labels.get(row, "").rjust(order.axis), "text")] for row in range(order.rows)]


def _plot(order: ChartOrder) -> str:
    import plotext  # here: 110 ms that nobody should pay for before the first chart

    plotext.terminal.limit(False, False)  # the pane's size counts, not that of the terminal it believes in
    figure = plotext.figure
    figure.clear()
    figure.plot_size(order.width, order.height)
    candles = order.candles
    count = len(candles) + 1
    columns = order.width - order.axis
    figure.draw(
        figure.candlestick(
            {
                "date": list(range(len(candles))),
                "open": [c.open for c in candles],
                "high": [c.high for c in candles],
                "low": [c.low for c in candles],
                "close": [c.close for c in candles],
            },
            yside="right",
        )
    )
    for level in order.levels:
        if order.low <= level.price <= order.high:
            figure.line(level.price, yside="right", pixel=_COLOURS[level.kind])
    figure.axes(False)
    first = min(0, count - columns)
    figure.ruler("x").lim(first, max(count, columns) - 1 + first)
    figure.ruler("x").ticks(*_time_ticks([*(candle.start for candle in candles), order.forms], order.zone))
    figure.ruler("y", "right").lim(order.low, order.high)
    figure.ruler("y", "right").ticks(*_price_ticks(order))
    text: str = figure.build().string()
    return text


def limits(
    candles: Sequence[PriceBar], levels: Sequence[Level], digits: int, before: tuple[float, float] | None
) -> tuple[float, float]:
    """The price range: the candles and the lines near them; a far stop must not flatten the candles.

    `before` is the range of the last picture of the same candles: it is kept while everything is inside, and
    left with room to spare, so that a market that moves does not have all drawn anew at each tick.
    """
    low = min(candle.low for candle in candles)
    high = max(candle.high for candle in candles)
    if before is not None and before[0] <= low and high <= before[1]:
        return before
    tick = 10.0**-digits
    reach = max(high - low, tick * 4)
    room = reach * _ROOM if before is not None else 0.0
    for level in levels:
        if low - reach <= level.price <= high + reach:
            low, high = min(low, level.price), max(high, level.price)
    margin = max((high - low) * 0.04, tick)
    return low - margin - room, high + margin + room


def _price_ticks(order: ChartOrder) -> tuple[list[float], list[str]]:
    rows, low = order.rows, order.low
    per_row = (order.high - low) / (rows - 1)
    ticks: dict[int, tuple[float, str]] = {}
    for level in order.levels:
        if low <= level.price <= order.high:
            row = round((level.price - low) / per_row)
            label = f"{level.kind.value} {level.price:.{order.digits}f}"
            ticks.setdefault(row, (level.price, label.rjust(order.axis)))
    for row in range(rows - 1, -1, -max(3, rows // 5)):
        if not any(near in ticks for near in (row - 1, row, row + 1)):
            price = low + row * per_row
            ticks[row] = (price, f"{price:.{order.digits}f}".rjust(order.axis))
    ordered = [ticks[row] for row in sorted(ticks)]
    return [price for price, _ in ordered], [label for _, label in ordered]


def _time_ticks(starts: Sequence[float], zone: tzinfo | None) -> tuple[list[int], list[str]]:
    positions = list(range(len(starts) - 1, -1, -_TIME_TICK_EVERY))[::-1]
    return positions, [f"{datetime.fromtimestamp(starts[p], zone):%H:%M}" for p in positions]


def _runs(line: str) -> list[TintedRun]:
    runs: list[TintedRun] = []
    tint = "text"
    at = 0
    for match in _CODE.finditer(line):
        _append(runs, line[at : match.start()], tint)
        tint = _tint_after(match.group(1), tint)
        at = match.end()
    _append(runs, line[at:], tint)
    return runs


def _append(runs: list[TintedRun], text: str, tint: str) -> None:
    if not text:
        return
    if runs and runs[-1][1] == tint:
        runs[-1] = (runs[-1][0] + text, tint)
    else:
        runs.append((text, tint))


def _tint_after(code: str, tint: str) -> str:
    if code in ("", "0"):
        return "text"
    if code.startswith("38;5;"):
        return _TINTS.get(code.removeprefix("38;5;"), "text")
    return tint
