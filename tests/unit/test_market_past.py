"""What the paper exchange's symbols did before it began: one price, whole at every joint, whoever asks."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.domain.candle_folding import folded_down
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock
from xbtfx_tui.domain.trading_sessions import is_open
from xbtfx_tui.paper.market.instruments import INSTRUMENTS, build_instruments
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.market.market_past import FINE_HOURS, HOURS_BACK, MarketPast
from xbtfx_tui.paper.market.paper_market import PaperMarket
from xbtfx_tui.paper.market.tick_replay import RecordedTick, Replay

NOW = datetime(2026, 11, 12, 14, 35, 27, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 14, 9, 0, 0, tzinfo=UTC)
END = int(NOW.timestamp()) // 10 * 10
NEVER = 2**40
WALK, CROSS = "EURUSD", "EURGBP"


def past(
    seed: int = 7, hours: HoursMode = HoursMode.ALWAYS, now: datetime = NOW, count: int | None = None
) -> MarketPast:
    instruments = INSTRUMENTS if count is None else build_instruments(count)
    market = PaperMarket(instruments, seed, hours, start=now)
    first = {symbol: market.quote_of(symbol) for symbol in market.specs}
    return MarketPast(seed, market.specs, first, market.instruments)


PAST = past()
IN_HOURS = past(hours=HoursMode.REAL)


def prices(candle: Candle) -> tuple[int, int, int, int]:
    return candle.open, candle.high, candle.low, candle.close


def newest(symbol: str, timeframe: Timeframe, count: int, made: MarketPast = PAST) -> list[Candle]:
    return list(islice(made.candles(symbol, timeframe, NEVER, UTC_CLOCK), count))


def folded(candles: list[Candle], timeframe: Timeframe) -> Iterator[Candle]:
    return folded_down(iter(candles), lambda at: UTC_CLOCK.bucket(at, timeframe))


@pytest.mark.parametrize("timeframe", Timeframe)
@pytest.mark.parametrize("symbol", [WALK, CROSS, "BTCUSD", "XAUUSD"])
def test_it_ends_at_the_first_live_bid(symbol: str, timeframe: Timeframe) -> None:
    market = PaperMarket(INSTRUMENTS, 7, start=NOW)
    last = newest(symbol, timeframe, 1)[0]
    assert last.price(last.close) == market.quote_of(symbol).bid
    assert last.start < END <= last.end
    known = END - last.start
    assert (last.since, last.until) == ((0, 0) if last.end == END else (0, known))


@pytest.mark.parametrize("symbol", [WALK, CROSS])
@pytest.mark.parametrize("timeframe", list(Timeframe)[1:])
def test_a_longer_candle_is_what_the_shorter_ones_come_to(symbol: str, timeframe: Timeframe) -> None:
    shorter = list(Timeframe)[list(Timeframe).index(timeframe) - 1]
    longer = newest(symbol, timeframe, 5)
    count = sum(-(-(one.until or one.span) // shorter.value) for one in longer)
    parts = newest(symbol, shorter, count)
    if timeframe is Timeframe.HOUR:
        parts = newest(symbol, Timeframe.TEN_SECONDS, 360 * 5)  # steps are bridged into it
    for one, other in zip(longer[:4], folded(parts, timeframe), strict=False):
        assert (one.start, one.span, *prices(one)) == (other.start, other.span, *prices(other))


@given(st.integers(0, 10**6), st.sampled_from([WALK, CROSS]), st.integers(2, 99 * 24))
@settings(max_examples=examples(300))
def test_every_joint_is_exact(seed: int, symbol: str, hours_ago: int) -> None:
    """The end of an hour is the beginning of the next, and its steps touch its high and its low."""
    made = past(seed)
    before = END // 3600 * 3600 - hours_ago * 3600
    hour = next(made.candles(symbol, Timeframe.HOUR, before, UTC_CLOCK))
    later = next(made.candles(symbol, Timeframe.HOUR, before + 3600, UTC_CLOCK))
    steps = list(islice(made.candles(symbol, Timeframe.TEN_SECONDS, before, UTC_CLOCK), 360))[::-1]
    assert hour.close == later.open
    assert (steps[0].open, steps[-1].close) == (hour.open, hour.close)
    assert (max(one.high for one in steps), min(one.low for one in steps)) == (hour.high, hour.low)
    assert all(one.close == two.open for one, two in itertools.pairwise(steps))
    assert all(one.low <= min(one.open, one.close) <= max(one.open, one.close) <= one.high for one in steps)


@pytest.mark.parametrize("symbol", [WALK, CROSS])
def test_any_hour_alone_comes_out_the_same(symbol: str) -> None:
    before = END - 2 * 86_400
    whole = [one for one in newest(symbol, Timeframe.MINUTE, 60 * 24 * 3) if one.start < before][:90]
    assert list(islice(past().candles(symbol, Timeframe.MINUTE, before, UTC_CLOCK), 90)) == whole


def test_another_seed_is_another_past() -> None:
    def closes(seed: int) -> list[int]:
        return [one.close for one in newest(WALK, Timeframe.HOUR, 50, past(seed))]

    assert closes(7) == closes(7) != closes(8)


@pytest.mark.parametrize("symbol", ["EURGBP", "XAUEUR", "EURJPY"])
def test_a_cross_is_what_its_legs_come_to(symbol: str) -> None:
    instrument = PaperMarket(INSTRUMENTS, 7, start=NOW).instruments[symbol]
    legs = instrument.legs
    assert legs is not None
    for ago in (0, 17, 3_600, 86_411, 30 * 86_400, 99 * 86_400):
        at = END - ago
        bid = PAST.bid(symbol, at)
        made = legs.price(float(PAST.bid(legs.first, at)), float(PAST.bid(legs.second, at)))
        now = legs.price(float(PAST.bid(legs.first, END)), float(PAST.bid(legs.second, END)))
        assert float(bid) == pytest.approx(float(PAST.bid(symbol, END)) * made / now, rel=2e-5)


@pytest.mark.parametrize("symbol", ["EURUSD", "NDXUSD", "XAUUSD", "EURGBP", "AAPL"])
def test_it_rests_while_the_market_is_closed_and_moves_at_the_open(symbol: str) -> None:
    market = PaperMarket(INSTRUMENTS, 7, HoursMode.REAL, start=NOW)
    sessions = market.specs[symbol].trade_sessions
    candles = newest(symbol, Timeframe.MINUTE, 60 * 24 * 6, IN_HOURS)[::-1]
    assert candles
    assert all(is_open(sessions, datetime.fromtimestamp(one.start, UTC)) for one in candles)
    apart = [
        (one, two)
        for one, two in itertools.pairwise(candles)
        if two.start != one.end or one.close != two.open
    ]
    assert apart, "it closed meanwhile"
    assert all(two.start > one.end for one, two in apart), "and moves nowhere else"
    opens = candles.index(apart[-1][1])
    closed = IN_HOURS.bid(symbol, candles[opens].start - 30)
    assert closed == candles[opens - 1].price(candles[opens - 1].close)


@pytest.mark.parametrize("symbol", ["EURUSD", "EURGBP", "BTCUSD"])
def test_of_a_closed_market_it_ends_where_it_closed(symbol: str) -> None:
    market = PaperMarket(INSTRUMENTS, 7, HoursMode.REAL, start=SATURDAY)
    made = past(hours=HoursMode.REAL, now=SATURDAY)
    last = newest(symbol, Timeframe.TEN_SECONDS, 1, made)[0]
    assert last.end == market.quote_of(symbol).time_ms // 1000
    assert last.price(last.close) == market.quote_of(symbol).bid


def test_a_replays_past_ends_at_its_first_tick() -> None:
    bid, ask = (PAST.bid(WALK, END) + change for change in (0, 1))
    replay = Replay((RecordedTick(1_000, bid * 2, ask * 2), RecordedTick(2_000, bid, ask)))
    market = PaperMarket(INSTRUMENTS, 7, start=NOW, replays={WALK: replay})
    first = {symbol: market.quote_of(symbol) for symbol in market.specs}
    last = newest(WALK, Timeframe.MINUTE, 1, MarketPast(7, market.specs, first, market.instruments))[0]
    assert last.price(last.close) == bid * 2


def test_steps_go_back_for_100_days_and_hours_for_two_years() -> None:
    for timeframe, hours in ((Timeframe.QUARTER, FINE_HOURS), (Timeframe.HOUR, HOURS_BACK)):
        oldest = END // 3600 * 3600 - (hours - 1) * 3600
        found = list(PAST.candles(WALK, timeframe, oldest + 2 * timeframe.value, UTC_CLOCK))
        assert [one.start for one in found] == [oldest + timeframe.value, oldest]


def test_days_begin_by_the_clock() -> None:
    clock = day_clock("ny17")
    days = list(islice(PAST.candles(WALK, Timeframe.DAY, NEVER, clock), 120))
    assert all(clock.day(one.start) == (one.start, one.end) for one in days)


def test_what_nobody_describes_has_a_past_too() -> None:
    market = PaperMarket(INSTRUMENTS, 7, start=NOW)
    first = {symbol: market.quote_of(symbol) for symbol in market.specs}
    last = newest(WALK, Timeframe.HOUR, 120, MarketPast(7, market.specs, first, {}))
    assert last[0].price(last[0].close) == first[WALK].bid


def test_legs_that_are_not_there_let_a_cross_walk_by_itself() -> None:
    made = past(count=8)
    with pytest.raises(KeyError):
        made.bid("NOTHING", END)
    assert len(newest("XRPUSD", Timeframe.FOUR_HOURS, 120, made)) == 120
