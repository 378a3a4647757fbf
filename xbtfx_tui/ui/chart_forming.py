"""The candle that forms and the price of now, put over a drawn chart. Pure, cheap enough for each second."""

from collections.abc import Sequence

from xbtfx_tui.ui.chart_drawing import ChartOrder, PriceBar, TintedRun

BODY, WICK, LINE, CROSSING = "█", "│", "─", "┼"
_NOW = "bid"


def with_forming(
    rows: Sequence[list[TintedRun]], order: ChartOrder, forming: PriceBar
) -> list[list[TintedRun]]:
    """The rows with the forming candle in the last column, and a line and a label at its close, the bid of
    now. Rows that it does not touch are the same lists as before."""
    shown = list(rows)
    column = order.width - order.axis - 1
    if column < 0:
        return shown
    marks = _candle(order, forming)
    now = order.row_of(forming.close)
    for row in sorted({*marks, now - 1, now, now + 1}):
        if 0 <= row < min(len(shown), order.rows):
            cells = _cells(shown[row], order.width)
            label = "".join(character for character, _ in cells[column + 1 :]).strip()
            if abs(row - now) == 1 and label[:1].isdigit():  # a plain price would crowd that of now
                cells[column + 1 :] = [(" ", "text")] * order.axis
            if row in marks:
                cells[column] = marks[row]
            if row == now:
                _draw_line(cells, column)
                label = f"{_NOW} {forming.close:.{order.digits}f}".rjust(order.axis)
                cells[column + 1 :] = [(character, "accent") for character in label[-order.axis :]]
            shown[row] = _runs(cells)
    return shown


def _candle(order: ChartOrder, candle: PriceBar) -> dict[int, tuple[str, str]]:
    tint = "up" if candle.close >= candle.open else "down"
    marks = dict.fromkeys(_between(order, candle.high, candle.low), (WICK, tint))
    return marks | dict.fromkeys(_between(order, candle.open, candle.close), (BODY, tint))


def _between(order: ChartOrder, one: float, other: float) -> range:
    first, last = sorted((order.row_of(one), order.row_of(other)))
    return range(first, last + 1)


def _draw_line(cells: list[tuple[str, str]], last: int) -> None:
    for x in range(last + 1):
        character, tint = cells[x]
        if character == " ":
            cells[x] = (LINE, "accent")
        elif character == WICK:
            cells[x] = (CROSSING, tint)


def _cells(runs: Sequence[TintedRun], width: int) -> list[tuple[str, str]]:
    cells = [(character, tint) for text, tint in runs for character in text]
    return cells[:width] + [(" ", "text")] * (width - len(cells))


def _runs(cells: Sequence[tuple[str, str]]) -> list[TintedRun]:
    runs: list[TintedRun] = []
    for character, tint in cells:
        if runs and runs[-1][1] == tint:
            runs[-1] = (runs[-1][0] + character, tint)
        else:
            runs.append((character, tint))
    return runs
