"""Reads a chart's worth of candles at any timeframe, with the gaps between them. Writes nothing.

A candle is made of the finest that there is of its time. One that was watched and quiet takes no place, nor
does time in which the market was closed; what nobody saw is a Gap, however long.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from xbtfx_tui.archive.candle_rows import HOUR, SymbolKey, import_ranges, symbol_keys
from xbtfx_tui.archive.hour_packing import MINUTE, with_what_files_told
from xbtfx_tui.archive.hour_reading import (
    days_known_until,
    hours_of_minutes,
    read_days,
    read_fresh,
    read_hours,
)
from xbtfx_tui.archive.pack_compression import Columns
from xbtfx_tui.disk.sqlite_file import reading
from xbtfx_tui.domain.candle_folding import folded_down
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import trades_within

BUSY_SECONDS = 2.0

Range = tuple[int, int]
_DAYS_WORKED_OUT = 7 * Timeframe.DAY.value
"""So much may be worked out each time, before it is worth to be kept."""


class CandleQuery(msgspec.Struct, frozen=True):
    """What is read: the last `count` candles that begin before `before` (unix seconds, UTC). `sessions` are
    those in which the symbol is quoted, None where nothing tells."""

    symbol: str
    timeframe: Timeframe
    before: int
    count: int
    sessions: tuple[SessionSpan, ...] | None = None


class CandlesFound(msgspec.Struct, frozen=True):
    """Candles and gaps in order of time. `days_missing`: days were worked out that the file might keep."""

    candles: tuple[Candle | Gap, ...] = ()
    days_missing: bool = False


def read_candles(path: Path, asked: CandleQuery, clock: DayClock) -> CandlesFound:
    """What the file has of it; nothing where there is no file or no such symbol.

    Raises DamagedError, OSError, sqlite3.Error.
    """
    if not path.exists():
        return CandlesFound()
    # "rw", for a killed writer may have left a journal that has to be rolled back before anything is read.
    with reading(path, BUSY_SECONDS, "rw") as connection:
        key = symbol_keys(connection).get(asked.symbol)
        if key is None:
            return CandlesFound()
        ranges = import_ranges(connection, key.id, asked.timeframe.value)
        buckets = _last(_buckets(connection, key, asked, clock, ranges), asked.count)
        found = tuple(_with_gaps(buckets, ranges, asked.sessions))
        missing = False
        if asked.timeframe.value >= Timeframe.DAY.value and buckets:
            missing = buckets[-1].start - days_known_until(connection, key, clock) > _DAYS_WORKED_OUT
        return CandlesFound(found, missing)


def _last(buckets: Iterable[Candle], count: int) -> list[Candle]:
    """So many candles with a price, and the quiet ones between them, oldest first."""
    taken: list[Candle] = []
    for bucket in buckets:
        if count <= 0:
            break
        taken.append(bucket)
        count -= not bucket.is_quiet
    while taken and taken[-1].is_quiet:
        taken.pop()
    return taken[::-1]


def _with_gaps(
    buckets: Sequence[Candle], ranges: Sequence[Range], sessions: tuple[SessionSpan, ...] | None
) -> Iterator[Candle | Gap]:
    if buckets and not buckets[0].is_quiet:
        yield buckets[0]
    for before, after in pairwise(buckets):
        for start, end in not_told(before.end, after.start, ranges):
            if trades_within(sessions, start, end):
                yield Gap(start, end)
        if not after.is_quiet:
            yield after


def not_told(start: int, end: int, ranges: Sequence[Range]) -> Iterator[Range]:
    """The parts of a stretch without a candle of which no file tells either."""
    for first, last in sorted(ranges):
        if start >= end:
            return
        if first < end and last > start:
            if first > start:
                yield start, first
            start = last
    if start < end:
        yield start, end


def _buckets(
    connection: sqlite3.Connection,
    key: SymbolKey,
    asked: CandleQuery,
    clock: DayClock,
    ranges: Sequence[Range],
) -> Iterator[Candle]:
    """The candles that begin before the moment, newest first."""
    timeframe, before = asked.timeframe, asked.before
    match timeframe:
        case Timeframe.WEEK:
            days = read_days(connection, key, clock, before)
            return folded_down(days, lambda at: clock.bucket(at, timeframe))
        case Timeframe.DAY:
            return read_days(connection, key, clock, before)
        case Timeframe.FOUR_HOURS:
            hours = read_hours(connection, key, 0, before)
            return folded_down(hours, lambda at: clock.bucket(at, timeframe))
        case Timeframe.HOUR:
            return read_hours(connection, key, 0, before)
        case _:
            return _of_minutes(connection, key, timeframe.value, before, ranges)


def _of_minutes(
    connection: sqlite3.Connection, key: SymbolKey, seconds: int, before: int, ranges: Sequence[Range]
) -> Iterator[Candle]:
    span = min(seconds, MINUTE)
    fresh = read_fresh(connection, key, span, before)
    for hour, told in hours_of_minutes(connection, key, span, before, fresh):
        candles: Columns | list[Candle] = told
        if before < hour + HOUR:
            one_by_one = told.candles(span, key.scale) if isinstance(told, Columns) else told
            candles = [candle for candle in one_by_one if candle.start < before]
        if isinstance(candles, Columns):
            folded = list(_of_columns(candles, hour, span, seconds, key.scale))
        else:
            folded = list(_of_candles(candles, hour, seconds))
        for candle, count in reversed(folded):
            yield with_what_files_told(candle, count * span, ranges) if ranges else candle


def _of_candles(candles: Sequence[Candle], hour: int, seconds: int) -> Iterator[tuple[Candle, int]]:
    """What the hour's candles come to, each with of how many it is."""
    starts = [candle.start for candle in candles]
    for start, first, end in _parts(starts, hour, seconds):
        part = candles[first:end]
        yield part[0] if part[0].span == seconds else joined(part, start, seconds), end - first


def _of_columns(
    columns: Columns, hour: int, span: int, seconds: int, scale: int
) -> Iterator[tuple[Candle, int]]:
    """The same out of packed candles, without making one of each: 15 minutes ask for 7,500."""
    if span == seconds:
        yield from ((candle, 1) for candle in columns.candles(span, scale))
        return
    starts, opens, highs, lows, closes, ticks, sinces, untils = columns
    for start, first, end in _parts(starts, hour, seconds):
        until, count = untils[first:end], ticks[first:end]
        if not any(until):
            edges = 0, 0
            covered = span * (end - first)
        elif all(until) and 0 not in count:
            edges = starts[first] - start + sinces[first], starts[end - 1] - start + until[-1]
            covered = sum(until) - sum(sinces[first:end])
        else:
            part = Columns(*(column[first:end] for column in columns))
            yield joined(part.candles(span, scale), start, seconds), end - first
            continue
        candle = Candle(
            start,
            seconds,
            scale,
            opens[first],
            max(highs[first:end]),
            min(lows[first:end]),
            closes[end - 1],
            sum(count),
            *edges,
            covered,
        )
        yield candle, end - first


def _parts(starts: Sequence[int], hour: int, seconds: int) -> Iterator[tuple[int, int, int]]:
    """The start of each bucket of the hour that has candles, and from which to which they are its own."""
    first = 0
    for start in range(hour, hour + HOUR, seconds):
        end = bisect_left(starts, start + seconds, first)
        if end > first:
            yield start, first, end
        first = end
