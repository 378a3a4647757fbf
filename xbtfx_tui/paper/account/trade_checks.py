"""Whether something may be done, as the broker would judge it: each check answers None, or why not.

Nothing here changes the account. The order of the checks is the order in which a trader meets them: the
request's form, the symbol, the volume, what the symbol allows, the market, the stops, the limits, the money.
"""

from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Keep, MoveTo, StopChange
from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind, stop_problem
from xbtfx_tui.domain.symbol_spec import SymbolSpec, TradeMode
from xbtfx_tui.domain.trading_sessions import next_open
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import RefusalCode, TradeRefusal
from xbtfx_tui.paper.account.open_positions import HeldOrder, HeldPosition
from xbtfx_tui.paper.account.trade_requests import (
    CloseByRequest,
    CloseRequest,
    ModifyRequest,
    ReverseRequest,
    TradeRequest,
)

COMMENT_LIMIT = 27
"""Characters a client's comment may have: the server's own prefix takes the rest of MetaTrader's 31."""


def rejected(retcode: int, message: str) -> TradeRefusal:
    return TradeRefusal(RefusalCode.REJECTED, message, retcode)


def check_comment(comment: str) -> TradeRefusal | None:
    if len(comment) > COMMENT_LIMIT:
        return TradeRefusal(
            RefusalCode.INVALID_REQUEST,
            f"The comment has {len(comment)} characters; {COMMENT_LIMIT} are the most.",
        )
    if not (comment.isascii() and (comment.isprintable() or not comment)):
        return TradeRefusal(
            RefusalCode.INVALID_REQUEST, "The comment may hold printable ASCII characters only."
        )
    return None


def check_trade(state: AccountState, trade: TradeRequest, now: datetime) -> TradeRefusal | None:
    """Whether the market order would be executed at the price of now."""
    if refusal := check_comment(trade.comment) or check_symbol(state, trade.symbol):
        return refusal
    spec = state.specs[trade.symbol]
    return (
        check_volume(spec, trade.volume)
        or check_fill_allowed(state, spec, trade.side, trade.volume)
        or check_market(state, spec, now)
        or _check_quotes(state, trade.symbol)
        or _check_stop(state, spec, StopKind.SL, trade.side, trade.sl)
        or _check_stop(state, spec, StopKind.TP, trade.side, trade.tp)
        or check_limit(state, trade.symbol)
        or check_money(state, trade.symbol, trade.side, trade.volume)
    )


def check_close(state: AccountState, close: CloseRequest, now: datetime) -> TradeRefusal | None:
    if refusal := check_comment(close.comment):
        return refusal
    if (position := state.book.positions.get(close.ticket)) is None:
        return not_found(close.ticket)
    spec = state.specs[position.symbol]
    return _check_part(spec, close.volume, position.volume) or check_closable(state, spec, now)


def check_modify(state: AccountState, modify: ModifyRequest, now: datetime) -> TradeRefusal | None:
    if isinstance(modify.sl, Keep) and isinstance(modify.tp, Keep):
        return TradeRefusal(
            RefusalCode.INVALID_REQUEST, "Give sl or tp, or both: there is nothing to modify."
        )
    held = state.book.positions.get(modify.ticket) or state.book.orders.get(modify.ticket)
    if held is None:
        return not_found(modify.ticket)
    spec = state.specs[held.symbol]
    wanted = ((StopKind.SL, modify.sl, held.sl), (StopKind.TP, modify.tp, held.tp))
    if refusal := check_closable(state, spec, now):
        return refusal
    if all(changed_stop(change, current) == current for _, change, current in wanted):
        return rejected(10025, "The stops already stand so: nothing was changed.")
    for kind, change, current in wanted:
        price = changed_stop(change, current)
        if price is not None and price != current and (bad := _check_held_stop(state, kind, held, price)):
            return bad
    return None


def check_close_by(state: AccountState, close_by: CloseByRequest, now: datetime) -> TradeRefusal | None:
    if state.config.margin_mode is not MarginMode.HEDGING:
        return TradeRefusal(
            RefusalCode.INVALID_REQUEST, "Close-by needs a hedging account; this one is netting."
        )
    if refusal := check_comment(close_by.comment):
        return refusal
    if close_by.position == close_by.position_by:
        return TradeRefusal(RefusalCode.INVALID_REQUEST, "A position can't be closed by itself.")
    for ticket in (close_by.position, close_by.position_by):
        if ticket not in state.book.positions:
            return not_found(ticket)
    one, other = state.book.positions[close_by.position], state.book.positions[close_by.position_by]
    if one.symbol != other.symbol or one.side is other.side:
        return rejected(10013, "Close-by needs an opposite position of the same symbol.")
    return check_closable(state, state.specs[one.symbol], now)


def check_reverse(state: AccountState, reverse: ReverseRequest, now: datetime) -> TradeRefusal | None:
    """Whether the close would be done; whether the open follows shows only once it is."""
    return check_close(state, CloseRequest(reverse.request_id, reverse.ticket, None, reverse.comment), now)


# --- the parts ----------------------------------------------------------------------------------------------


def not_found(ticket: int) -> TradeRefusal:
    return TradeRefusal(RefusalCode.POSITION_NOT_FOUND, f"There is no open position {ticket}.", 10036)


def check_symbol(state: AccountState, symbol: str) -> TradeRefusal | None:
    if symbol not in state.specs:
        return TradeRefusal(RefusalCode.INVALID_SYMBOL, f"There is no symbol {symbol!r}.")
    return None


def check_volume(spec: SymbolSpec, volume: Decimal) -> TradeRefusal | None:
    if problem := volume_problem(volume, volume_steps(spec)):
        return TradeRefusal(RefusalCode.INVALID_VOLUME, problem, 10014)
    return None


