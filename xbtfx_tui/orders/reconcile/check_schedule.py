"""When an order in doubt is looked at again, and when enough was seen to say that it was not filled. Pure.

Seconds here are of the monotonic clock: they are seconds in which this program could look.
"""

from collections.abc import Mapping

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import ModifyIntent, OpenIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, Filled, FilledInPart, IntentState, Placed
from xbtfx_tui.orders.order_state import LookedFor, Order
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot
from xbtfx_tui.orders.reconcile.order_evidence import StreamTold, says_done
from xbtfx_tui.orders.reconcile.outcome_decision import LISTED_SECONDS, LISTED_TIMES
from xbtfx_tui.orders.reconcile.outcome_findings import (
    NOTHING_HELD,
    SOMETHING_HELD,
    Finding,
    Nearly,
    Witnessed,
    tickets_of,
)
from xbtfx_tui.orders.reconcile.overwritten_stops import later_over
from xbtfx_tui.orders.reconcile.position_matching import Several, Unseen, is_of_its_kind

PLACED_FOR = 30.0
"""Seconds after which a placed order that was not seen is unknown (order-safety's table)."""
STOPS_PLACED_FOR = 35.0
"""The same of stops that lists show otherwise: once these have shown them for LISTED_SECONDS, it is known."""
LATE_LISTS = 65.0
"""Seconds after which a list shows what was done at its beginning: one may be a minute late."""
WITNESS_FOR = 45.0
"""Seconds after which an unknown order of which one witness alone tells is the trader's to decide."""
TOLD_FOR = 60.0
"""Seconds for which a position that the stream alone told of, and that is not held, is looked for."""
CLEAN_LOOKS = 3
LAST_LOOK_AFTER = 30.0
WATCHED_FOR = 24 * 3600.0
"""Seconds for which an order that was found not filled stays watched."""
SURELY_LATE_FOR = 600.0
"""Seconds since its send for which what is just like an order is taken for it: the API forgets a key after
120 s, and gives MetaTrader up after 7."""
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
    IntentState.AMBIGUOUS: (30.5, 60.0, 90.0, 300.0),
    IntentState.FOUND_NOT_FILLED: (60.0, 300.0, 1800.0),
}
_BLIND_FOR = {NOTHING_HELD: 90.0, SOMETHING_HELD: 300.0}
"""Seconds for which a bulk close that was sent blind is looked for while lists show its end: the history of
deals is known to be behind by a minute, and where something else tells of a position, lists may be longer."""
_LATER = 300.0
"""Seconds between looks once those times are past, while the order is unknown."""

LOOKED_FOR = (IntentState.PLACED, IntentState.UNKNOWN)
"""The states in which an order's outcome is looked for, whatever was seen so far."""


def is_looked_for(order: Order) -> bool:
    """Whether its outcome is looked for: also one the trader may decide, where a second witness may come, or
    a list that shows stops as asked for; not while a later change of them may stand where it would show."""
    state, of_stops = order.record.state, isinstance(order.record.intent, ModifyIntent)
    waits = state is IntentState.AMBIGUOUS and (order.looks.waits_for_proof or of_stops)
    is_due = isinstance(order.stage, LookedFor) and (state in LOOKED_FOR or waits)
    return is_due and later_over(order) is None


def may_yet_be_told(order: Order, sight: HoldingsSnapshot, first_seen: Mapping[int, float]) -> bool:
    """Whether the stream has just told of a position of its kind that no snapshot was asked for since;
    `first_seen` is when each position was seen first, by the monotonic clock."""
    asked = sight.asked.monotonic if sight.asked is not None else float("-inf")
    return any(
        first_seen.get(ticket, asked) >= asked
        and is_of_its_kind(order.watched, position, sight.grid(position.symbol))
        for ticket, position in sight.positions.items()
        if ticket not in sight.claimed
    )


def waited(order: Order, now: Instant) -> float:
    """Seconds since the order came into its state, or since it was sent again."""
    return now.monotonic - order.looks.since.monotonic


def watched_for(order: Order, now: Instant) -> float:
    """Seconds since the order was sent: by the wall clock until this run took it up, where an earlier one
    sent it, and from then on by those that don't jump, the sleep of the machine included."""
    since = order.since
    return order.age_then + max(now.monotonic - since.monotonic, now.boot - since.boot)


def age_at(order: Order, moment: float) -> float:
    """Seconds from the order's send to that moment of the monotonic clock."""
    return order.age_then + moment - order.since.monotonic


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
    if not order.in_doubt:
        return False
    return waited(order, now) >= times[-1] + _LATER * (done - len(times) + 1)


class Ambiguity(msgspec.Struct, frozen=True):
    """What the trader has to decide: whether it is one of these positions. `one_witness`: one alone tells of
    it, and a second one would settle it. `differences` are how the one that is near differs, as clauses."""

    tickets: tuple[int, ...]
    one_witness: bool = False
    differences: tuple[str, ...] = ()

    @property
    def waits_for_proof(self) -> bool:
        """Whether it goes on being looked for: something may yet settle it, or there is nothing to choose."""
        return self.one_witness or not self.tickets


