"""What the terminal should show against what it shows: the fewest bytes from one to the other. Pure.

Textual repaints a line from its widget's left edge to the last column that changed, with every run's full
style: on a screen of quotes that is ten times what changed. Here its output is drawn on a grid of cells, and
only cells that differ from what the terminal has are written, with relative moves and style changes.

It knows the sequences that Textual's compositor makes (text, SGR, cursor position); any other is passed on
whole, in its order. What could not be written yet is simply not painted yet: the next paint catches up.
"""

import re
from typing import TypeAlias

from rich.cells import cell_len, get_character_cell_size

from xbtfx_tui.ui.terminal.sgr_styles import transition

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x1b\x7f]+)"
    r"|\x1b\[(?P<sgr>[0-9;]*)m"
    r"|\x1b\[(?P<position>[0-9;]*)H"
    r"|(?P<other>\x1b\].*?(?:\x07|\x1b\\)|\x1b\[[^@-~]*[@-~]|\x1b.|[\x00-\x1f\x7f])",
    re.DOTALL,
)
_ENTERS, _LEAVES = "\x1b[?1049h", "\x1b[?1049l"
_MOVES_OR_ERASES = frozenset("ABCDEFGJKLMPSTXdfnr@`")
_SILENT = frozenset("\x00\x07")
_MOST_CELLS = 4_000_000

_MOST_SPANS = 16

_Span: TypeAlias = tuple[int, int]
_Run: TypeAlias = tuple[int, int, list[str]]
"""Column, row and cells of what is written in one go."""


class _Row:
    """One line: the cells that are wanted and shown; '' is the second half of a wide character.

    `drawn` are the columns that were drawn since the last paint, as first and one past the last.
    """

    __slots__ = ("chars", "drawn", "shown_chars", "shown_styles", "styles")

    def __init__(self, width: int) -> None:
        self.chars: list[str | None] = [None] * width
        self.styles: list[str] = [""] * width
        self.shown_chars: list[str | None] = [None] * width
        self.shown_styles: list[str] = [""] * width
        self.drawn: list[_Span] = []

    def note(self, start: int, end: int) -> None:
        """These columns were drawn."""
        drawn = self.drawn
        if drawn and drawn[-1][1] == start:
            drawn[-1] = drawn[-1][0], end
        else:
            drawn.append((start, end))
            if len(drawn) > _MOST_SPANS:  # a terminal that stands still takes none for as long as it likes
                drawn[:] = [self.extent()]

    def extent(self) -> _Span:
        """From the first to the last column that was drawn."""
        return min(start for start, _ in self.drawn), max(end for _, end in self.drawn)


