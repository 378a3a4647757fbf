"""Which SQLite this Python brings, and whether several writers of a WAL file can corrupt it with that one.

The fault: 3.7.0 to 3.51.2, mended in 3.51.3, 3.50.7 and 3.44.6 (https://sqlite.org/wal.html, "The WAL-reset
bug"). With one writer a file it can't come about.
"""

import sqlite3
from typing import TypeAlias

Version: TypeAlias = tuple[int, int, int]

_FIRST_WITH_IT: Version = (3, 7, 0)
_MENDED: Version = (3, 51, 3)
_MENDED_BRANCHES: tuple[Version, ...] = ((3, 50, 7), (3, 44, 6))


def sqlite_version() -> Version:
    """The version of the library in use."""
    major, minor, patch = sqlite3.sqlite_version_info[:3]
    return major, minor, patch


def can_corrupt_shared_logs(version: Version) -> bool:
    """Whether a WAL file that more than one connection writes or checkpoints can be corrupted."""
    if not _FIRST_WITH_IT <= version < _MENDED:
        return False
    return not any(version[:2] == branch[:2] and version >= branch for branch in _MENDED_BRANCHES)
