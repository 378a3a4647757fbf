"""What the chart asks for: what its price may be, how long candles are, where to go; and its verb.

Each is a dialog of its own: nothing is sent from here.
"""

from decimal import Decimal
from functools import partial

from textual.geometry import Region, Size

from xbtfx_tui.commands.chart_command_types import (
    ChangeChart,
    ChangeIndicators,
    SetTimeframe,
    ShowChartAt,
    ShowIndicator,
)
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.chart_parts import ChartParts, with_indicator, without_indicator, without_room
from xbtfx_tui.domain.clock import age_words
from xbtfx_tui.domain.moment_input import BadMoment, parse_moment
from xbtfx_tui.domain.timeframe_words import timeframe_words
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.action_availability import may_open, may_trade
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.dialogs.chart_question import ChartQuestion, NotUnderstood, Understood, read_timeframe
from xbtfx_tui.ui.dialogs.price_level_menu import (
    AsAlert,
    AsReference,
    AsStop,
    AsStopOf,
    LevelDialog,
    LevelUse,
    uses_at,
)
from xbtfx_tui.ui.dialogs.ticket_market import market_of
from xbtfx_tui.ui.panes.chart_canvas import ChartCanvas
from xbtfx_tui.ui.panes.chart_frame import PANES_FROM
from xbtfx_tui.ui.panes.chart_pane import ChartPane
from xbtfx_tui.ui.screens.chart_wall import LEAST_HEIGHT, LEAST_WIDTH, fits_several
from xbtfx_tui.ui.screens.ticket_keys import TicketKeys
from xbtfx_tui.ui.screens.trading_panes import LINES

_FEW = 4
"""Letters of a moment before it is called wrong."""


