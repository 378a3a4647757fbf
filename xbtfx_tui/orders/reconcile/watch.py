"""The watch over orders on their way: looks at positions and deals until each order's outcome is known.

It never sends anything. It costs nothing while no order is on its way. That time has passed is judged by the
monotonic clock alone: a machine that slept, or a clock that jumped, has not looked at anything meanwhile.
"""

from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.events import Loudness
from xbtfx_tui.domain.intents import Intent, OpenIntent, opens
from xbtfx_tui.domain.outcomes import Done, Filled, IntentRecord, IntentState, Reversed
from xbtfx_tui.domain.words import done_words
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.ports import Sleep
from xbtfx_tui.orders.reconcile.evidence import known_deals, look_in_deals
from xbtfx_tui.orders.reconcile.history import Deals
from xbtfx_tui.orders.reconcile.matching import (
    Found,
    Look,
    NotSeen,
    Several,
    Sight,
    Watched,
    before_send,
    can_be_late,
    is_of_its_kind,
    look,
    may_move_the_same,
    stands_alone,
)
from xbtfx_tui.orders.reconcile.patience import (
    PLACED_FOR,
    WATCHED_FOR,
    history_is_due,
    is_proven_absent,
    snapshot_is_due,
    waited,
)
from xbtfx_tui.orders.reconcile.words import (
    ambiguous_words,
    late_words,
    not_filled_words,
    nothing_words,
    placed_words,
    several_words,
)
from xbtfx_tui.orders.sending.resend import clocks_distrust
from xbtfx_tui.orders.teller import Teller
from xbtfx_tui.orders.views import deals_seen, is_netting, sight_of
from xbtfx_tui.store.store import Store

