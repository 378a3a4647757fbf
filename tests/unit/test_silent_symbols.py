"""Subscriptions that the server drops in silence are found by what REST tells, renewed, and told."""

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.sync_terminal import PRICE, Server, Terminal, by_leaps, euro_long
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.automation.alert_inputs import AlertInputs
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import Dialect, IntentMoved, QuotesSeen, StreamUp
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.feed_state import FeedLive


class MovingServer(Server):
    """Its prices move all the time, a point a second, and so do those of what is held; or they stand."""

    moves = True
    is_open = True

    def points(self) -> int:
        return round(asyncio.get_running_loop().time()) if self.moves else 0

    async def symbol(self, name: str) -> SymbolSpec:
        spec = await super().symbol(name)
        bid = 1.1 + self.points() * 1e-5
        return replace(spec, bid=bid, ask=bid + 1e-4, tradeable=self.is_open)

    async def positions(self, use: Use) -> tuple[Position, ...]:
        await self._asked("positions", use)
        price = PRICE + self.points() * Decimal("0.00001")
        return tuple(replace(one, price_current=price) for one in self.held)


class Market(Terminal):
    def __init__(self, *held: str, others: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.moving = MovingServer()
        self.server = self.moving
        self.sync._reader._client = self.moving
        names = (*held, *others)
        self.server.held = tuple(euro_long(number, name) for number, name in enumerate(held, 7))
        self.server.rows = tuple(SymbolRow(name, 5, Decimal("0.00001"), Decimal(100_000)) for name in names)
        self.others = frozenset(others)

    async def __aenter__(self) -> "Market":
        await super().__aenter__()
        return self

    async def comes_up(self) -> None:
        await self.runs(1)
        self.sync.on_event(StreamUp(Dialect.CURRENT))
        self.sync.look_at(self.others, None)

    async def ticks(self, seconds: float, *symbols: str) -> None:
        for _ in range(round(seconds)):
            for name in symbols:
                bid = 1.1 + self.moving.points() * 1e-5
                self.sync.on_event(QuotesSeen((Quote(name, bid, bid + 1e-4),), self.clock.now()))
            await self.runs(1)

    @property
    def missing(self) -> frozenset[str]:
        feed = self.store.feed
        assert isinstance(feed, FeedLive)
        return feed.missing

    def said(self, part: str) -> list[str]:
        return [text for text in self.texts() if part in text]


@by_leaps
async def test_a_held_symbol_that_falls_silent_while_its_price_moves_is_subscribed_anew() -> None:
    async with Market("EURUSD", others=("GBPUSD",)) as market:
        await market.comes_up()
        await market.ticks(5, "EURUSD", "GBPUSD")
        await market.ticks(60, "GBPUSD")
        assert market.stream.renewed[0] == {"EURUSD"}
        assert market.missing == {"EURUSD"}
        assert market.said("subscribed anew") == [
            "The stream is up but sends no usable quotes of EURUSD, though prices move, as REST shows: they "
            "are subscribed anew."
        ]
        await market.ticks(3, "EURUSD", "GBPUSD")
        assert market.missing == frozenset()
        assert market.said("are back.") == ["Quotes of EURUSD are back."]
        assert market.stream.reconnects == 1  # 15 s after subscribing anew had brought nothing


@by_leaps
async def test_one_that_is_on_the_watchlist_alone_is_found_by_its_spec() -> None:
    async with Market(others=("EURUSD", "GBPUSD")) as market:
        await market.comes_up()
        await market.ticks(5, "EURUSD", "GBPUSD")
        await market.ticks(60, "GBPUSD")
        assert market.stream.renewed == [{"EURUSD"}]
        assert market.server.count()["spec EURUSD"] <= 4


@by_leaps
async def test_where_nothing_comes_any_more_everything_is_subscribed_anew() -> None:
    async with Market("EURUSD", others=("GBPUSD", "USDJPY")) as market:
        await market.comes_up()
        await market.ticks(5, "EURUSD", "GBPUSD", "USDJPY")
        await market.runs(60)
        assert market.stream.renewed[0] == {"EURUSD", "GBPUSD", "USDJPY"}
        assert len(market.said("everything is subscribed anew")) == 1


@pytest.mark.parametrize("stands", ["its price stands", "its market is shut"])
def test_what_does_not_move_is_left_alone(stands: str) -> None:
    @by_leaps
    async def test() -> None:
        async with Market("EURUSD", others=("GBPUSD",)) as market:
            market.moving.moves = False
            market.moving.is_open = stands == "its price stands"
            await market.comes_up()
            await market.ticks(5, "EURUSD", "GBPUSD")
            market.forgets_requests()
            await market.ticks(600, "GBPUSD")
            assert market.stream.renewed == []
            assert market.missing == frozenset()
            assert market.server.count()["spec EURUSD"] <= 35

    test()


@by_leaps
async def test_it_is_trouble_of_the_feed_to_an_alert_at_once() -> None:
    async with Market("EURUSD", others=("GBPUSD",)) as market:
        eyes = AlertInputs(market.store, market.clock)
        await market.comes_up()
        await market.ticks(5, "EURUSD", "GBPUSD")
        assert eyes.sight(with_margin=False).feed_trouble is None
        while not market.missing:
            await market.ticks(1, "GBPUSD")
        assert eyes.sight(with_margin=False).feed_trouble == "no quotes of EURUSD come, though prices move"
        await market.ticks(3, "EURUSD", "GBPUSD")
        assert eyes.sight(with_margin=False).feed_trouble is None


@by_leaps
async def test_what_stays_silent_is_not_told_again_and_again() -> None:
    async with Market("EURUSD", others=("GBPUSD",)) as market:
        await market.comes_up()
        await market.ticks(5, "EURUSD", "GBPUSD")
        await market.ticks(290, "GBPUSD")
        assert len(market.said("subscribed anew")) == 1
        assert market.stream.reconnects == 1
        assert len(market.said("opened anew")) == 1


@by_leaps
async def test_a_spec_is_read_again_when_the_server_refuses_an_order_by_it() -> None:
    async with Terminal() as terminal:
        await terminal.runs(2)
        terminal.forgets_requests()
        for number, retcode in enumerate((10016, 10019)):
            symbol = f"EURUS{number}"
            intent = ModifyIntent(f"id {number}", 7, symbol, MoveTo(Decimal(1)), Keep())
            refused = Refused(400, "rejected", "Invalid stops", retcode=retcode)
            for state in (IntentState.SENDING, IntentState.REJECTED):
                terminal.store.apply(IntentMoved(IntentRecord(intent, state, (), refused)))
        await terminal.runs(2.5)
        assert terminal.server.count()["spec EURUS0"] == 1
        assert terminal.server.count()["spec EURUS1"] == 0
