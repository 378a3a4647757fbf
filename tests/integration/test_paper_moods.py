"""What the exchange can be made to say and do that is not so, as a plain client of it meets it."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.patience import PATIENCE
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account.command_results import Cause
from xbtfx_tui.paper.exchange_options import Fills, OptionError
from xbtfx_tui.paper.faults.fault_files import parse_fault, read_script, script_row
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted, Telling
from xbtfx_tui.paper.service.idempotency_cache import Mood

TENTH, PART = Decimal("0.1"), Decimal("0.04")


async def moody(factory: ExchangeFactory, *faults: str, **more: Any) -> PaperExchange:
    """A fresh exchange that fills at once, and with which this goes wrong once it is asked to."""
    steps = tuple(map(parse_fault, faults))
    script = ScriptedFaults(FaultScript(steps))
    return await factory(faults=script, fresh=True, **{"fills": Fills.INSTANT, **more})


async def turns(exchange: PaperExchange, *faults: str) -> None:
    """From now on this goes wrong."""
    scripted = exchange.server.faults
    assert isinstance(scripted, ScriptedFaults)
    scripted.add(*map(parse_fault, faults))


async def buys(exchange: PaperExchange, **more: Any) -> httpx.Response:
    body = {"symbol": "EURUSD", "side": "buy", "volume": 0.1, **more}
    return await exchange.posts("/v1/trade", "buy", **body)


def volumes(exchange: PaperExchange) -> list[Decimal]:
    return [position.volume for position in exchange.engine.positions()]


# --- lists ---


async def test_a_list_is_empty_from_the_next_order_on_and_for_a_time(
    exchange_factory: ExchangeFactory,
) -> None:
    exchange = await moody(exchange_factory, "list_empty=1.5")
    await buys(exchange)

    assert await exchange.gets("/v1/positions") == {"positions": [], "count": 0}

    await comes_true(exchange, lambda rows: len(rows) == 1)


async def test_a_list_is_as_it_stood_a_while_ago(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "list_stale=60,by=0.4")
    ticket = (await buys(exchange)).json()["order"]
    assert await exchange.positions() == []

    await comes_true(exchange, lambda rows: len(rows) == 1)
    await exchange.posts("/v1/close", ticket=ticket)

    assert exchange.engine.positions() == ()
    assert len(await exchange.positions()) == 1
    await comes_true(exchange, lambda rows: rows == [])


@pytest.mark.parametrize("path", ["/v1/positions", "/v1/orders", "/v1/account", "/v1/history"])
async def test_a_read_fails_from_the_start(exchange_factory: ExchangeFactory, path: str) -> None:
    exchange = await moody(exchange_factory, f"list_fails,path={path}")

    assert [(await exchange.http.get(path)).status_code for _ in range(2)] == [500, 500]

    await exchange.posts("/paper/faults", clear=True)
    query = {"period": "today"} if path.endswith("history") else {}
    assert (await exchange.http.get(path, params=query)).status_code == 200


async def test_deals_of_another_hand_stand_before_the_send_and_the_clock_is_off(
    exchange_factory: ExchangeFactory,
) -> None:
    exchange = await moody(exchange_factory, "foreign_deals", "deals_off,by=3600")
    await buys(exchange)

    deals = (await exchange.gets("/v1/history", period="all"))["deals"]

    assert [(deal["entry"], deal["volume"]) for deal in deals] == [("in", 0.1), ("out", 0.1), ("in", 0.1)]
    assert deals[0]["position"] == deals[1]["position"] != deals[2]["position"]
    times = [datetime.fromisoformat(deal["time"]).replace(tzinfo=UTC) for deal in deals]
    behind = [datetime.now(UTC) - time + timedelta(hours=1) for time in times]
    assert [round(one.total_seconds(), -1) for one in behind] == [20, 10, 0]
    assert len(await exchange.positions()) == 1


async def test_stops_are_told_as_floats_have_them(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "stops_ulp")
    await buys(exchange, sl=0.99)

    assert [(row["sl"], row["tp"]) for row in await exchange.positions()] == [(0.9900000000000001, 0)]
    assert [position.sl for position in exchange.engine.positions()] == [Decimal("0.99")]


async def test_odd_rows_and_figures(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory)
    await buys(exchange)
    for fault in ("odd_price", "odd_volume", "odd_name"):
        await turns(exchange, f"{fault},path=/v1/positions")
    (row,) = await exchange.positions()
    assert (row["price_open"], row["volume"], row["symbol"]) == (-40.0, 0, "EUR\x1bUSD")
    for value, told in [("null", None), ("0", 0), ("1:2000", "1:2000"), ("2000000000", 2_000_000_000)]:
        await exchange.posts("/paper/faults", clear=True)
        await turns(exchange, f"odd_leverage,value={value},path=/v1/account")
        assert (await exchange.gets("/v1/account"))["leverage"] == told
    await turns(exchange, "odd_ask,symbol=EURUSD,path=/v1/symbols/EURUSD")
    assert (await exchange.gets("/v1/symbols/EURUSD"))["ask"] == 0
    assert (await exchange.gets("/v1/symbols/GBPUSD"))["ask"] > 0


async def comes_true(exchange: PaperExchange, holds: Any) -> None:
    """Read positions until what is held of them is so."""
    async with asyncio.timeout(PATIENCE):
        while not holds(await exchange.positions()):  # noqa: ASYNC110 another's list tells no loop
            await asyncio.sleep(0.02)


# --- parts ---


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (Telling.FILLED, 200, {"status": "filled", "volume": 0.04}),
        (Telling.PLACED, 200, {"status": "placed", "volume": 0.1}),
        (Telling.TIMED_OUT, 504, {"error": "mt5_timeout"}),
        (Telling.IN_PART, 400, {"retcode": 10010}),
    ],
)
async def test_an_order_is_filled_in_part_and_told_so_or_not(
    exchange_factory: ExchangeFactory, answer: Telling, status: int, said: dict[str, object]
) -> None:
    exchange = await moody(exchange_factory, f"part=0.3,answer={answer.value}")

    answered = await buys(exchange, sl=0.5)

    assert answered.status_code == status
    assert said.items() <= answered.json().items()
    await exchange.sees(lambda: volumes(exchange) == [PART])
    await exchange.sees(lambda: volumes(exchange) == [TENTH])
    (position,) = exchange.engine.positions()
    assert position.sl == Decimal("0.5")
    assert [one.cause for one in exchange.engine.executions] == [Cause.TRADE, Cause.REST]


async def test_the_rest_of_a_sell_sells_on_a_netting_account(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, margin_mode=MarginMode.NETTING)
    await buys(exchange)
    await turns(exchange, "part=0.2")

    await exchange.sells("EURUSD", 0.05)

    assert volumes(exchange) == [Decimal("0.08")]
    await exchange.sees(lambda: volumes(exchange) == [Decimal("0.05")])
    assert [deal.side for deal in exchange.engine.deals()] == [Side.BUY, Side.SELL, Side.SELL]
    await turns(exchange, "part=0.2,share=0.5")
    await exchange.sells("EURUSD", 0.1)
    await exchange.sees(
        lambda: [(p.side, p.volume) for p in exchange.engine.positions()] == [(Side.SELL, Decimal("0.05"))]
    )


async def test_half_of_an_answer_comes_of_a_part(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "part,answer=cut")
    with pytest.raises(httpx.RemoteProtocolError):
        await buys(exchange)
    assert volumes(exchange) == [PART]


async def test_a_close_and_a_reverse_are_done_in_part(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory)
    ticket = (await buys(exchange)).json()["order"]
    await turns(exchange, "part=0.2,path=/v1/close", "part,path=/v1/reverse")

    await exchange.posts("/v1/close", ticket=ticket)

    assert volumes(exchange) == [Decimal("0.06")]
    await exchange.sees(lambda: volumes(exchange) == [])
    ticket = (await exchange.sells("EURUSD", 0.1))["order"]
    answered = (await exchange.posts("/v1/reverse", ticket=ticket)).json()
    assert answered["open"]["volume"] == 0.04
    assert volumes(exchange) == [PART]


@pytest.mark.parametrize(
    ("fault", "stop"),
    [
        (Fault.WITHOUT_STOPS, None),
        (Fault.STOPS_OFF, Decimal("0.99001")),
    ],
)
async def test_stops_are_not_as_sent(
    exchange_factory: ExchangeFactory, fault: Fault, stop: Decimal | None
) -> None:
    exchange = await moody(exchange_factory, fault.value)

    assert (await buys(exchange, sl=0.99)).status_code == 200

    assert [position.sl for position in exchange.engine.positions()] == [stop]


# --- told as done ---


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/trade", {"symbol": "EURUSD", "side": "buy", "volume": 0.1}),
        ("/v1/close", {"ticket": 1}),
        ("/v1/modify", {"ticket": 1, "sl": 0.5}),
        ("/v1/close-by", {"position": 1, "position_by": 2}),
        ("/v1/reverse", {"ticket": 1}),
        ("/v1/close-all", {}),
        ("/v1/close-symbol", {"symbol": "EURUSD"}),
    ],
)
async def test_nothing_is_done_and_told_as_done(
    exchange_factory: ExchangeFactory, path: str, body: dict[str, Any]
) -> None:
    exchange = await moody(exchange_factory, f"nothing_done,path={path}")

    answered = await exchange.posts(path, **body)

    assert answered.status_code == 200
    assert "rejected" not in answered.text
    assert exchange.engine.executions == []


async def test_what_is_done_is_told_with_another_volume_or_number(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "another_volume", "no_such_order", fills=Fills.PLACED)

    first, second = (await buys(exchange)).json(), (await exchange.posts("/v1/trade", **BUY)).json()

    assert first["volume"] == 0.04
    assert second["status"] == "filled"
    assert second["order"] not in [position.ticket for position in exchange.engine.positions()]
    assert volumes(exchange) == [TENTH, TENTH]


BUY: dict[str, Any] = {"symbol": "EURUSD", "side": "buy", "volume": 0.1}


@pytest.mark.parametrize(
    ("fault", "counted", "statuses", "left"),
    [
        ("bulk_told", 3, ["filled"] * 3, 3),
        ("bulk_told,share=0.9", 3, ["filled"] * 3, 1),
        ("bulk_told,answer=zero", 0, [], 3),
        ("bulk_told,answer=placed", 3, ["placed"] * 3, 3),
        ("bulk_told=0.2,answer=placed,share=1", 3, ["placed"] * 3, 0),
        ("bulk_told,answer=miscount,share=0.4", 3, ["filled", "rejected", "rejected"], 2),
    ],
)
async def test_a_bulk_close_lies(
    exchange_factory: ExchangeFactory, fault: str, counted: int, statuses: list[str], left: int
) -> None:
    exchange = await moody(exchange_factory)
    for _ in range(3):
        await exchange.posts("/v1/trade", **BUY)
    await turns(exchange, fault)

    answered = (await exchange.posts("/v1/close-all", "all")).json()

    assert answered["closed"] == counted
    assert [line["status"] for line in answered["details"]] == statuses
    await exchange.sees(lambda: len(volumes(exchange)) == left)


# --- the stream ---


async def test_account_events_come_twice_out_of_order_and_again(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "stream_double=0.3")
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        ticket = (await buys(exchange)).json()["order"]
        assert [(await stream.next_of(event="open"))["ticket"] for _ in range(2)] == [ticket] * 2
        await exchange.sees(lambda: not exchange.server._stream.is_on(Fault.STREAM_DOUBLE))

        await turns(exchange, "stream_reorder=0.2")
        await exchange.posts("/v1/trade", **BUY)
        last = await stream.next_of(event="open")
        assert last["ticket"] > ticket

        await turns(exchange, "stream_replay,path=/v1/account", "stream_close,path=/v1/account")
        await exchange.gets("/v1/account")
        assert (await stream.next_of(event="open"))["ticket"] == ticket
        assert (await stream.next_of(event="close"))["ticket"] == last["ticket"]
        assert len(await exchange.positions()) == 2


async def test_a_quote_is_far_off_once_and_old_after_a_reconnect(exchange_factory: ExchangeFactory) -> None:
    exchange = await moody(exchange_factory, "stream_jump,symbol=EURUSD,path=/v1/account")
    async with exchange.stream() as stream:
        await stream.signs_in()
        await exchange.gets("/v1/account")
        await stream.watches("EURUSD", "GBPUSD")
        bids = [(await stream.next_of(symbol="EURUSD"))["bid"] for _ in range(2)]
        assert bids[0] < 0.001 < bids[1]
        await turns(exchange, "stream_old_quotes,by=1800,path=/v1/account")
        await exchange.gets("/v1/account")
        await stream.is_closed()
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        ages = [
            datetime.now(UTC) - datetime.fromisoformat((await stream.next_of(symbol="EURUSD"))["time"])
            for _ in range(2)
        ]
        assert ages[0] >= timedelta(minutes=30) > ages[1]


@pytest.mark.parametrize("symbol", ["EURUSD", None])
async def test_subscriptions_are_forgotten_in_silence(
    exchange_factory: ExchangeFactory, symbol: str | None
) -> None:
    which = f",symbol={symbol}" if symbol else ""
    exchange = await moody(exchange_factory, f"stream_forget{which},path=/v1/account")
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD", "GBPUSD")
        await stream.is_answered()
        (client,) = exchange.server.hub.clients
        await exchange.gets("/v1/account")

        assert list(client.subscriptions) == (["GBPUSD"] if symbol else [])


# --- scripts ---


def test_a_fault_of_the_command_line_may_have_more_fields() -> None:
    step = Scripted(Fault.PART, "/v1/close", 2, 60.0, Decimal("0.3"), answer=Telling.PLACED)
    assert parse_fault("part=60,share=0.3,answer=placed,path=/v1/close,times=2") == step
    stale = parse_fault("list_stale=9,by=24,read=/v1/history")
    assert read_script(script_row((step, stale), Mood())).next == (step, stale)
    for wrong, said in [
        ("part,share=2", "share must be 0 to 1"),
        ("part,answer=maybe", "maybe"),
        ("part,sare=1", "takes path, times, seconds"),
        ("list_empty,read=/v1/symbols", "read must be one of"),
        ("list_stale,by=soon", "takes by"),
    ]:
        with pytest.raises(OptionError, match=said):
            parse_fault(wrong)
