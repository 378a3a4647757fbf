"""The charts: one, or, where the chart has a large screen for itself, two or four side by side.

One of them has the keys; which, the screen's focus tells, so that no key ever acts on another one.
"""

from collections.abc import Sequence

from msgspec.structs import replace
from textual.geometry import Size

from xbtfx_tui.ui.chart_book import ChartBook
from xbtfx_tui.ui.layout.layout_types import Box, PlacedSlot
from xbtfx_tui.ui.layout.pane_arrangement import HEAD
from xbtfx_tui.ui.panes.chart_pane import ChartPane
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_options import UiOptions
from xbtfx_tui.ui.screen_times import ScreenTimes

MOST_CHARTS_SHOWN = 4
COUNTS = (1, 2, 4)
LEAST_WIDTH, LEAST_HEIGHT = 160, 36
"""Of the panes' part of the screen: 160x40 with its lines."""


class ChartWall:
    """`charts` are as many as there can be; the first one is the one that is alone at first."""

    def __init__(self, charts: Sequence[ChartPane]) -> None:
        self.charts = charts
        self.count = 1
        self._last = 0

    @property
    def active(self) -> ChartPane:
        """The one that has the keys, or had them last."""
        for number, chart in enumerate(self.charts):
            if chart.is_attached and chart.screen.focused is chart:
                self._last = number
        return self.charts[self._last]

    @property
    def shown(self) -> Sequence[ChartPane]:
        """Those that stand side by side, in order."""
        return self.charts[: self.count]

    def next_count(self) -> int:
        """How many there are after `L`."""
        return COUNTS[(COUNTS.index(self.count) + 1) % len(COUNTS)]

    def count_with(self, number: int) -> int:
        """How many there have to be for one of this number, 2 at least."""
        return next(count for count in COUNTS[1:] if count >= number)

    def beside(self, steps: int) -> ChartPane | None:
        """The chart so many further on; None where there is none, or one alone is on screen."""
        there = self.charts.index(self.active) + steps
        if self.count == 1 or not 0 <= there < self.count or not self.charts[there].display:
            return None
        return self.charts[there]

    def several(self, size: Size, *, is_zoomed: bool) -> int:
        """How many stand on a body of this size."""
        return self.count if is_zoomed and fits_several(size) else 1

    def place(self, slot: PlacedSlot | None, count: int) -> Sequence[tuple[ChartPane, PlacedSlot]]:
        """Where each of them stands in the chart's slot, None: that is not on screen. The others are taken
        off."""
        placed = (
            {} if slot is None else dict(zip(self._those(count), slots_of_charts(slot, count), strict=True))
        )
        for chart in self.charts:
            chart.display = chart in placed
            chart.show_alone(is_alone=count == 1)
        return tuple(placed.items())

    def _those(self, count: int) -> Sequence[ChartPane]:
        return (self.active,) if count == 1 else self.charts[:count]


def chart_wall(backend: Backend, times: ScreenTimes, options: UiOptions) -> ChartWall:
    """As many charts as there can be, set as the options have them by symbol."""
    book, plain = ChartBook(options.charts, options.save_charts), options.low_bandwidth
    numbers = range(1, MOST_CHARTS_SHOWN + 1)
    return ChartWall(
        [ChartPane(backend, times, book, options.chart, number=one, plain=plain) for one in numbers]
    )


def fits_several(size: Size) -> bool:
    """Whether a body of this size has room for more than one."""
    return size.width >= LEAST_WIDTH and size.height >= LEAST_HEIGHT


def slots_of_charts(slot: PlacedSlot, count: int) -> Sequence[PlacedSlot]:
    """The slot in so many parts: one beside the other, and two rows of them. Each has a title of its own."""
    if count == 1:
        return (slot,)
    box = slot.box
    if slot.is_tabbed:
        box = replace(box, y=box.y + HEAD, height=box.height - HEAD)
    parts: list[PlacedSlot] = []
    rows = count // 2
    for row in range(rows):
        top, bottom = box.height * row // rows, box.height * (row + 1) // rows
        for column in range(2):
            left, right = box.width * column // 2, box.width * (column + 1) // 2
            cell = Box(box.x + left, box.y + top, right - left, bottom - top)
            is_beside = column > 0 or slot.is_beside
            parts.append(PlacedSlot(("chart",), "chart", cell, is_beside, column == 0 or slot.is_followed))
    return parts
