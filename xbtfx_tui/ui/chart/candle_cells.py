"""Candles as rows of (text, tint) runs, two prices a cell: glyphs alone, no axis and no widget. Pure.

In one column a body is a heavy line, with its gap inside the cell; from two columns on it is of blocks, with
a column free behind it. Where body and wick share a cell, one glyph shows both: no wick floats.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import NamedTuple, TypeAlias

from xbtfx_tui.domain.candles import Candle, Gap

TintedRun: TypeAlias = tuple[str, str]

ABOVE, BELOW = "▲", "▼"
"""On the edge row: the candle goes on beyond it."""


GAP = "┊"
"""Nobody looked, however long."""


class PriceBar(NamedTuple):
    """A candle as it is drawn; `start` is unix seconds (UTC). `is_partial`: not all of it was seen."""

    start: float
    open: float
    high: float
    low: float
    close: float
    is_partial: bool = False


def bar_of(candle: Candle, *, is_partial: bool = False) -> PriceBar:
    """The candle's prices as floats, each the one that was written."""
    unit = 10.0**candle.scale
    four = (candle.open, candle.high, candle.low, candle.close)
    opened, high, low, close = (points / unit for points in four)
    return PriceBar(float(candle.start), opened, high, low, close, is_partial)


class PriceRange(NamedTuple):
    """The prices of the lowest and of the highest half of a cell that is drawn."""

    low: float
    high: float

    def half_of(self, price: float, rows: int) -> int:
        """The half of a cell that a price falls in, counted from the top; it may lie outside of `rows`. Of
        prices so large that a float can't tell them apart it is one in the middle."""
        if self.high <= self.low:
            return rows
        last = 2 * rows - 1
        return last - round((price - self.low) / (self.high - self.low) * last)


class Bodies(Enum):
    """What tells a rising candle from a falling one."""

    COLOURED = auto()
    SHAPED = auto()
    """No colour, or few that may look alike: rising is a line, falling is filled."""


_NOTHING, _WICK, _BODY = range(3)
_LINES = (" ", "╷", "╻", "╵", "│", "╽", "╹", "╿", "┃")
"""By what the upper half of a cell holds, and then by what the lower one does."""
_BLOCKS = (" ", "╷", "▄", "╵", "│", "╽", "▀", "╿", "█")
_FILLED = (" ", "╷", "▄", "╵", "│", "█", "▀", "█", "█")
"""A heavy line would look as a rising body: what a filled one shares with its wick is filled."""


def pitch_of(pitch: int, bodies: Bodies) -> int:
    """Columns from one candle to the next: in a single one filled bodies would touch."""
    return max(pitch, 2 if bodies is Bodies.SHAPED else 1)


@cache
def _glyphs(pitch: int, bodies: Bodies, is_up: bool) -> tuple[str, ...]:
    """The nine cells of a candle that takes so many columns, its gap included."""
    if pitch == 1:
        return _LINES
    if bodies is Bodies.SHAPED:
        middle = _LINES if is_up else _FILLED
        sides = _LINES if is_up else _BLOCKS
    else:
        middle = sides = _BLOCKS
    left = (pitch - 2) // 2
    right = pitch - 2 - left
    cells = []
    for index, glyph in enumerate(middle):
        upper, lower = divmod(index, 3)
        side = sides[3 * (upper == _BODY) * _BODY + (lower == _BODY) * _BODY]
        cells.append(side * left + glyph + side * right)
    return tuple(cells)


def cells_of_candle(
    candle: PriceBar, prices: PriceRange, rows: int, pitch: int, bodies: Bodies
) -> tuple[int, list[str]]:
    """The first row, from the top, that a candle touches, and its text in that row and those below; none
    where there are no rows."""
    if rows < 1:
        return 0, []
    end = 2 * rows - 1
    four = (candle.high, max(candle.open, candle.close), min(candle.open, candle.close), candle.low)
    top, first, last, bottom = (max(0, min(prices.half_of(price, rows), end)) for price in four)
    pitch = pitch_of(pitch, bodies)
    glyphs = _glyphs(pitch, bodies, candle.close >= candle.open)
    texts = []
    for upper in range(top - top % 2, bottom + 1, 2):
        lower = upper + 1
        above = _BODY if first <= upper <= last else _WICK if top <= upper <= bottom else _NOTHING
        below = _BODY if first <= lower <= last else _WICK if top <= lower <= bottom else _NOTHING
        texts.append(glyphs[3 * above + below])
    if prices.low < prices.high:
        if candle.high > prices.high:
            texts[0] = ABOVE.center(len(texts[0]))
        if candle.low < prices.low and (len(texts) > 1 or candle.high <= prices.high):
            texts[-1] = BELOW.center(len(texts[-1]))
    return top // 2, texts


def tint_of(candle: PriceBar) -> str:
    """The name of its colour."""
    if candle.is_partial:
        return "muted"
    return "up" if candle.close >= candle.open else "down"


def candle_cells(
    candles: Sequence[PriceBar | Gap],
    prices: PriceRange,
    width: int,
    height: int,
    pitch: int = 2,
    bodies: Bodies = Bodies.COLOURED,
    *,
    first: int = 0,
    lines: Mapping[int, TintedRun] | None = None,
) -> list[list[TintedRun]]:
    """`height` rows of `width` columns, the oldest candle on the left.

    A candle takes `pitch` columns, a gap as many, the first one begins `first` places from the left; what has
    no room on the right is left out. `lines` has the mark and the tint with which a row is filled where no
    candle is.
    """
    placed: list[list[tuple[int, str, str]]] = [[] for _ in range(height)]
    pitch = pitch_of(pitch, bodies)
    taken = max(1, pitch - 1)
    x = first * pitch
    for candle in candles:
        if x + taken > width:
            break
        if isinstance(candle, Gap):
            top, texts, tint = 0, [GAP.center(taken)] * height, "muted"
        else:
            top, texts = cells_of_candle(candle, prices, height, pitch, bodies)
            tint = tint_of(candle)
        for row, text in enumerate(texts, top):
            placed[row].append((x, text, tint))
        x += pitch
    lines = lines or {}
    return [_joined(cells, width, lines.get(row)) for row, cells in enumerate(placed)]


def _joined(cells: list[tuple[int, str, str]], width: int, line: TintedRun | None) -> list[TintedRun]:
    """The row's cells and what is between them, alike ones in one run."""
    runs: list[TintedRun] = []
    mark, under = (" ", "text") if line is None else line
    at, text, tint = 0, "", under
    for x, glyphs, own in cells:
        if x > at:
            if line is not None and tint != under:
                runs.append((text, tint))
                text, tint = "", under
            text += mark * (x - at)
        if own != tint:
            if text:
                runs.append((text, tint))
            text, tint = "", own
        text += glyphs
        at = x + len(glyphs)
    if width > at:
        if tint != under:
            runs.append((text, tint))
            text, tint = "", under
        text += mark * (width - at)
    if text:
        runs.append((text, tint))
    return runs
