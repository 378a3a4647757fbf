"""Whose work a position is where more than one order could have led to it: that of the order whose answer
names it; then of one on its way; only what none of these explains is a late order's. Pure; it proves nothing.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, Intent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, Result, Reversed
from xbtfx_tui.domain.store_events import PositionOpened
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    closed_each_other,
    deals_since,
    is_named_in_full,
    told_by_both,
)
from xbtfx_tui.orders.reconcile.full_close_proof import has_closed_the_rest
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since, is_shown_by_what_is_gone
from xbtfx_tui.orders.reconcile.position_matching import (
    CarriedOut,
    Look,
    Several,
    Unseen,
    candidates_of,
    is_new_of_its_side,
    is_of_its_kind,
    may_be_part_of,
    opening_of,
)
from xbtfx_tui.orders.reconcile.volume_effects import may_move_the_same, net_effect_of


def ticket_named(intent: Intent, result: Result | None, read: Read | None) -> int | None:
    """The position that the answer names with its deal: by the order's number, which is the position's on a
    hedging account, or where it tells none by the history's row of that deal; None where neither does."""
    match intent, result:
        case OpenIntent(), Filled(deal=int() as deal, order=order):
            pass
        case ReverseIntent(), Reversed(open_deal=int() as deal, open_order=order):
            pass
        case _:
            return None
    if order is not None or read is None:
        return order
    rows = (row.position or row.order for row in read.deals if row.ticket == deal)
    return next((ticket for ticket in rows if ticket is not None), None)


def named_by_answer(
    watched: TrackedOrder, result: Result | None, several: Several, sight: HoldingsSnapshot, read: Read | None
) -> CarriedOut | None:
    """Which of several it is, where the answer names it."""
    match watched.intent, result:
        case OpenIntent(), Filled(deal=int()) if read and is_named_in_full(watched, result, read, sight):
            return CarriedOut(next(iter(several.tickets), None))
        case OpenIntent(), Filled(deal=int(), order=int() as order) if order in several.tickets:
            return CarriedOut(order)
        case ReverseIntent(), Reversed(open_deal=int(), open_order=int() as order) if (
            order in several.tickets
        ):
            return CarriedOut(order)
        case CloseIntent(), Filled(deal=int()):
            return CarriedOut()
        case _:
            return None


