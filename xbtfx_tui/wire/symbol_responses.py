"""Symbols as GET /v1/symbols and GET /v1/symbols/:symbol tell them, with their trading sessions.

Days written as numbers follow MetaTrader, 0 = Sunday; ISO's 7 for Sunday is understood too.
"""

import re
from decimal import Decimal

from xbtfx_tui.domain.currencies import code_of
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolRow, SymbolSpec, TradeMode
from xbtfx_tui.wire.json_fields import JsonObject, as_decimal, decode, decode_loosely, normal, rows
from xbtfx_tui.wire.wire_errors import WireError

_MOST_DIGITS = 12
_DAY = 1440
_SECONDS_A_DAY = 86_400
_LAST_DAY_NUMBER = 7
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)
_TRADE_MODES = {
    "disabled": TradeMode.DISABLED,
    "longonly": TradeMode.LONG_ONLY,
    "long": TradeMode.LONG_ONLY,
    "shortonly": TradeMode.SHORT_ONLY,
    "short": TradeMode.SHORT_ONLY,
    "closeonly": TradeMode.CLOSE_ONLY,
    "close": TradeMode.CLOSE_ONLY,
    "full": TradeMode.FULL,
}
# MetaTrader's SYMBOL_CALC_MODE numbers.
_CALC_MODES = {
    0: "Forex",
    1: "Futures",
    2: "CFD",
    3: "CFDIndex",
    4: "CFDLeverage",
    5: "ForexNoLeverage",
    32: "ExchStocks",
    33: "ExchFutures",
    34: "ExchFuturesForts",
    37: "ExchBonds",
    38: "ExchStocks",
    39: "ExchBonds",
    64: "ServCollateral",
}


def read_symbols(body: bytes) -> tuple[SymbolRow, ...]:
    """GET /v1/symbols, bare or wrapped. A row that can't be read is left out: no money hangs on it.

    Raises WireError where the list is unreadable or no row of it is.
    """
    found = rows(decode(body, "The symbols"), "symbols", "The symbols")
    symbols: list[SymbolRow] = []
    problem: WireError | None = None
    for row in found:
        try:
            symbols.append(_symbol_row(row))
        except WireError as error:
            problem = error
    if problem is not None and not symbols:
        raise problem
    return tuple(symbols)


def read_symbol(body: bytes) -> SymbolSpec:
    """GET /v1/symbols/:symbol. What is missing or not known stays None, and so does what can't be read but
    only sharpens a figure (ticks, swaps, margins). Raises WireError."""
    row = JsonObject(decode_loosely(body, "The symbol"), "The symbol:")
    mode = _trade_mode(row)
    sessions = row.raw("sessions")
    trade, quote = (
        (sessions.get("trade"), sessions.get("quote")) if isinstance(sessions, dict) else (None,) * 2
    )
    tradeable = _flag(row.raw("tradeable"))
    return SymbolSpec(
        name=row.name("symbol", "name"),
        digits=_digits(row),
        point=row.positive("point"),
        contract_size=row.positive("contract_size"),
        description=row.text_or_none("description") or "",
        path=row.text_or_none("path") or "",
        currency_base=code_of(row.text_or_none("currency_base")),
        currency_profit=code_of(row.text_or_none("currency_profit")),
        currency_margin=code_of(row.text_or_none("currency_margin")),
        trade_mode=mode,
        tradeable=tradeable is not False,
        calc_mode=_calc_mode(row),
        spread_points=_whole(row.raw("spread")),
        stops_level=max(0, _whole(row.raw("stops_level")) or 0),
        volume_min=row.positive_or_none("volume_min"),
        volume_max=row.positive_or_none("volume_max"),
        volume_step=row.positive_or_none("volume_step"),
        tick_value=_positive(row, "tick_value"),
        tick_size=_positive(row, "tick_size"),
        swap_mode=row.text_or_none("swap_mode"),
        swap_long=as_decimal(row.raw("swap_long")),
        swap_short=as_decimal(row.raw("swap_short")),
        swap_3day=_swap_day(row.raw("swap_3day")),
        margin_initial=as_decimal(row.raw("margin_initial")),
        margin_maintenance=as_decimal(row.raw("margin_maintenance")),
        margin_long=as_decimal(row.raw("margin_long")),
        margin_short=as_decimal(row.raw("margin_short")),
        margin_hedged=as_decimal(row.raw("margin_hedged")),
        bid=row.look_or_none("bid"),
        ask=row.look_or_none("ask"),
        trade_sessions=read_sessions(trade),
        quote_sessions=read_sessions(quote),
        freeze_level=max(0, _whole(row.raw("freeze_level")) or 0),
    )


