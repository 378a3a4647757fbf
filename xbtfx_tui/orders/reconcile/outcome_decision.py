"""What is known of one order at one moment, all witnesses heard: proven, near, seen once or not. Pure.

It is the one place where an outcome becomes certain; when to ask again, and what to say, is the tracker's.
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    is_bulk,
    tickets_of,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_outcomes import Done, HalfReversed, Result
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.orders.reconcile.bulk_close_proof import find_bulk, shown_blind
from xbtfx_tui.orders.reconcile.deal_attribution import decided_by_deals
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    closes_in_full,
    deals_since,
    look_in_deals,
)
from xbtfx_tui.orders.reconcile.full_close_proof import AllGone, what_it_closed
from xbtfx_tui.orders.reconcile.gone_closes import (
    is_made_by_none,
    may_be_anothers,
    weigh_by_number,
    weigh_close_by,
    weigh_part,
)
from xbtfx_tui.orders.reconcile.holdings_before_restart import lacking_in_list, with_what_is_not_gone
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, Listing, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import (
    NamedDeal,
    StreamTold,
    is_accepted,
    is_shown_by_what_is_gone,
    named_deal,
    opened_since,
    says_done,
    witnesses_of,
)
from xbtfx_tui.orders.reconcile.outcome_findings import (
    HALF_DONE,
    Finding,
    Listed,
    Nearly,
    Others,
    Proven,
    Witnessed,
)
from xbtfx_tui.orders.reconcile.partial_matches import look_near, near_gone
from xbtfx_tui.orders.reconcile.position_attribution import (
    as_named,
    attributed,
    late_rivals,
    netted_into,
    ticket_named,
)
from xbtfx_tui.orders.reconcile.position_matching import (
    CarriedOut,
    Several,
    Unseen,
    come_to_nothing,
    look,
)
from xbtfx_tui.orders.reconcile.possible_deals import (
    find_turn,
    is_outlived,
    near_by_deals,
    told_apart,
    without_outlived,
)
from xbtfx_tui.orders.reconcile.volume_effects import is_all_gone, may_be_taken_for, stands_alone

LISTED_SECONDS = 30.0
"""Where no second witness can be had, what was listed for so long, and in LISTED_TIMES lists, is there."""
LISTED_TIMES = 3
LISTED_TWICE = 2


def find(
    watched: TrackedOrder,
    result: Result | None,
    others: Others,
    sight: HoldingsSnapshot,
    read: Read | None,
    listed: Listed,
) -> Finding:
    """What is known of the order now; `result` is its last answer, `read` the last read of the history that
    counts for it, `listed` how long lists have shown the same."""
    finding = _find(watched, result, others, sight, read, listed)
    if not sight.is_netting:
        return finding
    match finding:
        case Proven(found=found):
            return replace(finding, found=netted_into(watched, result, found, others.on_their_way, sight))
        case Nearly(near=near):
            found = netted_into(watched, result, near.found, others.on_their_way, sight)
            return replace(finding, near=replace(near, found=found))
        case _:
            return finding


def _find(
    watched: TrackedOrder,
    result: Result | None,
    others: Others,
    sight: HoldingsSnapshot,
    read: Read | None,
    listed: Listed,
) -> Finding:
    sight = with_what_is_not_gone(watched, result, sight, read, listed_long=_is_long(listed))
    if (named := as_named(watched, result, sight, read)) is not None:
        # The answer settles whose it is: no other order comes into question, nor any other position.
        others, sight = Others(), named
    others = without_outlived(others, watched, sight)
    rivals = others.on_their_way
    if is_bulk(watched.intent):
        return find_bulk(watched, result, sight, read, listed_long=_is_long(listed))
    seen = Unseen() if is_outlived(watched, others, sight) else look(watched, rivals, sight)
    if isinstance(result, HalfReversed) and isinstance(seen, Unseen):
        half = _find_half(watched, result, sight, read)
        if half is not None and (sight.is_netting or look_near(watched, rivals, sight, read) is None):
            return half
    seen = attributed(seen, watched, result, rivals, sight, read)
    if not isinstance(seen, CarriedOut) and (
        told := find_turn(watched, result, others, seen, sight, read)
        or decided_by_deals(watched, result, others, sight, read)
    ):
        return told
    match seen:
        case CarriedOut():
            return _weigh(watched, result, seen, rivals, sight, read, listed)
        case Several():
            return seen
        case Unseen():
            beyond = _beyond_positions(watched, result, others, sight, read)
            if isinstance(beyond, Unseen) and says_done(result) and come_to_nothing(watched, rivals, sight):
                # The history can tell what the positions can't.
                found, volume = CarriedOut(), _asked_volume(watched.intent)
                return Witnessed(found, witnesses_of(watched, result, found, volume, sight, read))
            return beyond


def lacking_of(
    watched: TrackedOrder, result: Result | None, sight: HoldingsSnapshot, read: Read | None, listed: Listed
) -> tuple[int, ...]:
    """The positions that it is about, not known to be gone, that the last list lacks: with them, a look that
    shows nothing of the order proves nothing."""
    whole = with_what_is_not_gone(watched, result, sight, read, listed_long=_is_long(listed))
    return whole.lacking(watched.intent)


def _is_long(listed: Listed) -> bool:
    return listed.times >= LISTED_TIMES and listed.seconds >= LISTED_SECONDS


def shown_by_list(
    finding: Finding, watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None
) -> tuple[object, ...] | None:
    """What the last list by itself shows of the order, as a key that is equal where two lists show the same;
    None where it shows nothing of it."""
    match finding:
        case Witnessed(found=found, by=by) if Witness.LIST in by:
            return "just so", found.ticket
        case Witnessed() if isinstance(watched.intent, CloseUnreadIntent):
            return ("lacking by number",)
        case Nearly(near=near) if any(ticket in sight.listed for ticket in near.tickets):
            return "near", near.found.ticket, near.difference
        case Unseen() if is_bulk(watched.intent) and not watched.before:
            return shown_blind(watched, sight, read)
        case _ if lacking := lacking_in_list(watched, sight):
            return "lacking", *lacking
        case _:
            return None


def _weigh(
    watched: TrackedOrder,
    result: Result | None,
    found: CarriedOut,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
    listed: Listed,
) -> Finding:
    gone = what_it_closed(watched, result, rivals, sight, read)
    is_doubted = gone is not None and may_be_anothers(watched, rivals, sight, listed)
    borne_out = named_deal(watched, result, sight, read)
    if is_doubted and borne_out in (NamedDeal.NOT_READ, NamedDeal.LACKING):
        gone = AllGone(None)
    volume = _asked_volume(watched.intent) if gone is None else gone.lots
    by = witnesses_of(watched, result, found, volume, sight, read, rivals)
    sure = Proven(found, gone=gone)
    if is_doubted and borne_out is NamedDeal.NOT_READ and not _is_long(listed):
        return Witnessed(found, by)
    if is_shown_by_what_is_gone(watched, sight):
        if isinstance(watched.intent, CloseByIntent) and sight.positions.keys().isdisjoint(
            tickets_of(watched.intent)
        ):
            return weigh_close_by(
                watched.intent, watched, found, by, rivals, read, listed_long=_is_long(listed)
            )
        is_part = isinstance(watched.intent, CloseIntent) and not watched.intent.is_full
        return weigh_part(watched, found, by, borne_out, sight, read) if is_part else sure
    if isinstance(watched.intent, CloseUnreadIntent) and watched.listing is not Listing.HAD:
        return weigh_by_number(watched, found, by, sight, read, listed_long=_is_long(listed))
    if is_proven(by):
        return sure
    if Witness.LIST in by:
        # Of stops the stream tells nothing, and no deal is made: two lists are all there is.
        checked = isinstance(result, Done) or listed.times >= LISTED_TWICE
        if isinstance(watched.intent, ModifyIntent) and checked:
            return sure
        is_denied = read is not None and is_made_by_none(watched, result, read, sight)
        if _is_long(listed) and not is_denied:
            return sure
    return Witnessed(found, by)


def _beyond_positions(
    watched: TrackedOrder,
    result: Result | None,
    others: Others,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Finding:
    """What the positions do not show just so: work that came and went, and what is near."""
    made_alike = (*others.on_their_way, *others.just_done)
    by_deals = Unseen() if read is None else look_in_deals(watched, made_alike, read, sight)
    named = None if sight.is_netting else ticket_named(watched.intent, result, read)
    if isinstance(by_deals, Several) and named in by_deals.tickets:
        by_deals = CarriedOut(named)
    elif isinstance(by_deals, Several) and sight.is_netting:
        by_deals = told_apart(watched, result, others, by_deals, sight, read)
    elif isinstance(by_deals, CarriedOut) and _is_anyones_deal(watched, result, made_alike, sight, read):
        by_deals = Unseen()
    if isinstance(by_deals, CarriedOut) and _tells_by_deals(watched.intent, sight):
        by = witnesses_of(watched, result, by_deals, _asked_volume(watched.intent), sight, read)
        return Proven(by_deals) if is_proven(by) else Witnessed(by_deals, by)
    if isinstance(by_deals, Several):
        return by_deals
    rivals = (*others.on_their_way, *late_rivals(watched, others.late, sight))
    near = None if is_outlived(watched, others, sight) else look_near(watched, rivals, sight, read)
    # Any other hand's deal moves what was held, too; what opened or closed each other shows as such.
    shows_alone = stands_alone(watched.intent, is_netting=sight.is_netting)
    shows_alone |= isinstance(watched.intent, CloseByIntent)
    if near is not None and near.is_short and not is_accepted(result) and not shows_alone:
        near = replace(near, alone=False)
    if near is None:
        told = opened_since(watched, sight, read)
        alike = (*others.on_their_way, *others.late)
        found = Unseen() if told is None else _told_by_stream(watched, result, told, alike, sight, read)
        is_unseen, done = isinstance(found, Unseen | StreamTold), (*watched.done, *others.just_done)
        dealt = near_by_deals(watched, done, sight, read) if is_unseen else None
        return found if dealt is None else Nearly(dealt, is_proven=False)
    by = witnesses_of(watched, result, near.found, near.volume, sight, read)
    # Of stops only a list can tell, and nothing near is looked for in any other.
    return Nearly(near, is_proven(by) or isinstance(watched.intent, ModifyIntent))


def _is_anyones_deal(
    watched: TrackedOrder,
    result: Result | None,
    others: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
) -> bool:
    """Whether one deal that closed all of a netting position may be that of another order that closes all it
    finds, and no answer names it as this one's."""
    close = watched.intent
    if not sight.is_netting or not isinstance(close, CloseIntent) or not is_all_gone(close, sight):
        return False
    alike = any(may_be_taken_for(one, watched) for one in (*others, *watched.done))
    return alike and named_deal(watched, result, sight, read) is not NamedDeal.TOLD


