"""Two programs write one archive and one is killed in the middle of it, again and again: what was committed
is there, whole, and the other goes on."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.unit.candle_files import DAY, HOUR, MONDAY, minute
from xbtfx_tui.archive.archive_keeper import PACK_AFTER, ArchiveKeeper
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.archive.minute_folding import ClosedCandle
from xbtfx_tui.domain.candles import Candle, Timeframe, joined
from xbtfx_tui.domain.day_clock import UTC_CLOCK

SYMBOLS = [f"S{number:02}" for number in range(30)]
WRITER = """
import sys
from pathlib import Path
from tests.integration.test_archive_killed import keeper, told
path, first = Path(sys.argv[1]), int(sys.argv[2])
one = keeper(path)
for number, _ in enumerate(sys.stdin, first):
    now = told(number)[0].candle.start + 95
    assert one.turn(told(number), now), number
    print(number, flush=True)
"""


def keeper(path: Path) -> ArchiveKeeper:
    return ArchiveKeeper(path, UTC_CLOCK, Retention(), print)


def told(number: int, since: int = 0) -> list[ClosedCandle]:
    """A minute of all symbols in 10-second candles, as who watches from the second `since` on tells it."""
    start = MONDAY + 60 * number
    parts = [minute(start + at, 100_000 + (number * 7 + at) % 997) for at in range(since, 60, 10)]
    tens = [Candle(one.start, 10, 5, one.open, one.high, one.low, one.close, 3, 0, 10, 10) for one in parts]
    return [ClosedCandle(symbol, one) for symbol in SYMBOLS for one in tens]


def killed_while_writing(path: Path, first: int, minutes: int, dice: random.Random) -> int:
    """Have a program write minutes from `first` on, each while this one writes the same, and kill it over one
    of them; the first that it has not told to be committed."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(first)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=clean_environment(path.parent),
    )
    assert child.stdin is not None
    assert child.stdout is not None
    other = keeper(path)
    number = first
    for number in range(first, first + minutes + 1):
        child.stdin.write("\n")
        child.stdin.flush()
        is_last = number == first + minutes
        if is_last and dice.random() < 0.5:
            os.kill(child.pid, signal.SIGKILL)
        # This one sees the minute, too, but its last 40 seconds alone.
        assert other.turn(told(number, since=20), MONDAY + 60 * number + 95)
        if is_last:
            os.kill(child.pid, signal.SIGKILL)
        else:
            assert child.stdout.readline() == f"{number}\n"
    committed = number + 1 if child.stdout.read() else number
    assert child.wait() == -signal.SIGKILL
    other.close()
    return committed


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.long)])
def test_a_killed_writer_loses_nothing_that_it_committed(tmp_path: Path, kills: int) -> None:
    path = tmp_path / "candles" / "a~b.sqlite3"
    dice, committed = random.Random(kills), 0
    for _ in range(kills):
        committed = killed_while_writing(path, committed, dice.randrange(8, 30), dice)
    with contextlib.closing(sqlite3.connect(path)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    last = keeper(path)
    assert last.turn([], MONDAY + 60 * committed + HOUR + PACK_AFTER)
    last.close()
    for symbol in (SYMBOLS[0], SYMBOLS[-1]):
        asked = CandleQuery(symbol, Timeframe.MINUTE, MONDAY + DAY * 9, committed + 10)
        found = read_candles(path, asked, UTC_CLOCK).candles[:committed]
        expected = [whole(number) for number in range(committed)]
        assert list(found) == expected


def whole(number: int) -> Candle:
    parts = [one.candle for one in told(number)[:6]]
    return joined(parts, MONDAY + 60 * number, 60)
