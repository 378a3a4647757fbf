"""Opens the candles' file of one account server, whatever stands there: none yet, a good one, a damaged one.

Several programs may open it at once: a lock on a file beside it, held for the moment, lets one at a time make
it or set it aside. What is damaged is kept under a new name; nothing is deleted.
"""

import contextlib
import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from xbtfx_tui.archive.archive_schema import SCHEMA
from xbtfx_tui.disk.broken_files import finish_setting_aside, set_aside
from xbtfx_tui.disk.private_files import make_private, open_private
from xbtfx_tui.disk.sqlite_file import DamagedError, create_database, open_database

FOLDER = "candles"
BUSY_SECONDS = 10.0
"""How long a program waits while another packs or looks the file through."""

_CACHE_KB = 1_000
"""Of pages kept in memory: what is written is seldom read again."""
_NO_NAME = re.compile(r"[^A-Za-z0-9._+-]")
_LONGEST_NAME = 80


def archive_file(state: Path, base_url: str, server: str | None, login: int) -> Path:
    """The file of this account server in the state directory; of the login alone where no server is named."""
    host = urlsplit(base_url).hostname or "unknown"
    host, name = (_NO_NAME.sub("_", part)[:_LONGEST_NAME] for part in (host, server or str(login)))
    return state / FOLDER / f"{host}~{name}.sqlite3"


def open_archive(path: Path) -> tuple[sqlite3.Connection, str | None]:
    """The connection to the file, made where it is missing, and what is to be said of it.

    Raises OSError, sqlite3.Error, or ValueError with a clause that says what is wrong.
    """
    make_private(path.parent)
    with _alone(path):
        said = None
        if path.exists():
            try:
                return _opened(path), None
            except DamagedError as damage:
                aside = set_aside(path)
                said = (
                    f"The archive of candles was damaged ({path.name}: {damage}). It is kept as {aside}, and "
                    "a new one is begun."
                )
        else:
            _clear_away(path)
        create_database(path, SCHEMA, lambda _: None)
        return _opened(path), said


def _opened(path: Path) -> sqlite3.Connection:
    connection = open_database(path, SCHEMA, BUSY_SECONDS)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection


class FileMark(msgspec.Struct, frozen=True):
    """Which file stood under a name: another program may have set it aside since."""

    device: int
    inode: int


def mark_of(path: Path) -> FileMark | None:
    """The mark of the file that stands there now; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return FileMark(found.st_dev, found.st_ino)


def _clear_away(path: Path) -> None:
    """A journal without its file would be rolled back into the new one."""
    journal = path.with_name(f"{path.name}-journal")
    with contextlib.suppress(FileNotFoundError):
        if journal.stat().st_size == 0:
            journal.unlink()
    finish_setting_aside(path)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = open_private(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
