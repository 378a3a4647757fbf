"""What `be`, `sl` and `tp` come to: one changed stop a position, the other left as it stands.

Distances count from the position's open price, as in the modify dialog. Never moves a stop away from the
market by itself: breakeven is only ever nearer than what stands (domain.breakeven).
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.commands.command import Breakeven, BreakevenFrom, OneTicket, RemoveStop, SetStop, Target
from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.estimates import price_move_value
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, Remove, StopChange
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.outcomes import IntentState
from xbtfx_tui.domain.pips import no_pips_words
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_forms import AtPrice, InRisk, form_text, number_text, stop_price
from xbtfx_tui.domain.stops import BadStop, StopKind
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.planning.assembling import left_out_words, plan_of_many, plan_of_one
from xbtfx_tui.planning.market import Awaited, Market, NoMarket, market_now, needs
from xbtfx_tui.planning.plan import NeedsSymbols, Plan, Refusal, Step
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.targets import position_of, positions_of
from xbtfx_tui.planning.words import (
    at_stop_words,
    currency_of,
    held_words,
    listed,
    many,
    name,
    open_words,
)
from xbtfx_tui.store.store import Store

_LISTED = 5


def breakeven(command: Breakeven | BreakevenFrom, view: PlanView) -> Plan | Refusal | NeedsSymbols:
    """The sl to where closing costs nothing, on each position that is far enough up."""
    target: Target = OneTicket(command.ticket) if isinstance(command, Breakeven) else command.target
    held = positions_of(target, view)
    if isinstance(held, Refusal):
        return held
    markets = {position.symbol: market_now(view, position.symbol) for position in held}
    if awaited := [market.symbol for market in markets.values() if isinstance(market, Awaited)]:
        return needs(awaited)
    least = command.pips if isinstance(command, BreakevenFrom) else None
    steps: list[Step] = []
    left_out: list[tuple[Position, str]] = []
    too_low: list[str] = []
    for position in held:
        match markets[position.symbol]:
            case Market() as market:
                up = _too_low(position, market, least)
                if isinstance(up, str):
                    left_out.append((position, up))
                    continue
                if up is not None:
                    too_low.append(f"{position.ticket} {name(position.symbol)} {up:+,.1f}")
                    continue
                stop = breakeven_stop(position, market.bid, market.ask, market.spec)
                if isinstance(stop, BadStop):
                    left_out.append((position, stop.sentence))
                else:
                    steps.append(_breakeven_step(position, stop, market, view))
            case NoMarket(sentence):
                left_out.append((position, sentence))
            case Awaited():
                pass
    if not steps and not left_out:
        shown = listed(too_low[:_LISTED], max(0, len(too_low) - _LISTED))
        return Refusal(f"No such position is {_pips(least)} up. In pips: {shown}.")
    return _breakeven_plan(target, steps, left_out, view)


def _breakeven_plan(
    target: Target, steps: list[Step], left_out: Sequence[tuple[Position, str]], view: PlanView
) -> Plan | Refusal:
    if isinstance(target, OneTicket):
        if left_out:
            return Refusal(left_out[0][1])
        return plan_of_one(steps[0], _breakeven_headline(steps), view)
    remarks = [left_out_words(position.ticket, position.symbol, why) for position, why in left_out]
    # A change of stops that are in doubt has to wait: the other positions must not wait with it.
    doubtful = _in_doubt(view.store)
    steps.sort(key=lambda step: isinstance(step.intent, ModifyIntent) and step.intent.ticket in doubtful)
    return plan_of_many(steps, _breakeven_headline, view, remarks)


def _too_low(position: Position, market: Market, least: Decimal | None) -> Decimal | str | None:
    """How many pips it is up where that is less than `least`; why pips can't be counted; None where it is
    far enough up."""
    if least is None:
        return None
    up = pips_between(market.spec, position.side, position.price_open, market.closing(position.side))
    if up is None:
        return no_pips_words(market.spec)
    return up if up < least else None


def _in_doubt(store: Store) -> frozenset[int]:
    """The tickets whose last change of stops has an unknown outcome."""
    return frozenset(
        record.intent.ticket
        for record in store.intents.values()
        if isinstance(record.intent, ModifyIntent)
        and record.state in (IntentState.UNKNOWN, IntentState.AMBIGUOUS)
    )


def _pips(count: Decimal | None) -> str:
    return "at all" if count is None else f"{number_text(count)} pips"


def _breakeven_step(position: Position, stop: Decimal, market: Market, view: PlanView) -> Step:
    intent = ModifyIntent(
        view.desk.new_intent_id(), position.ticket, position.symbol, MoveTo(stop), Keep(), only_nearer=True
    )
    was = f"{position.sl:f}" if position.sl is not None else "none"
    words = (
        f"sl of {held_words(position)}, from {was} to {stop}: open {position.price_open:f} and the spread. "
        f"It is at {market.closing(position.side)}."
    )
    return Step(intent, words)


def _breakeven_headline(steps: Sequence[Step]) -> str:
    if len(steps) == 1 and isinstance(steps[0].intent, ModifyIntent):
        return f"Stop to breakeven on {steps[0].intent.ticket} {name(steps[0].intent.symbol)}."
    return f"Stop to breakeven on {many(len(steps), 'position')}."


# --- one stop of one ticket ---


class _Held(msgspec.Struct, frozen=True):
    """A position or a pending order: what its stops hang on. `price` is where it opened or would open."""

    ticket: int
    symbol: str
    side: Side
    volume: Decimal
    price: Decimal
    sl: Decimal | None
    tp: Decimal | None
    words: str
    is_order: bool

    def stop(self, kind: StopKind) -> Decimal | None:
        return self.sl if kind is StopKind.SL else self.tp


def set_stop(command: SetStop, view: PlanView) -> Plan | Refusal | NeedsSymbols:
    """One stop to a price, or to a distance from the open price."""
    held = _held(command.ticket, view)
    if isinstance(held, Refusal):
        return held
    kind = command.kind
    if held.is_order and not isinstance(command.stop, AtPrice):
        return Refusal(
            f"{held.ticket} is a pending order: its {kind.value} takes a price, like "
            f"{kind.value} {held.ticket} {held.price:f}, not {form_text(command.stop)}."
        )
    spec = view.store.specs.get(held.symbol)
    if spec is None:
        return needs([held.symbol])
    if isinstance(command.stop, InRisk) and held.sl is not None and not _is_at_risk(held, held.sl):
        return Refusal(
            f"The sl of {held.ticket} stands at {held.sl:f}, past the open price {held.price:f}: there is no "
            "risk to count by. Try pips like 30p, or a price."
        )
    stop = stop_price(
        command.stop, kind, held.side, held.price, spec, lots=held.volume, rate=view.store.rate, sl=held.sl
    )
    if isinstance(stop, BadStop):
        return Refusal(stop.sentence)
    was = held.stop(kind)
    if was == stop:
        return Refusal(f"The {kind.value} of {held.ticket} stands at {stop} already.")
    came = f", from {was:f}" if was is not None else ""
    known = _at_stop_words(held, stop, spec, view)
    words = f"Set the {kind.value} of {held.words}{came} to {stop}{f' ({known})' if known else ''}."
    return _change(held, kind, MoveTo(stop), words, view)


def remove_stop(command: RemoveStop, view: PlanView) -> Plan | Refusal:
    """One stop taken away."""
    held = _held(command.ticket, view)
    if isinstance(held, Refusal):
        return held
    kind = command.kind
    was = held.stop(kind)
    if was is None:
        return Refusal(f"{held.ticket} has no {kind.value} to take away: {held.words}.")
    return _change(
        held, kind, Remove(), f"Take the {kind.value} of {held.words}, away; it is at {was:f}.", view
    )


def _change(held: _Held, kind: StopKind, change: StopChange, words: str, view: PlanView) -> Plan | Refusal:
    sl, tp = (change, Keep()) if kind is StopKind.SL else (Keep(), change)
    intent = ModifyIntent(view.desk.new_intent_id(), held.ticket, held.symbol, sl, tp)
    other = StopKind.TP if kind is StopKind.SL else StopKind.SL
    stays = held.stop(other)
    stays_words = f" {other.value} stays {f'{stays:f}' if stays is not None else 'none'}."
    return plan_of_one(Step(intent, words + stays_words), words, view)


def _held(ticket: int, view: PlanView) -> _Held | Refusal:
    store = view.store
    if (order := store.orders.get(ticket)) is not None and ticket not in store.positions:
        return _of_order(order)
    position = position_of(ticket, view)
    if not isinstance(position, Refusal):
        p = position
        return _Held(
            p.ticket, p.symbol, p.side, p.volume, p.price_open, p.sl, p.tp, held_words(p), is_order=False
        )
    if store.positions_asked is None:
        return position
    orders = sorted(store.orders)[:_LISTED]
    pending = f" Pending orders: {', '.join(map(str, orders))}." if orders else ""
    return Refusal(f"There is no position or pending order {ticket}. {open_words(store)}{pending}")


def _of_order(order: PendingOrder) -> _Held:
    kind = order.kind.value.replace("_", " ")
    words = f"{kind} {lots_words(order.volume)} {name(order.symbol)} at {order.price:f}, order {order.ticket}"
    return _Held(
        order.ticket,
        order.symbol,
        order.kind.side,
        order.volume,
        order.price,
        order.sl,
        order.tp,
        words,
        is_order=True,
    )


def _is_at_risk(held: _Held, sl: Decimal) -> bool:
    """Whether the sl lies on the losing side of the open price."""
    return sl < held.price if held.side is Side.BUY else sl > held.price


def _at_stop_words(held: _Held, stop: Decimal, spec: SymbolSpec, view: PlanView) -> str:
    """What the position comes to at the stop: `-30.0 pips, -30.00 USD`."""
    distance = pips_between(spec, held.side, held.price, stop)
    result = price_move_value(spec, held.side, held.price, stop, held.volume, view.store.rate)
    return at_stop_words(distance, result, currency_of(view.store), signed=True)
