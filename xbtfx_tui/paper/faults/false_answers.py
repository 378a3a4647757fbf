"""Answers that tell of what was not done, or was done otherwise: bodies by xbtfx-api.md sections 3 and 8.

Pure. They have the fields of the minimal form, whatever the exchange's own: a lie needs no more.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.faults.account_faults import bulk_tickets
from xbtfx_tui.paper.faults.altered_orders import asked_volume, fields_of
from xbtfx_tui.paper.faults.fault_types import Telling
from xbtfx_tui.paper.service.api_rows import DONE, PLACED, ApiRow
from xbtfx_tui.paper.service.fault_hooks import IncomingCall
from xbtfx_tui.paper.service.http_replies import ApiError, Reply, reply
from xbtfx_tui.paper.service.json_bodies import write_json

if TYPE_CHECKING:
    from xbtfx_tui.paper.paper_exchange import Exchange

NO_SUCH_NUMBER = 987_654_321
_IN_PART = 10010
_HTTP_OK = 200


def as_if_done(call: IncomingCall, exchange: "Exchange") -> Reply:
    """The answer of an order that was carried out."""
    fields = fields_of(call)
    filled: ApiRow = {"status": "filled", "retcode": DONE, "deal": NO_SUCH_NUMBER, "order": NO_SUCH_NUMBER}
    match call.path:
        case "/v1/trade":
            price = _price(str(fields.get("symbol", "")), fields.get("side") == Side.BUY.value, exchange)
            return reply({**filled, "volume": asked_volume(call, exchange), "comment": "", "price": price})
        case "/v1/close":
            return reply({**filled, "price": _price_of(call, exchange)})
        case "/v1/close-by":
            tickets = {name: fields.get(name) for name in ("position", "position_by")}
            return reply({"status": "ok", **tickets, "retcode": DONE})
        case "/v1/reverse":
            return reply(_reversed(call, exchange))
        case "/v1/close-all" | "/v1/close-symbol":
            tickets_closed = bulk_tickets(call, exchange)
            return reply(bulk_row(tickets_closed, tickets_closed, Telling.FILLED))
        case _:
            return reply({"status": "ok", "retcode": DONE})


def bulk_row(tickets: Sequence[int], closed: Sequence[int], told: Telling) -> ApiRow:
    """The answer to a bulk close for these tickets, of which some were closed, told in this way."""
    match told:
        case Telling.ZERO:
            return _counted(0, 0, ())
        case Telling.PLACED:
            return _counted(len(tickets), 0, [_line(ticket, "placed", PLACED) for ticket in tickets])
        case Telling.MISCOUNT:
            lines = [
                _line(one, "filled", DONE) if one in closed else _line(one, "rejected") for one in tickets
            ]
            return _counted(len(tickets), 0, lines)
        case _:
            return _counted(len(tickets), 0, [_line(ticket, "filled", DONE) for ticket in tickets])


def in_part() -> Reply:
    """MetaTrader's 10010: some of the volume was executed, and it does not say how much."""
    return ApiError(400, "rejected", "Request completed partially.", retcode=_IN_PART).reply()


def retold(answered: Reply, **fields: object) -> Reply:
    """The answer with these fields told otherwise, where it has any of them or says `filled`."""
    if answered.status != _HTTP_OK:
        return answered
    value: dict[str, Any] = json.loads(answered.body, parse_float=Decimal)
    return Reply(_HTTP_OK, write_json({**value, **fields}))


def _counted(closed: int, failed: int, lines: Sequence[ApiRow]) -> ApiRow:
    return {"closed": closed, "failed": failed, "total_profit": Decimal(0), "details": lines}


def _line(ticket: int, status: str, retcode: int | None = None) -> ApiRow:
    deal = NO_SUCH_NUMBER if retcode == DONE else 0
    return {"ticket": ticket, "status": status, "deal": deal, "profit": Decimal(0)}


def _reversed(call: IncomingCall, exchange: "Exchange") -> ApiRow:
    ticket = fields_of(call).get("ticket")
    held = next((one for one in exchange.engine.positions() if one.ticket == ticket), None)
    half: ApiRow = {"status": "filled", "deal": NO_SUCH_NUMBER, "price": _price_of(call, exchange)}
    side = held.side.opposite.value if held is not None else Side.BUY.value
    volume = held.volume if held is not None else Decimal(0)
    return {"close": half, "open": {**half, "order": NO_SUCH_NUMBER, "volume": volume, "side": side}}


def _price_of(call: IncomingCall, exchange: "Exchange") -> Decimal | None:
    ticket = fields_of(call).get("ticket")
    held = next((one for one in exchange.engine.positions() if one.ticket == ticket), None)
    return None if held is None else _price(held.symbol, held.side is Side.SELL, exchange)


def _price(symbol: str, is_bought: bool, exchange: "Exchange") -> Decimal | None:
    quote = exchange.engine.quote(symbol)
    return None if quote is None else quote[1 if is_bought else 0]
