"""Positions and orders stay true whatever order the stream and the reads arrive in."""

from decimal import Decimal

import pytest

from tests.unit.two_mouthed_server import PRICE, Server, limit_order, long
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.read_states import Failing, NeverRead, ReadAt
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import (
    DealDone,
    OrderAdded,
    OrderRemoved,
    OrdersRead,
    PositionUpdated,
    ReadFailed,
    Reading,
)


@pytest.fixture
def server() -> Server:
    return Server()


def test_an_opened_position_is_shown_at_once_at_its_open_price(server: Server) -> None:
    server.tells_opened(7)
    assert server.store.positions[7] == long(7)
    assert server.store.drain().positions
    assert server.texts() == ["EURUSD 7 opened: buy 0.10 at 1.10000"]


def test_a_stop_that_nothing_has_told_of_is_not_known(server: Server) -> None:
    """An opening that the stream tells of carries no stops: None is no word that there are none."""
    knows = server.store.knows_stop
    server.tells_opened(7)
    assert not knows(7, StopKind.SL)
    assert not knows(7, StopKind.TP)
    server.store.apply(PositionUpdated(7, sl=Decimal("1.09000")))
    assert knows(7, StopKind.SL)
    assert not knows(7, StopKind.TP)
    server.lists_now(long(7))
    assert knows(7, StopKind.TP)
    server.lists_now()
    assert knows(7, StopKind.TP), "it was read, whatever a later list lacks"


def test_an_event_before_its_snapshot_is_not_lost(server: Server) -> None:
    mark = server.store.mark()
    server.tells_opened(7)
    server.tells_profit(3, "5.00", "1.10050")
    server.tells_closed(4)
    server.lists(mark, long(3, sl="1.09000"), long(4))
    assert server.shown == {3, 4, 7}
    assert server.store.doubted == {4}
    held = server.store.positions[3]
    assert (held.profit, held.price_current, held.sl) == (
        Decimal("5.00"),
        Decimal("1.10050"),
        Decimal("1.09000"),
    )
    server.lists_now(long(3), long(7))
    assert server.shown == {3, 7}


def test_what_the_snapshot_knew_already_is_not_laid_over_it(server: Server) -> None:
    server.tells_opened(7)
    server.tells_profit(7, "5.00", "1.10050")
    server.passes(1)
    server.lists(server.store.mark(), long(7, lots="0.05", profit="9.00", sl="1.09"))
    assert server.store.positions[7] == long(7, lots="0.05", profit="9.00", sl="1.09")


def test_a_snapshot_older_than_a_close_does_not_raise_the_dead(server: Server) -> None:
    mark = server.store.mark()
    server.lists(mark, long(7))
    late, later = server.store.mark(), server.store.mark()
    server.tells_closed(7)
    server.lists_now()
    assert server.shown == set()
    server.lists(late, long(7))
    server.lists(later, long(7))
    assert server.shown == set()


def test_a_wall_clock_that_was_set_back_raises_no_dead_either(server: Server) -> None:
    server.clock.wall_is_off_by = 3_600.0
    late = server.store.mark()
    server.clock.wall_is_off_by = 0.0
    server.tells_opened(7)
    server.tells_closed(7)
    server.lists_now()
    server.lists(late, long(7))
    assert server.shown == set()


def test_a_closed_ticket_stays_away_from_a_server_that_lags(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.tells_closed(7)
    server.passes(29)
    server.lists_now(long(7))
    assert server.shown == set()


def test_snapshots_that_overtake_each_other(server: Server) -> None:
    first, second = server.store.mark(), server.store.mark()
    server.lists(second, long(1), long(2))
    server.store.drain()
    server.lists(first, long(9))
    assert server.shown == {1, 2}
    assert not server.store.drain().positions


def test_repeated_events_change_nothing(server: Server) -> None:
    server.lists_now(long(7, lots="0.05", sl="1.09"))
    server.tells_opened(7)
    assert server.store.positions[7] == long(7, lots="0.05", sl="1.09")
    server.tells_closed(7)
    server.lists_now()
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
    server.lists_now()
    before = server.store.mark()
    server.tells_opened(7)
    server.lists(before, long(7))
    assert server.shown == set()
    server.lists_now(long(7))
    assert server.shown == {7}


def test_a_late_opening_does_not_bring_back_what_is_ended(server: Server) -> None:
    server.lists_now(long(7))
    server.passes(1)
    server.tells_closed(7)
    server.lists_now()
    server.tells_opened(7)
    assert server.shown == set()
    server.lists_now(long(7))
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


def test_pending_orders_follow_the_same_rules(server: Server) -> None:
    store = server.store
    mark = store.mark()
    store.apply(OrderAdded(limit_order(1)))
    store.apply(OrdersRead((limit_order(2),), mark))
    assert set(store.orders) == {1, 2}
    late = store.mark()
    store.apply(OrderRemoved(2))
    store.apply(OrdersRead((limit_order(1), limit_order(2)), late))
    assert set(store.orders) == {1, 2}
    store.apply(OrdersRead((limit_order(1),), store.mark()))
    assert set(store.orders) == {1}
    assert store.drain().orders
    assert "Pending order 2, buy limit 0.10 EURUSD at 1.10000, is gone" in server.texts()[-1]


def test_how_well_each_list_is_known_is_a_state(server: Server) -> None:
    store, now = server.store, server.clock.now
    down = ServerFault(500, "")
    assert store.read_state(Reading.POSITIONS) == NeverRead()
    store.apply(ReadFailed(Reading.POSITIONS, down, now()))
    assert isinstance(store.read_state(Reading.POSITIONS), NeverRead)
    asked = store.mark()
    server.lists(asked)
    assert store.read_state(Reading.POSITIONS) == ReadAt(asked.asked)
    server.passes(1)
    since = now()
    store.apply(ReadFailed(Reading.POSITIONS, down, since))
    server.passes(1)
    store.apply(ReadFailed(Reading.POSITIONS, down, now()))
    match store.read_state(Reading.POSITIONS):
        case Failing(asked=when, since=first):
            assert (when, first) == (asked.asked, since)
        case other:
            raise AssertionError(other)


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
        server.lists_now()
        server.passes(2)
    assert server.shown == set()
    assert len(server.store._holdings._positions._tracks) < 1_000
