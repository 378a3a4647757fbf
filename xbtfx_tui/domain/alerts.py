"""Alerts: what a trader wants to be told once, and the book of them. Pure values that ring no bell.

Which price: `above` is judged on the bid and `below` on the ask, so that the whole spread has to be past the
level: `EURUSD > 1.0900` is the bid at or above it, `EURUSD < 1.0900` the ask at or below it.

When it fires: an alert is about a level, not a touch, so a gap over it fires, as soon as a second price bears
it out (domain.quote_plausibility). It fires once and then rests until it is re-armed. Only what is fresh
counts: where the sight has no answer, nothing changes. An alert that already holds is refused when it is
made; one re-armed while it holds waits until it has not held once. An alert on what can't be seen (a shut
market) is taken and judged at the first sight. A level that was reached and left again while the terminal was
not running, or not connected, is never known.
"""

from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.alert_conditions import (
    Condition,
    Direction,
    FeedAlert,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    condition_problem,
    condition_words,
    holds_already_words,
    reached_words,
)
from xbtfx_tui.domain.alert_evaluation import (
    AlertView,
    FreshQuote,
    Gone,
    Holds,
    HoldsNot,
    NoMargin,
    NotTold,
    TooSoon,
    fresh_quote,
    read,
)

__all__ = [
    "MOST_ALERTS",
    "Added",
    "Alert",
    "AlertBook",
    "AlertEnded",
    "AlertState",
    "AlertView",
    "Armed",
    "ArmedAway",
    "Condition",
    "Direction",
    "FeedAlert",
    "Fired",
    "FreshQuote",
    "MarginLevelAlert",
    "NoAlert",
    "NoMargin",
    "NotTold",
    "PriceAlert",
    "ProfitAlert",
    "SpreadAlert",
    "TooSoon",
    "WaitingToClear",
    "alert_words",
    "back_words",
    "condition_problem",
    "condition_words",
    "fresh_quote",
    "judged",
    "news_words",
    "resumed",
]

MOST_ALERTS = 200


# --- where an alert stands --------------------------------------------------------------------------------


class Armed(msgspec.Struct, frozen=True):
    """Fires as soon as it holds."""


class ArmedAway(msgspec.Struct, frozen=True):
    """Armed in an earlier run and not judged in this one: what holds at first sight came while away."""


class WaitingToClear(msgspec.Struct, frozen=True):
    """Re-armed while it held: armed once it has not held."""


class Fired(msgspec.Struct, frozen=True):
    """It held at `wall` (unix time); `words` are what was seen."""

    wall: float
    words: str


class AlertEnded(msgspec.Struct, frozen=True):
    """It can never hold again, known at `wall` (unix time); `words` say why."""

    wall: float
    words: str


AlertState: TypeAlias = Armed | ArmedAway | WaitingToClear | Fired | AlertEnded


class Alert(msgspec.Struct, frozen=True):
    """`number` is what a trader calls it by, never used twice in a book; `made_at` is unix time."""

    number: int
    condition: Condition
    state: AlertState
    made_at: float

    @property
    def is_live(self) -> bool:
        """Whether it is still waiting for something."""
        return not isinstance(self.state, Fired | AlertEnded)


# --- the book ---------------------------------------------------------------------------------------------


class NoAlert(msgspec.Struct, frozen=True):
    """Why something was not done, as a sentence."""

    sentence: str


class Added(msgspec.Struct, frozen=True):
    """The book with the new `alert` in it."""

    book: "AlertBook"
    alert: Alert


