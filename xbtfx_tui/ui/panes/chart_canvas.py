"""Candles of the selected symbol, of the archive and the ticks since, with its positions' open, sl and tp as
lines; followed, or walked through with the keys.

What stands is drawn when a candle is finished or the range changes; the candle that forms goes over it once a
second, alone. Either takes a few milliseconds at most.
"""

import asyncio
from textwrap import wrap

from msgspec.structs import replace
from textual import events
from textual.content import Content
from textual.message import Message

from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.chart_glyphs import ChartGlyphs
from xbtfx_tui.domain.chart_parts import ChartParts
from xbtfx_tui.domain.chart_settings import ChartSettings
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.trading_sessions import quoted_sessions
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.candle_cells import Bodies, PriceBar, TintedRun, bar_of
from xbtfx_tui.ui.chart.chart_drawing import draw
from xbtfx_tui.ui.chart.chart_readout import ChartSaying, no_candle_words
from xbtfx_tui.ui.chart.chart_view import ChartView, ChartWindow, settled, to_moment
from xbtfx_tui.ui.chart.plain_glyphs import in_plain_glyphs
from xbtfx_tui.ui.chart_book import ChartBook
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.layout.layout_types import WITHOUT_END, Need
from xbtfx_tui.ui.panes.chart_frame import bodies_of, frame_of
from xbtfx_tui.ui.panes.chart_layers import LayerSource
from xbtfx_tui.ui.panes.chart_overlay import laid_over
from xbtfx_tui.ui.panes.chart_past import ChartPast
from xbtfx_tui.ui.panes.chart_picture import (
    ChartPicture,
    nearest_place,
    picture_of,
)
from xbtfx_tui.ui.panes.chart_price import price_cursor_words
from xbtfx_tui.ui.panes.chart_title import TitleFacts, chart_saying, title_facts, two_moments
from xbtfx_tui.ui.panes.pane_titles import TitleChanged
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_options import ChartLooks
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import digits_of
from xbtfx_tui.ui.terminal.direct_drawing import draw_title
from xbtfx_tui.ui.widgets.run_canvas import RunCanvas

LAID_ANEW_AFTER, LAID_ANEW_AFTER_PLAIN = 2.0, 10.0
"""Seconds for which a price range stays at least; what leaves it meanwhile is on the edge row."""
FORMING_EVERY_PLAIN = 2.0
"""Seconds from one picture of the forming candle to the next on a slow line."""
MIN_WIDTH, MIN_HEIGHT = 24, 5
_FRAME, _TABS = 4, 48
"""Columns of the title's line that are not its own."""


