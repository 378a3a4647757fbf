"""What each command is, whatever the account holds: what it is about, what it takes, where it makes sense.

The one table of that. A new command is described here, and mypy names it until it is. Nothing is looked up.
"""

from enum import Enum, auto

import msgspec

from xbtfx_tui.commands.chart_command_types import (
    HideIndicator,
    SetTimeframe,
    ShowChart,
    ShowChartAt,
    ShowIndicator,
)
from xbtfx_tui.commands.command_types import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    AllPositions,
    Breakeven,
    BreakevenFrom,
    ClearPreset,
    Close,
    CloseBy,
    Command,
    Help,
    ListAlerts,
    ListGroups,
    ListLayouts,
    Lock,
    OneTicket,
    Open,
    OrderCommand,
    RemoveAlert,
    RemoveLayout,
    RemoveStop,
    RenameLayout,
    ReportCommand,
    Reverse,
    SaveLayout,
    SetPreset,
    SetStop,
    ShowCurrency,
    ShowExposure,
    ShowLayout,
    ShowMargin,
    ShowProfit,
    SwitchGroup,
    Target,
    TellCurrency,
    TerminalCommand,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm, ListRules
from xbtfx_tui.domain.positions import HistoryPeriod


class TerminalPart(Enum):
    """A part of the running terminal that a command changes or shows."""

    WATCHLIST = auto()
    LAYOUTS = auto()
    CHART = auto()
    ALERTS = auto()
    RULES = auto()
    TRAILS = auto()
    PRESETS = auto()
    CURRENCY = auto()
    LOCK = auto()


class CommandFacts(msgspec.Struct, frozen=True):
    """`symbol` is the one that is traded by its name, `targets` are the positions (or pending orders) whose
    terms and prices are taken, `period` is the history that is summed up; None and empty are none.

    `is_about_positions`: where none is held, that is what is told. `is_judged_by_price`: an order of it is
    refused at an old price. `only_closes`: it can be carried out by what is known where the rest can't be
    read. `part` is what of the terminal it is for: without a terminal it makes no sense.
    """

    symbol: str | None = None
    targets: tuple[Target, ...] = ()
    period: HistoryPeriod | None = None
    is_about_positions: bool = False
    is_judged_by_price: bool = False
    only_closes: bool = False
    part: TerminalPart | None = None


def facts_of(command: Command) -> CommandFacts:
    """What the command is."""
    if isinstance(command, OrderCommand):
        return _of_order(command)
    if isinstance(command, TerminalCommand):
        return CommandFacts(part=_part_changed(command))
    return _of_report(command)


def sends_orders(command: Command) -> bool:
    """Whether the command leads to orders, and needs a yes."""
    return isinstance(command, OrderCommand)


def _of_order(command: OrderCommand) -> CommandFacts:
    match command:
        case Open(symbol=symbol):
            return CommandFacts(symbol, is_judged_by_price=True)
        case Close(target=target):
            return CommandFacts(targets=(target,), is_about_positions=True, only_closes=True)
        case BreakevenFrom(target=target):
            return _changing(target)
        case Reverse(ticket=ticket) | Breakeven(ticket=ticket) | SetStop(ticket=ticket):
            return _changing(OneTicket(ticket))
        case CloseBy(ticket=ticket, other=other):
            return _changing(OneTicket(ticket), OneTicket(other))
        case RemoveStop(ticket=ticket):
            return CommandFacts(targets=(OneTicket(ticket),), is_about_positions=True)


def _changing(*targets: Target) -> CommandFacts:
    return CommandFacts(targets=targets, is_about_positions=True, is_judged_by_price=True)


def _part_changed(command: TerminalCommand) -> TerminalPart:
    match command:
        case Watch() | Unwatch() | SwitchGroup():
            return TerminalPart.WATCHLIST
        case ShowLayout() | SaveLayout() | RenameLayout() | RemoveLayout():
            return TerminalPart.LAYOUTS
        case ShowChart() | ShowChartAt() | SetTimeframe() | ShowIndicator() | HideIndicator():
            return TerminalPart.CHART
        case (
            AlertOnPrice()
            | AlertOnSpread()
            | AlertOnProfit()
            | AlertOnMargin()
            | AlertOnFeed()
            | RemoveAlert()
        ):
            return TerminalPart.ALERTS
        case ArmEntry() | Disarm():
            return TerminalPart.RULES
        case Trail() | TrailOff():
            return TerminalPart.TRAILS
        case SetPreset() | ClearPreset():
            return TerminalPart.PRESETS
        case TellCurrency():
            return TerminalPart.CURRENCY
        case Lock() | Unlock():
            return TerminalPart.LOCK


def _of_report(command: ReportCommand) -> CommandFacts:
    match command:
        case ShowProfit(period=period):
            return CommandFacts(period=period)
        case ShowMargin():
            return CommandFacts(targets=(AllPositions(),))
        case ShowExposure():
            return CommandFacts(targets=(AllPositions(),), is_about_positions=True)
        case ListAlerts():
            return CommandFacts(part=TerminalPart.ALERTS)
        case ListRules():
            return CommandFacts(part=TerminalPart.RULES)
        case ListGroups():
            return CommandFacts(part=TerminalPart.WATCHLIST)
        case ListLayouts():
            return CommandFacts(part=TerminalPart.LAYOUTS)
        case ShowCurrency():
            return CommandFacts(part=TerminalPart.CURRENCY)
        case Help():
            return CommandFacts()
