"""Deeds of the command line, each handed to the part of the terminal that does it. It sends no order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from xbtfx_tui.commands.chart_command_types import (
    ChangeChart,
    ChangeIndicators,
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
    ChangeLayout,
    ClearPreset,
    Lock,
    RemoveAlert,
    RemoveLayout,
    RenameLayout,
    SaveLayout,
    SetPreset,
    ShowLayout,
    SwitchGroup,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.store_events import TradingCloseOnly
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.planning.plan_types import Deed
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.preset_service import Presets
from xbtfx_tui.ui.watchlist_service import Watching


class Screen(Protocol):
    """What of the trading screen its deeds change."""

    backend: Backend
    watching: Watching
    presets: Presets

    def change_layouts(self, command: ChangeLayout) -> str: ...

    def show_chart(self, command: ChangeChart) -> str: ...
    def change_indicators(self, command: ChangeIndicators) -> str: ...

    def show_trails(self) -> None: ...


def do_deed(deed: Deed, screen: Screen) -> str:
    """Do it; a sentence on what became of it."""
    backend = screen.backend
    match deed.command:
        case Watch() | Unwatch() | SwitchGroup() | SetPreset() | ClearPreset() as command:
            return _arrange(command, screen)
        case ShowLayout() | SaveLayout() | RenameLayout() | RemoveLayout() as command:
            return screen.change_layouts(command)
        case ShowChart() | ShowChartAt() | SetTimeframe() as command:
            return screen.show_chart(command)
        case ShowIndicator() | HideIndicator() as command:
            return screen.change_indicators(command)
        case TellCurrency(currency):
            return backend.currency.answer(currency)
        case Lock():
            backend.desk.lock("you locked it")
            return "Trading is locked. ctrl+l unlocks it."
        case Unlock():
            return unlock(backend)
        case (
            AlertOnPrice()
            | AlertOnSpread()
            | AlertOnProfit()
            | AlertOnMargin()
            | AlertOnFeed()
            | RemoveAlert() as command
        ):
            return backend.alerts.carry_out(command)
        case ArmEntry() | Disarm() as command:
            return backend.rules.carry_out(command)
        case Trail(pips):
            return _trail(pips, deed.tickets, screen)
        case TrailOff():
            return _trail_off(deed.tickets, screen)


def _arrange(command: Watch | Unwatch | SwitchGroup | SetPreset | ClearPreset, screen: Screen) -> str:
    """Watchlist and presets."""
    match command:
        case Watch(symbol):
            return screen.watching.watch(symbol)
        case Unwatch(symbol):
            return screen.watching.unwatch(symbol)
        case SwitchGroup(name):
            return screen.watching.switch_group(name)
        case SetPreset(symbol, size, sl, tp):
            return screen.presets.keep(symbol, Preset(size, sl, tp))
        case ClearPreset(symbol):
            return screen.presets.clear(symbol)


def _trail(pips: Decimal, tickets: Sequence[int], screen: Screen) -> str:
    trails = screen.backend.trails
    said = {ticket: trails.start(ticket, pips) for ticket in tickets}
    screen.show_trails()
    trailed = {one.ticket for one in trails.trails()}
    return _of_each(said, [ticket for ticket in said if ticket in trailed], "trail now")


def _trail_off(tickets: Sequence[int], screen: Screen) -> str:
    said = {ticket: screen.backend.trails.stop(ticket) for ticket in tickets}
    screen.show_trails()
    done = [ticket for ticket, sentence in said.items() if not isinstance(sentence, NotDone)]
    return _of_each(said, done, "trail no more")


def unlock(backend: Backend) -> str:
    """Let orders through; what came of it, as a sentence."""
    if (refusal := backend.desk.unlock()) is not None:
        return NotDone(refusal)
    if isinstance(trading := backend.store.trading, TradingCloseOnly):
        return NotDone(f"Closing is possible, nothing new is opened: {trading.reason}.")
    return "Trading is open: orders are sent to the account."


def _of_each(said: Mapping[int, str], done: Sequence[int], what: str) -> str:
    """One position's sentence; of several how many it was done for, and why not for the first other."""
    if len(said) == 1:
        return next(iter(said.values()))
    refused = next((sentence for ticket, sentence in said.items() if ticket not in done), "")
    words = f"{len(done)} of {len(said)} positions {what}. {refused}".rstrip()
    return words if len(done) == len(said) else NotDone(words)
