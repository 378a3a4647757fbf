"""What the trader can do with an order whose outcome is not known, and what can be said of it: values only.

Of an order that opens it is said which position it became, of any other whether it was done.
"""

from typing import TypeAlias

import msgspec


class KeepWatching(msgspec.Struct, frozen=True):
    """Do nothing: close the dialog."""


class SendAgain(msgspec.Struct, frozen=True):
    """The same order once more, with the key of the first."""


class Became(msgspec.Struct, frozen=True):
    """The order became this position."""

    ticket: int


class WasDone(msgspec.Struct, frozen=True):
    """An order that opens nothing was carried out; `so` is with which difference, None: just as asked."""

    so: str | None = None


class WasNotDone(msgspec.Struct, frozen=True):
    """It was not."""


class CloseLeft(msgspec.Struct, frozen=True):
    """Close a position that a bulk close left open, by its own ticket and review."""

    ticket: int


class TakeBack(msgspec.Struct, frozen=True):
    """Do not send an order that waits for an earlier one."""

    intent_id: str


class TreatAsUnsent(msgspec.Struct, frozen=True):
    """The order was never executed."""


Way: TypeAlias = (
    KeepWatching | SendAgain | Became | WasDone | WasNotDone | CloseLeft | TakeBack | TreatAsUnsent
)
