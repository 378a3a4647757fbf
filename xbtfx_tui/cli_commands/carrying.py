"""A confirmed plan carried out without a screen: the batch driven to its end, each order told as it goes."""

import asyncio
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.cli_commands.do_report import Outcome, Report, Teller, order_line
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.origins import BY_DO
from xbtfx_tui.planning.batch import (
    Batch,
    Done,
    DoneInPart,
    NotBegun,
    Refused,
    Running,
    StepState,
    UnderWay,
    Unknown,
)
from xbtfx_tui.planning.plan import Plan
from xbtfx_tui.planning.ports import Taker
from xbtfx_tui.store.store import Store

BEAT = 0.03
LOOKED_FOR = 10.0
"""Seconds that an unknown outcome is looked for before the run ends; the next run goes on with it."""
DEALS_WITHIN = 2.0
"""Seconds that the deals are waited for once all is done: they say what was realised."""


class Carrying:
    """One batch. `halt` begins no other order; the one in flight is waited for."""

    def __init__(self, plan: Plan, desk: Taker, store: Store, clock: Clock, teller: Teller) -> None:
        self._plan = plan
        self._store = store
        self._teller = teller
        self._batch = Batch(plan, desk, store, clock, BY_DO)
        self._told: dict[int, str] = {}
        self._halted = asyncio.Event()

    def halt(self) -> None:
        self._batch.halt()
        self._halted.set()

    async def run(self) -> Report:
        """Until every step has come to an end or nothing more is begun; an unknown outcome is looked for."""
        loop = asyncio.get_running_loop()
        doubtful_since: float | None = None
        while True:
            overall = self._batch.advance()
            self._tell()
            states = self._batch.states
            if any(isinstance(state, UnderWay) for state in states):
                pass  # in flight: the desk's own time-outs end it
            elif any(isinstance(state, Unknown) for state in states):
                if doubtful_since is None:
                    doubtful_since = loop.time()
                    self._teller.note(
                        f"The outcome is not known; it is looked for, {LOOKED_FOR:.0f} s at most."
                    )
                if loop.time() - doubtful_since >= LOOKED_FOR or self._halted.is_set():
                    break
            elif not isinstance(overall, Running):
                break
            await asyncio.sleep(BEAT)
        await self._realised()
        return self._report()

    async def _realised(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + DEALS_WITHIN
        while loop.time() < end and not self._halted.is_set():
            self._batch.advance()
            realised = self._batch.realised
            if realised is None or not realised.is_about:
                return
            await asyncio.sleep(BEAT)

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
                    profit=state.profit if isinstance(state, Done) else None,
                    is_exact=isinstance(state, Done) and state.profit is not None and not state.is_about,
                )
            )
        whole = self._batch.realised
        profit: Decimal | None = None if whole is None else whole.amount
        return Report(_outcome(states), self._batch.summary(), orders=tuple(orders), profit=profit)


def _outcome(states: tuple[StepState, ...]) -> Outcome:
    if any(isinstance(state, Unknown | UnderWay) for state in states):
        return Outcome.UNKNOWN
    if not all(isinstance(state, Done | DoneInPart) for state in states):
        return Outcome.FAILED
    return Outcome.SHORT if any(isinstance(state, DoneInPart) for state in states) else Outcome.DONE


def _word(state: StepState) -> str:
    match state:
        case NotBegun():
            return "not begun"
        case UnderWay():
            return "under way"
        case Done():
            return "done"
        case DoneInPart():
            return "done in part"
        case Refused():
            return "not done"
        case Unknown():
            return "unknown"


def _sentence(state: StepState) -> str | None:
    match state:
        case Done(words=words) | DoneInPart(words=words):
            return words
        case Refused(sentence=sentence) | Unknown(sentence=sentence):
            return sentence
        case _:
            return None
