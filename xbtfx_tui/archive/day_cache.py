"""Keeps the days that hours come to, by day clock, so that ten years of weeks are read at once.

Only days that are over are kept; whatever changes an hour takes them away from there on (`forget_days`).
"""

import sqlite3

from xbtfx_tui.archive.candle_rows import SymbolKey, fresh_row
from xbtfx_tui.archive.hour_reading import days_known_until, read_hours
from xbtfx_tui.domain.candle_folding import folded_down
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import DayClock


def keep_days(connection: sqlite3.Connection, key: SymbolKey, clock: DayClock, now: int) -> int:
    """Add the days of this clock that are missing and whose hours are all packed by `now`; how many."""
    known = days_known_until(connection, key, clock)
    (unpacked,) = connection.execute(
        "SELECT coalesce(min(start), ?) FROM fresh WHERE span = 60 AND symbol = ?", (now, key.id)
    ).fetchone()
    until, _ = clock.bucket(min(int(unpacked), now), Timeframe.DAY)
    if until <= known:
        return 0
    hours = read_hours(connection, key, known, until)
    days = list(folded_down(hours, lambda at: clock.bucket(at, Timeframe.DAY)))
    connection.executemany(
        "INSERT OR REPLACE INTO days"
        " (clock, symbol, span, start, open, high, low, close, ticks, since, until, covered)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(clock.name, key.id, *_row(day)) for day in days],
    )
    return len(days)


def _row(day: Candle) -> tuple[int, ...]:
    return (day.span, *fresh_row(day), day.covered)
