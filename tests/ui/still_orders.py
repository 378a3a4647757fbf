"""A desk for the still account: it takes every order, sends none, and has the doubts that a test gives it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from xbtfx_tui.domain.intents import CloseIntent, Intent
from xbtfx_tui.domain.login_state_owner import Keeping, KeptHere
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.store_events import (
    KillSwitchPressed,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
)
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.unknown_orders import Doubt, OnItsWay
from xbtfx_tui.store.store import Store


@dataclass
class StillDesk:
    """A desk that takes everything and sends nothing."""

    store: Store
    taken: list[Intent] = field(default_factory=list)
    refusals: tuple[Problem, ...] = ()
    judge: Callable[[Intent], tuple[Problem, ...]] = lambda _: ()
    ids: int = 0
    in_doubt: list[Doubt] = field(default_factory=list)
    sent: tuple[OnItsWay, ...] = ()
    moving_stops: frozenset[int] = frozenset()
    left: tuple[CloseIntent, ...] = ()
    sent_again: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    resolved: list[tuple[str, int | None]] = field(default_factory=list)
    said_done: list[str] = field(default_factory=list)
    said_done_so: list[str] = field(default_factory=list)
    kills: int = 0
    keeping: Keeping = field(default_factory=KeptHere)

    def new_intent_id(self) -> str:
        self.ids += 1
        return f"00000000-0000-4000-8000-{self.ids:012d}"

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        return (*self.judge(intent), *self.refusals)

    async def begun(self, intent_id: str) -> None:
        """Nothing is on its way."""

    def withdraw(self, intent_id: str) -> None:
        self.withdrawn.append(intent_id)

    def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
        self.taken.append(intent)
        return self.refusals

    def lock(self, reason: str) -> None:
        self.store.apply(TradingChanged(TradingLocked(reason)))

    def kill(self, reason: str) -> None:
        self.kills += 1
        self.store.apply(TradingChanged(TradingCloseOnly(reason)))
        self.store.apply(KillSwitchPressed())

    def unlock(self) -> str | None:
        self.store.apply(TradingChanged(TradingOpen()))
        return None

    def doubts(self) -> tuple[Doubt, ...]:
        return tuple(self.in_doubt)

    def on_their_way(self) -> tuple[OnItsWay, ...]:
        return self.sent

    def is_moving_stops(self, ticket: int) -> bool:
        return ticket in self.moving_stops

    def send_again(self, intent_id: str) -> str | None:
        self.sent_again.append(intent_id)
        return None

    async def resolve(self, intent_id: str, ticket: int | None) -> str | None:
        self.resolved.append((intent_id, ticket))
        self.in_doubt = [doubt for doubt in self.in_doubt if doubt.record.intent.intent_id != intent_id]
        return None

    async def resolve_done(self, intent_id: str, *, as_shown: bool = False) -> str | None:
        (self.said_done_so if as_shown else self.said_done).append(intent_id)
        self.in_doubt = [doubt for doubt in self.in_doubt if doubt.record.intent.intent_id != intent_id]
        return None

    def leftovers(self, intent_id: str) -> tuple[CloseIntent, ...]:
        return self.left
