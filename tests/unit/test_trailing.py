"""Where a trailing stop goes next, worked by hand."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.test_sizing import BTCUSD, EURUSD, USDJPY, XAUUSD
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.trailing_stop import (
    BadDistance,
    TrailingStop,
    better_stop,
    distance_problem,
    next_stop,
    parse_distance,
    pips_text,
    step_of,
    usual_distance,
)

D = Decimal
FREE = replace(EURUSD, stops_level=0)
WIDE = replace(EURUSD, stops_level=200)


def moved(
    pips: str, price: str, sl: str | None = None, side: Side = Side.BUY, spec: SymbolSpec = FREE
) -> str | None:
    """The next sl as text; None where the one that stands is to stay."""
    position = Position(
        184729, spec.name, side, D("0.10"), D("1.08"), D(price), sl=D(sl) if sl is not None else None
    )
    stop = next_stop(TrailingStop(184729, spec.name, side, D(pips)), position, D(price), spec)
    return None if stop is None else str(stop)


def test_without_an_sl_the_first_is_set_at_once() -> None:
    assert moved("15", "1.08200") == "1.08050"
    assert moved("15", "1.08200", side=Side.SELL) == "1.08350"
    assert moved("15", "155.800", spec=replace(USDJPY, stops_level=0)) == "155.650"


def test_it_moves_by_a_tenth_of_the_distance_or_more() -> None:
    assert moved("15", "1.08214", "1.08050") is None
    assert moved("15", "1.08215", "1.08050") == "1.08065"
    assert moved("15", "1.08186", "1.08350", Side.SELL) is None
    assert moved("15", "1.08185", "1.08350", Side.SELL) == "1.08335"


def test_a_step_is_a_pip_at_least_and_a_point_where_pips_are_points() -> None:
    assert step_of(TrailingStop(1, "EURUSD", Side.BUY, D(2)), FREE) == D("0.0001")
    assert step_of(TrailingStop(1, "XAUUSD", Side.BUY, D(5)), XAUUSD) == D("0.01")
    assert moved("2", "1.08209", "1.08180") is None
    assert moved("2", "1.08210", "1.08180") == "1.08190"


def test_it_never_moves_back() -> None:
    assert moved("15", "1.08100", "1.08050") is None
    assert moved("15", "1.08300", "1.08350", Side.SELL) is None


def test_a_better_stop_set_by_hand_stands() -> None:
    assert moved("15", "1.08200", "1.08150") is None


def test_it_is_never_nearer_than_the_stops_level() -> None:
    assert moved("15", "1.08200", spec=WIDE) == "1.08000"
    assert moved("15", "1.08200", side=Side.SELL, spec=WIDE) == "1.08400"


def test_a_fraction_of_a_point_is_rounded_away_from_the_price() -> None:
    assert moved("1.55", "1.08200") == "1.08184"
    assert moved("1.55", "1.08200", side=Side.SELL) == "1.08216"


def test_there_is_no_stop_below_zero_and_none_for_another_position() -> None:
    assert moved("99999", "1.08200") is None
    other = Position(184729, "EURUSD", Side.SELL, D("0.10"), D("1.08"), D("1.08"))
    assert next_stop(TrailingStop(184729, "EURUSD", Side.BUY, D(15)), other, D("1.08200"), FREE) is None


def test_distances_as_they_are_typed() -> None:
    assert [parse_distance(text) for text in ("15p", " 15 P", "2,5", "0.5p")] == [
        D(15),
        D(15),
        D("2.5"),
        D("0.5"),
    ]
    assert [pips_text(D(text)) for text in ("15", "15.0", "2.50", "100", "1E+2")] == [
        "15p",
        "15p",
        "2.5p",
        "100p",
        "100p",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type pips like 15p."),
        ("0", '"0" is no distance: type pips like 15p.'),
        ("-15p", '"-15p" is no distance: type pips like 15p.'),
        ("15$", '"15$" is no distance: type pips like 15p.'),
        ("1.0820x", '"1.0820x" is no distance: type pips like 15p.'),
        ("9999999999", '"9999999999" is no distance: type pips like 15p.'),
    ],
)
def test_what_is_no_distance_is_refused_with_an_example(text: str, sentence: str) -> None:
    assert parse_distance(text) == BadDistance(sentence)


def test_a_distance_that_no_stop_can_have_is_refused() -> None:
    assert distance_problem(D(15), FREE) is None
    assert distance_problem(D("0.1"), FREE) is None
    assert distance_problem(D("0.05"), FREE) == "That is less than one point of EURUSD: try 0.1p."
    assert distance_problem(D(15), WIDE) == "EURUSD wants stops 200 points away at least: try 20p."
    assert distance_problem(D(20), WIDE) is None


def test_the_usual_distance() -> None:
    long = Position(1, "EURUSD", Side.BUY, D("0.10"), D("1.08"), D("1.08"))
    bid, ask = D("1.08200"), D("1.08212")
    assert usual_distance(long, bid, ask, FREE) == 15
    assert usual_distance(long, bid, ask, WIDE) == 20
    assert usual_distance(replace(long, sl=D("1.07955")), bid, ask, FREE) == D("24.5")
    assert usual_distance(replace(long, sl=D("1.08200")), bid, ask, FREE) == 15
    # 0.28 is ten spreads of 28 points; 17.50 on bitcoin is 1,750 points.
    gold = replace(XAUUSD, stops_level=0)
    assert usual_distance(replace(long, symbol="XAUUSD"), D("2345.12"), D("2345.40"), gold) == 280
    bitcoin = replace(BTCUSD, stops_level=0)
    assert usual_distance(replace(long, symbol="BTCUSD"), D("64123.50"), D("64141.07"), bitcoin) == 18000


def test_the_better_of_two_stops() -> None:
    assert better_stop(Side.BUY, D(1), D(2)) == 2
    assert better_stop(Side.SELL, D(1), D(2)) == 1
    assert better_stop(Side.SELL, None, D(2)) == 2
    assert better_stop(Side.BUY, D(1), None) == 1
    assert better_stop(Side.BUY, None, None) is None
