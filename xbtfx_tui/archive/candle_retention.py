"""What the file keeps and for how long: candles of 10 s for days, minutes for a year, hours for ever.

The file is kept within a size by the oldest minutes, never by those of the last 30 days; their hours stay.
"""

import sqlite3

import msgspec

from xbtfx_tui.archive.candle_rows import HOUR
from xbtfx_tui.archive.hour_packing import MINUTE, SPANS
from xbtfx_tui.disk.sqlite_file import transaction

DAY = 86_400
NEVER_WITHIN = 30 * DAY
_HOURS_AT_A_TIME = 24 * 7


class Retention(msgspec.Struct, frozen=True):
    """For how many seconds what is kept, and how many bytes the file may have."""

    ten_seconds: int = 3 * DAY
    minutes: int = 400 * DAY
    most_bytes: int = 2_000_000_000


class Pruned(msgspec.Struct, frozen=True):
    """What was taken away. `for_size`: minutes that were not due yet, up to `minutes_from`, for the size;
    `is_over`: the file is too large all the same."""

    packs: int = 0
    for_size: bool = False
    minutes_from: int | None = None
    is_over: bool = False


def prune(connection: sqlite3.Connection, retention: Retention, now: int) -> Pruned:
    """Take away what is older than it is kept, and the oldest minutes while the file is too large."""
    packs = 0
    for span, kept in zip(SPANS, (retention.ten_seconds, retention.minutes), strict=True):
        packs += _delete(connection, span, now - kept)
    for_size, oldest = False, None
    while _bytes_used(connection) > retention.most_bytes:
        first = _oldest_minutes(connection)
        limit = now - NEVER_WITHIN
        if first is None or first >= limit - limit % HOUR:
            return Pruned(packs, for_size, oldest, is_over=True)
        oldest = min(first + _HOURS_AT_A_TIME * HOUR, limit - limit % HOUR)
        packs += _delete(connection, MINUTE, oldest)
        for_size = True
    return Pruned(packs, for_size, oldest)


def _delete(connection: sqlite3.Connection, span: int, before: int) -> int:
    """Delete the packs of hours that end at this moment or before."""
    hour = before - before % HOUR
    deleted = 0
    for (symbol,) in connection.execute("SELECT id FROM symbols").fetchall():
        chosen = (span, symbol, hour)
        # Looked for first: a transaction that deletes nothing would still lock the others out.
        if connection.execute(
            "SELECT 1 FROM packs WHERE span = ? AND symbol = ? AND hour < ? LIMIT 1", chosen
        ).fetchone():
            with transaction(connection):
                cursor = connection.execute(
                    "DELETE FROM packs WHERE span = ? AND symbol = ? AND hour < ?", chosen
                )
            deleted += cursor.rowcount
    return deleted


def _oldest_minutes(connection: sqlite3.Connection) -> int | None:
    hours = (
        connection.execute(
            "SELECT min(hour) FROM packs WHERE span = ? AND symbol = ?", (MINUTE, symbol)
        ).fetchone()[0]
        for (symbol,) in connection.execute("SELECT id FROM symbols").fetchall()
    )
    return min((hour for hour in hours if hour is not None), default=None)


def _bytes_used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something: pages that were given back are written again first."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
