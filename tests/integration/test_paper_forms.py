"""Each minimal body, field by field as the API documents it, and the rich one above it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.integration.exchange_client import ExchangeFactory, Frame, PaperExchange, error_of
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.paper.account.command_results import RefusalCode, TradeRefusal
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.service.fault_hooks import IncomingCall, NoFaults
from xbtfx_tui.paper.service.rate_limits import ServerLimits

# What each answer has in the minimal form, to the letter; a list holds the one shape that all its rows have.
Shape = Mapping[str, Any]
LEAF = object()


def fields(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), LEAF)


SYMBOL = fields("name digits contract_size point trade_mode swap_long swap_short spread bid ask")
POSITION = fields("ticket symbol side volume price_open price_current sl tp profit swap")
ORDER = fields("ticket symbol type volume price sl tp")
DEAL = fields("ticket symbol side entry volume price profit time order position")
FILLED = fields("status deal price")
BULK = {**fields("closed failed total_profit"), "details": [fields("ticket status deal profit")]}
MINIMAL: Mapping[str, Shape] = {
    "auth/status": fields("login tier status permissions margin_mode"),
    "account": fields("login balance equity margin margin_free profit leverage margin_mode"),
    "symbols": {"symbols": [SYMBOL], "count": LEAF},
    "symbols/:symbol": fields(
        "symbol description currency_base currency_profit currency_margin digits point contract_size"
        " trade_mode tradeable volume_min volume_max volume_step stops_level spread bid ask"
    ),
    "positions": {"positions": [POSITION], "count": LEAF},
    "orders": {"orders": [ORDER], "count": LEAF},
    "history": {"deals": [DEAL], "count": LEAF},
    "trade, placed": fields("status retcode volume comment"),
    "trade, filled": fields("status retcode volume comment deal order price"),
    "close, placed": fields("status retcode"),
    "close, filled": fields("status retcode deal order price"),
    "modify": fields("status retcode"),
    "close-by": fields("status position position_by retcode"),
    "reverse": {"close": FILLED, "open": fields("status deal order volume price side")},
    "reverse, 207": {"close": FILLED, "open": fields("status retcode message"), "warning": LEAF},
    "close-all": BULK,
    "close-symbol": BULK,
    "error": fields("error message"),
    "error, 429": fields("error message retry_after_sec"),
    "error, market closed": fields("error message next_open"),
    "error, rejected": fields("error message retcode"),
}
ACCOUNT_EVENTS: Mapping[tuple[str, str | None], Shape] = {
    ("position", "open"): fields("channel event ticket symbol side volume price_open"),
    ("position", "update"): fields("channel event ticket profit price_current"),
    ("position", "close"): fields("channel event ticket symbol profit"),
    ("order", "add"): fields("channel event ticket symbol type volume price"),
    ("order", "remove"): fields("channel event ticket"),
    ("deal", None): fields("channel ticket symbol side volume price profit"),
}
SATURDAY = datetime(2026, 4, 4, 12, tzinfo=UTC)


def shape_of(body: Any) -> Any:
    """The body's fields; of a list the one shape that all of its rows have."""
    match body:
        case dict():
            return {name: shape_of(value) for name, value in body.items()}
        case [dict() as first, *rest]:
            shape = shape_of(first)
            assert all(shape_of(one) == shape for one in rest)
            return [shape]
        case _:
            return LEAF


def covers(rich: Any, minimal: Any) -> bool:
    """Whether a shape has all that another has."""
    match rich, minimal:
        case dict(), dict():
            return all(name in rich and covers(rich[name], shape) for name, shape in minimal.items())
        case [row], [least]:
            return covers(row, least)
        case _:
            return minimal is LEAF


class HalfAReverse(NoFaults):
    """Refuses the second half of every reverse."""

    def refuse_open(self, call: IncomingCall) -> TradeRefusal | None:
        return TradeRefusal(RefusalCode.REJECTED, "Requote.", 10004)


