"""What an alert can wait for, what is wrong with it, and its words. Values only: it never looks or fires."""

from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.pip_size import points_text
from xbtfx_tui.domain.text_sanitizer import plain

_NAME = 32
_MOST_DIGITS = 12  # before or after the decimal point; no price, percent or sum of this field needs more


class Direction(Enum):
    """Which way the level lies; both include the level itself."""

    ABOVE = "above"
    BELOW = "below"

    @property
    def opposite(self) -> "Direction":
        return Direction.BELOW if self is Direction.ABOVE else Direction.ABOVE


class PriceAlert(msgspec.Struct, frozen=True):
    """The bid at or above `price`, or the ask at or below it."""

    symbol: str
    direction: Direction
    price: Decimal


class SpreadAlert(msgspec.Struct, frozen=True):
    """The spread of a symbol, in points."""

    symbol: str
    direction: Direction
    points: Decimal


class ProfitAlert(msgspec.Struct, frozen=True):
    """The floating profit of one position; `amount` in the account's currency, which may be negative.

    `symbol` and `currency` are for the words alone. On a netting account a trade may give the position
    another ticket: the alert then ends, and says so.
    """

    ticket: int
    symbol: str
    direction: Direction
    amount: Decimal
    currency: str | None = None


class MarginLevelAlert(msgspec.Struct, frozen=True):
    """The account's margin level in percent; while no margin is used there is none, and nothing holds."""

    direction: Direction
    percent: Decimal


class FeedAlert(msgspec.Struct, frozen=True):
    """The feed is lost. After a start it waits until the feed has been live once."""


Condition: TypeAlias = PriceAlert | SpreadAlert | ProfitAlert | MarginLevelAlert | FeedAlert


def condition_problem(condition: Condition) -> str | None:
    """What is wrong with a condition in itself, as a sentence with an example; None where it is right."""
    match condition:
        case PriceAlert(symbol=name) | SpreadAlert(symbol=name) | ProfitAlert(symbol=name) if not _is_name(
            name
        ):
            return "An alert takes a symbol's name, like EURUSD."
        case PriceAlert(price=price) if not _is_sane(price) or price <= 0:
            return "An alert takes a price above 0, like EURUSD > 1.0900."
        case SpreadAlert(points=points) if not _is_sane(points) or points <= 0:
            return "An alert on the spread takes points above 0, like 25."
        case ProfitAlert(currency=str(currency)) if not _is_name(currency):
            return "An alert on profit takes the account's currency, like USD, or none."
        case ProfitAlert(ticket=ticket) if not 0 < ticket < 2**64:
            return "An alert on profit takes a position's ticket, like 184729."
        case ProfitAlert(amount=amount) if not _is_sane(amount):
            return "An alert on profit takes an amount of money, like 50 or -20."
        case MarginLevelAlert(percent=percent) if not _is_sane(percent) or percent <= 0:
            return "An alert on the margin level takes a percentage above 0, like margin < 300%."
        case _:
            return None


def _is_name(symbol: str) -> bool:
    return 0 < len(symbol) <= _NAME and symbol == plain(symbol, _NAME)


def _is_sane(number: Decimal) -> bool:
    if not number.is_finite():
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DIGITS and number.adjusted() < _MOST_DIGITS


def condition_words(condition: Condition) -> str:
    """What is waited for, without a full stop: `EURUSD at or above 1.0900`."""
    match condition:
        case FeedAlert():
            return "The feed is lost"
        case _:
            subject, level = _subject_and_level(condition)
            return f"{subject} at or {condition.direction.value} {level}"


def reached_words(condition: Condition, seen: str, *, away: bool = False) -> str:
    """That it came to hold, with what was `seen`: `EURUSD reached 1.0900: bid 1.09012`."""
    match condition:
        case FeedAlert():
            return f"The feed is lost: {seen}"
        case _:
            subject, level = _subject_and_level(condition)
            return f"{subject} reached {level}{' while away' if away else ''}: {seen}"


def holds_already_words(condition: Condition, seen: str) -> str:
    """Why a condition that holds can't be waited for, and what can, in sentences."""
    match condition:
        case FeedAlert():
            return f"The feed is lost already: {seen}. Set this alert once it is back."
        case _:
            subject, level = _subject_and_level(condition)
            further = "up" if condition.direction is Direction.ABOVE else "down"
            back = condition_words(replace(condition, direction=condition.direction.opposite))
            return (
                f"{subject} is at or {condition.direction.value} {level} already: {seen}."
                f" Take a level further {further}, or the way back: {back}."
            )


def not_open_words(condition: ProfitAlert) -> str:
    """Which position is not there, without a full stop."""
    return f"Position {condition.ticket} ({plain(condition.symbol, _NAME)}) is not open"


def profit_words(amount: Decimal, currency: str | None) -> str:
    """An amount of the account's money, safe to show."""
    return signed_money_text(amount, plain(currency, _NAME) if currency else None)


def _subject_and_level(
    condition: PriceAlert | SpreadAlert | ProfitAlert | MarginLevelAlert,
) -> tuple[str, str]:
    match condition:
        case PriceAlert(symbol=symbol, price=price):
            return plain(symbol, _NAME), f"{price:f}"
        case SpreadAlert(symbol=symbol, points=points):
            return f"Spread of {plain(symbol, _NAME)}", points_text(points)
        case ProfitAlert(ticket=ticket, symbol=symbol, amount=amount, currency=currency):
            return f"Profit of {plain(symbol, _NAME)} {ticket}", profit_words(amount, currency)
        case MarginLevelAlert(percent=percent):
            return "Margin level", f"{percent:f}%"
