"""One connection of the stream, frame by frame, without a socket."""

import json

import pytest

from tests.unit.one_connection import AUTH_OK, KEY, Line, at, quote, subscribes, unsubscribes
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import (
    Dialect,
    MalformedFrame,
    OrderRemoved,
    PositionClosed,
    QuotesSeen,
    ServerNotice,
    StreamUp,
)
from xbtfx_tui.stream.reconnect_policy import Lost, Unanswered
from xbtfx_tui.stream.stream_session import WebSocketPing


def test_the_way_up_in_the_current_dialect() -> None:
    line = Line(Dialect.CURRENT, "XAUUSD", "EURUSD", depth="EURUSD")
    assert line.flows() == [{"action": "auth", "token": KEY.reveal()}]
    line.says(AUTH_OK[Dialect.CURRENT])
    assert line.events == []
    assert line.flows() == [
        {"action": "subscribe", "channel": "account"},
        subscribes("EURUSD", depth=True),
        subscribes("XAUUSD"),
    ]
    assert line.events == [StreamUp(Dialect.CURRENT)]


def test_the_way_up_in_the_older_dialect() -> None:
    line = Line(Dialect.OLDER, "XAUUSD", "EURUSD", depth="EURUSD")
    assert line.flows() == [{"type": "auth", "api_key": KEY.reveal()}]
    line.says(AUTH_OK[Dialect.OLDER])
    assert line.flows() == [{"type": "subscribe", "symbols": ["EURUSD", "XAUUSD"]}]
    assert not line.session.has_news
    assert line.events == [StreamUp(Dialect.OLDER)]


def test_with_nothing_to_subscribe_it_is_up_all_the_same() -> None:
    line = Line(Dialect.OLDER)
    line.flows()
    line.says(AUTH_OK[Dialect.OLDER])
    assert line.session.has_news
    assert line.flows() == []
    assert line.events == [StreamUp(Dialect.OLDER)]


def test_a_quote_reaches_the_store_with_the_moment_it_was_read() -> None:
    line = Line(Dialect.CURRENT, "EURUSD").goes_live()
    line.time = 3.5
    line.says(quote())
    assert line.events[-1] == QuotesSeen((Quote("EURUSD", 1.1, 1.2),), at(3.5))


def test_a_quote_that_nobody_asked_for_is_dropped() -> None:
    line = Line(Dialect.CURRENT, "EURUSD").goes_live()
    line.says(quote("GBPUSD"))
    assert line.events == [StreamUp(Dialect.CURRENT)]
    line.wants("GBPUSD")
    line.says(quote("EURUSD"))
    line.says(quote("GBPUSD"))
    assert line.events[1:] == [QuotesSeen((Quote("GBPUSD", 1.1, 1.2),), at(0))]


def test_account_events_come_through_in_their_order_once_the_key_is_accepted() -> None:
    line = Line()
    line.says({"channel": "position", "event": "close", "ticket": 50})
    line.goes_live()
    line.says({"channel": "position", "event": "close", "ticket": 51})
    line.says({"channel": "order", "event": "remove", "ticket": 9})
    assert line.events == [StreamUp(Dialect.CURRENT), PositionClosed(51), OrderRemoved(9)]


def test_only_what_changed_is_sent() -> None:
    line = Line(Dialect.CURRENT, "EURUSD", "XAUUSD").goes_live()
    assert line.wants("EURUSD", "XAUUSD") == []
    assert line.wants("EURUSD", "GBPUSD", "BTCUSD") == [
        unsubscribes("XAUUSD"),
        subscribes("BTCUSD", "GBPUSD"),
    ]
    assert line.wants() == [unsubscribes("BTCUSD", "EURUSD", "GBPUSD")]


def test_depth_moves_from_symbol_to_symbol() -> None:
    line = Line(Dialect.CURRENT, "EURUSD", "XAUUSD", depth="EURUSD").goes_live()
    assert line.wants("EURUSD", "XAUUSD", depth="XAUUSD") == [
        unsubscribes("EURUSD", "XAUUSD"),
        subscribes("XAUUSD", depth=True),
        subscribes("EURUSD"),
    ]
    assert line.wants("EURUSD", depth="BTCUSD") == [unsubscribes("XAUUSD"), subscribes("BTCUSD", depth=True)]


