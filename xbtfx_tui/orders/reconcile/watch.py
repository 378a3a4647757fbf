"""The watch over orders on their way: looks at positions and deals until each order's outcome is known.

It never sends anything. It costs nothing while no order is on its way. That time has passed is judged by the
monotonic clock alone: a machine that slept, or a clock that jumped, has not looked at anything meanwhile.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.events import Loudness
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.outcomes import IntentState
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.ports import Sleep
from xbtfx_tui.orders.reconcile.evidence import Read, known_deals
from xbtfx_tui.orders.reconcile.finding import (
    NOT_LISTED,
    Finding,
    Nearly,
    Others,
    Proven,
    Witnessed,
    find,
    lacking_of,
    shown_by_list,
    tickets_of,
)
from xbtfx_tui.orders.reconcile.held import Sight, Watched
from xbtfx_tui.orders.reconcile.history import Deals
from xbtfx_tui.orders.reconcile.matching import NotSeen, Several, before_send, can_be_late, is_of_its_kind
from xbtfx_tui.orders.reconcile.order_registry import OrderRegistry
from xbtfx_tui.orders.reconcile.patience import (
    ACCEPTED_SAID_AFTER,
    PLACED_FOR,
    WATCHED_FOR,
    Ambiguity,
    ambiguity_of,
    difference_is_certain,
    history_is_due,
    is_proven_absent,
    proof_is_due,
    snapshot_is_due,
    waited,
)
from xbtfx_tui.orders.reconcile.proof import says_done
from xbtfx_tui.orders.reconcile.told_outcomes import ToldOutcomes
from xbtfx_tui.orders.reconcile.words import (
    again_there_words,
    doubt_words,
    grown_words,
    history_words,
    late_words,
    looked_words,
    not_filled_words,
    outcome_words,
    still_unknown_words,
)
from xbtfx_tui.orders.sending.resend import clocks_distrust
from xbtfx_tui.orders.teller import Teller
from xbtfx_tui.orders.views import deals_seen, is_netting, sight_of, unread_tickets
from xbtfx_tui.store.store import Store

TICK = 0.1
_DONE = (IntentState.FILLED, IntentState.FOUND_FILLED)
_LOOKED_FOR = (IntentState.PLACED, IntentState.UNKNOWN)

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Watch:
    """Looks for all orders of the registry, and tells what becomes of them."""

    def __init__(
        self,
        registry: OrderRegistry,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        read_again: Callable[[], None],
        deals: Deals,
        teller: Teller,
        spawn: Spawn,
        spawn_lasting: Spawn,
    ) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._read_again = read_again
        self._deals = deals
        self._teller = teller
        self._spawn = spawn
        self._spawn_lasting = spawn_lasting
        self._first_seen: dict[int, float] = {}
        self._told = ToldOutcomes()
        self._is_running = False
        self._last_look: Instant | None = None

    def sight(self) -> Sight:
        """What is held now, as far as an order can show by it."""
        symbols = {order.watched.intent_symbol for order in self._registry.orders()}
        tickets = {held.ticket for order in self._registry.orders() for held in order.watched.before}
        return sight_of(self._store, self._registry.claimed, symbols, tickets)

    def add(self, order: Order) -> None:
        """Watch over an order from now on."""
        self._registry.add(order)
        if order.request is not None:
            order.unread_before = unread_tickets(self._store)
        if not self._is_running:
            self._is_running = True
            self._last_look = None
            self._spawn_lasting(self._run())

    def begin_anew(self, order: Order) -> None:
        """An order that waited goes only now: what was seen until here is not its work."""
        self._registry.overtake(order)
        order.after = ()
        order.watched = replace(order.watched, begun=self._clock.now())

    def trader_found(self, order: Order, ticket: int) -> Coroutine[Any, Any, None]:
        """The trader's word that the order was carried out, and led to this position."""
        self._registry.drop(order)
        self._registry.claim(order.record.intent, ticket)
        text = f"You decided that it became position {ticket}."
        told = self._teller.move(order, IntentState.FOUND_FILLED, text, Loudness.WARNING, ticket=ticket)
        self._registry.count_off(order)
        return told

    def answered(self, order: Order) -> None:
        """Its answer is told: what bears it out is asked for and looked at now, not at the next beat."""
        if order.record.state in _LOOKED_FOR:
            self.look()

    # --- one look ---

    def look_at_news(self) -> None:
        """Look now, for something has come in."""
        if any(map(_is_looked_for, self._registry.orders())) or self._told:
            self.look()

    def look(self) -> None:
        """One look for every order; what it shows is taken further in a task."""
        now = self._clock.now()
        self._expire_keys(now)
        self._let_go(now)
        proven: list[tuple[Order, Proven]] = []
        patient: list[tuple[Order, Finding]] = []
        sight = self.sight()
        self._first_seen = {t: self._first_seen.get(t, now.monotonic) for t in sight.positions}
        for order in self._registry.orders():
            if not _is_looked_for(order):
                continue
            rivals = self._registry.rivals(order)
            finding = self._find(order, rivals, sight)
            if isinstance(finding, Proven):
                proven.append((order, finding))
            elif order.record.state is not IntentState.AMBIGUOUS:
                patient.append((order, finding))
        for order, sure in proven:
            self._is_found(order, sure)
        for order, finding in patient:
            self._be_patient(order, finding, sight, now)
        if not proven:
            self._look_for_late(sight, now)
        self._look_for_returned(now)

    def _find(self, order: Order, rivals: list[Watched], sight: Sight) -> Finding:
        looks = order.looks
        read = self._read_for(order)
        watched, result = order.watched, order.record.result
        late = () if order.late else self._registry.lates()
        others = Others(rivals, self._registry.just_done(watched.begun), late)
        finding = find(watched, result, others, sight, read, NOT_LISTED)
        if isinstance(finding, Proven) or sight.asked is None or not watched.is_after_send(sight.asked):
            return finding
        shown = shown_by_list(finding, watched, sight)
        if looks.listed_at is None or _is_newer(sight.asked, looks.listed_at):
            looks.count_list(shown, sight.asked)
        if shown is None or shown != looks.shown:
            return finding
        return find(watched, result, others, sight, read, looks.listed)

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
        self._registry.drop(order)
        self._registry.claim(order.record.intent, sure.found.ticket)
        result = order.record.result
        text, loudness = outcome_words(order.watched, result, sure, self.sight(), self._read_for(order))
        state = IntentState.FILLED if says_done(result) else IntentState.FOUND_FILLED
        told = self._teller.move(
            order, state, text, loudness, ticket=sure.found.ticket, difference=sure.clause
        )
        self._spawn(told)
        self._registry.is_done(order)
        self._told.note(order, sure, self._clock.now())

    def _look_for_returned(self, now: Instant) -> None:
        """A ticket that was told as closed and is there again: what was said of it was wrong."""
        if is_netting(self._store):
            return
        for grown in self._told.grown(self._store.positions, now):
            text = grown_words(grown.ticket, grown.volume, grown.asked)
            clause = None if grown.volume >= grown.asked else grown.order.record.difference
            state = grown.order.record.state
            self._spawn(self._teller.move(grown.order, state, text, Loudness.ERROR, difference=clause))
        for order, ticket in self._told.returned(self._store.positions, now):
            self._registry.take_back(order)
            text = again_there_words(ticket)
            self._spawn(self._teller.move(order, IntentState.UNKNOWN, text, Loudness.ERROR))

    def _be_patient(self, order: Order, finding: Finding, sight: Sight, now: Instant) -> None:
        """Nothing certain is to be seen: look further, and say so when that has taken too long."""
        self._note(order, finding, sight, now)
        self._ask(order, finding, now)
        self._say_accepted(order, now)
        order.looks.tickets = tickets_of(finding)
        if isinstance(finding, Nearly) and difference_is_certain(order, finding, now):
            near = finding.near
            self._is_found(order, Proven(near.found, near.difference, near.volume))
            return
        if waited(order, now) < PLACED_FOR:
            return
        if (doubt := ambiguity_of(finding, waited(order, now))) is not None:
            self._is_ambiguous(order, doubt)
        elif order.record.state is IntentState.PLACED:
            words = still_unknown_words(finding, order.record.result, PLACED_FOR)
            self._spawn(self._teller.move(order, IntentState.UNKNOWN, words, Loudness.ERROR))
        elif (
            isinstance(finding, NotSeen)
            and is_proven_absent(order, now)
            and not self._may_yet_be_told(order, sight)
        ):
            self._is_absent(order)

    def _say_accepted(self, order: Order, now: Instant) -> None:
        """An answer that says done is told once it is borne out, ordinarily at once; else as what it is."""
        told = order.looks.is_told or order.quiet
        if told or not says_done(order.record.result) or waited(order, now) < ACCEPTED_SAID_AFTER:
            return
        order.looks.is_told = True
        if order.record.state is IntentState.PLACED:
            self._teller.tell_again(order)

    def _is_ambiguous(self, order: Order, doubt: Ambiguity) -> None:
        words = doubt_words(doubt)
        self._spawn(self._teller.move(order, IntentState.AMBIGUOUS, words, Loudness.ERROR))
        order.looks.tickets, order.looks.waits_for_proof = doubt.tickets, doubt.one_witness

    def _may_yet_be_told(self, order: Order, sight: Sight) -> bool:
        """Whether the stream has just told of a position of its kind that no snapshot was asked for since."""
        asked = sight.asked.monotonic if sight.asked is not None else float("-inf")
        return any(
            self._first_seen.get(ticket, asked) >= asked
            and is_of_its_kind(order.watched, position, sight.grid(position.symbol))
            for ticket, position in sight.positions.items()
            if ticket not in sight.claimed
        )

    def _note(self, order: Order, finding: Finding, sight: Sight, now: Instant) -> None:
        """Count and tell what was looked at, once for each snapshot and each read of the history."""
        looks = order.looks
        veiled = sight.unread - order.unread_before if opens(order.record.intent) else frozenset()
        # A list that lacks what the order is about shows nothing of it, done or not.
        lacking = lacking_of(order.watched, order.record.result, sight, self._read_for(order), looks.listed)
        is_clean = isinstance(finding, NotSeen) and not veiled and not lacking
        looks.clean = looks.clean if is_clean else 0
        said = looked_words(finding, order.watched, sight.positions)
        if veiled:
            said += "; a row that came since can't be read, it may be this one"
        if lacking:
            said += f"; the list lacks {', '.join(map(str, lacking))}, not known to be closed"
        if sight.asked is not None and _is_newer(sight.asked, looks.snapshot or looks.since):
            looks.snapshot = sight.asked
            looks.clean += is_clean
            looks.say(now, f"positions: {said}")
        read = self._deals.last
        if read is not None and _is_newer(read.asked, looks.deals or looks.since):
            looks.deals = read.asked
            looks.say(now, f"history: {history_words(order.watched, read) if is_clean else said}")

    def _ask(self, order: Order, finding: Finding, now: Instant) -> None:
        looks = order.looks
        if snapshot_is_due(order, now):
            looks.reads += 1
            self._read_again()
        if history_is_due(order, now):
            looks.histories += 1
            if self._deals.failed is not None and not order.late:
                looks.say(now, f"history: not read. {self._deals.failed}")
            self._deals.ask()
        elif isinstance(finding, Witnessed | Nearly) and proof_is_due(order, now):
            looks.proof_asked = now
            self._deals.ask()
            self._read_again()

    def _is_absent(self, order: Order) -> None:
        text, loudness = not_filled_words(order.watched, self._store.positions, self._store.orders)
        self._spawn(self.give_up(order, text, loudness))

    def give_up(self, order: Order, text: str, loudness: Loudness) -> Coroutine[Any, Any, None]:
        """The order was not filled, by all that is known now: only what comes from here on could be late."""
        intent = order.record.intent
        read = self._deals.last.deals if self._deals.last is not None else ()
        order.watched = replace(
            order.watched,
            before=before_send(intent, self._store.positions, self._store.last_list),
            beside=self._registry.unseen() - {order.id},
            done=self._registry.counted(),
            deals=order.watched.deals | known_deals(intent, (*deals_seen(self._store), *read)),
        )
        return self._teller.move(order, IntentState.FOUND_NOT_FILLED, text, loudness)

    # --- orders that were found not filled ---

    def _look_for_late(self, sight: Sight, now: Instant) -> None:
        lates = [order for order in self._registry.orders() if order.late]
        others = [order.watched for order in self._registry.orders() if not order.late]
        for order in lates:
            alike = [late.watched for late in lates if late is not order]
            finding = self._find(order, alike, sight)
            self._ask(order, finding if isinstance(finding, Witnessed) else NotSeen(), now)
            match finding:
                case Proven():
                    # An order on its way comes first: only what it leaves over can be late.
                    if isinstance(self._find(order, alike + others, sight), Proven):
                        self._is_late(order, finding, sight)
                        return
                case Several(tickets=tickets):
                    self._is_ambiguous(order, Ambiguity(tickets))
                case _:
                    pass

    def _is_late(self, order: Order, sure: Proven, sight: Sight) -> None:
        self._registry.drop(order)
        ticket = sure.found.ticket
        self._registry.claim(order.record.intent, ticket)
        text = late_words(
            outcome_words(order.watched, order.record.result, sure, sight, self._read_for(order))[0],
            order.record.intent,
        )
        told = self._teller.move(
            order, IntentState.FOUND_FILLED, text, Loudness.ERROR, ticket=ticket, difference=sure.clause
        )
        self._spawn(told)

    # --- time ---

    def _expire_keys(self, now: Instant) -> None:
        """A key whose age can't be told any more is never used again, whatever the clocks say later."""
        before, self._last_look = self._last_look, now
        if before is not None and (reason := clocks_distrust(before, now)) is not None:
            for order in self._registry.orders():
                order.tries.never_again = order.tries.never_again or reason

    def _let_go(self, now: Instant) -> None:
        for order in self._registry.orders():
            state = order.record.state
            if order.late:
                is_over = now.wall - order.watched.begun.wall > WATCHED_FOR
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


def _is_looked_for(order: Order) -> bool:
    """Whether its outcome is looked for: also one the trader may decide, where a second witness may come."""
    state = order.record.state
    waits = state is IntentState.AMBIGUOUS and order.looks.waits_for_proof
    return (state in _LOOKED_FOR or waits) and not order.tries.in_flight


def _is_newer(asked: Instant, than: Instant) -> bool:
    return asked.monotonic > than.monotonic
