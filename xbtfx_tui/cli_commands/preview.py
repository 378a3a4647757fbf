"""Plans held before the order desk's guards as they will be once the trader has said yes. Sends nothing.

The desk itself is locked until then, and would say nothing but that.
"""

from uuid import uuid4

from msgspec.structs import replace

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import TradingOpen
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.orders.guards.problems import Limits, Problem
from xbtfx_tui.orders.guards.rules import guards
from xbtfx_tui.orders.views import view_of
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
        now = self._clock.now()
        underway = [record for record in self._store.intents.values() if record.state.is_open]
        view = view_of(self._store, intent, now, (), underway, spent=False)
        return guards(intent, replace(view, trading=TradingOpen()), self._limits, now)
