"""Candles of the selected symbol, of the archive and the ticks since, with its positions' open, sl and tp as
lines.

What stands is drawn when a candle is finished or the range changes; the candle that forms goes over it once a
second, alone. Either takes a few milliseconds at most.
"""

import asyncio
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, TintedRun, bar_of
from xbtfx_tui.ui.chart.chart_candles import chart_candles, placed
from xbtfx_tui.ui.chart.chart_drawing import ChartOrder, Level, LevelKind, axis_width, draw, limits
from xbtfx_tui.ui.chart.chart_forming import with_forming
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.layout.layout_types import WITHOUT_END, Need
from xbtfx_tui.ui.panes.pane_titles import TitleChanged
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import digits_of
from xbtfx_tui.ui.terminal.direct_drawing import draw_title
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell

SPANS = (Timeframe.TEN_SECONDS, Timeframe.MINUTE, Timeframe.FIVE_MINUTES)
SPAN_WORDS = {
    Timeframe.TEN_SECONDS: "10 s",
    Timeframe.MINUTE: "1 min",
    Timeframe.FIVE_MINUTES: "5 min",
}
PAST_AGAIN = 60.0
"""Seconds until the archive is asked again: what came since is in the store for longer."""
LAID_ANEW_AFTER = 2.0
"""Seconds for which a price range stays at least; what leaves it meanwhile is on the edge row."""
MIN_WIDTH, MIN_HEIGHT = 24, 5
PITCH = 2
"""Columns from one candle to the next."""


