"""Indicators and deals drawn over candles: where, over what, and what gives way to what."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.candles import Gap
from xbtfx_tui.domain.indicators import Indicator, IndicatorKind
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, PriceRange, TintedRun
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, draw
from xbtfx_tui.ui.chart.chart_forming import with_forming
from xbtfx_tui.ui.chart.chart_lines import Level, LevelKind, with_notes
from xbtfx_tui.ui.chart.deal_marks import CandleMarks
from xbtfx_tui.ui.chart.indicator_cells import IndicatorLine, figures_told, indicator_lines

BARS = tuple(PriceBar(10.0 * n, 2.0, 3.0, 2.0, 3.0) for n in range(4))
ORDER = ChartOrder(BARS, 40.0, (), PriceRange(0.0, 5.0), 19, 4, 1)
"""Three rows of two units, candles in the middle one."""


def line(*figures: float | None, doubtful: bool = False) -> IndicatorLine:
    return IndicatorLine(figures, (doubtful,) * len(figures), "overlay-1")


def cells(rows: list[list[TintedRun]]) -> list[str]:
    return ["".join(text for text, _ in row)[: ORDER.columns] for row in rows[:3]]


def test_a_line_is_a_third_of_a_cell_fine_and_only_in_free_cells() -> None:
    rows = draw(replace(ORDER, overlays=(line(None, 5.0, 4.4, 3.8),)))
    assert cells(rows) == ["  ▔▔──▁▁  ", "█ █ █ █   ", "          "]
    assert ("▔▔──▁▁", "overlay-1") in rows[0]
    through = draw(replace(ORDER, overlays=(line(2.5, 2.5, 2.5, 2.5),)))
    assert cells(through)[1] == "█─█─█─█─  "
    crossed = draw(replace(ORDER, overlays=(line(2.5, 9.0, -1.0, None),)))
    assert cells(crossed) == ["          ", "█─█ █ █   ", "          "], "and none out of the picture"


def test_what_looks_over_an_unseen_stretch_is_muted() -> None:
    rows = draw(replace(ORDER, overlays=(line(5.0, 5.0, doubtful=True),)))
    assert ("▔▔▔▔", "muted") in rows[0]


def test_the_first_line_is_over_the_others_and_levels_stay() -> None:
    first, second = line(5.0, 5.0), replace(line(5.0, 5.0, 5.0), tint="overlay-2")
    assert ("▔▔▔▔", "overlay-1") in draw(replace(ORDER, overlays=(first, second)))[0]
    levelled = replace(ORDER, overlays=(first,), levels=(Level(LevelKind.SL, 5.0),))
    assert cells(draw(levelled))[0] == "╌" * 10


def test_deals_stand_right_above_and_below_their_candle_that_forms_too() -> None:
    marks = (CandleMarks(10.0, "▼", ""), CandleMarks(30.0, "", "2"), CandleMarks(40.0, "▽", "△"))
    order = replace(ORDER, marks=marks, levels=(Level(LevelKind.SL, 5.0),))
    assert cells(draw(order)) == ["╌╌▼╌╌╌╌╌╌╌", "█ █ █ █   ", "      2   "]
    forming = with_forming(draw(order), order, PriceBar(40.0, 2.0, 3.0, 2.0, 3.0))
    assert [row[8] for row in cells(forming)] == ["▽", "█", "△"]


def test_lines_are_reckoned_from_candles_before_the_picture_and_not_from_gaps() -> None:
    places: list[PriceBar | Gap] = [*BARS[:2], Gap(20, 30), *BARS[2:]]
    (mean,) = indicator_lines(Indicator(IndicatorKind.SMA, 2), places, 1, "overlay-1")
    assert mean.figures == (3.0, None, 3.0, 3.0)
    assert mean.is_doubtful == (False, False, True, False)
    assert figures_told((mean,), None, 2) == ("SMA2 3.00",)
    assert figures_told((mean,), 1, 2) == (), "a gap has none"
    upper, lower = indicator_lines(Indicator(IndicatorKind.DONCHIAN, 1), places, 0, "overlay-1")
    assert figures_told((mean, upper, lower), 0, 1) == ("SMA2 3.0", "DC1 3.0/2.0")
    assert (upper.figures[0], lower.figures[0]) == (3.0, 2.0)


a_price = st.floats(-2.0, 8.0)
some_levels = st.lists(
    st.builds(Level, st.sampled_from(LevelKind), a_price, st.sampled_from(("", "buy 0.10")))
)
some_marks = st.lists(st.builds(CandleMarks, st.sampled_from((0.0, 20.0, 40.0)), st.just("▼"), st.just("2")))


@given(
    some_levels,
    some_marks,
    st.lists(st.lists(st.none() | a_price, min_size=4, max_size=4), max_size=3),
    a_price,
    st.none() | a_price,
    st.integers(24, 60),
    st.sampled_from((1, 2, 4)),
    st.sampled_from(Bodies),
)
def test_whatever_lies_over_it_each_row_is_as_wide_as_the_chart(
    levels: list[Level],
    marks: list[CandleMarks],
    figures: list[list[float | None]],
    close: float,
    ask: float | None,
    width: int,
    pitch: int,
    bodies: Bodies,
) -> None:
    order = replace(
        ORDER,
        levels=tuple(levels),
        marks=tuple(marks),
        overlays=tuple(line(*one) for one in figures),
        width=width,
        height=8,
        pitch=pitch,
        bodies=bodies,
    )
    noted = with_notes(draw(order), order.lines, dict.fromkeys(levels, ("+12.40", "up")))
    forming = PriceBar(40.0, 2.0, max(2.0, close), min(2.0, close), close)
    for rows in (draw(order), noted, with_forming(noted, order, forming, ask)):
        assert {sum(len(text) for text, _ in row) for row in rows} == {width}
