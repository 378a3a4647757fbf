"""What a proposed line comes to, beyond its plan: whether it opens, and what became of the price it was asked
at. Pure, and sends nothing.
"""

from collections import defaultdict
from decimal import Decimal

import msgspec

from xbtfx_tui.commands.command_facts import sends_orders
from xbtfx_tui.commands.command_types import Command, Trail, TrailOff
from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    Intent,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.pip_size import in_pips, pips_of, pips_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.proposals import PriceMark
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.planning.plan_types import Deed, Plan, Planned
from xbtfx_tui.store.store import Store

_MUCH = 2
"""Spreads of now by which a price has moved much."""


def why_not_proposed(command: Command) -> str | None:
    """Why a line is none to propose, as a sentence; None where it is one. Only what leads to orders is."""
    if sends_orders(command) or isinstance(command, Trail | TrailOff):
        return None
    return (
        "Only what leads to orders can be proposed, like buy, close, sl, be or trail: "
        "what changes the terminal itself is typed there."
    )


def opens_more(planned: Planned, store: Store) -> bool:
    """Whether it does more than reduce: some symbol's net lots grow, or a stop goes or moves off. What is not
    known does."""
    match planned:
        case Plan(steps=steps):
            return _grows([step.intent for step in steps], store)
        case Deed(command=Trail()):
            return False
        case _:
            return True


def _grows(intents: list[Intent], store: Store) -> bool:
    after: defaultdict[str, Decimal] = defaultdict(Decimal)
    for position in store.positions.values():
        after[position.symbol] += _signed(position.side, position.volume)
    before = dict(after)
    for intent in intents:
        match intent:
            case CloseIntent(symbol=symbol, side=side, volume=volume):
                after[symbol] -= _signed(side, volume)
            case ModifyIntent() if not _moves_off(intent, store.positions.get(intent.ticket)):
                pass
            case CloseByIntent():
                pass  # both sides of a hedge go: the net stays
            case _:
                return True
    return any(abs(after[symbol]) > abs(before.get(symbol, Decimal(0))) for symbol in after)


def _moves_off(intent: ModifyIntent, held: Position | None) -> bool:
    """Whether an sl of it risks more than the one that stands. A tp is no protection."""
    match intent.sl:
        case Remove():
            return True
        case MoveTo(price):
            if held is None or held.sl is None:
                return held is None
            return price < held.sl if held.side is Side.BUY else price > held.sl
        case _:
            return False


def _signed(side: Side, volume: Decimal) -> Decimal:
    return volume if side is Side.BUY else -volume


# --- the price ---


class MovedPrice(msgspec.Struct, frozen=True):
    """What became of a price since then, as a sentence; `is_much` where it is worse by over two spreads."""

    sentence: str
    is_much: bool


def price_mark(planned: Planned, store: Store) -> PriceMark | None:
    """At what price it would be done now; None where not one price tells that, or there is none."""
    if not isinstance(planned, Plan) or len(planned.steps) != 1:
        return None
    match planned.steps[0].intent:
        case OpenIntent(symbol=symbol, side=side):
            dealt = side
        case CloseIntent(symbol=symbol, side=side) | ReverseIntent(symbol=symbol, side=side):
            dealt = side.opposite
        case _:
            return None
    price = _dealt_at(symbol, dealt, store)
    return None if price is None else PriceMark(symbol, dealt, price)


def moved_since(mark: PriceMark | None, store: Store) -> MovedPrice | None:
    """The move since the price was marked; None where none was, or none is there now."""
    if mark is None or (now := _dealt_at(mark.symbol, mark.side, store)) is None:
        return None
    words = exact(store, mark.symbol, now)
    worse = now - mark.price if mark.side is Side.BUY else mark.price - now
    if not worse:
        return MovedPrice(f"The price is {words}, as when it was asked.", is_much=False)
    how = f"{_distance(mark.symbol, abs(worse), store)} {'worse' if worse > 0 else 'better'}"
    other = _dealt_at(mark.symbol, mark.side.opposite, store)
    spread = abs(now - other) if other is not None else Decimal(0)
    return MovedPrice(f"The price is {words}: {how} than when it was asked.", worse > _MUCH * spread)


def _dealt_at(symbol: str, side: Side, store: Store) -> Decimal | None:
    spec, slot = store.specs.get(symbol), store.slot(symbol)
    if spec is None or slot is None:
        return None
    return to_decimal(slot.quote.ask if side is Side.BUY else slot.quote.bid, spec.digits)


def _distance(symbol: str, away: Decimal, store: Store) -> str:
    spec = store.specs.get(symbol)
    pips = None if spec is None else pips_of(spec, away)
    return exact(store, symbol, away) if pips is None else in_pips(pips_text(pips))
