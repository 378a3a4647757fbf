"""Whether what an alert waits for holds, by what can be seen now. Pure; nothing fires here.

An alert on profit is judged by what its position closed at, too: between two prices it may go far.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.alert_conditions import (
    Condition,
    Direction,
    FeedAlert,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    not_open_words,
    profit_words,
)
from xbtfx_tui.domain.pip_size import points_text
from xbtfx_tui.domain.quotes import Quote, to_decimal
from xbtfx_tui.domain.text_sanitizer import plain


class FreshQuote(msgspec.Struct, frozen=True):
    """Prices that may be judged now, at the symbol's digits."""

    bid: Decimal
    ask: Decimal
    point: Decimal

    @property
    def spread_points(self) -> Decimal:
        return (self.ask - self.bid) / self.point


class NoMargin(msgspec.Struct, frozen=True):
    """The account is known and no margin is used."""


class TooSoon(msgspec.Struct, frozen=True):
    """The feed is in trouble, but not for long enough to be called lost; it is not live either."""


class NotTold(msgspec.Struct, frozen=True):
    """What a position closed at is not known; `may_come`: it may still be told."""

    may_come: bool


def never_told(_: int) -> NotTold:
    """That nothing tells what positions closed at."""
    return NotTold(may_come=False)


class AlertView(msgspec.Struct, frozen=True):
    """What is known to be current; each has a way to say that it is not known.

    `quote` gives None where there is no price that may fire. `profits` are by ticket for every open position
    (None: not known now), None until the positions have been read: a ticket that is missing is a position
    that is gone, and `closed_at` gives the profit it closed at. `margin_level` in percent. `feed_trouble` is
    a clause ("the stream is down"), None while the feed is live; how long it must be down to count is up to
    whoever fills this.
    """

    quote: Callable[[str], FreshQuote | None]
    profits: Mapping[int, Decimal | None] | None
    margin_level: Decimal | NoMargin | None
    feed_trouble: str | TooSoon | None
    closed_at: Callable[[int], Decimal | NotTold] = never_told


def fresh_quote(quote: Quote, digits: int, point: Decimal) -> FreshQuote | None:
    """The quote (which the caller knows to be fresh) for a sight; None where a side has no price (0)."""
    if not (isfinite(quote.bid) and isfinite(quote.ask)) or point <= 0:
        return None
    bid, ask = to_decimal(quote.bid, digits), to_decimal(quote.ask, digits)
    return FreshQuote(bid, ask, point) if bid and ask else None


class Holds(msgspec.Struct, frozen=True):
    """It holds; `seen` are the words of what was seen."""

    seen: str


class HoldsNot(msgspec.Struct, frozen=True):
    """Known, and not so."""


class AlertNotKnown(msgspec.Struct, frozen=True):
    """Not known now."""


class Gone(msgspec.Struct, frozen=True):
    """It can never hold again: `words` say what is not there, and `how` with what it went, as a clause."""

    words: str
    how: str


AlertJudgement: TypeAlias = Holds | HoldsNot | AlertNotKnown | Gone


def read(condition: Condition, sight: AlertView) -> AlertJudgement:
    """Whether the condition holds, as far as can be seen."""
    match condition:
        case PriceAlert() | SpreadAlert():
            quote = sight.quote(condition.symbol)
            return AlertNotKnown() if quote is None else _read_quote(condition, quote)
        case ProfitAlert():
            return _read_profit(condition, sight)
        case MarginLevelAlert(direction, percent):
            match sight.margin_level:
                case None:
                    return AlertNotKnown()
                case NoMargin():
                    return HoldsNot()
                case level:
                    return _past(direction, level, percent, f"{level:z.2f}%")
        case FeedAlert():
            match sight.feed_trouble:
                case None:
                    return HoldsNot()
                case TooSoon():
                    return AlertNotKnown()
                case trouble:
                    return Holds(plain(trouble))


def _read_profit(condition: ProfitAlert, sight: AlertView) -> AlertJudgement:
    """A position may close far past the level between two prices: what it closed at counts like any other."""
    ticket, direction, amount = condition.ticket, condition.direction, condition.amount
    if sight.profits is None:
        return AlertNotKnown()
    if ticket in sight.profits:
        profit = sight.profits[ticket]
        if profit is None:
            return AlertNotKnown()
        return _past(direction, profit, amount, profit_words(profit, condition.currency))
    match sight.closed_at(ticket):
        case NotTold(may_come=True):
            return AlertNotKnown()
        case NotTold():
            return Gone(not_open_words(condition), ", and what it closed at is not known")
        case profit:
            closed = f"closed at {profit_words(profit, condition.currency)}"
            past = _past(direction, profit, amount, closed)
            return past if isinstance(past, Holds) else Gone(not_open_words(condition), f", {closed}")


def _read_quote(condition: PriceAlert | SpreadAlert, quote: FreshQuote) -> AlertJudgement:
    match condition:
        case PriceAlert(_, Direction.ABOVE as direction, price):
            return _past(direction, quote.bid, price, f"bid {quote.bid:f}")
        case PriceAlert(_, direction, price):
            return _past(direction, quote.ask, price, f"ask {quote.ask:f}")
        case SpreadAlert(_, direction, points):
            return _past(direction, quote.spread_points, points, points_text(quote.spread_points))


def _past(direction: Direction, seen: Decimal, level: Decimal, words: str) -> AlertJudgement:
    holds = seen >= level if direction is Direction.ABOVE else seen <= level
    return Holds(words) if holds else HoldsNot()
