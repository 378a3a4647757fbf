"""The order journal: private, durable, and the same after it was read back."""
# ruff: noqa: ASYNC221, ASYNC240 - a test has no screen to hold up

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

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
from xbtfx_tui.domain.order_origin import BY_DO, BY_KEY, BY_LINE, BY_ONE_CLICK, Origin, OriginKind
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Rejected, StoryLine
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.journal import order_journal
from xbtfx_tui.orders.journal.journal_paths import login_file
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces
from xbtfx_tui.orders.journal.order_journal import (
    SCHEMA_VERSION,
    Claimed,
    Entry,
    HeldByAnother,
    Journal,
    JournalError,
    SeenBefore,
    Try,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore

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
    held = (HeldBefore(7, "EURUSD", Side.BUY, D("0.10")),)
    return Entry(intent, LOGIN, "/v1/trade", b'{"volume":0.10}', Instant(1.5, 2.5, wall), SeenBefore(held))


def line(state: IntentState, wall: float = 1_000.0) -> StoryLine:
    return StoryLine(wall, state, f"It is {state.value}.")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The directory of the journals."""
    return tmp_path / "state"


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: type(intent).__name__)
async def test_what_is_read_is_what_was_written(state: Path, intent: Intent) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    await journal.begin(entry_of(intent), line(S.JOURNALED))
    await journal.move(intent.intent_id, line(S.SENDING))
    await journal.close()

    again = Journal(state)
    await again.claim(LOGIN)
    (row,) = await again.rows()
    assert row.entry == entry_of(intent)
    assert row.story == (line(S.JOURNALED), line(S.SENDING))
    assert await again.open_rows() == (row,)
    await again.move(intent.intent_id, line(S.FILLED), Filled(10009, price=D("1.10")), 184729)
    assert await again.open_rows() == ()
    assert (await again.rows())[0].ticket == 184729
    assert await again.rows(since=1_000.5) == ()
    await again.close()


async def test_it_is_the_owners_alone(state: Path) -> None:
    state.mkdir(mode=0o755)
    state.chmod(0o755)
    journal = Journal(state)
    await journal.claim(LOGIN)
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for file in state.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await journal.close()


async def test_money_is_text_and_no_key_is_in_it(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    key = "xbtfx_live_0123456789abcdef0123456789abcdef"
    await journal.move("a", line(S.REJECTED), Rejected(10019, f"key {key} has no money"))
    await journal.close()
    connection = sqlite3.connect(journal.path)
    (intent,) = connection.execute("SELECT intent FROM intents").fetchone()
    assert '"volume":"0.10"' in intent
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert version == SCHEMA_VERSION
    connection.close()
    assert key.encode() not in journal.path.read_bytes()


async def test_an_id_is_journaled_once(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    with pytest.raises(JournalError):
        await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    with pytest.raises(JournalError):
        await journal.move("nobody", line(S.SENDING))
    await journal.begin(entry_of(INTENTS[1]), line(S.JOURNALED))
    assert len(await journal.rows()) == 2
    await journal.close()


async def test_a_file_of_a_newer_version_is_left_alone(state: Path) -> None:
    state.mkdir()
    path = login_file(state, LOGIN)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    journal = Journal(state)
    with pytest.raises(JournalError, match="newer version"):
        await journal.claim(LOGIN)
    assert "newer version" in str(journal.trouble)
    assert path.read_bytes() == before
    await journal.close()


async def test_what_is_not_open_is_said(state: Path) -> None:
    journal = Journal(state)
    with pytest.raises(JournalError, match="not open"):
        await journal.rows()
    with pytest.raises(JournalError, match="not open"):
        await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    assert not state.exists()
    await journal.close()


async def test_trouble_is_over_with_the_next_word_that_is_written(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    assert journal.trouble is None
    with contextlib.closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match="held by another program"):
            await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
        assert "held by another program" in str(journal.trouble)
        other.execute("ROLLBACK")
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    assert journal.trouble is None
    await journal.close()


async def test_who_made_an_intent_is_kept(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    origins = (
        BY_KEY,
        BY_LINE,
        BY_DO,
        BY_ONE_CLICK,
        Origin(OriginKind.TRAIL, 184729),
        Origin(OriginKind.RULE, 12),
        None,
    )
    for origin, intent in zip(origins, INTENTS, strict=False):
        await journal.begin(replace(entry_of(intent), origin=origin), line(S.JOURNALED))
    assert tuple(row.entry.origin for row in await journal.rows()) == origins
    with contextlib.closing(sqlite3.connect(journal.path)) as other:
        kept = [words for (words,) in other.execute("SELECT origin FROM intents ORDER BY rowid")]
        assert kept == ["key", "line", "do", "one-click", "trail 184729", "rule 12", None]
        other.execute("UPDATE intents SET origin = 'mandate 12'")
        other.commit()
    assert {row.entry.origin for row in await journal.rows()} == {None}, "of a kind that comes later"
    await journal.close()


async def test_a_full_disk_is_said(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
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
from tests.unit.test_journal import INTENTS, LOGIN, S, entry_of, line
from xbtfx_tui.orders.journal import order_journal
from xbtfx_tui.orders.journal.order_journal import Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    await journal.claim(LOGIN)
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    await journal.move("a", line(S.SENDING))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_committed_outlives_kill_9(state: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", _WRITER, str(state)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    journal = Journal(state)
    await journal.claim(LOGIN)
    (row,) = await journal.open_rows()
    assert row.story == (line(S.JOURNALED), line(S.SENDING))
    await journal.close()


async def test_tries_and_what_was_seen_are_kept(state: Path) -> None:
    journal = Journal(state)
    await journal.claim(LOGIN)
    await journal.begin(entry_of(INTENTS[0]), line(S.JOURNALED))
    await journal.move("a", line(S.SENDING, 1_001.0), attempt=1)
    await journal.move("a", line(S.SENDING, 1_002.0), attempt=1, begun=False)
    await journal.move("a", line(S.SENDING, 1_003.0), attempt=2)
    (row,) = await journal.rows()
    assert row.tries == (Try(1, 1_001.0, False), Try(2, 1_003.0, None))
    seen = SeenBefore((HeldBefore(9, "EURUSD", Side.SELL, D("0.20")),), (501, 502), ("b",))
    assert (row.seen, row.taken_at, row.seen_at) == (entry_of(INTENTS[0]).seen, 1, 1)
    await journal.move("a", line(S.FOUND_NOT_FILLED), seen=seen)
    assert [row.seen for row in await journal.not_filled_rows(1_000.0)] == [seen]
    assert await journal.not_filled_rows(1_000.5) == ()
    await journal.close()


async def test_one_terminal_a_login_whose_death_frees_it(state: Path) -> None:
    one, other = Journal(state), Journal(state)
    assert await one.claim(LOGIN) == Claimed()
    assert await other.claim(LOGIN) == HeldByAnother(os.getpid())
    assert await other.claim(LOGIN + 1) == Claimed()
    for file in state.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await one.close()
    await other.close()

    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", _CLAIMER, str(state)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    third = Journal(state)
    assert await third.claim(LOGIN) == Claimed()
    await third.close()


async def test_terminals_with_other_directories_see_each_other(tmp_path: Path) -> None:
    places = MeetingPlaces((tmp_path / "meet",), "https://interface.xbtfx.com")
    one, other = Journal(tmp_path / "one", places), Journal(tmp_path / "two", places)
    assert await one.claim(LOGIN) == Claimed()
    assert await other.claim(LOGIN) == HeldByAnother(os.getpid())
    assert not login_file(tmp_path / "two", LOGIN).exists()
    await one.close()
    assert await other.claim(LOGIN) == Claimed()
    await other.close()
    blind = Journal(tmp_path / "three", MeetingPlaces((tmp_path / "no" / "such",), ""))
    claimed = await blind.claim(LOGIN)
    assert isinstance(claimed, Claimed)
    assert "can't be seen" in claimed.notes[0].sentence
    await blind.close()


_CLAIMER = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.unit.test_journal import LOGIN
from xbtfx_tui.orders.journal import order_journal
from xbtfx_tui.orders.journal.order_journal import Claimed, Journal

async def main():
    journal = Journal(Path(sys.argv[1]))
    assert await journal.claim(LOGIN) == Claimed()
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize("rows_a_page", [1, 2, 3, 500])
async def test_pages_are_all_rows_in_their_order(
    state: Path, rows_a_page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_journal, "_ROWS_A_PAGE", rows_a_page)
    journal = Journal(state)
    await journal.claim(LOGIN)
    for number, intent in enumerate(INTENTS):
        await journal.begin(entry_of(intent, 1_000.0 + number), line(S.JOURNALED))
    pages = [page async for page in journal.pages(1_001.0)]
    assert max(map(len, pages)) <= rows_a_page
    assert [row for page in pages for row in page] == list(await journal.rows(1_001.0))
    assert [page async for page in journal.pages(9_000.0)] == []
    await journal.close()
