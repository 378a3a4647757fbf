"""The line that a command is typed in. It knows no grammar: what the arrows and tab do, its dialog says."""

from collections.abc import Callable, Mapping

from textual import events

from xbtfx_tui.ui.dialog_keys import struck
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput

LONGEST_LINE = 500
"""Characters; a longer paste is no command."""


class CommandInput(FieldInput):
    """A FieldInput with keys of its own.

    `own_keys` are by key, those of `table` by the id of their entry in the table of keys.
    """

    def __init__(
        self, value: str, own_keys: Mapping[str, Callable[[], None]], table: Mapping[str, Callable[[], None]]
    ) -> None:
        super().__init__(value, takes_text=True)
        self.select_on_focus = False  # a verb is there to be typed on
        self.max_length = LONGEST_LINE
        self._own_keys = own_keys
        self._table = table

    async def on_key(self, event: events.Key) -> None:
        # Textual calls FieldInput's own on_key after this one, unless it is prevented.
        entry = struck(self, event.key, *self._table)
        does = self._own_keys.get(event.key) if entry is None else self._table[entry]
        if self._held or does is None:
            return
        event.stop()
        event.prevent_default()
        does()
