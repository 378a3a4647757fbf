"""A server that tells by its stream and by its lists, each for itself; what a test lets it hold."""

from decimal import Decimal

from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    HistoryRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    SnapshotMark,
)
from xbtfx_tui.store.store import Store

PRICE = Decimal("1.10000")
NETTING = KeyStatus(1, "standard", "active", frozenset({Permission.READ}), MarginMode.NETTING)


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.wall_is_off_by = 0.0

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds + self.wall_is_off_by)


class Server:
    """The server's two mouths: what the stream tells, and what a read asked at some moment answers."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = Store(self.clock)

    def passes(self, seconds: float) -> None:
        self.clock.seconds += seconds

    def tells_opened(self, ticket: int, lots: str = "0.10") -> None:
        self.store.apply(PositionOpened(ticket, "EURUSD", Side.BUY, Decimal(lots), PRICE))

    def tells_closed(self, ticket: int, profit: str | None = "-12.30") -> None:
        self.store.apply(PositionClosed(ticket, "EURUSD", None if profit is None else Decimal(profit)))

    def tells_profit(self, ticket: int, profit: str, price: str) -> None:
        self.store.apply(PositionUpdated(ticket, Decimal(profit), Decimal(price)))

    def lists(self, mark: SnapshotMark, *positions: Position) -> None:
        self.store.apply(PositionsRead(positions, mark))

    def lists_now(self, *positions: Position) -> None:
        self.lists(self.store.mark(), *positions)

    def history_has(self, *deals: Deal) -> None:
        self.store.apply(HistoryRead(HistoryPeriod.TODAY, deals))

    @property
    def shown(self) -> set[int]:
        return set(self.store.positions)

    def texts(self) -> list[str]:
        return [said.text for said in self.store.messages]


def long(ticket: int, lots: str = "0.10", profit: str = "0", sl: str | None = None) -> Position:
    stop = None if sl is None else Decimal(sl)
    return Position(ticket, "EURUSD", Side.BUY, Decimal(lots), PRICE, PRICE, stop, None, Decimal(profit))


def deal(number: int, ticket: int, entry: DealEntry, lots: str = "0.10") -> Deal:
    side = Side.BUY if entry is DealEntry.IN else Side.SELL
    nothing = Decimal(0)
    return Deal(number, "EURUSD", side, entry, Decimal(lots), PRICE, nothing, None, number, ticket)


def limit_order(ticket: int) -> PendingOrder:
    return PendingOrder(ticket, "EURUSD", OrderKind.BUY_LIMIT, Decimal("0.10"), PRICE)
