"""Desk, store and journal against a server with moods, through faults, lost streams, sleep and kill -9.

Held to the server's own ledger: nothing is executed twice, nothing that was executed is lost sight of,
nothing is shown that is not there, and in the end nothing is left hanging.
"""

import asyncio
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.hypothesis_profiles import examples
from tests.property.moody_server import Dedupes, Fault, MoodyServer
from tests.unit.order_steps import wrong_steps
from tests.unit.trading_desk import HandClock, Trader
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.intents import CloseIntent, Intent, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Dialect, StreamDown, StreamUp
from xbtfx_tui.orders.unknown_orders import AgainNow

S = IntentState
FILLED = {S.FILLED, S.FOUND_FILLED}
OPEN_ENDED = {S.AMBIGUOUS, S.UNKNOWN}
VOLUMES = ["0.10", "0.20"]
SETTLED_IN = 130.0
A_POLL = 15.0
A_STEP = 0.25


class OnlineTrader(Trader):
    """A trader whose server is a moody one."""

    def __init__(self, path: Path, moody: MoodyServer) -> None:
        super().__init__(path, clock=moody.clock, sender=moody)
        self.moody = moody
        self.stream_is_up = True
        self.reading_works = True
        self._polled = 0.0
        self.listed = tuple(moody.positions.values())
        moody.tell = self._told

    def _told(self, what: Position | int) -> None:
        if not self.stream_is_up:
            return
        if isinstance(what, Position):
            self.sees_opened(what.ticket, what.side, str(what.volume))
        else:
            self.sees_closed(what)

    def _read_again(self) -> None:
        if self.reading_works:
            self.sees_positions(*self.moody.positions.values())

    async def _history(self, period: HistoryPeriod) -> tuple[Deal, ...]:
        self.deals = tuple(self.moody.deals) if self.reading_works else ServerFault(502, "")
        return await super()._history(period)

    def line(self, *, is_up: bool) -> None:
        self.stream_is_up = is_up
        self.store.apply(StreamUp(Dialect.CURRENT) if is_up else StreamDown("cut", 1.0))
        if is_up:
            self._read_again()

    async def lives(self, seconds: float) -> None:
        """Time passes; quotes, polls and late deliveries come as they do."""
        for _ in range(max(1, round(seconds / A_STEP))):
            self.moody.catch_up()
            if self.stream_is_up:
                self.sees_price()
            if self.clock.now().monotonic - self._polled >= A_POLL:
                self._polled = self.clock.now().monotonic
                self._read_again()
            self.clock.turn(A_STEP)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            if self.is_busy:
                await self.settles()
        await self.settles()


