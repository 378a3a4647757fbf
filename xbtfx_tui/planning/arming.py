"""What an order that waits for a price comes to: drafted at its level, with what it may cost at worst.

What would mean something else later is frozen into the line when it is armed: how far a stop may slip, the
moment until which it waits, the most lots of a risk. It is drafted once more when it fires, at the prices of
then. Sends nothing, and keeps nothing.
"""

from collections.abc import Iterator
from decimal import ROUND_UP, Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.commands.grammar import print_command
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm
from xbtfx_tui.domain.armed_orders import (
    ArmedOrder,
    EntryKind,
    RuleAsked,
    RuleEnded,
    order_words,
    price_word,
    state_word,
)
from xbtfx_tui.domain.deadlines import UntilMoment, moment_of, moment_words
from xbtfx_tui.domain.intents import Intent, OpenIntent
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.pip_size import NoPip, in_pips, pip_of, pips_of, pips_text, points_text
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.price_grid import grid_problem
from xbtfx_tui.domain.stop_input import AtPrice, InPips
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.guards.opening_guards import of_stop
from xbtfx_tui.planning.open_draft import OpenDraft, OpenRequest, draft_open, size_and_sl_problem
from xbtfx_tui.planning.plan_text import listed, name
from xbtfx_tui.planning.plan_types import Deed, NeedsSymbols, PlanRefusal, Sheet
from xbtfx_tui.planning.ports import Judge, PlanView
from xbtfx_tui.planning.priced_symbol import Awaited, NoMarket, PricedSymbol, last_market, needs

STOP_SLIP_SPREADS = 2
"""Spreads beyond its level that a stop may slip where nothing else was typed; the spread is that of its
arming."""
_OF_THE_ORDER = ("volume", "comment")
"""What of the guards' words depends on the order alone, and not on the market of now."""


class _AtLevel(msgspec.Struct):
    """The desk, asked for an order that would go later: what is wrong with it whatever the market does, and
    its stops against its own level."""

    desk: Judge
    market: PricedSymbol

    def new_intent_id(self) -> str:
        return self.desk.new_intent_id()

    def is_moving_stops(self, ticket: int) -> bool:
        return self.desk.is_moving_stops(ticket)

    def problems(self, intent: Intent) -> tuple[Problem, ...]:
        of_it = (one for one in self.desk.problems(intent) if one.about in _OF_THE_ORDER)
        return (*self._of_stops(intent), *of_it)

    def _of_stops(self, intent: Intent) -> Iterator[Problem]:
        if isinstance(intent, OpenIntent):
            market = self.market
            for kind, price in ((StopKind.SL, intent.sl), (StopKind.TP, intent.tp)):
                if price is not None:
                    yield from of_stop(kind, price, intent.side, market.bid, market.ask, market.spec)


class ArmingDraft(msgspec.Struct, frozen=True):
    """The order as it would be armed: `command` with all that is frozen in it, `order` without a number, and
    what it comes to at its level. `price` is the opening price of now, None where none is fresh."""

    command: ArmEntry
    order: ArmedOrder
    at_level: OpenDraft
    market: PricedSymbol
    price: Decimal | None


def armed_order(command: ArmEntry, number: int, made_at: float, firings: int = 0) -> ArmedOrder | PlanRefusal:
    """The order that waits, of a command in which all is frozen; refused where it is not one."""
    if (problem := _form_problem(command)) is not None:
        return PlanRefusal(problem)
    level = command.stop if command.limit is None else command.limit
    slip = command.slip or AtPrice(Decimal(0))
    frozen = command.until is None or isinstance(command.until, UntilMoment)
    if level is None or not isinstance(slip, AtPrice) or not frozen:
        return PlanRefusal("Not all of it is fixed: type it anew.")
    return ArmedOrder(
        number,
        print_command(command),
        command.symbol,
        command.side,
        EntryKind.STOP if command.limit is None else EntryKind.LIMIT,
        level,
        slip.price,
        made_at,
        command.until.at if isinstance(command.until, UntilMoment) else None,
        command.group,
        command.ticks or 1,
        firings,
    )


