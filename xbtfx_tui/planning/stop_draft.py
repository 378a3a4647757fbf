"""What a change of stops comes to: drafted once, for the dialogs that move stops and for `sl`, `tp` and `be`.

Stops count from where a position opened, or from a pending order's own price. What the market and the broker
allow is for the desk's guards to say. Never sends anything.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo, Remove, StopChange
from xbtfx_tui.domain.money_text import NOT_KNOWN, signed_money_text
from xbtfx_tui.domain.order_estimates import price_move_value
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.pip_size import in_pips, signed_pips_text
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InRisk, StopForm, stop_price
from xbtfx_tui.domain.stop_rules import BadStop, StopKind, is_as_good_sl
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.draft_types import OrderDraft, judged, warning, wrong
from xbtfx_tui.planning.plan_text import currency_of, exact, name
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, needs
from xbtfx_tui.store.store import Store

StopWish: TypeAlias = Keep | Remove | StopForm
"""What is wanted of a stop: left as it stands, taken away, or put where the form says."""


class StopHolder(msgspec.Struct, frozen=True):
    """What stops hang on, of a position and of a pending order alike.

    `price` is where it opened, or would open; `counts_from` says which. `what` is `buy` or `buy limit`, and
    `words` go on with its lots and ticket.
    """

    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None
    counts_from: str
    what: str
    words: str

    def stop(self, kind: StopKind) -> Decimal | None:
        return self.sl if kind is StopKind.SL else self.tp


class StopDraft(msgspec.Struct, frozen=True):
    """A change of the two stops; `headline` has only what changes. `beside` says of each stop what it comes
    to: `1.07800: -20.0 pips from open, -40.00 USD`. An order that `changes_nothing` has a problem that says
    so, where something was wished."""

    order: OrderDraft
    headline: str
    beside: Mapping[StopKind, str]

    @property
    def changes_nothing(self) -> bool:
        return _is_empty(self.order.intent)


def holder_of(source: Position | PendingOrder) -> StopHolder:
    """What the stops of the position, or of the pending order, hang on."""
    if isinstance(source, Position):
        side, price, what, counts_from, at = source.side, source.price_open, source.side.value, "open", ""
    else:
        side, price, what = source.kind.side, source.price, source.kind.value.replace("_", " ")
        counts_from, at = "the order's price", f" at {price:f}"
    return StopHolder(
        source.ticket,
        source.symbol,
        side,
        source.volume,
        price,
        source.sl,
        source.tp,
        counts_from,
        what,
        f"{what} {lots_words(source.volume)}{at}, ticket {source.ticket}",
    )


def draft_stops(held: StopHolder, sl: StopWish, tp: StopWish, view: PlanView, intent_id: str) -> StopDraft:
    """The order that brings the stops where they are wished; a multiple of the risk counts by the sl as it is
    then. The symbol's terms are needed for a stop that is put somewhere, and for nothing else."""
    store = view.store
    found: list[Problem] = []
    unchanged: list[Problem] = []
    changes: dict[StopKind, StopChange] = {}
    beside: dict[StopKind, str] = {}
    clauses: dict[StopKind, str] = {}
    sl_then: Decimal | None = None
    for kind, wish in ((StopKind.SL, sl), (StopKind.TP, tp)):
        stands = held.stop(kind)
        stop = _stop_wished(wish, kind, held, sl_then, store)
        if isinstance(stop, BadStop):
            found.append(wrong(stop.sentence, kind.value))
            stop = stands
        elif stop == stands and not isinstance(wish, Keep):
            unchanged.append(wrong(_unchanged_words(kind, held, store), kind.value))
        sl_then = stop if kind is StopKind.SL else sl_then
        change = changes[kind] = _change(stands, stop)
        was = stands_words(store, held, kind)
        comes_to = "" if stop is None else at_stop_words(held, stop, store)
        beside[kind] = _beside_words(was, change, comes_to)
        clauses[kind] = _clause(kind, was, change, comes_to)
    intent = ModifyIntent(intent_id, held.ticket, held.symbol, changes[StopKind.SL], changes[StopKind.TP])
    sentence = f"Modify {name(held.symbol)} ({held.words}): {'; '.join(clauses.values())}."
    changed = "; ".join(words for kind, words in clauses.items() if changes[kind] != Keep())
    headline = f"Modify {name(held.symbol)}, ticket {held.ticket}: {changed or 'nothing'}."
    moving = tuple(moving_warnings(held.ticket, view))
    if _is_empty(intent):
        # The desk has nothing to say of what would never be sent.
        return StopDraft(OrderDraft(intent, sentence, (*found, *unchanged, *moving)), headline, beside)
    return StopDraft(judged(intent, sentence, view, (*found, *moving)), headline, beside)


