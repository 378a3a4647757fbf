"""A trader at a dialog: opens it, types, reviews, confirms. The desk is a recorder with the real guards."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests.patience import PATIENCE
from tests.ui.keys_in_turn import waits_for_keys
from tests.ui.looks import A_LOOK
from tests.ui.still_changes import hold_only
from tests.ui.still_currency import StillCurrency
from tests.ui.still_orders import StillDesk
from tests.ui.still_proposals import still_proposals
from tests.ui.still_rules import MemoryRules
from tests.ui.still_trails import StillTrails
from xbtfx_tui.archive.candle_archive import NoArchive
from xbtfx_tui.automation.alert_repository import NoRepository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.positions import HistoryPeriod, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.quotes import Quote, to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    KeyRead,
    Message,
    OrdersRead,
    QuotesSeen,
    Severity,
    SpecRead,
    StreamUp,
    SymbolsRead,
    TradingChanged,
    TradingOpen,
    TrueWhile,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Problem, View
from xbtfx_tui.orders.guards.order_guards import guards
from xbtfx_tui.orders.order_desk import OrderDesk
from xbtfx_tui.rules.rule_keeper import RuleKeeper
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.colour_themes import OWN_THEMES, fallback_variables
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Words
from xbtfx_tui.ui.dialogs.order_dialog import OrderDialog
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.screen_options import DEFAULT_THEME
from xbtfx_tui.ui.terminal.key_turns import KeyTurns, has_its_turn

STYLES = Path(__file__).parents[2] / "styles" / "dialogs.tcss"
MONDAY_NOON = 1_704_110_400.0

EURUSD = SymbolSpec(
    name="EURUSD",
    digits=5,
    point=Decimal("0.00001"),
    contract_size=Decimal(100_000),
    description="Euro vs US Dollar",
    path="Forex\\Majors\\EURUSD",
    currency_base="EUR",
    currency_profit="USD",
    stops_level=10,
    volume_min=Decimal("0.01"),
    volume_max=Decimal(100),
    volume_step=Decimal("0.01"),
)
LONG = Position(
    184729, "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08000"), Decimal("1.08201"), sl=Decimal("1.07500")
)
SHORT = Position(184730, "EURUSD", Side.SELL, Decimal("0.30"), Decimal("1.08300"), Decimal("1.08213"))
PENDING = PendingOrder(
    200100, "EURUSD", OrderKind.BUY_LIMIT, Decimal("0.10"), Decimal("1.07000"), tp=Decimal("1.08000")
)


class HandClock:
    """A clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, MONDAY_NOON + self.seconds)


@dataclass
class RecordingDesk:
    """Judges by the real guards and keeps what it is handed; sends nothing."""

    store: Store
    clock: HandClock
    submitted: list[Intent] = field(default_factory=list)
    handed: int = 0
    refuses: tuple[Problem, ...] = ()
    ids: int = 0

    def is_moving_stops(self, ticket: int) -> bool:
        return False

    def new_intent_id(self) -> str:
        self.ids += 1
        return f"intent-{self.ids}"

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        now = self.clock.now()
        symbol = getattr(intent, "symbol", "")
        spec, slot = self.store.specs.get(symbol), self.store.slot(symbol)
        quoted = spec is not None and slot is not None
        fresh = self.store.freshness(symbol, now)
        view = View(
            trading=self.store.trading,
            key=self.store.key,
            account=self.store.account,
            spec=spec,
            bid=to_decimal(slot.quote.bid, spec.digits) if quoted and spec and slot else None,
            ask=to_decimal(slot.quote.ask, spec.digits) if quoted and spec and slot else None,
            distrust=None if isinstance(fresh, Fresh) else "the stream is quiet",
            positions=self.store.positions,
            orders=self.store.orders,
            rate=self.store.rate,
            day_result=Decimal(0),
            taken=(),
            underway=(),
            spent=any(one.intent_id == intent.intent_id for one in self.submitted),
        )
        return guards(intent, view, NO_LIMITS, now)

    async def begun(self, intent_id: str) -> None:
        """Nothing is on its way."""

    def withdraw(self, intent_id: str) -> None:
        """None waits for another."""

    def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
        self.handed += 1
        problems = self.refuses or self.problems(intent)
        if not any(problem.blocks for problem in problems):
            self.submitted.append(intent)
        return problems


class StandInBackend:
    """A real store, a recording desk and a list of what was asked for."""

    limits = NO_LIMITS

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)
        self.recorder = RecordingDesk(self.store, self.clock)
        self.specs_asked: list[str] = []
        self.trails = StillTrails(self.store)
        self.alerts = AlertKeeper(self.store, self.clock, NoRepository(), self.store.apply)
        self.rules = RuleKeeper(self.store, StillDesk(self.store), MemoryRules(), self.clock)
        self.currency = StillCurrency(self.store)
        self.proposals = still_proposals(self)
        self.candles = NoArchive()

    @property
    def desk(self) -> OrderDesk:
        return cast("OrderDesk", self.recorder)

    def need_spec(self, symbol: str) -> None:
        self.specs_asked.append(symbol)

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None: ...

    def read_history(self, period: HistoryPeriod) -> None: ...
    def need_history(self, period: HistoryPeriod) -> None: ...

    def try_stream_now(self) -> bool:
        return False

    def read_again(self) -> None: ...

    def say(self, severity: Severity, sentence: str, true_while: TrueWhile | None = None) -> None:
        self.store.apply(Message(self.clock.now().wall, severity, sentence, true_while))

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Desktop(App[None]):
    """Nothing but a place for a dialog."""

    CSS_PATH = STYLES

    def __init__(self, clock: HandClock | None = None) -> None:
        super().__init__()
        hand = clock or HandClock()
        self.key_turns = KeyTurns(self, super().on_event, lambda: hand.now().monotonic)

    async def on_event(self, event: events.Event) -> None:
        if has_its_turn(event):
            await self.key_turns.take(event)
        else:
            await super().on_event(event)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return fallback_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Static("behind")

    def on_mount(self) -> None:
        for theme in OWN_THEMES:
            self.register_theme(theme)
        self.theme = DEFAULT_THEME


