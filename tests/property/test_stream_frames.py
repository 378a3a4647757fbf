"""Any frames in any order, at any time: the session tells events or an ending, and stays small."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import Dialect, Event, QuotesSeen, StreamUp
from xbtfx_tui.stream.quote_delay import DelayMeter
from xbtfx_tui.stream.stream_session import Session
from xbtfx_tui.stream.stream_timeouts import StreamTimings
from xbtfx_tui.stream.subscription_frames import Subscriptions

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
_SYMBOLS = st.sampled_from(["EURUSD", "XAUUSD", "BTCUSD", "NDXUSD"])
_FRAMES = st.sampled_from(
    [
        {"action": "auth_ok"}, {"type": "auth", "status": "ok"}, {"action": "pong"}, {"action": "subscribed"},
        {"channel": "quote", "symbol": "EURUSD", "bid": 1.1, "ask": 1.2},
        {"type": "quote", "symbol": "STRANGER", "bid": 1.1, "ask": 1.2},
        {"channel": "position", "event": "close", "ticket": 1}, {"channel": "position", "event": "open"},
        {"channel": "system", "event": "rate_limit"}, {"action": "error", "code": "subscription_limit"},
        {"action": "error", "code": "maintenance", "message": KEY.reveal()}, {"action": "auth_error"}, {}, [],
    ]
)  # fmt: skip
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("frame"), _FRAMES.map(lambda frame: json.dumps(frame).encode())),
        st.tuples(st.just("frame"), st.binary(max_size=30)),
        st.tuples(st.just("time"), st.floats(0, 40)),
        st.tuples(st.just("want"), st.frozensets(_SYMBOLS)),
        st.tuples(st.just("send"), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=examples(300), deadline=None)
@given(_STEPS, st.sampled_from(Dialect))
def test_any_frames_in_any_order(steps: list[tuple[str, object]], dialect: Dialect) -> None:
    events: list[Event] = []
    subscriptions = Subscriptions()
    now = 0.0
    session = Session(
        KEY, dialect, subscriptions, events.append, StreamTimings(), Instant(now, now, now), DelayMeter()
    )
    sent: list[object] = []
    for kind, value in steps:
        if session.ending is not None:
            break
        moment = Instant(now, now, now)
        match kind, value:
            case "frame", bytes(frame):
                session.received([frame], moment)
            case "time", float(seconds):
                now += seconds
                session.tick(Instant(now, now, now))
            case "want", frozenset(symbols):
                subscriptions.want(symbols, min(symbols, default=None))
                session.resubscribe()
            case _:
                sent += session.take()
                session.sent()
        assert session.idle(moment) >= 0
    assert KEY.reveal() not in repr(events) + repr(session.ending)
    assert sum(isinstance(event, StreamUp) for event in events) <= 1
    told = [quote for event in events if isinstance(event, QuotesSeen) for quote in event.quotes]
    assert all(quote.symbol != "STRANGER" for quote in told)
    assert not sent or sent[0] == json.dumps(json.loads(str(sent[0])), separators=(",", ":"))


@given(
    st.lists(st.tuples(st.frozensets(_SYMBOLS), st.none() | _SYMBOLS), max_size=12), st.sampled_from(Dialect)
)
def test_after_any_wishes_the_server_has_exactly_what_is_wanted(
    wishes: list[tuple[frozenset[str], str | None]], dialect: Dialect
) -> None:
    subscriptions = Subscriptions()
    server: dict[str, bool] = {}
    for symbols, depth in wishes:
        subscriptions.want(symbols, depth)
        for text in subscriptions.frames(dialect):
            frame = json.loads(text)
            if frame.get("action", frame.get("type")) == "subscribe":
                assert not server.keys() & set(frame["symbols"])
                server |= dict.fromkeys(frame["symbols"], frame.get("depth", False))
            else:
                for symbol in frame["symbols"]:
                    del server[symbol]
        deep = depth if dialect is Dialect.CURRENT else None
        wanted = symbols | ({depth} if depth else set())
        assert server == {symbol: symbol == deep for symbol in wanted}
