"""Textual's command palette, over which the lock and the kill switch work as over every dialog."""

from collections.abc import Callable, Sequence
from functools import partial

from textual.actions import SkipAction
from textual.command import CommandPalette, Provider
from textual.theme import ThemeProvider

from xbtfx_tui.ui.dialogs.dialog_base import act_over, bind_over, is_text


class Palette(CommandPalette):
    """What came of such a key is seen on the screen below."""

    def __init__(self, providers: Sequence[type[Provider]] | None = None, placeholder: str = "") -> None:
        super().__init__(providers, placeholder=placeholder, id="--command-palette")
        bind_over(self)

    def action_strike_over(self, action_id: str, key: str) -> None:
        """The lock or the kill switch; a letter is typed in the palette's field."""
        if is_text(self, key):
            raise SkipAction
        act_over(self, action_id)


def themes_in_order(own: Sequence[str], choose: Callable[[str], None]) -> type[Provider]:
    """The palette's list of themes: our `own` first, in their order, then the others by name."""

    class Themes(ThemeProvider):
        @property
        def commands(self) -> list[tuple[str, Callable[[], None]]]:
            others = sorted(name for name in self.app.available_themes if name not in own)
            return [(name, partial(choose, name)) for name in (*own, *others)]

    return Themes
