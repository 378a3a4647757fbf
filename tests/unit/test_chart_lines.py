"""Lines over a chart: what is named of those in a row and of those out of it, and where money stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.ui.chart.candle_cells import PriceRange, TintedRun
from xbtfx_tui.ui.chart.chart_lines import (
    Level,
    LevelKind,
    LineFrame,
    line_labels,
    line_marks,
    with_notes,
)

PRICES = PriceRange(1.0, 1.19)
"""Over ten rows: each is two hundredths."""


def frame(*levels: Level, columns: int = 30, rows: int = 10) -> LineFrame:
    return LineFrame(levels, PRICES, rows, columns, 3)


def level(kind: LevelKind, price: float, words: str = "", key: int = 0) -> Level:
    return Level(kind, price, words, key=key)


def test_of_lines_in_one_row_the_first_is_named_and_how_many_more() -> None:
    opened, stop, alert = (level(kind, 1.1) for kind in (LevelKind.OPEN, LevelKind.SL, LevelKind.ALERT))
    (row,) = frame(opened).by_row()
    assert line_labels(frame(opened, stop, alert)) == {row: "+2 open 1.100"}
    assert line_labels(frame(stop, alert)) == {row: "+1 sl 1.100"}
    assert line_labels(frame(alert)) == {row: "alert 1.100"}
    assert line_marks(frame(opened, stop)) == {row: ("─", "strong")}
    assert line_marks(frame(stop)) == {row: ("╌", "error")}


def test_an_extreme_that_is_in_doubt_has_a_label_and_no_line() -> None:
    doubted = Level(LevelKind.HIGH, 1.1, label="~high")
    (row,) = frame(doubted).by_row()
    assert line_labels(frame(doubted)) == {row: "~high 1.100"}
    assert line_marks(frame(doubted)) == {}
    assert line_marks(frame(doubted, level(LevelKind.PREVIOUS_CLOSE, 1.1))) == {row: ("┈", "muted")}
    assert line_marks(frame(level(LevelKind.HIGH, 1.1))) == {row: ("┈", "muted")}


def test_beyond_the_edges_the_nearest_is_named_and_how_many_more() -> None:
    labels = line_labels(
        frame(
            level(LevelKind.TP, 1.5),
            level(LevelKind.TP, 1.3),
            level(LevelKind.ALERT, 1.4),
            level(LevelKind.SL, 0.5),
            level(LevelKind.HIGH, 1.25),
        )
    )
    assert labels == {0: "+2 ▲ tp 1.300", 9: "▼ sl 0.500"}


def test_an_edge_mark_gives_way_to_the_lines_in_the_picture() -> None:
    labels = line_labels(frame(level(LevelKind.OPEN, 1.19), level(LevelKind.TP, 1.5)))
    assert labels == {0: "open 1.190", 1: "▲ tp 1.500"}


def text(rows: list[list[TintedRun]]) -> list[str]:
    return ["".join(part for part, _ in row) for row in rows]


def a_row(drawn: str) -> list[list[TintedRun]]:
    return [[(drawn, "text")] if row == 4 else [(" " * 30, "text")] for row in range(10)]


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("─" * 30, "buy 0.10 +12.40 " + "─" * 14),
        ("█─█─█" + "─" * 25, "█─█─█─buy 0.10 +12.40 " + "─" * 8),
        ("█─" * 15, "buy 0.10 +12.40 " + "█─" * 7),
    ],
    ids=["free", "after the candles", "over the oldest"],
)
def test_words_and_money_stand_where_the_line_is_free_else_over_the_oldest(drawn: str, shown: str) -> None:
    opened = level(LevelKind.OPEN, 1.1, "buy 0.10")
    rows = with_notes(a_row(drawn), frame(opened), {opened: ("+12.40", "up")})
    assert text(rows)[4] == shown
    assert ("+12.40 ", "up") in rows[4]


def test_what_moves_is_one_row_and_the_others_stay_the_same() -> None:
    opened, stop = level(LevelKind.OPEN, 1.1, "buy 0.10"), level(LevelKind.SL, 1.02, "sl")
    rows = a_row("─" * 30)
    shown = with_notes(rows, frame(opened, stop), {opened: ("+9.95", "up"), stop: ("-30.00", "error")})
    assert [row for row in range(10) if shown[row] is not rows[row]] == [4, 8]
    later = with_notes(rows, frame(opened, stop), {opened: ("+10.05", "up")})
    assert text(later)[4].startswith("buy 0.10 +10.05 ")
    assert text(later)[8].startswith("sl  "), "no money that is not known"


some_levels = st.lists(
    st.builds(level, st.sampled_from(LevelKind), st.floats(0.5, 2.0), st.sampled_from(("", "buy 0.10"))),
    max_size=12,
)


@given(some_levels, st.integers(2, 12), st.integers(1, 40))
def test_every_line_in_the_picture_is_counted_and_each_row_keeps_its_width(
    levels: list[Level], rows: int, columns: int
) -> None:
    shown = frame(*levels, rows=rows, columns=columns)
    named = [label for label in line_labels(shown).values() if "▲" not in label and "▼" not in label]
    counted = sum(1 + (int(label[1]) if label.startswith("+") else 0) for label in named)
    assert counted == sum(min(len(row), 10) for row in shown.by_row().values())
    assert set(line_labels(shown)) <= set(range(rows))
    blank: list[list[TintedRun]] = [[("─" * columns, "text"), ("axis", "text")] for _ in range(rows)]
    notes = dict.fromkeys(levels, ("+1.00", "up"))
    assert {len(line) for line in text(with_notes(blank, shown, notes))} == {columns + 4}
