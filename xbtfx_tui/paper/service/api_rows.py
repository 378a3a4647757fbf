"""The account and the market as the API's rows (xbtfx-api.md sections 2, 3 and 8). Pure; reads no request.

Each row comes in two forms: minimal has exactly the fields that section 8 lists, rich adds those that only
some of the vendor's documents show. Positions carry no comment and no time, as on the live service.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, Permission, currency_decimals
from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec, TradeMode
from xbtfx_tui.paper.account.command_results import (
    BulkCloseResult,
    BulkCloseResultLine,
    Closed,
    HalfReversedResult,
    ReversedResult,
    Traded,
    TradeRefusal,
)
from xbtfx_tui.paper.account.trade_requests import TradeRequest
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.market.paper_market import Tick

DONE = 10009
PLACED = 10008

ApiRow = Mapping[str, object]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MODE_WORDS = {
    TradeMode.DISABLED: "Disabled",
    TradeMode.LONG_ONLY: "LongOnly",
    TradeMode.SHORT_ONLY: "ShortOnly",
    TradeMode.CLOSE_ONLY: "CloseOnly",
    TradeMode.FULL: "Full",
}
_VALUE_DIGITS = 10


def _in_form(form: ApiForm, minimal: ApiRow, only_rich: ApiRow) -> ApiRow:
    match form:
        case ApiForm.MINIMAL:
            return minimal
        case ApiForm.RICH:
            return {**minimal, **only_rich}


def key_row(account: Account, tier: str, permissions: frozenset[Permission], form: ApiForm) -> ApiRow:
    minimal: ApiRow = {
        "login": account.login,
        "tier": tier,
        "status": "active",
        "permissions": [permission.value for permission in Permission if permission in permissions],
        "margin_mode": account.margin_mode.value,
    }
    return _in_form(form, minimal, {"server": account.server})


def account_row(account: Account, form: ApiForm) -> ApiRow:
    """Money at the account currency's decimals; `margin_level` is left out while no margin is used.

    The minimal form does not name the currency.
    """
    quantum = Decimal(1).scaleb(-currency_decimals(account.currency))
    minimal: ApiRow = {
        "login": account.login,
        "balance": account.balance.quantize(quantum),
        "equity": account.equity.quantize(quantum),
        "margin": account.margin.quantize(quantum),
        "margin_free": account.margin_free.quantize(quantum),
        "profit": account.profit.quantize(quantum),
        "leverage": account.leverage,
        "margin_mode": account.margin_mode.value,
    }
    only_rich: dict[str, object] = {"currency": account.currency, "server": account.server}
    if account.margin_level is not None:
        only_rich["margin_level"] = account.margin_level.quantize(Decimal("0.01"))
    return _in_form(form, minimal, only_rich)


def symbol_row(spec: SymbolSpec, tick: Tick, spread_points: int) -> ApiRow:
    """A line of the list: `trade_mode` as MetaTrader's number, no volume limits."""
    return {
        "name": spec.name,
        "digits": spec.digits,
        "contract_size": spec.contract_size,
        "point": spec.point,
        "trade_mode": spec.trade_mode.value,
        "swap_long": spec.swap_long,
        "swap_short": spec.swap_short,
        "spread": spread_points,
        "bid": tick.bid,
        "ask": tick.ask,
    }


def spec_row(
    spec: SymbolSpec,
    tick: Tick,
    spread_points: int,
    *,
    is_open: bool,
    tick_value: Decimal | None,
    form: ApiForm,
) -> ApiRow:
    """A symbol in full: `trade_mode` as a word, sessions by day in UTC; a rich field not known is left out.

    `tradeable` is false while the market is shut, too: it says whether a trade would be taken now.
    """
    minimal: ApiRow = {
        "symbol": spec.name,
        "description": spec.description,
        "currency_base": spec.currency_base,
        "currency_profit": spec.currency_profit,
        "currency_margin": spec.currency_margin,
        "digits": spec.digits,
        "point": spec.point,
        "contract_size": spec.contract_size,
        "trade_mode": _MODE_WORDS[spec.trade_mode],
        "tradeable": spec.tradeable and is_open,
        "volume_min": spec.volume_min,
        "volume_max": spec.volume_max,
        "volume_step": spec.volume_step,
        "stops_level": spec.stops_level,
        "spread": spread_points,
        "bid": tick.bid,
        "ask": tick.ask,
    }
    only_rich = {
        "path": spec.path,
        "calc_mode": spec.calc_mode,
        "tick_value": None if tick_value is None else round(tick_value, _VALUE_DIGITS),
        "tick_size": spec.tick_size,
        "freeze_level": 0,
        "swap_mode": spec.swap_mode,
        "swap_long": spec.swap_long,
        "swap_short": spec.swap_short,
        "swap_3day": spec.swap_3day,
        "margin_initial": spec.margin_initial,
        "margin_maintenance": spec.margin_maintenance,
        "margin_long": spec.margin_long,
        "margin_short": spec.margin_short,
        "margin_hedged": spec.margin_hedged,
        "sessions": {"trade": _sessions(spec.trade_sessions), "quote": _sessions(spec.quote_sessions)},
    }
    return _in_form(form, minimal, {name: value for name, value in only_rich.items() if value is not None})


