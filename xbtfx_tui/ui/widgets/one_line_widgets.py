"""One-line widgets made of cells: what does not fit is left out whole, the least wanted first."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message

from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell


class Item(msgspec.Struct, frozen=True):
    """A piece of a line. `rank`: the highest goes first when the line is too long, of equal ones the first;
    0 never goes, but takes its `brief` form where it has one and the line is too long even so. `what` is
    what a click on it means, empty where it means nothing."""

    cell: Cell
    rank: int = 0
    to_right: bool = False
    brief: Cell = ()
    what: str = ""

    @property
    def width(self) -> int:
        return sum(len(text) for text, _ in self.cell)


def arrange(items: Sequence[Item], width: int, gap: int = 2) -> tuple[list[Item], list[Item]]:
    """The items that fit, those for the left end and those for the right end."""
    kept = list(items)
    while kept and _together(kept, gap) > width:
        highest = max(kept, key=lambda item: item.rank)
        if highest.rank == 0:
            kept = [replace(item, cell=item.brief) if item.brief else item for item in kept]
            break
        kept.remove(highest)
    return [i for i in kept if not i.to_right], [i for i in kept if i.to_right]


def _together(items: Sequence[Item], gap: int) -> int:
    return sum(item.width for item in items) + gap * (len(items) - 1)


def draw_sum(line: Canvas, parts: Sequence[str], figure: str, tint: Style, width: int) -> None:
    """A table's last line: words on the left, the figure under the table's last column.

    Of `parts`, the most important first, those are left out that have no room as a whole.
    """
    space = max(0, width - len(figure))
    kept = list(parts)
    while len(kept) > 1 and cell_len(", ".join(kept)) >= space:
        kept.pop()
    line.set_line(0, [((fmt.left(", ".join(kept), space), line.tint("muted")),), ((figure, tint),)])


class SumLine(Canvas):
    """The sum of a table, which the wheel scrolls over this line, too. `draw` sets it, whenever it has to be
    rendered anew as well."""

    def __init__(
        self,
        draw: Callable[[], None],
        table: Canvas,
        *,
        id: str | None = None,  # noqa: A002 (Textual's word)
    ) -> None:
        super().__init__(id=id, classes="total")
        self._draw = draw
        self._table = table

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._table.scroll_relative(y=-self.app.scroll_sensitivity_y, animate=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._table.scroll_relative(y=self.app.scroll_sensitivity_y, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        self.forget()

    def draw_line(self, y: int) -> None:
        if y == 0:
            self._draw()


class CellLine(Canvas):
    """A line of items, redrawn by `show`; only the columns that differ are repainted."""

    class ItemClicked(Message):
        """A click on an item that means something."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None, gap: int = 2) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._items: Sequence[Item] = ()
        self._gap = gap
        self._places: list[tuple[int, Item]] = []

    def show(self, items: Sequence[Item]) -> None:
        self._items = items
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self.forget()
        self.redraw()

    def redraw(self) -> None:
        """Draw it anew at the width of now; a subclass chooses other words where there is less room."""
        self._draw()

    def draw_line(self, y: int) -> None:
        if y == 0:
            self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:
            return
        left, right = arrange(self._items, width, self._gap)
        plain = self.tint("text")
        gap: Cell = ((" " * self._gap, plain),)
        cells: list[Cell] = []
        self._places, x = [], 0
        for item in left:
            cells.extend([gap, item.cell] if cells else [item.cell])
            self._places.append((x, item))
            x += item.width + self._gap
        used = sum(len(text) for cell in cells for text, _ in cell)
        right_used = sum(item.width for item in right) + self._gap * max(0, len(right) - 1)
        cells.append(((" " * max(0, width - used - right_used), plain),))
        for index, item in enumerate(right):
            cells.extend([gap, item.cell] if index else [item.cell])
        self.set_line(0, cells)

    def on_click(self, event: events.Click) -> None:
        hit = (item.what for x, item in self._places if x <= event.x < x + item.width and item.what)
        if (what := next(hit, "")) and event.button == 1:
            self.post_message(self.ItemClicked(what))
