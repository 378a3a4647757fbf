"""The order journal of one login: every intent and every step of it, on disk before the first byte is sent.

SQLite with a write-ahead log and full synchronisation, one connection on one thread of its own, so that no
disk can hold up the screen; one writer a file, by the login's lock. The file is the owner's alone. The API
key never comes near it.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from xbtfx_tui.disk.private_files import make_private
from xbtfx_tui.disk.sqlite_file import DamagedError, transaction
from xbtfx_tui.domain.intents import symbol_of
from xbtfx_tui.domain.order_outcomes import IntentState, Result, StoryLine
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.journal.journal_codec import intent_to_json, kind_of, result_to_json
from xbtfx_tui.orders.journal.journal_opening import JournalNote, open_login_file
from xbtfx_tui.orders.journal.journal_paths import lock_file, login_file
from xbtfx_tui.orders.journal.journal_rows import (
    END_OF_PAGE,
    IN_STATES,
    PAGE,
    SINCE,
    WITHOUT_STATE,
    Entry,
    JournalRow,
    SeenBefore,
    Try,
    UnreadableRow,
    read_rows,
    seen_of,
    seen_to_json,
)
from xbtfx_tui.orders.journal.journal_schema import SCHEMA
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces, OwnerLock
from xbtfx_tui.orders.journal.rule_rows import (
    RuleFound,
    RuleRow,
    RuleStep,
    insert_rule,
    insert_steps,
    next_number,
    unended_rules,
)

__all__ = [
    "SCHEMA_VERSION",
    "Claimed",
    "Entry",
    "HeldByAnother",
    "Journal",
    "JournalError",
    "JournalRow",
    "SeenBefore",
    "Try",
    "seen_of",
]

SCHEMA_VERSION = SCHEMA.version
_ROWS_A_PAGE = 500
_ALL_STATES = json.dumps([state.value for state in IntentState])
_NOT_SEEN_ELSEWHERE = JournalNote(
    Severity.WARNING,
    "Whether another terminal of yours on this machine trades on this login can't be seen: no directory that "
    "they could meet in can be used.",
)

T = TypeVar("T")

ANSWERS_WITHIN = 3.0
"""Seconds that a write may take: a disk that hangs keeps no trader in."""


class JournalError(Exception):
    """The journal could not be read or written; the text is a sentence for the trader."""


class Claimed(msgspec.Struct, frozen=True):
    """The login's journal is open, and this program alone writes to it; `notes` are to be said."""

    notes: tuple[JournalNote, ...] = ()


class HeldByAnother(msgspec.Struct, frozen=True):
    """Another terminal trades on the login; `pid` is 0 where it can't be told."""

    pid: int


