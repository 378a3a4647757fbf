"""Textual's command palette, over which the lock and the kill switch work as over every dialog."""

from collections.abc import Sequence

from textual import on
from textual.command import CommandPalette, Provider

from xbtfx_tui.ui.dialogs.dialog_base import StruckOver, act_over, bind_over, strike_over


class Palette(CommandPalette):
    """What came of such a key is seen on the screen below."""

    def __init__(self, providers: Sequence[type[Provider]] | None = None, placeholder: str = "") -> None:
        super().__init__(providers, placeholder=placeholder, id="--command-palette")
        bind_over(self)

    def action_strike_over(self, action_id: str, key: str) -> None:
        """The lock or the kill switch; a letter is typed in the palette's field."""
        strike_over(self, action_id, key)

    @on(StruckOver)
    def _struck_over(self, event: StruckOver) -> None:
        event.stop()
        act_over(self, event.action_id)
