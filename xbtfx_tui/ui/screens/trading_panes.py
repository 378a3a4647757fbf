"""The panes of the trading screen: how they are laid out, what is selected, frames. It opens no dialog."""

from collections.abc import Mapping
from textwrap import wrap

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.screen import Screen

from xbtfx_tui.domain.alerts import PriceAlert, SpreadAlert
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.domain.store_events import Reading, Severity
from xbtfx_tui.domain.unfinished_orders import half_reversed, half_reversed_words, unfinished_closes
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui.action_availability import Situation, doubt_word
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.frame_dispatch import Bridge
from xbtfx_tui.ui.frame_rate import Pace
from xbtfx_tui.ui.frame_timer import Beats
from xbtfx_tui.ui.key_bindings import first_key
from xbtfx_tui.ui.key_targets import (
    KeyTarget,
    NoTarget,
    OrderTarget,
    PositionTarget,
    RuleTarget,
    UnreadTarget,
    target_of_deal,
    target_of_message,
    target_of_order,
    target_of_symbol,
    ticket_of,
)
from xbtfx_tui.ui.pane_key_table import CHART_LINE
from xbtfx_tui.ui.panes.account_strip import AccountStrip
from xbtfx_tui.ui.panes.chart_pane import ChartPane
from xbtfx_tui.ui.panes.depth_pane import DepthPane
from xbtfx_tui.ui.panes.history_pane import HistoryPane
from xbtfx_tui.ui.panes.messages_pane import MessagesBoard
from xbtfx_tui.ui.panes.notice_and_keys import KeyLine, NoticeLine
from xbtfx_tui.ui.panes.orders_pane import OrdersBoard
from xbtfx_tui.ui.panes.pane_tabs import TabLine
from xbtfx_tui.ui.panes.positions_pane import PositionsPane
from xbtfx_tui.ui.panes.quotes_pane import QuotesBoard
from xbtfx_tui.ui.panes.status_line import TopLine
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.preset_service import Presets
from xbtfx_tui.ui.running_batches import RunningBatches
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.screens.chart_wall import chart_wall
from xbtfx_tui.ui.screens.screen_layout import PaneWidget, ScreenLayout
from xbtfx_tui.ui.sound_watch import Heard, SoundWatch
from xbtfx_tui.ui.terminal.desktop_notification import Ringer
from xbtfx_tui.ui.terminal.terminal_driver import frames_folded
from xbtfx_tui.ui.watchlist_service import MOST_SUBSCRIBED, Watching
from xbtfx_tui.ui.widgets.canvas import Canvas
from xbtfx_tui.ui.widgets.table import Board

_FIRST_BEAT, _FIRST_BEATS = 0.02, 250
"""Seconds between two looks for the first price, and how many looks: five seconds of them at most."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 20
LINES = 4
"""Rows of the screen that are no pane's: the two lines above them, and the two below."""
MOST_TABBED = 4
"""Slots with several panes that one layout may have."""


