"""One trailing stop at work: what it asked for, where its stop stands, when it may move. Sends nothing."""

from decimal import Decimal
from typing import Protocol

import msgspec

from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.origins import Origin
from xbtfx_tui.domain.trailing import Trail
from xbtfx_tui.managing.trail_words import name_of
from xbtfx_tui.orders.guards.problems import Problem

PAUSES = (2.0, 10.0, 60.0)
"""Seconds of rest after the first, the second and each further failure in a row."""

REFUSED_FOR = 60.0
"""Seconds for which a stop is not asked for again that the server refused; it may have been a bad moment."""

HELD_UP_AFTER = 5.0
"""Seconds of waiting for other orders on the position after which that is said: most are answered sooner."""

BLIND_AFTER = 60.0
BLIND_SAID_EVERY = 900.0
"""Seconds between two words on a symbol without prices: some have hours without any."""


class Desk(Protocol):
    """The order desk, as far as a trailing stop needs it."""

    def new_intent_id(self) -> str: ...

    def is_changing(self, ticket: int) -> bool: ...

    def submit(self, intent: Intent, origin: Origin) -> tuple[Problem, ...]: ...


class Run(msgspec.Struct):
    """A trail at work. Times are readings of the monotonic clock in seconds.

    A snapshot from before `disturbed` does not tell where its sl stands. `intent_id` and `asked` are the move
    on its way and where to; `is_doubtful` while nobody knows whether it was done. `set_to` is the last sl
    that the server took from this trail, at `set_at`; `told` the last one that was said. `refused` is where
    it would not have it, at `refused_at`. `hindrance` is what keeps it from sending, as it was said. `missed`
    is when the first snapshot without the position was asked for, where nothing else told of its end;
    `blind_since` since when a live feed has shown nothing to go by, `held_up_since` since when others
    change the position.
    """

    trail: Trail
    disturbed: float
    intent_id: str | None = None
    asked: Decimal | None = None
    is_doubtful: bool = False
    set_to: Decimal | None = None
    set_at: float = 0.0
    told: Decimal | None = None
    told_at: float | None = None
    refused: Decimal | None = None
    refused_at: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    hindrance: str | None = None
    missed: float | None = None
    blind_since: float | None = None
    blind_said: float | None = None
    held_up_since: float | None = None
    held_up_said: bool = False

    @property
    def name(self) -> str:
        return name_of(self.trail)

    def rest(self, now: float) -> None:
        """Wait after a failure, longer after each further one."""
        self.not_before = now + PAUSES[min(self.failures, len(PAUSES) - 1)]
        self.failures += 1

    def was_refused(self, stop: Decimal, step: Decimal, now: float) -> bool:
        """Whether the server refused this stop, or one less than a step from it, a moment ago."""
        if self.refused is None or now - self.refused_at >= REFUSED_FOR:
            return False
        return abs(stop - self.refused) < step

    def sees_nothing(self, now: float | None) -> None:
        """There is no price to trail; None where there is one, or where nobody expects one."""
        self.blind_since = None if now is None else self.blind_since or now

    def is_held_up(self, now: float, *, by_others: bool) -> bool:
        """Whether it is to be said that it waits for other orders on its position; True once."""
        if not by_others:
            self.held_up_since, self.held_up_said = None, False
            return False
        self.held_up_since = now if self.held_up_since is None else self.held_up_since
        if self.held_up_said or now - self.held_up_since < HELD_UP_AFTER:
            return False
        self.held_up_said = True
        return True

    def goes_blind(self, now: float) -> bool:
        """Whether it is to be said that there has been no price for long; True once."""
        if self.blind_since is None or now - self.blind_since < BLIND_AFTER:
            return False
        if self.blind_said is not None and now - self.blind_said < BLIND_SAID_EVERY:
            return False
        self.blind_said = now
        return True
