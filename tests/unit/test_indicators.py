"""Indicators: TA-Lib's values, and that no figure depends on a later candle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import talib_figures as talib
from xbtfx_tui.domain.indicators import (
    USUAL_PERIODS,
    Figures,
    Indicator,
    IndicatorKind,
    doubtful,
    figures,
    macd,
    period_problem,
)

TALIB = {
    IndicatorKind.SMA: (talib.SMA_20,),
    IndicatorKind.EMA: (talib.EMA_20,),
    IndicatorKind.BOLLINGER: (talib.BOLLINGER_20_UPPER, talib.SMA_20, talib.BOLLINGER_20_LOWER),
    IndicatorKind.DONCHIAN: (talib.DONCHIAN_20_HIGHEST, talib.DONCHIAN_20_LOWEST),
    IndicatorKind.RSI: (talib.RSI_14,),
    IndicatorKind.ATR: (talib.ATR_14,),
    IndicatorKind.MACD: (talib.MACD_LINE, talib.MACD_SIGNAL),
}


def usual(kind: IndicatorKind) -> Indicator:
    return Indicator(kind, USUAL_PERIODS[kind])


@pytest.mark.parametrize("kind", IndicatorKind)
def test_the_figures_are_those_of_talib(kind: IndicatorKind) -> None:
    made = figures(usual(kind), talib.HIGHS, talib.LOWS, talib.CLOSES)
    for ours, theirs in zip(made, TALIB[kind], strict=True):
        known = [one for one in ours if one is not None]
        assert len(ours) == len(talib.CLOSES)
        assert ours[-len(known) :] == known, "none is missing once there is one"
        assert known == pytest.approx(theirs, rel=1e-12, abs=1e-12)


def test_a_market_that_does_not_move_has_no_rsi_and_one_that_only_rises_has_100() -> None:
    flat, rising = [50.0] * 20, [float(one) for one in range(20)]
    rsi = usual(IndicatorKind.RSI)
    assert figures(rsi, flat, flat, flat) == ([None] * 20,)
    assert figures(rsi, rising, rising, rising)[0][14:] == [100.0] * 6


@pytest.mark.parametrize("kind", IndicatorKind)
@pytest.mark.parametrize("count", [0, 1])
def test_too_few_candles_have_no_figures(kind: IndicatorKind, count: int) -> None:
    few = [1.0] * count
    assert all(line == [None] * count for line in figures(usual(kind), few, few, few))


a_period = st.integers(2, 12)
some_prices = st.lists(st.floats(0.01, 1e6), max_size=40)


@given(some_prices, a_period, st.sampled_from(IndicatorKind), st.integers(0, 40))
def test_no_figure_depends_on_a_later_candle(
    closes: list[float], period: int, kind: IndicatorKind, cut: int
) -> None:
    highs, lows = [one * 1.01 for one in closes], [one * 0.99 for one in closes]

    def made(count: int) -> tuple[Figures, ...]:
        if kind is IndicatorKind.MACD:
            return macd(closes[:count], period, 2 * period, 3)
        return figures(Indicator(kind, period), highs[:count], lows[:count], closes[:count])

    whole, part = made(len(closes)), made(cut)
    assert part == tuple(line[:cut] for line in whole)


def within(one: float, of: list[float]) -> bool:
    return min(of) * (1 - 1e-9) <= one <= max(of) * (1 + 1e-9)


@given(some_prices, a_period)
def test_averages_bands_and_channels_stay_where_the_prices_are(closes: list[float], period: int) -> None:
    (mean,) = figures(Indicator(IndicatorKind.EMA, period), closes, closes, closes)
    upper, middle, lower = figures(Indicator(IndicatorKind.BOLLINGER, period), closes, closes, closes)
    highest, lowest = figures(Indicator(IndicatorKind.DONCHIAN, period), closes, closes, closes)
    for at in range(period - 1, len(closes)):
        last = closes[at - period + 1 : at + 1]
        known = [
            one for line in (mean, middle, upper, lower, highest, lowest) if (one := line[at]) is not None
        ]
        assert len(known) == 6
        assert within(known[0], closes[: at + 1])
        assert within(known[1], last)
        assert known[3] <= known[1] <= known[2]
        assert (known[4], known[5]) == (max(last), min(last))


def test_what_looks_over_an_unseen_stretch_is_doubtful_until_it_does_not() -> None:
    holes = [False, False, True, False, False, False, False]
    of_three = Indicator(IndicatorKind.SMA, 3)
    assert doubtful(of_three, holes) == [False, False, True, True, False, False, False]
    assert doubtful(Indicator(IndicatorKind.RSI, 3), holes) == [False, False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("kind", "period", "word"),
    [
        (IndicatorKind.EMA, 1, "2 to 500"),
        (IndicatorKind.RSI, 501, "like 14"),
        (IndicatorKind.MACD, 20, "takes no period"),
        (IndicatorKind.ATR, 0, "1 to 500"),
    ],
)
def test_a_wrong_period_is_named(kind: IndicatorKind, period: int, word: str) -> None:
    assert word in (period_problem(kind, period) or "")
    assert period_problem(kind, USUAL_PERIODS[kind]) is None
