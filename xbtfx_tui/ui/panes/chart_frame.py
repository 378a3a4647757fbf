"""What a chart is drawn in: its size, its glyphs, the clocks of its times and days. It draws nothing."""

from datetime import tzinfo

import msgspec
from textual.geometry import Size

from xbtfx_tui.domain.chart_glyphs import ChartGlyphs
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.ui.chart.candle_cells import Bodies, pitch_of
from xbtfx_tui.ui.chart.chart_drawing import axis_width
from xbtfx_tui.ui.chart.indicator_panes import PANE_ROWS
from xbtfx_tui.ui.chart.plain_glyphs import LEAST_PITCH
from xbtfx_tui.ui.screen_options import ChartLooks

PANES_FROM, LEAST_ROWS = 34, 10
"""Rows of the screen from which on there are panes below the candles, and those that candles keep."""


class ChartFrame(msgspec.Struct, frozen=True):
    """The size in cells, the digits of prices, the zone of times (None: the machine's own), the clock of
    days, what tells up from down, how many panes have room below, and the fewest columns of a candle."""

    width: int
    height: int
    digits: int
    zone: tzinfo | None
    clock: DayClock
    bodies: Bodies
    most_panes: int = 0
    least_pitch: int = 1

    def capacity(self, highest: float, pitch: int) -> int:
        """How many candles there is room for, of `pitch` columns each, where prices go up to `highest`."""
        taken = pitch_of(max(pitch, self.least_pitch), self.bodies)
        # Two columns are the mark's, beside the axis.
        return max(2, (self.width - axis_width(self.digits, highest) - 2) // taken)


def frame_of(
    size: Size,
    screen: Size,
    digits: int,
    zone: tzinfo | None,
    clock: DayClock,
    looks: ChartLooks,
    bodies: Bodies,
) -> ChartFrame:
    """Of a chart of this size on a screen of that one."""
    panes = most_panes(size.height, screen.height)
    return ChartFrame(size.width, size.height, digits, zone, clock, bodies, panes, least_pitch(looks))


def bodies_of(looks: ChartLooks, *, has_few_colours: bool) -> Bodies:
    """What tells up from down: where there is no colour, or few that may be hard to tell apart, a shape."""
    return Bodies.SHAPED if looks.shapes or has_few_colours else Bodies.COLOURED


def least_pitch(looks: ChartLooks) -> int:
    """The fewest columns of a candle with its gap."""
    return LEAST_PITCH if looks.glyphs is ChartGlyphs.PLAIN else 1


def most_panes(height: int, screen: int) -> int:
    """How many panes have room below the candles of a chart of `height` rows on a screen of so many."""
    return max(0, (height - LEAST_ROWS) // PANE_ROWS) if screen >= PANES_FROM else 0
