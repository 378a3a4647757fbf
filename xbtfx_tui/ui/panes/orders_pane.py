"""Orders that wait: those armed in this program on top, then the broker's, whose stops alone can be changed.
This pane sends nothing itself.

What is not certain is marked, and said in the pane's title: not read is not empty.
"""

from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from xbtfx_tui.commands.armed_lines import size_of_line, stops_of_line
from xbtfx_tui.domain.armed_orders import ArmedOrder, RuleAsked, state_word
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.positions import PendingOrder
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.read_states import NeverRead, unread_clause
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.unreadable_rows import UnreadRow, unread_words
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.panes.symbol_filter import Only
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import digits_of
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

RULE_KEYS = -1_000_000
"""Keys of armed orders lie below it; those of rows without a ticket count down from -1."""


class OrdersBoard(Board[int]):
    """One row an order, the armed ones first, the newest on top. An armed one's key is below RULE_KEYS, by
    its number."""

    COLUMNS: ClassVar = (
        Column("ticket", "ticket", 10, to_left=True),
        Column("symbol", "symbol", 7, to_left=True, stretch=5),
        Column("kind", "kind", 15, to_left=True, rank=1, unseen="buy or sell"),
        Column("volume", "lots", 6, stretch=2, rank=2),
        Column("price", "price", 9, stretch=3),
        Column("now", "now", 8, rank=3, stretch=3),
        Column("sl", "sl", 9, rank=4, stretch=3),
        Column("tp", "tp", 9, rank=5, stretch=3),
    )
    EMPTY = "No orders wait. buy or sell with limit= or stop= arms one in this terminal."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "screen.only_symbol", "One symbol", id="pane.only", show=False)
    ]

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="orders", classes="pane")
        self._store = backend.store
        self.only = Only()
        self._unread: dict[int, UnreadRow] = {}
        self._rules = backend.rules
        self._armed: dict[int, ArmedOrder] = {}
        self._rules_seen = -1

    @property
    def rule(self) -> ArmedOrder | None:
        """The armed order under the cursor."""
        return None if self.cursor is None else self._armed.get(self.cursor)

    def on_mount(self) -> None:
        self.reload()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.orders or self._rules.version != self._rules_seen:
            self.reload()
        elif changes.specs or changes.feed:
            self.refresh_visible()
        elif changes.quotes:
            moved = [t for t, o in self._store.orders.items() if o.symbol in changes.quotes]
            armed = [key for key, rule in self._armed.items() if rule.symbol in changes.quotes]
            self.refresh_rows([*armed, *moved])

    def reload(self) -> None:
        every = self._store.orders
        rows = [row for row in self._store.unread(Reading.ORDERS) if row.ticket not in every]
        numbered = {-number if row.ticket is None else row.ticket: row for number, row in enumerate(rows, 1)}
        self._unread = {
            key: row for key, row in numbered.items() if row.symbol is None or self.only.fits(row.symbol)
        }
        self._rules_seen = self._rules.version
        self._armed = {
            RULE_KEYS - one.number: one for one in self._rules.orders if self.only.fits(one.symbol)
        }
        fitting = [ticket for ticket, order in every.items() if self.only.fits(order.symbol)]
        self.set_keys([*self._armed, *sorted(fitting, reverse=True), *sorted(self._unread, reverse=True)])
        self._write_title(len(fitting))
        self.refresh_empty()
        self.refresh_visible()

    def _write_title(self, fitting: int) -> None:
        words = []
        if armed := sum(one.is_waiting for one in self._rules.orders):
            words.append(f"{armed} armed")
        if asked := sum(isinstance(one.state, RuleAsked) for one in self._rules.orders):
            words.append(f"! {asked} ASK{'S' if asked == 1 else ''}")
        if self.only.symbol is not None:
            count = self.only.count_words(fitting, len(self._store.orders), "order")
            words.append(f"{count} · f shows all")
        if (clause := unread_clause(self._store.read_state(Reading.ORDERS))) is not None:
            words.append(f"! {clause}")
        if doubted := sum(self._store.doubt_of(ticket) is not None for ticket in self._store.orders):
            words.append(f"? {doubted} in doubt")
        if unread := self._store.unread(Reading.ORDERS):
            words.append(f"? {fmt.clean(unread_words(unread))}")
        self.set_class(bool(words), "-titled")
        self.border_title = Content(" · ".join(("5 Orders", *words)))

    def show_only(self, symbol: str | None) -> None:
        """The orders of this symbol alone, with a title that says so; None: all."""
        self.only = Only(symbol)
        self.reload()
        self.forget()

    def empty_words(self) -> str:
        state = self._store.read_state(Reading.ORDERS)
        if isinstance(state, NeverRead):
            return f"Not read yet, so what is pending is not known. {fmt.clean(state.why or '')}".rstrip()
        none = self.only.empty_words(len(self._store.orders), "order")
        if none is None and (clause := unread_clause(state)) is not None:
            return f"{clause[0].upper()}{clause[1:]}: none is known to be pending."
        return none or self.EMPTY

    def every_second(self) -> None:
        """Nothing here ages by itself."""

    def row(self, key: int) -> dict[str, Cell]:
        order = self._store.orders.get(key)
        if order is None and (unread := self._unread.get(key)) is not None:
            known = {"ticket": f"{unread.ticket or ''}?", "symbol": fmt.symbol(unread.symbol or "?")}
            return {
                column.name: ((self.pad(column, width, known.get(column.name, "?")), self.tint("warning")),)
                for column, width in self.layout_columns
            }
        if (rule := self._armed.get(key)) is not None:
            return self._rule_row(rule)
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = self._text(column.name, order) if order is not None else ""
            tint = "strong" if column.name == "symbol" else "text"
            if column.name in ("ticket", "now") or text == fmt.NOTHING:
                tint = "muted"
            elif column.name == "kind" and order is not None:
                tint = "up" if order.kind.side is Side.BUY else "down"
            cells[column.name] = ((self.pad(column, width, text), self.tint(tint)),)
        return cells

    def _rule_row(self, rule: ArmedOrder) -> dict[str, Cell]:
        digits = digits_of(self._store, rule.symbol, rule.level)
        held = self._rules.held(rule.number)
        word = "held" if held is not None else state_word(rule.state)
        sl, tp = stops_of_line(rule.line)
        slot = self._store.slot(rule.symbol)
        side = None if slot is None else slot.quote.ask if rule.side is Side.BUY else slot.quote.bid
        texts = {
            "ticket": f"{rule.number} {word}",
            "symbol": fmt.symbol(rule.symbol),
            "kind": f"{rule.side.value} {rule.kind.value}{f' [{rule.group}]' if rule.group else ''}",
            "volume": size_of_line(rule.line),
            "price": fmt.price(rule.level, digits),
            "now": fmt.price(None if side is None else to_decimal(side, digits), digits),
            "sl": sl or fmt.NOTHING,
            "tp": tp or fmt.NOTHING,
        }
        cells: dict[str, Cell] = {}
        for column, width in self.layout_columns:
            text = texts.get(column.name, "")
            tint = "text" if rule.is_waiting else "muted"
            if column.name == "ticket" and (held is not None or isinstance(rule.state, RuleAsked)):
                tint = "warning"
            elif column.name == "now" or text == fmt.NOTHING:
                tint = "muted"
            elif column.name == "kind" and rule.is_waiting:
                tint = "up" if rule.side is Side.BUY else "down"
            cells[column.name] = ((self.pad(column, width, text), self.tint(tint)),)
        return cells

    def _text(self, name: str, order: PendingOrder) -> str:
        digits = digits_of(self._store, order.symbol, order.price, order.sl, order.tp)
        match name:
            case "ticket":
                return f"{order.ticket}{'' if self._store.doubt_of(order.ticket) is None else '?'}"
            case "symbol":
                return fmt.symbol(order.symbol)
            case "kind":
                return order.kind.value.replace("_", " ")
            case "volume":
                return fmt.lots(order.volume)
            case "price":
                return fmt.price(order.price, digits)
            case "now":
                return fmt.price(self._price_now(order, digits), digits)
            case "sl":
                return fmt.price(order.sl, digits)
            case _:
                return fmt.price(order.tp, digits)

    def _price_now(self, order: PendingOrder, digits: int) -> Decimal | None:
        slot = self._store.slot(order.symbol)
        if slot is None:
            return None
        return to_decimal(slot.quote.ask if order.kind.side is Side.BUY else slot.quote.bid, digits)
