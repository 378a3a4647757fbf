"""Candles out of bid ticks: compact, bounded, at 10 s, 1 min and 5 min. Never asks a server for any.

Only finished 10-second candles come in here; the one that forms lives in the symbol's slot, so that a tick
costs two comparisons. A symbol takes 17 kB from its first finished candle on and never more: what is used
after a minute is what is used after a month.
"""

from array import array
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

CandleSeconds: TypeAlias = Literal[10, 60, 300]

BASE_SECONDS = 10
KEPT = 240
_PRICES = 4


class PriceBar(NamedTuple):
    """Prices of one stretch of time; `start` is unix seconds (UTC), a multiple of the stretch."""

    start: float
    open: float
    high: float
    low: float
    close: float


class _Series:
    """The candles of one length, oldest first, in a ring that takes all of its room at once."""

    __slots__ = ("_count", "_first", "_prices", "_seconds", "_starts")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._starts = array("d", bytes(8 * KEPT))
        self._prices = array("f", bytes(4 * _PRICES * KEPT))
        self._first = self._count = 0

    def add(self, candle: PriceBar) -> None:
        """Fold a base candle in: into the last one when it is of the same stretch, else as a new one."""
        start = candle.start - candle.start % self._seconds
        # A wall clock that ran back would leave candles from the future: they give way.
        while self._count and self._starts[self._place(self._count - 1)] > start:
            self._count -= 1
        if self._count and self._starts[self._place(self._count - 1)] == start:
            at, prices = self._place(self._count - 1) * _PRICES, self._prices
            prices[at + 1] = max(prices[at + 1], candle.high)
            prices[at + 2] = min(prices[at + 2], candle.low)
            prices[at + 3] = candle.close
            return
        if self._count == KEPT:
            self._first, self._count = self._place(1), KEPT - 1
        place = self._place(self._count)
        self._starts[place] = start
        self._prices[place * _PRICES : (place + 1) * _PRICES] = array("f", candle[1:])
        self._count += 1

    def _place(self, number: int) -> int:
        return (self._first + number) % KEPT

    def with_forming(self, forming: PriceBar) -> list[PriceBar]:
        start = forming.start - forming.start % self._seconds
        candles = [candle for candle in map(self._candle, range(self._count)) if candle.start <= start]
        if candles and (last := candles[-1]).start == start:
            high, low = max(last.high, forming.high), min(last.low, forming.low)
            candles[-1] = PriceBar(start, last.open, high, low, forming.close)
        else:
            candles.append(forming._replace(start=start))
        return candles[-KEPT:]

    def _candle(self, number: int) -> PriceBar:
        place = self._place(number)
        at = place * _PRICES
        return PriceBar(self._starts[place], *map(_as_written, self._prices[at : at + _PRICES]))


def _as_written(price: float) -> float:
    """A price that was kept in four bytes, which hold seven digits."""
    return float(f"{price:.7g}")


class CandleBook:
    """One symbol's finished candles in its three lengths."""

    __slots__ = ("_series",)

    def __init__(self) -> None:
        self._series = {BASE_SECONDS: _Series(BASE_SECONDS), 60: _Series(60), 300: _Series(300)}

    def add(self, candle: PriceBar) -> None:
        """Take a finished 10-second candle."""
        for series in self._series.values():
            series.add(candle)

    def with_forming(self, seconds: CandleSeconds, forming: PriceBar) -> Sequence[PriceBar]:
        """The candles of a length, oldest first; the last one still forms."""
        return self._series[seconds].with_forming(forming)
