"""What the screen is told of orders whose outcome is not known yet: values only, no rule and no I/O."""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.positions import Position

LONG_SECONDS = 1.0


class NeverAgain(msgspec.Struct, frozen=True):
    """It can't be sent again; `reason` is a clause ("the server answered 504")."""

    reason: str


class AgainIn(msgspec.Struct, frozen=True):
    """It may be sent again in `seconds`, should it still be unknown then."""

    seconds: float


class AgainNow(msgspec.Struct, frozen=True):
    """It may be sent again now, once, for `seconds_left`."""

    seconds_left: float


Resend: TypeAlias = NeverAgain | AgainIn | AgainNow


class OnItsWay(msgspec.Struct, frozen=True):
    """One order whose outcome is still being learnt in the ordinary way: no answer came yet, or it was
    accepted and is not borne out.

    `sent_wall` is when it was first sent, unix time, None where it was not yet. `seconds` is how long ago it
    was handed over. `looked` is as in `Doubt`.
    """

    record: IntentRecord
    sent_wall: float | None
    seconds: float
    looked: tuple[str, ...]

    @property
    def takes_long(self) -> bool:
        """Whether it takes longer than an ordinary order does: what only flashes tells nothing."""
        return self.seconds >= LONG_SECONDS


class Doubt(msgspec.Struct, frozen=True):
    """One order that is unknown or ambiguous.

    `sent_wall` is when it was first sent, unix time. `looked` are sentences of what has been looked at so
    far, oldest first ("12:00:31 positions: no new buy 0.10 EURUSD"). `candidates` are the positions that it
    may have led to, `gone` the tickets of such that are not held now. `resend` is whether the trader may
    send it again with its own key. `differences` are how what is near differs from what was asked for.
    """

    record: IntentRecord
    sent_wall: float
    looked: tuple[str, ...]
    candidates: tuple[Position, ...]
    resend: Resend
    gone: tuple[int, ...] = ()
    differences: tuple[str, ...] = ()
