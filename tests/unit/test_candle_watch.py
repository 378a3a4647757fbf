"""What is watched, from when to when, and what of it becomes a candle: nothing that nobody saw."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.candle_files import DAY, MONDAY, a_file, read
from tests.unit.watched_line import WatchedLine
from xbtfx_tui.archive.archive_keeper import PACK_AFTER, ArchiveKeeper
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import QuotesMissing, QuotesSeen, StreamDelayed, StreamDown
from xbtfx_tui.domain.symbol_spec import SessionSpan

TICKS = Path(__file__).parents[3] / "shared" / "ticks"


@pytest.fixture
def line() -> WatchedLine:
    """Up since the middle of a candle."""
    line = WatchedLine(MONDAY + 4.5)
    line.comes_up()
    return line


def test_candles_close_by_the_clock_with_what_was_seen(line: WatchedLine) -> None:
    line.passes(1.7)
    line.quotes(1.08001)
    line.quotes(1.08005)
    line.passes(10)
    line.quotes(1.08003)
    line.passes(20)
    first, second, quiet = line.candles
    assert (first.start, first.scale, first.open, first.high, first.close) == (
        MONDAY,
        5,
        108_001,
        108_005,
        108_005,
    )
    assert line.told() == [(0, 2, 6, 10), (10, 1, 0, 10), (20, 0, 0, 10)]
    assert quiet.is_quiet
    assert second.price(second.close) == Decimal("1.08003")
    assert all(one.is_fine for one in line.closed)


def test_nothing_is_watched_before_its_first_quote_here(line: WatchedLine) -> None:
    line.passes(60)
    assert line.closed == []


def test_a_tick_right_after_the_candle_does_not_change_it(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.clock.passes(5.51)  # the timer is late, and the stream was faster
    line.quotes(1.09)
    line.looks()
    (candle,) = line.candles
    assert (candle.high, candle.ticks) == (108_001, 1)


def test_a_lost_stream_ends_what_was_seen_and_a_new_line_begins_with_its_own_quote(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.passes(8)
    line.quotes(1.08002)
    line.takes(StreamDown("gone", 1.0))
    line.passes(20)
    line.comes_up()
    line.passes(3)
    line.quotes(1.08003)
    line.passes(10)
    assert line.told() == [(0, 1, 4, 10), (10, 1, 0, 3), (30, 1, 5, 10)]


def test_a_line_that_holds_quotes_up_is_not_watched(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.passes(8)
    line.takes(StreamDelayed(7.0))
    line.quotes(1.08002)
    line.passes(10)
    line.takes(StreamDelayed(0.0))
    line.passes(10)
    line.quotes(1.08003)
    line.passes(10)
    assert line.told() == [(0, 1, 4, 10), (10, 0, 0, 1), (30, 1, 2, 10)], "until it was last heard in time"


def test_what_is_not_subscribed_or_does_not_come_is_not_watched(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.passes(10)
    line.subscribed = frozenset({"GBPUSD"})
    line.passes(20)
    line.subscribed = frozenset({"EURUSD"})
    line.quotes(1.08002)
    line.passes(10)
    assert line.told() == [(0, 1, 4, 10), (30, 1, 4, 10)], "since when it was not is not known"
    line.takes(QuotesMissing(frozenset({"EURUSD"})))
    line.passes(30)
    assert len(line.closed) == 2


def test_until_the_servers_clock_is_measured_nothing_counts() -> None:
    line = WatchedLine(MONDAY + 4.5, measured=False)
    line.comes_up()
    line.quotes(1.08001)
    line.passes(10)
    line.hears_a_date()
    line.passes(10)
    line.quotes(1.08002)
    line.passes(10)
    assert line.told() == [(0, 1, 0, 10)]
    assert line.candles[0].start == MONDAY + 20, "the first of which every tick was judged"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0.4, [(0, 2, 2, 10), (10, 0, 0, 10)]),
        (4.0, [(0, 2, 2, 10), (10, 0, 0, 10)]),
        (50.0, [(0, 0, 0, 10)]),
        (2 * 86_400.0, [(0, 0, 0, 10)]),
        (None, [(0, 0, 0, 10)]),
    ],
)
def test_a_quote_from_before_the_first_answer_counts_where_its_own_time_is_of_now(
    age: float | None, expected: list[tuple[int, int, int, int]]
) -> None:
    """At the start the stream is faster than any answer with a Date."""
    line = WatchedLine(MONDAY + 2.0, measured=False, looked=False)
    line.comes_up()
    now = datetime.fromtimestamp(MONDAY + 2.0, UTC)
    line.quotes(1.08001, time=None if age is None else now - timedelta(seconds=age - 0.001))
    line.clock.passes(0.5)
    line.hears_a_date()
    line.looks()
    line.clock.passes(0.5)
    line.quotes(1.08002)
    line.passes(18)
    assert line.told() == expected


def test_a_price_of_rest_is_never_kept(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.passes(13)
    line.told_by_rest(1.09)
    line.passes(10)
    assert [one.ticks for one in line.candles] == [1, 0]


@pytest.mark.parametrize("bid", [0.0, -1.0])
def test_what_is_no_price_is_never_kept(line: WatchedLine, bid: float) -> None:
    line.quotes(bid)
    line.passes(10)
    assert not [one for one in line.candles if not one.is_quiet]


def test_nothing_is_kept_while_the_market_is_closed(line: WatchedLine) -> None:
    line.trades_in(SessionSpan(0, 0, 1), SessionSpan(0, 3, 4))  # Monday, the first and the fourth minute
    for _ in range(30):
        line.quotes(1.08001)
        line.passes(10)
    starts = {(one.start - MONDAY) // 60 for one in line.candles}
    assert starts == {0, 3}


def test_what_came_while_it_stood_still_is_of_no_known_time(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.passes(10)
    line.clock.passes(37)
    line.quotes(1.09)
    line.looks()
    line.passes(20)
    assert [one.start - MONDAY for one in line.candles] == [0, 50, 60]


@pytest.mark.parametrize("leap", [-95.0, 95.0])
def test_a_clock_that_is_set_makes_no_candle_of_the_leap(line: WatchedLine, leap: float) -> None:
    line.quotes(1.08001)
    line.passes(10)
    line.clock.wall_is(line.clock.now().wall + leap)
    line.looks()
    before = len(line.closed)
    line.passes(10.2)
    (candle,) = line.candles[before:]
    assert candle.start == (line.clock.now().wall - 10) // 10 * 10
    assert candle.since > 0


def test_a_timer_that_is_early_by_a_hair_costs_nothing(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.clock.passes(5.4999)
    line.looks()
    line.clock.passes(0.0001)
    line.looks()
    line.quotes(1.08001)
    assert line.told() == [(0, 1, 4, 10)]


def test_what_forms_is_kept_at_the_end(line: WatchedLine) -> None:
    line.passes(7)
    line.quotes(1.08001)
    line.passes(2.2)
    line.watch.interrupt(line.clock.now())
    assert line.told() == [(0, 1, 1, 2)], "until the line was last heard"


def test_a_dead_line_is_no_quiet_market(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.is_lively = False
    line.passes(35)
    assert line.closed == [], "nobody knows yet"
    line.takes(StreamDown("no answer for 35 s", 1.0))
    assert line.told() == [(0, 1, 4, 5)]


def test_a_quiet_market_is_no_dead_line(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.is_lively = False
    line.passes(28)
    line.quotes(1.08002)
    assert line.told() == [(0, 1, 4, 10), (10, 0, 0, 10), (20, 0, 0, 10)], "one quote proves all before it"
    line.passes(80)
    assert line.told()[3:] == [(30, 1, 0, 10), (40, 0, 0, 10), (50, 0, 0, 10), (60, 0, 0, 10)], (
        "and pongs what is long past, or it were down"
    )


def test_an_end_right_after_a_candle_keeps_that_one_too(line: WatchedLine) -> None:
    line.quotes(1.08001)
    line.clock.passes(5.51)
    line.quotes(1.08002)
    line.takes(StreamDown("gone", 1.0))
    assert line.told() == [(0, 1, 4, 10), (10, 1, 0, 1)]


def test_a_quote_that_was_on_its_way_at_the_end_is_in_its_candle(line: WatchedLine) -> None:
    line.clock.passes(5.49)
    received = line.clock.now()
    line.passes(0.04)
    line.takes(QuotesSeen((Quote("EURUSD", 1.08001, 1.0801),), received))
    line.passes(10)
    assert line.told() == [(0, 1, 9, 10)]


# --- against what there was ---


def by_hand(
    ticks: list[tuple[float, str]], seconds: int
) -> dict[int, tuple[Decimal, Decimal, Decimal, Decimal, int]]:
    """Open, high, low, close and count by start, straight from the ticks."""
    bars: dict[int, list[Decimal]] = {}
    for at, bid in ticks:
        bars.setdefault(int(at // seconds) * seconds, []).append(Decimal(bid))
    return {
        start: (prices[0], max(prices), min(prices), prices[-1], len(prices))
        for start, prices in bars.items()
    }


@pytest.mark.parametrize("file", ["EURUSD-2020-01-01.csv", "BTCUSD-2021-01-08.csv", "USDJPY-2019-01-01.csv"])
def test_recorded_ticks_make_the_candles_that_they_make_by_hand(tmp_path: Path, file: str) -> None:
    path = TICKS / file
    if not path.exists():
        pytest.skip(f"there are no recorded ticks at {path}")
    with path.open(newline="") as opened:
        ticks = [(int(row["time_ms"]) / 1000, row["bid"]) for row in csv.DictReader(opened)]
    line = WatchedLine(ticks[0][0] // 60 * 60 - 9)
    line.comes_up()
    archive, connection = a_file(tmp_path)
    connection.close()
    keeper = ArchiveKeeper(archive, UTC_CLOCK, Retention(), print)
    for at, bid in ticks:
        line.passes(at - line.clock.now().wall)
        line.quotes(float(bid))
        if len(line.closed) > 500:  # at odd moments, in the middle of minutes
            keeper.turn(line.closed, at)
            line.closed.clear()
    line.passes(7200 + PACK_AFTER)
    assert keeper.turn(line.closed, line.clock.now().wall)
    keeper.close()
    for timeframe in (Timeframe.TEN_SECONDS, Timeframe.MINUTE, Timeframe.FIVE_MINUTES, Timeframe.HOUR):
        found = read(archive, timeframe, int(ticks[-1][0]) + DAY, 10_000)
        candles = [one for one in found if isinstance(one, Candle)]
        assert {
            one.start: (*map(one.price, (one.open, one.high, one.low, one.close)), one.ticks)
            for one in candles
        } == by_hand(ticks, timeframe.value)
        assert len(candles) == len(found), "it was watched all the time"
        assert all(one.covered == one.span for one in candles[1:-1])
