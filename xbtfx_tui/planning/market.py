"""A symbol's terms and a price that may be acted on: there, to be asked for, or not to be had.

Reads the store and never asks a server itself.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.alerts import fresh_quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.planning.plan import NeedsSymbols
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.words import listed, name
from xbtfx_tui.store.feed import feed_trouble
from xbtfx_tui.store.quotes import Fresh

_LISTED = 5


class Market(msgspec.Struct, frozen=True):
    """A symbol with its terms and fresh prices, exact at its digits."""

    spec: SymbolSpec
    bid: Decimal
    ask: Decimal

    def opening(self, side: Side) -> Decimal:
        """The price at which this side opens: the ask for a buy, the bid for a sell."""
        return self.ask if side is Side.BUY else self.bid

    def closing(self, side: Side) -> Decimal:
        """The price at which a position of this side closes."""
        return self.bid if side is Side.BUY else self.ask


class Awaited(msgspec.Struct, frozen=True):
    """The symbol's terms or a fresh price have to be asked for."""

    symbol: str


class NoMarket(msgspec.Struct, frozen=True):
    """There is no price to act on, and asking would not bring one; `sentence` says why."""

    sentence: str


MarketNow: TypeAlias = Market | Awaited | NoMarket


def market_now(view: PlanView, symbol: str) -> MarketNow:
    """The symbol's market at the view's moment; an old price is never taken for one."""
    store = view.store
    if (trouble := feed_trouble(store.feed)) is not None:
        return NoMarket(f"The price of {name(symbol)} can't be trusted: {trouble}. Wait for a fresh price.")
    spec, slot = store.specs.get(symbol), store.slot(symbol)
    if spec is None or slot is None or not isinstance(store.freshness(symbol, view.now), Fresh):
        return Awaited(symbol)
    quote = fresh_quote(slot.quote, spec.digits, spec.point)
    if quote is None:
        return NoMarket(f"The server has no price of {name(symbol)} now.")
    return Market(spec, quote.bid, quote.ask)


def needs(symbols: Iterable[str]) -> NeedsSymbols:
    """That these symbols have to be read first. At least one."""
    wanted = tuple(dict.fromkeys(symbols))
    shown = [name(symbol) for symbol in wanted[:_LISTED]]
    return NeedsSymbols(
        wanted, f"Waiting for the terms and a fresh price of {listed(shown, len(wanted) - len(shown))}."
    )
