"""Orders that the exchange takes otherwise than they were sent: a part of the volume, other stops or none.

It rewrites the request's body before anything looks at it; what is executed is executed as usual.
"""

import json
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from xbtfx_tui.domain.lot_steps import volume_steps
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted
from xbtfx_tui.paper.service.fault_hooks import IncomingCall
from xbtfx_tui.paper.service.json_bodies import write_json

if TYPE_CHECKING:
    from xbtfx_tui.paper.paper_exchange import Exchange

TRADE, CLOSE, MODIFY = "/v1/trade", "/v1/close", "/v1/modify"
_STOPS = ("sl", "tp")


def altered(step: Scripted, call: IncomingCall, exchange: "Exchange") -> IncomingCall:
    """The call as the exchange takes it; one that can't be read stays as it is, to be refused as usual."""
    fields = fields_of(call)
    match step.fault, call.path:
        case Fault.PART, "/v1/trade" | "/v1/close":
            asked = asked_volume(call, exchange)
            if asked is not None:
                return _with(call, {**fields, "volume": part_of(step, asked, call, exchange)})
        case Fault.WITHOUT_STOPS, "/v1/trade":
            return _with(call, {name: value for name, value in fields.items() if name not in _STOPS})
        case ((Fault.STOPS_OFF | Fault.STOPS_ULP), "/v1/trade" | "/v1/modify"):
            moved = {name: _aside(step, fields[name], call, exchange) for name in _STOPS if fields.get(name)}
            return _with(call, {**fields, **moved})
    return call


def asked_volume(call: IncomingCall, exchange: "Exchange") -> Decimal | None:
    """The lots that a trade or close is for; None where that can't be told."""
    volume = fields_of(call).get("volume")
    if isinstance(volume, Decimal):
        return volume
    ticket = fields_of(call).get("ticket")
    return next((one.volume for one in exchange.engine.positions() if one.ticket == ticket), None)


def part_of(step: Scripted, asked: Decimal, call: IncomingCall, exchange: "Exchange") -> Decimal:
    """The fault's share of a volume, on the symbol's steps: one step at least."""
    spec = exchange.specs.get(_symbol(call, exchange))
    if spec is None:
        return asked
    fewest = volume_steps(spec).minimum
    size = volume_steps(spec).step
    steps = ((asked * step.part - fewest) / size).to_integral_value(ROUND_DOWN)
    return fewest + max(Decimal(0), steps) * size


def fields_of(call: IncomingCall) -> Mapping[str, Any]:
    """The body's fields, numbers as Decimal; none where it is no JSON object."""
    try:
        value: object = json.loads(call.body or b"{}", parse_float=Decimal, parse_int=Decimal)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _symbol(call: IncomingCall, exchange: "Exchange") -> str:
    fields = fields_of(call)
    if "symbol" in fields:
        return str(fields["symbol"])
    ticket = fields.get("ticket")
    return next((one.symbol for one in exchange.engine.positions() if one.ticket == ticket), "")


def _aside(step: Scripted, price: Any, call: IncomingCall, exchange: "Exchange") -> Any:
    if not isinstance(price, Decimal):
        return price
    spec = exchange.specs.get(_symbol(call, exchange))
    return price if spec is None else price + spec.point * Decimal(step.far)


def _with(call: IncomingCall, fields: Mapping[str, Any]) -> IncomingCall:
    return replace(call, body=write_json(fields))
