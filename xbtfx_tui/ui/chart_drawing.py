"""Candles and price lines drawn by plotext into rows of (text, tint) runs. Knows no widget and no store.

plotext keeps one global figure: this module is its one owner, a lock guards it, and it is cleared before
each drawing. It takes about 10 ms for 40 candles and 40 ms for 150, so it is called off the event loop.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias

from xbtfx_tui.store.candles import Candle

TintedRun: TypeAlias = tuple[str, str]


class LevelKind(Enum):
    """What a horizontal line stands for; the value is its label on the axis."""

    NOW = "bid"
    OPEN = "open"
    SL = "sl"
    TP = "tp"


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line at a price."""

    kind: LevelKind
    price: float


@dataclass(frozen=True, slots=True)
class ChartOrder:
    """Everything one drawing depends on: equal orders give equal drawings."""

    candles: tuple[Candle, ...]
    levels: tuple[Level, ...]
    width: int
    height: int
    digits: int


_COLOURS = {LevelKind.NOW: "orange", LevelKind.OPEN: "blue", LevelKind.SL: "magenta", LevelKind.TP: "cyan"}
_TINTS = {"1": "down", "2": "up", "3": "accent", "4": "strong", "5": "error", "6": "good", "12": "muted"}
_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_TIME_TICK_EVERY = 14
_lock = threading.Lock()


def axis_width(order: ChartOrder) -> int:
    """Columns of the price axis: the widest price and the longest label before it."""
    highest = max((c.high for c in order.candles), default=1.0)
    return len(f"{highest:.{order.digits}f}") + len(" open ")


def candles_that_fit(width: int, digits: int, highest: float) -> int:
    """How many candles a chart of this width shows, one a column."""
    return max(1, width - len(f"{highest:.{digits}f}") - len(" open "))


def draw(order: ChartOrder) -> list[list[TintedRun]]:
    """The chart as rows of runs; each row is `width` columns."""
    with _lock:
        return [_runs(line) for line in _plot(order).splitlines()[: order.height]]


def _plot(order: ChartOrder) -> str:
    import plotext  # here: 110 ms that nobody should pay for before the first chart

    plotext.terminal.limit(False, False)  # the pane's size counts, not that of the terminal it believes in
    figure = plotext.figure
    figure.clear()
    figure.plot_size(order.width, order.height)
    candles = order.candles
    columns = candles_that_fit(order.width, order.digits, max(c.high for c in candles))
    low, high = _limits(order)
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
        if low <= level.price <= high:
            figure.line(level.price, yside="right", pixel=_COLOURS[level.kind])
    figure.axes(False)
    first = len(candles) - columns
    figure.ruler("x").lim(min(0, first), max(len(candles), columns) - 1 + min(0, first))
    figure.ruler("x").ticks(*_time_ticks(candles))
    figure.ruler("y", "right").lim(low, high)
    figure.ruler("y", "right").ticks(*_price_ticks(order, low, high))
    text: str = figure.build().string()
    return text


def _limits(order: ChartOrder) -> tuple[float, float]:
    """The price range: the candles and the lines near them; a far stop must not flatten the candles."""
    low = min(c.low for c in order.candles)
    high = max(c.high for c in order.candles)
    tick = 10.0**-order.digits
    reach = max(high - low, tick * 4)
    for level in order.levels:
        if low - reach <= level.price <= high + reach:
            low, high = min(low, level.price), max(high, level.price)
    margin = max((high - low) * 0.04, tick)
    return low - margin, high + margin


def _price_ticks(order: ChartOrder, low: float, high: float) -> tuple[list[float], list[str]]:
    rows = max(2, order.height - 1)
    per_row = (high - low) / (rows - 1)
    width = axis_width(order)
    ticks: dict[int, tuple[float, str]] = {}
    for level in order.levels:
        if low <= level.price <= high:
            row = round((level.price - low) / per_row)
            if row not in ticks or level.kind is LevelKind.NOW:
                label = f"{level.kind.value} {level.price:.{order.digits}f}"
                ticks[row] = (level.price, label.rjust(width))
    for row in range(rows - 1, -1, -max(3, rows // 5)):
        if not any(near in ticks for near in (row - 1, row, row + 1)):
            price = low + row * per_row
            ticks[row] = (price, f"{price:.{order.digits}f}".rjust(width))
    ordered = [ticks[row] for row in sorted(ticks)]
    return [price for price, _ in ordered], [label for _, label in ordered]


def _time_ticks(candles: Sequence[Candle]) -> tuple[list[int], list[str]]:
    positions = list(range(len(candles) - 1, -1, -_TIME_TICK_EVERY))[::-1]
    return positions, [datetime.fromtimestamp(candles[p].start, UTC).strftime("%H:%M") for p in positions]


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
