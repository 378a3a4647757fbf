"""Hours, days and what is still unpacked, read out of the file, newest first. Inside a transaction of the
caller's; writes nothing.

Of an hour and of a day that both minutes and a file tell, the minutes count, unless the file knows more of
it: an hour that was seen in part gives way to one that was imported whole.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import chain, groupby
from operator import attrgetter, itemgetter

from xbtfx_tui.archive.candle_rows import (
    HOUR,
    SymbolKey,
    bar_candle,
    fresh_candle,
    import_ranges,
    read_pack,
)
from xbtfx_tui.archive.hour_packing import MINUTE, bar_of_hour
from xbtfx_tui.archive.pack_compression import Columns, unpack
from xbtfx_tui.disk.sqlite_file import DamagedError
from xbtfx_tui.domain.candle_folding import folded_down
from xbtfx_tui.domain.candles import Candle, Timeframe, merged
from xbtfx_tui.domain.day_clock import DayClock

_log = logging.getLogger(__name__)

DAY = Timeframe.DAY.value
_start = attrgetter("start")
_FRESH = """
WITH RECURSIVE starts (start) AS (
    SELECT min(start) FROM fresh WHERE span = :span AND start >= :since
    UNION ALL
    SELECT (SELECT min(start) FROM fresh WHERE span = :span AND start > starts.start)
    FROM starts WHERE starts.start IS NOT NULL
)
SELECT fresh.start, open, high, low, close, ticks, since, until FROM starts CROSS JOIN fresh
WHERE fresh.span = :span AND fresh.start = starts.start AND fresh.symbol = :symbol AND fresh.start < :before
"""
"""By points: a range of the fresh rows would pass those of all symbols."""

FreshHours = Mapping[int, Mapping[int, Candle]]
"""The unpacked candles of a symbol by hour and start."""


def read_fresh(
    connection: sqlite3.Connection, key: SymbolKey, span: int, before: int, since: int = 0
) -> FreshHours:
    """The symbol's unpacked candles of `span` seconds that begin from `since` on and before `before`."""
    rows = connection.execute(_FRESH, {"span": span, "symbol": key.id, "before": before, "since": since})
    hours: dict[int, dict[int, Candle]] = {}
    for row in rows:
        candle = fresh_candle(row, span, key.scale)
        hours.setdefault(candle.start - candle.start % HOUR, {})[candle.start] = candle
    return hours


def hours_of_minutes(
    connection: sqlite3.Connection, key: SymbolKey, span: int, before: int, fresh: FreshHours
) -> Iterator[tuple[int, Columns | list[Candle]]]:
    """Each hour that begins before `before` with its candles of `span` seconds, in order, newest hour first:
    as they are packed, or one by one where some are not packed yet."""
    packs = connection.execute(
        "SELECT hour, base, candles FROM packs WHERE span = ? AND symbol = ? AND hour < ? ORDER BY hour DESC",
        (span, key.id, before),
    )
    unpacked = ((hour, None, b"") for hour in sorted(fresh, reverse=True))
    both = merge(packs, unpacked, key=itemgetter(0), reverse=True)
    for hour, parts in groupby(both, key=itemgetter(0)):
        packed = _first_whole(hour, span, parts)
        if hour in fresh:
            known = {} if packed is None else {one.start: one for one in packed.candles(span, key.scale)}
            yield hour, _merged_in_order(known, fresh[hour])
        elif packed is not None:
            yield hour, packed


def _first_whole(hour: int, span: int, parts: Iterable[tuple[int, int | None, bytes]]) -> Columns | None:
    """The hour's pack; none where there is none, or it is damaged: then nothing is known of that hour."""
    for _, base, packed in parts:
        if base is not None:
            try:
                return unpack(base, packed, hour, span)
            except DamagedError as error:
                _log.warning("candles can't be read: %s", error)
    return None


def _merged_in_order(known: dict[int, Candle], others: Mapping[int, Candle]) -> list[Candle]:
    for start, candle in others.items():
        known[start] = merged(known[start], candle) if start in known else candle
    return [known[start] for start in sorted(known)]


def read_hours(connection: sqlite3.Connection, key: SymbolKey, since: int, before: int) -> Iterator[Candle]:
    """The symbol's hours that begin from `since` on and before `before`, newest first."""
    fresh = read_fresh(connection, key, MINUTE, before, since)
    ranges = import_ranges(connection, key.id, MINUTE)
    bars = _bars(connection, key, HOUR, since, before)
    formed = []
    for hour, candles in fresh.items():
        known = read_pack(connection, key.id, hour, MINUTE, key.scale)
        formed.append(bar_of_hour(_merged_in_order(known, candles), hour, ranges))
    formed.sort(key=_start, reverse=True)
    # The hour that was formed now stands before that of its pack: the first of as much cover is taken.
    return _most_covered(merge(formed, bars, key=_start, reverse=True) if formed else bars)


def _bars(
    connection: sqlite3.Connection, key: SymbolKey, span: int, since: int, before: int
) -> Iterator[Candle]:
    rows = connection.execute(
        "SELECT start, open, high, low, close, ticks, since, until, covered FROM bars"
        " WHERE span = ? AND symbol = ? AND start >= ? AND start < ?"
        " ORDER BY start DESC, imported",
        (span, key.id, since, before),
    )
    return (bar_candle(row, span, key.scale) for row in rows)


def days_known_until(connection: sqlite3.Connection, key: SymbolKey, clock: DayClock) -> int:
    """Up to where the cache has all days of this clock; 0 where it has none."""
    (until,) = connection.execute(
        "SELECT coalesce(max(start + span), 0) FROM days WHERE clock = ? AND symbol = ?",
        (clock.name, key.id),
    ).fetchone()
    return int(until)


def read_days(
    connection: sqlite3.Connection, key: SymbolKey, clock: DayClock, before: int
) -> Iterator[Candle]:
    """The symbol's days that begin before `before`, newest first."""
    until = days_known_until(connection, key, clock)
    if fresh := read_fresh(connection, key, MINUTE, before):
        # A late candle may be of a day that is cached: from that day on hours tell.
        until = min(until, clock.bucket(min(fresh), Timeframe.DAY)[0])
    hours = read_hours(connection, key, until, before)
    recent = folded_down(hours, lambda at: clock.bucket(at, Timeframe.DAY))
    cached = (
        bar_candle(row, span, key.scale)
        for span, *row in connection.execute(
            "SELECT span, start, open, high, low, close, ticks, since, until, covered FROM days"
            " WHERE clock = ? AND symbol = ? AND start < ? ORDER BY start DESC",
            (clock.name, key.id, min(before, until)),
        )
    )
    imported = (
        day
        for day in _bars(connection, key, DAY, 0, before)
        if clock.bucket(day.start, Timeframe.DAY)[0] == day.start
    )
    seen = chain(recent, cached)
    first = next(imported, None)
    if first is None:
        return seen
    return _most_covered(merge(seen, chain((first,), imported), key=_start, reverse=True))


def _most_covered(candles: Iterable[Candle]) -> Iterator[Candle]:
    """Of those of one start, one after the other, the one of which most is known; the first of several."""
    best: Candle | None = None
    for candle in candles:
        if best is not None and candle.start == best.start:
            best = candle if candle.covered > best.covered else best
        else:
            if best is not None:
                yield best
            best = candle
    if best is not None:
        yield best
