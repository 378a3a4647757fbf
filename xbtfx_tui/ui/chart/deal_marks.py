"""Deals on their candles: `▲` a buy and `▼` a sell that open, `△` and `▽` those that close, a digit for some
together. Pure.

Buys stand below their candle and sells above, and touch it. What was dealt at a time without a candle is
drawn nowhere.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

import msgspec

from xbtfx_tui.domain.candles import Gap, Timeframe
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.ui.chart.candle_cells import PriceBar, PriceRange

_IN = {Side.BUY: "▲", Side.SELL: "▼"}
_OUT = {Side.BUY: "△", Side.SELL: "▽"}
_MOST = 9
_MORE = "+"
"""Of more deals than a digit tells."""


class TimedDeal(msgspec.Struct, frozen=True):
    """A deal of the chart's symbol; `at` is unix seconds. `entry` None: what it did to its position is not
    known."""

    at: float
    ticket: int
    side: Side
    entry: DealEntry | None
    volume: Decimal
    price: Decimal
    profit: Decimal

    @property
    def glyph(self) -> str:
        """What it is drawn as. One that turned a position round has opened one; one of which nothing is known
        is a dot."""
        match self.entry:
            case None:
                return "•"
            case DealEntry.IN | DealEntry.IN_OUT:
                return _IN[self.side]
            case DealEntry.OUT | DealEntry.OUT_BY:
                return _OUT[self.side]


class CandleMarks(msgspec.Struct, frozen=True):
    """What stands at the candle that begins at `start` (unix seconds), one character each or none."""

    start: float
    above: str = ""
    below: str = ""


def candle_end(start: float, timeframe: Timeframe, clock: DayClock) -> float:
    """The moment after a candle (unix seconds)."""
    if timeframe.value >= Timeframe.FOUR_HOURS.value:
        return clock.bucket(int(start), timeframe)[1]
    return start + timeframe.value


def deals_at(deals: Sequence[TimedDeal], start: float, end: float) -> Sequence[TimedDeal]:
    """Those from `start` on and before `end` (unix seconds); `deals` are in order of time."""
    at = attrgetter("at")
    return deals[bisect_left(deals, start, key=at) : bisect_left(deals, end, key=at)]


def marks_of(
    deals: Sequence[TimedDeal], candles: Sequence[PriceBar | Gap], timeframe: Timeframe, clock: DayClock
) -> tuple[CandleMarks, ...]:
    """What stands at each of these candles of which there are deals; both are in order of time."""
    if not deals or not candles or deals[-1].at < candles[0].start:
        return ()
    found = []
    for candle in candles:
        if isinstance(candle, Gap):
            continue
        here = deals_at(deals, candle.start, candle_end(candle.start, timeframe, clock))
        if here:
            sides = (_together(here, side) for side in (Side.SELL, Side.BUY))
            found.append(CandleMarks(candle.start, *sides))
    return tuple(found)


def _together(deals: Sequence[TimedDeal], side: Side) -> str:
    glyphs = [deal.glyph for deal in deals if deal.side is side]
    if len(glyphs) <= 1:
        return "".join(glyphs)
    return str(len(glyphs)) if len(glyphs) <= _MOST else _MORE


def mark_cells(
    marks: CandleMarks, candle: PriceBar, prices: PriceRange, rows: int
) -> Iterator[tuple[int, str]]:
    """The row of each of a candle's marks, from the top: right above and right below what is drawn of it; at
    the picture's edges on its last cell."""
    last = 2 * rows - 1
    top, bottom = (max(0, min(prices.half_of(price, rows), last)) // 2 for price in (candle.high, candle.low))
    if marks.above:
        yield max(0, top - 1), marks.above
    if marks.below:
        yield min(rows - 1, bottom + 1), marks.below
