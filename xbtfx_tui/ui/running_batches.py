"""Batches of orders that are on their way. They belong to the screen, not to the dialog that began them.

Each is driven by the screen's frames; its end is said in Messages, whether or not anybody still looks at it.
"""

from collections.abc import Iterator
from decimal import Decimal

from xbtfx_tui.domain.lasting_states import OrderStands
from xbtfx_tui.domain.order_origin import BY_LINE, Origin
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.store_events import Severity, TradingLocked
from xbtfx_tui.planning.batch_completion import BatchRun, BatchWait
from xbtfx_tui.planning.batch_execution import (
    Batch,
    Finished,
    NotBegun,
    Running,
    StepDone,
    StepDoneOtherwise,
    StepRefused,
    StepState,
    StepUnknown,
    UnderWay,
)
from xbtfx_tui.planning.plan_types import Plan
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.ports import Backend

_LONGEST = 2_000


class RunningBatch:
    """A batch, and when it is over."""

    def __init__(self, batch: Batch, backend: Backend) -> None:
        self.batch = batch
        self._backend = backend
        self._run = BatchRun(batch, backend.clock)
        self.is_over = False

    def advance(self) -> None:
        """Look at the step under way and begin the next; cheap."""
        if not self.is_over:
            self.is_over = self._run.advance() is BatchWait.NOTHING

    def look_again(self) -> bool:
        """Once it is over, look at the steps whose outcome was not known; whether more is known now."""
        before = self.batch.states
        if not any(isinstance(state, StepUnknown) for state in before):
            return False
        self.batch.advance()
        return self.batch.states != before

    def halt(self) -> None:
        """Begin nothing more; what is under way goes on."""
        self.batch.halt()

    def locked(self) -> None:
        """Trading was locked: an unlock is no word to go on with this."""
        self.batch.halt("Trading was locked")

    @property
    def size(self) -> int:
        return len(self.batch.plan.steps)

    @property
    def waiting(self) -> int:
        """How many steps are still to be begun."""
        if not isinstance(self.batch.overall, Running):
            return 0
        return sum(isinstance(state, NotBegun) for state in self.batch.states)

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it was taken."""
        return all(isinstance(state, StepRefused) for state in self.batch.states)

    def rows(self) -> Iterator[tuple[str, Decimal | None]]:
        """Each step: a sign, where it stands, what it is, and what it realised."""
        is_running = isinstance(self.batch.overall, Running)
        for step, state in zip(self.batch.plan.steps, self.batch.states, strict=True):
            where, why = _words(state, is_running=is_running)
            yield (
                f"{where:<14}{intent_words(step.intent)}{why}",
                state.profit if isinstance(state, StepDone) else None,
            )

    def summary(self) -> str:
        """What was done, what was not and why, and what it realised."""
        return clean(self.batch.summary(), _LONGEST)

    @property
    def not_known(self) -> OrderStands | None:
        """Where the first order stands whose outcome is not known: the summary is so as long as that is."""
        steps = zip(self.batch.plan.steps, self.batch.states, strict=True)
        doubted = (step.intent.intent_id for step, state in steps if isinstance(state, StepUnknown))
        record = self._backend.store.intents.get(next(doubted, ""))
        return None if record is None else OrderStands(record.intent.intent_id, record.state)

    @property
    def severity(self) -> Severity:
        """How much its end wants the eye."""
        states = self.batch.states
        if any(isinstance(state, StepUnknown) for state in states):
            return Severity.ERROR
        whole = isinstance(self.batch.overall, Finished) and all(isinstance(one, StepDone) for one in states)
        return Severity.GOOD if whole else Severity.WARNING


def _words(state: StepState, *, is_running: bool) -> tuple[str, str]:
    """A sign with where a step stands, and why, where there is a why."""
    match state:
        case NotBegun():
            return ("· waiting" if is_running else "· not sent"), ""
        case UnderWay():
            return "> on its way", ""
        case StepDone():
            return "✓ done", ""
        case StepDoneOtherwise(words=words):
            return "! not as asked", f": {words}"
        case StepRefused(sentence=sentence):
            return "✗ not done", f": {sentence}"
        case StepUnknown(sentence=sentence):
            return "? NOT KNOWN", f": {sentence}"


class RunningBatches:
    """All that are on their way; the screen calls `advance` at every frame."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._running: list[RunningBatch] = []

    @property
    def waiting(self) -> int:
        """How many orders of all batches are still to be sent."""
        return sum(one.waiting for one in self._running)

    @property
    def is_busy(self) -> bool:
        """Whether any is on its way."""
        return bool(self._running)

    def begin(self, plan: Plan, origin: Origin = BY_LINE) -> RunningBatch:
        """Send the first of the plan's orders now, the others as each outcome is known."""
        backend = self._backend
        running = RunningBatch(Batch(plan, backend.desk, backend.store, backend.clock, origin), backend)
        running.advance()
        self._running.append(running)
        return running

    def advance(self) -> None:
        """Begin what may be begun; say of each batch of several orders how it ended."""
        is_locked = isinstance(self._backend.store.trading, TradingLocked)
        for running in self._running:
            if is_locked:
                running.locked()
            running.advance()
            if running.is_over and running.size > 1:
                self._backend.say(running.severity, running.summary(), running.not_known)
        self._running = [running for running in self._running if not running.is_over]
