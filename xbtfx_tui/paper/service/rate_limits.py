"""The exchange's limits: the weight budget a minute per key, and the stream's. Pure: time is passed in.

Figures are xbtfx-api.md's, sections 2, 5 and 6. Never sleeps and never refuses anything by itself: it answers
whether there is room, and the server says so to the client.
"""

from collections import deque
from math import ceil

import msgspec

WINDOW_SECONDS = 60.0
BUDGET = 600


class WeightBudget:
    """A rolling sum of weight over the last `window` seconds; times are monotonic seconds."""

    def __init__(self, budget: int = BUDGET, window: float = WINDOW_SECONDS) -> None:
        self.budget = budget
        self._window = window
        self._spent: deque[tuple[float, int]] = deque()
        self._used = 0

    def used(self, now: float) -> int:
        """Weight spent within the window that ends at `now`."""
        while self._spent and self._left(self._spent[0][0], now) <= 0:
            self._used -= self._spent.popleft()[1]
        return self._used

    def spend(self, weight: int, now: float) -> float:
        """Spend `weight` and return 0.0; where it does not fit, spend nothing: the seconds to wait."""
        over = self.used(now) + weight - self.budget
        if over <= 0:
            self._spent.append((now, weight))
            self._used += weight
            return 0.0
        for at, spent in self._spent:
            over -= spent
            if over <= 0:
                return min(self._left(at, now), self._window)
        return self._window

    def _left(self, at: float, now: float) -> float:
        """Seconds until what was spent at `at` comes back; one expression, so that rounding agrees."""
        return at + self._window - now

    def headers(self, weight: int, now: float) -> list[tuple[bytes, bytes]]:
        """The four X-RateLimit headers at `now`, for an answer whose request weighs `weight`."""
        used = self.used(now)
        figures = {
            b"x-ratelimit-budget": self.budget,
            b"x-ratelimit-used": used,
            b"x-ratelimit-remaining": max(0, self.budget - used),
            b"x-ratelimit-weight": weight,
        }
        return [(name, str(figure).encode()) for name, figure in figures.items()]


def retry_after_seconds(wait: float) -> int:
    """The wait as the API says it: whole seconds, never too few, at least 1."""
    return max(1, ceil(wait))


class StreamLimits(msgspec.Struct, frozen=True):
    """The stream's limits; seconds unless said otherwise.

    `update_gap` is the least time between two updates of one symbol to one client (5 a second).
    `messages` and `messages_cut` are client messages within `message_window`: a warning, and the end.
    `event_queue` is how many account events may wait for a slow reader before it is cut off.
    """

    auth_timeout: float = 10.0
    idle_timeout: float = 90.0
    update_gap: float = 0.2
    subscriptions: int = 1_000
    connections: int = 10
    messages: int = 200
    messages_cut: int = 400
    message_window: float = 10.0
    event_queue: int = 2_000


class ServerLimits(msgspec.Struct, frozen=True):
    """All limits of the exchange: weight a minute, seconds that a key and account figures are kept, and the
    seconds from one heartbeat to the next."""

    budget: int = BUDGET
    remembered: float = 120.0
    account_cache: float = 2.0
    beat: float = 0.02
    stream: StreamLimits = StreamLimits()
