"""The candle that forms and the price of now, put over a drawn chart. Pure, cheap enough for each second."""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import PriceBar, TintedRun, cells_of_candle, tint_of
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder
from xbtfx_tui.ui.chart.tinted_runs import one_of_alike, parted

_LINE = "─"
_NOW = "bid"


def with_forming(
    rows: Sequence[list[TintedRun]], order: ChartOrder, forming: PriceBar
) -> list[list[TintedRun]]:
    """The rows with the forming candle in its place, and at its close, the bid of now, a mark from there to
    the axis and a label; beyond the picture that is on the edge row. Rows that it does not touch are the same
    lists as before."""
    shown = list(rows)
    column = order.column_of(len(order.candles))
    top, texts = cells_of_candle(forming, order.prices, order.rows, order.pitch, order.bodies)
    if column + len(texts[0]) > order.columns:
        return shown
    glyphs = dict(enumerate(texts, top))
    tint = tint_of(forming)
    now = max(0, min(order.row_of(forming.close), order.rows - 1))
    for row in sorted({*glyphs, now - 1, now, now + 1}):
        if not 0 <= row < min(len(shown), order.rows):
            continue
        left, right = parted(shown[row], column)
        under, axis = parted(right, order.columns - column)
        label = "".join(text for text, _ in axis)
        if abs(row - now) == 1 and label.strip()[:1].isdigit():  # a plain price would crowd that of now
            axis = [(" " * order.axis, "text")]
        if row in glyphs:
            under = [(glyphs[row], tint), *parted(under, len(glyphs[row]))[1]]
        if row == now:
            taken = len(glyphs.get(row, ""))
            mark = _LINE * (order.columns - column - taken)
            label = f"{_NOW} {forming.close:.{order.digits}f}".rjust(order.axis)[-order.axis :]
            under, axis = [*parted(under, taken)[0], (mark, "accent")], [(label, "accent")]
        shown[row] = one_of_alike([*left, *under, *axis])
    return shown
