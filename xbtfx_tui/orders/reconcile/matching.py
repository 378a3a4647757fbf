"""Which position an order led to: matching what was held before a send with what is held now. Pure.

It only ever says "this is it" where nothing else can be: one candidate, one claimant.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
    StopChange,
    symbol_of,
)
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.sides import Side

_NOTHING_HELD = Decimal(0)
_RIVALS_WEIGHED = 10


class Held(msgspec.Struct, frozen=True):
    """A position as it was before a send; `volume` in lots."""

    ticket: int
    symbol: str
    side: Side
    volume: Decimal


class Watched(msgspec.Struct, frozen=True):
    """An intent whose outcome is looked for; `before` is what was held right before its send at `begun`, and
    `deals` the tickets of the symbol's deals that were known then. `beside` are the ids of other orders whose
    work, if it was done, was not to be seen yet in what was held; `done` those orders, and later ones, whose
    work is known to be done by now."""

    intent: Intent
    before: tuple[Held, ...]
    begun: Instant
    deals: frozenset[int] = frozenset()
    beside: frozenset[str] = frozenset()
    done: "tuple[Watched, ...]" = ()

    def held(self, ticket: int) -> Decimal:
        """Lots that this ticket held before."""
        return next((held.volume for held in self.before if held.ticket == ticket), _NOTHING_HELD)

    def net(self, symbol: str) -> Decimal:
        """The symbol's signed volume before, long +."""
        return sum((h.side.sign * h.volume for h in self.before if h.symbol == symbol), _NOTHING_HELD)


class Sight(msgspec.Struct, frozen=True):
    """What is held now. `asked` is when the last snapshot of the positions was asked for, None before one;
    `claimed` are tickets that are known to be other intents' work, `unread` those of positions whose rows in
    that snapshot can't be read (None: of a row that shows none)."""

    positions: Mapping[int, Position]
    orders: Mapping[int, PendingOrder]
    is_netting: bool
    asked: Instant | None
    claimed: frozenset[int]
    unread: frozenset[int | None] = frozenset()


class Found(msgspec.Struct, frozen=True):
    """The intent was carried out; `ticket` is the position it led to, `price` where it was opened."""

    ticket: int | None = None
    price: Decimal | None = None


class NotSeen(msgspec.Struct, frozen=True):
    """Nothing of it is to be seen yet."""


class Several(msgspec.Struct, frozen=True):
    """More than one position could be it, or more than one order could have made the one: `tickets`, which
    are none where what was held is gone."""

    tickets: tuple[int, ...]


Look: TypeAlias = Found | NotSeen | Several


def before_send(intent: Intent, positions: Mapping[int, Position]) -> tuple[Held, ...]:
    """What is to be remembered of the positions: those of the intent's symbol, all for close-all."""
    symbol = symbol_of(intent)
    return tuple(
        Held(p.ticket, p.symbol, p.side, p.volume)
        for p in positions.values()
        if symbol is None or p.symbol == symbol
    )


def stands_alone(intent: Intent, *, is_netting: bool) -> bool:
    """Whether what it does shows by a ticket of its own."""
    return isinstance(intent, OpenIntent) and not is_netting


def may_move_the_same(one: Intent, other: Intent, *, is_netting: bool) -> bool:
    """Whether both could move one ticket or one net position, so that a move may be either one's work."""
    if isinstance(one, ModifyIntent) and isinstance(other, ModifyIntent):
        return one.ticket == other.ticket and _may_set_the_same(one, other)
    if stands_alone(one, is_netting=is_netting) or stands_alone(other, is_netting=is_netting):
        return False
    symbols = {symbol_of(one), symbol_of(other)}
    return len(symbols) == 1 or None in symbols


def _may_set_the_same(one: ModifyIntent, other: ModifyIntent) -> bool:
    """Whether the stops that one wants could come to stand by the other's work."""
    pairs = ((one.sl, other.sl), (one.tp, other.tp))
    both = [pair for pair in pairs if not any(isinstance(change, Keep) for change in pair)]
    return bool(both) and all(wanted == set_to for wanted, set_to in both)


