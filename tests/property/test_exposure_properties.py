"""What must hold for any book: exposures add up, and using up the distance comes exactly to the call."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.test_exposure import ACCOUNT, DOLLARS, SPECS, specs
from xbtfx_tui.domain.accounts import margin_level_percent
from xbtfx_tui.domain.exposure import (
    AboveCall,
    AtCall,
    NoMarginUsed,
    Pips,
    UnknownAmount,
    distance_to_margin_call,
    distance_words,
    net_exposure,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.pip_size import pip_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_calculation import profit_in_quote_currency
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec

LOTS = st.decimals("0.01", "50", places=2)
PRICES = st.decimals("0.5", "30000", places=2)
POSITIONS = st.lists(
    st.builds(
        lambda ticket, symbol, side, lots, price: Position(ticket, symbol, side, lots, price, price),
        st.integers(1, 10**9),
        st.sampled_from([*SPECS, "NOSPEC"]),
        st.sampled_from(Side),
        LOTS,
        PRICES,
    ),
    max_size=8,
    unique_by=lambda position: position.ticket,
)
MONEY = st.decimals("-1000", "1000000", places=2)


def known_pip(spec: SymbolSpec) -> Decimal:
    pip = pip_of(spec)
    assert isinstance(pip, Decimal)
    return pip


@given(POSITIONS)
def test_every_position_is_in_the_net_of_its_symbol(positions: list[Position]) -> None:
    exposure = net_exposure(positions, specs(), DOLLARS)
    assert {of.symbol for of in exposure.by_symbol} == {p.symbol for p in positions}
    for of in exposure.by_symbol:
        assert of.lots == held_volume(positions, of.symbol)
        if not isinstance(of.value, UnknownAmount):
            assert (of.value > 0, of.value < 0) == (of.lots > 0, of.lots < 0)


@given(POSITIONS)
def test_turned_around_everything_is_the_opposite(positions: list[Position]) -> None:
    turned = [replace(p, side=p.side.opposite) for p in positions]
    there, back = net_exposure(positions, specs(), DOLLARS), net_exposure(turned, specs(), DOLLARS)
    assert {of.symbol: of.lots for of in there.by_symbol} == {of.symbol: -of.lots for of in back.by_symbol}
    assert {of.currency: of.amount for of in there.by_currency} == {
        of.currency: -of.amount for of in back.by_currency
    }


@given(POSITIONS)
def test_the_largest_comes_first_and_the_unknown_last(positions: list[Position]) -> None:
    exposure = net_exposure(positions, specs(), DOLLARS)
    for values in ([of.value for of in exposure.by_symbol], [of.value for of in exposure.by_currency]):
        sizes = [Decimal(-1) if isinstance(value, UnknownAmount) else abs(value) for value in values]
        assert sizes == sorted(sizes, reverse=True)


@given(POSITIONS, MONEY, st.decimals("0", "5000", places=2), st.sampled_from([Decimal(100), Decimal(50)]))
def test_a_loss_of_the_distance_comes_exactly_to_the_call(
    positions: list[Position], equity: Decimal, margin: Decimal, call: Decimal
) -> None:
    account = replace(ACCOUNT, equity=equity, margin=margin)
    distance = distance_to_margin_call(account, positions, specs(), DOLLARS, call)
    assert distance_words(distance, "USD").endswith(".")
    level = margin_level_percent(equity, margin)
    match distance:
        case AboveCall(money=money, move=move):
            assert level is not None
            assert level > call
            assert abs((equity - money) - margin * call / 100) < Decimal("1e-18")
            if isinstance(move, Pips):
                assert abs(_loss(move, positions) - money) < Decimal("1e-6")
        case AtCall(short=short):
            assert level is not None
            assert level <= call
            assert short >= 0
        case NoMarginUsed():
            assert level is None
        case UnknownAmount():
            raise AssertionError("the account was known")


def _loss(move: Pips, positions: list[Position]) -> Decimal:
    """What the move costs by the API's own formula for a profit, in the account's currency."""
    spec = SPECS[move.symbol]
    side = Side.BUY if move.lots > 0 else Side.SELL
    distance = -side.sign * move.count * known_pip(spec)
    rate = DOLLARS(spec.currency_profit or "")
    assert rate is not None
    of_it = [p for p in positions if p.symbol == move.symbol]
    paid = sum(p.side.sign * p.volume * p.price_open for p in of_it)
    if spec.currency_base == "USD" != spec.currency_profit and paid * move.lots > 0:
        price = max((p for p in of_it if p.side is side), key=lambda p: p.ticket).price_current
        return _worth(of_it, price, rate) - _worth(of_it, price + distance, rate * price / (price + distance))
    return -rate * profit_in_quote_currency(side, Decimal(0), distance, spec.contract_size, abs(move.lots))


def _worth(positions: list[Position], price: Decimal, rate: Decimal) -> Decimal:
    """Their profit at this price and rate."""
    profits = (
        profit_in_quote_currency(p.side, p.price_open, price, SPECS[p.symbol].contract_size, p.volume)
        for p in positions
    )
    return rate * sum(profits, Decimal(0))
