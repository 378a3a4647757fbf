"""The forming candle over a drawn chart: where it stands, what it leaves alone, when all is drawn anew."""

import pytest
from msgspec.structs import replace

from xbtfx_tui.ui.chart.candle_cells import PriceBar, PriceRange
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, draw, limits
from xbtfx_tui.ui.chart.chart_forming import with_forming
from xbtfx_tui.ui.chart.chart_lines import Level, LevelKind

FINISHED = tuple(PriceBar(10.0 * n, 1.1000, 1.1010, 1.0990, 1.1005) for n in range(5))
FORMING = PriceBar(50.0, 1.1000, 1.1008, 1.0996, 1.1004)
ORDER = ChartOrder(FINISHED, 50.0, (), PriceRange(1.0980, 1.1020), 40, 12, 4)


def text(rows: list[list[tuple[str, str]]]) -> list[str]:
    return ["".join(part for part, _ in row) for row in rows]


def test_it_stands_in_its_place_and_the_price_of_now_on_the_axis() -> None:
    rows = draw(ORDER)
    shown = with_forming(rows, ORDER, FORMING, bid=FORMING.close)
    column = ORDER.column_of(len(FINISHED))
    assert {line[column] for line in text(rows)[: ORDER.rows]} == {" "}, "its column is free"
    marked = [row for row, line in enumerate(text(shown)[: ORDER.rows]) if line[column] != " "]
    assert marked == list(range(ORDER.row_of(1.1008), ORDER.row_of(1.0996) + 1))
    now = shown[ORDER.row_of(1.1004)]
    assert text([now])[0].endswith("bid 1.1004")
    assert now[-1][1] == "accent"
    assert text([now])[0][column + 1 : ORDER.columns] == "─" * (ORDER.columns - column - 1), (
        "a mark leads there"
    )
    assert [len(line) for line in text(shown)] == [ORDER.width] * ORDER.height


def test_rows_that_it_does_not_touch_are_the_same() -> None:
    rows = draw(ORDER)
    shown = with_forming(rows, ORDER, FORMING)
    now = ORDER.row_of(1.1004)
    touched = {*range(ORDER.row_of(1.1008), ORDER.row_of(1.0996) + 1), now - 1, now + 1}
    assert all(shown[row] is rows[row] for row in range(len(rows)) if row not in touched)


def test_what_leaves_the_picture_is_on_the_edge_row() -> None:
    column = ORDER.column_of(len(FINISHED))
    both = text(with_forming(draw(ORDER), ORDER, replaced(high=9.0, low=0.1)))
    assert (both[0][column], both[ORDER.rows - 1][column]) == ("▲", "▼")
    above = text(with_forming(draw(ORDER), ORDER, replaced(high=9.0, low=8.0, open=8.5, close=8.6), bid=8.6))
    assert above[0][column] == "▲"
    assert above[0].endswith("bid 8.6000")
    assert {line[column] for line in above[1:]} == {" "}


def replaced(
    open: float = FORMING.open,  # noqa: A002 (a candle's word)
    high: float = FORMING.high,
    low: float = FORMING.low,
    close: float = FORMING.close,
) -> PriceBar:
    return FORMING._replace(open=open, high=high, low=low, close=close)


def test_the_first_candle_has_an_axis_before_any_is_finished() -> None:
    order = replace(ORDER, candles=(), forms=0.0)
    shown = text(with_forming(draw(order), order, FORMING, bid=FORMING.close))
    assert any("bid 1.1004" in line for line in shown)


@pytest.mark.parametrize(
    ("high", "is_kept"), [(1.1010, True), (1.1011, True), (1.1030, False)], ids=["same", "fits", "leaves"]
)
def test_the_range_stays_while_everything_is_inside(high: float, is_kept: bool) -> None:
    before = limits((*FINISHED, FORMING), (), 4, None)
    after = limits((*FINISHED, replaced(high=high)), (), 4, before)
    assert (after == before) is is_kept
    if not is_kept:
        assert limits((*FINISHED, replaced(high=high + 0.0002)), (), 4, after) == after, "there is room"


@pytest.mark.parametrize(("high", "is_kept"), [(1.1018, True), (1.1024, False)])
def test_the_range_stays_while_half_of_it_is_filled(high: float, is_kept: bool) -> None:
    before = PriceRange(1.0980, high)
    now = limits(FINISHED, (), 4, before)  # 20 points
    assert (now == before) is is_kept


def test_a_far_stop_does_not_flatten_the_candles() -> None:
    near = limits(FINISHED, (Level(LevelKind.SL, 1.0980),), 4, None)
    far = limits(FINISHED, (Level(LevelKind.SL, 0.5),), 4, None)
    assert near.low < 1.0980
    assert far == limits(FINISHED, (), 4, None)