class Trader:
    """What a trader does and sees. Every wait is for a condition."""

    def __init__(self, backend: StandInBackend, app: Desktop, pilot: Pilot[None]) -> None:
        self.backend = backend
        self.app = app
        self.pilot = pilot
        self.results: list[Any] = []

    # --- the market ---

    def sees_quote(self, bid: float, ask: float, symbol: str = "EURUSD") -> None:
        self.backend.store.apply(QuotesSeen((Quote(symbol, bid, ask),), self.backend.clock.now()))

    def learns_spec(self, spec: SymbolSpec = EURUSD) -> None:
        self.backend.store.apply(SpecRead(spec, self.backend.clock.now()))

    def holds(self, *positions: Position) -> None:
        hold_only(self.backend.store, *positions)

    def has_pending(self, *orders: PendingOrder) -> None:
        self.backend.store.apply(OrdersRead(orders, self.backend.store.mark()))

    def lists(self, *symbols: SymbolRow) -> None:
        self.backend.store.apply(SymbolsRead(symbols))

    def waits(self, seconds: float) -> None:
        """Time passes; nothing else happens."""
        self.backend.clock.seconds += seconds

    # --- the hands ---

    async def opens(self, dialog: Screen[Any]) -> None:
        await self.app.push_screen(dialog, self.results.append)
        await self.until(lambda: dialog.focused is not None)
        await self.pilot.pause()

    async def opens_ticket(self, side: str = "buy", volume: str = "0.10") -> None:
        await self.opens(OrderTicket(self.backend, "EURUSD", Side(side), Decimal(volume)))

    async def presses(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def types(self, text: str) -> None:
        await self.bursts(*text)

    async def bursts(self, *keys: str) -> None:
        """Keys that arrive all at once, as a slow line delivers them."""
        for key in keys:
            self.app.simulate_key(key)
        await self.pilot.pause()

    async def reviews(self) -> None:
        """Enter, and look at the words for longer than the review is deaf."""
        await self.presses("enter")
        assert self.is_reviewing, f"no review: {self.reads()}"
        self.waits(A_LOOK)

    async def confirms(self, after: float = A_LOOK) -> None:
        """Enter, as a person presses it: a look after the last key."""
        latest = self.app.key_turns.strokes.latest
        self.waits(max(0.0, after - (0.0 if latest is None else self.backend.clock.seconds - latest.at)))
        await self.presses("enter")

    async def until(self, condition: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until it is so; fail with what is on screen where it never is."""
        async with asyncio.timeout(within):
            while not condition():
                await self.pilot.pause(0.01)

    # --- the eyes ---

    @property
    def dialog(self) -> OrderDialog:
        screen = self.app.screen
        assert isinstance(screen, OrderDialog), screen
        return screen

    @property
    def is_open(self) -> bool:
        return len(self.app.screen_stack) > 1

    @property
    def is_reviewing(self) -> bool:
        return self.is_open and self.app.focused is not None and self.app.focused.id == "review"

    @property
    def focus(self) -> str:
        """The name of the field that has the focus."""
        focused = self.app.focused
        assert focused is not None
        assert focused.parent is not None
        return focused.parent.id or ""

    @property
    def sent(self) -> list[Intent]:
        return self.backend.recorder.submitted

    @property
    def title(self) -> str:
        """The frame's title as it is read."""
        return Content.from_markup(self.app.screen.query_one("#frame").border_title or "").plain

    def field(self, name: str) -> str:
        return self.dialog.query_one(f"#{name}", Field).text

    def note(self, name: str) -> str:
        """What is said beside a field."""
        return self.dialog.query_one(f"#{name}", Field).said

    def reads(self, part: str = "") -> str:
        """The words of one part of the dialog, or of all of them."""
        parts = [part] if part else ["headline", "facts", "general", "review", "hint"]
        said = [self.dialog.query_one(f"#{name}", Words).said for name in parts]
        return "\n".join(one for one in said if one)


def ready_backend(mode: MarginMode = MarginMode.HEDGING, currency: str | None = "USD") -> StandInBackend:
    """A live EURUSD at 1.08201/1.08213, trading open, 10,000 in the account at 1:100."""
    backend = StandInBackend()
    store, now = backend.store, backend.clock.now()
    ten_thousand = Decimal(10_000)
    store.apply(KeyRead(KeyStatus(1, "standard", "active", frozenset(Permission), mode)))
    store.apply(
        AccountRead(
            Account(1, ten_thousand, ten_thousand, Decimal(0), ten_thousand, Decimal(0), 100, mode, currency),
            now,
        )
    )
    store.apply(StreamUp(Dialect.CURRENT))
    store.apply(TradingChanged(TradingOpen()))
    store.apply(SpecRead(replace(EURUSD, bid=1.08201, ask=1.08213), now))
    return backend


@asynccontextmanager
async def a_trader(
    backend: StandInBackend | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Trader]:
    """A trader before an empty screen."""
    stand_in = backend or ready_backend()
    app = Desktop(stand_in.clock)
    async with app.run_test(size=size) as pilot:
        waits_for_keys(pilot)
        yield Trader(stand_in, app, pilot)
