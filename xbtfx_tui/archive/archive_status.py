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


class SymbolStatus(msgspec.Struct, frozen=True):
    """What is kept of a symbol: `first` and `last` are where a candle begins (unix seconds, UTC), None where
    there is none; `minutes`, `hours`, `days` are how many; `gaps` are those from LEAST_GAP seconds on.
    `altered` are rows whose times can't be, which are left out of all of that."""

    symbol: str
    first: int | None
    last: int | None
    minutes: int
    hours: int
    days: int
    gaps: int
    longest: Gap | None
    altered: int = 0


def archive_status(path: Path, now: float) -> list[SymbolStatus]:
    """Of each symbol, by name, at `now` (unix seconds). Raises DamagedError, OSError, sqlite3.Error."""
    until = int(now) + Timeframe.DAY.value  # a clock may have been a little ahead
    with reading(path, BUSY_SECONDS, "rw") as connection:
        keys = sorted(symbol_keys(connection).items())
        return [_status(connection, name, key, until) for name, key in keys]


def _status(connection: sqlite3.Connection, name: str, key: SymbolKey, until: int) -> SymbolStatus:
    ranges = import_ranges(connection, key.id, MINUTE)
    minutes, gaps, altered = 0, 0, _out_of_time(connection, key, until)
    longest: Gap | None = None
    starts: list[int] = []  # the newest and the oldest
    after: int | None = None
    for start, seen_from, seen_until in _minutes_down(connection, key, until):
        if not (0 <= start < until and 0 <= seen_from - start < seen_until - start <= MINUTE):
            altered += 0 <= start < until  # the others are counted already
            continue
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
            "SELECT count(DISTINCT start), min(start), max(start) FROM bars WHERE symbol = ? AND span = ?"
            " AND start >= 0 AND start < ?",
            (key.id, timeframe.value, until),
        ).fetchone()
        counts.append(count)
        ends += [first, last] if count else []
    begin, end = (min(ends), max(ends)) if ends else (None, None)
    return SymbolStatus(name, begin, end, minutes, counts[0], counts[1], gaps, longest, altered)


def _out_of_time(connection: sqlite3.Connection, key: SymbolKey, until: int) -> int:
    """How many rows are of before 1970 or after `until`: `quick_check` takes any number for a time."""
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM fresh WHERE symbol = :symbol AND (start < 0 OR start >= :until))"
        " + (SELECT count(*) FROM packs WHERE symbol = :symbol AND (hour < 0 OR hour >= :until))"
        " + (SELECT count(*) FROM bars WHERE symbol = :symbol AND (start < 0 OR start >= :until))",
        {"symbol": key.id, "until": until},
    ).fetchone()
    return int(count)


def _minutes_down(
    connection: sqlite3.Connection, key: SymbolKey, until: int
) -> Iterator[tuple[int, int, int]]:
    """Each minute that begins before `until`, newest first: its start, and from when to when it is known."""
    fresh = read_fresh(connection, key, MINUTE, until)
    for _, told in hours_of_minutes(connection, key, MINUTE, until, fresh):
        if isinstance(told, Columns):
            rows = list(zip(told.starts, told.sinces, told.untils, strict=True))
        else:
            rows = [(one.start, one.since, one.until) for one in told]
        for start, since, seen_until in reversed(rows):
            yield start, start + since, start + (seen_until or MINUTE)
