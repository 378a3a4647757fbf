"""Rows 44 and 45: answers that are not true, about one order and about many."""

import asyncio
from decimal import Decimal

from tests.matrix.by_command import by_command, can_be_typed
from tests.matrix.kinds import ANY, BULK, CLOSES, OPENS, OTHERS
from tests.matrix.world import Run
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted, Telling

_BY_COMMAND = 0.25


async def told_as_done(run: Run) -> None:
    """44: `filled` or `ok` with nothing done; with another volume; with a number of no order."""
    fault = run.rng.choice(
        [Fault.NOTHING_DONE, Fault.NOTHING_DONE, Fault.ANOTHER_VOLUME, Fault.NO_SUCH_ORDER]
    )
    run.volume = max(run.volume, Decimal("0.05"))
    kinds = {Fault.ANOTHER_VOLUME: OPENS, Fault.NO_SUCH_ORDER: (*OPENS, *CLOSES)}.get(fault, (*ANY, *OTHERS))
    intent = run.prepares(*kinds)
    is_typed = can_be_typed(intent) and run.rng.random() < _BY_COMMAND
    if not is_typed:
        await run.opens_the_terminal()
    run.script(Scripted(fault))
    if run.rng.random() < 0.3:
        run.script(Scripted(Fault.STREAM_LOSE, seconds=run.rng.uniform(1.0, 30.0)))
    if is_typed:
        await by_command(run, intent)
        intent = run.intents[-1]
    else:
        run.submits(intent)
    await run.trader_decides(intent)


async def bulk_lies(run: Run) -> None:
    """45: `closed` counts wrong, 0 of 0, `placed` for each ticket, one left open."""
    intent = await run.ready(*BULK)
    answer = run.rng.choice(
        [Telling.FILLED, Telling.ZERO, Telling.PLACED, Telling.MISCOUNT, Telling.TIMED_OUT]
    )
    share = run.rng.choice([Decimal(0), Decimal("0.5"), Decimal("0.99"), Decimal(1)])
    late = run.rng.choice([0.0, 0.0, 2.0, 12.0])
    run.script(Scripted(Fault.BULK_TOLD, share=share, seconds=late, answer=answer))
    run.watch_for(late + 20.0)
    run.submits(intent)
    run.trader_may_decide(intent)
    await asyncio.sleep(late + 45.0)
    await run.until(lambda: run.is_past(intent))
    left = [run.submits(one) for one in run.account.desk.leftovers(intent.intent_id)]
    await run.until(lambda: all(map(run.is_past, left)))


ROWS = {
    44: ("told as done, and nothing was", told_as_done),
    45: ("bulk answers that lie", bulk_lies),
}
