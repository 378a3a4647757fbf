"""How a request can fail: one type each, so that no caller has to read an exception's text.

`begun` on a failure is the one fact that decides whether an order may have reached the server: had the
client started to write the request? Text fields hold what the server or the system said, uncleaned.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias


class LinePart(Enum):
    """Where the line broke."""

    NAME_LOOKUP = "name lookup"
    CONNECT = "connect"
    TLS = "TLS"
    WRITE = "write"
    READ = "read"
    TIME_OUT = "time-out"


@dataclass(frozen=True, slots=True)
class LineBroke:
    """No whole answer came. `begun` False proves that not a byte of the request was written."""

    part: LinePart
    detail: str
    begun: bool


@dataclass(frozen=True, slots=True)
class GarbledAnswer:
    """An answer came that can't be read: cut short, not JSON, or fields that make no sense."""

    http_status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A 4xx with the API's own code: nothing was executed, unless an earlier try did (see order-safety).

    `retcode` is MetaTrader's, where the refusal came from there.
    """

    http_status: int
    code: str
    message: str
    retcode: int | None = None
    next_open: datetime | None = None


@dataclass(frozen=True, slots=True)
class RateLimited:
    """429: the weight budget is spent; nothing was executed. `retry_after` in seconds."""

    retry_after: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class BridgeDown:
    """503 bridge_unavailable in JSON: the API's word that nothing was sent to MetaTrader."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class BridgeTimedOut:
    """504 mt5_timeout: no answer from MetaTrader in 7 s; the outcome of a trade is unknown."""

    message: str = ""


@dataclass(frozen=True, slots=True)
class ServerFault:
    """Any other 5xx, or a status the API does not list."""

    http_status: int
    detail: str


Failure: TypeAlias = (
    LineBroke | GarbledAnswer | Refused | RateLimited | BridgeDown | BridgeTimedOut | ServerFault
)
