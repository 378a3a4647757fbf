"""A terminal without a screen, on a server of the tests' own making; time runs by leaps, so nothing waits."""

import asyncio
import functools
import selectors
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import Failure, Refused
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    DealDone,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.account_sync import Sync

UNAUTHORIZED = Refused(401, "unauthorized", "unknown key")
KEY = KeyStatus(1, "standard", "active", frozenset(Permission), MarginMode.HEDGING)
ACCOUNT = Account(
    1, Decimal(100), Decimal(100), Decimal(0), Decimal(100), Decimal(0), 100, MarginMode.HEDGING, "USD"
)
PRICE = Decimal("1.1")


class LeapingSelector(selectors.SelectSelector):
    """Never waits: tells the loop that the time it would have waited has gone by."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing will ever happen again"
        self.now += max(0.0, timeout)
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.leaping = LeapingSelector()
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now


def by_leaps(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @functools.wraps(test)
    def run() -> None:
        with asyncio.Runner(loop_factory=LeapingLoop) as runner:
            runner.run(test())

    vars(run).pop("__wrapped__")  # pytest would take it for a coroutine test
    return run


class LoopClock:
    """The loop's time; `asleep` is what boot and wall time are ahead of it."""

    asleep = 0.0

    def now(self) -> Instant:
        now = 1_000 + asyncio.get_running_loop().time()
        return Instant(now, now + self.asleep, now + self.asleep)


@dataclass
class Server:
    """The REST side: fails where it is told to, holds back what is `stuck`, and remembers every request."""

    failing: dict[str, Failure] = field(default_factory=dict)
    stuck: set[tuple[str, Use]] = field(default_factory=set)
    requests: list[tuple[float, str]] = field(default_factory=list)
    held: tuple[Position, ...] = ()
    rows: tuple[SymbolRow, ...] = ()
    shut: bool = False

    async def _asked(self, what: str, use: Use = Use.ASKED) -> None:
        self.requests.append((asyncio.get_running_loop().time(), what))
        if (what, use) in self.stuck:
            await asyncio.sleep(1e6)
        await asyncio.sleep(0.01)
        if (failure := self.failing.get(what)) is not None:
            raise ReadError(failure)

    async def key_status(self) -> KeyStatus:
        await self._asked("key")
        return KEY

    async def account(self, use: Use) -> Account:
        await self._asked("account", use)
        return ACCOUNT

    async def symbols(self) -> tuple[SymbolRow, ...]:
        await self._asked("symbols")
        return self.rows

    async def symbol(self, name: str) -> SymbolSpec:
        await self._asked(f"spec {name}")
        return SymbolSpec(
            name,
            5,
            Decimal("0.00001"),
            Decimal(100_000),
            currency_profit=name[3:],
            tradeable=not self.shut,
            bid=1.1,
            ask=1.2,
        )

    async def positions(self, use: Use) -> tuple[Position, ...]:
        await self._asked("positions", use)
        return self.held

    async def orders(self, use: Use) -> tuple[PendingOrder, ...]:
        await self._asked("orders", use)
        return ()

    async def history(self, period: HistoryPeriod) -> tuple[Deal, ...]:
        await self._asked(period.value)
        return ()

    async def history_between(self, first: date, last: date) -> tuple[Deal, ...]:
        await self._asked(f"{first} to {last}")
        return ()

    def times(self, what: str) -> list[float]:
        return [round(at, 1) for at, asked in self.requests if asked == what]

    def count(self) -> Counter[str]:
        return Counter(what for _, what in self.requests)


class SilentStream:
    """Connects and tells nothing by itself."""

    def __init__(self) -> None:
        self.reconnects = 0
        self.renewed: list[frozenset[str]] = []
        self.running = False
        self.wanted: tuple[frozenset[str], str | None] = (frozenset(), None)
        self.first: frozenset[str] = frozenset()
        self.breaks_with: Exception | None = None

    async def run(self) -> None:
        self.running = True
        try:
            if self.breaks_with is not None:
                raise self.breaks_with
            await asyncio.Event().wait()
        finally:
            self.running = False

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str]) -> None:
        self.wanted = symbols, depth
        self.first = first

    def subscribe_anew(self, symbols: frozenset[str]) -> None:
        self.renewed.append(symbols)

    def reconnect_now(self) -> None:
        self.reconnects += 1


class Terminal:
    def __init__(self) -> None:
        self.server = Server()
        self.stream = SilentStream()
        self.clock = LoopClock()
        self.store = Store(self.clock)
        self.slept: list[str] = []
        self.sync = Sync(self.server, self.stream, self.store, self.clock, self.slept.append)

    async def __aenter__(self) -> "Terminal":
        await self.sync.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sync.stop()
        assert not self.stream.running
        assert len(asyncio.all_tasks()) == 1

    async def runs(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def forgets_requests(self) -> None:
        self.server.requests.clear()

    def texts(self) -> list[str]:
        return [said.text for said in self.store.messages]


def euro_long(ticket: int = 7, symbol: str = "EURUSD") -> Position:
    return Position(ticket, symbol, Side.BUY, Decimal("0.10"), PRICE, PRICE)


def deal(ticket: int) -> DealDone:
    return DealDone(Deal(ticket, "EURUSD", Side.BUY, None, Decimal("0.1"), PRICE, Decimal(0)))
