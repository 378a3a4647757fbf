"""What waits for a client of the stream: of quotes the latest, of account events every one, in order."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    Dialect,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.market.paper_market import BookLevel, Tick
from xbtfx_tui.paper.ports import Levels
from xbtfx_tui.paper.service.rate_limits import StreamLimits
from xbtfx_tui.paper.service.stream_hub import Client, Hub
from xbtfx_tui.paper.service.stream_messages import QuoteStyle

NOON = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp() * 1000)


def tick(bid: str, symbol: str = "EURUSD") -> Tick:
    return Tick(symbol, Decimal(bid), Decimal(bid) + Decimal("0.00002"), NOON)


def some_depth(symbol: str) -> Levels:
    return (BookLevel(Decimal("1.1"), 5.0),), (BookLevel(Decimal("1.10002"), 7.0),)


class Desk:
    """A hub with one client that counts how often it was woken and whether it was cut."""

    def __init__(self, dialect: Dialect = Dialect.CURRENT) -> None:
        self.woken = 0
        self._cut = False
        self.hub = Hub([tick("1.10000"), tick("1.30000", "GBPUSD")], some_depth, QuoteStyle(ApiForm.RICH))
        self.client = Client(dialect, StreamLimits(event_queue=3), self._wakes, self._cuts)
        assert self.hub.joins(self.client)

    def _wakes(self) -> None:
        self.woken += 1

    def _cuts(self) -> None:
        self._cut = True

    def is_cut(self) -> bool:
        return self._cut

    def bids(self, now: float) -> list[float]:
        return [json.loads(frame)["bid"] for frame in self.client.take(now)]

    def words(self, now: float = 0.0) -> list[str]:
        return [json.loads(frame)["event"] for frame in self.client.take(now)]

    def happens(self, *events: AccountEvent) -> None:
        moves = [event for event in events if isinstance(event, PositionUpdated)]
        self.hub.publish([], [event for event in events if event not in moves], moves)


def test_the_current_quote_is_due_at_once_and_the_latest_wins_after() -> None:
    desk = Desk()
    desk.hub.subscribes(desk.client, ["EURUSD"], depth=False)
    assert desk.woken == 1
    assert desk.bids(now=0.0) == [1.1]
    for bid in ("1.10001", "1.10002", "1.10003"):
        desk.hub.publish([tick(bid)], [], [])
    assert desk.bids(now=0.19) == []
    assert desk.bids(now=0.2) == [1.10003]
    assert desk.bids(now=0.4) == []


def test_only_what_is_subscribed_is_due() -> None:
    desk = Desk()
    desk.hub.subscribes(desk.client, ["EURUSD", "EURUSD", "NOPE"], depth=False)
    assert len(desk.client.subscriptions) == 1
    desk.client.take(0.0)
    desk.hub.publish([tick("1.30001", "GBPUSD")], [], [])
    assert desk.bids(now=1.0) == []
    desk.hub.publish([tick("1.10001")], [], [])
    desk.hub.unsubscribes(desk.client, ["EURUSD", "GBPUSD"])
    assert desk.bids(now=1.0) == []


@pytest.mark.parametrize(("dialect", "word"), [(Dialect.CURRENT, "channel"), (Dialect.OLDER, "type")])
def test_each_dialect_has_its_own_word(dialect: Dialect, word: str) -> None:
    desk = Desk(dialect)
    desk.hub.subscribes(desk.client, ["EURUSD"], depth=False)
    (frame,) = desk.client.take(0.0)
    assert json.loads(frame)[word] == "quote"


def test_a_quotes_text_is_made_once_for_all_who_want_it() -> None:
    desk, asked = Desk(), []

    def depth_of(symbol: str) -> Levels:
        asked.append(symbol)
        return some_depth(symbol)

    hub = Hub([tick("1.10000")], depth_of, QuoteStyle(ApiForm.RICH))
    clients = [Client(Dialect.CURRENT, StreamLimits(), lambda: None, lambda: None) for _ in range(3)]
    for client in clients:
        hub.subscribes(client, ["EURUSD"], depth=True)
    frames = [client.take(0.0)[0] for client in clients]
    assert frames[0] is frames[1] is frames[2]
    assert asked == ["EURUSD"]
    assert json.loads(frames[0])["depth"] == {"bids": [[1.1, 5.0]], "asks": [[1.10002, 7.0]]}
    assert desk.woken == 0


def test_account_events_come_in_order_and_before_moves() -> None:
    desk = Desk()
    desk.client.wants_account = True
    desk.happens(
        PositionUpdated(7, Decimal(1), Decimal("1.1")),
        PositionOpened(8, "EURUSD", Side.BUY, Decimal("0.1"), Decimal("1.1")),
        OrderRemoved(9),
    )
    assert desk.words() == ["open", "remove", "update"]


def test_a_position_that_closed_is_not_updated_after_it() -> None:
    desk = Desk()
    desk.client.wants_account = True
    desk.happens(PositionUpdated(7, Decimal(1), Decimal("1.1")))
    desk.happens(PositionClosed(7, "EURUSD", Decimal(2)))
    assert desk.words() == ["close"]


def test_of_a_positions_moves_the_latest_wins() -> None:
    desk = Desk()
    desk.client.wants_account = True
    for profit in range(50):
        desk.happens(PositionUpdated(7, Decimal(profit), Decimal("1.1")))
    (frame,) = desk.client.take(0.0)
    assert json.loads(frame)["profit"] == 49
    assert not desk.is_cut()


def test_events_that_nobody_reads_cut_the_client_and_are_never_dropped() -> None:
    desk = Desk()
    desk.client.wants_account = True
    desk.happens(*[OrderRemoved(ticket) for ticket in range(3)])
    assert not desk.is_cut()
    desk.happens(OrderRemoved(3))
    assert desk.is_cut()
    assert len(desk.client.events) == 4


def test_without_the_account_channel_no_account_event_waits() -> None:
    desk = Desk()
    desk.happens(OrderRemoved(1))
    assert desk.words() == []
