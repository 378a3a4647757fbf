"""Candles of the selected symbol, of the archive and the ticks since, with its positions' open, sl and tp as
lines.

What stands is drawn in a thread when a candle is finished or the range changes; the candle that forms goes
over it once a second: never in the way of a key.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart_candles import chart_candles
from xbtfx_tui.ui.chart_drawing import (
    ChartOrder,
    Level,
    LevelKind,
    PriceBar,
    TintedRun,
    bar_of,
    candles_that_fit,
    draw,
    limits,
)
from xbtfx_tui.ui.chart_forming import with_forming
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
MIN_WIDTH, MIN_HEIGHT = 24, 5


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
        self._drawer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chart")
        self._drawn: ChartOrder | None = None
        self._forming: PriceBar | None = None
        self._said: str | None = None
        self._standing: list[list[TintedRun]] = []
        self._rows: list[list[TintedRun]] = []
        self._drawing: asyncio.Task[None] | None = None
        self._asked_meanwhile = False
        """Whether something else is to be shown than what the thread is drawing."""
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
        self._drawer.shutdown(wait=False, cancel_futures=True)

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
        if self._drawing is not None and not self._drawing.done():
            self._asked_meanwhile = True
            return
        order = self._order()
        if isinstance(order, str):
            self._drawn = self._forming = None
            self._say(order)
            return
        standing, forming = order
        if standing != self._drawn:
            self._drawing = asyncio.create_task(self._draw(standing), name="chart")
        elif forming != self._forming:
            self._paint_forming(standing, forming)

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
            self._past, self._reading = past, None
            self.every_second()

    async def _draw(self, standing: ChartOrder) -> None:
        try:
            rows = await asyncio.get_running_loop().run_in_executor(self._drawer, draw, standing)
        except RuntimeError:  # the executor is shut down: the pane is going
            return
        self._drawn, self._standing, self._rows = standing, rows, []
        order = self._order()
        if self.is_mounted and not isinstance(order, str):
            # Where more ticks have come meanwhile, the next second draws them.
            self._paint_forming(standing, order[1] if order[0] == standing else None)
        if self._asked_meanwhile:
            self._asked_meanwhile, self._drawing = False, None
            self.every_second()

    def _paint_forming(self, standing: ChartOrder, forming: PriceBar | None) -> None:
        self._forming = forming
        rows = self._standing if forming is None else with_forming(self._standing, standing, forming)
        self._paint(rows)

    @property
    def is_current(self) -> bool:
        """Whether what is on screen is what there is to draw; the thread may be at it."""
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
        count = candles_that_fit(width, digits, max(candle.high for candle in candles))
        # Without a tick in this run none forms, and the last price is none of now.
        forming = candles.pop() if self._store.candles(self.symbol) else None
        finished = tuple(candles[-max(1, count - 1) :])
        levels = self._levels(self.symbol)
        before = self._drawn
        # The range may stay as it is for as long as the same candles stand.
        same = before is not None and before.candles == finished and before.levels == levels
        kept = (before.low, before.high) if before is not None and same else None
        low, high = limits(finished if forming is None else (*finished, forming), levels, digits, kept)
        forms = finished[-1].start + self.span.value if forming is None else forming.start
        zone = self._times.zone
        standing = ChartOrder(finished, forms, levels, low, high, width, height, digits, zone)
        return standing, forming

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
        cell: Cell = tuple((self._told_apart(text, tint), self.tint(tint)) for text, tint in runs)
        missing = width - sum(len(text) for text, _ in cell)
        if missing > 0:
            cell = (*cell, (" " * missing, self.tint("text")))
        self.set_line(y, [cell])

    def _told_apart(self, text: str, tint: str) -> str:
        """Where there is no colour, or few that may be hard to tell apart, a rising candle is hollow."""
        is_poor = self.app.no_color or self.app.current_theme.ansi
        return text.replace("█", "░") if tint == "up" and is_poor else text

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
