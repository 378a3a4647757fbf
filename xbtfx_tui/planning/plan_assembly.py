"""Drafts put together to a plan: what keeps one from being sent leaves it out, and is said."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from xbtfx_tui.commands.command_types import OneTicket, Target
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, CloseUnreadIntent, Intent, OpenIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.planning.draft_types import OrderDraft
from xbtfx_tui.planning.plan_text import name
from xbtfx_tui.planning.plan_types import Plan, PlanRefusal, PlanStep

_REASONS_SHOWN = 3


def plan_of_draft(draft: OrderDraft, headline: str, remarks: Sequence[str] = ()) -> Plan | PlanRefusal:
    """A plan of this order alone, or what keeps it from being sent; `remarks` come before its warnings."""
    if (blocking := draft.first_blocking) is not None:
        return PlanRefusal(blocking)
    return Plan(headline, (draft.step,), draft.profit, tuple(dict.fromkeys((*remarks, *draft.warnings))))


def plan_of_drafts(
    drafts: Sequence[OrderDraft],
    headline: Callable[[Sequence[PlanStep]], str],
    left_out: Sequence[str],
) -> Plan | PlanRefusal:
    """A plan of the orders that may be sent; `left_out` are sentences on what is no order already.

    Refused where nothing is left, with the reasons.
    """
    kept: list[PlanStep] = []
    reasons: list[str] = []
    remarks = list(left_out)
    warnings: list[str] = []
    for draft in drafts:
        if (blocking := draft.first_blocking) is None:
            kept.append(draft.step)
            warnings += draft.warnings
        else:
            reasons.append(blocking)
            remarks.append(_left_out(draft.intent, blocking))
    if kept:
        profits = [step.profit for step in kept]
        known = [profit for profit in profits if profit is not None]
        total = sum(known, Decimal(0)) if len(known) == len(profits) else None
        return Plan(headline(kept), tuple(kept), total, tuple(dict.fromkeys((*remarks, *warnings))))
    if reasons and not left_out and len(set(reasons)) == 1:
        return PlanRefusal(reasons[0])
    return PlanRefusal(some_of(remarks))


def plan_of_target(
    target: Target,
    drafts: Sequence[OrderDraft],
    headline: Callable[[Sequence[PlanStep]], str],
    left_out: Sequence[tuple[Position, str]],
    also_left_out: Sequence[str] = (),
) -> Plan | PlanRefusal:
    """A plan of one order a position of the target; `left_out` are those without one, each with why, and
    `also_left_out` sentences on what else has none.

    Of a position that was named alone, what keeps it from being sent is all there is to say.
    """
    if isinstance(target, OneTicket):
        if left_out:
            return PlanRefusal(left_out[0][1])
        return plan_of_draft(drafts[0], headline([drafts[0].step]))
    remarks = [left_out_words(position.ticket, position.symbol, why) for position, why in left_out]
    return plan_of_drafts(drafts, headline, (*remarks, *also_left_out))


def some_of(sentences: Sequence[str]) -> str:
    """The first few sentences, and how many there are more."""
    shown = list(dict.fromkeys(sentences))
    more = len(shown) - _REASONS_SHOWN
    return " ".join([*shown[:_REASONS_SHOWN], *([f"And {more} more like these."] if more > 0 else [])])


def left_out_words(ticket: int, symbol: str, sentence: str) -> str:
    """That the position is left out, and why."""
    return f"Left out {ticket} {name(symbol)}: {sentence}"


def _left_out(intent: Intent, sentence: str) -> str:
    match intent:
        case CloseAllIntent() | OpenIntent() | CloseSymbolIntent() | CloseUnreadIntent():
            return sentence
        case _:
            return left_out_words(intent.ticket, intent.symbol, sentence)
