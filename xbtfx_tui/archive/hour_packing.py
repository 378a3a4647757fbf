"""Packs the hours that are over: fresh rows become packs, their minutes an hour's bar. Decides no times.

An hour whose pack is there already (a late candle, another program's minute) is opened and packed anew. What
is made of minutes is worked out from all of them each time, never added up.
"""

import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from itertools import groupby

from msgspec.structs import replace

from xbtfx_tui.archive.candle_rows import (
    HOUR,
    forget_days,
    fresh_candle,
    import_ranges,
    read_pack,
    write_bars,
    write_pack,
)
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Timeframe, joined, merged

MINUTE = Timeframe.MINUTE.value
SPANS = (Timeframe.TEN_SECONDS.value, MINUTE)
SYMBOLS_AT_A_TIME = 100
"""A transaction keeps other programs out: it is short."""
_TRIES = 3
_give_way = partial(time.sleep, 0.0002)
"""Seconds between two packs in which whoever waits for the interpreter, the screen above all, goes first."""


def pack_hours(connection: sqlite3.Connection, until: int) -> int:
    """Pack all fresh rows of the hours that end at `until` (a whole hour) or before; how many packs were
    written. Broken off and begun again it comes to the same: a row that is packed twice merges with itself.

    The rows are taken away at the end, all in one: they lie by time, and symbol by symbol each page of them
    would be written as often as there are transactions. What another program wrote meanwhile is packed first.
    """
    symbols = _symbols_to_pack(connection, until)
    packed = 0
    for _ in range(_TRIES):
        if not symbols:
            return packed
        version = _data_version(connection)
        for first in range(0, len(symbols), SYMBOLS_AT_A_TIME):
            some = symbols[first : first + SYMBOLS_AT_A_TIME]
            with transaction(connection):
                packed += _pack(connection, until, some[0], some[-1])
        with transaction(connection):
            if _data_version(connection) == version:
                _take_away(connection, until)
                return packed
        symbols = _symbols_to_pack(connection, until)
    with transaction(connection):
        packed += _pack(connection, until, symbols[0], symbols[-1])
        _take_away(connection, until)
    return packed


def _symbols_to_pack(connection: sqlite3.Connection, until: int) -> list[int]:
    return sorted(
        {
            symbol
            for span in SPANS
            for (symbol,) in connection.execute(
                "SELECT DISTINCT symbol FROM fresh WHERE span = ? AND start < ?", (span, until)
            )
        }
    )


def _data_version(connection: sqlite3.Connection) -> int:
    """Another number once another connection has written to the file."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _take_away(connection: sqlite3.Connection, until: int) -> None:
    connection.executemany(
        "DELETE FROM fresh WHERE span = ? AND start < ?", [(span, until) for span in SPANS]
    )


def _pack(connection: sqlite3.Connection, until: int, first: int, last: int) -> int:
    """Pack the rows of symbols from the number `first` to `last`."""
    scales = dict(
        connection.execute("SELECT id, scale FROM symbols WHERE id BETWEEN ? AND ?", (first, last)).fetchall()
    )
    packed = 0
    for span in SPANS:
        rows = connection.execute(
            "SELECT symbol, start, open, high, low, close, ticks, since, until FROM fresh"
            " WHERE span = ? AND start < ? AND symbol BETWEEN ? AND ? ORDER BY symbol, start",
            (span, until, first, last),
        )
        for (symbol, number), of_hour in groupby(rows, lambda row: (row[0], row[1] // HOUR)):
            candles = [fresh_candle(row, span, scales[symbol]) for _, *row in of_hour]
            merge_into_hour(connection, symbol, number * HOUR, span, candles)
            packed += 1
            _give_way()
    return packed


def merge_into_hour(
    connection: sqlite3.Connection, symbol: int, hour: int, span: int, candles: Sequence[Candle]
) -> None:
    """Merge candles of one hour and of the symbol's scale into its pack."""
    known = read_pack(connection, symbol, hour, span, candles[0].scale)
    for candle in candles:
        before = known.get(candle.start)
        known[candle.start] = candle if before is None else merged(before, candle)
    write_hour(connection, symbol, hour, span, [known[start] for start in sorted(known)])


def write_hour(
    connection: sqlite3.Connection, symbol: int, hour: int, span: int, candles: Sequence[Candle]
) -> None:
    """Write an hour's candles, in order, and what follows from them: its bar, and that days with it are no
    longer known."""
    write_pack(connection, symbol, hour, span, candles)
    if span == MINUTE:
        ranges = import_ranges(connection, symbol, span)
        write_bars(connection, symbol, [bar_of_hour(candles, hour, ranges)], imported=False)
        forget_days(connection, symbol, hour)


def bar_of_hour(candles: Sequence[Candle], hour: int, ranges: Sequence[tuple[int, int]]) -> Candle:
    """The hour that its minutes come to. `ranges` are the stretches that files told."""
    return with_what_files_told(joined(candles, hour, HOUR), len(candles) * MINUTE, ranges)


def with_what_files_told(candle: Candle, parts: int, ranges: Sequence[tuple[int, int]]) -> Candle:
    """The candle, made of parts of so many seconds together. Where a file told all of its time, what the file
    left out was quiet, and so is known; what was seen of a part alone stays as little."""
    if any(first <= candle.start and candle.end <= end for first, end in ranges):
        return replace(candle, covered=candle.span - parts + candle.covered)
    return candle
