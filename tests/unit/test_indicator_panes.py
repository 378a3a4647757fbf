"""The panes below the candles at few columns: scale, guides, what the rule tells, figures under candles."""

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.indicators import USUAL_PERIODS, Indicator, IndicatorKind
from xbtfx_tui.ui.chart.candle_cells import TintedRun
from xbtfx_tui.ui.chart.indicator_cells import IndicatorLine
from xbtfx_tui.ui.chart.indicator_panes import PANE_ROWS, IndicatorPane, PaneFrame, pane_rows

FRAME = PaneFrame(20, 12, 1, 2, 3)


def pane(kind: IndicatorKind, *lines: tuple[float | None, ...]) -> IndicatorPane:
    made = (IndicatorLine(figures, (False,) * len(figures), "overlay-1") for figures in lines)
    return IndicatorPane(Indicator(kind, USUAL_PERIODS[kind]), tuple(made))


def text(rows: list[list[TintedRun]]) -> list[str]:
    return ["".join(part for part, _ in row) for row in rows]


def test_the_rsi_goes_from_0_to_100_with_guides_and_names_its_last_figure() -> None:
    rsi = pane(IndicatorKind.RSI, (None, 100.0, 50.0, 0.0))
    assert text(pane_rows(rsi, FRAME)) == [
        "─ RSI14 0.0 ────────",
        "    ▔▔         100.0",
        "┈┈┈┈┈┈┈┈┈┈┈┈        ",
        "┈┈┈┈┈┈▔▔┈┈┈┈        ",
        "        ▁▁       0.0",
    ]
    assert text(pane_rows(rsi, FRAME, 2))[0] == "─ RSI14 50.0 ───────"
    assert text(pane_rows(rsi, FRAME, 0))[0].startswith("─ RSI14 – ─"), "not known there"


def test_the_macd_has_its_zero_and_both_figures_at_the_symbols_digits() -> None:
    macd = pane(IndicatorKind.MACD, (0.25, 0.5), (0.125, 0.25))
    rows = text(pane_rows(macd, FRAME))
    assert rows[0] == "─ MACD 0.500 0.250 ─"
    assert rows[-1].startswith("┈┈"), "zero is at the bottom"
    assert rows[-1].endswith("0.000")
    assert rows[1].endswith("0.500")


some_figures = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=3, max_size=3)


@given(
    some_figures,
    some_figures,
    st.sampled_from(IndicatorKind),
    st.integers(1, 40),
    st.none() | st.integers(0, 9),
)
def test_any_figures_have_their_rows(
    one: list[float | None], other: list[float | None], kind: IndicatorKind, width: int, place: int | None
) -> None:
    frame = PaneFrame(width, width // 2, 0, 2, 5)
    rows = pane_rows(pane(kind, tuple(one), tuple(other)), frame, place)
    assert [len(line) for line in text(rows)] == [width] * PANE_ROWS
