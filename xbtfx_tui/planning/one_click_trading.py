"""One-click trading: what a key may send at once, without a review, and as long as what. It sends nothing.

It is armed by a typed word, each run anew, and ends by itself. An order is allowed only if its review would
have nothing to warn of: what would be read there is said instead, and nothing goes.
"""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, OpenIntent
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.planning.close_draft import draft_close
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.open_draft import OpenRequest, draft_open, market_to_open
from xbtfx_tui.planning.plan_text import name
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, unpriced_words
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.store.store import Store

IDLE_SECONDS = 600.0
"""Seconds without an order by it after which it ends."""
REPEATS_WITHIN = 1.1
"""Seconds after a press in which the same key may be a held one's repeat: keyboards wait 0.25 to 1 s."""
RUN_OVER = 3.0
"""Seconds of silence that end a run of repeats, which a line that stalls delivers in clumps."""


class OneClickOff(msgspec.Struct, frozen=True):
    """It is not armed; `ended` is why it ended in this run, as a clause, None where it never was armed or the
    trader ended it."""

    ended: str | None = None


class OneClickArmed(msgspec.Struct, frozen=True):
    """It is armed, for `most_lots` an order at most; `used` is when it was armed, or last sent an order."""

    most_lots: Decimal
    used: Instant


OneClick: TypeAlias = OneClickOff | OneClickArmed


class NoOneClick(msgspec.Struct, frozen=True):
    """Nothing is sent; `sentence` says why."""

    sentence: str


def trouble(store: Store) -> str | None:
    """Why one-click trading can't be armed now, and ends where it is, as a clause; None where it may be."""
    match store.trading:
        case TradingOpen():
            return feed_trouble(store.feed)
        case TradingLocked(reason=reason):
            return f"trading is locked: {reason}"
        case TradingCloseOnly(reason=reason):
            return f"new orders are blocked: {reason}"
        case TradingReadOnly(reason=reason):
            return reason


def looked_at(state: OneClick, store: Store, now: Instant) -> OneClick:
    """What becomes of it by what is so now: a lock, a lost line and ten idle minutes end it."""
    match state:
        case OneClickArmed(used=used):
            if (why := trouble(store)) is not None:
                return OneClickOff(why)
            if used.age_at(now) >= IDLE_SECONDS:
                return OneClickOff("no order was sent by it for 10 minutes")
        case OneClickOff():
            pass
    return state


class HeldKey(msgspec.Struct, frozen=True):
    """What tells the next press of a key from the repeats of a held one: the `key` struck last, when (`at`,
    seconds, monotonic), and whether it was `repeating`."""

    key: str | None = None
    at: float = 0.0
    repeating: bool = False

    def struck(self, key: str, at: float) -> tuple["HeldKey", bool]:
        """What is so after this key, and whether it was a press of its own: a held key is one order."""
        if key != self.key or at - self.at >= (RUN_OVER if self.repeating else REPEATS_WITHIN):
            return HeldKey(key, at), True
        return HeldKey(key, at, repeating=True), False


def one_click_open(
    symbol: str, side: Side, preset: Preset, view: PlanView, most_lots: Decimal, intent_id: str
) -> OrderDraft | NoOneClick:
    """The opening order of the symbol's preset at the prices of now."""
    market = market_to_open(view, symbol)
    if not isinstance(market, PricedSymbol):
        return NoOneClick(unpriced_words(market))
    request = OpenRequest(symbol, side, preset.size, preset.sl, preset.tp)
    return _allowed(draft_open(request, market, view, intent_id).order, most_lots)


def one_click_close(
    position: Position, view: PlanView, most_lots: Decimal, intent_id: str
) -> OrderDraft | NoOneClick:
    """The close of all of a position."""
    return _allowed(draft_close(position, position.volume, view, intent_id).order, most_lots)


def default_preset(volume: Decimal) -> Preset:
    """What is sent of a symbol without a preset: this many lots, no stops."""
    return Preset(Lots(volume))


def _allowed(draft: OrderDraft, most_lots: Decimal) -> OrderDraft | NoOneClick:
    if (said := draft.first_blocking) is not None:
        return NoOneClick(said)
    if draft.warnings:
        return NoOneClick(draft.warnings[0])
    match draft.intent:
        case OpenIntent(symbol=symbol, volume=volume) if volume > most_lots:
            return NoOneClick(
                f"{lots_words(volume)} lots of {name(symbol)} are more than one-click trading may open: "
                f"{lots_words(most_lots)} at most (one_click_lots in the config)."
            )
        case OpenIntent() | CloseIntent():
            return draft
        case _:
            return NoOneClick("One-click trading opens and closes; it does nothing else.")
