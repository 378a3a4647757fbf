"""Deeds of the command line, each handed to the part of the terminal that does it. It sends no order.

A part that can do more is plugged in with a line: `deeds.plug_in(Trail, trailing.begin)`.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from xbtfx_tui.commands.command import ClearPreset, Lock, SetPreset, Unlock, Unwatch, Watch
from xbtfx_tui.domain.presets import Preset
from xbtfx_tui.planning.plan import Deed, OwnCommand
from xbtfx_tui.ui.format import clean
from xbtfx_tui.ui.options import UiOptions
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.presets import Presets

Doer: TypeAlias = Callable[[Deed], str]
"""Does a deed, and answers with a sentence on what became of it."""


class Deeds:
    """Who does what, by the command's type."""

    def __init__(self) -> None:
        self._doers: dict[type, Doer] = {}

    def plug_in(self, command: type[OwnCommand], does: Callable[[Any], str]) -> None:
        """From now on `does` is called with each command of this type; it answers with a sentence."""
        self._doers[command] = lambda deed: does(deed.command)

    def plug_in_whole(self, command: type[OwnCommand], does: Doer) -> None:
        """The same for what needs the deed's tickets, too."""
        self._doers[command] = does

    def do(self, deed: Deed) -> str:
        """Do it; a sentence on what became of it, also where nobody can do it."""
        does = self._doers.get(type(deed.command))
        if does is None:
            return f"Not done: {deed.words.rstrip('.')} is not possible yet."
        return does(deed)


class Screen(Protocol):
    """What of the trading screen its own deeds change."""

    backend: Backend
    watchlist: list[str]
    presets: Presets
    options: UiOptions

    def show_watchlist(self) -> None: ...


def own_deeds(screen: Screen) -> Deeds:
    """The deeds that need no part of their own: the watchlist, presets, locking."""

    def watch(command: Watch) -> str:
        name = clean(command.symbol, 32)
        if command.symbol in screen.watchlist:
            return f"{name} is on the watchlist already."
        screen.watchlist.append(command.symbol)
        _keep_watchlist(screen)
        return f"{name} is on the watchlist."

    def unwatch(command: Unwatch) -> str:
        name = clean(command.symbol, 32)
        if command.symbol not in screen.watchlist:
            return f"{name} is not on the watchlist."
        screen.watchlist.remove(command.symbol)
        _keep_watchlist(screen)
        return f"{name} left the watchlist."

    def lock(_: Lock) -> str:
        screen.backend.desk.lock("you locked it")
        return "Trading is locked. ctrl+l unlocks it."

    def unlock(_: Unlock) -> str:
        return screen.backend.desk.unlock() or "Trading is open: orders are sent to the account."

    def set_preset(command: SetPreset) -> str:
        return screen.presets.keep(command.symbol, Preset(command.size, command.sl, command.tp))

    def clear_preset(command: ClearPreset) -> str:
        return screen.presets.clear(command.symbol)

    deeds = Deeds()
    deeds.plug_in(SetPreset, set_preset)
    deeds.plug_in(ClearPreset, clear_preset)
    deeds.plug_in(Watch, watch)
    deeds.plug_in(Unwatch, unwatch)
    deeds.plug_in(Lock, lock)
    deeds.plug_in(Unlock, unlock)
    return deeds


def _keep_watchlist(screen: Screen) -> None:
    screen.options.save_watchlist(tuple(screen.watchlist))
    screen.show_watchlist()