def test_what_is_wanted_before_the_key_is_accepted_is_sent_after() -> None:
    line = Line()
    line.flows()
    assert line.wants("EURUSD") == []
    line.says(AUTH_OK[Dialect.CURRENT])
    assert line.flows() == [{"action": "subscribe", "channel": "account"}, subscribes("EURUSD")]


def test_long_lists_go_in_pieces_and_never_over_the_limit() -> None:
    line = Line().goes_live()
    frames = line.wants(*(f"S{number:04}" for number in range(1100)), depth="S1099")
    lists = [frame["symbols"] for frame in frames if isinstance(frame, dict)]
    assert max(map(len, lists)) <= 100
    assert sum(map(len, lists)) == 1000
    assert lists[0] == ["S1099"]
    assert line.events[1:] == [
        ServerNotice("subscription_limit", "100 symbols over the limit of 1000 get no quotes")
    ]
    line.wants(*(f"S{number:04}" for number in range(1100)), depth="S1098")
    assert len(line.events) == 2


def test_a_tier_with_fewer_subscriptions_gets_fewer() -> None:
    line = Line(Dialect.CURRENT, *(f"S{number}" for number in range(300))).goes_live()
    line.says({"action": "error", "code": "subscription_limit", "message": "100 at most"})
    assert line.session.ending == Lost("too many symbols for one connection of this key")
    assert line.events[-1] == ServerNotice("subscription_limit", "100 at most")
    assert line.subscriptions.limit == 100
    assert line.subscriptions.lower_limit()
    assert (line.subscriptions.limit, line.subscriptions.lower_limit()) == (20, False)


def test_where_the_tier_has_few_subscriptions_what_is_held_keeps_its_prices() -> None:
    """A watchlist in front of it in the alphabet would leave a position and its trailing stop without any."""
    line = Line().goes_live()
    line.subscriptions.lower_limit()
    line.subscriptions.lower_limit()
    names = frozenset(f"S{number:02}" for number in range(30))
    line.subscriptions.want(names | {"XAUUSD"}, "S29", frozenset({"XAUUSD"}))
    line.session.resubscribe()
    frames = [frame for frame in line.flows() if isinstance(frame, dict)]
    assert [len(frame["symbols"]) for frame in frames] == [1, 19]
    assert frames[0]["symbols"] == ["S29"]
    assert "XAUUSD" in frames[1]["symbols"]
    assert len(line.subscriptions.names) == 20
    assert line.subscriptions.names == frozenset(line.subscriptions.on)
    line.subscriptions.forget()
    assert line.subscriptions.names == frozenset()


@pytest.mark.parametrize("dialect", [Dialect.CURRENT, Dialect.OLDER])
def test_a_ping_every_30_seconds(dialect: Dialect) -> None:
    line = Line(dialect).goes_live()
    line.passes(29.9)
    assert line.flows() == []
    line.passes(0.1)
    assert line.flows() == [{"action": "ping"} if dialect is Dialect.CURRENT else WebSocketPing()]
    if dialect is Dialect.CURRENT:
        line.says({"action": "pong"})
    else:
        line.session.pong(at(line.time))
    line.passes(30)
    assert len(line.flows()) == 1
    assert line.session.ending is None


def test_a_line_that_says_nothing_for_35_seconds_is_given_up() -> None:
    line = Line(Dialect.CURRENT, "EURUSD").goes_live()
    line.passes(34)
    line.says(quote())
    line.passes(34.9)
    assert line.session.ending is None
    line.passes(0.1)
    assert line.session.ending == Lost("no answer for 35 s")


def test_sleep_counts_as_silence_even_where_the_monotonic_clock_stood_still() -> None:
    line = Line().goes_live()
    line.session.tick(Instant(monotonic=1, boot=600, wall=600))
    assert line.session.ending == Lost("no answer for 35 s")


