"""Quotes that a thin line brings late are not taken for fresh, and no clock that steps makes them late."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.one_connection import Line, at
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import Dialect, QuotesSeen, StreamDelayed
from xbtfx_tui.store.feed_state import FeedLive
from xbtfx_tui.store.latest_quotes import Fresh, QuoteBoard, Stale
from xbtfx_tui.stream.quote_delay import STUCK_AFTER, DelayMeter

SERVER = 1_760_000_000.0
"""The server's clock when the terminal's shows 0."""


def stamped(unix: float) -> datetime:
    return datetime.fromtimestamp(unix, UTC)


class Market:
    """A live line whose quotes were made `late` seconds before they come."""

    def __init__(self, dialect: Dialect = Dialect.CURRENT) -> None:
        self.line = Line(dialect, "EURUSD").goes_live()
        self.line.events.clear()
        self.server = SERVER

    def comes(self, late: float = 0.0, seconds: float = 0.5) -> None:
        """Time passes, and a quote arrives that was made so long before."""
        self.line.passes(seconds)
        quote = {
            "channel": "quote",
            "type": "quote",
            "symbol": "EURUSD",
            "bid": 1.1,
            "ask": 1.2,
            "time": self.server + self.line.time - late,
        }
        self.line.says(quote)

    def pongs(self) -> None:
        self.line.says({"action": "pong"})

    @property
    def told(self) -> list[float]:
        """The delays that were told, oldest first."""
        return [event.seconds for event in self.line.events if isinstance(event, StreamDelayed)]

    @property
    def pings(self) -> int:
        return sum(1 for frame in self.line.flows() if frame == {"action": "ping"})


def in_flow(*, late: float = 0.0) -> Market:
    market = Market()
    for _ in range(20):
        market.comes(late)
    return market


def test_quotes_that_keep_their_pace_are_not_late_whatever_the_clocks_say() -> None:
    market = in_flow(late=3600.0)
    assert market.told == []
    assert market.pings == 0


def test_a_line_that_falls_behind_is_asked_and_the_delay_told_once_the_answer_is_held_up() -> None:
    market = in_flow()
    for late in (0.5, 1.0, 1.5):
        market.comes(late, seconds=0.6)
    assert market.pings == 0
    market.comes(2.5, seconds=1.1)
    assert market.pings == 1
    market.comes(3.0, seconds=0.6)
    assert market.told == []
    market.comes(3.5, seconds=0.6)
    assert market.told == [pytest.approx(3.5, abs=0.01)]
    market.comes(4.5, seconds=1.1)
    assert market.told[-1] == pytest.approx(4.5, abs=0.01)
    market.comes(0.0)
    assert market.told[-1] == 0.0


def test_a_clock_that_stepped_is_learnt_anew_when_the_ping_is_answered_at_once() -> None:
    market = in_flow()
    market.server -= 3.0  # the server's clock was set back: its quotes look three seconds late
    for _ in range(8):
        market.comes()
    assert market.pings == 1
    market.pongs()
    for _ in range(20):
        market.comes()
    assert market.told == []
    assert market.pings == 0


def test_an_answer_that_got_lost_long_ago_makes_no_later_one_late() -> None:
    market = in_flow()
    market.comes(seconds=30.0)
    market.comes()
    assert market.pings == 1  # the keep-alive, and nobody ever answers it
    market.comes(seconds=10.0)
    market.server -= 3.0
    for _ in range(8):
        market.comes()
    assert market.pings == 1
    market.pongs()
    for _ in range(20):
        market.comes()
    assert market.told == []


def test_a_late_answer_proves_it_and_it_is_asked_again() -> None:
    market = in_flow()
    market.comes(6.0, seconds=6.1)
    assert market.pings == 1
    market.comes(6.5, seconds=0.6)
    market.comes(7.0, seconds=0.6)
    market.pongs()
    assert market.told[-1] == pytest.approx(7.0, abs=0.01)
    for _ in range(5):
        market.comes(7.0)
    assert market.pings == 1
    assert market.told[-1] == pytest.approx(7.0, abs=0.01)


def test_a_price_that_stood_says_nothing() -> None:
    market = in_flow()
    market.comes(5_000.0)  # a symbol's last quote of long ago, sent as it was put on the watchlist
    market.comes()
    assert market.told == []
    assert market.pings == 0


def test_a_clock_set_back_for_good_is_followed_after_a_while() -> None:
    meter = DelayMeter()
    meter.look(stamped(SERVER), at(0.0))
    meter.look(stamped(SERVER - 3600 + 30), at(30.0))
    assert meter.suspected == 0.0
    meter.look(stamped(SERVER - 3600 + STUCK_AFTER + 1), at(STUCK_AFTER + 1))
    meter.look(stamped(SERVER - 3600 + STUCK_AFTER + 2), at(STUCK_AFTER + 2))
    meter.look(stamped(SERVER - 3600 + STUCK_AFTER + 3), at(STUCK_AFTER + 8))
    assert meter.suspected == pytest.approx(5.0, abs=0.01)


@given(st.floats(-1e-4, 0.99e-4), st.floats(0.0, 1.5), st.integers(1, 10))
def test_clocks_that_drift_apart_are_never_late(drift: float, jitter: float, hours: int) -> None:
    meter = DelayMeter()
    for step in range(hours * 60):
        now = step * 60.0
        meter.look(stamped(SERVER + now * (1 + drift) - jitter * (step % 2)), at(now))
        assert meter.suspected < 2.0


def test_a_quote_without_a_time_is_no_ground_for_anything() -> None:
    meter = DelayMeter()
    meter.look(stamped(SERVER), at(0.0))
    meter.look(None, at(100.0))
    assert meter.suspected == 0.0


def test_a_price_that_came_late_is_as_old_as_it_is() -> None:
    board = QuoteBoard()
    board.see(QuotesSeen((Quote("EURUSD", 1.1, 1.2),), at(100.0)))
    assert isinstance(board.freshness("EURUSD", at(101.0), FeedLive(Dialect.CURRENT)), Fresh)
    late = board.freshness("EURUSD", at(101.0), FeedLive(Dialect.CURRENT, late=12.0))
    assert isinstance(late, Stale)
    assert late.age == pytest.approx(13.0)
