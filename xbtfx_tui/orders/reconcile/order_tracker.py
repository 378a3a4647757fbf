"""Follows the orders on their way: looks at positions and deals until each order's outcome is known.

It never sends anything. It costs nothing while no order is on its way. That time has passed is judged by the
monotonic clock alone: a machine that slept, or a clock that jumped, has not looked at anything meanwhile.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.order_outcomes import Decider, IntentState
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.desk_tasks import Tasks
from xbtfx_tui.orders.order_recorder import OrderRecorder
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.ports import Sleep
from xbtfx_tui.orders.reconcile.check_schedule import (
    ACCEPTED_SAID_AFTER,
    LOOKED_FOR,
    PLACED_FOR,
    SURELY_LATE_FOR,
    WATCHED_FOR,
    Ambiguity,
    age_at,
    ambiguity_of,
    difference_is_certain,
    history_is_due,
    is_looked_for,
    is_proven_absent,
    may_yet_be_told,
    placed_for,
    proof_is_due,
    snapshot_is_due,
    waited,
    watched_for,
)
from xbtfx_tui.orders.reconcile.close_messages import watching_words
from xbtfx_tui.orders.reconcile.correction_messages import (
    again_there_words,
    late_words,
    maybe_late_words,
    still_there_words,
)
from xbtfx_tui.orders.reconcile.deal_evidence import Read
from xbtfx_tui.orders.reconcile.deal_history_reader import Deals
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import StreamTold, says_done
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.outcome_decision import find, lacking_of, shown_by_list
from xbtfx_tui.orders.reconcile.outcome_findings import (
    Finding,
    Nearly,
    Others,
    Proven,
    Witnessed,
    tickets_of,
)
from xbtfx_tui.orders.reconcile.outcome_messages import (
    Absent,
    candidates_words,
    doubt_words,
    history_words,
    looked_words,
    not_filled_words,
    outcome_words,
    overwritten_words,
    still_unknown_words,
)
from xbtfx_tui.orders.reconcile.overwritten_stops import overwritten_by
from xbtfx_tui.orders.reconcile.partial_matches import differences_of, may_be_older
from xbtfx_tui.orders.reconcile.position_attribution import is_late_doubt, left_over
from xbtfx_tui.orders.reconcile.position_matching import Several, Unseen, can_be_late
from xbtfx_tui.orders.reconcile.reported_outcomes import ToldOutcomes
from xbtfx_tui.orders.sending.manual_resend import clocks_distrust
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.store.store import Store

TICK = 0.1

Step: TypeAlias = Coroutine[Any, Any, None]


class OrderTracker:
    """Looks for all orders of the registry, and tells what becomes of them."""

    def __init__(
        self,
        registry: OrderRegistry,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        read_again: Callable[[], None],
        deals: Deals,
        recorder: OrderRecorder,
        moving: Tasks,
        lasting: Tasks,
    ) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._read_again = read_again
        self._deals = deals
        self._recorder = recorder
        self._tell = moving.spawn
        self._lasting = lasting
        self._first_seen: dict[int, float] = {}
        self._told = ToldOutcomes()
        self._is_running = False
        self._last_look: Instant | None = None

    def add(self, order: Order) -> None:
        """Follow an order from now on."""
        self._registry.add(order)
        self._told.forget_stops(order.record.intent)
        if not self._is_running:
            self._is_running = True
            self._last_look = None
            self._lasting.spawn(self._run())

    def begin_anew(self, order: Order) -> None:
        """An order that waited goes only now: what was seen until here is not its work."""
        self._registry.overtake(order)
        order.end_wait(self._clock.now())

    def trader_found(self, order: Order, ticket: int | None, shown: tuple[str, ...] = ()) -> Step:
        """The trader's word that it was carried out: as this position, or (None) so as it is `shown`."""
        self._registry.drop(order)
        self._registry.claim(order.record.intent, ticket)
        sight = self._registry.sight()
        difference = shown if ticket is None else differences_of(order.watched, ticket, sight)
        told = self._recorder.trader_found(order, ticket, ", ".join(difference) or None)
        self._registry.count_off(order)
        return told

    def look_for(self, order: Order) -> None:
        """Its answer is told: what bears it out is asked for and looked at now, not at the next beat."""
        if order.record.state in LOOKED_FOR:
            self.look()

    # --- one look ---

    def look_at_news(self) -> None:
        """Look now, for something has come in."""
        if any(map(is_looked_for, self._registry.orders())) or self._told:
            self.look()

    def look(self) -> None:
        """One look for every order; what it shows is taken further in a task."""
        now = self._clock.now()
        self._expire_keys(now)
        self._let_go(now)
        self._end_overwritten()
        proven: list[tuple[Order, Proven]] = []
        patient: list[tuple[Order, Finding]] = []
        sight = self._registry.sight()
        self._first_seen = {t: self._first_seen.get(t, now.monotonic) for t in sight.positions}
        for order in self._registry.orders():
            if not is_looked_for(order):
                continue
            rivals = self._registry.rivals(order)
            finding = self._find(order, rivals, sight)
            if isinstance(finding, Proven):
                proven.append((order, finding))
                continue
            order.note(order.looks.with_near(candidates_words(finding)))
            patient.append((order, finding))
        for order, sure in proven:
            self._is_found(order, sure)
        for order, finding in patient:
            self._be_patient(order, finding, sight, now)
        if not proven:
            self._look_for_late(now)
        self._look_for_returned(sight, now)

    def _find(self, order: Order, rivals: list[TrackedOrder], sight: HoldingsSnapshot) -> Finding:
        read = self._read_for(order)
        watched, result = order.watched, order.record.result
        late = () if order.late else self._registry.lates()
        others = Others(rivals, self._registry.just_done(watched.begun), late)
        finding = find(watched, result, others, sight, read, order.looks.not_listed)
        if isinstance(finding, Proven) or sight.asked is None or not watched.is_after_send(sight.asked):
            return finding
        shown = shown_by_list(finding, watched, sight, read)
        if order.looks.listed_at is None or _is_newer(sight.asked, order.looks.listed_at):
            order.note(order.looks.with_list(shown, sight.asked))
        if shown is None or shown != order.looks.shown:
            return finding
        return find(watched, result, others, sight, read, order.looks.listed)

    def _read_for(self, order: Order) -> Read | None:
        read = self._deals.last
        if read is None:
            return None
        counts = (
            _is_newer(read.asked, order.looks.since)
            if order.late
            else order.watched.is_after_send(read.asked)
        )
        return read if counts else None

    def _is_found(self, order: Order, sure: Proven) -> None:
        ticket, result = sure.found.ticket, order.record.result
        sight = self._registry.sight(ticket)
        self._registry.drop(order)
        self._registry.claim(order.record.intent, ticket)
        beside, read = self._registry.rivals(order), self._read_for(order)
        text, severity = outcome_words(order.watched, result, sure, sight, read, beside)
        state = IntentState.FILLED if says_done(result) else IntentState.FOUND_FILLED
        self._tell(self._recorder.move(order, state, text, severity, ticket=ticket, difference=sure.clause))
        self._registry.is_done(order, sure.volume)
        self._told.note(order, sure, sight, self._clock.now())

    def _look_for_returned(self, sight: HoldingsSnapshot, now: Instant) -> None:
        """What was told turns out to be otherwise, or a ticket that was told as closed is there again."""
        for order, text, clause in self._told.put_right(sight, now):
            state = order.record.state
            self._tell(self._recorder.move(order, state, text, Severity.ERROR, difference=clause))
        for order, tickets, is_blind in self._told.returned(sight, self._deals.last, now):
            self._registry.take_back(order)
            text = still_there_words(tickets) if is_blind else again_there_words(tickets)
            self._tell(self._recorder.move(order, IntentState.UNKNOWN, text, Severity.ERROR))

    def _be_patient(self, order: Order, finding: Finding, sight: HoldingsSnapshot, now: Instant) -> None:
        """Nothing certain is to be seen: look further, and say so when that has taken too long."""
        self._note(order, finding, sight, now)
        self._ask(order, finding, now)
        self._say_accepted(order, now)
        order.note(order.looks.with_tickets(tickets_of(finding), sight.listed))
        older = may_be_older(order.record.intent, sight, self._registry.stops_asked)
        if isinstance(finding, Nearly) and difference_is_certain(order, finding, now, may_be_older=older):
            self._is_found(order, Proven(finding.near.found, finding.near.difference, finding.near.volume))
            return
        if waited(order, now) < placed_for(order, finding):
            return
        is_told = order.record.state is IntentState.AMBIGUOUS
        if not is_told and (doubt := ambiguity_of(order, finding, now)) is not None:
            self._is_ambiguous(order, doubt)
        elif order.record.state is IntentState.PLACED:
            words = still_unknown_words(order.record.intent, finding, order.record.result, PLACED_FOR)
            self._tell(self._recorder.move(order, IntentState.UNKNOWN, words, Severity.ERROR))
        elif is_proven_absent(order, finding, now) and not may_yet_be_told(order, sight, self._first_seen):
            self._is_absent(order, finding)

    def _say_accepted(self, order: Order, now: Instant) -> None:
        """An answer that says done is told once it is borne out, ordinarily at once; else as what it is."""
        told = order.looks.is_told or order.quiet
        if told or not says_done(order.record.result) or waited(order, now) < ACCEPTED_SAID_AFTER:
            return
        order.note(replace(order.looks, is_told=True))
        if order.record.state is IntentState.PLACED:
            self._recorder.tell_again(order)

    def _is_ambiguous(self, order: Order, doubt: Ambiguity) -> None:
        words = doubt_words(doubt)
        self._tell(self._recorder.move(order, IntentState.AMBIGUOUS, words, Severity.ERROR))
        waits = doubt.waits_for_proof
        order.note(order.looks.with_doubt(doubt.tickets, doubt.differences, waits=waits))

    def _note(self, order: Order, finding: Finding, sight: HoldingsSnapshot, now: Instant) -> None:
        """Count and tell what was looked at, once for each snapshot and each read of the history."""
        looks = order.looks
        veiled = sight.unread - order.unread_before if opens(order.record.intent) else frozenset()
        # A list that lacks what the order is about shows nothing of it, done or not.
        lacking = lacking_of(order.watched, order.record.result, sight, self._read_for(order), looks.listed)
        is_clean = isinstance(finding, Unseen | StreamTold) and not veiled and not lacking
        clean = looks.clean if is_clean else 0
        if clean != looks.clean:
            looks = replace(looks, clean=clean)
        said = looked_words(finding, order.watched, sight.positions)
        if veiled:
            said += "; a row that came since can't be read, it may be this one"
        if lacking:
            said += f"; the list lacks {', '.join(map(str, lacking))}, not known to be closed"
        if sight.asked is not None and _is_newer(sight.asked, looks.snapshot or looks.since):
            looks = replace(looks, snapshot=sight.asked, clean=clean + is_clean)
            looks = looks.saying(now, f"positions: {said}")
        read = self._deals.last
        if read is not None and _is_newer(read.asked, looks.deals or looks.since):
            looks = replace(looks, deals=read.asked)
            looks = looks.saying(now, f"history: {history_words(order.watched, read) if is_clean else said}")
        order.note(looks)

    def _ask(self, order: Order, finding: Finding, now: Instant) -> None:
        if snapshot_is_due(order, now):
            order.note(replace(order.looks, reads=order.looks.reads + 1))
            self._read_again()
        if history_is_due(order, now):
            order.note(replace(order.looks, histories=order.looks.histories + 1))
            if self._deals.failed is not None and not order.late:
                order.note(order.looks.saying(now, f"history: not read. {self._deals.failed}"))
            self._deals.ask()
        elif proof_is_due(order, finding, now):
            order.note(replace(order.looks, proof_asked=now))
            self._deals.ask()
            self._read_again()

    def _is_absent(self, order: Order, finding: Finding) -> None:
        result, read = order.record.result, self._read_for(order)
        absent = not_filled_words(order.watched, result, self._registry.sight(), finding, read)
        self._tell(self.give_up(order, absent, Decider.TERMINAL))

    def give_up(self, order: Order, absent: Absent, decider: Decider) -> Step:
        """The order was not filled, by all that is known now: only what comes from here on could be late."""
        self._registry.look_from_now(order)
        return self._recorder.move(
            order,
            IntentState.FOUND_NOT_FILLED,
            f"{absent.text}{watching_words(order.watched, nets=is_netting(self._store))}",
            absent.severity,
            difference=absent.difference,
            decider=decider,
        )

    def _end_overwritten(self) -> None:
        """Changes of stops in doubt under which a later one was done."""
        for order in self._registry.orders():
            if (later := overwritten_by(order)) is None:
                continue
            self._tell(self.give_up(order, overwritten_words(later.record), Decider.TERMINAL))
            # Where both wanted the same, what stands so can't be told to be late work of this one.
            self._registry.overtake(later)

    # --- orders that were found not filled ---

    def _look_for_late(self, now: Instant) -> None:
        """Those on their way, and what was just settled, come first: what neither explains can be late."""
        lates = [order for order in self._registry.orders() if order.late]
        ahead = [order.watched for order in self._registry.orders() if not order.late]
        left = left_over(ahead, self._registry.sight())
        for order in lates:
            alike = [late.watched for late in lates if late is not order]
            finding, read = self._find(order, alike, left), self._read_for(order)
            self._ask(order, finding if isinstance(finding, Witnessed | StreamTold) else Unseen(), now)
            match finding:
                case Proven() if isinstance(self._find(order, alike + ahead, left), Proven):
                    self._is_late(order, finding)
                    return
                case Several(tickets=found) if is_late_doubt(order.watched, found, ahead, left, read):
                    self._is_ambiguous(order, Ambiguity(found))

    def _is_late(self, order: Order, sure: Proven) -> None:
        ticket = sure.found.ticket
        sight = self._registry.sight(ticket)
        self._registry.drop(order)
        came = self._first_seen.get(ticket or 0)
        if opens(order.record.intent) and came is not None and age_at(order, came) > SURELY_LATE_FOR:
            self._recorder.say(Severity.ERROR, maybe_late_words(order.record.intent, ticket))
            return
        self._registry.claim(order.record.intent, ticket)
        text = late_words(
            outcome_words(order.watched, order.record.result, sure, sight, self._read_for(order))[0],
            order.record.intent,
            order.record.difference,
        )
        found, clause = IntentState.FOUND_FILLED, sure.clause
        self._tell(self._recorder.move(order, found, text, Severity.ERROR, ticket=ticket, difference=clause))

    # --- time ---

    def _expire_keys(self, now: Instant) -> None:
        """A key whose age can't be told any more is never used again, whatever the clocks say later."""
        before, self._last_look = self._last_look, now
        if before is not None and (reason := clocks_distrust(before, now)) is not None:
            self._registry.spend_keys(reason)

    def _let_go(self, now: Instant) -> None:
        for order in self._registry.orders():
            state = order.record.state
            if order.late:
                is_over = watched_for(order, now) > WATCHED_FOR
                if is_over or not can_be_late(order.watched):
                    self._registry.drop(order)
            elif not state.is_open and state is not IntentState.DRAFTED:
                self._registry.drop(order)

    async def _run(self) -> None:
        try:
            while self._registry.by_id or self._told:
                self.look()
                await self._sleep(TICK)
        finally:
            self._is_running = False


def _is_newer(asked: Instant, than: Instant) -> bool:
    return asked.monotonic > than.monotonic