def draft_arming(command: ArmEntry, view: PlanView) -> ArmingDraft | PlanRefusal | NeedsSymbols:
    """What the command arms, frozen at the prices of now; refused where its level is reached already."""
    wrong = _form_problem(command) or size_and_sl_problem(command.size, command.sl)
    if wrong is not None:
        return PlanRefusal(wrong)
    market = last_market(view.store, command.symbol, view.now)
    if isinstance(market, Awaited):
        return needs([market.symbol])
    if isinstance(market, NoMarket):
        return PlanRefusal(market.sentence)
    frozen = _frozen(command, market, view)
    if isinstance(frozen, PlanRefusal):
        return frozen
    order = armed_order(frozen, 0, view.now.wall)
    if isinstance(order, PlanRefusal):
        return order
    price = market.opening(order.side) if market.is_fresh else None
    if price is not None and order.is_reached(price):
        return PlanRefusal(_reached_words(order, price))
    if order.until is not None and order.until <= view.now.wall:
        return PlanRefusal(f"{moment_words(order.until)} is past: give a later until=, or none.")
    shift = order.level - market.opening(order.side)
    there = replace(market, bid=market.bid + shift, ask=market.ask + shift)
    at_level = draft_open(
        request_of(frozen, frozen.comment or ""), there, replace(view, desk=_AtLevel(view.desk, there)), ""
    )
    if at_level.order.first_blocking is not None:
        return PlanRefusal(at_level.order.first_blocking)
    if frozen.most is None and not isinstance(frozen.size, Lots) and at_level.sized is not None:
        frozen = replace(frozen, most=at_level.sized.volume)
        order = replace(order, line=print_command(frozen))
    return ArmingDraft(frozen, order, at_level, market, price)


def request_of(command: ArmEntry, comment: str, worst: Decimal | None = None) -> OpenRequest:
    """What is to be opened when it fires."""
    return OpenRequest(
        command.symbol,
        command.side,
        command.size,
        command.sl,
        command.tp,
        comment,
        spread_cap=command.cap,
        worst=worst,
    )


def draft_firing(
    command: ArmEntry, market: PricedSymbol, view: PlanView, number: int, worst: Decimal
) -> OpenDraft:
    """The order that goes at these prices, of no more lots than were reviewed, and at no worse a price than
    `worst`."""
    intent_id = view.desk.new_intent_id()
    request = request_of(command, command.comment or f"rule {number}", worst)
    drafted = draft_open(request, market, view, intent_id)
    if command.most is not None and drafted.sized is not None and drafted.sized.volume > command.most:
        drafted = draft_open(replace(request, size=Lots(command.most)), market, view, intent_id)
    return drafted


def arming(command: ArmEntry, view: PlanView) -> Deed | PlanRefusal | NeedsSymbols:
    """The deed that arms it, confirmed like an order."""
    if (refusal := view.rule_refusal(command)) is not None:
        return PlanRefusal(refusal)
    drafted = draft_arming(command, view)
    if not isinstance(drafted, ArmingDraft):
        return drafted
    return Deed(
        drafted.command,
        arming_words(drafted),
        needs_yes=True,
        remarks=_remarks(drafted, view),
    )


def arming_words(draft: ArmingDraft) -> str:
    """All that is armed, in sentences: once, when, by which price, at worst at what, until when."""
    order, command, spec = draft.order, draft.command, draft.market.spec
    which, way = price_word(order), "below" if order.waits_below else "above"
    away = f" ({_distance(order.to_go(draft.price), spec)} away)" if draft.price is not None else ""
    intent = draft.at_level.order.intent
    volume = intent.volume if isinstance(intent, OpenIntent) else Decimal(0)
    lots = (
        f"{lots_words(volume)} lots"
        if isinstance(command.size, Lots)
        else (f"for the risk typed, {lots_words(command.most or volume)} lots at most")
    )
    limit = "not above" if order.side.sign > 0 else "not below"
    ticks = f", seen {order.ticks} times in a row" if order.ticks > 1 else ""
    stops = (
        f"At {order.level:f}: sl {draft.at_level.sl_words or 'none'}, tp {draft.at_level.tp_words or 'none'}."
    )
    until = "Until you cancel it" if order.until is None else f"Until {moment_words(order.until)}"
    parts = (
        f"Once, when the {which} of {name(order.symbol)} is {order.level:f} or {way}{away}{ticks}: "
        f"{order.side.value} {lots} at market, sent {limit} {order.worst:f}; the server may fill worse.",
        stops,
        f"Not sent while the spread is over {points_text(command.cap)}." if command.cap is not None else "",
        f"The first of group {order.group} that fires ends the others." if order.group else "",
        f"Takes the place of {command.replaces}." if command.replaces is not None else "",
        f"{until}, and only while this terminal runs.",
    )
    return " ".join(filter(None, parts))


