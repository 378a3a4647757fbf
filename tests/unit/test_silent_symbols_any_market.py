"""Any market, told truthfully by the stream: no alarm. The same market with the symbol dropped: an alarm."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.hypothesis_profiles import examples
from tests.unit.sync_terminal import PRICE, Server, Terminal, by_leaps, euro_long
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import Dialect, QuotesSeen, StreamDelayed, StreamDown, StreamUp
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.feed_state import FeedLive

SYMBOL, OTHER = "EURUSD", "GBPUSD"


def quote_at(points: int, symbol: str = SYMBOL) -> Quote:
    bid = round(1.1 + points * 1e-5, 5)
    return Quote(symbol, bid, round(bid + 1e-4, 5))


class LaggingServer(Server):
    """Its prices are those of `lag` seconds ago. `moves`: since when, by the loop, it stands at how many
    points."""

    lag = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[tuple[float, int]] = [(float("-inf"), 0)]
        self.rows = tuple(
            SymbolRow(name, 5, Decimal("0.00001"), Decimal(100_000)) for name in (SYMBOL, OTHER)
        )

    def told(self) -> Quote:
        now = asyncio.get_running_loop().time()
        return quote_at([points for at, points in self.moves if at <= now - self.lag][-1])

    async def symbol(self, name: str) -> SymbolSpec:
        spec, told = await super().symbol(name), self.told()
        return replace(spec, bid=told.bid, ask=told.ask)

    async def positions(self, use: Use) -> tuple[Position, ...]:
        await self._asked("positions", use)
        price = Decimal(str(self.told().bid))
        return tuple(replace(one, price_current=price) for one in self.held)


class AnyMarket(Terminal):
    """One symbol, held or on the watchlist alone, that moves by a schedule, beside one that ticks on."""

    def __init__(self, *, is_held: bool, lag: float, delay: float) -> None:
        super().__init__()
        self.lagging = self.server = LaggingServer()
        self.sync._reader._client = self.lagging
        self.lagging.lag = lag
        self.lagging.held = (replace(euro_long(7, SYMBOL), price_current=PRICE),) if is_held else ()
        self.delay = delay
        self.is_dropped = False
        self.points = 0
        self.told: list[Quote] = []

    async def __aenter__(self) -> "AnyMarket":
        await super().__aenter__()
        return self

    async def comes_up(self) -> None:
        await self.runs(1)
        self.sync.on_event(StreamUp(Dialect.CURRENT))
        self.sync.look_at(frozenset({SYMBOL, OTHER}), None)
        self.move(0)

    def move(self, points: int) -> None:
        """The price moves now; the stream tells it `delay` seconds later, unless it is dropped by then."""
        loop = asyncio.get_running_loop()
        self.points += points
        self.lagging.moves.append((loop.time(), self.points))
        quote = quote_at(self.points)
        if self.delay:
            loop.call_later(self.delay, self.tell, quote)
        else:
            self.tell(quote)

    def tell(self, quote: Quote) -> None:
        if not self.is_dropped and SYMBOL in self.stream.wanted[0] and isinstance(self.store.feed, FeedLive):
            self.sync.on_event(QuotesSeen((quote,), self.clock.now()))

    async def goes_on(self, seconds: float) -> None:
        """The other symbol ticks meanwhile, at one price."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            self.sync.on_event(QuotesSeen((quote_at(0, OTHER),), self.clock.now()))
            await self.runs(min(1.0, max(end - loop.time(), 1e-6)))

    def comes_anew(self) -> None:
        """The line is lost and back at once; with `delay` 0 what moved meanwhile is not told."""
        self.sync.on_event(StreamDown("the connection was lost", 0.0))
        self.move(2)
        self.sync.on_event(StreamUp(Dialect.CURRENT))

    async def leaves(self, seconds: float) -> None:
        """It is on no screen for a time, so that the stream tells nothing of it, and then again."""
        self.sync.look_at(frozenset({OTHER}), None)
        self.move(3)
        await self.goes_on(seconds)
        self.sync.look_at(frozenset({SYMBOL, OTHER}), None)

    def alarms(self) -> list[str]:
        feed = self.store.feed
        missing = [f"missing: {sorted(feed.missing)}"] if isinstance(feed, FeedLive) and feed.missing else []
        words = ("subscribed anew", "opened anew")
        return missing + [text for text in self.texts() if any(word in text for word in words)]


GAPS = st.one_of(st.floats(0.2, 5), st.floats(15, 45), st.floats(45, 130))
HAPPENS = st.sampled_from(["up", "up", "up", "down", "down", "anew", "leaves", "needed", "listed"])
STEPS = st.lists(st.tuples(GAPS, HAPPENS), min_size=4, max_size=14)


