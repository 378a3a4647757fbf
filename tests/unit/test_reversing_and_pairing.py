"""What a reverse leaves of the account, what a pair closes to, and shares of a position: worked by hand."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.close_by_pairs import Remainder, opposites, pair_result, remainder
from xbtfx_tui.domain.lot_steps import VolumeSteps, share_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.reverse_estimate import estimate_reverse
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
EURUSD = SymbolSpec(
    "EURUSD", 5, D("0.00001"), D(100_000), path="Forex\\EURUSD", currency_base="EUR", currency_profit="USD"
)
XAUUSD = SymbolSpec("XAUUSD", 2, D("0.01"), D(100), path="CFD\\XAUUSD", currency_profit="USD")
BID, ASK = D("1.08200"), D("1.08210")
LONG = Position(1, "EURUSD", Side.BUY, D("0.25"), D("1.08000"), BID, profit=D(50))
SHORT = Position(2, "EURUSD", Side.SELL, D("0.10"), D("1.08300"), ASK, profit=D(9))
RATES = {"USD": D(1), "EUR": D("1.08205")}
ACCOUNT = Account(1, D(1000), D(1059), D(400), D(659), D(59), 100, MarginMode.HEDGING, "USD")


def test_a_reverse_of_forex_takes_the_same_margin_and_costs_the_spread() -> None:
    estimate = estimate_reverse(LONG, EURUSD, BID, ASK, ACCOUNT, RATES.get)
    # 0.25 x 100,000 / 100 = 250 EUR = 270.5125 USD are freed and taken again; 0.0001 x 25,000 = 2.50 USD.
    assert (estimate.price, estimate.spread_cost) == (BID, D("2.5"))
    assert (estimate.margin_after, estimate.free_after) == (D(400), D("656.5"))
    assert estimate.level_after == D("1056.5") / 400 * 100


def test_a_short_opens_its_opposite_at_the_ask_and_a_cfds_margin_follows_the_price() -> None:
    gold = Position(3, "XAUUSD", Side.SELL, D("0.10"), D(2000), D(2001))
    estimate = estimate_reverse(gold, XAUUSD, D(2000), D(2001), ACCOUNT, RATES.get)
    # As if opened now: the sell held 10 x 2000 / 100 = 200, the buy takes 10 x 2001 / 100 = 200.10.
    assert (estimate.price, estimate.margin_after) == (D(2001), D("400.1"))


def test_more_margin_than_the_account_says_is_held_frees_no_more_than_that() -> None:
    estimate = estimate_reverse(LONG, EURUSD, BID, ASK, replace(ACCOUNT, margin=D(100)), RATES.get)
    assert estimate.margin_after == D("270.5125")


@pytest.mark.parametrize("account", [None, replace(ACCOUNT, leverage=0)])
def test_without_the_account_nothing_is_said_of_it(account: Account | None) -> None:
    estimate = estimate_reverse(LONG, EURUSD, BID, ASK, account, RATES.get)
    assert (estimate.price, estimate.spread_cost) == (BID, D("2.5"))
    assert (estimate.margin_after, estimate.free_after, estimate.level_after) == (None, None, None)


def test_without_a_rate_the_margin_is_not_known() -> None:
    estimate = estimate_reverse(LONG, EURUSD, BID, ASK, ACCOUNT, {"USD": D(1)}.get)
    assert (estimate.spread_cost, estimate.margin_after) == (D("2.5"), None)


def test_opposites_are_of_the_same_symbol_and_the_other_side_the_largest_first() -> None:
    larger, twin = replace(SHORT, ticket=4, volume=D("0.40")), replace(SHORT, ticket=5)
    others = (LONG, SHORT, replace(LONG, ticket=6), replace(SHORT, ticket=7, symbol="GBPUSD"), larger, twin)
    assert opposites(LONG, reversed(others)) == (larger, SHORT, twin)


def test_the_larger_of_the_two_shrinks_by_the_smaller() -> None:
    assert remainder(LONG, SHORT) == Remainder(1, Side.BUY, D("0.15"))
    assert remainder(SHORT, LONG) == Remainder(1, Side.BUY, D("0.15"))
    assert remainder(LONG, replace(SHORT, volume=D("0.250"))) is None


def test_a_pair_realises_the_distance_of_its_opens_whichever_is_named_first() -> None:
    # 0.10 lots bought at 1.0800 and sold at 1.0830: 0.0030 x 10,000 = 30 USD.
    assert pair_result(LONG, SHORT, EURUSD, RATES.get) == D(30)
    assert pair_result(SHORT, LONG, EURUSD, RATES.get) == D(30)
    assert pair_result(LONG, SHORT, EURUSD, lambda _: None) is None


@pytest.mark.parametrize(
    ("held", "parts", "share"),
    [
        ("0.25", 2, "0.12"),  # 0.125
        ("0.25", 4, "0.06"),  # 0.0625
        ("0.30", 3, "0.10"),
        ("0.02", 3, None),  # 0.0067
        ("0.01", 2, None),
    ],
)
def test_a_share_is_rounded_down_and_never_up_to_the_minimum(
    held: str, parts: int, share: str | None
) -> None:
    steps = VolumeSteps(D("0.01"), D(100), D("0.01"))
    assert share_of(D(held), parts, steps) == (D(share) if share else None)


def test_the_steps_count_from_the_minimum() -> None:
    assert share_of(D("3.5"), 2, VolumeSteps(D("0.5"), None, D("1"))) == D("1.5")
