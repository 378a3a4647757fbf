"""The panes below a chart: RSI, ATR and MACD by the candles above them, each with a rule that names it. Pure.

Drawn as the overlays are, a third of a cell fine: each figure stands right under its candle.
"""

from functools import lru_cache

import msgspec

from xbtfx_tui.domain.indicators import Indicator, IndicatorKind
from xbtfx_tui.ui.chart.candle_cells import PriceRange, TintedRun
from xbtfx_tui.ui.chart.indicator_cells import IndicatorLine, overlay_cells
from xbtfx_tui.ui.chart.tinted_runs import with_cells, written_over

PANE_ROWS = 5
CROSS = "┆"
_GUIDE = "┈"
_RSI_GUIDES = (70.0, 30.0)
_RULE = "─"


class IndicatorPane(msgspec.Struct, frozen=True):
    """An indicator and its lines at the places in sight."""

    indicator: Indicator
    lines: tuple[IndicatorLine, ...]


class PaneFrame(msgspec.Struct, frozen=True):
    """`width` columns of which `columns` are left of the axis; places take `pitch` columns each, the first
    one begins `blank` places from the left. `digits` are those of the symbol's prices."""

    width: int
    columns: int
    blank: int
    pitch: int
    digits: int


@lru_cache(maxsize=16)
def pane_rows(pane: IndicatorPane, frame: PaneFrame, place: int | None = None) -> list[list[TintedRun]]:
    """Its rows, the rule first, with the figure at this place in it, else the last one there is; the
    crosshair goes down through that place. They are the same lists each time, to be read alone."""
    scale = _scale(pane)
    inside = PANE_ROWS - 1
    rows: list[list[TintedRun]] = [[(" " * frame.width, "text")] for _ in range(inside)]
    for guide in _guides(pane.indicator):
        row = scale.half_of(guide, inside) // 2
        if 0 <= row < inside:
            rows[row] = written_over(rows[row], 0, [(_GUIDE * frame.columns, "muted")])
    by_row: dict[int, dict[int, TintedRun]] = {}
    for row, column, cell in overlay_cells(pane.lines, scale, inside, frame.blank, frame.pitch):
        if column < frame.columns:
            by_row.setdefault(row, {})[column] = cell
    for row, cells in by_row.items():
        rows[row] = with_cells(rows[row], cells)
    if place is not None:
        middle = (frame.blank + place) * frame.pitch + max(0, (frame.pitch - 2) // 2)
        cross = {middle: (CROSS, "strong")} if middle < frame.columns else {}
        rows = [with_cells(row, cross, only_free=True) for row in rows]
    decimals = _decimals(pane.indicator, frame.digits)
    for row, figure in ((0, scale.high), (inside - 1, scale.low)):
        label = f"{figure:.{decimals}f}"[-frame.width :]
        rows[row] = written_over(rows[row], frame.width - len(label), [(label, "muted")])
    return [[(_rule(pane, frame, place), "muted")], *rows]


def _rule(pane: IndicatorPane, frame: PaneFrame, place: int | None) -> str:
    words = [pane.indicator.words]
    for line in pane.lines:
        figure = line.figure_at(place)
        decimals = _decimals(pane.indicator, frame.digits)
        words.append("–" if figure is None else f"{figure:.{decimals}f}")
    return f"{_RULE} {' '.join(words)} ".ljust(frame.width, _RULE)[: frame.width]


def _scale(pane: IndicatorPane) -> PriceRange:
    """From where to where it goes: the RSI's whole, of the others what is in sight, with its zero where it
    has one."""
    if pane.indicator.kind is IndicatorKind.RSI:
        return PriceRange(0.0, 100.0)
    known = [one for line in pane.lines for one in line.figures if one is not None]
    if pane.indicator.kind is IndicatorKind.MACD:
        known.append(0.0)
    if not known:
        return PriceRange(0.0, 1.0)
    low, high = min(known), max(known)
    return PriceRange(low, high) if low < high else PriceRange(low - 1.0, high + 1.0)


def _guides(indicator: Indicator) -> tuple[float, ...]:
    match indicator.kind:
        case IndicatorKind.RSI:
            return _RSI_GUIDES
        case IndicatorKind.MACD:
            return (0.0,)
        case _:
            return ()


def _decimals(indicator: Indicator, digits: int) -> int:
    return 1 if indicator.kind is IndicatorKind.RSI else digits
