"""Steps put together to a plan: each is shown to the desk's guards, what they stop is left out and said."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, CloseUnreadIntent, Intent, OpenIntent
from xbtfx_tui.planning.plan import Plan, Refusal, Step
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.words import name

_REASONS_SHOWN = 3


def plan_of_one(step: Step, headline: str, view: PlanView, remarks: Sequence[str] = ()) -> Plan | Refusal:
    """A plan of this step alone, or the guards' word against it."""
    problems = view.desk.problems(step.intent)
    for problem in problems:
        if problem.blocks:
            return Refusal(problem.sentence)
    warnings = (problem.sentence for problem in problems)
    return Plan(headline, (step,), step.profit, tuple(dict.fromkeys((*remarks, *warnings))))


def plan_of_many(
    steps: Sequence[Step], headline: Callable[[Sequence[Step]], str], view: PlanView, left_out: Sequence[str]
) -> Plan | Refusal:
    """A plan of the steps that the guards let through; `left_out` are sentences on what is no step already.

    Refused where nothing is left, with the reasons.
    """
    kept: list[Step] = []
    reasons: list[str] = []
    remarks, warnings = list(left_out), []
    for step in steps:
        problems = view.desk.problems(step.intent)
        blocking = next((problem.sentence for problem in problems if problem.blocks), None)
        if blocking is None:
            kept.append(step)
            warnings += [problem.sentence for problem in problems]
        else:
            reasons.append(blocking)
            remarks.append(_left_out(step.intent, blocking))
    if kept:
        profits = [step.profit for step in kept]
        known = [profit for profit in profits if profit is not None]
        total = sum(known, Decimal(0)) if len(known) == len(profits) else None
        return Plan(headline(kept), tuple(kept), total, tuple(dict.fromkeys((*remarks, *warnings))))
    if reasons and not left_out and len(set(reasons)) == 1:
        return Refusal(reasons[0])
    return Refusal(some_of(remarks))


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
