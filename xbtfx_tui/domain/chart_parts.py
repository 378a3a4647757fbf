"""What a chart shows besides its candles: which parts, which indicators. Values; draws nothing."""

from enum import Enum

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.indicators import (
    USUAL_PERIODS,
    Indicator,
    IndicatorKind,
    indicator_name,
    period_problem,
)

MOST_OVER, MOST_BELOW = 4, 2
"""Indicators over the candles, and panes below them."""


class ChartPart(Enum):
    """What can be turned off and on; the value is its name on the screen."""

    LINES = "lines"
    MARKS = "marks"
    ASK = "ask"
    INDICATORS = "indicators"


class ChartParts(msgspec.Struct, frozen=True):
    """`off` are the parts that are not shown; `indicators` are in the order in which they were asked for."""

    off: frozenset[ChartPart] = frozenset()
    indicators: tuple[Indicator, ...] = ()

    def shows(self, part: ChartPart) -> bool:
        return part not in self.off

    @property
    def over(self) -> tuple[Indicator, ...]:
        """The indicators to be drawn over the candles now."""
        return self._shown(is_below=False)

    @property
    def below(self) -> tuple[Indicator, ...]:
        """Those to be drawn below them now."""
        return self._shown(is_below=True)

    def _shown(self, *, is_below: bool) -> tuple[Indicator, ...]:
        if not self.shows(ChartPart.INDICATORS):
            return ()
        return tuple(one for one in self.indicators if one.kind.is_below is is_below)


def toggled(parts: ChartParts, part: ChartPart) -> ChartParts:
    """With this part shown, or not any more."""
    return replace(parts, off=parts.off ^ {part})


def with_indicator(parts: ChartParts, kind: IndicatorKind, period: int | None) -> ChartParts | str:
    """With this one shown, at its usual period where none is told; else a sentence that says why not. Below
    the candles there is one of a kind: a new period takes the place of the old."""
    indicator = Indicator(kind, USUAL_PERIODS[kind] if period is None else period)
    if (problem := period_problem(kind, indicator.period)) is not None:
        return problem
    others = tuple(
        one for one in parts.indicators if one != indicator and not (kind.is_below and one.kind is kind)
    )
    alike = [one for one in others if one.kind.is_below is kind.is_below]
    most = MOST_BELOW if kind.is_below else MOST_OVER
    if len(alike) >= most:
        where = "below the candles" if kind.is_below else "over the candles"
        first = alike[0].kind.value
        return f"There is room for {most} indicators {where}: turn one off first, like chart {first} off."
    return replace(parts, indicators=(*others, indicator), off=parts.off - {ChartPart.INDICATORS})


def without_indicator(parts: ChartParts, kind: IndicatorKind, period: int | None) -> ChartParts | str:
    """Without this one; without a period without all of its kind. A sentence where there is none."""
    kept = tuple(one for one in parts.indicators if one.kind is not kind or period not in (None, one.period))
    if len(kept) == len(parts.indicators):
        named = indicator_name(kind, period)
        shown = ", ".join(one.words for one in parts.indicators)
        return f"There is no {named} on this chart: {shown or 'it has no indicators'}."
    return replace(parts, indicators=kept)


def without_room(parts: ChartParts, panes: int) -> tuple[Indicator, ...]:
    """The indicators that are turned on and not drawn, where so many have a pane below the candles."""
    return parts.below[max(0, panes) :]
