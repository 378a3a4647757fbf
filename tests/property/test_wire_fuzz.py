"""Whatever arrives, `wire` answers with a value or with a WireError; whatever leaves, reads back the same."""

import json
import sys
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from xbtfx_tui.domain.intents import CloseIntent, Keep, ModifyIntent, MoveTo, OpenIntent, Remove, StopChange
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.wire import rest
from xbtfx_tui.wire.answers import read_answer, read_failure
from xbtfx_tui.wire.errors import WireError
from xbtfx_tui.wire.requests import WEIGHTS, request_for
from xbtfx_tui.wire.stream import read_frame

_READERS = (
    rest.read_key_status,
    rest.read_account,
    rest.read_symbols,
    rest.read_symbol,
    rest.read_positions,
    rest.read_orders,
    rest.read_history,
)

_WORDS = st.sampled_from(
    [
        "action",
        "channel",
        "type",
        "event",
        "symbol",
        "side",
        "volume",
        "price",
        "bid",
        "ask",
        "time",
        "depth",
        "bids",
        "asks",
        "ticket",
        "profit",
        "price_open",
        "price_current",
        "sl",
        "tp",
        "status",
        "retcode",
        "deal",
        "order",
        "close",
        "open",
        "details",
        "closed",
        "message",
        "error",
        "next_open",
        "positions",
        "orders",
        "deals",
        "symbols",
        "sessions",
        "trade",
        "day",
        "login",
        "permissions",
        "margin_mode",
        "equity",
        "margin",
        "digits",
        "point",
        "contract_size",
        "leverage",
        "balance",
        "margin_free",
        "retry_after_sec",
        "code",
        "data",
    ]
)
_VALUES = st.sampled_from(
    [
        "quote",
        "quotes",
        "position",
        "order",
        "deal",
        "open",
        "update",
        "close",
        "add",
        "remove",
        "system",
        "account",
        "auth",
        "auth_ok",
        "auth_error",
        "error",
        "pong",
        "ok",
        "filled",
        "placed",
        "rejected",
        "buy",
        "sell",
        "EURUSD",
        "buy_limit",
        "hedging",
        "trade,read",
        "2026-04-01T10:00:00Z",
        "NaN",
        "1e999",
        "0.1",
        "",
        10008,
        10009,
        10010,
    ]
)
_LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | st.text(max_size=20) | _VALUES
)
_DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_WORDS | st.text(max_size=4), inner, max_size=9)
    ),
    max_leaves=25,
)
_TAME = (
    b'{"channel":"quote","symbol":"EURUSD","bid":1.07912,"ask":1.07915,"time":"2026-04-01T10:00:00.1Z",'
    b'"depth":{"bids":[[1.07912,1000000]],"asks":[[1.07915,1500000]]}}'
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """A good quote with some of its bytes cut, changed or repeated."""
    frame = bytearray(_TAME)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(frame) - 1)))
        match draw(st.integers(0, 2)):
            case 0:
                frame[at : at + 1] = draw(st.binary(max_size=3))
            case 1:
                del frame[at:]
            case _:
                frame[at:at] = frame[: draw(st.integers(0, 40))]
    return bytes(frame)


def _text(document: object) -> bytes:
    return json.dumps(document).encode("utf-8", "surrogatepass")


_BODIES = _DOCUMENTS.map(_text) | _mutated() | st.binary(max_size=60)


@settings(max_examples=500, deadline=None)
@given(_BODIES)
def test_a_frame_is_read_or_refused_and_never_grows(body: bytes) -> None:
    try:
        found: object = read_frame(body)
    except WireError as error:
        found = str(error)
        assert len(str(error)) <= 300
    assert sys.getsizeof(found) < 4_000


@settings(max_examples=300, deadline=None)
@given(_BODIES, st.sampled_from(_READERS))
def test_a_read_is_a_value_or_a_wire_error(body: bytes, reader: object) -> None:
    assert callable(reader)
    try:
        reader(body)
    except WireError as error:
        assert len(str(error)) <= 300


@settings(max_examples=300, deadline=None)
@given(
    _BODIES, st.sampled_from(sorted(WEIGHTS)), st.sampled_from([200, 207, 400, 404, 422, 429, 500, 503, 504])
)
def test_an_answer_is_always_one_of_the_known_outcomes(body: bytes, path: str, status: int) -> None:
    read_answer(path, status, {"retry-after": "x"}, body)
    read_failure(status, {}, body)


_LOTS = st.decimals("0.00000001", "100000", places=8)
_PRICES = st.decimals("0.00000001", "10000000", places=8)
_COMMENTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=27)


def _exact(body: bytes) -> dict[str, object]:
    found = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    assert isinstance(found, dict)
    return found


@given(_LOTS, _PRICES, st.none() | _PRICES, st.none() | _PRICES, _COMMENTS, st.sampled_from(Side))
def test_an_order_reads_back_digit_for_digit(
    volume: Decimal, price: Decimal, sl: Decimal | None, tp: Decimal | None, comment: str, side: Side
) -> None:
    intent = OpenIntent("id", "EURUSD", side, volume, price, sl, tp, comment)
    request = request_for(intent)
    expected = {"symbol": "EURUSD", "side": side.value, "volume": volume, "price": price}
    expected |= {name: value for name, value in (("sl", sl), ("tp", tp), ("comment", comment)) if value}
    assert _exact(request.body) == expected
    assert request_for(intent).body == request.body


@given(_LOTS, _LOTS)
def test_a_close_names_its_volume_only_when_it_is_a_part(volume: Decimal, held: Decimal) -> None:
    found = _exact(request_for(CloseIntent("id", 5, "EURUSD", Side.BUY, volume, held)).body)
    assert found.get("volume") == (None if volume == held else volume)


_CHANGES: st.SearchStrategy[StopChange] = st.one_of(st.just(Keep()), st.just(Remove()), _PRICES.map(MoveTo))


@given(_CHANGES, _CHANGES)
def test_a_modification_says_what_changes_and_no_more(sl: StopChange, tp: StopChange) -> None:
    intent = ModifyIntent("id", 5, "EURUSD", sl, tp)
    expected: dict[str, object] = {"ticket": Decimal(5)}
    for name, change in (("sl", sl), ("tp", tp)):
        match change:
            case Keep():
                continue
            case Remove():
                expected[name] = Decimal(0)
            case MoveTo(price):
                expected[name] = price
    if len(expected) > 1:
        assert _exact(request_for(intent).body) == expected
