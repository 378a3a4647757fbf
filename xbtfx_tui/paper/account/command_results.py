"""What came of a command, what the account tells of itself, and the record of what was executed."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.store_events import AccountEvent


class RefusalCode(Enum):
    """Why nothing was done; the value is the API's own error code (xbtfx-api.md section 4)."""

    INVALID_REQUEST = "invalid_request"
    INVALID_SYMBOL = "invalid_symbol"
    INVALID_VOLUME = "invalid_volume"
    MARKET_CLOSED = "market_closed"
    REJECTED = "rejected"
    POSITION_NOT_FOUND = "position_not_found"


class TradeRefusal(msgspec.Struct, frozen=True):
    """Nothing was changed. `retcode` is MetaTrader's, None where the request never got that far.

    `next_open` (aware, UTC) comes with MARKET_CLOSED, where the symbol's sessions are known.
    """

    code: RefusalCode
    message: str
    retcode: int | None = None
    next_open: datetime | None = None

    @property
    def http_status(self) -> int:
        return 404 if self.code is RefusalCode.POSITION_NOT_FOUND else 400


class Traded(msgspec.Struct, frozen=True):
    """A market order was filled in one deal (its `order` is the order's ticket).

    `position` is the ticket of the position it opened or altered; None where, on a netting account, it
    closed the position exactly.
    """

    deal: Deal
    position: int | None


class Closed(msgspec.Struct, frozen=True):
    """A position was closed in full or in part; `remaining` is in lots, 0 when it is gone."""

    deal: Deal
    remaining: Decimal


class Modified(msgspec.Struct, frozen=True):
    """The stops stand as asked."""

    ticket: int


class ClosedBy(msgspec.Struct, frozen=True):
    """Two positions were set against each other: the deal of each, the profit on the first."""

    deals: tuple[Deal, Deal]


class ReversedResult(msgspec.Struct, frozen=True):
    """Closed, and opened the other way."""

    close: Closed
    open: Traded


class HalfReversedResult(msgspec.Struct, frozen=True):
    """The API's 207: the close was done and the open refused."""

    close: Closed
    refusal: TradeRefusal


class BulkCloseResultLine(msgspec.Struct, frozen=True):
    """What came of one ticket of a bulk close."""

    ticket: int
    outcome: Closed | TradeRefusal


class BulkCloseResult(msgspec.Struct, frozen=True):
    """What came of a bulk close, ticket by ticket."""

    lines: tuple[BulkCloseResultLine, ...]

    @property
    def closed(self) -> int:
        return sum(isinstance(line.outcome, Closed) for line in self.lines)

    @property
    def failed(self) -> int:
        return len(self.lines) - self.closed

    @property
    def total_profit(self) -> Decimal:
        """What was realised, swap included, in the account's currency."""
        return sum(
            (line.outcome.deal.profit for line in self.lines if isinstance(line.outcome, Closed)), Decimal(0)
        )


class MarginCalled(msgspec.Struct, frozen=True):
    """The margin level fell to the margin call; said once until it has been above again."""

    level: Decimal


class StoppedOut(msgspec.Struct, frozen=True):
    """A position was closed by force at this margin level; its deal and close events come first."""

    ticket: int
    level: Decimal


class OrderLapsed(msgspec.Struct, frozen=True):
    """A pending order's price was reached and the order refused; its removal comes first."""

    ticket: int
    refusal: TradeRefusal


EngineEvent: TypeAlias = AccountEvent | MarginCalled | StoppedOut | OrderLapsed


class Cause(Enum):
    """What made an execution happen; the value is a word for reports."""

    TRADE = "trade"
    CLOSE = "close"
    MODIFY = "modify"
    CLOSE_BY = "close-by"
    REVERSE = "reverse"
    CLOSE_ALL = "close-all"
    CLOSE_SYMBOL = "close-symbol"
    STOP_LOSS = "sl"
    TAKE_PROFIT = "tp"
    PENDING = "pending order"
    STOP_OUT = "stop out"
    PAST = "past"
    REST = "rest"  # of an order that was filled in part before: the same request, and no second order


class Execution(msgspec.Struct, frozen=True):
    """One thing that was really done. A refusal makes none; a reverse or a bulk close makes one.

    `request_id` is None for what no request asked for. `tickets` are the positions or orders it touched,
    `deals` the tickets of its deals. `at` is aware, UTC.
    """

    at: datetime
    cause: Cause
    request_id: str | None
    tickets: tuple[int, ...]
    deals: tuple[int, ...]
