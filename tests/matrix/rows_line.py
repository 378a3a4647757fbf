"""Rows 1 to 14: what the line, or a proxy on it, does to one order.

Every one is drawn from all kinds of orders, unless the row is about one, in one of the server's moods.
"""

import asyncio

from tests.matrix.kinds import ANY
from tests.matrix.world import Run
from xbtfx_tui.paper.faults.fault_types import FOR_EVER, Fault, Scripted

CLOSED_PORT = 1


async def dns_failure(run: Run) -> None:
    """1: the name of the exchange can't be found, for a while or for long."""
    intent = await run.ready(*ANY)
    run.loop.resolve = lambda port: -1
    run.submits(intent)
    await asyncio.sleep(run.rng.choice([0.3, 2.0, 4.0, 20.0, 70.0]) * run.rng.uniform(0.8, 1.2))
    run.loop.resolve = lambda port: port


async def connect_refused(run: Run) -> None:
    """2: nothing listens, or what listens speaks no TLS."""
    intent = await run.ready(*ANY)
    seconds = run.rng.choice([0.3, 2.0, 4.0, 20.0, 70.0]) * run.rng.uniform(0.8, 1.2)
    if run.rng.random() < 0.5:
        run.loop.resolve = lambda port: CLOSED_PORT
        run.submits(intent)
        await asyncio.sleep(seconds)
        run.loop.resolve = lambda port: port
    else:
        client = run.account._client
        address = client._base_url
        client._base_url = address.replace("http:", "https:")
        client._trust = None
        run.submits(intent)
        await asyncio.sleep(seconds)
        client._base_url, client._trust = address, None


async def rate_limited(run: Run) -> None:
    """3: 429 once, several times, or for long."""
    intent = await run.ready(*ANY)
    times = run.rng.choice([1, 1, 2, 3, FOR_EVER])
    run.script(Scripted(Fault.RATE_LIMITED, times=times, seconds=run.rng.choice([1.0, 3.0, 6.0, 30.0])))
    run.submits(intent)
    await asyncio.sleep(run.rng.uniform(5.0, 70.0))
    run.faults.clear()


async def bridge_down(run: Run) -> None:
    """4: 503 once, twice, or for long."""
    intent = await run.ready(*ANY)
    run.script(Scripted(Fault.BRIDGE_DOWN, times=run.rng.choice([1, 1, 2, 3, FOR_EVER])))
    run.submits(intent)
    run.is_impatient()
    await asyncio.sleep(run.rng.uniform(5.0, 60.0))
    run.faults.clear()


async def reset_in_headers(run: Run) -> None:
    """5."""
    await _once(run, Scripted(Fault.RESET_IN_HEADERS))


async def reset_in_body(run: Run) -> None:
    """6."""
    await _once(run, Scripted(Fault.RESET_IN_BODY))


async def dropped_before(run: Run) -> None:
    """7: closed after reading, before executing."""
    await _once(run, Scripted(Fault.DROP_BEFORE_EXECUTING))


async def dropped_after(run: Run) -> None:
    """8: executed, then closed."""
    await _once(run, Scripted(Fault.DROP_AFTER_EXECUTING))


async def no_answer_executed(run: Run) -> None:
    """9: read time-out, executed."""
    await _once(run, Scripted(Fault.NO_ANSWER_EXECUTED))


async def no_answer(run: Run) -> None:
    """10: read time-out, not executed."""
    await _once(run, Scripted(Fault.NO_ANSWER))


async def delivered_late(run: Run) -> None:
    """11: the request arrives after the client gave up, which it does after 12 s."""
    intent = await run.ready(*ANY)
    late = run.rng.uniform(12.5, 55.0)
    run.script(Scripted(Fault.LATE_DELIVERY, seconds=late))
    run.submits(intent)
    run.watch_for(late + 25.0)
    run.is_impatient()


async def dripping(run: Run) -> None:
    """12: one byte a second."""
    await _once(run, Scripted(Fault.DRIP, seconds=1.0))


async def cut_short(run: Run) -> None:
    """13: half of the JSON, on a 200."""
    await _once(run, Scripted(Fault.CUT_SHORT))


async def proxy_page(run: Run) -> None:
    """14: HTML with a 502; the order behind it was executed or not."""
    await _once(run, Scripted(run.rng.choice([Fault.HTML_502, Fault.HTML_502_EXECUTED])))


async def _once(run: Run, step: Scripted) -> None:
    intent = await run.ready(*ANY)
    run.script(step)
    blind = run.rng.random()
    if blind < 0.3:
        run.script(Scripted(Fault.STREAM_LOSE, seconds=run.rng.uniform(1.0, 40.0)))
    elif blind < 0.6:
        run.goes_blind(run.rng.uniform(1.0, 25.0))
    run.submits(intent)
    if run.rng.random() < 0.5:
        run.is_impatient()


ROWS = {
    1: ("DNS failure", dns_failure),
    2: ("connect refused, TLS failure", connect_refused),
    3: ("429 once, many times", rate_limited),
    4: ("503 then good", bridge_down),
    5: ("reset while sending headers", reset_in_headers),
    6: ("reset while sending the body", reset_in_body),
    7: ("closed after reading, before executing", dropped_before),
    8: ("executed, then closed", dropped_after),
    9: ("read time-out, executed", no_answer_executed),
    10: ("read time-out, not executed", no_answer),
    11: ("delivered after the client gave up", delivered_late),
    12: ("one byte a second", dripping),
    13: ("JSON cut short on 200", cut_short),
    14: ("HTML 502", proxy_page),
}
