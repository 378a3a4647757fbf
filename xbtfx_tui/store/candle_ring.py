"""The last 40 minutes of one symbol's bid in candles of 10 seconds, exact. Never asks a server for any.

Only finished candles come in here; the one that forms lives in the symbol's slot, so that a tick costs two
comparisons. Prices are whole numbers, of as many digits as any of them was written with. A symbol takes 12 kB
from its first finished candle on and never more: what is used after an hour is what is used after a month.
"""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from xbtfx_tui.domain.candles import Candle, Timeframe, digits_needed, points_of

BASE_SECONDS = Timeframe.TEN_SECONDS.value
KEPT = 240
_PRICES = 4


class TickBar(NamedTuple):
    """The bids of one stretch of 10 seconds as they were written, with how many there were; `start` is unix
    seconds (UTC), a multiple of 10."""

    start: int
    open: float
    high: float
    low: float
    close: float
    ticks: int

    def digits(self, least: int) -> int | None:
        """How many digits its prices need, `least` at least; None where one of them is no price."""
        for price in self[1:5]:
            needed = digits_needed(price, least)
            if needed is None:
                return None
            least = needed
        return least

    def candle(self, scale: int, since: int = 0, until: int = BASE_SECONDS) -> Candle:
        """As a candle of so many digits, watched from the second `since` to `until`."""
        opened, high, low, close = (points_of(price, scale) for price in self[1:5])
        return Candle(
            self.start,
            BASE_SECONDS,
            scale,
            opened,
            high,
            low,
            close,
            self.ticks,
            since,
            until,
            until - since,
        )


class CandleRing:
    """One symbol's finished candles, oldest first, in a ring that takes all of its room at once."""

    __slots__ = ("_count", "_first", "_prices", "_starts", "_ticks", "scale")

    def __init__(self) -> None:
        self._starts = array("q", bytes(8 * KEPT))
        self._prices = array("q", bytes(8 * _PRICES * KEPT))
        self._ticks = array("i", bytes(4 * KEPT))
        self._first = self._count = 0
        self.scale = 0

    def add(self, bar: TickBar) -> None:
        """Take a finished candle; one whose prices are none (0 and less) is left out."""
        digits = bar.digits(self.scale)
        if digits is None:
            return
        if digits > self.scale:
            factor = 10 ** (digits - self.scale)
            self._prices = array("q", [price * factor for price in self._prices])
            self.scale = digits
        # A wall clock that ran back would leave candles from the future: they give way.
        while self._count and self._starts[self._place(self._count - 1)] >= bar.start:
            self._count -= 1
        if self._count == KEPT:
            self._first, self._count = self._place(1), KEPT - 1
        place = self._place(self._count)
        self._starts[place] = bar.start
        self._ticks[place] = bar.ticks
        four = [points_of(price, digits) for price in bar[1:5]]
        self._prices[place * _PRICES : (place + 1) * _PRICES] = array("q", four)
        self._count += 1

    def candles(self) -> Iterator[Candle]:
        """All of them, oldest first."""
        return map(self._candle, range(self._count))

    def at(self, start: int) -> Candle | None:
        """The candle that begins at this moment; looked for among the last two."""
        for number in range(self._count - 1, max(-1, self._count - 3), -1):
            if self._starts[self._place(number)] == start:
                return self._candle(number)
        return None

    def _place(self, number: int) -> int:
        return (self._first + number) % KEPT

    def _candle(self, number: int) -> Candle:
        place = self._place(number)
        opened, high, low, close = self._prices[place * _PRICES : (place + 1) * _PRICES]
        return Candle(
            self._starts[place],
            BASE_SECONDS,
            self.scale,
            opened,
            high,
            low,
            close,
            self._ticks[place],
            0,
            BASE_SECONDS,
            BASE_SECONDS,
        )
