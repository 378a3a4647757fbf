"""Stream frames, both dialects: text in -> one typed value, and the frames that the client sends.

A quote is one typed decode; whatever is not plainly a quote is read a second time, field by field. No
state, no timing, no judgement of what a frame means for the connection: that is the stream session's.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.quotes import Depth, DepthLevel, Quote
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
from xbtfx_tui.wire.api_times import moment
from xbtfx_tui.wire.get_responses import deal, pending_order
from xbtfx_tui.wire.json_fields import JsonObject, as_decimal, decode
from xbtfx_tui.wire.wire_errors import WireError

_MOST_LEVELS = 5
_LONGEST_SYMBOL = 64
# As for numbers read field by field: beyond them no sum over money would be exact, or finite.
_SMALLEST, _LARGEST = 1e-29, 1e18
_QUOTE_WORDS = frozenset({"quote", "quotes"})
_ACCOUNT_WORDS = frozenset({"position", "order", "deal"})


class AccountFrame(msgspec.Struct, frozen=True, gc=False):
    event: AccountEvent


class AuthAccepted(msgspec.Struct, frozen=True, gc=False):
    dialect: Dialect


class AuthRefused(msgspec.Struct, frozen=True, gc=False):
    """`dialect` is the one the refusal was spoken in."""

    dialect: Dialect
    message: str


class ErrorFrame(msgspec.Struct, frozen=True, gc=False):
    """An error that the server follows by a disconnect."""

    dialect: Dialect
    code: str
    message: str


class SystemFrame(msgspec.Struct, frozen=True, gc=False):
    """A warning from the system channel."""

    event: str
    message: str


class PongFrame(msgspec.Struct, frozen=True, gc=False):
    pass


class UnreadAccountFrame(msgspec.Struct, frozen=True, gc=False):
    """Something happened on the account, and the frame does not let it be known what: `why` is a sentence."""

    why: str


class UnknownFrame(msgspec.Struct, frozen=True, gc=False):
    """A kind that this program does not know: to be ignored."""


Incoming: TypeAlias = (
    Quote
    | AccountFrame
    | UnreadAccountFrame
    | AuthAccepted
    | AuthRefused
    | ErrorFrame
    | SystemFrame
    | PongFrame
    | UnknownFrame
)

# --- incoming --------------------------------------------------------------------------------------------


class _Fast(msgspec.Struct, gc=False):
    """What a quote frame holds; in any other frame these fields are absent or of no interest."""

    channel: str = ""
    type: str = ""
    action: str = ""
    symbol: str = ""
    bid: float = 0.0
    ask: float = 0.0
    time: datetime | int | float | None = None
    depth: Depth | None = None


_FAST = msgspec.json.Decoder(_Fast)


def read_frame(data: str | bytes) -> Incoming:
    """The frame as one typed value. Raises WireError and nothing else."""
    try:
        fast = _FAST.decode(data)
    except msgspec.ValidationError:  # readable, but not a quote in its usual form
        return _read_slowly(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise WireError(f"A frame is not readable JSON ({type(error).__name__}).") from None
    if fast.action or (fast.channel != "quote" and fast.type != "quote"):
        return _read_slowly(data)
    symbol, bid, ask, depth = fast.symbol, fast.bid, fast.ask, fast.depth
    is_usual = _SMALLEST < bid < _LARGEST and _SMALLEST < ask < _LARGEST
    if not (is_usual or (_is_price(bid) and _is_price(ask))) or not 0 < len(symbol) <= _LONGEST_SYMBOL:
        raise WireError("A quote lacks its symbol or has a price that is no price.")
    if depth is not None:
        depth = _checked(depth)
    time = fast.time
    if time is not None and (type(time) is not datetime or time.tzinfo is not UTC):
        time = moment(time)
    return Quote(symbol, bid, ask, time, depth)


def _is_price(number: float) -> bool:
    """Prices below zero trade, too (oil did); 0 is how the API says that there is none."""
    return _SMALLEST < abs(number) < _LARGEST


def _checked(depth: Depth) -> Depth:
    bids, asks = depth.bids, depth.asks
    for level in bids:
        price = level.price
        if not (_SMALLEST < price < _LARGEST or _is_price(price)) or not 0.0 <= level.volume < _LARGEST:
            raise WireError("A depth level has a price or a volume that is none.")
    for level in asks:
        price = level.price
        if not (_SMALLEST < price < _LARGEST or _is_price(price)) or not 0.0 <= level.volume < _LARGEST:
            raise WireError("A depth level has a price or a volume that is none.")
    if len(bids) > _MOST_LEVELS or len(asks) > _MOST_LEVELS:
        return Depth(bids[:_MOST_LEVELS], asks[:_MOST_LEVELS])
    return depth


def _read_slowly(data: str | bytes) -> Incoming:
    row = JsonObject(decode(data, "A frame"), "A frame:")
    if (action := _word(row, "action")) != "":
        return _action(row, action)
    channel = _word(row, "channel")
    if channel in _QUOTE_WORDS:
        return _slow_quote(row)
    if channel in _ACCOUNT_WORDS:
        return _account_or_unread(row, channel)
    if channel == "account":
        return _account_or_unread(row, _word(row, "type"))
    if channel == "system":
        event = row.text_or_none("event", "code") or "system"
        return SystemFrame(event, row.text_or_none("message") or event)
    return _older(row, _word(row, "type")) if channel == "" else UnknownFrame()


def _action(row: JsonObject, action: str) -> Incoming:
    match action:
        case "auth_ok":
            return AuthAccepted(Dialect.CURRENT)
        case "auth_error":
            return AuthRefused(Dialect.CURRENT, _said(row))
        case "error":
            return ErrorFrame(Dialect.CURRENT, row.text_or_none("code") or "error", _said(row))
        case "pong":
            return PongFrame()
        case _:
            return UnknownFrame()


def _older(row: JsonObject, kind: str) -> Incoming:
    match kind:
        case "quote":
            return _slow_quote(row)
        case "auth":
            if _word(row, "status") in ("ok", "success"):
                return AuthAccepted(Dialect.OLDER)
            return AuthRefused(Dialect.OLDER, _said(row))
        case "error":
            return ErrorFrame(Dialect.OLDER, row.text_or_none("code") or "error", _said(row))
        case "pong":
            return PongFrame()
        case _:
            return UnknownFrame()


def _slow_quote(row: JsonObject) -> Quote:
    """A quote whose numbers are text, or with fields of a form not foreseen: what is needed must be right."""
    bid, ask = float(row.price("bid")), float(row.price("ask"))
    return Quote(row.name("symbol"), bid, ask, moment(row.raw("time")), _slow_depth(row))


def _slow_depth(row: JsonObject) -> Depth | None:
    depth = row.raw("depth")
    if not isinstance(depth, dict):
        return None
    return Depth(_levels(depth.get("bids")), _levels(depth.get("asks")))


def _levels(value: object) -> tuple[DepthLevel, ...]:
    levels: list[DepthLevel] = []
    for entry in value[:_MOST_LEVELS] if isinstance(value, list) else ():
        price, volume = map(as_decimal, entry[:2]) if _is_pair(entry) else (None, None)
        if not price or volume is None or volume < 0:
            raise WireError("A depth level is not a price and a volume.")
        levels.append(DepthLevel(float(price), float(volume)))
    return tuple(levels)


def _is_pair(entry: object) -> bool:
    return isinstance(entry, list) and len(entry) > 1


def _account_or_unread(row: JsonObject, kind: str) -> Incoming:
    try:
        return _account(row, kind)
    except WireError as error:
        return UnreadAccountFrame(str(error))


def _account(row: JsonObject, kind: str) -> Incoming:
    event = _word(row, "event")
    body = row.row_or_none("data") or row
    match kind, event:
        case "position", "open":
            return AccountFrame(
                PositionOpened(
                    ticket=body.ticket("ticket"),
                    symbol=body.name("symbol"),
                    side=body.side("side"),
                    volume=body.positive("volume"),
                    price_open=body.decimal("price_open"),
                )
            )
        case "position", "update":
            return AccountFrame(_updated(body))
        case "position", "close":
            symbol = body.name("symbol") if body.raw("symbol") is not None else None
            return AccountFrame(PositionClosed(body.ticket("ticket"), symbol, body.decimal_or_none("profit")))
        case "order", "add":
            order = pending_order(body)
            return UnknownFrame() if order is None else AccountFrame(OrderAdded(order))
        case "order", "remove":
            return AccountFrame(OrderRemoved(body.ticket("ticket")))
        case "deal", _:
            return AccountFrame(DealDone(deal(body))) if body.side_or_none("side") else UnknownFrame()
        case _:
            return UnknownFrame()


def _updated(body: JsonObject) -> PositionUpdated:
    """0 for a stop means none, which this event can't tell from "not said": the next snapshot does."""
    return PositionUpdated(
        ticket=body.ticket("ticket"),
        profit=body.decimal_or_none("profit"),
        price_current=body.nonzero_or_none("price_current"),
        volume=body.positive_or_none("volume"),
        sl=body.nonzero_or_none("sl"),
        tp=body.nonzero_or_none("tp"),
    )


