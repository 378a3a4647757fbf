"""A confirmed plan carried out without a screen: the batch driven to its end, each order told as it goes."""

import asyncio
import shlex
from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.cli_commands.do_report import PROGRAM, Report, ReportPrinter, order_line
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import ModifyIntent, MoveTo, OpenIntent
from xbtfx_tui.domain.order_origin import BY_DO
from xbtfx_tui.domain.order_outcomes import IntentRecord
from xbtfx_tui.planning.batch_completion import BatchRun, BatchWait
from xbtfx_tui.planning.batch_execution import (
    Batch,
    NotBegun,
    StepDone,
    StepDoneOtherwise,
    StepRefused,
    StepState,
    StepUnknown,
    UnderWay,
)
from xbtfx_tui.planning.plan_types import Plan
from xbtfx_tui.planning.ports import Taker
from xbtfx_tui.store.store import Store

BEAT = 0.03
LOOKED_FOR = 10.0
"""Seconds that an unknown outcome is looked for before the run ends; the next run goes on with it."""


class Carrying:
    """One batch. `halt` begins no other order; the one in flight is waited for."""

    def __init__(self, plan: Plan, desk: Taker, store: Store, clock: Clock, teller: ReportPrinter) -> None:
        self._plan = plan
        self._store = store
        self._teller = teller
        self._batch = Batch(plan, desk, store, clock, BY_DO)
        self._run = BatchRun(self._batch, clock, LOOKED_FOR)
        self._told: dict[int, str] = {}

    def halt(self) -> None:
        self._batch.halt()
        self._run.hurry()

    async def run(self) -> Report:
        """Until every step has come to an end or nothing more is begun; an unknown outcome is looked for."""
        is_doubted = False
        while (awaited := self._run.advance()) is not BatchWait.NOTHING:
            self._tell()
            if awaited is BatchWait.OUTCOME and not is_doubted:
                is_doubted = True
                self._teller.note(
                    f"The outcome is not known; it is looked for, for {LOOKED_FOR:.0f} s more at most."
                )
            await asyncio.sleep(BEAT)
        self._tell()
        return self._report()

    def _tell(self) -> None:
        states = self._batch.states
        for index, state in enumerate(states):
            sentence = _sentence(state)
            if sentence is not None and self._told.get(index) != sentence:
                self._told[index] = sentence
                self._teller.step(index + 1, len(states), sentence)

    def _report(self) -> Report:
        states = self._batch.states
        orders = []
        for step, state in zip(self._plan.steps, states, strict=True):
            record = self._store.intents.get(step.intent.intent_id)
            line = order_line(step, _word(state))
            known = record.ticket if record is not None else None
            orders.append(
                replace(
                    line,
                    sentence=_sentence(state),
                    ticket=known or line.ticket,
                    profit=state.profit if isinstance(state, StepDone) else None,
                    is_exact=isinstance(state, StepDone) and state.profit is not None and not state.is_about,
                )
            )
        whole = self._batch.realised
        profit: Decimal | None = None if whole is None else whole.amount
        sentences = (self._batch.summary(), *self._mended_by())
        return Report(outcome_of(states), " ".join(sentences), orders=tuple(orders), profit=profit)

    def _mended_by(self) -> Iterator[str]:
        """The commands that set the stops which were lost or stand elsewhere."""
        for step in self._plan.steps:
            record = self._store.intents.get(step.intent.intent_id)
            for command in () if record is None else mending_commands(record):
                yield f"To set it: {PROGRAM} do {shlex.quote(command)}."


def mending_commands(record: IntentRecord) -> tuple[str, ...]:
    """Of an order that is done, the commands that set the stops which are not as asked."""
    match record.intent:
        case OpenIntent(sl=sl, tp=tp):
            ticket, asked = record.ticket, {"sl": sl, "tp": tp}
        case ModifyIntent(ticket=ticket, sl=sl_change, tp=tp_change):
            asked = {
                name: change.price if isinstance(change, MoveTo) else None
                for name, change in (("sl", sl_change), ("tp", tp_change))
            }
        case _:
            return ()
    if ticket is None or record.difference is None or record.state.is_open:
        return ()
    return tuple(
        f"{name} {ticket} {price}"
        for name, price in asked.items()
        if price is not None and f"its {name} " in record.difference
    )


def outcome_of(states: Sequence[StepState]) -> RunOutcome:
    """How a batch ended whose steps stand like this."""
    if any(isinstance(state, StepUnknown | UnderWay) for state in states):
        return RunOutcome.UNKNOWN
    if not all(isinstance(state, StepDone | StepDoneOtherwise) for state in states):
        return RunOutcome.FAILED
    return (
        RunOutcome.OTHERWISE
        if any(isinstance(state, StepDoneOtherwise) for state in states)
        else RunOutcome.DONE
    )


def _word(state: StepState) -> str:
    match state:
        case NotBegun():
            return "not begun"
        case UnderWay():
            return "under way"
        case StepDone():
            return "done"
        case StepDoneOtherwise():
            return "done otherwise"
        case StepRefused():
            return "not done"
        case StepUnknown():
            return "unknown"


def _sentence(state: StepState) -> str | None:
    match state:
        case StepDone(words=words) | StepDoneOtherwise(words=words):
            return words
        case StepRefused(sentence=sentence) | StepUnknown(sentence=sentence):
            return sentence
        case _:
            return None
