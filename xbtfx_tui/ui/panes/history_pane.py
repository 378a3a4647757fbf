"""Deals of a period, newest first, with their sum. Asks the backend for a period when it is chosen."""

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod
from xbtfx_tui.domain.read_states import ReadAt, unread_clause
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unreadable_rows import unread_words
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.layout.layout_types import Need
from xbtfx_tui.ui.panes.symbol_filter import Only
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import currency_of, digits_of
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.one_line_widgets import SumLine, draw_sum
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

PERIODS = tuple(HistoryPeriod)
_TO_THE_MINUTE = len("04 Mar 08:55")


def newest_first(deals: Sequence[Deal]) -> list[Deal]:
    """Thousands of them within a frame; those whose time could not be read come last."""
    timed = [deal for deal in deals if deal.time is not None]
    timed.sort(key=attrgetter("time", "ticket"), reverse=True)
    if len(timed) < len(deals):
        rest = [deal for deal in deals if deal.time is None]
        timed += sorted(rest, key=attrgetter("ticket"), reverse=True)
    return timed


class DealsBoard(Board[int]):
    """One row a deal."""

    COLUMNS: ClassVar = (
        Column("time", "time", 12, rank=3, to_left=True, stretch=3),
        Column("deal", "deal", 10, rank=6, to_left=True),
        Column("symbol", "symbol", 7, to_left=True, stretch=5),
        Column("side", "side", 4, rank=1, to_left=True, unseen="buy or sell"),
        Column("entry", "entry", 6, rank=4, to_left=True),
        Column("volume", "lots", 6, rank=2, stretch=2),
        Column("price", "price", 9, stretch=3),
        Column("position", "position", 10, rank=5),
        Column("profit", "profit", 11, stretch=4),
    )
    EMPTY = "No deals in this period. [ and ] change the period."

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="deals-board")
        self._store = backend.store
        self._times = times
        self._word = times.word
        self._deals: dict[int, Deal] = {}
        self._every = 0
        self._is_read = False
        self.only = Only()

    @property
    def deal(self) -> Deal | None:
        """The one that the cursor is on."""
        return self._deals.get(self.cursor) if self.cursor is not None else None

    def title_of(self, column: Column, width: int) -> str:
        return self._times.heading(width) if column.name == "time" else column.title

    def follow_the_clock(self) -> None:
        """Draw anew where more became known of the clock that times are told by."""
        if self._word != self._times.word:
            self._word = self._times.word
            self.forget()

    def empty_words(self) -> str:
        if not self._is_read:
            return "Not read yet, so what was dealt is not known."
        return self.only.empty_words(self._every, "deal") or self.EMPTY

    def show_deals(self, every: tuple[Deal, ...] | None) -> None:
        """Those of the period that fit `only`; None: the period is not read yet."""
        self._is_read, found = every is not None, every or ()
        self._every = len(found)
        ordered = newest_first(self.only.deals(found))
        self._deals = {deal.ticket: deal for deal in ordered}
        self.set_keys([deal.ticket for deal in ordered])
        self.refresh_empty()
        self.refresh_visible()

    def row(self, key: int) -> dict[str, Cell]:
        deal = self._deals[key]
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text, tint = self._reading(column.name, deal)
            if column.name == "time" and width < len(text):
                text = text[:_TO_THE_MINUTE]
            cells[column.name] = ((self.pad(column, width, text), self.tint(tint)),)
        return cells

    def _reading(self, name: str, deal: Deal) -> tuple[str, str]:
        match name:
            case "time":
                return (self._times.day_and_clock(deal.time) if deal.time else fmt.NOTHING), "muted"
            case "deal":
                return str(deal.ticket), "muted"
            case "symbol":
                return fmt.symbol(deal.symbol), "strong"
            case "side":
                return deal.side.value, "up" if deal.side is Side.BUY else "down"
            case "entry":
                return (deal.entry.value.replace("_", " ") if deal.entry else fmt.NOTHING), "text"
            case "volume":
                return fmt.lots(deal.volume), "text"
            case "price":
                return fmt.price(deal.price, digits_of(self._store, deal.symbol, deal.price)), "text"
            case "position":
                return (str(deal.position) if deal.position else fmt.NOTHING), "muted"
            case _:
                if deal.entry is DealEntry.IN and not deal.profit:
                    return "", "muted"
                tint = "text" if not deal.profit else "up" if deal.profit > 0 else "down"
                return fmt.signed_money(deal.profit, currency_of(self._store)), tint


