"""From one journal for all logins to one a login: nothing lost, nothing twice, whoever is killed."""
# ruff: noqa: ASYNC220, ASYNC240 - a test has no screen to hold up

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.old_journal import OldTerminal
from tests.unit.test_journal import INTENTS, LOGIN, S, entry_of, line
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.orders.journal.journal_paths import lock_file, login_file, login_files
from xbtfx_tui.orders.journal.login_lock import OwnerLock
from xbtfx_tui.orders.journal.order_journal import Claimed, HeldByAnother, Journal

OTHER = LOGIN + 1
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


async def claimed(state: Path, login: int = LOGIN) -> tuple[Journal, str]:
    """The login's journal, and what was said when it was opened."""
    journal = Journal(state)
    found = await journal.claim(login)
    assert isinstance(found, Claimed)
    return journal, " ".join(note.sentence for note in found.notes)


async def kept(journal: Journal) -> dict[str, list[str]]:
    return {
        row.entry.intent.intent_id: [one.state.value for one in row.story] for row in await journal.rows()
    }


@pytest.mark.parametrize("version", [1, 3])
async def test_each_login_takes_its_own_orders_over(state: Path, version: int) -> None:
    old = OldTerminal(state, version)
    old.orders("a", LOGIN, "journaled", "sending", "unknown")
    old.orders("b", OTHER, "journaled")
    old.orders("c", LOGIN, "journaled", "filled")
    old.closes()
    before = old.path.read_bytes()

    journal, said = await claimed(state)
    assert "2 orders copied from journal.sqlite3, which stays as it is" in said
    assert await kept(journal) == {"a": ["journaled", "sending", "unknown"], "c": ["journaled", "filled"]}
    (row,) = await journal.open_rows()
    assert row.entry.intent == CloseAllIntent("a", (7,))
    assert row.entry.origin is None
    await journal.move("a", line(S.FOUND_FILLED))
    await journal.close()

    other, _ = await claimed(state, OTHER)
    assert await kept(other) == {"b": ["journaled"]}
    await other.close()
    again, said = await claimed(state)
    assert said == ""
    assert (await kept(again))["a"][-1] == "reconciled: filled"
    await again.close()
    assert set(login_files(state)) == {LOGIN, OTHER}
    assert old.path.read_bytes() == before


async def test_the_order_of_the_steps_over_all_orders_stays(state: Path) -> None:
    """What was taken before another one's outcome was known is told by it."""
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled")
    old.orders("b", LOGIN, "journaled", "sending")
    old.orders("x", OTHER, "journaled")
    old.steps("a", "sending", "filled")
    old.closes()
    journal, _ = await claimed(state)
    first, second = await journal.rows()
    with contextlib.closing(sqlite3.connect(journal.path)) as connection:
        steps = connection.execute("SELECT intent_id, state FROM transitions ORDER BY rowid").fetchall()
    assert steps == [
        ("a", "journaled"),
        ("b", "journaled"),
        ("b", "sending"),
        ("a", "sending"),
        ("a", "filled"),
    ]
    assert first.taken_at < second.taken_at
    await journal.close()


async def test_an_old_terminal_of_another_login_goes_on_meanwhile(state: Path) -> None:
    old = OldTerminal(state)
    lock = OwnerLock(lock_file(state, OTHER), OTHER)
    assert lock.take() is None
    old.orders("a", LOGIN, "journaled", "unknown")
    old.orders("b", OTHER, "journaled", "sending")
    journal, said = await claimed(state)  # what it writes is still in its log alone
    assert "1 order copied" in said
    old.steps("b", "filled")
    old.orders("c", OTHER, "journaled")
    assert await kept(journal) == {"a": ["journaled", "unknown"]}
    await journal.close()
    assert old.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    old.closes()
    lock.free()
    other, _ = await claimed(state, OTHER)
    assert await kept(other) == {"b": ["journaled", "sending", "filled"], "c": ["journaled"]}
    await other.close()


async def test_while_an_old_terminal_trades_on_the_login_the_new_one_only_watches(state: Path) -> None:
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled", "sending")
    lock = OwnerLock(lock_file(state, LOGIN), LOGIN)
    assert lock.take() is None
    journal = Journal(state)
    assert await journal.claim(LOGIN) == HeldByAnother(os.getpid())
    assert not login_file(state, LOGIN).exists()
    old.steps("a", "filled")
    old.closes()
    lock.free()
    assert isinstance(await journal.claim(LOGIN), Claimed)
    assert await kept(journal) == {"a": ["journaled", "sending", "filled"]}
    await journal.close()


async def test_what_an_older_version_ordered_since_is_taken_over_too(state: Path) -> None:
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled", "filled")
    journal, _ = await claimed(state)
    await journal.begin(entry_of(INTENTS[1]), line(S.JOURNALED))
    await journal.close()
    old.orders("c", LOGIN, "journaled", "sending")
    old.steps("a", "unknown")  # known here by an outcome of its own
    old.closes()
    again, said = await claimed(state)
    assert "1 order copied" in said
    assert await kept(again) == {
        "a": ["journaled", "filled"],
        "b": ["journaled"],
        "c": ["journaled", "sending"],
    }
    await again.close()


