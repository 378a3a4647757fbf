"""What a position risks, in money and in R, and what it takes of the margin: known, or not said."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.order_estimates import NoRates
from xbtfx_tui.domain.position_risk import in_risks, margin_share, result_at_sl
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
SPEC = SymbolSpec(
    "EURUSD", 5, D("0.00001"), D(100_000), currency_base="EUR", currency_profit="USD", calc_mode="Forex"
)
LONG = Position(1, "EURUSD", Side.BUY, D("0.50"), D("1.08000"), D("1.08200"), sl=D("1.07500"))
ACCOUNT = Account(1, D(10_000), D(10_000), D(1_080), D(8_920), D(0), 100, MarginMode.HEDGING, "USD", None)


def rate(currency: str) -> Decimal | None:
    return {"USD": D(1), "EUR": D("1.08")}.get(currency)


def test_the_loss_at_the_sl_and_the_profit_as_a_multiple_of_it() -> None:
    at_sl = result_at_sl(LONG, SPEC, rate)
    assert at_sl == D(-250)
    assert in_risks(D(500), at_sl) == 2
    assert in_risks(D(-125), at_sl) == D("-0.5")


@pytest.mark.parametrize("at_sl", [None, D(0), D(30)])
def test_without_a_loss_there_is_no_r(at_sl: Decimal | None) -> None:
    assert in_risks(D(500), at_sl) is None


def test_what_is_not_known_is_not_said() -> None:
    assert result_at_sl(replace(LONG, sl=None), SPEC, rate) is None
    assert result_at_sl(LONG, SPEC, NoRates("the currency is not known")) is None
    assert margin_share(LONG, SPEC, replace(ACCOUNT, leverage=None), [LONG], rate) is None
    assert margin_share(LONG, SPEC, replace(ACCOUNT, margin=D(0)), [LONG], rate) is None
    assert margin_share(LONG, SPEC, replace(ACCOUNT, margin=D(10)), [LONG], rate) is None, "over all there is"


def test_the_share_of_the_margin_is_its_own_unless_an_opposite_one_shares_it() -> None:
    assert margin_share(LONG, SPEC, ACCOUNT, [LONG], rate) == 50
    other = replace(LONG, ticket=2, side=Side.SELL)
    assert margin_share(LONG, SPEC, ACCOUNT, [LONG, other], rate) is None