class HistoryPane(Vertical):
    """The deals board, and a line that names the period and sums it up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "period(-1)", "Shorter period", id="history.shorter", show=False),
        Binding("right_square_bracket", "period(1)", "Longer period", id="history.longer", show=False),
        Binding("f", "screen.only_symbol", "One symbol", id="pane.only", show=False),
    ]

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="history", classes="pane")
        self.border_title = "6 History"
        self._backend = backend
        self._store = backend.store
        self.period = HistoryPeriod.TODAY
        self.board = DealsBoard(backend, times)
        self._sum = SumLine(self._draw_sum, self.board, id="history-sum")

    def compose(self) -> ComposeResult:
        yield self._sum
        yield self.board

    def on_show(self) -> None:
        self._backend.read_history(self.period)
        self._reload()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw_sum)

    def absorb(self, changes: Changes, now: Instant) -> None:
        if self.period in changes.history or changes.symbols:
            self._reload()
        elif changes.messages:
            self._draw_sum()  # that it could not be read is said there, too

    def every_second(self) -> None:
        self.board.follow_the_clock()

    def action_period(self, step: int) -> None:
        index = max(0, min(PERIODS.index(self.period) + step, len(PERIODS) - 1))
        if PERIODS[index] is not self.period:
            self.period = PERIODS[index]
            self._backend.read_history(self.period)
            self._reload()

    title: str = ""

    def need(self) -> Need:
        """The room that it could fill."""
        need = self.board.need()
        return Need(need.columns, need.rows + 1)

    @property
    def only(self) -> Only:
        """Which symbol is shown alone."""
        return self.board.only

    def show_only(self, symbol: str | None) -> None:
        """The deals of this symbol alone and their sum; None: all."""
        self.board.only = Only(symbol)
        self._reload()
        self.board.forget()

    def _reload(self) -> None:
        self.board.show_deals(self._store.history.get(self.period))
        self._draw_sum()

    def _draw_sum(self) -> None:
        width = min(self._sum.size.width, self.board.used_width)
        if not width:
            return
        deals = self._store.history.get(self.period)
        currency = currency_of(self._store)
        if deals is None:
            words, figure, profit = [f"{self.period.words}: {self._asking_words()}"], "", Decimal(0)
        else:
            fitting = self.only.deals(deals)
            profit = sum((deal.profit for deal in fitting), Decimal(0))
            count = self.only.count_words(len(fitting), len(deals), "deal")
            words = [f"[ {self.period.words} ]  {count}{self._missing_words()}"]
            if unread := self._store.history_book.unread.get(self.period):
                words.append(f"? {fmt.clean(unread_words(unread))}")
            if (clause := unread_clause(self._store.read_state(Reading.HISTORY))) is not None:
                words.insert(0, f"! {clause}")
            figure = f"{currency or ''} {fmt.signed_money(profit, currency)}".lstrip()
        tint = self._sum.tint("text" if not profit else "up" if profit > 0 else "down")
        draw_sum(self._sum, words, figure, tint, width)

    def _asking_words(self) -> str:
        so_far = self._store.history_book.so_far.get(self.period)
        if so_far is not None:
            return f"{so_far.deals:,} deals so far, back to {so_far.back_to:%d %b %Y} ..."
        state = self._store.read_state(Reading.HISTORY)
        if isinstance(state, ReadAt) or not state.why:
            return "asking the server ..."
        return f"not read yet. {fmt.clean(state.why)}"

    def _missing_words(self) -> str:
        missing = self._store.history_book.missing.get(self.period)
        if missing is None or not missing.days:
            return ""
        days = "1 day" if len(missing.days) == 1 else f"{len(missing.days)} days"
        return f"  ! {days} missing"
