"""A trader at an order desk: a real store and journal, a scripted server, time that the test turns."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from uuid import UUID

from tests.unit.honest_server import after
from tests.unit.order_steps import wrong_steps
from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.domain.accounts import Account, KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.intents import CloseIntent, Intent, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed, Result
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    HistoryRead,
    KeyRead,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    QuotesSeen,
    SpecRead,
    StreamUp,
)
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Limits, Problem
from xbtfx_tui.orders.journal.order_journal import Journal, JournalError
from xbtfx_tui.orders.order_desk import OrderDesk
from xbtfx_tui.orders.ports import Sender
from xbtfx_tui.store.store import Store
from xbtfx_tui.wire.order_requests import Request

LOGIN = 700123
_MOMENT = 1e-6
_IDS = count(1)
# A Wednesday at noon, UTC.
NOON = 1_767_787_200.0
EURUSD = SymbolSpec(
    "EURUSD",
    5,
    Decimal("0.00001"),
    Decimal(100_000),
    path="Forex\\Majors\\EURUSD",
    currency_base="EUR",
    currency_profit="USD",
    stops_level=10,
    volume_min=Decimal("0.01"),
    volume_max=Decimal(50),
    volume_step=Decimal("0.01"),
)
ACCOUNT = Account(
    LOGIN,
    Decimal(10_000),
    Decimal(10_000),
    Decimal(0),
    Decimal(10_000),
    Decimal(0),
    100,
    MarginMode.HEDGING,
    "USD",
)


class HandClock:
    """A clock that only a test turns, with the sleepers that wait on it."""

    def __init__(self) -> None:
        self._now = Instant(1_000.0, 5_000.0, NOON)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> Instant:
        return self._now

    def set_wall(self, wall: float) -> None:
        self._now = Instant(self._now.monotonic, self._now.boot, wall)

    def sleeps_for(self, seconds: float) -> None:
        """The machine sleeps: monotonic time stands still, and no sleeper wakes."""
        now = self._now
        self._now = Instant(now.monotonic, now.boot + seconds, now.wall + seconds)

    def turn(self, seconds: float) -> None:
        now = self._now
        self._now = Instant(now.monotonic + seconds, now.boot + seconds, now.wall + seconds)
        for due, sleeper in list(self._sleepers):
            if due <= self._now.monotonic + 1e-9:
                self._sleepers.remove((due, sleeper))
                if not sleeper.done():
                    sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now.monotonic + seconds, sleeper))
        await sleeper


@dataclass(slots=True)
class Sent:
    request: Request
    key: str


@dataclass
class ScriptedServer:
    """Answers each send with the next of `answers`; a callable is run, an exception raised."""

    answers: list[Result | Exception | Callable[[], Result]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    answered: list[tuple[str, object]] = field(default_factory=list)
    begins: bool = True
    gate: asyncio.Event | None = None
    before_answer: Callable[[Sent], None] | None = None
    on_answer: Callable[[str, Result], None] | None = None

    async def send(
        self, request: Request, idempotency_key: str, on_begun: Callable[[], None] | None = None
    ) -> Result:
        sent = Sent(request, idempotency_key)
        self.sent.append(sent)
        if self.before_answer is not None:
            self.before_answer(sent)
        if self.begins and on_begun is not None:
            on_begun()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else Placed(10008)
        self.answered.append((idempotency_key, answer))
        if isinstance(answer, Exception):
            raise answer
        result = answer() if callable(answer) else answer
        if self.on_answer is not None:
            self.on_answer(idempotency_key, result)
        return result


class Trader:
    """What a trader does and sees, with the account's events as the server would tell them."""

    def __init__(
        self,
        path: Path,
        limits: Limits = NO_LIMITS,
        mode: MarginMode = MarginMode.HEDGING,
        clock: HandClock | None = None,
        sender: Sender | None = None,
    ) -> None:
        self.clock = clock or HandClock()
        self.store = Store(self.clock)
        self.server = ScriptedServer(on_answer=self._is_done)
        # Whether what the server answers as done is done; it shows when the desk looks.
        self.is_honest = True
        self._doings: list[tuple[Intent, Result]] = []
        self.journal = Journal(path)
        self.reads = 0
        # What the server lists when the desk asks; None: the test says by itself when a snapshot comes.
        self.listed: tuple[Position, ...] = ()
        self.holds: tuple[Position, ...] | None = None
        self.history_reads = 0
        self.period_asked: HistoryPeriod | None = None
        self.deals: tuple[Deal, ...] | Failure = ()
        self.desk = OrderDesk(
            sender or self.server,
            self.journal,
            self.store,
            self.clock,
            limits,
            self._read_again,
            self._history,
            self.clock.sleep,
            self._new_id,
        )
        both = frozenset({Permission.TRADE, Permission.READ})
        self.key = KeyStatus(LOGIN, "standard", "active", both, mode)

    @property
    def is_busy(self) -> bool:
        """Whether the desk writes or sends something just now."""
        return bool(self.desk._moving.running() or self.desk._at_work.running())

    def _read_again(self) -> None:
        self.reads += 1
        if self.holds is not None:
            self.sees_positions(*self.holds)
        doings, self._doings = self._doings, []
        for intent, result in doings:
            netting = self.key.margin_mode is MarginMode.NETTING
            held = after(intent, result, self.store.positions, is_netting=netting)
            if held is not None:
                self._goes_on_with(*held.values())
                asyncio.get_running_loop().call_soon(self.desk.look)

    def _is_done(self, intent_id: str, result: Result) -> None:
        order = self.desk._registry.order(intent_id)
        if self.is_honest and order is not None:
            self._doings.append((order.record.intent, result))

    async def _history(self, period: HistoryPeriod) -> tuple[Deal, ...]:
        self.history_reads += 1
        self.period_asked = period
        if isinstance(self.deals, Failure):
            raise ReadError(self.deals)
        return self.deals

    def _new_id(self) -> UUID:
        return UUID(int=next(_IDS), version=4)

    async def sits_down(self) -> None:
        """Everything is read and live, trading is unlocked."""
        self.store.apply(KeyRead(self.key))
        self.store.apply(AccountRead(ACCOUNT, self.clock.now()))
        self.store.apply(SpecRead(EURUSD, self.clock.now()))
        self.store.apply(StreamUp(Dialect.CURRENT))
        self.sees_positions(*self.listed)
        self.store.apply(OrdersRead((), self.store.mark()))
        self.sees_price()
        await self.desk.start()
        assert await self.is_ready() is None
        assert self.desk.unlock() is None

    async def is_ready(self) -> str | None:
        """Wait, while time passes, until the desk has taken up earlier orders."""
        ready = asyncio.create_task(self.desk.ready())
        while not ready.done():
            await self.settles()
            self.clock.turn(0.1)
        return await ready

    # --- what the server tells ---

    def sees_price(self, bid: float = 1.08200, ask: float = 1.08213, symbol: str = "EURUSD") -> None:
        self.store.apply(QuotesSeen((Quote(symbol, bid, ask),), self.clock.now()))

    def sees_positions(self, *positions: Position) -> None:
        """This is held: the stream tells what changed, and a list that is asked for now shows it."""
        held = dict(self.store.positions)
        for position in positions:
            before = held.pop(position.ticket, None)
            if before is None:
                self.store.apply(
                    PositionOpened(
                        position.ticket,
                        position.symbol,
                        position.side,
                        position.volume,
                        position.price_open,
                    )
                )
            elif before.volume != position.volume:
                self.store.apply(PositionUpdated(position.ticket, volume=position.volume))
        for ticket in held:
            self.store.apply(PositionClosed(ticket))
        self.lists(*positions)

    def sees_history(self, *deals: Deal) -> None:
        """The history is read, and this is all that it has."""
        self.store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, deals, asked=self.clock.now()))

    def lists(self, *positions: Position) -> None:
        """A list that is asked for now shows this; the stream says nothing of it."""
        self.clock.turn(_MOMENT)  # what is asked for after something is asked for later
        self.store.apply(PositionsRead(positions, self.store.mark()))

    def sees_opened(self, ticket: int, side: Side = Side.BUY, volume: str = "0.10") -> None:
        price = Decimal("1.08213")
        new = Position(ticket, "EURUSD", side, Decimal(volume), price, price)
        self._goes_on_with(*self.store.positions.values(), new)

    def sees_closed(self, ticket: int) -> None:
        self._goes_on_with(*(one for one in self.store.positions.values() if one.ticket != ticket))

    def _goes_on_with(self, *positions: Position) -> None:
        if self.holds is not None:
            self.holds = positions
        self.sees_positions(*positions)

    def stream_tells_opened(self, ticket: int, side: Side = Side.BUY, volume: str = "0.10") -> None:
        """The stream alone; no list is read."""
        self.store.apply(PositionOpened(ticket, "EURUSD", side, Decimal(volume), Decimal("1.08213")))

    def stream_tells_closed(self, ticket: int) -> None:
        """The stream alone; no list is read."""
        self.store.apply(PositionClosed(ticket, "EURUSD", Decimal(1)))

    # --- what the trader does ---

    def drafts_buy(self, volume: str = "0.10", sl: str | None = None, tp: str | None = None) -> OpenIntent:
        return OpenIntent(
            self.desk.new_intent_id(),
            "EURUSD",
            Side.BUY,
            Decimal(volume),
            Decimal("1.08213"),
            sl=Decimal(sl) if sl else None,
            tp=Decimal(tp) if tp else None,
        )

    def drafts_close(self, ticket: int, volume: str, held: str) -> CloseIntent:
        return CloseIntent(
            self.desk.new_intent_id(), ticket, "EURUSD", Side.BUY, Decimal(volume), Decimal(held)
        )

    def submits(self, intent: Intent) -> Intent:
        """Submits and is not stopped."""
        assert [problem for problem in self.desk.submit(intent) if problem.blocks] == []
        return intent

    def is_stopped(self, intent: Intent) -> Problem:
        """Submits and is stopped; the first reason."""
        first = self.desk.submit(intent)[0]
        assert first.blocks
        return first

    # --- time ---

    async def is_killed(self) -> None:
        """kill -9: nothing more is done, said or written."""
        for tasks in (self.desk._at_work, self.desk._moving, self.desk._lasting):
            await tasks.cancel()
        await self.journal.close()

    async def settles(self) -> None:
        """Let the desk do all that it can do without time passing."""
        for _ in range(4):
            for _ in range(5):
                await asyncio.sleep(0)
            with contextlib.suppress(JournalError):  # it is not open before the key is read
                await self.journal.rows(since=float("inf"))

    async def waits(self, seconds: float) -> None:
        """Time passes in small steps, and the desk works."""
        await self.settles()
        for _ in range(round(seconds / 0.1)):
            self.clock.turn(0.1)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            if self.is_busy:
                await self.settles()
        await self.settles()

    # --- what the trader sees ---

    def state(self, intent: Intent) -> IntentState | None:
        record = self.store.intents.get(intent.intent_id)
        return None if record is None else record.state

    def story(self, intent: Intent) -> list[IntentState]:
        return [line.state for line in self.store.intents[intent.intent_id].story]

    @property
    def last_words(self) -> str:
        return self.store.messages[-1].text

    def last_said(self, beginning: str) -> str:
        """The last sentence that begins so."""
        return next(s.text for s in reversed(self.store.messages) if s.text.startswith(beginning))

    def heard(self, text: str) -> bool:
        return any(text in said.text for said in self.store.messages)


@asynccontextmanager
async def trader_at_desk(
    tmp_path: Path, limits: Limits = NO_LIMITS, mode: MarginMode = MarginMode.HEDGING
) -> AsyncIterator[Trader]:
    """A trader whose account is live and unlocked; the desk is closed in the end."""
    trader = Trader(tmp_path / "state" / "journal.sqlite", limits, mode)
    await trader.sits_down()
    try:
        yield trader
    finally:
        await trader.desk.finish(within=0.0)
    assert wrong_steps(trader.store.intents.values()) == []
