"""Deals since a send that may be an order's work in whole or in part, and of a netting account those that are
it. Pure.

A deal of other lots than were asked for never settles it, for it may as well be another hand's: it rules out
that nothing was done.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseIntent,
    Intent,
    OpenIntent,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import Result, Reversed, deals_named
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.price_equality import same_volume
from xbtfx_tui.domain.proof_sources import is_proven
from xbtfx_tui.domain.store_events import DealDone
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    balances,
    deals_since,
    is_named_in_full,
    surely_since,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since, witnesses_of
from xbtfx_tui.orders.reconcile.outcome_findings import Others, Proven, Witnessed
from xbtfx_tui.orders.reconcile.partial_matches import Near
from xbtfx_tui.orders.reconcile.position_matching import (
    CarriedOut,
    Several,
    Unseen,
    opening_of,
)
from xbtfx_tui.orders.reconcile.volume_effects import (
    is_taken_by_another,
    may_be_taken_for,
    net_effect_of,
    takes_all,
)

_ByOrder = Mapping[int, Sequence[Deal]]


def near_by_deals(
    watched: TrackedOrder, done: Iterable[TrackedOrder], sight: HoldingsSnapshot, read: Read | None
) -> Near | None:
    """The deals since that may be its work, as what is near; None where there is none. `done` are other
    orders that are known to be done: on a netting account each explains its own deals, and a deal that only
    the stream told counts as well. Of a close whose ticket is gone more is known: it can't be denied; on a
    hedging account a close shows by its ticket alone."""
    intent = watched.intent
    if read is None or not isinstance(intent, OpenIntent | CloseIntent | ReverseIntent):
        return None
    if not sight.is_netting:
        return None if isinstance(intent, CloseIntent) else _near_opened(intent, watched, sight, read)
    if isinstance(intent, CloseIntent) and intent.ticket not in sight.positions:
        return None
    step = sight.grid(intent.symbol).step
    left = unexplained(watched, done, sight, read)
    own = [deals for deals in left.values() if may_be_part_of(intent, deals, step)]
    if isinstance(intent, ReverseIntent) and intent.ticket not in sight.positions:
        # Its end is shown, whoever's work that is: what may have opened the opposite is what counts.
        own = [deals for deals in own if any(deal.entry is not DealEntry.OUT for deal in deals)]
    if not own:
        return None
    opening = opening_of(intent)
    tickets = {
        one.ticket
        for one in sight.positions.values()
        if one.symbol == intent.symbol and (opening is None or one.side is opening[1])
    }
    tickets = tickets or {one.position for deals in own for one in deals if one.position is not None}
    return _near(intent, own, tickets)


def _near_opened(
    intent: OpenIntent | ReverseIntent, watched: TrackedOrder, sight: HoldingsSnapshot, read: Read
) -> Near | None:
    """Hedging: what was opened since in its symbol and on its side, with no more lots than it asked for, be
    it gone again; whose it is no other order is known to have told. A reverse opens once it has closed."""
    if isinstance(intent, ReverseIntent) and intent.ticket in sight.positions:
        return None
    others = sight.claimed | {held.ticket for held in watched.before}
    opened: dict[int, list[Deal]] = {}
    for deal in deals_since(watched, read):
        ticket = deal.position or deal.order
        if ticket is not None and ticket not in others and deal.entry in (DealEntry.IN, None):
            opened.setdefault(ticket, []).append(deal)
    step = sight.grid(intent.symbol).step
    own = {ticket: deals for ticket, deals in opened.items() if may_be_part_of(intent, deals, step)}
    return _near(intent, tuple(own.values()), own.keys()) if own else None


def _near(
    intent: OpenIntent | CloseIntent | ReverseIntent, own: Sequence[Sequence[Deal]], tickets: Collection[int]
) -> Near:
    """Each of these orders' deals may be its work, none is known to be; `tickets` are what they led to."""
    difference = tuple(_clause(intent, deals) for deals in own)
    lots = sum(map(lots_of, own), Decimal(0))
    found = CarriedOut(min(tickets, default=None))
    return Near(found, difference, lots, is_short=True, alone=False, tickets=tuple(sorted(tickets)))


