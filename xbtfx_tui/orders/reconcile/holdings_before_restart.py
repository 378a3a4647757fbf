"""What an earlier run held when it sent an order, and this run may never have seen. Pure.

The store proves the end of what it has held itself. A ticket that it never held is missing in its positions
and is not gone for that: two witnesses have to say so here, too; until they do it counts as held.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.intents import CloseIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, Filled, HalfReversed, Result, Reversed
from xbtfx_tui.domain.positions import DealEntry, Position
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.domain.store_events import PositionClosed
from xbtfx_tui.orders.reconcile.deal_evidence import Read, deals_since, lots_by_position, surely_since
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore, HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since

_NO_PRICE = Decimal(0)
"""Where a position is there to be compared by ticket and volume alone."""
_CLOSING = frozenset({DealEntry.OUT, DealEntry.OUT_BY})


def never_seen(watched: TrackedOrder, sight: HoldingsSnapshot) -> tuple[HeldBefore, ...]:
    """What was held before the send of an earlier run and is missing here without a proven end."""
    if not watched.is_taken_up:
        return ()
    # A netting account's position may have another ticket by now: the symbol's is what counts.
    shown = {position.symbol for position in sight.positions.values()} if sight.is_netting else set()
    return tuple(
        held
        for held in watched.before
        if held.ticket not in sight.positions and held.ticket not in sight.ended and held.symbol not in shown
    )


def with_what_is_not_gone(
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
    *,
    listed_long: bool,
) -> HoldingsSnapshot:
    """The sight with what may still be held of an earlier run's positions in it, for comparing alone.

    `listed_long`: lists have lacked it for so long that this is enough, with a history that answered.
    """
    missing = never_seen(watched, sight)
    by_deals = _ended_by_deals(missing, watched, result, sight, read)
    told = {held.ticket: frozenset(_told_by(held, watched, result, sight, by_deals)) for held in missing}
    unexplained = {ticket for ticket, by in told.items() if not by}
    left = []
    for held in missing:
        # An empty list bears witness where something else tells of the end of each other that was held.
        explains = not unexplained - {held.ticket}
        lacks = _is_after(watched, sight) and _is_lacking(held, watched, sight, explains=explains)
        by = told[held.ticket] | ({Witness.LIST} if lacks else set())
        if not is_proven(by) and not (lacks and listed_long and read is not None):
            left.append(held)
    if not left:
        return sight
    kept = {
        held.ticket: Position(held.ticket, held.symbol, held.side, held.volume, _NO_PRICE, _NO_PRICE)
        for held in left
    }
    return replace(sight, positions={**sight.positions, **kept})


def lacking_in_list(watched: TrackedOrder, sight: HoldingsSnapshot) -> tuple[int, ...]:
    """The tickets of it that the last list, asked for since the send, lacks."""
    if not _is_after(watched, sight):
        return ()
    explains = len(watched.before) == 1
    return tuple(
        held.ticket
        for held in never_seen(watched, sight)
        if _is_lacking(held, watched, sight, explains=explains)
    )


def _is_after(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    return sight.asked is not None and watched.is_after_send(sight.asked)


def _told_by(
    held: HeldBefore,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    by_deals: Collection[int],
) -> Iterator[Witness]:
    """Who tells of its end, besides the lists."""
    for event in events_since(watched.begun, sight):
        if isinstance(event, PositionClosed) and event.ticket == held.ticket:
            yield Witness.EVENT
            break
    if held.ticket in _closed_by_answer(watched, result):
        yield Witness.ANSWER
    if held.ticket in by_deals:
        yield Witness.DEAL


def _ended_by_deals(
    missing: Collection[HeldBefore],
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Collection[int]:
    """Those of which deals of since took all, or of which all that the history has leaves nothing."""
    if not missing or read is None or not watched.is_after_send(read.asked):
        return ()
    taken: dict[int, dict[int, Decimal]] = {}
    for deal in deals_since(surely_since(watched, result, read, sight), read):
        if deal.position is not None and deal.entry in _CLOSING:
            taken.setdefault(deal.position, {})[deal.ticket] = deal.volume
    ended = {held.ticket for held in missing if sum(taken.get(held.ticket, {}).values()) >= held.volume}
    lots = {} if sight.is_netting else lots_by_position(read.deals)
    return ended | {ticket for ticket, of_it in lots.items() if of_it.come_to_nothing}


def _is_lacking(held: HeldBefore, watched: TrackedOrder, sight: HoldingsSnapshot, *, explains: bool) -> bool:
    """Whether the list says by itself that it is gone: an empty one does where `explains`: something else
    tells of the end of each other that was held."""
    if held.ticket in sight.listed or not sight.unread.isdisjoint((held.ticket, None)):
        return False
    return bool(sight.listed) or explains


def _closed_by_answer(watched: TrackedOrder, result: Result | None) -> tuple[int, ...]:
    match watched.intent, result:
        case CloseIntent(ticket=ticket) as close, Filled(deal=int()) if close.is_full:
            return (ticket,)
        case ReverseIntent(ticket=ticket), Reversed(close_deal=int()) | HalfReversed(close_deal=int()):
            return (ticket,)
        case _, BulkClosed(lines=lines):
            return tuple(line.ticket for line in lines if line.is_closed and line.deal)
        case _:
            return ()