class ChartCanvas(RunCanvas, can_focus=True):
    """Shows a view of one symbol. What it is to be is told; the keys are ui.panes.chart_pane's."""

    class Focused(Message):
        """This one has the keys now."""

        def __init__(self, chart: "ChartCanvas") -> None:
            super().__init__()
            self.chart = chart

    class Told(Message):
        """Something to tell of what was asked for, as a sentence."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(
        self,
        backend: Backend,
        times: ScreenTimes,
        book: ChartBook,
        looks: ChartLooks | None = None,
        *,
        number: int = 1,
        plain: bool = False,
    ) -> None:
        """`plain`: a slow line; what changes each second costs too much."""
        super().__init__(id="chart" if number == 1 else f"chart-{number}", classes="pane chart")
        self._is_plain = plain
        self._number, self._is_alone = number, True
        self._looks = looks or ChartLooks()
        self._titled: str | None = None
        self._book = book
        self._times = times
        self._backend = backend
        self._store = backend.store
        self._past = ChartPast(backend.candles, backend.clock, self.every_second)
        self._layers = LayerSource(backend, times, self.every_second, plain=plain)
        self._picture: ChartPicture | None = None
        self._laid = float("-inf")
        """When the price range was laid, on the clock's monotonic time."""
        self._put_at = float("-inf")
        """When what moves by itself was drawn last."""
        self._said: str | None = None
        self._standing: list[list[TintedRun]] = []
        self._drafted = ("", DraftedStops())
        self._jump: asyncio.Task[None] | None = None
        self._ticket: int | None = None
        self._sought: int | None = None
        """Where was asked to go, until it is known which candle that is."""
        self.symbol: str | None = None
        self.view = ChartView()

    def on_mount(self) -> None:
        self._name_it()

    def on_unmount(self) -> None:
        self._book.save_news()
        self._past.stop()
        self._layers.stop()
        if self._jump is not None:
            self._jump.cancel()
            self._jump = None

    def on_focus(self) -> None:
        self.post_message(self.Focused(self))

    def show_alone(self, *, is_alone: bool) -> None:
        """Whether no other chart is beside it: then it is named by the pane's key, and not counted."""
        self._is_alone = is_alone
        self._name_it()

    def show_symbol(self, symbol: str | None) -> None:
        if symbol != self.symbol:
            self.end_jump()
            self.symbol = symbol
            self.view = ChartView(self.view.timeframe, self.view.pitch)
            if symbol is not None and (kept := self._book.of(symbol)) is not None:
                self.view = ChartView(kept.timeframe, kept.pitch)
                self._layers.parts = kept.parts
            self._show_another()

    @property
    def parts(self) -> ChartParts:
        """What it shows besides its candles."""
        return self._layers.parts

    def show_parts(self, parts: ChartParts) -> None:
        """Show these from now on."""
        self._layers.parts = parts
        self.keep_settings()
        self.every_second()

    def show_ticket(self, ticket: int | None) -> None:
        """The position that is selected: its money is told beside the price cursor."""
        if ticket != self._ticket:
            self._ticket = ticket
            if self.view.price is not None:
                self.every_second()

    def show_drafted_stops(self, symbol: str, stops: DraftedStops) -> None:
        """Draw the stops of an order in its dialog, where they are of the symbol that is shown."""
        drafted = (symbol, stops)
        if drafted != self._drafted:
            self._drafted = drafted
            self.every_second()

    def absorb(self, changes: Changes, now: Instant) -> None:
        """Quotes come too fast for a chart: it looks for itself, once a second."""

    # --- what is looked at -------------------------------------------------------------------------------

    @property
    def window(self) -> ChartWindow:
        """What is in sight."""
        return ChartWindow() if self._picture is None else self._picture.window

    def look(self, view: ChartView) -> None:
        """Show this from now on, and nothing that was asked for before it."""
        self.end_jump()
        if view != self.view:
            is_set_otherwise = (view.timeframe, view.pitch) != (self.view.timeframe, self.view.pitch)
            self.view = view
            if is_set_otherwise:
                self.keep_settings()
            self.every_second()

    @property
    def _seeks_oldest(self) -> bool:
        """Whether it is to go to the oldest candle, which is still being looked for."""
        return self._jump is not None and not self._jump.done()

    def end_jump(self) -> None:
        """Look for the oldest candle no more."""
        jump, self._jump = self._jump, None
        if jump is not None and not jump.done():
            jump.cancel()
            self.every_second()

    def keep_settings(self) -> None:
        """How this symbol's chart is set now is how it is shown from now on."""
        if self.symbol is not None:
            settings = ChartSettings(self.view.timeframe, self.view.pitch, self._layers.parts)
            self._book.keep(self.symbol, settings)

    @property
    def _now(self) -> int:
        return int(self._backend.clock.now().wall)

    def go_to(self, moment: int) -> None:
        """The crosshair on the candle of this moment (unix seconds), or on the nearest one, which is said."""
        self._sought = moment
        self.look(to_moment(self.view, moment, self.window.capacity))
        self._find_sought()

    def _find_sought(self) -> None:
        """Once the picture is of what was sought: whether there is a candle."""
        picture = self._picture
        if self._sought is None or picture is None or picture.view.crosshair != self._sought:
            return
        nearest = nearest_place(picture.places.places, self._sought)
        if nearest is None:
            return
        moment, self._sought = self._sought, None
        if not nearest.start <= moment < nearest.end:
            self.look(replace(self.view, crosshair=nearest.start))
            timeframe = self.view.timeframe
            told = two_moments(moment, nearest.start, timeframe, self._title_facts)

            def tell(longer: Timeframe | None) -> None:
                self.post_message(self.Told(no_candle_words(*told, timeframe, longer)))

            self._past.ask_for_longer(self.symbol or "", timeframe, moment, nearest.start, tell)

    # --- drawing -----------------------------------------------------------------------------------------

    def _show_another(self) -> None:
        self._picture = None
        self._name_it()
        self.every_second()

    def on_resize(self, event: events.Resize) -> None:
        self._picture = None
        self._standing = []
        self.forget_rows()
        self.every_second()

    def on_show(self) -> None:
        self.every_second()

    def every_second(self) -> None:
        """Draw anew where the candles or the lines changed."""
        if (problem := self._book.save_news()) is not None:
            self.post_message(self.Told(problem))
        if self.is_hidden or not self.is_attached:
            return
        if self.symbol is not None and self.size.width >= MIN_WIDTH:
            screen = self.size.width // self.view.pitch
            self._past.look_at(self.symbol, self.view, max(screen, self._layers.reach))
            in_sight = self.window.in_sight
            self._layers.look_at(self.symbol, in_sight[0] if in_sight else None)
        picture = self._picture_now()
        if isinstance(picture, str):
            self._picture = None
            self._say(picture)
        elif picture is not None and not self._waits(picture):
            if picture != self._picture:
                self._take(picture)
            self._put_over(picture)
            self._find_sought()
        self._name_it()

    def _waits(self, picture: ChartPicture) -> bool:
        """Whether no more has changed than what a slow line shows a little later."""
        before = self._picture
        is_soon = 0 <= self._backend.clock.now().monotonic - self._put_at < FORMING_EVERY_PLAIN - 0.1
        if not self._is_plain or before is None or not is_soon:
            return False
        return (before.order, before.view) == (picture.order, picture.view)

    def _put_over(self, picture: ChartPicture) -> None:
        readings: tuple[str, ...] = ()
        if picture.view.price is not None and self.symbol is not None:
            readings = price_cursor_words(self._backend, self.symbol, picture.view.price, self._ticket)
        facts, self._put_at = self._title_facts, self._backend.clock.now().monotonic
        self.paint(laid_over(self._standing, picture, facts, self._saying.above, readings))

    def _take(self, picture: ChartPicture) -> None:
        before = self._picture
        if before is None or before.order.prices != picture.order.prices:
            self._laid = self._backend.clock.now().monotonic
        if before is None or before.order != picture.order:
            self._standing = draw(picture.order)
        self._picture, self._said, self.view = picture, None, picture.view

    @property
    def is_current(self) -> bool:
        """Whether what is on screen is what there is to draw; the archive may be asked."""
        if self.is_hidden:
            return True
        if self._past.is_reading or self._layers.is_reading or self._seeks_oldest:
            return False
        picture = self._picture_now()
        if picture is None or isinstance(picture, str):
            return picture == self._said
        return picture == self._picture or self._waits(picture)

    def _picture_now(self) -> ChartPicture | str | None:
        """What there is to draw now, or the sentence to show instead; None while what is looked at is still
        being read: what was drawn stays."""
        width, height = self.size
        if width < MIN_WIDTH or height < MIN_HEIGHT:
            return "Too small for a chart. z zooms."
        if self.symbol is None:
            return "No symbol is selected."
        tape = self._past.tape
        if tape is None or tape.symbol != self.symbol or not tape.covers(self.view):
            return None if self._picture is not None else "Candles are being read."
        recent = self._store.candles(self.symbol)
        known = self._past.joined(tape, recent)
        if known.highest is None:
            return (
                f"No ticks of {fmt.symbol(self.symbol)} yet: the chart grows with each that comes. "
                "candles import brings a past."
            )
        digits = digits_of(self._store, self.symbol, *known.newest_prices)
        zone, clock = self._times.zone, self._backend.candles.clock
        frame = frame_of(self.size, self.app.size, digits, zone, clock, self._looks, self._bodies)
        before = self._picture
        shown = None if before is None else before.window
        capacity = frame.capacity(known.highest, self.view.pitch)
        view, window = settled(self.view, known.starts, capacity, shown)
        spec = self._store.specs.get(self.symbol)
        sessions = None if spec is None else quoted_sessions(spec)
        layers = self._layers.of(self.symbol, recent, sessions, self._drafted_here, known.places)
        return picture_of(known, tape, view, window, layers, sessions, frame, before, is_fresh=self._is_fresh)

    @property
    def _bodies(self) -> Bodies:
        return bodies_of(self._looks, has_few_colours=self.app.no_color or self.app.current_theme.ansi)

    @property
    def _drafted_here(self) -> DraftedStops:
        symbol, stops = self._drafted
        return stops if symbol == self.symbol else DraftedStops()

    @property
    def _is_fresh(self) -> bool:
        """Whether the price range was laid a moment ago."""
        stays = LAID_ANEW_AFTER_PLAIN if self._is_plain else LAID_ANEW_AFTER
        return self._backend.clock.now().monotonic - self._laid < stays

    @property
    def candles(self) -> list[PriceBar]:
        """All candles at hand, oldest first; the last one forms where this run saw a tick."""
        tape = self._past.tape
        if self.symbol is None or tape is None or tape.symbol != self.symbol:
            return []
        known = self._past.joined(tape, self._store.candles(self.symbol))
        return [bar_of(place) for place in known.places if isinstance(place, Candle)]

    def seen_runs(self, runs: list[TintedRun]) -> list[TintedRun]:
        return in_plain_glyphs(runs, self._bodies) if self._looks.glyphs is ChartGlyphs.PLAIN else runs

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self.paint([[(line, "muted")] for line in wrap(sentence, max(1, self.size.width))])

    def _name_it(self) -> None:
        title = self.title
        if title != self._titled:
            self._titled = title
            # Content, for a name may hold brackets: a text would be read as markup.
            draw_title(self, Content(title))
            self.post_message(TitleChanged())

    @property
    def title(self) -> str:
        """What the line above says of it."""
        return self._saying.title

    @property
    def _saying(self) -> ChartSaying:
        facts, picture = self._title_facts, self._picture
        is_of_now = picture is not None and picture.view == self.view
        return chart_saying(picture, facts) if picture is not None and is_of_now else ChartSaying(facts.name)

    @property
    def _title_facts(self) -> TitleFacts:
        # A frame is the pane's own; in a line of tabs the others have their names beside it.
        room = self.size.width - (_FRAME if self.has_class("-framed") else _TABS)
        named = "3 Chart" if self._is_alone or self._number == 1 else f"Chart {self._number}"
        named = f"{named} {fmt.symbol(self.symbol)}" if self.symbol else named
        facts = self._backend, self._times, self.symbol, self.view.timeframe
        return title_facts(named, *facts, room, plain=self._is_plain, seeks_oldest=self._seeks_oldest)

    def need(self) -> Need:
        """The room that it could fill: all there is."""
        return Need(WITHOUT_END, WITHOUT_END)
