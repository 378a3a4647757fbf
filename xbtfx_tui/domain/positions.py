"""What is held and what happened: positions, pending orders, deals. Money and prices are Decimal.

A price may be negative or 0 (oil was there); a volume is more than 0.
"""

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.sides import Side


class OrderKind(Enum):
    """The kinds of pending order; the value is the API's own word."""

    BUY_LIMIT = "buy_limit"
    SELL_LIMIT = "sell_limit"
    BUY_STOP = "buy_stop"
    SELL_STOP = "sell_stop"
    BUY_STOP_LIMIT = "buy_stop_limit"
    SELL_STOP_LIMIT = "sell_stop_limit"

    @property
    def side(self) -> Side:
        return Side.BUY if self.value.startswith("buy") else Side.SELL


class DealEntry(Enum):
    """What a deal did to its position; the value is the API's own word."""

    IN = "in"
    OUT = "out"
    IN_OUT = "in_out"
    OUT_BY = "out_by"


class Position(msgspec.Struct, frozen=True):
    """An open position. `volume` in lots; `sl` and `tp` are prices, None = none set.

    `profit` and `swap` are in the account's currency as the server last said them, valued at
    `price_current`. The API gives neither a comment nor a time.
    """

    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    price_open: Decimal
    price_current: Decimal
    sl: Decimal | None = None
    tp: Decimal | None = None
    profit: Decimal = Decimal(0)
    swap: Decimal = Decimal(0)


class PendingOrder(msgspec.Struct, frozen=True):
    """A pending order. `volume` in lots; `sl` and `tp` are prices, None = none set."""

    ticket: int
    symbol: str
    kind: OrderKind
    volume: Decimal
    price: Decimal
    sl: Decimal | None = None
    tp: Decimal | None = None


class Deal(msgspec.Struct, frozen=True, gc=False):
    """An executed deal. `profit` in the account's currency; `time` is aware, UTC; None where unreadable.

    Not looked through for garbage: it can hold nothing that holds it, and a history has thousands of them.
    """

    ticket: int
    symbol: str
    side: Side
    entry: DealEntry | None
    volume: Decimal
    price: Decimal
    profit: Decimal
    time: datetime | None = None
    order: int | None = None
    position: int | None = None

    def timed(self, wall: float) -> "Deal":
        """The deal with a time: its own, else `wall` (unix time): the stream tells deals as they happen."""
        return self if self.time is not None else replace(self, time=datetime.fromtimestamp(wall, UTC))


class HistoryPeriod(Enum):
    """The periods GET /v1/history knows; the value is the API's own word. Where they begin the server
    decides: which midnight today's is, the API does not say."""

    TODAY = "today"
    LAST_3_DAYS = "last_3_days"
    LAST_WEEK = "last_week"
    LAST_MONTH = "last_month"
    LAST_3_MONTHS = "last_3_months"
    LAST_6_MONTHS = "last_6_months"
    ALL = "all"

    @property
    def words(self) -> str:
        """As a trader reads it: `last 3 days`; today says whose."""
        return "today by the server" if self is HistoryPeriod.TODAY else self.value.replace("_", " ")
