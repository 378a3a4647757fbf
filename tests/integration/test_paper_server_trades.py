"""The exchange's trading endpoints and every refusal, through a plain HTTP client."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.exchange_client import ExchangeFactory, Frame, PaperExchange, error_of
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.symbol_spec import TradeMode
from xbtfx_tui.paper.account.command_results import RefusalCode, TradeRefusal
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.service.fault_hooks import IncomingCall, NoFaults


@pytest.fixture
async def desk(exchange_factory: ExchangeFactory) -> PaperExchange:
    """A fresh hedging account that fills at once, on a market that stands still: EURUSD 1.10000/1.10002."""
    market = StillMarket()
    market.moves("EURUSD", "1.10000", "1.10002")
    desk = await exchange_factory(fresh=True, fills=Fills.INSTANT, market=market)
    await desk.sees(lambda: desk.engine.quote("EURUSD") == market.quote_of("EURUSD")[1:3])
    return desk


async def ticket_of(desk: PaperExchange, order: Frame) -> int:
    ticket: int = order["order"]
    assert ticket in {row["ticket"] for row in await desk.positions()}
    return ticket


async def test_a_filled_buy_tells_deal_order_and_price(desk: PaperExchange) -> None:
    answer = await desk.buys("EURUSD", 0.10, sl=1.09, tp=1.12, comment="first")
    assert answer.keys() == {"status", "retcode", "volume", "comment", "deal", "order", "price"}
    assert (answer["status"], answer["retcode"], answer["price"]) == ("filled", 10009, 1.10002)
    (position,) = await desk.positions()
    assert position == {
        "ticket": answer["order"],
        "symbol": "EURUSD",
        "side": "buy",
        "volume": 0.1,
        "price_open": 1.10002,
        "price_current": 1.1,
        "sl": 1.09,
        "tp": 1.12,
        "profit": -0.2,
        "swap": 0,
    }


async def test_a_placed_buy_tells_no_ids_and_the_position_follows(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, market=StillMarket(), form=ApiForm.RICH)
    answer = await exchange.buys("EURUSD", 0.10, comment="first")
    assert answer == {"status": "placed", "retcode": 10008, "volume": 0.1, "comment": "-APIfirst"}
    assert await exchange.positions() == []
    assert (await exchange.ledger())["waiting"] == 1
    await exchange.sees(lambda: len(exchange.engine.positions()) == 1)
    (ticket,) = (row["ticket"] for row in await exchange.positions())
    closing = (await exchange.posts("/v1/close", ticket=ticket)).json()
    assert closing == {"status": "placed", "retcode": 10008, "volume": 0.1, "comment": "-API"}
    await exchange.sees(lambda: not exchange.engine.positions())


async def test_an_execution_takes_50_to_300_ms(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory()
    delays = [exchange.server.exchange.fill_delay() for _ in range(200)]
    assert 0.05 <= min(delays) < 0.1
    assert 0.25 < max(delays) <= 0.3


async def test_a_close_in_part_and_then_in_full(desk: PaperExchange) -> None:
    ticket = await ticket_of(desk, await desk.buys("EURUSD", 0.10))
    answer = (await desk.posts("/v1/close", ticket=ticket, volume=0.04)).json()
    assert answer.keys() == {"status", "retcode", "deal", "order", "price"}
    assert (answer["status"], answer["price"]) == ("filled", 1.1)
    (left,) = await desk.positions()
    assert (left["ticket"], left["volume"]) == (ticket, 0.06)
    await desk.posts("/v1/close", ticket=ticket)
    assert await desk.positions() == []


async def test_stops_are_modified_kept_and_removed(desk: PaperExchange) -> None:
    ticket = await ticket_of(desk, await desk.buys("EURUSD", 0.10, sl=1.09))
    for change, stops in (
        ({"tp": 1.12}, (1.09, 1.12)),
        ({"sl": 1.095, "tp": None}, (1.095, 1.12)),
        ({"sl": 0}, (0, 1.12)),
    ):
        answer = await desk.posts("/v1/modify", ticket=ticket, **change)
        assert answer.json() == {"status": "ok", "retcode": 10009}
        (row,) = await desk.positions()
        assert (row["sl"], row["tp"]) == stops


async def test_a_pending_orders_stops_are_modified(exchange: PaperExchange) -> None:
    order = (await exchange.gets("/v1/orders"))["orders"][0]
    answer = await exchange.posts("/v1/modify", ticket=order["ticket"], sl=0)
    assert answer.json()["status"] == "ok"
    assert (await exchange.gets("/v1/orders"))["orders"][0]["sl"] == 0


async def test_opposite_positions_close_by_each_other(desk: PaperExchange) -> None:
    long = await ticket_of(desk, await desk.buys("EURUSD", 0.10))
    short = await ticket_of(desk, await desk.sells("EURUSD", 0.04))
    answer = await desk.posts("/v1/close-by", position=long, position_by=short)
    assert answer.json() == {"status": "ok", "position": long, "position_by": short, "retcode": 10009}
    (left,) = await desk.positions()
    assert (left["ticket"], left["volume"]) == (long, 0.06)


async def test_a_reverse_tells_both_halves(desk: PaperExchange) -> None:
    ticket = await ticket_of(desk, await desk.buys("EURUSD", 0.10))
    answer = await desk.posts("/v1/reverse", ticket=ticket)
    assert answer.status_code == 200
    halves = answer.json()
    assert halves["close"].keys() == {"status", "deal", "price"}
    assert halves["open"].keys() == {"status", "deal", "order", "volume", "price", "side"}
    assert (halves["open"]["side"], halves["open"]["volume"]) == ("sell", 0.1)
    (row,) = await desk.positions()
    assert (row["ticket"], row["side"]) == (halves["open"]["order"], "sell")


class RefusesTheSecondHalf(NoFaults):
    def refuse_open(self, call: IncomingCall) -> TradeRefusal | None:
        return TradeRefusal(RefusalCode.REJECTED, "Not enough money.", 10019)


async def test_a_half_done_reverse_is_a_207_with_a_warning(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), faults=RefusesTheSecondHalf()
    )
    ticket = await ticket_of(exchange, await exchange.buys("EURUSD", 0.10))
    answer = await exchange.posts("/v1/reverse", ticket=ticket)
    assert answer.status_code == 207
    assert answer.json()["close"]["status"] == "filled"
    assert answer.json()["open"]["retcode"] == 10019
    assert "not retry" in answer.json()["warning"]
    assert await exchange.positions() == []


async def test_bulk_closes_tell_each_ticket(desk: PaperExchange) -> None:
    await desk.buys("EURUSD", 0.10)
    await desk.sells("EURUSD", 0.02)
    await desk.buys("USDJPY", 0.03)
    answer = (await desk.posts("/v1/close-symbol", symbol="EURUSD")).json()
    assert (answer["closed"], answer["failed"]) == (2, 0)
    assert [line.keys() for line in answer["details"]] == [{"ticket", "status", "deal", "profit"}] * 2
    assert answer["total_profit"] == pytest.approx(sum(line["profit"] for line in answer["details"]))
    answer = (await desk.posts("/v1/close-all")).json()
    assert answer["closed"] == 1
    assert await desk.positions() == []
    assert (await desk.posts("/v1/close-all")).json()["details"] == []


async def test_a_netting_account_adds_reduces_and_flips(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), margin_mode=MarginMode.NETTING
    )
    await exchange.buys("EURUSD", 0.10)
    await exchange.buys("EURUSD", 0.05)
    await exchange.sells("EURUSD", 0.20)
    (row,) = await exchange.positions()
    assert (row["side"], row["volume"]) == ("sell", 0.05)
    status, body = error_of(await exchange.posts("/v1/close-by", position=1, position_by=2))
    assert (status, body["error"]) == (400, "invalid_request")


BUY: dict[str, Any] = {"symbol": "EURUSD", "side": "buy", "volume": 0.1}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/v1/trade", {**BUY, "symbol": "NOPE"}, "invalid_symbol"),
        ("/v1/trade", {**BUY, "symbol": "eurusd"}, "invalid_symbol"),
        ("/v1/trade", {**BUY, "volume": 0.015}, "invalid_volume"),
        ("/v1/trade", {**BUY, "volume": 0.1 + 0.2}, "invalid_volume"),
        ("/v1/trade", {**BUY, "volume": 0}, "invalid_volume"),
        ("/v1/trade", {**BUY, "volume": -1}, "invalid_volume"),
        ("/v1/trade", {**BUY, "volume": 1e6}, "invalid_volume"),
        ("/v1/trade", {**BUY, "volume": "0.1"}, "invalid_request"),
        ("/v1/trade", {**BUY, "volume": None}, "invalid_request"),
        ("/v1/trade", {**BUY, "side": "long"}, "invalid_request"),
        ("/v1/trade", {**BUY, "price": "market"}, "invalid_request"),
        ("/v1/trade", {**BUY, "comment": "x" * 28}, "invalid_request"),
        ("/v1/trade", {**BUY, "sl": -1}, "invalid_request"),
        ("/v1/trade", {"side": "buy", "volume": 0.1}, "invalid_request"),
        ("/v1/close", {}, "invalid_request"),
        ("/v1/close", {"ticket": "7"}, "invalid_request"),
        ("/v1/modify", {"ticket": 7}, "invalid_request"),
        ("/v1/close-by", {"position": 7}, "invalid_request"),
        ("/v1/reverse", {"ticket": 1.5}, "invalid_request"),
        ("/v1/close-symbol", {}, "invalid_request"),
        ("/v1/close-symbol", {"symbol": "NOPE"}, "invalid_symbol"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_executes_nothing(
    desk: PaperExchange, path: str, body: dict[str, Any], code: str
) -> None:
    status, answer = error_of(await desk.posts(path, **body))
    assert (status, answer["error"]) == (400, code)
    assert answer["message"]
    assert (await desk.ledger())["executions"] == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b'{"ticket": NaN}', b"x" * 70_000])
async def test_a_body_that_is_not_json_is_an_invalid_request(desk: PaperExchange, body: bytes) -> None:
    status, answer = error_of(await desk.http.post("/v1/close", content=body))
    assert (status, answer["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/close", {"ticket": 7}),
        ("/v1/modify", {"ticket": 7, "sl": 1.0}),
        ("/v1/reverse", {"ticket": 7}),
        ("/v1/close-by", {"position": 7, "position_by": 8}),
    ],
)
async def test_a_ticket_that_is_not_there_is_a_404(
    desk: PaperExchange, path: str, body: dict[str, Any]
) -> None:
    status, answer = error_of(await desk.posts(path, **body))
    assert (status, answer["error"]) == (404, "position_not_found")


@pytest.mark.parametrize(
    ("more", "retcode"), [({"volume": 100}, 10019), ({"sl": 1.2}, 10016), ({"tp": 1.0}, 10016)]
)
async def test_metatrader_rejects_with_a_retcode(
    desk: PaperExchange, more: dict[str, Any], retcode: int
) -> None:
    status, answer = error_of(await desk.posts("/v1/trade", **{**BUY, **more}))
    assert (status, answer["error"], answer["retcode"]) == (400, "rejected", retcode)


async def test_the_same_checks_stand_before_a_placed_answer(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(fresh=True, market=StillMarket())
    status, answer = error_of(await exchange.posts("/v1/trade", **{**BUY, "volume": 100}))
    assert (status, answer["retcode"]) == (400, 10019)
    assert (await exchange.ledger())["waiting"] == 0


async def test_a_closed_market_tells_when_it_opens(exchange_factory: ExchangeFactory) -> None:
    saturday = PushedClock(at=datetime(2026, 4, 4, 12, tzinfo=UTC))
    market = StillMarket(HoursMode.REAL)
    exchange = await exchange_factory(fresh=True, market=market, clock=saturday)
    status, answer = error_of(await exchange.posts("/v1/trade", **BUY))
    assert (status, answer["error"]) == (400, "market_closed")
    opens = datetime.fromisoformat(answer["next_open"])
    assert (opens.weekday(), opens.tzinfo) == (6, UTC)
    assert market.specs["EURUSD"].trade_mode is TradeMode.FULL


async def test_a_read_only_key_may_read_and_not_trade(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(permissions={Permission.READ})
    await exchange.gets("/v1/positions")
    for path in ("trade", "close", "modify", "close-by", "reverse", "close-all", "close-symbol"):
        status, body = error_of(await exchange.posts(f"/v1/{path}"))
        assert (status, body["error"]) == (403, "forbidden")


async def test_an_execution_names_the_key_that_caused_it(desk: PaperExchange) -> None:
    await desk.posts("/v1/trade", key="a-key", **BUY)
    await desk.posts("/v1/trade", **BUY)
    caused = [(one["cause"], one["request"]) for one in (await desk.ledger())["executions"]]
    assert caused == [("trade", "a-key"), ("trade", "request-2")]


async def test_volumes_are_exact_decimals(desk: PaperExchange) -> None:
    for _ in range(3):
        await desk.http.post("/v1/trade", content=b'{"symbol":"EURUSD","side":"buy","volume":0.10}')
    volumes = [position.volume for position in desk.engine.positions()]
    assert str(sum(volumes)) in {"0.3", "0.30"}
