"""A terminal with alerts and no screen: a store, the keeper, and a clock that goes when told."""

import asyncio
from collections.abc import Callable
from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_life import SPECS, WALL, account
from xbtfx_tui.automation.alert_repository import KeptBook, NoRepository, Repository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.alerts import (
    AlertBook,
    Direction,
    Fired,
    PriceAlert,
)
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.login_state_owner import Keeping, KeptHere
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    Event,
    PositionsRead,
    QuotesSeen,
    Severity,
    SpecRead,
    StreamDown,
    StreamUp,
)
from xbtfx_tui.store.store import Store

D = Decimal
ABOVE, BELOW = Direction.ABOVE, Direction.BELOW
RISE = PriceAlert("EURUSD", ABOVE, D("1.0900"))
FALL = PriceAlert("EURUSD", BELOW, D("1.0800"))
LOGIN = 50012345
LOST = StreamDown("connection reset", 1.0)
UP = StreamUp(Dialect.CURRENT)


class MemoryRepository:
    """Keeps in memory; refuses to write while `broken` says why."""

    def __init__(self) -> None:
        self.book = AlertBook()
        self.trouble: str | None = None
        self.saved: list[AlertBook] = []
        self.broken: str | None = None

    def load(self, login: int, *, repairs: bool) -> KeptBook:
        return self

    def save(self, login: int, book: AlertBook) -> str | None:
        assert login == LOGIN
        self.saved.append(book)
        return self.broken


class Terminal:
    """A store with its alerts, and a clock that goes when told."""

    def __init__(self, shelf: Repository | None = None, keeping: Keeping | None = None) -> None:
        self.keeping = keeping or KeptHere()
        self.seconds = 1_000.0
        self.store = Store(self)
        self.subscribed: list[frozenset[str]] = []
        self.alerts = AlertKeeper(
            self.store,
            self,
            shelf or NoRepository(),
            self.store.apply,
            lambda: self.subscribed.append(self.alerts.symbols),
            lambda: self.keeping,
        )
        for spec in SPECS:
            self.store.apply(SpecRead(replace(spec, bid=0.0, ask=0.0), self.now()))
        self.meets(UP)

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, WALL + self.seconds)

    def meets(self, event: Event) -> None:
        """An event of the stream, as the account hands it on."""
        for part in self.alerts.in_parts(event):
            self.store.apply(part)
            self.alerts.on_event(part)

    def sees(self, bid: float, ask: float | None = None, symbol: str = "EURUSD") -> None:
        self.meets(QuotesSeen((Quote(symbol, bid, ask if ask is not None else bid + 0.0001),), self.now()))

    def moves_to(self, bid: float, ask: float | None = None) -> None:
        """The price jumps there, and a second quote bears it out."""
        self.sees(bid, ask)
        self.sees(bid, ask)

    def waits(self, seconds: float) -> None:
        """Time passes, with a look each quarter of a second as the running keeper takes it."""
        for _ in range(round(seconds * 4)):
            self.seconds += 0.25
            self.alerts.look()

    def holds(self, *held: Position) -> None:
        self.store.apply(PositionsRead(held, self.store.mark()))

    def has(self, level: str | None) -> None:
        """The account is read, with this margin level."""
        margin = D("1000") if level else D(0)
        equity = D(level) * 10 if level else D("10000")
        figures = replace(account(), equity=equity, margin=margin, margin_level=D(level) if level else None)
        self.store.apply(AccountRead(figures, self.now()))

    def said(self, severity: Severity = Severity.WARNING) -> list[str]:
        return [said.text for said in self.store.messages if said.severity is severity]

    def fired(self) -> list[int]:
        return [one.number for one in self.alerts.book.alerts if isinstance(one.state, Fired)]


async def terminal(shelf: Repository | None = None, keeping: Keeping | None = None) -> Terminal:
    """A terminal whose alerts have been read; `keeping` None: it keeps them itself."""
    made = Terminal(shelf, keeping)
    await made.alerts.take_up(LOGIN)
    return made


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to hold")
