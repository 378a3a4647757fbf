"""What the screen needs from the rest of the house, as one protocol: no socket, no client, no journal."""

from typing import Protocol

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.orders.problems import Problem
from xbtfx_tui.store.store import Store


class Desk(Protocol):
    """The order desk (orders.desk.OrderDesk), as far as the screen may use it."""

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted; spent by one `submit`."""

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now."""

    def submit(self, intent: Intent) -> tuple[Problem, ...]:
        """Hand the intent over; a blocking problem in the answer means that nothing happened."""

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on."""

    def unlock(self) -> str | None:
        """Let orders through, or a sentence that says why that can't be."""


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

    async def start(self) -> None:
        """Begin polling and streaming; returns at once."""

    async def stop(self) -> None:
        """End every task; what is in flight is finished or journaled first."""
