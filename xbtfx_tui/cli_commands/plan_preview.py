"""Plans held before the order desk's guards as they will be once the trader has said yes. Sends nothing.

The desk itself is locked until then, and would say nothing but that.
"""

from uuid import uuid4

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import Intent, ModifyIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.orders.guards.guard_types import Limits, Problem
from xbtfx_tui.orders.guards.order_guards import guards
from xbtfx_tui.orders.store_views import view_of
from xbtfx_tui.store.store import Store


class Preview:
    """What the planner asks instead of the desk (planning.ports.Judge)."""

    def __init__(self, store: Store, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    def new_intent_id(self) -> str:
        return str(uuid4())

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against the order apart from that trading is locked. The desk asks all of it again."""
        now, underway = self._clock.now(), self._underway()
        view = view_of(self._store, intent, now, (), underway, spent=False, day=self._limits.day)
        return guards(intent, replace(view, trading=TradingOpen()), self._limits, now)

    def is_moving_stops(self, ticket: int) -> bool:
        """Whether an earlier order, whose outcome is not known yet, changes the stops of this ticket."""
        moving = (record.intent for record in self._underway())
        return any(isinstance(intent, ModifyIntent) and intent.ticket == ticket for intent in moving)

    def _underway(self) -> list[IntentRecord]:
        return [record for record in self._store.intents.values() if record.state.is_open]
