"""Rows 46 and 47: the kill switch while orders are on their way, and with nothing known of what is held."""

import asyncio

from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.paper.faults.fault_types import POSITIONS, Fault, Scripted, Telling

_WHY = "you pressed the kill switch"


async def opens_after(run: Run) -> None:
    """46: what opens after the kill switch raises an alarm."""
    other = next(one for one in ("GBPUSD", "EURUSD") if one != run.symbol)
    for _ in range(run.rng.randrange(3)):
        run.elsewhere()
    await run.opens_the_terminal()
    late = run.rng.uniform(4.0, 20.0)
    run.script(
        Scripted(Fault.PLACED_LATE, "/v1/trade", seconds=late),
        Scripted(Fault.TIMED_OUT_LATE, "/v1/trade", seconds=late * run.rng.uniform(0.5, 1.5)),
    )
    placed = run.submits(run.drafts())
    await run.also_looks_at(other)
    bid, ask = run.quote(other)
    unknown = run.submits(run.drafts(symbol=other, price=ask if run.side.sign > 0 else bid))
    await asyncio.sleep(run.rng.uniform(0.5, 2.0))
    said = len(run.account.store.messages)
    run.account.desk.kill(_WHY)
    tickets = tuple(sorted(run.account.store.positions))
    everything = CloseAllIntent(run.account.desk.new_intent_id(), tickets)
    run.submits(everything)
    run.watch_for(late * 1.5 + 25.0)
    await run.until(lambda: run.executions(placed) and run.executions(unknown))
    await run.until(lambda: run.is_past(placed) and run.is_past(unknown))
    loud = [one.text for one in list(run.account.store.messages)[said:] if one.severity is Severity.ERROR]
    opened = {
        one.execution.tickets[0]
        for one in run.timeline.acts
        if one.execution.request_id in {placed.intent_id, unknown.intent_id}
    }
    for ticket in opened:
        assert any(str(ticket) in text for text in loud), f"{ticket} opened after the kill switch, in silence"


async def kills_blind(run: Run) -> None:
    """47: the positions were never read, or the list is empty: everything is closed or said to be open."""
    for _ in range(run.rng.randrange(1, 4)):
        run.elsewhere()
    seconds = run.rng.uniform(5.0, 50.0)
    is_empty = run.rng.random() < 0.5
    if not is_empty:
        run.script(Scripted(Fault.LIST_FAILS, POSITIONS, seconds=seconds))
        await run.opens_a_terminal_that_waits()
    else:
        if run.rng.random() < 0.5:
            await run.opens_the_terminal()
            run.script(Scripted(Fault.LIST_EMPTY, POSITIONS, seconds=seconds))
        else:
            run.script(Scripted(Fault.LIST_EMPTY, POSITIONS, seconds=seconds))
            await run.opens_the_terminal()
        run.account.read_again()
        await asyncio.sleep(run.rng.uniform(0.5, 2.0))
    # Beside an empty list, an answer that names deals would be the second witness that lies.
    told = (Telling.TIMED_OUT, Telling.PLACED, Telling.ZERO, *((Telling.FILLED,) if not is_empty else ()))
    answer = run.rng.choice([None, None, *told])
    if answer is not None:
        run.script(Scripted(Fault.BULK_TOLD, answer=answer))
    run.account.desk.kill(_WHY)
    tickets = tuple(sorted(run.account.store.positions))
    everything = CloseAllIntent(run.account.desk.new_intent_id(), tickets)
    run.submits(everything)
    run.trader_may_decide(everything)
    if run.rng.random() < 0.3:
        run.script(Scripted(Fault.STREAM_REPLAY, "/v1/account"))
    run.watch_for(seconds + 40.0)


ROWS = {
    46: ("kill switch, orders open later", opens_after),
    47: ("kill switch, positions unread or empty", kills_blind),
}
