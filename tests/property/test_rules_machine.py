"""Armed orders on the real desk and journal, against a server with moods: ticks, outages, locks, the kill
switch, a full disk, cancelling and kill -9 in any order.

Held to the server's own ledger by an oracle that knows none of the rules' states: it notes what was typed,
which ticks were watched, and what the server was sent.
"""

import asyncio
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.hypothesis_profiles import examples
from tests.property.moody_server import Dedupes, Fault, MoodyServer
from tests.property.test_desk_machine import OnlineTrader
from tests.unit.rules_trader import RulesTrader
from tests.unit.trading_desk import HandClock
from xbtfx_tui.commands.rule_types import ArmEntry
from xbtfx_tui.domain.armed_orders import ArmedOrder, RuleAsked, SendReview
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.planning.plan_types import Deed

T = TypeVar("T")
POINT = Decimal("0.00001")
START = 108_200
FAULTS = [*[Fault.NONE] * 8, Fault.NO_ROUTE, Fault.CUT_AFTER, Fault.TIMED_OUT_LATE, Fault.REFUSED]
"""One in doubt holds all that comes after it: most go well."""
LEVELS = [*range(-30, 0, 5), *range(5, 35, 5)]


class OnlineRules(OnlineTrader, RulesTrader):
    """A trader with armed orders whose server is a moody one."""