class CellScreen:
    """A screen of `width` x `height` cells. `feed` takes what Textual writes, `paint` gives what to write.

    None as a wanted character: nothing was said of the cell yet; as a shown one: it is not known.
    """

    def __init__(self, width: int, height: int) -> None:
        self.resize(width, height)
        self._style = ""
        self._terminal_style: str | None = None
        self._left = False

    def resize(self, width: int, height: int) -> None:
        """Another size: nothing that is shown is known any more, and Textual will draw all of it anew."""
        self.width, self.height = max(1, width), max(1, height)
        if self.width * self.height > _MOST_CELLS:
            self.height = max(1, _MOST_CELLS // self.width)
        self._rows = [_Row(self.width) for _ in range(self.height)]
        self._dirty: set[int] = set()
        self._x = self._y = 0
        self._cursor: tuple[int, int] | None = None
        self._terminal_style = None

    def forget_shown(self) -> None:
        """The terminal may show anything: the next paint writes every cell that is wanted."""
        self._cursor = self._terminal_style = None
        for number, row in enumerate(self._rows):
            row.shown_chars = [None] * self.width
            row.drawn = [(0, self.width)]
            self._dirty.add(number)

    # --- what is wanted ----------------------------------------------------------------------------------

    def feed(self, data: str) -> str:
        """Draw what Textual writes; what is not drawing comes back, to be written at once."""
        passed: list[str] = []
        for match in _TOKEN.finditer(data):
            match match.lastgroup:
                case "text":
                    self._draw(match.group())
                case "sgr":
                    self._set_style(match.group("sgr"))
                case "position":
                    self._go_to(match.group("position"))
                case _:
                    passed.append(self._pass_on(match.group()))
        return "".join(passed)

    def _set_style(self, codes: str) -> None:
        if codes in ("", "0"):
            self._style = ""
        else:
            self._style = f"{self._style};{codes}" if self._style else codes

    def _go_to(self, position: str) -> None:
        row, _, column = position.partition(";")
        self._y = int(row or 1) - 1
        self._x = int(column or 1) - 1

    def _draw(self, text: str) -> None:
        self._x = self.put(self._x, self._y, cells_of(text), self._style)

    def put(self, x: int, y: int, cells: list[str], style: str) -> int:
        """Draw these cells (as of `cells_of`) there, in a style of SGR codes; what is off the screen is cut.
        Gives the column after the last one."""
        width = self.width
        end = x + len(cells)
        if not (0 <= y < self.height and 0 <= x < width) or end == x:
            return end
        row = self._rows[y]
        if end > width:
            cells, end = cells[: width - x], width
        chars = row.chars
        if chars[x] == "" and cells[0] != "" and x > 0:
            self._blank(row, x - 1)
        chars[x:end] = cells
        if end < width and chars[end] == "":
            self._blank(row, end)
        row.styles[x:end] = [style] * (end - x)
        row.note(x, end)
        self._dirty.add(y)
        return end

    def _blank(self, row: _Row, x: int) -> None:
        """What is left of a wide character that was drawn over by half."""
        row.chars[x] = " "
        row.note(x, x + 1)

    def _pass_on(self, sequence: str) -> str:
        if sequence == "\n":
            self._y += 1
            return ""
        if sequence == "\r":
            self._x = 0
            return ""
        if sequence in _SILENT:
            return sequence
        before = self._reset_style()
        painted = ""
        if sequence in (_ENTERS, _LEAVES):
            # Once Textual has left its screen, what was wanted on it must not be painted over the shell's.
            self._left = sequence == _LEAVES
            self.forget_shown()
        elif sequence[-1] in _MOVES_OR_ERASES:
            # Whatever it does, it does it to a screen that is up to date, from where Textual believes to be.
            painted = self.paint() + self._reset_style() + f"\x1b[{self._y + 1};{self._x + 1}H"
            self.forget_shown()
        return before + painted + sequence

    def _reset_style(self) -> str:
        if self._terminal_style == "":
            return ""
        self._terminal_style = ""
        return "\x1b[m"

    def drawn(self) -> dict[int, tuple[int, int]]:
        """By row: the first and one past the last column that was drawn since the last paint."""
        return {y: self._rows[y].extent() for y in self._dirty}

    # --- what is written ---------------------------------------------------------------------------------

    @property
    def is_dirty(self) -> bool:
        """Whether something was drawn since the last paint, and there is a screen to paint it on."""
        return bool(self._dirty) and not self._left

    def paint(self) -> str:
        """What brings the terminal from what it shows to what is wanted; '' where it shows that already.

        All that is of one style is written together: a move costs less than two colours.
        """
        if self._left:
            return ""
        runs: dict[str, list[_Run]] = {}
        if self._terminal_style is not None:
            runs[self._terminal_style] = []
        for y in sorted(self._dirty):
            self._collect(y, self._rows[y], runs)
        self._dirty.clear()
        out: list[str] = []
        for style, of_style in runs.items():
            if of_style and style != self._terminal_style:
                out.append(transition(self._terminal_style, style))
                self._terminal_style = style
            for x, y, cells in of_style:
                if self._cursor != (x, y):
                    out.append(self._move(x, y))
                out.extend(cells)
                after = x + len(cells)
                self._cursor = (after, y) if after < self.width else None
        return "".join(out)

    def _collect(self, y: int, row: _Row, runs: dict[str, list[_Run]]) -> None:
        """The row's cells that differ from what is shown, in runs of one style; they count as shown now."""
        drawn, row.drawn = row.drawn, []
        if len(drawn) > 1:
            drawn.sort()
        chars, styles, shown, shown_styles = row.chars, row.styles, row.shown_chars, row.shown_styles
        width = self.width
        x = 0
        for start, end in drawn:
            if start > x:
                x = start
            if x < end and chars[x:end] == shown[x:end] and styles[x:end] == shown_styles[x:end]:
                x = end
                continue
            while x < end:
                char = chars[x]
                if char is None or (char == shown[x] and styles[x] == shown_styles[x]):
                    x += 1
                    continue
                if char == "" and x > 0:
                    x -= 1  # the second half of a wide character comes with its first
                begin, style = x, styles[x]
                while x < width and (char := chars[x]) is not None:
                    is_half = char == "" and x > begin
                    is_shown = char == shown[x] and styles[x] == shown_styles[x]
                    if x > begin and not is_half and (x >= end or styles[x] != style or is_shown):
                        break
                    shown[x], shown_styles[x] = char, styles[x]
                    x += 1
                runs.setdefault(style, []).append((begin, y, [char or "" for char in chars[begin:x]]))
                if x < width and shown[x] == "" and chars[x] != "":
                    # It was the second half of a wide character that the write has cut in two.
                    shown[x] = None
                    end = max(end, x + 1)

    def _move(self, x: int, y: int) -> str:
        if self._cursor is None or self._cursor[1] != y or self._cursor[0] >= x:
            return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
        gap = x - self._cursor[0]
        relative = "\x1b[C" if gap == 1 else f"\x1b[{gap}C"
        if gap < len(relative):
            row = self._rows[y]
            between = row.shown_chars[x - gap : x]
            same_style = all(style == self._terminal_style for style in row.shown_styles[x - gap : x])
            if same_style and all(char and char.isascii() for char in between):
                return "".join(char for char in between if char)
        return relative


_NARROW = re.compile("[ -~\u2500-\u259f\u25b2\u25bc\u2800-\u28ff]*")
"""Besides ASCII what charts and boards draw with: lines, blocks, arrows, dots. Each takes one column."""


def columns_of(text: str) -> int:
    """The columns that a text without control characters takes. Rich remembers each text that it has
    measured, and a chart brings new ones for as long as it runs: it is asked for the unusual alone."""
    return len(text) if text.isascii() or _NARROW.fullmatch(text) else cell_len(text)


def cells_of(text: str) -> list[str]:
    """A text as cells: one a column, '' for the second half of a wide character."""
    if text.isascii():
        return list(text)
    cells: list[str] = []
    for character in text:
        width = 1 if character.isascii() else get_character_cell_size(character)
        if width == 0:
            if cells and cells[-1]:
                cells[-1] += character
        elif width == 1:
            cells.append(character)
        else:
            cells.extend((character, ""))
    return cells
