"""An order dialog beside the chart, which shows where its stops would go. Sends nothing."""

from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

import msgspec
from textual.geometry import Region
from textual.screen import Screen

from xbtfx_tui.domain.intents import ModifyIntent, MoveTo, OpenIntent

FULL_WIDTH, NARROW_WIDTH = 84, 72
"""Columns that an order dialog takes, and the fewest that it makes do with to stand beside the chart."""
CLASSES = ("-left", "-right", "-narrow")


class DraftedStops(msgspec.Struct, frozen=True):
    """The prices that an order in its dialog would set; None = it sets none."""

    sl: Decimal | None = None
    tp: Decimal | None = None


@runtime_checkable
class ShowsChart(Protocol):
    """The screen below: where its chart stands."""

    def chart_region(self) -> Region | None:
        """In columns and rows of the whole screen; None where no chart is on it."""

    def show_drafted_stops(self, symbol: str, stops: DraftedStops) -> None:
        """Draw these on the chart of that symbol, beside what stands; none of them: no more."""


def stops_of(intent: object) -> tuple[str, DraftedStops]:
    """The symbol of a draft and the stops that it sets; no symbol where it sets none."""
    match intent:
        case OpenIntent(symbol=symbol, sl=sl, tp=tp):
            return symbol, DraftedStops(sl, tp)
        case ModifyIntent(symbol=symbol, sl=sl, tp=tp):
            return symbol, DraftedStops(*(one.price if isinstance(one, MoveTo) else None for one in (sl, tp)))
        case _:
            return "", DraftedStops()


def classes_beside(chart: Region, width: int) -> frozenset[str]:
    """The style classes of a dialog that leaves a chart of this region in sight, on a screen so wide; none
    where there is no room for that."""
    room, side = max((chart.x, "-left"), (width - chart.right, "-right"), key=lambda one: one[0])
    if room < NARROW_WIDTH:
        return frozenset()
    return frozenset({side} if room >= FULL_WIDTH else {side, "-narrow"})


class BesideChart:
    """Keeps a dialog beside the chart of the screen below, where there is one and room for both; else the
    dialog stands where every other does."""

    def __init__(self, dialog: Screen[Any]) -> None:
        self._dialog = dialog
        self._below: ShowsChart | None = None
        # Before it is laid out for the first time: it would move, and have its styles worked out twice.
        self.stand(is_new=True)

    def stand(self, *, is_new: bool = False) -> None:
        """Take the place that the size of now leaves."""
        app = self._dialog.app
        below = next((one for one in app.screen_stack if isinstance(one, ShowsChart)), None)
        chart = None if below is None else below.chart_region()
        classes = frozenset[str]() if chart is None else classes_beside(chart, app.size.width)
        self._below = below if classes else None
        for name in CLASSES:
            self._dialog.set_class(name in classes, name, update=not is_new)

    def show(self, intent: object) -> None:
        """Have the chart show the stops of this draft; None: no more."""
        if self._below is not None:
            self._below.show_drafted_stops(*stops_of(intent))
