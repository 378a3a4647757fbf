"""Quotes as a trader sees them: the latest, how old, which way it went, and the candles they leave."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.candles import Candle
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_change import FirstBid, PreviousClose
from xbtfx_tui.domain.quotes import Depth, DepthLevel, Quote, to_decimal
from xbtfx_tui.domain.store_events import (
    DayReferences,
    Dialect,
    QuotesSeen,
    SpecRead,
    StreamConnecting,
    StreamDown,
    StreamRefused,
    StreamUp,
)
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.store.candle_ring import KEPT
from xbtfx_tui.store.changed_keys import NO_CHANGES
from xbtfx_tui.store.latest_quotes import Fresh, NeverSeen, Stale
from xbtfx_tui.store.quote_slot import QuoteSlot
from xbtfx_tui.store.store import Store

MIDNIGHT = 1_700_006_400.0  # 2023-11-15 00:00 UTC
EURUSD = SymbolSpec("EURUSD", 5, Decimal("0.00001"), Decimal(100_000))


class HandClock:
    """Three clocks that run together until a test sets them apart."""

    def __init__(self) -> None:
        self.instant = Instant(1_000.0, 5_000.0, MIDNIGHT + 12 * 3600)

    def now(self) -> Instant:
        return self.instant

    def passes(self, seconds: float) -> None:
        at = self.instant
        self.instant = Instant(at.monotonic + seconds, at.boot + seconds, at.wall + seconds)

    def wall_is(self, wall: float) -> None:
        self.instant = replace(self.instant, wall=wall)


class Desk:
    """A store with its clock, spoken to as the stream would."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)

    def quotes(self, symbol: str, bid: float, ask: float | None = None, depth: Depth | None = None) -> None:
        quote = Quote(symbol, bid, bid + 0.0001 if ask is None else ask, depth=depth)
        self.store.apply(QuotesSeen((quote,), self.clock.now()))


def book(price: float) -> Depth:
    return Depth((DepthLevel(price, 1e6),), (DepthLevel(price + 0.0001, 1e6),))


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.store.apply(StreamUp(Dialect.CURRENT))
    desk.store.drain()
    return desk


def slot_of(desk: Desk, symbol: str = "EURUSD") -> QuoteSlot:
    slot = desk.store.slot(symbol)
    assert slot is not None
    return slot


def test_the_latest_quote_wins_and_tells_its_direction(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1, 1.2)
    assert (slot_of(desk).bid_move, slot_of(desk).ask_move) == (0, 0)
    desk.clock.passes(1)
    desk.quotes("EURUSD", 1.15, 1.19)
    slot = slot_of(desk)
    assert (slot.quote.bid, slot.bid_move, slot.ask_move) == (1.15, 1, -1)
    moved = desk.clock.now()
    desk.clock.passes(1)
    desk.quotes("EURUSD", 1.15, 1.19)
    assert (slot.bid_move, slot.bid_moved, slot.ask_moved) == (1, moved, moved)
    assert slot.received == desk.clock.now()


def test_a_quote_is_fresh_for_five_seconds_while_the_feed_is_live(desk: Desk) -> None:
    assert desk.store.freshness("EURUSD", desk.clock.now()) == NeverSeen()
    desk.quotes("EURUSD", 1.1)
    desk.clock.passes(5)
    assert desk.store.freshness("EURUSD", desk.clock.now()) == Fresh(5.0)
    desk.clock.passes(0.1)
    stale = desk.store.freshness("EURUSD", desk.clock.now())
    assert isinstance(stale, Stale)
    assert stale.age == pytest.approx(5.1)
    assert "5 s" in stale.why


@pytest.mark.parametrize(
    "trouble", [StreamConnecting(2), StreamDown("gone", 1.0), StreamRefused("bad key")], ids=repr
)
def test_no_quote_is_fresh_without_a_live_feed(
    desk: Desk, trouble: StreamConnecting | StreamDown | StreamRefused
) -> None:
    desk.quotes("EURUSD", 1.1)
    desk.store.apply(trouble)
    freshness = desk.store.freshness("EURUSD", desk.clock.now())
    assert isinstance(freshness, Stale)
    assert "stream" in freshness.why


def test_a_quote_from_before_a_reconnect_is_not_fresh_however_young(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1)
    desk.store.apply(StreamDown("gone", 1.0))
    desk.clock.passes(1)
    desk.store.apply(StreamUp(Dialect.CURRENT))
    freshness = desk.store.freshness("EURUSD", desk.clock.now())
    assert isinstance(freshness, Stale)
    assert "since the stream came back" in freshness.why
    desk.quotes("EURUSD", 1.1)
    assert desk.store.freshness("EURUSD", desk.clock.now()) == Fresh(0.0)