TICK = 0.1
_RECENT_FOR = 60.0
_ECHO_FOR = 10.0
_RECENT_KEPT = 20
_COMING = (IntentState.DRAFTED, IntentState.FILLED)
_DONE = (IntentState.FILLED, IntentState.FOUND_FILLED)
_LOOKED_FOR = (IntentState.PLACED, IntentState.UNKNOWN)

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Watch:
    """All orders on their way; those just done, until their work is on screen; and for a day those that were
    found not filled."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sleep: Sleep,
        read_again: Callable[[], None],
        deals: Deals,
        teller: Teller,
        spawn: Spawn,
        spawn_lasting: Spawn,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._read_again = read_again
        self._deals = deals
        self._teller = teller
        self._spawn = spawn
        self._spawn_lasting = spawn_lasting
        self._orders: dict[str, Order] = {}
        self._claimed: set[int] = set()
        self._recent: deque[Watched] = deque(maxlen=_RECENT_KEPT)
        self._first_seen: dict[int, float] = {}
        self._is_running = False
        self._last_look: Instant | None = None

    def orders(self) -> tuple[Order, ...]:
        return tuple(self._orders.values())

    def order(self, intent_id: str) -> Order | None:
        return self._orders.get(intent_id)

    def underway(self) -> tuple[IntentRecord, ...]:
        """The records whose outcome is still being learnt, or whose work is not on screen yet."""
        records = (order.record for order in self._orders.values())
        return tuple(record for record in records if record.state.is_open or record.state in _COMING)

    def sight(self) -> Sight:
        return sight_of(self._store, frozenset(self._claimed))

    def claim(self, intent: Intent, ticket: int | None) -> None:
        """This position is known to have been opened by the intent: no other order led to it."""
        if ticket is not None and opens(intent) and not self.sight().is_netting:
            self._claimed.add(ticket)

    def unseen(self) -> frozenset[str]:
        """The ids of the orders whose work, done or not, can't be seen in the positions yet."""
        return frozenset(order.id for order in self._orders.values() if not order.late)

    def add(self, order: Order) -> None:
        """Watch over an order from now on."""
        self._overtake(order)
        order.watched = replace(order.watched, done=(*order.watched.done, *self._counted()))
        self._orders[order.id] = order
        if not self._is_running:
            self._is_running = True
            self._last_look = None
            self._spawn_lasting(self._run())

    def begin_anew(self, order: Order) -> None:
        """An order that waited goes only now: what was seen until here is not its work."""
        self._overtake(order)
        order.after = ()
        order.watched = replace(order.watched, begun=self._clock.now())

    def _overtake(self, order: Order) -> None:
        for late in [other for other in self._orders.values() if other.late]:
            # From here on its ticket (or the net position) moves by this order's work as well.
            if may_move_the_same(late.record.intent, order.record.intent, is_netting=is_netting(self._store)):
                self.drop(late)

    def drop(self, order: Order) -> None:
        """Watch no more."""
        self._orders.pop(order.id, None)

    def trader_found(self, order: Order, ticket: int) -> Coroutine[Any, Any, None]:
        """The trader's word that the order was carried out, and led to this position."""
        self.drop(order)
        self.claim(order.record.intent, ticket)
        text = f"You decided that it became position {ticket}."
        told = self._teller.move(order, IntentState.FOUND_FILLED, text, Loudness.WARNING, ticket=ticket)
        self._count_off(order)
        return told

    # --- one look ---

    def look(self) -> None:
        """One look for every order; what it shows is taken further in a task."""
        now = self._clock.now()
        self._expire_keys(now)
        self._let_go(now)
        for order in self._orders.values():
            if isinstance(order.record.result, Filled | Reversed | Done):
                self._count_off(order)
        found: list[tuple[Order, Found]] = []
        patient: list[tuple[Order, Look]] = []
        sight = self.sight()
        self._first_seen = {t: self._first_seen.get(t, now.monotonic) for t in sight.positions}
        for order in self._orders.values():
            if not self._is_looked_for(order):
                continue
            seen = self._see(order, [o.watched for o in self._orders.values() if _rivals(o, order)], sight)
            if isinstance(seen, Several) and order.counted:
                seen = Found()  # it is known to be done: what moved is its work before any other's
            if isinstance(seen, Found):
                found.append((order, seen))
            else:
                patient.append((order, seen))
        for order, seen in found:
            self._is_found(order, seen)
        for order, seen in patient:
            self._be_patient(order, seen, sight, now)
        if not found:
            self._look_for_late(sight, now)

    def _is_looked_for(self, order: Order) -> bool:
        if order.record.state is IntentState.FILLED:
            return True
        return order.record.state in _LOOKED_FOR and not order.tries.in_flight

    def _see(self, order: Order, rivals: list[Watched], sight: Sight) -> Look:
        seen = look(order.watched, rivals, sight)
        read = self._deals.last
        if not isinstance(seen, NotSeen) or order.record.state is IntentState.FILLED or read is None:
            return seen
        if read.asked.monotonic <= order.looks.since.monotonic:
            return seen
        if sight.is_netting:
            begun = order.watched.begun.monotonic
            rivals += [recent for recent in self._recent if begun - recent.begun.monotonic < _RECENT_FOR]
        return look_in_deals(order.watched, rivals, read, sight)

    def _count_off(self, order: Order) -> None:
        """Its work is known to be done: no other order may take what it moved for its own."""
        alone = stands_alone(order.record.intent, is_netting=is_netting(self._store))
        if order.counted or alone or order.record.state not in _DONE:
            return
        order.counted = True
        for other in self._orders.values():
            if other is not order and not other.counted:
                other.watched = replace(other.watched, done=(*other.watched.done, order.watched))

    def _counted(self) -> tuple[Watched, ...]:
        return tuple(order.watched for order in self._orders.values() if order.counted)

    def _is_found(self, order: Order, seen: Found) -> None:
        self.drop(order)
        self.claim(order.record.intent, seen.ticket)
        if self.sight().is_netting:
            self._recent.append(order.watched)
        if order.record.state is IntentState.FILLED:
            return
        text = self._done(order, seen)
        self._spawn(
            self._teller.move(order, IntentState.FOUND_FILLED, text, Loudness.GOOD, ticket=seen.ticket)
        )
        self._count_off(order)

    def _done(self, order: Order, seen: Found) -> str:
        intent = order.record.intent
        text = done_words(intent, seen.price, seen.ticket)
        opened = isinstance(intent, OpenIntent) and seen.ticket is not None
        return f"{text} It is closed again." if opened and seen.ticket not in self._store.positions else text

    def _be_patient(self, order: Order, seen: Look, sight: Sight, now: Instant) -> None:
        """Nothing certain is to be seen: look further, and say so when that has taken too long."""
        if order.record.state is IntentState.FILLED:
            if not order.looks.reads:
                order.looks.reads = 1
                self._read_again()
            return
        self._note(order, seen, sight, now)
        self._ask(order, now)
        if waited(order, now) < PLACED_FOR:
            return
        move = self._teller.move
        if isinstance(seen, Several):
            words = ambiguous_words(seen.tickets)
            self._spawn(move(order, IntentState.AMBIGUOUS, words, Loudness.ERROR))
            order.looks.tickets = seen.tickets
        elif order.record.state is IntentState.PLACED:
            self._spawn(move(order, IntentState.UNKNOWN, placed_words(PLACED_FOR), Loudness.ERROR))
        elif is_proven_absent(order, now) and not self._may_yet_be_told(order, sight):
            self._is_absent(order)

    def _may_yet_be_told(self, order: Order, sight: Sight) -> bool:
        """Whether the stream has just told of a position of its kind that no snapshot was asked for since."""
        asked = sight.asked.monotonic if sight.asked is not None else float("-inf")
        return any(
            self._first_seen.get(ticket, asked) >= asked and is_of_its_kind(order.watched, position)
            for ticket, position in sight.positions.items()
            if ticket not in sight.claimed
        )

    def _note(self, order: Order, seen: Look, sight: Sight, now: Instant) -> None:
        """Count and tell what was looked at, once for each snapshot and each read of the history."""
        looks = order.looks
        several = several_words(seen.tickets) if isinstance(seen, Several) else None
        looks.tickets = seen.tickets if isinstance(seen, Several) else ()
        if several is not None:
            looks.clean = 0
        if sight.asked is not None and _is_newer(sight.asked, looks.snapshot or looks.since):
            looks.snapshot = sight.asked
            looks.clean += several is None
            looks.say(now, f"positions: {several or nothing_words(order.watched, sight.positions)}")
        read = self._deals.last
        if read is not None and _is_newer(read.asked, looks.deals or looks.since):
            looks.deals = read.asked
            looks.say(now, f"history: {several or 'no deal of it'}")

    def _ask(self, order: Order, now: Instant) -> None:
        if snapshot_is_due(order, now):
            order.looks.reads += 1
            self._read_again()
        if history_is_due(order, now):
            order.looks.histories += 1
            if self._deals.failed is not None and not order.late:
                order.looks.say(now, f"history: not read. {self._deals.failed}")
            self._deals.ask()

    def _is_absent(self, order: Order) -> None:
        text, loudness = not_filled_words(order.watched, self._store.positions)
        self._spawn(self.give_up(order, text, loudness))

    def give_up(self, order: Order, text: str, loudness: Loudness) -> Coroutine[Any, Any, None]:
        """The order was not filled, by all that is known now: only what comes from here on could be late."""
        intent = order.record.intent
        read = self._deals.last.deals if self._deals.last is not None else ()
        order.watched = replace(
            order.watched,
            before=before_send(intent, self._store.positions),
            beside=self.unseen() - {order.id},
            done=self._counted(),
            deals=order.watched.deals | known_deals(intent, (*deals_seen(self._store), *read)),
        )
        return self._teller.move(order, IntentState.FOUND_NOT_FILLED, text, loudness)

    # --- orders that were found not filled ---

    def _look_for_late(self, sight: Sight, now: Instant) -> None:
        lates = [order for order in self._orders.values() if order.late]
        others = [order.watched for order in self._orders.values() if not order.late]
        for order in lates:
            self._ask(order, now)
            alike = [late.watched for late in lates if late is not order]
            seen = self._see(order, alike, sight)
            match seen:
                case Found():
                    # An order on its way comes first: only what it leaves over can be late.
                    if isinstance(self._see(order, alike + others, sight), Found):
                        self._is_late(order, seen)
                        return
                case Several(tickets=tickets):
                    move = self._teller.move
                    self._spawn(move(order, IntentState.AMBIGUOUS, ambiguous_words(tickets), Loudness.ERROR))
                    order.looks.tickets = tickets
                case NotSeen():
                    pass

    def _is_late(self, order: Order, seen: Found) -> None:
        self.drop(order)
        self.claim(order.record.intent, seen.ticket)
        text = late_words(self._done(order, seen), order.record.intent)
        self._spawn(
            self._teller.move(order, IntentState.FOUND_FILLED, text, Loudness.ERROR, ticket=seen.ticket)
        )

    # --- time ---

    def _expire_keys(self, now: Instant) -> None:
        """A key whose age can't be told any more is never used again, whatever the clocks say later."""
        before, self._last_look = self._last_look, now
        if before is not None and (reason := clocks_distrust(before, now)) is not None:
            for order in self._orders.values():
                order.tries.never_again = order.tries.never_again or reason

    def _let_go(self, now: Instant) -> None:
        for order in list(self._orders.values()):
            state = order.record.state
            if state is IntentState.FILLED:
                self.claim(order.record.intent, order.record.ticket)
                seen = order.record.ticket in self._store.positions
                if seen or order.looks.since.age_at(now) > _ECHO_FOR:
                    self.drop(order)
            elif order.late:
                is_over = now.wall - order.watched.begun.wall > WATCHED_FOR
                if is_over or not can_be_late(order.watched):
                    self.drop(order)
            elif not state.is_open and state is not IntentState.DRAFTED:
                self.drop(order)

    async def _run(self) -> None:
        try:
            while self._orders:
                self.look()
                await self._sleep(TICK)
        finally:
            self._is_running = False


def _rivals(other: Order, order: Order) -> bool:
    """Whether what `order` looks for could as well be the other's work."""
    if other is order or other.late:
        return False
    # What is known to be done is counted off already, or known by its ticket.
    return not (
        other.counted or (other.record.state is IntentState.FILLED and other.record.ticket is not None)
    )


def _is_newer(asked: Instant, than: Instant) -> bool:
    return asked.monotonic > than.monotonic
