"""What panes ask of the store, before the server has said anything of a symbol."""

from decimal import Decimal

import pytest

from tests.ui.still_life import StillClock
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import QuotesSeen
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.store_lookup import digits_in, digits_of, point_of


@pytest.mark.parametrize(
    ("bid", "ask", "digits"),
    [
        (39434.87, 39434.9, 2),
        (1.0854, 1.08541, 5),
        (100.0, 100.0, 0),
        (0.00001234, 0.00001235, 8),
        (1e15, 1e15, 0),
    ],
)
def test_a_price_of_an_unknown_symbol_is_written_as_it_came(bid: float, ask: float, digits: int) -> None:
    quote = Quote("NEWUSD", bid, ask)
    assert digits_in(quote) == digits
    assert float(fmt.price(bid, digits)) == bid
    assert float(fmt.price(ask, digits)) == ask


def test_of_an_unknown_symbol_the_quote_tells_digits_and_nothing_the_point() -> None:
    clock = StillClock()
    store = Store(clock)
    assert digits_of(store, "NEWUSD") == 5
    store.apply(QuotesSeen((Quote("NEWUSD", 39434.87, 39434.9),), clock.now()))
    assert digits_of(store, "NEWUSD") == 2
    assert point_of(store, "NEWUSD") is None


def test_no_price_of_an_unknown_symbol_is_cut_to_the_digits_of_its_quote() -> None:
    clock = StillClock()
    store = Store(clock)
    store.apply(QuotesSeen((Quote("NEWUSD", 1.1, 1.11),), clock.now()))
    assert digits_of(store, "NEWUSD", Decimal("1.09987"), None, Decimal("1.2")) == 5
    assert digits_of(store, "NEWUSD", 1.0987) == 4
    assert digits_of(store, "OTHER", Decimal("0.00001234")) == 8