async def test_a_row_of_the_old_file_that_no_column_takes_costs_itself_alone(state: Path) -> None:
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled", "filled")
    old.orders("b", LOGIN, "journaled", "unknown")
    old.connection.executescript(
        "CREATE TABLE anything AS SELECT * FROM intents; DROP INDEX intents_by_wall; "
        "PRAGMA foreign_keys = OFF; DROP TABLE intents; ALTER TABLE anything RENAME TO intents; "
        "UPDATE intents SET wall = 'soon' WHERE id = 'a'"
    )
    old.closes()
    journal, said = await claimed(state)
    assert "1 order copied" in said
    assert f"1 order of {old.path} can't be read" in said
    assert await kept(journal) == {"b": ["journaled", "unknown"]}
    await journal.close()


_TAKES_OVER = """
import asyncio, os, signal, sys
from pathlib import Path
import sqlite3
from tests.unit.test_journal import LOGIN
from xbtfx_tui.orders.journal.order_journal import Journal

left = int(sys.argv[2])

def dies(event, args):
    global left
    if event in ("open", "os.rename", "os.remove", "sqlite3.connect", "os.chmod", "os.mkdir"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

def traced(connection):
    def statement(text):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(statement)

true_connect = sqlite3.connect
def connect(*args, **named):
    connection = true_connect(*args, **named)
    traced(connection)
    return connection
sqlite3.connect = connect

async def main():
    journal = Journal(Path(sys.argv[1]))
    sys.addaudithook(dies)
    await journal.claim(LOGIN)
    print("claimed", left)
    await journal.close()

asyncio.run(main())
"""


def killed_at(state: Path, place: int) -> bool:
    """Take over, and kill -9 at the given statement or file operation; whether it came so far."""
    done = subprocess.run(
        [sys.executable, "-c", _TAKES_OVER, str(state), str(place)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


@pytest.mark.long
async def test_killed_anywhere_in_it_the_next_one_has_all_of_it(state: Path) -> None:
    old = OldTerminal(state)
    old.orders("a", LOGIN, "journaled", "sending", "unknown")
    old.orders("b", OTHER, "journaled")
    old.orders("c", LOGIN, "journaled", "filled")
    old.closes()
    whole = {"a": ["journaled", "sending", "unknown"], "c": ["journaled", "filled"]}
    before = old.path.read_bytes()
    place = 0
    while killed_at(state, place):
        journal, _ = await claimed(state)
        assert await kept(journal) == whole, place
        await journal.close()
        assert old.path.read_bytes() == before, place
        for path in state.glob("journal-*"):
            path.unlink()
        place += 7
    assert place > 30


_WRITES_ON = """
import asyncio, sys
from pathlib import Path
from msgspec.structs import replace
from tests.unit.test_journal import INTENTS, S, entry_of, line
from xbtfx_tui.orders.journal.order_journal import Claimed, Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    login = int(sys.argv[2])
    assert isinstance(await journal.claim(login), Claimed)
    print("open", flush=True)
    for number in range(100_000):
        intent = replace(INTENTS[0], intent_id=f"{login}-{number}")
        await journal.begin(replace(entry_of(intent), login=login), line(S.JOURNALED))
        await journal.move(intent.intent_id, line(S.SENDING))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_two_logins_that_write_at_once_and_are_killed_lose_nothing(state: Path) -> None:
    old = OldTerminal(state)
    for login in (LOGIN, OTHER):
        old.orders(f"{login}-old", login, "journaled", "sending")
    old.closes()
    for round_ in (1, 2):
        writers = {
            login: subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _WRITES_ON.replace('f"{login}-', f'f"{round_}-{{login}}-'),
                    str(state),
                    str(login),
                ],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                text=True,
            )
            for login in (LOGIN, OTHER)
        }
        done: dict[int, int] = {}
        for login, writer in writers.items():
            assert writer.stdout is not None
            assert writer.stdout.readline() == "open\n"
            while done.get(login, -1) < 20:
                done[login] = int(writer.stdout.readline())
        for login, writer in writers.items():
            writer.kill()
            assert writer.stdout is not None
            done[login] = max(map(int, writer.stdout.read().split()), default=done[login])
            writer.wait()
            writer.stdout.close()
            journal, said = await claimed(state, login)
            assert said == ""
            rows = await kept(journal)
            assert rows[f"{login}-old"] == ["journaled", "sending"]
            for number in range(done[login] + 1):
                assert rows[f"{round_}-{login}-{number}"] == ["journaled", "sending"]
            assert all(f"-{login}-" in f"-{name}-" for name in rows)
            await journal.close()
