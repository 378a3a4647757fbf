"""Every body and frame of the API's document, in all forms and both dialects: what the mutator starts from.

Plain data and nothing else: what reads it is in `targets`.
"""

from typing import TypeAlias

import msgspec

Document: TypeAlias = dict[str, object] | list[object]

KEY_TEXT = "xbtfx_live_" + "a1b2c3d4" * 4

_POSITION: dict[str, object] = {
    "ticket": 184729,
    "symbol": "EURUSD",
    "side": "buy",
    "volume": 0.10,
    "price_open": 1.08213,
    "price_current": 1.08251,
    "sl": 1.079,
    "tp": 0,
    "profit": 3.8,
    "swap": -0.42,
}
_ORDER: dict[str, object] = {
    "ticket": 184750,
    "symbol": "GBPUSD",
    "type": "buy_limit",
    "volume": "0.20",
    "price": 1.26,
    "sl": 1.255,
    "tp": 1.27,
}
_DEAL: dict[str, object] = {
    "ticket": 99001,
    "symbol": "XAUUSD",
    "side": "sell",
    "entry": "in_out",
    "volume": 0.1,
    "price": 2345.12,
    "profit": -12.3,
    "time": "2026-04-01T10:00:00.123Z",
    "order": 184730,
    "position": 184729,
}
_ROW: dict[str, object] = {
    "name": "EURUSD",
    "digits": 5,
    "contract_size": 100000,
    "point": 0.00001,
    "trade_mode": "Full",
    "swap_long": -7.1,
    "swap_short": 2.2,
    "spread": 8,
    "bid": 1.08213,
    "ask": 1.08221,
    "description": "Euro vs US Dollar",
}
_SPEC: dict[str, object] = {
    **{name: value for name, value in _ROW.items() if name != "name"},
    "symbol": "NDXUSD",
    "path": "CFD\\Indices\\NDXUSD",
    "currency_base": "USD",
    "currency_profit": "USD",
    "currency_margin": "USD",
    "tradeable": True,
    "calc_mode": "SYMBOL_CALC_MODE_CFD",
    "stops_level": 10,
    "volume_min": 0.1,
    "volume_max": 100,
    "volume_step": 0.1,
    "tick_value": 1,
    "tick_size": 0.1,
    "swap_mode": "points",
    "swap_3day": 5,
    "margin_long": 0.01,
    "margin_short": 0.01,
    "sessions": {
        "trade": [
            {"day": "Monday", "open": "00:05", "close": "24:00"},
            {"day": 0, "open": 1380, "close": 60},
        ],
        "quote": [{"day": 5, "open": 0, "close": 86400}],
    },
}
_ACCOUNT: dict[str, object] = {
    "login": 50012345,
    "balance": 10000.0,
    "equity": 10022.1,
    "margin": 1082.13,
    "margin_free": 8939.97,
    "profit": 22.1,
    "leverage": 100,
    "margin_mode": "hedging",
}
_STATUS: dict[str, object] = {
    "login": 50012345,
    "tier": "standard",
    "status": "active",
    "permissions": ["trade", "read"],
    "margin_mode": "hedging",
}

_MINIMAL_SPEC: dict[str, object] = {
    "symbol": "USDJPY",
    "description": "US Dollar vs Japanese Yen",
    "currency_base": "USD",
    "currency_profit": "JPY",
    "currency_margin": "USD",
    "digits": 3,
    "point": 0.001,
    "contract_size": 100000,
    "trade_mode": "Full",
    "tradeable": True,
    "volume_min": 0.01,
    "volume_max": 50,
    "volume_step": 0.01,
    "stops_level": 0,
    "spread": 12,
    "bid": 149.123,
    "ask": 149.135,
}
_MINIMAL_ROW: dict[str, object] = {
    **{name: value for name, value in _ROW.items() if name != "description"},
    "trade_mode": 4,
}
_MINIMAL_DEAL: dict[str, object] = {**_DEAL, "time": "2025-01-15T10:30:00"}

READS: dict[str, tuple[Document, ...]] = {
    "read_key_status": (_STATUS, {**_STATUS, "permissions": "trade,read", "server": "XBTFX-Live"}),
    "read_account": (
        _ACCOUNT,
        {**_ACCOUNT, "currency": "BTC", "margin_level": 926.15, "server": "XBTFX-Live"},
        {**{k: v for k, v in _ACCOUNT.items() if k != "margin_free"}, "free_margin": "8939.97", "margin": 0},
    ),
    "read_symbols": (
        {"symbols": [_ROW, {**_ROW, "name": "USDJPY", "trade_mode": 4}], "count": 2},
        {"symbols": [_MINIMAL_ROW], "count": 1},
        [_ROW],
    ),
    "read_symbol": (
        _SPEC,
        _MINIMAL_SPEC,
        {**_SPEC, **_MINIMAL_SPEC, "tradeable": False},
        {k: _SPEC[k] for k in ("symbol", "digits", "point", "contract_size")},
    ),
    "read_positions": ({"positions": [_POSITION, {**_POSITION, "ticket": 184730}], "count": 2}, [_POSITION]),
    "read_orders": ({"orders": [_ORDER, {**_ORDER, "type": "sell_stop_limit"}], "count": 2}, [_ORDER]),
    "read_history": (
        {"deals": [_DEAL, {**_DEAL, "time": 1775037600}], "count": 2},
        {"deals": [_MINIMAL_DEAL], "count": 1},
        [_DEAL],
    ),
}

