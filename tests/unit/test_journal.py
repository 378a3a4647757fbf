"""The order journal: private, durable, and the same after it was read back."""
# ruff: noqa: ASYNC221, ASYNC240 - a test has no screen to hold up

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.outcomes import Filled, IntentState, Rejected, StoryLine
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.journal.journal import SCHEMA_VERSION, Entry, Journal, JournalError, Seen, Try
from xbtfx_tui.orders.reconcile.matching import Held

D = Decimal
S = IntentState
LOGIN = 700123
INTENTS: list[Intent] = [
    OpenIntent("a", "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.07910"), None, "note"),
    CloseIntent("b", 7, "EURUSD", Side.SELL, D("0.05"), D("0.10")),
    ModifyIntent("c", 7, "EURUSD", MoveTo(D("1.07910")), Keep()),
    ModifyIntent("d", 7, "EURUSD", Remove(), MoveTo(D("1.1"))),
    CloseByIntent("e", 7, 8, "EURUSD"),
    ReverseIntent("f", 7, "EURUSD", Side.BUY, D("0.10")),
    CloseSymbolIntent("g", "EURUSD", (7, 8)),
    CloseAllIntent("h", (7, 8, 9)),
]


def entry_of(intent: Intent, wall: float = 1_000.0) -> Entry:
    held = (Held(7, "EURUSD", Side.BUY, D("0.10")),)
    return Entry(intent, LOGIN, "/v1/trade", b'{"volume":0.10}', Instant(1.5, 2.5, wall), Seen(held))


def line(state: IntentState, wall: float = 1_000.0) -> StoryLine:
    return StoryLine(wall, state, f"It is {state.value}.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.sqlite"


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: type(intent).__name__)
async def test_what_is_read_is_what_was_written(path: Path, intent: Intent) -> None:
    journal = Journal(path)
    await journal.open()
    await journal.begin(entry_of(intent), line(S.JOURNALED))
    await journal.move(intent.intent_id, line(S.SENDING))
    await journal.close()

    again = Journal(path)
    await again.open()
    (row,) = await again.rows()
    assert row.entry == entry_of(intent)
    assert row.story == (line(S.JOURNALED), line(S.SENDING))
    assert await again.open_rows(LOGIN) == (row,)
    assert await again.open_rows(LOGIN + 1) == ()
    await again.move(intent.intent_id, line(S.FILLED), Filled(10009, price=D("1.10")), 184729)
    assert await again.open_rows(LOGIN) == ()
    assert (await again.rows())[0].ticket == 184729
    assert await again.rows(since=1_000.5) == ()
    await again.close()