class Life(RuleBasedStateMachine):
    """What a trader, a server and a line can do to each other."""

    @initialize(dedupes=st.sampled_from(Dedupes), caches=st.booleans())
    def begins(self, dedupes: Dedupes, caches: bool) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name) / "state" / "journal.sqlite"
        self.drafted: list[Intent] = []
        self.not_on_disk: list[str] = []
        self.moody = MoodyServer(HandClock(), lambda what: None, dedupes, caches)
        self.moody.before_send = self.the_try_is_on_disk
        self.trader = OnlineTrader(self.path, self.moody)
        self.run(self.trader.sits_down())

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        self.loop.run_until_complete(work)

    def the_try_is_on_disk(self, key: str) -> None:
        other = sqlite3.connect(self.path)
        query = "SELECT attempt, begun FROM transitions WHERE intent_id = ? ORDER BY seq DESC LIMIT 1"
        attempt, begun = other.execute(query, (key,)).fetchone() or (None, None)
        other.close()
        if attempt is None or begun is not None:
            self.not_on_disk.append(key)

    def submits(self, intent: Intent) -> None:
        self.drafted.append(intent)
        self.run(self.presses_enter(intent))

    async def presses_enter(self, intent: Intent) -> None:
        self.trader.desk.submit(intent)

    async def asks_for_it_again(self, intent_id: str) -> None:
        assert self.trader.desk.send_again(intent_id) is None

    # --- what happens ---

    @rule(faults=st.lists(st.sampled_from(Fault), min_size=1, max_size=3), volume=st.sampled_from(VOLUMES))
    def buys(self, faults: list[Fault], volume: str) -> None:
        self.moody.faults = list(faults)
        self.submits(self.trader.drafts_buy(volume))
        self.run(self.trader.lives(4))

    @rule(
        faults=st.lists(st.sampled_from(Fault), min_size=1, max_size=3),
        which=st.integers(0, 5),
        part=st.sampled_from(["0.03", "0.05", None]),
    )
    def closes(self, faults: list[Fault], which: int, part: str | None) -> None:
        shown = list(self.trader.store.positions.values())
        if shown:
            self.moody.faults = list(faults)
            held = shown[which % len(shown)]
            volume = str(held.volume)
            self.submits(self.trader.drafts_close(held.ticket, part or volume, volume))
            self.run(self.trader.lives(4))

    @rule(which=st.integers(0, 9))
    def presses_enter_again(self, which: int) -> None:
        if self.drafted:
            self.run(self.presses_enter(self.drafted[which % len(self.drafted)]))

    @rule(seconds=st.sampled_from([1, 8, 35]))
    def waits(self, seconds: int) -> None:
        self.run(self.trader.lives(seconds))

    @rule(is_up=st.booleans(), reading_works=st.booleans())
    def line_changes(self, is_up: bool, reading_works: bool) -> None:
        self.trader.reading_works = reading_works
        self.trader.line(is_up=is_up)

    @rule(seconds=st.sampled_from([2, 30, 121, 600]))
    def machine_sleeps(self, seconds: int) -> None:
        self.moody.clock.sleeps_for(seconds)
        self.trader.desk.lock("this machine slept")
        self.run(self.trader.lives(1))
        self.trader.desk.unlock()

    @rule()
    def somebody_else_trades(self) -> None:
        self.moody.opens(Side.SELL, Decimal("0.33"))

    @precondition(lambda self: self.moody.dedupes is not Dedupes.NEVER)
    @rule(fault=st.sampled_from(Fault))
    def sends_again(self, fault: Fault) -> None:
        for doubt in self.trader.desk.doubts():
            if isinstance(doubt.resend, AgainNow):
                self.moody.faults = [fault]
                self.run(self.asks_for_it_again(doubt.record.intent.intent_id))
                self.run(self.trader.lives(2))

    @rule(fault=st.sampled_from([None, Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CUT_LATE]))
    def is_killed_and_started_again(self, fault: Fault | None) -> None:
        if fault is not None:
            self.moody.faults, self.moody.hangs = [fault], True
            self.submits(self.trader.drafts_buy("0.20"))
            self.run(self.trader.settles())
            self.moody.hangs = False
        self.run(self.trader.is_killed())
        before = len(self.moody.sends)
        self.trader = OnlineTrader(self.path, self.moody)
        self.run(self.trader.sits_down())
        assert len(self.moody.sends) == before

    # --- what always holds ---

    @invariant()
    def nothing_is_executed_twice_and_every_try_was_on_disk(self) -> None:
        assert self.not_on_disk == []
        assert [key for key, times in Counter(self.moody.executions).items() if times > 1] == []

    @invariant()
    def no_two_orders_share_a_position(self) -> None:
        opened = [
            record.ticket
            for record in self.trader.store.intents.values()
            if isinstance(record.intent, OpenIntent) and record.state in FILLED and record.ticket
        ]
        assert len(opened) == len(set(opened))

    @invariant()
    def nothing_is_called_filled_that_was_not(self) -> None:
        for record in self.trader.store.intents.values():
            # A close whose position is gone is done, whoever closed it.
            is_gone = (
                isinstance(record.intent, CloseIntent) and record.intent.ticket not in self.moody.positions
            )
            if record.state in FILLED and not is_gone:
                assert record.intent.intent_id in self.moody.executions

    def teardown(self) -> None:
        try:
            self.trader.reading_works = True
            self.trader.line(is_up=True)
            self.run(self.trader.lives(SETTLED_IN))
            shown = self.trader.store.intents
            assert wrong_steps(shown.values()) == []
            for key in set(self.moody.executions):
                if key in shown:
                    assert shown[key].state in FILLED | OPEN_ENDED, "lost"
            stuck = [r.state for r in shown.values() if r.state.is_open and r.state is not S.AMBIGUOUS]
            assert stuck == []
            self.run(self.every_row_ends_in_the_journal())
        finally:
            self.run(self.trader.desk.finish(within=0))
            self.loop.close()
            self.directory.cleanup()

    async def every_row_ends_in_the_journal(self) -> None:
        for row in await self.trader.journal.rows():
            if row.entry.intent.intent_id in self.moody.executions:
                assert row.state in FILLED | OPEN_ENDED, "lost"
            assert not row.state.is_open or row.state is S.AMBIGUOUS


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=examples(25),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