def test_sleep_and_clock_jumps_make_a_quote_older_never_younger(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1)
    at = desk.clock.now()
    asleep = replace(at, boot=at.boot + 600)
    jumped = replace(at, wall=at.wall + 3600)
    back = Instant(at.monotonic + 6, at.boot + 6, at.wall - 3600)
    for now in (asleep, jumped, back):
        assert isinstance(desk.store.freshness("EURUSD", now), Stale)


def test_an_old_book_never_looks_fresh_under_a_new_quote(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1, depth=book(1.1))
    desk.clock.passes(4)
    desk.quotes("EURUSD", 1.11)
    slot = slot_of(desk)
    assert slot.depth == book(1.1)
    assert desk.store.depth_freshness("EURUSD", desk.clock.now()) == Fresh(4.0)
    desk.clock.passes(2)
    assert desk.store.freshness("EURUSD", desk.clock.now()) == Fresh(2.0)
    assert isinstance(desk.store.depth_freshness("EURUSD", desk.clock.now()), Stale)
    desk.quotes("EURUSD", 1.3, depth=book(1.3))
    assert slot.depth == book(1.3)
    assert desk.store.depth_freshness("EURUSD", desk.clock.now()) == Fresh(0.0)


def test_a_symbol_without_a_book_has_none(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1)
    assert desk.store.depth_freshness("EURUSD", desk.clock.now()) == NeverSeen()


def test_the_change_of_the_day_counts_from_what_is_told_of_that_day(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.0)
    assert slot_of(desk).change_percent is None, "nothing tells what it counts from"
    desk.store.drain()
    desk.store.apply(DayReferences(int(MIDNIGHT), {"EURUSD": PreviousClose(0.996), "GBPUSD": FirstBid(1.3)}))
    assert desk.store.drain().quotes >= {"EURUSD"}
    desk.quotes("EURUSD", 1.002)
    assert slot_of(desk).change_percent == pytest.approx(0.6024, abs=1e-4)
    desk.store.apply(DayReferences(int(MIDNIGHT) + 86_400, {}))
    assert desk.store.drain().quotes == {"EURUSD"}
    assert slot_of(desk).change_percent is None, "what counts from yesterday's reference is no day's change"


def test_a_spec_read_gives_a_price_only_where_the_stream_has_none_as_new(desk: Desk) -> None:
    priced = replace(EURUSD, bid=1.3, ask=1.4)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert slot_of(desk).quote.bid == 1.3
    assert desk.store.drain().quotes == {"EURUSD"}
    desk.quotes("EURUSD", 1.35)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert slot_of(desk).quote.bid == 1.35
    desk.clock.passes(6)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert slot_of(desk).quote.bid == 1.3


def test_when_the_streams_last_price_came_is_not_told_by_a_price_of_rest(desk: Desk) -> None:
    priced = replace(EURUSD, bid=1.3, ask=1.4)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert desk.store.last_quote is None
    desk.quotes("EURUSD", 1.35)
    seen = desk.clock.now()
    desk.clock.passes(6)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert slot_of(desk).quote.bid == 1.3
    assert desk.store.last_quote == seen


def test_a_price_of_zero_is_no_price(desk: Desk) -> None:
    desk.store.apply(SpecRead(replace(EURUSD, bid=0.0, ask=0.0), desk.clock.now()))
    assert desk.store.slot("EURUSD") is None
    assert desk.store.mid("EURUSD") is None


def test_drain_names_each_quoted_symbol_once(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.1)
    desk.quotes("EURUSD", 1.2)
    desk.quotes("GBPUSD", 1.3)
    changes = desk.store.drain()
    assert changes.quotes == {"EURUSD", "GBPUSD"}
    assert not changes.positions
    assert desk.store.drain() is NO_CHANGES
    assert not desk.store.drain()


def candle(start: float, four: tuple[int, int, int, int], ticks: int, until: int = 10) -> Candle:
    return Candle(int(start), 10, 3, *four, ticks, 0, until, until)


def test_candles_form_from_bid_ticks(desk: Desk) -> None:
    start = desk.clock.now().wall
    for seconds, bid in ((0, 1.005), (3, 1.007), (9.9, 1.004), (10, 1.006), (62, 1.008), (301.5, 1.003)):
        desk.clock.wall_is(start + seconds)
        desk.quotes("EURUSD", bid)
    assert desk.store.candles("EURUSD") == [
        candle(start, (1005, 1007, 1004, 1004), 3),
        candle(start + 10, (1006, 1006, 1006, 1006), 1),
        candle(start + 60, (1008, 1008, 1008, 1008), 1),
        candle(start + 300, (1003, 1003, 1003, 1003), 1, until=2),
    ]
    assert not desk.store.candles("GBPUSD")


