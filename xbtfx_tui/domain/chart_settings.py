"""How a symbol's chart is set: how long its candles are, how wide, what else it shows. A value."""

import msgspec

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.chart_parts import ChartParts

PITCHES = (1, 2, 4)
"""Columns that a candle may take, from all the way out to all the way in."""


class ChartSettings(msgspec.Struct, frozen=True):
    """`pitch` is the columns from one candle to the next."""

    timeframe: Timeframe = Timeframe.TEN_SECONDS
    pitch: int = 2
    parts: ChartParts = ChartParts()
