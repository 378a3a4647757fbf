"""Breakeven stops, worked by hand."""

from decimal import Decimal

from msgspec.structs import replace

from tests.unit.test_sizing import EURUSD, USDJPY
from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import BadStop, StopKind, stop_problem
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal
FREE = replace(EURUSD, stops_level=0)
WIDE = replace(EURUSD, stops_level=20)


def stop(side: Side, opened: str, bid: str, ask: str, spec: SymbolSpec = FREE, sl: str | None = None) -> str:
    """What it comes to: the price as text, or the sentence that refuses it."""
    position = Position(
        184729, spec.name, side, D("0.10"), D(opened), D(bid), sl=D(sl) if sl is not None else None
    )
    found = breakeven_stop(position, D(bid), D(ask), spec)
    return found.sentence if isinstance(found, BadStop) else str(found)


def test_a_long_is_secured_at_its_open_price_plus_the_spread() -> None:
    assert stop(Side.BUY, "1.08228", "1.08300", "1.08312") == "1.08240"


def test_a_short_is_secured_at_its_open_price_minus_the_spread() -> None:
    assert stop(Side.SELL, "1.08228", "1.08100", "1.08112") == "1.08216"


def test_an_averaged_open_price_is_rounded_away_from_a_loss() -> None:
    assert stop(Side.BUY, "1.082281", "1.08300", "1.08312") == "1.08241"
    assert stop(Side.SELL, "1.082289", "1.08100", "1.08112") == "1.08216"
    assert stop(Side.BUY, "155.8004", "156.000", "156.012", replace(USDJPY, stops_level=0)) == "155.813"


def test_a_price_that_is_not_past_it_yet_is_named_with_where_it_must_be() -> None:
    assert stop(Side.BUY, "1.08228", "1.08213", "1.08225") == (
        "EURUSD must be above 1.08240 first; it is at 1.08213."
    )
    assert stop(Side.BUY, "1.08228", "1.08240", "1.08252") == (
        "EURUSD must be above 1.08240 first; it is at 1.08240."
    )
    assert stop(Side.SELL, "1.08228", "1.08250", "1.08262") == (
        "EURUSD must be below 1.08216 first; it is at 1.08262."
    )


def test_the_stops_level_is_kept_to_the_point() -> None:
    assert stop(Side.BUY, "1.08228", "1.08259", "1.08271", WIDE) == (
        "EURUSD must be at 1.08260 or above first; it is at 1.08259."
    )
    assert stop(Side.BUY, "1.08228", "1.08260", "1.08272", WIDE) == "1.08240"
    assert stop(Side.SELL, "1.08228", "1.08185", "1.08197", WIDE) == (
        "EURUSD must be at 1.08196 or below first; it is at 1.08197."
    )


def test_what_it_gives_is_a_stop_that_the_broker_takes() -> None:
    for bid in ("1.08260", "1.08261", "1.09000"):
        found = stop(Side.BUY, "1.08228", bid, str(D(bid) + D("0.00012")), WIDE)
        assert stop_problem(D(found), StopKind.SL, Side.BUY, D(bid), D(bid) + D("0.00012"), WIDE) is None


def test_a_stop_that_is_as_good_already_stays() -> None:
    assert stop(Side.BUY, "1.08228", "1.08300", "1.08312", sl="1.08240") == (
        "The sl stands at 1.08240: that is breakeven (1.08240) or better already."
    )
    assert stop(Side.BUY, "1.08228", "1.08300", "1.08312", sl="1.08239") == "1.08240"
    assert stop(Side.SELL, "1.08228", "1.08100", "1.08112", sl="1.08150") == (
        "The sl stands at 1.08150: that is breakeven (1.08216) or better already."
    )


def test_an_inverted_market_does_not_lock_in_a_loss() -> None:
    assert stop(Side.BUY, "1.08228", "1.08300", "1.08290") == "1.08228"
