"""Folds candles of 10 seconds, as they are closed, into minutes; keeps them until they are on disk. Pure.

A minute that still forms is written as far as it came, and written again once it is whole: who is killed in
between loses the seconds since the last writing, no more.
"""

from collections.abc import Iterable, Iterator

import msgspec

from xbtfx_tui.domain.candles import Candle, Timeframe, joined, merged

MINUTE = Timeframe.MINUTE.value
_KEPT = MINUTE
"""Seconds for which a written minute that is not whole may still get a part."""


class ClosedCandle(msgspec.Struct, frozen=True, gc=False):
    """A candle of 10 seconds that is over. `is_fine`: it is kept as it is, too, not only in its minute."""

    symbol: str
    candle: Candle
    is_fine: bool = False


class MinuteFold:
    """The minutes that form, of all symbols."""

    def __init__(self) -> None:
        self._parts: dict[tuple[str, int], dict[int, Candle]] = {}
        self._fine: dict[str, list[Candle]] = {}
        self._changed: set[tuple[str, int]] = set()

    def take(self, closed: Iterable[ClosedCandle]) -> None:
        """Take candles; one of the same 10 seconds is merged with what is there."""
        for one in closed:
            candle = one.candle
            key = one.symbol, candle.start - candle.start % MINUTE
            parts = self._parts.setdefault(key, {})
            known = parts.get(candle.start)
            parts[candle.start] = candle if known is None else merged(known, candle)
            self._changed.add(key)
            if one.is_fine:
                self._fine.setdefault(one.symbol, []).append(candle)

    def unwritten(self) -> dict[str, list[Candle]]:
        """What is to be written, by symbol: changed minutes as far as they came, and fine candles."""
        told: dict[str, list[Candle]] = {symbol: list(candles) for symbol, candles in self._fine.items()}
        for symbol, minute in sorted(self._changed):
            told.setdefault(symbol, []).append(self._joined(symbol, minute))
        return told

    def written(self) -> None:
        """Note that all of it is on disk."""
        self._fine.clear()
        self._changed.clear()
        newest = max((minute for _, minute in self._parts), default=0)
        for key in list(self._done(newest - _KEPT)):
            del self._parts[key]

    def _done(self, before: int) -> Iterator[tuple[str, int]]:
        """The minutes that are whole, or too old for another part."""
        for key, parts in self._parts.items():
            if key[1] < before or sum(part.covered for part in parts.values()) == MINUTE:
                yield key

    def _joined(self, symbol: str, minute: int) -> Candle:
        parts = self._parts[symbol, minute]
        return joined([parts[start] for start in sorted(parts)], minute, MINUTE)