class AlertBook(msgspec.Struct, frozen=True):
    """The alerts of one account in the order they were made; a value: each change gives another book."""

    alerts: tuple[Alert, ...] = ()
    next_number: int = 1

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols whose quotes the waiting alerts need."""
        return frozenset(
            alert.condition.symbol
            for alert in self.alerts
            if alert.is_live and isinstance(alert.condition, PriceAlert | SpreadAlert)
        )

    def add(self, condition: Condition, sight: AlertView, wall: float) -> Added | NoAlert:
        """A new armed alert, made at `wall` (unix time); refused where it is senseless, there, or holds."""
        if (problem := condition_problem(condition)) is not None:
            return NoAlert(problem)
        for other in self.alerts:
            if other.condition == condition:
                mend = "" if other.is_live else " Re-arm that one, or remove it."
                return NoAlert(f"Alert {other.number} is the same: {condition_words(condition)}.{mend}")
        if len(self.alerts) >= MOST_ALERTS:
            return NoAlert(f"There are {MOST_ALERTS} alerts already: remove one that has fired.")
        match read(condition, sight):
            case Holds(seen):
                return NoAlert(holds_already_words(condition, seen))
            case Gone(words):
                return NoAlert(f"{words}.")
        alert = Alert(self.next_number, condition, Armed(), wall)
        return Added(AlertBook((*self.alerts, alert), self.next_number + 1), alert)

    def remove(self, number: int) -> "AlertBook | NoAlert":
        """The book without that alert; its number is not used again."""
        if (alert := self._find(number)) is None:
            return self._no_such(number)
        return replace(self, alerts=tuple(other for other in self.alerts if other is not alert))

    def rearm(self, number: int, sight: AlertView) -> "AlertBook | NoAlert":
        """The book with a fired alert armed again: at once where it is seen not to hold, else once it is."""
        if (alert := self._find(number)) is None:
            return self._no_such(number)
        if alert.is_live:
            return NoAlert(f"Alert {number} is armed already: {alert_words(alert)}.")
        match read(alert.condition, sight):
            case Gone(words):
                return NoAlert(f"{words} any more: remove alert {number}.")
            case HoldsNot():
                return self._with(replace(alert, state=Armed()))
            case _:
                return self._with(replace(alert, state=WaitingToClear()))

    def _find(self, number: int) -> Alert | None:
        return next((alert for alert in self.alerts if alert.number == number), None)

    def _with(self, changed: Alert) -> "AlertBook":
        return replace(self, alerts=tuple(changed if a.number == changed.number else a for a in self.alerts))

    def _no_such(self, number: int) -> NoAlert:
        numbers = ", ".join(str(alert.number) for alert in self.alerts[:10])
        there = f"try one of {numbers}" if numbers else "there are none"
        return NoAlert(f"There is no alert {number}: {there}.")


def judged(book: AlertBook, sight: AlertView, wall: float) -> tuple[AlertBook, tuple[Alert, ...]]:
    """The book after a look at `wall` (unix time), and the alerts that fired, ended or came back by it.

    The same book, by identity, where nothing changed.
    """
    looked = tuple(_judged(alert, sight, wall) for alert in book.alerts)
    news = tuple(
        now
        for was, now in zip(book.alerts, looked, strict=True)
        if now is not was and not (was.is_live and now.is_live)
    )
    same = all(now is was for was, now in zip(book.alerts, looked, strict=True))
    return (book if same else replace(book, alerts=looked)), news


def _judged(alert: Alert, sight: AlertView, wall: float) -> Alert:
    if not alert.is_live:
        return _back(alert, sight)
    match alert.state, read(alert.condition, sight):
        case _, Gone(words, how):
            ends = f"{words} any more{how}: alert {alert.number} on it has ended"
            return replace(alert, state=AlertEnded(wall, ends))
        case Armed(), Holds(seen):
            return replace(alert, state=Fired(wall, reached_words(alert.condition, seen)))
        case ArmedAway(), Holds(seen):
            return replace(alert, state=Fired(wall, reached_words(alert.condition, seen, away=True)))
        case ArmedAway() | WaitingToClear(), HoldsNot():
            return replace(alert, state=Armed())
        case _:
            return alert


def _back(alert: Alert, sight: AlertView) -> Alert:
    """An alert that ended with its position waits again once that is open after all."""
    match alert:
        case Alert(condition=ProfitAlert(ticket=ticket), state=AlertEnded()) if ticket in (
            sight.profits or ()
        ):
            return replace(alert, state=ArmedAway())
        case _:
            return alert


def resumed(book: AlertBook) -> AlertBook:
    """The book as a new run takes it up: what was armed says "while away" if it holds at first sight.

    A feed is always down before a start, so its alert waits until the feed was live.
    """

    def taken_up(alert: Alert) -> Alert:
        if not isinstance(alert.state, Armed):
            return alert
        is_feed = isinstance(alert.condition, FeedAlert)
        return replace(alert, state=WaitingToClear() if is_feed else ArmedAway())

    return replace(book, alerts=tuple(map(taken_up, book.alerts)))


def alert_words(alert: Alert) -> str:
    """What an alert waits for, without a full stop: `EURUSD at or above 1.0900`."""
    return condition_words(alert.condition)


def news_words(alert: Alert) -> str | None:
    """What an alert that fired or ended has to say, without a full stop; None for one that waits."""
    match alert.state:
        case Fired(words=words) | AlertEnded(words=words):
            return words
        case _:
            return None


def back_words(alert: Alert) -> str:
    """That it waits again, since its position is open after all, without a full stop."""
    return f"Alert {alert.number} waits again, for its position is open after all: {alert_words(alert)}"
