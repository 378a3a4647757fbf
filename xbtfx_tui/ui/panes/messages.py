"""What happened, in words, newest at the bottom; enter shows a long one in full."""

from typing import ClassVar

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.store.changes import Changes
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.widgets.board import Board, Column
from xbtfx_tui.ui.widgets.canvas import Cell

SIGNS = {Loudness.INFO: " ", Loudness.GOOD: "✓", Loudness.WARNING: "!", Loudness.ERROR: "✗"}
TINTS = {Loudness.INFO: "text", Loudness.GOOD: "good", Loudness.WARNING: "warning", Loudness.ERROR: "error"}


class MessagesBoard(Board[int]):
    """One row a message; the cursor stays on the newest until it is moved away from it."""

    COLUMNS: ClassVar = (
        Column("time", "UTC", 8, to_left=True, rank=1),
        Column("sign", " ", 1, to_left=True),
        Column("text", "message", 20, to_left=True, stretch=400),
    )
    EMPTY = "Nothing has happened yet."

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="messages", classes="pane")
        self._store = backend.store
        self._count = 0

    def on_mount(self) -> None:
        self._take(len(self._store.messages))

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.messages:
            self._take(changes.messages)

    def every_second(self) -> None:
        """Nothing here ages by itself."""

    def message(self, key: int) -> Said | None:
        """The message of a row; None once it has left the store."""
        index = key - (self._count - len(self._store.messages))
        return self._store.messages[index] if 0 <= index < len(self._store.messages) else None

    def _take(self, new: int) -> None:
        at_end = not self.keys or self.cursor == self.keys[-1]
        self._count += new
        self.set_keys(list(range(self._count - len(self._store.messages), self._count)))
        if at_end and self.keys:
            self.select(self.keys[-1])

    def row(self, key: int) -> dict[str, Cell]:
        said = self.message(key)
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = ""
            if said is not None:
                text = {
                    "time": fmt.clock_time(said.wall),
                    "sign": SIGNS[said.loudness],
                    "text": fmt.clean(said.text),
                }[column.name]
            tint = "muted" if column.name == "time" or said is None else TINTS[said.loudness]
            cells[column.name] = ((fmt.left(text, width), self.tint(tint)),)
        return cells
