"""The archive of candles: how large it is, how fast it is read and written, and what the loop feels of it."""

import asyncio
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.benchmarks.findings import Finding, share_of
from xbtfx_tui.archive.archive_keeper import PACK_AFTER, ArchiveKeeper
from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.archive.candle_rows import key_for, symbol_keys, write_bars
from xbtfx_tui.archive.day_cache import keep_days
from xbtfx_tui.archive.hour_packing import bar_of_hour, write_hour
from xbtfx_tui.archive.minute_folding import ClosedCandle
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import day_clock
from xbtfx_tui.wiring import TURN_SECONDS

HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
BEGAN = 1_420_156_800
"""2 January 2015."""
YEARS, CANDLES, SYMBOLS = 10, 500, 1_000
CLOCK = day_clock("ny17")
_MB_A_YEAR = 150 / 40
_READ_WITHIN = 0.020
_BYTES_A_MINUTE = 300_000
_HELD = 0.010


def rows() -> Iterator[Finding]:
    """All of it, in a directory of its own."""
    with tempfile.TemporaryDirectory() as folder:
        past = Path(folder) / "past" / "x.sqlite3"
        now = BEGAN + YEARS * YEAR // HOUR * HOUR
        a_year(past, now)
        yield size_of_a_year(past)
        years_before(past, now)
        yield reading(past, now)
        writes = Path(folder) / "writes" / "x.sqlite3"
        yield from writing(writes, past, now)