def _sessions(spans: Sequence[SessionSpan] | None) -> list[ApiRow]:
    return [
        {"day": _DAYS[span.day], "open": _clock(span.open_minute), "close": _clock(span.close_minute)}
        for span in spans or ()
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def position_row(position: Position) -> ApiRow:
    return {
        "ticket": position.ticket,
        "symbol": position.symbol,
        "side": position.side.value,
        "volume": position.volume,
        "price_open": position.price_open,
        "price_current": position.price_current,
        "sl": position.sl or 0,
        "tp": position.tp or 0,
        "profit": position.profit,
        "swap": position.swap,
    }


def order_row(order: PendingOrder) -> ApiRow:
    return {
        "ticket": order.ticket,
        "symbol": order.symbol,
        "type": order.kind.value,
        "volume": order.volume,
        "price": order.price,
        "sl": order.sl or 0,
        "tp": order.tp or 0,
    }


def deal_row(deal: Deal, form: ApiForm, clock_off: timedelta = timedelta(0)) -> ApiRow:
    """A deal; its time is by the broker's clock, which is `clock_off` ahead.

    The minimal form tells it to the second and without a zone (`2025-01-15T10:30:00`), the rich with both.
    """
    return {
        "ticket": deal.ticket,
        "symbol": deal.symbol,
        "side": deal.side.value,
        "entry": deal.entry.value if deal.entry is not None else None,
        "volume": deal.volume,
        "price": deal.price,
        "profit": deal.profit,
        "time": _deal_time(deal, form, clock_off),
        "order": deal.order,
        "position": deal.position,
    }


def _deal_time(deal: Deal, form: ApiForm, clock_off: timedelta) -> str | datetime | None:
    if deal.time is None:
        return None
    at = deal.time.astimezone(UTC) + clock_off
    match form:
        case ApiForm.MINIMAL:
            return f"{at:%Y-%m-%dT%H:%M:%S}"
        case ApiForm.RICH:
            return at


def placed_trade_row(trade: TradeRequest, form: ApiForm) -> ApiRow:
    """The ordinary live answer: no deal, no order, no price."""
    return {
        "status": "placed",
        "retcode": PLACED,
        "volume": trade.volume,
        "comment": _comment(trade.comment, form),
    }


def placed_close_row(volume: Decimal, comment: str, form: ApiForm) -> ApiRow:
    """`volume` in lots, what is to be closed: the rich form tells it and the comment, too."""
    only_rich = {"volume": volume, "comment": _comment(comment, form)}
    return _in_form(form, {"status": "placed", "retcode": PLACED}, only_rich)


def traded_row(traded: Traded, comment: str, form: ApiForm) -> ApiRow:
    deal = traded.deal
    return {
        "status": "filled",
        "retcode": DONE,
        "volume": deal.volume,
        "comment": _comment(comment, form),
        "deal": deal.ticket,
        "order": deal.order,
        "price": deal.price,
    }


def closed_row(closed: Closed, comment: str, form: ApiForm) -> ApiRow:
    deal = closed.deal
    minimal: ApiRow = {
        "status": "filled",
        "retcode": DONE,
        "deal": deal.ticket,
        "order": deal.order,
        "price": deal.price,
    }
    return _in_form(form, minimal, {"volume": deal.volume, "comment": _comment(comment, form)})


def _comment(comment: str, form: ApiForm) -> str:
    """The comment as an answer repeats it: behind the server's prefix, or empty in the minimal form."""
    match form:
        case ApiForm.MINIMAL:
            return ""
        case ApiForm.RICH:
            return f"-API{comment}"


def modified_row() -> ApiRow:
    return {"status": "ok", "retcode": DONE}


def closed_by_row(position: int, position_by: int) -> ApiRow:
    return {"status": "ok", "position": position, "position_by": position_by, "retcode": DONE}


def reversed_row(outcome: ReversedResult) -> ApiRow:
    deal = outcome.open.deal
    return {
        "close": _close_half(outcome.close),
        "open": {
            "status": "filled",
            "deal": deal.ticket,
            "order": deal.order,
            "volume": deal.volume,
            "price": deal.price,
            "side": deal.side.value,
        },
    }


def half_reversed_row(outcome: HalfReversedResult) -> ApiRow:
    """The body of a 207: closed, not opened."""
    refusal = outcome.refusal
    return {
        "close": _close_half(outcome.close),
        "open": {"status": "rejected", "retcode": refusal.retcode, "message": refusal.message},
        "warning": "The position was closed, but the opposite one was not opened. Do not retry.",
    }


def _close_half(closed: Closed) -> ApiRow:
    return {"status": "filled", "deal": closed.deal.ticket, "price": closed.deal.price}


def bulk_row(outcome: BulkCloseResult, form: ApiForm) -> ApiRow:
    return {
        "closed": outcome.closed,
        "failed": outcome.failed,
        "total_profit": outcome.total_profit,
        "details": [_bulk_line(line, form) for line in outcome.lines],
    }


def _bulk_line(line: BulkCloseResultLine, form: ApiForm) -> ApiRow:
    """One ticket of a bulk close; a refused one names deal 0, as there is none."""
    match line.outcome:
        case Closed(deal):
            minimal: ApiRow = {
                "ticket": line.ticket,
                "status": "filled",
                "deal": deal.ticket,
                "profit": deal.profit,
            }
            return _in_form(form, minimal, {"retcode": DONE, "price": deal.price})
        case TradeRefusal(_, _, retcode):
            minimal = {"ticket": line.ticket, "status": "rejected", "deal": 0, "profit": 0}
            return _in_form(form, minimal, {"retcode": retcode})
