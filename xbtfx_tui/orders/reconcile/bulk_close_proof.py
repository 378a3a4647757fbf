"""What is known of a bulk close at one moment, of one that was sent blind as well. Pure.

A blind one was sent while nothing was known to be held: for it an empty list is a hint, and no witness. What
speaks against such a list, and what bears it out, is weighed here; what is said of it is closing_words'.
"""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.order_outcomes import BulkClosed, Result
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.store_events import PositionOpened
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    are_closed,
    closes_in_full,
    closings_since,
    deals_since,
    lots_by_position,
    surely_since,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore, HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since
from xbtfx_tui.orders.reconcile.outcome_findings import NOTHING_HELD, SOMETHING_HELD, Proven
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Unseen

UPDATED_WITHIN = 30.0
"""Seconds before the last list for which the stream's word on a ticket that it lacks speaks against it."""


def find_bulk(
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
    *,
    listed_long: bool,
) -> Proven | Unseen:
    """Ticket by ticket: each that was held is gone, or refused by the answer and still listed. `listed_long`:
    lists have shown the end of a blind one for long."""
    if not watched.before:
        return _find_blind(watched, result, sight, read, listed_long=listed_long)
    if sight.asked is None:
        return Unseen()
    left = [held.ticket for held in watched.before if _is_left(held, result, watched, sight, read)]
    if not left:
        return Proven(CarriedOut())
    if not isinstance(result, BulkClosed) or not watched.is_after_send(sight.asked):
        return Unseen()
    # One that was refused since it is closed already is no more open for that: only its list is behind.
    refused = {line.ticket for line in result.lines if line.is_refused and not line.was_closed_already}
    if set(left) <= refused and all(ticket in sight.listed for ticket in left):
        return Proven(CarriedOut(), (f"{len(left)} of {len(watched.before)} NOT closed",))
    return Unseen()


def _is_left(
    held: HeldBefore, result: Result | None, watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None
) -> bool:
    """Whether it may be held still; on a netting account under another ticket, unless deals since have closed
    all of it under its own: what is held then was opened later."""
    if sight.is_netting and any(one.symbol == held.symbol for one in sight.positions.values()):
        if read is None or held.ticket not in sight.ended:
            return True
        lines = result.lines if isinstance(result, BulkClosed) else ()
        deals = [line.deal for line in lines if line.is_closed and line.ticket == held.ticket]
        sure = surely_since(watched, result, read, sight)
        return not (
            _is_closed_under_its_ticket(held, sure, read)
            or any(closes_in_full(deal, watched, read, held) for deal in deals)
        )
    return sight.may_hold(held.ticket)


def _is_closed_under_its_ticket(held: HeldBefore, sure: TrackedOrder, read: Read) -> bool:
    """Whether the deals since that name this position took off all that it held, and all that was added: its
    end is told by whosever deals."""
    anybodys = replace(sure, theirs=frozenset())
    own = [deal for deal in deals_since(anybodys, read) if deal.position == held.ticket]
    lots = lots_by_position(own).get(held.ticket)
    return lots is not None and lots.closed >= held.volume + lots.opened


def _find_blind(
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
    *,
    listed_long: bool,
) -> Proven | Unseen:
    """What the answer named and the history bears out was closed. Else lists have to show its end for long,
    the history closing deals of since, and nothing may speak against it."""
    if read is None or sight.unread or still_open(watched, sight, read):
        return Unseen()
    if against_nothing_held(watched, sight, read):
        return Unseen()
    if isinstance(result, BulkClosed) and result.lines and are_closed(watched, result, read, sight):
        return Proven(CarriedOut())
    if sight.asked is None or not listed_long or counts_none(result) or not closings_since(watched, read):
        return Unseen()
    # A history that was not known as a whole before the send may have its deals from before it.
    return Proven(CarriedOut()) if watched.is_history_read or is_flat_since(watched, sight) else Unseen()


def still_open(watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None) -> tuple[int, ...]:
    """The positions that are held and that a blind close was for: all but those that were opened since by the
    stream's word and by a deal that the history, known as a whole before the send, did not have. The stream
    alone tells old openings again."""
    symbol = watched.intent_symbol
    told = {event.ticket for event in events_since(watched.begun, sight) if isinstance(event, PositionOpened)}
    dealt: set[int | None] = set()
    if read is not None and watched.is_history_read and not sight.is_netting:
        dealt = {
            deal.position or deal.order
            for deal in read.deals
            if deal.entry is DealEntry.IN and deal.ticket not in watched.deals
        }
    return tuple(
        one.ticket
        for one in sight.positions.values()
        if symbol in ("", one.symbol) and not (one.ticket in told and one.ticket in dealt)
    )


def shown_blind(
    watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None
) -> tuple[object, ...] | None:
    """What lists show of a blind close, as a key: its end, and whether something speaks against it; None
    while they have positions of before."""
    if still_open(watched, sight, read):
        return None
    return SOMETHING_HELD if against_nothing_held(watched, sight, read) else NOTHING_HELD


class Against(msgspec.Struct, frozen=True):
    """What tells that something is held though nothing is shown: the account's margin, the stream's word on
    tickets that the list lacks, positions whose end the history does not have."""

    margin: bool
    told: tuple[int, ...]
    no_end: tuple[int, ...]

    def __bool__(self) -> bool:
        return self.margin or bool(self.told or self.no_end)


def against_nothing_held(watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None) -> Against:
    """All that speaks against an empty list, of the symbol that the close is for."""
    in_use, asked = sight.in_use, sight.asked
    has_margin = in_use is not None and in_use.margin > 0 and watched.is_after_send(in_use.at)
    told = tuple(
        ticket
        for ticket, at in sight.unlisted.items()
        if watched.is_after_send(at) and (asked is None or asked.monotonic - at.monotonic < UPDATED_WITHIN)
    )
    return Against(
        # Of another symbol, or of what was opened since, the account has margin in use, too.
        has_margin and not sight.positions and not watched.intent_symbol,
        () if watched.intent_symbol else told,
        () if read is None or sight.is_netting else _without_end(watched, read, sight),
    )


def _without_end(watched: TrackedOrder, read: Read, sight: HoldingsSnapshot) -> tuple[int, ...]:
    """Hedging: the positions that are not shown, whose opening the history has, and not the end of all."""
    symbol = watched.intent_symbol
    sums = lots_by_position(deal for deal in read.deals if symbol in ("", deal.symbol)).items()
    return tuple(one for one, lots in sums if lots.opened > lots.closed and one not in sight.positions)


def counts_none(result: Result | None) -> bool:
    """Whether the answer says that nothing was closed, nor accepted, nor closed before."""
    if not isinstance(result, BulkClosed) or result.closed:
        return False
    return not any(line.is_closed or line.is_accepted or line.was_closed_already for line in result.lines)


def is_flat_since(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether the account's own figures, read since the send, have no margin in use."""
    in_use = sight.in_use
    return in_use is not None and in_use.margin == Decimal(0) and watched.is_after_send(in_use.at)
