"""Candles of the selected symbol out of the ticks seen, with its positions' open, sl and tp as lines.

Drawn in a thread, at most once a second and only when something in it changed: never in the way of a key.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.store.candles import CandleSeconds
from xbtfx_tui.store.changes import Changes
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.chart_drawing import ChartOrder, Level, LevelKind, TintedRun, candles_that_fit, draw
from xbtfx_tui.ui.lookup import digits_of
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell

SPANS: tuple[CandleSeconds, ...] = (10, 60, 300)
SPAN_WORDS = {10: "10 s", 60: "1 min", 300: "5 min"}
MIN_WIDTH, MIN_HEIGHT = 24, 5


class ChartPane(Canvas, can_focus=True):
    """One symbol's candles."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "span(-1)", "Shorter candles", id="chart.shorter", show=False),
        Binding("right_square_bracket", "span(1)", "Longer candles", id="chart.longer", show=False),
    ]

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="chart", classes="pane")
        self._backend = backend
        self._store = backend.store
        self._drawer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chart")
        self._drawn: ChartOrder | None = None
        self._said: str | None = None
        self._rows: list[list[TintedRun]] = []
        self._drawing: asyncio.Task[None] | None = None
        self.symbol: str | None = None
        self.span: CandleSeconds = SPANS[0]

    def on_mount(self) -> None:
        self._name_it()

    def on_unmount(self) -> None:
        self._drawer.shutdown(wait=False, cancel_futures=True)

    def show_symbol(self, symbol: str | None) -> None:
        if symbol != self.symbol:
            self.symbol = symbol
            self._drawn = None
            self._name_it()
            self.every_second()

    def absorb(self, changes: Changes, now: Instant) -> None:
        """Quotes come too fast for a chart: it looks for itself, once a second."""

    def action_span(self, step: int) -> None:
        index = max(0, min(SPANS.index(self.span) + step, len(SPANS) - 1))
        if SPANS[index] != self.span:
            self.span = SPANS[index]
            self._drawn = None
            self._name_it()
            self.every_second()

    def on_resize(self, event: events.Resize) -> None:
        self._drawn = None
        self._rows = []
        self.forget()
        self.every_second()

    def on_show(self) -> None:
        self.every_second()

    def every_second(self) -> None:
        """Draw anew where the candles or the lines changed."""
        if self.is_hidden or (self._drawing is not None and not self._drawing.done()):
            return
        order = self._order()
        if isinstance(order, str):
            self._drawn = None
            self._say(order)
        elif order != self._drawn:
            self._drawing = asyncio.create_task(self._draw(order), name="chart")

    async def _draw(self, order: ChartOrder) -> None:
        try:
            rows = await asyncio.get_running_loop().run_in_executor(self._drawer, draw, order)
        except RuntimeError:  # the executor is shut down: the pane is going
            return
        if self.is_mounted:
            self._drawn = order
            self._paint(rows)

    @property
    def is_current(self) -> bool:
        """Whether what is on screen is what there is to draw; the thread may be at it."""
        return self.is_hidden or self._order() in (self._drawn, self._said)

    def _order(self) -> ChartOrder | str:
        """What to draw now, or the sentence to show instead."""
        width, height = self.size
        if width < MIN_WIDTH or height < MIN_HEIGHT:
            return "Too small for a chart. z zooms."
        if self.symbol is None:
            return "No symbol is selected."
        candles = self._store.candles(self.symbol, self.span)
        if not candles:
            return f"No ticks of {fmt.clean(self.symbol, 20)} yet."
        digits = digits_of(self._store, self.symbol)
        count = candles_that_fit(width, digits, max(candle.high for candle in candles))
        shown = tuple(candles[-count:])
        return ChartOrder(shown, self._levels(self.symbol, shown[-1].close), width, height, digits)

    def _levels(self, symbol: str, bid: float) -> tuple[Level, ...]:
        levels = []
        for position in self._store.positions.values():
            if position.symbol != symbol:
                continue
            levels.append(Level(LevelKind.OPEN, float(position.price_open)))
            if position.sl is not None:
                levels.append(Level(LevelKind.SL, float(position.sl)))
            if position.tp is not None:
                levels.append(Level(LevelKind.TP, float(position.tp)))
        return (*levels, Level(LevelKind.NOW, bid))

    def _paint(self, rows: list[list[TintedRun]]) -> None:
        self._rows = rows
        for y in range(self.size.height):
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
        """Where there is no colour, a rising candle is hollow."""
        return text.replace("█", "░") if tint == "up" and self.app.no_color else text

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self._paint([[(fmt.left(sentence, self.size.width), "muted")]])

    def _name_it(self) -> None:
        symbol = f" {fmt.clean(self.symbol, 20)}" if self.symbol else ""
        # Content, for a name may hold brackets: a text would be read as markup.
        self.border_title = Content(f"3 Chart{symbol} {SPAN_WORDS[self.span]}")
