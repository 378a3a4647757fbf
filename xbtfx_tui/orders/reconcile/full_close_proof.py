"""What a close of all that is held came to: it names no volume to the server, and takes what is there. Pure.

The volume on screen when it was drafted is not what it closes, where other orders move the same position.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import CloseIntent, Intent
from xbtfx_tui.domain.order_outcomes import Filled, Result
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.price_equality import same_volume
from xbtfx_tui.domain.store_events import DealDone
from xbtfx_tui.orders.reconcile.deal_evidence import Read, deals_since, surely_since
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since
from xbtfx_tui.orders.reconcile.volume_effects import (
    is_all_gone,
    left_by_others,
    may_move_what_it_closes,
    sums_of,
    taken_of,
    takes_all,
)


class AllGone(msgspec.Struct, frozen=True):
    """Nothing is left of what a full close was for. `lots` are those that it closed itself; None: others may
    have taken some, and what was left for it is not known."""

    lots: Decimal | None


def has_closed_the_rest(intent: Intent, result: Result | None, sight: HoldingsSnapshot) -> bool:
    """Whether the answer names the deal of a full close, and nothing is left: whatever others took, the rest
    was its work."""
    if not isinstance(intent, CloseIntent) or not intent.is_full or not is_all_gone(intent, sight):
        return False
    return isinstance(result, Filled) and result.deal is not None


def what_it_closed(
    watched: TrackedOrder,
    result: Result | None,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
) -> AllGone | None:
    """What a full close took of a position that is gone; None for what is no full close, and while something
    is left. `rivals` are all others on their way."""
    close = watched.intent
    if not isinstance(close, CloseIntent) or not close.is_full or not is_all_gone(close, sight):
        return None
    return AllGone(_lots(close, watched, result, rivals, sight, read))


def _lots(
    close: CloseIntent,
    watched: TrackedOrder,
    result: Result | None,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Decimal | None:
    step = sight.grid(close.symbol).step
    left = left_by_others(close, watched, sight)
    beside = [one for one in rivals if may_move_what_it_closes(one.intent, close, sight)]
    could_be = sums_of(left, [-taken_of(one, close, sight) for one in beside])
    by_order = [] if read is None else _by_order(close, surely_since(watched, result, read, sight), read)
    streamed = _streamed(close, watched, sight)
    match result:
        case Filled(deal=int(), volume=Decimal() as told):
            return told
        case Filled(deal=int() as deal):
            own = next((deals for deals in by_order if deal in deals), None)
            if own is not None:
                return _sum(own)
            if streamed.keys() == {deal}:
                return _one_of(could_be, streamed[deal], step)
    if not beside and not any(may_move_what_it_closes(one.intent, close, sight) for one in watched.done):
        return close.volume if same_volume(left, close.volume, step) else None
    if any(takes_all(one.intent) or taken_of(one, close, sight) > 0 for one in beside):
        return None  # a deal that closes may be theirs
    if len(by_order) == 1:
        return _one_of(could_be, _sum(by_order[0]), step)
    # A deal of the stream names no position: it is the one that is gone where a symbol has no other.
    is_told = sight.is_netting and not by_order and len(streamed) == 1
    return _one_of(could_be, _sum(streamed), step) if is_told else None


def _one_of(could_be: Iterable[Decimal], lots: Decimal, step: Decimal | None) -> Decimal | None:
    """The lots, where they are among those that there can have been to close."""
    return lots if any(same_volume(lots, one, step) for one in could_be) else None


def _by_order(close: CloseIntent, watched: TrackedOrder, read: Read) -> list[dict[int, Decimal]]:
    """The deals in the history that may be a full close's work, by the order that made them: lots by deal."""
    orders: dict[int, dict[int, Decimal]] = {}
    if not watched.is_after_send(read.asked):
        return []
    for deal in deals_since(watched, read):
        is_its_kind = (deal.symbol, deal.side) == (close.symbol, close.side.opposite)
        if is_its_kind and deal.entry is not DealEntry.IN and deal.position in (None, close.ticket):
            orders.setdefault(deal.order or deal.ticket, {})[deal.ticket] = deal.volume
    return list(orders.values())


def _streamed(close: CloseIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> dict[int, Decimal]:
    """The deals that the stream told since the send and that may be a full close's work: lots by deal."""
    shape = (close.symbol, close.side.opposite)
    return {
        event.deal.ticket: event.deal.volume
        for event in events_since(watched.begun, sight)
        if isinstance(event, DealDone)
        and (event.deal.symbol, event.deal.side) == shape
        and event.deal.ticket not in watched.not_its_own
    }


def _sum(lots: Mapping[int, Decimal]) -> Decimal:
    return sum(lots.values(), Decimal(0))
