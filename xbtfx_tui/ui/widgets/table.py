"""A table of keyed rows with a cursor, on the canvas: only visible rows are made into text.

Never sorts by itself and never knows what a row means: a subclass says which keys there are and how a
key's row reads.
"""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.layout.layout_types import Need
from xbtfx_tui.ui.terminal.textual_internals import is_to_be_rendered, take_back_refresh
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell
from xbtfx_tui.ui.widgets.table_columns import Column, chosen_columns, fit_columns

Key = TypeVar("Key", str, int)


class Board(Canvas, Generic[Key], can_focus=True):
    """Rows under a header; one of them is the cursor's."""

    COLUMNS: ClassVar[Sequence[Column]] = ()
    title: str = ""
    """What the line above says of it, where that is more than its name."""
    EMPTY: ClassVar[str] = "Nothing here."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="move.up", show=False),
        Binding("down,j", "move(1)", "Down", id="move.down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", id="move.page_up", show=False),
        Binding("pagedown", "move_page(1)", "Page down", id="move.page_down", show=False),
        Binding("home,g", "move_to(0)", "First", id="move.first", show=False),
        Binding("end,G", "move_to(-1)", "Last", id="move.last", show=False),
        Binding("enter", "choose", "Choose", id="move.choose", show=False),
    ]

    class CursorMoved(Message):
        """The cursor stands on another key now; `key` is None on an empty board."""

        def __init__(self, board: "Board[str] | Board[int]", key: str | int | None) -> None:
            super().__init__()
            self.board = board
            self.key = key

        @property
        def control(self) -> "Board[str] | Board[int]":
            return self.board

    class Chosen(Message):
        """Enter, or a second click, on a row."""

        def __init__(self, board: "Board[str] | Board[int]", key: str | int) -> None:
            super().__init__()
            self.board = board
            self.key = key

        @property
        def control(self) -> "Board[str] | Board[int]":
            return self.board

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self.keys: list[Key] = []
        self._row_of: dict[Key, int] = {}
        self.cursor: Key | None = None
        self.layout_columns: list[tuple[Column, int]] = []
        self._gap: Cell = ()
        self._grown: dict[str, int] = {}
        self._growing = False
        self.columns: Sequence[Column] = self.COLUMNS
        """Those that it shows as far as it has room, in their order."""
        self._empty_drawn = ""
        self._laid_out_for = 0

    # --- what a subclass gives ---------------------------------------------------------------------------

    def row(self, key: Key) -> dict[str, Cell]:
        """The cells of a row by column name, each padded to its column's width."""
        raise NotImplementedError

    def line_of(self, key: Key) -> Sequence[Cell]:
        """The same in the order of the columns, with the gaps between them."""
        return self._spaced(self.row(key))

    def empty_words(self) -> str:
        """What stands where there is no row."""
        return self.EMPTY

    def choose_columns(self, names: Sequence[str]) -> None:
        """Show these, in this order, the first that there is before them; none named: the usual ones."""
        chosen = chosen_columns(self.COLUMNS, names)
        if chosen != self.columns:
            self.columns = chosen
            self._lay_out()
            self.forget()

    @property
    def visible_columns(self) -> frozenset[str]:
        """The names of the columns that there is room for now."""
        return frozenset(column.name for column, _ in self.layout_columns)

    # --- rows --------------------------------------------------------------------------------------------

    def set_keys(self, keys: Sequence[Key]) -> None:
        """Show these rows in this order; the cursor stays on its key, or on its row where the key is gone."""
        if list(keys) == self.keys:
            return
        before = self._row_of.get(self.cursor, 0) if self.cursor is not None else 0
        if self._row_of.keys().isdisjoint(keys):  # others: they may take less room
            self._grown.clear()
            self._laid_out_for = -1
        self.keys = list(keys)
        self._row_of = {key: index for index, key in enumerate(self.keys)}
        if self._room != self._laid_out_for:
            self._lay_out()
        if self.cursor not in self._row_of:
            target = min(before, len(self.keys) - 1)
            self._place_cursor(self.keys[target] if self.keys else None)
        self._resize_content()
        self.draw_anew()

    def refresh_empty(self) -> None:
        """Draw anew what stands where there is no row, if that is another sentence by now."""
        if not self.keys and self.empty_words() != self._empty_drawn:
            self.forget()

    def refresh_rows(self, keys: Sequence[Key] | frozenset[Key]) -> None:
        """Bring these rows up to date: drawn where visible; out of sight no row is kept."""
        if keys:
            self._refresh_among(keys if isinstance(keys, frozenset) else frozenset(keys))

    def refresh_visible(self) -> None:
        """Bring every visible row up to date; what did not change costs a comparison, not a repaint."""
        self._refresh_among(None)

    def _refresh_among(self, changed: frozenset[Key] | None) -> None:
        """Bring visible rows up to date: those of these keys; None: all."""
        if not self.seen_size:
            self.drop_lines()
            return
        if not self.layout_columns or self._room != self._laid_out_for:
            self._lay_out()
        first, last = self._visible_rows()
        for row, key in enumerate(self.keys[first:last], 1):
            if changed is None or key in changed:
                self.set_line(first + row, self.line_of(key), self.under(key), row)

    def need(self) -> Need:
        """The room that it could fill: every row, and every column as wide as it may be."""
        widths = [max(c.width, self._grown.get(c.name, 0)) + c.stretch for c in self.columns]
        return Need(sum(widths) + max(0, len(widths) - 1), max(1, len(self.keys)) + 1)

    @property
    def visible_keys(self) -> list[Key]:
        first, last = self._visible_rows()
        return self.keys[first:last]

    @property
    def used_width(self) -> int:
        """Columns that the table takes; the rest of a wide board is empty."""
        return sum(width for _, width in self.layout_columns) + max(0, len(self.layout_columns) - 1)

    @property
    def _room(self) -> int:
        """Columns to write in: no row may end under the scrollbar, which stands in the last one."""
        is_long = len(self.keys) > self._body_height
        return max(0, self.size.width - (self.scrollbar_size_vertical if is_long else 0))

    @property
    def _body_height(self) -> int:
        return max(0, self.size.height - 1)

    def _visible_rows(self) -> tuple[int, int]:
        first = round(self.scroll_y)
        return first, min(first + max(0, self.seen_size.height - 1), len(self.keys))

    def _resize_content(self) -> None:
        is_due = is_to_be_rendered(self)
        self.virtual_size = Size(self.size.width, len(self.keys) + 1)
        if not is_due:  # the scrollbar is another one; which lines are is known better here
            take_back_refresh(self)

    # --- drawing -----------------------------------------------------------------------------------------

    def line_to_screen(self, y: int) -> int:
        return 0 if y == 0 else y - round(self.scroll_y)

    def screen_to_line(self, y: int) -> int | None:
        if y == 0:
            return 0
        number = y + self.scroll_offset.y
        return number if number <= max(len(self.keys), 1) else None

    def draw_line(self, y: int) -> None:
        if not self.layout_columns or self._room != self._laid_out_for:
            self._lay_out()
        if y == 0:
            self.set_line(0, self.header())
        elif not self.keys:
            self._empty_drawn = self.empty_words()
            self.set_line(y, [((fmt.left(self._empty_drawn, self.size.width), self.tint("muted")),)])
        elif y <= len(self.keys):
            key = self.keys[y - 1]
            self.set_line(y, self.line_of(key), self.under(key))

    def under(self, key: Key) -> Style | None:
        """What lies beneath a whole row: the cursor's tint on its own."""
        if key != self.cursor:
            return None
        return self.tint("cursor" if self.has_focus else "cursor-blurred")

    def header(self) -> list[Cell]:
        """The cells of the first line, with the gaps between them."""
        style = self.tint("header")
        cells: dict[str, Cell] = {
            column.name: (
                ((fmt.left if column.to_left else fmt.right)(self.title_of(column, width), width), style),
            )
            for column, width in self.layout_columns
        }
        return self._spaced(cells)

    def title_of(self, column: Column, width: int) -> str:
        """What stands over a column of that width."""
        return column.title

    def _spaced(self, cells: dict[str, Cell]) -> list[Cell]:
        text = self.tint("text")
        if not self._gap or self._gap[0][1] is not text:
            self._gap = ((" ", text),)
        gap, line = self._gap, list[Cell]()
        for column, _ in self.layout_columns:
            if line:
                line.append(gap)
            line.append(cells[column.name])
        return line

    def pad(self, column: Column, width: int, text: str) -> str:
        """A cell's text in its column's width. What is no prose is never cut: its column grows, and a lesser
        one gives way."""
        if not column.is_prose and cell_len(text) > max(width, self._grown.get(column.name, 0)):
            self._grown[column.name] = cell_len(text)
            if not self._growing:
                self._growing = True
                self.call_later(self._grow)
        return (fmt.left if column.to_left else fmt.right)(text, width)

    def _grow(self) -> None:
        self._growing = False
        self._lay_out()
        self.forget()

    def _lay_out(self) -> None:
        columns = [replace(c, width=max(c.width, self._grown.get(c.name, 0))) for c in self.columns]
        self._laid_out_for = self._room
        self.layout_columns = fit_columns(columns, self._laid_out_for)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.drop_lines()

    def on_resize(self, event: events.Resize) -> None:
        self._grown.clear()
        self._lay_out()
        self._resize_content()
        self.forget()
        self._show_cursor()

    def on_focus(self) -> None:
        self._redraw_cursor()

    def on_blur(self) -> None:
        self._redraw_cursor()

    def _redraw_cursor(self) -> None:
        if self.cursor is not None:
            self.refresh_rows([self.cursor])

    # --- the cursor --------------------------------------------------------------------------------------

    def select(self, key: Key) -> None:
        """Put the cursor on this row, in sight; nothing where there is no such row."""
        if key in self._row_of and key != self.cursor:
            self._place_cursor(key)

    def _place_cursor(self, key: Key | None) -> None:
        old, self.cursor = self.cursor, key
        self.refresh_rows([k for k in (old, key) if k is not None])
        self._show_cursor()
        self.post_message(self.CursorMoved(self, key))

    def _show_cursor(self) -> None:
        if self.cursor is None or not self.size.height:
            return
        index = self._row_of.get(self.cursor, 0)
        first, height = self.scroll_offset.y, self._body_height
        if index < first:
            self.scroll_to(y=index, animate=False, immediate=True)
        elif index >= first + height:
            self.scroll_to(y=index - height + 1, animate=False, immediate=True)

    def _move_to_index(self, index: int) -> None:
        if self.keys:
            self.select(self.keys[max(0, min(index, len(self.keys) - 1))])

    def _cursor_index(self) -> int:
        return self._row_of.get(self.cursor, 0) if self.cursor is not None else 0

    def action_move(self, rows: int) -> None:
        self._move_to_index(self._cursor_index() + rows)

    def action_move_page(self, pages: int) -> None:
        self._move_to_index(self._cursor_index() + pages * max(1, self._body_height - 1))

    def action_move_to(self, index: int) -> None:
        self._move_to_index(index if index >= 0 else len(self.keys) - 1)

    def action_choose(self) -> None:
        if self.cursor is not None:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        line = self.screen_to_line(event.y)
        if line and line <= len(self.keys):
            key = self.keys[line - 1]
            if key == self.cursor and event.chain > 1:
                self.action_choose()
            else:
                self.select(key)
