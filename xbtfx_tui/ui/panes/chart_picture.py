"""What a chart shows now, out of its view, the past at hand and the store: which candles, in which prices.

It keeps nothing and draws nothing; what is drawn of it is made by ui.chart.
"""

from collections.abc import Mapping, Sequence
from itertools import cycle

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.candles import Candle, Gap
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.indicators import Indicator
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import open_seconds
from xbtfx_tui.ui.chart.candle_cells import PriceBar, PriceRange, bar_of
from xbtfx_tui.ui.chart.chart_candles import chart_candles
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, limits
from xbtfx_tui.ui.chart.chart_lines import Level, trading
from xbtfx_tui.ui.chart.chart_tape import ChartTape
from xbtfx_tui.ui.chart.chart_view import ChartView, ChartWindow, Follows
from xbtfx_tui.ui.chart.deal_marks import marks_of
from xbtfx_tui.ui.chart.indicator_cells import OVERLAY_TINTS, IndicatorLine, indicator_lines
from xbtfx_tui.ui.chart.indicator_panes import PANE_ROWS, IndicatorPane
from xbtfx_tui.ui.panes.chart_frame import ChartFrame
from xbtfx_tui.ui.panes.chart_layers import ChartLayers

KNOWN_AFTER = 90.0
"""Seconds after its end until the archive has all that was seen of a candle."""
_NEARLY_ALL = 0.95
LEAST_BEFORE, REACHES_BEFORE = 100, 10
"""Candles before the picture that indicators are reckoned from: so many times as far as they look back, for
an exponential mean forgets its beginning slowly."""


class ChartPlaces(msgspec.Struct, frozen=True):
    """The places of a chart, oldest first, and when each begins (unix seconds). `highest` is the highest
    price of all, None where there is none. `forms`: the last one forms now."""

    places: tuple[Candle | Gap, ...] = ()
    starts: tuple[int, ...] = ()
    highest: float | None = None
    forms: bool = False

    @property
    def newest_prices(self) -> tuple[float, float]:
        """The high and the low of the newest candle."""
        newest = next(place for place in reversed(self.places) if isinstance(place, Candle))
        bar = bar_of(newest)
        return bar.high, bar.low


class SeenPart(msgspec.Struct, frozen=True):
    """Of a candle no more than `seen` of the `of` seconds in which its market was open was seen."""

    seen: int
    of: int


class Reckoned(msgspec.Struct, frozen=True, eq=False):
    """What a picture's indicators were reckoned from, which is once a finished candle, not once a second. It
    is the same object as long as nothing is another."""

    tape: ChartTape
    first: int
    count: int
    last: Candle | Gap | None
    over: tuple[Indicator, ...]
    below: tuple[Indicator, ...]

    def is_alike(self, other: "Reckoned") -> bool:
        """Whether the same comes of the other."""
        mine = self.first, self.count, self.last, self.over, self.below
        return self.tape is other.tape and mine == (
            other.first,
            other.count,
            other.last,
            other.over,
            other.below,
        )


class ChartPicture(msgspec.Struct, frozen=True):
    """What is drawn: what stands, the candle that forms over it (None: not in sight, or none does), what is
    drawn besides them, and what it was made of."""

    order: ChartOrder
    forming: PriceBar | None
    layers: ChartLayers
    view: ChartView
    window: ChartWindow
    places: ChartPlaces
    reckoned: Reckoned
    seen_parts: Mapping[int, SeenPart] = msgspec.field(default_factory=dict)
    """Of the candles in sight that were not seen whole, by their start."""
    panes: tuple[IndicatorPane, ...] = ()

    @property
    def in_sight(self) -> tuple[Candle | Gap, ...]:
        """The candles and gaps in sight, oldest first."""
        return self.places.places[self.window.first : self.window.end]

    @property
    def pointed(self) -> Candle | Gap | None:
        """What the crosshair is on; None without one."""
        if self.view.crosshair is None:
            return None
        number = self.window.number_of(self.view.crosshair)
        return None if number is None else self.places.places[number]

    @property
    def pointed_place(self) -> int | None:
        """The number in sight, from the oldest on, of what the crosshair is on; None without one."""
        if self.view.crosshair is None:
            return None
        number = self.window.number_of(self.view.crosshair)
        return None if number is None else number - self.window.first

    @property
    def is_at_forming(self) -> bool:
        """Whether the candle that forms is looked at: by the crosshair, or for there is none."""
        return self.pointed is None or self.pointed == self.in_sight[-1]

    def seen_of(self, candle: Candle) -> SeenPart | None:
        """How much of a candle in sight was seen, where that was not nearly all."""
        return self.seen_parts.get(candle.start)


