"""What became of an intent: the server's answers, and the desk's states and story of each intent."""

from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_origin import Origin
from xbtfx_tui.domain.retcodes import CLOSED_ALREADY, REFUSING_RETCODES
from xbtfx_tui.domain.sides import Side


class Filled(msgspec.Struct, frozen=True):
    """Executed. `order` is the new position's ticket on a hedging account. None = the server did not say."""

    retcode: int | None = None
    deal: int | None = None
    order: int | None = None
    price: Decimal | None = None
    volume: Decimal | None = None


class Placed(msgspec.Struct, frozen=True):
    """Accepted, execution not yet confirmed: the ordinary live answer. It carries no ids."""

    retcode: int | None = None


class FilledInPart(msgspec.Struct, frozen=True):
    """Retcode 10010: part of the volume was executed; the snapshot tells how much."""

    retcode: int
    message: str = ""


class Rejected(msgspec.Struct, frozen=True):
    """Refused in a 200 body, with MetaTrader's retcode."""

    retcode: int | None
    message: str


class HalfReversed(msgspec.Struct, frozen=True):
    """207: the close was done and the open was not. Never retried."""

    warning: str
    close_deal: int | None = None
    close_price: Decimal | None = None


class Reversed(msgspec.Struct, frozen=True):
    """Both halves of a reverse were done; `volume`, `price`, `side` are the new position's."""

    close_deal: int | None = None
    close_price: Decimal | None = None
    open_deal: int | None = None
    open_order: int | None = None
    open_price: Decimal | None = None
    volume: Decimal | None = None
    side: Side | None = None


class BulkLine(msgspec.Struct, frozen=True):
    """One ticket of a bulk close, as the server told it."""

    ticket: int
    status: str
    retcode: int | None = None
    deal: int | None = None
    price: Decimal | None = None
    profit: Decimal | None = None

    @property
    def is_closed(self) -> bool:
        return self.status in _CLOSED_STATUSES

    @property
    def tells_profit(self) -> bool:
        """Whether its profit is a word on this close: 0 without a price is what a server says that did not
        look."""
        return bool(self.profit) or self.price is not None

    @property
    def is_refused(self) -> bool:
        """Not closed, by a code that proves it. After any other it may be done all the same."""
        return not self.is_closed and self.retcode in REFUSING_RETCODES

    @property
    def was_closed_already(self) -> bool:
        """Not closed by this order, for there was nothing to close any more, by the server's word."""
        return not self.is_closed and self.retcode == CLOSED_ALREADY

    @property
    def is_accepted(self) -> bool:
        """Accepted, and not told as done: the ticket itself shows it."""
        return self.status == "placed"


_CLOSED_STATUSES = frozenset({"filled", "success", "ok", "closed", "done"})


class BulkClosed(msgspec.Struct, frozen=True):
    """The answer to a bulk close. `total_profit` in the account's currency."""

    closed: int
    failed: int
    total_profit: Decimal
    lines: tuple[BulkLine, ...]

    @property
    def tells_profit(self) -> bool:
        """Whether the total is a word on what was closed."""
        return bool(self.total_profit) or all(line.tells_profit for line in self.lines)


class Done(msgspec.Struct, frozen=True):
    """A modify or close-by was carried out."""

    retcode: int | None = None


Answer: TypeAlias = Filled | Placed | FilledInPart | Rejected | HalfReversed | Reversed | BulkClosed | Done
"""What a server that answered in full can have said to a POST."""

Result: TypeAlias = Answer | Failure
"""What one POST came to."""


def deals_named(result: Result | None) -> frozenset[int]:
    """The tickets of the deals that an answer names."""
    match result:
        case Filled(deal=deal):
            named: tuple[int | None, ...] = (deal,)
        case Reversed(close_deal=closing, open_deal=opening):
            named = (closing, opening)
        case HalfReversed(close_deal=closing):
            named = (closing,)
        case BulkClosed(lines=lines):
            named = tuple(line.deal for line in lines)
        case _:
            named = ()
    return frozenset(deal for deal in named if deal)


