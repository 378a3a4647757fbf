"""What a price sets off: stops of positions, and pending orders. Fills are at the market, not at the level.

A long's stops are judged by the bid and a short's by the ask, where each closes; pending orders by the side
they fill at. A price that jumps over a level fills where it lands. A shut market sets off
nothing.
"""

from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.positions import OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import OrderAdded, OrderRemoved
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import Cause, OrderLapsed, Traded, TradeRefusal
from xbtfx_tui.paper.account.fill_booking import Fill, close_at_market
from xbtfx_tui.paper.account.hedging_fills import fill_hedging
from xbtfx_tui.paper.account.netting_fills import fill_netting
from xbtfx_tui.paper.account.open_positions import HeldOrder, HeldPosition
from xbtfx_tui.paper.account.trade_checks import check_fill_allowed, check_limit, check_money, rejected

_TURNS_INTO = {
    OrderKind.BUY_STOP_LIMIT: OrderKind.BUY_LIMIT,
    OrderKind.SELL_STOP_LIMIT: OrderKind.SELL_LIMIT,
}
_BELOW = frozenset({OrderKind.BUY_LIMIT, OrderKind.SELL_STOP, OrderKind.SELL_STOP_LIMIT})


def fill_order(state: AccountState, fill: Fill) -> Traded:
    """Execute in the account's margin mode."""
    if state.config.margin_mode is MarginMode.HEDGING:
        return fill_hedging(state, fill)
    return fill_netting(state, fill)


def pull_triggers(state: AccountState, symbol: str, now: datetime) -> None:
    """Execute what the symbol's current price sets off: stops first, so that a new position waits a tick."""
    for position in state.book.of(symbol):
        cause = _stop_hit(position)
        if cause is not None and state.is_open(symbol, now):
            closed = close_at_market(state, position, position.volume, now)
            state.ledger.executed(now, cause, None, (position.ticket,), (closed.deal,))
    for order in state.book.orders_of(symbol):
        if _reached(order, state) and state.is_open(symbol, now):
            _activate(state, order, now)


def _stop_hit(position: HeldPosition) -> Cause | None:
    """Whether the price it is valued at has reached a stop; the loss counts first if both have."""
    price, sign = position.price_current, position.side.sign
    if position.sl is not None and (price - position.sl) * sign <= 0:
        return Cause.STOP_LOSS
    if position.tp is not None and (price - position.tp) * sign >= 0:
        return Cause.TAKE_PROFIT
    return None


def reached(kind: OrderKind, price: Decimal, market: Decimal) -> bool:
    """Whether the market (the ask for buys, the bid for sells) has come to the order's price."""
    return market <= price if kind in _BELOW else market >= price


def _reached(order: HeldOrder, state: AccountState) -> bool:
    return reached(order.kind, order.price, state.opening_price(order.symbol, order.kind.side))


def _activate(state: AccountState, order: HeldOrder, now: datetime) -> None:
    if order.limit_price is not None:
        state.events.append(OrderRemoved(order.ticket))
        order.kind, order.price, order.limit_price = _TURNS_INTO[order.kind], order.limit_price, None
        state.ledger.executed(now, Cause.PENDING, None, (order.ticket,))
        state.events.append(OrderAdded(order.shown()))
        if not _reached(order, state):
            return
    state.book.remove_order(order)
    state.events.append(OrderRemoved(order.ticket))
    side = order.kind.side
    refusal = _refused(state, order, side)
    if refusal is not None:
        state.events.append(OrderLapsed(order.ticket, refusal))
        return
    price = state.opening_price(order.symbol, side)
    fill = Fill(order.symbol, side, order.volume, price, order.ticket, now, order.sl, order.tp)
    traded = fill_order(state, fill)
    state.ledger.executed(now, Cause.PENDING, None, (order.ticket,), (traded.deal,))


def _refused(state: AccountState, order: HeldOrder, side: Side) -> TradeRefusal | None:
    if not state.can_value(order.symbol):
        return rejected(10021, f"There are no quotes to value {order.symbol}.")
    spec = state.specs[order.symbol]
    return (
        check_fill_allowed(state, spec, side, order.volume)
        or check_limit(state, order.symbol)
        or check_money(state, order.symbol, side, order.volume)
    )