async def all_bodies(start: ExchangeFactory, form: ApiForm) -> dict[str, Frame]:
    """One body of every answer there is."""
    bodies: dict[str, Frame] = {}

    def takes(name: str, answer: httpx.Response, status: int = 200) -> Frame:
        assert answer.status_code == status, answer.text
        bodies[name] = answer.json()
        return bodies[name]

    async def buys(desk: PaperExchange, **more: Any) -> httpx.Response:
        return await desk.posts("/v1/trade", symbol="EURUSD", side="buy", volume=0.1, **more)

    lived = await start(market=StillMarket(), form=form)
    takes("auth/status", await lived.http.get("/v1/auth/status"))
    takes("account", await lived.http.get("/v1/account"))
    takes("symbols", await lived.http.get("/v1/symbols"))
    takes("symbols/:symbol", await lived.http.get("/v1/symbols/EURUSD"))
    takes("positions", await lived.http.get("/v1/positions"))
    takes("orders", await lived.http.get("/v1/orders"))
    takes("history", await lived.http.get("/v1/history?period=last_month"))
    takes("trade, placed", await buys(lived, comment="mine"))
    held = bodies["positions"]["positions"][0]["ticket"]
    takes("close, placed", await lived.posts("/v1/close", ticket=held, comment="mine"))
    takes("error", await lived.posts("/v1/close", ticket=1), 404)
    takes("error, rejected", await buys(lived, sl=9), 400)

    desk = await start(fresh=True, fills=Fills.INSTANT, market=StillMarket(), form=form)
    first = takes("trade, filled", await buys(desk, comment="mine"))["order"]
    takes("close, filled", await desk.posts("/v1/close", ticket=first, volume=0.04, comment="mine"))
    takes("modify", await desk.posts("/v1/modify", ticket=first, sl=0.9))
    second = (await desk.sells("EURUSD", 0.02))["order"]
    takes("close-by", await desk.posts("/v1/close-by", position=first, position_by=second))
    takes("reverse", await desk.posts("/v1/reverse", ticket=first))
    takes("close-symbol", await desk.posts("/v1/close-symbol", symbol="EURUSD"))
    await buys(desk)
    takes("close-all", await desk.posts("/v1/close-all"))

    half = await start(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), form=form, faults=HalfAReverse()
    )
    ticket = (await buys(half)).json()["order"]
    takes("reverse, 207", await half.posts("/v1/reverse", ticket=ticket), 207)

    spent = await start(form=form, limits=ServerLimits(budget=0))
    takes("error, 429", await spent.http.get("/v1/account"), 429)
    shut = await start(
        fresh=True, market=StillMarket(HoursMode.REAL), clock=PushedClock(at=SATURDAY), form=form
    )
    takes("error, market closed", await buys(shut), 400)
    return bodies


async def test_the_minimal_bodies_have_exactly_the_documented_fields(
    exchange_factory: ExchangeFactory,
) -> None:
    bodies = await all_bodies(exchange_factory, ApiForm.MINIMAL)
    assert bodies.keys() == MINIMAL.keys()
    for name, minimal in MINIMAL.items():
        assert shape_of(bodies[name]) == minimal, name
    assert bodies["symbols"]["symbols"][0]["trade_mode"] == 4
    assert bodies["symbols/:symbol"]["trade_mode"] == "Full"
    assert bodies["auth/status"]["permissions"] == ["trade", "read"]
    assert bodies["trade, placed"]["comment"] == bodies["trade, filled"]["comment"] == ""
    for deal in bodies["history"]["deals"]:
        assert datetime.fromisoformat(deal["time"]).tzinfo is None
        assert len(deal["time"]) == len("2025-01-15T10:30:00")


async def test_the_rich_bodies_have_all_that_the_minimal_ones_have(exchange_factory: ExchangeFactory) -> None:
    bodies = await all_bodies(exchange_factory, ApiForm.RICH)
    richer = set()
    for name, minimal in MINIMAL.items():
        shape = shape_of(bodies[name])
        assert covers(shape, minimal), name
        if shape != minimal:
            richer.add(name)
    assert richer == {
        *("auth/status", "account", "symbols/:symbol", "close, placed", "close, filled"),
        *("close-all", "close-symbol"),
    }


