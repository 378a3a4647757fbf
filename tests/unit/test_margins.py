"""Margin by the symbol's calculation mode, else by its kind; not known where nothing tells."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.margins import Margin, MarginNotKnown, margin_of
from xbtfx_tui.domain.order_estimates import estimate_open
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.wire.get_responses import read_account
from xbtfx_tui.wire.wire_errors import WireError

D = Decimal
EURUSD = SymbolSpec("EURUSD", 5, D("0.00001"), D(100_000), currency_base="EUR", currency_profit="USD")
NDX = SymbolSpec("NDXUSD", 2, D("0.01"), D(1), currency_base="USD", currency_profit="USD")
ES = replace(NDX, name="ESUSD", calc_mode="Futures", margin_initial=D(1200), currency_margin="USD")


@pytest.mark.parametrize(
    ("spec", "lots", "price", "amount", "currency"),
    [
        (EURUSD, "0.10", "1.164", "100", "EUR"),
        (replace(EURUSD, calc_mode="Forex"), "0.10", "1.164", "100", "EUR"),
        (replace(EURUSD, calc_mode="Forex", margin_long=D(1)), "0.10", "1.164", "100", "EUR"),
        (replace(EURUSD, calc_mode="ForexNoLeverage"), "0.10", "1.164", "10000", "EUR"),
        (replace(NDX, margin_long=D("0.05")), "2", "20000", "2000", "USD"),
        (replace(NDX, path="CFD\\Indices\\NDXUSD"), "2", "20000", "400", "USD"),
        (replace(NDX, calc_mode="CFDLeverage"), "2", "20000", "400", "USD"),
        (replace(NDX, calc_mode="CFD"), "2", "20000", "40000", "USD"),
        (replace(NDX, calc_mode="CFD", margin_long=D("0.05")), "2", "20000", "2000", "USD"),
        (replace(NDX, calc_mode="CFDLeverage", margin_long=D(2)), "2", "20000", "800", "USD"),
        (ES, "3", "5000", "3600", "USD"),
        # Oil below zero takes margin all the same.
        (replace(NDX, calc_mode="CFD"), "1", "-40", "40", "USD"),
    ],
)
def test_margin(spec: SymbolSpec, lots: str, price: str, amount: str, currency: str) -> None:
    assert margin_of(spec, Side.BUY, D(lots), D(price), 100) == Margin(D(amount), currency)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (replace(EURUSD, currency_base=None, currency_profit=None), "neither its kind nor"),
        (replace(EURUSD, currency_base=None, calc_mode="Forex"), "base currency"),
        (replace(NDX, currency_profit=None, calc_mode="CFD"), "priced in"),
        (NDX, "neither its calculation mode nor its margin rate"),
        (replace(ES, margin_initial=None), "initial margin"),
        (replace(ES, margin_initial=D(0)), "initial margin"),
        (replace(NDX, calc_mode="ExchBonds"), "more than the API tells"),
        (replace(EURUSD, margin_long=D("0.02")), "margin rate"),
    ],
)
def test_what_nothing_tells_is_not_known(spec: SymbolSpec, why: str) -> None:
    needed = margin_of(spec, Side.BUY, D(1), D(1), 100)
    assert isinstance(needed, MarginNotKnown)
    assert why in needed.why


def test_without_a_leverage_only_what_needs_none_is_known() -> None:
    assert isinstance(margin_of(EURUSD, Side.BUY, D(1), D(1), None), MarginNotKnown)
    assert margin_of(ES, Side.BUY, D(1), D(1), None) == Margin(D(1200), "USD")
    assert margin_of(replace(NDX, calc_mode="CFD"), Side.BUY, D(1), D(7), None) == Margin(D(7), "USD")


def test_margin_that_is_not_known_never_lacks() -> None:
    poor = Account(1, D(1), D(1), D(0), D(1), D(0), None, MarginMode.HEDGING, "USD")
    order = OpenIntent("a", "EURUSD", Side.BUY, D(100), D("1.164"))
    estimate = estimate_open(order, EURUSD, D("1.164"), D("1.164"), poor, lambda _: D(1))
    assert (estimate.margin, estimate.free_after, estimate.level_after) == (None, None, None)


@pytest.mark.parametrize(
    ("sent", "leverage"),
    [
        (100, 100),
        ("100", 100),
        ("1:2000", 2000),
        (" 1:500 ", 500),
        (100.0, 100),
        (None, None),
        (0, None),
        (-5, None),
        (2_000_000_000, None),
        ("2,000", None),
        ("1:", None),
        ("1:0", None),
        (33.3, None),
        ([100], None),
        (True, None),
        ("NaN", None),
    ],
)
def test_a_leverage_that_can_not_be_read_is_not_known_and_the_rest_stands(
    sent: object, leverage: int | None
) -> None:
    account = read_account(json.dumps(account_body() | {"leverage": sent}).encode())
    assert account.leverage == leverage
    assert account.equity == D("10000.5")


def account_body() -> dict[str, object]:
    return {
        "login": 7,
        "balance": 10000,
        "equity": 10000.5,
        "margin": 12,
        "margin_free": 9988.5,
        "profit": 0.5,
        "leverage": 100,
        "margin_mode": "hedging",
    }


ANYTHING = (
    st.none()
    | st.booleans()
    | st.text(max_size=6)
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from(["1:100", "NaN", "-1", "1e400"])
    | st.lists(st.integers(), max_size=2)
)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_odd_figures_of_an_account_cost_themselves_alone(
    leverage: object, level: object, name: object
) -> None:
    body = account_body() | {"leverage": leverage, "margin_level": level, "currency": name}
    account = read_account(json.dumps(body).encode())
    assert account.equity == D("10000.5")
    assert account.leverage is None or 0 < account.leverage <= 100_000


@given(st.dictionaries(st.sampled_from(sorted(account_body())), ANYTHING, max_size=8))
def test_any_account_is_read_or_refused(fields: dict[str, object]) -> None:
    try:
        read_account(json.dumps(account_body() | fields).encode())
    except WireError as error:
        assert str(error)
