"""What the store is told: one immutable type per thing that happened. Never how it was transported.

`Quote` events replace each other; every other event counts and is never dropped.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.accounts import Account, KeyStatus
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_change import DayReference
from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.lasting_states import LastingState
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.domain.partial_history import NOTHING_MISSING, PartsSoFar, WhatIsMissing
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.unreadable_rows import UnreadRow


class QuotesSeen(msgspec.Struct, frozen=True, gc=False):
    """Quotes arrived together, at least one, in this order; `received` is when they were read.

    They come by the thousand: what has to be done once for all of them costs little.
    """

    quotes: tuple[Quote, ...]
    received: Instant


# --- the account channel ---------------------------------------------------------------------------------


class PositionOpened(msgspec.Struct, frozen=True):
    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    price_open: Decimal


class PositionUpdated(msgspec.Struct, frozen=True):
    """A field is None where the event did not carry it. `volume` after a partial close, where sent."""

    ticket: int
    profit: Decimal | None = None
    price_current: Decimal | None = None
    volume: Decimal | None = None
    sl: Decimal | None = None
    tp: Decimal | None = None


class PositionClosed(msgspec.Struct, frozen=True):
    """`profit` is what was realised, in the account's currency, where sent."""

    ticket: int
    symbol: str | None = None
    profit: Decimal | None = None


class OrderAdded(msgspec.Struct, frozen=True):
    order: PendingOrder


class OrderRemoved(msgspec.Struct, frozen=True):
    ticket: int


class DealDone(msgspec.Struct, frozen=True):
    """A deal as the stream tells it: without time, entry, order or position."""

    deal: Deal


class AccountEventUnread(msgspec.Struct, frozen=True):
    """The account channel told of something that can't be read: what changed is to be read by REST."""


AccountEvent: TypeAlias = (
    PositionOpened | PositionUpdated | PositionClosed | OrderAdded | OrderRemoved | DealDone
)

# --- the stream itself -----------------------------------------------------------------------------------


class Dialect(Enum):
    """Which of the stream's two forms is spoken (xbtfx-api.md section 6)."""

    CURRENT = "current"
    OLDER = "older"


class StreamConnecting(msgspec.Struct, frozen=True):
    attempt: int


class StreamUp(msgspec.Struct, frozen=True):
    """Authenticated and subscribed; what was missed is to be read again by REST."""

    dialect: Dialect


class StreamDelayed(msgspec.Struct, frozen=True):
    """Quotes arrive this many seconds after they were made, more than at the line's best; 0.0: no more."""

    seconds: float


class QuotesMissing(msgspec.Struct, frozen=True):
    """Symbols that the stream sends no quotes of, though REST tells that their prices move: all there are."""

    symbols: frozenset[str]


class StreamDown(msgspec.Struct, frozen=True):
    """The stream is gone; the next try comes in `retry_in` seconds."""

    reason: str
    retry_in: float


class StreamRefused(msgspec.Struct, frozen=True):
    """The server refused the key: no more tries."""

    message: str


class ServerNotice(msgspec.Struct, frozen=True):
    """A warning from the server (the system channel, or an error that did not end the stream)."""

    code: str
    message: str


class MalformedFrame(msgspec.Struct, frozen=True):
    """A frame that made no sense; counted, shown, survived."""

    detail: str


# --- what REST read --------------------------------------------------------------------------------------


class SnapshotMark(msgspec.Struct, frozen=True):
    """Where the store's count of account events stood when a snapshot was asked for."""

    sequence: int
    asked: Instant


class PositionsRead(msgspec.Struct, frozen=True):
    positions: tuple[Position | UnreadRow, ...]
    mark: SnapshotMark


class OrdersRead(msgspec.Struct, frozen=True):
    orders: tuple[PendingOrder | UnreadRow, ...]
    mark: SnapshotMark


class AccountRead(msgspec.Struct, frozen=True):
    account: Account
    received: Instant


class CurrencyTold(msgspec.Struct, frozen=True):
    """The trader told the account's currency."""

    told: ToldByTrader


class KeyRead(msgspec.Struct, frozen=True):
    status: KeyStatus


class SymbolsRead(msgspec.Struct, frozen=True):
    symbols: tuple[SymbolRow, ...]


class SpecRead(msgspec.Struct, frozen=True):
    """A symbol's spec; its bid and ask, where sent, are a quote as of `received`."""

    spec: SymbolSpec
    received: Instant