def places_of(tape: ChartTape, recent: Sequence[Candle], clock: DayClock) -> ChartPlaces:
    """What was read, and what this run saw since where that comes right after."""
    joins = tape.reaches_now
    places = tuple(chart_candles(tape.places, recent if joins else (), tape.timeframe, clock))
    highs = (place.high * 10.0**-place.scale for place in places if isinstance(place, Candle))
    starts = tuple([place.start for place in places])
    return ChartPlaces(places, starts, max(highs, default=None), forms=bool(recent) and joins)


def nearest_place(places: Sequence[Candle | Gap], moment: int) -> Candle | Gap | None:
    """What the moment (unix seconds) is in, else what is nearest to it; None without any."""
    return min(places, key=lambda place: max(place.start - moment, moment - place.end + 1, 0), default=None)


def _seen_part(candle: Candle, tape: ChartTape, sessions: tuple[SessionSpan, ...] | None) -> SeenPart | None:
    """How much of a candle was seen, where that was not nearly all. None where it was, and where that is not
    known: the archive has the last minute later."""
    if candle.covered >= _NEARLY_ALL * candle.span or candle.end > tape.read_at - KNOWN_AFTER:
        return None
    of = open_seconds(sessions, candle.start, candle.end)
    return None if candle.covered >= _NEARLY_ALL * of else SeenPart(candle.covered, of)


def _seen_parts(
    places: Sequence[Candle | Gap], tape: ChartTape, sessions: tuple[SessionSpan, ...] | None
) -> dict[int, SeenPart]:
    # What this run saw alone tells nothing of it: of quiet seconds it keeps no candle.
    written = {place.start for place in tape.places}
    candles = (place for place in places if isinstance(place, Candle) and place.start in written)
    seen = ((candle.start, _seen_part(candle, tape, sessions)) for candle in candles)
    return {start: part for start, part in seen if part is not None}


def _seen_part_forming(
    start: int, tape: ChartTape, sessions: tuple[SessionSpan, ...] | None
) -> SeenPart | None:
    """How much was seen of the candle that forms, up to where the archive has been written; None where that
    is nearly all, and where nothing tells: of what this run saw alone, and of the last minute."""
    known = tape.places[-1] if tape.places else None
    written = int(tape.read_at - KNOWN_AFTER) if tape.places else start
    if not isinstance(known, Candle) or known.start != start or written <= start:
        return None
    of = open_seconds(sessions, start, min(max(written, start + known.until), known.end))
    return None if known.covered >= _NEARLY_ALL * of else SeenPart(known.covered, of)