def test_the_price_of_now_takes_a_lines_label_and_says_so_and_an_edge_mark_steps_in() -> None:
    levels = (Level(LevelKind.OPEN, 1.1004), Level(LevelKind.SL, 1.1004), Level(LevelKind.HIGH, 1.1004))
    order = replace(ORDER, levels=levels)
    assert text(draw(order))[order.row_of(1.1004)].endswith("+2 open 1.1004")
    shown = text(with_forming(draw(order), order, FORMING, bid=FORMING.close))
    assert shown[order.row_of(1.1004)].endswith("+2 bid 1.1004")
    order = replace(ORDER, levels=(Level(LevelKind.TP, 2.0),))
    shown = text(with_forming(draw(order), order, replaced(high=1.3, close=1.2), bid=1.2))
    assert [line[order.columns :].strip() for line in shown[:2]] == ["bid 1.2000", "▲ tp 2.0000"]


@pytest.mark.parametrize(
    ("ask", "label"),
    [(1.1012, "ask 1.1012"), (1.1020, "▲ tp 2.0000"), (1.1004, "bid 1.1004"), (1.1, "open 1.1000")],
    ids=["a row of its own", "the edge mark's", "the bid's", "a line's"],
)
def test_the_ask_takes_no_other_labels_row(ask: float, label: str) -> None:
    order = replace(ORDER, levels=(Level(LevelKind.TP, 2.0), Level(LevelKind.OPEN, 1.1)))
    shown = text(with_forming(draw(order), order, FORMING, ask, bid=FORMING.close))
    assert shown[order.row_of(ask)].endswith(label)


@pytest.mark.parametrize("size", [(24, 5), (40, 12), (61, 20), (300, 60)])
@pytest.mark.parametrize("count", [0, 5])
def test_every_row_is_as_wide_as_the_chart(size: tuple[int, int], count: int) -> None:
    levels = (Level(LevelKind.SL, 1.0985), Level(LevelKind.OPEN, 1.1000), Level(LevelKind.TP, 2.0))
    order = replace(ORDER, candles=FINISHED[:count], levels=levels, width=size[0], height=size[1], blank=1)
    for rows in (draw(order), with_forming(draw(order), order, FORMING)):
        assert [len(line) for line in text(rows)] == [size[0]] * size[1]
    lines = text(draw(order))
    assert lines[order.row_of(1.0985)].endswith("╌" + "sl 1.0985".rjust(order.axis))
    assert lines[0].endswith("▲ tp 2.0000"), "it is far out"


def test_a_time_stands_under_its_candle_and_none_moves_while_the_newest_walks() -> None:
    candles = tuple(PriceBar(60.0 * n, 1.1, 1.1, 1.1, 1.1) for n in range(15))
    before = replace(ORDER, candles=candles[:14], forms=840.0, width=60, blank=2)
    after = replace(before, candles=candles, forms=900.0)
    times = [text(draw(order))[-1] for order in (before, after)]
    assert times[0] == times[1]
    assert times[0].index("00:07") == before.column_of(7) - 2


def test_an_old_price_is_no_price_of_now() -> None:
    for is_live, tint in ((True, "accent"), (False, "muted")):
        rows = with_forming(draw(ORDER), ORDER, FORMING, bid=FORMING.close, is_live=is_live)
        (bid,) = [runs[-1] for runs in rows if "bid" in runs[-1][0]]
        assert bid[1] == tint


def test_of_two_labels_for_one_row_none_shows_through_the_other() -> None:
    """The label of lines beyond the edge begins left of the axis: a shorter one would leave its beginning."""
    levels = (Level(LevelKind.OPEN, 0.5), Level(LevelKind.TP, 0.6))
    order = replace(ORDER, candles=FINISHED * 2, levels=levels, width=33)
    assert text(draw(order))[order.rows - 1].endswith("+1 ▼ tp 0.6000")
    shown = text(with_forming(draw(order), order, replaced(low=0.9, close=0.9), 0.9, bid=0.9))
    assert "+" not in shown[order.rows - 1]
    assert shown[order.rows - 1].endswith("bid 0.9000")


def test_a_label_beside_the_price_of_now_stays_though_it_begins_with_a_count() -> None:
    levels = (Level(LevelKind.LOW, 1.1000), Level(LevelKind.LOW, 1.1000))
    order = replace(ORDER, levels=levels)
    row = order.row_of(1.1000)
    beside = next(
        price / 10_000 for price in range(11_000, 11_020) if order.row_of(price / 10_000) == row - 1
    )
    assert text(with_forming(draw(order), order, replaced(close=beside)))[row].endswith("+1 low 1.1000")


def test_no_figure_stands_twice_on_the_axis() -> None:
    order = replace(ORDER, prices=PriceRange(1.12122, 1.12126), digits=5, height=44)
    figures = [line[order.columns :].strip() for line in text(draw(order))[: order.rows]]
    found = [figure for figure in figures if figure]
    assert len(found) == len(set(found)) > 2


@pytest.mark.parametrize(
    ("bid", "label", "row"),
    [(1.0990, "bid 1.0990", ORDER.row_of(1.0990)), (None, "close 1.1004", ORDER.row_of(1.1004))],
    ids=["the quote's", "no quote"],
)
def test_only_a_quotes_bid_is_called_the_bid(bid: float | None, label: str, row: int) -> None:
    shown = text(with_forming(draw(ORDER), ORDER, FORMING, bid=bid))
    assert shown[row].endswith(label)
    assert sum("bid" in line or "close" in line for line in shown) == 1
