"""The horizontal lines of a chart: what each stands for, what is named where several share a row, and what is
out of the picture. Pure.

The labels beside the axis are part of what stands; the words on a line's left have money in them, which moves
with every tick, so they are put over it by `with_notes`.
"""

from collections.abc import Mapping, Sequence
from enum import Enum

import msgspec

from xbtfx_tui.ui.chart.candle_cells import ABOVE, BELOW, PriceRange, TintedRun
from xbtfx_tui.ui.chart.tinted_runs import text_of, written_over


class LevelKind(Enum):
    """What a horizontal line stands for, in the order in which they are named; the value is its label."""

    OPEN = "open"
    SL = "sl"
    TP = "tp"
    ORDER = "order"
    ALERT = "alert"
    HIGH = "high"
    LOW = "low"
    PREVIOUS_CLOSE = "prev"

    @property
    def is_of_trading(self) -> bool:
        """Whether it is worth room in the picture, and a word where it is out of it."""
        return self in _OF_TRADING


_OF_TRADING = (LevelKind.OPEN, LevelKind.SL, LevelKind.TP, LevelKind.ORDER, LevelKind.ALERT)
_MARKS: Mapping[LevelKind, TintedRun] = {
    LevelKind.OPEN: ("─", "strong"),
    LevelKind.SL: ("╌", "error"),
    LevelKind.TP: ("╌", "good"),
    LevelKind.ORDER: ("╌", "accent"),
    LevelKind.ALERT: ("┄", "warning"),
    LevelKind.HIGH: ("┈", "muted"),
    LevelKind.LOW: ("┈", "muted"),
    LevelKind.PREVIOUS_CLOSE: ("┈", "muted"),
}
LINE_GLYPHS = frozenset(mark for mark, _ in _MARKS.values())
MOST_SHARED = 9
"""How many more are told at most: a label is narrow."""


class Level(msgspec.Struct, frozen=True):
    """A horizontal line at a price. `label` stands beside the axis instead of the kind's own, `words` on the
    line (`buy 0.10`). `key` is what its money is known by (ui.panes.chart_levels): lines that differ in it
    alone are two."""

    kind: LevelKind
    price: float
    words: str = ""
    label: str = ""
    key: int = 0

    @property
    def has_line(self) -> bool:
        """Whether a line is drawn, and not its label alone: an extreme that is told with a doubt moves too
        often, and each time a whole row would be drawn."""
        return not (self.label and self.kind in (LevelKind.HIGH, LevelKind.LOW))

    @property
    def named(self) -> str:
        """Its label beside the axis."""
        return self.label or self.kind.value


def trading(levels: Sequence[Level]) -> list[Level]:
    """Those that are worth room in the picture."""
    return [level for level in levels if level.kind.is_of_trading]


class LineFrame(msgspec.Struct, frozen=True):
    """The lines of a picture and where its prices are; `columns` are those left of the axis."""

    levels: tuple[Level, ...]
    prices: PriceRange
    rows: int
    columns: int
    digits: int

    def by_row(self) -> dict[int, list[Level]]:
        """The lines in the picture, in the order in which they are named."""
        found: dict[int, list[Level]] = {}
        for level in self.levels:
            row = self.prices.half_of(level.price, self.rows) // 2
            if 0 <= row < self.rows:
                found.setdefault(row, []).append(level)
        return found

    def label(self, level: Level) -> str:
        """What is told of a line beside the axis."""
        return f"{level.named} {level.price:.{self.digits}f}"


def line_marks(frame: LineFrame) -> dict[int, TintedRun]:
    """What fills a row where no candle is."""
    lined = {row: [one for one in levels if one.has_line] for row, levels in frame.by_row().items()}
    return {row: _MARKS[levels[0].kind] for row, levels in lined.items() if levels}


def line_labels(frame: LineFrame) -> dict[int, str]:
    """What stands beside the axis: of several lines in a row the first, and how many more there are; beyond
    the picture's edges the nearest of those that trade, and how many more."""
    labels = {row: _and_more(frame.label(levels[0]), len(levels)) for row, levels in frame.by_row().items()}
    for is_above, row, further in ((True, 0, 1), (False, frame.rows - 1, -1)):
        beyond = _beyond(frame, is_above=is_above)
        if not beyond:
            continue
        while row in labels and 0 <= row + further < frame.rows:
            row += further
        nearest = (min if is_above else max)(beyond, key=lambda level: level.price)
        arrow = ABOVE if is_above else BELOW
        labels.setdefault(row, _and_more(f"{arrow} {frame.label(nearest)}", len(beyond)))
    return labels


def _beyond(frame: LineFrame, *, is_above: bool) -> list[Level]:
    found = []
    for level in frame.levels:
        row = frame.prices.half_of(level.price, frame.rows) // 2
        if level.kind.is_of_trading and (row < 0 if is_above else row >= frame.rows):
            found.append(level)
    return found


def _and_more(text: str, count: int) -> str:
    """The first of so many."""
    return f"+{min(count - 1, MOST_SHARED)} {text}" if count > 1 else text


def with_notes(
    rows: Sequence[list[TintedRun]], frame: LineFrame, notes: Mapping[Level, TintedRun]
) -> list[list[TintedRun]]:
    """The rows with the words of each line that is named, and its note behind them (money, as a rule): where
    nothing else is drawn in the row, else over the oldest candles. Rows without any are the same lists."""
    shown = list(rows)
    for row, levels in frame.by_row().items():
        words = _words(levels[0], notes)
        width = sum(len(text) for text, _ in words)
        if width and width <= frame.columns and row < len(shown):
            # An even width: it must not move by each digit that the money gains.
            at = _free_place(text_of(shown[row])[: frame.columns], width + width % 2)
            shown[row] = written_over(shown[row], at, words)
    return shown


def _words(level: Level, notes: Mapping[Level, TintedRun]) -> list[TintedRun]:
    tint = _MARKS[level.kind][1]
    note, note_tint = notes.get(level, ("", tint))
    words: list[TintedRun] = []
    if level.words:
        words.append((f"{level.words} ", tint))
    if note:
        words.append((f"{note} ", note_tint))
    return words


def _free_place(row: str, width: int) -> int:
    """The first column from which on nothing but the line is drawn for so long; 0 where there is none."""
    at = free = 0
    for column, character in enumerate(row):
        if character != " " and character not in LINE_GLYPHS:
            at, free = column + 1, 0
            continue
        free += 1
        if free > width:
            return at + (at > 0)
    return at if at == 0 and free >= width else 0
