"""Intents as the POST requests that carry them out. The same intent always gives the same bytes.

The bytes are what the journal keeps and what a retry repeats; nothing here decides whether to send.
"""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
    StopChange,
)
from xbtfx_tui.wire.wire_errors import WireError

TRADE = "/v1/trade"
CLOSE = "/v1/close"
MODIFY = "/v1/modify"
CLOSE_BY = "/v1/close-by"
REVERSE = "/v1/reverse"
CLOSE_SYMBOL = "/v1/close-symbol"
CLOSE_ALL = "/v1/close-all"

WEIGHTS = {TRADE: 1, CLOSE: 1, MODIFY: 1, CLOSE_BY: 1, REVERSE: 2, CLOSE_SYMBOL: 10, CLOSE_ALL: 10}
"""What each POST costs of the weight budget (xbtfx-api.md section 2, the higher where its tables differ)."""


class Request(msgspec.Struct, frozen=True):
    """One POST: its path, its exact body and its weight."""

    path: str
    body: bytes
    weight: int


_Value: TypeAlias = str | int | msgspec.Raw
_ENCODER = msgspec.json.Encoder()


def request_for(intent: Intent) -> Request:
    """The request that carries the intent out.

    Decimals are written digit for digit as plain numbers. Raises WireError for a number that is not finite
    and for a modification that changes nothing: neither may ever be sent.
    """
    match intent:
        case OpenIntent():
            return _request(TRADE, _open_fields(intent), intent.comment)
        case CloseIntent():
            part: dict[str, _Value] = {} if intent.is_full else {"volume": number(intent.volume)}
            return _request(CLOSE, {"ticket": intent.ticket, **part}, intent.comment)
        case CloseUnreadIntent():
            return _request(CLOSE, {"ticket": intent.ticket}, intent.comment)
        case ModifyIntent():
            changes = {**_stop_field("sl", intent.sl), **_stop_field("tp", intent.tp)}
            if not changes:
                raise WireError("A modification must change the sl or the tp.")
            return _request(MODIFY, {"ticket": intent.ticket, **changes}, "")
        case CloseByIntent():
            both: dict[str, _Value] = {"position": intent.ticket, "position_by": intent.by_ticket}
            return _request(CLOSE_BY, both, intent.comment)
        case ReverseIntent():
            return _request(REVERSE, {"ticket": intent.ticket}, intent.comment)
        case CloseSymbolIntent():
            return _request(CLOSE_SYMBOL, {"symbol": intent.symbol}, intent.comment)
        case CloseAllIntent():
            return _request(CLOSE_ALL, {}, intent.comment)


def number(value: Decimal) -> msgspec.Raw:
    """The decimal as JSON writes numbers, without an exponent: `0.10` stays `0.10`. Raises WireError."""
    if not value.is_finite():
        raise WireError(f"{value} is not a number that can be sent.")
    return msgspec.Raw(format(value, "f").encode())


def _open_fields(intent: OpenIntent) -> dict[str, _Value]:
    fields: dict[str, _Value] = {
        "symbol": intent.symbol,
        "side": intent.side.value,
        "volume": number(intent.volume),
    }
    if intent.sl is not None:
        fields["sl"] = number(intent.sl)
    if intent.tp is not None:
        fields["tp"] = number(intent.tp)
    fields["price"] = number(intent.price)
    return fields


def _stop_field(name: str, change: StopChange) -> dict[str, _Value]:
    match change:
        case Keep():
            return {}
        case Remove():
            return {name: 0}
        case MoveTo(price):
            return {name: number(price)}


def _request(path: str, fields: dict[str, _Value], comment: str) -> Request:
    if comment:
        fields["comment"] = comment
    return Request(path, _ENCODER.encode(fields), WEIGHTS[path])
