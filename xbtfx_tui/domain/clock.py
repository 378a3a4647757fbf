"""Time as it is passed in: three clocks that fail in different ways, read together.

Python's monotonic clock stands still while the machine sleeps and the wall clock jumps; an age is the
largest of the three deltas, so that sleep and jumps make things older, never younger.
"""

from typing import Protocol

import msgspec


class Instant(msgspec.Struct, frozen=True):
    """One reading of the three clocks, each in seconds; `wall` is unix time, UTC."""

    monotonic: float
    boot: float
    wall: float

    def age_at(self, now: "Instant") -> float:
        """Seconds from this instant to `now`: the largest of the three deltas."""
        return max(now.monotonic - self.monotonic, now.boot - self.boot, now.wall - self.wall)

    def ran_backwards_by(self, now: "Instant") -> float:
        """Seconds that a clock went back between this instant and `now`; 0.0 where none did."""
        return max(0.0, self.monotonic - now.monotonic, self.boot - now.boot, self.wall - now.wall)


def age_words(seconds: float) -> str:
    """How long ago, in the one unit that matters: `3s`, `4m`, `2h`, `5d`."""
    if seconds < 60:
        return f"{int(seconds)}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 86400:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // 86400)}d"


class Clock(Protocol):
    """Where the program's one clock comes in."""

    def now(self) -> Instant: ...


def to_next_beat(now: float, every: float) -> float:
    """Seconds to the next multiple of `every` on a clock that reads `now`. One that is as good as now (within
    a hundredth of `every`: timers and fractions are no more exact) counts as this one, and the next is meant.

    Who looks at multiples wakes together with the others who do: waking costs more than a look.
    """
    left = every - now % every
    return left if left > every / 100 else left + every
