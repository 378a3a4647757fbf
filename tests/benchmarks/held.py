"""The program itself, with each callback of its event loop timed while a window is open. Changes no callback.

    python -m tests.benchmarks.held REPORT [PROGRAM'S-ARGUMENTS ...]

SIGUSR1 opens a window, SIGUSR2 closes it and writes `Held` as JSON to the file REPORT. Each symbol begins
with a day of candles behind it, so that no window has to wait for hours until a chart is full.
"""

import asyncio
import math
import signal
import sys
import time
from pathlib import Path

import msgspec

from xbtfx_tui.cli import main as program
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.store.candle_ring import BASE_SECONDS, KEPT, CandleRing, TickBar
from xbtfx_tui.store.quote_slot import QuoteSlot

OPEN, CLOSE = signal.SIGUSR1, signal.SIGUSR2
_NAMED_ABOVE = 0.006
_SWING = 0.0001


class Long(msgspec.Struct, frozen=True):
    """A callback that took long: seconds of the clock and of processor time, and which it was."""

    wall: float
    thread: float
    what: str


class Held(msgspec.Struct, frozen=True):
    """A window's callbacks in their order: seconds of the clock, seconds of the thread's own processor time
    (less where the thread had to wait for a core or another thread), and those that took long."""

    wall: list[float]
    thread: list[float]
    long: list[Long]


class Watch:
    """Times callbacks from `open` to `close`. What begins before a window or ends after it is not in it."""

    def __init__(self, report: Path) -> None:
        self._report = report
        self._run = asyncio.events.Handle._run
        self._window: Held | None = None

    def open(self) -> None:
        self._window = Held([], [], [])

    def close(self) -> None:
        """Write the report, whole from the moment it is there."""
        window, self._window = self._window, None
        unfinished = self._report.with_suffix(".part")
        unfinished.write_bytes(msgspec.json.encode(window or Held([], [], [])))
        unfinished.rename(self._report)

    def run(self, handle: asyncio.events.Handle) -> None:
        """In place of `Handle._run`."""
        window = self._window
        if window is None:
            self._run(handle)
            return
        used, began = time.thread_time(), time.perf_counter()
        self._run(handle)
        wall, thread = time.perf_counter() - began, time.thread_time() - used
        if window is self._window:
            window.wall.append(wall)
            window.thread.append(thread)
            if wall > _NAMED_ABOVE:
                callback = handle._callback  # type: ignore[attr-defined]
                # Of a task's step the task says more than the step does.
                window.long.append(Long(wall, thread, repr(getattr(callback, "__self__", None) or handle)))


def a_past(bid: float, now: float) -> CandleRing:
    """40 minutes of candles up to this bid at `now` (unix seconds), of a course that differs by bid."""
    ring = CandleRing()
    latest = int(now - now % BASE_SECONDS)
    close = bid
    for ago in range(KEPT * BASE_SECONDS, 0, -BASE_SECONDS):
        opened, close = close, bid * (1 + _SWING * math.sin(ago / 97 + bid) * math.cos(ago / 1009))
        low, high = sorted((opened, close))
        margin = bid * _SWING / 10
        opened, high, low, close = (round(one, 5) for one in (opened, high + margin, low - margin, close))
        ring.add(TickBar(latest - ago, opened, high, low, close, 20))
    return ring


def give_each_symbol_a_past() -> None:
    """From now on, with its first quote."""
    usual = QuoteSlot.__init__

    def with_past(slot: QuoteSlot, quote: Quote, received: Instant, *, is_old: bool = False) -> None:
        usual(slot, quote, received, is_old=is_old)
        slot.candle_ring = a_past(quote.bid, received.wall)

    QuoteSlot.__init__ = with_past  # type: ignore[method-assign,assignment]


def main(report: str, *arguments: str) -> int:
    """Run the program; its exit code."""
    watch = Watch(Path(report))

    def run(handle: asyncio.events.Handle) -> None:
        watch.run(handle)

    asyncio.events.Handle._run = run  # type: ignore[method-assign,assignment]
    signal.signal(OPEN, lambda *_: watch.open())
    signal.signal(CLOSE, lambda *_: watch.close())
    give_each_symbol_a_past()
    return program(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
