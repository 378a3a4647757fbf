"""What panes ask of the store in the same words: digits, points, the reading of a symbol. Read only."""

from decimal import Decimal

from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.figure_format import clean

FALLBACK_DIGITS = 5
MOST_DIGITS = 8


def facts(store: Store, symbol: str) -> SymbolSpec | SymbolRow | None:
    """The fullest facts of a symbol there are: its spec, else its row in the list."""
    return store.specs.get(symbol) or store.symbols.get(symbol)


def digits_of(store: Store, symbol: str, *prices: float | Decimal | None) -> int:
    """The decimals of a symbol's prices; while nothing is known of it those of its quote, or five, and more
    where it takes more to write `prices` as they came: a stop may be longer than the quote of now."""
    known = facts(store, symbol)
    if known is not None:
        return known.digits
    slot = store.slot(symbol)
    least = FALLBACK_DIGITS if slot is None else digits_in(slot.quote)
    return max((least, *(_decimals(price) for price in prices if price is not None)))


def digits_in(quote: Quote) -> int:
    """How many decimals it takes to write this quote's prices as they came."""
    return max(_decimals(quote.bid), _decimals(quote.ask))


def _decimals(price: float | Decimal) -> int:
    written = f"{price:.{MOST_DIGITS}f}".rstrip("0")
    return len(written) - written.index(".") - 1


def point_of(store: Store, symbol: str) -> Decimal | None:
    """The symbol's point as a price distance. None while nothing is known of it: a quote does not tell, its
    prices may happen to end in zeros."""
    known = facts(store, symbol)
    return known.point if known is not None else None


def currency_of(store: Store) -> str | None:
    """The account's currency as it is shown, where the API named it."""
    return clean(store.account.currency or "", 10) or None if store.account is not None else None
