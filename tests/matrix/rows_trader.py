"""Rows 31 to 33: what the trader's own hands do, another program on the account, and the machine's disk.

A twin from elsewhere comes at the moment of the order, and the order is executed: then there are two
positions and one order, and only the trader can tell. A twin in place of an order that was not executed is
not to be told from it by anything that the API says; no rule of matching can be held to that.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator

from msgspec.structs import replace

from tests.matrix.kinds import ANY, OPENS
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import Intent, OpenIntent, opens
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_TRADER_DECIDES = (IntentState.AMBIGUOUS, IntentState.UNKNOWN)
_SAME_ORDER_SECONDS = 3.1


async def twins(run: Run) -> None:
    """31: two identical intents; or a twin from elsewhere."""
    first = await run.ready(*OPENS[:1])
    assert isinstance(first, OpenIntent)
    lost = run.rng.choice([None, None, Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT, Fault.NO_ANSWER_EXECUTED])
    if lost is not None:
        run.script(Scripted(lost))
    if run.rng.random() < 0.5:
        run.submits(first)
        run.twins.add(run.elsewhere().ticket)
        run.may_stay(first, *_TRADER_DECIDES)
    else:
        run.submits(first)
        await asyncio.sleep(_SAME_ORDER_SECONDS + run.rng.random())
        second = replace(first, intent_id=run.account.desk.new_intent_id())
        problems = run.tries(second)  # while the first is unknown it is refused, with the reason
        if any(problem.blocks for problem in problems):
            assert not run.is_past(first)
            return
        for intent in (first, second):
            run.may_stay(intent, *_TRADER_DECIDES)
        await run.until(lambda: run.is_past(first) and run.is_past(second))
        run.twins |= {position.ticket for position in run.engine.positions()}


async def double_enter(run: Run) -> None:
    """32: the same confirmation several times, at once and a moment later; perhaps a restart follows."""
    intent = await run.ready(*ANY)
    if run.rng.random() < 0.5:
        run.script(Scripted(run.rng.choice([Fault.DROP_AFTER_EXECUTING, Fault.NO_ANSWER, Fault.TIMED_OUT])))
    run.submits(intent)
    for _ in range(run.rng.randrange(1, 8)):
        await asyncio.sleep(run.rng.choice([0.0, 0.0, 0.02, 1.0, 4.0]))
        _is_spent(run, intent)
    if run.rng.random() < 0.3:
        await run.account.stop()
        await run.opens_the_terminal()


def _is_spent(run: Run, intent: Intent) -> None:
    assert any(one.blocks for one in run.account.desk.submit(intent)), "an intent was taken twice"


async def journal_fails(run: Run) -> None:
    """33: the disk is full, or another process holds the journal: before the send, or before its outcome.

    What opens is not sent without it; what closes is. After a step that could not be written nothing opens.
    """
    intent = await run.ready(*ANY)
    trouble = run.rng.choice([disk_full, held_by_another])
    if run.rng.random() < 0.5:
        with trouble(run):
            run.submits(intent)
            await run.until(lambda: run.is_past(intent), within=60.0)
        if opens(intent):
            assert run.executions(intent) == 0, "it was sent without having been journaled"
            return
        # What does not open goes without: it is told as any other, and remembered by this terminal alone.
        await run.until(lambda: run.is_past(intent), within=120.0)
        return
    run.script(Scripted(Fault.DELAY, seconds=1.0))
    run.submits(intent)
    await run.until(lambda: run.state(intent) is IntentState.SENDING)
    with trouble(run):
        await run.until(lambda: run.is_past(intent), within=40.0)
        await asyncio.sleep(1.0)
    assert not isinstance(run.account.store.trading, TradingOpen), "trading went on without a journal"
    await run.account.stop()
    await run.opens_the_terminal()


@contextlib.contextmanager
def disk_full(run: Run) -> Iterator[None]:
    """SQLite's own limit of pages, with what room there is on those that are used filled up."""
    connection = run.journal._connection
    assert connection is not None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (most,) = connection.execute("PRAGMA max_page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    connection.execute("PRAGMA foreign_keys = OFF")
    for fill, values in (
        (
            "INSERT INTO intents (id, login, kind, path, body, monotonic, boot, wall, held, intent) "
            "VALUES (?, -1, '', '', x'', 0, 0, 0, '', ?)",
            ("x" * 40,),
        ),
        ("INSERT INTO transitions (intent_id, seq, wall, state, text) VALUES (?, 1, -1, '', ?)", ("",)),
    ):
        with contextlib.suppress(sqlite3.OperationalError):  # full, at last
            for number in range(10_000):
                connection.execute(fill, (f"filler {number}", *values))
    try:
        yield
    finally:
        connection.execute(f"PRAGMA max_page_count = {most}")
        connection.execute("DELETE FROM transitions WHERE wall = -1")
        connection.execute("DELETE FROM intents WHERE login = -1")
        connection.execute("PRAGMA foreign_keys = ON")


@contextlib.contextmanager
def held_by_another(run: Run) -> Iterator[None]:
    connection = run.journal._connection
    assert connection is not None
    connection.execute("PRAGMA busy_timeout = 5")
    other = sqlite3.connect(run.journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


ROWS = {
    31: ("two identical intents; a twin from elsewhere", twins),
    32: ("double enter, keys typed ahead", double_enter),
    33: ("disk full, journal locked by another process", journal_fails),
}
