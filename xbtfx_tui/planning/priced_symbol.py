"""A symbol's terms and prices: there, to be asked for, or not to be had; old ones told from those to act on.

Reads the store and never asks a server itself.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.alerts import FreshQuote, fresh_quote
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.planning.plan_text import listed, name
from xbtfx_tui.planning.plan_types import NeedsSymbols
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.store.latest_quotes import Fresh, NeverSeen, Stale, may_fire
from xbtfx_tui.store.store import Store

_LISTED = 5


class PricedSymbol(msgspec.Struct, frozen=True):
    """A symbol with its terms and its latest prices, exact at its digits; `freshness` says whether they may
    be acted on."""

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
    def is_fresh(self) -> bool:
        return isinstance(self.freshness, Fresh)

    @property
    def age_words(self) -> str:
        """How old the price is, or why it is in doubt; empty while it is fresh."""
        return f"price {self.freshness.words}" if isinstance(self.freshness, Stale) else ""


class Awaited(msgspec.Struct, frozen=True):
    """The symbol's terms or a price have to be asked for."""

    symbol: str


class NoMarket(msgspec.Struct, frozen=True):
    """There is no price to act on, and asking would not bring one; `sentence` says why."""

    sentence: str


MarketNow: TypeAlias = PricedSymbol | Awaited | NoMarket


def last_market(store: Store, symbol: str, now: Instant) -> MarketNow:
    """The symbol's market as it was last seen, however old its prices are."""
    spec, slot, freshness = store.specs.get(symbol), store.slot(symbol), store.freshness(symbol, now)
    if spec is None or slot is None or isinstance(freshness, NeverSeen):
        return Awaited(symbol)
    quote = fresh_quote(slot.quote, spec.digits, spec.point)
    if quote is None:
        return NoMarket(f"The server has no price of {name(symbol)} now.")
    return PricedSymbol(spec, quote.bid, quote.ask, freshness)


def fresh_prices(store: Store, symbol: str, now: Instant) -> FreshQuote | None:
    """The symbol's prices at its digits, where something may be set off by them; None else."""
    slot, known = store.slot(symbol), store.specs.get(symbol) or store.symbols.get(symbol)
    if slot is None or known is None or not may_fire(store.freshness(symbol, now)):
        return None
    return fresh_quote(slot.quote, known.digits, known.point)


def market_now(view: PlanView, symbol: str) -> MarketNow:
    """The symbol's market at the view's moment; an old price is never taken for one."""
    if (trouble := feed_trouble(view.store.feed)) is not None:
        return NoMarket(f"The price of {name(symbol)} can't be trusted: {trouble}. Wait for a fresh price.")
    if not isinstance(view.store.freshness(symbol, view.now), Fresh):
        return Awaited(symbol)
    return last_market(view.store, symbol, view.now)


def needs(symbols: Iterable[str]) -> NeedsSymbols:
    """That these symbols have to be read first. At least one."""
    wanted = tuple(dict.fromkeys(symbols))
    shown = [name(symbol) for symbol in wanted[:_LISTED]]
    of = listed(shown, len(wanted) - len(shown))
    return NeedsSymbols(wanted, f"the terms and a fresh price of {of}")


def unpriced_words(market: Awaited | NoMarket) -> str:
    """Why there is no price, as a sentence."""
    return market.sentence if isinstance(market, NoMarket) else needs([market.symbol]).sentence
