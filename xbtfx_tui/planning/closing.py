"""What `close`, `reverse` and `closeby` come to: which part of which position, and what that realises.

A part is rounded down to the symbol's step and never up: where that leaves nothing, the position is left out.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext

import msgspec

from xbtfx_tui.commands.command import Close, CloseBy, OneTicket, Part, Reverse, Share, Target
from xbtfx_tui.domain.estimates import price_move_value
from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, CloseUnreadIntent, ReverseIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.sizing import Lots
from xbtfx_tui.domain.symbols import SymbolSpec
from xbtfx_tui.domain.volumes import floor_to_step, profit_of_part, volume_problem, volume_steps
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.orders.views import is_netting
from xbtfx_tui.planning.assembling import left_out_words, plan_of_many, plan_of_one
from xbtfx_tui.planning.closing_blind import closing_blind, rows_of, unread_steps
from xbtfx_tui.planning.market import needs
from xbtfx_tui.planning.plan import NeedsSymbols, Plan, Refusal, Step
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.targets import position_of, positions_of
from xbtfx_tui.planning.words import currency_of, held_words, many, name, signed_money


class _NoPart(msgspec.Struct, frozen=True):
    """Why no such part of a position can be closed, as a sentence."""

    sentence: str


def closing(command: Close, view: PlanView) -> Plan | Refusal | NeedsSymbols:
    """A close of each of the target's positions, one order each; where what is held is not known, by number
    or of whatever there is."""
    if (blind := closing_blind(command, view)) is not None:
        return blind
    held = _readable(command.target, view)
    if isinstance(held, Refusal):
        return held
    specs, part = view.store.specs, command.part
    if part is not Share.ALL and (unread := [p.symbol for p in held if p.symbol not in specs]):
        return needs(unread)
    steps: list[Step] = []
    left_out: list[tuple[Position, str]] = []
    for position in held:
        volume = _volume(part, position, specs.get(position.symbol))
        if isinstance(volume, _NoPart):
            left_out.append((position, volume.sentence))
        else:
            steps.append(_close_step(position, volume, view))
    if isinstance(command.target, OneTicket):
        if left_out:
            return Refusal(left_out[0][1])
        return plan_of_one(steps[0], _headline(steps, view), view)
    remarks = [left_out_words(position.ticket, position.symbol, why) for position, why in left_out]
    by_number = unread_steps(command, view)
    remarks += by_number.left_out
    return plan_of_many([*steps, *by_number.steps], lambda kept: _headline(kept, view), view, remarks)


def _readable(target: Target, view: PlanView) -> tuple[Position, ...] | Refusal:
    """The target's positions; none is no refusal where some of its rows can't be read."""
    held = positions_of(target, view)
    return () if isinstance(held, Refusal) and rows_of(target, view.store) else held


def _volume(part: Part, position: Position, spec: SymbolSpec | None) -> Decimal | _NoPart:
    """The lots to close: on the symbol's grid, or all that is held."""
    held = position.volume
    if part is Share.ALL or spec is None:
        return held
    steps, symbol = volume_steps(spec), name(position.symbol)
    whole = f"close all of it with close {position.ticket}"
    match part:
        case Lots(lots):
            if lots > held:
                return _NoPart(f"It holds {lots_words(held)} lots, less than {lots_words(lots)}: {whole}.")
            problem = volume_problem(lots, steps) if lots != held else None
            return lots if problem is None else _NoPart(problem)
        case Share():
            with localcontext() as context:
                context.prec, context.rounding = 200, ROUND_FLOOR  # a third must not come out rounded up
                share = held / part.divisor
                if share < steps.minimum:
                    least = lots_words(steps.minimum)
                    return _NoPart(
                        f"A {part.value} of {lots_words(held)} lots is below the minimum of {least} "
                        f"for {symbol}: {whole}."
                    )
                volume = floor_to_step(share, steps)
            problem = volume_problem(volume, steps)
            return volume if problem is None else _NoPart(problem)


