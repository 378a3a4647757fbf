"""One run's world: an exchange with faults, a trader's terminal on it, clocks that a scenario can bend.

The terminal is the program's own account, client, stream, sync, store, desk and journal, over sockets; only
the screen is missing. The trader here never presses a key that the document does not leave to them.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.still_market import StillMarket
from tests.matrix.bent_clock import BentClock
from tests.matrix.false_words import judge_words
from tests.matrix.kinds import Kind, draft, kind_needs
from tests.matrix.leaps import EXCHANGE, LeapingLoop
from tests.matrix.oracle import SETTLED, Judgement, Told, Truth, judge
from tests.matrix.quiet_market import ticks
from tests.matrix.screens import RunScreen, a_screen
from tests.matrix.timeline import Timeline, all_said
from tests.unit.order_steps import wrong_steps
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.intents import Intent, OpenIntent, opens
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS, Problem
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.paper.account import trade_requests
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.command_results import Cause, Traded
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import FOR_EVER, Fault, Scripted
from xbtfx_tui.paper.service.idempotency_cache import Dedupes
from xbtfx_tui.paper.service.paper_server import PaperServer
from xbtfx_tui.store.latest_quotes import Fresh

BOUND = 180.0
"""Seconds of the run's own time within which an order must settle: 30 placed, 30 reconciled, and more."""
_LOOK = 0.2
_SCREEN_CATCHES_UP = 20.0
_AFTERTHOUGHTS = 1.0
_DECIDES_AFTER = 110.0