def turned(
    watched: TrackedOrder,
    result: Result | None,
    others: Iterable[TrackedOrder],
    read: Read | None,
    sight: HoldingsSnapshot,
) -> CarriedOut | None:
    """A reverse of a netting account by its two deals: those that its answer names, be they of other lots
    than were drafted; else the only ones since that are just as it makes them, where none of the `others`
    could have opened just so. None where there are none such, and for any other order."""
    reverse = watched.intent
    if read is None or not sight.is_netting or not isinstance(reverse, ReverseIntent):
        return None
    named, step = deals_named(result), sight.grid(reverse.symbol).step
    kind = [deal for deal in deals_since(watched, read) if _is_of_its_kind(reverse, deal)]
    if isinstance(result, Reversed):
        kind = [deal for deal in kind if deal.ticket in named]
    closed = [deal for deal in kind if deal.entry is DealEntry.OUT]
    opened = [deal for deal in kind if deal.entry is DealEntry.IN]
    if not isinstance(result, Reversed):
        closed = [deal for deal in closed if same_volume(deal.volume, reverse.held, step)]
        opened = [deal for deal in opened if same_volume(deal.volume, reverse.held, step)]
        alike = [opening_of(other.intent) for other in others]
        if opening_of(reverse) in alike:
            return None
    if len(closed) != 1 or len(opened) != 1 or not same_volume(closed[0].volume, opened[0].volume, step):
        return None
    lots = opened[0].volume
    is_as_drafted = same_volume(lots, reverse.held, step)
    return CarriedOut(opened[0].position, opened[0].price, None if is_as_drafted else lots)


