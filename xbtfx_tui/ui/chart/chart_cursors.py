"""The chart's two cursors, put over a drawn chart: the crosshair on a candle, a line at a price. Pure.

They go where nothing else is: no candle is hidden by them.
"""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import GAP, TintedRun, pitch_of
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder
from xbtfx_tui.ui.chart.tinted_runs import one_of_alike, parted, text_of, written_over

CROSS, LINE, BOTH = "┆", "┄", "┼"
_ACROSS = "─╌┄"
TINT = "strong"


def column_of_place(order: ChartOrder, place: int) -> int:
    """The middle column of the place of that number, 0 being the oldest in sight."""
    return order.column_of(place) + max(0, (pitch_of(order.pitch, order.bodies) - 2) // 2)


def with_crosshair(
    rows: Sequence[list[TintedRun]], order: ChartOrder, place: int, moment: str
) -> list[list[TintedRun]]:
    """The rows with a line down through the place of that number, and its time on the last row."""
    column = column_of_place(order, place)
    if not 0 <= column < order.columns:
        return list(rows)
    shown = [_struck(runs, column) for runs in rows[: order.rows]]
    at = max(0, min(column - len(moment) // 2, order.columns - len(moment)))
    return [*shown, *(written_over(runs, at, [(moment, TINT)]) for runs in rows[order.rows :])]


def _struck(runs: list[TintedRun], column: int) -> list[TintedRun]:
    left, right = parted(runs, column)
    under = right[0][0][0] if right else " "
    if under in _ACROSS:
        mark = BOTH
    elif under in (" ", GAP):
        mark = CROSS
    else:
        return runs
    return one_of_alike([*left, (mark, TINT), *parted(right, 1)[1]])


def with_price_cursor(
    rows: Sequence[list[TintedRun]], order: ChartOrder, price: float, label: str, words: str
) -> list[list[TintedRun]]:
    """The rows with a line at this price: `label` on the axis, `words` beside it where there is room."""
    row = max(0, min(order.row_of(price), order.rows - 1))
    shown = list(rows)
    left, _ = parted(shown[row], order.columns)
    line: list[TintedRun] = []
    for text, tint in left:
        for letter in text:
            mark = BOTH if letter == CROSS else LINE
            line.append((mark, TINT) if letter in f" {CROSS}{_ACROSS}" else (letter, tint))
    if words and len(words) + 2 <= order.columns:
        line = written_over(one_of_alike(line), order.columns - len(words) - 2, [(f" {words} ", TINT)])
    axis = label.rjust(order.axis)[-order.axis :]
    shown[row] = one_of_alike([*line, (axis, TINT)])
    for near in (row - 1, row + 1):
        if 0 <= near < order.rows:
            shown[near] = _without_plain_price(shown[near], order)
    return shown


def _without_plain_price(runs: list[TintedRun], order: ChartOrder) -> list[TintedRun]:
    """The row without the price of its own on the axis, which would crowd the one beside it."""
    left, axis = parted(runs, order.columns)
    if not text_of(axis).strip()[:1].isdigit():
        return runs
    return one_of_alike([*left, (" " * order.axis, "text")])


def with_words_above(
    rows: Sequence[list[TintedRun]], order: ChartOrder, words: str, tint: str = "text"
) -> list[list[TintedRun]]:
    """The rows with these words in the first one, as far as there is room left of the axis."""
    shown = list(rows)
    if words and shown:
        left, right = parted(shown[0], order.columns)
        shown[0] = one_of_alike([*written_over(left, 0, [(words, tint)]), *right])
    return shown
