"""What the journal tells of earlier orders' effect on one another, so that a restart misreads none. Pure.

Two orders may move the same ticket (or net position). One that is known to be done is counted off from what
the other is looked for by, exactly as the run that was killed would have done it.
"""

from collections.abc import Sequence

from xbtfx_tui.domain.outcomes import Done, Filled, IntentState, Reversed
from xbtfx_tui.orders.journal.journal import Row
from xbtfx_tui.orders.reconcile.held import Watched
from xbtfx_tui.orders.reconcile.matching import may_move_the_same, stands_alone


def watched_of(row: Row) -> Watched:
    """The journaled intent, by what was known when it was last looked for anew."""
    seen = row.seen
    return Watched(row.entry.intent, seen.held, row.entry.at, frozenset(seen.deals), frozenset(seen.beside))


def done_beside(row: Row, rows: Sequence[Row], *, is_netting: bool) -> tuple[Watched, ...]:
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


def is_overtaken(row: Row, rows: Sequence[Row], *, is_netting: bool) -> bool:
    """Whether a later order may move the same as this one, which was found not filled: from then on nobody
    can tell whose work that is."""
    own = row.entry.intent
    return any(
        other.sent_at > row.seen_at and may_move_the_same(own, other.entry.intent, is_netting=is_netting)
        for other in rows
    )


def _is_known_to_be_done(row: Row) -> bool:
    match row.state:
        case IntentState.FOUND_FILLED:
            return True
        case IntentState.FILLED:
            return isinstance(row.answer, Filled | Reversed | Done)
        case _:
            return False
