"""What the store is told: one immutable type per thing that happened. Never how it was transported.

`Quote` events replace each other; every other event counts and is never dropped.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.accounts import Account, KeyStatus
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.outcomes import IntentRecord
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbols import SymbolRow, SymbolSpec


class QuoteSeen(msgspec.Struct, frozen=True, gc=False):
    """A quote arrived; `received` is when its frame was read from the socket."""

    quote: Quote
    received: Instant


# --- the account channel ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PositionOpened:
    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    price_open: Decimal


@dataclass(frozen=True, slots=True)
class PositionUpdated:
    """A field is None where the event did not carry it. `volume` after a partial close, where sent."""

    ticket: int
    profit: Decimal | None = None
    price_current: Decimal | None = None
    volume: Decimal | None = None
    sl: Decimal | None = None
    tp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PositionClosed:
    """`profit` is what was realised, in the account's currency, where sent."""

    ticket: int
    symbol: str | None = None
    profit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderAdded:
    order: PendingOrder


@dataclass(frozen=True, slots=True)
class OrderRemoved:
    ticket: int


@dataclass(frozen=True, slots=True)
class DealDone:
    """A deal as the stream tells it: without time, entry, order or position."""

    deal: Deal


AccountEvent: TypeAlias = (
    PositionOpened | PositionUpdated | PositionClosed | OrderAdded | OrderRemoved | DealDone
)

# --- the stream itself -----------------------------------------------------------------------------------


class Dialect(Enum):
    """Which of the stream's two forms is spoken (xbtfx-api.md section 6)."""

    CURRENT = "current"
    OLDER = "older"


@dataclass(frozen=True, slots=True)
class StreamConnecting:
    attempt: int


@dataclass(frozen=True, slots=True)
class StreamUp:
    """Authenticated and subscribed; what was missed is to be read again by REST."""

    dialect: Dialect


@dataclass(frozen=True, slots=True)
class StreamDown:
    """The stream is gone; the next try comes in `retry_in` seconds."""

    reason: str
    retry_in: float


@dataclass(frozen=True, slots=True)
class StreamRefused:
    """The server refused the key: no more tries."""

    message: str


@dataclass(frozen=True, slots=True)
class ServerNotice:
    """A warning from the server (the system channel, or an error that did not end the stream)."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class MalformedFrame:
    """A frame that made no sense; counted, shown, survived."""

    detail: str


# --- what REST read --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SnapshotMark:
    """Where the store's account-event count stood when a snapshot was asked for (see store.snapshots)."""

    sequence: int
    asked: Instant


@dataclass(frozen=True, slots=True)
class PositionsRead:
    positions: tuple[Position, ...]
    mark: SnapshotMark


@dataclass(frozen=True, slots=True)
class OrdersRead:
    orders: tuple[PendingOrder, ...]
    mark: SnapshotMark


@dataclass(frozen=True, slots=True)
class AccountRead:
    account: Account
    received: Instant


@dataclass(frozen=True, slots=True)
class KeyRead:
    status: KeyStatus


@dataclass(frozen=True, slots=True)
class SymbolsRead:
    symbols: tuple[SymbolRow, ...]


@dataclass(frozen=True, slots=True)
class SpecRead:
    """A symbol's spec; its bid and ask, where sent, are a quote as of `received`."""

    spec: SymbolSpec
    received: Instant


@dataclass(frozen=True, slots=True)
class HistoryRead:
    period: HistoryPeriod
    deals: tuple[Deal, ...]


class Reading(Enum):
    """What a REST read was for; the value is a word for the screen."""

    KEY = "key"
    ACCOUNT = "account"
    POSITIONS = "positions"
    ORDERS = "orders"
    SYMBOLS = "symbols"
    SPEC = "symbol"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class ReadFailed:
    reading: Reading
    failure: Failure
    at: Instant


@dataclass(frozen=True, slots=True)
class BudgetSeen:
    """The weight budget as the last answer's headers told it, per minute."""

    limit: int
    remaining: int


# --- what the program itself says ------------------------------------------------------------------------


class Loudness(Enum):
    """How much a message wants the eye."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the Messages pane. `wall` is unix time, UTC."""

    wall: float
    loudness: Loudness
    text: str


@dataclass(frozen=True, slots=True)
class IntentMoved:
    """The desk took an intent a step further."""

    record: IntentRecord


@dataclass(frozen=True, slots=True)
class TradingOpen:
    """Orders may be sent."""


@dataclass(frozen=True, slots=True)
class TradingLocked:
    """Orders are refused until the trader unlocks; `reason` is a clause ("you locked it")."""

    reason: str


@dataclass(frozen=True, slots=True)
class TradingCloseOnly:
    """Nothing new is opened until the trader unlocks; closing and modifying go on. `reason` is a clause."""

    reason: str


@dataclass(frozen=True, slots=True)
class TradingReadOnly:
    """Orders are refused for this whole run; `reason` is a clause ("this key may only read")."""

    reason: str


Trading: TypeAlias = TradingOpen | TradingLocked | TradingCloseOnly | TradingReadOnly


@dataclass(frozen=True, slots=True)
class TradingChanged:
    trading: Trading


Event: TypeAlias = (
    QuoteSeen
    | AccountEvent
    | StreamConnecting
    | StreamUp
    | StreamDown
    | StreamRefused
    | ServerNotice
    | MalformedFrame
    | PositionsRead
    | OrdersRead
    | AccountRead
    | KeyRead
    | SymbolsRead
    | SpecRead
    | HistoryRead
    | ReadFailed
    | BudgetSeen
    | Said
    | IntentMoved
    | TradingChanged
)
