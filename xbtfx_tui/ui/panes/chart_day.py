"""How low and how high the chart's symbol was today: asks the archive once a minute, joins what this run saw
since. Draws nothing."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import takewhile

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
_QUARTERS = Timeframe.DAY.value // Timeframe.QUARTER.value
_NEARLY_ALL = 0.95


class ChartDay:
    """`on_read` is called after each read."""

    def __init__(self, candles: Candles, clock: Clock, on_read: Callable[[], None]) -> None:
        self._candles = candles
        self._clock = clock
        self._on_read = on_read
        self._reading: asyncio.Task[None] | None = None
        self._asked: tuple[str, Stretch, float] | None = None
        self._kept: tuple[str, Sequence[Candle | Gap], Sequence[Candle | Gap]] | None = None

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
        self,
        symbol: str,
        recent: Sequence[Candle],
        sessions: tuple[SessionSpan, ...] | None,
        shown: Sequence[Candle | Gap],
    ) -> DayRange | None:
        """None while the archive has not answered, and where no price of today is known. `shown` are the
        chart's own candles: the range never says less than they do."""
        if self._kept is None or self._kept[0] != symbol:
            return None
        _, days, quarters = self._kept
        now = int(self._clock.now().wall)
        return day_range(days, recent, self._candles.clock, now, sessions, quarters, shown)

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _take(self, symbol: str, before: int) -> None:
        days = await self._candles.read(symbol, Timeframe.DAY, before, 1)
        # A day that is not over may be known in parts alone.
        quarters = await self._candles.read(symbol, Timeframe.QUARTER, before, _QUARTERS)
        self._kept = symbol, days, quarters
        self._reading = None
        self._on_read()


def day_range(
    past: Sequence[Candle | Gap],
    recent: Sequence[Candle],
    clock: DayClock,
    now: int,
    sessions: tuple[SessionSpan, ...] | None,
    quarters: Sequence[Candle | Gap] = (),
    shown: Sequence[Candle | Gap] = (),
) -> DayRange | None:
    """The range of the day of `now` (unix seconds), out of the archive's days and quarters of an hour, this
    run's candles of 10 seconds and those that are `shown`; None where no price of it is known."""
    start, end = clock.day(now)
    days = [one for one in chart_candles(past, recent, Timeframe.DAY, clock) if one.start == start]
    today = [one for one in days if isinstance(one, Candle)]
    parts = _within(quarters, start, end)
    bars = [bar_of(one) for one in (*today, *parts, *_within(shown, start, end))]
    if not bars:
        return None
    covered = max(sum(one.covered for one in today), sum(one.covered for one in parts))
    needed = _NEARLY_ALL * open_seconds(sessions, start, now) - _WRITTEN_AFTER
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    return DayRange(low, high, is_whole=covered >= needed)


def _within(places: Sequence[Candle | Gap], start: int, end: int) -> list[Candle]:
    """The candles of this stretch (unix seconds) that have a price."""
    newest_first = takewhile(lambda one: one.start >= start, reversed(places))
    return [one for one in newest_first if isinstance(one, Candle) and one.end <= end and not one.is_quiet]
