"""The chart's cursors and gaps, cell by cell."""

from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.domain.candles import Candle, Gap
from xbtfx_tui.ui.chart.candle_cells import PriceBar, PriceRange, TintedRun, bar_of
from xbtfx_tui.ui.chart.chart_cursors import with_crosshair, with_price_cursor, with_words_above
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, draw, limits
from xbtfx_tui.ui.chart.tinted_runs import text_of

BARS = (
    PriceBar(0.0, 1.0, 3.0, 1.0, 2.0),
    Gap(60, 600),
    PriceBar(600.0, 2.0, 4.0, 2.0, 4.0, is_partial=True),
    PriceBar(660.0, 4.0, 5.0, 3.0, 3.0),
)
ORDER = ChartOrder(BARS, None, (), PriceRange(0.0, 6.0), 24, 8, 1)


def lines(rows: list[list[TintedRun]]) -> list[str]:
    return [text_of(runs).rstrip() for runs in rows]


def tint_at(rows: list[list[TintedRun]], row: int, column: int) -> str:
    for text, tint in rows[row]:
        if column < len(text):
            return tint
        column -= len(text)
    return ""


def test_a_gap_is_one_column_however_long_and_what_was_seen_in_part_is_muted() -> None:
    rows = draw(ORDER)
    assert lines(rows) == [
        "  ┊                  5.8",
        "  ┊   │",
        "  ┊ █ █",
        "╷ ┊ █ █              3.0",
        "╽ ┊ █",
        "█ ┊",
        "  ┊                  0.2",
        "00:00",
    ]
    assert (tint_at(rows, 3, 2), tint_at(rows, 3, 4), tint_at(rows, 2, 6)) == ("muted", "muted", "down")


def test_the_crosshair_goes_where_no_candle_is_and_its_time_below() -> None:
    rows = with_crosshair(draw(ORDER), ORDER, 3, "00:11")
    assert [line[6:7] for line in lines(rows)[:7]] == ["┆", "│", "█", "█", "┆", "┆", "┆"]
    assert tint_at(rows, 0, 6) == "strong"
    assert lines(rows)[7] == "    00:11"
    on_gap = with_crosshair(draw(ORDER), ORDER, 1, "00:01")
    assert {line[2:3] for line in lines(on_gap)[:7]} == {"┆"}
    assert all(sum(len(text) for text, _ in runs) == 24 for runs in rows)


def test_the_time_of_the_crosshair_takes_the_place_of_those_that_it_would_touch() -> None:
    bars = tuple(PriceBar(60.0 * n, 1.0, 2.0, 1.0, 2.0) for n in range(40))
    order = replace(ORDER, candles=bars, width=100)
    times = lines(draw(order))[-1].split()
    shown = lines(with_crosshair(draw(order), order, 8, "1 Jan 00:08"))[-1]
    assert "1 Jan 00:08" in shown
    assert set(shown.replace("1 Jan 00:08", "").split()) < set(times)


def test_the_price_cursor_has_a_line_and_the_most_words_that_fit() -> None:
    rows = with_crosshair(draw(ORDER), ORDER, 1, "00:01")
    shown = with_price_cursor(rows, ORDER, 1.3, "1.3", ("much too long for it here", "-2 pips"))
    (line,) = [text for text in lines(shown) if text.endswith("1.3")]
    assert line.startswith("█┄┼┄")
    assert " -2 pips " in line
    assert all(sum(len(text) for text, _ in runs) == 24 for runs in shown)
    beyond = with_price_cursor(rows, ORDER, 99.0, "99.0", ())
    assert lines(beyond)[0].endswith("99.0")


def test_words_above_never_reach_the_axis() -> None:
    rows = with_words_above(draw(ORDER), ORDER, ("O 1.0 H 2.0 and so on and on",))
    assert text_of(rows[0])[ORDER.columns :] == text_of(draw(ORDER)[0])[ORDER.columns :]


def test_the_price_range_has_room_for_the_cursor() -> None:
    bars = tuple(bar for bar in BARS if isinstance(bar, PriceBar))
    near = limits(bars, (), 1, None)
    far = limits(bars, (), 1, near, Decimal("-3.5"))
    assert far.low < -3.5 < far.high
    assert limits(bars, (), 1, far, Decimal("-3.5")) == far, "it stays while all is inside"


def test_a_candle_is_drawn_as_partial_where_it_is_told() -> None:
    candle = Candle(0, 60, 1, 10, 30, 10, 20, 3, 0, 20, 20)
    assert bar_of(candle, is_partial=True) == PriceBar(0.0, 1.0, 3.0, 1.0, 2.0, is_partial=True)
