"""What the planner reads and what a batch sends through: no socket, no client, no clock of its own."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import msgspec

from xbtfx_tui.commands.chart_command_types import ShowChartAt
from xbtfx_tui.commands.command_types import ChangeLayout
from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.alerts import AlertBook, Condition
from xbtfx_tui.domain.armed_orders import ArmedOrder
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_origin import Origin
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.store.store import Store


class Judge(Protocol):
    """The order desk (orders.order_desk.OrderDesk), as far as a plan needs it: nothing is sent by it."""

    def new_intent_id(self) -> str:
        """An id for an intent that is being drafted; spent by one `submit`."""

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        """What stands against sending this intent now; what blocks comes first."""

    def is_moving_stops(self, ticket: int) -> bool:
        """Whether an order whose outcome is not known yet changes the stops of this ticket."""


class Taker(Protocol):
    """The order desk, as far as a batch needs it."""

    def submit(self, intent: Intent, origin: Origin) -> tuple[Problem, ...]:
        """Hand the intent over; a blocking problem in the answer means that nothing happened."""

    def withdraw(self, intent_id: str) -> None:
        """Let an order not go that still waits for an earlier one; any other goes on as it is."""


class PlanView(msgspec.Struct, frozen=True):
    """What a command is planned against, at one moment. Nothing of it is written to.

    `groups` are the names of the watchlist's groups and `group` is the one on screen; `trailed` are the
    tickets whose stops are trailed, None where that is not known. `no_trails` is why none is begun or ended
    in this terminal, `alerts_not_kept` that its alerts are of this run alone; None where neither is so.
    `alert_refusal` is why the terminal would not take an alert on a condition; None where it would, or where
    no terminal is there to tell. `layouts` are the names of the screen's layouts and `layout` the one it is
    laid out by; `layout_refusal` is why a change of them would not be taken, None where it would.
    `rules` are the orders that wait for a price, `rule_refusal` why one more would not be taken here (of
    None: none at all), None where it would; `day` is the clock that days are counted by.
    `chart_refusal` is why the screen has no place for a chart of that number, None where it has.
    """

    store: Store
    now: Instant
    desk: Judge
    alerts: AlertBook = AlertBook()
    groups: Sequence[str] = ()
    group: str | None = None
    trailed: Collection[int] | None = None
    no_trails: str | None = None
    alerts_not_kept: str | None = None
    alert_refusal: Callable[[Condition], str | None] = lambda _: None
    layouts: Sequence[str] = ()
    layout: str | None = None
    layout_refusal: Callable[[ChangeLayout], str | None] = lambda _: None
    rules: tuple[ArmedOrder, ...] = ()
    rule_refusal: Callable[[ArmEntry | None], str | None] = lambda _: None
    day: DayClock = UTC_CLOCK
    chart_refusal: Callable[[ShowChartAt], str | None] = lambda _: None
