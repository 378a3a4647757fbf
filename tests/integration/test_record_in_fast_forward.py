"""A terminal and a recording on one file, each killed in turn while the other goes on: the archive is the one
that nobody killed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.integration.fast_forward import EVERY, SYMBOLS, price
from tests.unit.candle_files import DAY, MONDAY
from xbtfx_tui.archive.archive_status import archive_status
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

LONGEST_GAP = 70
"""Seconds that a kill may cost where nobody else watches."""


class Running:
    """One of the programs, at a minute of the day."""

    def __init__(self, folder: Path, kind: str, minute: int) -> None:
        self.kind = kind
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.fast_forward", str(folder), kind, str(minute)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[2],
            env=clean_environment(folder),
        )
        self.is_at(minute)

    def is_at(self, minute: int) -> None:
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == f"{minute}\n"

    def goes_on(self, line: str = "\n") -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line)
        self._child.stdin.flush()

    def is_killed(self) -> None:
        os.kill(self._child.pid, signal.SIGKILL)
        assert self._child.wait() == -signal.SIGKILL
        self.is_left()

    def ends(self) -> None:
        self.goes_on("end\n")
        assert self._child.wait() == 0

    def is_left(self) -> None:
        """Whatever became of it."""
        self._child.kill()
        self._child.communicate()


@contextmanager
def a_program(folder: Path, kind: str, minute: int) -> Iterator[Running]:
    running = Running(folder, kind, minute)
    try:
        yield running
    finally:
        running.is_left()


def undisturbed(folder: Path, minutes: int) -> None:
    with a_program(folder, "record", 0) as one:
        for minute in range(1, minutes + 1):
            one.goes_on()
            one.is_at(minute)
        one.ends()


def killed_in_turn(folder: Path, minutes: int, kills: int, dice: random.Random) -> None:
    """Both run; at some minutes one of them is killed at any moment of it, and is back one or two minutes
    later."""
    due = sorted(dice.sample(range(5, minutes - 5, 5), kills))
    running = {kind: Running(folder, kind, 0) for kind in ("record", "terminal")}
    turns = {minute: ("record", "terminal")[number % 2] for number, minute in enumerate(due)}
    back: dict[int, str] = {}
    try:
        for minute in range(1, minutes + 1):
            victim = turns.get(minute)
            for one in running.values():
                one.goes_on()
            if victim is not None:
                time.sleep(dice.random() * 0.02)  # anywhere in its minute, the writing too
                running.pop(victim).is_killed()
                # Early enough that the other's last minutes are on disk when its own turn comes.
                back[minute + dice.randrange(1, 3)] = victim
            for one in running.values():
                one.is_at(minute)
            if (kind := back.pop(minute, None)) is not None:
                running[kind] = Running(folder, kind, minute)
        for one in running.values():
            one.ends()
    finally:
        for one in running.values():
            one.is_left()


def archive_of(folder: Path) -> Path:
    (path,) = (folder / "candles").glob("*.sqlite3")
    return path


def told(folder: Path, symbol: str, timeframe: Timeframe) -> tuple[Candle | Gap, ...]:
    query = CandleQuery(symbol, timeframe, MONDAY + 2 * DAY, 20_000)
    return read_candles(archive_of(folder), query, UTC_CLOCK).candles


def by_hand(symbol: str, span: int, minutes: int) -> dict[int, tuple[int, int, int, int, int]]:
    """Open, high, low, close and ticks of each candle in which the tape has a tick, by its start."""
    found: dict[int, list[int]] = {}
    for number in range(1, int(minutes * 60 / EVERY[symbol]) + 1):
        start = int(number * EVERY[symbol]) // span * span
        found.setdefault(start, []).append(round(price(symbol, number) * 100_000))
    return {
        MONDAY + start: (bids[0], max(bids), min(bids), bids[-1], len(bids)) for start, bids in found.items()
    }


def test_a_recording_has_what_one_makes_of_the_ticks_by_hand(tmp_path: Path) -> None:
    undisturbed(tmp_path, 7)
    for symbol in ("EURUSD", "XAUUSD"):
        for timeframe in (Timeframe.TEN_SECONDS, Timeframe.MINUTE):
            found = {
                one.start: (one.open, one.high, one.low, one.close, one.ticks)
                for one in told(tmp_path, symbol, timeframe)
                if isinstance(one, Candle) and one.since == 0
            }
            expected = by_hand(symbol, timeframe.value, 7)
            assert len(found) >= 6
            assert found == {start: expected[start] for start in found}


@pytest.mark.parametrize(
    ("minutes", "kills"), [(80, 4), pytest.param(24 * 60, 60, marks=pytest.mark.long)], ids=["80min", "day"]
)
def test_who_is_killed_while_another_watches_loses_nothing(tmp_path: Path, minutes: int, kills: int) -> None:
    whole, disturbed = tmp_path / "whole", tmp_path / "disturbed"
    whole.mkdir()
    disturbed.mkdir()
    undisturbed(whole, minutes)
    killed_in_turn(disturbed, minutes, kills, random.Random(kills))
    for symbol in SYMBOLS:
        for timeframe in (Timeframe.TEN_SECONDS, Timeframe.MINUTE, Timeframe.HOUR, Timeframe.DAY):
            expected = told(whole, symbol, timeframe)
            assert expected
            assert told(disturbed, symbol, timeframe) == expected, (symbol, timeframe)
    with closing(sqlite3.connect(archive_of(disturbed))) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.long)])
def test_who_is_killed_alone_loses_no_more_than_a_minute(tmp_path: Path, kills: int) -> None:
    """And is back at once: no gap is longer than 70 s, and the file is whole."""
    dice, minute = random.Random(kills), 0
    for _ in range(kills):
        with a_program(tmp_path, "record", minute) as one:
            for _ in range(dice.randrange(3, 6)):
                minute += 1
                one.goes_on()
                one.is_at(minute)
            one.goes_on()
            time.sleep(dice.random() * 0.01)
            one.is_killed()
    with a_program(tmp_path, "record", minute) as last:
        for _ in range(2):
            minute += 1
            last.goes_on()
            last.is_at(minute)
        last.ends()
    path = archive_of(tmp_path)
    for symbol in archive_status(path, 2.0**33):
        assert symbol.minutes
        longest = 0 if symbol.longest is None else symbol.longest.end - symbol.longest.start
        # A symbol is watched from its first tick on.
        assert longest <= LONGEST_GAP + EVERY[symbol.symbol] - min(EVERY.values()), symbol
    with closing(sqlite3.connect(path)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchone() == ("ok",)
