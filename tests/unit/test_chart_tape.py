"""What a chart reads of the past: enough around what is looked at, wherever that is, and never all of it."""

import asyncio
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.candle_files import DAY, HOUR, MONDAY, minute
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.ui.chart.chart_tape import ChartTape, needed, oldest_start, read_tape
from xbtfx_tui.ui.chart.chart_view import ChartView, ChartWindow, StandsAt, scrolled, settled

WEEKS = 3
NOW = MONDAY + WEEKS * 7 * DAY - 2 * DAY - HOUR
CAPACITY = 60


def trading_minutes() -> list[int]:
    """Three weeks, each until Friday's midnight."""
    days = [MONDAY + week * 7 * DAY + day * DAY for week in range(WEEKS) for day in range(5)]
    return [start for day in days for start in range(day, day + DAY, 60) if start < NOW]


STARTS = trading_minutes()


class Archive:
    """Minutes of three weeks; counts what was asked of it."""

    def __init__(self, starts: list[int] = STARTS) -> None:
        self.starts = starts
        self.reads = 0
        self.most = 0

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        end = bisect_left(self.starts, before)
        found = tuple(minute(start) for start in self.starts[max(0, end - count) : end])
        self.reads, self.most = self.reads + 1, max(self.most, len(found))
        return found


def tape_of(archive: Archive, view: ChartView, now: int = NOW) -> ChartTape:
    ask = needed(ChartTape("EURUSD", Timeframe.MINUTE), view, CAPACITY, now)
    assert ask is not None
    return asyncio.run(read_tape(archive.read, ask, now))


@given(st.integers(MONDAY - HOUR, NOW + HOUR))
def test_what_is_read_is_enough_and_not_asked_again(oldest: int) -> None:
    """On a weekend, before everything and after it, too: nothing is asked twice for nothing."""
    archive = Archive()
    view = ChartView(Timeframe.MINUTE, place=StandsAt(oldest))
    tape = tape_of(archive, view)
    assert needed(tape, view, CAPACITY, NOW) is None
    assert archive.most <= 10 * CAPACITY
    view, window = settled(view, [one.start for one in tape.places], CAPACITY, None)
    assert needed(tape, view, CAPACITY, NOW) is None
    expected = min((start for start in STARTS if start >= oldest), default=STARTS[-1])
    assert window.in_sight[0] == expected or window.shows_newest


async def test_all_of_it_can_be_walked_back_and_on_a_screen_at_a_time() -> None:
    archive = Archive()
    view, window = ChartView(Timeframe.MINUTE), ChartWindow(capacity=CAPACITY)
    tape = ChartTape("EURUSD", Timeframe.MINUTE)
    seen: list[int] = []
    for step in (-1, 1):
        for _ in range(len(STARTS) // CAPACITY + 3):
            if (ask := needed(tape, view, CAPACITY, NOW)) is not None:
                tape = await read_tape(archive.read, ask, NOW)
            view, window = settled(view, [one.start for one in tape.places], CAPACITY, window)
            seen += window.in_sight
            view = scrolled(view, window, step * CAPACITY)
        if step < 0:
            assert set(seen) == set(STARTS)
            seen = []
    assert set(seen) == set(STARTS)
    assert archive.most <= 10 * CAPACITY


@pytest.mark.parametrize("first", [0, 1, 4_711, len(STARTS) - 1])
async def test_the_oldest_candle_is_found(first: int) -> None:
    archive = Archive(STARTS[first:])
    assert await oldest_start(archive.read, "EURUSD", Timeframe.MINUTE, NOW) == STARTS[first]
    assert archive.reads < 40


async def test_an_empty_archive_is_read_once() -> None:
    archive = Archive([])
    assert await oldest_start(archive.read, "EURUSD", Timeframe.MINUTE, NOW) is None
    for view in (ChartView(Timeframe.MINUTE), ChartView(Timeframe.MINUTE, place=StandsAt(MONDAY))):
        ask = needed(ChartTape("EURUSD", Timeframe.MINUTE), view, CAPACITY, NOW)
        assert ask is not None
        tape = await read_tape(archive.read, ask, NOW)
        assert needed(tape, view, CAPACITY, NOW) is None
        assert tape.covers(view)


async def test_what_reaches_up_to_now_is_read_again_after_a_minute() -> None:
    view = ChartView(Timeframe.MINUTE)
    tape = await read_tape(Archive().read, needed(ChartTape("A", Timeframe.MINUTE), view, CAPACITY, NOW), NOW)  # type: ignore[arg-type]
    assert needed(tape, view, CAPACITY, NOW + 59) is None
    assert needed(tape, view, CAPACITY, NOW + 61) is not None
    assert needed(tape, view, CAPACITY, NOW - 5) is not None, "the clock was set back"
    longer = ChartView(Timeframe.HOUR)
    assert needed(tape, longer, CAPACITY, NOW) is not None


async def test_more_is_read_where_there_is_room_for_more() -> None:
    """Zoomed out, or in a window that was made wider, the picture is full again at once."""
    archive = Archive()
    for view in (ChartView(Timeframe.MINUTE), ChartView(Timeframe.MINUTE, place=StandsAt(STARTS[2000]))):
        ask = needed(ChartTape("EURUSD", Timeframe.MINUTE), view, CAPACITY, NOW)
        assert ask is not None
        tape = await read_tape(archive.read, ask, NOW)
        more = needed(tape, view, 4 * CAPACITY, NOW)
        assert more is not None
        wide = await read_tape(archive.read, more, NOW)
        assert needed(wide, view, 4 * CAPACITY, NOW) is None
        assert len(wide.places) >= 8 * CAPACITY
