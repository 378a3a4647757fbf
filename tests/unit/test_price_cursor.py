"""The chart's price cursor: always a price of the symbol, and what it may become."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.ui.still_life import StillBackend, cfd, forex, positions, still_backend
from xbtfx_tui.domain.price_grid import grid_problem
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import PositionsRead
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.ui.chart.candle_cells import PriceRange
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder
from xbtfx_tui.ui.chart.price_cursor import distance_words, moved_price, row_step
from xbtfx_tui.ui.dialogs.price_level_menu import (
    AsStopOf,
    change_words,
    stops_at,
    use_words,
    uses_at,
)
from xbtfx_tui.ui.panes.chart_price import price_cursor_words

D = Decimal
SPECS = st.sampled_from(
    [
        forex("EURUSD"),
        forex("USDJPY", 3),
        cfd("BTCUSD", 2, "1"),
        replace(cfd("NDXUSD", 1, "1"), tick_size=D("0.5")),
        replace(cfd("ODDUSD", 2, "1"), tick_size=D("0.25")),
    ]
)


def order(low: float, high: float, rows: int) -> ChartOrder:
    return ChartOrder((), None, (), PriceRange(low, high), 60, rows + 1, 2)


@given(
    SPECS,
    st.decimals("0.5", 100_000, places=6),
    st.floats(0.00001, 1_000.0),
    st.integers(2, 60),
    st.lists(st.tuples(st.booleans(), st.integers(-40, 40)), max_size=20),
)
def test_the_cursor_is_always_a_price_of_the_symbol(
    spec: SymbolSpec, start: Decimal, spread: float, rows: int, moves: list[tuple[bool, int]]
) -> None:
    by_row = row_step(order(float(start) - spread, float(start) + spread, rows), spec)
    price = moved_price(None, 1, by_row, start, spec)
    for is_by_row, steps in moves:
        step = by_row if is_by_row else spec.tick_size or spec.point
        price = moved_price(price, steps, step, start, spec)
        assert grid_problem(price, spec) is None
        assert price > 0 or price == moved_price(None, 1, step, start, spec)
        assert -price.as_tuple().exponent == spec.digits  # type: ignore[operator]


@given(SPECS, st.integers(1, 30))
def test_up_and_then_down_is_the_same_price(spec: SymbolSpec, steps: int) -> None:
    start = D(5000)
    step = row_step(order(4000.0, 6000.0, 30), spec)
    price = moved_price(None, 1, step, start, spec)
    assert moved_price(moved_price(price, steps, step, start, spec), -steps, step, start, spec) == price


def test_its_distance_is_told_from_the_bid() -> None:
    assert distance_words(D("1.08100"), D("1.08213"), forex("EURUSD")) == "-11.3 pips"
    assert distance_words(D("1.08213"), D("1.08213"), forex("EURUSD")) == "0.0 pips"


@pytest.mark.parametrize(
    ("side", "price", "kind"),
    [
        (Side.BUY, "1.08000", StopKind.SL),
        (Side.BUY, "1.08300", StopKind.TP),
        (Side.SELL, "1.08300", StopKind.SL),
        (Side.SELL, "1.08000", StopKind.TP),
    ],
)
def test_a_stop_is_offered_where_the_side_allows_it(side: Side, price: str, kind: StopKind) -> None:
    held = replace(positions()[0], side=side)
    (use,) = stops_at(D(price), D("1.08213"), D("1.08221"), [held])
    assert use == AsStopOf(184729, kind, D(price), f"{side.value} 0.50")
    assert use_words(use) == f"{kind.value} of 184729 ({side.value} 0.50) at {price}"


def test_the_five_positions_that_were_opened_nearest_are_offered() -> None:
    held = [replace(positions()[0], ticket=n, price_open=D(n)) for n in range(1, 9)]
    assert [use.ticket for use in stops_at(D(6), D(9), D(10), held)] == [6, 5, 7, 4, 8]
    at_the_bid = stops_at(D(9), D(9), D(10), held)
    assert at_the_bid == (), "at the market it is neither"


def test_what_the_market_and_a_close_took_from_the_choices_is_said() -> None:
    two = [replace(positions()[0], ticket=n, side=Side.BUY) for n in (1, 2)]
    price = D("1.08100")
    above = uses_at(price, D("1.08213"), D("1.08221"), two)
    below = uses_at(price, D("1.08000"), D("1.08008"), two)
    assert [use_words(use) for use in above][0::2] == [
        "sl of 1 (buy 0.50) at 1.08100",
        "Buy, with sl 1.08100",
        "Buy, stops in pips counted from 1.08100",
        "Alert at or below 1.08100",
    ]
    assert change_words(above, above) == ""
    assert change_words(above, below) == "The market has crossed the price."
    assert change_words(above, uses_at(price, D("1.08300"), D("1.08308"), two[1:])) == (
        "No choice any more: 1."
    )
    assert change_words(uses_at(price, D("1.08300"), D("1.08308"), two[1:]), above) == "", "one more"
    assert change_words(above, uses_at(price, D("1.08000"), D("1.08008"), ())) == (
        "No choice any more: 1, 2. The market has crossed the price."
    )


def picture_words(fill: Callable[[StillBackend], None], ticket: int | None = None) -> tuple[str, ...]:
    return price_cursor_words(still_backend(fill), "EURUSD", D("1.08100"), ticket)


def test_money_is_that_of_the_selected_position_or_of_the_only_one() -> None:
    assert picture_words(lambda _: None) == (
        "-11.3 pips  -10.00 USD of 184729",
        "-11.3 pips  -10.00 USD",
        "-10.00 USD",
    )

    def twins(backend: StillBackend) -> None:
        two = [replace(positions()[0], ticket=n, volume=D(n)) for n in (1, 2)]
        backend.store.apply(PositionsRead(tuple(two), backend.store.mark()))

    assert picture_words(twins)[-1] == "-11.3 pips", "which of two is not known"
    assert picture_words(twins, 184733)[-1] == "-11.3 pips", "one of another symbol is selected"

    def gets_old(backend: StillBackend) -> None:
        backend.clock.at += 30

    assert picture_words(gets_old)[0].startswith("-11.3 pips from an old bid")
