"""Which parts and indicators a chart shows: what can be asked for, and what is refused with why."""

import pytest

from xbtfx_tui.commands.grammar import Known, Mistake, parse, print_command
from xbtfx_tui.domain.chart_parts import (
    ChartPart,
    ChartParts,
    toggled,
    with_indicator,
    without_indicator,
)
from xbtfx_tui.domain.indicators import Indicator, IndicatorKind

EMA, RSI, SMA = IndicatorKind.EMA, IndicatorKind.RSI, IndicatorKind.SMA


def added(parts: ChartParts, kind: IndicatorKind, period: int | None = None) -> ChartParts:
    changed = with_indicator(parts, kind, period)
    assert isinstance(changed, ChartParts)
    return changed


def test_an_indicator_comes_at_its_usual_period_and_goes_by_its_kind() -> None:
    parts = added(added(added(ChartParts(), EMA), EMA, 50), RSI)
    assert parts.over == (Indicator(EMA, 20), Indicator(EMA, 50))
    assert parts.below == (Indicator(RSI, 14),)
    assert added(parts, EMA, 50).over == parts.over, "twice is once"
    assert added(parts, RSI, 7).below == (Indicator(RSI, 7),), "of a kind there is one pane"
    fewer = without_indicator(parts, EMA, 50)
    assert isinstance(fewer, ChartParts)
    assert fewer.over == (Indicator(EMA, 20),)
    none = without_indicator(parts, EMA, None)
    assert isinstance(none, ChartParts)
    assert none.over == ()


def test_a_part_goes_and_comes_and_what_is_asked_for_is_seen() -> None:
    parts = toggled(added(ChartParts(), EMA), ChartPart.INDICATORS)
    assert parts.over == ()
    assert not parts.shows(ChartPart.INDICATORS)
    assert toggled(parts, ChartPart.INDICATORS).over == (Indicator(EMA, 20),)
    assert len(added(parts, SMA).over) == 2


@pytest.mark.parametrize(
    ("kinds", "asked", "words"),
    [
        ((EMA,) * 4, SMA, "room for 4 indicators over the candles: turn one off first, like chart ema off"),
        ((RSI, IndicatorKind.MACD), IndicatorKind.ATR, "room for 2 indicators below the candles"),
    ],
)
def test_there_is_no_room_for_more(
    kinds: tuple[IndicatorKind, ...], asked: IndicatorKind, words: str
) -> None:
    parts = ChartParts()
    for number, kind in enumerate(kinds):
        parts = added(parts, kind, None if kind.is_below else 10 + number)
    assert words in str(with_indicator(parts, asked, None))


def test_what_is_wrong_or_not_there_is_said() -> None:
    assert "2 to 500" in str(with_indicator(ChartParts(), EMA, 1))
    parts = added(ChartParts(), EMA)
    assert without_indicator(parts, EMA, 50) == "There is no ema 50 on this chart: EMA20."
    assert (
        without_indicator(ChartParts(), RSI, None) == "There is no rsi on this chart: it has no indicators."
    )


@pytest.mark.parametrize(
    ("as_shown", "in_full"),
    [
        ("chart bb 20", "chart bollinger 20"),
        ("chart BB20", "chart bollinger 20"),
        ("chart dc20 off", "chart donchian 20 off"),
        ("chart EMA50", "chart ema 50"),
    ],
)
def test_an_indicator_is_named_as_the_chart_names_it(as_shown: str, in_full: str) -> None:
    command = parse(as_shown, Known(("EURUSD",)))
    assert not isinstance(command, Mistake)
    assert print_command(command) == in_full


def test_a_word_that_is_no_symbol_is_called_that() -> None:
    mistake = parse("chart foo 1h", Known(("EURUSD",)))
    assert isinstance(mistake, Mistake)
    assert mistake.sentence.startswith('"foo" is no symbol of this account, nor which chart: 1 to 4')