def attributed(
    seen: Look,
    watched: TrackedOrder,
    result: Result | None,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Look:
    """What the positions show of the order, or where they alone do not tell its work, what answer and deals
    tell of it."""
    match seen, watched.intent:
        case Several() | Unseen(), CloseByIntent() as close if (
            # Of less than was drafted, where others took some before. No close of a part makes such deals.
            read is not None
            and is_shown_by_what_is_gone(watched, sight)
            and closed_each_other(close, watched, rivals, read)
        ):
            return CarriedOut()
        case Several(), _:
            named = named_by_answer(watched, result, seen, sight, read)
            return named or told_by_both(watched, rivals, result, seen, sight, read) or seen
        case Unseen(), intent if has_closed_the_rest(intent, result, sight):
            return CarriedOut()
        case _:
            return seen


def as_named(
    watched: TrackedOrder, result: Result | None, sight: HoldingsSnapshot, read: Read | None
) -> HoldingsSnapshot | None:
    """The sight with each other position taken as another hand's, where the answer names one that is there
    and that the intent may have led to; None where it names none such, and on a netting account."""
    named = ticket_named(watched.intent, result, read)
    new = {ticket for ticket, one in sight.positions.items() if is_new_of_its_side(watched, one)}
    if sight.is_netting or named not in new - sight.claimed:
        return None
    return replace(sight, claimed=sight.claimed | (new - {named}))


def netted_into(
    watched: TrackedOrder,
    result: Result | None,
    found: CarriedOut,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
) -> CarriedOut:
    """Netting: the same, with the position that the order led to, or with none where that is not known: what
    the symbol has now may be what another order made of it. `rivals` are all others on their way.

    What a reverse found beside orders that are not known to be done, the sum of them all does not tell: its
    lots are its answer's."""
    opening = opening_of(watched.intent)
    if isinstance(result, Reversed) and result.open_deal is not None and _moves(rivals, watched):
        found = replace(found, volume=result.volume or found.volume)
    if found.ticket is None or opening is None:
        return found
    order = _order_named(result)
    if order is not None and (order == found.ticket or _was_there(order, watched, sight)):
        return replace(found, ticket=order)
    is_its_own = _is_whosever(found.ticket, watched, rivals, sight)
    return found if is_its_own else replace(found, ticket=None)


def _moves(others: Iterable[TrackedOrder], watched: TrackedOrder) -> bool:
    """Whether one of these orders moves the net volume of this one's symbol."""
    return any(net_effect_of(one, watched.intent_symbol) for one in others)


def _order_named(result: Result | None) -> int | None:
    """The number of the order that the answer names; a position that it opened has the same."""
    match result:
        case Filled(order=order) | Reversed(open_order=order):
            return order
        case _:
            return None


def _was_there(ticket: int, watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether the stream told the opening of this position since the send, or its end is proven."""
    told = (event.ticket for event in events_since(watched.begun, sight) if isinstance(event, PositionOpened))
    return ticket in sight.ended or ticket in told


def _is_whosever(
    ticket: int, watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> bool:
    """Whether the symbol's position is what this order led to, whichever order came first: no other one moved
    it, it was there before and stayed what it was, or all went one way from nothing, or from its own side."""
    symbol, position = watched.intent_symbol, sight.positions.get(ticket)
    if not _moves((*rivals, *watched.done), watched):
        return True
    others = [net_effect_of(one, symbol) for one in (*rivals, *watched.done)]
    own, before = net_effect_of(watched, symbol), watched.net(symbol)
    if position is None or position.side.sign * own <= 0:
        return False
    return bool(watched.held(ticket)) or (own * before >= 0 and all(own * other >= 0 for other in others))


def left_over(ahead: Sequence[TrackedOrder], sight: HoldingsSnapshot) -> HoldingsSnapshot:
    """The sight with each position that one of these orders on their way may have opened taken as theirs; on
    a netting account the same sight, for there is no position of their own."""
    if sight.is_netting or not ahead:
        return sight
    theirs = {
        ticket
        for ticket, position in sight.positions.items()
        if any(may_be_part_of(one, position, sight.grid(position.symbol)) for one in ahead)
    }
    return replace(sight, claimed=sight.claimed | theirs)


def late_rivals(
    watched: TrackedOrder, lates: Sequence[TrackedOrder], sight: HoldingsSnapshot
) -> list[TrackedOrder]:
    """Those found not filled that explain what is near to the order better than it does: a position that is
    just what one of them asked for, or where orders show by what they moved, any that moves the same."""
    if sight.is_netting or opening_of(watched.intent) is None:
        netting = sight.is_netting
        return [one for one in lates if may_move_the_same(one.intent, watched.intent, is_netting=netting)]
    new = [one for one in sight.positions.values() if is_new_of_its_side(watched, one)]
    return [late for late in lates if _explains_one(late, [one.ticket for one in new], sight)]


def _explains_one(late: TrackedOrder, tickets: Sequence[int], sight: HoldingsSnapshot) -> bool:
    """Whether one of the positions is just what it asked for; which stops one has that no list shows yet is
    not known."""
    just_so = {position.ticket for position in candidates_of(late, sight)}
    unlisted = {
        ticket
        for ticket, position in sight.positions.items()
        if ticket not in sight.listed
        and ticket not in sight.claimed
        and is_of_its_kind(late, position, sight.grid(position.symbol))
    }
    return not (just_so | unlisted).isdisjoint(tickets)


def is_late_doubt(
    late: TrackedOrder,
    tickets: Sequence[int],
    ahead: Sequence[TrackedOrder],
    left: HoldingsSnapshot,
    read: Read | None,
) -> bool:
    """Whether these positions, which several late orders may have led to, are the trader's to tell apart: a
    list has one of them, or stream and history tell of it, and no order on its way may have led to it. `left`
    is what those leave over."""
    netting = left.is_netting
    if any(may_move_the_same(late.intent, one.intent, is_netting=netting) for one in ahead):
        return False
    told = set(left.listed)
    if read is not None and not any(_opens_alike(late, one) for one in ahead):
        events = events_since(late.begun, left)
        opened = {event.ticket for event in events if isinstance(event, PositionOpened)}
        told |= opened & {row.position or row.order for row in deals_since(late, read)}
    return not tickets or not told.isdisjoint(tickets)


def _opens_alike(one: TrackedOrder, other: TrackedOrder) -> bool:
    opening, others = opening_of(one.intent), opening_of(other.intent)
    return opening is not None and others is not None and opening[:2] == others[:2]