class OrderStatus(Enum):
    """What is known of an order, in one word: the one reading of its state by batches, dialogs and whatever
    follows from an order."""

    UNDER_WAY = "under way"  # not sent yet, on its way, or accepted and not seen done
    DONE = "done"  # as asked or otherwise: the record's difference tells
    NOT_DONE = "not done"
    NOT_KNOWN = "not known"


class IntentState(Enum):
    """Where an intent stands (order-safety.md). The value is the journal's word, and never changes."""

    DRAFTED = "drafted"
    JOURNALED = "journaled"
    SENDING = "sending"
    FILLED = "filled"
    PLACED = "placed"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"
    FOUND_FILLED = "reconciled: filled"
    FOUND_NOT_FILLED = "reconciled: not filled"
    AMBIGUOUS = "ambiguous"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        """True while the outcome is still being learnt: the trader is kept informed until it is not."""
        return self in _OPEN

    @property
    def is_done(self) -> bool:
        """Whether it is known to be carried out, as asked or otherwise."""
        return self.status is OrderStatus.DONE

    @property
    def is_in_doubt(self) -> bool:
        """Whether nobody knows what came of it."""
        return self.status is OrderStatus.NOT_KNOWN

    @property
    def status(self) -> OrderStatus:
        """What the state by itself says is known; of a record ask the record."""
        return _STATUS[self]


_OPEN = frozenset(
    {
        IntentState.JOURNALED,
        IntentState.SENDING,
        IntentState.PLACED,
        IntentState.UNKNOWN,
        IntentState.AMBIGUOUS,
    }
)


_STATUS = {
    IntentState.DRAFTED: OrderStatus.UNDER_WAY,
    IntentState.JOURNALED: OrderStatus.UNDER_WAY,
    IntentState.SENDING: OrderStatus.UNDER_WAY,
    IntentState.PLACED: OrderStatus.UNDER_WAY,
    IntentState.FILLED: OrderStatus.DONE,
    IntentState.FOUND_FILLED: OrderStatus.DONE,
    IntentState.REJECTED: OrderStatus.NOT_DONE,
    IntentState.NOT_SENT: OrderStatus.NOT_DONE,
    IntentState.FOUND_NOT_FILLED: OrderStatus.NOT_DONE,
    IntentState.ABANDONED: OrderStatus.NOT_DONE,  # the program stopped before it was sent
    IntentState.UNKNOWN: OrderStatus.NOT_KNOWN,
    IntentState.AMBIGUOUS: OrderStatus.NOT_KNOWN,
}


class Decider(Enum):
    """Whose word a step is. The value is the journal's word, and never changes."""

    TERMINAL = "terminal"  # by the server's answer and what was found
    TRADER = "trader"


class StoryLine(msgspec.Struct, frozen=True):
    """One step of an intent: `wall` is unix time, UTC; `text` is a sentence for the trader.

    `difference` is how what it tells of differs from what was asked for, as a clause; None where it does not,
    or that is not known.
    """

    wall: float
    state: IntentState
    text: str
    difference: str | None = None
    decider: Decider = Decider.TERMINAL


class IntentRecord(msgspec.Struct, frozen=True):
    """An intent, where it stands and how it got there. `ticket` is the position it led to, once known.

    `difference` is how the outcome differs from what was asked for, as a clause ("0.04 of 0.10", "WITHOUT its
    sl 1.07910"); None where it does not, or is not known. `origin` is what made the intent.
    """

    intent: Intent
    state: IntentState
    story: tuple[StoryLine, ...]
    result: Result | None = None
    ticket: int | None = None
    difference: str | None = None
    origin: Origin | None = None

    @property
    def stays_unknown(self) -> bool:
        """Whether it is over though nothing tells what came of it: its difference says what is not known."""
        return self.state is IntentState.FOUND_NOT_FILLED and "known" in (self.difference or "")

    @property
    def status(self) -> OrderStatus:
        """What is known of it now."""
        return OrderStatus.NOT_KNOWN if self.stays_unknown else self.state.status

    @property
    def was_unknown(self) -> bool:
        """Whether nobody knew its outcome at any time, though it may be known by now."""
        told = (self.status, *(line.state.status for line in self.story))
        return OrderStatus.NOT_KNOWN in told
