"""Which position an order led to: matching what was held before a send with what is held now. Pure.

It only ever says "this is it" where nothing else can be: one candidate, one claimant.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

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
from xbtfx_tui.domain.nearness import same_price, same_volume
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.reconcile.held import Grid, Held, Sight, Stops, Watched

_NOTHING_HELD = Decimal(0)
_RIVALS_WEIGHED = 10


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


def before_send(
    intent: Intent, positions: Mapping[int, Position], listed: Collection[int]
) -> tuple[Held, ...]:
    """What is to be remembered of the positions: those of the intent's symbol, all for close-all. Stops are
    known of those that are `listed`."""
    symbol = symbol_of(intent)
    return tuple(
        Held(p.ticket, p.symbol, p.side, p.volume, Stops(p.sl, p.tp) if p.ticket in listed else None)
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
            return Found() if _is_newer(watched, sight) and not sight.may_hold(ticket) else NotSeen()
        case CloseSymbolIntent(tickets=()) | CloseAllIntent(tickets=()):
            # What was held is not known: nothing of it may be left in a list that was asked for since.
            left = any(symbol_of(intent) in (None, one.symbol) for one in sight.positions.values())
            return Found() if _is_newer(watched, sight) and not left and not sight.unread else NotSeen()
        case CloseSymbolIntent() | CloseAllIntent():
            gone = all(not sight.may_hold(held.ticket) for held in watched.before)
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
    return sight.asked is not None and watched.is_after_send(sight.asked)


def _look_for_new(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    candidates = candidates_of(watched, sight)
    if not candidates:
        return NotSeen()
    grid = sight.grid(candidates[0].symbol)
    alone = not any(may_be_part_of(rival, candidates[0], grid) for rival in rivals)
    if len(candidates) == 1 and alone:
        return Found(candidates[0].ticket, candidates[0].price_open)
    return Several(tuple(sorted(position.ticket for position in candidates)))


def may_be_part_of(watched: Watched, position: Position, grid: Grid) -> bool:
    """Whether the order may have led to the position, in full or in part, with its stops or without."""
    opening = opening_of(watched.intent)
    if opening is None or not is_new_of_its_side(watched, position):
        return False
    return position.volume <= opening[2] or same_volume(position.volume, opening[2], grid.step)


def candidates_of(watched: Watched, sight: Sight) -> list[Position]:
    """The positions of a hedging account that the intent may have opened and that are nobody else's."""
    if sight.is_netting:
        return []
    return [
        position
        for position in sight.positions.values()
        if position.ticket not in sight.claimed
        and _could_have_opened(watched, position, sight.grid(position.symbol))
    ]


def opening_of(intent: Intent) -> tuple[str, Side, Decimal] | None:
    """Symbol, side and lots of the position that the intent opens; None where it opens none."""
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            return symbol, side, volume
        case ReverseIntent(symbol=symbol, side=side, held=held):
            return symbol, side.opposite, held
        case _:
            return None


def is_new_of_its_side(watched: Watched, position: Position) -> bool:
    """Whether the position was not there before and is of the intent's symbol and side, whatever its volume
    and stops: it may be what the intent led to."""
    opening = opening_of(watched.intent)
    if opening is None or any(held.ticket == position.ticket for held in watched.before):
        return False
    return (position.symbol, position.side) == opening[:2]


def is_of_its_kind(watched: Watched, position: Position, grid: Grid) -> bool:
    """Whether it is of the intent's volume, too, whatever its stops: the stream tells none, so that only a
    snapshot asked for since tells whether the intent led to it."""
    opening = opening_of(watched.intent)
    if opening is None or not is_new_of_its_side(watched, position):
        return False
    return same_volume(position.volume, opening[2], grid.step)


def _could_have_opened(watched: Watched, position: Position, grid: Grid) -> bool:
    return is_of_its_kind(watched, position, grid) and not stop_differences(watched.intent, position, grid)


def stop_differences(intent: Intent, position: Position, grid: Grid) -> tuple[str, ...]:
    """What of the stops that were sent is not there, as clauses: `WITHOUT its sl 0.99`."""
    if not isinstance(intent, OpenIntent):
        return ()
    found = []
    for name, sent, stands in (("sl", intent.sl, position.sl), ("tp", intent.tp, position.tp)):
        if sent is None or same_price(sent, stands, grid.digits):
            continue
        found.append(
            f"WITHOUT its {name} {sent}" if stands is None else f"with its {name} at {stands}, not {sent}"
        )
    return tuple(found)


def _look_for_less(watched: Watched, rivals: Sequence[Watched], sight: Sight) -> Look:
    """Hedging: every ticket gone, or smaller by what this and all rival orders take off it. Smaller by less
    than that, it may be any one's work. What is known to be another's work is not this one's, too."""
    doubtful = []
    for ticket, volume in _taken_off(watched).items():
        position = sight.positions.get(ticket)
        left = _NOTHING_HELD if position is None else position.volume
        gone = watched.held(ticket) - left - off_by(watched.done, ticket)
        step, others = sight.grid(watched.intent_symbol).step, off_by(rivals, ticket)
        if gone < volume and not same_volume(gone, volume, step):
            return NotSeen()
        if position is not None and gone > volume + others and not same_volume(gone, volume + others, step):
            return NotSeen()  # somebody else took of it, too: near, and not just it
        if position is not None and gone < volume + others:
            doubtful.append(ticket)
    return Several(tuple(doubtful)) if doubtful else Found()


def off_by(others: Sequence[Watched], ticket: int) -> Decimal:
    """Lots that these orders take off the ticket together, on a hedging account."""
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
    step = sight.grid(symbol).step
    if not same_volume(moved, own + sum(others, _NOTHING_HELD), step):
        sums = _sums(own, [effect for effect in others if effect])
        some = any(same_volume(moved, one, step) for one in sums)
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
    digits = sight.grid(item.symbol).digits
    as_wanted = _stands(intent.sl, item.sl, digits) and _stands(intent.tp, item.tp, digits)
    return Found(intent.ticket) if as_wanted else NotSeen()


def wanted_stop(change: StopChange) -> Decimal | None:
    """Where the stop is to stand; 0 for none, None where it is left as it is."""
    match change:
        case Keep():
            return None
        case Remove():
            return _NOTHING_HELD
        case MoveTo(price=price):
            return price


def _stands(change: StopChange, price: Decimal | None, digits: int | None) -> bool:
    match change:
        case Keep():
            return True
        case Remove():
            return price is None
        case MoveTo(price=wanted):
            return same_price(price, wanted, digits)