class ArmedLife(RuleBasedStateMachine):
    """What a market, a trader, a line, a disk and a kill can do to armed orders."""

    @initialize(dedupes=st.sampled_from(Dedupes))
    def begins(self, dedupes: Dedupes) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name) / "state"
        self.moody = MoodyServer(HandClock(), lambda what: None, dedupes, False)
        self.moody.before_send = self.is_sent
        self.at = START
        self.ticked_at = self.moody.clock.now().monotonic
        self.orders: dict[int, ArmedOrder] = {}
        self.watched: dict[int, bool] = {}
        self.over: set[int] = set()
        self.unwritten: set[int] = set()
        self.sent: dict[str, int] = {}
        self.by_hand: set[int] = set()
        self.wrong: list[str] = []
        self.heard: list[str] = []
        self.full: Any = None
        self.trader = OnlineRules(self.path, self.moody)
        self.run(self.trader.takes_up())
        self.arms(True, -10, 10, "a", "")
        self.arms(True, 10, 20, "a", " slip=1p")
        self.arms(False, 15, 30, "", "")

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        self.loop.run_until_complete(work)

    def does(self, deed: Callable[[], T]) -> T:
        """At once, as a turn of the program's own loop."""

        async def in_its_turn() -> T:
            return deed()

        return self.loop.run_until_complete(in_its_turn())

    # --- the oracle ---

    def is_sent(self, key: str) -> None:
        """The first byte of a try: may it go, by what was typed and seen?"""
        record = self.trader.store.intents[key]
        assert record.origin is not None
        number = record.origin.number or 0
        order, intent = self.orders[number], record.intent
        assert isinstance(intent, OpenIntent)
        is_again = self.sent.setdefault(key, number) == number and Counter(self.sent.values())[number] > 1
        if is_again and number not in self.by_hand:
            self.wrong.append(f"{number} sent twice")
        if number in self.over:
            self.wrong.append(f"{number} sent though it was over")
        if not self.watched[number] and number not in self.by_hand:
            self.wrong.append(f"{number} sent blindly")
        if not isinstance(self.trader.store.trading, TradingOpen):
            self.wrong.append(f"{number} sent while trading was not open")
        price = self.at_price(order)
        if number not in self.by_hand and order.is_too_far(price):
            self.wrong.append(f"{number} sent at {price}, worse than {order.worst}")
        if intent.worst is None or (intent.worst - price) * intent.side.sign < 0:
            self.wrong.append(f"{number} sent past its own worst")
        self.over |= {
            n for n, one in self.orders.items() if n != number and order.group and one.group == order.group
        }

    def at_price(self, order: ArmedOrder) -> Decimal:
        return (self.at + (13 if order.side.value == "buy" else 0)) * POINT

    def nobody_watches(self) -> None:
        self.watched = dict.fromkeys(self.watched, False)

    def sees(self) -> None:
        """A price of now may be judged: who waits for it has been seen not reached, if it is not."""
        is_fresh = self.moody.clock.now().monotonic - self.ticked_at <= 5
        if is_fresh and isinstance(self.trader.store.trading, TradingOpen) and self.trader.stream_is_up:
            for number, order in self.orders.items():
                if not order.is_reached(self.at_price(order)):
                    self.watched[number] = True

    def is_over(self, numbers: set[int]) -> None:
        """The trader ended these. With a full disk that is said not to be written, and a kill forgets it."""
        if self.full is not None:
            self.unwritten |= numbers - self.over
        self.over |= numbers

    # --- what happens ---

    @rule(
        buys=st.booleans(),
        level=st.sampled_from(LEVELS),
        lots=st.integers(1, 20),
        group=st.sampled_from(["", "", "a", "b"]),
        slip=st.sampled_from(["", " slip=1p"]),
    )
    def arms(self, buys: bool, level: int, lots: int, group: str, slip: str) -> None:
        if group and any(self.orders[n].group == group and n in self.over for n in self.orders):
            group = f"{group}{len(self.orders)}"  # that group has fired: it is another one
        price = (self.at + (13 if buys else 0) + level) * POINT
        kind = "limit" if (level < 0) == buys else "stop"
        side = "buy" if buys else "sell"
        extra = f" group={group}" if group else ""
        line = f"{side} {lots / 100:.2f} EURUSD {kind}={price:f}{slip}{extra}"
        deed = self.trader.plans(line)
        if not isinstance(deed, Deed):
            return
        self.sees()  # arming looks at all
        command = deed.command
        assert isinstance(command, ArmEntry)
        if "is being written down" not in self.does(lambda: self.trader.rules.arm(command)):
            return
        self.run(self.trader.settles())
        for order in self.trader.rules.orders:
            if order.number not in self.orders:
                self.orders[order.number] = order
                self.watched[order.number] = isinstance(self.trader.store.trading, TradingOpen)

    @rule(
        where=st.lists(
            st.tuples(
                st.integers(0, 5),
                st.integers(-2, 4),
                st.sampled_from([True, True, False]),
                st.sampled_from(FAULTS),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def goes_to_levels(self, where: list[tuple[int, int, bool, Fault]]) -> None:
        """The price goes about the levels of those that wait: near one, at it, a little past it."""
        for which, past, settles, fault in where:
            at = self.at + past
            if waiting := [one for one in self.trader.rules.orders if one.is_waiting]:
                order = waiting[which % len(waiting)]
                at = int(order.level / POINT) - (13 if order.side.value == "buy" else 0)
                at += -past if order.waits_below else past
            self.ticks(at, fault)
            if settles:
                self.run(self.trader.settles())

    def ticks(self, at: int, fault: Fault) -> None:
        self.moody.faults = [fault]
        self.moody.clock.turn(0.05)
        self.at = at
        if self.trader.stream_is_up:
            self.ticked_at = self.moody.clock.now().monotonic
            self.does(lambda: self.trader.ticks(float(self.at * POINT)))
            self.sees()

    @rule(seconds=st.sampled_from([1, 5, 40]))
    def time_passes(self, seconds: int) -> None:
        self.run(self.looks(seconds))

    async def looks(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.25)):
            self.moody.catch_up()
            self.moody.clock.turn(0.25)
            self.trader.rules.look()
            self.sees()
            await asyncio.sleep(0)
            if self.trader.is_busy:
                await self.trader.settles()
        await self.trader.settles()

    @rule(seconds=st.sampled_from([3, 29, 31, 90]))
    def line_is_lost(self, seconds: int) -> None:
        self.trader.stream_is_up = False
        self.ticked_at = float("-inf")
        self.run(self.trader.settles())
        self.does(lambda: self.trader.hears_line(is_up=False))
        self.run(self.looks(seconds))
        if seconds > 30:
            self.nobody_watches()
        self.trader.stream_is_up = True
        self.does(lambda: self.trader.hears_line(is_up=True))

    @rule(seconds=st.sampled_from([20, 600]))
    def machine_sleeps(self, seconds: int) -> None:
        self.run(self.trader.settles())
        self.moody.clock.sleeps_for(seconds)
        if seconds > 30:
            self.nobody_watches()

    @rule()
    def is_locked_for_a_moment(self) -> None:
        self.trader.desk.lock("you locked it")
        self.run(self.looks(1))
        self.nobody_watches()
        self.trader.desk.unlock()

    @rule(unlocks=st.booleans())
    def presses_the_kill_switch(self, unlocks: bool) -> None:
        self.does(lambda: self.trader.desk.kill("you pressed it"))
        self.run(self.trader.settles())
        self.is_over(set(self.orders))
        if not unlocks:
            self.run(self.looks(1))
        self.trader.desk.unlock()

    @rule(which=st.integers(0, 9))
    def cancels(self, which: int) -> None:
        if self.orders:
            number = sorted(self.orders)[which % len(self.orders)]
            if "fires no more" in self.does(lambda: self.trader.rules.disarm(number)):
                self.is_over({number})
                self.run(self.trader.settles())

    @rule(sends=st.booleans())
    def decides(self, sends: bool) -> None:
        for order in self.trader.rules.orders:
            if isinstance(order.state, RuleAsked) and order.number not in self.over:
                self.decides_on(order.number, sends=sends)
                return

    def decides_on(self, number: int, *, sends: bool) -> None:
        review = self.trader.rules.review(number)
        if sends and isinstance(review, SendReview):
            self.by_hand.add(number)
            self.does(lambda: self.trader.rules.send(number, review.worst))
            self.run(self.trader.settles())
        else:
            self.trader.rules.wait(number)
            self.watched[number] = False

    @rule(is_full=st.booleans())
    def disk_changes(self, is_full: bool) -> None:
        if self.full is not None:
            self.full.stop()
            self.full = None
        if is_full:
            error = sqlite3.OperationalError("database or disk is full")
            self.full = mock.patch.object(self.trader.journal, "_write_rules", side_effect=error)
            self.full.start()

    @rule(move=st.integers(-25, 25), in_the_middle=st.booleans())
    def is_killed_and_started_again(self, move: int, in_the_middle: bool) -> None:
        if in_the_middle:
            self.at += move
            self.does(lambda: self.trader.ticks(float(self.at * POINT)))
            self.sees()
            self.run(asyncio.sleep(0))
        self.run(self.dies())
        self.disk_changes(False)
        self.over -= {n for n in self.unwritten if self.steps()[n][-1] == "armed"}
        self.unwritten.clear()
        self.nobody_watches()
        self.heard += [said.text for said in self.trader.store.messages]
        before = len(self.moody.sends)
        self.at += move
        self.trader = OnlineRules(self.path, self.moody)
        self.ticked_at = self.moody.clock.now().monotonic
        self.run(self.trader.takes_up(float(self.at * POINT)))
        self.sees()
        assert len(self.moody.sends) == before, "a start sends nothing"

    async def dies(self) -> None:
        rules = self.trader.rules
        for task in (*rules._writing, rules._firer.sending):
            if task is not None:
                task.cancel()
        await self.trader.is_killed()

    # --- what always holds ---

    @invariant()
    def what_was_sent_might_go(self) -> None:
        assert self.wrong == []

    @invariant()
    def nothing_is_executed_twice(self) -> None:
        assert [key for key, times in Counter(self.moody.executions).items() if times > 1] == []

    @invariant()
    def each_that_was_armed_is_accounted_for(self) -> None:
        """It waits, or it is said what became of it."""
        said = [*self.heard, *(one.text for one in self.trader.store.messages)]
        waiting = {one.number for one in self.trader.rules.orders if one.is_waiting}
        shown = {one.number for one in self.trader.rules.orders}
        for number in self.orders:
            by_itself = re.compile(rf"rmed order {number}\b(?!.* waits)|group.*\b{number}\b")
            told = any(by_itself.search(text) for text in said)
            assert number in waiting | shown | self.over or told, f"{number} is lost"

    def teardown(self) -> None:
        try:
            if hasattr(self, "trader"):
                self.disk_changes(False)
                self.run(self.looks(6))
                on_disk = self.steps()
                for order in self.trader.rules.orders:
                    last = on_disk[order.number][-1]
                    is_same = (last == "armed") == order.is_waiting
                    assert is_same, f"{order.number}: {on_disk[order.number]} on disk, {order.state} here"
                assert self.wrong == []
        finally:
            if hasattr(self, "trader"):
                self.run(self.trader.rules.stop())
                self.run(self.trader.desk.finish(within=0))
                self.loop.close()
                self.directory.cleanup()

    def steps(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        with sqlite3.connect(self.trader.journal.path) as other:
            for number, state in other.execute("SELECT rule, state FROM rule_steps ORDER BY rule, seq"):
                found.setdefault(number, []).append(state)
        other.close()
        return found


TestArmedLife = ArmedLife.TestCase
TestArmedLife.settings = settings(
    max_examples=examples(80),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