class Journal:
    """The journal of whichever login is claimed, in `directory`, which is the program's own: it is made, or
    made private. `places` is where terminals with other state directories are met; None: nowhere.

    `trouble` is the last write's or claim's failure, as a sentence; None after one that worked.
    """

    def __init__(self, directory: Path, places: MeetingPlaces | None = None) -> None:
        self.directory = directory
        self.trouble: str | None = None
        self._places = places
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._login: int | None = None
        self._lock: OwnerLock | None = None
        self._unreadable: dict[str, UnreadableRow] = {}

    @property
    def path(self) -> Path:
        """The file of the claimed login; the directory before that."""
        return self.directory if self._login is None else login_file(self.directory, self._login)

    @property
    def is_claimed(self) -> bool:
        """Whether the right to trade on the login is taken, also where its file could not be had."""
        return self._lock is not None and self._lock.is_taken

    async def claim(self, login: int) -> Claimed | HeldByAnother:
        """Take the right to trade on this login for as long as the journal is open, and open its file.

        Raises JournalError where the file can't be had, or is from a newer version; the right is taken then.
        """
        return await self._written(lambda: self._claim(login))

    async def begin(self, entry: Entry, line: StoryLine) -> None:
        """Commit a new intent with its first step. Raises JournalError; then it is not journaled."""
        await self._written(lambda: self._begin(entry, line))

    async def move(
        self,
        intent_id: str,
        line: StoryLine,
        result: Result | None = None,
        ticket: int | None = None,
        attempt: int | None = None,
        begun: bool | None = None,
        seen: SeenBefore | None = None,
    ) -> None:
        """Commit a further step; `attempt` and `begun` where it tells of a try. Raises JournalError."""
        known = (None,) * 3 if seen is None else seen_to_json(seen)
        values = (None if result is None else result_to_json(result), ticket, attempt, begun, *known)
        await self._written(lambda: self._move(intent_id, line, values))

    async def open_rows(self) -> tuple[JournalRow, ...]:
        """The intents whose outcome is not known, oldest first. Raises JournalError."""
        states = json.dumps([state.value for state in IntentState if state.is_open])
        return await self._run(lambda: self._rows(IN_STATES, float("-inf"), states))

    async def not_filled_rows(self, since: float) -> tuple[JournalRow, ...]:
        """The intents taken at or after `since` that were found not filled. Raises JournalError."""
        states = json.dumps([IntentState.FOUND_NOT_FILLED.value])
        return await self._run(lambda: self._rows(IN_STATES, since, states))

    async def rows(self, since: float = 0.0) -> tuple[JournalRow, ...]:
        """All intents taken at or after `since` (unix time), oldest first. Raises JournalError."""
        return await self._run(lambda: self._rows(SINCE, since))

    async def pages(self, since: float) -> AsyncIterator[tuple[JournalRow, ...]]:
        """The same, some hundreds at a time: whoever keeps none of them needs no room for all. Raises
        JournalError."""
        after = 0
        while (end := await self._run(partial(self._end_of_page, since, after))) is not None:
            yield await self._run(partial(self._rows, PAGE, since, after, end))
            after = end

    async def unreadable(self) -> tuple[UnreadableRow, ...]:
        """What of the rows read so far made no sense, and every intent without a state that is known. Raises
        JournalError."""
        return await self._run(self._all_unreadable)

    async def rules(self) -> tuple[Sequence[RuleFound], int]:
        """The armed orders that have not ended, and the first number that is free. Raises JournalError."""
        return await self._run(lambda: (unended_rules(self._ready()), next_number(self._ready())))

    async def write_rules(self, steps: Sequence[RuleStep], new: RuleRow | None = None) -> None:
        """Commit these steps of armed orders, and a new one before them, all or nothing. Raises JournalError;
        where the disk did not answer in time, it may be done all the same."""
        await self._written(lambda: self._write_rules(steps, new))

    async def close(self) -> None:
        """Close the file. The journal can't be used any more; closing it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            with contextlib.suppress(JournalError):
                await self._run(self._close, ANSWERS_WITHIN)
            self._thread.shutdown(wait=False)

    async def _written(self, work: Callable[[], T]) -> T:
        try:
            done = await self._run(work, ANSWERS_WITHIN)
        except JournalError as error:
            self.trouble = str(error)
            raise
        self.trouble = None
        return done

    async def _run(self, work: Callable[[], T], within: float | None = None) -> T:
        """In `within` seconds (None: however long it takes). What takes longer goes on, and may be done."""
        try:
            doing = asyncio.get_running_loop().run_in_executor(self._thread, work)
            done, _ = await asyncio.wait((doing,), timeout=within)
            if not done:
                doing.add_done_callback(_forget)
                raise JournalError(f"The disk does not answer: the order journal waits for it ({self.path}).")
            return doing.result()
        except (sqlite3.Error, DamagedError, OSError, ValueError, RuntimeError) as error:
            raise JournalError(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        text = str(error)
        if "locked" in text or "busy" in text:
            return f"The order journal is held by another program ({self.path}): close that one."
        if "full" in text or "No space left" in text:
            return f"The disk is full: the order journal can't be written ({self.path}). Make room."
        return f"The order journal can't be used ({self.path}): {text}."

    # --- on the journal's thread ---

    def _claim(self, login: int) -> Claimed | HeldByAnother:
        self._login = login
        if self._lock is None:
            make_private(self.directory)
            self._lock = OwnerLock(lock_file(self.directory, login), login, self._places)
        if (holder := self._lock.take()) is not None:
            self._lock = None
            return HeldByAnother(holder)
        self._connection, notes = open_login_file(self.directory, login)
        blind = self._places is not None and not self._lock.is_seen_elsewhere
        return Claimed((*notes, _NOT_SEEN_ELSEWHERE) if blind else notes)

    def _begin(self, entry: Entry, line: StoryLine) -> None:
        intent = entry.intent
        with transaction(self._ready()) as connection:
            connection.execute(
                "INSERT INTO intents (id, login, kind, path, body, monotonic, boot, wall, symbol, intent, "
                "origin, held, deals, beside) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    None if entry.origin is None else entry.origin.words,
                    *seen_to_json(entry.seen),
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
            "(intent_id, seq, wall, state, text, difference, decider, result, ticket, attempt, begun, held, "
            "deals, beside) SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
            "FROM transitions WHERE intent_id = ?",
            (
                intent_id,
                line.wall,
                line.state.value,
                line.text,
                line.difference,
                line.decider.value,
                *values,
                intent_id,
            ),
        )

    def _write_rules(self, steps: Sequence[RuleStep], new: RuleRow | None) -> None:
        with transaction(self._ready()) as connection:
            if new is not None:
                insert_rule(connection, new)
            insert_steps(connection, steps)

    def _rows(self, query: str, *values: object) -> tuple[JournalRow, ...]:
        rows: list[JournalRow] = []
        for found in read_rows(self._ready(), query, values):
            if isinstance(found, JournalRow):
                rows.append(found)
            else:
                self._unreadable[found.intent_id] = found
        return tuple(rows)

    def _end_of_page(self, since: float, after: int) -> int | None:
        (end,) = self._ready().execute(END_OF_PAGE, (since, after, _ROWS_A_PAGE)).fetchone()
        return None if end is None else int(end)

    def _all_unreadable(self) -> tuple[UnreadableRow, ...]:
        self._rows(WITHOUT_STATE, _ALL_STATES)
        return tuple(self._unreadable.values())

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


def _forget(done: "asyncio.Future[T]") -> None:
    """Nobody waits for it any more."""
    if not done.cancelled():
        done.exception()
