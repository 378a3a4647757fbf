"""Open positions with their profit as the quotes move it, and their total. Sends nothing.

What is not known is a row too: a position in doubt is marked, a row of the list that can't be read stands
there with its ticket. Not read is not empty.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_and_swap import is_seen
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.domain.read_states import NeverRead, unread_clause
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.planning.plan_text import EMPTY_IN_DOUBT, coming_words, is_empty_in_doubt
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.layout.layout_types import Need
from xbtfx_tui.ui.panes.position_extras import EXTRAS, EXTRAS_BY_STOP, PositionExtras
from xbtfx_tui.ui.panes.symbol_filter import Only
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import currency_of, digits_of
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.one_line_widgets import SumLine, draw_sum
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

TRAILS_UP, TRAILS_DOWN = "↗", "↘"
"""At the stop that is trailed: the way it goes."""

IN_DOUBT = "?"
"""At the ticket of a position in doubt, and in place of every figure that can't be read."""


class PositionsBoard(Board[int]):
    """One row a position, the newest on top; below them rows that can't be read, those without a ticket to be
    seen under a number below 0."""

    COLUMNS: ClassVar = (
        Column("ticket", "ticket", 10, to_left=True),
        Column("symbol", "symbol", 7, to_left=True, stretch=5),
        Column("side", "side", 4, to_left=True, rank=1, unseen="buy or sell"),
        Column("volume", "lots", 6, stretch=2, rank=2),
        Column("open", "open", 8, rank=4, stretch=4),
        Column("now", "now", 8, rank=3, stretch=4),
        Column("sl", "sl", 8, rank=5, stretch=4),
        Column("tp", "tp", 8, rank=6, stretch=4),
        Column("risk", "at sl", 10, is_extra=True, stretch=3),
        Column("r", "now in R", 8, is_extra=True),
        Column("to_sl", "sl away", 8, is_extra=True),
        Column("to_tp", "tp away", 8, is_extra=True),
        Column("margin", "margin", 6, is_extra=True),
        Column("age", "age", 5, is_extra=True),
        Column("pips", "pips", 8, rank=7),
        Column("swap", "swap", 7, rank=8, stretch=5),
        Column("profit", "profit", 11, stretch=4),
    )
    EMPTY = "No open positions. b buys, s sells the selected symbol."

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="positions-board")
        self._backend = backend
        self._store = backend.store
        self.only = Only()
        self._unread: dict[int, UnreadRow] = {}
        self._extras = PositionExtras(backend.store, times)

    def show_only(self, symbol: str | None) -> None:
        """The positions of this symbol alone; None: all. The cursor stays where it can."""
        self.only = Only(symbol)
        self.set_keys(self._wanted())
        self.forget()

    def empty_words(self) -> str:
        state = self._store.read_state(Reading.POSITIONS)
        if isinstance(state, NeverRead):
            return f"Not read yet, so what is open is not known. {fmt.clean(state.why or '')}".rstrip()
        none = self.only.empty_words(len(self._store.positions), "position")
        if none is None and (clause := unread_clause(state)) is not None:
            known = f"{clause[0].upper()}{clause[1:]}: none is known to be open."
            return f"{known} {fmt.clean(getattr(state, 'why', ''))}".rstrip()
        if none is None and is_empty_in_doubt(self._store):
            return f"{EMPTY_IN_DOUBT} X closes all there is."
        if none is None and (coming := coming_words(self._store)) is not None:
            return f"No position is listed, but what became of {fmt.clean(coming)} is not known yet."
        return none or self.EMPTY

    def unread(self, key: int) -> UnreadRow | None:
        """The row under this key, where it is one that can't be read."""
        return self._unread.get(key)

    def _wanted(self) -> list[int]:
        held = self._store.positions
        rows = [row for row in self._store.unread(Reading.POSITIONS) if row.ticket not in held]
        numbered = {-number if row.ticket is None else row.ticket: row for number, row in enumerate(rows, 1)}
        # A row whose symbol can't be seen may be of any.
        self._unread = {
            key: row for key, row in numbered.items() if row.symbol is None or self.only.fits(row.symbol)
        }
        fitting = (ticket for ticket, position in held.items() if self.only.fits(position.symbol))
        return [*sorted(fitting, reverse=True), *sorted(self._unread, reverse=True)]

    def reload(self) -> None:
        """Show the positions that the store has: a new one comes on top, and is selected."""
        keys = self._wanted()
        fresh = [key for key in keys if key not in self._row_of]
        had_rows = bool(self.keys)
        self.set_keys(keys)
        if fresh and (had_rows or self.cursor is None):
            self.select(fresh[0])
        self.refresh_empty()
        self.refresh_visible()

    def moved_by(self, symbols: frozenset[str]) -> list[int]:
        """Tickets whose figures live off these symbols' quotes."""
        return [t for t, position in self._store.positions.items() if position.symbol in symbols]

    def row(self, key: int) -> dict[str, Cell]:
        position = self._store.positions.get(key)
        if position is None:
            row = self._unread.get(key)
            return self._gone(key) if row is None else self._unread_cells(row)
        fresh = isinstance(self._store.freshness(position.symbol, self._backend.clock.now()), Fresh)
        columns = self.layout_columns
        trails = any(trail.ticket == key for trail in self._backend.trails.trails())
        # The mark stands at the sl; where there is no room for that column, at the ticket.
        at = "sl" if any(column.name == "sl" for column, _ in columns) else "ticket"
        return {
            column.name: self._cell(column, width, position, fresh, trails=trails and column.name == at)
            for column, width in columns
        }

    def _gone(self, key: int) -> dict[str, Cell]:
        muted = self.tint("muted")
        return {
            column.name: ((self.pad(column, width, str(key) if column.name == "ticket" else ""), muted),)
            for column, width in self.layout_columns
        }

    def _unread_cells(self, row: UnreadRow) -> dict[str, Cell]:
        warning = self.tint("warning")
        ticket = f"{row.ticket or ''}{IN_DOUBT}"
        known = {"ticket": ticket, "symbol": fmt.symbol(row.symbol or IN_DOUBT)}
        return {
            column.name: ((self.pad(column, width, known.get(column.name, IN_DOUBT)), warning),)
            for column, width in self.layout_columns
        }

    def _cell(self, column: Column, width: int, position: Position, fresh: bool, *, trails: bool) -> Cell:
        text, tint = self._reading(column.name, position, fresh)
        if trails:
            mark = TRAILS_UP if position.side is Side.BUY else TRAILS_DOWN
            text, tint = f"{text}{mark}" if column.to_left else f"{mark}{text}", self.tint("accent")
        return ((self.pad(column, width, text), tint),)

    def _reading(self, name: str, position: Position, fresh: bool) -> tuple[str, Style]:
        if name in EXTRAS:
            return self._extra(name, position, fresh)
        prices = position.price_open, position.price_current, position.sl, position.tp
        digits = digits_of(self._store, position.symbol, *prices)
        plain = self.tint("text")
        moving = plain if fresh else self.tint("muted")
        match name:
            case "ticket" if self._store.doubt_of(position.ticket) is not None:
                return f"{position.ticket}{IN_DOUBT}", self.tint("warning")
            case "ticket":
                return str(position.ticket), self.tint("muted")
            case "symbol":
                return fmt.symbol(position.symbol), self.tint("strong")
            case "side":
                return position.side.value, self.tint("up" if position.side is Side.BUY else "down")
            case "volume":
                return fmt.lots(position.volume), plain
            case "open":
                return fmt.price(position.price_open, digits), plain
            case "now":
                return fmt.price(self._store.live_price(position), digits), moving
            case "sl" | "tp":
                return self._stop(StopKind(name), position, digits)
            case "pips":
                pips = self._pips(position)
                return fmt.pips(pips), self._by_sign(pips, fresh)
            case "swap":
                return fmt.signed_money(position.swap, currency_of(self._store)), self.tint("muted")
            case _:
                profit = self._store.live_profit(position)
                return fmt.signed_money(profit, currency_of(self._store)), self._by_sign(profit, fresh)

    def _extra(self, name: str, position: Position, fresh: bool) -> tuple[str, Style]:
        """What only a wide board shows; in doubt where the stop is that it is reckoned by."""
        text = self._extras.text(name, position, self._backend.clock.now())
        if name in EXTRAS_BY_STOP:
            kind = StopKind.TP if name == "to_tp" else StopKind.SL
            stop = position.tp if kind is StopKind.TP else position.sl
            if stop is None and not self._store.knows_stop(position.ticket, kind):
                return IN_DOUBT, self.tint("warning")
            if self._backend.desk.is_moving_stops(position.ticket):
                return f"{text}{IN_DOUBT}", self.tint("warning")
        return text, self.tint("text" if fresh and name != "age" else "muted")

    def _stop(self, kind: StopKind, position: Position, digits: int) -> tuple[str, Style]:
        """A stop as it was last read; with a mark while an order that moves it has no outcome."""
        stop = position.sl if kind is StopKind.SL else position.tp
        if stop is None and not self._store.knows_stop(position.ticket, kind):
            return IN_DOUBT, self.tint("warning")
        if self._backend.desk.is_moving_stops(position.ticket):
            return f"{fmt.price(stop, digits)}{IN_DOUBT}", self.tint("warning")
        return fmt.price(stop, digits), self.tint("text" if stop is not None else "muted")

    def _pips(self, position: Position) -> Decimal | None:
        spec = self._store.specs.get(position.symbol)
        if spec is None:
            return None
        return pips_between(spec, position.side, position.price_open, self._store.live_price(position))

    def _by_sign(self, amount: Decimal | None, fresh: bool) -> Style:
        if not fresh or not amount:
            return self.tint("text" if fresh else "muted")
        return self.tint("up" if amount > 0 else "down")


