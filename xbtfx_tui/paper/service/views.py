"""The account and the market as the API's rows (xbtfx-api.md sections 2 and 3). Pure; reads no request.

Positions carry no comment and no time, as on the live service. Optional fields are sent: the richest form.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, Permission, currency_decimals
from xbtfx_tui.domain.positions import Deal, PendingOrder, Position
from xbtfx_tui.domain.symbols import SessionSpan, SymbolSpec, TradeMode
from xbtfx_tui.paper.account.results import (
    BulkClosed,
    BulkLine,
    Closed,
    HalfReversed,
    Refusal,
    Reversed,
    Traded,
)
from xbtfx_tui.paper.market.market import Tick

DONE = 10009
PLACED = 10008

Row = Mapping[str, object]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MODE_WORDS = {
    TradeMode.DISABLED: "Disabled",
    TradeMode.LONG_ONLY: "LongOnly",
    TradeMode.SHORT_ONLY: "ShortOnly",
    TradeMode.CLOSE_ONLY: "CloseOnly",
    TradeMode.FULL: "Full",
}
_VALUE_DIGITS = 10


def key_row(account: Account, tier: str, permissions: frozenset[Permission]) -> Row:
    return {
        "login": account.login,
        "tier": tier,
        "status": "active",
        "permissions": [permission.value for permission in Permission if permission in permissions],
        "margin_mode": account.margin_mode.value,
        "server": account.server,
    }


def account_row(account: Account) -> Row:
    """Money at the account currency's decimals; `margin_level` is left out while no margin is used."""
    quantum = Decimal(1).scaleb(-currency_decimals(account.currency))
    row: dict[str, object] = {
        "login": account.login,
        "balance": account.balance.quantize(quantum),
        "equity": account.equity.quantize(quantum),
        "margin": account.margin.quantize(quantum),
        "margin_free": account.margin_free.quantize(quantum),
        "profit": account.profit.quantize(quantum),
        "leverage": account.leverage,
        "margin_mode": account.margin_mode.value,
        "currency": account.currency,
        "server": account.server,
    }
    if account.margin_level is not None:
        row["margin_level"] = account.margin_level.quantize(Decimal("0.01"))
    return row


def symbol_row(spec: SymbolSpec, tick: Tick, spread_points: int) -> Row:
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


def spec_row(spec: SymbolSpec, tick: Tick, spread_points: int, tick_value: Decimal | None) -> Row:
    """A symbol in full: `trade_mode` as a word, sessions by day in UTC; what is not known is left out."""
    row = {
        "symbol": spec.name,
        "description": spec.description,
        "path": spec.path,
        "currency_base": spec.currency_base,
        "currency_profit": spec.currency_profit,
        "currency_margin": spec.currency_margin,
        "digits": spec.digits,
        "point": spec.point,
        "contract_size": spec.contract_size,
        "trade_mode": _MODE_WORDS[spec.trade_mode],
        "tradeable": spec.tradeable,
        "calc_mode": spec.calc_mode,
        "spread": spread_points,
        "stops_level": spec.stops_level,
        "volume_min": spec.volume_min,
        "volume_max": spec.volume_max,
        "volume_step": spec.volume_step,
        "tick_value": None if tick_value is None else round(tick_value, _VALUE_DIGITS),
        "tick_size": spec.tick_size,
        "swap_mode": spec.swap_mode,
        "swap_long": spec.swap_long,
        "swap_short": spec.swap_short,
        "swap_3day": spec.swap_3day,
        "margin_initial": spec.margin_initial,
        "margin_maintenance": spec.margin_maintenance,
        "margin_long": spec.margin_long,
        "margin_short": spec.margin_short,
        "margin_hedged": spec.margin_hedged,
        "bid": tick.bid,
        "ask": tick.ask,
        "sessions": {"trade": _sessions(spec.trade_sessions), "quote": _sessions(spec.quote_sessions)},
    }
    return {name: value for name, value in row.items() if value is not None}


def _sessions(spans: Sequence[SessionSpan] | None) -> list[Row]:
    return [
        {"day": _DAYS[span.day], "open": _clock(span.open_minute), "close": _clock(span.close_minute)}
        for span in spans or ()
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def position_row(position: Position) -> Row:
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


def order_row(order: PendingOrder) -> Row:
    return {
        "ticket": order.ticket,
        "symbol": order.symbol,
        "type": order.kind.value,
        "volume": order.volume,
        "price": order.price,
        "sl": order.sl or 0,
        "tp": order.tp or 0,
    }


def deal_row(deal: Deal) -> Row:
    return {
        "ticket": deal.ticket,
        "symbol": deal.symbol,
        "side": deal.side.value,
        "entry": deal.entry.value if deal.entry is not None else None,
        "volume": deal.volume,
        "price": deal.price,
        "profit": deal.profit,
        "time": deal.time.astimezone(UTC) if deal.time is not None else None,
        "order": deal.order,
        "position": deal.position,
    }


def placed_row(volume: Decimal, comment: str) -> Row:
    """The ordinary live answer: no deal, no order, no price. The comment carries the server's prefix."""
    return {"status": "placed", "retcode": PLACED, "volume": volume, "comment": f"-API{comment}"}


def traded_row(traded: Traded) -> Row:
    deal = traded.deal
    return {
        "status": "filled",
        "retcode": DONE,
        "deal": deal.ticket,
        "order": deal.order,
        "price": deal.price,
    }


def closed_row(closed: Closed) -> Row:
    return {"status": "filled", "retcode": DONE, "deal": closed.deal.ticket, "price": closed.deal.price}


def ok_row() -> Row:
    return {"status": "ok", "retcode": DONE}


def reversed_row(outcome: Reversed) -> Row:
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


def half_reversed_row(outcome: HalfReversed) -> Row:
    """The body of a 207: closed, not opened."""
    refusal = outcome.refusal
    return {
        "close": _close_half(outcome.close),
        "open": {"status": "rejected", "retcode": refusal.retcode, "message": refusal.message},
        "warning": "The position was closed, but the opposite one was not opened. Do not retry.",
    }


def _close_half(closed: Closed) -> Row:
    return {"status": "filled", "deal": closed.deal.ticket, "price": closed.deal.price}


def bulk_row(outcome: BulkClosed) -> Row:
    return {
        "closed": outcome.closed,
        "failed": outcome.failed,
        "total_profit": outcome.total_profit,
        "details": [_bulk_line(line) for line in outcome.lines],
    }


def _bulk_line(line: BulkLine) -> Row:
    match line.outcome:
        case Closed(deal):
            return {
                "ticket": line.ticket,
                "status": "filled",
                "retcode": DONE,
                "deal": deal.ticket,
                "price": deal.price,
                "profit": deal.profit,
            }
        case Refusal(_, _, retcode):
            return {"ticket": line.ticket, "status": "rejected", "retcode": retcode, "profit": 0}
