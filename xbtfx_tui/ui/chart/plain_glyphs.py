"""The characters of a chart in those that every font has: `│ █ ▀ ▄ ░ ─` and ASCII. Pure.

Half a wick is a whole one, and a cell that body and wick share is all body: no wick floats, and a body is
half a cell larger at the most. From two columns a candle on, for heavy lines are among what is missing.
"""

from xbtfx_tui.ui.chart.candle_cells import Bodies, TintedRun

LEAST_PITCH = 2

_BOTH = {
    "╷": "│",
    "╵": "│",
    "▔": "-",
    "▁": "_",
    "╌": "-",
    "┄": "-",
    "┈": ".",
    "┊": ":",
    "┆": ":",
    "┼": "+",
    "△": "^",
    "▽": "v",
    "▲": "A",
    "▼": "V",
    "•": "*",
    "–": "-",
    "·": "-",
}
_COLOURED = str.maketrans(_BOTH | dict.fromkeys("╽╿", "█"))
_SHAPED = str.maketrans(_BOTH | dict.fromkeys("╽╿┃╻╹", "░"))
"""A rising body is shaded: without heavy lines it would look as its wick does."""


def in_plain_glyphs(runs: list[TintedRun], bodies: Bodies) -> list[TintedRun]:
    """The row, each character in the column where it was."""
    table = _SHAPED if bodies is Bodies.SHAPED else _COLOURED
    return [(text.translate(table), tint) for text, tint in runs]
