"""The prices a symbol has: stops that are sent lie on the grid of its tick size."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.price_grid import grid_problem, on_grid, tick_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import (
    AtPrice,
    InMoney,
    InPips,
    InRisk,
    StopForm,
    parse_stop_form,
    stop_price,
)
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.trailing_stop import TrailingStop, next_stop

D = Decimal
ES = SymbolSpec("ESUSD", 2, D("0.01"), D(50), currency_base="USD", currency_profit="USD", tick_size=D("0.25"))


def sl_of(form: StopForm, spec: SymbolSpec = ES, side: Side = Side.BUY) -> Decimal | BadStop:
    return stop_price(
        form, StopKind.SL, side, D("5000.00"), spec, lots=D(1), rate=lambda _: D(1), sl=D("4990.00")
    )


def test_a_price_between_two_ticks_is_refused_with_both() -> None:
    refused = sl_of(AtPrice(D("4995.10")))
    assert isinstance(refused, BadStop)
    assert "4995.00 or 4995.25" in refused.sentence
    assert sl_of(AtPrice(D("4995.25"))) == D("4995.25")


@given(st.decimals("1", "90000", places=2), st.sampled_from(Side))
def test_every_form_comes_to_a_price_of_the_grid(number: Decimal, side: Side) -> None:
    for form in (InPips(number), InMoney(number)):
        stop = sl_of(form, side=side)
        if isinstance(stop, Decimal):
            assert stop % D("0.25") == 0
            assert grid_problem(stop, ES) is None
    tp = stop_price(
        InRisk(number), StopKind.TP, side, D(5000), ES, lots=D(1), rate=lambda _: None, sl=D("4990")
    )
    assert isinstance(tp, BadStop) or tp % D("0.25") == 0


@given(st.decimals("4900", "5100", places=2), st.decimals("1", "500", places=1), st.sampled_from(Side))
def test_trails_and_breakeven_move_on_the_grid(price: Decimal, pips: Decimal, side: Side) -> None:
    position = Position(7, "ESUSD", side, D(1), D("5000.10"), D("5000.10"))
    moved = next_stop(TrailingStop(7, "ESUSD", side, pips), position, price, ES)
    assert moved is None or (moved % D("0.25") == 0 and abs(price - moved) >= pips * D("0.01"))
    even = breakeven_stop(position, price, price + D("0.50"), ES)
    assert isinstance(even, BadStop) or even % D("0.25") == 0


@pytest.mark.parametrize(
    ("point", "tick_size", "tick"),
    [
        ("0.01", None, "0.01"),
        ("0.01", "0.05", "0.05"),
        ("0.01", "0.005", "0.01"),
        ("0.01", "0.015", "0.03"),
        ("0.01", "1000", "1000.00"),
    ],
)
def test_the_tick(point: str, tick_size: str | None, tick: str) -> None:
    spec = replace(ES, point=D(point), tick_size=D(tick_size) if tick_size else None)
    assert tick_of(spec) == D(tick)


@given(
    st.decimals("-1e9", "1e9", allow_nan=False, allow_infinity=False),
    st.none() | st.decimals("1e-29", "1e18", allow_nan=False, allow_infinity=False),
    st.integers(0, 12),
)
def test_any_grid_has_its_neighbours(price: Decimal, tick: Decimal | None, digits: int) -> None:
    spec = replace(ES, digits=digits, point=D(1).scaleb(-digits), tick_size=tick)
    below, above = on_grid(price, spec, ROUND_FLOOR), on_grid(price, spec, ROUND_CEILING)
    assert below <= price <= above
    assert on_grid(price, spec, ROUND_HALF_EVEN) in (below, above)
    assert grid_problem(below, spec) is None


def below_zero(form: StopForm, kind: StopKind, side: Side) -> Decimal | BadStop:
    return stop_price(form, kind, side, D("-40.00"), ES, lots=D(1), rate=lambda _: D(1), sl=D("-41"))


def test_stops_of_a_market_below_zero() -> None:
    typed = parse_stop_form("-41.25")
    assert typed == AtPrice(D("-41.25"))
    assert below_zero(AtPrice(D("-41.25")), StopKind.SL, Side.BUY) == D("-41.25")
    assert below_zero(InPips(D(100)), StopKind.SL, Side.BUY) == D("-41.00")
    assert below_zero(InMoney(D(100)), StopKind.TP, Side.BUY) == D("-38.00")
    assert below_zero(InRisk(D(2)), StopKind.TP, Side.BUY) == D("-38.00")
    refused = below_zero(AtPrice(D("-41.10")), StopKind.SL, Side.BUY)
    assert isinstance(refused, BadStop)
    assert "-41.25 or -41.00" in refused.sentence
    assert isinstance(sl_of(AtPrice(D("-4995.25"))), BadStop), "the market is above zero"
    assert isinstance(below_zero(AtPrice(D(0)), StopKind.SL, Side.BUY), BadStop)
