"""What `be`, `sl` and `tp` come to: which positions, what is left out, and the drafts put together to a plan.

Never moves a stop away from the market by itself: breakeven is only ever nearer than what stands
(domain.breakeven).
"""

from collections.abc import Sequence
from decimal import Decimal

from xbtfx_tui.commands.command_types import Breakeven, BreakevenFrom, OneTicket, RemoveStop, SetStop, Target
from xbtfx_tui.domain.breakeven import breakeven_stop
from xbtfx_tui.domain.intents import Keep, ModifyIntent, Remove, tickets_of
from xbtfx_tui.domain.pip_size import in_pips, no_pips_words, signed_pips_text
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.profit_calculation import pips_between
from xbtfx_tui.domain.stop_input import AtPrice, form_text, number_text
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.plan_assembly import plan_of_draft, plan_of_target
from xbtfx_tui.planning.plan_text import listed, many, name, open_words
from xbtfx_tui.planning.plan_types import NeedsSymbols, Plan, PlanRefusal, PlanStep
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, PricedSymbol, market_now, needs
from xbtfx_tui.planning.stop_draft import StopWish, draft_breakeven, draft_stops, holder_of
from xbtfx_tui.planning.target_positions import position_of, positions_of
from xbtfx_tui.store.store import Store

_LISTED = 5


def breakeven(command: Breakeven | BreakevenFrom, view: PlanView) -> Plan | PlanRefusal | NeedsSymbols:
    """The sl to where closing costs nothing, on each position that is far enough up."""
    target: Target = OneTicket(command.ticket) if isinstance(command, Breakeven) else command.target
    held = positions_of(target, view)
    if isinstance(held, PlanRefusal):
        return held
    markets = {position.symbol: market_now(view, position.symbol) for position in held}
    if awaited := [market.symbol for market in markets.values() if isinstance(market, Awaited)]:
        return needs(awaited)
    least = command.pips if isinstance(command, BreakevenFrom) else None
    drafts: list[OrderDraft] = []
    left_out: list[tuple[Position, str]] = []
    too_low: list[str] = []
    for position in held:
        match markets[position.symbol]:
            case PricedSymbol() as market:
                up = _too_low(position, market, least)
                if isinstance(up, str):
                    left_out.append((position, up))
                    continue
                if up is not None:
                    too_low.append(f"{position.ticket} {name(position.symbol)} {signed_pips_text(up)}")
                    continue
                stop = breakeven_stop(position, market.bid, market.ask, market.spec)
                if isinstance(stop, BadStop):
                    left_out.append((position, stop.sentence))
                else:
                    intent_id = view.desk.new_intent_id()
                    drafts.append(draft_breakeven(position, stop, market, view, intent_id))
            case NoMarket(sentence):
                left_out.append((position, sentence))
            case Awaited():
                pass
    if not drafts and not left_out:
        shown = listed(too_low[:_LISTED], max(0, len(too_low) - _LISTED))
        return PlanRefusal(f"No such position is {_pips(least)} up. In pips: {shown}.")
    return _breakeven_plan(target, drafts, left_out, view)


def _breakeven_plan(
    target: Target, drafts: list[OrderDraft], left_out: Sequence[tuple[Position, str]], view: PlanView
) -> Plan | PlanRefusal:
    # A change of stops that are in doubt has to wait: the other positions must not wait with it.
    doubtful = _in_doubt(view.store)
    drafts.sort(key=lambda draft: not doubtful.isdisjoint(tickets_of(draft.intent)))
    return plan_of_target(target, drafts, _breakeven_headline, left_out)


def _too_low(position: Position, market: PricedSymbol, least: Decimal | None) -> Decimal | str | None:
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
        if isinstance(record.intent, ModifyIntent) and record.state.is_in_doubt
    )


def _pips(count: Decimal | None) -> str:
    return "at all" if count is None else in_pips(number_text(count))


def _breakeven_headline(steps: Sequence[PlanStep]) -> str:
    if len(steps) == 1 and isinstance(steps[0].intent, ModifyIntent):
        return f"Stop to breakeven on {steps[0].intent.ticket} {name(steps[0].intent.symbol)}."
    return f"Stop to breakeven on {many(len(steps), 'position')}."


# --- one stop of one ticket ---


def set_stop(command: SetStop, view: PlanView) -> Plan | PlanRefusal | NeedsSymbols:
    """One stop to a price, or to a distance from the open price."""
    source = _stops_of(command.ticket, view)
    if isinstance(source, PlanRefusal):
        return source
    if isinstance(source, PendingOrder) and not isinstance(command.stop, AtPrice):
        kind = command.kind.value
        return PlanRefusal(
            f"{source.ticket} is a pending order: its {kind} takes a price, like "
            f"{kind} {source.ticket} {source.price:f}, not {form_text(command.stop)}."
        )
    if source.symbol not in view.store.specs:
        return needs([source.symbol])
    return _one_stop(source, command.kind, command.stop, view)


def remove_stop(command: RemoveStop, view: PlanView) -> Plan | PlanRefusal:
    """One stop taken away."""
    source = _stops_of(command.ticket, view)
    return source if isinstance(source, PlanRefusal) else _one_stop(source, command.kind, Remove(), view)


def _one_stop(
    source: Position | PendingOrder, kind: StopKind, wish: StopWish, view: PlanView
) -> Plan | PlanRefusal:
    """One of the two stops as it is wished, and the other left as it stands."""
    sl, tp = (wish, Keep()) if kind is StopKind.SL else (Keep(), wish)
    drafted = draft_stops(holder_of(source), sl, tp, view, view.desk.new_intent_id())
    return plan_of_draft(drafted.order, drafted.headline)


def _stops_of(ticket: int, view: PlanView) -> Position | PendingOrder | PlanRefusal:
    """The position or the pending order with this ticket."""
    store = view.store
    if (order := store.orders.get(ticket)) is not None and ticket not in store.positions:
        return order
    position = position_of(ticket, view)
    if isinstance(position, Position) or store.positions_asked is None:
        return position
    orders = sorted(store.orders)[:_LISTED]
    pending = f" Pending orders: {', '.join(map(str, orders))}." if orders else ""
    return PlanRefusal(f"There is no position or pending order {ticket}. {open_words(store)}{pending}")
