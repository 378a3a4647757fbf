"""The order book of the selected symbol: five levels a side with volume bars, the spread between.

With the keys, it has a cursor on a level: enter says that this price was chosen.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quotes import Depth, DepthLevel
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.latest_quotes import Stale
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.layout.layout_types import Need
from xbtfx_tui.ui.panes.pane_titles import TitleChanged
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import digits_of, point_of
from xbtfx_tui.ui.terminal.direct_drawing import draw_title
from xbtfx_tui.ui.widgets.canvas import Canvas, Cell

LEVELS = 5
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_VOLUME_WIDTH = 7
_LONGEST_BAR = 32
_USUAL_WIDTH = 28


def bar(share: float, width: int) -> str:
    """A bar of `share` (0 to 1) of `width` cells, in eighths of a cell, padded to `width`."""
    eighths = max(0, min(round(share * width * 8), width * 8))
    full, rest = divmod(eighths, 8)
    text = "█" * full + (_EIGHTHS[rest] if rest else "")
    return text.ljust(width)


class DepthPane(Canvas, can_focus=True):
    """Asks above, bids below, best next to the spread; says so where there is no depth.

    The cursor keeps its distance to the spread: what stands there at enter is what was chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="move.up", show=False),
        Binding("down,j", "move(1)", "Down", id="move.down", show=False),
        Binding("enter", "choose", "Choose", id="move.choose", show=False),
    ]

    class LevelChosen(Message):
        """Enter on a level; `price` as the feed has it, `is_bid` whether it is on the bids' side."""

        def __init__(self, symbol: str, price: float, *, is_bid: bool) -> None:
            super().__init__()
            self.symbol = symbol
            self.price = price
            self.is_bid = is_bid

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="depth", classes="pane")
        self._backend = backend
        self._store = backend.store
        self.symbol: str | None = None
        self._from_spread = 1
        """The cursor's level: 1 is the best bid, -1 the best ask."""
        self._levels: list[DepthLevel] = []
        self._decimals = 0
        self._asks = 0
        self._first_level = 0

    def show_symbol(self, symbol: str | None) -> None:
        if symbol != self.symbol:
            self.symbol = symbol
            # Content, for a name may hold brackets: a text would be read as markup.
            draw_title(self, Content(self.title))
            self.post_message(TitleChanged())
            self.draw()

    @property
    def title(self) -> str:
        """What the line above says of it."""
        return f"2 Depth {fmt.symbol(self.symbol)}" if self.symbol else "2 Depth"

    def need(self) -> Need:
        """The room that it could fill."""
        return Need(_USUAL_WIDTH, 2 * LEVELS + 2)

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.feed or changes.specs or changes.symbols or self.symbol in changes.quotes:
            self.draw()

    def every_second(self) -> None:
        self.draw()

    def on_show(self) -> None:
        self.draw()

    def draw_line(self, y: int) -> None:
        if y == 0:
            self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.forget()
        self.draw()

    def draw(self) -> None:
        """Bring all lines up to date with the store."""
        width, height = self.seen_size
        if not width or not height:
            return
        self._levels = []
        lines = self._lines_of_now(width)
        blank: list[Cell] = [((" " * width, self.tint("text")),)]
        marked = self._marked_line() if self.has_focus else None
        for y in range(height):
            under = self.tint("cursor") if y == marked else None
            self.set_line(y, lines[y] if y < len(lines) else blank, under)

    # --- the cursor --------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        self.draw()

    def on_blur(self) -> None:
        self.draw()

    def _marked(self) -> int | None:
        """The cursor's place among the levels, top to bottom; None where there are none."""
        if not self._levels:
            return None
        place = self._asks + self._from_spread - (self._from_spread > 0)
        return max(0, min(place, len(self._levels) - 1))

    def _marked_line(self) -> int | None:
        place = self._marked()
        return None if place is None else self._first_level + place + (place >= self._asks)

    def action_move(self, rows: int) -> None:
        """To the next level up or down; the spread's line is stepped over."""
        place = self._marked()
        if place is not None:
            place = max(0, min(place + rows, len(self._levels) - 1))
            self._from_spread = place - self._asks + (place >= self._asks)
            self.draw()

    def on_click(self, event: events.Click) -> None:
        """Mark the level; a second click chooses it, as enter does."""
        place = event.y - self._first_level
        if place == self._asks or not 0 <= (place := place - (place > self._asks)) < len(self._levels):
            return
        if place == self._marked() and event.chain > 1:
            self.action_choose()
        else:
            self._from_spread = place - self._asks + (place >= self._asks)
            self.draw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    def action_choose(self) -> None:
        place = self._marked()
        if place is not None and self.symbol is not None:
            price = self._levels[place].price
            self.post_message(self.LevelChosen(self.symbol, price, is_bid=place >= self._asks))

    def _lines_of_now(self, width: int) -> list[list[Cell]]:
        if self.symbol is None:
            return [self._sentence("No symbol is selected.", width)]
        slot = self._store.slot(self.symbol)
        if slot is None:
            return [self._sentence(f"No quote of {self.symbol} yet.", width)]
        now = self._backend.clock.now()
        if slot.depth is None:
            stale = isinstance(self._store.freshness(self.symbol, now), Stale)
            best = Depth((DepthLevel(slot.quote.bid, 0),), (DepthLevel(slot.quote.ask, 0),))
            lines = self._ladder(self.symbol, best, width, stale)
            return [*lines, [], self._sentence("The server sends no depth for it.", width)]
        match self._store.depth_freshness(self.symbol, now):
            case Stale() as lateness:
                lines = self._ladder(self.symbol, slot.depth, width, stale=True)
                return [*lines, self._sentence(f"This book is {lateness.words}.", width)]
            case _:
                return self._ladder(self.symbol, slot.depth, width, stale=False)

    def _ladder(self, symbol: str, book: Depth, width: int, stale: bool) -> list[list[Cell]]:
        # As many of either side as there is room for, and for the sentence below of a book that is old.
        room = self.size.height - stale
        levels = min(LEVELS, max(1, (room - 1) // 2))
        bids, asks = book.bids[:levels], book.asks[:levels]
        digits = digits_of(self._store, symbol, *(level.price for level in (*bids, *asks)))
        largest = max((level.volume for level in (*bids, *asks)), default=0.0)
        compact = room < 2 * LEVELS + 2
        lines = [] if compact else [self._heading(width)]
        self._levels, self._asks, self._first_level = [*reversed(asks), *bids], len(asks), len(lines)
        self._decimals = fmt.unit_decimals(level.volume for level in (*bids, *asks))
        lines += self._side(asks[::-1], digits, largest, width, "ask", stale)
        lines.append(self._spread(symbol, book, width))
        lines += self._side(bids, digits, largest, width, "bid", stale)
        return lines

    def _widths(self, width: int) -> tuple[int, int, int]:
        price = min(11, max(8, width - _VOLUME_WIDTH - 4))
        return price, _VOLUME_WIDTH, max(0, min(_LONGEST_BAR, width - price - _VOLUME_WIDTH - 2))

    def _heading(self, width: int) -> list[Cell]:
        price, volume, rest = self._widths(width)
        text = f"{fmt.right('price', price)} {fmt.right('units', volume)} "
        return [((fmt.left(text, price + volume + 2) + " " * rest, self.tint("header")),)]

    def _side(
        self, levels: Sequence[DepthLevel], digits: int, largest: float, width: int, side: str, stale: bool
    ) -> list[list[Cell]]:
        """A line for each of these levels of the `side` "bid" or "ask"."""
        price_width, volume_width, bar_width = self._widths(width)
        plain = self.tint("muted" if stale else "text")
        tint = self.tint("muted" if stale else "up" if side == "bid" else "down")
        bar_tint = self.tint("muted" if stale else f"{side}-bar")
        space: Cell = ((" ", plain),)
        lines: list[list[Cell]] = []
        for level in levels:
            share = level.volume / largest if largest > 0 else 0.0
            volume = fmt.units(level.volume, self._decimals) if level.volume else ""
            lines.append(
                [
                    ((fmt.right(fmt.price(level.price, digits), price_width), tint),),
                    space,
                    ((fmt.right(volume, volume_width), plain),),
                    space,
                    ((bar(share, bar_width), bar_tint),),
                ]
            )
        return lines

    def _spread(self, symbol: str, book: Depth, width: int) -> list[Cell]:
        price_width, _, _ = self._widths(width)
        if not book.bids or not book.asks:
            return self._sentence("one side is empty", width)
        distance = book.asks[0].price - book.bids[0].price
        point = point_of(self._store, symbol)
        points = fmt.NOTHING if point is None else str(round(distance / float(point)))
        unit = "point" if points == "1" else "points"
        text = f"{fmt.right('spread', price_width)} {fmt.right(points, _VOLUME_WIDTH)} {unit}"
        return [((fmt.left(text, width), self.tint("muted")),)]

    def _sentence(self, text: str, width: int) -> list[Cell]:
        return [((fmt.left(fmt.clean(text), width), self.tint("muted")),)]
