"""Keeps one account's store true: stream events in, polls, reads on demand, subscriptions.

It never sends an order, and one failed read never stops a poll. The weight budget is the client's own: a
read may just take longer, or answer that it has to wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failures import Failure, Refused
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import (
    AccountEventUnread,
    DealDone,
    Event,
    Message,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
    QuotesSeen,
    Severity,
    StreamDown,
    StreamRefused,
    StreamUp,
    TradingChanged,
    TradingLocked,
    TradingReadOnly,
)
from xbtfx_tui.store.feed_state import FeedRefused
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.poll_timer import Backoff, HeadStart, Wake, held_back
from xbtfx_tui.sync.ports import Reads, Stream
from xbtfx_tui.sync.quote_subscriptions import wanted_symbols
from xbtfx_tui.sync.read_queue import Demand
from xbtfx_tui.sync.refused_specs import RefusedTerms
from xbtfx_tui.sync.rest_reader import RestReader
from xbtfx_tui.sync.silent_subscriptions import LOOK_EVERY, SilentSymbols
from xbtfx_tui.sync.sleep_detector import LostTime, StoodStill, watch
from xbtfx_tui.sync.task_supervisor import Supervisor

ACCOUNT_SECONDS = 2.0
POSITIONS_SECONDS = 15.0
SETTLE_SECONDS = 0.3
STORM_SECONDS = 1.0
HISTORY_SETTLE_SECONDS = 2.0
DOUBT_SECONDS = 5.0
"""Between two looks at the lists and the history while it is not certain that a position is still there."""
STOP_WITHIN = 3.0
STRANGERS_KEPT = 1_000
SPEC_AGAIN_SECONDS = 3_600.0
"""How often a spec that is wanted is read: the server makes them anew each hour."""

CLOSED_AGAIN_SECONDS = 60.0
"""How often the spec of a market that is closed now is read while it is wanted: it opens some time."""

_UNAUTHORIZED = 401


class Sync:
    """The part of the screen's backend that reads. `on_event` is the stream's `emit`.

    `on_sleep` is called with a clause ("this machine slept for 30 s") when time was lost or turned back,
    `on_read` after each good read.
    """

    def __init__(
        self,
        client: Reads,
        stream: Stream,
        store: Store,
        clock: Clock,
        on_sleep: Callable[[str], None] | None = None,
        on_read: Callable[[], None] | None = None,
    ) -> None:
        self._stream = stream
        self._store = store
        self._clock = clock
        self._on_sleep = on_sleep
        self._on_read = on_read
        self._reader = RestReader(client, store, clock, self._has_read)
        self._supervisor = Supervisor(store, clock)
        self._key_due = Wake()
        self._again = Wake()
        self._head_start = HeadStart()
        self._key_answered = asyncio.Event()
        self._specs: Demand[str] = Demand(self._read_spec, self._note)
        self._history: Demand[HistoryPeriod] = Demand(self._reader.history, self._note)
        self._spec_needed: dict[str, float] = {}
        self._period_shown = HistoryPeriod.TODAY
        self._on_screen: frozenset[str] = frozenset()
        self._depth: str | None = None
        self._told_stream: tuple[frozenset[str], str | None, frozenset[str]] = (
            frozenset(),
            None,
            frozenset(),
        )
        self._refused = RefusedTerms(store)
        self._silent = SilentSymbols(store, clock, stream, self._specs.want)
        self._asked_at = float("-inf")
        self._missed_deals = False
        self._strangers: set[int] = set()
        self._doubted: frozenset[int] = frozenset()
        self._reactions: dict[type, Callable[[Any], None]] = {
            StreamDown: lambda _: self._stream_down(),
            StreamUp: lambda _: self._stream_up(),
            StreamRefused: lambda _: self._stream_refused(),
            PositionOpened: lambda _: self._moved(),
            PositionClosed: lambda _: self._moved(),
            PositionUpdated: self._position_updated,
            OrderAdded: lambda _: self._moved(),
            OrderRemoved: lambda _: self._moved(),
            DealDone: lambda _: self._deal_done(),
            AccountEventUnread: lambda _: self._moved(),
        }

    # --- the screen's side ---

    def look_at(self, symbols: frozenset[str], depth: str | None) -> None:
        """Say which symbols are on screen and whose depth is shown; subscriptions follow."""
        self._on_screen, self._depth = symbols, depth
        self._follow()

    def need_spec(self, symbol: str) -> None:
        """Read a symbol's spec and price, unless both are known and the price is fresh; of a market that is
        closed now once a minute."""
        spec = self._store.specs.get(symbol)
        self._spec_needed[symbol] = self._clock.now().monotonic
        if spec is not None and not spec.tradeable:
            self._specs.want_again(symbol, CLOSED_AGAIN_SECONDS)
        elif spec is None or not isinstance(self._store.freshness(symbol, self._clock.now()), Fresh):
            self._specs.want(symbol)

    async def _read_spec(self, symbol: str) -> Failure | None:
        """Read a spec; while it is wanted once more in an hour, that of a closed market in a minute."""
        failure = await self._reader.spec(symbol)
        spec = self._store.specs.get(symbol)
        if spec is not None:
            again = SPEC_AGAIN_SECONDS if spec.tradeable else CLOSED_AGAIN_SECONDS
            needed = self._spec_needed.get(symbol, float("-inf"))
            asked_for = self._clock.now().monotonic - needed <= again
            held = any(position.symbol == symbol for position in self._store.positions.values())
            if asked_for or held or symbol in self._on_screen:
                self._specs.want(symbol, again)
        return failure

    def read_history(self, period: HistoryPeriod) -> None:
        """Read the deals of a period; it is also the one read again after each deal, besides today."""
        self._period_shown = period
        self._history.want(period)

    def need_history(self, period: HistoryPeriod) -> None:
        """Read the deals of a period once."""
        self._history.want(period)

    def read_again(self) -> None:
        """Read positions, orders and account now instead of at the next poll."""
        self._again.ask()

    async def start(self) -> None:
        """Begin polling and streaming; returns at once."""
        begin = self._supervisor.start
        begin("stream", self._stream.run)
        begin("key", lambda: self._after_the_stream(self._check_key))
        begin("account", self._poll_account)
        begin("positions", self._poll_positions)
        begin("reading", self._read_what_is_asked)
        begin("symbols", self._read_symbols)
        begin("spec", lambda: self._after_the_stream(self._specs.serve))
        begin("silence", self._look_each_second)
        begin("history", lambda: self._after_the_stream(self._history.serve))
        begin("clock", lambda: watch(self._clock, self._time_was_lost))

    async def stop(self) -> None:
        """End every task; waits 3 seconds at most."""
        await self._supervisor.stop(STOP_WITHIN)

    # --- the stream's side ---

    def on_event(self, event: Event) -> None:
        """Take an event of the stream: into the store at once, then whatever has to be read because of it."""
        self._store.apply(event)
        if type(event) is QuotesSeen:
            self._head_start.heard()
            return
        if (reaction := self._reactions.get(type(event))) is not None:
            reaction(event)

    def _stream_down(self) -> None:
        self._missed_deals = True
        self._head_start.heard()

    def _stream_refused(self) -> None:
        self._head_start.heard()
        self._key_due.ask()

    def _stream_up(self) -> None:
        """What was missed meanwhile is read again; deals too, for the loss of the day is judged by them, and
        whose work later ones are."""
        self._silent.begin_anew()
        self.read_again()
        if self._missed_deals:
            self._missed_deals = False
            self._history.want(HistoryPeriod.TODAY)
        self._history.want(HistoryPeriod.LAST_3_DAYS)

    def _moved(self) -> None:
        """Something opened, closed or was dealt: the stream tells too little of it, so read soon.

        Right after a read the next one waits longer, so that a storm of events can't spend the budget.
        """
        self._follow()
        since = self._clock.now().monotonic - self._asked_at
        self._again.ask(SETTLE_SECONDS if since > STORM_SECONDS else STORM_SECONDS)

    def _position_updated(self, event: PositionUpdated) -> None:
        """Profit ticks come all the time and tell all there is; a position not known has to be read, once."""
        if event.ticket not in self._store.positions and event.ticket not in self._strangers:
            if len(self._strangers) >= STRANGERS_KEPT:
                self._strangers.clear()
            self._strangers.add(event.ticket)
            self._moved()
        elif event.volume is not None or event.sl is not None or event.tp is not None:
            self._moved()

    def _deal_done(self) -> None:
        self._moved()
        self._history.want(self._period_shown, HISTORY_SETTLE_SECONDS)
        self._history.want(HistoryPeriod.TODAY, HISTORY_SETTLE_SECONDS)

    # --- what follows from what is known ---

    def _has_read(self) -> None:
        self._follow()
        if self._on_read is not None:
            self._on_read()

    def _follow(self) -> None:
        """Bring subscriptions and the specs that positions need in line with the store."""
        # What is held can lose money: its price is the last to go where the key's tier has few subscriptions.
        held = frozenset(position.symbol for position in self._store.positions.values())
        wanted = wanted_symbols(self._store, self._on_screen, self._depth), self._depth, held
        if wanted != self._told_stream:
            self._told_stream = wanted
            self._stream.want(*wanted)
        for position in self._store.positions.values():
            if position.symbol not in self._store.specs:
                self._specs.want_idly(position.symbol)
        self._look_into_doubts()

    def _look_into_doubts(self) -> None:
        """Ask what else can bear witness of what may be gone: the history, and the lists once more."""
        if not (doubted := self._store.doubted):
            self._doubted = doubted
            return
        self._history.want(HistoryPeriod.LAST_3_DAYS, 0.0 if doubted - self._doubted else DOUBT_SECONDS)
        self._again.ask(DOUBT_SECONDS)
        self._doubted = doubted

    def _note(self, failure: Failure | None) -> None:
        """Whatever read was told that the key is not known: ask for the key itself."""
        if _is_unauthorized(failure):
            self._key_due.ask()

    # --- the tasks ---

    async def _after_the_stream(self, task: Callable[[], Awaitable[None]]) -> None:
        await self._head_start.over()
        await task()

    async def _check_key(self) -> None:
        """Read the key's status until it answers, and again whenever somebody was refused it."""
        backoff = Backoff()
        while True:
            failure = await self._reader.key()
            if isinstance(failure, Refused) and _is_unauthorized(failure):
                self._key_is_refused(failure.message)
                return
            self._key_answered.set()
            pause = backoff.pause(failure)
            await self._key_due.wait(pause or None, at_least=pause or 1.0)

    def _key_is_refused(self, message: str) -> None:
        """The end of the line for this run: nothing more is asked, and it is said."""
        for name in ("stream", "account", "positions", "reading", "symbols", "spec", "history"):
            self._supervisor.end(name)
        if not isinstance(self._store.feed, FeedRefused):
            self._store.apply(StreamRefused(message))
        if not isinstance(self._store.trading, TradingLocked | TradingReadOnly):
            self._store.apply(TradingChanged(TradingLocked("the server refused the key")))

    async def _look_each_second(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._silent.look(self._told_stream[0])
            for symbol in self._refused.symbols():
                self._specs.want(symbol)

    async def _poll_account(self) -> None:
        await self._key_answered.wait()
        backoff = Backoff()
        while True:
            failure = await self._reader.account(Use.POLL)
            self._note(failure)
            await asyncio.sleep(max(ACCOUNT_SECONDS, backoff.pause(failure)))

    async def _poll_positions(self) -> None:
        await self._key_answered.wait()
        backoff = Backoff()
        while True:
            without_positions = await self._reader.positions(Use.POLL)
            failure = await self._reader.orders(Use.POLL) or without_positions
            self._note(failure)
            # Without an answer the positions are in doubt: the next try comes by the backoff, not the poll.
            await asyncio.sleep(backoff.pause(failure) or POSITIONS_SECONDS)

    async def _read_what_is_asked(self) -> None:
        """Positions, orders and account as soon as they are in doubt, until they are read.

        A task of its own, since a poll may be waiting for the budget just then; the store puts the answers
        in order.
        """
        await self._key_answered.wait()
        backoff = Backoff()
        failure: Failure | None = None
        while True:
            await self._again.wait(backoff.pause(failure) or None, at_least=held_back(failure))
            self._asked_at = self._clock.now().monotonic
            failure = (
                await self._reader.positions(Use.ASKED)
                or await self._reader.orders(Use.ASKED)
                or await self._reader.account(Use.ASKED)
            )
            self._note(failure)

    async def _read_symbols(self) -> None:
        await self._key_answered.wait()
        backoff = Backoff()
        while (failure := await self._reader.symbols()) is not None:
            self._note(failure)
            await asyncio.sleep(backoff.pause(failure))

    def _time_was_lost(self, gap: LostTime) -> None:
        """Whatever came in meanwhile is of unknown age: connect anew, read anew, say so."""
        self._store.apply(
            Message(
                self._clock.now().wall,
                Severity.WARNING,
                f"{gap.clause.capitalize()}: the stream connects anew and positions are read again.",
            )
        )
        if self._on_sleep is not None and not isinstance(gap, StoodStill):
            self._on_sleep(gap.clause)
        self._stream.reconnect_now()
        self.read_again()


def _is_unauthorized(failure: Failure | None) -> bool:
    return isinstance(failure, Refused) and failure.http_status == _UNAUTHORIZED
