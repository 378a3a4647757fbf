"""The exchange's stream in both dialects, with its limits, through a plain WebSocket client."""

import asyncio
import contextlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.domain.positions import OrderKind
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.service.rate_limits import ServerLimits, StreamLimits
from xbtfx_tui.paper.service.stream_hub import Client, Subscription


def limits(**changed: Any) -> ServerLimits:
    return ServerLimits(stream=StreamLimits(**changed))


async def test_the_current_dialect_signs_in(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(login=12345678, tier="institutional")
    async with exchange.stream() as stream:
        assert await stream.signs_in() == {
            "action": "auth_ok",
            "login": 12345678,
            "tier": "institutional",
        }
        assert await stream.is_answered() == []


async def test_a_subscribed_symbol_is_quoted_at_once_and_then_as_it_moves(
    exchange_factory: ExchangeFactory,
) -> None:
    market = StillMarket()
    noon = datetime(2026, 4, 1, 12, 0, 0, 42_000, UTC)
    market.moves("EURUSD", "1.10000", "1.10002", noon)
    exchange = await exchange_factory(market=market, form=ApiForm.RICH)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await exchange.sees(lambda: exchange.engine.quote("EURUSD") == market.quote_of("EURUSD")[1:3])
        await stream.watches("EURUSD")
        assert await stream.next() == {
            "channel": "quote",
            "symbol": "EURUSD",
            "bid": 1.1,
            "ask": 1.10002,
            "spread": 0.00002,
            "time": "2026-04-01T12:00:00.042Z",
        }
        market.moves("USDJPY", "150.100", "150.110")
        market.moves("EURUSD", "1.10001", "1.10003")
        assert (await stream.next())["bid"] == 1.10001


async def test_the_older_dialect_has_quotes_and_no_account_channel(
    exchange_factory: ExchangeFactory,
) -> None:
    market = StillMarket()
    exchange = await exchange_factory(market=market, fills=Fills.INSTANT, fresh=True)
    async with exchange.stream() as stream:
        assert await stream.signs_in_the_older_way() == {"type": "auth", "status": "ok"}
        await stream.sends(type="subscribe", symbols=["EURUSD"])
        quote = await stream.next()
        assert quote.keys() == {"type", "symbol", "bid", "ask", "time"}
        assert quote["type"] == "quote"
        await exchange.buys("EURUSD", 0.1)
        market.moves("EURUSD", "1.10001", "1.10003")
        assert (await stream.next())["bid"] == 1.10001
        await stream.sends(type="unsubscribe", symbols=["EURUSD"])
        await stream.sends(type="subscribe", symbols=["USDJPY"])
        assert (await stream.next_of(symbol="USDJPY"))["type"] == "quote"
        await stream.sends(action="subscribe", channel="account")
        await stream.is_closed()


async def test_depth_comes_only_when_asked_for_and_there(exchange_factory: ExchangeFactory) -> None:
    market = StillMarket()
    market.has_no_depth("USDJPY")
    exchange = await exchange_factory(market=market)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        assert "depth" not in await stream.next()
        await stream.watches("EURUSD", "USDJPY", depth=True)
        quote = await stream.next_of(symbol="EURUSD")
        while "depth" not in quote:
            quote = await stream.next_of(symbol="EURUSD")
        for side, best in (("bids", "bid"), ("asks", "ask")):
            levels = quote["depth"][side]
            assert 1 <= len(levels) <= 5
            assert levels[0][0] == quote[best]
            assert all(volume > 0 for _, volume in levels)
            assert levels == sorted(levels, reverse=side == "bids")
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("USDJPY", depth=True)
        assert "depth" not in await stream.next()


async def test_a_placed_trade_shows_on_the_account_channel(exchange_factory: ExchangeFactory) -> None:
    market = StillMarket()
    market.moves("EURUSD", "1.10000", "1.10002")
    exchange = await exchange_factory(fresh=True, market=market)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        await exchange.buys("EURUSD", 0.1)
        deal = await stream.next_of(channel="deal")
        assert deal == {
            "channel": "deal",
            "ticket": deal["ticket"],
            "symbol": "EURUSD",
            "side": "buy",
            "volume": 0.1,
            "price": 1.10002,
            "profit": 0,
        }
        opened = await stream.next_of(channel="position", event="open")
        ticket = opened["ticket"]
        assert opened == {
            "channel": "position",
            "event": "open",
            "ticket": ticket,
            "symbol": "EURUSD",
            "side": "buy",
            "volume": 0.1,
            "price_open": 1.10002,
        }
        market.moves("EURUSD", "1.10012", "1.10014")
        while (update := await stream.next_of(event="update"))["price_current"] != 1.10012:
            assert update["ticket"] == ticket
        assert update == {
            "channel": "position",
            "event": "update",
            "ticket": ticket,
            "profit": 1.0,
            "price_current": 1.10012,
        }
        await exchange.posts("/v1/close", ticket=ticket)
        closed = await stream.next_of(event="close")
        assert closed == {
            "channel": "position",
            "event": "close",
            "ticket": ticket,
            "symbol": "EURUSD",
            "profit": 1.0,
        }
        assert not [frame for frame in await stream.is_answered() if frame.get("event") == "update"]


async def test_pending_orders_show_on_the_account_channel(exchange_factory: ExchangeFactory) -> None:
    market = StillMarket()
    market.moves("EURUSD", "1.10000", "1.10002")
    exchange = await exchange_factory(fresh=True, market=market)
    await exchange.sees(lambda: exchange.engine.quote("EURUSD") == market.quote_of("EURUSD")[1:3])
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        now = datetime.now(UTC)
        exchange.engine.place_pending(OrderKind.BUY_LIMIT, "EURUSD", Decimal("0.1"), Decimal("1.09500"), now)
        added = await stream.next_of(channel="order")
        assert added == {
            "channel": "order",
            "event": "add",
            "ticket": added["ticket"],
            "symbol": "EURUSD",
            "type": "buy_limit",
            "volume": 0.1,
            "price": 1.095,
        }
        market.moves("EURUSD", "1.09490", "1.09492")
        removed = await stream.next_of(channel="order")
        assert removed == {"channel": "order", "event": "remove", "ticket": added["ticket"]}
        assert (await stream.next_of(channel="position", event="open"))["volume"] == 0.1


async def test_a_wrong_key_is_refused_and_the_connection_closed(exchange: PaperExchange) -> None:
    async with exchange.stream() as stream:
        await stream.sends(action="auth", token="xbtfx_live_" + "0" * 32)
        refused = await stream.next()
        assert refused.keys() == {"action", "message"}
        assert refused["action"] == "auth_error"
        assert (await stream.is_closed())[0] == 1008
    async with exchange.stream() as stream:
        await stream.sends(type="auth", api_key="xbtfx_live_" + "0" * 32)
        assert (await stream.is_closed())[0] == 1008


@pytest.mark.parametrize("message", ["{", "[]", '{"action":"ping"}', '{"action":"auth"}', "\u20ac"])
async def test_the_first_message_must_be_an_auth(exchange: PaperExchange, message: str) -> None:
    async with exchange.stream() as stream:
        await stream.socket.send(message)
        assert (await stream.next())["action"] == "auth_error"
        await stream.is_closed()


async def test_who_does_not_sign_in_in_time_is_refused(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(auth_timeout=0.05))
    async with exchange.stream() as stream:
        refused = await stream.next()
        assert refused == {"action": "auth_error", "message": "No auth message came within 0.05 s."}
        await stream.is_closed()


async def test_silence_cuts_the_connection_and_a_ping_keeps_it(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(idle_timeout=0.3))
    async with exchange.stream() as talking, exchange.stream() as silent:
        await talking.signs_in()
        await silent.signs_in()

        async def talk() -> None:
            while True:
                await talking.is_answered()
                await asyncio.sleep(0.02)

        task = asyncio.create_task(talk())
        code, reason = await silent.is_closed()
        assert (code, reason) == (1001, "Nothing came for 0.3 s.")
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_the_older_dialect_is_kept_alive_by_websocket_pings(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(idle_timeout=0.05))
    async with exchange.stream() as current, exchange.stream() as older:
        await current.signs_in()
        await older.signs_in_the_older_way()
        await current.is_closed()
        await (await older.socket.ping())
        await older.sends(type="subscribe", symbols=["EURUSD"])
        assert (await older.next())["symbol"] == "EURUSD"


async def test_five_updates_a_second_and_the_latest_wins(exchange_factory: ExchangeFactory) -> None:
    clock, market = PushedClock(), StillMarket()
    exchange = await exchange_factory(clock=clock, market=market, limits=limits(update_gap=1000.0))
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD", "USDJPY")
        await stream.next_of(symbol="EURUSD")
        for step in range(10):
            market.moves("EURUSD", f"1.1000{step}", "1.10020")
            await exchange.sees(lambda: exchange.engine.quote("EURUSD") == market.quote_of("EURUSD")[1:3])
        assert [frame for frame in await stream.is_answered() if frame["symbol"] == "EURUSD"] == []
        clock.push(1000)
        assert (await stream.next_of(symbol="EURUSD"))["bid"] == 1.10009


async def test_a_moving_symbol_is_told_at_most_five_times_a_second(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(tick_rate=40.0)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        arrived = []
        for _ in range(7):
            await stream.next_of(symbol="EURUSD")
            arrived.append(asyncio.get_running_loop().time())
        # The first is the current quote; from then on six gaps of 0.2 s at least, less a frame's jitter.
        assert arrived[-1] - arrived[0] > 6 * 0.2 - 0.1


async def test_more_subscriptions_than_allowed_end_the_connection(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(subscriptions=2))
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD", "USDJPY")
        await stream.watches("EURUSD", "NOPE")
        await stream.sends(action="unsubscribe", channel="quotes", symbols=["USDJPY"])
        await stream.watches("GBPUSD")
        await stream.is_answered()
        await stream.watches("XAUUSD")
        error = await stream.next_of(action="error")
        assert error["code"] == "subscription_limit"
        await stream.is_closed()


async def test_a_key_has_so_many_connections_and_no_more(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(connections=2))
    async with exchange.stream() as first, exchange.stream() as second, exchange.stream() as third:
        await first.signs_in()
        await second.signs_in()
        error = await third.signs_in()
        assert (error["action"], error["code"]) == ("error", "connection_limit")
        await third.is_closed()
        await second.socket.close()
        await exchange.sees(lambda: len(exchange.server.hub.clients) == 1)
        async with exchange.stream() as fourth:
            assert (await fourth.signs_in())["action"] == "auth_ok"


async def test_too_many_messages_are_warned_of_and_then_cut(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(limits=limits(messages=3, messages_cut=6, message_window=60.0))
    async with exchange.stream() as stream:
        await stream.signs_in()
        for _ in range(7):
            await stream.sends(action="ping")
        warning = await stream.next_of(channel="system")
        assert warning["event"] == "rate_limit"
        error = await stream.next_of(action="error")
        assert error["code"] == "rate_limited"
        await stream.is_closed()


@pytest.mark.parametrize(
    "message",
    ["{", '"x"', '{"action":"trade"}', '{"action":"subscribe","channel":"quotes","symbols":[1]}', "[" * 5000],
)
async def test_a_message_that_is_not_understood_ends_the_connection(
    exchange: PaperExchange, message: str
) -> None:
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.socket.send(message)
        assert (await stream.next())["code"] == "invalid_request"
        await stream.is_closed()


async def test_a_reader_that_does_not_read_blocks_no_other(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        symbols=300, tick_rate=50.0, limits=limits(update_gap=0.0, event_queue=50)
    )
    names = [row["name"] for row in (await exchange.gets("/v1/symbols"))["symbols"]]
    hub = exchange.server.hub
    async with exchange.stream(deaf=True) as deaf, exchange.stream() as reading:
        await deaf.signs_in()
        await deaf.watches(*names, depth=True)
        await deaf.sends(action="subscribe", channel="account")
        await exchange.sees(lambda: any(client.wants_account for client in hub.clients))
        (client,) = hub.clients
        # Once the pipes between are full, what is due stays due, a quote a symbol and no more.
        stuck = Stuck(client)
        await exchange.sees(stuck.is_so)
        await reading.signs_in()
        await reading.watches("EURUSD")
        await reading.next_of(symbol="EURUSD")
        assert len(client.due) <= len(names)
        # Account events are not dropped: the client is, when more wait than may.
        client.events.extend(["{}"] * 51)
        await exchange.sees(lambda: client not in hub.clients)
        await reading.next_of(symbol="EURUSD")


class Stuck:
    """Whether a client has been owed the very same quotes for a while."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._before: tuple[Subscription, ...] = ()
        self._looks = 0

    def is_so(self) -> bool:
        due = tuple(self._client.due)
        self._looks = self._looks + 1 if due and due[:1] == self._before[:1] else 0
        self._before = due
        return self._looks > 40
