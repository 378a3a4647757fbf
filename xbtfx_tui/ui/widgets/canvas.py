"""Lines of styled cells that repaint only the columns that changed. Knows no account and no prices.

A cell is a tuple of (text, style) runs of a fixed total width. Setting a cell that equals what is there costs
a comparison; setting one that differs draws the first to the last column that differ, straight into the
terminal's cells where that is possible (ui.terminal.direct_drawing). Elsewhere those columns are refreshed,
and the line's segments are cut there, because the compositor writes whole segments.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import ClassVar, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from xbtfx_tui.ui.terminal.cell_diff import columns_of
from xbtfx_tui.ui.terminal.direct_drawing import (
    Placing,
    Spot,
    codes_of,
)
from xbtfx_tui.ui.terminal.textual_internals import is_to_be_rendered, take_back_refresh
from xbtfx_tui.ui.widgets.cell_styles import tint

StyledRun: TypeAlias = tuple[str, Style]
Cell: TypeAlias = tuple[StyledRun, ...]

NO_STYLE = Style()


class _Line:
    __slots__ = ("cells", "cuts", "starts", "strip", "under", "widths")

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.widths: list[tuple[int, int]] = []
        self.starts: list[int] = []
        self.cuts: tuple[int, ...] = ()
        self.strip: Strip | None = None
        self.under: Style | None = None


def cell_width(cell: Cell) -> int:
    """Columns of a cell; a wide character takes two."""
    return _widths(cell)[0]


def _widths(cell: Cell) -> tuple[int, int]:
    """Columns and characters of a cell."""
    if len(cell) == 1 and (only := cell[0][0]).isascii():
        return len(only), len(only)
    columns = characters = 0
    for text, _ in cell:
        characters += len(text)
        columns += columns_of(text)
    return columns, characters


def changed_span(old: Cell, new: Cell) -> tuple[int, int] | None:
    """First and one past the last character in which two cells differ; None where they look the same."""
    if len(old) == len(new) == 1 and old[0][1] is new[0][1]:
        before: Sequence[object] = old[0][0]
        after: Sequence[object] = new[0][0]
    else:
        before, after = _characters(old), _characters(new)
    end = len(before)
    if end != len(after):
        return 0, max(end, len(after))
    first = 0
    while first < end and before[first] == after[first]:
        first += 1
    if first == end:
        return None
    while before[end - 1] == after[end - 1]:
        end -= 1
    return first, end


def _characters(cell: Cell) -> list[tuple[str, Style]]:
    return [(character, style) for text, style in cell for character in text]


class Canvas(ScrollView):
    """A widget of cell lines, line 0 on top; no line scrolls unless a subclass says so."""

    PAST_TEXTUAL: ClassVar[bool] = True
    """False in a dialog: nothing is drawn over there after Textual has drawn what it still had of a line."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, classes=classes)
        self._lines: dict[int, _Line] = {}
        self._tints: dict[str, Style] = {}
        self._codes: dict[tuple[Style, Style | None, tuple[Color, ...]], str] = {}
        self._rendering = False
        self._placing = Placing(self)

    def tint(self, name: str) -> Style:
        """The style of that name in the theme of now; made once."""
        style = self._tints.get(name)
        if style is None:
            style = self._tints[name] = tint(self, name)
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._tints.clear()
        self._codes.clear()
        self.forget()

    @property
    def is_hidden(self) -> bool:
        """Whether the widget, or one that it is in, is taken off the screen: nothing needs drawing then."""
        return not all(node.display for node in self.ancestors_with_self if isinstance(node, Widget))

    @property
    def seen_size(self) -> Size:
        """What there is to draw on; none of it while the widget is off the screen. May be asked for in each
        frame."""
        place = self._place()
        if place is not None:
            return place.region.size
        return Size() if self.is_hidden else self.size

    def forget(self) -> None:
        """Drop every line; the subclass draws anew what is asked for."""
        self._lines.clear()
        self.refresh()

    def draw_anew(self) -> None:
        """Drop every line and draw what there is instead: now, past Textual, where that is possible."""
        is_due = is_to_be_rendered(self)
        self.forget()
        place = self._place()
        if place is None:
            return
        for row in range(place.region.height):
            y = self.screen_to_line(row)
            if y is not None:
                self.draw_line(y)
            if y is None or y not in self._lines:
                self._draw_columns(place, row, _Line(), 0, place.region.width)
        if not is_due:
            take_back_refresh(self)

    def line_to_screen(self, y: int) -> int:
        """Where line `y` stands in the widget."""
        return y

    def screen_to_line(self, y: int) -> int | None:
        """Which line stands at `y` of the widget; None for empty space."""
        return y

    def draw_line(self, y: int) -> None:
        """A subclass that draws lazily sets the cells of line `y` here."""

    def set_line(
        self, y: int, cells: Sequence[Cell], under: Style | None = None, row: int | None = None
    ) -> None:
        """Set a line's cells, bringing what differs on screen. `under` lies beneath the whole line; `row` is
        where it stands in the widget, for who knows it already."""
        line = self._line(y)
        held = line.cells
        is_under_another = line.under is not under and line.under != under
        if is_under_another or len(held) != len(cells):
            line.under = under
            self._set_all(y, line, cells, [(0, self.size.width)])
            return
        if held == cells:
            return
        place = self._place()
        if place is not None and row is None:
            row = self.line_to_screen(y)
        spans: list[tuple[int, int]] = []
        cuts: list[int] = []
        widths = line.widths
        for index, new in enumerate(cells):
            if (old := held[index]) is new or old == new:
                continue
            width = _widths(new)
            start = line.starts[index]
            if width[0] != widths[index][0]:  # all that follows has moved
                self._set_all(y, line, cells, [*spans, (start, self.size.width)])
                return
            if place is not None and row is not None:
                self._draw_cell(place, row, start, old, new, under)
            elif (span := changed_span(old, new)) is not None:
                if width[0] == width[1] == widths[index][1]:
                    x = sum(characters for _, characters in widths[:index])
                    cuts += x + span[0], x + span[1]
                    spans.append((start + span[0], start + span[1]))
                else:  # with wide characters a column is no character
                    spans.append((start, start + width[0]))
            held[index], widths[index] = new, width
        line.cuts, line.strip = tuple(cuts), None
        if spans:
            self._refresh_columns(y, spans)

    def _set_all(self, y: int, line: _Line, cells: Sequence[Cell], spans: Sequence[tuple[int, int]]) -> None:
        """Take all cells of a line anew; these columns then show something else."""
        line.cells, line.strip, line.cuts = list(cells), None, ()
        line.widths = [_widths(cell) for cell in cells]
        line.starts = list(accumulate((columns for columns, _ in line.widths), initial=0))
        self._refresh_columns(y, spans)

    def drop_lines(self) -> None:
        """Forget what the lines showed without refreshing: they will be drawn when they are needed."""
        self._lines.clear()

    def _line(self, y: int) -> _Line:
        line = self._lines.get(y)
        if line is None:
            line = self._lines[y] = _Line()
        return line

    def _place(self) -> Spot | None:
        """Where to draw past Textual; None where it has to draw, or is about to."""
        return self._placing.now() if self.PAST_TEXTUAL and not self._rendering else None

    def _refresh_columns(self, y: int, spans: Sequence[tuple[int, int]]) -> None:
        """Bring these columns of a line on screen, given as first and one past the last."""
        if self._rendering:
            return
        place, row = self._place(), self.line_to_screen(y)
        if place is None:
            self.refresh(*(Region(start, row, end - start, 1) for start, end in spans))
        elif 0 <= row < place.region.height:
            for start, end in spans:
                self._draw_columns(place, row, self._lines[y], start, end)

    def draw_over(self, drawn: Mapping[int, tuple[int, int]]) -> None:
        """Draw what is set in these columns of the screen's rows, straight into the terminal's cells: what
        Textual has drawn there may be of an earlier moment."""
        place = self._placing.now()
        if place is None or self.is_hidden:
            return
        region = place.region
        for row in range(region.height):
            start, end = drawn.get(region.y + row, (0, 0))
            if start >= end or place.surface.is_covered(region.y + row, start, end):
                continue
            y = self.screen_to_line(row)
            if y is not None and (line := self._lines.get(y)) is not None and line.cells:
                columns = max(0, start - region.x), min(region.width, end - region.x)
                self._draw_columns(place, row, line, *columns)

    def _draw_columns(self, place: Spot, row: int, line: _Line, start: int, end: int) -> None:
        """Draw these columns of a line that stands in this row."""
        region, surface = place.region, place.surface
        end = min(end, region.width)
        if start >= end:
            return
        row += region.y
        x = 0
        for cell, (columns, _) in zip(line.cells, line.widths, strict=True):
            if x >= end:
                break
            if x + columns <= start:
                x += columns
                continue
            for text, style in cell:
                width = columns_of(text)
                after = x + width
                if after > start and x < end:
                    codes = self._codes_of(style, line.under, surface.veils)
                    if width == len(text):
                        left = max(start - x, 0)
                        surface.draw(region.x + x + left, row, text[left : end - x], codes)
                    elif after <= region.width:  # columns of wide characters are not cut
                        surface.draw(region.x + x, row, text, codes)
                x = after
        if x < end:
            codes = self._codes_of(NO_STYLE, line.under, surface.veils)
            surface.draw(region.x + max(x, start), row, " " * (end - max(x, start)), codes)

    def _draw_cell(self, place: Spot, row: int, x: int, old: Cell, new: Cell, under: Style | None) -> None:
        """Draw a cell, in this row from column `x` on, where `old` of the same width stood. Its first runs
        may be the old one's."""
        region, surface = place.region, place.surface
        if not 0 <= row < region.height:
            return
        driver, holes, veils = surface.driver, surface.holes, surface.veils
        first, fewest = 0, min(len(old), len(new))
        while first < fewest and old[first] == new[first]:
            first += 1
        for index, (text, style) in enumerate(new):
            width = columns_of(text)
            room = region.width - x
            # columns of wide characters are not cut
            if index >= first and room > 0 and (width <= room or width == len(text)):
                codes = self._codes_of(style, under, veils)
                cut = text if width <= room else text[:room]
                driver.draw(region.x + x, region.y + row, cut, codes, holes)
            x += width

    def _codes_of(self, style: Style, under: Style | None, veils: tuple[Color, ...]) -> str:
        key = style, under, veils
        codes = self._codes.get(key)
        if codes is None:
            base = self.rich_style if under is None else self.rich_style + under
            codes = self._codes[key] = codes_of(base + style, self, veils)
        return codes

    def render_line(self, y: int) -> Strip:
        number = self.screen_to_line(y)
        width = self.size.width
        if number is None:
            return Strip.blank(width, self.rich_style)
        line = self._lines.get(number)
        if line is None or not line.cells:
            self._rendering = True  # what is being painted needs no refresh
            try:
                self.draw_line(number)
            finally:
                self._rendering = False
            line = self._lines.get(number)
        if line is None:
            return Strip.blank(width, self.rich_style)
        if line.strip is None or line.strip.cell_length != width:
            line.strip = self._strip(line, width)
        return line.strip

    def _strip(self, line: _Line, width: int) -> Strip:
        segments: list[Segment] = []
        x = 0
        for cell in line.cells:
            for text, style in cell:
                start = 0
                for cut in line.cuts:
                    if x + start < cut < x + len(text):
                        segments.append(Segment(text[start : cut - x], style))
                        start = cut - x
                if start < len(text):
                    segments.append(Segment(text[start:], style))
                x += len(text)
        base = self.rich_style if line.under is None else self.rich_style + line.under
        return Strip(segments).adjust_cell_length(width).apply_style(base)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width