def _close_step(position: Position, volume: Decimal, view: PlanView) -> Step:
    store = view.store
    price = store.live_price(position)
    profit = profit_of_part(store.live_profit(position), volume, position.volume)
    left = position.volume - volume
    part = f" of {lots_words(position.volume)}" if left else ""
    intent = CloseIntent(
        view.desk.new_intent_id(), position.ticket, position.symbol, position.side, volume, position.volume
    )
    words = (
        f"Close {lots_words(volume)}{part} {name(position.symbol)} ({position.side.value}, ticket "
        f"{position.ticket}) at market, now {price:f}: about {signed_money(profit, currency_of(store))}."
    )
    stays = f" {lots_words(left)} stays open." if left else ""
    return Step(intent, words + stays, profit, price)


def _headline(steps: Sequence[Step], view: PlanView) -> str:
    total = sum((step.profit for step in steps if step.profit is not None), Decimal(0))
    unread = sum(isinstance(step.intent, CloseUnreadIntent) for step in steps)
    about = signed_money(total, currency_of(view.store)) + (f" without {unread} unread" if unread else "")
    if len(steps) == 1 and isinstance(steps[0].intent, CloseIntent):
        one = steps[0].intent
        part = "" if one.is_full else f" of {lots_words(one.held)}"
        return f"Close {lots_words(one.volume)}{part} {name(one.symbol)}, ticket {one.ticket}: about {about}."
    return f"Close {many(len(steps), 'position')} at market: about {about} in all."


def reversing(command: Reverse, view: PlanView) -> Plan | Refusal:
    """The one order that closes the position and opens its opposite; a netting account takes it as well."""
    held = position_of(command.ticket, view)
    if isinstance(held, Refusal):
        return held
    store = view.store
    profit, price = store.live_profit(held), store.live_price(held)
    intent = ReverseIntent(view.desk.new_intent_id(), held.ticket, held.symbol, held.side, held.volume)
    new = f"{held.side.opposite.value} {lots_words(held.volume)} {name(held.symbol)}"
    about = f"about {signed_money(profit, currency_of(store))}"
    words = (
        f"Close {held_words(held)} at market, now {price:f}: {about}; then {new} at market. "
        "The new position has no sl and no tp."
    )
    headline = f"Reverse {held_words(held)}: realises {about}, then {new}."
    return plan_of_one(Step(intent, words, profit, price), headline, view)


def closing_by(command: CloseBy, view: PlanView) -> Plan | Refusal:
    """The one order that closes two opposite positions by each other, and what remains of the larger."""
    if is_netting(view.store):
        return Refusal(
            "A netting account holds one position a symbol, so there is no opposite one to close by: "
            f"try close {command.ticket}."
        )
    one, other = position_of(command.ticket, view), position_of(command.other, view)
    if isinstance(one, Refusal):
        return one
    if isinstance(other, Refusal):
        return other
    if one.symbol != other.symbol or one.side is other.side:
        return Refusal(
            f"A {held_words(one)}, can only be closed by an opposite position of "
            f"{name(one.symbol)}. {_opposites_words(one, view)}"
        )
    common = min(one.volume, other.volume)
    left = abs(one.volume - other.volume)
    larger = one if one.volume > other.volume else other
    profit = _locked_in(one, other, common, view)
    about = f"about {signed_money(profit, currency_of(view.store))}"
    stays = (
        f"{larger.side.value} {lots_words(left)} stays open, ticket {larger.ticket}."
        if left
        else "Nothing of the two stays open."
    )
    intent = CloseByIntent(view.desk.new_intent_id(), one.ticket, other.ticket, one.symbol)
    words = f"Close {held_words(one)} by {held_words(other)}: {about}. {stays}"
    headline = (
        f"Close {one.ticket} by {other.ticket}, {lots_words(common)} {name(one.symbol)}: {about}. {stays}"
    )
    return plan_of_one(Step(intent, words, profit), headline, view)


def _locked_in(one: Position, other: Position, volume: Decimal, view: PlanView) -> Decimal | None:
    """What closing them by each other realises: the way between their open prices."""
    spec = view.store.specs.get(one.symbol)
    if spec is None:
        return None
    long, short = (one, other) if one.side is Side.BUY else (other, one)
    return price_move_value(spec, Side.BUY, long.price_open, short.price_open, volume, view.store.rate)


def _opposites_words(one: Position, view: PlanView) -> str:
    fit = [
        str(p.ticket)
        for p in view.store.positions.values()
        if p.symbol == one.symbol and p.side is not one.side
    ]
    return f"Try closeby {one.ticket} {fit[0]}." if fit else "There is none."
