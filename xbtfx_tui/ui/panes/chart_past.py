"""Has the past of the chart's symbol at hand, as far as its view needs it: asks the archive, one read at a
time. Draws nothing."""

import asyncio
from collections.abc import Callable, Sequence

from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.ui.chart.chart_tape import ChartTape, TapeAsk, needed, oldest_start, read_tape
from xbtfx_tui.ui.chart.chart_view import ChartView
from xbtfx_tui.ui.panes.chart_picture import ChartPlaces, places_of
from xbtfx_tui.ui.ports import Candles

_NOT_AGAIN = 5.0
"""Seconds until the same is asked once more."""


class ChartPast:
    """`on_read` is called after each read."""

    def __init__(self, candles: Candles, clock: Clock, on_read: Callable[[], None]) -> None:
        self._read = candles.read
        self._day_clock = candles.clock
        self._clock = clock
        self._on_read = on_read
        self._reading: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._asked: TapeAsk | None = None
        self._joined: tuple[ChartTape, Sequence[Candle], ChartPlaces] | None = None
        self.tape: ChartTape | None = None

    @property
    def is_reading(self) -> bool:
        return any(task is not None and not task.done() for task in (self._reading, self._asking))

    def look_at(self, symbol: str, view: ChartView, capacity: int) -> None:
        """Read what this view needs and is not at hand. What is being read of another symbol or timeframe is
        not waited for."""
        tape, now = self.tape, self._clock.now().wall
        if tape is None or (tape.symbol, tape.timeframe) != (symbol, view.timeframe):
            tape = self.tape = ChartTape(symbol, view.timeframe)
        ask = needed(tape, view, capacity, now)
        if ask is None or (self._reading is not None and _is_alike(ask, self._asked)):
            return
        if ask == self._asked and 0 <= now - tape.read_at < _NOT_AGAIN:  # there is no more
            return
        self._end_reading()
        self._asked = ask
        self._reading = asyncio.create_task(self._take(ask), name="past")

    async def oldest(self, symbol: str, view: ChartView) -> int | None:
        """When the oldest candle in this timeframe begins (unix seconds); None where there is none."""
        return await oldest_start(self._read, symbol, view.timeframe, self._clock.now().wall)

    def ask_for_longer(
        self,
        symbol: str,
        timeframe: Timeframe,
        moment: int,
        nearest: int,
        tell: Callable[[Timeframe | None], None],
    ) -> None:
        """Have told the next longer length of candles of which one has this moment (unix seconds) and is not
        of the nearest known one alone, which begins at `nearest`; None where none is."""

        async def ask() -> None:
            for longer in (one for one in Timeframe if one.value > timeframe.value):
                found = await self._read(symbol, longer, moment + 1, 1)
                if found and isinstance(found[-1], Candle) and moment < found[-1].end <= nearest:
                    tell(longer)
                    return
            tell(None)

        if self._asking is not None:
            self._asking.cancel()
        self._asking = asyncio.create_task(ask(), name="longer")

    def joined(self, tape: ChartTape, recent: Sequence[Candle]) -> ChartPlaces:
        """What was read with what this run saw since: once for all keys between two ticks."""
        if self._joined is None or self._joined[0] is not tape or self._joined[1] != recent:
            self._joined = tape, recent, places_of(tape, recent, self._day_clock)
        return self._joined[2]

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._end_reading()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _end_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    async def _take(self, ask: TapeAsk) -> None:
        self.tape = await read_tape(self._read, ask, self._clock.now().wall)
        self._reading = None
        self._on_read()


def _is_alike(ask: TapeAsk, asked: TapeAsk | None) -> bool:
    """Whether what is being read may do: where it does not, it is asked anew once that is here."""
    return asked is not None and (ask.symbol, ask.timeframe) == (asked.symbol, asked.timeframe)
