"""The watch over orders on their way: looks at the positions until each order's outcome is seen.

It never sends anything. It costs nothing while no order is on its way.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.events import Loudness
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.domain.words import done_words
from xbtfx_tui.orders.viewing import sight_of
from xbtfx_tui.orders.watching import Found, Several, Watched, look
from xbtfx_tui.store.store import Store

TICK = 0.1
READ_AGAIN_AT = (0.5, 2.0, 5.0, 10.0, 20.0)
PLACED_FOR = 30.0
"""Seconds after which a placed order that was not seen is unknown (order-safety's table)."""
_RIVAL_FOR = 60.0
_ECHO_FOR = 10.0
_WATCHED_FOR = 24 * 3600.0
_LOOKED_FOR = frozenset({IntentState.PLACED, IntentState.UNKNOWN})


class Order:
    """An order the desk has taken: its record so far, and since when it is in its state.

    `may_be_sent` is True once a byte of it may have left. `reads` counts the snapshots asked for in a state.
    """

    __slots__ = ("may_be_sent", "reads", "record", "since", "watched")

    def __init__(self, watched: Watched, record: IntentRecord) -> None:
        self.watched = watched
        self.record = record
        self.since = watched.begun
        self.reads = 0
        self.may_be_sent = False

    def step(
        self,
        now: Instant,
        state: IntentState,
        text: str,
        result: Result | None = None,
        ticket: int | None = None,
    ) -> StoryLine:
        """Take the record a step further; the new line of its story."""
        line = StoryLine(now.wall, state, text)
        if state is not self.record.state:
            self.since, self.reads = now, 0
        self.record = replace(
            self.record,
            state=state,
            story=(*self.record.story, line),
            result=result if result is not None else self.record.result,
            ticket=ticket if ticket is not None else self.record.ticket,
        )
        return line


class Move(Protocol):
    """How an order is taken further: its record at once, the journal and the screen by the coroutine."""

    def __call__(
        self,
        order: Order,
        state: IntentState,
        text: str,
        loudness: Loudness,
        *,
        result: Result | None = None,
        ticket: int | None = None,
    ) -> Coroutine[Any, Any, None]: ...


class Watch:
    """All orders on their way, and for a while those just done, whose work is not on screen yet."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        read_again: Callable[[], None],
        move: Move,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        spawn_lasting: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._read_again = read_again
        self._move = move
        self._spawn = spawn
        self._spawn_lasting = spawn_lasting
        self._orders: dict[str, Order] = {}
        self._claimed: set[int] = set()
        self._is_running = False

    def orders(self) -> tuple[Order, ...]:
        return tuple(self._orders.values())

    def underway(self) -> tuple[IntentRecord, ...]:
        """The records whose outcome is still being learnt, or whose work is not on screen yet."""
        return tuple(
            order.record
            for order in self._orders.values()
            if not self._is_echo(order) or order.record.state is IntentState.FILLED
        )

    def add(self, order: Order) -> None:
        """Watch over an order from now on."""
        self._orders[order.record.intent.intent_id] = order
        if not self._is_running:
            self._is_running = True
            self._spawn_lasting(self._run())

    def drop(self, order: Order) -> None:
        """Watch no more."""
        self._orders.pop(order.record.intent.intent_id, None)

    def take(self, intent_id: str) -> Order | None:
        """Hand out an order that is unknown or ambiguous, to be decided elsewhere."""
        order = self._orders.get(intent_id)
        if order is None or order.record.state not in (IntentState.UNKNOWN, IntentState.AMBIGUOUS):
            return None
        return self._orders.pop(intent_id)

    def look(self) -> None:
        """One look at the positions for every order; what it shows is taken further in a task."""
        now = self._clock.now()
        self._let_go(now)
        sight = sight_of(self._store, frozenset(self._claimed))
        found: list[tuple[Order, Found]] = []
        for order in self._orders.values():
            if order.record.state not in _LOOKED_FOR and not self._is_echo(order):
                continue
            rivals = [other.watched for other in self._orders.values() if self._rivals(other, order)]
            seen = look(order.watched, rivals, sight)
            if isinstance(seen, Found):
                found.append((order, seen))
            elif self._is_echo(order):
                if not order.reads:
                    order.reads = 1
                    self._read_again()
            else:
                self._be_patient(order, seen.tickets if isinstance(seen, Several) else (), now)
        for order, seen in found:
            self.drop(order)
            if seen.ticket is not None and not sight.is_netting:
                self._claimed.add(seen.ticket)
            if not self._is_echo(order):
                intent = order.record.intent
                text = done_words(intent, seen.price, seen.ticket)
                self._spawn(
                    self._move(order, IntentState.FOUND_FILLED, text, Loudness.GOOD, ticket=seen.ticket)
                )

    def _be_patient(self, order: Order, tickets: tuple[int, ...], now: Instant) -> None:
        """Nothing certain is to be seen: ask for snapshots, and tell the trader when it takes too long."""
        waited = order.since.age_at(now)
        if order.reads < len(READ_AGAIN_AT) and waited >= READ_AGAIN_AT[order.reads]:
            order.reads += 1
            self._read_again()
        if waited < PLACED_FOR:
            return
        if tickets:
            named = ", ".join(str(ticket) for ticket in tickets)
            text = f"Not certain: more than one order and position could belong together ({named})."
            self._spawn(self._move(order, IntentState.AMBIGUOUS, text, Loudness.ERROR))
        elif order.record.state is IntentState.PLACED:
            text = (
                f"Unknown: accepted, but not seen in the positions for {PLACED_FOR:.0f} s. "
                "Do not send it again; the positions are still being watched."
            )
            self._spawn(self._move(order, IntentState.UNKNOWN, text, Loudness.ERROR))

    def _rivals(self, other: Order, order: Order) -> bool:
        """Whether what `order` looks for could as well be the other's work."""
        if other is order:
            return False
        in_doubt = other.record.state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS)
        # The bridge gives up at 7 s: what was in doubt long before this order began has no part in it.
        return not (in_doubt and other.watched.begun.age_at(order.watched.begun) > _RIVAL_FOR)

    def _is_echo(self, order: Order) -> bool:
        return not order.record.state.is_open and order.record.state is not IntentState.DRAFTED

    def _let_go(self, now: Instant) -> None:
        for order in list(self._orders.values()):
            age = order.since.age_at(now)
            if self._is_echo(order):
                if order.record.ticket is not None and not self._is_netting():
                    self._claimed.add(order.record.ticket)
                was_done = order.record.state is IntentState.FILLED
                if not was_done or age > _ECHO_FOR:
                    self.drop(order)
            elif age > _WATCHED_FOR:
                self.drop(order)

    def _is_netting(self) -> bool:
        return sight_of(self._store, frozenset()).is_netting

    async def _run(self) -> None:
        try:
            while self._orders:
                self.look()
                await self._sleep(TICK)
        finally:
            self._is_running = False
