"""Indicators of finished candles: moving averages, bands and channels, RSI, ATR, MACD. Pure.

For looking at, so in floats. Each answers with as many figures as it was given, None where there are too few
candles before; a figure never depends on a later candle. They are defined as TA-Lib has them
(https://ta-lib.org/functions), whose values are the tests'; but where a market did not move at all its RSI is
not known, and not 0.
"""

import math
import re
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

import msgspec

Figures: TypeAlias = list[float | None]

MOST_PERIODS = 500
"""The longest period: a chart has seldom more candles to reckon with."""


class IndicatorKind(Enum):
    """What can be drawn; the value is its name where it is typed."""

    SMA = "sma"
    EMA = "ema"
    BOLLINGER = "bollinger"
    DONCHIAN = "donchian"
    RSI = "rsi"
    ATR = "atr"
    MACD = "macd"

    @property
    def title(self) -> str:
        """What it is, in words."""
        return _TITLES[self]

    @property
    def is_below(self) -> bool:
        """Whether it has a scale of its own, and so a pane of its own below the candles."""
        return self in (IndicatorKind.RSI, IndicatorKind.ATR, IndicatorKind.MACD)


_TITLES = {
    IndicatorKind.SMA: "simple moving average",
    IndicatorKind.EMA: "exponential moving average",
    IndicatorKind.BOLLINGER: "Bollinger bands",
    IndicatorKind.DONCHIAN: "Donchian channel",
    IndicatorKind.RSI: "relative strength, below",
    IndicatorKind.ATR: "average true range, below",
    IndicatorKind.MACD: "MACD, below",
}
USUAL_PERIODS = {
    IndicatorKind.SMA: 20,
    IndicatorKind.EMA: 20,
    IndicatorKind.BOLLINGER: 20,
    IndicatorKind.DONCHIAN: 20,
    IndicatorKind.RSI: 14,
    IndicatorKind.ATR: 14,
    IndicatorKind.MACD: 26,
}
"""Of the MACD the slow one; the others are then 12 and 9."""

DEVIATIONS = 2.0
_FAST, _SLOW, _SIGNAL = 12, 26, 9


class Indicator(msgspec.Struct, frozen=True):
    """One of a chart's; `period` in candles, of the MACD that of its slow average (always 26)."""

    kind: IndicatorKind
    period: int

    @property
    def words(self) -> str:
        """Its short name: `EMA20`, `MACD`."""
        match self.kind:
            case IndicatorKind.MACD:
                return "MACD"
            case _:
                return f"{_SHORT_NAMES.get(self.kind, self.kind.name)}{self.period}"

    @property
    def reach(self) -> int:
        """How many candles back a figure looks: what was unseen within them makes it doubtful."""
        match self.kind:
            case IndicatorKind.MACD:
                return _SLOW + _SIGNAL - 2
            case IndicatorKind.RSI | IndicatorKind.ATR:
                return self.period
            case _:
                return self.period - 1


_SHORT_NAMES = {IndicatorKind.BOLLINGER: "BB", IndicatorKind.DONCHIAN: "DC"}
_SHOWN_NAME = re.compile(r"([a-z]+)([0-9]{1,4})", re.ASCII)


def indicator_kind(text: str) -> IndicatorKind | None:
    """The kind by its name (`bollinger`) or as a chart shortens it (`bb`), in any case."""
    names = {kind.value: kind for kind in IndicatorKind}
    names |= {short.lower(): kind for kind, short in _SHORT_NAMES.items()}
    return names.get(text.lower())


def indicator_shown(text: str) -> Indicator | None:
    """The indicator that a chart calls so, its period with it (`BB20`), in any case; None for other words."""
    named = _SHOWN_NAME.fullmatch(text.lower())
    kind = None if named is None else indicator_kind(named[1])
    return None if named is None or kind is None else Indicator(kind, int(named[2]))


def indicator_name(kind: IndicatorKind, period: int | None) -> str:
    """As it is typed: `ema 20`; without a period its kind alone."""
    return kind.value if period is None else f"{kind.value} {period}"


def period_problem(kind: IndicatorKind, period: int) -> str | None:
    """What is wrong with a period, as a sentence; None where it is right."""
    if kind is IndicatorKind.MACD and period != _SLOW:
        return f"The MACD is of {_FAST}, {_SLOW} and {_SIGNAL} candles: it takes no period."
    least = 1 if kind in (IndicatorKind.ATR, IndicatorKind.DONCHIAN) else 2
    if not least <= period <= MOST_PERIODS:
        return f"A period of {kind.value} is {least} to {MOST_PERIODS} candles, like {USUAL_PERIODS[kind]}."
    return None


