"""How late quotes arrive: by the server's own times, against the best of this run. Pure; sends nothing.

A thin line delivers every quote, each one later than the last, and by its arrival alone an old price looks
fresh. Clocks differ, drift and step: this is only a suspicion. Whoever asks proves it with a ping, and has
the meter learn anew where the answer comes at once.
"""

from datetime import datetime

from xbtfx_tui.domain.clock import Instant

DRIFT = 1e-4
"""Seconds a second by which two clocks may go apart without being taken for a delay."""

STUCK_AFTER = 60.0
"""Seconds without a time newer than the newest: the server's clock was set back."""


class DelayMeter:
    """Shown a quote's time now and then. `suspected` is in seconds, 0.0 where nothing is."""

    __slots__ = ("_best", "_looked", "_newest", "_renewed", "suspected")

    def __init__(self) -> None:
        self._newest: datetime | None = None
        self._best: float | None = None
        self._looked = self._renewed = 0.0
        self.suspected = 0.0

    def look(self, time: datetime | None, now: Instant) -> None:
        """Take a quote's time. One older than the newest is of a price that stood."""
        if time is None:
            return
        if self._newest is not None and time <= self._newest:
            if now.boot - self._renewed > STUCK_AFTER:
                self._newest = None
                self.relearn()
            return
        late = now.boot - time.timestamp()
        if self._best is None:
            self._best = late
        else:
            self._best = min(late, self._best + (now.boot - self._looked) * DRIFT)
        self._newest, self._looked, self._renewed = time, now.boot, now.boot
        self.suspected = late - self._best

    def relearn(self) -> None:
        """It is no delay: from here on the next quote's time is the best there is."""
        self._best = None
        self.suspected = 0.0
