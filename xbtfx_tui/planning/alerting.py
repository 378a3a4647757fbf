"""What the `alert` verbs come to: a condition for the book of alerts, or why there can be none.

The book itself is changed by whoever carries the deed out: it alone sees whether a condition holds already.
"""

from typing import TypeAlias

from xbtfx_tui.commands.command import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Comparison,
    RemoveAlert,
)
from xbtfx_tui.domain.alerts import (
    Condition,
    Direction,
    FeedAlert,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    Refused,
    SpreadAlert,
    alert_words,
    condition_problem,
    condition_words,
    news_words,
)
from xbtfx_tui.planning.plan import Deed, Refusal, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.targets import position_of
from xbtfx_tui.planning.words import currency_of

SetAlert: TypeAlias = AlertOnPrice | AlertOnSpread | AlertOnProfit | AlertOnMargin | AlertOnFeed


def condition_of(command: SetAlert, view: PlanView) -> Condition | Refusal:
    """The condition that the command is for; an alert on profit takes a position that is open."""
    condition: Condition
    match command:
        case AlertOnPrice(symbol, comparison, price):
            condition = PriceAlert(symbol, _direction(comparison), price)
        case AlertOnSpread(symbol, points):
            condition = SpreadAlert(symbol, Direction.ABOVE, points)
        case AlertOnProfit(ticket, comparison, amount):
            held = position_of(ticket, view)
            if isinstance(held, Refusal):
                return held
            condition = ProfitAlert(
                ticket, held.symbol, _direction(comparison), amount, currency_of(view.store)
            )
        case AlertOnMargin(comparison, percent):
            condition = MarginLevelAlert(_direction(comparison), percent)
        case AlertOnFeed():
            condition = FeedAlert()
    problem = condition_problem(condition)
    return condition if problem is None else Refusal(problem)


def alerting(command: SetAlert, view: PlanView) -> Deed | Refusal:
    """A new alert."""
    condition = condition_of(command, view)
    if isinstance(condition, Refusal):
        return condition
    return Deed(command, f"Tells you once when this is so: {condition_words(condition)}.")


def removing_alert(command: RemoveAlert, view: PlanView) -> Deed | Refusal:
    """An alert taken away by its number."""
    left = view.alerts.remove(command.number)
    if isinstance(left, Refused):
        return Refusal(left.sentence)
    alert = next(alert for alert in view.alerts.alerts if alert.number == command.number)
    return Deed(command, f"Takes alert {alert.number} away: {alert_words(alert)}.")


def alert_sheet(view: PlanView) -> Sheet:
    """The alerts by number, those that fired with what was seen."""
    lines = []
    for alert in view.alerts.alerts:
        news = news_words(alert)
        lines.append(f"{alert.number:>3}  {alert_words(alert)}{f'   fired: {news}' if news else ''}")
    return Sheet("Alerts", tuple(lines) or ("There are none. Try alert EURUSD > 1.0900.",))


def _direction(comparison: Comparison) -> Direction:
    """Alerts take the level itself in, so `>` and `>=` are one."""
    match comparison:
        case Comparison.ABOVE | Comparison.AT_LEAST:
            return Direction.ABOVE
        case Comparison.BELOW | Comparison.AT_MOST:
            return Direction.BELOW