class Walk:
    """Prices of one symbol that go on from hour to hour."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._last = 108_000 + seed

    def candle(self, start: int, span: int) -> Candle:
        dice = self._dice
        path = [self._last + dice.choice((-1, 0, 0, 0, 1))]
        ticks = 1 + int(dice.expovariate(60 / span / 60))
        for _ in range(min(ticks, 40)):
            path.append(path[-1] + dice.choice((-2, -1, -1, 0, 0, 1, 1, 2)))
        self._last = path[-1]
        return Candle(start, span, 5, path[0], max(path), min(path), path[-1], ticks, 0, span, span)


def _hours(first: int, last: int) -> Iterator[int]:
    return (hour for hour in range(first, last, HOUR) if (hour // DAY + 3) % 7 < 5)


def a_year(path: Path, end: int) -> None:
    """Make the file, with a year of minutes on weekdays."""
    connection, _ = open_archive(path)
    walk = Walk(1)
    with closing(connection), transaction(connection):
        symbol = key_for(connection, symbol_keys(connection), "EURUSD", 5)
        for hour in _hours(end - YEAR, end):
            write_hour(
                connection, symbol.id, hour, 60, [walk.candle(hour + at, 60) for at in range(0, HOUR, 60)]
            )


def years_before(path: Path, end: int) -> None:
    """The hours of the years before it, and all days."""
    connection, _ = open_archive(path)
    walk = Walk(2)
    with closing(connection), transaction(connection):
        symbol = symbol_keys(connection)["EURUSD"]
        for hour in _hours(BEGAN, end - YEAR):
            parts = [walk.candle(hour + at, 60) for at in range(0, HOUR, 600)]
            write_bars(connection, symbol.id, [bar_of_hour(parts, hour, ())], imported=False)
        keep_days(connection, symbol, CLOCK, end)


def size_of_a_year(path: Path) -> Finding:
    """What the minutes and the hours of a year take."""
    with closing(sqlite3.connect(path)) as looking:
        packs, used = looking.execute("SELECT count(*), sum(length(candles)) FROM packs").fetchone()
    whole = path.stat().st_size / 1e6
    return Finding(
        "a year of one symbol on disk",
        f"{whole:.2f} MB",
        f"{packs:,} packed hours of {used / packs:.0f} bytes, {used / packs / 60:.1f} a candle",
        f"at most {_MB_A_YEAR:.2f} MB: 150 for 40 symbols",
        whole <= _MB_A_YEAR,
    )


def reading(path: Path, now: int) -> Finding:
    """500 candles at each timeframe, the newest."""
    took: dict[Timeframe, float] = {}
    for timeframe in list(Timeframe)[1:]:
        query = CandleQuery("EURUSD", timeframe, now, CANDLES)
        took[timeframe] = median(
            _timed(lambda query=query: read_candles(path, query, CLOCK)) for _ in range(9)
        )
    slowest = max(took, key=lambda timeframe: took[timeframe])
    return Finding(
        f"reading {CANDLES} candles, at the slowest timeframe ({slowest.name.lower()})",
        f"{took[slowest] * 1000:.1f} ms",
        ", ".join(f"{one.name.lower()} {seconds * 1000:.1f}" for one, seconds in took.items()),
        f"at most {_READ_WITHIN * 1000:.0f} ms",
        took[slowest] <= _READ_WITHIN,
    )


def writing(path: Path, past: Path, now: int) -> Iterator[Finding]:
    """An hour of 1,000 symbols, then its packing while weeks are read."""
    keeper = ArchiveKeeper(path, CLOCK, Retention(), print)
    walks = {f"S{number:04}": Walk(number) for number in range(SYMBOLS)}
    start = now - now % HOUR
    seconds, written = [], []
    for minute in range(60):
        tens = range(start + 60 * minute, start + 60 * minute + 60, 10)
        closed = [ClosedCandle(name, walk.candle(ten, 10)) for ten in tens for name, walk in walks.items()]
        before = _bytes_written()
        seconds.append(_timed(keeper.turn, closed, tens[-1] + 47))
        written.append(_bytes_written() - before)
    keeper.close()
    before = _bytes_written()
    held, alone, packing = asyncio.run(_felt_by_a_loop(keeper, start + HOUR + PACK_AFTER, past, now))
    packed = _bytes_written() - before
    a_minute = median(written) + packed / 60
    yield Finding(
        f"writing {SYMBOLS:,} symbols",
        f"{a_minute / 1000:.0f} kB a minute, {packed / 60_000:.0f} of them an hour's packing",
        f"{median(seconds) * 1000:.0f} ms a minute; {packing * 1000:.0f} ms an hour to pack, beside reading",
        f"at most {_BYTES_A_MINUTE // 1000} kB a minute",
        a_minute <= _BYTES_A_MINUTE,
    )
    yield Finding(
        f"the loop while {SYMBOLS:,} symbols pack and {YEARS} years of weeks are read",
        f"late by p99 {share_of(held, 0.99) * 1000:.1f} ms, at most {max(held) * 1000:.1f} ms",
        f"a thread that counts: p99 {share_of(alone, 0.99) * 1000:.1f} ms, at most {max(alone) * 1000:.1f}",
        f"p99 at most {_HELD * 1000:.0f} ms",
        share_of(held, 0.99) <= _HELD,
    )


async def _felt_by_a_loop(
    keeper: ArchiveKeeper, at: int, past: Path, now: int
) -> tuple[list[float], list[float], float]:
    """How late a loop wakes while the archive works, while a thread counts, and how long packing took."""
    query = CandleQuery("EURUSD", Timeframe.WEEK, now, CANDLES)
    done = threading.Event()
    packing = 0.0

    def pack() -> None:
        nonlocal packing
        packing = _timed(keeper.turn, [], at)
        keeper.close()
        done.set()

    def read() -> None:
        while not done.is_set():
            read_candles(past, query, CLOCK)

    sys.setswitchinterval(TURN_SECONDS)  # as the terminal has it
    held = await _lateness(pack, read)
    until = time.perf_counter() + packing

    def count() -> None:
        while time.perf_counter() < until:
            sum(range(100))

    return held, await _lateness(count), packing


async def _lateness(*works: Callable[[], object]) -> list[float]:
    threads = [asyncio.create_task(asyncio.to_thread(work)) for work in works]
    late = []
    while not all(thread.done() for thread in threads):
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        late.append(time.perf_counter() - before - 0.001)
    return late


def _timed(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def _bytes_written() -> int:
    """What this process has handed to the kernel to write."""
    lines = Path(f"/proc/{os.getpid()}/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))
