"""What the chart says of a candle, a gap and the time."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.candle_files import HOUR, MONDAY, minute
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec
from xbtfx_tui.domain.timeframe_words import TIMEFRAME_CODES, parse_timeframe, timeframe_code
from xbtfx_tui.domain.trading_sessions import open_seconds
from xbtfx_tui.ui.chart.chart_readout import (
    ChartSaying,
    back_words,
    closes_words,
    figures,
    gap_words,
    moment_words,
    no_candle_words,
    said,
    seen_words,
)

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def test_the_figures_are_the_candles_own() -> None:
    candle = Candle(MONDAY, 60, 5, 108_123, 108_161, 108_097, 108_144, 9, 0, 60, 60)
    assert figures(candle, 5) == ("O 1.08123", "H 1.08161", "L 1.08097", "C 1.08144", "+0.02%")
    assert figures(candle, 3)[0] == "O 1.08123", "no digit of it is left out"
    falls = Candle(MONDAY, 60, 2, 12_345_678, 12_345_679, 12_000_000, 12_222_221, 9, 0, 60, 60)
    assert figures(falls, 2)[3:] == ("C 122222.21", "-1.00%")
    still = Candle(MONDAY, 60, 2, 10_000_000, 10_000_000, 9_999_999, 9_999_999, 9, 0, 60, 60)
    assert figures(still, 2)[4] == "0.00%"


EURUSD = SymbolSpec(
    "EURUSD", 5, Decimal("0.00001"), Decimal(100_000), currency_base="EUR", currency_profit="USD"
)
ODD = replace(EURUSD, name="ODD", currency_base=None, currency_profit=None)


@pytest.mark.parametrize(
    ("spec", "closed", "words"),
    [
        (EURUSD, 116_471, "0.00% +0.5 pips"),
        (EURUSD, 116_466, "0.00%"),
        (EURUSD, 116_566, "+0.09%"),
        (ODD, 116_465, "0.00% -1 point"),
        (None, 116_471, "0.00%"),
    ],
)
def test_a_change_too_little_for_a_percentage_is_told_in_pips(
    spec: SymbolSpec | None, closed: int, words: str
) -> None:
    candle = Candle(MONDAY, 60, 5, 116_466, 116_666, 116_266, closed, 9, 0, 60, 60)
    assert figures(candle, 5, spec)[4] == words


@pytest.mark.parametrize(
    ("longer", "end"), [(None, "23 Aug 2026."), (Timeframe.HOUR, "23 Aug 2026; candles of 1 h reach there.")]
)
def test_where_no_candle_is_the_nearest_is_named_and_what_reaches_there(
    longer: Timeframe | None, end: str
) -> None:
    said = no_candle_words("1 Jan 2020", "23 Aug 2026", Timeframe.QUARTER, longer)
    assert said == f"There is no candle of 15 min of 1 Jan 2020: the nearest is {end}"


def test_a_moment_is_as_exact_as_the_candles_are_long() -> None:
    at = datetime(2026, 11, 12, 14, 35, 10, tzinfo=UTC)
    assert moment_words(at, NOW, Timeframe.TEN_SECONDS) == "12 Nov 14:35:10"
    assert moment_words(at, NOW, Timeframe.FIVE_MINUTES) == "12 Nov 14:35"
    assert moment_words(at, NOW, Timeframe.DAY) == "12 Nov"
    assert moment_words(at.replace(year=2024), NOW, Timeframe.DAY) == "12 Nov 2024"


def test_a_gap_names_both_times_and_the_days_where_they_are_not_todays() -> None:
    since, until = NOW.replace(hour=12, minute=5), NOW.replace(hour=12, minute=40)
    assert gap_words(since, until, NOW) == "no record 12:05 to 12:40"
    assert gap_words(since.replace(second=10), until, NOW) == "no record 12:05:10 to 12:40:00"
    before = since.replace(month=11, day=30)
    assert gap_words(before, until, NOW) == "no record 30 Nov 12:05 to 1 Dec 12:40"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "3 s back"),
        (59 * 60 + 59, "59 min back"),
        (2 * HOUR, "2 h back"),
        (47 * HOUR, "47 h back"),
        (72 * HOUR, "3 d back"),
        (-5, "0 s back"),
    ],
)
def test_how_far_back_is_told_in_whole_units(seconds: float, words: str) -> None:
    assert back_words(seconds) == words


def test_what_is_left_of_a_candle() -> None:
    assert closes_words(161.9) == "closes in 2:41"
    assert closes_words(HOUR + 61) == "closes in 1:01:01"
    assert closes_words(50 * HOUR) == "closes in 2 d 2 h"
    assert closes_words(161, by_the_minute=True) == "closes in 2 min"
    assert closes_words(12, by_the_minute=True) == "closes in 1 min"
    assert seen_words(3 * HOUR + 600, 24 * HOUR) == "seen 3 h 10 of 24 h"
    assert seen_words(50, 60) == "seen 50 s of 1 min"


def test_the_title_has_it_all_or_the_chart_has_the_read_out() -> None:
    readings = (("12 Nov O 1 H 2 L 0 C 1",), ("O 1 H 2 L 0 C 1",), ("O 1 H 2", "L 0 C 1"), ("C 1",))
    name, told = "3 Chart EURUSD 1 d", ("2 d back",)
    whole = "3 Chart EURUSD 1 d · 12 Nov O 1 H 2 L 0 C 1 · 2 d back"
    assert said(name, told, readings, len(whole), 60) == ChartSaying(whole)
    part = said(name, told, readings, len(whole) - 1, 60)
    assert part == ChartSaying("3 Chart EURUSD 1 d · 2 d back", readings[0])
    assert said(name, told, readings, 20, 10).above == ("O 1 H 2", "L 0 C 1")
    assert said(name, told, readings, 20, 2) == ChartSaying(name)


def test_timeframes_are_typed_in_many_ways_and_told_in_one() -> None:
    assert [parse_timeframe(code) for code in TIMEFRAME_CODES] == list(Timeframe)
    assert [timeframe_code(one) for one in Timeframe] == list(TIMEFRAME_CODES)
    for typed in ("4h", "H4", "240", "4 H"):
        assert parse_timeframe(typed) is Timeframe.FOUR_HOURS
    assert [parse_timeframe(one) for one in ("1", "5", "15", "d", "w", "h", "m15")] == [
        Timeframe.MINUTE,
        Timeframe.FIVE_MINUTES,
        Timeframe.QUARTER,
        Timeframe.DAY,
        Timeframe.WEEK,
        Timeframe.HOUR,
        Timeframe.QUARTER,
    ]
    assert [parse_timeframe(one) for one in ("", "2", "1y", "h1h", "-1", "10")] == [None] * 6


def test_seconds_in_which_a_market_is_open() -> None:
    week = tuple(SessionSpan(day, 60, 1440) for day in range(5))
    assert open_seconds(None, MONDAY, MONDAY + 100) == 100
    assert open_seconds(week, MONDAY, MONDAY + 2 * HOUR) == HOUR
    assert open_seconds(week, MONDAY, MONDAY + 7 * 24 * HOUR) == 5 * 23 * HOUR
    assert open_seconds(week, MONDAY + 5 * 24 * HOUR, MONDAY + 7 * 24 * HOUR) == 0
    assert open_seconds(week, MONDAY - 24 * HOUR, MONDAY + 90 * 60) == 30 * 60
    assert minute(MONDAY).covered == open_seconds(None, MONDAY, MONDAY + 60)
