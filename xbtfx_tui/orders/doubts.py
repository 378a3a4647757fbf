"""What the screen is told of an order whose outcome nobody knows: values only, no rule and no I/O."""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.outcomes import IntentRecord
from xbtfx_tui.domain.positions import Position


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


class Doubt(msgspec.Struct, frozen=True):
    """One order that is unknown or ambiguous.

    `sent_wall` is when it was first sent, unix time. `looked` are sentences of what has been looked at so
    far, oldest first ("12:00:31 positions: no new buy 0.10 EURUSD"). `candidates` are the positions that it
    may have led to. `resend` is whether the trader may send it again with its own key.
    """

    record: IntentRecord
    sent_wall: float
    looked: tuple[str, ...]
    candidates: tuple[Position, ...]
    resend: Resend
