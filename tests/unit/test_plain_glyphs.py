"""A chart in few glyphs: what every font has, candles whole and apart, up and down told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.config.config_file import read_config
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.domain.chart_glyphs import ChartGlyphs, usual_glyphs
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, PriceRange, candle_cells
from xbtfx_tui.ui.chart.chart_lines import LINE_GLYPHS
from xbtfx_tui.ui.chart.plain_glyphs import LEAST_PITCH, in_plain_glyphs

HAD_BY_ALL = set("│█▀▄░─")
PRICES = PriceRange(0.0, 7.0)


def column(candle: PriceBar, bodies: Bodies) -> str:
    rows = candle_cells([candle], PRICES, 1, 4, LEAST_PITCH, bodies)
    return "".join(in_plain_glyphs(row, bodies)[0][0] for row in rows)


@pytest.mark.parametrize(
    ("prices", "coloured", "rising", "falling"),
    [
        ((2, 5, 2, 5), " ██ ", " ░░ ", " ██ "),
        ((3, 7, 0, 5), "│██│", "│░░│", "│██│"),
        ((2, 6, 1, 4), "│██│", "│░░│", "│██│"),
    ],
)
def test_bodies_wicks_and_which_way(
    prices: tuple[int, int, int, int], coloured: str, rising: str, falling: str
) -> None:
    opened, high, low, closed = map(float, prices)
    up, down = PriceBar(0, opened, high, low, closed), PriceBar(0, closed, high, low, opened)
    assert column(up, Bodies.COLOURED) == column(down, Bodies.COLOURED) == coloured
    assert column(up, Bodies.SHAPED) == rising
    assert column(down, Bodies.SHAPED) == falling


a_price = st.floats(0, 7)


@given(a_price, a_price, a_price, a_price, st.sampled_from(Bodies), st.sampled_from((2, 4)))
def test_any_candle_is_of_what_every_font_has_and_whole(
    one: float, two: float, three: float, four: float, bodies: Bodies, pitch: int
) -> None:
    candle = PriceBar(0, one, max(one, two, three, four), min(one, two, three, four), two)
    rows = [
        in_plain_glyphs(row, bodies) for row in candle_cells([candle], PRICES, pitch - 1, 4, pitch, bodies)
    ]
    text = ["".join(part for part, _ in row) for row in rows]
    assert set("".join(text)) <= HAD_BY_ALL | {" "}
    middle = "".join(row[(pitch - 2) // 2] for row in text)
    assert " " not in middle.strip()


def test_lines_and_marks_keep_their_width_and_what_differs_differs() -> None:
    for bodies in Bodies:
        ((written, _),) = in_plain_glyphs([("".join(sorted(LINE_GLYPHS)) + "▲▼△▽┊┆┼▔▁", "text")], bodies)
        assert len(written) == len(LINE_GLYPHS) + 9
        assert all(one.isascii() or one in HAD_BY_ALL for one in written)
        ((marks, _),) = in_plain_glyphs([("▲▼△▽", "text")], bodies)
        assert len(set(marks)) == 4


def test_the_setting_and_what_it_is_without() -> None:
    chart = read_config('[chart]\nshapes = true\nglyphs = "plain"\n', "config.toml").chart
    assert chart.shapes is not None
    assert chart.shapes.value
    assert chart.glyphs is not None
    assert chart.glyphs.value is ChartGlyphs.PLAIN
    assert usual_glyphs({"TERM": "linux"}) is ChartGlyphs.PLAIN
    assert usual_glyphs({"TERM": "xterm-256color"}) is ChartGlyphs.FULL
    with pytest.raises(SettingsError, match='it takes "full" or "plain"'):
        read_config('[chart]\nglyphs = "fine"\n', "config.toml")
