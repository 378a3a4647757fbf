"""The order journals for reading alone: safe while terminals write to them. Makes and changes no order.

What can't be read, a file or a row, costs itself alone and is told.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from xbtfx_tui.disk.sqlite_file import DamagedError, columns_of, reading
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.orders.journal.journal_codec import intent_from_json
from xbtfx_tui.orders.journal.journal_paths import login_file, login_files, shared_file
from xbtfx_tui.orders.journal.order_journal import SCHEMA_VERSION

BUSY_SECONDS = 2.0
_ORIGIN_SINCE, _FINDINGS_SINCE = 4, 5
_INTENTS = """
SELECT id, login, kind, path, wall, symbol, intent, {origin} FROM intents
WHERE wall >= ? AND (? IS NULL OR login = ?) ORDER BY rowid
"""
_STEPS = """
SELECT wall, state, text, result, ticket, {findings} FROM transitions WHERE intent_id = ? ORDER BY seq
"""
_OF_ONE_ROW = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class JournaledStep(msgspec.Struct, frozen=True):
    """One transition: `wall` is unix time, UTC; `result` the server's answer as the journal keeps it.

    `difference` is how what it tells of differs from what was asked for, `decider` whose word it is
    (`terminal`, `trader`); both None where the journal does not tell.
    """

    wall: float
    state: str
    text: str
    result: object
    ticket: int | None
    difference: str | None = None
    decider: str | None = None


class JournaledIntent(msgspec.Struct, frozen=True):
    """An intent as it was taken at `wall` (unix time, UTC), and all its steps, oldest first.

    `words` say what was wanted; `intent` is its fields as the journal keeps them, figures as text. `origin`
    is what made it (`key`, `line`, `trail 184729`), None where the journal does not tell.
    """

    intent_id: str
    login: int
    kind: str
    path: str
    wall: float
    symbol: str | None
    words: str
    intent: object
    steps: tuple[JournaledStep, ...]
    origin: str | None = None

    @property
    def state(self) -> str:
        return self.steps[-1].state if self.steps else "drafted"

    @property
    def ticket(self) -> int | None:
        """The last one that a step named."""
        return next((step.ticket for step in reversed(self.steps) if step.ticket is not None), None)


class JournalsRead(msgspec.Struct, frozen=True):
    """The intents of all journals, oldest first; how many journals were read, and what could not be, as
    sentences."""

    intents: tuple[JournaledIntent, ...]
    files: int
    troubles: tuple[str, ...]


def read_journals(directory: Path, since: float = 0.0, login: int | None = None) -> JournalsRead:
    """The intents taken at or after `since` (unix time), of one account or of all.

    Each login has a journal; what an earlier version kept in one file for all is read as well, where the
    login's own journal does not have it.
    """
    try:
        of_logins = login_files(directory)
    except OSError as error:
        return JournalsRead((), 0, (f"The order journals can't be read ({directory}: {error.strerror}).",))
    wanted = [path for one, path in of_logins.items() if login in (None, one)]
    if (shared := shared_file(directory)).is_file():
        wanted.append(shared)
    if not wanted:
        where = directory if login is None else login_file(directory, login)
        return JournalsRead(
            (), 0, (f"There is no order journal yet ({where}): it begins with a live account.",)
        )
    intents: dict[str, JournaledIntent] = {}
    troubles: list[str] = []
    files = 0
    for path in wanted:
        try:
            for found in _intents(path, since, login):
                if isinstance(found, str):
                    troubles.append(found)
                else:
                    intents.setdefault(found.intent_id, found)
            files += 1
        except (sqlite3.Error, DamagedError, OSError, ValueError) as error:
            troubles.append(_sentence(path, error))
    return JournalsRead(tuple(sorted(intents.values(), key=lambda one: one.wall)), files, tuple(troubles))


def _intents(path: Path, since: float, login: int | None) -> Iterator[JournaledIntent | str]:
    """A journal's intents; a sentence for those that can't be read. Raises DamagedError, OSError,
    sqlite3.Error, or ValueError with a sentence."""
    with reading(path, BUSY_SECONDS) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise ValueError("a newer version of this program wrote it; use that one")
        if not columns_of(connection, "intents"):
            raise DamagedError("its tables are missing")
        query = _INTENTS.format(origin="origin" if version >= _ORIGIN_SINCE else "NULL")
        findings = "difference, decider" if version >= _FINDINGS_SINCE else "NULL, NULL"
        steps = _STEPS.format(findings=findings)
        unreadable = 0
        for row in connection.execute(query, (since, login, login)).fetchall():
            try:
                yield _intent(connection, row, steps)
            except _OF_ONE_ROW:
                unreadable += 1
        if unreadable:
            count = "1 order" if unreadable == 1 else f"{unreadable} orders"
            yield f"{count} of {path} can't be read."


def _intent(connection: sqlite3.Connection, row: tuple[Any, ...], steps_of: str) -> JournaledIntent:
    """Raises one of `_OF_ONE_ROW` where the row or a step of it makes no sense."""
    intent_id, login, kind, request_path, wall, symbol, intent, origin = row
    steps = tuple(
        JournaledStep(float(when), state, text, None if result is None else json.loads(result), *rest)
        for when, state, text, result, *rest in connection.execute(steps_of, (intent_id,))
    )
    if not steps:
        raise ValueError("it has no steps")
    words = intent_words(intent_from_json(intent))
    return JournaledIntent(
        intent_id, login, kind, request_path, float(wall), symbol, words, json.loads(intent), steps, origin
    )


def _sentence(path: Path, error: Exception) -> str:
    text = str(error)
    if "locked" in text or "busy" in text:
        return f"The order journal is held by another program ({path}); try again in a moment."
    if isinstance(error, DamagedError):
        return f"{path} is damaged, or no order journal of this program: {text}."
    return f"The order journal can't be read ({path}): {text or type(error).__name__}."