async def test_the_two_forms_tell_the_same_of_what_both_tell(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock(at=datetime(2026, 4, 1, 12, tzinfo=UTC))
    minimal, rich = [
        await exchange_factory(market=StillMarket(), clock=clock, form=form, login=12345678)
        for form in (ApiForm.MINIMAL, ApiForm.RICH)
    ]
    for path in ("auth/status", "account", "symbols", "symbols/EURUSD", "positions", "orders"):
        least, most = await minimal.gets(f"/v1/{path}"), await rich.gets(f"/v1/{path}")
        assert least.items() <= most.items(), path


@pytest.mark.parametrize("form", list(ApiForm))
async def test_the_account_channel_tells_what_is_documented_and_no_more(
    exchange_factory: ExchangeFactory, form: ApiForm
) -> None:
    market = StillMarket()
    exchange = await exchange_factory(fills=Fills.INSTANT, market=market, form=form)
    told: dict[tuple[str, str | None], Frame] = {}
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        ticket = (await exchange.buys("BTCUSD", 0.01))["order"]
        market.moves("BTCUSD", "90000.00", "90010.00")
        await exchange.posts("/v1/close", ticket=ticket)
        for order in exchange.engine.orders():
            market.moves(order.symbol, str(order.price), str(order.price))
        while not told.keys() >= ACCOUNT_EVENTS.keys() - {("order", "add")}:
            frame = await stream.next()
            told[frame["channel"], frame.get("event")] = frame
    for kind, frame in told.items():
        assert shape_of(frame) == ACCOUNT_EVENTS[kind], kind


@pytest.mark.parametrize(("form", "tells_spread"), [(ApiForm.MINIMAL, False), (ApiForm.RICH, True)])
async def test_a_quote_has_its_spread_in_the_rich_form(
    exchange_factory: ExchangeFactory, form: ApiForm, tells_spread: bool
) -> None:
    exchange = await exchange_factory(market=StillMarket(), form=form)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        quote = await stream.next_of(channel="quote")
        assert {"symbol", "bid", "ask", "time"} <= quote.keys()
        assert ("spread" in quote) is tells_spread


@pytest.mark.parametrize("form", list(ApiForm))
async def test_a_shut_market_is_not_tradeable_and_says_when_it_opens(
    exchange_factory: ExchangeFactory, form: ApiForm
) -> None:
    clock = PushedClock(at=SATURDAY)
    exchange = await exchange_factory(
        fresh=True, market=StillMarket(HoursMode.REAL), clock=clock, form=form, fills=Fills.INSTANT
    )
    shut = await exchange.gets("/v1/symbols/EURUSD")
    assert (shut["tradeable"], shut["trade_mode"]) == (False, "Full")
    status, body = error_of(await exchange.posts("/v1/trade", symbol="EURUSD", side="buy", volume=0.1))
    assert (status, body["error"]) == (400, "market_closed")
    opens = datetime.fromisoformat(body["next_open"])
    assert opens == datetime(2026, 4, 5, 22, tzinfo=UTC)
    clock.push((opens - clock.utc()).total_seconds() + 1)
    assert (await exchange.gets("/v1/symbols/EURUSD"))["tradeable"] is True
    await exchange.buys("EURUSD", 0.1)


async def test_a_refused_line_of_a_bulk_close_names_no_deal(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock(at=SATURDAY - timedelta(days=1))
    market = StillMarket(HoursMode.REAL)
    exchange = await exchange_factory(
        fresh=True, market=market, clock=clock, form=ApiForm.MINIMAL, fills=Fills.INSTANT
    )
    ticket = (await exchange.buys("EURUSD", 0.1))["order"]
    clock.push(24 * 3600)
    body = (await exchange.posts("/v1/close-all")).json()
    assert (body["closed"], body["failed"]) == (0, 1)
    assert body["details"] == [{"ticket": ticket, "status": "rejected", "deal": 0, "profit": 0}]


@pytest.mark.parametrize("ahead", [3600, -7200])
async def test_the_brokers_clock_may_be_off_and_the_servers_is_not(
    exchange_factory: ExchangeFactory, ahead: int
) -> None:
    now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    market = StillMarket()
    exchange = await exchange_factory(
        fresh=True,
        fills=Fills.INSTANT,
        market=market,
        clock=PushedClock(at=now),
        form=ApiForm.MINIMAL,
        broker_offset=ahead,
    )
    await exchange.buys("EURUSD", 0.1)
    answer = await exchange.http.get("/v1/history?period=today")
    (deal,) = answer.json()["deals"]
    told = datetime.fromisoformat(deal["time"]).replace(tzinfo=UTC)
    assert abs(told - now - timedelta(seconds=ahead)) < timedelta(seconds=60)
    assert abs(parsedate_to_datetime(answer.headers["Date"]) - now) < timedelta(seconds=60)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches("EURUSD")
        before = await stream.next_of(channel="quote")
        market.moves("EURUSD", "1.20000", "1.20002", at=now)
        while (quote := await stream.next_of(channel="quote"))["bid"] == before["bid"]:
            pass
        assert datetime.fromisoformat(quote["time"]) == now + timedelta(seconds=ahead)


async def test_a_day_of_history_is_the_brokers_day(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        fresh=True,
        fills=Fills.INSTANT,
        market=StillMarket(),
        clock=PushedClock(at=datetime(2026, 4, 1, 23, 30, tzinfo=UTC)),
        form=ApiForm.MINIMAL,
        broker_offset=3600,
    )
    await exchange.buys("EURUSD", 0.1)
    for day, count in (("2026-04-01", 0), ("2026-04-02", 1)):
        body = await exchange.gets("/v1/history", **{"from": day, "to": day})
        assert (body["count"], len(body["deals"])) == (count, count)