@settings(max_examples=examples(80), deadline=None, derandomize=True)
@given(steps=STEPS, is_held=st.booleans(), lag=st.floats(0, 16), delay=st.floats(0, 1.9))
def test_a_stream_that_tells_each_move_raises_no_alarm(
    steps: list[tuple[float, str]], is_held: bool, lag: float, delay: float
) -> None:
    @by_leaps
    async def test() -> None:
        async with AnyMarket(is_held=is_held, lag=lag, delay=delay) as market:
            await market.comes_up()
            for gap, step in steps:
                await market.goes_on(gap)
                match step:
                    case "up" | "down":
                        market.move(1 if step == "up" else -1)
                    case "anew":
                        market.comes_anew()
                    case "leaves":
                        await market.leaves(max(gap, 2.0))
                    case "needed":
                        market.sync.need_spec(SYMBOL)
                    case _:
                        market.sync.read_again()
            await market.goes_on(60)
            assert market.alarms() == []
            assert market.stream.renewed == []
            assert market.stream.reconnects == 0

    test()


@settings(max_examples=examples(40), deadline=None, derandomize=True)
@given(
    gaps=st.lists(st.floats(0.5, 14), min_size=8, max_size=30),
    is_held=st.booleans(),
    lag=st.floats(0, 16),
    at=st.floats(0, 30),
)
def test_one_that_was_dropped_is_found_in_three_quarters_of_a_minute(
    gaps: list[float], is_held: bool, lag: float, at: float
) -> None:
    """Where it moves at least once between any two of REST's answers; 18 s of silence come first."""

    @by_leaps
    async def test() -> None:
        async with AnyMarket(is_held=is_held, lag=lag, delay=0.1) as market:
            await market.comes_up()
            await market.goes_on(at)
            market.move(1)
            await market.goes_on(1)
            market.is_dropped = True
            left = 45.0
            for gap in gaps * 10:
                await market.goes_on(min(gap, left))
                market.move(1)
                left -= gap
                if left <= 0:
                    break
            assert market.stream.renewed[:1] == [{SYMBOL}]

    test()


@pytest.mark.parametrize("is_held", [True, False])
def test_rest_that_lags_by_far_and_catches_up_with_what_was_told_is_no_alarm(is_held: bool) -> None:
    @by_leaps
    async def test() -> None:
        async with AnyMarket(is_held=is_held, lag=70.0, delay=0.1) as market:
            await market.comes_up()
            for _ in range(5):
                await market.goes_on(100)
                market.move(2)
            await market.goes_on(200)
            assert market.alarms() == []

    test()


@by_leaps
async def test_a_price_that_leaves_the_last_one_told_and_returns_is_found_when_it_leaves_again() -> None:
    async with AnyMarket(is_held=False, lag=0.0, delay=0.1) as market:
        await market.comes_up()
        await market.goes_on(5)
        market.is_dropped = True
        for points in (1, -1) * 4:
            await market.goes_on(20)
            market.move(points)
        await market.goes_on(5)
        assert market.stream.renewed[:1] == [{SYMBOL}]


@by_leaps
async def test_a_quote_that_rest_overtakes_on_a_slow_line_was_heard() -> None:
    """Its price is in the spec before the stream has it, and the spec's is shown, for the quote is late."""
    async with AnyMarket(is_held=False, lag=0.0, delay=6.0) as market:
        await market.comes_up()
        market.sync.on_event(StreamDelayed(6.0))
        for _ in range(12):
            await market.goes_on(37)
            market.move(1)
            await market.goes_on(3)
            market.sync.need_spec(SYMBOL)
        assert market.alarms() == []


@pytest.mark.parametrize("missed", ["while it was on no screen", "while the stream was opened anew"])
def test_what_no_subscription_was_there_to_tell_is_no_alarm(missed: str) -> None:
    @by_leaps
    async def test() -> None:
        async with AnyMarket(is_held=False, lag=0.0, delay=0.0) as market:
            await market.comes_up()
            await market.goes_on(30)
            if missed == "while it was on no screen":
                await market.leaves(30)
            else:
                market.comes_anew()
            await market.goes_on(100)
            assert market.alarms() == []

    test()


@by_leaps
async def test_what_the_stream_told_is_known_though_rest_told_a_price_after_it() -> None:
    async with AnyMarket(is_held=False, lag=0.0, delay=0.0) as market:
        await market.comes_up()
        await market.goes_on(10)
        slot = market.store.slot(SYMBOL)
        assert slot is not None
        assert slot.by_stream is slot.quote
        heard = slot.quote
        market.sync.need_spec(SYMBOL)
        await market.goes_on(2)
        market.sync.need_spec(SYMBOL)
        await market.goes_on(3)
        assert slot.quote is not heard
        assert slot.by_stream is heard


@by_leaps
async def test_of_what_rest_alone_told_the_stream_told_nothing() -> None:
    async with AnyMarket(is_held=False, lag=0.0, delay=0.0) as market:
        await market.runs(1)
        market.sync.need_spec(SYMBOL)
        await market.runs(1)
        slot = market.store.slot(SYMBOL)
        assert slot is not None
        assert slot.by_stream is None
