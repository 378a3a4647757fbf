"""A symbol's spec sheet in words: rows of (what, words). Pure; what the server did not tell is said so.

Amounts are estimates at the prices of now, by the API's section 7 (domain.profit_calculation,
domain.order_estimates).
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.margins import MarginNotKnown, margin_of
from xbtfx_tui.domain.order_estimates import AccountRate, price_move_value, swap_of_a_night
from xbtfx_tui.domain.pip_size import NoPip, forex_of, pip_of, points_text
from xbtfx_tui.domain.price_grid import tick_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec, TradeMode
from xbtfx_tui.domain.trading_sessions import closed_now, next_close
from xbtfx_tui.ui.figure_format import clean, lots, money_named, signed_money_named

SpecRows: TypeAlias = Sequence[tuple[str, str]]

NOT_KNOWN = "not known"
NOT_TOLD = "not told by the server"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_IN_FULL = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MODES = {
    TradeMode.FULL: "can be bought and sold",
    TradeMode.LONG_ONLY: "can only be bought",
    TradeMode.SHORT_ONLY: "can only be sold",
    TradeMode.CLOSE_ONLY: "can only be closed, not opened",
    TradeMode.DISABLED: "trading is disabled",
}


class Moment(msgspec.Struct, frozen=True):
    """What moves while a sheet is open: the prices (None: none has come), the account and the time (UTC).

    `late` says how old the prices are where they are not fresh, as the end of a sentence. `rate` is what a
    currency is worth in the account's. `default_volume` is in lots. `opens_at` is when the market opens by
    the server's word in a refusal.
    """

    bid: Decimal | None
    ask: Decimal | None
    account: Account | None
    currency: str | None
    rate: AccountRate
    default_volume: Decimal
    at: datetime
    late: str = ""
    opens_at: datetime | None = None


def spec_rows(spec: SymbolSpec, now: Moment) -> SpecRows:
    """The whole sheet but for the table of sessions."""
    return [
        *_described(spec),
        ("market", market_words(spec, now.at, now.opens_at)),
        ("trading", _MODES[spec.trade_mode]),
        ("contract size", f"{spec.contract_size:,f} a lot"),
        ("digits", _digits_words(spec)),
        ("volume", _volume_words(spec)),
        ("spread now", _spread_words(spec, now)),
        ("stops level", _stops_words(spec)),
        *_margin_rows(spec, now),
        ("swap a night", _swap_words(spec, Side.BUY, now)),
        ("", _swap_words(spec, Side.SELL, now)),
        ("triple swap", _triple_words(spec)),
        ("currencies", _currency_words(spec)),
    ]


def market_words(spec: SymbolSpec, at: datetime, told: datetime | None = None) -> str:
    """Whether it trades at `at` (UTC) and when that ends: `open, closes in 3 h 12 min, Fri 20:55 UTC`.

    `told` is when it opens by the word of a refusal.
    """
    closed, spans = closed_now(spec, at, told), spec.trade_sessions
    if closed is not None:
        return f"closed now, opens in {_left(at, closed.opens)}" if closed.opens else "closed now"
    if spans is None:
        return f"sessions: {NOT_TOLD}"
    edge = next_close(spans, at)
    return "open all week" if edge is None else f"open, closes in {_left(at, edge)}"


def _left(at: datetime, edge: datetime) -> str:
    return f"{duration_words((edge - at).total_seconds())}, {_DAYS[edge.weekday()]} {edge:%H:%M} UTC"


def duration_words(seconds: float) -> str:
    """A time that is left, in its two largest units: `3 h 12 min`; less than a minute as such."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "less than a minute"


def session_rows(spans: tuple[SessionSpan, ...] | None) -> SpecRows:
    """Each day's trading hours in UTC, Monday first; spans that touch are one, and so are days alike.

    None where they are unknown: the market's own row says so.
    """
    if spans is None:
        return []
    days = [(name, _hours_of(spans, day)) for day, name in enumerate(_DAYS)]
    rows = []
    for hours, alike in groupby(days, key=lambda day: day[1]):
        names = [name for name, _ in alike]
        rows.append((f"{'-'.join(dict.fromkeys((names[0], names[-1])))} (UTC)", hours))
    return rows


