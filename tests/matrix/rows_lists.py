"""Rows 38 to 40: lists that are empty, behind or refused, while an order's outcome hangs on them."""

import asyncio

from tests.matrix.kinds import ANY
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseAllIntent, OpenIntent
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.paper.faults.fault_types import POSITIONS, Fault, Scripted, Telling

_ANSWERS: tuple[Fault | None, ...] = (
    Fault.TIMED_OUT,
    Fault.TIMED_OUT,
    Fault.NO_ANSWER,
    Fault.DROP_BEFORE_EXECUTING,
    Fault.DROP_AFTER_EXECUTING,
    Fault.CUT_SHORT,
    None,
)
"""An answer that names a deal is not among them: with a list that lies as well, two witnesses would."""
_WHOLE = 0.99999


async def empty_list(run: Run) -> None:
    """38: the positions are empty for 1, 5 or 20 s while it is in doubt; nothing may be told by that."""
    intent = await run.ready(*ANY)
    seconds = run.rng.choice([1.0, 5.0, 20.0]) * run.rng.uniform(0.9, 1.1)
    _goes_wrong(run)
    run.script(Scripted(Fault.LIST_EMPTY, seconds=seconds))
    run.watch_for(seconds)
    if run.rng.random() < 0.4:
        run.script(Scripted(Fault.STREAM_LOSE, seconds=run.rng.uniform(1.0, 30.0)))
    # What a reverse opens no empty list can hide: nothing may have told of it yet.
    before = {position.ticket for position in run.engine.positions()}
    run.submits(intent)
    if not isinstance(intent, OpenIntent):
        end = run.loop.time() + seconds
        while run.loop.time() < end:
            if run.rng.random() < 0.2:
                run.account.read_again()
            await asyncio.sleep(0.2)
            held = {position.ticket for position in run.engine.positions()} & before
            gone = held - run.account.store.positions.keys()
            assert not gone, f"positions {sorted(gone)} are held and were hidden by an empty list"


async def stale_list(run: Run) -> None:
    """39: the positions are 5, 24 or 60 s behind, the stream tells of now."""
    intent = await run.ready(*ANY)
    behind = run.rng.choice([5.0, 24.0, 60.0])
    seconds = behind + run.rng.uniform(5.0, 40.0)
    _goes_wrong(run)
    run.script(Scripted(Fault.LIST_STALE, seconds=seconds, by=behind))
    run.watch_for(seconds + 5.0)
    run.submits(intent)


def _goes_wrong(run: Run) -> None:
    fault = run.rng.choice(_ANSWERS)
    if fault is not None:
        run.script(Scripted(fault))


async def never_read(run: Run) -> None:
    """40: nothing opens before the first snapshot; closing everything goes blind, and is not told as done."""
    for _ in range(run.rng.randrange(3)):
        run.elsewhere()
    which = run.rng.choice([POSITIONS, POSITIONS, "/v1/orders", "/v1/account"])
    seconds = run.rng.uniform(20.0, 70.0)
    run.script(Scripted(Fault.LIST_FAILS, which, seconds=seconds))
    await run.opens_a_terminal_that_waits()
    assert await run.until(lambda: isinstance(run.account.store.trading, TradingOpen))
    draft = run.drafts()
    problems = run.account.desk.submit(draft)
    assert any(one.blocks for one in problems), f"it opens with {which} never read"
    if which == POSITIONS and run.rng.random() < 0.7:
        blind = CloseAllIntent(run.account.desk.new_intent_id(), ())
        if run.rng.random() < 0.5:
            step = Scripted(
                Fault.BULK_TOLD, answer=run.rng.choice([Telling.FILLED, Telling.TIMED_OUT, Telling.PLACED])
            )
            run.script(step)
        run.submits(blind)
        run.trader_may_decide(blind)
    assert await run.until(run.is_ready, within=seconds + 60.0), "the lists are back, and it does not trade"
    intent = run.drafts()
    if run.rng.random() < 0.7:
        run.script(Scripted(run.rng.choice([Fault.TIMED_OUT, Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT])))
    run.tries(intent)


ROWS = {
    38: ("positions list empty in doubt", empty_list),
    39: ("positions list stale, stream live", stale_list),
    40: ("order before the first snapshot", never_read),
}
