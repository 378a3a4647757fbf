"""The order desk: one intent in, one request out at most, and its story told until the outcome is known.

It belongs to the program, never to a dialog: what it has begun, no screen can cancel. It never sends an
intent twice and never guesses an outcome.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID, uuid4

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import Event, Trading
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.orders.guards import Limits, Problem


class Truth(Protocol):
    """The store, as far as the desk's own state goes."""

    @property
    def trading(self) -> Trading: ...

    def apply(self, event: Event) -> None: ...


class OrderDesk:
    """Takes intents from the screen and answers at once; the work goes on in the desk's own tasks.

    Progress arrives in the store as `IntentMoved` and `Said` events.
    """

    def __init__(
        self,
        store: Truth,
        clock: Clock,
        limits: Limits,
        read_again: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._read_again = read_again
        self._sleep = sleep
        self._new_id = new_id

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted: its idempotency key, spent by one `submit`."""
        return str(self._new_id())

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now; the ones that block come first. Cheap enough to
        be asked at every key."""
        raise NotImplementedError

    def submit(self, intent: Intent) -> tuple[Problem, ...]:
        """Hand the intent over. A blocking problem in the answer means that nothing happened; otherwise it
        is accepted (the answer holds warnings alone) and its id is spent."""
        raise NotImplementedError

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        raise NotImplementedError

    def unlock(self) -> str | None:
        """Let orders through; a sentence that says why where that can't be."""
        raise NotImplementedError

    async def start(self) -> None:
        """Open the journal and take up what an earlier run left open. Says what is wrong, never raises."""
        raise NotImplementedError

    async def finish(self, within: float) -> None:
        """Take no more orders, wait `within` seconds for those in flight, journal what is still open."""
        raise NotImplementedError

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on an unknown or ambiguous intent: it became this position, or (None) it
        was never executed. A sentence where the intent is not open to that."""
        raise NotImplementedError
