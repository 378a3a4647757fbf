"""What the archive keeps of each symbol, and how long nobody watched between. Reads only; draws nothing.

Gaps are to the second, as the minutes tell from when to when they were seen.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec

from xbtfx_tui.archive.candle_reader import BUSY_SECONDS, not_told
from xbtfx_tui.archive.candle_rows import SymbolKey, import_ranges, symbol_keys
from xbtfx_tui.archive.hour_packing import MINUTE
from xbtfx_tui.archive.hour_reading import hours_of_minutes, read_fresh
from xbtfx_tui.archive.pack_compression import Columns
from xbtfx_tui.disk.sqlite_file import reading
from xbtfx_tui.domain.candles import Gap, Timeframe

LEAST_GAP = 60
"""Seconds that are told as a gap: a program that was killed and started anew may lose less."""

_NEVER = 2**40


class SymbolStatus(msgspec.Struct, frozen=True):
    """What is kept of a symbol: `first` and `last` are where a candle begins (unix seconds, UTC), None where
    there is none; `minutes`, `hours`, `days` are how many; `gaps` are those from LEAST_GAP seconds on."""

    symbol: str
    first: int | None
    last: int | None
    minutes: int
    hours: int
    days: int
    gaps: int
    longest: Gap | None


def archive_status(path: Path) -> list[SymbolStatus]:
    """Of each symbol, by name. Raises DamagedError, OSError, sqlite3.Error."""
    with reading(path, BUSY_SECONDS, "rw") as connection:
        return [_status(connection, name, key) for name, key in sorted(symbol_keys(connection).items())]


def _status(connection: sqlite3.Connection, name: str, key: SymbolKey) -> SymbolStatus:
    ranges = import_ranges(connection, key.id, MINUTE)
    minutes, gaps = 0, 0
    longest: Gap | None = None
    starts: list[int] = []  # the newest and the oldest
    after: int | None = None
    for start, seen_from, seen_until in _minutes_down(connection, key):
        minutes += 1
        if after is not None and after - seen_until >= LEAST_GAP:
            for gap in (Gap(*part) for part in not_told(seen_until, after, ranges)):
                gaps += 1
                if longest is None or gap.end - gap.start > longest.end - longest.start:
                    longest = gap
        after = seen_from
        starts[1:] = [start]
    ends = list(starts)
    counts = []
    for timeframe in (Timeframe.HOUR, Timeframe.DAY):
        count, first, last = connection.execute(
            "SELECT count(DISTINCT start), min(start), max(start) FROM bars WHERE symbol = ? AND span = ?",
            (key.id, timeframe.value),
        ).fetchone()
        counts.append(count)
        ends += [first, last] if count else []
    begin, end = (min(ends), max(ends)) if ends else (None, None)
    return SymbolStatus(name, begin, end, minutes, counts[0], counts[1], gaps, longest)


def _minutes_down(connection: sqlite3.Connection, key: SymbolKey) -> Iterator[tuple[int, int, int]]:
    """Each minute, newest first: its start, and from when to when it is known."""
    fresh = read_fresh(connection, key, MINUTE, _NEVER)
    for _, told in hours_of_minutes(connection, key, MINUTE, _NEVER, fresh):
        if isinstance(told, Columns):
            rows = list(zip(told.starts, told.sinces, told.untils, strict=True))
        else:
            rows = [(one.start, one.since, one.until) for one in told]
        for start, since, until in reversed(rows):
            yield start, start + since, start + (until or MINUTE)
