"""How long drawing a full chart or a long history holds the event loop, on a terminal of its own.

    python -m tests.benchmarks.stalls [REDRAWS]

Writes the longest and the p99 of all callbacks of the loop, in milliseconds, and the callbacks above 6 ms.
A key that moves the focus is pressed between the windows: what it costs is no redraw.
"""

import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.benchmarks.findings import Finding, share_of
from tests.benchmarks.held import CLOSE, OPEN, Held
from tests.benchmarks.load import UPDATES, WARM_UP
from tests.benchmarks.long_history import a_long_history
from tests.benchmarks.market import LiveMarket, a_home, a_market, environment
from tests.benchmarks.pty_run import PtyRun, a_run
from tests.benchmarks.screen import Grid

WATCHLIST = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")
_GOAL = 0.010
_SETTLING, _BETWEEN = 1.0, 0.3
_PATIENCE = 10.0
_CHART, _LOWER = "3 Chart", "4 Positions"
_DEALS = re.compile(r"\] +(\d+) deals")

Picture = tuple[str, ...]


class HeldRun:
    """The program, running with its callbacks timed; `windows` are those that are closed."""

    def __init__(self, run: PtyRun, report: Path) -> None:
        self.run = run
        self._report = report
        self.windows: list[Held] = []

    @contextmanager
    def window(self) -> Iterator[None]:
        """Callbacks count meanwhile."""
        os.kill(self.run.pid, OPEN)
        yield
        os.kill(self.run.pid, CLOSE)
        end = time.monotonic() + _PATIENCE
        while not self._report.exists():
            if time.monotonic() > end:
                raise TimeoutError("the program wrote no report")
            self.run.draws_for(0.05)
        self.windows.append(msgspec.json.decode(self._report.read_bytes(), type=Held))
        self._report.unlink()

    def focuses(self, key: str) -> None:
        """Press a pane's key, and let the screen come to rest."""
        self.run.types(key)
        self.run.draws_for(_SETTLING)


@contextmanager
def a_held_run(market: LiveMarket, base_url: str | None = None) -> Iterator[HeldRun]:
    """The program, its start and its first look for garbage behind it."""
    with a_home(WATCHLIST) as home:
        report = home / "held.json"
        command = [sys.executable, "-m", "tests.benchmarks.held", str(report)]
        with a_run(command, environment(home, market, base_url)) as run:
            run.until(lambda grid: "● live" in grid.text())
            run.draws_for(WARM_UP)
            yield HeldRun(run, report)


def chart_of(grid: Grid) -> Picture:
    """The chart pane's rows, its frame left out; it reaches to the right edge."""
    lines = [grid.line(row) for row in range(grid.rows)]
    top = next(row for row, line in enumerate(lines) if _CHART in line)
    bottom = next(row for row, line in enumerate(lines) if _LOWER in line)
    left = lines[top].index(_CHART)
    return tuple(line[left:] for line in lines[top + 1 : bottom - 1])


class _Changed:
    """Whether at least so many rows of the chart are others than before."""

    def __init__(self, before: Picture, rows: int) -> None:
        self._before, self._rows = before, rows

    def __call__(self, grid: Grid) -> bool:
        return sum(a != b for a, b in zip(self._before, chart_of(grid), strict=True)) >= self._rows


def redrawn_by(run: PtyRun, keys: Sequence[str]) -> None:
    """Press each key, and wait until it has brought another chart: half of the rows are others."""
    for key in keys:
        before = chart_of(run.grid)
        run.types(key)
        run.until(_Changed(before, len(before) // 2), _PATIENCE)
        run.draws_for(_BETWEEN)


def redrawn_by_itself(run: PtyRun, times: int) -> None:
    """Wait until the candle that forms has changed the chart so often."""
    for _ in range(times):
        run.until(_Changed(chart_of(run.grid), 1), _PATIENCE)
        run.draws_for(_BETWEEN)  # one redraw may come in pieces


def to_and_fro(there: str, back: str, steps: int, times: int) -> list[str]:
    """`steps` times the one key, as often the other, and so on."""
    return [there if number // steps % 2 == 0 else back for number in range(times)]


def chart(times: int) -> list[Held]:
    """The windows in which the chart is drawn so often: by itself, in another length, of another symbol."""
    third = times // 3
    with a_market(None, UPDATES) as market, a_held_run(market) as held:
        held.focuses("3")
        with held.window():
            redrawn_by_itself(held.run, times - 2 * third)
            redrawn_by(held.run, to_and_fro("]", "[", 2, third))
        held.focuses("1")
        with held.window():
            redrawn_by(held.run, to_and_fro("j", "k", len(WATCHLIST) - 1, third))
    return held.windows


def history(times: int) -> list[Held]:
    """The window in which a long history is read and drawn so often, and leafed through."""
    with (
        a_market(None, UPDATES) as market,
        a_long_history(market) as (past, base_url),
        a_held_run(market, base_url) as held,
    ):
        held.focuses("6")
        with held.window():
            for number, key in enumerate(to_and_fro("]", "[", 6, times)):
                shown = past.count
                held.run.types(key)
                held.run.until(_MoreDeals(shown), _PATIENCE)
                held.run.types("\x1b[6~" if number % 3 else "\x1b[F")
                held.run.draws_for(_BETWEEN)
    return held.windows


class _MoreDeals:
    """Whether an answer with more deals than this is on screen."""

    def __init__(self, deals: int) -> None:
        self._deals = deals

    def __call__(self, grid: Grid) -> bool:
        found = _DEALS.search(grid.text())
        return found is not None and int(found[1]) > self._deals


def finding(what: str, times: int, windows: Sequence[Held]) -> Finding:
    """What was found of this many redraws."""
    wall = [seconds for held in windows for seconds in held.wall]
    thread = max(seconds for held in windows for seconds in held.thread)
    return Finding(
        f"{what} redraw: longest hold of the event loop",
        f"{max(wall) * 1000:.1f} ms, p99 {share_of(wall, 0.99) * 1000:.1f} ms",
        f"{times} redraws, {len(wall):,} callbacks; in processor time at most {thread * 1000:.1f} ms",
        f"at most {_GOAL * 1000:.0f} ms",
        max(wall) <= _GOAL,
    )


def stalls(times: int) -> Iterator[Finding]:
    """Both, as findings."""
    yield finding("chart", times, chart(times))
    yield finding("history", times, history(times))


def main(times: str = "30") -> None:
    """Measure and write, with what took long."""
    for what, measured in (("chart", chart), ("history", history)):
        windows = measured(int(times))
        sys.stdout.write(finding(what, int(times), windows).row() + "\n")
        for long in (long for held in windows for long in held.long):
            sys.stdout.write(f"    {long.wall * 1000:.1f} ({long.thread * 1000:.1f}) ms {long.what}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