def picture_of(
    known: ChartPlaces,
    tape: ChartTape,
    view: ChartView,
    window: ChartWindow,
    layers: ChartLayers,
    sessions: tuple[SessionSpan, ...] | None,
    frame: ChartFrame,
    before: ChartPicture | None,
    *,
    is_fresh: bool,
) -> ChartPicture:
    """The picture of what is in sight. `before` is the last one: its price range stays while it fits, for a
    moment after it was laid (`is_fresh`), and as long as the picture stands where it stood."""
    in_sight = known.places[window.first : window.end]
    forming = None
    forms: float | None = None
    seen_forming: SeenPart | None = None
    if window.shows_newest and in_sight:
        newest = in_sight[-1]
        # Without a tick in this run none forms, and the last price is none of now.
        if known.forms and isinstance(newest, Candle):
            seen_forming = _seen_part_forming(newest.start, tape, sessions)
            forming, in_sight = bar_of(newest, is_partial=seen_forming is not None), in_sight[:-1]
        forms = float(newest.start if forming is not None else newest.end)
    seen = _seen_parts(in_sight, tape, sessions)
    finished = tuple(
        place if isinstance(place, Gap) else bar_of(place, is_partial=place.start in seen)
        for place in in_sight
    )
    if forming is not None and seen_forming is not None:
        seen[int(forming.start)] = seen_forming
    places = known.places[: window.first + len(finished)]
    below = layers.below[: frame.most_panes]
    reckoned = Reckoned(tape, window.first, len(places), places[-1] if places else None, layers.over, below)
    if before is not None and before.reckoned.is_alike(reckoned):
        reckoned, overlays, panes = before.reckoned, before.order.overlays, before.panes
    else:
        overlays = _overlays(layers.over, places, window.first)
        panes = _panes(below, places, window.first)
    order = ChartOrder(
        finished,
        forms,
        layers.levels,
        _prices(finished, forming, layers.levels, frame.digits, view, window, before, is_fresh=is_fresh),
        frame.width,
        frame.height - PANE_ROWS * len(panes),
        frame.digits,
        frame.zone,
        window.blank,
        max(view.pitch, frame.least_pitch),
        frame.bodies,
        view.timeframe,
        frame.clock,
        marks_of(
            layers.deals, finished if forming is None else (*finished, forming), view.timeframe, frame.clock
        ),
        overlays,
    )
    return ChartPicture(order, forming, layers, view, window, known, reckoned, seen, panes)


def _overlays(
    indicators: tuple[Indicator, ...], places: Sequence[Candle | Gap], first: int
) -> tuple[IndicatorLine, ...]:
    """The lines of the indicators over the finished places, from the one numbered `first` on."""
    if not indicators:
        return ()
    bars, shown = _reckoned_from(indicators, places, first)
    tints = cycle(OVERLAY_TINTS)
    return tuple(
        line
        for indicator, tint in zip(indicators, tints, strict=False)
        for line in indicator_lines(indicator, bars, shown, tint)
    )


def _panes(
    indicators: tuple[Indicator, ...], places: Sequence[Candle | Gap], first: int
) -> tuple[IndicatorPane, ...]:
    """Those below, each line in a tint of its own."""
    found = []
    for indicator in indicators:
        bars, shown = _reckoned_from((indicator,), places, first)
        lines = indicator_lines(indicator, bars, shown, OVERLAY_TINTS[0])
        tinted = (replace(line, tint=tint) for line, tint in zip(lines, OVERLAY_TINTS, strict=False))
        found.append(IndicatorPane(indicator, tuple(tinted)))
    return tuple(found)


def _reckoned_from(
    indicators: tuple[Indicator, ...], places: Sequence[Candle | Gap], first: int
) -> tuple[tuple[PriceBar | Gap, ...], int]:
    """What figures are reckoned from, and the number of the first one in sight among them."""
    reach = max(one.reach for one in indicators)
    since = max(0, first - max(LEAST_BEFORE, REACHES_BEFORE * reach))
    bars = tuple(place if isinstance(place, Gap) else bar_of(place) for place in places[since:])
    return bars, first - since


def _prices(
    finished: Sequence[PriceBar | Gap],
    forming: PriceBar | None,
    levels: tuple[Level, ...],
    digits: int,
    view: ChartView,
    window: ChartWindow,
    before: ChartPicture | None,
    *,
    is_fresh: bool,
) -> PriceRange:
    last = None if before is None else before.order.prices
    if (
        before is not None
        and trading(before.order.levels) == trading(levels)
        and _is_of_the_same(before, view, window)
    ):
        stands, prices = not isinstance(view.place, Follows), before.order.prices
        if (is_fresh or stands) and (view.price is None or prices.low <= view.price <= prices.high):
            return prices
    shown = [*finished, *(() if forming is None else (forming,))]
    if not any(isinstance(bar, PriceBar) for bar in shown):
        return last or PriceRange(0.0, 1.0)
    return limits(shown, levels, digits, last, view.price)


def _is_of_the_same(before: ChartPicture, view: ChartView, window: ChartWindow) -> bool:
    """Whether the picture begins with the same candle as the last one, in the same timeframe and zoom."""
    then = before.window
    return (
        (before.view.timeframe, before.view.pitch, then.capacity, then.blank)
        == (view.timeframe, view.pitch, window.capacity, window.blank)
        and bool(then.in_sight)
        and then.in_sight[0] == window.in_sight[0]
    )