def ambiguity_of(order: Order, finding: Finding, now: Instant) -> Ambiguity | None:
    """Whether what was found in all this looking is the trader's to decide; None where it is not, or not
    yet."""
    seconds = waited(order, now)
    match finding:
        case Several(tickets=tickets):
            return Ambiguity(tickets)
        case Nearly(near=near, is_proven=True) if near.alone and near.is_short and _was_not_accepted(order):
            is_due = is_looked_for_long(order) and order.record.state is IntentState.UNKNOWN
            return Ambiguity(near.tickets, differences=near.difference) if is_due else None
        case Nearly(near=near, is_proven=True) if near.alone and (near.is_short or near.is_alike):
            return None
        case Nearly() if is_told_done_otherwise(order, finding):
            return None
        case Nearly(near=near) if not near.is_alike:
            return Ambiguity(near.tickets, differences=near.difference if len(near.tickets) == 1 else ())
        case Witnessed() | Nearly() if seconds >= WITNESS_FOR:
            return Ambiguity(tickets_of(finding), one_witness=True)
        case StreamTold(ticket=ticket) if seconds >= WITNESS_FOR and order.looks.was_listed:
            return Ambiguity((ticket,), differences=("it is gone again",))
        case _:
            return None


def is_told_done_otherwise(order: Order, finding: Finding) -> bool:
    """Whether the server says that stops were changed, and lists, which may be old, show others."""
    of_stops = isinstance(order.record.intent, ModifyIntent)
    return of_stops and isinstance(finding, Nearly) and says_done(order.record.result)


def placed_for(order: Order, finding: Finding) -> float:
    """Seconds after which it is unknown what became of an order that was placed."""
    return STOPS_PLACED_FOR if is_told_done_otherwise(order, finding) else PLACED_FOR


def difference_is_certain(order: Order, finding: Nearly, now: Instant, *, may_be_older: bool) -> bool:
    """Whether what is near is the order's outcome, and how it differs is certain. `may_be_older`: of stops,
    whether a list from before the send may have shown them so."""
    near, result = finding.near, order.record.result
    if not (finding.is_proven and near.alone and near.difference):
        return False
    if isinstance(order.record.intent, ModifyIntent) and not near.is_since_send:
        listed, seconds = order.looks.listed, LATE_LISTS if may_be_older else LISTED_SECONDS
        return says_done(result) and listed.times >= LISTED_TIMES and listed.seconds >= seconds
    if isinstance(order.record.intent, ModifyIntent) and not says_done(result):
        return False
    if near.is_short:
        if _was_not_accepted(order):
            return False
        if isinstance(result, Filled) and result.volume is not None:
            return result.volume == near.volume
        enough = is_looked_for_long(order) and order.record.state is IntentState.UNKNOWN
        return isinstance(result, FilledInPart) or enough
    # The stops may come a moment after the position.
    return waited(order, now) >= DIFFERENT_AFTER and order.looks.listed.times > 1


def _was_not_accepted(order: Order) -> bool:
    """Whether no answer says that an opening was taken at all: a smaller position of its symbol and side may
    as well be another hand's, which is the trader's to say."""
    accepted = isinstance(order.record.result, Placed | Filled | FilledInPart)
    return isinstance(order.record.intent, OpenIntent) and not accepted


def proof_is_due(order: Order, finding: Finding, now: Instant) -> bool:
    """Whether a second witness is to be asked for: at once, and again and again, where one tells of it."""
    of_stops = isinstance(order.record.intent, ModifyIntent)
    match finding:
        case StreamTold(at=at) if now.monotonic - at.monotonic > TOLD_FOR:
            return False
        case Nearly() if of_stops:
            return False  # lists alone tell of stops, and they come by themselves
        case Witnessed() | Nearly() | StreamTold():
            pass
        case _ if not _is_told_blind(order):
            return False
    asked = order.looks.proof_asked
    if asked is None:
        return True
    every = PROOF_EVERY if waited(order, now) < PLACED_FOR else PLACED_FOR
    return now.monotonic - asked.monotonic >= every


def _is_told_blind(order: Order) -> bool:
    """Whether the server says what a bulk close of positions that nobody had read came to: deals can show."""
    is_blind = not order.watched.before and not order.late
    return is_blind and isinstance(order.record.result, BulkClosed)


def is_looked_for_long(order: Order) -> bool:
    """Whether snapshot and history were looked at, each asked for 30 s after the socket was shut."""
    return _is_looked_until(order, order.looks.since.monotonic + LAST_LOOK_AFTER)


def _is_looked_until(order: Order, until: float) -> bool:
    """The same for looks asked for at that moment of the monotonic clock, or later."""
    looks = order.looks
    if looks.snapshot is None or looks.deals is None:
        return False
    return min(looks.snapshot.monotonic, looks.deals.monotonic) >= until


def is_proven_absent(order: Order, finding: Finding, now: Instant) -> bool:
    """Whether an unknown order, of which the last look showed nothing, was not filled: three clean snapshots,
    and looked for long enough. What the stream alone told of is looked for longer, and since it was told."""
    looks = order.looks
    if looks.shown in _BLIND_FOR and waited(order, now) < _BLIND_FOR[looks.shown]:
        return False
    match finding:
        case Unseen() if order.in_doubt:
            is_long = is_looked_for_long(order)
        case StreamTold(at=at) if not looks.was_listed:
            until = max(looks.since.monotonic + TOLD_FOR, at.monotonic + LAST_LOOK_AFTER)
            is_long = _is_looked_until(order, until)
        case _:
            return False
    return looks.clean >= CLEAN_LOOKS and is_long
