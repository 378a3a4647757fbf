"""The market and the account as a dialog's words need them: read from the store, worked out by the domain."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from textual.content import Content

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.store.quotes import Fresh, Stale
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.format import age, clean
from xbtfx_tui.ui.lookup import currency_of as currency_of
from xbtfx_tui.ui.ports import Backend


class Market(msgspec.Struct, frozen=True):
    """A symbol with its contract and its latest prices, exact at its digits."""

    spec: SymbolSpec
    bid: Decimal
    ask: Decimal
    freshness: Fresh | Stale

    def opening(self, side: Side) -> Decimal:
        """The price at which this side opens: the ask for a buy, the bid for a sell."""
        return self.ask if side is Side.BUY else self.bid

    def closing(self, side: Side) -> Decimal:
        """The price at which a position of this side closes."""
        return self.bid if side is Side.BUY else self.ask

    @property
    def spread_points(self) -> Decimal:
        return (self.ask - self.bid) / self.spec.point

    @property
    def age_words(self) -> str:
        """How old the price is; empty while it is fresh."""
        if isinstance(self.freshness, Fresh):
            return ""
        return f"price {age(self.freshness.age)} old"


def market_of(backend: Backend, symbol: str) -> Market | str:
    """The symbol's market, or a sentence that says what is still awaited."""
    store = backend.store
    spec = store.specs.get(symbol)
    if spec is None:
        return f"Loading the contract of {clean(symbol)} ..."
    slot = store.slot(symbol)
    freshness = store.freshness(symbol, backend.clock.now())
    if slot is None or not isinstance(freshness, Fresh | Stale):
        return f"Waiting for a price of {clean(symbol)} ..."
    bid, ask = to_decimal(slot.quote.bid, spec.digits), to_decimal(slot.quote.ask, spec.digits)
    return Market(spec, bid, ask, freshness)


def is_fresh(backend: Backend, symbol: str) -> bool:
    """Whether the contract is there and its price may be traded on."""
    market = market_of(backend, symbol)
    return isinstance(market, Market) and isinstance(market.freshness, Fresh)


def is_netting(store: Store) -> bool:
    """Whether positions of a symbol merge into one."""
    source = store.key or store.account
    return source is not None and source.margin_mode is MarginMode.NETTING


def exact(store: Store, symbol: str, price: Decimal) -> str:
    """A price with the symbol's digits where it has no more than those, else as it is."""
    source = store.specs.get(symbol) or store.symbols.get(symbol)
    if source is None:
        return f"{price:f}"
    at_digits = f"{price:.{source.digits}f}"
    return at_digits if Decimal(at_digits) == price else f"{price:f}"


def with_lateness(line: str, late: str) -> Content:
    """A line, and below it what makes its prices doubtful, where anything does."""
    return Content.assemble(line, (f"\n! {late}", "$warning")) if late else Content(line)


_LABEL, _VALUE, _GAP = 11, 15, "   "


def cells(pairs: Sequence[tuple[str, str]]) -> Content:
    """Labels and figures, two to a row and aligned; 55 cells wide."""
    parts: list[str | tuple[str, str]] = []
    for index, (label, value) in enumerate(pairs):
        if index:
            parts.append("\n" if index % 2 == 0 else _GAP)
        parts.append((f"{label:<{_LABEL}}", "$foreground-muted"))
        parts.append(f"{value:>{_VALUE}}")
    return Content.assemble(*parts)
