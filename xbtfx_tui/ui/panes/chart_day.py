"""How low and how high the chart's symbol was today: asks the archive once a minute, joins what this run saw
since. Draws nothing."""

import asyncio
from collections.abc import Callable, Sequence

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.day_clock import DayClock, Stretch
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import open_seconds
from xbtfx_tui.ui.chart.candle_cells import bar_of
from xbtfx_tui.ui.chart.chart_candles import chart_candles
from xbtfx_tui.ui.panes.chart_levels import DayRange
from xbtfx_tui.ui.ports import Candles

AGAIN_AFTER = 60.0
"""Seconds until the archive is asked again: what came since is in the store for longer."""
_WRITTEN_AFTER = 90
"""Seconds that may lack because they are not written yet."""
_NEARLY_ALL = 0.95


class ChartDay:
    """`on_read` is called after each read."""

    def __init__(self, candles: Candles, clock: Clock, on_read: Callable[[], None]) -> None:
        self._candles = candles
        self._clock = clock
        self._on_read = on_read
        self._reading: asyncio.Task[None] | None = None
        self._asked: tuple[str, Stretch, float] | None = None
        self._kept: tuple[str, tuple[Candle | Gap, ...]] | None = None

    @property
    def is_reading(self) -> bool:
        return self._reading is not None and not self._reading.done()

    def look_at(self, symbol: str) -> None:
        """Read its day, unless that was a moment ago."""
        now = self._clock.now()
        day = self._candles.clock.day(int(now.wall))
        if self._asked is not None and self._asked[:2] == (symbol, day):
            if 0 <= now.monotonic - self._asked[2] < AGAIN_AFTER:
                return
        else:
            self._kept = None
        self.stop()
        self._asked = symbol, day, now.monotonic
        self._reading = asyncio.create_task(self._take(symbol, int(now.wall) + 1), name="day")

    def range_of(
        self, symbol: str, recent: Sequence[Candle], sessions: tuple[SessionSpan, ...] | None
    ) -> DayRange | None:
        """None while the archive has not answered, and where no price of today is known."""
        if self._kept is None or self._kept[0] != symbol:
            return None
        return day_range(self._kept[1], recent, self._candles.clock, int(self._clock.now().wall), sessions)

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _take(self, symbol: str, before: int) -> None:
        self._kept = symbol, await self._candles.read(symbol, Timeframe.DAY, before, 1)
        self._reading = None
        self._on_read()


def day_range(
    past: Sequence[Candle | Gap],
    recent: Sequence[Candle],
    clock: DayClock,
    now: int,
    sessions: tuple[SessionSpan, ...] | None,
) -> DayRange | None:
    """The range of the day of `now` (unix seconds), out of the archive's days and this run's candles of 10
    seconds; None where no price of it is known."""
    start, _ = clock.day(now)
    known = [one for one in chart_candles(past, recent, Timeframe.DAY, clock) if one.start == start]
    if not known or not isinstance(today := known[-1], Candle):
        return None
    bar = bar_of(today)
    needed = _NEARLY_ALL * open_seconds(sessions, start, now) - _WRITTEN_AFTER
    return DayRange(bar.low, bar.high, is_whole=today.covered >= needed)
