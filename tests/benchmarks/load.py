"""What the program uses under a load of quotes, beside the common way and the floor; and when idle."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.benchmarks.findings import Finding, slope
from tests.benchmarks.machine import processor_seconds, resident_mb
from tests.benchmarks.market import LiveMarket, a_home, a_market, environment, reference, the_program
from tests.benchmarks.pty_run import SIZE, PtyRun, Used, a_run
from tests.benchmarks.screen import FewestBytes, Grid

UPDATES = 5.0
"""Quotes a second and symbol: as many as the API sends to one client."""
WARM_UP = 12.0
"""Seconds; by then the program has looked through what is there to stay, once and for all."""
_SAME_FRAME = 0.02
_STANDING = 0.0001
_COMMON_FRACTION = 8
_FLOOR_TIMES = 3.0
_FEWEST_TIMES = 1.5
_LOW_BANDWIDTH = 3_000
_MOST_MB, _MOST_GROWTH = 90.0, 1.0
_IDLE_SHARE = 0.01
_CHART_SIZE = (180, 44)
"""With 40 rows for the chart."""
_CHART_BYTES, _CHART_SYMBOLS = 400.0, 8


@contextmanager
def the_terminal(
    market: LiveMarket,
    symbols: Sequence[str],
    *options: str,
    warm_up: float = WARM_UP,
    size: tuple[int, int] = SIZE,
) -> Iterator[PtyRun]:
    """The program on a live account with this watchlist, its prices on screen for so many seconds."""
    with a_home(symbols) as home, a_run(the_program(*options), environment(home, market), size) as run:
        run.until(lambda grid: "● live" in grid.text())
        run.draws_for(warm_up)
        yield run


def all_rows_in_sight(run: PtyRun) -> None:
    """Zoom the quotes: beside the other panes 28 rows are in sight at this size."""
    run.types("z")
    run.draws_for(1.5)


@contextmanager
def the_common_way(market: LiveMarket, symbols: Sequence[str], warm_up: float = WARM_UP) -> Iterator[PtyRun]:
    """Reference (a), its prices on screen."""
    with a_home() as home:
        names = home / "symbols"
        names.write_text("\n".join(symbols), encoding="utf-8")
        with a_run(reference("table", str(names)), environment(home, market)) as run:
            run.until(lambda grid: symbols[0] in grid.text())
            run.draws_for(warm_up)
            yield run


@dataclass(frozen=True, slots=True)
class Floor:
    """Reference (b): share of a core, and quotes a second."""

    share: float
    quotes: float


def the_floor(market: LiveMarket, symbols: Sequence[str], seconds: float, warm_up: float = WARM_UP) -> Floor:
    """Run reference (b) for so long."""
    with a_home() as home:
        names = home / "symbols"
        names.write_text("\n".join(symbols), encoding="utf-8")
        process = subprocess.Popen(
            reference("bare", str(names)), env=environment(home, market), stdout=subprocess.PIPE, text=True
        )
        try:
            time.sleep(warm_up)
            counts, began, before = [_count(process)], time.monotonic(), processor_seconds(process.pid)
            time.sleep(seconds)
            used, ran = processor_seconds(process.pid) - before, time.monotonic() - began
            counts.append(_count(process))
        finally:
            process.kill()
            process.communicate()
    return Floor(used / ran, (counts[1] - counts[0]) / ran)


def _count(process: "subprocess.Popen[str]") -> int:
    os.kill(process.pid, signal.SIGUSR1)
    assert process.stdout is not None
    return int(process.stdout.readline())


def fewest_bytes(start: Grid, used: Used) -> int:
    """What the same pictures need at the least: reads that follow at once belong to one frame."""
    count, total = FewestBytes(), 0
    shown, drawn = start, start.copied()
    last = None
    for at, data in used.written:
        if last is not None and at - last > _SAME_FRAME:
            total += count.between(shown, drawn)
            shown = drawn.copied()
        drawn.feed(data)
        last = at
    return total + count.between(shown, drawn)


def beside_the_common_way(seconds: float, visible: int = 40) -> tuple[Finding, Finding]:
    """Processor and bytes with 40 symbols in sight."""
    with a_market(visible, UPDATES) as market:
        with the_common_way(market, market.symbols) as run:
            common = run.uses(seconds)
        with the_terminal(market, market.symbols) as run:
            ours = run.uses(seconds)
            all_rows_in_sight(run)
            start = run.grid.copied()
            zoomed = run.uses(seconds)
    fewest = fewest_bytes(start, zoomed) / zoomed.seconds
    cpu = Finding(
        f"CPU, {visible} symbols x 5/s, 5-level depth on one",
        f"{ours.share:.1%} of a core",
        f"(a) {common.share:.1%}: 1/{common.share / ours.share:.1f} of it",
        f"at most 1/{_COMMON_FRACTION} of (a)",
        ours.share * _COMMON_FRACTION <= common.share,
    )
    ratio = common.bytes_a_second / zoomed.bytes_a_second
    times = zoomed.bytes_a_second / fewest
    sent = Finding(
        f"bytes to the terminal, {visible} visible rows x 5/s",
        f"{zoomed.bytes_a_second / 1000:.1f} KB/s",
        f"(a) {common.bytes_a_second / 1000:.1f} KB/s: 1/{ratio:.1f}; "
        f"line by line at least {fewest / 1000:.1f}: {times:.2f}x",
        f"at most 1/{_COMMON_FRACTION} of (a) and {_FEWEST_TIMES}x the fewest",
        ratio >= _COMMON_FRACTION and times <= _FEWEST_TIMES,
    )
    return cpu, sent


def beside_the_floor(seconds: float, symbols: int) -> Finding:
    """Processor with many symbols."""
    with a_market(symbols, UPDATES) as market:
        floor = the_floor(market, market.symbols, seconds)
        with the_terminal(market, market.symbols) as run:
            ours = run.uses(seconds)
    return Finding(
        f"CPU, {symbols:,} symbols x 5/s",
        f"{ours.share:.1%} of a core",
        f"(b) {floor.share:.1%} at {floor.quotes:,.0f} quotes/s: {ours.share / floor.share:.1f}x",
        f"at most {_FLOOR_TIMES:.0f}x (b)",
        ours.share <= _FLOOR_TIMES * floor.share,
    )


def low_bandwidth(seconds: float, visible: int = 40) -> Finding:
    """Bytes with `--low-bandwidth`."""
    with a_market(visible, UPDATES) as market, the_terminal(market, market.symbols, "--low-bandwidth") as run:
        all_rows_in_sight(run)
        ours = run.uses(seconds)
    return Finding(
        "the same with `--low-bandwidth`",
        f"{ours.bytes_a_second / 1000:.2f} KB/s",
        f"{ours.share:.1%} of a core",
        f"at most {_LOW_BANDWIDTH / 1000:.0f} KB/s",
        ours.bytes_a_second <= _LOW_BANDWIDTH,
    )


def chart(seconds: float) -> Iterator[Finding]:
    """Bytes of a screen that is all chart, of candles of 10 seconds, from its first minute on."""
    for options, most in (((), _CHART_BYTES), (("--low-bandwidth",), _CHART_BYTES / 2)):
        with (
            a_market(_CHART_SYMBOLS, UPDATES) as market,
            the_terminal(market, market.symbols, *options, warm_up=3.0, size=_CHART_SIZE) as run,
        ):
            run.types("3")
            run.draws_for(0.5)
            run.types("z")
            run.draws_for(WARM_UP)
            ours = run.uses(seconds)
        rows = _CHART_SIZE[1] - 4
        yield Finding(
            " ".join(
                (f"a chart of {_CHART_SIZE[0]}x{rows}, candles of 10 s, {UPDATES:.0f} ticks/s", *options)
            ),
            f"{ours.bytes_a_second:.0f} B/s",
            f"{ours.share:.1%} of a core; with the clock and all else on the screen",
            f"under {most:.0f} B/s",
            ours.bytes_a_second < most,
        )


def memory(minutes: float, symbols: int = 400) -> Finding:
    """Resident memory at 2,000 quotes a second, and how fast it grows in the last half of the window.

    The chart's working memory grows with its candles until the pane is full of them: 17 minutes at this size.
    """
    points: list[tuple[float, float]] = []
    with a_market(symbols, UPDATES) as market, the_terminal(market, market.symbols) as run:
        began = time.monotonic()
        while (hours := (time.monotonic() - began) / 3600) < minutes / 60:
            run.uses(min(5.0, minutes * 10))
            points.append((hours, resident_mb(run.pid)))
    settled = points[len(points) // 2 :]
    grows, most = slope(settled), points[-1][1]
    return Finding(
        f"memory after {minutes:g} min at 2,000/s",
        f"{most:.0f} MB, {grows:+.1f} MB/h",
        "growth by the straight line through the last half",
        f"at most {_MOST_MB:.0f} MB, under {_MOST_GROWTH:.0f} MB/h",
        most <= _MOST_MB and grows < _MOST_GROWTH,
    )


def idle(settling: float, seconds: float) -> Finding:
    """Nothing moves and nobody types."""
    with a_market(None, _STANDING) as market, the_terminal(market, ()) as run:
        run.draws_for(settling)
        ours = run.uses(seconds)
    sent = sum(len(data) for _, data in ours.written)
    return Finding(
        "idle, market closed",
        f"{ours.share:.2%} of a core, {sent} bytes in {seconds:.0f} s",
        f"after {settling:.0f} s of a market in which a symbol ticks once in hours",
        "CPU under 1 %, no bytes",
        ours.share < _IDLE_SHARE and sent == 0,
    )
