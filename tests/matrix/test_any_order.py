"""Desk, store and exchange with faults in any order, by Hypothesis; the matrix's oracle has the last word."""

import asyncio
import contextlib
import gc
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.hypothesis_profiles import examples
from tests.matrix.begin import a_run
from tests.matrix.kinds import Kind, draft, kind_needs
from tests.matrix.leaps import LeapingLoop
from tests.matrix.test_oracle_can_fail import says_filled_and_sends_nothing
from tests.matrix.world import Run
from xbtfx_tui.api.rest_client import RestClient
from xbtfx_tui.domain.intents import CloseAllIntent, CloseByIntent, Intent, OpenIntent, opens
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.orders.reconcile import order_tracker
from xbtfx_tui.orders.reconcile.outcome_findings import Proven
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import ON_STREAM, Fault, Scripted
from xbtfx_tui.paper.service.idempotency_cache import Dedupes

# The key's end is a session's end; hostile texts are another row's; a bulk close in part needs its tickets;
# of a price that only the list tells, nobody can know that it is not so.
_APART = frozenset(
    {
        Fault.REVOKED,
        Fault.REVOKED_AFTER,
        Fault.HOSTILE_LONG,
        Fault.STALE,
        Fault.BULK_PART,
        Fault.HALF_REVERSE,
        Fault.ODD_PRICE,
    }
)
FAULTS = st.sampled_from([fault for fault in Fault if fault not in _APART | ON_STREAM])
STREAM_FAULTS = st.sampled_from(sorted(ON_STREAM, key=lambda fault: fault.value))
KINDS = st.sampled_from(
    [Kind.OPEN, Kind.OPEN, Kind.OPEN_WITH_STOPS, Kind.CLOSE, Kind.CLOSE_PART, Kind.MODIFY]
)
SECONDS = st.sampled_from([0.0, 0.1, 0.7, 3.0, 11.0, 31.0])


class DeskMachine(RuleBasedStateMachine):
    """A trader, a line and an exchange, none of which is reasonable."""

    def __init__(self) -> None:
        super().__init__()
        self.runner: asyncio.Runner = asyncio.Runner(loop_factory=LeapingLoop)
        self.world = contextlib.AsyncExitStack()
        self.run: Run
        self.drafted = 0

    def does(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begins(self, seed: int) -> None:
        async def opens() -> Run:
            run = await self.world.enter_async_context(a_run(seed, None, ScriptedFaults()))
            await run.opens_the_terminal()
            return run

        self.run = self.does(opens())

    @rule(fault=FAULTS, seconds=SECONDS)
    def something_will_go_wrong(self, fault: Fault, seconds: float) -> None:
        self.run.script(Scripted(fault, seconds=seconds or None))

    @rule(fault=STREAM_FAULTS, seconds=SECONDS)
    def the_stream_goes_wrong(self, fault: Fault, seconds: float) -> None:
        async def begins() -> None:
            self.run.faults.stream.begin(Scripted(fault, seconds=seconds))

        self.does(begins())

    @rule(kind=KINDS)
    def the_trader_orders(self, kind: Kind) -> None:
        async def orders() -> None:
            run = self.run
            self.drafted += 1
            # Each volume once: what could be taken for another is a row of its own.
            run.volume += run.rng.randrange(1, 4) * self.step()
            if kind not in (Kind.OPEN, Kind.OPEN_WITH_STOPS) and not self.untouched():
                for side, volume in kind_needs(kind, run):
                    run.elsewhere(side=side, volume=volume)
                await asyncio.sleep(1.0)
            intent = self.draft_of(kind)
            if intent is not None:
                run.tries(intent)

        self.does(orders())

    @rule(fault=FAULTS, kind=KINDS)
    def the_trader_orders_into_trouble(self, fault: Fault, kind: Kind) -> None:
        self.run.script(Scripted(fault))
        self.the_trader_orders(kind=kind)

    @rule(seconds=SECONDS)
    def time_goes_by(self, seconds: float) -> None:
        self.does(asyncio.sleep(seconds))

    @rule()
    def the_trader_sends_again(self) -> None:
        async def again() -> None:
            run = self.run
            for doubt in run.account.desk.doubts():
                keeps_its_word = run.server.gate.cache.mood.dedupes is not Dedupes.NEVER
                if isinstance(doubt.resend, AgainNow) and keeps_its_word:
                    run.account.desk.send_again(doubt.record.intent.intent_id)

        self.does(again())

    @rule(seconds=st.sampled_from([30.0, 121.0, 600.0]))
    def the_machine_sleeps(self, seconds: float) -> None:
        self.run.sleeps(seconds)

    @rule(seconds=st.sampled_from([3_600.0, -3_600.0]))
    def the_wall_clock_jumps(self, seconds: float) -> None:
        self.run.clock.jumped += seconds

    @rule()
    def the_program_stands_still(self) -> None:
        self.run.loop.leaping.leap(10.0)

    @rule()
    def the_trader_unlocks(self) -> None:
        self.does(self.calls(self.run.account.desk.unlock))

    @rule()
    def the_terminal_is_started_again(self) -> None:
        async def again() -> None:
            run = self.run
            run.faults.clear()
            await run.account.stop()
            await run.opens_the_terminal()

        self.does(again())

    def teardown(self) -> None:
        if not hasattr(self, "run"):
            return

        async def ends() -> list[str]:
            self.run.faults.clear()
            if self.run.others:
                # What another hand opened may be near what an order asked for: the trader says whose it is.
                for intent in filter(opens, self.run.intents):
                    self.run.may_end[intent.intent_id] = frozenset({IntentState.AMBIGUOUS})
            judgement = await self.run.judged()
            await self.world.aclose()
            return judgement.sentences()

        try:
            wrong = self.does(ends())
            assert not wrong, "; ".join(wrong)
        finally:
            self.runner.close()

    # --- small things ---

    async def calls(self, work: Any) -> None:
        work()

    def step(self) -> Any:
        return self.run.market.specs[self.run.symbol].volume_step

    def untouched(self) -> list[int]:
        """Tickets that no order of this run has to do with."""
        touched = {getattr(intent, "ticket", None) for intent in self.run.intents}
        return [p.ticket for p in self.run.engine.positions(self.run.symbol) if p.ticket not in touched]

    def draft_of(self, kind: Kind) -> Intent | None:
        """An order; None where its position is another order's as well."""
        try:
            intent = draft(kind, self.run)
        except IndexError:
            return None
        if isinstance(intent, OpenIntent):
            return intent
        assert not isinstance(intent, CloseAllIntent | CloseByIntent)
        return intent if getattr(intent, "ticket", None) in self.untouched() else None


@pytest.fixture(autouse=True)
def no_garbage_of_earlier_runs() -> None:
    """CPython 3.11 fails an ast.parse (Hypothesis reads our source) while the collector prints
    a dead task's traceback (which parses, too): so what earlier tests left is collected first."""
    gc.collect()


def test_a_broken_desk_does_not_get_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RestClient, "send", says_filled_and_sends_nothing)
    monkeypatch.setattr(order_tracker, "find", lambda *given: Proven(CarriedOut()))
    few = settings(max_examples=20, deadline=None, database=None, derandomize=True, phases=[Phase.generate])

    with pytest.raises(AssertionError, match=r"was not executed and is told as filled|was not so"):
        run_state_machine_as_test(DeskMachine, settings=few)


TestDeskMachine = DeskMachine.TestCase
TestDeskMachine.settings = settings(
    max_examples=examples(25),
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
