"""Row 49: deals of others in the history: they are nobody's proof."""

from tests.matrix.kinds import OPENS
from tests.matrix.world import Run
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_HISTORY = "/v1/history"


async def deals_of_others(run: Run) -> None:
    """49: the same was opened and closed by another hand before the send; the broker's clock is an hour off;
    the history was not read at the send."""
    hour = run.rng.choice([0.0, 3_600.0, -3_600.0])
    if hour:
        run.script(Scripted(Fault.DEALS_OFF, _HISTORY, by=hour))
    if run.rng.random() < 0.4:
        run.script(Scripted(Fault.LIST_FAILS, _HISTORY, seconds=run.rng.uniform(1.0, 40.0)))
    intent = await run.ready(*OPENS)
    run.script(Scripted(Fault.FOREIGN_DEALS, by=run.rng.choice([3.0, 20.0, 50.0, 3_590.0])))
    lost = [Fault.TIMED_OUT, Fault.NO_ANSWER, Fault.PLACED_NEVER, Fault.DROP_AFTER_EXECUTING, None]
    fault = run.rng.choice(lost)
    if fault is not None:
        run.script(Scripted(fault))
    run.submits(intent)
    await run.trader_decides(intent)


ROWS = {49: ("deals of others, broker time an hour off", deals_of_others)}
