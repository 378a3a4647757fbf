"""An account that commands are planned against: a store filled by hand, the real guards, nothing sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_life import PRICES, SPECS, StillClock, account, orders, positions
from xbtfx_tui.commands.grammar import Known, Mistake, parse
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    KeyRead,
    OrdersRead,
    PositionsRead,
    QuotesSeen,
    SpecRead,
    StreamUp,
    TradingChanged,
    TradingOpen,
)
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Limits, Problem
from xbtfx_tui.orders.guards.order_guards import guards
from xbtfx_tui.orders.store_views import view_of
from xbtfx_tui.planning.plan_types import Plan, Planned, PlanRefusal
from xbtfx_tui.planning.planner import PlanView, plan
from xbtfx_tui.store.store import Store

D = Decimal


@dataclass
class GuardedDesk:
    """The desk's ids and guards; it takes nothing."""

    store: Store
    clock: StillClock
    limits: Limits = NO_LIMITS
    ids: int = 0
    also: tuple[Problem, ...] = ()
    moving_stops: frozenset[int] = frozenset()

    def new_intent_id(self) -> str:
        self.ids += 1
        return f"00000000-0000-4000-8000-{self.ids:012d}"

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        now = self.clock.now()
        view = view_of(self.store, intent, now, (), (), spent=False)
        return (*guards(intent, view, self.limits, now), *self.also)

    def is_moving_stops(self, ticket: int) -> bool:
        return ticket in self.moving_stops


@dataclass
class PlanAccount:
    """The account, and what a typed command comes to on it."""

    store: Store
    clock: StillClock
    desk: GuardedDesk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = GuardedDesk(self.store, self.clock)

    def view(self, **more: object) -> PlanView:
        return replace(PlanView(self.store, self.clock.now(), self.desk), **more)

    def comes_to(self, text: str, **more: object) -> Planned:
        command = parse(text, Known(self.store.specs))
        assert not isinstance(command, Mistake), command.sentence
        return plan(command, self.view(**more))

    def plans(self, text: str) -> Plan:
        planned = self.comes_to(text)
        assert isinstance(planned, Plan), planned
        return planned

    def refuses(self, text: str, **more: object) -> str:
        planned = self.comes_to(text, **more)
        assert isinstance(planned, PlanRefusal), planned
        return planned.sentence

    def quote(self, symbol: str, bid: float, ask: float) -> None:
        self.store.apply(QuotesSeen((Quote(symbol, bid, ask),), self.clock.now()))

    def holds(self, *held: Position) -> None:
        self.store.apply(PositionsRead(held, self.store.mark()))


def an_account(
    held: Iterable[Position] | None = None,
    *,
    mode: MarginMode = MarginMode.HEDGING,
    figures: Account | None = None,
    specs: Iterable[SymbolSpec] = SPECS,
    pending: Iterable[PendingOrder] | None = None,
    quoted: Iterable[str] = tuple(PRICES),
    is_read: bool = True,
) -> PlanAccount:
    """Connected, open for trading, at the still prices; it holds what still_life does unless told so. Without
    any position no margin is in use, unless `figures` say so.

    `is_read` False: positions, orders and account were not read so far.
    """
    clock = StillClock()
    store = Store(clock)
    both = frozenset({Permission.TRADE, Permission.READ})
    store.apply(KeyRead(KeyStatus(50012345, "standard", "active", both, mode)))
    for spec in specs:
        store.apply(SpecRead(spec, clock.now()))
    store.apply(StreamUp(Dialect.CURRENT))
    one = PlanAccount(store, clock)
    for symbol in quoted:
        one.quote(symbol, *PRICES[symbol])
    if is_read:
        holds = tuple(positions() if held is None else held)
        one.holds(*holds)
        told = figures or (account() if holds else replace(account(), margin=Decimal(0)))
        store.apply(AccountRead(replace(told, margin_mode=mode), clock.now()))
        store.apply(OrdersRead(tuple(orders() if pending is None else pending), store.mark()))
    store.apply(TradingChanged(TradingOpen()))
    return one


def a_position(
    ticket: int,
    symbol: str,
    side: Side,
    volume: str,
    opened: str,
    now: str,
    profit: str = "0",
    sl: str | None = None,
) -> Position:
    stop = None if sl is None else D(sl)
    return Position(ticket, symbol, side, D(volume), D(opened), D(now), stop, None, D(profit))
