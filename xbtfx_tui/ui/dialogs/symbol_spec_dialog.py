"""The spec sheet of a symbol, to read: opens at once, asks for the spec where it is missing, and fills in.

Prices, margin and the time that is left move on once a second. It sends no order.
"""

from datetime import UTC, datetime
from decimal import Decimal

from rich.table import Table
from rich.text import Text
from textual.widgets import Static

from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.orders.store_views import opens_at
from xbtfx_tui.store.latest_quotes import Fresh, Freshness, NeverSeen, Stale
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.dialogs.symbol_spec_text import Moment, SpecRows, session_rows, spec_rows
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.store_lookup import currency_of

_LOOKS_PER_SECOND = 1


class SpecSheet(ReadingDialog):
    """`default_volume` in lots is what a ticket begins with: its margin stands beside that of one lot."""

    def __init__(self, backend: Backend, symbol: str, default_volume: Decimal) -> None:
        super().__init__("reader")
        self._backend = backend
        self._symbol = symbol
        self._default_volume = default_volume
        self._shown: SpecRows = ()

    def title_words(self) -> str:
        return f"{clean(self._symbol, 32)} · spec sheet"

    def page(self) -> Table:
        self._shown = self._rows()
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for name, words in self._shown:
            table.add_row(Text(name, style="dim"), Text(words))
        return table

    def on_mount(self) -> None:
        if self._symbol not in self._backend.store.specs:
            self._backend.need_spec(self._symbol)
        self.set_interval(1 / _LOOKS_PER_SECOND, self._look)

    def _look(self) -> None:
        spec = self._backend.store.specs.get(self._symbol)
        if spec is None or not spec.tradeable:
            self._backend.need_spec(self._symbol)  # a closed market opens some time
        if self._rows() != self._shown:
            self.query_one("#frame Static", Static).update(self.page())

    def _rows(self) -> SpecRows:
        store = self._backend.store
        spec = store.specs.get(self._symbol)
        if spec is None:
            return [("", "The spec is being asked for ...")]
        slot = store.slot(self._symbol)
        bid, ask = (slot.quote.bid, slot.quote.ask) if slot is not None else (spec.bid, spec.ask)
        instant = self._backend.clock.now()
        now = Moment(
            bid=to_decimal(bid, spec.digits) if bid else None,
            ask=to_decimal(ask, spec.digits) if ask else None,
            account=store.account,
            currency=currency_of(store),
            rate=store.rate,
            default_volume=self._default_volume,
            at=datetime.fromtimestamp(instant.wall, UTC),
            late=_late(store.freshness(self._symbol, instant)),
            opens_at=opens_at(store, self._symbol, instant),
        )
        return [*spec_rows(spec, now), *session_rows(spec.trade_sessions)]


def _late(freshness: Freshness) -> str:
    match freshness:
        case Fresh():
            return ""
        case Stale() as stale:
            return f"; the price is {stale.words}"
        case NeverSeen():
            return "; the price is the spec's, no quote has come yet"
