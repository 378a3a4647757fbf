"""What the `alert` verbs come to: a condition for the book of alerts, or why there can be none.

A new alert is drafted here for its dialog, too. The book itself is changed by whoever carries the deed out.
"""

from decimal import Decimal

import msgspec

from xbtfx_tui.commands.alert_commands import condition_of
from xbtfx_tui.commands.command_types import AlertOnProfit, RemoveAlert, SetAlert
from xbtfx_tui.domain.alerts import (
    Condition,
    Direction,
    MarginLevelAlert,
    NoAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    alert_words,
    condition_problem,
    condition_words,
    news_words,
)
from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.planning.plan_text import currency_of, exact, percent
from xbtfx_tui.planning.plan_types import Deed, PlanRefusal, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.target_positions import position_of
from xbtfx_tui.store.latest_quotes import Stale


class AlertDraft(msgspec.Struct, frozen=True):
    """What is waited for, and in a sentence with what it stands at; `refusal` is why it can't be set as
    things are, None where it can."""

    condition: Condition
    sentence: str
    refusal: str | None


def draft_alert(command: SetAlert, view: PlanView) -> AlertDraft | PlanRefusal:
    """The alert that the command is for; one on profit takes a position that is open."""
    if isinstance(command, AlertOnProfit):
        held = position_of(command.ticket, view)
        if isinstance(held, PlanRefusal):
            return held
    condition = condition_of(command, view.store.positions, currency_of(view.store))
    if isinstance(condition, NoAlert):
        return PlanRefusal(condition.sentence)
    if (problem := condition_problem(condition)) is not None:
        return PlanRefusal(problem)
    sentence = f"Tells you once when this is so: {condition_words(condition)}.{_now_words(condition, view)}"
    return AlertDraft(condition, sentence, view.alert_refusal(condition))


def alerting(command: SetAlert, view: PlanView) -> Deed | PlanRefusal:
    """A new alert."""
    drafted = draft_alert(command, view)
    if isinstance(drafted, PlanRefusal):
        return drafted
    if drafted.refusal is not None:
        return PlanRefusal(drafted.refusal)
    return Deed(command, drafted.sentence)


def _now_words(condition: Condition, view: PlanView) -> str:
    """What it stands at, or stood at last, as a sentence; empty where that is not known."""
    store = view.store
    match condition:
        case PriceAlert(symbol, direction):
            if (slot := store.slot(symbol)) is None:
                return ""
            is_bid = direction is Direction.ABOVE
            price = Decimal(repr(slot.quote.bid if is_bid else slot.quote.ask))
            now = _as_of(symbol, exact(store, symbol, price), view)
            return f" The {'bid' if is_bid else 'ask'} {now}"
        case SpreadAlert(symbol):
            slot, known = store.slot(symbol), store.specs.get(symbol) or store.symbols.get(symbol)
            if slot is None or known is None:
                return ""
            points = round((slot.quote.ask - slot.quote.bid) / float(known.point))
            return f" It {_as_of(symbol, str(points), view)}"
        case ProfitAlert(ticket):
            if (position := store.positions.get(ticket)) is None:
                return ""
            profit = money_text(store.live_profit(position), currency_of(store))
            return f" It {_as_of(position.symbol, profit, view)}"
        case MarginLevelAlert():
            account = store.live_account()
            level = None if account is None else account.margin_level
            return "" if level is None else f" It is {percent(level)} now."
        case _:
            return ""


def _as_of(symbol: str, figure: str, view: PlanView) -> str:
    """A figure of a symbol's last quote, and how old that is where it can't be judged any more."""
    match view.store.freshness(symbol, view.now):
        case Stale(seconds):
            return f"was {figure} {age_words(seconds)} ago; it is judged at the next price."
        case _:
            return f"is {figure} now."


def removing_alert(command: RemoveAlert, view: PlanView) -> Deed | PlanRefusal:
    """An alert taken away by its number."""
    left = view.alerts.remove(command.number)
    if isinstance(left, NoAlert):
        return PlanRefusal(" ".join(filter(None, (left.sentence, view.alerts_not_kept))))
    alert = next(alert for alert in view.alerts.alerts if alert.number == command.number)
    return Deed(command, f"Takes alert {alert.number} away: {alert_words(alert)}.")


def alert_sheet(view: PlanView) -> Sheet:
    """The alerts by number, those that fired with what was seen."""
    lines = []
    for alert in view.alerts.alerts:
        news = news_words(alert)
        lines.append(f"{alert.number:>3}  {alert_words(alert)}{f'   fired: {news}' if news else ''}")
    shown = tuple(lines) or ("There are none. Try alert EURUSD > 1.0900.",)
    return Sheet("Alerts", shown if view.alerts_not_kept is None else (view.alerts_not_kept, *shown))