def test_when_time_is_to_be_looked_at_again() -> None:
    line = Line()
    assert line.session.idle(at(4)) == 6
    line.goes_live()
    assert line.session.idle(at(4)) == 26
    assert line.session.idle(at(50)) == 0


def test_no_answer_to_the_key() -> None:
    line = Line()
    line.passes(9.9)
    assert line.session.ending is None
    line.passes(0.1)
    assert line.session.ending == Unanswered("no answer to the key in 10 s", closed=False)


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("code", ["connection_limit", "rate_limited"])
def test_limits_end_the_connection_but_not_the_stream(code: str, live: bool) -> None:
    line = Line().goes_live() if live else Line()
    line.says({"action": "error", "code": code, "message": "Enough"})
    assert isinstance(line.session.ending, Lost)
    assert line.events[-1] == ServerNotice(code, "Enough")


def test_quotes_read_together_are_told_together_and_in_their_order_with_the_rest() -> None:
    line = Line(Dialect.CURRENT, "EURUSD", "GBPUSD").goes_live()
    del line.events[:]
    gone = {"channel": "order", "event": "remove", "ticket": 7}
    frames = [
        quote("EURUSD"),
        quote("GBPUSD"),
        quote("STRANGER"),
        gone,
        {"channel": "quote"},
        quote("EURUSD"),
    ]
    line.session.received([json.dumps(frame).encode() for frame in frames], at(1.0))
    euro, pound = Quote("EURUSD", 1.1, 1.2), Quote("GBPUSD", 1.1, 1.2)
    assert [event for event in line.events if not isinstance(event, MalformedFrame)] == [
        QuotesSeen((euro, pound), at(1.0)),
        OrderRemoved(7),
        QuotesSeen((euro,), at(1.0)),
    ]


def test_after_the_end_nothing_is_heard() -> None:
    line = Line(Dialect.CURRENT, "EURUSD").goes_live()
    line.says({"action": "error", "code": "rate_limited", "message": "slow down"})
    told = list(line.events)
    line.says(quote())
    line.says({"channel": "position", "event": "close", "data": {"ticket": 1}})
    assert line.session.ending is not None
    assert line.events == told


def test_an_error_without_a_known_code_is_the_reason_of_the_disconnect_that_follows() -> None:
    line = Line().goes_live()
    line.says({"action": "error", "code": "maintenance", "message": "Back at nine"})
    assert line.session.ending is None
    line.session.closed("closed by the server", at(0), in_good_order=True)
    assert line.session.ending == Lost("Back at nine")


def test_warnings_are_told_and_unknown_kinds_are_not() -> None:
    line = Line().goes_live()
    line.says({"channel": "system", "event": "rate_limit", "message": "Slow down"})
    line.says({"channel": "news", "text": "x"})
    line.says({"action": "subscribed"})
    assert line.events[1:] == [ServerNotice("rate_limit", "Slow down")]


def test_a_flood_of_bad_frames_is_told_once_a_second_and_counted() -> None:
    line = Line().goes_live()
    for _ in range(10_000):
        line.says(b"{")
    assert len(line.events) == 2
    line.passes(1.0)
    assert line.events[2] == MalformedFrame("Frames that make no sense keep coming (and 9,999 more)")
    line.passes(100)
    assert len(line.events) == 3


def test_a_key_quoted_back_is_never_told() -> None:
    for frame in (
        {"action": "auth_error", "message": f"no such key {KEY.reveal()}"},
        {"channel": "quote", "symbol": KEY.reveal() * 3},
    ):
        line = Line().goes_live()
        line.says(frame)
        assert KEY.reveal() not in repr(line.events) + repr(line.session.ending)


def test_how_long_the_key_was_good_for() -> None:
    line = Line()
    assert line.session.lived(at(5)) == 0
    line.goes_live()
    assert line.session.lived(at(61)) == 61
    assert line.session.lived(at(0)) > 0
