"""What was before the archive began, where somebody knows it: read as needed, and put before what was seen.

Nothing of it is written to the file. A live account has none: of it is known what was seen and imported.
"""

from collections.abc import Sequence
from typing import Protocol

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, merged
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import trades_within


class Past(Protocol):
    """Candles of the time before anybody watched."""

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int, clock: DayClock
    ) -> tuple[Candle, ...]:
        """The last `count` candles that begin before `before` (unix seconds, UTC), oldest first; none where
        they can't be had. In the one that the past ends in, `until` says where."""


def with_past(
    found: Sequence[Candle | Gap],
    past: Sequence[Candle],
    count: int,
    sessions: tuple[SessionSpan, ...] | None,
) -> tuple[Candle | Gap, ...]:
    """The last `count` candles of both in order, with the gap between them where there is one. `past` is of
    the time before `found` but for one candle, which both may know a part of."""
    first = next((one for one in found if isinstance(one, Candle)), None)
    if first is None:
        return tuple(past[-count:])
    joined: list[Candle | Gap] = [one for one in past if one.start < first.start]
    if joined and trades_within(sessions, joined[-1].end, first.start):
        joined.append(Gap(joined[-1].end, first.start))
    shared = next((one for one in past if one.start == first.start), None)
    joined += (merged(shared, one) if one is first and shared is not None else one for one in found)
    left = count
    for place in range(len(joined) - 1, -1, -1):
        left -= isinstance(joined[place], Candle)
        if left == 0:
            return tuple(joined[place:])
    return tuple(joined)
