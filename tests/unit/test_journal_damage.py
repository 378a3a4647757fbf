"""A damaged journal is set aside and told, what can be read of it goes on, and no bad row costs another."""
# ruff: noqa: ASYNC240 - a test has no screen to hold up

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.old_journal import OldTerminal
from tests.unit.test_journal import INTENTS, LOGIN, S, entry_of, line
from xbtfx_tui.orders.journal.journal_paths import lock_file, login_file, shared_file
from xbtfx_tui.orders.journal.login_lock import OwnerLock
from xbtfx_tui.orders.journal.order_journal import Claimed, Journal

OTHER = LOGIN + 1


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


async def claimed(state: Path, login: int = LOGIN) -> tuple[Journal, str]:
    journal = Journal(state)
    found = await journal.claim(login)
    assert isinstance(found, Claimed)
    return journal, " ".join(note.sentence for note in found.notes)


async def with_orders(state: Path, count: int = 3) -> Path:
    """A journal that was closed in order: the orders' outcomes are not known, but the first one's."""
    journal, _ = await claimed(state)
    for intent in INTENTS[:count]:
        await journal.begin(entry_of(intent), line(S.JOURNALED))
        await journal.move(intent.intent_id, line(S.SENDING))
    await journal.move(INTENTS[0].intent_id, line(S.FILLED))
    await journal.close()
    return journal.path


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6_000])


def overwritten(path: Path) -> None:
    """Every page but the first."""
    path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096))


def a_letter(path: Path) -> None:
    path.write_text("a letter to a friend, no database at all " * 200)


