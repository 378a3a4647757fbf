"""The margin of opposite positions, worked by hand from MetaTrader's help (Hedged margin)."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.bounded_figures import AtLeast, AtMost, figure_words
from xbtfx_tui.domain.hedged_margin import HedgedLegs, Leg, margin_change
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
EURUSD = SymbolSpec("EURUSD", 5, D("0.00001"), D(100_000))
# 1 lot takes 1,000.
SHORT = HedgedLegs().plus(Side.SELL, D("0.12"), D(120))


def change(before: HedgedLegs, side: Side, lots: str, hedged: str | None) -> Decimal | AtMost:
    spec = replace(EURUSD, margin_hedged=None if hedged is None else D(hedged))
    return margin_change(before, before.plus(side, D(lots), D(lots) * 1000), spec)


@pytest.mark.parametrize(
    ("lots", "hedged", "more"),
    [
        ("0.10", "100000", D(0)),  # of both, 0.12 is charged: by either rule
        ("0.30", "100000", D(180)),  # 0.30 is charged
        ("0.10", "0", AtMost(D(0))),  # -100 by the cover, 0 by the larger leg
        ("0.10", "50000", AtMost(D(0))),  # 0.02 + half of 0.10: -50
        ("0.10", "200000", AtMost(D(100))),  # as two apart
        ("0.10", None, AtMost(D(100))),  # from -100 to +100
        ("0.30", None, AtMost(D(300))),
    ],
)
def test_an_order_beside_its_opposite_takes_what_the_brokers_rule_says_or_at_most_that(
    lots: str, hedged: str | None, more: Decimal | AtMost
) -> None:
    assert change(SHORT, Side.BUY, lots, hedged) == more


@pytest.mark.parametrize("hedged", [None, "0", "100000"])
def test_without_an_opposite_there_is_one_figure(hedged: str | None) -> None:
    assert change(HedgedLegs(), Side.BUY, "0.10", hedged) == D(100)
    assert change(SHORT, Side.SELL, "0.10", hedged) == D(100)


def test_where_a_lot_has_an_initial_margin_the_hedged_one_is_money_as_that_is() -> None:
    future = replace(EURUSD, contract_size=D(1), margin_initial=D(1000), margin_hedged=D(1000))
    after = SHORT.plus(Side.BUY, D("0.10"), D(100))
    assert margin_change(SHORT, after, future) == 0
    assert margin_change(SHORT, after, replace(future, margin_hedged=D(500))) == AtMost(D(0))


def test_what_closes_leaves_the_legs_as_if_it_had_never_been() -> None:
    assert SHORT.plus(Side.BUY, D(1), D(9)).plus(Side.BUY, D(-1), D(-9)) == HedgedLegs(
        Leg(D(0), D(0)), SHORT.shorts
    )


def test_a_bound_says_that_it_is_one() -> None:
    assert figure_words(AtMost(D(2)), str) == "at most 2"
    assert figure_words(AtLeast(D(2)), str) == "at least 2"
    assert figure_words(D(2), str) == "2"
    assert figure_words(None, lambda amount: "-" if amount is None else str(amount)) == "-"
