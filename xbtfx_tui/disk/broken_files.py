"""Sets a broken file aside, with its log or journal: under a name that is free, never over another file.

The file goes first, what belongs to it after: whoever is killed in between finds a log without its file at
the next start, and brings it after its file. Nothing is ever deleted.
"""

import contextlib
import itertools
import os
from pathlib import Path

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, as the end of its name."""

_LOGS = ("-wal", "-journal")
"""Those that hold what the file does not: under a new file of the same name they would be written into it."""

_MARK = ".broken-"


def set_aside(path: Path) -> Path:
    """Rename the file and its log; where it is now. Raises OSError; the file then stands where it stood."""
    aside = _next_name(path)
    path.rename(aside)
    _bring_after(path, aside)
    sync_directory(path.parent)
    return aside


def finish_setting_aside(path: Path) -> Path | None:
    """Where a log stands without its file: bring it after the file that was set aside last, or set it aside
    alone. The name it belongs to now, None where there was none. Raises OSError."""
    if path.exists() or not any(_side(path, end).exists() for end in _LOGS):
        return None
    last = next(iter(broken_files(path)), None)
    has_own = last is not None and any(_side(last, end).exists() for end in _LOGS)
    aside = _next_name(path) if last is None or has_own else last
    _bring_after(path, aside)
    sync_directory(path.parent)
    return aside


def broken_files(path: Path) -> tuple[Path, ...]:
    """What was set aside of this file, the last one first; the file itself may be missing (a lone log)."""
    numbers = {
        int(number)
        for found in path.parent.glob(f"{path.name}{_MARK}*")
        if (number := found.name.removeprefix(path.name + _MARK).partition("-")[0]).isdecimal()
    }
    return tuple(_numbered(path, number) for number in sorted(numbers, reverse=True))


def sync_directory(directory: Path) -> None:
    """Make a renaming last; some file systems can't, and then it lasts a little later."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _bring_after(path: Path, aside: Path) -> None:
    for end in SIDE_FILES:
        with contextlib.suppress(FileNotFoundError):
            _side(path, end).rename(_side(aside, end))


def _next_name(path: Path) -> Path:
    """The first number above those there are: its owner's lock keeps others from taking it meanwhile."""
    taken = broken_files(path)
    above = int(taken[0].name.rpartition(_MARK)[2]) if taken else 0
    return next(
        name
        for name in (_numbered(path, number) for number in itertools.count(above + 1))
        if not name.exists()
    )


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}{_MARK}{number}")


def _side(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