def without_tables(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")


def without_a_column(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE transitions DROP COLUMN beside")


@pytest.mark.parametrize("damage", [emptied, cut, overwritten, a_letter, without_tables, without_a_column])
async def test_a_damaged_journal_is_set_aside_and_told(state: Path, damage: Callable[[Path], None]) -> None:
    path = await with_orders(state)
    damage(path)
    spoilt = path.read_bytes()
    journal, said = await claimed(state)
    aside = path.with_name(f"{path.name}.broken-1")
    assert f"The order journal was damaged ({path.name}: " in said
    assert f"It is kept as {aside}, and a new one is begun" in said
    assert aside.read_bytes() == spoilt
    await journal.begin(entry_of(INTENTS[4]), line(S.JOURNALED))
    assert INTENTS[4].intent_id in {row.entry.intent.intent_id for row in await journal.rows()}
    await journal.close()
    again, said = await claimed(state)
    assert said == ""
    await again.close()


async def test_a_second_damage_keeps_the_first_ones_file(state: Path) -> None:
    path = await with_orders(state)
    for count in (1, 2, 3):
        emptied(path)
        journal, said = await claimed(state)
        assert f".broken-{count}" in said
        await journal.close()
    assert len(list(state.glob("*.broken-*"))) == 3


async def test_what_can_be_read_of_a_damaged_journal_goes_on(state: Path) -> None:
    path = await with_orders(state)
    without_a_column(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM transitions WHERE intent_id = 'c' AND state = 'sending'")
    journal, said = await claimed(state)
    assert "3 orders of journal-700123.sqlite3.broken-1 could be read and went on." in said
    rows = {row.entry.intent.intent_id: row for row in await journal.rows()}
    assert rows["a"].state is S.FILLED
    assert rows["b"].state is S.SENDING
    assert rows["c"].state is S.UNKNOWN, "its silence is no proof that it was not sent"
    assert len(await journal.open_rows()) == 2
    await journal.close()


async def test_a_log_goes_with_its_file_and_is_not_taken_for_anothers(state: Path) -> None:
    """kill -9 leaves a log behind; the file loses its bytes; the new one must not be given the old log."""
    path = await with_orders(state)
    log = path.with_name(f"{path.name}-wal")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE transitions SET text = 'later'")
        rest = log.read_bytes()
        assert rest
    log.write_bytes(rest)
    emptied(path)
    journal, said = await claimed(state)
    assert ".broken-1" in said
    assert path.with_name(f"{path.name}.broken-1-wal").read_bytes() == rest
    assert await journal.rows() == ()
    await journal.close()


async def test_killed_between_the_file_and_its_log(state: Path) -> None:
    path = await with_orders(state)
    path.rename(path.with_name(f"{path.name}.broken-1"))
    log = path.with_name(f"{path.name}-wal")
    log.write_bytes(b"the rest")
    journal, said = await claimed(state)
    assert "its log was left behind" in said
    assert not log.exists() or log.read_bytes() != b"the rest"
    assert path.with_name(f"{path.name}.broken-1-wal").read_bytes() == b"the rest"
    assert {row.entry.intent.intent_id for row in await journal.rows()} == {"a", "b", "c"}
    await journal.close()


async def test_a_lost_file_whose_log_is_there_is_told(state: Path) -> None:
    path = await with_orders(state)
    path.unlink()
    path.with_name(f"{path.name}-wal").write_bytes(b"the rest")
    journal, said = await claimed(state)
    assert f"The order journal {path.name} is gone" in said
    assert await journal.rows() == ()
    await journal.close()


SPOILT_ROWS = {
    "no steps": "DELETE FROM transitions WHERE intent_id = 'b'",
    "a state of no kind": "UPDATE transitions SET state = 'sold' WHERE intent_id = 'b'",
    "an intent of no kind": """UPDATE intents SET intent = '{"kind":"wish"}' WHERE id = 'b'""",
    "an intent that is no JSON": "UPDATE intents SET intent = '{' WHERE id = 'b'",
    "holdings that are none": "UPDATE intents SET held = '5' WHERE id = 'b'",
    "deals that are none": """UPDATE intents SET deals = '["x"]' WHERE id = 'b'""",
    "an answer that is no JSON": "UPDATE transitions SET result = '{' WHERE intent_id = 'b'",
    "text that is no text": "UPDATE transitions SET state = CAST(x'ff' AS TEXT) WHERE intent_id = 'b'",
    "a time of the wrong type": "UPDATE intents SET wall = 'soon' WHERE id = 'b'",
    "a body of the wrong type": "UPDATE intents SET body = 7 WHERE id = 'b'",
    "a ticket of the wrong type": "UPDATE transitions SET ticket = 'x' WHERE intent_id = 'b'",
}
_TAKES_ANYTHING = """
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE type = 'table';
"""


@pytest.mark.parametrize("spoil", SPOILT_ROWS.values(), ids=SPOILT_ROWS)
async def test_a_bad_row_costs_itself_alone(state: Path, spoil: str) -> None:
    path = await with_orders(state)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_TAKES_ANYTHING)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(spoil)
    journal, said = await claimed(state)
    assert said == ""
    assert [row.entry.intent.intent_id for row in await journal.rows()] == ["a", "c"]
    assert [row.entry.intent.intent_id for row in await journal.open_rows()] == ["c"]
    assert [row.intent_id for row in await journal.unreadable()] == ["b"]
    await journal.begin(entry_of(INTENTS[4]), line(S.JOURNALED))
    await journal.close()


async def test_a_damaged_file_of_earlier_versions_is_set_aside_where_nobody_has_it_open(state: Path) -> None:
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled", "unknown")
    old.closes()
    emptied(old.path)
    lock = OwnerLock(lock_file(state, OTHER), OTHER)
    assert lock.take() is None
    lock_file(state, OTHER).write_text("99")  # the pid of an older version's terminal
    journal, said = await claimed(state)
    assert "another terminal has it open: it is left where it is." in said
    assert shared_file(state).exists()
    await journal.close()
    lock.free()
    login_file(state, LOGIN).unlink()
    journal, said = await claimed(state)
    assert "It is kept as " in said
    assert not shared_file(state).exists()
    await journal.close()
