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
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.price_equality import same_price, same_volume
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.reconcile.holdings_snapshot import (
    Grid,
    HeldBefore,
    HoldingsSnapshot,
    Stops,
    TrackedOrder,
)
from xbtfx_tui.orders.reconcile.volume_effects import (
    is_all_gone,
    left_by_others,
    may_move_what_it_closes,
    net_effect_of,
    off_by,
    sums_of,
    taken_of,
    taken_off,
    takes_all,
)

_NOTHING_HELD = Decimal(0)


class CarriedOut(msgspec.Struct, frozen=True):
    """The intent was carried out; `ticket` is the position it led to, `price` where it was opened. `volume`
    are the lots that it opened where these are others than were drafted, else None."""

    ticket: int | None = None
    price: Decimal | None = None
    volume: Decimal | None = None


class Unseen(msgspec.Struct, frozen=True):
    """Nothing of it is to be seen yet."""


class Several(msgspec.Struct, frozen=True):
    """More than one position could be it, or more than one order could have made the one: `tickets`, which
    are none where what was held is gone."""

    tickets: tuple[int, ...]


Look: TypeAlias = CarriedOut | Unseen | Several


def before_send(
    intent: Intent, positions: Mapping[int, Position], listed: Collection[int]
) -> tuple[HeldBefore, ...]:
    """What is to be remembered of the positions: those of the intent's symbol, all for close-all. Stops are
    known of those that are `listed`."""
    symbol = symbol_of(intent)
    return tuple(
        HeldBefore(p.ticket, p.symbol, p.side, p.volume, Stops(p.sl, p.tp) if p.ticket in listed else None)
        for p in positions.values()
        if symbol is None or p.symbol == symbol
    )


def can_be_late(watched: TrackedOrder) -> bool:
    """Whether work that comes late could still be told: what is not held can't be closed.

    Stops that stand as wanted after all are told as its work: whoever set them, it asked for them.
    """
    match watched.intent:
        case OpenIntent() | ReverseIntent() | ModifyIntent() | CloseUnreadIntent():
            return True
        case CloseIntent() | CloseByIntent() | CloseSymbolIntent() | CloseAllIntent():
            held = {held.ticket for held in watched.before}
            return bool(held) and held >= taken_off(watched).keys()


