"""The Textual app: themes, styles, the first screen, and a clean way out. It holds no trading state.

Nothing that fails prints a traceback to the terminal: locals may hold the key. It goes to the log.
"""

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette, Provider
from textual.screen import Screen

from xbtfx_tui.commands.verbs import VERBS
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.lasting_states import OfThisRun
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.ui.account_choice import AccountChoice, Connect, Connected, NotConnected
from xbtfx_tui.ui.colour_themes import OWN_THEMES, fallback_variables, theme_for
from xbtfx_tui.ui.key_bindings import ACTIONS, action, first_key, key_name
from xbtfx_tui.ui.screen_options import DEFAULT_THEME, UiOptions
from xbtfx_tui.ui.stylesheet_files import styles_dir
from xbtfx_tui.ui.suspended_words import SUSPENDED
from xbtfx_tui.ui.terminal.key_reader import InputBegins
from xbtfx_tui.ui.terminal.key_turns import KeyTurns, has_its_turn
from xbtfx_tui.ui.terminal.terminal_driver import DiffDriver, has_a_shell_to_return_to, redraw
from xbtfx_tui.ui.terminal.textual_internals import (
    IS_WHOLE,
    AppWithoutTracebacks,
    StylesheetParsedOnce,
    driver_of,
    what_is_missing,
)

if TYPE_CHECKING:
    from xbtfx_tui.ui.screens.trading_screen import TradingScreen

_log = logging.getLogger(__name__)
_SUSPEND, _QUIT, _HELP = (action(f"program.{name}") for name in ("suspend", "quit", "help"))


