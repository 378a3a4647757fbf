"""What a sentence of the terminal can claim to be so, as values. Reads and judges nothing."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from xbtfx_tui.domain.sides import Side


class UnreadableError(Exception):
    """A sentence whose meaning is not known: its pattern goes to the claims, or to the harmless ones."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An order of ours opened this much. None = not said."""

    side: Side
    volume: Decimal
    symbol: str
    price: Decimal | None = None
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """An order of ours closed this much of a position."""

    ticket: int | None
    volume: Decimal | None
    symbol: str | None = None
    price: Decimal | None = None
    profit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reversed:
    """An order of ours closed the position and opened the other way."""

    ticket: int
    side: Side
    volume: Decimal
    price: Decimal | None = None
    opened: int | None = None
    closed_at: Decimal | None = None
    made: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stops:
    """These stops stand at this ticket (None = none); those not named are not told of."""

    ticket: int
    prices: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True, slots=True)
class ClosedBy:
    """Two positions closed each other by this much; `profit` is what both deals made."""

    ticket: int
    by: int
    volume: Decimal | None = None
    profit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ClosedAll:
    """All that a bulk close was for is closed, of a symbol (None = any), `count` (None = all held)."""

    symbol: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of those that a bulk close was for are closed."""

    closed: int
    of: int


@dataclass(frozen=True, slots=True)
class NotDone:
    """The order of these words was not carried out."""

    words: str


@dataclass(frozen=True, slots=True)
class Done:
    """The order of these words was carried out, perhaps as this ticket; `in_part`: not wholly."""

    words: str
    ticket: int | None = None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class NothingOpened:
    """The reverse of this position opened nothing."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Held:
    """These positions are open."""

    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldAs:
    """This position is open, with these figures."""

    ticket: int
    side: Side
    volume: Decimal


@dataclass(frozen=True, slots=True)
class HeldAny:
    """Some position is open."""


@dataclass(frozen=True, slots=True)
class Gone:
    """This position is not open; `profit` is what closing it made, where that is said."""

    ticket: int
    profit: Decimal | None = None
    has_deal: bool = False
    volume: Decimal | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EndedBy:
    """No order of ours ended this position; `stop` (sl or tp) is which of its stops did, None where that is
    not said."""

    ticket: int
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class NotHeld:
    """This position is not open, whether or not it ever was."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Was:
    """This position was opened, by whomever, with these figures."""

    ticket: int
    side: Side
    volume: Decimal
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OpenedAfterKill:
    """This position, or what it grew by, was opened after the kill switch was pressed."""

    ticket: int


@dataclass(frozen=True, slots=True)
class NoneFromBefore:
    """Nothing is open that was so when the kill switch was pressed."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """No order of ours opened this position."""

    ticket: int


Claim: TypeAlias = (
    Opened
    | Closed
    | Reversed
    | Stops
    | ClosedBy
    | ClosedAll
    | Counted
    | NotDone
    | Done
    | NothingOpened
    | Held
    | HeldAny
    | HeldAs
    | Gone
    | EndedBy
    | NotHeld
    | Was
    | OpenedAfterKill
    | NoneFromBefore
    | NotOurs
)
