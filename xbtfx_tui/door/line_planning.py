"""A peer's line understood and planned as the terminal's own command line does it. It sends nothing."""

from collections.abc import Callable, Sequence
from typing import Protocol

from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.armed_orders import ArmedOrder
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.trailing_stop import TrailingStop
from xbtfx_tui.planning.plan_types import NeedsSymbols, Planned
from xbtfx_tui.planning.planner import plan
from xbtfx_tui.planning.ports import Judge, PlanView
from xbtfx_tui.store.store import Store

_ASKS_EVERY = 3.0
"""Seconds between two requests for the spec and price of a symbol that a line needs."""
_MOST_ASKED = 20
"""Symbols that are asked for in so long a time: what scripts want of the key's weight has a bound."""


class TrailList(Protocol):
    """The trailing stops (automation.trailing_engine.Trailer), as far as a plan needs them."""

    def trails(self) -> Sequence[TrailingStop]: ...

    @property
    def elsewhere(self) -> str | None: ...


class ArmedList(Protocol):
    """The orders that wait for a price (rules.rule_keeper.RuleKeeper), as far as a plan needs them."""

    @property
    def orders(self) -> tuple[ArmedOrder, ...]: ...

    def refusal(self, command: ArmEntry | None) -> str | None: ...


class LinePlanning:
    """One per account. It reads what is there; what is lacking is asked for by `need_spec`, seldom."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Judge,
        alerts: AlertKeeper,
        trails: TrailList,
        need_spec: Callable[[str], None],
        armed: ArmedList,
        day: DayClock = UTC_CLOCK,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._alerts = alerts
        self._trails = trails
        self._need_spec = need_spec
        self._armed = armed
        self._day = day
        self._asked: dict[str, float] = {}

    def understand(self, line: str) -> Command | Mistake:
        """The command that the line means, by the symbols of this account."""
        held = (position.symbol for position in self._store.positions.values())
        return parse(line, Known(frozenset((*self._store.symbols, *held))))

    def plan(self, command: Command) -> Planned:
        """What it comes to now."""
        view = PlanView(
            self._store,
            self._clock.now(),
            self._desk,
            self._alerts.book,
            trailed=frozenset(trail.ticket for trail in self._trails.trails()),
            no_trails=self._trails.elsewhere,
            alerts_not_kept=self._alerts.elsewhere,
            alert_refusal=self._alerts.refusal,
            rules=self._armed.orders,
            rule_refusal=self._armed.refusal,
            day=self._day,
        )
        planned = plan(command, view)
        if isinstance(planned, NeedsSymbols):
            for symbol in planned.symbols:
                self._ask_for(symbol, view.now.monotonic)
        return planned

    def _ask_for(self, symbol: str, now: float) -> None:
        recent = {one: at for one, at in self._asked.items() if now - at < _ASKS_EVERY}
        if symbol not in recent and len(recent) < _MOST_ASKED:
            recent[symbol] = now
            self._need_spec(symbol)
        self._asked = recent
