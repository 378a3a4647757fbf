"""What the chart's keys do to its view: no screen, no archive, places by their starts alone."""

from collections.abc import Callable
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.chart_settings import PITCHES
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.ui.chart.chart_view import (
    ChartView,
    ChartWindow,
    Follows,
    StandsAt,
    in_timeframe,
    next_timeframe,
    pointed_at,
    released,
    scrolled,
    settled,
    to_moment,
    to_newest,
    to_oldest,
    walked,
    zoomed,
)

START = 1_764_547_200
NOW = START + 40 * 86_400
COLUMNS = 80
HOURS = st.lists(st.sampled_from([1, 1, 1, 2, 49]), min_size=1, max_size=400).map(
    lambda steps: tuple(NOW - 3600 * back for back in reversed(list(accumulate(steps))))
)
"""When the hours begin that a market had: it closes over night and over a weekend."""


def of_timeframe(hours: tuple[int, ...], timeframe: Timeframe) -> tuple[int, ...]:
    """The candles that these hours come to; shorter ones begin with each hour."""
    return tuple(sorted({UTC_CLOCK.bucket(hour, timeframe)[0] for hour in hours}))


class Chart:
    """A view with what it shows, as the pane has it."""

    def __init__(self, hours: tuple[int, ...], timeframe: Timeframe = Timeframe.HOUR) -> None:
        self.hours = hours
        self.view, self.window = ChartView(timeframe), ChartWindow()
        self.look(self.view)

    def look(self, view: ChartView) -> None:
        starts = of_timeframe(self.hours, view.timeframe)
        self.view, self.window = settled(view, starts, COLUMNS // view.pitch, self.window)

    def does(self, key: Callable[[ChartView, ChartWindow], ChartView]) -> None:
        self.look(key(self.view, self.window))

    @property
    def pointed(self) -> int | None:
        """The start of the candle that the crosshair is on."""
        if self.view.crosshair is None:
            return None
        number = self.window.number_of(self.view.crosshair)
        return None if number is None else self.window.starts[number]


STEPS = st.lists(st.integers(-30, 30), max_size=8)
LOOKS = st.lists(
    st.one_of(
        st.sampled_from(Timeframe).map(lambda frame: lambda v, w: in_timeframe(v, w, frame, NOW)),
        st.sampled_from([-2, -1, 1, 2]).map(lambda steps: lambda v, w: zoomed(v, w, steps)),
    ),
    max_size=8,
)


@given(HOURS, STEPS, LOOKS)
def test_the_crosshair_keeps_its_moment_through_timeframes_and_zoom(
    hours: tuple[int, ...], steps: list[int], looks: list[Callable[[ChartView, ChartWindow], ChartView]]
) -> None:
    chart = Chart(hours)
    chart.does(lambda v, w: walked(v, w, -1))
    for step in steps:
        chart.does(lambda v, w, by=step: walked(v, w, by))  # type: ignore[misc]
    moment = chart.view.crosshair
    assert moment is not None
    for look in looks:
        chart.does(look)
        assert chart.view.crosshair == moment
        assert chart.pointed == max(
            one for one in chart.window.starts if one <= moment or one == chart.window.starts[0]
        )
        assert chart.pointed in chart.window.in_sight
    chart.does(lambda v, w: in_timeframe(v, w, Timeframe.HOUR, NOW))
    assert chart.pointed == moment
    assert chart.pointed in chart.window.in_sight


@given(HOURS, STEPS, st.integers(1, 12))
def test_left_and_then_right_is_the_same_candle(hours: tuple[int, ...], steps: list[int], far: int) -> None:
    chart = Chart(hours)
    chart.does(lambda v, w: walked(v, w, -1))
    for step in steps:
        chart.does(lambda v, w, by=step: walked(v, w, by))  # type: ignore[misc]
    before = chart.pointed
    chart.does(lambda v, w: walked(v, w, -far))
    went = chart.window.starts.index(before or 0) - chart.window.starts.index(chart.pointed or 0)
    chart.does(lambda v, w: walked(v, w, went))
    assert chart.pointed == before


@given(HOURS, st.lists(st.integers(-200, 200), max_size=10), st.sampled_from(PITCHES))
def test_what_is_looked_at_stays_settled_and_fills_the_room(
    hours: tuple[int, ...], scrolls: list[int], pitch: int
) -> None:
    chart = Chart(hours)
    chart.look(ChartView(Timeframe.HOUR, pitch))
    for places in scrolls:
        chart.does(lambda v, w, by=places: scrolled(v, w, by))  # type: ignore[misc]
        again = settled(chart.view, chart.window.starts, chart.window.capacity, chart.window)
        assert again == (chart.view, chart.window)
        free = chart.window.capacity - chart.window.blank - len(chart.window.in_sight)
        assert free <= 8, "no more than the margin is empty on the right"
        assert chart.window.blank == 0 or chart.window.shows_newest


@given(HOURS)
def test_screens_back_lead_to_the_oldest_and_on_to_the_newest(hours: tuple[int, ...]) -> None:
    chart = Chart(hours)
    for _ in range(1 + len(hours) // chart.window.capacity):
        chart.does(lambda v, w: scrolled(v, w, -w.capacity))
    assert chart.window.in_sight[0] == hours[0]
    for _ in range(2 + len(hours) // chart.window.capacity):
        chart.does(lambda v, w: scrolled(v, w, w.capacity))
    assert (chart.view.place, chart.window.in_sight[-1]) == (Follows(), hours[-1])


MANY = tuple(range(NOW - 3600 * 300, NOW, 3600))


def test_the_first_key_brings_the_crosshair_up_on_the_newest_candle() -> None:
    chart = Chart(MANY)
    chart.does(lambda v, w: walked(v, w, -1))
    assert chart.pointed == MANY[-1]
    chart.does(lambda v, w: walked(v, w, -10))
    assert chart.pointed == MANY[-11]
    chart.does(lambda v, _: released(v))
    assert chart.view == ChartView(Timeframe.HOUR)


def test_a_crosshair_that_would_leave_the_picture_holds_it() -> None:
    """Candles that come on the right push nothing away from under the eyes."""
    chart = Chart(MANY)
    chart.does(lambda v, w: pointed_at(v, w, 0))
    oldest = chart.pointed
    assert oldest == chart.window.in_sight[0]
    for more in range(1, 40):
        chart.hours = (*MANY, *range(NOW, NOW + 3600 * more, 3600))
        chart.look(chart.view)
        assert (chart.window.in_sight[0], chart.pointed) == (oldest, oldest)
    assert chart.view.place == StandsAt(oldest or 0)
    assert not chart.window.shows_newest


def test_a_click_right_of_all_is_the_newest_and_one_left_of_all_is_none() -> None:
    few = Chart(MANY[-3:])
    few.does(lambda v, w: pointed_at(v, w, w.capacity - 1))
    assert few.pointed == MANY[-1]
    few.does(lambda v, _: released(v))
    few.does(lambda v, w: pointed_at(v, w, 0))
    assert few.pointed is None


def test_home_and_end() -> None:
    chart = Chart(MANY)
    chart.does(lambda v, w: walked(v, w, -1))
    chart.does(lambda v, _: to_oldest(v, MANY[0]))
    assert (chart.pointed, chart.window.in_sight[0]) == (MANY[0], MANY[0])
    chart.does(lambda v, _: to_newest(v, NOW))
    assert (chart.pointed, chart.view.place) == (MANY[-1], Follows())


def test_a_moment_stands_in_the_middle_as_far_as_there_are_candles() -> None:
    chart = Chart(MANY)
    chart.does(lambda v, w: to_moment(v, MANY[150] + 1800, w.capacity))
    assert chart.pointed == MANY[150]
    assert chart.window.in_sight[0] == MANY[131]
    chart.does(lambda v, w: to_moment(v, MANY[-1], w.capacity))
    assert chart.window.shows_newest
    chart.does(lambda v, w: to_moment(v, MANY[0], w.capacity))
    assert chart.window.in_sight[0] == MANY[0]


def test_zoom_and_timeframes_end_where_there_are_no_more() -> None:
    chart = Chart(MANY)
    for _ in range(4):
        chart.does(lambda v, w: zoomed(v, w, 1))
    assert (chart.view.pitch, chart.window.capacity) == (4, 20)
    assert next_timeframe(Timeframe.WEEK, 1) is Timeframe.WEEK
    assert next_timeframe(Timeframe.TEN_SECONDS, -1) is Timeframe.TEN_SECONDS
    assert next_timeframe(Timeframe.HOUR, 1) is Timeframe.FOUR_HOURS


def test_without_a_place_no_key_does_anything() -> None:
    empty = ChartWindow()
    view = ChartView()
    assert walked(view, empty, 1) == scrolled(view, empty, 1) == pointed_at(view, empty, 3) == view
    assert settled(view, (), 40, None) == (view, ChartWindow(capacity=40))


def test_longer_candles_fill_the_picture_whatever_the_shorter_ones_began_with() -> None:
    """What began the last picture may be the start of a longer candle, too."""
    view, window = settled(ChartView(Timeframe.MINUTE), range(NOW - 3600, NOW, 60), 40, None)
    longer, now = settled(in_timeframe(view, window, Timeframe.HOUR, NOW), MANY, 40, window)
    assert len(now.in_sight) == 34
    assert longer.place == Follows()


def test_a_picture_that_got_narrow_keeps_the_crosshair_in_sight() -> None:
    view = ChartView(Timeframe.HOUR, place=StandsAt(MANY[100]), crosshair=MANY[130])
    for capacity in (40, 12, 1):
        settled_view, window = settled(view, MANY, capacity, None)
        assert MANY[130] in window.in_sight
        assert settled_view.crosshair == MANY[130]
