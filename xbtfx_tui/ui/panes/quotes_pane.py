"""The quote board: symbol, bid, ask, spread, change of the day, age. Shows the watchlist; sends nothing."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.watchlists import Watchlists, one_group
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.latest_quotes import NeverSeen, Stale
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.panes.pane_titles import TitleChanged
from xbtfx_tui.ui.panes.quote_row import JUMPED, QuoteRow, RowPlan, Terms
from xbtfx_tui.ui.panes.quote_sorting import Sorting, sorted_symbols
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import facts
from xbtfx_tui.ui.symbol_terms import session_words, swap_points
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

FLASH_SECONDS = 0.45
AGE_SHOWN_FROM = 2.0
ALERT_SECONDS = 2.0
_OF_TERMS = ("session", "swap_buy", "swap_sell")
_SPARE_SHARE = 0.75
"""Of the key's requests: what is only looked at never takes them from what is traded."""


class QuotesBoard(Board[str]):
    """The watchlist's prices. The cursor's symbol is the one that the other panes and the keys speak of."""

    COLUMNS: ClassVar = (
        Column("symbol", "symbol", 8, to_left=True, stretch=6),
        Column("move", " ", 1, rank=3),
        Column("bid", "bid", 9, stretch=4),
        Column("ask", "ask", 9, stretch=4),
        Column("spread", "spread", 6, rank=2),
        Column("change", "day %", 7, rank=4),
        Column("range", "start lo-hi", 12, is_extra=True),
        Column("low", "start lo", 9, is_extra=True, stretch=4),
        Column("high", "start hi", 9, is_extra=True, stretch=4),
        Column("session", "trades", 9, is_extra=True),
        Column("swap_buy", "swap buy", 8, is_extra=True),
        Column("swap_sell", "swap sell", 9, is_extra=True),
        Column("age", "age", 4, rank=1),
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
        self._rows: dict[str, QuoteRow] = {}
        self._plan: RowPlan | None = None
        self._flashing: set[str] = set()
        self._now: Instant | None = None
        self._alerted: dict[str, float] = {}
        self._asked: set[str] = set()
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
        """The group where there are more, and the order where it is not as set."""
        words = ["1 Quotes"]
        if len(self._lists.groups) > 1:
            name = fmt.clean(self._lists.shown.name, 24)
            words.append(f"{name} ({self._lists.active + 1}/{len(self._lists.groups)})")
        if self.sorting is not Sorting.AS_SET:
            words.append(self.sorting.value)
        self.title = " · ".join(words)
        self.border_title = Content(self.title)
        self.post_message(TitleChanged())

    # --- what changed ------------------------------------------------------------------------------------

    def absorb(self, changes: Changes, now: Instant) -> None:
        self._now = now  # a row's own look at the clocks would cost as much as half of its cells
        if changes.symbols or changes.specs:
            self._plan = None  # the digits or the point may be others
        ended = [s for s in self._flashing if self._rows[s].flash_until <= now.monotonic]
        self._flashing.difference_update(ended)  # a row that moves now comes back among them
        if changes.symbols or changes.specs or changes.feed:
            self.refresh_visible()
        else:
            self.refresh_rows(changes.quotes.union(ended) if ended else changes.quotes)
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
        self._ask_for_terms()

    def _ask_for_terms(self) -> None:
        """What a wide table tells of hours and swaps is read of one symbol a second, each once a run, while
        the key has requests to spare."""
        budget = self._store.budget
        if budget is None or budget.remaining < budget.limit * _SPARE_SHARE:
            return
        if self.visible_columns.isdisjoint(_OF_TERMS):
            return
        wanted = (one for one in self.keys if one not in self._store.specs and one not in self._asked)
        if (symbol := next(wanted, None)) is not None:
            self._asked.add(symbol)
            self._backend.need_spec(symbol)

    # --- a row -------------------------------------------------------------------------------------------

    def row(self, key: str) -> dict[str, Cell]:
        names = (column.name for column, _ in self.layout_columns)
        return dict(zip(names, self.line_of(key)[::2], strict=True))

    def line_of(self, key: str) -> Sequence[Cell]:
        now = self._now or self._backend.clock.now()
        slot = self._store.slot(key)
        freshness = self._store.freshness(key, now)
        if slot is None or isinstance(freshness, NeverSeen):
            return self._spaced(self._row_without_quote(key))
        row = self._row_by_plan(key)
        stale, age = isinstance(freshness, Stale), freshness.age
        if row.is_moved_by(slot.quote) and not stale and not self._plain:
            row.flash_until = now.monotonic + FLASH_SECONDS
            self._flashing.add(key)
        written = JUMPED if freshness.jumped else age_words(age) if stale or age >= AGE_SHOWN_FROM else ""
        row.dress(slot, written, stale=stale, flash=key in self._flashing)
        if row.plan.has("session"):
            row.dress_session(session_words(self._store.specs.get(key), now.wall), stale=stale)
        return row.cells

    def _row_by_plan(self, key: str) -> QuoteRow:
        plan = self._plan
        if plan is None:
            plan = self._plan = RowPlan(self.layout_columns, self.tint, self.pad, plain=self._plain)
        row = self._rows.get(key)
        if row is not None and row.plan is plan:
            return row
        known = facts(self._store, key)
        terms = None
        if known is not None:
            swaps = (swap_points(known, side) for side in Side)
            terms = Terms(known.digits, float(known.point), *(fmt.points(one) for one in swaps))
        if row is None:
            row = self._rows[key] = QuoteRow(fmt.symbol(key), plan, terms)
        else:
            row.follow(plan, terms)
        return row

    def _row_without_quote(self, key: str) -> dict[str, Cell]:
        muted = self.tint("muted")
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = {"symbol": fmt.symbol(key), "age": "", "move": ""}.get(column.name, fmt.NOTHING)
            cells[column.name] = ((self.pad(column, width, text), muted),)
        return cells

    def _lay_out(self) -> None:
        super()._lay_out()
        self._plan = None

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._plan = None
