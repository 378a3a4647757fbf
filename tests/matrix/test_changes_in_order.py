"""Several changes of one ticket's stops at once, the first of them in trouble: the last word stands.

Each goes in the order of the words, whatever the line does. A request that is delivered long after the client
gave it up is the one thing that nobody on this side can hold back: then it has to be said.
"""

import asyncio

import pytest

from tests.matrix.begin import a_run
from tests.matrix.kinds import Kind
from tests.matrix.leaps import run_by_leaps
from tests.matrix.runs import run_seed_of
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseIntent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

RUNS, AT_ONCE = 30, 5
_FAULTS = (
    Fault.DELAY,
    Fault.LATE_DELIVERY,
    Fault.DRIP,
    Fault.TIMED_OUT,
    Fault.RESET_IN_BODY,
    Fault.RATE_LIMITED,
    Fault.BRIDGE_DOWN,
    Fault.DROP_BEFORE_EXECUTING,
    Fault.DROP_AFTER_EXECUTING,
    Fault.NO_ANSWER_EXECUTED,
    Fault.CUT_SHORT,
)
# Within what the client waits for an answer: what comes later is the row of late deliveries.
_LATE = 4.0


async def changes_at_once(run: Run) -> list[str]:
    """What went wrong, as sentences."""
    first = await run.ready(Kind.MODIFY)
    assert isinstance(first, ModifyIntent)
    run.script(Scripted(run.rng.choice(_FAULTS), seconds=run.rng.uniform(0.2, _LATE)))
    assert isinstance(first.sl, MoveTo)
    point = run.market.specs[run.symbol].point
    changes = [first]
    for number in range(1, run.rng.randrange(2, 4)):
        desk = run.account.desk
        further = MoveTo(first.sl.price - run.side.sign * point * number)
        changes.append(ModifyIntent(desk.new_intent_id(), first.ticket, first.symbol, further, Keep()))
    for change in changes:
        run.submits(change)
        await asyncio.sleep(run.rng.choice([0.0, 0.05, 0.3, 1.0]))
    closes = run.rng.random() < 0.3
    if closes:
        held = next(one for one in run.engine.positions() if one.ticket == first.ticket)
        own = run.account.desk.new_intent_id()
        close = CloseIntent(own, held.ticket, held.symbol, held.side, held.volume, held.volume)
        run.submits(close)
        # Nothing is held back by what waits: a close is on the line at once.
        at_once = await run.until(lambda: run.state(close) is not IntentState.JOURNALED, within=2.0)
        assert at_once
    elif run.rng.random() < 0.3:
        await asyncio.sleep(run.rng.uniform(0.0, _LATE))
        await run.account.stop()
        await run.opens_the_terminal()
    judged = await run.judged()
    words = [change.intent_id for change in changes]
    done = [one.request_id for one in run.engine.executions if one.request_id in words]
    # Of stops that went with their position nothing is left to see: their order may be told as not done.
    wrong = [one for one in judged.sentences() if not (closes and one.startswith("lost: ModifyIntent"))]
    if done != sorted(done, key=lambda one: words.index(str(one))):
        wrong.append("they were executed in another order than that of the words")
    if not closes:
        held = next(one for one in run.engine.positions() if one.ticket == first.ticket)
        told = [one for one in changes if run.state(one) in (IntentState.FILLED, IntentState.FOUND_FILLED)]
        if told and told[-1].sl != MoveTo(held.sl or point * 0):
            wrong.append(f"the last that is told as done is {told[-1].sl}, and the sl is {held.sl}")
    return wrong


def lives(run_seed: int) -> list[str]:
    async def life() -> list[str]:
        async with a_run(run_seed, None, ScriptedFaults()) as run:
            return await changes_at_once(run)

    return run_by_leaps(life)


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, RUNS // AT_ONCE))]
)
def test_changes_of_one_ticket_are_executed_in_the_order_of_the_words(part: int) -> None:
    seeds = [run_seed_of(7, 0, number) for number in range(part * AT_ONCE, (part + 1) * AT_ONCE)]
    assert {seed: wrong for seed in seeds if (wrong := lives(seed))} == {}
