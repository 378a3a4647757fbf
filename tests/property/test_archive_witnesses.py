"""Two programs write one file, each killed in turn while the other watches: it is as if none had been."""

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from tests.unit.candle_files import DAY, HOUR, MONDAY, read
from tests.unit.watched_line import WatchedLine
from xbtfx_tui.archive.archive_keeper import PACK_AFTER, ArchiveKeeper
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

MINUTES = 8
Ticks = list[tuple[float, float]]


class Program:
    """One that watches the line and writes once a minute, at a second of its own."""

    def __init__(self, path: Path, second: float, now: float) -> None:
        self.line = WatchedLine(now)
        self.line.comes_up()
        self.keeper = ArchiveKeeper(path, UTC_CLOCK, Retention(), print)
        self.writes_at = now - now % 60 + second + (60 if now % 60 > second else 0)

    def sees(self, at: float, bid: float) -> None:
        while self.writes_at <= at:
            self.line.passes(self.writes_at - self.line.clock.now().wall)
            self.writes()
            self.writes_at += 60
        self.line.passes(at - self.line.clock.now().wall)
        self.line.quotes(bid)

    def writes(self) -> None:
        assert self.keeper.turn(self.line.closed, self.line.clock.now().wall)
        self.line.closed.clear()

    def is_killed(self) -> None:
        self.keeper.close()


def a_walk(seed: int) -> Ticks:
    """Some ticks a second at the first, and stretches without any."""
    dice, at, points, walk = random.Random(seed), MONDAY + 12.0, 108_000, []
    while at < MONDAY + MINUTES * 60:
        walk.append((at, points / 100_000))
        at += dice.choice((0.3, 0.7, 1.1, 4.0, 26.0))
        points += dice.randint(-5, 5)
    return walk


def written(path: Path, ticks: Ticks, seconds: tuple[float, ...], killed: dict[int, float]) -> None:
    """Write the file by programs that write at these seconds. In each minute of `killed` one of them, in
    turn, is killed at a second and begins again ten seconds later."""
    programs = {number: Program(path, second, MONDAY + 1.0) for number, second in enumerate(seconds)}
    due = [(MONDAY + 60 * minute + second, minute % 2) for minute, second in sorted(killed.items())]
    returns: list[tuple[float, int]] = []
    for at, bid in ticks:
        while due and due[0][0] <= at:
            when, number = due.pop(0)
            programs.pop(number).is_killed()
            returns.append((when + 10.0, number))
        while returns and returns[0][0] <= at:
            when, number = returns.pop(0)
            programs[number] = Program(path, seconds[number], when)
        for program in programs.values():
            program.sees(at, bid)
    for program in programs.values():
        program.line.passes(MONDAY + MINUTES * 60 + 1 - program.line.clock.now().wall)
        program.writes()
        program.keeper.close()
    last = ArchiveKeeper(path, UTC_CLOCK, Retention(), print)
    assert last.turn([], MONDAY + HOUR + PACK_AFTER)
    last.close()


@settings(max_examples=examples(12))
@given(
    seed=st.integers(0, 10**6),
    seconds=st.tuples(st.floats(0, 59.9), st.floats(0, 59.9)),
    killed=st.dictionaries(st.sampled_from([2, 5]), st.floats(0, 45)),
)
def test_killed_in_turn_they_write_what_one_alone_would(
    seed: int, seconds: tuple[float, float], killed: dict[int, float]
) -> None:
    ticks = a_walk(seed)
    with tempfile.TemporaryDirectory() as folder:
        alone, both = Path(folder) / "alone" / "x.sqlite3", Path(folder) / "both" / "x.sqlite3"
        written(alone, ticks, (30.0,), {})
        written(both, ticks, seconds, killed)
        for timeframe in (Timeframe.TEN_SECONDS, Timeframe.MINUTE, Timeframe.FIVE_MINUTES):
            assert read(both, timeframe, MONDAY + DAY) == read(alone, timeframe, MONDAY + DAY)
