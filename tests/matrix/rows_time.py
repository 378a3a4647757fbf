"""Rows 26, 27 and 34: what happens to time while an order is on its way.

A clock that the document calls untrustworthy must never lead to a second send: the trader here always asks
for one, and the exchange counts.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.matrix.kinds import ANY
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_HOUR = 3_600.0
_LOSSES = (
    Fault.DROP_BEFORE_EXECUTING,
    Fault.DROP_AFTER_EXECUTING,
    Fault.NO_ANSWER,
    Fault.NO_ANSWER_EXECUTED,
    Fault.LATE_DELIVERY,
    Fault.RATE_LIMITED,
    Fault.BRIDGE_DOWN,
    Fault.CUT_SHORT,
    None,
)
_NOTHING_DONE = (Fault.DROP_BEFORE_EXECUTING, Fault.NO_ANSWER)


async def machine_sleeps(run: Run) -> None:
    """26: 30, 119, 121 or 600 s of sleep, anywhere in an order's life."""
    intent = await _in_trouble(run)
    await asyncio.sleep(run.rng.choice([0.0, 0.05, 0.3, 3.0, 11.0, 13.0]) * run.rng.random())
    slept = run.rng.choice([30.0, 119.0, 121.0, 600.0])
    run.sleeps(slept)
    if slept > 90.0:
        run.server.hub.cut()  # the exchange cuts who says nothing for 90 s
    await _never_again(run, intent)


async def wall_clock_jumps(run: Run) -> None:
    """27: an hour ahead or back; perhaps it is set right again, which makes no key younger.

    In half of the runs the order is surely in doubt by then, and stays so while its key could be used.
    """
    if run.rng.random() < 0.5:
        intent = await _in_trouble(run, _NOTHING_DONE)
        await run.until(lambda: run.account.desk.doubts() or run.is_past(intent))
        assert run.account.desk.doubts(), "it should be in doubt"
        await asyncio.sleep(run.rng.uniform(0.2, 3.0))
    else:
        intent = await _in_trouble(run)
        await asyncio.sleep(run.rng.choice([0.0, 0.05, 0.3, 3.0, 11.0, 13.0]) * run.rng.random())
    run.clock.jumped += run.rng.choice([_HOUR, -_HOUR])
    if run.rng.random() < 0.5:
        run.beside(_clock_is_set_right(run, run.rng.uniform(0.2, 5.0)))
    await _never_again(run, intent)


async def _clock_is_set_right(run: Run, after: float) -> None:
    await asyncio.sleep(after)
    run.clock.jumped = 0.0


async def loop_blocked(run: Run) -> None:
    """34: the program stands still for 10 s; the exchange does not."""
    intent = await _in_trouble(run)
    await asyncio.sleep(run.rng.choice([0.0, 0.01, 0.1, 0.5, 3.0]) * run.rng.random())
    run.loop.leaping.leap(10.0)
    run.is_impatient()
    await run.until(lambda: run.is_past(intent))


async def _in_trouble(run: Run, losses: Sequence[Fault | None] = _LOSSES) -> Intent:
    intent = await run.ready(*ANY)
    fault = run.rng.choice(losses)
    if fault is not None:
        seconds = run.rng.uniform(12.5, 20.0) if fault is Fault.LATE_DELIVERY else None
        run.script(Scripted(fault, seconds=seconds))
        run.watch_for(45.0 if fault is Fault.LATE_DELIVERY else 0.0)
    run.submits(intent)
    return intent


async def _never_again(run: Run, intent: Intent) -> None:
    """Once a clock ran wrong while it was in doubt, the key counts as expired: no offer, no second send."""
    own = intent.intent_id
    if run.account.desk.doubts():
        sent = len(_received(run, own))

        def offered() -> bool:
            doubts = run.account.desk.doubts()
            return any(isinstance(one.resend, AgainNow) for one in doubts if one.record.intent is intent)

        while not run.is_past(intent) and run.loop.time() < 120.0:
            assert not offered(), "it is offered to be sent again, with a key that may be forgotten"
            run.account.desk.send_again(own)
            await asyncio.sleep(1.0)
        assert len(_received(run, own)) == sent, "it was sent again, with a key that may be forgotten"


def _received(run: Run, key: str) -> list[str]:
    rows: dict[str, Any] = dict(run.server.gate.record.rows())
    return [one for received in rows.values() for one in received["keys"] if one == key]


ROWS = {
    26: ("sleep of 30, 119, 121, 600 s", machine_sleeps),
    27: ("wall clock +-1 h", wall_clock_jumps),
    34: ("event loop blocked 10 s", loop_blocked),
}