def _hours_of(spans: tuple[SessionSpan, ...], day: int) -> str:
    joined: list[list[int]] = []
    for span in sorted((s for s in spans if s.day == day), key=lambda s: s.open_minute):
        if joined and span.open_minute <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], span.close_minute)
        else:
            joined.append([span.open_minute, span.close_minute])
    hours = ", ".join(f"{_hour(start)}-{_hour(end)}" for start, end in joined)
    return "all day" if joined == [[0, 1440]] else hours or "closed"


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _plain(figure: Decimal) -> str:
    """Without an exponent and without trailing zeros."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _described(spec: SymbolSpec) -> SpecRows:
    texts = (("description", spec.description), ("folder", spec.path))
    return [(name, clean(text, 120)) for name, text in texts if text]


def _digits_words(spec: SymbolSpec) -> str:
    """Point, tick where it is another, and pip: `5, point 0.00001, pip 0.0001`."""
    pip = pip_of(spec)
    tick = tick_of(spec)
    parts = [
        f"{spec.digits}, point {_plain(spec.point)}",
        *([f"moves by {_plain(tick)}"] if tick != spec.point else []),
        f"pip not known: {pip.why}" if isinstance(pip, NoPip) else f"pip {_plain(pip)}",
    ]
    return ", ".join(parts)


def _volume_words(spec: SymbolSpec) -> str:
    limits = (("from", spec.volume_min), ("to", spec.volume_max), ("in steps of", spec.volume_step))
    told = [f"{word} {lots(limit)}" for word, limit in limits if limit is not None]
    return f"{' '.join(told)} lots" if told else NOT_TOLD


def _spread_words(spec: SymbolSpec, now: Moment) -> str:
    if now.bid is None or now.ask is None:
        return points_text(spec.spread_points) if spec.spread_points is not None else "no quote has come yet"
    points = points_text(round((now.ask - now.bid) / spec.point))
    cost = price_move_value(spec, Side.BUY, now.bid, now.ask, Decimal(1), now.rate)
    words = points if cost is None else f"{points}, {money_named(cost, now.currency)} for 1 lot"
    return words + now.late


def _stops_words(spec: SymbolSpec) -> str:
    frozen = ""
    if spec.freeze_level:
        near = _plain(spec.freeze_level * spec.point)
        frozen = f"; nothing can be changed within {points_text(spec.freeze_level)}, {near}, of the price"
    if not spec.stops_level:
        return f"none: sl and tp may stand at any distance{frozen}"
    away = _plain(spec.stops_level * spec.point)
    return f"{points_text(spec.stops_level)}: sl and tp at least {away} away{frozen}"


def _margin_rows(spec: SymbolSpec, now: Moment) -> SpecRows:
    """For one lot, and for what a ticket begins with; both sides where they differ."""
    if now.account is None:
        return [("margin", "the account has not been read yet")]
    sizes = dict.fromkeys((Decimal(1), now.default_volume))
    rows = []
    for volume in sizes:
        buy, sell = (_margin(spec, side, volume, now, now.account) for side in Side)
        if buy is None or sell is None:
            return [("margin", "no quote has come yet")]
        both = buy if buy == sell else f"buy {buy}, sell {sell}"
        rows.append((f"margin {lots(volume)}", both))
    leverage = now.account.leverage
    if len({words for _, words in rows}) == 1 and rows[0][1].startswith(NOT_KNOWN):
        rows = [("margin", rows[0][1])]
    return [*rows, ("leverage", NOT_KNOWN if leverage is None else f"1:{leverage}")]


def _margin(spec: SymbolSpec, side: Side, volume: Decimal, now: Moment, account: Account) -> str | None:
    price = now.ask if side is Side.BUY else now.bid
    if price is None and not forex_of(spec):
        return None
    needed = margin_of(spec, side, volume, price or Decimal(0), account.leverage)
    if isinstance(needed, MarginNotKnown):
        return f"{NOT_KNOWN}: {needed.why}"
    rate = now.rate(needed.currency)
    if rate is None:
        why = "no rate into" if now.currency is not None else "nothing tells"
        return f"{money_named(needed.amount, clean(needed.currency, 10))} ({why} the account's currency)"
    return money_named(needed.amount * rate, now.currency)


def _swap_words(spec: SymbolSpec, side: Side, now: Moment) -> str:
    """One ordinary night for one lot; in money where the server counts in points."""
    name, told = ("long", spec.swap_long) if side is Side.BUY else ("short", spec.swap_short)
    if told is None:
        return f"{name} {NOT_TOLD}"
    worth = swap_of_a_night(spec, side, Decimal(1), now.rate)
    if worth is None:
        mode = clean(spec.swap_mode or "points", 40)
        return f'{name} {_plain(told)}, counted in "{mode}"'
    money = signed_money_named(worth, now.currency)
    return f"{name} {_plain(told)} point{'' if abs(told) == 1 else 's'}, {money} for 1 lot"


def _triple_words(spec: SymbolSpec) -> str:
    """MetaTrader counts days from Sunday, 0."""
    day = spec.swap_3day
    if day is None or not 0 <= day <= 6:
        return NOT_TOLD
    return f"three nights at once, in the night after {_DAYS_IN_FULL[(day - 1) % 7]}"


def _currency_words(spec: SymbolSpec) -> str:
    named = (
        ("base", spec.currency_base),
        ("profit", spec.currency_profit),
        ("margin", spec.currency_margin),
    )
    told = [f"{name} {clean(currency, 10)}" for name, currency in named if currency]
    return ", ".join(told) or NOT_TOLD
