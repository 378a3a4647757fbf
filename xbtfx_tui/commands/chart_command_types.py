"""What may be asked of the chart on the command line, as values. Shows and changes none itself."""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.indicators import IndicatorKind


class ShowChart(msgspec.Struct, frozen=True):
    """Show the chart of this symbol in candles of this length, None = as it was set last."""

    symbol: str
    timeframe: Timeframe | None = None


class ShowChartAt(msgspec.Struct, frozen=True):
    """Show this symbol's chart as the chart of this number, 1 to 4, beside others."""

    number: int
    symbol: str
    timeframe: Timeframe | None = None


class SetTimeframe(msgspec.Struct, frozen=True):
    """Show the selected symbol's chart in candles of this length."""

    timeframe: Timeframe


class ShowIndicator(msgspec.Struct, frozen=True):
    """Draw an indicator on the selected symbol's chart; `period` in candles, None = the usual one."""

    kind: IndicatorKind
    period: int | None = None


class HideIndicator(msgspec.Struct, frozen=True):
    """Draw it no more; without a period none of its kind."""

    kind: IndicatorKind
    period: int | None = None


ChangeChart: TypeAlias = ShowChart | ShowChartAt | SetTimeframe
ChangeIndicators: TypeAlias = ShowIndicator | HideIndicator
