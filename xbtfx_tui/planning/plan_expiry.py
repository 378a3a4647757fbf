"""How long a confirmed batch may begin steps that open: the prices that were reviewed grow old. Pure.

Once it has waited too long, no later step of it opens any more, though the line be good again. What closes
or changes a position is never held back by this: it is as right as it was, and goes by the server's price.
"""

import msgspec

from xbtfx_tui.domain.clock import Instant

STANDS_STILL = 10.0
"""Seconds from the beginning of one step to that of the next: an outcome is ordinarily known in 5 s."""

OPENS_WITHIN = 60.0
"""Seconds from the trader's word, however briskly it goes."""

_ANEW = "The prices that you reviewed are too old to open by: plan it anew."


class Age(msgspec.Struct):
    """A batch's age: `confirmed` is when the trader gave the word, `last` when its last step was begun.

    `too_old` is why it opens nothing more, as a sentence; None while it may. It never becomes None again.
    """

    confirmed: Instant
    last: Instant
    too_old: str | None = None

    def begins_a_step(self, now: Instant) -> None:
        """The next step is about to be begun."""
        self.too_old = self.too_old or self._why(now)
        self.last = now

    def _why(self, now: Instant) -> str | None:
        if self.last.ran_backwards_by(now) > STANDS_STILL:
            return f"Not sent: a clock of this machine went back. {_ANEW}"
        if (stood := self.last.age_at(now)) > STANDS_STILL:
            return f"Not sent: {stood:.0f} s passed since the step before it. {_ANEW}"
        if (age := self.confirmed.age_at(now)) > OPENS_WITHIN:
            return f"Not sent: {age:.0f} s passed since you confirmed it. {_ANEW}"
        return None
