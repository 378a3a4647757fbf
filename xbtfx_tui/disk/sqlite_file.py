"""The one way to open an SQLite file that must not be lost: private, durable, checked. Knows no table.

A file comes into being whole: it is made under another name, filled, and only then given its own. So a file
of no bytes, or one without its tables, is never a new one: it is a damaged one, and is said to be.
Of a file with a write-ahead log one program at a time may be the writer (see `sqlite_version`); one that
several write to has a rollback journal. Whoever opens or makes a file holds a lock of its own on its name.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import msgspec

from xbtfx_tui.disk.broken_files import SIDE_FILES, sync_directory
from xbtfx_tui.disk.private_files import make_private

BUSY_SECONDS = 1.0
_SYNCHRONOUS_FULL = 2
_PRIMARY_CODE = 0xFF
_DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_OF_ONE_ROW = ("non-", "NULL value in ")
"""How `quick_check` begins its words on a value of the wrong type, which costs its row alone."""


class DamagedError(Exception):
    """The file is not what was written to it; the text is a clause."""


class Writers(Enum):
    """How many programs write to a file at a time; the value is the journal that SQLite keeps for it."""

    ONE = "wal"
    SEVERAL = "truncate"


class Schema(msgspec.Struct, frozen=True):
    """`steps` lead from each version of the tables to the next, and never change once released; `columns` are
    those that must be there in the end, by table."""

    steps: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    writers: Writers = Writers.ONE

    @property
    def version(self) -> int:
        return len(self.steps)


def create_database(path: Path, schema: Schema, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make the file at `path`, where there must be none, and fill it: all or nothing, whatever happens.

    Its directory is made, or made the owner's alone. Raises OSError, sqlite3.Error, and what `fill` raises.
    """
    make_private(path.parent)
    draft = path.with_name(f"{path.name}.new")
    for leftover in (draft, *(draft.with_name(draft.name + end) for end in SIDE_FILES)):
        leftover.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with contextlib.closing(_connect(draft)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            with transaction(connection):
                _bring_up(connection, schema, 0)
                fill(connection)
        draft.rename(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def open_database(path: Path, schema: Schema, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """The connection to the file at `path`, looked through and brought to the schema's version.
    `busy_seconds` is how long it waits for another program's lock, then and later.

    Raises DamagedError; OSError, sqlite3.Error, or ValueError with a clause where it can't be used as it is.
    """
    # Looked through by a connection that can't write: what closes a damaged file may write its log into it.
    # Of a rollback journal that a killed program left it is the other way round: it has to be rolled back.
    mode: Literal["ro", "rw"] = "ro" if schema.writers is Writers.ONE else "rw"
    with reading(path, busy_seconds, mode) as looking:
        version = _version_of(looking)
        if version > schema.version:
            raise ValueError("a newer version of this program wrote it; use that one")
        if version == 0:
            raise DamagedError("its tables are missing")
        _look_through(looking)
    make_private(path.parent)
    path.chmod(0o600)
    connection = _connect(path, busy_seconds)
    try:
        with told_as_damage():
            _make_durable(connection, schema.writers)
            if version < schema.version:
                with transaction(connection):
                    _bring_up(connection, schema, _version_of(connection))
            _check_columns(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def reading(
    path: Path, busy_seconds: float = BUSY_SECONDS, mode: Literal["ro", "rw"] = "ro"
) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, beside a program that writes; all of it is of one moment. `mode` "rw"
    lets SQLite roll back what a killed program left half written.

    Raises DamagedError, OSError, sqlite3.Error.
    """
    # SQLite would take a file of no bytes for a new one, and delete what its log still holds.
    if path.stat().st_size == 0:
        raise DamagedError("it has no bytes")
    address = f"file:{quote(str(path))}?mode={mode}"
    with (
        told_as_damage(),
        contextlib.closing(sqlite3.connect(address, uri=True, timeout=busy_seconds)) as connection,
    ):
        connection.text_factory = _text
        connection.execute("BEGIN")
        yield connection


@contextlib.contextmanager
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


@contextlib.contextmanager
def told_as_damage() -> Iterator[None]:
    """Tell what SQLite raises for a broken file as DamagedError."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise DamagedError(str(error)) from error
        raise


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, not the disk, a lock or a statement."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY_CODE in _DAMAGE_CODES


def columns_of(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """The table's columns; none where there is no such table."""
    return frozenset(
        name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    )


def _connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
    connection.text_factory = _text
    return connection


def _text(content: bytes) -> str:
    """Text as it stands in the file: what is none spoils its own row, and by SQLite's own way all rows."""
    return content.decode("utf-8", "replace")


def _version_of(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _look_through(connection: sqlite3.Connection) -> None:
    for (found,) in connection.execute("PRAGMA quick_check"):
        if found != "ok" and not found.startswith(_OF_ONE_ROW):
            raise DamagedError(found.splitlines()[-1][:200])


def _make_durable(connection: sqlite3.Connection, writers: Writers) -> None:
    (mode,) = connection.execute(f"PRAGMA journal_mode = {writers.value}").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if (mode, synchronous) != (writers.value, _SYNCHRONOUS_FULL):
        wanted = "write-ahead log" if writers is Writers.ONE else "rollback journal"
        raise ValueError(f"this disk takes no {wanted}; put the state directory on a local disk")


def _bring_up(connection: sqlite3.Connection, schema: Schema, version: int) -> None:
    for step in schema.steps[version:]:
        for statement in step.split(";"):
            connection.execute(statement)
    if version < schema.version:
        connection.execute(f"PRAGMA user_version = {schema.version}")


def _check_columns(connection: sqlite3.Connection, schema: Schema) -> None:
    for table, wanted in schema.columns.items():
        if missing := sorted(set(wanted) - columns_of(connection, table)):
            raise DamagedError(f"its table {table} lacks {', '.join(missing)}")