class PanesScreen(Screen[None]):
    """The panes, as the layout and the room have them stand; from 60x20 on it works."""

    def __init__(self, backend: Backend, mode: Mode, options: UiOptions) -> None:
        super().__init__()
        self.backend = backend
        self.options = options
        self.mode = mode
        self.watching = Watching(options, backend.store.symbols, self.show_watchlist)
        self.presets = (
            Presets(options.paper_presets, options.save_paper_presets)
            if mode is Mode.PAPER
            else Presets(options.presets, options.save_presets)
        )
        self.times = ScreenTimes(options.times, backend.store.server_time)
        self.top_line = TopLine(backend, mode, self.times)
        self.account_strip = AccountStrip(backend)
        self.quotes = QuotesBoard(backend, plain=options.low_bandwidth)
        self.wall = chart_wall(backend, self.times, options)
        self.depth = DepthPane(backend)
        self.positions = PositionsPane(backend, self.times)
        self.orders = OrdersBoard(backend)
        self.history = HistoryPane(backend, self.times)
        self.messages = MessagesBoard(backend, options.keys, self.times)
        self.notice = NoticeLine(backend, options.keys)
        self.key_line = KeyLine(options.keys)
        self.panes: dict[str, PaneWidget] = {
            "quotes": self.quotes,
            "depth": self.depth,
            "chart": self.chart,
            "positions": self.positions,
            "orders": self.orders,
            "history": self.history,
            "messages": self.messages,
        }
        self.tabs = [TabLine(backend.store) for _ in range(MOST_TABBED)]
        self.panes_layout = ScreenLayout(options.layouts, self.panes, self.tabs, self.wall)
        self._sound_watch = SoundWatch(backend)
        self.ringer = Ringer(self.app, options.sounds, notifies=options.notify)
        self._is_filled = True
        self.batches = RunningBatches(backend)
        self._pace = Pace(options.fps)
        self.beats = Beats(self, 1 / options.fps, self._beat)
        self._bridge = Bridge(
            backend.store,
            backend.clock,
            [
                self.quotes,
                self.depth,
                *self.wall.charts,
                self.positions,
                self.orders,
                self.history,
                self.messages,
                self.top_line,
                self.account_strip,
                self.notice,
            ],
        )

    def compose(self) -> ComposeResult:
        yield self.top_line
        yield self.account_strip
        with Container(id="body"):
            yield from self.tabs
            yield from self.panes.values()
            yield from self.wall.charts[1:]
        yield Canvas(id="too-small")
        yield self.notice
        yield self.key_line

    def on_mount(self) -> None:
        self.show_watchlist()
        if self.watchlist:
            self.quotes.select(self.watchlist[0])
        self.panes_layout.show_columns()
        self.lay_out_panes()
        self.focus_pane("quotes")
        if self.options.layouts_problem is not None:
            self.backend.say(Severity.WARNING, self.options.layouts_problem)
        self.beats.start()
        self._waits = self.set_interval(
            _FIRST_BEAT, self._first_beat, name="first price", repeat=_FIRST_BEATS
        )

    def on_unmount(self) -> None:
        self.beats.stop()

    # --- frames ------------------------------------------------------------------------------------------

    def _beat(self) -> None:
        """One beat of the usual rate: a frame, unless the terminal can't drain it or an order goes first."""
        if isinstance(self.app.screen, Dialog) and self.app.screen.is_sending:
            return
        self.batches.advance()
        draws = self._pace.draws(frames_folded(self.app), self.backend.clock.now())
        self.top_line.note_pace(self._pace.slowed_to)
        if draws:
            self.frame()
            if (news := self.times.news()) is not None:
                self.backend.say(Severity.INFO, news)

    def _first_beat(self) -> None:
        """The first price is drawn as it comes, and not at the next beat of the usual rate."""
        if any(self.backend.store.slot(symbol) is not None for symbol in self.watchlist):
            self._waits.stop()
            self._beat()

    def frame(self) -> None:
        """What changed since the last frame goes to the panes."""
        changes = self._bridge.frame()
        if changes.symbols:
            self._is_filled = False
        if changes.positions or changes.orders or changes.history or changes.messages or changes.symbols:
            self.lay_out_panes()
            self.panes_layout.show_tabs()
            self._fill_watchlist()
        self._tell_news(changes)
        if changes.positions or changes.orders or changes.feed or changes.intents:
            self.show_keys()

    def _fill_watchlist(self) -> None:
        """The first watchlist takes the rows that the positions leave: once those are known, it stays."""
        if not self._is_filled:
            self._is_filled = not isinstance(self.backend.store.read_state(Reading.POSITIONS), NeverRead)
            self.watching.fill_usual(self.panes_layout.rows_of("quotes") - 1)

    def keys_of(self, action_id: str, usual: str) -> str:
        """The keys of an action, as remapped."""
        return self.options.keys.get(action_id, usual)

    def _tell_news(self, changes: Changes) -> None:
        """What became known is heard; the notice line has the alerts from Messages."""
        fired = self.backend.alerts.take_fired() if changes.messages else ()
        asked = self.backend.proposals.take_arrived() if changes.messages else ()
        asks = [Heard(Sound.PROPOSAL, f"{one.asker} proposes: {one.line}") for one in asked]
        self.ringer.tell([*self._sound_watch.heard(changes, fired), *asks])
        self.top_line.note_asked(self.backend.proposals.pending)
        for alert in fired:
            if isinstance(alert.condition, PriceAlert | SpreadAlert):
                self.quotes.show_alert(alert.condition.symbol)
            self.top_line.redraw()
        for intent in self._sound_watch.new_halves:
            key = self.keys_of("trade.reenter", "R")
            self.notice.hint(f"{half_reversed_words(intent)} {key} opens its ticket.")

    def show_watchlist(self) -> None:
        self.quotes.show_lists(self.watching.lists)
        self._look()

    def on_screen_suspend(self) -> None:
        """Another screen comes up: these are rendered anew behind it, for they were drawn past Textual."""
        for canvas in self.query(Canvas):
            canvas.refresh()

    def draw_over(self, drawn: Mapping[int, tuple[int, int]]) -> None:
        """Draw the canvases anew on what Textual has just drawn: these columns, by row."""
        for canvas in self.query(Canvas):
            canvas.draw_over(drawn)

    # --- what is selected --------------------------------------------------------------------------------

    @property
    def watchlist(self) -> tuple[str, ...]:
        """The symbols of the group shown, as set."""
        return self.watching.lists.shown.symbols

    @property
    def symbol(self) -> str | None:
        return self.quotes.cursor

    @property
    def chart(self) -> ChartPane:
        """The chart that has the keys, or had them last."""
        return self.wall.active

    @property
    def symbol_of_pane(self) -> str | None:
        """What a pane is about that shows one symbol: of several charts that of the one with the keys."""
        return self.chart.symbol if self.shown == "chart" else self.symbol

    @property
    def target(self) -> KeyTarget:
        """What a letter acts on: of the pane that has the keys."""
        held, key = self.backend.store.positions, first_key(self.keys_of("pane.positions", "4"))
        match self.shown:
            case "positions":
                return self._target_of_row()
            case "orders":
                order = self.backend.store.orders.get(self.orders.cursor or 0)
                return target_of_order(self.orders.rule or order)
            case "history":
                return target_of_deal(self.history.board.deal, held.values())
            case "messages":
                return target_of_message(key)
            case _:
                return target_of_symbol(self.symbol_of_pane, held.values(), key)

    def _target_of_row(self) -> KeyTarget:
        board = self.positions.board
        if board.cursor is None:
            return NoTarget()
        if (position := self.backend.store.positions.get(board.cursor)) is not None:
            return PositionTarget(position)
        row = board.unread(board.cursor)
        return NoTarget() if row is None else UnreadTarget(row)

    @property
    def position(self) -> Position | None:
        return target.position if isinstance(target := self.target, PositionTarget) else None

    @property
    def unread_row(self) -> UnreadRow | None:
        """The selected row of the positions, where it is one that can't be read."""
        return target.row if isinstance(target := self.target, UnreadTarget) else None

    @property
    def order(self) -> PendingOrder | None:
        """The selected pending order, while the Orders pane is the one that is looked at."""
        return target.order if isinstance(target := self.target, OrderTarget) else None

    @property
    def looked_symbol(self) -> str | None:
        """The symbol of the row that the pane with the keys is on, else the one that the screen is on."""
        match self.shown, self.target:
            case ("positions", PositionTarget(position)):
                return position.symbol
            case ("positions", UnreadTarget(row)):
                return row.symbol
            case ("orders", OrderTarget(order) | RuleTarget(order)):
                return order.symbol
            case ("history", _) if (deal := self.history.board.deal) is not None:
                return deal.symbol
            case _:
                return self.symbol_of_pane

    @property
    def trailed_ticket(self) -> int | None:
        """The ticket that the trailing stop's key is about."""
        return ticket_of(self.target)

    def situation(self) -> Situation:
        desk, records = self.backend.desk, self.backend.store.intents
        unknown, on_their_way = len(desk.doubts()), desk.on_their_way()
        unfinished = 0 if unknown else len(unfinished_closes(records, desk.leftovers))
        late = sum(order.takes_long for order in on_their_way)
        return Situation(
            self.backend.store,
            self.looked_symbol,
            self.target,
            unknown + unfinished + late,
            doubt_word=doubt_word(unknown, late),
            just_sent=len(on_their_way) - late,
            trails=any(trail.ticket == self.trailed_ticket for trail in self.backend.trails.trails()),
            half_reversed=bool(half_reversed(records)),
            no_trails=self.backend.trails.elsewhere,
        )

    def show_keys(self) -> None:
        self.key_line.show_for(self.situation(), CHART_LINE if self.shown == "chart" else ())

    def on_board_cursor_moved(self, message: Board.CursorMoved) -> None:
        if message.control is self.quotes:
            self.depth.show_symbol(self.symbol)
            self.chart.show_symbol(self.symbol)
            self._look()
        for chart in self.wall.charts:
            chart.show_ticket(self.positions.board.cursor)
        self.show_keys()

    def on_title_changed(self) -> None:
        self.panes_layout.show_tabs()

    def _look(self) -> None:
        """Subscriptions follow the watchlist, in sight or not: its candles and its day have no gaps."""
        wanted = self.watching.lists.wanted(MOST_SUBSCRIBED)
        self.backend.look_at(wanted, self.symbol if not self.depth.is_hidden else None)
        if self.symbol and self.symbol not in self.backend.store.specs:
            self.backend.need_spec(self.symbol)

    # --- layout ------------------------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """The pane that has the keys."""
        return self.panes_layout.shown

    def on_resize(self, event: events.Resize) -> None:
        self.lay_out_panes()

    def lay_out_panes(self) -> None:
        """Put on screen what the layout, the size and the panes' contents leave room for."""
        fits = self.size.width >= LEAST_WIDTH and self.size.height >= LEAST_HEIGHT
        self.set_class(not fits, "-too-small")
        if not fits:
            self._say_too_small()
        elif not self.panes_layout.arrange(Size(self.size.width, self.size.height - LINES)):
            return
        self.call_after_refresh(self._after_arranging)

    def _after_arranging(self) -> None:
        self.panes_layout.show_tabs()
        self.show_keys()
        self._look()

    @property
    def is_too_small(self) -> bool:
        """Whether the terminal has no room for the panes: what can't be seen is not acted on."""
        return self.has_class("-too-small")

    def _say_too_small(self) -> None:
        canvas, width = self.query_one("#too-small", Canvas), self.size.width
        words = f"{width}x{self.size.height} is too small: {LEAST_WIDTH}x{LEAST_HEIGHT} at least. q quits."
        lines = wrap(words, max(1, width))
        for y in range(self.size.height):
            line = lines[y] if y < len(lines) else ""
            canvas.set_line(y, [((line.ljust(width), canvas.tint("warning")),)])

    def focus_pane(self, name: str) -> None:
        """Bring a pane on screen and give it the keys."""
        self.panes_layout.look_at(name)
        self.lay_out_panes()
        self.panes_layout.show_tabs()
        self.show_keys()
        pane = self.panes[name]
        target = getattr(pane, "board", pane)
        target.focus()
