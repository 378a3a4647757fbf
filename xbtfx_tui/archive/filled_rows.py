"""Takes candles that a file told, or that were made, into the archive: they fill or replace, and never merge.

What was seen live stays, unless the trader says otherwise (`Over`). Inside a transaction of the caller's,
which may be broken off and run again: the second time it takes nothing. It reads no file and judges no price.
"""

import sqlite3
from collections.abc import Sequence
from enum import Enum
from itertools import groupby

import msgspec

from xbtfx_tui.archive.candle_rows import (
    HOUR,
    bar_candle,
    forget_days,
    fresh_candle,
    key_for,
    read_pack,
    symbol_keys,
    write_bars,
)
from xbtfx_tui.archive.hour_packing import MINUTE, write_hour
from xbtfx_tui.domain.candles import Candle, merged, rescaled


class Over(Enum):
    """What gives way to a candle from a file."""

    NOTHING = "nothing"
    PARTIAL = "partial"  # what was seen in part
    ALL = "all"


class Taken(msgspec.Struct, frozen=True):
    """What became of candles: `taken`, `known` (just so before), `differ` (a file told that time before, with
    other prices, which stay), `kept` as they were seen."""

    taken: int = 0
    known: int = 0
    differ: int = 0
    kept: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.taken + other.taken,
            self.known + other.known,
            self.differ + other.differ,
            self.kept + other.kept,
        )


class ImportedFile(msgspec.Struct, frozen=True):
    """What is noted of a file: `zone` is the clock of its times, `taken` when it was taken (unix seconds)."""

    name: str
    sha256: str
    zone: str
    taken: int


def fill_candles(
    connection: sqlite3.Connection, symbol: str, candles: Sequence[Candle], over: Over, file: ImportedFile
) -> Taken:
    """Take one or more candles of a symbol, in order of time, all of a minute, of an hour or of a day, and
    note the file they are from as far as they go: what lies between them counts as known.

    A file may come in many parts, each with a transaction of its own, in order. Where prices have more digits
    than the symbol's had, these get as many.
    """
    key = key_for(connection, symbol_keys(connection), symbol, max(candle.scale for candle in candles))
    scaled = [rescaled(candle, key.scale) for candle in candles]
    connection.execute(
        "INSERT INTO imports (symbol, file, sha256, zone, span, first, last, taken)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " first = min(first, excluded.first), last = max(last, excluded.last), taken = excluded.taken",
        (
            key.id,
            file.name,
            file.sha256,
            file.zone,
            scaled[0].span,
            scaled[0].start,
            scaled[-1].start,
            file.taken,
        ),
    )
    if scaled[0].span != MINUTE:
        return _fill_bars(connection, key.id, scaled, over)
    done = Taken()
    for number, of_hour in groupby(scaled, lambda candle: candle.start // HOUR):
        done += _fill_minutes(connection, key.id, number * HOUR, list(of_hour), over)
    return done


def _fill_minutes(
    connection: sqlite3.Connection, symbol: int, hour: int, candles: Sequence[Candle], over: Over
) -> Taken:
    """Take the minutes of one hour, in the symbol's scale; what is written of the hour is whole again."""
    scale = candles[0].scale
    known = read_pack(connection, symbol, hour, MINUTE, scale)
    unpacked = connection.execute(
        "SELECT start, open, high, low, close, ticks, since, until FROM fresh"
        " WHERE span = ? AND start >= ? AND start < ? AND symbol = ?",
        (MINUTE, hour, hour + HOUR, symbol),
    ).fetchall()
    for row in unpacked:
        fresh = fresh_candle(row, MINUTE, scale)
        known[fresh.start] = merged(known[fresh.start], fresh) if fresh.start in known else fresh
    done = Taken()
    for candle in candles:
        before = known.get(candle.start)
        done += (came := _what_comes(before, candle, over))
        if came.taken:
            known[candle.start] = candle
    if done.taken:
        # In the pack with them: a fresh row would be merged over what replaced it.
        connection.executemany(
            "DELETE FROM fresh WHERE span = ? AND start = ? AND symbol = ?",
            [(MINUTE, row[0], symbol) for row in unpacked],
        )
        write_hour(connection, symbol, hour, MINUTE, [known[start] for start in sorted(known)])
    return done


def _fill_bars(connection: sqlite3.Connection, symbol: int, candles: Sequence[Candle], over: Over) -> Taken:
    """Take hours or days, in the symbol's scale. They stand beside what was seen: which counts is decided
    where they are read."""
    done, new = Taken(), []
    for candle in candles:
        row = connection.execute(
            "SELECT start, open, high, low, close, ticks, since, until, covered FROM bars"
            " WHERE span = ? AND symbol = ? AND start = ? AND imported = 1",
            (candle.span, symbol, candle.start),
        ).fetchone()
        before = None if row is None else bar_candle(row, candle.span, candle.scale)
        done += (came := _what_comes(before, candle, over))
        if came.taken:
            new.append(candle)
    if new:
        write_bars(connection, symbol, new, imported=True)
        forget_days(connection, symbol, min(candle.start for candle in new))
    return done


def _what_comes(before: Candle | None, candle: Candle, over: Over) -> Taken:
    if before is None:
        return Taken(taken=1)
    if before == candle:
        return Taken(known=1)
    if over is Over.ALL:
        return Taken(taken=1)
    if not before.is_watched:
        return Taken(differ=1)
    if over is Over.PARTIAL and before.covered < before.span:
        return Taken(taken=1)
    return Taken(kept=1)
