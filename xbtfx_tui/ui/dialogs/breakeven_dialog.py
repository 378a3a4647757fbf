"""Breakeven: says from where to where the sl goes and what that locks in, or why it can't go there yet.

A review and nothing else: the order is drafted by `planning.stop_draft`, as that of `be` is, and handed to
the desk once. What it said is what it sends: the stop is worked out once, and a later price only decides
whether it may still go.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.stop_rules import BadStop
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.stop_draft import draft_breakeven
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, Reviewing, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import draft_view, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.figure_format import clean, lots
from xbtfx_tui.ui.ports import Backend


class BreakevenDialog(OrderDialog):
    """Moves the sl of the position `ticket` to breakeven.

    Dismisses with the accepted ModifyIntent, or None.
    """

    FIRST = "ReviewLine"

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        self._stop: Decimal | BadStop | None = None
        self._refused: tuple[Note, ...] = ()
        super().__init__(backend)

    def on_mount(self) -> None:
        # Called before the base's own: what that draws is the review already.
        self._phase = Reviewing({})
        self._open_review()

    def make_fields(self) -> Sequence[Field]:
        return ()

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"BREAKEVEN{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        return ""

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._first_seen is not None and not is_fresh(self._backend, self._first_seen.symbol)

    def redraft(self) -> None:
        """As the base does; but an enter meant for `Can't be sent` must not send what can be by now."""
        before = self._draft.sendable
        super().redraft()
        if isinstance(self._phase, Reviewing) and self._draft.sendable and not before:
            self._open_review()

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position = self._backend.store.positions.get(self._ticket)
        if position is None:
            return _refused(f"Position {self._ticket} is not open any more.")
        market = market_of(self._backend, position.symbol)
        if isinstance(market, str):
            return _refused(market)
        if self._stop is None:
            self._stop = breakeven_stop(position, market.bid, market.ask, market.spec)
        headline = with_lateness(self._headline_words(position, market), market.age_words)
        if isinstance(self._stop, BadStop):
            return Draft(None, headline, general=(Note(clean(self._stop.sentence), Tone.WRONG),))
        order = draft_breakeven(position, self._stop, market, draft_view(self._backend), intent_id)
        _, general = with_problems({}, order.problems)
        return Draft(order.intent, headline, general=(*self._refused, *general), review=order.sentence)

    # --- the one step ---

    def show_general(self, notes: Sequence[Note]) -> None:
        """The review says it all, and is always up."""

    def _open_review(self) -> None:
        self._draft = self.make_draft({}, self._intent_id)
        if self._review.is_attached:  # not where the program ends just now
            self._review.open(self._review_words())

    def _edit(self, refusal: tuple[Note, ...] = ()) -> None:
        """There are no fields to go back to: out, or to the review that says why it was not taken."""
        if not refusal:
            self.dismiss(None)
            return
        self._refused, self._phase = refusal, Reviewing({})
        self._open_review()

    # --- words ---

    def _headline_words(self, position: Position, market: PricedSymbol) -> str:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  bid {market.bid}  ask {market.ask}"
        )


def _refused(sentence: str) -> Draft:
    return Draft(None, general=(Note(sentence, Tone.WRONG),))