def read_sessions(value: object) -> tuple[SessionSpan, ...] | None:
    """A week's sessions, sorted; None where they are missing or any of them can't be read.

    Unknown sessions count as open, so that the server decides. A span over midnight becomes two.
    """
    if not isinstance(value, list):
        return None
    spans: list[SessionSpan] = []
    for entry in value:
        if not isinstance(entry, dict):
            return None
        day, start, end = _day(entry.get("day")), _minute(entry.get("open")), _minute(entry.get("close"))
        if day is None or start is None or end is None:
            return None
        if start < end:
            spans.append(SessionSpan(day, start, end))
            continue
        if start < _DAY:
            spans.append(SessionSpan(day, start, _DAY))
        if end > 0:
            spans.append(SessionSpan((day + 1) % 7, 0, end))
    return tuple(sorted(spans, key=lambda span: (span.day, span.open_minute)))


def _symbol_row(row: JsonObject) -> SymbolRow:
    return SymbolRow(
        name=row.name("name", "symbol"),
        digits=_digits(row),
        contract_size=row.positive("contract_size"),
        point=row.positive("point"),
        trade_mode=_trade_mode(row),
        swap_long=as_decimal(row.raw("swap_long")),
        swap_short=as_decimal(row.raw("swap_short")),
        spread_points=_whole(row.raw("spread")),
        bid=row.look_or_none("bid"),
        ask=row.look_or_none("ask"),
        description=row.text_or_none("description") or "",
        path=row.text_or_none("path") or "",
    )


def _digits(row: JsonObject) -> int:
    digits = row.integer("digits")
    if not 0 <= digits <= _MOST_DIGITS:
        raise WireError(f"The symbol {row.name('symbol', 'name')} has {digits} digits: no price has so many.")
    return digits


def _trade_mode(row: JsonObject) -> TradeMode:
    """A mode that is not known counts as full: the server refuses what it does not allow."""
    value = row.raw("trade_mode")
    if isinstance(value, str) and not value.strip().isdigit():
        return _TRADE_MODES.get(normal(value).removeprefix("symboltrademode"), TradeMode.FULL)
    try:
        return TradeMode(_whole(value))
    except ValueError:
        return TradeMode.FULL


def _calc_mode(row: JsonObject) -> str | None:
    number = _whole(row.raw("calc_mode"))
    if number is not None:
        return _CALC_MODES.get(number, str(number))
    text = row.text_or_none("calc_mode")
    return re.sub(r"(?i)^symbol_calc_mode_", "", text) if text else None


def _positive(row: JsonObject, name: str) -> Decimal | None:
    number = as_decimal(row.raw(name))
    return number if number is not None and number > 0 else None


def _whole(value: object) -> int | None:
    number = as_decimal(value)
    return None if number is None else round(number)


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            normal(value)
        )
    return bool(value) if isinstance(value, int) else None


def _day(value: object) -> int | None:
    """0 = Monday, from a name (`Monday`, `mon`) or from MetaTrader's number."""
    if isinstance(value, str) and value.strip()[:3].lower() in _DAYS:
        return _DAYS.index(value.strip()[:3].lower())
    number = _whole(value)
    return (number - 1) % 7 if number is not None and 0 <= number <= _LAST_DAY_NUMBER else None


def _swap_day(value: object) -> int | None:
    """The day of the triple swap as MetaTrader counts, 0 = Sunday; None where it is not known."""
    day = _day(value)
    return None if day is None else (day + 1) % 7


def _minute(value: object) -> int | None:
    """A minute of the day, 0 to 1440, from `HH:MM`, minutes, or (above 1440) seconds."""
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value.strip())):
        hours, minutes = int(match[1]), int(match[2])
        total = hours * 60 + minutes
        return total if minutes < 60 and total <= _DAY else None
    number = _whole(value)
    if number is None or not 0 <= number <= _SECONDS_A_DAY:
        return None
    return number if number <= _DAY else number // 60
