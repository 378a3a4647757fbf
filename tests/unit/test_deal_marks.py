"""Deals on their candles: which glyph, on which candle, and that each touches it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.candles import Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, PriceRange, cells_of_candle
from xbtfx_tui.ui.chart.deal_marks import (
    CandleMarks,
    TimedDeal,
    candle_end,
    deals_at,
    mark_cells,
    marks_of,
)

D = Decimal


def deal(at: float, side: Side = Side.BUY, entry: DealEntry | None = DealEntry.IN) -> TimedDeal:
    return TimedDeal(at, int(at), side, entry, D("0.10"), D("1.08"), D(0))


def bar(start: float, low: float = 2.0, high: float = 5.0) -> PriceBar:
    return PriceBar(start, low, high, low, high)


@pytest.mark.parametrize(
    ("deals", "above", "below"),
    [
        ([deal(60)], "", "▲"),
        ([deal(61, Side.SELL)], "▼", ""),
        ([deal(60, Side.SELL, DealEntry.OUT), deal(119.9, Side.BUY, DealEntry.OUT_BY)], "▽", "△"),
        ([deal(60, Side.SELL, DealEntry.IN_OUT)], "▼", ""),
        ([deal(60, Side.BUY, None)], "", "•"),
        ([deal(60 + n) for n in range(9)], "", "9"),
        ([deal(60 + n) for n in range(10)], "", "+"),
        ([deal(60), deal(61, Side.BUY, DealEntry.OUT), deal(62, Side.SELL)], "▼", "2"),
    ],
)
def test_what_stands_above_and_below(deals: list[TimedDeal], above: str, below: str) -> None:
    candles = [bar(0), bar(60), bar(120)]
    assert marks_of(deals, candles, Timeframe.MINUTE, UTC_CLOCK) == (CandleMarks(60, above, below),)


def test_a_deal_without_a_candle_is_drawn_nowhere() -> None:
    candles: list[PriceBar | Gap] = [bar(0), Gap(60, 120), bar(180)]
    deals = [deal(-1), deal(60), deal(119), deal(130), deal(240)]
    assert marks_of(deals, candles, Timeframe.MINUTE, UTC_CLOCK) == ()
    assert marks_of([], candles, Timeframe.MINUTE, UTC_CLOCK) == ()


def test_a_day_is_as_long_as_its_clock_says() -> None:
    new_york = day_clock("ny17")
    start, end = new_york.day(1_762_100_000)  # clocks go back on 2 November 2025
    assert candle_end(start, Timeframe.DAY, new_york) == end
    assert end - start == 25 * 3600
    late = [deal(end - 1)]
    assert marks_of(late, [bar(start)], Timeframe.DAY, new_york)[0].below == "▲"
    assert list(deals_at(late, start, end)) == late
    assert list(deals_at(late, start, end - 1)) == []


@given(
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(2, 12),
    st.sampled_from((1, 2, 4)),
)
def test_a_mark_touches_its_candle_whatever_the_prices(
    low: int, high: int, bottom: int, top: int, rows: int, pitch: int
) -> None:
    low, high = sorted((low, high))
    bottom, top = sorted((bottom, top))
    candle = bar(0.0, float(low), float(high))
    prices = PriceRange(float(bottom), float(top))
    first, texts = cells_of_candle(candle, prices, rows, pitch, Bodies.COLOURED)
    drawn = range(first, first + len(texts))
    cells = dict(zip("ab", mark_cells(CandleMarks(0.0, "▼", "▲"), candle, prices, rows), strict=True))
    (above, glyph), (below, other) = cells["a"], cells["b"]
    assert (glyph, other) == ("▼", "▲")
    assert 0 <= above < rows
    assert 0 <= below < rows
    assert above == drawn[0] - 1 or above == drawn[0] == 0
    assert below == drawn[-1] + 1 or below == drawn[-1] == rows - 1