def draft_breakeven(
    position: Position, stop: Decimal, market: PricedSymbol, view: PlanView, intent_id: str
) -> OrderDraft:
    """The order that brings the sl to `stop`, which domain.breakeven gave; only ever nearer the price."""
    store, held = view.store, holder_of(position)
    intent = ModifyIntent(intent_id, position.ticket, position.symbol, MoveTo(stop), Keep(), only_nearer=True)
    was, opened = stands_words(store, held, StopKind.SL), exact(store, held.symbol, held.price)
    kept = _clause(StopKind.TP, stands_words(store, held, StopKind.TP), Keep(), "")
    sentence = (
        f"Breakeven for {name(position.symbol)} ({held.words}): sl from {was} to {stop} (open {opened} and"
        f" the spread), which locks in {at_stop_words(held, stop, store)}; {kept}."
        f" {_closes_at_words(market, position.side)}"
    )
    overtaken = overtaken_words(intent, store.positions)
    found = () if overtaken is None else (wrong(overtaken, "sl"),)
    return judged(intent, sentence, view, (*found, *moving_warnings(position.ticket, view)))


def _closes_at_words(market: PricedSymbol, side: Side) -> str:
    price = market.closing(side)
    return f"It is at {price} now." if market.is_fresh else f"It was at {price} last: {market.age_words}."


def overtaken_words(intent: Intent, positions: Mapping[int, Position]) -> str | None:
    """Why a stop that is only ever moved nearer has to stay, as a sentence: what stands is as good."""
    match intent:
        case ModifyIntent(ticket=ticket, sl=MoveTo(price=price), only_nearer=True):
            held = positions.get(ticket)
            if held is None or held.sl is None or not is_as_good_sl(held.side, held.sl, price):
                return None
            return f"The sl of {ticket} stands at {held.sl:f} by now: that is {price:f} or better."
        case _:
            return None


def moving_warnings(ticket: int, view: PlanView) -> Iterator[Problem]:
    """That the stops shown may be those of before an order whose outcome is not known yet."""
    if view.desk.is_moving_stops(ticket):
        yield warning(
            f"An order that moves the stops of {ticket} is not known yet: what stands here may be from before"
            " it."
        )


# --- words ---


def stands_words(store: Store, held: StopHolder, kind: StopKind) -> str:
    """The stop that stands, with the symbol's digits; `none` where there is none, `not known` unread."""
    stop = held.stop(kind)
    if stop is not None:
        return exact(store, held.symbol, stop)
    return "none" if store.knows_stop(held.ticket, kind) else NOT_KNOWN


def at_stop_words(held: StopHolder, stop: Decimal, store: Store) -> str:
    """What it comes to at the stop: `-30.0 pips from open, -30.00 USD`; without pips where those are not
    known, and empty where the symbol's terms have not been read."""
    spec = store.specs.get(held.symbol)
    if spec is None:
        return ""
    pips = pips_between(spec, held.side, held.price, stop)
    away = "" if pips is None else f"{in_pips(signed_pips_text(pips))} from {held.counts_from}, "
    worth = price_move_value(spec, held.side, held.price, stop, held.volume, store.rate)
    money = f"in money {NOT_KNOWN}" if worth is None else signed_money_text(worth, currency_of(store))
    return f"{away}{money}"


def _beside_words(was: str, change: StopChange, comes_to: str) -> str:
    match change:
        case Keep():
            return comes_to or was
        case Remove():
            return f"removes {was}"
        case MoveTo(price=price):
            return f"{price}: {comes_to}"


def _clause(kind: StopKind, was: str, change: StopChange, comes_to: str) -> str:
    match change:
        case Keep():
            return f"{kind.value} stays {'as it is' if was == NOT_KNOWN else was}"
        case Remove():
            return f"{kind.value} {was} is removed"
        case MoveTo(price=price):
            return f"{kind.value} from {was} to {price} ({comes_to})"


def _unchanged_words(kind: StopKind, held: StopHolder, store: Store) -> str:
    """Why a wish changes nothing, as a sentence."""
    stands = held.stop(kind)
    if stands is not None:
        return f"The {kind.value} of {held.ticket} stands at {exact(store, held.symbol, stands)} already."
    if store.knows_stop(held.ticket, kind):
        return f"{held.ticket} has no {kind.value} to take away: {name(held.symbol)} {held.words}."
    return (
        f"Whether {held.ticket} has a {kind.value} is not known yet: the list of positions has to tell it"
        " first. Try again in a moment."
    )


# --- where a stop goes ---


def _stop_wished(
    wish: StopWish, kind: StopKind, held: StopHolder, sl: Decimal | None, store: Store
) -> Decimal | BadStop | None:
    """The price at which the stop would then stand, None for none; a multiple of the risk is that to `sl`."""
    if isinstance(wish, Keep):
        return held.stop(kind)
    if isinstance(wish, Remove):
        return None
    spec = store.specs.get(held.symbol)
    if spec is None:
        return BadStop(needs([held.symbol]).sentence)
    if isinstance(wish, InRisk) and sl is not None and is_as_good_sl(held.side, sl, held.price):
        return BadStop(
            f"The sl {exact(store, held.symbol, sl)} is past {exact(store, held.symbol, held.price)}: there"
            " is no risk to count by. Try pips like 30p, or a price."
        )
    return stop_price(wish, kind, held.side, held.price, spec, lots=held.volume, rate=store.rate, sl=sl)


def _change(stands: Decimal | None, wanted: Decimal | None) -> StopChange:
    if stands == wanted:
        return Keep()
    return Remove() if wanted is None else MoveTo(wanted)


def _is_empty(intent: Intent) -> bool:
    return isinstance(intent, ModifyIntent) and intent.sl == Keep() and intent.tp == Keep()
