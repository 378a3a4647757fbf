"""The order journal: every intent and every step of it, on disk before the first byte is sent.

SQLite with a write-ahead log and full synchronisation, one connection on one thread of its own, so that no
disk can hold up the screen. The file is the owner's alone. The API key never comes near it.
"""

import asyncio
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseAllIntent, Intent
from xbtfx_tui.domain.outcomes import IntentState, Result, StoryLine
from xbtfx_tui.orders.codec import (
    held_from_json,
    held_to_json,
    intent_from_json,
    intent_to_json,
    kind_of,
    result_to_json,
)
from xbtfx_tui.orders.watching import Held

SCHEMA_VERSION = 1
BUSY_SECONDS = 1.0
_SYNCHRONOUS_FULL = 2
_SCHEMA = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY,      -- the uuid4 idempotency key
    login INTEGER NOT NULL,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,       -- of the request
    body BLOB NOT NULL,       -- of the request, byte for byte
    monotonic REAL NOT NULL,
    boot REAL NOT NULL,
    wall REAL NOT NULL,       -- unix time, UTC
    symbol TEXT,              -- NULL for close-all
    held TEXT NOT NULL,       -- JSON: the symbol's positions before the send
    intent TEXT NOT NULL      -- JSON
) STRICT;
CREATE TABLE transitions (
    intent_id TEXT NOT NULL REFERENCES intents (id),
    seq INTEGER NOT NULL,
    wall REAL NOT NULL,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    result TEXT,              -- JSON
    ticket INTEGER,
    PRIMARY KEY (intent_id, seq)
) STRICT;
CREATE INDEX intents_by_wall ON intents (wall);
"""
_ROWS_SINCE = """
SELECT id, login, path, body, monotonic, boot, wall, held, intent FROM intents
WHERE wall >= ? ORDER BY wall, id
"""
_OPEN_ROWS = """
SELECT id, login, path, body, monotonic, boot, wall, held, intent FROM intents
WHERE login = ? AND (SELECT state FROM transitions WHERE intent_id = id ORDER BY seq DESC LIMIT 1)
    IN (SELECT value FROM json_each(?))
ORDER BY wall, id
"""

T = TypeVar("T")


class JournalError(Exception):
    """The journal could not be read or written; the text is a sentence for the trader."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An intent as it is journaled. `body` is what is sent, byte for byte; `at` is when it was taken."""

    intent: Intent
    login: int
    path: str
    body: bytes
    at: Instant
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An intent with its story so far; `ticket` is the last one that a step named."""

    entry: Entry
    story: tuple[StoryLine, ...]
    ticket: int | None

    @property
    def state(self) -> IntentState:
        return self.story[-1].state


class Journal:
    """One journal file. Its directory is the program's own: both are made, or made private, by `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False

    async def open(self) -> None:
        """Raises JournalError where the file can't be had, is no journal or is from a newer version."""
        await self._run(self._open)

    async def begin(self, entry: Entry, line: StoryLine) -> None:
        """Commit a new intent with its first step. Raises JournalError; then nothing may be sent."""
        await self._run(lambda: self._begin(entry, line))

    async def move(
        self, intent_id: str, line: StoryLine, result: Result | None = None, ticket: int | None = None
    ) -> None:
        """Commit a further step. Raises JournalError."""
        await self._run(lambda: self._move(intent_id, line, result, ticket))

    async def open_rows(self, login: int) -> tuple[Row, ...]:
        """The account's intents whose outcome is not known, oldest first. Raises JournalError."""
        states = json.dumps([state.value for state in IntentState if state.is_open])
        return await self._run(lambda: self._rows(_OPEN_ROWS, (login, states)))

    async def rows(self, since: float = 0.0) -> tuple[Row, ...]:
        """All intents taken at or after `since` (unix time), oldest first. Raises JournalError."""
        return await self._run(lambda: self._rows(_ROWS_SINCE, (since,)))

    async def close(self) -> None:
        """Close the file. The journal can't be used any more; closing it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (sqlite3.Error, OSError, ValueError, RuntimeError) as error:
            raise JournalError(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        text = str(error)
        if "locked" in text or "busy" in text:
            return f"The order journal is held by another program ({self.path}): close that one."
        if "full" in text:
            return f"The disk is full: the order journal can't be written ({self.path}). Make room."
        if isinstance(error, sqlite3.DatabaseError) and "not a database" in text:
            return f"{self.path} is no order journal: move it away and start again."
        return f"The order journal can't be used ({self.path}): {text}."

    # --- on the journal's thread ---

    def _open(self) -> None:
        directory = self.path.parent
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(directory.stat().st_mode) & 0o077:
            directory.chmod(0o700)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        self.path.chmod(0o600)
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
        if (mode, synchronous) != ("wal", _SYNCHRONOUS_FULL):
            raise ValueError("this disk takes no write-ahead log; put the state directory on a local disk")
        with self._transaction(connection):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise ValueError("a newer version of this program wrote it; use that one")
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _begin(self, entry: Entry, line: StoryLine) -> None:
        intent = entry.intent
        with self._transaction(self._ready()) as connection:
            connection.execute(
                "INSERT INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    intent.intent_id,
                    entry.login,
                    kind_of(intent),
                    entry.path,
                    entry.body,
                    entry.at.monotonic,
                    entry.at.boot,
                    entry.at.wall,
                    None if isinstance(intent, CloseAllIntent) else intent.symbol,
                    held_to_json(entry.held),
                    intent_to_json(intent),
                ),
            )
            self._insert(connection, intent.intent_id, line, None, None)

    def _move(self, intent_id: str, line: StoryLine, result: Result | None, ticket: int | None) -> None:
        with self._transaction(self._ready()) as connection:
            self._insert(connection, intent_id, line, result, ticket)

    def _insert(
        self,
        connection: sqlite3.Connection,
        intent_id: str,
        line: StoryLine,
        result: Result | None,
        ticket: int | None,
    ) -> None:
        connection.execute(
            "INSERT INTO transitions SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ?, ? "
            "FROM transitions WHERE intent_id = ?",
            (
                intent_id,
                line.wall,
                line.state.value,
                line.text,
                None if result is None else result_to_json(result),
                ticket,
                intent_id,
            ),
        )

    def _rows(self, query: str, values: tuple[object, ...]) -> tuple[Row, ...]:
        connection = self._ready()
        found = connection.execute(query, values).fetchall()
        return tuple(self._row(connection, *columns) for columns in found)

    def _row(
        self,
        connection: sqlite3.Connection,
        intent_id: str,
        login: int,
        path: str,
        body: bytes,
        monotonic: float,
        boot: float,
        wall: float,
        held: str,
        intent: str,
    ) -> Row:
        steps = connection.execute(
            "SELECT wall, state, text, ticket FROM transitions WHERE intent_id = ? ORDER BY seq", (intent_id,)
        ).fetchall()
        at = Instant(monotonic, boot, wall)
        entry = Entry(intent_from_json(intent), login, path, body, at, held_from_json(held))
        story = tuple(StoryLine(when, IntentState(state), text) for when, state, text, _ in steps)
        ticket = next((ticket for *_, ticket in reversed(steps) if ticket is not None), None)
        return Row(entry, story, ticket)

    def _ready(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("it is not open")
        return self._connection

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