def are_its_own_too(
    watched: TrackedOrder,
    result: Result | None,
    others: Iterable[TrackedOrder],
    alike: int,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> bool:
    """Netting: whether one of so many orders' deals `alike` is this one's: its answer names it, or they are
    just what the list tells, another order is known to have closed all that was left, and there is one for
    each of the `others` that may have made one."""
    if read is None or is_named_in_full(watched, result, read, sight):
        return read is not None
    close = watched.intent
    if not isinstance(close, CloseIntent) or not is_taken_by_another(close, watched, sight):
        return False
    effect, step = net_effect_of(watched, close.symbol), sight.grid(close.symbol).step
    claimants = {
        one.intent.intent_id
        for one in (*others, *watched.done)
        if may_be_taken_for(one, watched) or same_volume(net_effect_of(one, close.symbol), effect, step)
    }
    sure = surely_since(watched, result, read, sight)
    return alike > len(claimants - {close.intent_id}) and balances(sure, read, sight)


def told_apart(
    watched: TrackedOrder,
    result: Result | None,
    others: Others,
    alike: Several,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CarriedOut | Several | Unseen:
    """Netting: whose deals are that are as the order makes them, where there are those of several orders, or
    others may have made them. `alike` are the numbers of these orders, which no position has; what is told
    are the positions."""
    made_alike = (*others.on_their_way, *others.just_done)
    if are_its_own_too(watched, result, made_alike, len(alike.tickets), sight, read):
        return CarriedOut()
    done = (*watched.done, *others.just_done)
    left = {} if read is None else unexplained(watched, done, sight, read)
    if left.keys().isdisjoint(alike.tickets) or is_outlived(watched, others, sight):
        return Unseen()
    return Several(
        tuple(one.ticket for one in sight.positions.values() if one.symbol == watched.intent_symbol)
    )


def find_turn(
    watched: TrackedOrder,
    result: Result | None,
    others: Others,
    seen: Unseen | Several,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Proven | Witnessed | None:
    """A reverse on a netting account, where deals alone tell it: what was `seen` does not."""
    turn = turned(watched, result, (*others.on_their_way, *others.just_done), read, sight)
    if turn is None or not isinstance(watched.intent, ReverseIntent):
        return None
    by = witnesses_of(watched, result, turn, turn.volume or watched.intent.held, sight, read)
    if is_proven(by):
        return Proven(turn)
    return Witnessed(turn, by) if isinstance(seen, Unseen) else None


def without_outlived(others: Others, watched: TrackedOrder, sight: HoldingsSnapshot) -> Others:
    """On a netting account the others without the closes whose position had ended before this order was sent:
    what they did, if anything, was done before it."""
    if not sight.is_netting:
        return others
    left = [one for one in others.on_their_way if not _had_ended(one, watched, sight)]
    return replace(others, on_their_way=left)


def is_outlived(watched: TrackedOrder, others: Others, sight: HoldingsSnapshot) -> bool:
    """Whether it closes a position that had ended before another order was sent, on a netting account: what
    is held of the symbol by now is that one's work, and shows nothing of this one."""
    later = (*others.on_their_way, *others.just_done, *watched.done)
    return sight.is_netting and any(_had_ended(watched, one, sight) for one in later)


def _had_ended(close: TrackedOrder, later: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether the position that an order closes is known to have ended before the later one was sent."""
    match close.intent:
        case CloseIntent(ticket=ticket) if ticket in sight.ended and close.begun.age_at(later.begun) > 0:
            is_of_its_symbol = later.intent_symbol in (close.intent_symbol, "")
            return is_of_its_symbol and all(held.ticket != ticket for held in later.before)
        case _:
            return False


def unexplained(
    watched: TrackedOrder, done: Iterable[TrackedOrder], sight: HoldingsSnapshot, read: Read
) -> _ByOrder:
    """The deals since, the stream's as well, that no order of those that are done is known to have made."""
    told = [event.deal for event in events_since(watched.begun, sight) if isinstance(event, DealDone)]
    known = replace(read, deals=tuple({one.ticket: one for one in (*told, *read.deals)}.values()))
    step = sight.grid(watched.intent_symbol).step
    left = dict(by_order(deals_since(watched, known)))
    for one in {one.intent.intent_id: one for one in done}.values():
        for order in _explained_by(one, by_order(deals_since(one, known)), left.keys(), step):
            left.pop(order, None)
    return left


def by_order(deals: Iterable[Deal]) -> _ByOrder:
    """Deals by the number of the order that made them."""
    found: dict[int, list[Deal]] = {}
    for deal in deals:
        found.setdefault(deal.order or deal.ticket, []).append(deal)
    return found


def lots_of(deals: Sequence[Deal]) -> Decimal:
    return sum((deal.volume for deal in deals), Decimal(0))


def may_be_part_of(
    intent: OpenIntent | CloseIntent | ReverseIntent, deals: Sequence[Deal], step: Decimal | None
) -> bool:
    """Whether one order's deals may be the intent's work: all of it, or less than it asked for."""
    if not all(_is_of_its_kind(intent, deal) for deal in deals):
        return False
    if isinstance(intent, ReverseIntent) or takes_all(intent):
        return True  # it takes what it finds
    lots = lots_of(deals)
    return lots <= intent.volume or same_volume(lots, intent.volume, step)


def _is_of_its_kind(intent: Intent, deal: Deal) -> bool:
    """Whether the intent makes such deals. The position that they name is no help: it keeps its number where
    the position is turned, and the ticket does not."""
    match intent:
        case OpenIntent(symbol=symbol, side=side):
            return (deal.symbol, deal.side) == (symbol, side)
        case CloseIntent(symbol=symbol, side=side):
            return deal.entry is not DealEntry.IN and (deal.symbol, deal.side) == (symbol, side.opposite)
        case ReverseIntent(symbol=symbol, side=side):
            return (deal.symbol, deal.side) == (symbol, side.opposite)
        case _:
            return False


def _explained_by(
    done: TrackedOrder, orders: _ByOrder, wanted: Iterable[int], step: Decimal | None
) -> tuple[int, ...]:
    """Which deals are known to be the work of an order that is done, by the numbers of their orders: those
    that are just as it makes them, and of several alike one that is not among the `wanted` first. What a
    close of all that was left did itself, if anything, only an answer that names its deal tells."""
    looked_for = set(wanted)
    match done.intent:
        case CloseIntent() as close if close.is_full:
            return ()
        case OpenIntent(volume=volume) | CloseIntent(volume=volume):
            return _one_of(done.intent, volume, orders, looked_for, step)
        case ReverseIntent(held=held) as reverse:
            halves = {
                entry: {
                    order: deals
                    for order, deals in orders.items()
                    if all(deal.entry is entry for deal in deals)
                }
                for entry in (DealEntry.OUT, DealEntry.IN, DealEntry.IN_OUT)
            }
            turned = _one_of(reverse, 2 * held, halves[DealEntry.IN_OUT], looked_for, step)
            each = (
                _one_of(reverse, held, halves[entry], looked_for, step)
                for entry in (DealEntry.OUT, DealEntry.IN)
            )
            return turned or tuple(order for one in each for order in one)
        case _:
            return ()


def _one_of(
    intent: Intent, volume: Decimal, orders: _ByOrder, wanted: set[int], step: Decimal | None
) -> tuple[int, ...]:
    """The order whose deals the intent made: one of just its volume."""
    just_so = [
        order
        for order, deals in orders.items()
        if all(_is_of_its_kind(intent, one) for one in deals) and same_volume(lots_of(deals), volume, step)
    ]
    return (min(just_so, key=lambda order: order in wanted),) if just_so else ()


def _clause(intent: OpenIntent | CloseIntent | ReverseIntent, deals: Sequence[Deal]) -> str:
    """How one order's deals differ from what was asked for."""
    lots = lots_words(lots_of(deals))
    if not isinstance(intent, ReverseIntent):
        return f"{lots} of {lots_words(intent.volume)}"
    verb = "opened" if all(deal.entry is DealEntry.IN for deal in deals) else "closed"
    return f"{lots} of {lots_words(intent.held)} {verb}"
