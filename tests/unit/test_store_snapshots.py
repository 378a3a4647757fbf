"""Positions and orders stay true whatever order the stream and the reads arrive in."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import (
    DealDone,
    HistoryRead,
    KeyRead,
    Loudness,
    OrderAdded,
    OrderRemoved,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    PositionUpdated,
    ReadFailed,
    Reading,
    SnapshotMark,
)
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.read_states import Failing, NeverRead, ReadAt
from xbtfx_tui.domain.sides import Side
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


def test_one_witness_of_an_end_is_a_doubt_and_two_are_the_end(server: Server) -> None:
    server.lists_now(long(7), long(8), long(9))
    server.tells_closed(7)
    assert server.store.doubt_of(7) == "told closed by the stream; the list is being read"
    server.passes(0.3)
    server.lists_now(long(9))
    assert server.shown == {8, 9}
    assert server.store.doubt_of(8) == "missing in the last list"
    assert server.store.doubt_of(9) is None
    server.tells_closed(8, "4.00")
    assert server.shown == {9}
    assert [text for text in server.texts() if "closed, " in text] == [
        "EURUSD 7 closed, -12.30",
        "EURUSD 8 closed, +4.00",
    ]


def test_an_empty_list_alone_never_ends_what_the_stream_goes_on_with(server: Server) -> None:
    server.lists_now(long(7))
    for _ in range(20):
        server.passes(15)
        server.history_has()
        server.lists_now()
        server.tells_profit(7, "5.00", "1.10050")
    assert server.shown == {7}
    server.lists_now(long(7))
    assert server.store.doubted == frozenset()


def test_an_empty_list_for_20_s_ends_nothing(server: Server) -> None:
    server.lists_now(long(7))
    for _ in range(40):
        server.passes(0.5)
        server.lists_now()
        server.history_has()
    assert server.shown == {7}


def test_where_no_second_witness_can_be_had_long_looking_ends_it(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    for _ in range(2):
        server.passes(15)
        server.lists_now()
    assert server.shown == {7}, "the history has not answered"
    server.history_has()
    server.passes(15)
    server.lists_now()
    assert server.shown == set()
    assert server.texts()[-1] == (
        "EURUSD 7 is no longer in the list of positions, and no deal of its end was found in the history."
    )


def test_a_deal_of_its_end_and_a_list_without_it_are_its_end(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.history_has(deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT, "0.04"))
    assert server.shown == {7}
    server.history_has(
        deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT, "0.04"), deal(3, 7, DealEntry.OUT, "0.06")
    )
    assert server.shown == set()
    assert server.texts()[-1] == "EURUSD 7 closed; the history has its deal."


def test_of_a_position_older_than_the_history_only_a_new_deal_counts(server: Server) -> None:
    part = deal(2, 7, DealEntry.OUT)
    server.lists_now(long(7))
    server.lists_now()
    server.history_has(part)
    assert server.shown == {7}, "what was known before is not known"
    server.lists_now(long(7))
    server.history_has(part)
    server.lists_now()
    server.history_has(part)
    assert server.shown == {7}
    server.history_has(part, deal(3, 7, DealEntry.OUT))
    assert server.shown == set()


def test_a_stream_that_tells_a_false_close_hides_nothing(server: Server) -> None:
    server.lists_now(long(7))
    server.tells_closed(7)
    for _ in range(3):
        server.passes(15)
        server.lists_now(long(7))
        assert server.shown == {7}
    assert server.store.doubted == frozenset()
    assert not any("closed" in text for text in server.texts())


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


def test_a_ticket_that_comes_back_is_a_loud_correction(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.tells_closed(7)
    assert server.shown == set()
    server.passes(30)
    server.lists_now(long(7))
    assert server.shown == {7}
    last = server.store.messages[-1]
    assert last.loudness is Loudness.ERROR
    assert last.text == (
        "CORRECTION: EURUSD 7, buy 0.10, was told as closed and is in the list again: it is open."
    )
    server.tells_profit(7, "1.00", "1.10010")
    assert server.store.positions[7].profit == Decimal("1.00")


def test_lists_that_lag_by_a_minute_raise_no_dead_whose_deal_is_known(server: Server) -> None:
    server.lists_now(long(7))
    server.tells_closed(7)
    server.history_has(deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT))
    assert server.shown == set()
    server.passes(60)
    server.lists_now(long(7))
    assert server.shown == set()


def test_a_new_position_survives_lists_that_do_not_have_it_yet(server: Server) -> None:
    server.lists_now()
    server.tells_opened(7)
    assert server.store.doubt_of(7) == "told by the stream, not in the list yet"
    server.passes(2.9)
    server.lists_now()
    assert server.store.doubted == frozenset()
    server.passes(60)
    server.lists_now()
    assert server.shown == {7}
    assert server.store.doubted == {7}


def test_a_netting_positions_new_ticket_ends_the_old_one(server: Server) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    server.lists_now(long(8))
    assert server.shown == {8}


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


def test_what_a_list_lacks_is_said_once(server: Server) -> None:
    server.lists_now(long(7), long(8))
    server.passes(15)
    server.lists_now()
    server.passes(5)
    server.lists_now()
    assert server.texts() == [
        "Positions 7, 8 are missing in the last list, and nothing else tells of a close: shown with a mark "
        "until that is certain."
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
    assert set(store.orders) == {1, 2}
    store.apply(OrdersRead((limit_order(1),), store.mark()))
    assert set(store.orders) == {1}
    assert store.drain().orders
    assert "Pending order 2, buy limit 0.10 EURUSD at 1.10000, is gone" in server.texts()[-1]


def test_a_pending_order_whose_deal_is_known_was_triggered(server: Server) -> None:
    server.store.apply(OrdersRead((limit_order(1),), server.store.mark()))
    server.store.apply(OrdersRead((), server.store.mark()))
    server.history_has(deal(1, 1, DealEntry.IN))
    assert not server.store.orders
    assert server.texts()[-1].endswith("is gone: triggered")


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
