"""The weight budget, as arithmetic: who may send now, and how long the others wait. No I/O, no clock.

The key is shared with other programs, so the server's headers are the truth: what they say was used beyond
this program's own requests counts as foreign until newer headers come or a minute has gone by.

- Orders never wait here. Whether one goes through is the server's word, and a 429 is proof that it did not.
- Reads that the trader asked for leave the last 5 % to orders, polls the last 10 %.
- With less than 20 % left, polls slow down to one unit of weight in 6 s, a quarter of their usual pace.
- After a 429 all reads and polls wait as long as the server said.
"""

from collections import deque
from collections.abc import Mapping
from enum import Enum

from xbtfx_tui.domain.store_events import BudgetSeen

DEFAULT_LIMIT = 600
WINDOW = 60.0
_SCARCE = 0.20
_POLL_SPACING = 6.0
_LONGEST_LOOK_AHEAD = 5.0
_EDGE = 20.0
"""Seconds that a request may be on its way, or that the server's minute may be another than this one."""


class Use(Enum):
    """What a read is for; the value is the share of the budget that it must leave untouched."""

    ASKED = 0.05
    POLL = 0.10


class Budget:
    """One key's budget over a rolling minute. All times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._limit = DEFAULT_LIMIT
        self._own: deque[tuple[float, int]] = deque()
        self._own_used = 0
        # What the server may count still, or above what it was booked with: it makes nobody wait.
        self._older: deque[tuple[float, int]] = deque()
        self._counted_more: deque[tuple[float, int]] = deque()
        self._first_spent: float | None = None
        self._foreign = 0
        self._foreign_seen = 0.0
        self._closed_until = 0.0
        self._last_poll = -WINDOW

    def remaining(self, now: float) -> int:
        """The weight that is left, as well as it can be known; never below 0."""
        self._forget(now)
        foreign = self._foreign if now - self._foreign_seen < WINDOW else 0
        return max(0, self._limit - self._own_used - foreign)

    def wait(self, weight: int, use: Use, now: float) -> float:
        """Seconds until a read of this weight should ask again; 0.0 = send it now.

        At most 5 s at a time while the budget is short, since newer headers may tell a better story.
        """
        if now < self._closed_until:
            return self._closed_until - now
        left = self.remaining(now)
        if left - weight < self._limit * use.value:
            # All of it is there: waiting makes it no more, whatever odd budget a header named.
            return 0.0 if left == self._limit else self._until_some_return(now)
        if use is Use.POLL and left < self._limit * _SCARCE:
            return max(0.0, self._last_poll + weight * _POLL_SPACING - now)
        return 0.0

    def spend(self, weight: int, now: float, use: Use | None = None) -> None:
        """A request of this weight is about to be sent; `use` is None for an order."""
        self._own.append((now, weight))
        self._own_used += weight
        if self._first_spent is None:
            self._first_spent = now
        if use is Use.POLL:
            self._last_poll = now

    def heard(self, headers: Mapping[str, str], now: float, weight: int = 0) -> BudgetSeen | None:
        """What an answer's X-RateLimit headers say; None where it has none that can be read. `weight` is what
        its request was booked with: what the server counts more is nobody else's."""
        if (counted := _count(headers, "x-ratelimit-weight")) is not None and counted > weight > 0:
            self._counted_more.append((now, counted - weight))
        limit, used = _count(headers, "x-ratelimit-budget"), _count(headers, "x-ratelimit-used")
        left = _count(headers, "x-ratelimit-remaining")
        limit = limit or self._limit
        if left is None and used is None:
            return None
        left = min(limit, left if left is not None else max(0, limit - (used or 0)))
        self._forget(now)
        self._limit = limit
        self._foreign = max(0, limit - left - self._own_used)
        self._foreign_seen = now
        return BudgetSeen(limit, left, 0 if used is None else self._of_others(used, now))

    def refused(self, retry_after: float, now: float) -> None:
        """A 429 came: `retry_after` in seconds."""
        self._closed_until = max(self._closed_until, now + retry_after)

    def _forget(self, now: float) -> None:
        while self._own and now - self._own[0][0] >= WINDOW:
            spent = self._own.popleft()
            self._own_used -= spent[1]
            self._older.append(spent)
        for kept in (self._older, self._counted_more):
            while kept and now - kept[0][0] >= WINDOW + _EDGE:
                kept.popleft()

    def _of_others(self, used: int, now: float) -> int:
        """The weight of the window that this program surely did not spend. Nothing is sure while an earlier
        run's may be in it, and what was spent at the window's edge may be counted in it."""
        if self._first_spent is None or now - self._first_spent < WINDOW + _EDGE:
            return 0
        older = sum(weight for _, weight in (*self._older, *self._counted_more))
        return max(0, used - self._own_used - older)

    def _until_some_return(self, now: float) -> float:
        returns = [self._own[0][0] + WINDOW - now] if self._own else []
        if self._foreign:
            returns.append(self._foreign_seen + WINDOW - now)
        soonest = min((wait for wait in returns if wait > 0), default=1.0)
        return min(soonest, _LONGEST_LOOK_AHEAD)


def _count(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("999999999") else None
