"""How a request can fail: one type each, so that no caller has to read an exception's text.

`begun` on a failure is the one fact that decides whether an order may have reached the server: had the
client started to write the request? Text fields hold what the server or the system said, uncleaned.
"""

from datetime import datetime
from enum import Enum
from typing import TypeAlias

import msgspec


class LinePart(Enum):
    """Where the line broke."""

    NAME_LOOKUP = "name lookup"
    CONNECT = "connect"
    TLS = "TLS"
    WRITE = "write"
    READ = "read"
    TIME_OUT = "time-out"


class LineBroke(msgspec.Struct, frozen=True):
    """No whole answer came. `begun` False proves that not a byte of the request was written."""

    part: LinePart
    detail: str
    begun: bool


class GarbledAnswer(msgspec.Struct, frozen=True):
    """An answer came that can't be read: cut short, not JSON, or fields that make no sense."""

    http_status: int
    detail: str


class AnswerTooLarge(msgspec.Struct, frozen=True):
    """An answer came that is longer than `most_bytes`, unpacked; it was not taken in."""

    http_status: int
    most_bytes: int


class Refused(msgspec.Struct, frozen=True):
    """A 4xx with the API's own code: nothing was executed, unless an earlier try did (see order-safety).

    `retcode` is MetaTrader's, where the refusal came from there.
    """

    http_status: int
    code: str
    message: str
    retcode: int | None = None
    next_open: datetime | None = None


class RateLimited(msgspec.Struct, frozen=True):
    """429: the weight budget is spent; nothing was executed. `retry_after` in seconds."""

    retry_after: float
    message: str = ""


class BridgeDown(msgspec.Struct, frozen=True):
    """503 bridge_unavailable in JSON: the API's word that nothing was sent to MetaTrader."""

    message: str = ""


class BridgeTimedOut(msgspec.Struct, frozen=True):
    """504 mt5_timeout: no answer from MetaTrader in 7 s; the outcome of a trade is unknown."""

    message: str = ""


class ServerFault(msgspec.Struct, frozen=True):
    """Any other 5xx, or a status the API does not list."""

    http_status: int
    detail: str


Failure: TypeAlias = (
    LineBroke
    | GarbledAnswer
    | AnswerTooLarge
    | Refused
    | RateLimited
    | BridgeDown
    | BridgeTimedOut
    | ServerFault
)
