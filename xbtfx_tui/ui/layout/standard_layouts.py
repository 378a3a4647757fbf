"""The four layouts there are at the start. Each has every pane; what does not fit becomes a tab."""

from collections.abc import Sequence

from xbtfx_tui.ui.layout.layout_types import Axis, Layout, Node, Slot, Split

_LISTS = ("positions", "orders", "history")


def _row(*parts: Node, weight: int = 1) -> Split:
    return Split(Axis.ROW, parts, weight)


def _rows(name: str, *parts: Split) -> Layout:
    return Layout(name, Split(Axis.COLUMN, parts))


# A watchlist seldom fills the height that a chart does, and a book needs no width.
_QUOTES_OVER_DEPTH = Split(Axis.COLUMN, (Slot(("quotes",), 3), Slot(("depth",))), 3)

TRADE = _rows(
    "trade",
    _row(_QUOTES_OVER_DEPTH, Slot(("chart",), 2)),
    _row(Slot(_LISTS, 4), Slot(("messages",))),
)
WATCH = _rows(
    "watch",
    _row(Slot(("quotes",), 4), Slot(("depth", "chart"))),
    _row(Slot(_LISTS, 4), Slot(("messages",))),
)
CHART = _rows(
    "chart",
    _row(Slot(("chart",), 4), _QUOTES_OVER_DEPTH),
    _row(Slot(_LISTS, 4), Slot(("messages",))),
)
POSITIONS = _rows(
    "positions",
    _row(Slot(_LISTS, 3), Slot(("messages",)), weight=3),
    _row(Slot(("quotes",), 3), Slot(("chart",), 2), Slot(("depth",))),
)

STANDARD: Sequence[Layout] = (TRADE, WATCH, CHART, POSITIONS)
