"""The table of the keys that the panes hear themselves, and of those that are kept for what panes will do.

It binds and runs nothing: the panes bind theirs, and a key that is kept is given to nothing else.
"""

from collections.abc import Mapping, Sequence

MOVES: Sequence[tuple[str, str, str]] = (
    ("move.up", "up, k", "One row up"),
    ("move.down", "down, j", "One row down"),
    ("move.page_up", "pgup", "One page up"),
    ("move.page_down", "pgdn", "One page down"),
    ("move.first", "home, g", "First row"),
    ("move.last", "end, G", "Last row"),
    (
        "move.choose",
        "enter",
        "Quotes: buy ticket. Depth: the level in a ticket. Positions: close. Messages: show in full",
    ),
    ("watchlist.up", "shift+up", "Quotes: move the row up in its group"),
    ("watchlist.down", "shift+down", "Quotes: move the row down in its group"),
    ("watchlist.sort", "o", "Quotes: sort once: as set, by symbol, day %, spread"),
    ("watchlist.sort_again", "O", "Quotes: sort by the same again"),
    ("pane.only", "f", "Positions, Orders, History: only this symbol, and all again"),
    ("history.shorter", "left_square_bracket", "History: a shorter period"),
    ("history.longer", "right_square_bracket", "History: a longer period"),
    ("chart.shorter", "left_square_bracket", "Chart: shorter candles"),
    ("chart.longer", "right_square_bracket", "Chart: longer candles"),
    ("chart.left", "left, h", "Chart: crosshair to the candle before; at the edge the picture moves"),
    ("chart.right", "right, l", "Chart: crosshair to the candle after"),
    ("chart.far_left", "shift+left", "Chart: crosshair ten candles back"),
    ("chart.far_right", "shift+right", "Chart: crosshair ten candles on"),
    ("price.up", "shift+up", "Chart: price cursor a point up; up and down by a row"),
    ("price.down", "shift+down", "Chart: price cursor a point down"),
    ("chart.release", "escape", "Chart: drop both cursors, follow the newest candle"),
    ("chart.zoom_in", "plus", "Chart: wider candles"),
    ("chart.zoom_out", "minus", "Chart: narrower candles"),
)
"""Id, keys and words of each, for the help."""

KEPT: Mapping[str, str] = {
    "comma": "chart.span",
    "d": "chart.go_to",
    "L": "chart.several",
}
"""Keys of the chart's crosshair."""
