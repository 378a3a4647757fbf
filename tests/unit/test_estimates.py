"""What an order would cost and could bring, in the account's currency."""

from decimal import Decimal

import msgspec

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_estimates import AccountRate, Estimate, estimate_open
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
EURUSD = SymbolSpec(
    "EURUSD", 5, D("0.00001"), D(100_000), path="Forex\\EURUSD", currency_base="EUR", currency_profit="USD"
)
NDX = SymbolSpec(
    "NDXUSD", 2, D("0.01"), D(1), path="CFD\\NDXUSD", currency_profit="USD", margin_long=D("0.05")
)
ACCOUNT = Account(1, D(1000), D(1000), D(200), D(800), D(0), 100, MarginMode.HEDGING, "USD")
BID, ASK = D("1.08200"), D("1.08210")


def rates(**known: str) -> AccountRate:
    return lambda currency: D(known[currency]) if currency in known else None


def buy(volume: str = "0.10", side: Side = Side.BUY, sl: str = "1.08110", tp: str = "1.08410") -> OpenIntent:
    return OpenIntent("a", "EURUSD", side, D(volume), ASK, D(sl), D(tp))


def test_a_buy_of_forex_on_a_dollar_account() -> None:
    estimate = estimate_open(buy(), EURUSD, BID, ASK, ACCOUNT, rates(USD="1", EUR="1.08205"))
    assert estimate == Estimate(
        price=ASK,
        margin=D("108.205"),
        spread_cost=D("1"),
        pip_value=D("1"),
        loss_at_sl=D("-10"),
        gain_at_tp=D("20"),
        free_after=D("690.795"),
        level_after=D("999") / D("308.205") * 100,
    )


def test_a_sell_is_opened_at_the_bid() -> None:
    sell = buy(side=Side.SELL, sl="1.08300", tp="1.08000")
    estimate = estimate_open(sell, EURUSD, BID, ASK, ACCOUNT, rates(USD="1", EUR="1.08205"))
    assert (estimate.price, estimate.loss_at_sl, estimate.gain_at_tp) == (BID, D(-10), D(20))


def test_a_cfd_takes_margin_by_its_rate_in_the_profit_currency() -> None:
    order = OpenIntent("a", "NDXUSD", Side.BUY, D(2), D(20_000))
    estimate = estimate_open(order, NDX, D(19_999), D(20_000), ACCOUNT, rates(USD="0.5"))
    assert estimate.margin == D(1000)
    assert estimate.spread_cost == D(1)
    assert (estimate.loss_at_sl, estimate.gain_at_tp) == (None, None)
    assert estimate.free_after == D(-201)


def test_without_a_rate_nothing_is_made_up() -> None:
    estimate = estimate_open(buy(), EURUSD, BID, ASK, ACCOUNT, rates())
    assert estimate == Estimate(ASK, None, None, None, None, None, None, None)
    assert estimate_open(buy(), EURUSD, BID, ASK, None, rates(USD="1", EUR="1")).margin is None


def test_the_tick_value_stands_in_for_a_rate() -> None:
    spec = msgspec.structs.replace(EURUSD, tick_value=D("0.9"), tick_size=D("0.00001"))
    estimate = estimate_open(buy(), spec, BID, ASK, ACCOUNT, rates())
    assert estimate.pip_value == D("0.9")
    assert estimate.loss_at_sl == D(-9)


def test_on_a_netting_account_only_what_is_added_takes_margin() -> None:
    known = rates(USD="1", EUR="1")
    reduced = estimate_open(buy("0.10"), EURUSD, BID, ASK, ACCOUNT, known, held=D("-0.30"))
    added = estimate_open(buy("0.10"), EURUSD, BID, ASK, ACCOUNT, known, held=D("0.30"))
    assert reduced.margin == 0
    assert reduced.spread_cost == 0
    assert reduced.free_after == ACCOUNT.equity - (ACCOUNT.margin - 100)
    assert added.margin == D("100")


def test_a_flip_leaves_the_margin_of_what_stands_on_the_other_side() -> None:
    known = rates(USD="1", EUR="1")
    # All of the margin, 300, is that of the held 0.30.
    holding = msgspec.structs.replace(ACCOUNT, margin=D(300), margin_free=D(700))
    flat = msgspec.structs.replace(ACCOUNT, margin=D(0), margin_free=D(1000))
    sell, alone = buy("0.50", Side.SELL), buy("0.20", Side.SELL)
    flipped = estimate_open(sell, EURUSD, BID, ASK, holding, known, held=D("0.30"))
    assert flipped == estimate_open(alone, EURUSD, BID, ASK, flat, known)
    assert flipped.margin == D(200)
    assert flipped.free_after == D(798)
    # Somebody else's margin stays.
    both = msgspec.structs.replace(ACCOUNT, margin=D(350), margin_free=D(650))
    assert estimate_open(sell, EURUSD, BID, ASK, both, known, held=D("0.30")).free_after == D(748)
