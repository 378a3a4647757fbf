"""The board's short way for the ordinary quote decides as the domain does, whatever times and prices come."""

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quote_plausibility import (
    OLD_AFTER,
    BorneOut,
    Jump,
    Reach,
    Timing,
    believed,
    is_ahead,
    timing,
)
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.store_events import Dialect, QuotesSeen
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.latest_quotes import Fresh, QuoteBoard, Stale
from xbtfx_tui.store.quote_slot import ALWAYS

SERVER = datetime(2026, 1, 1, tzinfo=UTC)
LIVE = FeedLive(Dialect.CURRENT)

near_times = st.floats(-8.0, 3.0)
offsets = st.one_of(near_times, near_times.map(math.floor), st.floats(-4000.0, 4000.0))
absurd = st.sampled_from([datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1970, 2100, 9999)])
steps = st.floats(-0.004, 0.004)
shares = st.one_of(steps, steps, steps, st.floats(-0.03, 0.03), st.sampled_from([-0.9999, -2.0, 0.2, 1e9]))


class Comes:
    """A quote that comes `after` seconds, at a time of its own and a price beside the last near one."""

    def __init__(self, after: float, off: float | datetime | None, share: float, spread: float) -> None:
        self.after, self.off, self.share, self.spread = after, off, share, spread

    def __repr__(self) -> str:
        return f"Comes({self.after}, {self.off!r}, {self.share}, {self.spread})"


comings = st.builds(
    Comes,
    st.sampled_from([0.0, 0.001, 0.2, 0.3, 1.9, 2.1, 6.0]),
    st.one_of(st.just(0.0), offsets, st.none(), absurd),
    shares,
    st.sampled_from([0.0, 0.0001, 0.0001, 0.02, -0.001]),
)


class Slow:
    """The same, told by the domain alone, a quote at a time."""

    def __init__(self) -> None:
        self.quote: Quote | None = None
        self.time = ALWAYS
        self.jump: Jump | None = None

    def see(self, quote: Quote, received: Instant, server: ServerTime) -> None:
        if self.quote is None:
            self.quote, self.time = quote, quote.time or ALWAYS
            return
        found = timing(quote.time, self.time, received, server)
        if found is Timing.NOT_LATER:
            return
        if quote.time is not None and (quote.time > self.time or is_ahead(self.time, received, server)):
            self.time = quote.time
        told = believed(quote, self.quote, self.jump, received.monotonic)
        self.jump = told.jump if isinstance(told, BorneOut) else told if isinstance(told, Jump) else None
        self.quote = quote


@given(st.lists(comings, max_size=40), st.booleans())
def test_the_short_way_decides_as_the_domain_does(comes: list[Comes], has_date: bool) -> None:
    board, slow, now, bid = QuoteBoard(), Slow(), 10.0, 1.1
    if has_date:
        board.hear(SERVER.timestamp() + now, Instant(now, now, 0.0))
    for one in comes:
        now += one.after
        received = Instant(now, now, now)
        time = one.off
        if isinstance(time, float | int):
            time = SERVER + timedelta(seconds=now + time)
        price = bid * (1 + one.share)
        bid = price if abs(one.share) < 0.01 else bid
        quote = Quote("X", price, price + one.spread, time)
        board.see(QuotesSeen((quote,), received))
        slow.see(quote, received, board.server)
        slot = board.slots["X"]
        assert slot.quote is slow.quote
        assert slot.jump == slow.jump
        assert slot.time == slow.time
        looked = Instant(now + 0.1, now + 0.1, now + 0.1)
        freshness = board.freshness("X", looked, LIVE)
        assert isinstance(freshness, Fresh | Stale)
        if isinstance(freshness, Fresh):
            assert freshness.age <= OLD_AFTER
            assert freshness.jumped is (slot.jump is not None)
            if slot.quote.time is not None and (clock := board.server.at(looked)) is not None:
                assert clock - slot.quote.time.timestamp() <= OLD_AFTER + 1.0
        for candle in slot.candles(looked):
            assert 0 < candle.low <= min(candle.open, candle.close)
            assert candle.high >= max(candle.open, candle.close)
            assert candle.ticks > 0
        slow.jump = slot.jump  # one that stood for long enough stands from the look on


@given(st.lists(st.tuples(steps, st.booleans()), min_size=3, max_size=40))
def test_no_single_wild_price_bends_the_chart_or_fires(ticks: list[tuple[float, bool]]) -> None:
    board, now, bid, seen = QuoteBoard(), 10.0, 1.1, []
    for number, (share, is_wild) in enumerate(ticks):
        now += 0.2
        received = Instant(now, now, now)
        if is_wild and number > 1:
            board.see(QuotesSeen((Quote("X", 0.0001, 0.0002),), received))
            freshness = board.freshness("X", received, LIVE)
            assert isinstance(freshness, Stale)
            assert freshness.jumped
            assert board.slots["X"].sound.bid == bid
            now += 0.2
            received = Instant(now, now, now)
        bid *= 1 + share
        seen.append(bid)
        board.see(QuotesSeen((Quote("X", bid, bid + 0.0001),), received))
        assert board.slots["X"].sound.bid == bid
    received = Instant(now, now, now)
    candles = board.slots["X"].candles(received)
    assert min(candle.price(candle.low) for candle in candles) >= min(seen) * 0.9999
    assert max(candle.price(candle.high) for candle in candles) <= max(seen) * 1.0001


@given(st.floats(0.0, 12.0), st.sampled_from(list(Reach)))
def test_a_jump_stands_after_its_seconds_and_not_before(after: float, reach: Reach) -> None:
    jump = Jump(Quote("X", 1.0, 1.0), 10.0, reach)
    seconds = 10.0 if reach is Reach.DRAWS_NOTHING else 2.0
    assert jump.stands(10.0 + after) is (10.0 + after - 10.0 >= seconds)
