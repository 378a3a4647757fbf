"""What of a chart is looked at, as a value: timeframe, zoom, where the picture stands, the two cursors. Pure.

Each key is a function from a view to a view. What it has to go by is the window: the places (candles, and
gaps where nobody looked) that are known, and which of them are in sight. It reads nothing and draws nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.chart_settings import PITCHES
from xbtfx_tui.ui.chart.chart_candles import margin_of, placed


class Follows(msgspec.Struct, frozen=True):
    """The newest candle is in sight, and stays so."""


class StandsAt(msgspec.Struct, frozen=True):
    """The picture begins at this moment (unix seconds, UTC), and nothing in it moves."""

    oldest: int


ChartPlace: TypeAlias = Follows | StandsAt


class ChartView(msgspec.Struct, frozen=True):
    """`pitch` is the columns from one candle to the next. `crosshair` is a moment (unix seconds, UTC), as a
    rule the start of a candle: it is on the candle that the moment is in. `price` is on the tick size."""

    timeframe: Timeframe = Timeframe.TEN_SECONDS
    pitch: int = 2
    place: ChartPlace = Follows()
    crosshair: int | None = None
    price: Decimal | None = None


class ChartWindow(msgspec.Struct, frozen=True):
    """The known places by when they begin (unix seconds, in order), and those in sight: from number `first`
    on, `blank` places left free before it, of `capacity` that there is room for."""

    starts: tuple[int, ...] = ()
    first: int = 0
    blank: int = 0
    capacity: int = 1
    timeframe: Timeframe = Timeframe.TEN_SECONDS

    @property
    def end(self) -> int:
        """The number after the last one in sight."""
        return min(len(self.starts), self.first + self.capacity - self.blank)

    @property
    def in_sight(self) -> tuple[int, ...]:
        """When those in sight begin."""
        return self.starts[self.first : self.end]

    @property
    def shows_newest(self) -> bool:
        """Whether the newest of the known places is in sight."""
        return self.end == len(self.starts)

    def number_of(self, moment: int) -> int | None:
        """The place that this moment is in; the oldest one for a moment before all. None without any."""
        return max(0, bisect_right(self.starts, moment) - 1) if self.starts else None

    def share_of(self, number: int) -> float:
        """Where this place stands in the picture: 0 is the left edge, 1 the right one."""
        return (number - self.first + self.blank) / self.capacity


def settled(
    view: ChartView, starts: Sequence[int], capacity: int, before: ChartWindow | None
) -> tuple[ChartView, ChartWindow]:
    """The view as it can be shown with these places, and what is then in sight.

    `before` is the last window, of the same timeframe or not: where it can, what stands keeps its place. The
    crosshair is always in sight: a picture that would follow the newest candle away from it stands.
    """
    capacity, starts = max(1, capacity), tuple(starts)
    if not starts:
        return view, ChartWindow(capacity=capacity, timeframe=view.timeframe)
    cross = None if view.crosshair is None else max(0, bisect_right(starts, view.crosshair) - 1)
    match view.place:
        case Follows():
            first, blank = placed(starts, capacity, _kept(before, view, capacity))
            if cross is None or cross >= first:
                return view, ChartWindow(starts, first, blank, capacity, view.timeframe)
            first = cross - round(_share_in(before, view.crosshair) * capacity)
        case StandsAt(oldest):
            first = bisect_left(starts, oldest)
            if cross is not None:
                first = max(min(first, cross), cross - capacity + 1)
    first, blank = _within(first, len(starts), capacity)
    window = ChartWindow(starts, first, blank, capacity, view.timeframe)
    return replace(view, place=StandsAt(starts[first])), window


def _kept(before: ChartWindow | None, view: ChartView, capacity: int) -> tuple[int, int] | None:
    """What the last picture began with, and the places free before it: these stay, if it was one of as many
    candles as long."""
    if before is None or not before.starts:
        return None
    if (before.capacity, before.timeframe) != (capacity, view.timeframe):
        return None
    return before.starts[before.first], before.blank


def _share_in(before: ChartWindow | None, moment: int | None) -> float:
    """Where the moment stood in the last picture; in the middle where it was not in sight."""
    if before is None or moment is None:
        return 0.5
    number = before.number_of(moment)
    if number is None or not before.first <= number < before.end:
        return 0.5
    return before.share_of(number)


def _within(first: int, count: int, capacity: int) -> tuple[int, int]:
    """The first place in sight and how many are left free before it: no more emptiness on the right than the
    margin, and none on the left while there are places."""
    room = capacity - margin_of(capacity)
    return max(0, min(first, count - room)), max(0, room - count)


# --- what the keys do ---


def walked(view: ChartView, window: ChartWindow, steps: int) -> ChartView:
    """The crosshair so many places to the right, or to the left below 0; at the edge the picture moves. Where
    there is none yet it comes up on the newest candle in sight."""
    if not window.starts:
        return view
    if view.crosshair is None:
        return replace(view, crosshair=window.starts[window.end - 1])
    here = window.number_of(view.crosshair) or 0
    there = max(0, min(here + steps, len(window.starts) - 1))
    view = replace(view, crosshair=window.starts[there])
    if there < window.first:
        return replace(view, place=StandsAt(window.starts[there]))
    if there >= window.end:
        return replace(view, place=StandsAt(window.starts[max(0, there - window.capacity + 1)]))
    return view


def scrolled(view: ChartView, window: ChartWindow, places: int) -> ChartView:
    """The picture so many places on, or back below 0; a crosshair keeps its column. All the way on it follows
    again."""
    count = len(window.starts)
    if not count:
        return view
    furthest = max(0, count - (window.capacity - margin_of(window.capacity)))
    first = max(0, min(window.first + places, furthest))
    if view.crosshair is not None:
        here = window.number_of(view.crosshair) or 0
        there = max(first, min(here + places, first + window.capacity - 1, count - 1))
        view = replace(view, crosshair=window.starts[there])
    if first == furthest and places > 0:
        return replace(view, place=Follows())
    return replace(view, place=StandsAt(window.starts[first])) if first != window.first else view


def pointed_at(view: ChartView, window: ChartWindow, room: int) -> ChartView:
    """The crosshair on what stands in this room of the picture: 0 is the one at its left edge."""
    number = window.first + room - window.blank
    if not window.starts or number < window.first:
        return view
    return replace(view, crosshair=window.starts[min(number, window.end - 1)])


def to_newest(view: ChartView, now: int) -> ChartView:
    """The newest candle in sight, and followed; a crosshair goes there. `now` is unix seconds."""
    return replace(view, place=Follows(), crosshair=None if view.crosshair is None else now)


def to_moment(view: ChartView, moment: int, capacity: int) -> ChartView:
    """The crosshair at this moment, the picture around it."""
    return replace(view, place=StandsAt(moment - capacity // 2 * view.timeframe.value), crosshair=moment)


def to_oldest(view: ChartView, oldest: int) -> ChartView:
    """The picture from the oldest candle on; a crosshair goes there."""
    crosshair = None if view.crosshair is None else oldest
    return replace(view, place=StandsAt(oldest), crosshair=crosshair)


def released(view: ChartView) -> ChartView:
    """Without cursors, and following."""
    return replace(view, place=Follows(), crosshair=None, price=None)


def in_timeframe(view: ChartView, window: ChartWindow, timeframe: Timeframe, now: int) -> ChartView:
    """The same moment in candles of another length: that of the crosshair, else the newest in sight, stays
    where it stands. `now` is unix seconds."""
    if timeframe is view.timeframe:
        return view
    view = replace(view, timeframe=timeframe)
    if isinstance(view.place, Follows) or not window.starts:
        return view
    anchor = _anchor(view, window)
    oldest = window.starts[anchor] - round(window.share_of(anchor) * window.capacity) * timeframe.value
    if view.crosshair is None and oldest + window.capacity * timeframe.value > now:
        return replace(view, place=Follows())
    return replace(view, place=StandsAt(oldest))


def next_timeframe(timeframe: Timeframe, steps: int) -> Timeframe:
    """The one so many steps longer, or shorter below 0; the last there is at the ends."""
    every = tuple(Timeframe)
    return every[max(0, min(every.index(timeframe) + steps, len(every) - 1))]


def zoomed(view: ChartView, window: ChartWindow, steps: int) -> ChartView:
    """Wider candles, or narrower ones below 0: what was looked at stays where it stands."""
    pitch = PITCHES[max(0, min(PITCHES.index(view.pitch) + steps, len(PITCHES) - 1))]
    if pitch == view.pitch:
        return view
    capacity = max(1, window.capacity * view.pitch // pitch)
    view = replace(view, pitch=pitch)
    if isinstance(view.place, Follows) or not window.starts:
        return view
    anchor = _anchor(view, window)
    first = max(0, anchor - round(window.share_of(anchor) * capacity))
    return replace(view, place=StandsAt(window.starts[first]))


def _anchor(view: ChartView, window: ChartWindow) -> int:
    """The place that stays where it is: the crosshair's, else the newest in sight."""
    if view.crosshair is not None and (number := window.number_of(view.crosshair)) is not None:
        return number
    return max(window.first, window.end - 1)
