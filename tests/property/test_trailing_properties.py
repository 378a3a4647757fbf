"""What must hold for every stop that the terminal moves by itself: never back, never on the wrong side."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.test_sizing import BTCUSD, EURUSD, NDXUSD, USDJPY, XAUUSD
from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.pip_size import pip_of
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import BadStop, StopKind, stop_problem
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.trailing_stop import (
    BadDistance,
    TrailingStop,
    next_stop,
    parse_distance,
    pips_text,
    step_of,
    usual_distance,
)

D = Decimal
SPECS = st.builds(
    lambda spec, level: replace(spec, stops_level=level),
    st.sampled_from([EURUSD, USDJPY, XAUUSD, BTCUSD, NDXUSD]),
    st.sampled_from([0, 1, 10, 500]),
)
SIDES = st.sampled_from(Side)
START = {"EURUSD": "1.164", "USDJPY": "155.8", "XAUUSD": "4085", "BTCUSD": "91200", "NDXUSD": "24950"}
PIPS = st.decimals("0.01", "100000", places=2)
WALKS = st.lists(st.integers(-400, 400), min_size=1, max_size=30)
SPREADS = st.integers(0, 50)


def prices(spec: SymbolSpec, walk: list[int]) -> list[Decimal]:
    """Prices that move by so many points each time."""
    price, seen = D(START[spec.name]), []
    for points in walk:
        price = max(price + points * spec.point, spec.point)
        seen.append(price)
    return seen


def held(spec: SymbolSpec, side: Side, sl: Decimal | None) -> Position:
    start = D(START[spec.name])
    return Position(184729, spec.name, side, D("0.10"), start, start, sl=sl)


def known_pip(spec: SymbolSpec) -> Decimal:
    pip = pip_of(spec)
    assert isinstance(pip, Decimal)
    return pip


@given(SPECS, SIDES, PIPS, WALKS, SPREADS, st.none() | st.integers(-600, 600))
def test_a_trail_only_moves_the_stop_in_favour_and_keeps_it_on_its_side(
    spec: SymbolSpec, side: Side, pips: Decimal, walk: list[int], spread: int, sl: int | None
) -> None:
    trail = TrailingStop(184729, spec.name, side, pips)
    standing = None if sl is None else D(START[spec.name]) + sl * spec.point
    for closing in prices(spec, walk):
        stop = next_stop(trail, held(spec, side, standing), closing, spec)
        if stop is None:
            continue
        distance = (closing - stop) * side.sign
        assert distance >= max(pips * known_pip(spec), spec.stops_level * spec.point) > 0
        assert distance < max(pips * known_pip(spec), spec.stops_level * spec.point) + spec.point
        other = spread * spec.point
        bid, ask = (closing, closing + other) if side is Side.BUY else (closing - other, closing)
        assert stop_problem(stop, StopKind.SL, side, bid, ask, spec) is None
        if standing is not None:
            assert (stop - standing) * side.sign >= step_of(trail, spec)
        standing = stop
        assert next_stop(trail, held(spec, side, standing), closing, spec) is None


@given(SPECS, SIDES, PIPS, WALKS)
def test_the_price_is_followed_to_within_a_step(
    spec: SymbolSpec, side: Side, pips: Decimal, walk: list[int]
) -> None:
    trail = TrailingStop(184729, spec.name, side, pips)
    standing: Decimal | None = None
    distance = max(pips * known_pip(spec), spec.stops_level * spec.point, spec.point)
    for closing in prices(spec, walk):
        assume(closing > distance + spec.point)
        standing = next_stop(trail, held(spec, side, standing), closing, spec) or standing
        assert standing is not None
        assert (closing - standing) * side.sign < distance + step_of(trail, spec) + spec.point


@given(SPECS, SIDES, WALKS, SPREADS, st.none() | st.integers(-600, 600), st.decimals("0", "1", places=8))
def test_breakeven_loses_nothing_and_is_a_stop_that_the_broker_takes(
    spec: SymbolSpec, side: Side, walk: list[int], spread: int, sl: int | None, fraction: Decimal
) -> None:
    start = D(START[spec.name])
    standing = None if sl is None else start + sl * spec.point
    position = replace(held(spec, side, standing), price_open=start + fraction * spec.point)
    for bid in prices(spec, walk):
        ask = bid + spread * spec.point
        stop = breakeven_stop(position, bid, ask, spec)
        if isinstance(stop, BadStop):
            assert stop.sentence.endswith(".")
            continue
        assert stop_problem(stop, StopKind.SL, side, bid, ask, spec) is None
        assert (stop - position.price_open) * side.sign >= spread * spec.point
        assert (stop - position.price_open) * side.sign < (spread + 1) * spec.point
        if standing is not None:
            assert (stop - standing) * side.sign > 0


@given(SPECS, SIDES, SPREADS, st.none() | st.integers(-600, 600))
def test_the_usual_distance_is_one_that_may_be_typed(
    spec: SymbolSpec, side: Side, spread: int, sl: int | None
) -> None:
    bid = D(START[spec.name])
    standing = None if sl is None else bid + sl * spec.point
    usual = usual_distance(held(spec, side, standing), bid, bid + spread * spec.point, spec)
    assert parse_distance(pips_text(usual)) == usual
    assert usual * known_pip(spec) >= max(spec.stops_level, 1) * spec.point


@given(st.text(max_size=24) | PIPS.map(str) | PIPS.map(pips_text))
def test_any_text_is_a_distance_or_a_sentence(text: str) -> None:
    found = parse_distance(text)
    if isinstance(found, BadDistance):
        assert found.sentence.endswith("pips like 15p.")
    else:
        assert parse_distance(pips_text(found)) == found