async def test_it_is_the_owners_alone(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    path.touch(0o644)
    journal = Journal(path)
    await journal.open()
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await journal.close()


async def test_money_is_text_and_no_key_is_in_it(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    key = "xbtfx_live_0123456789abcdef0123456789abcdef"
    await journal.move("a", line(S.REJECTED), Rejected(10019, f"key {key} has no money"))
    await journal.close()
    connection = sqlite3.connect(path)
    (intent,) = connection.execute("SELECT intent FROM intents").fetchone()
    assert '"volume":"0.10"' in intent
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert version == SCHEMA_VERSION
    connection.close()
    assert key.encode() not in path.read_bytes()


async def test_an_id_is_journaled_once(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    with pytest.raises(JournalError):
        await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    with pytest.raises(JournalError):
        await journal.move("nobody", line(S.SENDING))
    await journal.begin(entry_of(INTENTS[1]), line(S.JOURNALED))
    assert len(await journal.rows()) == 2
    await journal.close()


async def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(JournalError, match="newer version"):
        await Journal(path).open()


async def test_what_is_no_journal_and_what_is_not_open_is_said(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("a letter to a friend, no database at all" * 100)
    with pytest.raises(JournalError, match="no order journal"):
        await Journal(path).open()
    with pytest.raises(JournalError, match="not open"):
        await Journal(path).rows()


async def test_a_full_disk_is_said(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    assert journal._connection is not None
    connection = journal._connection
    await journal._run(lambda: connection.execute("PRAGMA max_page_count = 1").fetchone())
    big = entry_of(OpenIntent("x" * 100_000, "EURUSD", Side.BUY, D(1), D(1)))
    with pytest.raises(JournalError, match="disk is full"):
        await journal.begin(big, line(S.JOURNALED))
    assert await journal.rows() == ()
    await journal.close()


_WRITER = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.unit.test_journal import INTENTS, S, entry_of, line
from xbtfx_tui.orders.journal.journal import Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    await journal.open()
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    await journal.move("a", line(S.SENDING))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_committed_outlives_kill_9(path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", _WRITER, str(path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    journal = Journal(path)
    await journal.open()
    (row,) = await journal.open_rows(LOGIN)
    assert row.story == (line(S.JOURNALED), line(S.SENDING))
    await journal.close()


_VERSION_1 = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY, login INTEGER NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, body BLOB NOT NULL,
    monotonic REAL NOT NULL, boot REAL NOT NULL, wall REAL NOT NULL, symbol TEXT, held TEXT NOT NULL,
    intent TEXT NOT NULL
) STRICT;
CREATE TABLE transitions (
    intent_id TEXT NOT NULL REFERENCES intents (id), seq INTEGER NOT NULL, wall REAL NOT NULL,
    state TEXT NOT NULL, text TEXT NOT NULL, result TEXT, ticket INTEGER, PRIMARY KEY (intent_id, seq)
) STRICT;
CREATE INDEX intents_by_wall ON intents (wall);
PRAGMA user_version = 1;
INSERT INTO intents VALUES ('a', 700123, 'close-all', '/v1/close-all', '{}', 1.5, 2.5, 1000, NULL, '[]',
    '{"kind":"close-all","intent_id":"a","tickets":[7],"comment":""}');
INSERT INTO transitions VALUES ('a', 1, 1000, 'unknown', 'Nobody knows.', NULL, NULL);
"""


async def test_a_journal_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(_VERSION_1.replace("'{}'", "CAST('{}' AS BLOB)"))
    connection.close()
    journal = Journal(path)
    await journal.open()
    (row,) = await journal.open_rows(LOGIN)
    assert row.entry.intent == CloseAllIntent("a", (7,))
    assert (row.entry.seen, row.tries, row.seen) == (Seen(()), (), Seen(()))
    await journal.move("a", line(S.FOUND_NOT_FILLED))
    assert await journal.open_rows(LOGIN) == ()
    await journal.close()


async def test_tries_and_what_was_seen_are_kept(path: Path) -> None:
    journal = Journal(path)
    await journal.open()
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    await journal.move("a", line(S.SENDING, 1_001.0), attempt=1)
    await journal.move("a", line(S.SENDING, 1_002.0), attempt=1, begun=False)
    await journal.move("a", line(S.SENDING, 1_003.0), attempt=2)
    (row,) = await journal.rows()
    assert row.tries == (Try(1, 1_001.0, False), Try(2, 1_003.0, None))
    seen = Seen((Held(9, "EURUSD", Side.SELL, D("0.20")),), (501, 502), ("b",))
    assert (row.seen, row.taken_at, row.seen_at) == (entry_of(INTENTS[0]).seen, 1, 1)
    await journal.move("a", line(S.FOUND_NOT_FILLED), seen=seen)
    assert [row.seen for row in await journal.not_filled_rows(LOGIN, 1_000.0)] == [seen]
    assert await journal.not_filled_rows(LOGIN, 1_000.5) == ()
    assert await journal.not_filled_rows(LOGIN + 1, 0.0) == ()
    await journal.close()


async def test_one_terminal_a_login_whose_death_frees_it(path: Path) -> None:
    one, other = Journal(path), Journal(path)
    await one.open()
    await other.open()
    assert await one.claim(LOGIN) is None
    assert await other.claim(LOGIN) == os.getpid()
    assert await other.claim(LOGIN + 1) is None
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await one.close()
    assert await other.claim(LOGIN) is None
    await other.close()

    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", _CLAIMER, str(path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    third = Journal(path)
    await third.open()
    assert await third.claim(LOGIN) is None
    await third.close()


_CLAIMER = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.unit.test_journal import LOGIN
from xbtfx_tui.orders.journal.journal import Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    await journal.open()
    assert await journal.claim(LOGIN) is None
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
