"""The stops of a position or of a pending order: sl and tp as a price, pips, money, a multiple, or none.

It works nothing out by itself and sends nothing: the order is drafted by `planning.stop_draft`, as that of
the command line is, and handed to the desk once.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN
from functools import partial

from textual.content import Content

from xbtfx_tui.domain.intents import Keep, Remove
from xbtfx_tui.domain.order_estimates import counts_money
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.price_grid import on_grid
from xbtfx_tui.domain.stop_input import BadStopForm, parse_stop_form
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.typed_order import form_words, stepped_form
from xbtfx_tui.orders.store_views import stop_to_offer
from xbtfx_tui.planning.plan_text import exact
from xbtfx_tui.planning.priced_symbol import PricedSymbol
from xbtfx_tui.planning.stop_draft import StopHolder, StopWish, draft_stops, holder_of
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Note, Tone
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.ticket_market import draft_view, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.figure_format import clean, lots
from xbtfx_tui.ui.ports import Backend


class ModifyTicket(OrderDialog):
    """Changes the stops of `ticket`; dismisses with the accepted ModifyIntent, or None.

    The fields begin with the stops as they stand, or with what `begins` has of them, as typed. An emptied
    field removes its stop, an untouched one keeps it. Stops in pips count from the open price of a position,
    from the order's price of a pending order. A stop that its order asked for, and that the server lost,
    stands in its field from the start; so do, of what a reverse opened, those of the old position's
    distances.
    """

    def __init__(self, backend: Backend, ticket: int, begins: Mapping[StopKind, str] | None = None) -> None:
        self._ticket = ticket
        self._begins = begins or {}
        store = backend.store
        self._is_order = ticket not in store.positions and ticket in store.orders
        self._first_seen = self._now_held(backend)
        self._untouched = {kind: _first_text(backend, self._first_seen, kind) for kind in StopKind}
        super().__init__(backend)

    def _now_held(self, backend: Backend) -> StopHolder | None:
        store = backend.store
        source: Position | PendingOrder | None
        source = store.orders.get(self._ticket) if self._is_order else store.positions.get(self._ticket)
        return None if source is None else holder_of(source)

    def make_fields(self) -> Sequence[Field]:
        return tuple(
            Field(
                kind.value,
                self._begins.get(kind) or self._first_asked(kind) or text,
                stepper=partial(self._step, kind),
            )
            for kind, text in self._untouched.items()
        )

    def _first_asked(self, kind: StopKind) -> str | None:
        """A stop that is to be offered to a position which lacks it: it begins in the field."""
        store = self._backend.store
        position = None if self._is_order else store.positions.get(self._ticket)
        asked = None if position is None else stop_to_offer(store, position, kind)
        if position is None or asked is None:
            return None
        spec = store.specs.get(position.symbol)
        return exact(store, position.symbol, asked if spec is None else on_grid(asked, spec, ROUND_HALF_EVEN))

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"MODIFY{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        reference = "open" if self._first_seen is None else self._first_seen.counts_from
        money = "50$, " if self._counts_money() else ""
        return (
            f"a price, 30p from {reference}, {money}tp 2r, or empty for none · up/down by a point"
            " · enter reviews · escape closes"
        )

    def _counts_money(self) -> bool:
        store = self._backend.store
        spec = None if self._first_seen is None else store.specs.get(self._first_seen.symbol)
        return spec is not None and counts_money(spec, store.rate)

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._first_seen is not None and not is_fresh(self._backend, self._first_seen.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        held = self._now_held(self._backend)
        if held is None:
            what = "Order" if self._is_order else "Position"
            return Draft(None, general=(Note(f"{what} {self._ticket} is not open any more.", Tone.WRONG),))
        headline = self._headline_words(held, market_of(self._backend, held.symbol))
        wrong: dict[str, Note] = {}
        sl, tp = (self._wish(kind, typed[kind.value], wrong) for kind in StopKind)
        drafted = draft_stops(held, sl, tp, draft_view(self._backend), intent_id)
        quiet = {kind.value: Note(words) for kind, words in drafted.beside.items()}
        beside, general = with_problems(quiet | wrong, drafted.order.problems)
        if not drafted.changes_nothing:
            return Draft(drafted.order.intent, headline, beside, general, review=drafted.order.sentence)
        is_wrong = any(note.tone is Tone.WRONG for note in beside.values())
        return Draft(None, headline, beside, general if is_wrong else (*general, _UNCHANGED))

    def _wish(self, kind: StopKind, text: str, wrong: dict[str, Note]) -> StopWish:
        """What the field asks for; a text that can't be read is said in `wrong`, and asks for nothing."""
        if text == self._untouched[kind]:
            return Keep()
        form = parse_stop_form(text, counts_money=self._counts_money())
        if isinstance(form, BadStopForm):
            wrong[kind.value] = Note(form.sentence, Tone.WRONG)
            return Keep()
        return Remove() if form is None else form

    def _step(self, kind: StopKind, text: str, count: int) -> str:
        held, form = self._now_held(self._backend), parse_stop_form(text)
        market = None if held is None else market_of(self._backend, held.symbol)
        if held is None or not isinstance(market, PricedSymbol) or isinstance(form, BadStopForm):
            return text
        closing = held.price if self._is_order else market.closing(held.side)
        return form_words(stepped_form(form, count, kind, held.side, closing, market.spec))

    def _headline_words(self, held: StopHolder, market: PricedSymbol | str) -> Content:
        price = exact(self._backend.store, held.symbol, held.price)
        line = f"{held.what} {lots(held.volume)} {clean(held.symbol)} at {price}"
        if isinstance(market, str):
            return with_lateness(line, market)
        return with_lateness(f"{line}  bid {market.bid}  ask {market.ask}", market.age_words)


_UNCHANGED = Note("Nothing is changed yet.")


def _first_text(backend: Backend, held: StopHolder | None, kind: StopKind) -> str:
    stop = held.stop(kind) if held is not None else None
    return exact(backend.store, held.symbol, stop) if held is not None and stop is not None else ""
