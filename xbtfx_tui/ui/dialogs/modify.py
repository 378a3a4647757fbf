"""The stops of a position or of a pending order: sl and tp as a price, pips, money, a multiple, or none.

It works nothing out by itself and sends nothing: it drafts a `ModifyIntent` and hands it to the desk once.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

import msgspec
from textual.content import Content

from xbtfx_tui.domain.drafting import form_words, stepped_form
from xbtfx_tui.domain.estimates import price_move_value
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, Remove, StopChange
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_forms import BadStopForm, InRisk, parse_stop_form, stop_price
from xbtfx_tui.domain.stops import BadStop, StopKind
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.orders.views import opened_otherwise
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.market import Market, currency_of, exact, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone
from xbtfx_tui.ui.dialogs.stop_words import worth_words
from xbtfx_tui.ui.format import clean, lots, pips_from
from xbtfx_tui.ui.ports import Backend


class _Held(msgspec.Struct, frozen=True):
    """What a position and a pending order have in common here; `price` is the open or the order's price."""

    ticket: int
    symbol: str
    side: Side
    what: str
    volume: Decimal
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None

    def stop(self, kind: StopKind) -> Decimal | None:
        return self.sl if kind is StopKind.SL else self.tp

    def is_at_risk(self, sl: Decimal) -> bool:
        """Whether the sl lies on the losing side of the price."""
        return sl < self.price if self.side is Side.BUY else sl > self.price


def _held(source: Position | PendingOrder | None) -> _Held | None:
    match source:
        case None:
            return None
        case Position(ticket, symbol, side, volume, price):
            return _Held(ticket, symbol, side, side.value, volume, price, source.sl, source.tp)
        case PendingOrder(ticket, symbol, kind, volume, price):
            what = kind.value.replace("_", " ")
            return _Held(ticket, symbol, kind.side, what, volume, price, source.sl, source.tp)