def figures(
    indicator: Indicator, highs: Sequence[float], lows: Sequence[float], closes: Sequence[float]
) -> tuple[Figures, ...]:
    """The lines of an indicator, each as long as the candles: one, of bands and channels the upper one first,
    of the MACD its line and its signal."""
    period = indicator.period
    match indicator.kind:
        case IndicatorKind.SMA:
            return (sma(closes, period),)
        case IndicatorKind.EMA:
            return (ema(closes, period),)
        case IndicatorKind.BOLLINGER:
            return bollinger(closes, period, DEVIATIONS)
        case IndicatorKind.DONCHIAN:
            return donchian(highs, lows, period)
        case IndicatorKind.RSI:
            return (rsi(closes, period),)
        case IndicatorKind.ATR:
            return (atr(highs, lows, closes, period),)
        case IndicatorKind.MACD:
            return macd(closes, _FAST, _SLOW, _SIGNAL)


def sma(values: Sequence[float], period: int) -> Figures:
    """The mean of the last `period` values."""
    return [
        math.fsum(values[end - period : end]) / period if end >= period else None
        for end in range(1, len(values) + 1)
    ]


def ema(values: Sequence[float], period: int) -> Figures:
    """The exponential mean, of which the latest value has 2 parts in `period` + 1. It begins with the plain
    mean of the first `period` values."""
    return _ema_from(values, period, period - 1)


def _ema_from(values: Sequence[float], period: int, first: int) -> Figures:
    """The same, beginning at index `first` with the plain mean up to there."""
    found: Figures = [None] * len(values)
    if first >= len(values):
        return found
    share = 2.0 / (period + 1)
    mean = math.fsum(values[first - period + 1 : first + 1]) / period
    found[first] = mean
    for at in range(first + 1, len(values)):
        mean += (values[at] - mean) * share
        found[at] = mean
    return found


def bollinger(values: Sequence[float], period: int, deviations: float) -> tuple[Figures, Figures, Figures]:
    """The upper band, the mean and the lower band: `deviations` standard deviations of the last `period`
    values (of them all, not of a sample) apart."""
    means = sma(values, period)
    upper: Figures = []
    lower: Figures = []
    for end, mean in enumerate(means, 1):
        if mean is None:
            upper.append(None)
            lower.append(None)
            continue
        squares = math.fsum([(value - mean) ** 2 for value in values[end - period : end]])
        away = deviations * math.sqrt(squares / period)
        upper.append(mean + away)
        lower.append(mean - away)
    return upper, means, lower


def donchian(highs: Sequence[float], lows: Sequence[float], period: int) -> tuple[Figures, Figures]:
    """The highest high and the lowest low of the last `period` candles, the latest among them."""
    upper: Figures = []
    lower: Figures = []
    for end in range(1, len(highs) + 1):
        is_known = end >= period
        upper.append(max(highs[end - period : end]) if is_known else None)
        lower.append(min(lows[end - period : end]) if is_known else None)
    return upper, lower


def rsi(values: Sequence[float], period: int) -> Figures:
    """Wilder's relative strength, 0 to 100: the share of the rises in all moves, both smoothed. None where
    nothing moved at all."""
    found: Figures = [None] * len(values)
    if len(values) <= period:
        return found
    moves = [after - before for before, after in pairwise(values)]
    risen = math.fsum(max(move, 0.0) for move in moves[:period]) / period
    fallen = math.fsum(max(-move, 0.0) for move in moves[:period]) / period
    for at in range(period, len(values)):
        if at > period:
            move = moves[at - 1]
            risen = (risen * (period - 1) + max(move, 0.0)) / period
            fallen = (fallen * (period - 1) + max(-move, 0.0)) / period
        if (both := risen + fallen) > 0.0:
            found[at] = 100.0 * risen / both
    return found


def atr(highs: Sequence[float], lows: Sequence[float], closes: Sequence[float], period: int) -> Figures:
    """Wilder's average true range: how far a candle goes, the jump from the close before it included, as a
    price distance."""
    found: Figures = [None] * len(closes)
    ranges = [max(highs[at], closes[at - 1]) - min(lows[at], closes[at - 1]) for at in range(1, len(closes))]
    if len(ranges) < period:
        return found
    mean = math.fsum(ranges[:period]) / period
    found[period] = mean
    for at in range(period, len(ranges)):
        mean = (mean * (period - 1) + ranges[at]) / period
        found[at + 1] = mean
    return found


def macd(values: Sequence[float], fast: int, slow: int, signal: int) -> tuple[Figures, Figures]:
    """How far the fast exponential mean is above the slow one, and the exponential mean of that; both from
    the first candle on that has a signal."""
    line: Figures = [None] * len(values)
    smoothed: Figures = [None] * len(values)
    first = slow - 1
    means = zip(_ema_from(values, fast, first), _ema_from(values, slow, first), strict=True)
    apart = [quick - slack for quick, slack in means if quick is not None and slack is not None]
    for at, mean in enumerate(ema(apart, signal)):
        if mean is not None:
            line[first + at], smoothed[first + at] = apart[at], mean
    return line, smoothed


def doubtful(indicator: Indicator, holes: Sequence[bool]) -> list[bool]:
    """Which figures look over a stretch that nobody saw: `holes` says of each candle whether such a stretch
    lies between it and the one before."""
    found: list[bool] = []
    since = indicator.reach + 1
    for hole in holes:
        since = 0 if hole else since + 1
        found.append(since < indicator.reach)
    return found