class ChartKeys(TicketKeys):
    """The panes, with what the chart asks for."""

    def on_chart_canvas_focused(self, message: ChartPane.Focused) -> None:
        """Of several charts the one with the keys is what the whole screen is on."""
        if self.focused is (chart := message.chart) and isinstance(chart, ChartPane):
            self.panes["chart"] = chart
            if chart.symbol is not None:
                self.quotes.select(chart.symbol)
            self.show_keys()

    def chart_region(self) -> Region | None:
        """Where the chart stands; None where it is not on screen."""
        return None if self.chart.is_hidden else self.chart.region

    def show_drafted_stops(self, symbol: str, stops: DraftedStops) -> None:
        """Draw what an order in its dialog would set on the chart of that symbol."""
        for chart in self.wall.charts:
            chart.show_drafted_stops(symbol, stops)

    def show_chart(self, command: ChangeChart) -> str:
        """Bring the chart of a symbol on screen; what came of it, as a sentence. A symbol that is not on the
        watchlist is put there, as one that is found is."""
        symbol = self.looked_symbol if isinstance(command, SetTimeframe) else command.symbol
        if symbol is None:
            return NotDone("No symbol is selected. Press / to find one.")
        refusal = None if symbol in self.watchlist else self.watching.take(self.watching.lists.add(symbol))
        if symbol not in self.watchlist:
            return NotDone(refusal or f"{fmt.symbol(symbol)} is not on the watchlist.")
        if isinstance(command, ShowChartAt):
            count = max(self.wall.count, self.wall.count_with(command.number))
            if (problem := self._lacks_room(count)) is not None:
                return problem
            chart = self.wall.charts[command.number - 1]
            chart.show_symbol(symbol)
            self.give_keys_to(chart)
            self.show_several(count)
        else:
            chart = self.chart
            self.focus_pane("chart")
        self.quotes.select(symbol)
        chart.show_symbol(symbol)
        if command.timeframe is not None:
            chart.show_timeframe(command.timeframe)
        return f"The chart of {fmt.symbol(symbol)}, {timeframe_words(chart.view.timeframe)}."

    def change_indicators(self, command: ChangeIndicators) -> str:
        """Draw an indicator on the chart, or no more; what came of it, as a sentence."""
        if self.chart.symbol is None:
            return NotDone("No symbol is selected. Press / to find one.")
        change = with_indicator if isinstance(command, ShowIndicator) else without_indicator
        parts = change(self.chart.parts, command.kind, command.period)
        if isinstance(parts, str):
            return NotDone(parts)
        self.chart.show_parts(parts)
        shown = ", ".join(one.words for one in parts.indicators) or "no indicators"
        return f"{self._unseen_words(parts)}The chart of {fmt.symbol(self.chart.symbol)}: {shown}."

    def _unseen_words(self, parts: ChartParts) -> str:
        """What of the indicators has no room here, or no line that is fast enough, with a space behind it:
        it comes first, for a line may be cut."""
        if self.options.low_bandwidth and parts.indicators:
            return "None is drawn with low_bandwidth. "
        unseen = without_room(parts, self.chart.panes_below)
        if not unseen:
            return ""
        names = " and ".join(one.words for one in unseen)
        return f"No room now for {names}: panes come from {PANES_FROM} rows on. "

    def on_chart_pane_price_chosen(self, message: ChartPane.PriceChosen) -> None:
        """The price under the chart's cursor is to be something: what, is asked first."""
        if not self.is_pressed_here():
            return
        symbol, price = message.symbol, message.price
        if isinstance(uses := self._uses_at(symbol, price), str):
            self.notice.answer(NotDone(uses), partial(self._is_old, symbol))
            return
        dialog = LevelDialog(symbol, price, partial(self._uses_at, symbol, price), self._why_not_at)
        self.app.push_screen(dialog, partial(self._open_at_level, symbol))

    def _uses_at(self, symbol: str, price: Decimal) -> tuple[LevelUse, ...] | str:
        """What a price of the chart may be now, or a sentence that says why that can't be told."""
        market = market_of(self.backend, symbol)
        if not isinstance(market, PricedSymbol):
            return market
        if not market.is_fresh:
            name, age = fmt.symbol(symbol), age_words(market.freshness.age)
            return f"The price of {name} is {age} old: wait for a fresh one."
        held = [one for one in self.backend.store.positions.values() if one.symbol == symbol]
        return uses_at(price, market.bid, market.ask, held)

    def _is_old(self, symbol: str) -> bool:
        market = market_of(self.backend, symbol)
        return not (isinstance(market, PricedSymbol) and market.is_fresh)

    def _why_not_at(self, use: LevelUse) -> str | None:
        match use:
            case AsStop() | AsReference():
                return may_open(self.situation())
            case AsStopOf():
                return may_trade(self.situation())
            case AsAlert():
                return None

    def on_chart_pane_several_asked(self, message: ChartPane.SeveralAsked) -> None:
        self.notice.answer(self.show_several(self.wall.next_count()))

    def show_several(self, count: int) -> str:
        """So many charts, with the screen for themselves; what came of it, as a sentence. New ones begin with
        the next symbols of the watchlist."""
        if (problem := self._lacks_room(count)) is not None:
            return problem
        self.wall.count = count
        self.panes_layout.zoomed = self.panes_layout.zoomed or count > 1
        shown = {chart.symbol for chart in self.wall.shown}
        others = iter([symbol for symbol in self.watchlist if symbol not in shown])
        for chart in self.wall.shown:
            if chart.symbol is None:
                chart.show_symbol(next(others, self.symbol))
        self.focus_pane("chart")
        return "One chart." if count == 1 else f"{count} charts: tab goes round them."

    def why_no_chart(self, command: ShowChartAt) -> str | None:
        """Why the screen has no place for a chart of that number; None where it has."""
        return self._lacks_room(self.wall.count_with(command.number))

    def _lacks_room(self, count: int) -> NotDone | None:
        if count == 1 or fits_several(Size(self.size.width, self.size.height - LINES)):
            return None
        least, here = f"{LEAST_WIDTH}x{LEAST_HEIGHT + LINES}", f"{self.size.width}x{self.size.height}"
        return NotDone(f"Several charts take a terminal of {least}: this one has {here}.")

    def give_keys_to(self, chart: ChartPane) -> None:
        """At once, and not later: what follows is about this chart."""
        self.panes["chart"] = chart
        self.set_focus(chart)

    def on_chart_pane_timeframe_asked(self, message: ChartPane.TimeframeAsked) -> None:
        def answered(timeframe: Timeframe | None) -> None:
            if timeframe is not None:
                message.chart.show_timeframe(timeframe)

        dialog = ChartQuestion("Candles", "length", read_timeframe, message.symbol)
        self.app.push_screen(dialog, answered)

    def on_chart_pane_moment_asked(self, message: ChartPane.MomentAsked) -> None:
        def read(text: str) -> Understood[int] | NotUnderstood:
            moment = parse_moment(text, self.backend.clock.now().wall, self.times.zone)
            if isinstance(moment, BadMoment):
                return NotUnderstood(moment.sentence, is_unfinished=len(text.strip()) < _FEW)
            return Understood(moment, f"{self.times.at(moment):%a %d %b %Y, %H:%M} {self.times.word}.")

        def answered(moment: int | None) -> None:
            if moment is not None:
                message.chart.go_to(moment)

        self.app.push_screen(ChartQuestion("Chart", "moment", read, message.symbol), answered)

    def on_chart_canvas_told(self, message: ChartCanvas.Told) -> None:
        self.notice.answer(NotDone(message.sentence))
