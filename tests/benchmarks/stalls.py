"""How long drawing a full chart or a long history holds the event loop, with the real screen in this process.

    python -m tests.benchmarks.stalls

Writes the longest and the p99 of all callbacks of the loop, in milliseconds.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from msgspec.structs import replace
from textual.pilot import Pilot

from tests.benchmarks.findings import Finding, share_of
from tests.benchmarks.pty_run import SIZE
from tests.ui.still_life import PRICES, StillBackend, deals, still_backend
from xbtfx_tui.domain.events import HistoryRead
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.garbage import keep_out_of_collections
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.connecting import Choice, Connected, NotConnected
from xbtfx_tui.ui.options import Mode, UiOptions
from xbtfx_tui.ui.screens.trading import TradingScreen
from xbtfx_tui.wiring import TURN_SECONDS

DEALS = 5_000
CANDLES = 240
_GOAL = 0.010


@contextmanager
def callbacks_timed() -> Iterator[list[float]]:
    """The seconds that each callback of the running loop takes meanwhile."""
    taken: list[float] = []
    run = asyncio.events.Handle._run
    turn = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)

    def timed(handle: asyncio.events.Handle) -> None:
        began = time.perf_counter()
        run(handle)
        if asyncio.events.Handle._run is timed:  # the one that ended it went on
            taken.append(time.perf_counter() - began)

    asyncio.events.Handle._run = timed  # type: ignore[method-assign,assignment]
    try:
        yield taken
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
        sys.setswitchinterval(turn)


async def connect(choice: Choice) -> Connected | NotConnected:
    """There is one account here."""
    return NotConnected("there is one account here")


def a_long_past(backend: StillBackend) -> None:
    """Full charts in every length, and thousands of deals."""
    for candle in range(CANDLES * 5, 0, -1):
        backend.clock.at = -60.0 * candle
        for name, (bid, ask) in PRICES.items():
            backend.quote(name, bid * (1 + candle % 7 / 1e5), ask * (1 + candle % 7 / 1e5))
    backend.clock.at = 0.0
    for name, (bid, ask) in PRICES.items():
        backend.quote(name, bid, ask)


def many_deals(shift: int) -> HistoryRead:
    """A long history; another `shift`, another history."""
    first, *_ = deals()
    assert first.time is not None
    rows = [
        replace(first, ticket=n, time=first.time + timedelta(milliseconds=n), price=first.price + shift + n)
        for n in range(DEALS)
    ]
    return HistoryRead(HistoryPeriod.TODAY, tuple(rows))


async def measured(times: int) -> tuple[list[float], list[float]]:
    """The callbacks' seconds while the chart is drawn anew so often, and while the history is."""
    backend = still_backend(a_long_past)
    options = UiOptions(watchlist=tuple(PRICES), usual_watchlist=False)
    app = TerminalApp(options, connect, Connected(backend, Mode.PAPER))
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, TradingScreen)
        await pilot.pause(0.5)
        keep_out_of_collections()
        with callbacks_timed() as chart:
            await _chart(pilot, screen, backend, times)
        pasts = [many_deals(number) for number in range(times)]
        await pilot.press("6")
        await pilot.pause(0.5)
        keep_out_of_collections()
        with callbacks_timed() as history:
            for number, past in enumerate(pasts):
                backend.store.apply(past)
                screen.frame()
                await asyncio.sleep(0)
                await pilot.press("pagedown" if number % 3 else "end")
    return chart, history


async def _chart(pilot: Pilot[int], screen: TradingScreen, backend: StillBackend, times: int) -> None:
    for number in range(times):
        bid, ask = PRICES["EURUSD"]
        backend.clock.at += 1.0
        backend.quote("EURUSD", bid + number / 1e5, ask + number / 1e5)
        if number % 10 == 9:
            screen.chart.action_span(1)
        screen.chart.every_second()
        while not screen.chart.is_current:
            await pilot.pause(0.01)


def stalls(times: int) -> tuple[Finding, Finding]:
    """Both, as findings."""
    chart, history = asyncio.run(measured(times))

    def finding(what: str, taken: list[float]) -> Finding:
        return Finding(
            f"{what} redraw: longest hold of the event loop",
            f"{max(taken) * 1000:.1f} ms, p99 {share_of(taken, 0.99) * 1000:.1f} ms",
            f"{times} redraws, {len(taken)} callbacks",
            f"at most {_GOAL * 1000:.0f} ms",
            max(taken) <= _GOAL,
        )

    return finding("chart", chart), finding("history", history)


def main() -> None:
    """Measure and write."""
    for found in stalls(30):
        sys.stdout.write(found.row() + "\n")


if __name__ == "__main__":
    main()
