"""Whose work it is that a position is gone, or that a list alone shows it smaller. Pure.

It never takes what another order or another hand may have closed for a close's own work.
"""

from collections.abc import Sequence

from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent
from xbtfx_tui.domain.order_outcomes import Result
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    closed_each_other,
    deals_since,
    is_closed_by_several,
    is_closed_otherwise,
    look_in_deals,
    surely_since,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, Listing, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import NamedDeal
from xbtfx_tui.orders.reconcile.outcome_findings import Finding, Listed, Proven, Witnessed
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, Several, Unseen
from xbtfx_tui.orders.reconcile.volume_effects import is_taken_by_another, may_move_what_it_closes


def may_be_anothers(
    watched: TrackedOrder, rivals: Sequence[TrackedOrder], sight: HoldingsSnapshot, listed: Listed
) -> bool:
    """Whether something else than a full close may have ended its position: another order, or another hand
    where a list had it after the answer that says done. Then that answer is not enough."""
    close = watched.intent
    if not isinstance(close, CloseIntent):
        return False
    beside = (*rivals, *watched.done)
    return listed.was_open or any(may_move_what_it_closes(one.intent, close, sight) for one in beside)


def weigh_by_number(
    watched: TrackedOrder,
    found: CarriedOut,
    by: frozenset[Witness],
    sight: HoldingsSnapshot,
    read: Read | None,
    *,
    listed_long: bool,
) -> Finding:
    """A close of a ticket that no list is known to have had: that it is in none now says nothing by itself,
    and nothing at all where the last one before the send lacked it, too."""
    # What an earlier run's list said is not known any more.
    if watched.listing is Listing.LACKED or watched.is_taken_up:
        by -= {Witness.LIST}
    if is_proven(by) or (Witness.DEAL in by and listed_long):
        return Proven(found)
    told = by - {Witness.LIST}
    may_be = read is not None and isinstance(look_in_deals(watched, (), read, sight), CarriedOut)
    return Witnessed(found, by) if told or may_be else Unseen()


def weigh_close_by(
    close: CloseByIntent,
    watched: TrackedOrder,
    found: CarriedOut,
    by: frozenset[Witness],
    rivals: Sequence[TrackedOrder],
    read: Read | None,
    *,
    listed_long: bool,
) -> Finding:
    """Both positions are gone, and that may be each by itself: that they closed each other only deals that
    say so tell. A bare `ok` is no witness."""
    if read is not None and closed_each_other(close, watched, rivals, read):
        return Proven(found)
    by_others = read is not None and is_closed_otherwise(close, watched, read)
    return Unseen() if by_others or listed_long else Witnessed(found, by)


def weigh_part(
    watched: TrackedOrder,
    found: CarriedOut,
    by: frozenset[Witness],
    borne_out: NamedDeal,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Finding:
    """A part close whose position is all gone: only what tells its own deal says that it was done. The stream
    tells of no deal which position it was of. Where another order is known to have closed what was left, a
    deal may be that one's: there has to be another."""
    close = watched.intent
    if Witness.ANSWER in by and borne_out is NamedDeal.TOLD:
        return Proven(CarriedOut())
    if Witness.ANSWER in by and borne_out is NamedDeal.NOT_READ:
        return Witnessed(found, frozenset({Witness.ANSWER}))
    if not isinstance(close, CloseIntent) or not is_taken_by_another(close, watched, sight):
        if Witness.DEAL in by:
            return Proven(CarriedOut())
        return Witnessed(found, by) if Witness.EVENT in by else Several(())
    several = read is not None and is_closed_by_several(close.ticket, read)
    return Proven(CarriedOut()) if several and Witness.DEAL in by else Unseen()


def is_made_by_none(
    watched: TrackedOrder, result: Result | None, read: Read, sight: HoldingsSnapshot
) -> bool:
    """Whether the history, read since, has no deal that a close can have made: what a list alone shows of it
    is from before the send then, or the history is late."""
    close = watched.intent
    if not isinstance(close, CloseIntent) or not watched.is_after_send(read.asked):
        return False
    sure = surely_since(watched, result, read, sight) if watched.is_history_read else watched
    return not any(
        (deal.symbol, deal.side) == (close.symbol, close.side.opposite)
        and (sight.is_netting or deal.position in (None, close.ticket))
        for deal in deals_since(sure, read)
    )
