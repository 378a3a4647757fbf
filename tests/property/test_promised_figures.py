"""What an order is said to take and to leave, held against the paper exchange's figures after the fill."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.paper_engine_accounts import QUOTES, SPECS, PaperTrader, done
from xbtfx_tui.domain.bounded_figures import AtLeast, AtMost, careful_side
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_estimates import estimate_open
from xbtfx_tui.domain.reverse_estimate import estimate_reverse
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account.trade_requests import ReverseRequest

D = Decimal
SYMBOL = st.sampled_from(["EURUSD", "USDJPY", "XAUUSD", "NDXUSD"])
VOLUME = st.integers(1, 60).map(lambda steps: D(steps) / 100)
ORDER = st.tuples(st.sampled_from(Side), VOLUME)
CENTS = D("0.2")
"""The exchange books each position's margin in whole cents."""


def opened(trader: PaperTrader, symbol: str, side: Side, lots: Decimal) -> None:
    done(trader.engine.trade(trader.order(side, symbol, str(lots)), trader.now))


@given(SYMBOL, st.lists(ORDER, max_size=5), ORDER, st.sampled_from(["rich", "minimal", "hedge is free"]))
def test_the_figures_after_an_order_come_true(
    symbol: str, before: list[tuple[Side, Decimal]], order: tuple[Side, Decimal], form: str
) -> None:
    trader = PaperTrader(balance="1000000")
    for side, lots in before:
        opened(trader, symbol, side, lots)
    spec = SPECS[symbol]
    told = {"rich": spec.contract_size, "minimal": None, "hedge is free": D(0)}[form]
    side, lots = order
    bid, ask = map(D, QUOTES[symbol])
    account, intent = trader.engine.account(), OpenIntent("a", symbol, side, lots, ask)
    promised = estimate_open(
        intent,
        replace(spec, margin_hedged=told),
        bid,
        ask,
        account,
        trader.engine.state.rates.of,
        beside=trader.engine.positions(symbol),
    )
    opened(trader, symbol, side, lots)
    now = trader.engine.account()
    assert (
        promised.margin is not None and promised.free_after is not None and promised.level_after is not None
    )
    took = now.margin - account.margin
    assert now.margin_level is not None
    if form == "rich" or all(held is side for held, _ in before):
        assert isinstance(promised.margin, Decimal)
    if isinstance(promised.margin, Decimal):
        assert isinstance(promised.free_after, Decimal) and isinstance(promised.level_after, Decimal)
        assert abs(promised.margin - took) <= CENTS
        assert abs(promised.free_after - now.margin_free) <= CENTS
        assert abs(promised.level_after / now.margin_level - 1) < D("0.005")
    else:
        assert isinstance(promised.margin, AtMost)
        assert isinstance(promised.free_after, AtLeast) and isinstance(promised.level_after, AtLeast)
        assert promised.margin.value >= took - CENTS
        assert promised.free_after.value <= now.margin_free + CENTS
        assert promised.level_after.value <= now.margin_level * D("1.005")


@given(SYMBOL, st.lists(ORDER, max_size=4), ORDER, st.booleans())
def test_the_figures_after_a_reverse_come_true(
    symbol: str, others: list[tuple[Side, Decimal]], order: tuple[Side, Decimal], is_told: bool
) -> None:
    trader = PaperTrader(balance="1000000")
    for side, lots in [*others, order]:
        opened(trader, symbol, side, lots)
    *rest, position = trader.engine.positions(symbol)
    spec = replace(SPECS[symbol], margin_hedged=SPECS[symbol].contract_size if is_told else None)
    bid, ask = map(D, QUOTES[symbol])
    promised = estimate_reverse(
        position, spec, bid, ask, trader.engine.account(), trader.engine.state.rates.of, tuple(rest)
    )
    done(trader.engine.reverse(ReverseRequest("r", position.ticket), trader.now))
    now = trader.engine.account()
    assert promised.margin_after is not None and promised.free_after is not None
    if is_told or not rest:
        assert isinstance(promised.margin_after, Decimal) and isinstance(promised.free_after, Decimal)
        assert abs(promised.margin_after - now.margin) <= max(CENTS, now.margin / 1000)
    else:
        assert careful_side(promised.margin_after) >= now.margin - CENTS
        assert careful_side(promised.free_after) <= now.margin_free + CENTS
