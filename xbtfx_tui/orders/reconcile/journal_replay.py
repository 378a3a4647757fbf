"""What the journal tells of earlier orders' effect on one another, so that a restart misreads none. Pure.

Two orders may move the same ticket (or net position). One that is known to be done is counted off from what
the other is looked for by, exactly as the run that was killed would have done it.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import BulkClosed, Done, Filled, IntentState, Reversed
from xbtfx_tui.domain.trailing_stop import KnownStop
from xbtfx_tui.orders.journal.order_journal import JournalRow
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder
from xbtfx_tui.orders.reconcile.overwritten_stops import change_the_same
from xbtfx_tui.orders.reconcile.volume_effects import may_move_the_same, stands_alone


def watched_of(row: JournalRow) -> TrackedOrder:
    """The journaled intent, by what was known when it was last looked for anew."""
    seen = row.seen
    return TrackedOrder(
        row.entry.intent,
        seen.held,
        row.entry.at,
        frozenset(seen.deals),
        frozenset(seen.beside),
        is_history_read=seen.is_history_read,
    )


def done_beside(row: JournalRow, rows: Sequence[JournalRow], *, is_netting: bool) -> tuple[TrackedOrder, ...]:
    """Those of the account's other orders whose work is known to be done, and that moved what this one is
    looked for by: not to be seen yet in what was held then, or taken since."""
    own = row.entry.intent
    return tuple(
        watched_of(other)
        for other in rows
        if other.entry.intent.intent_id != own.intent_id
        and not stands_alone(other.entry.intent, is_netting=is_netting)
        and _is_known_to_be_done(other)
        and (other.entry.intent.intent_id in row.seen.beside or other.taken_at > row.seen_at)
    )


def shown_before(row: JournalRow, rows: Sequence[JournalRow]) -> frozenset[str]:
    """The ids of the earlier orders whose work, if it was done, is in what this one remembers as held."""
    earlier = {other.entry.intent.intent_id for other in rows if other.taken_at < row.seen_at}
    return frozenset(earlier.difference(row.seen.beside))


def is_overtaken(row: JournalRow, rows: Sequence[JournalRow], *, is_netting: bool) -> bool:
    """Whether a later order may move the same as this one, which was found not filled: from then on nobody
    can tell whose work that is."""
    own = row.entry.intent
    return any(
        other.sent_at > row.seen_at and may_move_the_same(own, other.entry.intent, is_netting=is_netting)
        for other in rows
    )


def later_changes(row: JournalRow, rows: Sequence[JournalRow]) -> tuple[JournalRow, ...]:
    """The later changes of the same stops, as they were sent one after the other."""
    own = row.entry.intent
    later = [one for one in rows if one.taken_at > row.taken_at and change_the_same(own, one.entry.intent)]
    return tuple(sorted(later, key=lambda one: one.taken_at))


class PlacedStop(msgspec.Struct, frozen=True):
    """Where an order that is done has put the sl of a position; `sent_at` is its number in the journal."""

    sent_at: int
    ticket: int
    stop: KnownStop


def placed_stop(row: JournalRow) -> PlacedStop | None:
    """What a row tells of the sl of its position; None where it tells nothing."""
    match row.entry.intent:
        case ModifyIntent(sl=Keep()):
            return None
        case ModifyIntent(ticket=ticket, sl=sl) if row.state.is_done:
            stop = KnownStop(sl.price if isinstance(sl, MoveTo) else None, row.story[-1].wall)
            return PlacedStop(row.sent_at, ticket, stop)
        case _:
            return None


def stops_of(placed: Iterable[PlacedStop]) -> Mapping[int, tuple[KnownStop, ...]]:
    """By ticket, in the order they were sent in: those of one position go one after the other."""
    stops: dict[int, list[KnownStop]] = {}
    for one in sorted(placed, key=lambda one: one.sent_at):
        stops.setdefault(one.ticket, []).append(one.stop)
    return {ticket: tuple(known) for ticket, known in stops.items()}


def _is_known_to_be_done(row: JournalRow) -> bool:
    match row.state:
        case IntentState.FOUND_FILLED:
            return True
        case IntentState.FILLED:
            all_closed = isinstance(row.answer, BulkClosed) and row.story[-1].difference is None
            return all_closed or isinstance(row.answer, Filled | Reversed | Done)
        case _:
            return False
