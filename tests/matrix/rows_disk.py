"""Rows 50 and 51: the disk is full when a position is to be closed; the journal is damaged at the start."""

import asyncio
import sqlite3
from collections.abc import Callable

from tests.matrix.kinds import BULK, CLOSES
from tests.matrix.rows_trader import disk_full, held_by_another
from tests.matrix.world import Run
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_WHY = "you pressed the kill switch"
_UNPROVEN = (Fault.TIMED_OUT, Fault.DROP_AFTER_EXECUTING, Fault.CUT_SHORT)


async def closes_unjournaled(run: Run) -> None:
    """50: closing and the kill switch go on without a journal, at the trader's one word."""
    intent = await run.ready(*CLOSES, *BULK)
    run.unjournaled.add(intent.intent_id)
    if run.rng.random() < 0.4:
        run.script(Scripted(run.rng.choice(_UNPROVEN)))
    trouble = run.rng.choice([disk_full, disk_full, held_by_another])
    with trouble(run):
        if run.rng.random() < 0.3:
            run.account.desk.kill(_WHY)
        run.submits(intent)
        await run.until(lambda: run.is_past(intent), within=90.0)
        await asyncio.sleep(1.0)
    assert run.is_past(intent), f"a close on a full disk came to {run.state(intent)}"


def _empty(run: Run) -> None:
    run.journal.path.write_bytes(b"")


def _cut(run: Run) -> None:
    whole = run.journal.path.read_bytes()
    run.journal.path.write_bytes(whole[: len(whole) // 2 - 100])


def _without_steps(run: Run) -> None:
    _changed(run, "DELETE FROM transitions WHERE rowid IN (SELECT rowid FROM transitions LIMIT 9)")


def _of_the_wrong_type(run: Run) -> None:
    _changed(run, "UPDATE intents SET intent = '[7, ', kind = 'seven', held = 'x'")


def _changed(run: Run, statement: str) -> None:
    connection = sqlite3.connect(run.journal.path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.close()


_DAMAGE: tuple[Callable[[Run], None], ...] = (_empty, _cut, _without_steps, _of_the_wrong_type)


async def journal_damaged(run: Run) -> None:
    """51: it is told and set aside, or a bad row costs itself alone; then trading is possible."""
    held = run.elsewhere(volume=run.volume * 2)
    await run.opens_the_terminal()
    first = run.submits(run.drafts())
    run.unjournaled.add(first.intent_id)
    await run.until(lambda: run.is_past(first))
    await asyncio.sleep(1.0)
    path = run.journal.path
    await run.account.stop()
    damage = run.rng.choice(_DAMAGE)
    damage(run)
    said = len(run.timeline.said)
    await run.opens_the_terminal()
    texts = [text for _, text in run.timeline.said[said:]]
    assert any("journal" in text for text in texts), f"{damage.__name__} was taken in silence: {texts}"
    if damage in (_empty, _cut):
        assert [one for one in path.parent.iterdir() if path.name in one.name and one != path]
    await run.until(lambda: held.ticket in run.account.store.positions)
    run.submits(_closing(run, held))
    run.submits(run.drafts())


def _closing(run: Run, held: Position) -> CloseIntent:
    own = run.account.desk.new_intent_id()
    return CloseIntent(own, held.ticket, held.symbol, held.side, held.volume, held.volume)


ROWS = {
    50: ("disk full at close and at the kill switch", closes_unjournaled),
    51: ("journal damaged", journal_damaged),
}
