"""The reverse ticket: what it closes and opens, what that makes of the account, and its half-done end.

It works nothing out by itself and sends nothing: it drafts a `ReverseIntent` and hands it to the desk once.
A reverse that closed and did not open is never sent again: the order ticket is filled in for its other half.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xbtfx_tui.domain.intents import OpenIntent, ReverseIntent
from xbtfx_tui.domain.outcomes import HalfReversed, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.reversing import ReverseEstimate, estimate_reverse
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.market import Market, cells, currency_of, exact, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, Note, Tone
from xbtfx_tui.ui.format import clean, lots, money_if_known, money_named, percent, signed_money_named
from xbtfx_tui.ui.ports import Backend

_NOTHING_DONE = frozenset(
    {IntentState.REJECTED, IntentState.NOT_SENT, IntentState.FOUND_NOT_FILLED, IntentState.ABANDONED}
)
NO_STOPS = "The new position has no stops."


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
        intent = ReverseIntent(
            intent_id=intent_id,
            ticket=position.ticket,
            symbol=position.symbol,
            side=position.side,
            held=position.volume,
            comment=typed["comment"].strip(),
        )
        estimate = estimate_reverse(
            position, market.spec, market.bid, market.ask, store.live_account(), store.rate
        )
        beside, general = with_problems({"comment": Note("")}, self._backend.desk.problems(intent))
        currency = currency_of(store)
        return Draft(
            intent,
            headline=with_lateness(self._held_words(position), market.age_words),
            notes=beside,
            general=(*general, *self._remarks(position, estimate)),
            facts=cells(
                (
                    ("realises", self._profit_words(position)),
                    ("spread", money_named(estimate.spread_cost, currency)),
                    ("margin", money_named(_margin(store), currency)),
                    ("after", money_if_known(estimate.margin_after, currency)),
                    ("free after", money_named(estimate.free_after, currency)),
                    ("level after", percent(estimate.level_after)),
                )
            ),
            review=self._review_of(position, market, estimate),
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

    def _remarks(self, position: Position, estimate: ReverseEstimate) -> list[Note]:
        store, symbol = self._backend.store, position.symbol
        stops = ((name, price) for name, price in (("sl", position.sl), ("tp", position.tp)) if price)
        going = " and ".join(f"{name} {exact(store, symbol, price)}" for name, price in stops)
        remarks = [Note(f"{going} goes with the old position. {NO_STOPS}", Tone.WARNING)] if going else []
        if estimate.free_after is not None and estimate.free_after < 0:
            short = "The margin may not be enough for the second half: it would then be closed only."
            remarks.append(Note(short, Tone.WARNING))
        return remarks or [Note(f"{NO_STOPS} The API takes none with a reverse.")]

    def _review_of(self, position: Position, market: Market, estimate: ReverseEstimate) -> str:
        side, volume = position.side, lots(position.volume)
        currency = currency_of(self._backend.store)
        return (
            f"Reverse ticket {position.ticket}: close {side.value} {volume} {clean(position.symbol)} at about"
            f" {market.closing(side)} (realises about {self._profit_words(position)}), then open"
            f" {side.opposite.value} {volume} at about {market.opening(side.opposite)}."
            f" Margin after{'' if estimate.margin_after is None else ' about'}"
            f" {money_if_known(estimate.margin_after, currency)}. {NO_STOPS}"
        )

    def _profit_words(self, position: Position) -> str:
        currency = currency_of(self._backend.store)
        return signed_money_named(self._backend.store.live_profit(position), currency)


def _margin(store: Store) -> Decimal | None:
    account = store.live_account()
    return None if account is None else account.margin


# --- the half-done one ---


def half_reversed(store: Store) -> tuple[ReverseIntent, ...]:
    """The reverses of this run that closed and did not open, and whose other half was not ordered since.

    Oldest first. An opening order on that side of the symbol counts, unless nothing was done by it.
    """
    halves: dict[str, ReverseIntent] = {}
    for intent_id, record in store.intents.items():
        match record.intent:
            case ReverseIntent() as intent if isinstance(record.result, HalfReversed):
                halves[intent_id] = intent
            case OpenIntent(symbol=symbol, side=side) if record.state not in _NOTHING_DONE:
                made_good = [
                    key for key, half in halves.items() if (half.symbol, half.side.opposite) == (symbol, side)
                ]
                for key in made_good[:1]:
                    del halves[key]
            case _:
                pass
    return tuple(halves.values())


def half_reversed_words(intent: ReverseIntent, key: str) -> str:
    """What happened, and the key that opens the ticket for the rest."""
    side, volume = intent.side, lots(intent.held)
    return (
        f"ONLY HALF REVERSED: {side.value} {volume} {clean(intent.symbol, 32)} was closed, "
        f"{side.opposite.value} NOT opened. {key} opens its ticket."
    )