def look(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> Look:
    """Whether the positions show that the intent was carried out; `rivals` are all others on their way.

    Rules: order-safety, "Reconciling".
    """
    # Before the first snapshot a ticket that is not listed is not known to be gone.
    if sight.asked is None:
        return Unseen()
    intent = watched.intent
    match intent:
        case ModifyIntent():
            return _look_for_stops(intent, watched, sight)
        case CloseUnreadIntent(ticket=ticket):
            return CarriedOut() if _is_newer(watched, sight) and not sight.may_hold(ticket) else Unseen()
        case CloseSymbolIntent(tickets=()) | CloseAllIntent(tickets=()):
            # What was held is not known: nothing of it may be left in a list that was asked for since.
            left = any(symbol_of(intent) in (None, one.symbol) for one in sight.positions.values())
            return CarriedOut() if _is_newer(watched, sight) and not left and not sight.unread else Unseen()
        case CloseSymbolIntent() | CloseAllIntent():
            gone = all(not sight.may_hold(held.ticket) for held in watched.before)
            return CarriedOut() if gone else Unseen()
        case CloseIntent() as close if close.is_full and is_all_gone(close, sight):
            return _look_at_what_was_left(close, watched, rivals, sight)
        case _ if sight.is_netting:
            return _look_at_net(watched, rivals, sight)
        case OpenIntent():
            return _look_for_new(watched, rivals, sight)
        case ReverseIntent(ticket=ticket):
            return Unseen() if ticket in sight.positions else _look_for_new(watched, rivals, sight)
        case CloseIntent() | CloseByIntent():
            return _look_for_less(watched, rivals, sight)


def _is_newer(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether the last snapshot was asked for after the send."""
    return sight.asked is not None and watched.is_after_send(sight.asked)


def _look_for_new(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> Look:
    candidates = candidates_of(watched, sight)
    if not candidates:
        return Unseen()
    grid = sight.grid(candidates[0].symbol)
    alone = not any(may_be_part_of(rival, candidates[0], grid) for rival in rivals)
    if len(candidates) == 1 and alone:
        return CarriedOut(candidates[0].ticket, candidates[0].price_open)
    return Several(tuple(sorted(position.ticket for position in candidates)))


def may_be_part_of(watched: TrackedOrder, position: Position, grid: Grid) -> bool:
    """Whether the order may have led to the position, in full or in part, with its stops or without."""
    opening = opening_of(watched.intent)
    if opening is None or not is_new_of_its_side(watched, position):
        return False
    return position.volume <= opening[2] or same_volume(position.volume, opening[2], grid.step)


def candidates_of(watched: TrackedOrder, sight: HoldingsSnapshot) -> list[Position]:
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


def is_new_of_its_side(watched: TrackedOrder, position: Position) -> bool:
    """Whether the position was not there before and is of the intent's symbol and side, whatever its volume
    and stops: it may be what the intent led to."""
    opening = opening_of(watched.intent)
    if opening is None or any(held.ticket == position.ticket for held in watched.before):
        return False
    return (position.symbol, position.side) == opening[:2]


def is_of_its_kind(watched: TrackedOrder, position: Position, grid: Grid) -> bool:
    """Whether it is of the intent's volume, too, whatever its stops: the stream tells none, so that only a
    snapshot asked for since tells whether the intent led to it."""
    opening = opening_of(watched.intent)
    if opening is None or not is_new_of_its_side(watched, position):
        return False
    return same_volume(position.volume, opening[2], grid.step)


def _could_have_opened(watched: TrackedOrder, position: Position, grid: Grid) -> bool:
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


def _look_for_less(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> Look:
    """Hedging: every ticket gone, or smaller by what this and all rival orders take off it. Smaller by less
    than that, it may be any one's work. What is known to be another's work is not this one's, too."""
    doubtful = []
    # One that remembers as held what was left by this one's work has not done that.
    alike = [one for one in rivals if watched.intent.intent_id not in one.shown]
    for ticket, volume in taken_off(watched).items():
        if volume <= 0:
            return Unseen()  # what was not held can't be closed by another
        position = sight.positions.get(ticket)
        left = _NOTHING_HELD if position is None else position.volume
        # Of a position that is gone, one that closed all that was left can have left this one its part.
        done = [one for one in watched.done if position is not None or not takes_all(one.intent)]
        gone = watched.held(ticket) - left - off_by(done, ticket)
        step, others = sight.grid(watched.intent_symbol).step, off_by(rivals, ticket)
        if gone < volume and not same_volume(gone, volume, step):
            return Unseen()
        if position is not None and gone > volume + others and not same_volume(gone, volume + others, step):
            return Unseen()  # somebody else took of it, too: near, and not just it
        if position is not None and gone < volume + off_by(alike, ticket):
            doubtful.append(ticket)
    return Several(tuple(doubtful)) if doubtful else CarriedOut()


def _look_at_what_was_left(
    close: CloseIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> Look:
    """A close of all names no volume to the server: it took what the others left for it, be that more than
    was drafted or less. Where they left nothing it shows nothing; on a netting account, where what they do
    can come to nothing held without it, it may be any one's work."""
    left, step = left_by_others(close, watched, sight), sight.grid(close.symbol).step
    if left <= 0 or same_volume(left, _NOTHING_HELD, step):
        return Unseen()
    if sight.is_netting:
        beside = [one for one in rivals if may_move_what_it_closes(one.intent, close, sight)]
        sums = sums_of(left, [-taken_of(one, close, sight) for one in beside])
        by_others = any(takes_all(one.intent) for one in beside)
        if by_others or any(same_volume(one, _NOTHING_HELD, step) for one in sums):
            return Several(())
    return CarriedOut()


def _look_at_net(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> Look:
    """Netting: the signed volume moved by exactly what this and all rival orders do. Moved by what this and
    only some of them do, or by what others alone would come to, it may be any one's work; not moved at all,
    it tells nothing, though they would come to nothing together."""
    symbol = symbol_of(watched.intent) or ""
    moved = _moved_net(watched, sight)
    own, *others = (net_effect_of(one, symbol) for one in (watched, *rivals))
    position = next((p for p in sight.positions.values() if p.symbol == symbol), None)
    step = sight.grid(symbol).step
    if not same_volume(moved, own + sum(others, _NOTHING_HELD), step):
        reversed_ = _reversed_after_others(watched, moved, sight)
        if position is not None and reversed_ is not None and not any(others):
            return CarriedOut(position.ticket, volume=reversed_)
        sums = sums_of(own, [effect for effect in others if effect])
        some = any(same_volume(moved, one, step) for one in sums)
        return Several((position.ticket,) if position is not None else ()) if some else Unseen()
    if same_volume(moved, _NOTHING_HELD, step):
        return Unseen()
    if any(same_volume(moved, one, step) for one in sums_of(_NOTHING_HELD, [one for one in others if one])):
        return Several((position.ticket,) if position is not None else ())
    opens = isinstance(watched.intent, OpenIntent | ReverseIntent)
    return CarriedOut(position.ticket if opens and position is not None else None)


def _moved_net(watched: TrackedOrder, sight: HoldingsSnapshot) -> Decimal:
    """Netting: lots by which the symbol's signed volume moved since the send, less what orders that are known
    to be done moved of it."""
    symbol = watched.intent_symbol
    moved = held_volume(sight.positions.values(), symbol) - watched.net(symbol)
    return moved - sum((net_effect_of(other, symbol) for other in watched.done), _NOTHING_HELD)


def come_to_nothing(watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> bool:
    """Netting: whether nothing moved, and nothing would have moved had this and all rival orders been done:
    whether they were, the positions can't tell."""
    symbol, step = watched.intent_symbol, sight.grid(watched.intent_symbol).step
    effects = [net_effect_of(one, symbol) for one in (watched, *rivals)]
    sums = (_moved_net(watched, sight), sum(effects, _NOTHING_HELD))
    return (
        sight.is_netting and bool(effects[0]) and all(same_volume(one, _NOTHING_HELD, step) for one in sums)
    )


def _reversed_after_others(watched: TrackedOrder, moved: Decimal, sight: HoldingsSnapshot) -> Decimal | None:
    """Lots that a reverse opened which found what orders known to be done had made of its position, where the
    net volume moved by just these twice; None where it did not."""
    match watched.intent:
        case ReverseIntent(symbol=symbol, side=side):
            found = watched.net(symbol) + sum(
                (net_effect_of(one, symbol) for one in watched.done), _NOTHING_HELD
            )
            lots = found * side.sign
            is_so = lots > 0 and same_volume(moved, -2 * found, sight.grid(symbol).step)
            return lots if is_so else None
        case _:
            return None


def _look_for_stops(intent: ModifyIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> Look:
    """The stops are as wanted, by a snapshot asked for after the send: the stream does not tell stops."""
    item = sight.positions.get(intent.ticket) or sight.orders.get(intent.ticket)
    if item is None or not _is_newer(watched, sight):
        return Unseen()
    digits = sight.grid(item.symbol).digits
    as_wanted = _stands(intent.sl, item.sl, digits) and _stands(intent.tp, item.tp, digits)
    return CarriedOut(intent.ticket) if as_wanted else Unseen()


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
