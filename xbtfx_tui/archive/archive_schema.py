"""The tables of the candles' file. Opens no file, reads no row.

A price is a whole number of 10^-scale, the scale that of its symbol. Moments are unix seconds (UTC).
"""

from xbtfx_tui.disk.sqlite_file import Schema, Writers

_FIRST_SCHEMA = """
CREATE TABLE symbols (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    scale INTEGER NOT NULL
) STRICT;
CREATE TABLE fresh (
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    symbol INTEGER NOT NULL REFERENCES symbols (id),
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (span, start, symbol)
) STRICT, WITHOUT ROWID;
CREATE TABLE packs (
    span INTEGER NOT NULL,
    symbol INTEGER NOT NULL REFERENCES symbols (id),
    hour INTEGER NOT NULL,
    base INTEGER NOT NULL,
    candles BLOB NOT NULL,
    PRIMARY KEY (span, symbol, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE bars (
    span INTEGER NOT NULL,
    symbol INTEGER NOT NULL REFERENCES symbols (id),
    start INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    covered INTEGER NOT NULL,
    PRIMARY KEY (span, symbol, start, imported)
) STRICT, WITHOUT ROWID;
CREATE TABLE days (
    clock TEXT NOT NULL,
    symbol INTEGER NOT NULL REFERENCES symbols (id),
    start INTEGER NOT NULL,
    span INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    covered INTEGER NOT NULL,
    PRIMARY KEY (symbol, clock, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE imports (
    symbol INTEGER NOT NULL REFERENCES symbols (id),
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    zone TEXT NOT NULL,
    span INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (symbol, sha256, span)
) STRICT, WITHOUT ROWID
"""
# fresh: spans 10 and 60, of hours not packed yet; one of a packed hour is merged into its pack later.
# packs: an hour's candles, see pack_compression.
# bars: hours out of minutes (imported 0); hours and days from a file (imported 1).
# days: a cache, complete from a symbol's first hour up to the last row.
# imports: from the start of the first to that of the last row; what lies between is known.

SCHEMA = Schema(
    steps=(_FIRST_SCHEMA,),
    columns={
        "symbols": ("id", "name", "scale"),
        "fresh": ("span", "start", "symbol", "open", "high", "low", "close", "ticks", "since", "until"),
        "packs": ("span", "symbol", "hour", "base", "candles"),
        "bars": ("span", "symbol", "start", "imported", "open", "close", "since", "until", "covered"),
        "days": ("clock", "symbol", "start", "span", "open", "close", "since", "until", "covered"),
        "imports": ("symbol", "file", "sha256", "zone", "span", "first", "last", "taken"),
    },
    writers=Writers.SEVERAL,
)