class PositionsPane(Vertical):
    """The board and its total line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "screen.only_symbol", "One symbol", id="pane.only", show=False)
    ]

    def __init__(self, backend: Backend, times: ScreenTimes) -> None:
        super().__init__(id="positions", classes="pane")
        self.border_title = "4 Positions"
        self._backend = backend
        self._store = backend.store
        self.board = PositionsBoard(backend, times)
        self._total = SumLine(self._draw_total, self.board, id="positions-total")

    def compose(self) -> ComposeResult:
        yield self.board
        yield self._total

    def on_mount(self) -> None:
        self.board.reload()

    title: str = ""

    def need(self) -> Need:
        """The room that it could fill; an even number of rows, so that not each opening moves the panes."""
        need = self.board.need()
        return Need(need.columns, need.rows + len(self.board.keys) % 2 + 1)

    @property
    def only(self) -> Only:
        """Which symbol is shown alone."""
        return self.board.only

    def show_only(self, symbol: str | None) -> None:
        """The positions of this symbol alone and their total; None: all."""
        self.board.show_only(symbol)
        self._draw_total()

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw_total)

    def on_board_cursor_moved(self) -> None:
        """Why a row is not certain is told of the selected one."""
        self._draw_total()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.positions:
            self.board.reload()
        elif changes.specs or changes.feed or changes.account or changes.intents:
            self.board.refresh_visible()
        elif changes.quotes:
            self.board.refresh_rows(self.board.moved_by(changes.quotes))
        if changes.positions or changes.account or (changes.quotes and self._store.positions):
            self._draw_total()

    def every_second(self) -> None:
        self.board.refresh_visible()
        self._draw_total()

    def _draw_total(self) -> None:
        width = min(self._total.size.width, self.board.used_width)
        if not width:
            return
        every = self._store.positions.values()
        positions = [position for position in every if self.only.fits(position.symbol)]
        currency = currency_of(self._store)
        profit = sum((self._store.live_profit(p) for p in positions), Decimal(0))
        lots = sum((p.volume for p in positions), Decimal(0))
        swap = sum((p.swap for p in positions), Decimal(0))
        sums = [f"{fmt.lots(lots)} lots", f"swap {fmt.signed_money(swap, currency)}"]
        if is_seen(swap, currency):
            sums.append(f"with it {fmt.signed_money(profit + swap, currency)}")
        words = self._words(len(positions), len(every), sums)
        figure = f"{currency or ''} {fmt.signed_money(profit, currency)}".lstrip() if positions else ""
        tint = self._total.tint("text" if not profit else "up" if profit > 0 else "down")
        now = self._backend.clock.now()
        if not all(isinstance(self._store.freshness(p.symbol, now), Fresh) for p in positions):
            tint = self._total.tint("muted")  # a sum is no newer than its oldest price
        draw_sum(self._total, words, figure, tint, width)

    def _words(self, shown: int, every: int, sums: Sequence[str]) -> list[str]:
        """How many, and what is not certain of that, which comes first."""
        clause = unread_clause(self._store.read_state(Reading.POSITIONS))
        parts = [f"! {clause}"] if clause is not None else []
        parts += self._uncertain()
        if shown:
            parts += [self.only.count_words(shown, every, "position"), *sums]
        elif every:
            parts.append(self.only.count_words(shown, every, "position"))
        return parts

    def _uncertain(self) -> list[str]:
        """Rows in doubt and rows that can't be read: of the selected one why, else how many."""
        cursor = self.board.cursor
        if cursor is not None and (row := self.board.unread(cursor)) is not None:
            named = "a row" if row.ticket is None else str(row.ticket)
            return [f"? {named} can't be read: {fmt.clean(row.why, 80)}"]
        if cursor is not None and (doubt := self._store.doubt_of(cursor)) is not None:
            return [f"? {cursor} {doubt}"]
        words = []
        if doubted := sum(self._store.doubt_of(ticket) is not None for ticket in self._store.positions):
            words.append(f"? {doubted} in doubt")
        # A position whose row can't be read any more is in doubt, and counted there.
        rows = self._store.unread(Reading.POSITIONS)
        if unread := sum(row.ticket not in self._store.positions for row in rows):
            words.append(f"? {unread} row{'' if unread == 1 else 's'} can't be read")
        return words