class TerminalApp(AppWithoutTracebacks):
    """The terminal. `start` None opens the welcome screen, whose choice `connect` turns into an account."""

    TITLE = "xbtfx-tui"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH: ClassVar = sorted(styles_dir().glob("*.tcss"))
    ESCAPE_TO_MINIMIZE = False
    # Here, and not with the other keys of the trading screen: as everywhere, over whatever is open.
    BINDINGS: ClassVar = [
        Binding(_SUSPEND.keys, "suspend", _SUSPEND.words, id=_SUSPEND.id, show=False, priority=True)
    ]

    def __init__(self, options: UiOptions, connect: Connect, start: Connected | None = None) -> None:
        # Without this, NO_COLOR gives greys; with it, the terminal's own two colours, reverse, bold and dim.
        super().__init__(
            driver_class=DiffDriver if IS_WHOLE else None,
            ansi_color=True if "NO_COLOR" in os.environ else None,
        )
        if not IS_WHOLE:
            missing = ", ".join(what_is_missing())
            _log.warning("This Textual lacks %s: the screen is drawn in its ordinary way", missing)
        self.options = options
        self._connect = connect
        self._start = start
        self._trading: TradingScreen | None = None
        self.failure: str | None = None
        self.key_turns = KeyTurns(self, super().on_event)
        self.animation_level = "none"
        for theme in OWN_THEMES:
            self.register_theme(theme)
        wanted = options.theme if options.theme in self.available_themes else DEFAULT_THEME
        self.theme = theme_for(wanted, None if self.no_color else self.console.color_system)
        self.stylesheet = StylesheetParsedOnce(variables=self.get_css_variables())

    async def on_event(self, event: events.Event) -> None:
        if has_its_turn(event):
            await self.key_turns.take(event)
        else:
            await super().on_event(event)

    def on_input_begins(self, message: InputBegins) -> None:
        self.key_turns.begins(message.time)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return fallback_variables(self.current_theme)

    async def on_mount(self) -> None:
        if isinstance(driver := driver_of(self), DiffDriver):
            driver.before_paint = self._draw_over
            driver.short_colours = self.options.low_bandwidth
            driver.suspended_by_signal = lambda: driver.suspend(self._suspended_words(), whole_job=False)
        if self.options.keys:
            self.set_keymap(dict(self.options.keys))
        if self._start is None:
            from xbtfx_tui.ui.screens.welcome_screen import WelcomeScreen

            self.push_screen(WelcomeScreen(self._choose))
        else:
            await self._open(self._start)

    async def _choose(self, choice: AccountChoice) -> str | None:
        """Connect as chosen; None when the terminal is open, else the sentence that says why not."""
        match await self._connect(choice):
            case NotConnected(sentence):
                return sentence
            case Connected() as connected:
                # This runs in a worker of the welcome screen and would end with it, half-way through.
                self.call_later(self._open_in_place, connected)
                return None

    async def _open_in_place(self, connected: Connected) -> None:
        self.pop_screen()
        await self._open(connected)

    async def _open(self, connected: Connected) -> None:
        from xbtfx_tui.ui.screens.trading_screen import (
            TradingScreen,  # the welcome screen need not wait for it
        )

        clock = connected.backend.clock
        self.key_turns.clock = lambda: clock.now().monotonic
        self._trading = TradingScreen(connected.backend, connected.mode, self.options)
        await connected.backend.start()  # it connects while the screen is laid out
        await self.push_screen(self._trading)
        if self.options.not_kept is not None:
            connected.backend.say(Severity.WARNING, self.options.not_kept, OfThisRun())

    def on_resize(self) -> None:
        """A terminal that changed its size may show anything, even if the size is the old one by now."""
        redraw(self)

    def _draw_over(self, drawn: Mapping[int, tuple[int, int]]) -> None:
        """What the panes draw past Textual goes on top of what Textual has drawn."""
        if self._trading in self.screen_stack:
            self._trading.draw_over(drawn)

    # --- the palette -------------------------------------------------------------------------------------

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(self._palette())

    def search_themes(self) -> None:
        from xbtfx_tui.ui.dialogs.command_palette import themes_in_order

        chosen = themes_in_order([theme.name for theme in OWN_THEMES], self._theme_chosen)
        self.push_screen(self._palette([chosen], "Search for themes ..."))

    def _theme_chosen(self, name: str) -> None:
        self.theme = name
        self.options.save_theme(name)

    def _palette(
        self, providers: Sequence[type[Provider]] | None = None, placeholder: str = "Search for commands ..."
    ) -> Screen[None]:
        from xbtfx_tui.ui.dialogs.command_palette import (
            Palette,  # the start of the program need not wait for it
        )

        return Palette(providers, placeholder)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if screen is self._trading:
            for one in ACTIONS:
                if one.id == "program.palette":
                    continue
                key = key_name(self._trading.keys_of(one.id, one.keys))
                title, does = (one.label.capitalize(), f": {one.words}") if one.label else (one.words, "")
                yield SystemCommand(title, f"key {key}{does}", partial(self._trading.action_do, one.id))
            for verb in VERBS:
                title = f"{verb.name} ..." if any(form.parts for form in verb.forms) else verb.name
                open_bar = partial(self._trading.action_command, f"{verb.name} ")
                yield SystemCommand(f":{title}", verb.does, open_bar)
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)

    # --- suspended -----------------------------------------------------------------------------------------

    def action_suspend(self) -> None:
        """Back to the shell, as any of its programs."""
        if not has_a_shell_to_return_to():
            self._answer(NotDone("No shell has started this that could bring it back: it is not suspended."))
        elif isinstance(driver := driver_of(self), DiffDriver):
            driver.suspend(self._suspended_words(), whole_job=True)
        else:
            self.action_suspend_process()

    def _suspended_words(self) -> str:
        words = SUSPENDED if self._trading is None else self._trading.suspended_words()
        return f"{words}\n"

    def _answer(self, words: str) -> None:
        if self._trading is not None and self._trading in self.screen_stack:
            self._trading.notice.answer(words)

    # --- ways out ----------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """ctrl+q, over whatever is open: it asks what `q` asks. A question that is open is answered first."""
        from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo

        if self._trading is None or self._trading not in self.screen_stack:
            self.exit(0)
        elif not isinstance(self.screen, YesNo):
            self._trading.action_quit()

    def action_help_quit(self) -> None:
        """ctrl+c on the panes, by which other programs are left."""
        keys = self.options.keys
        leave, learn = (first_key(keys.get(one.id, one.keys)) for one in (_QUIT, _HELP))
        self._answer(f"{leave} quits, {learn} shows every key.")

    def failed(self) -> None:
        """An exception that nobody caught: into the log, one sentence on the terminal, exit code 1."""
        _log.error("The screen failed", exc_info=True)
        self.failure = (
            "The terminal stopped on an error of its own; positions and orders are not touched by it."
        )