_FILLED: dict[str, object] = {
    "status": "filled",
    "retcode": 10009,
    "deal": 99001,
    "order": 184729,
    "price": 1.08213,
}
ANSWERS: dict[str, tuple[Document, ...]] = {
    "/v1/trade": (
        _FILLED,
        {"status": "success", "retcode": 10009, "deal": 1, "order": 2, "price": "1.08213", "volume": 0.1},
        {"status": "placed", "retcode": 10008, "volume": 0.1, "comment": ""},
        {**_FILLED, "volume": 0.1, "comment": ""},
        {"status": "rejected", "retcode": 10019, "message": "No money"},
        {"status": "partial", "retcode": 10010, "message": "done in part"},
    ),
    "/v1/close": (_FILLED, {"status": "placed", "retcode": 10008}),
    "/v1/modify": ({"status": "ok", "retcode": 10009}, {"status": "success", "retcode": 10025}),
    "/v1/close-by": (
        {"status": "ok", "position": 184729, "position_by": 184730, "retcode": 10009},
        {"status": "ok", "retcode": 10009},
    ),
    "/v1/reverse": (
        {
            "close": {"status": "filled", "deal": 5, "price": 1.1},
            "open": {
                "status": "filled", "deal": 6, "order": 7, "volume": 0.1, "price": 1.2, "side": "sell"
            },
        },
        {
            "close": {"status": "filled", "deal": 5, "price": 1.1},
            "open": {"status": "rejected", "retcode": 10019, "message": "No money"},
            "warning": "closed, not opened",
        },
    ),
    "/v1/close-all": (
        {
            "closed": 1,
            "failed": 1,
            "total_profit": 12.3,
            "details": [
                {"ticket": 1, "status": "filled", "retcode": 10009, "deal": 3, "price": 1.1, "profit": 12.3},
                {"ticket": 2, "status": "failed", "retcode": 10018, "profit": 0},
            ],
        },
    ),
    "/v1/close-symbol": (
        {"closed": 0, "failed": 0, "total_profit": 0, "details": []},
        {
            "closed": 1,
            "failed": 0,
            "total_profit": 12.3,
            "details": [{"ticket": 1, "status": "filled", "deal": 3, "profit": 12.3}],
        },
    ),
}  # fmt: skip

ERRORS: tuple[Document, ...] = (
    {"error": "invalid_symbol", "message": "Unknown symbol"},
    {"error": "market_closed", "message": "Market closed", "next_open": "2026-04-06T00:05:00Z"},
    {"error": "mt5_rejected", "retcode": 10016, "message": "Invalid stops"},
    {"error": "unauthorized", "message": f"Bad key {KEY_TEXT}"},
    {"error": "rate_limit_exceeded", "retry_after_sec": 12, "message": "slow down"},
    {"error": "bridge_unavailable", "message": "no bridge"},
    {"error": "mt5_timeout", "message": "no answer in 7 s"},
)

_LEVELS = [[1.08213, 1000000], [1.0821, 2500000]]
FRAMES: tuple[Document, ...] = (
    {"channel": "quote", "symbol": "EURUSD", "bid": 1.08213, "ask": 1.08221, "time": "2026-04-01T10:00:00Z"},
    {
        "channel": "quote",
        "symbol": "EURUSD",
        "bid": 1.08213,
        "ask": 1.08221,
        "spread": 0.00008,
        "time": 1775037600123,
        "depth": {"bids": _LEVELS, "asks": _LEVELS},
    },
    {"type": "quote", "symbol": "GBPUSD", "bid": 1.2654, "ask": "1.26552", "time": 1775037600.5},
    {"channel": "quotes", "symbol": "XAUUSD", "bid": "2345.12", "ask": 2345.4},
    {"channel": "position", "event": "open", **{k: _POSITION[k] for k in list(_POSITION)[:5]}},
    {"channel": "position", "event": "update", "ticket": 184729, "profit": 5.5, "price_current": 1.0827},
    {"channel": "position", "event": "close", "ticket": 184729, "symbol": "EURUSD", "profit": 9.1},
    {
        "channel": "account",
        "type": "position",
        "event": "update",
        "data": {"ticket": 7, "profit": 1, "sl": 0},
    },
    {"channel": "order", "event": "add", **_ORDER},
    {"channel": "order", "event": "remove", "ticket": 184750},
    {
        "channel": "deal",
        **{k: v for k, v in _DEAL.items() if k not in ("entry", "time", "order", "position")},
    },
    {"channel": "system", "event": "rate_limit", "message": "too many requests"},
    {"action": "auth_ok", "login": 50012345, "tier": "standard"},
    {"action": "auth_error", "message": f"unknown key {KEY_TEXT}"},
    {"action": "pong"},
    {"action": "error", "code": "subscription_limit", "message": "too many symbols"},
    {"action": "error", "code": "maintenance", "message": "back soon"},
    {"type": "auth", "status": "ok"},
    {"type": "auth", "status": "failed", "reason": "no"},
    {"type": "error", "code": "connection_limit", "message": "too many"},
    {"type": "pong"},
)


def encoded(document: Document) -> bytes:
    """The document as a server writes it."""
    return msgspec.json.encode(document)
