"""A canvas of whole rows, each of (text, tint) runs; only those that are other lists than before are drawn.

It knows no chart. A character is a column.
"""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import TintedRun
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell


class RunCanvas(Canvas):
    """Row 0 on top; what is missing of a row, or of the rows, is empty."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[list[TintedRun]] = []

    def paint(self, rows: Sequence[list[TintedRun]]) -> None:
        """Show these rows from now on. A row that is the same list as before has not changed."""
        before, self._rows = self._rows, rows
        for y in range(self.size.height):
            if not (y < len(before) and y < len(rows) and before[y] is rows[y]):
                self.draw_line(y)

    def forget_rows(self) -> None:
        """Drop every row."""
        self._rows = []
        self.forget()

    def seen_runs(self, runs: list[TintedRun]) -> list[TintedRun]:
        """A row as it is shown; a subclass may have other glyphs for it."""
        return runs

    def draw_line(self, y: int) -> None:
        width = self.size.width
        runs = self.seen_runs(self._rows[y]) if y < len(self._rows) else []
        cell: Cell = tuple((text, self.tint(tint)) for text, tint in runs)
        missing = width - sum(len(text) for text, _ in cell)
        if missing > 0:
            cell = (*cell, (" " * missing, self.tint("text")))
        self.set_line(y, [cell])