def disarming(command: Disarm, view: PlanView) -> Deed | PlanRefusal:
    """The deed that takes one away."""
    order = next((one for one in view.rules if one.number == command.number), None)
    if order is None or not order.is_waiting:
        return PlanRefusal(no_rule_words(command.number, view.rules))
    return Deed(command, f"Takes armed order {order.number} away: {order_words(order)}.")


def no_rule_words(number: int, rules: "tuple[ArmedOrder, ...]") -> str:
    """That no armed order of this number waits, and which do."""
    waiting = [str(one.number) for one in rules if one.is_waiting]
    there = f"try {listed(waiting[:5], max(0, len(waiting) - 5))}" if waiting else "there are none"
    return f"No armed order {number} waits: {there}."


def rule_sheet(view: PlanView) -> Sheet:
    """The armed orders of this terminal, one a line."""
    lines = [
        f"{one.number:>4}  {state_word(one.state):<8}  {one.line}"
        + (f"  ({one.state.words})" if isinstance(one.state, RuleAsked | RuleEnded) else "")
        for one in view.rules
    ]
    elsewhere = view.rule_refusal(None)
    head = [elsewhere] if elsewhere is not None else []
    return Sheet("Armed orders", tuple(head + lines) or ("There are none. Try buy 0.10 EURUSD limit=...",))


# --- what is wrong, and what is frozen ---


def _form_problem(command: ArmEntry) -> str | None:
    if command.limit is None and command.stop is None:
        return "Say at which price it waits: limit= for it or better, stop= for it or beyond."
    if command.limit is not None and command.stop is not None:
        return "limit= and stop= together (a stop-limit) can't be armed yet: give one of them."
    return None


def _frozen(command: ArmEntry, market: PricedSymbol, view: PlanView) -> ArmEntry | PlanRefusal:
    spec = market.spec
    slip = _on_grid((market.ask - market.bid) * STOP_SLIP_SPREADS, spec)
    match command.slip:
        case InPips(pips):
            if isinstance(pip := pip_of(spec), NoPip):
                return PlanRefusal(pip.sentence)
            slip = _on_grid(pips * pip, spec)
        case AtPrice(price):
            slip = price
        case None:
            slip = Decimal(0) if command.limit is not None else slip
    level = command.stop if command.limit is None else command.limit
    if level is not None and (off := grid_problem(level, spec)) is not None:
        return PlanRefusal(off)
    until = command.until
    if until is not None:
        until = UntilMoment(moment_of(until, view.now.wall, view.day))
    digits = Decimal(1).scaleb(-spec.digits)  # a price is written as its market writes it
    return replace(
        command,
        limit=None if command.limit is None else command.limit.quantize(digits),
        stop=None if command.stop is None else command.stop.quantize(digits),
        slip=AtPrice(slip) if slip > 0 else None,
        until=until,
    )


def _on_grid(distance: Decimal, spec: SymbolSpec) -> Decimal:
    return (distance / spec.point).to_integral_value(ROUND_UP) * spec.point


def _reached_words(order: ArmedOrder, price: Decimal) -> str:
    other = EntryKind.STOP if order.kind is EntryKind.LIMIT else EntryKind.LIMIT
    way = "below" if order.waits_below else "above"
    return (
        f"The {price_word(order)} of {name(order.symbol)} is {price:f}, at {order.level:f} or {way} "
        f"already: a {order.kind.value} waits on the other side. At once is without {order.kind.value}=, "
        f"and {other.value}={order.level:f} waits for the way back."
    )


def _remarks(draft: ArmingDraft, view: PlanView) -> tuple[str, ...]:
    said = list(draft.at_level.order.warnings)
    if draft.price is None:
        said.insert(0, "There is no fresh price of it now: if its level is past at the first, you are asked.")
    if draft.order.group is not None:
        mates = [
            str(one.number)
            for one in view.rules
            if one.is_waiting and one.group == draft.order.group and one.number != draft.command.replaces
        ]
        if mates:
            said.append(f"Of group {draft.order.group} already: {', '.join(mates)}.")
    return tuple(said)


def _distance(distance: Decimal, spec: SymbolSpec) -> str:
    pips = pips_of(spec, distance)
    return f"{distance:f}" if pips is None else in_pips(pips_text(pips))
