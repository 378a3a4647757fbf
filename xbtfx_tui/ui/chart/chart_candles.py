"""The candles of a chart: what the archive has of the past, and what this run has seen since. Pure.

Both may tell of the same minutes: they are joined by the one rule, so that nothing counts twice.
"""

from collections.abc import Iterable, Sequence

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined, merged
from xbtfx_tui.domain.day_clock import DayClock

_MARGIN = 8
"""Places that are left free on the right for candles to come: 16 columns where each takes two."""


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


def placed(starts: Sequence[float], capacity: int, before: tuple[float, int] | None) -> tuple[int, int]:
    """Which candle of these is the oldest that is shown, and how many places are left free before it.

    `starts` are unix seconds, the last one's candle forms; `capacity` is how many there is room for, at
    least 1. `before` is the oldest one's start and the places free before it in the last picture: that stays
    where it is, and the newest walks into a margin on the right; once that is full the picture jumps.
    """
    if before is not None:
        oldest, blank = before
        index = next((number for number, start in enumerate(starts) if start == oldest), None)
        is_of_these = index is not None and (index == 0 or blank == 0)
        if index is not None and is_of_these and blank + len(starts) - index <= capacity:
            return index, blank
    shown = min(len(starts), capacity - min(_MARGIN, capacity // 6))
    return len(starts) - shown, capacity - min(_MARGIN, capacity // 6) - shown
