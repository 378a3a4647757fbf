"""The stream's frames as JSON text, in both dialects (xbtfx-api.md section 6). Pure; sends nothing.

Quotes are written by hand, not by an encoder: a thousand symbols move five times a second, and a quote's
text is made once and shared by every client that wants it.
"""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from xbtfx_tui.domain.store_events import (
    AccountEvent,
    DealDone,
    Dialect,
    OrderAdded,
    OrderRemoved,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.market.paper_market import Tick
from xbtfx_tui.paper.ports import Levels
from xbtfx_tui.paper.service.json_bodies import write_json

_LEAD = {Dialect.CURRENT: '{"channel":"quote",', Dialect.OLDER: '{"type":"quote",'}


class QuoteStyle(msgspec.Struct, frozen=True):
    """How quotes are told: the minimal form leaves the spread out; the broker's clock may be ahead."""

    form: ApiForm
    clock_ahead_ms: int = 0


def quote_frame(style: QuoteStyle, dialect: Dialect, tick: Tick, depth: Levels | None = None) -> str:
    """A quote; `spread` is in price, `time` ISO text in UTC with milliseconds, by the broker's clock."""
    time_ms = tick.time_ms + style.clock_ahead_ms
    spread = f'"spread":{tick.ask - tick.bid:f},' if style.form is ApiForm.RICH else ""
    text = (
        f'{_LEAD[dialect]}"symbol":"{tick.symbol}","bid":{tick.bid:f},"ask":{tick.ask:f},{spread}'
        f'"time":"{_to_the_second(time_ms // 1000)}.{time_ms % 1000:03d}Z"'
    )
    if depth is None:
        return text + "}"
    bids, asks = ([[level.price, level.volume] for level in side] for side in depth)
    return f'{text},"depth":{_text({"bids": bids, "asks": asks})}}}'


def auth_ok(dialect: Dialect, login: int, tier: str) -> str:
    if dialect is Dialect.CURRENT:
        return _text({"action": "auth_ok", "login": login, "tier": tier})
    return _text({"type": "auth", "status": "ok"})


def auth_error(message: str) -> str:
    return _text({"action": "auth_error", "message": message})


def error_frame(code: str, message: str) -> str:
    return _text({"action": "error", "code": code, "message": message})


def pong() -> str:
    return '{"action":"pong"}'


def rate_limit_warning(message: str) -> str:
    return _text({"channel": "system", "event": "rate_limit", "message": message})


def account_frame(event: AccountEvent) -> str:
    """An account event with the fields the API lists for it, and no others."""
    match event:
        case PositionOpened(ticket, symbol, side, volume, price_open):
            return _text(
                {
                    "channel": "position",
                    "event": "open",
                    "ticket": ticket,
                    "symbol": symbol,
                    "side": side.value,
                    "volume": volume,
                    "price_open": price_open,
                }
            )
        case PositionUpdated(ticket, profit, price_current):
            return _text(
                {
                    "channel": "position",
                    "event": "update",
                    "ticket": ticket,
                    "profit": profit,
                    "price_current": price_current,
                }
            )
        case PositionClosed(ticket, symbol, profit):
            return _text(
                {
                    "channel": "position",
                    "event": "close",
                    "ticket": ticket,
                    "symbol": symbol,
                    "profit": profit,
                }
            )
        case OrderAdded(order):
            return _text(
                {
                    "channel": "order",
                    "event": "add",
                    "ticket": order.ticket,
                    "symbol": order.symbol,
                    "type": order.kind.value,
                    "volume": order.volume,
                    "price": order.price,
                }
            )
        case OrderRemoved(ticket):
            return _text({"channel": "order", "event": "remove", "ticket": ticket})
        case DealDone(deal):
            return _text(
                {
                    "channel": "deal",
                    "ticket": deal.ticket,
                    "symbol": deal.symbol,
                    "side": deal.side.value,
                    "volume": deal.volume,
                    "price": deal.price,
                    "profit": deal.profit,
                }
            )


@lru_cache(maxsize=256)
def _to_the_second(unix: int) -> str:
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%dT%H:%M:%S}"


def _text(value: object) -> str:
    return write_json(value).decode()
