"""Rows 28 to 30: a stream and snapshots that do not keep step."""

import asyncio

from tests.matrix.kinds import ANY, CLOSES, PLAIN
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted


async def event_before_snapshot(run: Run) -> None:
    """28: the snapshot was made before the fill, and arrives after the event that tells of it."""
    intent = await run.ready(*PLAIN)
    run.script(
        Scripted(
            Fault.DELAY, "/v1/positions", times=run.rng.randrange(1, 4), seconds=run.rng.uniform(0.5, 4.0)
        )
    )
    run.account.read_again()
    await asyncio.sleep(run.rng.uniform(0.0, 0.3))
    run.submits(intent)
    run.watch_for(6.0)


async def snapshot_older_than_close(run: Run) -> None:
    """29: positions are read as they stood before a close, late or from a cache: the dead stay dead."""
    intent = await run.ready(*CLOSES[:1])
    assert isinstance(intent, CloseIntent)
    fault = run.rng.choice([Fault.DELAY, Fault.STALE])
    run.script(
        Scripted(fault, "/v1/positions", times=run.rng.randrange(1, 4), seconds=run.rng.uniform(0.5, 4.0))
    )
    if fault is Fault.DELAY:
        run.account.read_again()
        await asyncio.sleep(run.rng.uniform(0.0, 0.3))
    run.submits(intent)
    assert await run.until(lambda: intent.ticket not in run.account.store.positions)
    # The document's own bound: a snapshot asked for 30 s after the close may know better.
    end = run.loop.time() + 25.0
    while run.loop.time() < end:
        assert intent.ticket not in run.account.store.positions, "a closed position is back on screen"
        if run.rng.random() < 0.3:
            run.account.read_again()
        await asyncio.sleep(0.2)


async def drop_hides_a_fill(run: Run) -> None:
    """30: the stream is cut, deaf or mute exactly while the order is executed."""
    intent = await run.ready(*ANY)
    fault = run.rng.choice([Fault.STREAM_CUT, Fault.STREAM_LOSE, Fault.STREAM_SILENCE, Fault.STREAM_HOLD])
    run.script(Scripted(fault, seconds=run.rng.uniform(0.5, 50.0)))
    if run.rng.random() < 0.5:
        run.script(Scripted(run.rng.choice([Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT])))
    run.submits(intent)


ROWS = {
    28: ("event before snapshot", event_before_snapshot),
    29: ("snapshot older than a close", snapshot_older_than_close),
    30: ("stream drop hides a fill", drop_hides_a_fill),
}
