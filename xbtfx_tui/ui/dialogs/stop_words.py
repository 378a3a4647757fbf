"""What a position comes to at a stop, in the words of the dialogs that move one."""

from decimal import Decimal

from xbtfx_tui.domain.estimates import price_move_value
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.market import currency_of, exact
from xbtfx_tui.ui.format import pips_from, signed_money_named


def at_stop_words(store: Store, position: Position, stop: Decimal, spec: SymbolSpec) -> str:
    """`+1.2 pips from open, +2.40 USD`."""
    distance = pips_between(spec, position.side, position.price_open, stop)
    result = price_move_value(spec, position.side, position.price_open, stop, position.volume, store.rate)
    return f"{pips_from(distance, 'open')}{worth_words(store, result)}"


def worth_words(store: Store, result: Decimal | None) -> str:
    """What a stop brings, in the account's currency; that it is not known, where it is not."""
    return "in money not known" if result is None else signed_money_named(result, currency_of(store))


def stands_words(store: Store, position: Position) -> str:
    """The sl that stands, with the symbol's digits; `none` where there is none."""
    return "none" if position.sl is None else exact(store, position.symbol, position.sl)
