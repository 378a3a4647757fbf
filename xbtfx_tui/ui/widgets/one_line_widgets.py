"""One-line widgets made of cells: what does not fit is left out whole, the least wanted first."""

from collections.abc import Sequence

import msgspec
from rich.style import Style
from textual import events

from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell


class Item(msgspec.Struct, frozen=True):
    """A piece of a line. `rank`: the highest goes first when the line is too long; 0 never goes."""

    cell: Cell
    rank: int = 0
    to_right: bool = False

    @property
    def width(self) -> int:
        return sum(len(text) for text, _ in self.cell)


def arrange(items: Sequence[Item], width: int, gap: int = 2) -> tuple[list[Item], list[Item]]:
    """The items that fit, those for the left end and those for the right end."""
    kept = list(items)
    while kept and sum(item.width for item in kept) + gap * (len(kept) - 1) > width:
        highest = max(kept, key=lambda item: item.rank)
        if highest.rank == 0:
            break
        kept.remove(highest)
    return [i for i in kept if not i.to_right], [i for i in kept if i.to_right]


def draw_sum(line: Canvas, words: str, figure: str, tint: Style, width: int) -> None:
    """A table's last line: words on the left, the figure under the table's last column."""
    space = max(0, width - len(figure))
    line.set_line(0, [((fmt.left(words, space), line.tint("muted")),), ((figure[:width], tint),)])


class CellLine(Canvas):
    """A line of items, redrawn by `show`; only the columns that differ are repainted."""

    def __init__(self, *, id: str | None = None, gap: int = 2) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id)
        self._items: Sequence[Item] = ()
        self._gap = gap

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
        for item in left:
            cells.extend([gap, item.cell] if cells else [item.cell])
        used = sum(len(text) for cell in cells for text, _ in cell)
        right_used = sum(item.width for item in right) + self._gap * max(0, len(right) - 1)
        cells.append(((" " * max(0, width - used - right_used), plain),))
        for index, item in enumerate(right):
            cells.extend([gap, item.cell] if index else [item.cell])
        self.set_line(0, cells)