class ModifyTicket(OrderDialog):
    """Changes the stops of `ticket`; dismisses with the accepted ModifyIntent, or None.

    The fields begin with the stops as they stand. An emptied field removes its stop, an untouched one keeps
    it. Stops in pips count from the open price of a position, from the order's price of a pending order. A
    stop that its order asked for, and that the server lost, stands in its field from the start.
    """

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        store = backend.store
        self._is_order = ticket not in store.positions and ticket in store.orders
        self._first_seen = _held(store.orders.get(ticket) if self._is_order else store.positions.get(ticket))
        self._untouched = {kind: _first_text(store, self._first_seen, kind) for kind in StopKind}
        super().__init__(backend)

    @property
    def _now_held(self) -> _Held | None:
        store = self._backend.store
        return _held(store.orders.get(self._ticket) if self._is_order else store.positions.get(self._ticket))

    @property
    def _reference_word(self) -> str:
        return "the order's price" if self._is_order else "open"

    def make_fields(self) -> Sequence[Field]:
        return tuple(
            Field(kind.value, self._first_asked(kind) or text, stepper=partial(self._step, kind))
            for kind, text in self._untouched.items()
        )

    def _first_asked(self, kind: StopKind) -> str | None:
        """A stop that the position's own order asked for and that is not there: it begins in the field."""
        held, opened = self._first_seen, opened_otherwise(self._backend.store, self._ticket)
        if held is None or opened is None or held.stop(kind) is not None:
            return None
        asked = opened.sl if kind is StopKind.SL else opened.tp
        return None if asked is None else exact(self._backend.store, held.symbol, asked)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"MODIFY{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        money = "50$, " if currency_of(self._backend.store) is not None else ""
        return (
            f"a price, 30p from {self._reference_word}, {money}tp 2r, or empty for none · up/down by a point"
            " · enter reviews · escape closes"
        )

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._first_seen is not None and not is_fresh(self._backend, self._first_seen.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        held = self._now_held
        if held is None:
            what = "Order" if self._is_order else "Position"
            return Draft(None, general=(Note(f"{what} {self._ticket} is not open any more.", Tone.WRONG),))
        spec = self._backend.store.specs.get(held.symbol)
        market = market_of(self._backend, held.symbol)
        headline = self._headline_words(held, market)
        if spec is None:
            return Draft(None, headline=headline)
        notes: dict[str, Note] = {}
        changes: dict[StopKind, StopChange] = {}
        words: list[str] = []
        sl: Decimal | None = None
        for kind in StopKind:
            stands, text = held.stop(kind), typed[kind.value]
            untouched = text == self._untouched[kind]
            stop = stands if untouched else self._stop(text, kind, held, spec, sl)
            if isinstance(stop, BadStop | BadStopForm):
                notes[kind.value], changes[kind] = Note(stop.sentence, Tone.WRONG), Keep()
                continue
            sl = stop if kind is StopKind.SL else sl
            changes[kind] = _change(stands, stop)
            at_stop = self._at_stop_words(held, stop, spec)
            was = exact(self._backend.store, held.symbol, stands) if stands is not None else "none"
            notes[kind.value] = Note(_note_words(was, changes[kind], at_stop))
            words.append(_change_words(kind, was, changes[kind], at_stop))
        intent = ModifyIntent(intent_id, held.ticket, held.symbol, changes[StopKind.SL], changes[StopKind.TP])
        if intent.sl == Keep() and intent.tp == Keep():
            wrong = any(note.tone is Tone.WRONG for note in notes.values())
            return Draft(None, headline, notes, () if wrong else (Note("Nothing is changed yet."),))
        beside, general = with_problems(notes, self._backend.desk.problems(intent))
        review = (
            f"Modify {clean(held.symbol)} ({held.what} {lots(held.volume)}, ticket {held.ticket}):"
            f" {'; '.join(words)}."
        )
        return Draft(intent, headline, beside, general, review=review)

    def _stop(
        self, text: str, kind: StopKind, held: _Held, spec: SymbolSpec, sl: Decimal | None
    ) -> Decimal | BadStop | BadStopForm | None:
        """The price that was typed, in whichever form; `sl` is what a multiple of the risk is of."""
        form = parse_stop_form(text)
        if form is None or isinstance(form, BadStopForm):
            return form
        if isinstance(form, InRisk) and sl is not None and not held.is_at_risk(sl):
            return BadStop(
                f"The sl {sl:f} is past {held.price:f}: there is no risk to count by. Try pips like 30p."
            )
        rate = self._backend.store.rate
        return stop_price(form, kind, held.side, held.price, spec, lots=held.volume, rate=rate, sl=sl)

    def _step(self, kind: StopKind, text: str, count: int) -> str:
        held, form = self._now_held, parse_stop_form(text)
        market = None if held is None else market_of(self._backend, held.symbol)
        if held is None or not isinstance(market, Market) or isinstance(form, BadStopForm):
            return text
        closing = held.price if self._is_order else market.closing(held.side)
        return form_words(stepped_form(form, count, kind, held.side, closing, market.spec))

    def _at_stop_words(self, held: _Held, stop: Decimal | None, spec: SymbolSpec) -> str:
        """What the position comes to at the stop: `-30.0 pips from open, -30.00 USD`."""
        if stop is None:
            return ""
        store = self._backend.store
        distance = pips_between(spec, held.side, held.price, stop)
        result = price_move_value(spec, held.side, held.price, stop, held.volume, store.rate)
        return f"{pips_from(distance, self._reference_word)}{worth_words(store, result)}"

    def _headline_words(self, held: _Held, market: Market | str) -> Content:
        price = exact(self._backend.store, held.symbol, held.price)
        line = f"{held.what} {lots(held.volume)} {clean(held.symbol)} at {price}"
        if isinstance(market, str):
            return with_lateness(line, market)
        return with_lateness(f"{line}  bid {market.bid}  ask {market.ask}", market.age_words)


def _first_text(store: Store, held: _Held | None, kind: StopKind) -> str:
    stop = held.stop(kind) if held is not None else None
    return exact(store, held.symbol, stop) if held is not None and stop is not None else ""


def _change(stands: Decimal | None, wanted: Decimal | None) -> StopChange:
    if stands == wanted:
        return Keep()
    return Remove() if wanted is None else MoveTo(wanted)


def _note_words(was: str, change: StopChange, at_stop: str) -> str:
    match change:
        case Keep():
            return at_stop or "none"
        case Remove():
            return f"removes {was}"
        case MoveTo(price=price):
            return f"{price}: {at_stop}"


def _change_words(kind: StopKind, was: str, change: StopChange, at_stop: str) -> str:
    match change:
        case Keep():
            return f"{kind.value} stays {was}"
        case Remove():
            return f"{kind.value} {was} is removed"
        case MoveTo(price=price):
            return f"{kind.value} from {was} to {price} ({at_stop})"
