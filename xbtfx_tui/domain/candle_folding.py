"""Candles that come newest first, folded into longer ones. Pure; reads nothing."""

from collections.abc import Callable, Iterator

from xbtfx_tui.domain.candles import Candle, joined
from xbtfx_tui.domain.day_clock import Stretch


def folded_down(candles: Iterator[Candle], bucket: Callable[[int], Stretch]) -> Iterator[Candle]:
    """What candles that come newest first come to in their buckets, newest first. `bucket` tells the one that
    a moment (unix seconds, UTC) is in."""
    parts: list[Candle] = []
    start = end = 0
    for candle in candles:
        if parts and not start <= candle.start < end:
            yield joined(parts[::-1], start, end - start)
            parts = []
        if not parts:
            start, end = bucket(candle.start)
        parts.append(candle)
    if parts:
        yield joined(parts[::-1], start, end - start)
