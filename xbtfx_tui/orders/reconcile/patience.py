"""When an order in doubt is looked at again, and when enough was seen to say that it was not filled. Pure.

Seconds here are of the monotonic clock: they are seconds in which this program could look.
"""

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import ModifyIntent
from xbtfx_tui.domain.outcomes import Filled, FilledInPart, IntentState
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.reconcile.finding import Finding, Nearly, Witnessed, tickets_of
from xbtfx_tui.orders.reconcile.matching import Several
from xbtfx_tui.orders.reconcile.proof import says_done

PLACED_FOR = 30.0
"""Seconds after which a placed order that was not seen is unknown (order-safety's table)."""
WITNESS_FOR = 45.0
"""Seconds after which an unknown order of which one witness alone tells is the trader's to decide."""
CLEAN_LOOKS = 3
LAST_LOOK_AFTER = 30.0
WATCHED_FOR = 24 * 3600.0
"""Seconds for which an order that was found not filled stays watched."""
HISTORY_COVERS = 48 * 3600.0
"""Seconds back to which the history surely reaches: the API's "last 3 days" may begin two midnights ago."""

ACCEPTED_SAID_AFTER = 1.0
"""Seconds after which an answer that says done, and is not borne out yet, is told as accepted."""
DIFFERENT_AFTER = 2.0
"""Seconds after which stops that are not there are told as missing: they may come after the position."""
PROOF_EVERY = 2.0
"""Seconds between two reads for a second witness."""

_SNAPSHOTS_AT = (0.0, 0.5, 2.0, 5.0, 10.0, 20.0, 30.5, 45.0, 60.0)
_HISTORY_AT = {
    IntentState.PLACED: (10.0,),
    IntentState.UNKNOWN: (5.0, 30.5, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0),
    IntentState.FOUND_NOT_FILLED: (60.0, 300.0, 1800.0),
}
_LATER = 300.0
"""Seconds between looks once those times are past, while the order is unknown."""


def waited(order: Order, now: Instant) -> float:
    """Seconds since the order came into its state, or since it was sent again."""
    return now.monotonic - order.looks.since.monotonic


def snapshot_is_due(order: Order, now: Instant) -> bool:
    """Whether a fresh snapshot of the positions is to be asked for."""
    if order.late:
        return False  # the usual polls do
    return _is_due(_SNAPSHOTS_AT, order.looks.reads, order, now)


def history_is_due(order: Order, now: Instant) -> bool:
    """Whether the history of deals is to be read."""
    return _is_due(_HISTORY_AT.get(order.record.state, ()), order.looks.histories, order, now)


def _is_due(times: tuple[float, ...], done: int, order: Order, now: Instant) -> bool:
    if done < len(times):
        return waited(order, now) >= times[done]
    if order.record.state is not IntentState.UNKNOWN:
        return False
    return waited(order, now) >= times[-1] + _LATER * (done - len(times) + 1)


class Ambiguity(msgspec.Struct, frozen=True):
    """What the trader has to decide: whether it is one of these positions. `one_witness`: one alone tells of
    it, and a second one would settle it. `differences` are how the one that is near differs, as clauses."""

    tickets: tuple[int, ...]
    one_witness: bool = False
    differences: tuple[str, ...] = ()


def ambiguity_of(finding: Finding, seconds: float) -> Ambiguity | None:
    """Whether what was found in so many seconds of looking is the trader's to decide; None where it is not,
    or not yet."""
    match finding:
        case Several(tickets=tickets):
            return Ambiguity(tickets)
        case Nearly(near=near, is_proven=True) if near.alone and (near.is_short or near.is_alike):
            return None
        case Nearly(near=near) if not near.is_alike:
            return Ambiguity(near.tickets, differences=near.difference if len(near.tickets) == 1 else ())
        case Witnessed() | Nearly() if seconds >= WITNESS_FOR:
            return Ambiguity(tickets_of(finding), one_witness=True)
        case _:
            return None


def difference_is_certain(order: Order, finding: Nearly, now: Instant) -> bool:
    """Whether what is near is the order's outcome, and how it differs is certain."""
    near, result = finding.near, order.record.result
    if not (finding.is_proven and near.alone and near.difference):
        return False
    if isinstance(order.record.intent, ModifyIntent) and not says_done(result):
        return False
    if near.is_short:
        if isinstance(result, Filled) and result.volume is not None:
            return result.volume == near.volume
        enough = is_looked_for_long(order, now) and order.record.state is IntentState.UNKNOWN
        return isinstance(result, FilledInPart) or enough
    # The stops may come a moment after the position.
    return waited(order, now) >= DIFFERENT_AFTER and order.looks.listed.times > 1


def proof_is_due(order: Order, now: Instant) -> bool:
    """Whether a second witness is to be asked for: at once, and again and again."""
    asked = order.looks.proof_asked
    if asked is None:
        return True
    every = PROOF_EVERY if waited(order, now) < PLACED_FOR else PLACED_FOR
    return now.monotonic - asked.monotonic >= every


def is_looked_for_long(order: Order, now: Instant) -> bool:
    """Whether snapshot and history were looked at, each asked for 30 s after the socket was shut; and the
    history must reach back to the send."""
    looks = order.looks
    if looks.snapshot is None or looks.deals is None:
        return False
    last_enough = looks.since.monotonic + LAST_LOOK_AFTER
    if min(looks.snapshot.monotonic, looks.deals.monotonic) < last_enough:
        return False
    return order.watched.begun.age_at(now) < HISTORY_COVERS


def is_proven_absent(order: Order, now: Instant) -> bool:
    """Whether an unknown order, of which the last look showed nothing, was not filled: three clean snapshots,
    and looked for long enough."""
    return order.looks.clean >= CLEAN_LOOKS and is_looked_for_long(order, now)
