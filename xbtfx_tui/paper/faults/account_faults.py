"""What a fault does to the account: some of a bulk close, the rest of a part fill, another hand's deals."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account import trade_requests
from xbtfx_tui.paper.account.command_results import Cause
from xbtfx_tui.paper.faults.altered_orders import fields_of
from xbtfx_tui.paper.faults.fault_types import Scripted
from xbtfx_tui.paper.service.fault_hooks import IncomingCall
from xbtfx_tui.paper.service.json_bodies import BodyError, Fields

if TYPE_CHECKING:
    from xbtfx_tui.paper.paper_exchange import Exchange

_CLOSE_SYMBOL = "/v1/close-symbol"
_CAUSES = frozenset({Cause.TRADE, Cause.CLOSE, Cause.REVERSE})


def bulk_tickets(call: IncomingCall, exchange: "Exchange") -> list[int]:
    """The tickets that a bulk close is for, the oldest first."""
    symbol: str | None = None
    if call.path == _CLOSE_SYMBOL:
        with suppress(BodyError):
            symbol = Fields(call.body).text("symbol")
    return sorted(position.ticket for position in exchange.engine.positions(symbol))


def close_some(call: IncomingCall, tickets: list[int], exchange: "Exchange", delay: float = 0.0) -> None:
    """Close these in the request's name, at once or `delay` seconds from now."""
    for ticket in tickets:
        command = trade_requests.CloseRequest(call.request_id, ticket)
        if delay:
            exchange.execute_later(command, delay)
        else:
            exchange.engine.close(command, exchange.now())


def fill_rest(call: IncomingCall, volume: Decimal, exchange: "Exchange", now: datetime) -> None:
    """Execute the rest of an order that was filled in part; nothing where it was never executed."""
    engine = exchange.engine
    own = next((one for one in engine.executions_of(call.request_id) if one.cause in _CAUSES), None)
    if own is not None:
        engine.fill_rest(own, volume, now)


def book_foreign_deals(step: Scripted, call: IncomingCall, exchange: "Exchange") -> None:
    """Another hand opened and closed what this trade is about to open, before it came."""
    fields = fields_of(call)
    symbol, volume = step.symbol or fields.get("symbol"), fields.get("volume")
    if not isinstance(symbol, str) or symbol not in exchange.specs or not isinstance(volume, Decimal):
        return
    state = exchange.engine.state
    side = Side.SELL if fields.get("side") == Side.SELL.value else Side.BUY
    opened = exchange.now() - timedelta(seconds=step.far)
    closed = opened + timedelta(seconds=step.far / 2)
    position = state.book.new_order_ticket()
    price = state.opening_price(symbol, side)
    for entry, which, at in ((DealEntry.IN, side, opened), (DealEntry.OUT, side.opposite, closed)):
        order = position if entry is DealEntry.IN else state.book.new_order_ticket()
        state.ledger.record(
            Deal(
                ticket=state.book.new_deal_ticket(),
                symbol=symbol,
                side=which,
                entry=entry,
                volume=volume,
                price=price,
                profit=Decimal(0),
                time=at,
                order=order,
                position=position,
            )
        )
