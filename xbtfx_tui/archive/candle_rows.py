"""Candles into the file's tables and out of them, row by row, inside a transaction of the caller's.

Rows that several programs tell are merged by the one rule (`domain.candles.merged`), whoever came first. It
packs nothing and decides no times.
"""

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from xbtfx_tui.archive.pack_compression import pack, unpack
from xbtfx_tui.disk.sqlite_file import DamagedError
from xbtfx_tui.domain.candles import MOST_DIGITS, Candle, merged, rescaled

_log = logging.getLogger(__name__)

HOUR = 3_600

_MORE_DIGITS = tuple(
    f"UPDATE {table} SET open = open * :factor, high = high * :factor, low = low * :factor,"  # noqa: S608
    " close = close * :factor WHERE symbol = :symbol"
    for table in ("fresh", "bars", "days")
)


class SymbolKey(msgspec.Struct, frozen=True):
    """A symbol as the file knows it: its number, and the digits that its prices have there."""

    id: int
    scale: int


def symbol_keys(connection: sqlite3.Connection) -> dict[str, SymbolKey]:
    """All symbols by name. Read it in each transaction: another program may have given one more digits."""
    rows = connection.execute("SELECT name, id, scale FROM symbols")
    return {name: SymbolKey(number, scale) for name, number, scale in rows}


def key_for(connection: sqlite3.Connection, keys: dict[str, SymbolKey], symbol: str, scale: int) -> SymbolKey:
    """The symbol's key, for prices of `scale` digits: it is added, or rewritten with more, where need be."""
    key = keys.get(symbol)
    if key is None:
        cursor = connection.execute("INSERT INTO symbols (name, scale) VALUES (?, ?)", (symbol, scale))
        key = keys[symbol] = SymbolKey(cursor.lastrowid or 0, scale)
    elif scale > key.scale:
        _rewrite(connection, key, scale)
        key = keys[symbol] = SymbolKey(key.id, scale)
    return key


def _rewrite(connection: sqlite3.Connection, key: SymbolKey, scale: int) -> None:
    """Write all prices of a symbol with more digits."""
    if scale > MOST_DIGITS:
        raise ValueError(f"no price has {scale} digits")
    factor = 10 ** (scale - key.scale)
    for update in _MORE_DIGITS:
        connection.execute(update, {"factor": factor, "symbol": key.id})
    packs = connection.execute("SELECT span, hour, base, candles FROM packs WHERE symbol = ?", (key.id,))
    for span, hour, base, packed in packs.fetchall():
        try:
            candles = unpack(base, packed, hour, span).candles(span, key.scale)
        except DamagedError:
            continue  # of no scale at all
        write_pack(connection, key.id, hour, span, [rescaled(candle, scale) for candle in candles])
    connection.execute("UPDATE symbols SET scale = ? WHERE id = ?", (scale, key.id))


# --- fresh rows ---


def merge_fresh(connection: sqlite3.Connection, told: Mapping[str, Sequence[Candle]]) -> None:
    """Merge candles of 10 or 60 seconds, by symbol, into the fresh rows."""
    keys = symbol_keys(connection)
    scaled: dict[tuple[int, int], dict[int, Candle]] = {}
    for symbol, candles in told.items():
        key = key_for(connection, keys, symbol, max(candle.scale for candle in candles))
        for candle in candles:
            same = scaled.setdefault((candle.span, candle.start), {})
            told_here = rescaled(candle, key.scale)
            known = same.get(key.id)
            same[key.id] = told_here if known is None else merged(known, told_here)
    rows = []
    for (span, start), by_symbol in scaled.items():
        for number, known in _fresh_of(connection, span, start, by_symbol):
            both = merged(known, by_symbol[number])
            if both == known:
                del by_symbol[number]
            else:
                by_symbol[number] = both
        rows += [(span, number, *fresh_row(candle)) for number, candle in by_symbol.items()]
    connection.executemany(
        "INSERT OR REPLACE INTO fresh (span, symbol, start, open, high, low, close, ticks, since, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _fresh_of(
    connection: sqlite3.Connection, span: int, start: int, asked: Mapping[int, Candle]
) -> list[tuple[int, Candle]]:
    found = connection.execute(
        "SELECT symbol, start, open, high, low, close, ticks, since, until FROM fresh"
        " WHERE span = ? AND start = ?",
        (span, start),
    )
    return [
        (number, fresh_candle(row, span, asked[number].scale)) for number, *row in found if number in asked
    ]


def fresh_row(candle: Candle) -> tuple[int, ...]:
    """A candle as a row of `fresh`, from `start` on."""
    return (
        candle.start,
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        candle.ticks,
        candle.since,
        candle.until,
    )


def fresh_candle(row: Sequence[int], span: int, scale: int) -> Candle:
    """A row of `fresh`, from `start` on, as a candle."""
    start, opened, high, low, close, ticks, since, until = row
    covered = until - since if until > since else span
    return Candle(start, span, scale, opened, high, low, close, ticks, since, until, covered)


# --- packs and bars ---


def read_pack(
    connection: sqlite3.Connection, symbol: int, hour: int, span: int, scale: int
) -> dict[int, Candle]:
    """The packed candles of an hour by their starts; none where there is no pack, or a damaged one."""
    row = connection.execute(
        "SELECT base, candles FROM packs WHERE span = ? AND symbol = ? AND hour = ?", (span, symbol, hour)
    ).fetchone()
    if row is None:
        return {}
    try:
        columns = unpack(row[0], row[1], hour, span)
    except DamagedError as error:
        _log.warning("candles are lost: %s", error)
        return {}
    return {candle.start: candle for candle in columns.candles(span, scale)}


def write_pack(
    connection: sqlite3.Connection, symbol: int, hour: int, span: int, candles: Sequence[Candle]
) -> None:
    """Write an hour's candles, in order, in place of those that were packed."""
    connection.execute(
        "INSERT OR REPLACE INTO packs (span, symbol, hour, base, candles) VALUES (?, ?, ?, ?, ?)",
        (span, symbol, hour, *pack(candles, hour, span)),
    )


def write_bars(
    connection: sqlite3.Connection, symbol: int, candles: Iterable[Candle], *, imported: bool
) -> None:
    """Write candles of an hour or a day in place of those of the same start and origin."""
    connection.executemany(
        "INSERT OR REPLACE INTO bars"
        " (span, symbol, imported, start, open, high, low, close, ticks, since, until, covered)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(candle.span, symbol, int(imported), *fresh_row(candle), candle.covered) for candle in candles],
    )


def bar_candle(row: Sequence[int], span: int, scale: int) -> Candle:
    """A row of `bars` or `days`, from `start` on, as a candle."""
    start, opened, high, low, close, ticks, since, until, covered = row
    return Candle(start, span, scale, opened, high, low, close, ticks, since, until, covered)


def forget_days(connection: sqlite3.Connection, symbol: int, since: int) -> None:
    """Take away the cached days of a symbol that end after this moment."""
    connection.execute("DELETE FROM days WHERE symbol = ? AND start + span > ?", (symbol, since))


def import_ranges(connection: sqlite3.Connection, symbol: int, span: int) -> list[tuple[int, int]]:
    """From when to when files tell all of this symbol, in candles of `span` seconds at most."""
    found = connection.execute(
        "SELECT first, last + span FROM imports WHERE symbol = ? AND span <= ?", (symbol, span)
    )
    return [(first, end) for first, end in found]
