"""Which orders `close`, `reverse` and `closeby` are: of which positions, what is left out and why.

What each order comes to is drafted elsewhere (close_draft, reverse_draft, close_by_draft).
"""

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.commands.command_types import AllPositions, Close, CloseBy, Reverse, Share, Target
from xbtfx_tui.domain.close_by_pairs import opposites
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.lot_steps import profit_of_part
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_and_swap import closing_words
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.planning.blind_close_planning import closing_blind, rows_of, unread_closes
from xbtfx_tui.planning.bulk_close_draft import many_closes_words, pending_words
from xbtfx_tui.planning.close_by_draft import draft_close_by
from xbtfx_tui.planning.close_draft import NoPart, draft_close, lots_to_close
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.open_draft import market_to_open
from xbtfx_tui.planning.plan_assembly import plan_of_draft, plan_of_target
from xbtfx_tui.planning.plan_text import currency_of, held_words, name
from xbtfx_tui.planning.plan_types import NeedsSymbols, Plan, PlanRefusal, PlanStep
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, needs
from xbtfx_tui.planning.reverse_draft import draft_reverse
from xbtfx_tui.planning.target_positions import position_of, positions_of
from xbtfx_tui.store.store import Store


def closing(command: Close, view: PlanView) -> Plan | PlanRefusal | NeedsSymbols:
    """A close of each of the target's positions, one order each; where what is held is not known, by number
    or of whatever there is."""
    if (blind := closing_blind(command, view)) is not None:
        return blind
    held = _readable(command.target, view)
    if isinstance(held, PlanRefusal):
        return held
    specs, part = view.store.specs, command.part
    if part is not Share.ALL and (unread := [p.symbol for p in held if p.symbol not in specs]):
        return needs(unread)
    drafts: list[OrderDraft] = []
    left_out: list[tuple[Position, str]] = []
    for position in held:
        volume = lots_to_close(part, position, specs.get(position.symbol))
        if isinstance(volume, NoPart):
            left_out.append((position, volume.sentence))
        else:
            drafts.append(draft_close(position, volume, view, view.desk.new_intent_id()).order)
    by_number = unread_closes(command, view)
    plan = plan_of_target(
        command.target,
        [*drafts, *by_number.drafts],
        lambda kept: _headline(kept, view),
        left_out,
        by_number.left_out,
    )
    if isinstance(plan, PlanRefusal) or command != Close(AllPositions()):
        return plan
    stays = pending_words(view.store)
    return plan if stays is None else replace(plan, remarks=(*plan.remarks, stays))


def _readable(target: Target, view: PlanView) -> tuple[Position, ...] | PlanRefusal:
    """The target's positions; none is no refusal where some of its rows can't be read."""
    held = positions_of(target, view)
    return () if isinstance(held, PlanRefusal) and rows_of(target, view.store) else held


def _headline(steps: Sequence[PlanStep], view: PlanView) -> str:
    store, currency = view.store, currency_of(view.store)
    closes = [step.intent for step in steps if isinstance(step.intent, CloseIntent)]
    profit = sum((step.profit for step in steps if step.profit is not None), Decimal(0))
    swap = sum((_swap_of(one, store) for one in closes), Decimal(0))
    if len(steps) == len(closes) == 1:
        one = closes[0]
        part = "" if one.is_full else f" of {lots_words(one.held)}"
        about = closing_words(profit, swap, currency)
        return f"Close {lots_words(one.volume)}{part} {name(one.symbol)}, ticket {one.ticket}: about {about}."
    return many_closes_words(
        len(closes),
        profit,
        currency,
        swap=swap,
        in_doubt=sum(store.doubt_of(one.ticket) is not None for one in closes),
        unread=len(steps) - len(closes),
        in_part=sum(not one.is_full for one in closes),
    )


def _swap_of(one: CloseIntent, store: Store) -> Decimal:
    """The part's share of the position's swap."""
    position = store.positions.get(one.ticket)
    return Decimal(0) if position is None else profit_of_part(position.swap, one.volume, position.volume)


def reversing(command: Reverse, view: PlanView) -> Plan | PlanRefusal | NeedsSymbols:
    """The one order that closes the position and opens its opposite; a netting account takes it as well."""
    held = position_of(command.ticket, view)
    if isinstance(held, PlanRefusal):
        return held
    market = market_to_open(view, held.symbol)
    if isinstance(market, Awaited):
        return needs([held.symbol])
    if isinstance(market, NoMarket):
        return PlanRefusal(market.sentence)
    order = draft_reverse(held, "", market, view, view.desk.new_intent_id()).order
    about = f"about {closing_words(order.profit, held.swap, currency_of(view.store))}"
    new = f"{held.side.opposite.value} {lots_words(held.volume)} {name(held.symbol)}"
    return plan_of_draft(order, f"Reverse {held_words(held)}: realises {about}, then {new}.")


def closing_by(command: CloseBy, view: PlanView) -> Plan | PlanRefusal:
    """The one order that closes two opposite positions by each other, and what remains of the larger."""
    if is_netting(view.store):
        return PlanRefusal(
            "A netting account holds one position a symbol, so there is no opposite one to close by: "
            f"try close {command.ticket}."
        )
    one, other = position_of(command.ticket, view), position_of(command.other, view)
    if isinstance(one, PlanRefusal):
        return one
    if isinstance(other, PlanRefusal):
        return other
    if one.symbol != other.symbol or one.side is other.side:
        return PlanRefusal(
            f"A {held_words(one)}, can only be closed by an opposite position of "
            f"{name(one.symbol)}. {_opposites_words(one, view)}"
        )
    order = draft_close_by(one, other, view, view.desk.new_intent_id())
    both = f"{lots_words(min(one.volume, other.volume))} {name(one.symbol)}"
    about = f"about {signed_money_text(order.profit, currency_of(view.store))}"
    return plan_of_draft(order, f"Close {one.ticket} by {other.ticket}, {both}: realises {about}.")


def _opposites_words(one: Position, view: PlanView) -> str:
    fit = opposites(one, view.store.positions.values())
    return f"Try closeby {one.ticket} {fit[0].ticket}." if fit else "There is none."
