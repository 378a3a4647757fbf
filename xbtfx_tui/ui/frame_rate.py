"""How often the screen is drawn: less where the terminal can't drain, as before once it can. Pure.

Nothing is lost by a frame that is left out: the next one shows the newest prices.
"""

from xbtfx_tui.domain.clock import Instant

LOOKED_AT_EVERY = 1.0
BEGINS_WITHIN = 3.0
"""Seconds from the first beat in which frames that are left out say nothing of the terminal: the whole screen
is laid out and written then, several times over, while the program itself still loads."""
QUICKER_AFTER = 5.0
MOST_LEFT_OUT = 8


class Pace:
    """Told at each beat of the usual rate; says whether to draw. `slowed_to` is the rate of now, in frames a
    second, where that is not the usual one."""

    def __init__(self, usual: int) -> None:
        self._usual = usual
        self._every = 1
        self._beat = 0
        self._folded = 0
        self._looked: Instant | None = None
        self._began: Instant | None = None
        self._good_since: Instant | None = None

    @property
    def slowed_to(self) -> float | None:
        return None if self._every == 1 else self._usual / self._every

    def draws(self, folded: int, now: Instant) -> bool:
        """Whether this beat draws; `folded` counts the frames that the terminal was too slow for so far."""
        self._look(folded, now)
        self._beat += 1
        return self._beat % self._every == 0

    def _look(self, folded: int, now: Instant) -> None:
        if self._looked is not None and self._looked.age_at(now) < LOOKED_AT_EVERY:
            return
        self._looked = now
        self._began = self._began or now
        if self._began.age_at(now) < BEGINS_WITHIN:
            self._folded = folded
            return
        if folded > self._folded:
            self._every = min(self._every * 2, MOST_LEFT_OUT)
            self._good_since = now
        elif self._good_since is not None and self._good_since.age_at(now) >= QUICKER_AFTER:
            self._every = max(1, self._every // 2)
            self._good_since = now if self._every > 1 else None
        self._folded = folded
