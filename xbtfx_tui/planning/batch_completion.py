"""When a batch that is being carried out has come to its end: one place, for the screen and for `do`.

What is under way is waited for, also after a stop. An outcome that is not known is looked for as long as
whoever drives the batch waits for it; then come the deals, which say what was realised. It begins no step by
itself, waits for nothing and starts no task.
"""

from enum import Enum, auto

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.planning.batch_execution import Batch, Running, StepUnknown, UnderWay

DEALS_WITHIN = 3.0
"""Seconds that the deals are waited for once every outcome is known: the realised total then is exact."""


class BatchWait(Enum):
    """What a batch still waits for."""

    ORDERS = auto()  # a step is under way, or the next is to begin
    OUTCOME = auto()  # no step is under way, and what became of one is not known
    DEALS = auto()
    NOTHING = auto()


class BatchRun:
    """A batch on its way to its end. An outcome that is not known is looked for for `looks_for` seconds: who
    looks at the batch again later needs none."""

    def __init__(self, batch: Batch, clock: Clock, looks_for: float = 0.0) -> None:
        self._batch = batch
        self._clock = clock
        self._looks_for = looks_for
        self._deals_within = DEALS_WITHIN
        self._doubted_at: float | None = None
        self._ended_at: float | None = None

    def advance(self) -> BatchWait:
        """Look at the step under way and begin the next; what is still waited for. Cheap, to be called again
        and again."""
        if isinstance(self._batch.advance(), Running):
            return BatchWait.ORDERS
        states = self._batch.states
        if any(isinstance(state, UnderWay) for state in states):
            return BatchWait.ORDERS
        now = self._clock.now().monotonic
        if any(isinstance(state, StepUnknown) for state in states):
            self._doubted_at = now if self._doubted_at is None else self._doubted_at
            if now - self._doubted_at < self._looks_for:
                return BatchWait.OUTCOME
        self._ended_at = now if self._ended_at is None else self._ended_at
        realised = self._batch.realised
        is_told = realised is None or not realised.is_about
        return BatchWait.NOTHING if is_told or now - self._ended_at >= self._deals_within else BatchWait.DEALS

    def hurry(self) -> None:
        """Wait for nothing but what is under way."""
        self._looks_for = self._deals_within = 0.0
