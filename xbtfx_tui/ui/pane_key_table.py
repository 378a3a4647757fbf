"""The table of the keys that the panes hear themselves. It binds and runs nothing: the panes bind theirs."""

from collections.abc import Sequence

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
        "Quotes: buy ticket. Depth: the level in a ticket. Chart: what the price cursor may be. "
        "Positions: close. Messages: show in full",
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
    ("chart.left", "left, h", "Chart: crosshair a candle back"),
    ("chart.right", "right, l", "Chart: crosshair a candle on"),
    ("chart.far_left", "shift+left", "Chart: crosshair ten candles back"),
    ("chart.far_right", "shift+right", "Chart: crosshair ten candles on"),
    ("price.up", "shift+up", "Chart: price cursor a point up"),
    ("price.down", "shift+down", "Chart: price cursor a point down"),
    ("chart.release", "escape", "Chart: drop its cursors and follow"),
    ("chart.span", "comma", "Chart: type how long candles are, like 4h"),
    ("chart.go_to", "d", "Chart: type a moment to go to, like 12 nov"),
    ("chart.several", "L", "Chart: 2, 4 or 1 of them, from 160x40 on"),
    ("chart.zoom_in", "plus", "Chart: wider candles"),
    ("chart.zoom_out", "minus", "Chart: narrower candles"),
)
"""Id, keys and words of each, for the help."""

CHART_LINE: Sequence[tuple[tuple[str, ...], str]] = (
    (("chart.left", "chart.right"), "candle"),
    (("move.up", "move.down"), "price"),
    (("chart.shorter", "chart.longer"), "length"),
    (("chart.zoom_out", "chart.zoom_in"), "width"),
    (("chart.go_to",), "go to"),
)
"""What the line of keys names of the chart's, while that has the keys: ids of the table above, a word."""
