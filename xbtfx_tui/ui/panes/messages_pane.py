"""What happened, in words, newest at the bottom; a key shows a long one in full."""

from collections.abc import Mapping
from typing import ClassVar

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import Message, Severity
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.key_bindings import first_key
from xbtfx_tui.ui.layout.layout_types import WITHOUT_END, Need
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.shortened_words import shortened
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

SIGNS = {
    Severity.QUIET: " ",
    Severity.INFO: " ",
    Severity.GOOD: "✓",
    Severity.WARNING: "!",
    Severity.ERROR: "✗",
}
TINTS = {
    Severity.QUIET: "muted",
    Severity.INFO: "text",
    Severity.GOOD: "good",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}
_LATEST = 8


class MessagesBoard(Board[int]):
    """One row a message; the cursor stays on the newest until it is moved away from it."""

    COLUMNS: ClassVar = (
        Column("time", "time", 8, to_left=True, rank=1),
        Column("sign", " ", 1, to_left=True),
        Column("text", "message", 20, to_left=True, stretch=400, is_prose=True),
    )
    EMPTY = "Nothing has happened yet: orders, alerts and trouble are told here."

    def __init__(self, backend: Backend, keys: Mapping[str, str], times: ScreenTimes) -> None:
        super().__init__(id="messages", classes="pane")
        self.border_title = "7 Messages"
        self._heading = f"message · {first_key(keys.get('move.choose', 'enter'))} shows all of it"
        self._store = backend.store
        self._times = times
        self._word = times.word
        self._count = 0

    def need(self) -> Need:
        """The room for the latest ones; for all of them it would be all there is."""
        return Need(WITHOUT_END, min(len(self.keys), _LATEST) + 1)

    def on_mount(self) -> None:
        self._take(len(self._store.messages))

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.messages:
            self._take(changes.messages)

    def every_second(self) -> None:
        """Nothing here ages by itself; but what is known of the broker's clock comes."""
        if self._word != self._times.word:
            self._word = self._times.word
            self.forget()

    def message(self, key: int) -> Message | None:
        """The message of a row; None once it has left the store."""
        index = key - (self._count - len(self._store.messages))
        return self._store.messages[index] if 0 <= index < len(self._store.messages) else None

    def _take(self, new: int) -> None:
        at_end = not self.keys or self.cursor == self.keys[-1]
        self._count += new
        self.set_keys(list(range(self._count - len(self._store.messages), self._count)))
        if at_end and self.keys:
            self.select(self.keys[-1])

    def title_of(self, column: Column, width: int) -> str:
        """Over the words the key that shows a message whole, for its row may be cut."""
        match column.name:
            case "time":
                return self._times.heading(width)
            case "text":
                return self._heading
            case _:
                return column.title

    def row(self, key: int) -> dict[str, Cell]:
        said = self.message(key)
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = ""
            if said is not None:
                text = {
                    "time": self._times.clock(said.wall),
                    "sign": SIGNS[said.severity],
                    "text": fmt.clean(said.text),
                }[column.name]
            tint = "muted" if column.name == "time" or said is None else TINTS[said.severity]
            cells[column.name] = ((shortened(text, width), self.tint(tint)),)
        return cells
