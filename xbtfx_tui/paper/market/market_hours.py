"""When the paper exchange's markets trade: session tables, and open and close as unix milliseconds.

Times are UTC, as in the northern winter; daylight saving is left out. Never asks a clock.
"""

import math
from datetime import UTC, datetime, timedelta
from enum import Enum

from xbtfx_tui.domain import trading_sessions
from xbtfx_tui.domain.symbol_spec import SessionSpan

Spans = tuple[SessionSpan, ...]

_MINUTES_A_DAY = 1440
_WEEK = range(7)
_SUNDAY, _FRIDAY = 6, 4


class HoursMode(Enum):
    """REAL: each market keeps its hours. ALWAYS: everything trades at any hour, weekends too."""

    REAL = "real"
    ALWAYS = "always"


def weekdays(*spans: tuple[int, int]) -> Spans:
    """Monday to Friday, the same spans (opening and closing minute) each day."""
    return tuple(SessionSpan(day, first, last) for day in range(5) for first, last in spans)


def around_the_week(sunday_opens: int, friday_closes: int, daily_break: tuple[int, int] | None) -> Spans:
    """Sunday evening to Friday evening; `daily_break` (first and last minute) from Monday to Thursday."""
    spans = []
    for day in range(4):
        if daily_break is None:
            spans.append(SessionSpan(day, 0, _MINUTES_A_DAY))
            continue
        spans.append(SessionSpan(day, 0, daily_break[0]))
        if daily_break[1] < _MINUTES_A_DAY:
            spans.append(SessionSpan(day, daily_break[1], _MINUTES_A_DAY))
    spans.append(SessionSpan(_FRIDAY, 0, friday_closes))
    spans.append(SessionSpan(_SUNDAY, sunday_opens, _MINUTES_A_DAY))
    return tuple(spans)


def _at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


ALWAYS_OPEN: Spans = tuple(SessionSpan(day, 0, _MINUTES_A_DAY) for day in _WEEK)
FOREX = around_the_week(_at(22), _at(22), None)
METALS = around_the_week(_at(23), _at(22), (_at(22), _at(23)))
BRENT = weekdays((_at(1), _at(23)))
FUTURES = around_the_week(_at(23), _at(22), (_at(22), _at(23)))
EUREX = weekdays((_at(0, 15), _at(21)))
EURONEXT = weekdays((_at(7), _at(21)))
LONDON = weekdays((_at(1), _at(21)))
SYDNEY = weekdays((_at(0), _at(6, 30)), (_at(7, 10), _at(21)))
HONG_KONG = weekdays((_at(1, 15), _at(4)), (_at(5), _at(8, 30)), (_at(9, 15), _at(19)))
NEW_YORK = weekdays((_at(14, 30), _at(21)))


def to_ms(at: datetime) -> float:
    """Unix milliseconds of an aware moment."""
    return at.timestamp() * 1000


def from_ms(at: float) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


class Hours:
    """One market's sessions, asked in unix milliseconds."""

    def __init__(self, spans: Spans) -> None:
        self.spans = spans
        self._always = frozenset(spans) >= frozenset(ALWAYS_OPEN)

    def is_open(self, at: float) -> bool:
        return self._always or trading_sessions.is_open(self.spans, from_ms(at))

    def opening(self, at: float) -> float:
        """`at` itself while open, else the next opening; infinite where it never opens."""
        if self.is_open(at):
            return at
        opens = trading_sessions.next_open(self.spans, from_ms(at))
        return math.inf if opens is None else to_ms(opens)

    def closing(self, at: float) -> float:
        """The next close after `at`; infinite for a market that never closes."""
        if self._always:
            return math.inf
        closes = trading_sessions.next_close(self.spans, from_ms(at))
        return math.inf if closes is None else to_ms(closes)

    def last_open(self, at: float) -> float:
        """`at` itself while open, else when the latest session before it ended."""
        if self.is_open(at):
            return at
        moment = from_ms(at)
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        ends = (
            to_ms(midnight + timedelta(days=-back, minutes=span.close_minute))
            for back in range(8)
            for span in self.spans
            if span.day == (moment.weekday() - back) % 7
        )
        return max((end for end in ends if end <= at), default=at)