def _word(row: JsonObject, name: str) -> str:
    value = row.raw(name)
    return value.strip().lower() if isinstance(value, str) else ""


def _said(row: JsonObject) -> str:
    return row.text_or_none("message", "reason", "error", "status") or ""


# --- outgoing --------------------------------------------------------------------------------------------


def auth_frame(dialect: Dialect, key: ApiKey) -> str:
    """The first frame of a connection. It holds the key: it may go to the socket and nowhere else."""
    match dialect:
        case Dialect.CURRENT:
            return _text({"action": "auth", "token": key.reveal()})
        case Dialect.OLDER:
            return _text({"type": "auth", "api_key": key.reveal()})


def subscribe_frame(dialect: Dialect, symbols: Sequence[str], *, depth: bool = False) -> str:
    """Quotes on for these symbols; with depth where the dialect has it (the older one has not)."""
    match dialect:
        case Dialect.CURRENT:
            more = {"depth": True} if depth else {}
            return _text({"action": "subscribe", "channel": "quotes", "symbols": list(symbols), **more})
        case Dialect.OLDER:
            return _text({"type": "subscribe", "symbols": list(symbols)})


def unsubscribe_frame(dialect: Dialect, symbols: Sequence[str]) -> str:
    match dialect:
        case Dialect.CURRENT:
            return _text({"action": "unsubscribe", "channel": "quotes", "symbols": list(symbols)})
        case Dialect.OLDER:
            return _text({"type": "unsubscribe", "symbols": list(symbols)})


def account_frame() -> str:
    """Account events on; the current dialect alone has them."""
    return _text({"action": "subscribe", "channel": "account"})


def ping_frame() -> str:
    """The keep-alive of the current dialect; the older one uses WebSocket pings."""
    return _text({"action": "ping"})


def _text(frame: dict[str, object]) -> str:
    return msgspec.json.encode(frame).decode()
