"""The candle that forms and the price of now, put over a drawn chart. Pure, cheap enough for each second."""

from collections.abc import Sequence

from xbtfx_tui.ui.chart.candle_cells import PriceBar, TintedRun, cells_of_candle, tint_of
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, is_named, placed_marks
from xbtfx_tui.ui.chart.chart_lines import MOST_SHARED, line_labels, line_marks, trading
from xbtfx_tui.ui.chart.tinted_runs import one_of_alike, parted, with_cells, written_over

_LINE = "─"


def with_forming(
    rows: Sequence[list[TintedRun]],
    order: ChartOrder,
    forming: PriceBar,
    ask: float | None = None,
    *,
    bid: float | None = None,
    is_live: bool = True,
) -> list[list[TintedRun]]:
    """The rows with the forming candle in its place, and at the bid of now a mark from there to the axis and
    a label; beyond the picture that is on the edge row. Where no quote tells a bid they are at the candle's
    close, and called that: what a file tells of a candle is none of now. The ask has a label where it is in
    the picture, in a row of its own and without a line. Where the quote is an old one (`is_live` False) the
    bid is muted. Rows that it does not touch are the same lists as before."""
    shown, accent = list(rows), "accent" if is_live else "muted"
    column = order.column_of(len(order.candles))
    top, texts = cells_of_candle(forming, order.prices, order.rows, order.pitch, order.bodies)
    if column + len(texts[0]) > order.columns:
        return shown
    glyphs = dict(enumerate(texts, top))
    tint = tint_of(forming)
    here, labels = order.lines.by_row(), line_labels(order.lines)
    word, price = ("close", forming.close) if bid is None else ("bid", bid)
    now = max(0, min(order.row_of(price), order.rows - 1))
    for row in sorted({*glyphs, now - 1, now, now + 1}):
        if not 0 <= row < min(len(shown), order.rows):
            continue
        if row == now and len(labels.get(row, "")) > order.axis:
            shown[row] = _without_label(shown[row], order, row, labels[row])
        left, right = parted(shown[row], column)
        under, axis = parted(right, order.columns - column)
        if abs(row - now) == 1 and not is_named(shown[row], order):
            axis = [(" " * order.axis, "text")]  # a plain price would crowd that of now
        if row in glyphs:
            under = [(glyphs[row], tint), *parted(under, len(glyphs[row]))[1]]
        if row == now:
            taken = len(glyphs.get(row, ""))
            mark = _LINE * (order.columns - column - taken)
            under, axis = [*parted(under, taken)[0], (mark, accent)], [(" " * order.axis, accent)]
        shown[row] = one_of_alike([*left, *under, *axis])
    marks = next((one for one in order.marks if one.start == forming.start), None)
    for row, at, cell in () if marks is None else placed_marks(order, len(order.candles), forming, marks):
        shown[row] = with_cells(shown[row], {at: cell})
    label = f"{word} {price:.{order.digits}f}".rjust(order.axis)
    if shared := len(trading(here.get(now, ()))):
        label = f"+{min(shared, MOST_SHARED)} {label.lstrip()}".rjust(order.axis)
    shown[now] = _labelled(shown[now], order, (label, accent))
    further = now + (1 if now < order.rows // 2 else -1)
    if now in labels and now not in here and further not in labels:  # it tells of lines beyond the edge
        shown[further] = _labelled(shown[further], order, (labels[now], "text"))
    if ask is not None and 0 <= (row := order.row_of(ask)) < order.rows and not is_named(shown[row], order):
        shown[row] = _labelled(shown[row], order, (f"ask {ask:.{order.digits}f}", "muted"))
    return shown


def _without_label(runs: Sequence[TintedRun], order: ChartOrder, row: int, label: str) -> list[TintedRun]:
    """The row with its line, or nothing, where a label stood that begins left of the axis."""
    mark, tint = line_marks(order.lines).get(row, (" ", "text"))
    return written_over(runs, order.width - len(label), [(mark * (len(label) - order.axis), tint)])


def _labelled(runs: Sequence[TintedRun], order: ChartOrder, label: TintedRun) -> list[TintedRun]:
    text, tint = label[0][-order.width :], label[1]
    return written_over(runs, order.width - len(text), [(text, tint)])
