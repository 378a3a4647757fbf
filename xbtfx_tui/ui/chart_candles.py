"""The candles of a chart: what the archive has of the past, and what this run has seen since. Pure.

Both may tell of the same minutes: they are joined by the one rule, so that nothing counts twice.
"""

from collections.abc import Iterable, Sequence

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined, merged
from xbtfx_tui.domain.day_clock import DayClock


def chart_candles(
    past: Iterable[Candle | Gap], recent: Sequence[Candle], timeframe: Timeframe, clock: DayClock
) -> list[Candle]:
    """Oldest first. `past` is of this timeframe and clock, `recent` of 10 seconds, its last one forming."""
    candles = {one.start: one for one in past if isinstance(one, Candle)}
    parts: dict[tuple[int, int], list[Candle]] = {}
    for candle in recent:
        parts.setdefault(clock.bucket(candle.start, timeframe), []).append(candle)
    for (start, end), seen in parts.items():
        bar = joined(seen, start, end - start)
        known = candles.get(start)
        candles[start] = bar if known is None else merged(known, bar)
    return [candles[start] for start in sorted(candles)]
