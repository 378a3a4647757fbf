"""Rows 15 to 22, 36 and 37: what the exchange answers, and what it does."""

import asyncio

from tests.matrix.kinds import ANY, BULK, CLOSES, PLAIN, Kind
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.paper.faults.fault_injector import HOSTILE
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted
from xbtfx_tui.paper.service.idempotency_cache import Dedupes

TRADER_DECIDES = (IntentState.UNKNOWN, IntentState.AMBIGUOUS)


async def timed_out_late(run: Run) -> None:
    """15: 504, and the fill comes later."""
    intent = await run.ready(*PLAIN)
    late = run.rng.choice([0.2, 3.0, 12.0, 28.0, 50.0]) * run.rng.uniform(0.8, 1.2)
    run.script(Scripted(Fault.TIMED_OUT_LATE, seconds=late))
    run.submits(intent)
    run.watch_for(late + 25.0)
    run.is_impatient()


async def timed_out(run: Run) -> None:
    """16: 504, and nothing comes."""
    run.script(Scripted(Fault.TIMED_OUT))
    run.submits(await run.ready(*ANY))
    run.is_impatient()


async def placed_late(run: Run) -> None:
    """17: placed, filled 20 s later; or sooner, or after the desk has called it unknown."""
    late = run.rng.choice([20.0, 20.0, 8.0, 29.0, 31.0, 45.0]) * run.rng.uniform(0.95, 1.05)
    intent = await run.ready(*PLAIN)
    run.script(Scripted(Fault.PLACED_LATE, seconds=late))
    run.submits(intent)
    run.watch_for(late + 25.0)


async def placed_never(run: Run) -> None:
    """18."""
    run.script(Scripted(Fault.PLACED_NEVER))
    run.submits(await run.ready(*PLAIN))


async def retcode_10012(run: Run) -> None:
    """19: refused as timed out, and filled all the same."""
    intent = await run.ready(*PLAIN)
    run.script(Scripted(Fault.RETCODE_10012))
    if run.rng.random() < 0.7:
        run.goes_blind(run.rng.uniform(1.0, 20.0))
    run.submits(intent)
    run.is_impatient()


async def half_reversed(run: Run) -> None:
    """20: 207: closed, not opened; never sent again, and said loudly."""
    intent = await run.ready(Kind.REVERSE)
    run.script(Scripted(Fault.HALF_REVERSE, "/v1/reverse"))
    run.submits(intent)
    run.is_impatient()
    await run.until(lambda: run.is_past(intent))
    loud = [said for said in run.account.store.messages if said.severity is Severity.ERROR]
    assert loud, "the 207 was not said loudly"


async def bulk_in_part(run: Run) -> None:
    """21: some tickets of a bulk close are closed, then the time-out; the trader closes what is left."""
    intent = await run.ready(*BULK)
    assert isinstance(intent, CloseAllIntent | CloseSymbolIntent)
    run.script(Scripted(Fault.BULK_PART))
    run.submits(intent)
    run.may_stay(intent, *TRADER_DECIDES)
    run.is_impatient()
    held = len(run.engine.positions())
    assert await run.until(lambda: len(run.engine.positions()) < held)
    assert await run.until(lambda: run.account.desk.leftovers(intent.intent_id)), "nothing was offered"
    await run.until(lambda: set(run.account.store.positions) == {p.ticket for p in run.engine.positions()})
    run.may_end.clear()
    left = [run.submits(one) for one in run.account.desk.leftovers(intent.intent_id)]
    await run.until(lambda: all(map(run.is_past, left)))


async def not_found_on_retry(run: Run) -> None:
    """22: a close was executed and its answer lost; sent again, it is told that there is no such position.

    In the mood that never dedupes the 404 is the truth; in the others a proxy's cache gives it.
    """
    intent = await run.ready(*CLOSES[:1])
    run.script(Scripted(Fault.DROP_AFTER_EXECUTING))
    run.goes_blind(run.rng.uniform(12.0, 20.0))
    if run.server.gate.cache.mood.dedupes is not Dedupes.NEVER:
        run.script(Scripted(Fault.NOT_FOUND))
    run.submits(intent)

    def may_again() -> bool:
        return any(isinstance(doubt.resend, AgainNow) for doubt in run.account.desk.doubts())

    if await run.until(may_again, within=20.0):
        run.account.desk.send_again(intent.intent_id)
        await asyncio.sleep(run.rng.uniform(0.5, 5.0))


async def hostile_texts(run: Run) -> None:
    """36: markup, control characters or a megabyte in the answer and on the stream."""
    fault = run.rng.choice([Fault.HOSTILE_MARKUP, Fault.HOSTILE_ESCAPE, Fault.HOSTILE_LONG])
    intent = await run.ready(*ANY)
    if run.rng.random() < 0.7:
        run.script(Scripted(fault))
    run.beside(_says_what_it_likes(run, HOSTILE[fault]))
    run.submits(intent)
    await run.until(lambda: run.is_past(intent))
    for text in (*(said.text for said in run.account.store.messages), *_story(run)):
        assert len(text) < 4_000, "a text of the server is told without bound"
        hidden = [one for one in text if not one.isprintable()]
        assert hidden == [], f"a control character reaches the screen: {hidden!r}"
    rows = await run.journal.rows()
    assert run.journal.path.stat().st_size < 1_000_000
    assert rows


async def _says_what_it_likes(run: Run, text: str) -> None:
    """The stream's own texts, in every place that may hold one; positions are left as they are."""
    frames: list[dict[str, object]] = [
        {"channel": "system", "event": "rate_limit", "message": text},
        {"channel": "system", "event": text},
        {"channel": "quote", "symbol": text, "bid": 1.0, "ask": 1.1, "time": text},
        {"channel": "account", "type": "order", "event": "add", "ticket": 1, "symbol": text, "volume": 0.1},
        {"channel": "order", "event": "add", "ticket": 2, "symbol": text, "type": text, "price": 1},
        {"channel": "deal", "ticket": 3, "symbol": text, "side": text, "volume": text, "profit": text},
        {"channel": text, "event": text},
        {"action": text, "message": text},
        {"action": "error", "code": text, "message": text},
    ]
    while True:
        run.tells(run.rng.choice(frames))
        await asyncio.sleep(run.rng.uniform(0.0, 1.0))


def _story(run: Run) -> list[str]:
    return [line.text for record in run.account.store.intents.values() for line in record.story]


async def revoked(run: Run) -> None:
    """37: the key is revoked with the order, just after it, or while it waits to be seen."""
    intent = await run.ready(*ANY)
    how = run.rng.choice([Fault.REVOKED, Fault.REVOKED_AFTER, None])
    run.is_blind = True
    run.may_stay(intent, IntentState.UNKNOWN, IntentState.AMBIGUOUS)
    if how is not None:
        run.script(Scripted(how))
    run.submits(intent)
    if how is None:
        await asyncio.sleep(run.rng.uniform(0.0, 0.4))
        run.faults.stream.revoke()
    run.watch_for(run.rng.uniform(5.0, 60.0))


ROWS = {
    15: ("504, late fill", timed_out_late),
    16: ("504, nothing", timed_out),
    17: ("placed, filled 20 s later", placed_late),
    18: ("placed, never filled", placed_never),
    19: ("retcode 10012, filled", retcode_10012),
    20: ("207", half_reversed),
    21: ("bulk close done in part, then time-out", bulk_in_part),
    22: ("retry answers 404 after success", not_found_on_retry),
    36: ("[/x], ESC, 1 MB of text from the server", hostile_texts),
    37: ("key revoked mid-session", revoked),
}
