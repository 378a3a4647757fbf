"""The chart's two cursors, put over a drawn chart: the crosshair on a candle, a line at a price. Pure.

They go where nothing else is: no candle is hidden by them.
"""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import GAP, TintedRun, pitch_of
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, is_named
from xbtfx_tui.ui.chart.chart_lines import LINE_GLYPHS
from xbtfx_tui.ui.chart.tinted_runs import one_of_alike, parted, text_of, written_over

CROSS, LINE, BOTH = "┆", "┄", "┼"
_ACROSS = LINE_GLYPHS | {LINE}
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
    return [*shown, *(_with_time(runs, at, moment) for runs in rows[order.rows :])]


def _with_time(runs: list[TintedRun], at: int, moment: str) -> list[TintedRun]:
    """The row of times with this one among them, and none that it would touch."""
    times = text_of(runs)
    end = at + len(moment)
    start = times.rfind("  ", 0, max(0, at - 1)) + 1  # two spaces part one time from the next
    after = times.find("  ", min(end + 1, len(times)))
    after = len(times) if after < 0 else after
    cleared = written_over(runs, start, [(" " * (after - start), "text")])
    return written_over(cleared, at, [(moment, TINT)])


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
    rows: Sequence[list[TintedRun]], order: ChartOrder, price: float, label: str, readings: Sequence[str]
) -> list[list[TintedRun]]:
    """The rows with a line at this price: `label` on the axis, and beside it the first of `readings` that has
    room."""
    row = max(0, min(order.row_of(price), order.rows - 1))
    shown = list(rows)
    left, _ = parted(shown[row], order.columns)
    line: list[TintedRun] = []
    for text, tint in left:
        for letter in text:
            mark = BOTH if letter == CROSS else LINE
            # Words of another line of this row give way, too; a candle's marks are none of ASCII.
            line.append((mark, TINT) if letter.isascii() or letter in (CROSS, *_ACROSS) else (letter, tint))
    words = next((one for one in readings if one and len(one) + 2 <= order.columns), None)
    if words is not None:
        line = written_over(one_of_alike(line), order.columns - len(words) - 2, [(f" {words} ", TINT)])
    axis = label.rjust(order.axis)[-order.axis :]
    shown[row] = one_of_alike([*line, (axis, TINT)])
    for near in (row - 1, row + 1):
        if 0 <= near < order.rows:
            shown[near] = _without_plain_price(shown[near], order)
    return shown


def _without_plain_price(runs: list[TintedRun], order: ChartOrder) -> list[TintedRun]:
    """The row without the price of its own on the axis, which would crowd the one beside it."""
    if is_named(runs, order):
        return runs
    left, _ = parted(runs, order.columns)
    return one_of_alike([*left, (" " * order.axis, "text")])


def with_words_above(
    rows: Sequence[list[TintedRun]], order: ChartOrder, lines: Sequence[str], tint: str = "text"
) -> list[list[TintedRun]]:
    """The rows with these lines in the first ones, as far as there is room left of the axis."""
    shown = list(rows)
    for row, words in enumerate(lines[: order.rows]):
        left, right = parted(shown[row], order.columns)
        shown[row] = one_of_alike([*written_over(left, 0, [(f"{words} ", tint)]), *right])
    return shown