class HistoryRead(msgspec.Struct, frozen=True):
    """The deals of a period, in one answer or in parts; `missing` is what was not to be had. `asked` is when
    it was asked for, None where that is not told."""

    period: HistoryPeriod
    deals: tuple[Deal | UnreadRow, ...]
    missing: WhatIsMissing = NOTHING_MISSING
    asked: Instant | None = None


class HistoryPartRead(msgspec.Struct, frozen=True):
    """A history that is too long for one answer came a part further."""

    period: HistoryPeriod
    so_far: PartsSoFar


class Reading(Enum):
    """What a REST read was for; the value is a word for the screen."""

    KEY = "key"
    ACCOUNT = "account"
    POSITIONS = "positions"
    ORDERS = "orders"
    SYMBOLS = "symbols"
    SPEC = "symbol"
    HISTORY = "history"


class ReadFailed(msgspec.Struct, frozen=True):
    reading: Reading
    failure: Failure
    at: Instant


class BudgetSeen(msgspec.Struct, frozen=True):
    """The weight budget as the last answer's headers told it, per minute. `of_others` is what was spent of it
    that is known not to be this program's."""

    limit: int
    remaining: int
    of_others: int = 0


class DateHeard(msgspec.Struct, frozen=True):
    """An answer's Date, as unix time in whole seconds; `at` is when it was read."""

    date: float
    at: Instant


class DayReferences(msgspec.Struct, frozen=True):
    """What the change of the day that began at `start` (unix seconds, UTC) counts from, by symbol. Another
    day than the last one takes those of before away."""

    start: int
    references: Mapping[str, DayReference]


# --- what the program itself says ------------------------------------------------------------------------


class Severity(Enum):
    """How much a message wants the eye. QUIET is kept in Messages, and never takes the notice line."""

    QUIET = "quiet"
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class IntentMoved(msgspec.Struct, frozen=True):
    """The desk took an intent a step further."""

    record: IntentRecord


class TradingOpen(msgspec.Struct, frozen=True):
    """Orders may be sent."""


class TradingLocked(msgspec.Struct, frozen=True):
    """Orders are refused until the trader unlocks; `reason` is a clause ("you locked it")."""

    reason: str


class TradingCloseOnly(msgspec.Struct, frozen=True):
    """Nothing new is opened until the trader unlocks; closing and modifying go on. `reason` is a clause."""

    reason: str


class TradingReadOnly(msgspec.Struct, frozen=True):
    """Orders are refused for this whole run; `reason` is a clause ("this key may only read")."""

    reason: str


Trading: TypeAlias = TradingOpen | TradingLocked | TradingCloseOnly | TradingReadOnly


class TradingChanged(msgspec.Struct, frozen=True):
    trading: Trading


# --- states that a sentence tells, which end (store.still_so says whether one has) -------------------------


class TradingStands(msgspec.Struct, frozen=True):
    """What may be sent is as it was."""

    trading: Trading


class ReadingFails(msgspec.Struct, frozen=True):
    """What this reads could not be read at the last try."""

    reading: Reading


class RowsUnread(msgspec.Struct, frozen=True):
    """The last list has just these rows that can't be read."""

    reading: Reading
    rows: tuple[UnreadRow, ...]


TrueWhile: TypeAlias = TradingStands | ReadingFails | RowsUnread | LastingState


class Message(msgspec.Struct, frozen=True):
    """A sentence for the Messages pane. `wall` is unix time, UTC.

    `true_while` is the state that it tells: the notice line takes it back when that has ended. None for what
    happened, which stays so.
    """

    wall: float
    severity: Severity
    text: str
    true_while: TrueWhile | None = None


class KillSwitchPressed(msgspec.Struct, frozen=True):
    """From now on, until trading is opened again, whatever opens is an alarm."""


Event: TypeAlias = (
    QuotesSeen
    | AccountEvent
    | AccountEventUnread
    | StreamConnecting
    | StreamUp
    | StreamDelayed
    | QuotesMissing
    | StreamDown
    | StreamRefused
    | ServerNotice
    | MalformedFrame
    | PositionsRead
    | OrdersRead
    | AccountRead
    | CurrencyTold
    | KeyRead
    | SymbolsRead
    | SpecRead
    | HistoryRead
    | HistoryPartRead
    | ReadFailed
    | BudgetSeen
    | DateHeard
    | DayReferences
    | Message
    | IntentMoved
    | TradingChanged
    | KillSwitchPressed
)
