"""The exchange's reading endpoints, their weights and headers, through a plain HTTP client."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange, error_of
from tests.integration.still_market import PushedClock, StillMarket
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.service.rate_limits import ServerLimits


async def test_the_key_tells_its_login_tier_permissions_and_margin_mode(
    exchange_factory: ExchangeFactory,
) -> None:
    exchange = await exchange_factory(
        login=12345678,
        tier="premium",
        margin_mode=MarginMode.NETTING,
        permissions={Permission.READ},
        form=ApiForm.RICH,
    )
    assert await exchange.gets("/v1/auth/status") == {
        "login": 12345678,
        "tier": "premium",
        "status": "active",
        "permissions": ["read"],
        "margin_mode": "netting",
        "server": "XBTFX-Paper",
    }


async def test_an_account_without_positions_has_no_margin_level(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        fresh=True, leverage=30, currency="BTC", login=12345678, form=ApiForm.RICH
    )
    answer = await exchange.http.get("/v1/account")
    assert answer.text == (
        '{"login":12345678,"balance":0.15000000,"equity":0.15000000,"margin":0.00000000,'
        '"margin_free":0.15000000,"profit":0.00000000,"leverage":30,"margin_mode":"hedging",'
        '"currency":"BTC","server":"XBTFX-Paper"}'
    )


async def test_account_figures_are_kept_for_two_seconds(exchange_factory: ExchangeFactory) -> None:
    clock, market = PushedClock(), StillMarket()
    exchange = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, clock=clock, market=market, form=ApiForm.RICH
    )
    before = await exchange.gets("/v1/account")
    await exchange.buys("EURUSD", 0.1)
    assert await exchange.gets("/v1/account") == before
    clock.push(2)
    after = await exchange.gets("/v1/account")
    assert after["margin"] > 0
    assert after["margin_level"] == pytest.approx(after["equity"] / after["margin"] * 100, rel=1e-4)


async def test_symbols_are_listed_as_documented(exchange: PaperExchange) -> None:
    listed = await exchange.gets("/v1/symbols")
    assert listed["count"] == len(listed["symbols"]) >= 60
    for row in listed["symbols"]:
        assert row.keys() == {
            *("name", "digits", "contract_size", "point", "trade_mode"),
            *("swap_long", "swap_short", "spread", "bid", "ask"),
        }
        assert row["bid"] < row["ask"]


async def test_a_symbol_is_told_in_full(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(market=StillMarket(), form=ApiForm.RICH)
    spec = await exchange.gets("/v1/symbols/USDJPY")
    assert spec["symbol"] == "USDJPY"
    assert spec["path"] == "Forex\\Majors\\USDJPY"
    assert spec["trade_mode"] == "Full"
    assert (spec["volume_min"], spec["volume_step"]) == (0.01, 0.01)
    assert spec["spread"] == round((spec["ask"] - spec["bid"]) / 0.001)
    assert spec["sessions"]["trade"][0] == {"day": "Monday", "open": "00:00", "close": "24:00"}
    # One tick of a lot is 100 yen, in dollars at the market's own rate.
    assert spec["tick_value"] == pytest.approx(100 / ((spec["bid"] + spec["ask"]) / 2), rel=1e-6)


async def test_a_tick_is_worth_its_value_in_the_accounts_currency(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(market=StillMarket(), currency="BTC", form=ApiForm.RICH)
    bitcoin = await exchange.gets("/v1/symbols/BTCUSD")
    spec = await exchange.gets("/v1/symbols/EURUSD")
    assert spec["tick_value"] == pytest.approx(1 / ((bitcoin["bid"] + bitcoin["ask"]) / 2), rel=1e-4)


async def test_real_hours_are_told_as_sessions(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(hours=HoursMode.REAL, form=ApiForm.RICH)
    days = {span["day"] for span in (await exchange.gets("/v1/symbols/EURUSD"))["sessions"]["trade"]}
    assert "Saturday" not in days
    assert {"Monday", "Friday", "Sunday"} <= days


@pytest.mark.parametrize("path", ["/v1/symbols/eurusd", "/v1/symbols/NOPE", "/v1/positions?symbol=NOPE"])
async def test_an_unknown_symbol_is_invalid(exchange: PaperExchange, path: str) -> None:
    status, body = error_of(await exchange.http.get(path))
    assert (status, body["error"]) == (400, "invalid_symbol")


async def test_a_lived_account_has_positions_orders_and_a_months_deals(
    exchange_factory: ExchangeFactory,
) -> None:
    exchange = await exchange_factory(form=ApiForm.RICH)
    positions = await exchange.gets("/v1/positions")
    assert positions["count"] == 3
    for row in positions["positions"]:
        assert row.keys() == {
            *("ticket", "symbol", "side", "volume", "price_open", "price_current"),
            *("sl", "tp", "profit", "swap"),
        }
    orders = await exchange.gets("/v1/orders")
    assert orders["count"] == 2
    for row in orders["orders"]:
        assert row.keys() == {"ticket", "symbol", "type", "volume", "price", "sl", "tp"}
    deals = await exchange.gets("/v1/history", period="last_month")
    assert deals["count"] > 10
    for row in deals["deals"]:
        assert row.keys() == {
            *("ticket", "symbol", "side", "entry", "volume", "price", "profit", "time", "order", "position"),
        }
        assert datetime.fromisoformat(row["time"]).utcoffset() == timedelta(0)


async def test_positions_can_be_asked_for_one_symbol(exchange: PaperExchange) -> None:
    held = {row["symbol"] for row in await exchange.positions()}
    symbol = min(held)
    rows = (await exchange.gets("/v1/positions", symbol=symbol))["positions"]
    assert {row["symbol"] for row in rows} == {symbol}


async def test_history_answers_a_range_of_days_both_included(exchange: PaperExchange) -> None:
    every = (await exchange.gets("/v1/history", period="all"))["deals"]
    day = every[len(every) // 2]["time"][:10]
    rows = (await exchange.gets("/v1/history", **{"from": day, "to": day}))["deals"]
    assert rows == [deal for deal in every if deal["time"].startswith(day)]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Give period, or both from and to"),
        ("?period=yesterday", "period must be one of today, last_3_days"),
        ("?from=2026-01-01", "both from and to"),
        ("?from=2026-01-01&to=2026-04-02", "90 days at most"),
        ("?from=2026-01-02&to=2026-01-01", "from must not be after to"),
        ("?from=1.1.2026&to=2026-01-02", "from must be a day as YYYY-MM-DD"),
        ("?from=2026-01-01&to=9999-12-31", "to must be a day"),
        ("?period=today&from=2026-01-01&to=2026-01-02", "not both"),
    ],
)
async def test_a_range_that_makes_no_sense_is_refused_with_a_sentence(
    exchange: PaperExchange, query: str, says: str
) -> None:
    status, body = error_of(await exchange.http.get("/v1/history" + query))
    assert (status, body["error"]) == (400, "invalid_request")
    assert says in body["message"]


async def test_exactly_90_days_are_granted(exchange: PaperExchange) -> None:
    await exchange.gets("/v1/history", **{"from": "2026-01-01", "to": "2026-04-01"})


async def test_today_begins_at_midnight_utc(exchange_factory: ExchangeFactory) -> None:
    clock = PushedClock(at=datetime(2026, 4, 1, 23, 30, tzinfo=UTC))
    exchange = await exchange_factory(fresh=True, fills=Fills.INSTANT, clock=clock, market=StillMarket())
    await exchange.buys("BTCUSD", 0.01)
    assert (await exchange.gets("/v1/history", period="today"))["count"] == 1
    clock.push(3600)
    assert (await exchange.gets("/v1/history", period="today"))["count"] == 0
    assert (await exchange.gets("/v1/history", period="last_3_days"))["count"] == 1


WEIGHTS = {
    "/v1/auth/status": 1,
    "/v1/account": 1,
    "/v1/symbols": 2,
    "/v1/symbols/EURUSD": 1,
    "/v1/positions": 1,
    "/v1/orders": 1,
    "/v1/history?period=today": 2,
    "/paper/ledger": 0,
}
POST_WEIGHTS = {
    "/v1/trade": 1,
    "/v1/close": 1,
    "/v1/modify": 1,
    "/v1/close-by": 1,
    "/v1/reverse": 2,
    "/v1/close-all": 10,
    "/v1/close-symbol": 10,
}


def budget_of(answer: httpx.Response) -> tuple[int, int, int, int]:
    names = ("Budget", "Used", "Remaining", "Weight")
    budget, used, remaining, weight = (int(answer.headers[f"X-RateLimit-{name}"]) for name in names)
    return budget, used, remaining, weight


async def test_every_answer_tells_its_weight_and_what_is_left(exchange: PaperExchange) -> None:
    used = 0
    for path, weight in WEIGHTS.items():
        used += weight
        assert budget_of(await exchange.http.get(path)) == (600, used, 600 - used, weight)
    for path, weight in POST_WEIGHTS.items():
        used += weight
        assert budget_of(await exchange.http.post(path)) == (600, used, 600 - used, weight)


async def test_a_spent_budget_answers_429_until_a_minute_has_passed(
    exchange_factory: ExchangeFactory,
) -> None:
    clock = PushedClock()
    exchange = await exchange_factory(clock=clock, limits=ServerLimits(budget=3))
    await exchange.gets("/v1/symbols")
    refused = await exchange.http.get("/v1/symbols")
    status, body = error_of(refused)
    assert (status, body["error"]) == (429, "rate_limit_exceeded")
    assert 55 <= body["retry_after_sec"] <= 60
    assert budget_of(refused) == (3, 2, 1, 2)
    await exchange.gets("/v1/account")
    clock.push(body["retry_after_sec"])
    await exchange.gets("/v1/symbols")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer xbtfx_live_" + "0" * 32},
        {"Authorization": "Basic eHg6eHg="},
        {"Authorization": "Bearer"},
    ],
)
async def test_an_unknown_key_is_unauthorized_and_costs_nothing(
    exchange: PaperExchange, headers: dict[str, str]
) -> None:
    async with httpx.AsyncClient(base_url=exchange.base_url) as stranger:
        for path in WEIGHTS:
            answer = await stranger.get(path, headers=headers)
            status, body = error_of(answer)
            assert (status, body["error"]) == (401, "unauthorized")
            assert budget_of(answer)[1] == 0


async def test_the_key_in_the_query_opens_nothing(exchange: PaperExchange) -> None:
    async with httpx.AsyncClient(base_url=exchange.base_url) as stranger:
        answer = await stranger.get("/v1/account", params={"token": exchange.key.reveal()})
        assert answer.status_code == 401


async def test_a_given_key_is_the_key(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(key=ApiKey("my-own-key-for-a-script"))
    assert (await exchange.gets("/v1/auth/status"))["status"] == "active"


async def test_a_path_that_is_not_the_apis_is_a_json_404(exchange: PaperExchange) -> None:
    for answer in (await exchange.http.get("/v1/candles"), await exchange.http.get("/v1/trade")):
        status, body = error_of(answer)
        assert (status, body["error"]) == (404, "not_found")


async def test_the_ledger_counts_requests_by_path_with_their_keys(exchange: PaperExchange) -> None:
    await exchange.gets("/v1/account")
    await exchange.posts("/v1/close", key="one", ticket=1)
    await exchange.posts("/v1/close", key="one", ticket=1)
    requests = (await exchange.ledger())["requests"]
    assert requests["/v1/account"] == {"count": 1, "keys": []}
    assert requests["/v1/close"] == {"count": 2, "keys": ["one", "one"]}


async def test_the_ledgers_balance_is_deposit_and_deals(exchange: PaperExchange) -> None:
    ledger = await exchange.ledger()
    assert Decimal(str(ledger["balance"])) == sum(
        (Decimal(str(deal["profit"])) for deal in ledger["deals"]), Decimal(10_000)
    )