def check_fill_allowed(
    state: AccountState, spec: SymbolSpec, side: Side, volume: Decimal
) -> TradeRefusal | None:
    """The symbol's trade mode. On a netting account a trade that only reduces counts as a close."""
    if refusal := _check_enabled(spec):
        return refusal
    if state.config.margin_mode is MarginMode.NETTING:
        for held in state.book.of(spec.name):
            if held.side is not side and volume <= held.volume:
                return None
    match spec.trade_mode, side:
        case TradeMode.CLOSE_ONLY, _:
            return rejected(10044, f"Only closing is allowed on {spec.name}.")
        case TradeMode.LONG_ONLY, Side.SELL:
            return rejected(10042, f"Only long positions are allowed on {spec.name}.")
        case TradeMode.SHORT_ONLY, Side.BUY:
            return rejected(10043, f"Only short positions are allowed on {spec.name}.")
    return None


def check_closable(state: AccountState, spec: SymbolSpec, now: datetime) -> TradeRefusal | None:
    return _check_enabled(spec) or check_market(state, spec, now)


def check_market(state: AccountState, spec: SymbolSpec, now: datetime) -> TradeRefusal | None:
    if state.is_open(spec.name, now):
        return None
    opens = next_open(spec.trade_sessions, now)
    return TradeRefusal(RefusalCode.MARKET_CLOSED, f"The market of {spec.name} is closed.", 10018, opens)


def check_limit(state: AccountState, symbol: str) -> TradeRefusal | None:
    """The limit of open positions; a netting trade on a held symbol opens none."""
    if state.config.margin_mode is MarginMode.NETTING and state.book.of(symbol):
        return None
    if len(state.book.positions) >= state.config.max_positions:
        return rejected(10040, f"The limit of {state.config.max_positions} open positions is reached.")
    return None


def check_money(state: AccountState, symbol: str, side: Side, volume: Decimal) -> TradeRefusal | None:
    """Whether the equity, less the commission, carries the margin after the trade.

    One that needs no more margin always passes.
    """
    book = state.book
    after = book.margin - book.margin_of(symbol) + _symbol_margin_after(state, symbol, side, volume)
    equity = state.equity - state.commission(volume)
    if after > book.margin and after > equity:
        needed, free = after - book.margin, equity - book.margin
        currency = state.config.currency
        return rejected(10019, f"Not enough money: the margin is {needed} {currency}, {free} is free.")
    return None


def _symbol_margin_after(state: AccountState, symbol: str, side: Side, volume: Decimal) -> Decimal:
    price = state.opening_price(symbol, side)
    held = state.book.of(symbol)
    if state.config.margin_mode is MarginMode.NETTING and held and held[0].side is not side:
        if volume <= held[0].volume:
            return state.book.margin_of(symbol)
        return state.margin(symbol, side, volume - held[0].volume, price)
    return state.book.margin_with(symbol, side, state.margin(symbol, side, volume, price))


def _check_enabled(spec: SymbolSpec) -> TradeRefusal | None:
    if spec.trade_mode is TradeMode.DISABLED or not spec.tradeable:
        return rejected(10017, f"Trading is disabled for {spec.name}.")
    return None


def _check_quotes(state: AccountState, symbol: str) -> TradeRefusal | None:
    return None if state.can_value(symbol) else rejected(10021, f"There are no quotes for {symbol} yet.")


def _check_part(spec: SymbolSpec, volume: Decimal | None, held: Decimal) -> TradeRefusal | None:
    """The whole may always be closed, even where netting made it larger than one order may be."""
    if volume is None or (volume.is_finite() and volume == held):
        return None
    if volume.is_finite() and volume > held:
        return rejected(10038, f"{volume} lots is more than the {held} the position holds.")
    return check_volume(spec, volume)


# --- stops --------------------------------------------------------------------------------------------------


def changed_stop(change: StopChange, current: Decimal | None) -> Decimal | None:
    """The stop after the change; None = none."""
    match change:
        case Keep():
            return current
        case MoveTo(price):
            return price or None
        case _:
            return None


def _check_stop(
    state: AccountState, spec: SymbolSpec, kind: StopKind, side: Side, price: Decimal | None
) -> TradeRefusal | None:
    if not price:
        return None
    bid, ask = state.quotes[spec.name]
    return check_stop_price(spec, kind, side, price, bid, ask)


def _check_held_stop(
    state: AccountState, kind: StopKind, held: HeldPosition | HeldOrder, price: Decimal
) -> TradeRefusal | None:
    """A position's stops are measured from the market, a pending order's from where it would fill."""
    spec = state.specs[held.symbol]
    match held:
        case HeldPosition():
            return _check_stop(state, spec, kind, held.side, price)
        case HeldOrder():
            entry = held.entry_price
            return check_stop_price(spec, kind, held.kind.side, price, entry, entry)


def check_stop_price(
    spec: SymbolSpec, kind: StopKind, side: Side, price: Decimal, bid: Decimal, ask: Decimal
) -> TradeRefusal | None:
    if bad := check_price(spec, kind.value, price, 10016):
        return bad
    problem = stop_problem(price, kind, side, bid, ask, spec)
    return rejected(10016, problem) if problem else None


def check_price(spec: SymbolSpec, name: str, price: Decimal, retcode: int) -> TradeRefusal | None:
    """A price must be one the symbol can have: finite, above 0, no more decimals than its digits."""
    if not price.is_finite() or price <= 0:
        return rejected(retcode, f"The {name} must be a price above 0.")
    exponent = price.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > spec.digits:
        return rejected(retcode, f"The {name} has more decimals than the {spec.digits} of {spec.name}.")
    return None
