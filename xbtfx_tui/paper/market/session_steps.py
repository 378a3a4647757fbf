"""Which 10 seconds of an hour a market is open in, by its weekly sessions. Pure."""

from typing import TypeAlias

from xbtfx_tui.paper.market.market_hours import ALWAYS_OPEN, Spans

STEP = 10
"""Seconds."""
STEPS = 360
"""Of an hour."""
_STEPS_A_MINUTE = 6
_MINUTES_A_WEEK = 7 * 1440
_HOURS_A_WEEK = 168
_TO_MONDAY = 72
"""Hours: 1 January 1970 was a Thursday."""

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""The first step of each stretch and the one after its last."""

WHOLE: Ranges = ((0, STEPS),)


class SessionSteps:
    """One market's sessions, asked by the hour (hours since 1970, UTC)."""

    def __init__(self, spans: Spans) -> None:
        self._always = frozenset(spans) >= frozenset(ALWAYS_OPEN)
        self._open: list[Ranges] = []
        self._opens: list[bool] = []
        if self._always:
            return
        stretches = sorted(
            (span.day * 1440 + span.open_minute, span.day * 1440 + span.close_minute) for span in spans
        )
        for first in range(0, _MINUTES_A_WEEK, 60):
            inside = [
                (
                    (max(opens, first) - first) * _STEPS_A_MINUTE,
                    (min(closes, first + 60) - first) * _STEPS_A_MINUTE,
                )
                for opens, closes in stretches
                if opens < first + 60 and closes > first
            ]
            self._open.append(WHOLE if tuple(inside) == WHOLE else tuple(inside))
            before = (first + inside[0][0] // _STEPS_A_MINUTE - 1) % _MINUTES_A_WEEK if inside else 0
            self._opens.append(
                bool(inside) and not any(opens <= before < closes for opens, closes in stretches)
            )

    def of(self, hour: int) -> Ranges:
        """The steps of the hour in which the market is open; none where it is closed."""
        return WHOLE if self._always else self._open[(hour + _TO_MONDAY) % _HOURS_A_WEEK]

    def opens_in(self, hour: int) -> bool:
        """Whether the hour's first open step is the first of a session."""
        return not self._always and self._opens[(hour + _TO_MONDAY) % _HOURS_A_WEEK]
