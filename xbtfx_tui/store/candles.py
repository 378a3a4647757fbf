"""Candles out of bid ticks: compact, bounded, at 10 s, 1 min and 5 min. Never asks a server for any.

Only finished 10-second candles come in here; the one that forms lives in the symbol's slot, so that a tick
costs two comparisons. A thousand symbols with every series full hold about 30 MB.
"""

from array import array
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

CandleSeconds: TypeAlias = Literal[10, 60, 300]

BASE_SECONDS = 10
KEPT = 240
_WIDTH = 5
_ROOM = KEPT * _WIDTH


class Candle(NamedTuple):
    """Prices of one stretch of time; `start` is unix seconds (UTC), a multiple of the stretch."""

    start: float
    open: float
    high: float
    low: float
    close: float


class _Series:
    """The candles of one length, flat in one array of doubles, oldest first."""

    __slots__ = ("_flat", "_seconds")

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._flat = array("d")

    def add(self, candle: Candle) -> None:
        """Fold a base candle in: into the last one when it is of the same stretch, else as a new one."""
        flat = self._flat
        start = candle.start - candle.start % self._seconds
        # A wall clock that ran back would leave candles from the future: they give way.
        while flat and flat[-_WIDTH] > start:
            del flat[-_WIDTH:]
        if flat and flat[-_WIDTH] == start:
            flat[-3] = max(flat[-3], candle.high)
            flat[-2] = min(flat[-2], candle.low)
            flat[-1] = candle.close
            return
        flat.extend((start, candle.open, candle.high, candle.low, candle.close))
        if len(flat) > _ROOM:
            del flat[:_WIDTH]

    def with_forming(self, forming: Candle) -> list[Candle]:
        shown = _Series(self._seconds)
        shown._flat = self._flat[:]
        shown.add(forming)
        flat = shown._flat
        return [Candle(*flat[at : at + _WIDTH]) for at in range(0, len(flat), _WIDTH)]


class CandleBook:
    """One symbol's finished candles in its three lengths."""

    __slots__ = ("_series",)

    def __init__(self) -> None:
        self._series = {BASE_SECONDS: _Series(BASE_SECONDS), 60: _Series(60), 300: _Series(300)}

    def add(self, candle: Candle) -> None:
        """Take a finished 10-second candle."""
        for series in self._series.values():
            series.add(candle)

    def with_forming(self, seconds: CandleSeconds, forming: Candle) -> Sequence[Candle]:
        """The candles of a length, oldest first; the last one still forms."""
        return self._series[seconds].with_forming(forming)