def test_candles_are_bounded_and_keep_the_newest(desk: Desk) -> None:
    start = desk.clock.now().wall
    for number in range(KEPT + 50):
        desk.clock.wall_is(start + number * 10)
        desk.quotes("EURUSD", 1.0 + number / 1000)
    candles = desk.store.candles("EURUSD")
    assert len(candles) == KEPT + 1
    assert candles[-1].close == 1000 + KEPT + 49


def test_a_wall_clock_that_ran_back_leaves_no_candles_from_the_future(desk: Desk) -> None:
    start = desk.clock.now().wall
    for seconds, bid in ((3600, 1.001), (3611, 1.002), (0, 1.003), (10, 1.004)):
        desk.clock.wall_is(start + seconds)
        desk.quotes("EURUSD", bid)
    assert [one.start for one in desk.store.candles("EURUSD")] == [start, start + 10]


def test_reading_candles_does_not_change_them(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.0)
    desk.clock.passes(10)
    desk.quotes("EURUSD", 1.002)
    assert desk.store.candles("EURUSD") == desk.store.candles("EURUSD")
    desk.quotes("EURUSD", 1.006)
    last = candle(desk.clock.now().wall, (1002, 1006, 1002, 1006), 2, until=1)
    assert desk.store.candles("EURUSD")[-1] == last


def test_eight_digits_are_eight_digits(desk: Desk) -> None:
    desk.quotes("BTCUSD", 123456.78)
    desk.clock.passes(10)
    desk.quotes("BTCUSD", 123456.79)
    first, forming = desk.store.candles("BTCUSD")
    assert (first.price(first.open), forming.price(forming.close)) == (
        Decimal("123456.78"),
        Decimal("123456.79"),
    )


def test_a_price_of_rest_is_no_tick(desk: Desk) -> None:
    priced = replace(EURUSD, bid=1.3, ask=1.4)
    desk.store.apply(SpecRead(priced, desk.clock.now()))
    assert not desk.store.candles("EURUSD"), "the first price there is"
    desk.clock.passes(6)
    desk.quotes("EURUSD", 1.301)
    desk.quotes("EURUSD", 1.302)
    (seen,) = desk.store.candles("EURUSD")
    assert (seen.open, seen.ticks) == (1301, 2)
    desk.clock.passes(8)  # in the next candle, and not fresh any more
    desk.store.apply(SpecRead(replace(priced, bid=1.305, ask=1.306), desk.clock.now()))
    assert slot_of(desk).quote.bid == 1.305
    (still,) = desk.store.candles("EURUSD")
    assert (still.open, still.high, still.close, still.ticks) == (1301, 1302, 1302, 2)
    desk.quotes("EURUSD", 1.303)
    assert [(one.open, one.high, one.ticks) for one in desk.store.candles("EURUSD")] == [
        (1301, 1302, 2),
        (1303, 1303, 1),
    ]
    assert slot_of(desk).extremes == (1.3, 1.305), "it was a bid all the same"


def test_a_price_of_rest_within_a_candle_changes_nothing_of_it(desk: Desk) -> None:
    desk.quotes("EURUSD", 1.301)
    desk.store.apply(StreamDown("gone", 1.0))
    desk.clock.passes(3)
    desk.store.apply(SpecRead(replace(EURUSD, bid=1.299, ask=1.3), desk.clock.now()))
    (seen,) = desk.store.candles("EURUSD")
    assert (seen.low, seen.close, seen.ticks) == (1301, 1301, 1)
    desk.store.apply(StreamUp(Dialect.CURRENT))
    desk.quotes("EURUSD", 1.302)
    (seen,) = desk.store.candles("EURUSD")
    assert (seen.low, seen.close, seen.ticks) == (1301, 1302, 2)


def test_mid_prefers_the_quote_over_the_spec(desk: Desk) -> None:
    desk.store.apply(SpecRead(replace(EURUSD, bid=1.0, ask=1.2), desk.clock.now()))
    assert desk.store.mid("EURUSD") == to_decimal(1.1, 6)
    desk.quotes("EURUSD", 2.0, 2.0001)
    assert desk.store.mid("EURUSD") == to_decimal(2.00005, 6)