def can_be_late(watched: Watched) -> bool:
    """Whether work that comes late could still be told: what is not held can't be closed.

    Stops that stand as wanted after all are told as its work: whoever set them, it asked for them.
    """
    match watched.intent:
        case OpenIntent() | ReverseIntent() | ModifyIntent():
            return True
        case CloseUnreadIntent():
            return False
        case CloseIntent() | CloseByIntent() | CloseSymbolIntent() | CloseAllIntent():
            held = {held.ticket for held in watched.before}
            return bool(held) and held >= _taken_off(watched).keys()


def look(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    """Whether the positions show that the intent was carried out; `rivals` are all others on their way.

    Rules: order-safety, "Reconciling".
    """
    # Before the first snapshot a ticket that is not listed is not known to be gone.
    if sight.asked is None:
        return NotSeen()
    intent = watched.intent
    match intent:
        case ModifyIntent():
            return _look_for_stops(intent, watched, sight)
        case CloseUnreadIntent(ticket=ticket):
            return Found() if _is_newer(watched, sight) and not _may_be_held(ticket, sight) else NotSeen()
        case CloseSymbolIntent(tickets=()) | CloseAllIntent(tickets=()):
            # What was held is not known: nothing of it may be left in a list that was asked for since.
            left = any(symbol_of(intent) in (None, one.symbol) for one in sight.positions.values())
            return Found() if _is_newer(watched, sight) and not left and not sight.unread else NotSeen()
        case CloseSymbolIntent() | CloseAllIntent():
            gone = all(not _may_be_held(held.ticket, sight) for held in watched.before)
            return Found() if gone else NotSeen()
        case _ if sight.is_netting:
            return _look_at_net(watched, rivals, sight)
        case OpenIntent():
            return _look_for_new(watched, rivals, sight)
        case ReverseIntent(ticket=ticket):
            return NotSeen() if ticket in sight.positions else _look_for_new(watched, rivals, sight)
        case CloseIntent() | CloseByIntent():
            return _look_for_less(watched, rivals, sight)


def _is_newer(watched: Watched, sight: Sight) -> bool:
    """Whether the last snapshot was asked for after the send."""
    return sight.asked is not None and watched.begun.age_at(sight.asked) > 0


def _may_be_held(ticket: int, sight: Sight) -> bool:
    return ticket in sight.positions or not sight.unread.isdisjoint((ticket, None))


def _look_for_new(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    candidates = candidates_of(watched, sight)
    if not candidates:
        return NotSeen()
    if len(candidates) == 1 and not any(_could_have_opened(rival, candidates[0]) for rival in rivals):
        return Found(candidates[0].ticket, candidates[0].price_open)
    return Several(tuple(sorted(position.ticket for position in candidates)))


def candidates_of(watched: Watched, sight: Sight) -> list[Position]:
    """The positions of a hedging account that the intent may have opened and that are nobody else's."""
    if sight.is_netting:
        return []
    return [
        position
        for position in sight.positions.values()
        if position.ticket not in sight.claimed and _could_have_opened(watched, position)
    ]


def is_of_its_kind(watched: Watched, position: Position) -> bool:
    """Whether the position is new and of the intent's symbol, side and volume, whatever its stops: the stream
    tells none, so that only a snapshot asked for since tells whether the intent led to it."""
    if any(held.ticket == position.ticket for held in watched.before):
        return False
    shape = (position.symbol, position.side, position.volume)
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            return shape == (symbol, side, volume)
        case ReverseIntent(symbol=symbol, side=side, held=held):
            return shape == (symbol, side.opposite, held)
        case _:
            return False


def _could_have_opened(watched: Watched, position: Position) -> bool:
    if not is_of_its_kind(watched, position):
        return False
    match watched.intent:
        case OpenIntent(sl=sl, tp=tp):
            return (sl is None or position.sl == sl) and (tp is None or position.tp == tp)
        case _:
            return True


def _look_for_less(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    """Hedging: every ticket gone, or smaller by what this and all rival orders take off it. Smaller by less
    than that, it may be any one's work. What is known to be another's work is not this one's, too."""
    doubtful = []
    for ticket, volume in _taken_off(watched).items():
        position = sight.positions.get(ticket)
        left = _NOTHING_HELD if position is None else position.volume
        gone = watched.held(ticket) - left - _off(ticket, watched.done)
        if gone < volume:
            return NotSeen()
        if position is not None and gone < volume + _off(ticket, rivals):
            doubtful.append(ticket)
    return Several(tuple(doubtful)) if doubtful else Found()


def _off(ticket: int, others: Sequence[Watched]) -> Decimal:
    return sum((_taken_off(other).get(ticket, _NOTHING_HELD) for other in others), _NOTHING_HELD)


def _taken_off(watched: Watched) -> dict[int, Decimal]:
    """Lots that an intent takes off each ticket, on a hedging account."""
    match watched.intent:
        case CloseIntent(ticket=ticket, volume=volume):
            return {ticket: volume}
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            smaller = min(watched.held(ticket), watched.held(by_ticket))
            return {ticket: smaller, by_ticket: smaller}
        case ReverseIntent(ticket=ticket, held=held):
            return {ticket: held}
        case CloseSymbolIntent() | CloseAllIntent():
            return {held.ticket: held.volume for held in watched.before}
        case OpenIntent() | ModifyIntent() | CloseUnreadIntent():
            return {}


def _look_at_net(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    """Netting: the signed volume moved by exactly what this and all rival orders do. Moved by what this and
    only some of them do, it may be any one's work."""
    symbol = symbol_of(watched.intent) or ""
    moved = held_volume(sight.positions.values(), symbol) - watched.net(symbol)
    moved -= sum((_net_effect(other, symbol) for other in watched.done), _NOTHING_HELD)
    own, *others = (_net_effect(one, symbol) for one in (watched, *rivals))
    position = next((p for p in sight.positions.values() if p.symbol == symbol), None)
    if moved != own + sum(others, _NOTHING_HELD):
        some = moved in _sums(own, [effect for effect in others if effect])
        return Several((position.ticket,) if position is not None else ()) if some else NotSeen()
    opens = isinstance(watched.intent, OpenIntent | ReverseIntent)
    return Found(position.ticket if opens and position is not None else None)


def _sums(start: Decimal, effects: Sequence[Decimal]) -> set[Decimal]:
    """All that the first and any of the others come to together."""
    sums = {start}
    for effect in effects[:_RIVALS_WEIGHED]:
        sums |= {total + effect for total in sums}
    return sums


def _net_effect(watched: Watched, symbol: str) -> Decimal:
    match watched.intent:
        case OpenIntent(symbol=own, side=side, volume=volume) if own == symbol:
            return side.sign * volume
        case CloseIntent(symbol=own, side=side, volume=volume) if own == symbol:
            return -side.sign * volume
        case ReverseIntent(symbol=own, side=side, held=held) if own == symbol:
            return -2 * side.sign * held
        case CloseSymbolIntent(symbol=own) if own == symbol:
            return -watched.net(symbol)
        case CloseAllIntent():
            return -watched.net(symbol)
        case _:
            return _NOTHING_HELD


def _look_for_stops(intent: ModifyIntent, watched: Watched, sight: Sight) -> Look:
    """The stops are as wanted, by a snapshot asked for after the send: the stream does not tell stops."""
    item = sight.positions.get(intent.ticket) or sight.orders.get(intent.ticket)
    if item is None or not _is_newer(watched, sight):
        return NotSeen()
    as_wanted = _stands(intent.sl, item.sl) and _stands(intent.tp, item.tp)
    return Found(intent.ticket) if as_wanted else NotSeen()


def _stands(change: StopChange, price: Decimal | None) -> bool:
    match change:
        case Keep():
            return True
        case Remove():
            return price is None
        case MoveTo(price=wanted):
            return price == wanted
