"""Candles by hand at few rows: which glyph stands where, and what holds for any of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, PriceRange, candle_cells

PRICES = PriceRange(0.0, 7.0)
"""Over four rows: the eight halves of their cells are 0 to 7."""


def bar(open_: float, high: float, low: float, close: float) -> PriceBar:
    return PriceBar(0.0, open_, high, low, close)


def column(candle: PriceBar, pitch: int, bodies: Bodies = Bodies.COLOURED) -> list[str]:
    rows = candle_cells([candle], PRICES, max(1, pitch - 1), 4, pitch, bodies)
    return ["".join(text for text, _ in row) for row in rows]


@pytest.mark.parametrize(
    ("prices", "line", "block", "hollow", "filled"),
    [
        ((2, 5, 2, 5), " ┃┃ ", " ██ ", " ┃┃ ", " ██ "),  # a body alone, whole cells
        ((1, 6, 1, 6), "╻┃┃╹", "▄██▀", "╻┃┃╹", "▄██▀"),  # its ends in half of a cell
        ((3, 7, 0, 5), "│┃╿│", "│█╿│", "│┃╿│", "│██│"),  # long wicks, one joined within a cell
        ((2, 6, 1, 4), "╷╽┃╵", "╷╽█╵", "╷╽┃╵", "╷██╵"),  # wicks that end in half of a cell
        ((4, 7, 0, 4), "│╽││", "│╽││", "│╽││", "│█││"),  # closed where it opened
        ((3, 3, 3, 3), "  ╹ ", "  ▀ ", "  ╹ ", "  ▀ "),  # one price
    ],
)
def test_each_glyph_in_its_place(
    prices: tuple[float, float, float, float], line: str, block: str, hollow: str, filled: str
) -> None:
    opened, high, low, closed = prices
    up, down = bar(opened, high, low, closed), bar(closed, high, low, opened)
    assert "".join(column(up, 1)) == "".join(column(down, 1)) == line
    assert "".join(column(up, 2)) == "".join(column(down, 2)) == block
    assert "".join(column(up, 2, Bodies.SHAPED)) == hollow
    if opened != closed:
        assert "".join(column(down, 2, Bodies.SHAPED)) == filled
        assert hollow != filled, "without a colour up and down differ"


def test_a_wide_body_has_its_wick_in_the_middle() -> None:
    assert column(bar(2, 7, 0, 5), 4) == [" │ ", "███", "███", " │ "]


def test_candles_stand_apart_with_a_line_behind_them() -> None:
    candles = [bar(2, 5, 2, 5), bar(5, 5, 2, 2), bar(2, 5, 2, 4)]
    rows = candle_cells(candles, PRICES, 9, 4, first=1, lines={1: ("╌", "error"), 3: ("─", "strong")})
    assert rows == [
        [("         ", "text")],
        [
            ("╌╌", "error"),
            ("█", "up"),
            ("╌", "error"),
            ("█", "down"),
            ("╌", "error"),
            ("╽", "up"),
            ("╌╌", "error"),
        ],
        [("  ", "text"), ("█ ", "up"), ("█ ", "down"), ("█", "up"), ("  ", "text")],
        [("─────────", "strong")],
    ]


def test_one_column_has_its_gap_inside_the_cell_and_none_where_bodies_are_filled() -> None:
    candles = [bar(5, 5, 2, 2)] * 3
    assert candle_cells(candles, PRICES, 3, 4, 1)[1] == [("┃┃┃", "down")]
    assert candle_cells(candles, PRICES, 3, 4, 1, Bodies.SHAPED)[1] == [("█ █", "down")]


@pytest.mark.parametrize(
    ("candle", "shown"),
    [
        (bar(2, 9, 2, 5), "▲██ "),
        (bar(5, 5, -4, 2), " ██▼"),
        (bar(8, 9, 8, 9), "▲   "),
        (bar(-2, -1, -3, -2), "   ▼"),
        (bar(-2, 9, -3, 8), "▲██▼"),
    ],
)
def test_what_is_out_of_the_range_is_on_the_edge_row(candle: PriceBar, shown: str) -> None:
    assert "".join(column(candle, 2)) == shown


def test_prices_that_no_float_tells_apart_are_in_the_middle() -> None:
    rows = candle_cells([bar(1, 1, 1, 1)], PriceRange(1.0, 1.0), 1, 4)
    assert [row[0][0] for row in rows] == [" ", " ", "▀", " "]


HALVES = dict(
    zip(" ╷╻▄╵│╽╹▀╿┃█", ("  ", " w", " b", " b", "w ", "ww", "wb", "b ", "b ", "bw", "bb", "bb"), strict=True)
)
a_price = st.integers(0, 100)


@st.composite
def some_bars(draw: st.DrawFn) -> list[PriceBar]:
    drawn = draw(st.lists(st.tuples(a_price, a_price, a_price, a_price), max_size=20))
    return [bar(one[0], max(one), min(one), one[1]) for one in drawn]


@given(
    some_bars(),
    st.integers(1, 12),
    st.integers(1, 50),
    st.sampled_from((1, 2, 4)),
    st.sampled_from(Bodies),
    st.integers(0, 3),
)
def test_any_candles_are_whole_apart_and_the_picture_is_as_large_as_asked(
    candles: list[PriceBar], height: int, width: int, pitch: int, bodies: Bodies, first: int
) -> None:
    rows = candle_cells(candles, PriceRange(0.0, 100.0), width, height, pitch, bodies, first=first)
    lines = ["".join(text for text, _ in row) for row in rows]
    assert [len(line) for line in lines] == [width] * height
    if bodies is Bodies.SHAPED:
        pitch = max(2, pitch)
    for place in range(width // pitch + 1):
        taken = [line[place * pitch : (place + 1) * pitch] for line in lines]
        if pitch > 1:
            assert {cells[pitch - 1 :] for cells in taken} <= {"", " "}, "a gap of its own"
        at = max(0, pitch - 2) // 2
        halves = "".join(HALVES[cells[at : at + 1] or " "] for cells in taken)
        has_room = first <= place < first + len(candles) and place * pitch + max(1, pitch - 1) <= width
        assert ("b" in halves) is has_room, "a candle in each place, and in no other"
        assert " " not in halves.strip(), "no wick floats"
        assert "w" not in halves.strip().strip("w"), "the body is whole"
