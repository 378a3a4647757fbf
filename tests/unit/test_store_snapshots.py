"""Positions and orders stay true whatever order the stream and the reads arrive in."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import (
    DealDone,
    OrderAdded,
    OrderRemoved,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    SnapshotMark,
)
from xbtfx_tui.domain.positions import Deal, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.store.store import Store

PRICE = Decimal("1.10000")


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

    @property
    def shown(self) -> set[int]:
        return set(self.store.positions)

    def texts(self) -> list[str]:
        return [said.text for said in self.store.messages]


def long(ticket: int, lots: str = "0.10", profit: str = "0", sl: str | None = None) -> Position:
    stop = None if sl is None else Decimal(sl)
    return Position(ticket, "EURUSD", Side.BUY, Decimal(lots), PRICE, PRICE, stop, None, Decimal(profit))


def limit_order(ticket: int) -> PendingOrder:
    return PendingOrder(ticket, "EURUSD", OrderKind.BUY_LIMIT, Decimal("0.10"), PRICE)


@pytest.fixture
def server() -> Server:
    return Server()


def test_an_opened_position_is_shown_at_once_at_its_open_price(server: Server) -> None:
    server.tells_opened(7)
    assert server.store.positions[7] == long(7)
    assert server.store.drain().positions
    assert server.texts() == ["EURUSD 7 opened: buy 0.10 at 1.10000"]


def test_an_event_before_its_snapshot_is_not_lost(server: Server) -> None:
    mark = server.store.mark()
    server.tells_opened(7)
    server.tells_profit(3, "5.00", "1.10050")
    server.tells_closed(4)
    server.lists(mark, long(3, sl="1.09000"), long(4))
    assert server.shown == {3, 7}
    held = server.store.positions[3]
    assert (held.profit, held.price_current, held.sl) == (
        Decimal("5.00"),
        Decimal("1.10050"),
        Decimal("1.09000"),
    )


def test_what_the_snapshot_knew_already_is_not_laid_over_it(server: Server) -> None:
    server.tells_opened(7)
    server.tells_profit(7, "5.00", "1.10050")
    server.passes(1)
    server.lists(server.store.mark(), long(7, lots="0.05", profit="9.00", sl="1.09"))
    assert server.store.positions[7] == long(7, lots="0.05", profit="9.00", sl="1.09")


def test_a_snapshot_older_than_a_close_does_not_raise_the_dead(server: Server) -> None:
    mark = server.store.mark()
    server.lists(mark, long(7))
    late = server.store.mark()
    server.tells_closed(7)
    server.lists(late, long(7))
    assert server.shown == set()


def test_a_wall_clock_that_was_set_back_raises_no_dead_either(server: Server) -> None:
    server.clock.wall_is_off_by = 3_600.0
    late = server.store.mark()
    server.clock.wall_is_off_by = 0.0
    server.tells_opened(7)
    server.tells_closed(7)
    server.lists(late, long(7))
    assert server.shown == set()


def test_a_closed_ticket_stays_away_from_a_server_that_lags(server: Server) -> None:
    server.lists(server.store.mark(), long(7))
    server.tells_closed(7)
    server.passes(29)
    server.lists(server.store.mark(), long(7))
    assert server.shown == set()


def test_half_a_minute_after_the_close_the_snapshot_is_believed(server: Server) -> None:
    server.lists(server.store.mark(), long(7))
    server.tells_closed(7)
    server.passes(30)
    server.lists(server.store.mark(), long(7))
    assert server.shown == {7}
    server.tells_profit(7, "1.00", "1.10010")
    assert server.store.positions[7].profit == Decimal("1.00")


def test_a_new_position_survives_a_snapshot_that_does_not_list_it_yet(server: Server) -> None:
    server.tells_opened(7)
    server.passes(2.9)
    server.lists(server.store.mark())
    assert server.shown == {7}
    server.passes(0.2)
    server.lists(server.store.mark())
    assert server.shown == set()


def test_snapshots_that_overtake_each_other(server: Server) -> None:
    first, second = server.store.mark(), server.store.mark()
    server.lists(second, long(1), long(2))
    server.store.drain()
    server.lists(first, long(9))
    assert server.shown == {1, 2}
    assert not server.store.drain().positions


def test_repeated_events_change_nothing(server: Server) -> None:
    server.lists(server.store.mark(), long(7, lots="0.05", sl="1.09"))
    server.tells_opened(7)
    assert server.store.positions[7] == long(7, lots="0.05", sl="1.09")
    server.tells_closed(7)
    server.tells_closed(7)
    server.tells_opened(7)
    server.tells_profit(7, "1", "1.2")
    assert server.shown == set()
    assert server.texts() == ["EURUSD 7 closed, -12.30"]


def test_a_close_that_overtook_its_opening_shows_no_phantom(server: Server) -> None:
    server.tells_closed(7)
    server.tells_opened(7)
    assert server.shown == set()


def test_a_ticket_opened_again_after_its_close_is_decided_by_the_next_snapshot(server: Server) -> None:
    server.tells_opened(7)
    server.tells_closed(7)
    before = server.store.mark()
    server.tells_opened(7)
    server.lists(before, long(7))
    assert server.shown == set()
    server.lists(server.store.mark(), long(7))
    assert server.shown == {7}


def test_a_late_opening_does_not_bring_back_what_a_snapshot_ended(server: Server) -> None:
    server.lists(server.store.mark(), long(7))
    server.passes(1)
    server.lists(server.store.mark())
    server.tells_opened(7)
    assert server.shown == set()
    server.lists(server.store.mark(), long(7))
    assert server.shown == {7}


def test_an_update_may_carry_volume_and_stops(server: Server) -> None:
    server.lists(server.store.mark(), long(7))
    server.store.apply(PositionUpdated(7, volume=Decimal("0.04"), sl=Decimal("1.08")))
    held = server.store.positions[7]
    assert (held.volume, held.sl, held.profit) == (Decimal("0.04"), Decimal("1.08"), Decimal(0))


def test_a_price_without_its_profit_moves_no_anchor(server: Server) -> None:
    server.lists(server.store.mark(), long(7, profit="5"))
    server.store.apply(PositionUpdated(7, price_current=Decimal("1.20000")))
    assert server.store.positions[7] == long(7, profit="5")


def test_a_close_that_only_a_snapshot_showed_is_said_once_the_stream_had_its_time(server: Server) -> None:
    server.lists(server.store.mark(), long(7), long(8))
    server.passes(15)
    server.lists(server.store.mark())
    assert server.texts() == []
    server.tells_closed(7, "4.00")
    server.passes(15)
    server.lists(server.store.mark())
    server.passes(15)
    server.lists(server.store.mark())
    assert server.texts() == [
        "EURUSD 7 closed, +4.00",
        "EURUSD 8 is no longer open; the history has its deal.",
    ]


def test_pending_orders_follow_the_same_rules(server: Server) -> None:
    store = server.store
    mark = store.mark()
    store.apply(OrderAdded(limit_order(1)))
    store.apply(OrdersRead((limit_order(2),), mark))
    assert set(store.orders) == {1, 2}
    late = store.mark()
    store.apply(OrderRemoved(2))
    store.apply(OrdersRead((limit_order(1), limit_order(2)), late))
    assert set(store.orders) == {1}
    assert store.drain().orders
    assert "Pending order 2, buy limit 0.10 EURUSD at 1.10000, is gone" in server.texts()[-1]


def test_deals_of_the_stream_are_kept_once_each(server: Server) -> None:
    deal = Deal(5, "EURUSD", Side.BUY, None, Decimal("0.1"), PRICE, Decimal(0))
    server.store.apply(DealDone(deal))
    server.store.apply(DealDone(deal))
    (kept,) = server.store.recent_deals
    # The stream names no time: it is told as it happens, and the day's loss counts it to that day.
    assert kept == deal.timed(server.clock.now().wall)
    assert kept.time is not None
    assert server.store.drain().deals


def test_what_is_remembered_of_old_tickets_is_bounded(server: Server) -> None:
    for ticket in range(3_000):
        server.tells_opened(ticket)
        server.tells_closed(ticket)
        server.passes(2)
    assert len(server.store._positions._tracks) < 1_000
