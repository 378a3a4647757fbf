"""The journal's file: made private, opened durably, brought to this program's schema. Never reads a row."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA_VERSION = 3
BUSY_SECONDS = 1.0
_SYNCHRONOUS_FULL = 2
_FIRST_SCHEMA = """
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
CREATE INDEX intents_by_wall ON intents (wall)
"""
# deals: JSON, the symbol's deals known before the send; of a transition, held and deals are what was known
# at that step, from which on the intent is looked for. attempt: which try a step belongs to, from 1.
# begun: 1 where that try had begun to be written. (A comment inside would become a part of the schema.)
_TRIES_AND_DEALS = """
ALTER TABLE intents ADD COLUMN deals TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN held TEXT;
ALTER TABLE transitions ADD COLUMN deals TEXT;
ALTER TABLE transitions ADD COLUMN attempt INTEGER;
ALTER TABLE transitions ADD COLUMN begun INTEGER
"""
# beside: JSON, the ids of orders whose work was not to be seen yet in `held`.
_BESIDE = """
ALTER TABLE intents ADD COLUMN beside TEXT NOT NULL DEFAULT '[]';
ALTER TABLE transitions ADD COLUMN beside TEXT
"""
_STEPS = (_FIRST_SCHEMA, _TRIES_AND_DEALS, _BESIDE)
"""What leads from each version to the next; an old step never changes."""


def open_file(path: Path) -> sqlite3.Connection:
    """The connection to the journal at `path`, which is made where there is none; its directory too.

    Raises OSError, sqlite3.Error, or ValueError with a clause that says what is wrong.
    """
    make_private(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def make_private(directory: Path) -> None:
    """Make the directory, or make it the owner's alone."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(directory.stat().st_mode) & 0o077:
        directory.chmod(0o700)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing, on disk when it ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if (mode, synchronous) != ("wal", _SYNCHRONOUS_FULL):
        raise ValueError("this disk takes no write-ahead log; put the state directory on a local disk")
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise ValueError("a newer version of this program wrote it; use that one")
        for step in _STEPS[version:]:
            for statement in step.split(";"):
                connection.execute(statement)
        if version < SCHEMA_VERSION:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
