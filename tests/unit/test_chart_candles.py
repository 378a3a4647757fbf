"""A chart's candles out of the archive and of this run, joined at one moment: nothing counts twice."""

from collections.abc import Sequence

import pytest

from tests.unit.candle_files import MONDAY, minute
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock
from xbtfx_tui.ui.chart.candle_cells import PriceBar, bar_of
from xbtfx_tui.ui.chart.chart_candles import chart_candles, placed


def tens(start: int, count: int) -> list[Candle]:
    return [
        Candle(start + 10 * n, 10, 5, 1000 + n, 1003 + n, 998 + n, 1001 + n, 2, 0, 10, 10)
        for n in range(count)
    ]


def chart(
    past: Sequence[Candle | Gap], recent: Sequence[Candle], timeframe: Timeframe = Timeframe.MINUTE
) -> list[Candle | Gap]:
    return chart_candles(past, recent, timeframe, UTC_CLOCK)


def test_what_the_archive_has_comes_before_what_this_run_saw() -> None:
    past: list[Candle | Gap] = [minute(MONDAY), Gap(MONDAY + 60, MONDAY + 120), minute(MONDAY + 120)]
    recent = tens(MONDAY + 180, 9)
    found = chart(past, recent)
    assert found == [
        *past,
        joined(recent[:6], MONDAY + 180, 60),
        joined(recent[6:], MONDAY + 240, 60),
    ]
    assert chart((), ()) == []


def test_a_gap_is_as_long_as_no_candle_tells_of_it() -> None:
    """What this run saw meanwhile, and what the file lacks yet, is none."""
    past: list[Candle | Gap] = [minute(MONDAY), Gap(MONDAY + 60, MONDAY + 240), minute(MONDAY + 240)]
    seen = joined(tens(MONDAY + 120, 6), MONDAY + 120, 60)
    assert chart(past, tens(MONDAY + 120, 6)) == [past[0], Gap(MONDAY + 60, MONDAY + 120), seen, past[2]]
    assert chart([past[0], Gap(MONDAY + 60, MONDAY + 120)], tens(MONDAY + 60, 6))[1:] == [
        joined(tens(MONDAY + 60, 6), MONDAY + 60, 60)
    ]


@pytest.mark.parametrize("written", range(7))
def test_what_both_know_counts_once(written: int) -> None:
    """The archive has the minute as far as it was written, the run all of it."""
    recent = tens(MONDAY, 6)
    past = [joined(recent[:written], MONDAY, 60)] if written else []
    assert chart(past, recent) == [joined(recent, MONDAY, 60)]


def test_a_minute_that_the_run_before_began_keeps_its_open() -> None:
    before = joined(tens(MONDAY, 3), MONDAY, 60)
    after = tens(MONDAY + 40, 2)
    (candle,) = chart([before], after)
    assert isinstance(candle, Candle)
    assert (candle.open, candle.close, candle.since, candle.until) == (1000, 1002, 0, 60)


def test_days_begin_by_the_clock() -> None:
    recent = tens(MONDAY - 7200 - 10, 3)
    found = chart_candles((), recent, Timeframe.DAY, day_clock("Europe/Athens"))
    assert [one.start for one in found] == [MONDAY - 7200 - 86_400, MONDAY - 7200]


def test_a_price_is_drawn_as_it_was_written() -> None:
    candle = Candle(MONDAY, 60, 2, 12_345_678, 12_345_679, 12_345_677, 12_345_678, 3, 0, 60, 60)
    assert bar_of(candle) == PriceBar(MONDAY, 123456.78, 123456.79, 123456.77, 123456.78)


def test_the_newest_walks_into_a_margin_and_then_the_picture_jumps() -> None:
    """Of 12 places 2 are the margin; what stands keeps its place until they are full."""
    starts = [float(start) for start in range(40)]
    first, blank = placed(starts[:20], 12, None)
    assert (first, blank) == (10, 0)
    for count in (21, 22):
        assert placed(starts[:count], 12, (starts[first], blank)) == (10, 0)
    assert placed(starts[:23], 12, (starts[first], blank)) == (13, 0)


def test_few_candles_stand_at_the_right_and_an_older_past_fills_the_left() -> None:
    assert placed([50.0], 12, None) == (0, 9)
    assert placed([50.0, 60.0], 12, (50.0, 9)) == (0, 9)
    assert placed([30.0, 40.0, 50.0, 60.0], 12, (50.0, 9)) == (0, 6)
    assert placed([50.0, 60.0], 12, (10.0, 0)) == (0, 8), "what stood there is gone"
