"""Deeds of the command line, each handed to the part of the terminal that does it. It sends no order.

A part that can do more is plugged in with a line of `own_deeds`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from xbtfx_tui.commands.command import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    ClearPreset,
    Lock,
    RemoveAlert,
    SetPreset,
    SwitchGroup,
    TellCurrency,
    Trail,
    TrailOff,
    Unlock,
    Unwatch,
    Watch,
)
from xbtfx_tui.domain.presets import Preset
from xbtfx_tui.planning.plan import Deed, OwnCommand
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.presets import Presets
from xbtfx_tui.ui.watching import Watching

Doer: TypeAlias = Callable[[Deed], str]
"""Does a deed, and answers with a sentence on what became of it."""


class Deeds:
    """Who does what, by the command's type."""

    def __init__(self) -> None:
        self._doers: dict[type, Doer] = {}

    def plug_in(self, command: type[OwnCommand], does: Callable[[Any], str]) -> None:
        """From now on `does` is called with each command of this type; it answers with a sentence."""
        self._doers[command] = lambda deed: does(deed.command)

    def plug_in_for_each(self, command: type[OwnCommand], does: Callable[[Any, Sequence[int]], str]) -> None:
        """The same for what is about positions: `does` is handed their tickets, too."""
        self._doers[command] = lambda deed: does(deed.command, deed.tickets)

    def do(self, deed: Deed) -> str:
        """Do it; a sentence on what became of it, also where nobody can do it."""
        does = self._doers.get(type(deed.command))
        if does is None:
            return f"Not done: {deed.words.rstrip('.')} is not possible yet."
        return does(deed)


class Screen(Protocol):
    """What of the trading screen its deeds change."""

    backend: Backend
    watching: Watching
    presets: Presets

    def show_trails(self) -> None: ...


_ALERTS = (AlertOnPrice, AlertOnSpread, AlertOnProfit, AlertOnMargin, AlertOnFeed, RemoveAlert)


def own_deeds(screen: Screen) -> Deeds:
    """The deeds that the parts of the terminal do by now."""
    backend, watching, presets = screen.backend, screen.watching, screen.presets

    def lock(_: Lock) -> str:
        backend.desk.lock("you locked it")
        return "Trading is locked. ctrl+l unlocks it."

    def unlock(_: Unlock) -> str:
        return backend.desk.unlock() or "Trading is open: orders are sent to the account."

    def set_preset(command: SetPreset) -> str:
        return presets.keep(command.symbol, Preset(command.size, command.sl, command.tp))

    def trail(command: Trail, tickets: Sequence[int]) -> str:
        said = {ticket: backend.trails.start(ticket, command.pips) for ticket in tickets}
        screen.show_trails()
        trails = {one.ticket for one in backend.trails.trails()}
        return _of_each(said, [ticket for ticket in said if ticket in trails], "trail now")

    def trail_off(_: TrailOff, tickets: Sequence[int]) -> str:
        said = {ticket: backend.trails.stop(ticket) for ticket in tickets}
        screen.show_trails()
        trails = {one.ticket for one in backend.trails.trails()}
        return _of_each(said, [ticket for ticket in said if ticket not in trails], "trail no more")

    deeds = Deeds()
    deeds.plug_in(Watch, lambda command: watching.watch(command.symbol))
    deeds.plug_in(Unwatch, lambda command: watching.unwatch(command.symbol))
    deeds.plug_in(SwitchGroup, lambda command: watching.switch_group(command.name))
    deeds.plug_in(SetPreset, set_preset)
    deeds.plug_in(ClearPreset, lambda command: presets.clear(command.symbol))
    deeds.plug_in(TellCurrency, lambda command: backend.currency.answer(command.currency))
    deeds.plug_in(Lock, lock)
    deeds.plug_in(Unlock, unlock)
    for alert in _ALERTS:
        deeds.plug_in(alert, backend.alerts.carry_out)
    deeds.plug_in_for_each(Trail, trail)
    deeds.plug_in_for_each(TrailOff, trail_off)
    return deeds


def _of_each(said: Mapping[int, str], done: Sequence[int], what: str) -> str:
    """One position's sentence; of several how many it was done for, and why not for the first other."""
    if len(said) == 1:
        return next(iter(said.values()))
    refused = next((sentence for ticket, sentence in said.items() if ticket not in done), "")
    return f"{len(done)} of {len(said)} positions {what}. {refused}".rstrip()
