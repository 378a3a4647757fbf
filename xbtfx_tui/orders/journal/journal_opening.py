"""Opens the journal of one login, whatever stands there: none yet, a good one, a damaged one, one of the
versions that kept a single file for all. The caller holds the login's lock.

What can't be used is set aside under a new name and told; nothing is deleted, nothing is silently begun anew.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from xbtfx_tui.disk.broken_files import broken_files, finish_setting_aside, set_aside
from xbtfx_tui.disk.sqlite_file import DamagedError, create_database, open_database, reading, transaction
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.journal.journal_migration import Copied, copy_orders
from xbtfx_tui.orders.journal.journal_paths import lock_file, login_file, shared_file
from xbtfx_tui.orders.journal.journal_schema import SCHEMA


class JournalNote(msgspec.Struct, frozen=True):
    """What the trader has to hear of the journal's files."""

    severity: Severity
    sentence: str


def open_login_file(directory: Path, login: int) -> tuple[sqlite3.Connection, tuple[JournalNote, ...]]:
    """The connection to the login's journal, and what is to be said of it.

    Raises OSError, sqlite3.Error, or ValueError with a clause that says what is wrong.
    """
    path = login_file(directory, login)
    notes: list[JournalNote] = []
    if (lone := finish_setting_aside(path)) is not None:
        notes.append(_lost_note(path, lone))
    connection = None
    if path.exists():
        try:
            connection = open_database(path, SCHEMA)
        except DamagedError as damage:
            notes.append(_damage_note(path, set_aside(path), damage))
    if connection is None:
        notes += _made_anew(path, login)
        return open_database(path, SCHEMA), tuple(notes)
    try:
        notes += _what_came_since(connection, directory, login)
    except BaseException:
        connection.close()
        raise
    return connection, tuple(notes)


def _made_anew(path: Path, login: int) -> list[JournalNote]:
    """Make the file, with all that can be read of earlier ones in it."""
    notes: list[JournalNote] = []
    shared = shared_file(path.parent)
    notes += _set_aside_if_damaged(shared)
    broken = [file for file in (*broken_files(path), *broken_files(shared)) if file.exists()]

    def fill(connection: sqlite3.Connection) -> None:
        for file in broken:
            notes.extend(_salvage_notes(file, copy_orders(file, connection, login, is_damaged=True)))
        if shared.exists():
            copied = copy_orders(shared, connection, login, is_damaged=False)
            notes.extend(_copy_notes(shared, copied))

    create_database(path, SCHEMA, fill)
    return notes


def _what_came_since(connection: sqlite3.Connection, directory: Path, login: int) -> list[JournalNote]:
    """Copy what an older version has written to the shared file since it was taken over."""
    shared = shared_file(directory)
    if not shared.exists() or shared.stat().st_size == 0:
        return []
    with transaction(connection):
        return list(_copy_notes(shared, copy_orders(shared, connection, login, is_damaged=False)))


def _set_aside_if_damaged(shared: Path) -> list[JournalNote]:
    """Set the shared file aside where it is damaged and no terminal of an older version has it open."""
    if not shared.exists():
        return []
    try:
        with reading(shared) as connection:
            found = [words for (words,) in connection.execute("PRAGMA quick_check(1)")]
        if found == ["ok"] or found[0].startswith(("non-", "NULL value")):
            return []
        damage = DamagedError(found[0].splitlines()[-1][:200])
    except DamagedError as error:
        damage = error
    except sqlite3.Error:
        return []  # it is busy: what can be read of it is read
    with _locks_of_others(shared.parent) as are_free:
        if are_free:
            return [_damage_note(shared, set_aside(shared), damage)]
    return [
        JournalNote(
            Severity.ERROR,
            f"The order journal of earlier versions is damaged ({shared}: {damage}), and another terminal "
            "has it open: it is left where it is.",
        )
    ]


@contextlib.contextmanager
def _locks_of_others(directory: Path) -> Iterator[bool]:
    """Whether no other terminal holds a lock here, each of them held meanwhile. The own login's is held by
    the caller, and counts as free."""
    with contextlib.ExitStack() as held:
        are_free = True
        for path in directory.glob(lock_file(directory, 0).name.replace("0", "*")):
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            held.callback(os.close, file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                are_free = are_free and os.pread(file, 20, 0).strip() == str(os.getpid()).encode()
        yield are_free


def _damage_note(path: Path, aside: Path, damage: DamagedError) -> JournalNote:
    return JournalNote(
        Severity.ERROR,
        f"The order journal was damaged ({path.name}: {damage}): look at the positions, for an order that "
        f"only it knew is not followed any more, and what was armed in it is not armed any more. It is kept "
        f"as {aside}, and a new one is begun.",
    )


def _lost_note(path: Path, aside: Path) -> JournalNote:
    return JournalNote(
        Severity.ERROR,
        f"The order journal {path.name} is gone, and its log was left behind: that is kept beside {aside}. "
        "Look at the positions: an order that only it knew is not followed any more, and what was armed in "
        "it is not armed any more.",
    )


def _salvage_notes(file: Path, copied: Copied) -> Iterator[JournalNote]:
    if copied.orders:
        yield JournalNote(
            Severity.WARNING, f"{_orders(copied.orders)} of {file.name} could be read and went on."
        )
    if copied.lost:
        yield JournalNote(Severity.ERROR, f"{_orders(copied.lost)} of {file.name} could not be read.")


def _copy_notes(shared: Path, copied: Copied) -> Iterator[JournalNote]:
    if copied.orders:
        yield JournalNote(
            Severity.INFO,
            f"Each login has an order journal of its own now: {_orders(copied.orders)} copied from "
            f"{shared.name}, which stays as it is.",
        )
    if copied.lost:
        yield JournalNote(
            Severity.ERROR, f"{_orders(copied.lost)} of {shared} can't be read, and could not be copied."
        )
    if copied.fault is not None:
        yield JournalNote(
            Severity.ERROR,
            f"The order journal of earlier versions can't be read ({shared}: {copied.fault}): an order that "
            "it held open is not followed.",
        )


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count} orders"
