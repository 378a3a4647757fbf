"""The candles of a chart: what the archive has of the past, and what this run has seen since. Pure.

Both may tell of the same minutes: they are joined by the one rule, so that nothing counts twice.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined, merged
from xbtfx_tui.domain.day_clock import DayClock

_MARGIN = 8
"""Places that are left free on the right for candles to come: 16 columns where each takes two."""


def chart_candles(
    past: Iterable[Candle | Gap], recent: Sequence[Candle], timeframe: Timeframe, clock: DayClock
) -> list[Candle | Gap]:
    """Oldest first, each a place of the chart; where nobody looked it is a gap. `past` is of this timeframe
    and clock, `recent` of 10 seconds, its last one forming."""
    candles: dict[int, Candle] = {}
    gaps: list[Gap] = []
    for one in past:
        if isinstance(one, Candle):
            candles[one.start] = one
        else:
            gaps.append(one)
    parts: dict[tuple[int, int], list[Candle]] = {}
    stretch = (0, 0)
    for candle in recent:
        if not stretch[0] <= candle.start < stretch[1]:
            stretch = clock.bucket(candle.start, timeframe)
        parts.setdefault(stretch, []).append(candle)
    for (start, end), seen in parts.items():
        bar = joined(seen, start, end - start)
        known = candles.get(start)
        candles[start] = bar if known is None else merged(known, bar)
    known_candles = [candles[start] for start in sorted(candles) if not candles[start].is_quiet]
    return _with_gaps(known_candles, gaps) if gaps else list[Candle | Gap](known_candles)


def _with_gaps(candles: Sequence[Candle], gaps: Iterable[Gap]) -> list[Candle | Gap]:
    """The gaps between the candles, each as far as no candle tells of it."""
    starts = [candle.start for candle in candles]
    places: list[Candle | Gap] = list(candles)
    for gap in gaps:
        after = bisect_right(starts, gap.start)
        since = max(gap.start, candles[after - 1].end) if after else gap.start
        until = min(gap.end, starts[after]) if after < len(starts) else gap.end
        if since < until:
            places.append(Gap(since, until))
    places.sort(key=lambda place: place.start)
    return places


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
    room = capacity - margin_of(capacity)
    shown = min(len(starts), room)
    return len(starts) - shown, room - shown


def margin_of(capacity: int) -> int:
    """How many of so many places are left free on the right for candles to come."""
    return min(_MARGIN, capacity // 6)
