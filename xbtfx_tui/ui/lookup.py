"""What panes ask of the store in the same words: digits, points, the reading of a symbol. Read only."""

from decimal import Decimal

from xbtfx_tui.domain.symbols import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.format import clean

FALLBACK_DIGITS = 5


def facts(store: Store, symbol: str) -> SymbolSpec | SymbolRow | None:
    """The fullest facts of a symbol there are: its spec, else its row in the list."""
    return store.specs.get(symbol) or store.symbols.get(symbol)


def digits_of(store: Store, symbol: str) -> int:
    """The decimals of a symbol's prices; five while nothing is known of it."""
    known = facts(store, symbol)
    return known.digits if known is not None else FALLBACK_DIGITS


def point_of(store: Store, symbol: str) -> Decimal:
    """The symbol's point as a price distance."""
    known = facts(store, symbol)
    return known.point if known is not None else Decimal(1).scaleb(-FALLBACK_DIGITS)


def currency_of(store: Store) -> str | None:
    """The account's currency as it is shown, where the API named it."""
    return clean(store.account.currency or "", 10) or None if store.account is not None else None
