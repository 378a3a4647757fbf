"""What one order comes to, as a value that dialogs, command line and `do` show alike. Sends nothing."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.plan_types import PlanStep
from xbtfx_tui.planning.ports import PlanView


class OrderDraft(msgspec.Struct, frozen=True):
    """One order as it would be sent now, with all that is to be said of it.

    `sentence` is all that enter, or yes, sends: the review of a dialog, the step of a plan and the preview of
    `do` have it word for word. `problems` are the drafting's own and the desk's, those that block first, no
    sentence twice; `about` names the field (volume, sl, tp, pips, comment ...) or is None. `profit` is what
    it would realise at the prices of now, in the account's currency, None where it realises nothing or that
    is not known; `price` is the price that it was valued at.
    """

    intent: Intent
    sentence: str
    problems: tuple[Problem, ...]
    profit: Decimal | None = None
    price: Decimal | None = None

    @property
    def first_blocking(self) -> str | None:
        """The sentence of the first problem that keeps it from being sent; None where none does."""
        return next((problem.sentence for problem in self.problems if problem.blocks), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known of it though it may be sent, a sentence each."""
        return tuple(problem.sentence for problem in self.problems if not problem.blocks)

    @property
    def step(self) -> PlanStep:
        """The order as a step of a plan."""
        return PlanStep(self.intent, self.sentence, self.profit, self.price)


def judged(
    intent: Intent,
    sentence: str,
    view: PlanView,
    found: Iterable[Problem] = (),
    *,
    profit: Decimal | None = None,
    price: Decimal | None = None,
) -> OrderDraft:
    """The draft of an order with what its drafting `found` and what the desk says of it now."""
    by_sentence: dict[str, Problem] = {}
    for problem in sorted((*found, *view.desk.problems(intent)), key=lambda one: not one.blocks):
        by_sentence.setdefault(problem.sentence, problem)
    return OrderDraft(intent, sentence, tuple(by_sentence.values()), profit, price)


def wrong(sentence: str, about: str | None = None) -> Problem:
    """That an order can't be sent as it is drafted; `about` is the field that has to change."""
    return Problem(sentence, True, about)


def warning(sentence: str, about: str | None = None) -> Problem:
    """Something to know of an order that may be sent all the same."""
    return Problem(sentence, False, about)
