"""The judge of a run: what the exchange really did, by its own ledger, against what the desk says of it.

It knows nothing of faults. Four things can be wrong, and each is said as a sentence:
duplicate: an order was executed more than once, or something was executed that nobody drafted;
lost: something was done of which the terminal says that it was not, or of which it does not tell;
phantom: the terminal tells of something that was not done;
stuck: an order has not come to where order-safety's document lets it end.
A fifth, false words, is found by a judge of its own (false_words.py), which looks at texts alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, Intent, opens
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.orders.reconcile.outcome_findings import ANYONES_CLOSE
from xbtfx_tui.paper.account.command_results import Cause, Execution

DONE = frozenset({IntentState.FILLED, IntentState.FOUND_FILLED})
NOT_DONE = frozenset(
    {IntentState.REJECTED, IntentState.NOT_SENT, IntentState.FOUND_NOT_FILLED, IntentState.ABANDONED}
)
SETTLED = DONE | NOT_DONE


@dataclass(frozen=True, slots=True)
class Truth:
    """The exchange's side. `others` are request ids that are not the terminal's. `twins` are tickets of
    theirs that nothing the API says tells from an order's own: same symbol, side, volume and moment."""

    executions: Sequence[Execution]
    positions: Sequence[Position]
    others: frozenset[str] = frozenset()
    twins: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """The terminal's side: accepted intents, its records, its journal's last states, positions on screen.

    `positions` is None where the screen can't know them any more (a revoked key).
    """

    intents: Sequence[Intent]
    records: Mapping[str, IntentRecord]
    journal: Mapping[str, IntentState]
    positions: Mapping[int, Position] | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was wrong, as sentences; nothing, if all is well."""

    duplicates: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    phantom: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    false_words: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return not (self.duplicates or self.lost or self.phantom or self.stuck or self.false_words)

    def sentences(self) -> list[str]:
        kinds = (
            ("duplicate", self.duplicates),
            ("lost", self.lost),
            ("phantom", self.phantom),
            ("stuck", self.stuck),
            ("false", self.false_words),
        )
        return [f"{kind}: {one}" for kind, found in kinds for one in found]


@dataclass(slots=True)
class _Findings:
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def judge(truth: Truth, told: Told, may_end: Mapping[str, frozenset[IntentState]] | None = None) -> Judgement:
    """Compare the two. `may_end` holds states that are an end for an intent though nothing is settled in
    them, where the document leaves the decision to the trader."""
    found = _Findings()
    # The rest of a part fill is the same order's.
    whole = [execution for execution in truth.executions if execution.cause is not Cause.REST]
    done = Counter(execution.request_id for execution in whole)
    ids = {intent.intent_id for intent in told.intents}
    for request_id, count in done.items():
        if request_id is not None and request_id not in ids and request_id not in truth.others:
            found.duplicates.append(f"executed under a key that no order has: {request_id} ({count} times)")
    held = frozenset(position.ticket for position in truth.positions)
    for intent in told.intents:
        own = [one for one in whole if one.request_id == intent.intent_id]
        _of_intent(intent, own, told, (may_end or {}).get(intent.intent_id, frozenset()), held, found)
        _of_ticket(intent, own, told.records.get(intent.intent_id), truth.twins, found)
    if told.positions is not None:
        _of_positions(truth, told.positions, found)
    return Judgement(*map(tuple, (found.duplicates, found.lost, found.phantom, found.stuck)))


def _of_intent(
    intent: Intent,
    own: Sequence[Execution],
    told: Told,
    may_end: frozenset[IntentState],
    truth_tickets: frozenset[int],
    found: _Findings,
) -> None:
    name = f"{type(intent).__name__} {intent.intent_id}"
    tickets = [ticket for one in own for ticket in one.tickets]
    # A bulk close is one execution for each ticket that it came to.
    times = max(Counter(tickets).values(), default=len(own)) if _is_bulk(intent) else len(own)
    if times > 1:
        found.duplicates.append(f"{name} was executed {times} times (tickets {tickets})")
    record = told.records.get(intent.intent_id)
    journaled = told.journal.get(intent.intent_id)
    if record is None:
        (found.lost if own else found.stuck).append(f"{name} was taken and never told of")
        return
    state = record.state
    if journaled is not None and journaled is not state:
        found.lost.append(f"{name} is {state.value} on screen and {journaled.value} in the journal")
    if own and journaled is None and not _is_told_unjournaled(record):
        found.lost.append(f"{name} was executed and is not in the journal")
    # A bulk close that did some of its work has no state of its own; what its words tell has its own judge.
    # One that found nothing to close has done none.
    is_in_part = _is_bulk(intent) and (not tickets or not set(_tickets(intent)) <= set(tickets))
    # That nothing tells any more what became of it is the trader's to decide, where the document leaves it.
    is_open = bool(may_end) and record.stays_unknown
    if own and state in NOT_DONE and not is_in_part and not is_open:
        found.lost.append(f"{name} was executed (tickets {tickets}) and is told as {state.value}")
    # All that a bulk close was for may be closed by orders that the trader sent after it; one that was sent
    # blind, with nothing held, did all there was to do.
    is_bulk_done = _is_bulk(intent) and not truth_tickets & set(_tickets(intent))
    # Of such a close it is said that it may be another's work; that all is closed has its own judge.
    is_anyones = record.difference == ANYONES_CLOSE
    if not own and state in DONE and not is_bulk_done and not is_anyones:
        found.phantom.append(f"{name} was not executed and is told as {state.value}")
    if _is_bulk(intent) and state is IntentState.FOUND_FILLED:
        left = truth_tickets & set(_tickets(intent))
        if left:
            found.phantom.append(f"{name} is told as done, and {sorted(left)} are still held")
    if state not in SETTLED and state not in may_end:
        found.stuck.append(f"{name} is still {state.value}")


def _is_told_unjournaled(record: IntentRecord) -> bool:
    """Whether its story says that the journal could not take it: what does not open is sent all the same."""
    return not opens(record.intent) and record.story[0].text.startswith("Not in the journal")


def _of_ticket(
    intent: Intent,
    own: Sequence[Execution],
    record: IntentRecord | None,
    twins: frozenset[int],
    found: _Findings,
) -> None:
    if not own or record is None or record.ticket is None:
        return
    tickets = {ticket for one in own for ticket in one.tickets}
    if record.ticket not in tickets | twins:
        found.phantom.append(
            f"{intent.intent_id} led to {sorted(tickets)} and is told to have led to {record.ticket}"
        )


def _of_positions(truth: Truth, shown: Mapping[int, Position], found: _Findings) -> None:
    held = {position.ticket: position for position in truth.positions}
    for ticket in held.keys() - shown.keys():
        found.lost.append(f"position {ticket} is held and not on screen")
    for ticket in shown.keys() - held.keys():
        found.phantom.append(f"position {ticket} is on screen and not held")
    for ticket in held.keys() & shown.keys():
        real, seen = held[ticket], shown[ticket]
        if (real.symbol, real.side, real.volume) != (seen.symbol, seen.side, seen.volume):
            found.phantom.append(f"position {ticket} is shown as {seen.side.value} {seen.volume}")


def _tickets(intent: Intent) -> tuple[int, ...]:
    return intent.tickets if isinstance(intent, CloseAllIntent | CloseSymbolIntent) else ()


def _is_bulk(intent: Intent) -> bool:
    return isinstance(intent, CloseAllIntent | CloseSymbolIntent)
