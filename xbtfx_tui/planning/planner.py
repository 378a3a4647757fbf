"""What a command comes to against the account as it stands. Pure: nothing is sent, asked for or changed.

The same command may be planned again and again, as prices move: the intents of a plan that is not confirmed
are never handed to anyone.
"""

from msgspec.structs import replace

from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Breakeven,
    BreakevenFrom,
    Close,
    CloseBy,
    Command,
    Help,
    ListAlerts,
    ListGroups,
    ListLayouts,
    Open,
    OrderCommand,
    RemoveAlert,
    RemoveStop,
    ReportCommand,
    Reverse,
    SetStop,
    ShowCurrency,
    ShowExposure,
    ShowMargin,
    ShowProfit,
    TerminalCommand,
    Trail,
    TrailOff,
)
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm, ListRules
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.alert_planning import alert_sheet, alerting, removing_alert
from xbtfx_tui.planning.arming import arming, disarming, rule_sheet
from xbtfx_tui.planning.close_planning import closing, closing_by, reversing
from xbtfx_tui.planning.open_planning import opening
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, Planned, PlanRefusal, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.reports import currency_sheet, exposure_sheet, help_sheet, margin_sheet, profit_sheet
from xbtfx_tui.planning.stop_planning import breakeven, remove_stop, set_stop
from xbtfx_tui.planning.terminal_actions import group_sheet, layout_sheet, own_deed, trailing, trailing_off

__all__ = ["PlanView", "plan"]

_LONGEST = 600


def plan(command: Command, view: PlanView) -> Planned:
    """What the command comes to at the view's moment. Never raises; what can't be done is a sentence.

    Its sentences are safe to show: names that a server gave are in them without what would steer a terminal.
    """
    return _harmless(_planned(command, view))


def _planned(command: Command, view: PlanView) -> Planned:
    if isinstance(command, OrderCommand):
        return _orders(command, view)
    if isinstance(command, TerminalCommand):
        return _change(command, view)
    return _sheet(command, view)


def _orders(command: OrderCommand, view: PlanView) -> Planned:
    match command:
        case Open():
            return opening(command, view)
        case Close():
            return closing(command, view)
        case Reverse():
            return reversing(command, view)
        case CloseBy():
            return closing_by(command, view)
        case Breakeven() | BreakevenFrom():
            return breakeven(command, view)
        case SetStop():
            return set_stop(command, view)
        case RemoveStop():
            return remove_stop(command, view)


def _change(command: TerminalCommand, view: PlanView) -> Planned:
    match command:
        case Trail():
            return trailing(command, view)
        case TrailOff():
            return trailing_off(command, view)
        case AlertOnPrice() | AlertOnSpread() | AlertOnProfit() | AlertOnMargin() | AlertOnFeed():
            return alerting(command, view)
        case RemoveAlert():
            return removing_alert(command, view)
        case ArmEntry():
            return arming(command, view)
        case Disarm():
            return disarming(command, view)
        case _:
            return own_deed(command, view)


def _sheet(command: ReportCommand, view: PlanView) -> Planned:
    match command:
        case ShowProfit():
            return profit_sheet(command, view)
        case ShowMargin():
            return margin_sheet(view)
        case ShowExposure():
            return exposure_sheet(view)
        case ListAlerts():
            return alert_sheet(view)
        case ListRules():
            return rule_sheet(view)
        case ListGroups():
            return group_sheet(view)
        case ListLayouts():
            return layout_sheet(view)
        case ShowCurrency():
            return currency_sheet(view)
        case Help():
            return help_sheet(command, view)


def _harmless(planned: Planned) -> Planned:
    """Guards and domain say names as the server spells them. Sheets keep their columns, and clean by word."""
    match planned:
        case Plan(headline, steps, _, remarks):
            return replace(
                planned,
                headline=_clean(headline),
                steps=tuple(replace(step, words=_clean(step.words)) for step in steps),
                remarks=tuple(map(_clean, remarks)),
            )
        case Deed(words=words, lines=lines, remarks=remarks):
            return replace(
                planned,
                words=_clean(words),
                lines=tuple(map(_clean, lines)),
                remarks=tuple(map(_clean, remarks)),
            )
        case PlanRefusal(sentence):
            return replace(planned, sentence=_clean(sentence))
        case NeedsHistory(lacks=lacks) | NeedsSymbols(lacks=lacks):
            return replace(planned, lacks=_clean(lacks))
        case Sheet():
            return planned


def _clean(sentence: str) -> str:
    return plain(sentence, _LONGEST)
