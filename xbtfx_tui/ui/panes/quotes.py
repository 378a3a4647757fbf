"""The quote board: symbol, bid, ask, spread, change of the day, age. Shows the watchlist; sends nothing."""

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.watchlists import Watchlists, one_group
from xbtfx_tui.store.changes import Changes
from xbtfx_tui.store.quotes import NeverSeen, QuoteSlot, Stale
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.lookup import digits_of, point_of
from xbtfx_tui.ui.panes.quote_sorting import Sorting, sorted_symbols
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.widgets.board import Board, Column
from xbtfx_tui.ui.widgets.canvas import Cell

FLASH_SECONDS = 0.45
AGE_SHOWN_FROM = 2.0
ALERT_SECONDS = 2.0


class _Shown:
    """The price texts a row showed last, and where and until when their changed digits stand out."""

    __slots__ = ("ask", "ask_tail", "bid", "bid_tail", "flash_until")

    def __init__(self) -> None:
        self.bid = self.ask = ""
        self.bid_tail = self.ask_tail = 0
        self.flash_until = 0.0


class QuotesBoard(Board[str]):
    """The watchlist's prices. The cursor's symbol is the one that the other panes and the keys speak of."""

    COLUMNS: ClassVar = (
        Column("symbol", "symbol", 8, to_left=True, stretch=6),
        Column("move", " ", 1, rank=2),
        Column("bid", "bid", 9, stretch=4),
        Column("ask", "ask", 9, stretch=4),
        Column("spread", "spread", 6, rank=1),
        Column("change", "day %", 7, rank=3),
        Column("age", "age", 4),
    )
    EMPTY = "The watchlist is empty. Press / to find a symbol."
    # shift+arrows: alt+arrows reach a program as escape and an arrow, which a slow line tears apart, and
    # Textual reads them as escape; tmux and terminals pass shift+arrows on as one sequence of their own.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up", "screen.move_symbol(-1)", "Row up", id="watchlist.up", show=False),
        Binding("shift+down", "screen.move_symbol(1)", "Row down", id="watchlist.down", show=False),
        Binding("o", "sort", "Sort", id="watchlist.sort", show=False),
        Binding("O", "sort_again", "Sort again", id="watchlist.sort_again", show=False),
    ]

    def __init__(self, backend: Backend, *, plain: bool = False) -> None:
        super().__init__(id="quotes", classes="pane")
        self._backend = backend
        self._store = backend.store
        self._plain = plain
        self._shown: dict[str, _Shown] = {}
        self._flashing: set[str] = set()
        self._now: Instant | None = None
        self._alerted: dict[str, float] = {}
        self._lists = one_group(())
        self.sorting = Sorting.AS_SET

    # --- which rows --------------------------------------------------------------------------------------

    def show_lists(self, lists: Watchlists) -> None:
        """Show the group that is shown. In another order than as set, rows stay and what is new comes last;
        another group is sorted once."""
        symbols = lists.shown.symbols
        if self.sorting is Sorting.AS_SET or lists.shown.name != self._lists.shown.name:
            rows = sorted_symbols(self._store, symbols, self.sorting)
        else:
            wanted = frozenset(symbols)
            rows = [key for key in self.keys if key in wanted]
            rows += [symbol for symbol in symbols if symbol not in self._row_of]
        self._lists = lists
        self.set_keys(rows)
        self._show_cursor()
        self._show_title()

    def action_sort(self) -> None:
        """The next order: the rows are put in it once, now."""
        self.sorting = self.sorting.following
        self.action_sort_again()

    def action_sort_again(self) -> None:
        """The same order, at the quotes of now."""
        self.set_keys(sorted_symbols(self._store, self._lists.shown.symbols, self.sorting))
        self._show_cursor()
        self._show_title()

    def _show_title(self) -> None:
        """The group where there are more, and the order where it is not as set.

        One pane alone has the tabs for a title; a line of its own only says what they don't.
        """
        words = ["1 Quotes"]
        if len(self._lists.groups) > 1:
            name = fmt.clean(self._lists.shown.name, 24)
            words.append(f"{name} ({self._lists.active + 1}/{len(self._lists.groups)})")
        if self.sorting is not Sorting.AS_SET:
            words.append(self.sorting.value)
        self.border_title = Content(" · ".join(words))
        self.set_class(len(words) > 1, "-titled")

    # --- what changed ------------------------------------------------------------------------------------

    def absorb(self, changes: Changes, now: Instant) -> None:
        self._now = now  # a row's own look at the clocks would cost as much as half of its cells
        if changes.symbols or changes.specs or changes.feed:
            self.refresh_visible()
        elif changes.quotes:
            self.refresh_rows(changes.quotes)
        ended = [s for s in self._flashing if self._shown[s].flash_until <= now.monotonic]
        if ended:
            self._flashing.difference_update(ended)
            self.refresh_rows(ended)
        if self._alerted:
            self._end_alerts(now)
        self._now = None

    def show_alert(self, symbol: str) -> None:
        """An alert on this symbol fired: its row is tinted for 2 s, without blinking."""
        self._alerted[symbol] = self._backend.clock.now().monotonic + ALERT_SECONDS
        self.refresh_rows([symbol])

    def _end_alerts(self, now: Instant) -> None:
        ended = [symbol for symbol, until in self._alerted.items() if until <= now.monotonic]
        for symbol in ended:
            del self._alerted[symbol]
        self.refresh_rows(ended)

    def under(self, key: str) -> Style | None:
        return self.tint("alert") if key in self._alerted else super().under(key)

    def every_second(self) -> None:
        """Ages move on their own."""
        self.refresh_visible()

    # --- a row -------------------------------------------------------------------------------------------

    def row(self, key: str) -> dict[str, Cell]:
        now = self._now or self._backend.clock.now()
        slot = self._store.slot(key)
        freshness = self._store.freshness(key, now)
        if slot is None or isinstance(freshness, NeverSeen):
            return self._row_without_quote(key)
        return self._row_of_slot(key, slot, isinstance(freshness, Stale), freshness.age, now)

    def _row_without_quote(self, key: str) -> dict[str, Cell]:
        muted = self.tint("muted")
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = {"symbol": fmt.clean(key, 20), "age": "", "move": ""}.get(column.name, fmt.NOTHING)
            cells[column.name] = ((self.pad(column, width, text), muted),)
        return cells

    def _row_of_slot(
        self, key: str, slot: QuoteSlot, stale: bool, seconds_old: float, now: Instant
    ) -> dict[str, Cell]:
        digits = digits_of(self._store, key)
        bid, ask = fmt.price(slot.quote.bid, digits), fmt.price(slot.quote.ask, digits)
        shown = self._note_change(key, bid, ask, stale, now)
        flash = key in self._flashing
        text, muted = self.tint("muted" if stale else "text"), self.tint("muted")
        spread = round((slot.quote.ask - slot.quote.bid) / float(point_of(self._store, key)))
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            match column.name:
                case "symbol":
                    cells["symbol"] = (
                        (fmt.left(fmt.clean(key, 20), width), muted if stale else self.tint("strong")),
                    )
                case "move":
                    arrow = {1: "▲", -1: "▼"}.get(slot.bid_move, " ")
                    cells["move"] = ((arrow, muted if stale else self._direction(slot.bid_move)),)
                case "bid":
                    cells["bid"] = self._price(
                        self.pad(column, width, bid), bid, shown.bid_tail, slot.bid_move, stale, flash
                    )
                case "ask":
                    cells["ask"] = self._price(
                        self.pad(column, width, ask), ask, shown.ask_tail, slot.ask_move, stale, flash
                    )
                case "spread":
                    cells["spread"] = ((self.pad(column, width, str(spread)), text),)
                case "change":
                    change = slot.change_percent
                    tint = text if stale or abs(change) < 0.005 else self._direction(1 if change > 0 else -1)
                    cells["change"] = ((self.pad(column, width, fmt.signed(change)), tint),)
                case _:
                    old = fmt.age(seconds_old) if stale or seconds_old >= AGE_SHOWN_FROM else ""
                    cells["age"] = ((fmt.right(old, width), self.tint("warning") if stale else muted),)
        return cells

    def _note_change(self, key: str, bid: str, ask: str, stale: bool, now: Instant) -> _Shown:
        shown = self._shown.get(key)
        if shown is None:
            shown = self._shown[key] = _Shown()
            shown.bid, shown.ask = bid, ask
            shown.bid_tail, shown.ask_tail = len(bid), len(ask)
            return shown
        if bid == shown.bid and ask == shown.ask:
            return shown
        if bid != shown.bid:
            shown.bid_tail, shown.bid = _first_difference(shown.bid, bid), bid
        if ask != shown.ask:
            shown.ask_tail, shown.ask = _first_difference(shown.ask, ask), ask
        if not self._plain and not stale:
            shown.flash_until = now.monotonic + FLASH_SECONDS
            self._flashing.add(key)
        return shown

    def _price(self, padded: str, text: str, tail: int, move: int, stale: bool, flash: bool) -> Cell:
        """The price with the digits that moved, from `tail` of `text` on, in their own tint."""
        width = len(padded)
        if stale:
            return ((padded, self.tint("muted")),)
        cut = max(0, width - len(text) + tail)
        if self._plain or cut >= width or not move:
            return ((padded, self.tint("text")),)
        name = ("up" if move > 0 else "down") + ("-flash" if flash else "")
        return ((padded[:cut], self.tint("text")), (padded[cut:], self.tint(name)))

    def _direction(self, move: int) -> Style:
        return self.tint("up" if move > 0 else "down" if move < 0 else "text")


def _first_difference(old: str, new: str) -> int:
    if len(old) != len(new):
        return 0
    return next((i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b), len(new))