class ChartPane(Canvas, can_focus=True):
    """One symbol's candles."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "span(-1)", "Shorter candles", id="chart.shorter", show=False),
        Binding("right_square_bracket", "span(1)", "Longer candles", id="chart.longer", show=False),
    ]

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="chart", classes="pane")
        self._times = times
        self._backend = backend
        self._store = backend.store
        self._drawn: ChartOrder | None = None
        self._laid = float("-inf")
        """When the price range was laid, on the clock's monotonic time."""
        self._forming: PriceBar | None = None
        self._said: str | None = None
        self._standing: list[list[TintedRun]] = []
        self._rows: list[list[TintedRun]] = []
        self._drafted = ("", DraftedStops())
        self.symbol: str | None = None
        self.span = SPANS[0]
        self._past: tuple[Candle | Gap, ...] = ()
        self._past_read = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def on_mount(self) -> None:
        self._name_it()

    def on_unmount(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    def show_symbol(self, symbol: str | None) -> None:
        if symbol != self.symbol:
            self.symbol = symbol
            self._show_another()

    def show_drafted_stops(self, symbol: str, stops: DraftedStops) -> None:
        """Draw the stops of an order in its dialog, where they are of the symbol that is shown."""
        drafted = (symbol, stops)
        if drafted != self._drafted:
            self._drafted = drafted
            self.every_second()

    def absorb(self, changes: Changes, now: Instant) -> None:
        """Quotes come too fast for a chart: it looks for itself, once a second."""

    def action_span(self, step: int) -> None:
        index = max(0, min(SPANS.index(self.span) + step, len(SPANS) - 1))
        if SPANS[index] != self.span:
            self.span = SPANS[index]
            self._show_another()

    def _show_another(self) -> None:
        self._drawn = None
        self._past, self._past_read = (), float("-inf")
        self._name_it()
        self.every_second()

    def on_resize(self, event: events.Resize) -> None:
        self._drawn = None
        self._rows = self._standing = []
        self.forget()
        self.every_second()

    def on_show(self) -> None:
        self.every_second()

    def every_second(self) -> None:
        """Draw anew where the candles or the lines changed."""
        if self.is_hidden:
            return
        if self._backend.clock.now().monotonic - self._past_read > PAST_AGAIN:
            self._read_past()
        order = self._order()
        if isinstance(order, str):
            self._drawn = self._forming = None
            self._say(order)
            return
        standing, forming = order
        if standing != self._drawn:
            self._draw(standing)
        elif forming == self._forming:
            return
        self._forming, self._said = forming, None
        rows = self._standing if forming is None else with_forming(self._standing, standing, forming)
        self._paint(rows)

    def _read_past(self) -> None:
        """Ask the archive, unless it is being asked for the same."""
        if self.symbol is None or self.size.width < MIN_WIDTH:
            return
        if self._reading is not None:
            self._reading.cancel()
        now = self._backend.clock.now()
        self._past_read = now.monotonic
        before = int(now.wall) + self.span.value
        self._reading = asyncio.create_task(self._take_past(self.symbol, self.span, before), name="past")

    async def _take_past(self, symbol: str, span: Timeframe, before: int) -> None:
        past = await self._backend.candles.read(symbol, span, before, self.size.width)
        if self.is_mounted and (symbol, span) == (self.symbol, self.span):
            if past and not self._past:  # what was laid for the ticks of this run alone
                self._drawn = None
            self._past, self._reading = past, None
            self.every_second()

    def _draw(self, standing: ChartOrder) -> None:
        if self._drawn is None or self._drawn.prices != standing.prices:
            self._laid = self._backend.clock.now().monotonic
        self._drawn, self._standing = standing, draw(standing)

    @property
    def is_current(self) -> bool:
        """Whether what is on screen is what there is to draw; the archive may be asked."""
        if self.is_hidden:
            return True
        if self._reading is not None and not self._reading.done():
            return False
        order = self._order()
        return order == self._said if isinstance(order, str) else order == (self._drawn, self._forming)

    def _order(self) -> tuple[ChartOrder, PriceBar | None] | str:
        """What stands and what forms now, if anything does, or the sentence to show instead."""
        width, height = self.size
        if width < MIN_WIDTH or height < MIN_HEIGHT:
            return "Too small for a chart. z zooms."
        if self.symbol is None:
            return "No symbol is selected."
        candles = self.candles
        if not candles:
            return f"No ticks of {fmt.symbol(self.symbol)} yet: the chart grows with each that comes."
        digits = digits_of(self._store, self.symbol, candles[-1].high, candles[-1].low)
        # Without a tick in this run none forms, and the last price is none of now.
        forming = candles.pop() if self._store.candles(self.symbol) else None
        forms = candles[-1].start + self.span.value if forming is None else forming.start
        before = self._drawn
        highest = max(candle.high for candle in (*candles, forming) if candle is not None)
        # Two columns are the mark's, beside the axis.
        capacity = max(2, (width - axis_width(digits, highest) - 2) // PITCH)
        oldest, blank = placed([*(candle.start for candle in candles), forms], capacity, _oldest(before))
        finished = tuple(candles[oldest:])
        levels = self._levels(self.symbol)
        shown = finished if forming is None else (*finished, forming)
        if before is not None and before.levels == levels and self._is_fresh:
            prices = before.prices
        else:
            prices = limits(shown, levels, digits, None if before is None else before.prices)
        # Where there is no colour, or few that may be hard to tell apart, a shape tells up from down.
        is_poor = self.app.no_color or self.app.current_theme.ansi
        standing = ChartOrder(
            finished,
            forms,
            levels,
            prices,
            width,
            height,
            digits,
            self._times.zone,
            blank,
            PITCH,
            Bodies.SHAPED if is_poor else Bodies.COLOURED,
        )
        return standing, forming

    @property
    def _is_fresh(self) -> bool:
        """Whether the price range was laid a moment ago."""
        return self._backend.clock.now().monotonic - self._laid < LAID_ANEW_AFTER

    @property
    def candles(self) -> list[PriceBar]:
        """All candles there are to draw, oldest first; the last one forms where this run saw a tick."""
        if self.symbol is None:
            return []
        recent, clock = self._store.candles(self.symbol), self._backend.candles.clock
        return [bar_of(one) for one in chart_candles(self._past, recent, self.span, clock)]

    def _levels(self, symbol: str) -> tuple[Level, ...]:
        levels = []
        for position in self._store.positions.values():
            if position.symbol != symbol:
                continue
            levels.append(Level(LevelKind.OPEN, float(position.price_open)))
            if position.sl is not None:
                levels.append(Level(LevelKind.SL, float(position.sl)))
            if position.tp is not None:
                levels.append(Level(LevelKind.TP, float(position.tp)))
        symbol_drafted, stops = self._drafted
        if symbol_drafted == symbol:
            if stops.sl is not None:
                levels.append(Level(LevelKind.SL, float(stops.sl)))
            if stops.tp is not None:
                levels.append(Level(LevelKind.TP, float(stops.tp)))
        return tuple(levels)

    def _paint(self, rows: list[list[TintedRun]]) -> None:
        before, self._rows = self._rows, rows
        for y in range(self.size.height):
            if not (y < len(before) and y < len(rows) and before[y] is rows[y]):
                self.draw_line(y)

    def draw_line(self, y: int) -> None:
        width = self.size.width
        runs = self._rows[y] if y < len(self._rows) else []
        cell: Cell = tuple((text, self.tint(tint)) for text, tint in runs)
        missing = width - sum(len(text) for text, _ in cell)
        if missing > 0:
            cell = (*cell, (" " * missing, self.tint("text")))
        self.set_line(y, [cell])

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self._paint([[(fmt.left(sentence, self.size.width), "muted")]])

    def _name_it(self) -> None:
        # Content, for a name may hold brackets: a text would be read as markup.
        draw_title(self, Content(self.title))
        self.post_message(TitleChanged())

    @property
    def title(self) -> str:
        """What the line above says of it."""
        symbol = f" {fmt.symbol(self.symbol)}" if self.symbol else ""
        word = self._times.word
        zone = "" if word == "UTC" else f", {word} time"
        return f"3 Chart{symbol} {SPAN_WORDS[self.span]}{zone}"

    def need(self) -> Need:
        """The room that it could fill: all there is."""
        return Need(WITHOUT_END, WITHOUT_END)


def _oldest(drawn: ChartOrder | None) -> tuple[float, int] | None:
    """Where the oldest candle of a picture stands, which the next one keeps."""
    if drawn is None:
        return None
    return (drawn.candles[0].start if drawn.candles else drawn.forms), drawn.blank