def _told_by_stream(
    watched: TrackedOrder,
    result: Result | None,
    told: StreamTold,
    rivals: Sequence[TrackedOrder],
    sight: HoldingsSnapshot,
    read: Read | None,
) -> Finding:
    """A position of which the stream tells, and which the positions do not show: what else tells of it."""
    found = CarriedOut(told.ticket, told.price)
    by = witnesses_of(watched, result, found, told.volume, sight, read) | {Witness.EVENT}
    rows = () if read is None else deals_since(watched, read)
    has_deals = any(told.ticket in (row.position, row.order) for row in rows)
    is_named = ticket_named(watched.intent, result, read) == told.ticket
    if is_proven(by) and (has_deals or is_named):
        near = near_gone(watched, found, told.volume, () if is_named else rivals, sight)
        if near.difference:
            return Nearly(near, is_proven=True)
        if is_named:
            return Proven(found)
    if has_deals or says_done(result) or told.ticket in sight.positions:
        return Witnessed(found, by)
    return told


def _tells_by_deals(intent: Intent, sight: HoldingsSnapshot) -> bool:
    """Whether deals may settle it: a position's own end is the store's to prove."""
    match intent:
        case OpenIntent() | ReverseIntent() | CloseByIntent():
            return True
        case CloseIntent():
            return sight.is_netting
        case CloseUnreadIntent() | ModifyIntent() | CloseSymbolIntent() | CloseAllIntent():
            return False


def _find_half(
    watched: TrackedOrder, result: HalfReversed, sight: HoldingsSnapshot, read: Read | None
) -> Proven | None:
    """A reverse of which the answer says that only its first half was done: the position is gone, or, where
    another hand has opened on a netting account since, the deal that the answer names closed all of it."""
    match watched.intent:
        case ReverseIntent(ticket=ticket) if not sight.is_netting:
            gone = ticket not in sight.positions
        case ReverseIntent(symbol=symbol):
            gone = not held_volume(sight.positions.values(), symbol) or (
                read is not None and closes_in_full(result.close_deal, watched, read)
            )
        case _:
            return None
    return Proven(CarriedOut(), HALF_DONE) if gone else None


def _asked_volume(intent: Intent) -> Decimal | None:
    """Lots that its deal has; None where it makes none of its own."""
    match intent:
        case OpenIntent(volume=volume) | CloseIntent(volume=volume):
            return volume
        case ReverseIntent(held=held):
            return held
        case _:
            return None
