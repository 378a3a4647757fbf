"""The market and the account as a dialog's words need them: read from the store, worked out by the domain."""

from collections.abc import Sequence

from textual.content import Content

from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, last_market, unpriced_words
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import currency_of as currency_of


def draft_view(backend: Backend) -> PlanView:
    """What an order is drafted against now."""
    return PlanView(backend.store, backend.clock.now(), backend.desk)


def market_of(backend: Backend, symbol: str) -> PricedSymbol | str:
    """The symbol's market as it was last seen, or a sentence that says why there is none."""
    market = last_market(backend.store, symbol, backend.clock.now())
    return market if isinstance(market, PricedSymbol) else unpriced_words(market)


def is_fresh(backend: Backend, symbol: str) -> bool:
    """Whether the contract is there and its price may be traded on."""
    market = market_of(backend, symbol)
    return isinstance(market, PricedSymbol) and market.is_fresh


def with_lateness(line: str, late: str) -> Content:
    """A line, and below it what makes its prices doubtful, where anything does."""
    return Content.assemble(line, (f"\n! {late}", "$warning")) if late else Content(line)


_LABEL, _VALUE, _GAP = 11, 15, "   "


def cells(pairs: Sequence[tuple[str, str]]) -> Content:
    """Labels and figures, two to a row and aligned, 55 cells wide; one to a row where a figure is too long
    for that, so that none is broken on a narrow screen."""
    width = max(_VALUE, *(len(value) for _, value in pairs))
    in_a_row = 2 if width == _VALUE else 1
    parts: list[str | tuple[str, str]] = []
    for index, (label, value) in enumerate(pairs):
        if index:
            parts.append("\n" if index % in_a_row == 0 else _GAP)
        parts.append((f"{label:<{_LABEL}}", "$foreground-muted"))
        parts.append(f"{value:>{width}}")
    return Content.assemble(*parts)
