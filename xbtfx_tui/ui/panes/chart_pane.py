"""The chart with its keys: walked, zoomed, sent to a moment, with a price cursor. It opens no dialog.

What is asked for is posted, and nothing is sent; what a key does to the view is ui.chart.chart_view's.
"""

import asyncio
from decimal import Decimal
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.price_grid import tick_of
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.chart.candle_cells import pitch_of
from xbtfx_tui.ui.chart.chart_view import (
    ChartView,
    in_timeframe,
    next_timeframe,
    pointed_at,
    released,
    scrolled,
    to_newest,
    to_oldest,
    walked,
    zoomed,
)
from xbtfx_tui.ui.chart.price_cursor import moved_price, row_step
from xbtfx_tui.ui.panes.chart_canvas import ChartCanvas
from xbtfx_tui.ui.panes.chart_frame import most_panes
from xbtfx_tui.ui.panes.chart_price import start_price

WHEEL = 5
"""Candles that one notch of the wheel scrolls."""


class ChartPane(ChartCanvas):
    """One symbol's candles, to walk through and to trade from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "timeframe(-1)", "Shorter candles", id="chart.shorter", show=False),
        Binding("right_square_bracket", "timeframe(1)", "Longer candles", id="chart.longer", show=False),
        Binding("left,h", "walk(-1)", "Candle before", id="chart.left", show=False),
        Binding("right,l", "walk(1)", "Candle after", id="chart.right", show=False),
        Binding("shift+left", "walk(-10)", "Ten before", id="chart.far_left", show=False),
        Binding("shift+right", "walk(10)", "Ten after", id="chart.far_right", show=False),
        Binding("pageup", "page(-1)", "A screen back", id="move.page_up", show=False),
        Binding("pagedown", "page(1)", "A screen on", id="move.page_down", show=False),
        Binding("home,g", "oldest", "Oldest", id="move.first", show=False),
        Binding("end,G", "newest", "Newest", id="move.last", show=False),
        Binding("up,k", "price(1)", "Price up", id="move.up", show=False),
        Binding("down,j", "price(-1)", "Price down", id="move.down", show=False),
        Binding("shift+up", "tick(1)", "A point up", id="price.up", show=False),
        Binding("shift+down", "tick(-1)", "A point down", id="price.down", show=False),
        Binding("escape", "release", "No cursors", id="chart.release", show=False),
        Binding("enter", "choose", "Choose", id="move.choose", show=False),
        Binding("comma", "ask_timeframe", "Length", id="chart.span", show=False),
        Binding("d", "ask_moment", "Go to", id="chart.go_to", show=False),
        Binding("L", "ask_several", "Charts", id="chart.several", show=False),
        Binding("plus", "zoom(1)", "Wider candles", id="chart.zoom_in", show=False),
        Binding("minus", "zoom(-1)", "Narrower candles", id="chart.zoom_out", show=False),
    ]

    class PriceChosen(Message):
        """Enter with a price cursor: what that price may be is to be asked."""

        def __init__(self, symbol: str, price: Decimal) -> None:
            super().__init__()
            self.symbol = symbol
            self.price = price

    class _Asked(Message):
        def __init__(self, chart: "ChartPane", symbol: str) -> None:
            super().__init__()
            self.chart = chart
            self.symbol = symbol

    class TimeframeAsked(_Asked):
        """How long candles are to be is to be asked; `chart` shows it."""

    class SeveralAsked(_Asked):
        """More charts beside it, or one alone again."""

    class MomentAsked(_Asked):
        """Where to go is to be asked; `chart` goes there."""

    @property
    def panes_below(self) -> int:
        """How many panes have room below its candles now."""
        return most_panes(self.size.height, self.app.size.height)

    def action_timeframe(self, steps: int) -> None:
        self.show_timeframe(next_timeframe(self.view.timeframe, steps))

    def show_timeframe(self, timeframe: Timeframe) -> None:
        """Candles of this length; what was looked at stays in sight."""
        self.look(in_timeframe(self.view, self.window, timeframe, self._now))

    def action_walk(self, steps: int) -> None:
        self.look(walked(self.view, self.window, steps))

    def action_page(self, steps: int) -> None:
        self.look(scrolled(self.view, self.window, steps * self.window.capacity))

    def action_zoom(self, steps: int) -> None:
        self.look(zoomed(self.view, self.window, steps))

    def action_release(self) -> None:
        self.look(released(self.view))

    def action_price(self, steps: int) -> None:
        self._move_price(steps, by_row=True)

    def action_tick(self, steps: int) -> None:
        self._move_price(steps, by_row=False)

    def _move_price(self, steps: int, *, by_row: bool) -> None:
        picture, symbol = self._picture, self.symbol
        spec = None if symbol is None else self._store.specs.get(symbol)
        if picture is None or symbol is None:
            return
        if spec is None:
            name = fmt.symbol(symbol)
            self.post_message(self.Told(f"The prices that {name} can have are not known yet: wait a moment."))
            return
        start = start_price(self._backend, spec, picture)
        step = row_step(picture.order, spec) if by_row else tick_of(spec)
        self.look(replace(self.view, price=moved_price(self.view.price, steps, step, start, spec)))

    def action_choose(self) -> None:
        if self.symbol is None:
            return
        if self.view.price is not None:
            self.post_message(self.PriceChosen(self.symbol, self.view.price))
        else:
            self.post_message(self.Told("Up and down bring a price cursor; enter then asks what it may be."))

    def action_ask_timeframe(self) -> None:
        if self.symbol is not None:
            self.post_message(self.TimeframeAsked(self, self.symbol))

    def action_ask_several(self) -> None:
        if self.symbol is not None:
            self.post_message(self.SeveralAsked(self, self.symbol))

    def action_ask_moment(self) -> None:
        if self.symbol is not None:
            self.post_message(self.MomentAsked(self, self.symbol))

    def on_click(self, event: events.Click) -> None:
        """The crosshair on what was clicked; nothing is sent by it, and no price is meant."""
        picture = self._picture
        if picture is not None and event.x < picture.order.columns and event.y < picture.order.rows:
            room = event.x // pitch_of(picture.order.pitch, picture.order.bodies)
            self.look(pointed_at(self.view, self.window, room))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.look(scrolled(self.view, self.window, -WHEEL))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.look(scrolled(self.view, self.window, WHEEL))

    def action_newest(self) -> None:
        self.look(to_newest(self.view, self._now))

    def action_oldest(self) -> None:
        """The archive has to be asked for that one."""
        self.end_jump()
        if self.symbol is not None:
            self._jump = asyncio.create_task(self._go_to_oldest(self.symbol, self.view), name="oldest")
            self.every_second()

    async def _go_to_oldest(self, symbol: str, view: ChartView) -> None:
        oldest = await self._past.oldest(symbol, view)
        if oldest is None and self.window.starts:
            oldest = self.window.starts[0]
        self._jump = None
        if oldest is None:
            self.every_second()
        else:  # whatever was asked for meanwhile would have ended this
            self.look(to_oldest(self.view, oldest))
