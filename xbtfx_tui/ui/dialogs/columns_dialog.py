"""The columns of a table: which it shows, and in which order. What is done is seen and kept at once.

It touches no figure: what has no room is left out by the table itself.
"""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from xbtfx_tui.ui.dialog_keys import hint_of, struck
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.widgets.column_choice import ColumnChoice, choice_of
from xbtfx_tui.ui.widgets.table import Board

_MOVES = {"down": 1, "j": 1, "up": -1, "k": -1, "home": -1_000, "end": 1_000}
_CARRIES = {"shift+up": -1, "shift+down": 1}
_COMMANDS = ("dialog.toggle", "dialog.usual")
_AROUND = 5
"""Rows of the frame and of what stands below the list."""


class ColumnList(Words, can_focus=True):
    """A row a column, one of them marked; as many as fit."""

    def __init__(self, dialog: "ColumnsDialog") -> None:
        super().__init__(id="columns")
        self._dialog = dialog
        self.marked = 0
        self._top = 0

    def on_key(self, event: events.Key) -> None:
        command = struck(self, event.key, *_COMMANDS)
        if command is None and event.key not in _MOVES and event.key not in _CARRIES:
            return
        event.stop()
        event.prevent_default()
        if command is not None:
            self._dialog.does(command)
        elif (by := _CARRIES.get(event.key)) is not None:
            self._dialog.carries(by)
        else:
            self.mark(self.marked + _MOVES[event.key])

    def mark(self, row: int) -> None:
        """Put the mark on this row, as near as there is one."""
        self.marked = max(0, min(row, len(self._dialog.choice.order) - 1))
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Mark the row; a click on the marked one does what the key does."""
        event.stop()
        row = self._top + event.y
        if row == self.marked:
            self._dialog.does("dialog.toggle")
        else:
            self.mark(row)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.mark(self.marked - 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.mark(self.marked + 1)

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """The rows around the mark, as many as there is room for."""
        height = max(1, self.screen.size.height - _AROUND - 2)
        self._top = max(min(self._top, self.marked), self.marked - height + 1, 0)
        rows = self._dialog.rows()[self._top : self._top + height]
        lines = [
            Content.styled(row, "bold reverse" if number == self.marked else "")
            for number, row in enumerate(rows, self._top)
        ]
        self.say(Content("\n").join(lines))


class ColumnsDialog(Dialog[None]):
    """`keep` takes the names of the columns, none for the usual ones, and shows them; it gives a sentence
    where they could not be kept."""

    FIRST = "ColumnList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "back", "Close", show=False)]

    def __init__(
        self,
        board: "Board[str] | Board[int]",
        title: str,
        chosen: tuple[str, ...],
        keep: Callable[[tuple[str, ...]], str | None],
    ) -> None:
        super().__init__("question order columns")
        self._board = board
        self._title = title
        self._keep = keep
        self.choice: ColumnChoice = choice_of(board.COLUMNS, chosen, board.visible_columns)
        self._list = ColumnList(self)
        self._said = Words(id="general")

    def compose(self) -> ComposeResult:
        toggle, usual = (hint_of(self, command) for command in _COMMANDS)
        with Vertical(id="frame"):
            yield self._list
            yield self._said
            hint = f"{toggle} on or off · shift+up/down move it · {usual} the usual ones · escape closes"
            yield Words(hint, id="hint")

    def on_mount(self) -> None:
        self.write_title(f"Columns of {self._title}")
        self._list.draw()

    def rows(self) -> list[str]:
        """Each column by its title; whether it is shown, if it is wanted and has no room, and what is not
        seen without it."""
        unseen = {column.name: column.unseen for column in self._board.COLUMNS}
        titles = {column.name: clean(column.title).strip() or column.name for column in self._board.COLUMNS}
        width = max(map(len, titles.values()))
        visible = self._board.visible_columns
        rows = []
        for name in self.choice.order:
            box = "[x]" if name in self.choice.shown else "[ ]"
            note = "always" if name == self.choice.order[0] else ""
            if name in self.choice.shown and name not in visible:
                note = "no room now"
            elif name not in self.choice.shown and unseen[name]:
                note = f"hides {unseen[name]}"
            rows.append(f" {box} {titles[name]:<{width}}  {note:<11} ")
        return rows

    def does(self, command: str) -> None:
        """One of the list's commands, by its id."""
        if command == "dialog.usual":
            self._take(())
            self._choose(choice_of(self._board.COLUMNS, (), self._board.visible_columns), is_kept=True)
        else:
            self._choose(self.choice.toggled(self._marked))

    def carries(self, by: int) -> None:
        """The marked column goes a place on (1) or back (-1)."""
        self._choose(self.choice.moved(self._marked, by))

    @property
    def _marked(self) -> str:
        return self.choice.order[self._list.marked]

    def _choose(self, choice: ColumnChoice, *, is_kept: bool = False) -> None:
        name, before, self.choice = self._marked, self.choice, choice
        if choice != before and not is_kept:
            self._take(choice.names)
        self._list.mark(choice.order.index(name))

    def _take(self, names: tuple[str, ...]) -> None:
        problem = self._keep(names)
        self._said.say(f"! {problem}" if problem else "")
