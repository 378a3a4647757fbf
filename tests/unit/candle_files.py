"""Candles and files of them for the tests of the archive."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.candle_rows import merge_fresh
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.symbol_spec import SessionSpan

HOUR, DAY = 3_600, 86_400
MONDAY = 1_764_547_200
"""1 December 2025, 00:00 UTC."""


def minute(start: int, price: int = 108_000, *, ticks: int = 5, since: int = 0, until: int = 60) -> Candle:
    """A minute of EURUSD that went up by 2 points and back by 1; imported with `until` 0."""
    covered = until - since or 60
    return Candle(start, 60, 5, price, price + 2, price - 1, price + 1, ticks, since, until, covered)


def minutes(start: int, count: int, price: int = 108_000) -> list[Candle]:
    return [minute(start + 60 * number, price + number % 50) for number in range(count)]


def a_file(folder: Path) -> tuple[Path, sqlite3.Connection]:
    """A new archive, open."""
    path = folder / "candles" / "host~Server.sqlite3"
    return path, open_archive(path)[0]


def write(connection: sqlite3.Connection, candles: Iterable[Candle], symbol: str = "EURUSD") -> None:
    with transaction(connection):
        merge_fresh(connection, {symbol: list(candles)})


def read(
    path: Path,
    timeframe: Timeframe,
    before: int,
    count: int = 1000,
    *,
    clock: DayClock = UTC_CLOCK,
    sessions: tuple[SessionSpan, ...] | None = None,
) -> Sequence[Candle | Gap]:
    return read_candles(path, CandleQuery("EURUSD", timeframe, before, count, sessions), clock).candles
