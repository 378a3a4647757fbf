"""Placing pending orders. The API has no endpoint for it: an account's past and tests place them."""

from datetime import datetime

from xbtfx_tui.domain.positions import OrderKind, PendingOrder
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import OrderAdded
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import TradeRefusal
from xbtfx_tui.paper.account.open_positions import HeldOrder
from xbtfx_tui.paper.account.stop_triggers import reached
from xbtfx_tui.paper.account.trade_checks import (
    check_market,
    check_price,
    check_stop_price,
    check_symbol,
    check_volume,
    rejected,
)

_STOP_LIMITS = frozenset({OrderKind.BUY_STOP_LIMIT, OrderKind.SELL_STOP_LIMIT})
_LIMITS = {
    OrderKind.BUY_STOP_LIMIT: OrderKind.BUY_LIMIT,
    OrderKind.SELL_STOP_LIMIT: OrderKind.SELL_LIMIT,
}


def place(state: AccountState, order: HeldOrder, now: datetime) -> PendingOrder | TradeRefusal:
    """Put the order into the book, or say why not; its ticket is given only then."""
    if refusal := _check(state, order, now):
        return refusal
    order.ticket = state.book.new_order_ticket()
    state.book.add_order(order)
    shown = order.shown()
    state.events.append(OrderAdded(shown))
    return shown


def _check(state: AccountState, order: HeldOrder, now: datetime) -> TradeRefusal | None:
    if refusal := check_symbol(state, order.symbol):
        return refusal
    spec = state.specs[order.symbol]
    if refusal := check_volume(spec, order.volume) or check_market(state, spec, now):
        return refusal
    if not state.can_value(order.symbol):
        return rejected(10021, f"There are no quotes for {order.symbol} yet.")
    if refusal := _check_prices(state, order):
        return refusal
    entry, side = order.entry_price, order.kind.side
    for kind, price in ((StopKind.SL, order.sl), (StopKind.TP, order.tp)):
        if price and (bad := check_stop_price(spec, kind, side, price, entry, entry)):
            return bad
    return None


def _check_prices(state: AccountState, order: HeldOrder) -> TradeRefusal | None:
    """The market must still have to come to the price, from at least stops_level points away."""
    spec = state.specs[order.symbol]
    market = state.opening_price(order.symbol, order.kind.side)
    if bad := check_price(spec, "price", order.price, 10015):
        return bad
    near = spec.stops_level * spec.point
    if reached(order.kind, order.price, market) or abs(order.price - market) < near:
        return rejected(10015, f"A {order.kind.value} at {order.price} is on the wrong side of {market}.")
    if (order.kind in _STOP_LIMITS) is (order.limit_price is None):
        return rejected(10015, "A stop-limit order has a limit price, and no other kind does.")
    if order.limit_price is not None:
        if bad := check_price(spec, "limit price", order.limit_price, 10015):
            return bad
        if reached(_LIMITS[order.kind], order.limit_price, order.price):
            return rejected(10015, "The limit price must be better than the stop price.")
    return None
