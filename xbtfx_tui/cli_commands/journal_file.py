"""The order journal for reading alone: safe while a terminal writes to it. Makes and changes no order."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from xbtfx_tui.domain.words import intent_words
from xbtfx_tui.orders.journal.codec import intent_from_json
from xbtfx_tui.orders.journal.journal import SCHEMA_VERSION

BUSY_SECONDS = 2.0
_INTENTS = """
SELECT id, login, kind, path, wall, symbol, intent FROM intents
WHERE wall >= ? AND (? IS NULL OR login = ?) ORDER BY rowid
"""
_STEPS = "SELECT wall, state, text, result, ticket FROM transitions WHERE intent_id = ? ORDER BY seq"


class JournalUnreadableError(Exception):
    """The journal can't be read; the text is a sentence."""


class Step(msgspec.Struct, frozen=True):
    """One transition: `wall` is unix time, UTC; `result` the server's answer as the journal keeps it."""

    wall: float
    state: str
    text: str
    result: object
    ticket: int | None


class JournaledIntent(msgspec.Struct, frozen=True):
    """An intent as it was taken at `wall` (unix time, UTC), and all its steps, oldest first.

    `words` say what was wanted; `intent` is its fields as the journal keeps them, figures as text.
    """

    intent_id: str
    login: int
    kind: str
    path: str
    wall: float
    symbol: str | None
    words: str
    intent: object
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        return self.steps[-1].state if self.steps else "drafted"

    @property
    def ticket(self) -> int | None:
        """The last one that a step named."""
        return next((step.ticket for step in reversed(self.steps) if step.ticket is not None), None)


def read_journal(path: Path, since: float = 0.0, login: int | None = None) -> tuple[JournaledIntent, ...]:
    """The intents taken at or after `since` (unix time), of one account or of all, oldest first.

    Raises JournalUnreadableError.
    """
    if not path.is_file():
        raise JournalUnreadableError(
            f"There is no order journal yet ({path}): it begins with the first order on a live account."
        )
    try:
        address = f"file:{quote(str(path))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            # One transaction, so that an intent and its steps are of one moment.
            connection.execute("BEGIN")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise JournalUnreadableError(
                    f"A newer version of this program wrote the order journal ({path}); use that one."
                )
            if version == 0:
                raise JournalUnreadableError(f"{path} is no order journal of this program.")
            found = connection.execute(_INTENTS, (since, login, login)).fetchall()
            return tuple(_intent(connection, row) for row in found)
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as error:
        raise JournalUnreadableError(_sentence(path, error)) from error


def _intent(connection: sqlite3.Connection, row: tuple[Any, ...]) -> JournaledIntent:
    intent_id, login, kind, request_path, wall, symbol, intent = row
    steps = tuple(
        Step(when, state, text, None if result is None else json.loads(result), ticket)
        for when, state, text, result, ticket in connection.execute(_STEPS, (intent_id,))
    )
    words = intent_words(intent_from_json(intent))
    return JournaledIntent(
        intent_id, login, kind, request_path, wall, symbol, words, json.loads(intent), steps
    )


def _sentence(path: Path, error: Exception) -> str:
    text = str(error)
    if "not a database" in text:
        return f"{path} is no order journal of this program."
    if "locked" in text or "busy" in text:
        return f"The order journal is held by another program ({path}); try again in a moment."
    return f"The order journal can't be read ({path}): {text or type(error).__name__}."
