"""What the screen needs from the rest of the house, as one protocol: no socket, no client, no journal."""

from typing import Protocol

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import Loudness
from xbtfx_tui.domain.intents import CloseIntent, Intent
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.orders.doubts import Doubt
from xbtfx_tui.orders.guards.problems import Problem
from xbtfx_tui.store.store import Store


class Desk(Protocol):
    """The order desk (orders.desk.OrderDesk), as far as the screen may use it."""

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted; spent by one `submit`."""

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now."""

    def submit(self, intent: Intent) -> tuple[Problem, ...]:
        """Hand the intent over; a blocking problem in the answer means that nothing happened."""

    async def begun(self, intent_id: str) -> None:
        """Wait until an order that was handed over begins to be written, or is not going to be."""

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on."""

    def kill(self, reason: str) -> None:
        """Refuse whatever opens a position from now on; closing stays possible. `reason` is a clause."""

    def unlock(self) -> str | None:
        """Let orders through, or a sentence that says why that can't be."""

    def doubts(self) -> tuple[Doubt, ...]:
        """The orders whose outcome nobody knows, oldest first. Cheap."""

    def send_again(self, intent_id: str) -> str | None:
        """Send an unknown order once more with its own key; a sentence where that may not be."""

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        """The trader's own word on a doubt: it became this position, or (None) it was never executed."""

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        """What a bulk close left open, each as an intent to close it; nothing is sent."""


class Backend(Protocol):
    """One account, live or paper, with everything that keeps it true.

    The screen reads `store` and never writes to it; it hands intents to `desk`.
    """

    @property
    def store(self) -> Store: ...

    @property
    def desk(self) -> Desk: ...

    @property
    def clock(self) -> Clock: ...

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        """Say which symbols are on screen and whose depth is shown; subscriptions follow."""

    def need_spec(self, symbol: str) -> None:
        """Ask for a symbol's spec and a fresh price by REST; it arrives in the store."""

    def read_history(self, period: HistoryPeriod) -> None:
        """Ask for the deals of a period; they arrive in the store."""

    def read_again(self) -> None:
        """Ask for positions, orders and account now instead of at the next poll."""

    def say(self, loudness: Loudness, sentence: str) -> None:
        """Put a sentence of the screen's own into Messages and the notice line; already safe to show."""

    async def start(self) -> None:
        """Begin polling and streaming; returns at once."""

    async def stop(self) -> None:
        """End every task; what is in flight is finished or journaled first."""
