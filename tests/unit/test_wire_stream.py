"""Stream frames of both dialects, in any order of fields."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.positions import Deal, OrderKind, PendingOrder
from xbtfx_tui.domain.quotes import Depth, DepthLevel, Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    DealDone,
    Dialect,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.wire.stream_frames import (
    AccountFrame,
    AuthAccepted,
    AuthRefused,
    ErrorFrame,
    Incoming,
    PongFrame,
    SystemFrame,
    UnknownFrame,
    UnreadAccountFrame,
    account_frame,
    auth_frame,
    ping_frame,
    read_frame,
    subscribe_frame,
    unsubscribe_frame,
)
from xbtfx_tui.wire.wire_errors import WireError

D = Decimal
PRICES = {"symbol": "EURUSD", "bid": 1.07912, "ask": 1.07915}
DEPTH = {"bids": [[1.07912, 1000000], [1.0791, 2000000]], "asks": [[1.07915, 1500000]]}
BOOK = Depth(
    (DepthLevel(1.07912, 1_000_000.0), DepthLevel(1.0791, 2_000_000.0)), (DepthLevel(1.07915, 1_500_000.0),)
)


def read(frame: Mapping[str, object]) -> Incoming:
    """The frame read as bytes, as text and with its fields the other way round: all must agree."""
    found = read_frame(json.dumps(frame).encode())
    assert read_frame(json.dumps(frame)) == found
    assert read_frame(json.dumps(dict(reversed(list(frame.items()))))) == found
    return found


@pytest.mark.parametrize("kind", [{"channel": "quote"}, {"type": "quote"}, {"channel": "quotes"}])
def test_a_quote_in_both_dialects(kind: dict[str, object]) -> None:
    frame = kind | PRICES | {"spread": 0.00003, "time": "2026-04-01T10:00:00.250Z", "venue": {"new": True}}
    assert read(frame) == Quote("EURUSD", 1.07912, 1.07915, datetime(2026, 4, 1, 10, 0, 0, 250_000, UTC))


@pytest.mark.parametrize(
    ("time", "ms"),
    [
        ("2026-04-01T10:00:00", 1775037600000),
        ("2026-04-01T10:00:00.123Z", 1775037600123),
        ("2026-04-01T12:00:00+02:00", 1775037600000),
        (1775037600, 1775037600000),
        (1775037600123, 1775037600123),
        (1775037600.123, 1775037600123),
        ("noon", None),
        (None, None),
        (-1, None),
    ],
)
def test_when_the_server_says_a_quote_is_from(time: object, ms: int | None) -> None:
    found = read({"channel": "quote", "time": time} | PRICES)
    assert isinstance(found, Quote)
    assert found.time == (None if ms is None else datetime.fromtimestamp(ms / 1000, UTC))


def test_a_time_of_a_megabyte_is_not_kept() -> None:
    found = read({"channel": "quote", "time": "1" * 1_000_000} | PRICES)
    assert isinstance(found, Quote)
    assert found.time is None


def test_a_quote_with_depth() -> None:
    quote = Quote("EURUSD", 1.07912, 1.07915, None, BOOK)
    assert read({"channel": "quote"} | PRICES | {"depth": DEPTH}) == quote


def test_numbers_written_as_text() -> None:
    frame = {"channel": "quote", "symbol": "EURUSD", "bid": "1.07912", "ask": "1.07915"} | {
        "depth": {"bids": [["1.07912", "1000000"], ["1.0791", 2000000]], "asks": [[1.07915, 1.5e6]]}
    }
    assert read(frame) == Quote("EURUSD", 1.07912, 1.07915, None, BOOK)


@pytest.mark.parametrize("depth", [None, {}, {"bids": None, "asks": []}, {"bids": []}, "none", []])
def test_depth_that_is_not_available(depth: object) -> None:
    found = read({"channel": "quote"} | PRICES | {"depth": depth})
    assert isinstance(found, Quote)
    assert found.depth in (None, Depth())


@pytest.mark.parametrize("number", [1.07, "1.07"])
def test_no_more_than_five_levels(number: object) -> None:
    found = read({"channel": "quote"} | PRICES | {"depth": {"bids": [[number, 1]] * 500, "asks": []}})
    assert isinstance(found, Quote)
    assert found.depth == Depth((DepthLevel(1.07, 1.0),) * 5)


@pytest.mark.parametrize(
    "change",
    [
        {"bid": 0},
        {"ask": -1e19},
        {"bid": None},
        {"bid": "NaN"},
        {"ask": "Infinity"},
        {"bid": True},
        {"symbol": ""},
        {"symbol": None},
        {"symbol": "E" * 65},
        {"symbol": 5},
        {"depth": {"bids": [[0, 1]], "asks": []}},
        {"depth": {"bids": [], "asks": [[1.0, -1]]}},
        {"depth": {"bids": [[1.0]]}},
        {"depth": {"asks": [["x", 1]]}},
    ],
)
def test_a_quote_that_can_not_be(change: dict[str, object]) -> None:
    with pytest.raises(WireError):
        read({"channel": "quote"} | PRICES | change)


@pytest.mark.parametrize("price", [b"1e999", b"NaN", b"Infinity", b"-Infinity"])
def test_a_price_that_is_no_number(price: bytes) -> None:
    with pytest.raises(WireError):
        read_frame(b'{"channel":"quote","symbol":"EURUSD","bid":' + price + b',"ask":1.1}')


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (
            {
                "channel": "position",
                "event": "open",
                "ticket": 51,
                "symbol": "EURUSD",
                "side": "buy",
                "volume": 0.1,
                "price_open": 1.0791,
            },
            PositionOpened(51, "EURUSD", Side.BUY, D("0.1"), D("1.0791")),
        ),
        (
            {"channel": "position", "event": "update", "ticket": 51, "profit": -3.1, "price_current": 1.0788},
            PositionUpdated(51, D("-3.1"), D("1.0788")),
        ),
        (
            {"channel": "position", "event": "update", "ticket": 51, "volume": 0.05, "sl": 1.07, "tp": 0},
            PositionUpdated(51, volume=D("0.05"), sl=D("1.07")),
        ),
        (
            {"channel": "position", "event": "close", "ticket": 51, "symbol": "EURUSD", "profit": 8.8},
            PositionClosed(51, "EURUSD", D("8.8")),
        ),
        ({"channel": "position", "event": "close", "ticket": "51"}, PositionClosed(51)),
        (
            {
                "channel": "order",
                "event": "add",
                "ticket": 9,
                "symbol": "EURUSD",
                "type": "buy_limit",
                "volume": 0.2,
                "price": 1.07,
            },
            OrderAdded(PendingOrder(9, "EURUSD", OrderKind.BUY_LIMIT, D("0.2"), D("1.07"))),
        ),
        ({"channel": "order", "event": "remove", "ticket": 9}, OrderRemoved(9)),
        (
            {
                "channel": "deal",
                "ticket": 7,
                "symbol": "EURUSD",
                "side": "sell",
                "volume": 0.1,
                "price": 1.08,
                "profit": 8.8,
            },
            DealDone(Deal(7, "EURUSD", Side.SELL, None, D("0.1"), D("1.08"), D("8.8"))),
        ),
        (
            {"channel": "account", "type": "position", "event": "close", "data": {"ticket": 51}},
            PositionClosed(51),
        ),
    ],
)
def test_the_account_channel(frame: dict[str, object], event: AccountEvent) -> None:
    assert read(frame) == AccountFrame(event)


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        ({"action": "auth_ok", "login": 700123, "tier": "standard"}, AuthAccepted(Dialect.CURRENT)),
        ({"type": "auth", "status": "ok"}, AuthAccepted(Dialect.OLDER)),
        ({"action": "auth_error", "message": "Invalid key"}, AuthRefused(Dialect.CURRENT, "Invalid key")),
        ({"type": "auth", "status": "error"}, AuthRefused(Dialect.OLDER, "error")),
        (
            {"action": "error", "code": "connection_limit", "message": "10"},
            ErrorFrame(Dialect.CURRENT, "connection_limit", "10"),
        ),
        ({"type": "error", "message": "What?"}, ErrorFrame(Dialect.OLDER, "error", "What?")),
        (
            {"channel": "system", "event": "rate_limit", "message": "Slow down"},
            SystemFrame("rate_limit", "Slow down"),
        ),
        ({"action": "pong"}, PongFrame()),
    ],
)
def test_what_the_server_says_of_the_connection(frame: dict[str, object], found: Incoming) -> None:
    assert read(frame) == found


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"action": "subscribed", "channel": "quotes", "symbols": ["EURUSD"]},
        {"channel": "news", "text": "x"},
        {"type": "candle"},
        {"channel": "position", "event": "swap", "ticket": 1},
        {"channel": 5},
        {"type": ["quote"]},
        {"channel": "order", "event": "add", "type": "close_by", "ticket": 3},
        {"channel": "deal", "side": "balance"},
    ],
)
def test_a_kind_that_is_not_known_is_no_error(frame: dict[str, object]) -> None:
    assert read(frame) == UnknownFrame()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"quote"',
        b"5",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        "ping",
        "\ud800",
        b'{"channel":"deal","side":"buy","ticket":1,"profit":1e99999999999999999999}',
    ],
)
def test_a_malformed_frame(data: bytes | str) -> None:
    with pytest.raises(WireError):
        read_frame(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"channel":"position","event":"open","ticket":51}',
        b'{"channel":"position","event":"update"}',
        b'{"channel":"account","type":"order","event":"remove","ticket":"x"}',
        b'{"channel":"deal","side":"buy","ticket":1,"symbol":"EURUSD","volume":0,"price":1}',
    ],
)
def test_an_event_of_the_account_that_can_not_be_read_is_told_as_one(data: bytes) -> None:
    assert isinstance(read_frame(data), UnreadAccountFrame)


def test_prices_below_zero_trade() -> None:
    quote = read_frame(
        b'{"channel":"quote","symbol":"XTIUSD","bid":-37.65,"ask":-37.60,'
        b'"depth":{"bids":[[-37.65,100]],"asks":[[-37.60,100]]}}'
    )
    assert isinstance(quote, Quote)
    assert (quote.bid, quote.ask) == (-37.65, -37.60)
    as_text = read_frame(b'{"channel":"quote","symbol":"XTIUSD","bid":"-37.65","ask":"-37.60"}')
    assert isinstance(as_text, Quote)
    assert as_text.bid == -37.65
    opened = read_frame(
        b'{"channel":"position","event":"open","ticket":5,"symbol":"XTIUSD","side":"buy","volume":1,'
        b'"price_open":-40.00}'
    )
    assert isinstance(opened, AccountFrame)
    assert opened.event == PositionOpened(5, "XTIUSD", Side.BUY, Decimal(1), Decimal("-40.00"))


def test_the_frames_sent_in_the_current_dialect() -> None:
    now = Dialect.CURRENT
    assert json.loads(auth_frame(now, ApiKey("KEY"))) == {"action": "auth", "token": "KEY"}
    quotes = {"channel": "quotes", "symbols": ["EURUSD", "XAUUSD"]}
    assert json.loads(subscribe_frame(now, ["EURUSD", "XAUUSD"])) == {"action": "subscribe"} | quotes
    assert json.loads(subscribe_frame(now, ["EURUSD", "XAUUSD"], depth=True)) == {
        "action": "subscribe"
    } | quotes | {"depth": True}
    assert json.loads(unsubscribe_frame(now, ["EURUSD", "XAUUSD"])) == {"action": "unsubscribe"} | quotes
    assert json.loads(account_frame()) == {"action": "subscribe", "channel": "account"}
    assert json.loads(ping_frame()) == {"action": "ping"}


def test_the_frames_sent_in_the_older_dialect() -> None:
    older = Dialect.OLDER
    assert json.loads(auth_frame(older, ApiKey("KEY"))) == {"type": "auth", "api_key": "KEY"}
    assert json.loads(subscribe_frame(older, ["EURUSD"], depth=True)) == {
        "type": "subscribe",
        "symbols": ["EURUSD"],
    }
    assert json.loads(unsubscribe_frame(older, ["EURUSD"])) == {"type": "unsubscribe", "symbols": ["EURUSD"]}