@dataclass
class Run:
    """What a scenario has in its hands. What is drawn comes from `rng`, which comes from the run's seed."""

    rng: random.Random
    loop: LeapingLoop
    clock: BentClock
    server: PaperServer
    faults: ScriptedFaults
    market: StillMarket
    directory: Path
    symbol: str
    side: Side
    volume: Decimal
    account: TradingAccount
    journal: Journal
    timeline: Timeline
    intents: list[Intent] = field(default_factory=list)
    others: set[str] = field(default_factory=set)
    may_end: dict[str, frozenset[IntentState]] = field(default_factory=dict)
    twins: set[int] = field(default_factory=set)
    earlier: dict[str, IntentRecord] = field(default_factory=dict)
    journal_directory: Path | None = None
    places: MeetingPlaces | None = None
    unjournaled: set[str] = field(default_factory=set)
    false_codes: list[str] = field(default_factory=list)
    watches_until: float = 0.0
    is_blind: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    screens: contextlib.AsyncExitStack | None = None
    screen: RunScreen | None = None

    # --- the trader ---

    def drafts(self, **changed: object) -> OpenIntent:
        """An opening order as drawn, but for what is changed."""
        bid, ask = self.quote(self.symbol)
        price = ask if self.side is Side.BUY else bid
        fields: dict[str, object] = {
            "intent_id": self.account.desk.new_intent_id(),
            "symbol": self.symbol,
            "side": self.side,
            "volume": self.volume,
            "price": price,
        }
        return OpenIntent(**{**fields, **changed})  # type: ignore[arg-type]  # fields by name

    def submits(self, intent: Intent) -> Intent:
        """Confirm it; it must be accepted."""
        blocking = [problem.sentence for problem in self.tries(intent) if problem.blocks]
        assert blocking == [], blocking
        return intent

    def tries(self, intent: Intent) -> tuple[Problem, ...]:
        """Confirm it, whatever comes of it."""
        problems = self.account.desk.submit(intent)
        if not any(problem.blocks for problem in problems):
            self.intents.append(intent)
        return problems

    def may_stay(self, intent: Intent, *states: IntentState) -> None:
        """The document lets this order end here: the trader decides."""
        self.may_end[intent.intent_id] = frozenset(states)

    def trader_may_decide(self, intent: Intent) -> None:
        """The document leaves it to the trader what is still not certain of this order."""
        self.may_stay(intent, IntentState.UNKNOWN, IntentState.AMBIGUOUS)

    async def trader_decides(self, intent: Intent) -> None:
        """Where the outcome stays in doubt, the trader takes what is offered and true; it must be."""
        if await self.until(lambda: self.state(intent) in SETTLED, within=_DECIDES_AFTER):
            return
        own = {
            one
            for act in self.timeline.acts
            if act.execution.request_id == intent.intent_id
            for one in act.execution.tickets
        }
        doubts = [one for one in self.account.desk.doubts() if one.record.intent == intent]
        offered = {position.ticket for one in doubts for position in one.candidates} & own
        if offered and opens(intent):
            await self.account.desk.resolve(intent.intent_id, max(offered))
        elif own and not opens(intent):
            await self.account.desk.resolve_done(intent.intent_id)
        elif not own and self.state(intent) is IntentState.AMBIGUOUS:
            await self.account.desk.resolve(intent.intent_id, None)
        else:
            assert not (own and opens(intent)), f"{sorted(own)} came of it, and is not offered"

    async def ready(self, *kinds: Kind) -> Intent:
        """Draw one of these orders, make what it needs, open the terminal and draft it."""
        intent = self.prepares(*kinds)
        await self.opens_the_terminal()
        return intent

    def prepares(self, *kinds: Kind) -> Intent:
        """Draw one of these orders, make what it needs and draft it."""
        kind = self.rng.choice(kinds)
        for side, volume in kind_needs(kind, self):
            self.elsewhere(side=side, volume=volume)
        for _ in range(self.rng.randrange(3)):
            self.elsewhere(volume=self.volume * 2)
        return draft(kind, self)

    def is_impatient(self) -> None:
        """From now on the trader sends again with the same key as soon as the desk lets them.

        Never where the server breaks the API's word that the same key executes nothing.
        """
        if self.server.gate.cache.mood.dedupes is not Dedupes.NEVER:
            self.beside(self._sends_again())

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let this go on beside the scenario, until the run ends."""
        self.tasks.append(asyncio.create_task(work))

    async def _sends_again(self) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(0.2, 2.0))
            for doubt in self.account.desk.doubts():
                if isinstance(doubt.resend, AgainNow):
                    self.account.desk.send_again(doubt.record.intent.intent_id)

    # --- the exchange ---

    def script(self, *steps: Scripted) -> None:
        self.faults.add(*steps)

    def goes_blind(self, seconds: float) -> None:
        """Whatever is executed can't be seen for so long: not on the stream, not in a read."""
        reads = [Scripted(Fault.STALE, path, FOR_EVER) for path in ("/v1/positions", "/v1/history")]
        self.script(Scripted(Fault.STREAM_LOSE, seconds=seconds), *reads)
        self.beside(self._sees_again(seconds))

    async def _sees_again(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.faults.clear()

    def tells(self, *frames: object) -> None:
        """The stream says this to everyone who is connected, as it stands."""
        for client in self.server.hub.clients:
            client.events += [json.dumps(frame) for frame in frames]
            client.wake()

    def quote(self, symbol: str) -> tuple[Decimal, Decimal]:
        tick = self.market.quote_of(symbol)
        return tick.bid, tick.ask

    def elsewhere(
        self, symbol: str | None = None, side: Side | None = None, volume: Decimal | None = None
    ) -> Position:
        """Another program opens a position with the same account."""
        name = f"elsewhere-{len(self.others)}"
        self.others.add(name)
        command = trade_requests.TradeRequest(
            name, symbol or self.symbol, side or self.side, volume or self.volume
        )
        done = self.engine.trade(command, self.clock.utc())
        assert isinstance(done, Traded), done
        return next(held for held in self.engine.positions() if held.ticket == done.position)

    @property
    def engine(self) -> Engine:
        return self.server.exchange.engine

    def executions(self, intent: Intent) -> int:
        own = [one for one in self.engine.executions if one.request_id == intent.intent_id]
        return sum(one.cause is not Cause.REST for one in own)

    # --- time ---

    async def until(self, holds: Callable[[], object], within: float = BOUND) -> bool:
        """Whether it came to hold; time goes by in small steps."""
        end = self.loop.time() + within
        while not holds():
            if self.loop.time() >= end:
                return False
            await asyncio.sleep(_LOOK)
        return True

    def state(self, intent: Intent) -> IntentState | None:
        record = self.record(intent)
        return None if record is None else record.state

    def record(self, intent: Intent) -> IntentRecord | None:
        """What the terminal tells of it now; else what one told of it that was closed since."""
        own = intent.intent_id
        return self.account.store.intents.get(own) or self.earlier.get(own)

    def is_past(self, intent: Intent) -> bool:
        """Whether it has settled, or stays where it may."""
        state = self.state(intent)
        return state in SETTLED or state in self.may_end.get(intent.intent_id, ())

    def watch_for(self, seconds: float) -> None:
        """The exchange may still do something for so long: judge no sooner."""
        self.watches_until = max(self.watches_until, self.loop.time() + seconds)

    def sleeps(self, seconds: float) -> None:
        """The terminal's machine sleeps; the world goes on."""
        self.clock.asleep += seconds

    # --- the terminal's life ---

    async def opens_the_terminal(self) -> None:
        """Start a terminal on the journal there is; returns when it trades."""
        await self._starts_a_terminal()
        assert await self.until(self.is_ready), self.account.store.messages

    async def opens_a_terminal_that_waits(self) -> None:
        """Start a terminal that may not have read all; returns when its symbol has a price and a spec."""
        await self._starts_a_terminal()
        store = self.account.store
        assert await self.until(lambda: self.symbol in store.specs and self._is_fresh()), store.messages

    async def _starts_a_terminal(self) -> None:
        self.earlier |= self.account.store.intents
        self.takes_a_terminal(Journal(self.journal_directory or self.directory / "state", self.places))
        if self.screens is not None:
            shown = a_screen(self.account, self.loop, self.timeline)
            self.screen = await self.screens.enter_async_context(shown)
        else:
            await self.account.start()
            self.account.look_at(frozenset({self.symbol}), None)
        self.account.need_spec(self.symbol)

    async def also_looks_at(self, symbol: str) -> None:
        """Watch a second symbol, which ticks as well; returns when it can be traded."""
        self.beside(ticks(self.market, symbol, self.clock, self.rng))
        if self.screens is None:
            self.account.look_at(frozenset({self.symbol, symbol}), None)
        self.account.need_spec(symbol)
        store = self.account.store
        assert await self.until(
            lambda: symbol in store.specs and isinstance(store.freshness(symbol, self.clock.now()), Fresh)
        ), store.messages

    def takes_a_terminal(self, journal: Journal) -> None:
        """A terminal that is not started yet, with this journal."""
        self.journal = journal
        currency = None if self.screens is None else ToldByTrader("USD", "config.toml")
        self.account = an_account(self.server, self.clock, journal, currency)
        self.timeline.listens(self.account.store)

    def is_ready(self) -> bool:
        store = self.account.store
        known = store.account is not None and self.symbol in store.specs and self._sees_all()
        return self._is_fresh() and known and isinstance(store.trading, TradingOpen)

    def _is_fresh(self) -> bool:
        return isinstance(self.account.store.freshness(self.symbol, self.clock.now()), Fresh)

    def _sees_all(self) -> bool:
        held = {position.ticket: position.volume for position in self.engine.positions()}
        shown = self.account.store.positions
        return held == {ticket: position.volume for ticket, position in shown.items()}

    async def judged(self) -> Judgement:
        """Let everything come to rest, then compare the two sides."""
        # What a terminal wrote as its last word while it was closed, no screen of its own told any more.
        for row in await self.journal.rows():
            own = row.entry.intent.intent_id
            if row.state in SETTLED and own in self.earlier and self.earlier[own].state not in SETTLED:
                self.earlier[own] = IntentRecord(row.entry.intent, row.state, row.story, None, row.ticket)
        await self.until(lambda: self.loop.time() >= self.watches_until, within=1e6)
        await self.until(lambda: all(map(self.is_past, self.intents)) and not self.server.exchange.waiting)
        await asyncio.sleep(_AFTERTHOUGHTS)
        await self.until(lambda: all(map(self.is_past, self.intents)))
        if not self.is_blind:
            await self.until(self._sees_all, within=_SCREEN_CATCHES_UP)
        rows = await self.journal.rows()
        journaled = {row.entry.intent.intent_id: row.state for row in rows}
        for own in self.unjournaled:
            if (record := self.account.store.intents.get(own) or self.earlier.get(own)) is not None:
                journaled[own] = record.state
        # What was settled in an earlier life is told by the journal, which the trader can list.
        by_journal = {
            row.entry.intent.intent_id: IntentRecord(row.entry.intent, row.state, row.story, None, row.ticket)
            for row in rows
            if row.state in SETTLED
        }
        truth = Truth(
            self.engine.executions, self.engine.positions(), frozenset(self.others), frozenset(self.twins)
        )
        shown = None if self.is_blind else dict(self.account.store.positions)
        told = Told(
            tuple(self.intents),
            {**by_journal, **self.earlier, **self.account.store.intents},
            journaled,
            shown,
        )
        said = all_said(self.timeline, rows, self.clock)
        seen_wrong: list[str] = []
        if self.screen is not None:
            if not self.is_blind:
                await self.screen.is_read({held.ticket: held for held in self.engine.positions()})
            said += self.screen.words()
            seen_wrong = self.screen.wrong
        words = judge_words(said, self.timeline, self.intents, self.twins)
        assert not words.unread, f"sentences that the judge can't read: {words.unread}"
        steps = [f"no order goes from {one} to {other}" for one, other in wrong_steps(told.records.values())]
        return replace(
            judge(truth, told, self.may_end),
            false_words=(*words.false, *seen_wrong, *self.false_codes, *steps),
        )


def an_account(
    server: PaperServer, clock: BentClock, journal: Journal, currency: ToldByTrader | None = None
) -> TradingAccount:
    at = f"{EXCHANGE}:{server.port}"
    ends = AccountAccess(f"http://{at}", f"ws://{at}/v1/ws", server.key)
    return TradingAccount(
        ends, clock, journal, NO_LIMITS, read_only=False, begins_open=True, currency=currency
    )
