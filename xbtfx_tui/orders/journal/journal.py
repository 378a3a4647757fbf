"""The order journal: every intent and every step of it, on disk before the first byte is sent.

SQLite with a write-ahead log and full synchronisation, one connection on one thread of its own, so that no
disk can hold up the screen. The file is the owner's alone. The API key never comes near it.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent, symbol_of
from xbtfx_tui.domain.outcomes import IntentState, Result, StoryLine
from xbtfx_tui.orders.journal.codec import (
    held_from_json,
    held_to_json,
    intent_from_json,
    intent_to_json,
    kind_of,
    result_to_json,
)
from xbtfx_tui.orders.journal.file import SCHEMA_VERSION, open_file, transaction
from xbtfx_tui.orders.journal.owner_lock import OwnerLock
from xbtfx_tui.orders.reconcile.matching import Held, Watched

__all__ = ["SCHEMA_VERSION", "Entry", "Journal", "JournalError", "Row", "Seen", "Try"]

_ROWS_SINCE = """
SELECT id, login, path, body, monotonic, boot, wall, held, deals, beside, intent FROM intents
WHERE wall >= ? ORDER BY rowid
"""
_ROWS_IN = """
SELECT id, login, path, body, monotonic, boot, wall, held, deals, beside, intent FROM intents
WHERE login = ? AND wall >= ? AND (
    SELECT state FROM transitions WHERE intent_id = id ORDER BY seq DESC LIMIT 1
) IN (SELECT value FROM json_each(?))
ORDER BY rowid
"""
_STEPS = """
SELECT rowid, wall, state, text, ticket, attempt, begun, held, deals, beside, json_extract(result, '$.result')
FROM transitions WHERE intent_id = ? ORDER BY seq
"""

T = TypeVar("T")


class JournalError(Exception):
    """The journal could not be read or written; the text is a sentence for the trader."""


class Seen(msgspec.Struct, frozen=True):
    """What was known at one moment, from which on an intent is looked for: none of it is the intent's work.

    `held` are the positions of its symbol, `deals` the tickets of the symbol's deals, `beside` the ids of
    orders whose work was not to be seen yet in what was held.
    """

    held: tuple[Held, ...]
    deals: tuple[int, ...] = ()
    beside: tuple[str, ...] = ()


def seen_of(watched: Watched) -> Seen:
    """What a watched intent is looked for by, as it is journaled."""
    return Seen(watched.before, tuple(sorted(watched.deals)), tuple(sorted(watched.beside)))


class Entry(msgspec.Struct, frozen=True):
    """An intent as it is journaled. `body` is what is sent, byte for byte; `at` is when it was taken, `seen`
    what was known then."""

    intent: Intent
    login: int
    path: str
    body: bytes
    at: Instant
    seen: Seen


class Try(msgspec.Struct, frozen=True):
    """One try to send: when it was begun (unix time), and whether a byte of it may have left.

    `begun` is None where the program ended before that was written down.
    """

    number: int
    wall: float
    begun: bool | None


class Row(msgspec.Struct, frozen=True):
    """An intent with its story so far; `ticket` is the last one that a step named, `answered` the type of the
    last answer that one did.

    `seen` is what the intent is looked for by: what was known before the send, or at the last step that says
    so. The journal's steps are numbered in their order, over all intents: `taken_at` is the intent's first
    one, `seen_at` that of `seen`, `sent_at` that of its first try (an order may have to wait for it), or
    `taken_at` where none was made.
    """

    entry: Entry
    story: tuple[StoryLine, ...]
    seen: Seen
    taken_at: int
    seen_at: int
    sent_at: int
    ticket: int | None = None
    answered: str | None = None
    tries: tuple[Try, ...] = ()

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
        self._lock: OwnerLock | None = None

    async def open(self) -> None:
        """Raises JournalError where the file can't be had, is no journal or is from a newer version."""
        await self._run(self._open)

    async def claim(self, login: int) -> int | None:
        """Take the right to trade on this login for as long as the journal is open.

        The pid of the terminal that holds it (0 where unknown), None where it is ours. Raises JournalError.
        """
        return await self._run(lambda: self._claim(login))

    async def begin(self, entry: Entry, line: StoryLine) -> None:
        """Commit a new intent with its first step. Raises JournalError; then nothing may be sent."""
        await self._run(lambda: self._begin(entry, line))

    async def move(
        self,
        intent_id: str,
        line: StoryLine,
        result: Result | None = None,
        ticket: int | None = None,
        attempt: int | None = None,
        begun: bool | None = None,
        seen: Seen | None = None,
    ) -> None:
        """Commit a further step; `attempt` and `begun` where it tells of a try. Raises JournalError."""
        known = (None,) * 3 if seen is None else _seen_to_json(seen)
        values = (None if result is None else result_to_json(result), ticket, attempt, begun, *known)
        await self._run(lambda: self._move(intent_id, line, values))

    async def open_rows(self, login: int) -> tuple[Row, ...]:
        """The account's intents whose outcome is not known, oldest first. Raises JournalError."""
        states = json.dumps([state.value for state in IntentState if state.is_open])
        return await self._run(lambda: self._rows(_ROWS_IN, (login, float("-inf"), states)))

    async def not_filled_rows(self, login: int, since: float) -> tuple[Row, ...]:
        """The account's intents taken at or after `since` that were found not filled. Raises JournalError."""
        states = json.dumps([IntentState.FOUND_NOT_FILLED.value])
        return await self._run(lambda: self._rows(_ROWS_IN, (login, since, states)))

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
        self._connection = open_file(self.path)

    def _claim(self, login: int) -> int | None:
        lock = OwnerLock(self.path, login)
        holder = lock.take()
        if holder is None:
            self._lock = lock
        return holder

    def _begin(self, entry: Entry, line: StoryLine) -> None:
        intent = entry.intent
        with transaction(self._ready()) as connection:
            connection.execute(
                "INSERT INTO intents (id, login, kind, path, body, monotonic, boot, wall, symbol, intent, "
                "held, deals, beside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    intent.intent_id,
                    entry.login,
                    kind_of(intent),
                    entry.path,
                    entry.body,
                    entry.at.monotonic,
                    entry.at.boot,
                    entry.at.wall,
                    symbol_of(intent),
                    intent_to_json(intent),
                    *_seen_to_json(entry.seen),
                ),
            )
            self._insert(connection, intent.intent_id, line)

    def _move(self, intent_id: str, line: StoryLine, values: tuple[object, ...]) -> None:
        with transaction(self._ready()) as connection:
            self._insert(connection, intent_id, line, values)

    def _insert(
        self,
        connection: sqlite3.Connection,
        intent_id: str,
        line: StoryLine,
        values: tuple[object, ...] = (None,) * 7,
    ) -> None:
        connection.execute(
            "INSERT INTO transitions "
            "(intent_id, seq, wall, state, text, result, ticket, attempt, begun, held, deals, beside) "
            "SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
            "FROM transitions WHERE intent_id = ?",
            (intent_id, line.wall, line.state.value, line.text, *values, intent_id),
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
        deals: str,
        beside: str,
        intent: str,
    ) -> Row:
        steps = [_Step(*columns) for columns in connection.execute(_STEPS, (intent_id,))]
        at = Instant(monotonic, boot, wall)
        before = _seen_from_json(held, deals, beside)
        seen, seen_at = before, steps[0].number
        for step in steps:
            if step.held is not None:
                seen, seen_at = _seen_from_json(step.held, step.deals, step.beside), step.number
        return Row(
            Entry(intent_from_json(intent), login, path, body, at, before),
            tuple(StoryLine(step.wall, IntentState(step.state), step.text) for step in steps),
            seen,
            steps[0].number,
            seen_at,
            next((step.number for step in steps if step.attempt is not None), steps[0].number),
            _last(step.ticket for step in steps),
            _last(step.answered for step in steps),
            _tries(steps),
        )

    def _ready(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("it is not open")
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            self._lock.free()
            self._lock = None


class _Step(NamedTuple):
    """A row of the table of steps."""

    number: int
    wall: float
    state: str
    text: str
    ticket: int | None
    attempt: int | None
    begun: int | None
    held: str | None
    deals: str | None
    beside: str | None
    answered: str | None


def _last(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _tries(steps: Sequence[_Step]) -> tuple[Try, ...]:
    """One for each attempt that a step names: its first step tells when, a later one whether it had begun."""
    tries: dict[int, Try] = {}
    for step in steps:
        if step.attempt is not None:
            known = tries.get(step.attempt, Try(step.attempt, step.wall, None))
            tries[step.attempt] = known if step.begun is None else replace(known, begun=bool(step.begun))
    return tuple(tries.values())


def _seen_to_json(seen: Seen) -> tuple[str, str, str]:
    return held_to_json(seen.held), json.dumps(seen.deals), json.dumps(seen.beside)


def _seen_from_json(held: str, deals: str | None, beside: str | None) -> Seen:
    return Seen(held_from_json(held), tuple(json.loads(deals or "[]")), tuple(json.loads(beside or "[]")))
