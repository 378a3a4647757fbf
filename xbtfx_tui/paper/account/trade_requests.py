"""What the account can be told to do: one value per POST of the API. They carry no time and do nothing.

`request_id` names the request in the ledger of executions (the idempotency key, or an id the server made
for a request without one). `comment` is the client's own, 27 ASCII characters at most.
"""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.intents import Keep, StopChange
from xbtfx_tui.domain.sides import Side

_UNCHANGED = Keep()


class TradeRequest(msgspec.Struct, frozen=True):
    """Buy or sell `volume` lots at market. `sl` and `tp` are prices; None and 0 both mean none."""

    request_id: str
    symbol: str
    side: Side
    volume: Decimal
    sl: Decimal | None = None
    tp: Decimal | None = None
    comment: str = ""


class CloseRequest(msgspec.Struct, frozen=True):
    """Close a position; `volume` None closes all of it."""

    request_id: str
    ticket: int
    volume: Decimal | None = None
    comment: str = ""


class ModifyRequest(msgspec.Struct, frozen=True):
    """Change the stops of a position or of a pending order. `MoveTo(0)` removes, as `Remove` does."""

    request_id: str
    ticket: int
    sl: StopChange = _UNCHANGED
    tp: StopChange = _UNCHANGED


class CloseByRequest(msgspec.Struct, frozen=True):
    """Close a position by an opposite one of its symbol (hedging only)."""

    request_id: str
    position: int
    position_by: int
    comment: str = ""


class ReverseRequest(msgspec.Struct, frozen=True):
    """Close a position and open its opposite, of the same volume and without stops."""

    request_id: str
    ticket: int
    comment: str = ""


class CloseAllRequest(msgspec.Struct, frozen=True):
    """Close every position, the oldest ticket first."""

    request_id: str
    comment: str = ""


class CloseSymbolRequest(msgspec.Struct, frozen=True):
    """Close every position of a symbol, the oldest ticket first."""

    request_id: str
    symbol: str
    comment: str = ""


AccountRequest: TypeAlias = (
    TradeRequest
    | CloseRequest
    | ModifyRequest
    | CloseByRequest
    | ReverseRequest
    | CloseAllRequest
    | CloseSymbolRequest
)
