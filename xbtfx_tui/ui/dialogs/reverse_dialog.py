"""The reverse ticket: what it closes and opens, and what that makes of the account.

It works nothing out by itself (planning.reverse_draft does) and hands one intent to the desk, once.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from xbtfx_tui.domain.bounded_figures import figure_words
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.reverse_estimate import ReverseEstimate
from xbtfx_tui.planning.plan_text import exact, spread_words
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.reverse_draft import NO_STOPS, draft_reverse
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import (
    cells,
    currency_of,
    draft_view,
    is_fresh,
    market_of,
    with_lateness,
)
from xbtfx_tui.ui.figure_format import clean, lots, money_named, percent, signed_money_named
from xbtfx_tui.ui.ports import Backend


class ReverseTicket(OrderDialog):
    """Reverses the position `ticket`; dismisses with the accepted ReverseIntent, or None."""

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        super().__init__(backend)

    @property
    def _position(self) -> Position | None:
        return self._backend.store.positions.get(self._ticket)

    def make_fields(self) -> Sequence[Field]:
        return (Field("comment", takes_text=True),)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"REVERSE{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        return "enter reviews · escape closes"

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._position is not None and not is_fresh(self._backend, self._position.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position, store = self._position, self._backend.store
        if position is None:
            return Draft(None, general=(Note(f"Position {self._ticket} is not open any more.", Tone.WRONG),))
        if (changed := self._changed_words(position)) is not None:
            return Draft(None, general=(Note(changed, Tone.WRONG),))
        market = market_of(self._backend, position.symbol)
        if isinstance(market, str):
            return Draft(None, headline=market)
        comment = typed["comment"].strip()
        draft = draft_reverse(position, comment, market, draft_view(self._backend), intent_id)
        order, estimate, currency = draft.order, draft.estimate, currency_of(store)
        beside, general = with_problems({"comment": Note("")}, order.problems)
        written = partial(money_text, currency=currency)
        spread = _spread_words(market, estimate, currency)
        return Draft(
            order.intent,
            headline=with_lateness(f"{self._held_words(position)}  spread {spread}", market.age_words),
            notes=beside,
            general=general or (Note(f"{NO_STOPS} The API takes none with a reverse."),),
            facts=cells(
                (
                    ("realises", signed_money_named(order.profit, currency)),
                    ("level after", figure_words(estimate.level_after, percent)),
                    ("margin", money_named(_margin(store), currency)),
                    ("after", figure_words(estimate.margin_after, written)),
                    ("free after", figure_words(estimate.free_after, written)),
                )
            ),
            review=order.sentence,
        )

    # --- words ---

    def _held_words(self, position: Position) -> str:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        now = exact(self._backend.store, position.symbol, self._backend.store.live_price(position))
        return (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  now {now}\n"
            f"becomes {position.side.opposite.value} {lots(position.volume)}"
        )

    def _changed_words(self, position: Position) -> str | None:
        """That the position is another than the dialog was opened for: its reverse would be another order."""
        first = self._first_seen or position
        if (first.side, first.volume) == (position.side, position.volume):
            return None
        now = f"{position.side.value} {lots(position.volume)}"
        return f"Position {position.ticket} is {now} lots by now: escape, and reverse it anew."


def _spread_words(market: PricedSymbol, estimate: ReverseEstimate, currency: str | None) -> str:
    cost = None if estimate.spread_cost is None else money_named(estimate.spread_cost, currency)
    return spread_words(market.bid, market.ask, market.spec.point, cost)


def _margin(store: Store) -> Decimal | None:
    account = store.live_account()
    return None if account is None else account.margin
