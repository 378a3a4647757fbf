"""Breakeven: says where the sl goes and what that locks in, or why it can't go there yet.

The order is drafted by `planning.stop_draft`, as that of `be` is, and handed to the desk once. What it said
is what it sends: the stop is worked out once, and a later price only decides whether it may still go.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from textual import events

from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.stop_draft import draft_breakeven, holder_of, stands_words
from xbtfx_tui.ui.dialogs.dialog_fields import Field, FieldInput, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import draft_view, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.figure_format import clean, lots
from xbtfx_tui.ui.ports import Backend

_STEERS = ("enter", "escape")


class _WorkedOut(FieldInput):
    """A figure that is worked out: read, not typed."""

    async def on_key(self, event: events.Key) -> None:
        # Textual calls this before FieldInput's own, which prevent_default keeps from being called.
        if event.key not in _STEERS:
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()


class _WorkedOutField(Field):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.input = _WorkedOut("")


class BreakevenDialog(OrderDialog):
    """Moves the sl of the position `ticket` to breakeven.

    Dismisses with the accepted ModifyIntent, or None.
    """

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        self._stop: Decimal | BadStop | None = None
        super().__init__(backend)

    def make_fields(self) -> Sequence[Field]:
        return (_WorkedOutField("sl"),)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"BREAKEVEN{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        return "enter reviews · escape closes"

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._first_seen is not None and not is_fresh(self._backend, self._first_seen.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position, store = self._backend.store.positions.get(self._ticket), self._backend.store
        if position is None:
            return Draft(None, general=(Note(f"Position {self._ticket} is not open any more.", Tone.WRONG),))
        market = market_of(self._backend, position.symbol)
        if isinstance(market, str):
            return Draft(None, general=(Note(market, Tone.WRONG),))
        if not isinstance(self._stop, Decimal):
            self._stop = breakeven_stop(position, market.bid, market.ask, market.spec)
        headline = with_lateness(self._headline_words(position, market), market.age_words)
        if isinstance(self._stop, BadStop):
            return Draft(None, headline, {"sl": Note(clean(self._stop.sentence), Tone.WRONG)})
        if (shown := self._fields["sl"].input).value != str(self._stop):
            shown.rewrite(str(self._stop))
        order = draft_breakeven(position, self._stop, market, draft_view(self._backend), intent_id)
        was = stands_words(store, holder_of(position), StopKind.SL)
        beside, general = with_problems({"sl": Note(f"from {was}")}, order.problems)
        return Draft(order.intent, headline, beside, general, review=order.sentence)

    # --- words ---

    def _headline_words(self, position: Position, market: PricedSymbol) -> str:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  bid {market.bid}  ask {market.ask}"
        )
