"""The stretch of the past that a chart has at hand, when it needs another one, and how that is read.

It reads through what it is given alone, never more than a few screens of candles at once, and keeps nothing.
"""

from bisect import bisect_left
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.ui.chart.chart_view import ChartView, Follows, StandsAt

ReadCandles: TypeAlias = Callable[[str, Timeframe, int, int], Awaitable[tuple[Candle | Gap, ...]]]
"""Symbol, timeframe, before (unix seconds), count: as `Candles.read` of ui.ports."""

_LEFT_AT_LEAST, _LEFT_READ = 1, 2
"""Screens of candles before the picture, and how many are read so that there are."""
_RIGHT_AT_LEAST, _RIGHT_READ = 2, 3
"""The same from the picture's first candle on."""
READ_AGAIN = 60.0
"""Seconds until what reaches up to now is read again: what came since is in the store for longer."""


class ChartTape(msgspec.Struct, frozen=True):
    """What was read of a symbol in a timeframe, in order of time. `is_whole`: there is nothing older.
    `reaches_now`: nothing newer either, as of `read_at` (unix seconds)."""

    symbol: str
    timeframe: Timeframe
    places: tuple[Candle | Gap, ...] = ()
    is_whole: bool = False
    reaches_now: bool = True
    read_at: float = float("-inf")

    def covers(self, view: ChartView) -> bool:
        """Whether what this view begins with is known from here."""
        if view.timeframe is not self.timeframe:
            return False
        match view.place:
            case StandsAt(oldest):
                is_known = self.is_whole or (bool(self.places) and self.places[0].start <= oldest)
                return is_known and (self.reaches_now or oldest <= self.places[-1].start)
            case _:
                return self.reaches_now


class TapeAsk(msgspec.Struct, frozen=True):
    """What to read: screens of `capacity` candles around the moment `oldest` (unix seconds), None = up to
    now."""

    symbol: str
    timeframe: Timeframe
    oldest: int | None
    capacity: int


def needed(tape: ChartTape, view: ChartView, capacity: int, now: float) -> TapeAsk | None:
    """What has to be read for this view; None where there is enough at hand. `now` is unix seconds."""
    oldest = None if isinstance(view.place, Follows) else view.place.oldest
    ask = TapeAsk(tape.symbol, view.timeframe, oldest, capacity)
    if not tape.covers(view):
        return ask
    if tape.reaches_now and not 0 <= now - tape.read_at < READ_AGAIN:
        return ask
    if oldest is None:
        has_enough = tape.is_whole or len(tape.places) >= (1 + _LEFT_AT_LEAST) * capacity
        return None if has_enough else ask
    before = bisect_left(tape.places, oldest, key=lambda place: place.start)
    has_left = tape.is_whole or before >= _LEFT_AT_LEAST * capacity
    has_right = tape.reaches_now or len(tape.places) - before >= _RIGHT_AT_LEAST * capacity
    return None if has_left and has_right else ask


async def read_tape(read: ReadCandles, ask: TapeAsk, now: float) -> ChartTape:
    """Read it. `now` is unix seconds."""
    span = ask.timeframe.value
    newest = int(now) + span
    if ask.oldest is None:
        return await _read_before(read, ask, newest, (_LEFT_READ + 1) * ask.capacity, now)
    ahead = _RIGHT_READ * ask.capacity
    before = ask.oldest + ahead * span
    count = _LEFT_READ * ask.capacity + ahead
    tape = await _read_before(read, ask, min(before, newest), count, now)
    # Where the market was closed for long there may be too few, or none, up to that moment.
    if not tape.reaches_now and _places_from(tape, ask.oldest) < _RIGHT_AT_LEAST * ask.capacity:
        after = await _next_start(read, ask, min(before, newest), newest)
        before = newest if after is None else after + ahead * span
        tape = await _read_before(read, ask, min(before, newest), count + ahead, now)
    return tape


async def oldest_start(read: ReadCandles, symbol: str, timeframe: Timeframe, now: float) -> int | None:
    """When the oldest candle there is begins (unix seconds); None where there is none."""
    ask = TapeAsk(symbol, timeframe, None, 1)
    return await _next_start(read, ask, 0, int(now) + timeframe.value)


def _places_from(tape: ChartTape, moment: int) -> int:
    return len(tape.places) - bisect_left(tape.places, moment, key=lambda place: place.start)


async def _read_before(read: ReadCandles, ask: TapeAsk, before: int, count: int, now: float) -> ChartTape:
    places = await read(ask.symbol, ask.timeframe, before, count)
    found = sum(isinstance(place, Candle) for place in places)
    return ChartTape(ask.symbol, ask.timeframe, places, found < count, before > now, now)


async def _next_start(read: ReadCandles, ask: TapeAsk, since: int, before: int) -> int | None:
    """When the first candle from `since` on begins that begins before `before`; None where there is none.

    The port reads backwards alone: the moment is closed in on, by halves.
    """
    newest = await read(ask.symbol, ask.timeframe, before, 1)
    if not newest or newest[-1].start < since:
        return None
    found, low = newest[-1].start, since
    while low < found:
        middle = (low + found) // 2 + 1  # below `found`, or `found` itself
        earlier = await read(ask.symbol, ask.timeframe, middle, 1)
        if earlier and earlier[-1].start >= since:
            found = earlier[-1].start
        else:
            low = middle
    return found
