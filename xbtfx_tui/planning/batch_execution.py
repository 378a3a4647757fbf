"""Carries out a plan: one step after the other, each at most once, and none after an unknown outcome.

What opens is not begun by prices that were reviewed long ago; what closes goes on.

It is driven from outside: `advance` looks at the step under way and begins the next. It waits for nothing,
starts no task and never hands an intent over twice.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    ReverseIntent,
    opens,
    symbol_of,
    tickets_of,
)
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_estimates import price_move_value
from xbtfx_tui.domain.order_origin import BY_LINE, Origin
from xbtfx_tui.domain.order_outcomes import (
    Filled,
    IntentRecord,
    OrderStatus,
    Result,
    Reversed,
)
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.plan_expiry import Age
from xbtfx_tui.planning.plan_text import currency_of, listed, many
from xbtfx_tui.planning.plan_types import Plan, PlanStep
from xbtfx_tui.planning.ports import Taker
from xbtfx_tui.planning.stop_draft import overtaken_words
from xbtfx_tui.store.store import Store

# --- where a step stands ---


class NotBegun(msgspec.Struct, frozen=True):
    """Not handed over; after a stop it never will be."""


class UnderWay(msgspec.Struct, frozen=True):
    """Handed over, its outcome not known yet; an order that was placed is under way until it is seen done."""


class StepDone(msgspec.Struct, frozen=True):
    """Carried out. `profit` is what it realised, in the account's currency, None where it realises nothing or
    that is not known; `is_about` where that is an estimate, and not a deal's word."""

    words: str
    profit: Decimal | None = None
    is_about: bool = False


class StepDoneOtherwise(msgspec.Struct, frozen=True):
    """Known to be done otherwise than asked: a part of the volume, without a stop, or the close of a reverse
    without its open."""

    words: str


class StepRefused(msgspec.Struct, frozen=True):
    """Known not to be done: by our own guards, by the server, or because it never left."""

    sentence: str


class StepUnknown(msgspec.Struct, frozen=True):
    """Nobody knows whether it was done."""

    sentence: str


StepState: TypeAlias = NotBegun | UnderWay | StepDone | StepDoneOtherwise | StepRefused | StepUnknown

# --- where the whole stands ---


class Realised(msgspec.Struct, frozen=True):
    """What was realised, in the account's currency; `is_about` where a part of it is an estimate."""

    amount: Decimal
    is_about: bool


class Running(msgspec.Struct, frozen=True):
    """A step is under way, or the next is to begin."""


class Finished(msgspec.Struct, frozen=True):
    """Every step was begun and its outcome is known."""


class Stopped(msgspec.Struct, frozen=True):
    """Nothing more is begun; `sentence` says why."""

    sentence: str


Overall: TypeAlias = Running | Finished | Stopped

_LONGEST = 600
_RUNS = 5
_EACH_NAMED = 3


class Batch:
    """A plan, confirmed just now, being carried out through `desk`; outcomes are read from `store`."""

    def __init__(self, plan: Plan, desk: Taker, store: Store, clock: Clock, origin: Origin = BY_LINE) -> None:
        self.plan = plan
        self._origin = origin
        self._desk = desk
        self._store = store
        self._clock = clock
        self._age = Age(clock.now(), clock.now())
        self._states: list[StepState] = [NotBegun() for _ in plan.steps]
        self._at = 0
        self._stopped: Stopped | None = None
        self._deals_before = frozenset(deal.ticket for deal in store.recent_deals)
        self._deals: dict[int, Deal] = {}

    @property
    def overall(self) -> Overall:
        if self._at >= len(self._states):
            doubted = any(isinstance(state, StepUnknown) for state in self._states)
            return Stopped("The outcome of a step is not known yet.") if doubted else Finished()
        return Running() if self._stopped is None else self._stopped

    @property
    def states(self) -> tuple[StepState, ...]:
        """Where each step stands, in the plan's order; realised profits grow exact as the deals arrive."""
        realised = self._realised()
        return tuple(
            StepDone(state.words, realised[index].amount, realised[index].is_about)
            if isinstance(state, StepDone) and index in realised
            else state
            for index, state in enumerate(self._states)
        )

    def advance(self) -> Overall:
        """Look at the step under way, and begin what may be begun; cheap, to be called again and again."""
        self._gather_deals()
        for index in range(self._at):
            if isinstance(self._states[index], StepUnknown) and (record := self._record(index)) is not None:
                self._states[index] = _state_of(record)
        while self._at < len(self._states):
            if isinstance(self._states[self._at], NotBegun):
                if self._stopped is not None:
                    break
                self._begin(self._at)
            else:
                self._look(self._at)
            state = self._states[self._at]
            if isinstance(state, UnderWay) or (isinstance(state, StepUnknown) and self._stopped is not None):
                break
            self._at += 1
        return self.overall

    def halt(self, why: str = "You stopped it") -> None:
        """Begin nothing more, at the trader's word; what is under way goes on and is still looked at, but
        for a step that the desk has not sent yet.

        `why` is a clause.
        """
        if self._at < len(self._states) and isinstance(self._states[self._at], UnderWay):
            self._desk.withdraw(self.plan.steps[self._at].intent.intent_id)
        if self._stopped is None and self._at < len(self._states):
            self._stopped = Stopped(f"{why}: nothing more was begun.")

    def _begin(self, index: int) -> None:
        # Marked first: whatever happens in between, this step is never handed over again.
        self._states[index] = UnderWay()
        self._age.begins_a_step(self._clock.now())
        if self._age.too_old is not None and opens(self.plan.steps[index].intent):
            self._states[index] = StepRefused(self._age.too_old)
            return
        if (overtaken := overtaken_words(self.plan.steps[index].intent, self._store.positions)) is not None:
            self._states[index] = StepRefused(overtaken)
            return
        for problem in self._desk.submit(self.plan.steps[index].intent, self._origin):
            if problem.blocks:
                self._states[index] = StepRefused(_clean(problem.sentence))
                return

    def _look(self, index: int) -> None:
        record = self._record(index)
        if record is None:
            return
        self._states[index] = _state_of(record)
        # Found out a moment later, it was unknown all the same: how often one looks must decide nothing.
        if record.was_unknown and not self._only_closes_others(index):
            self._stopped = self._stopped or Stopped(
                "The outcome of a step was not known, so nothing more was begun."
            )

    def _only_closes_others(self, doubted: int) -> bool:
        """Whether all that is left to begin closes positions that the step of unknown outcome is not about:
        who wants out waits for nothing. Where nothing is left, there is nothing to go on with."""
        about, left = self.plan.steps[doubted].intent, self.plan.steps[doubted + 1 :]
        nets = self._store.key is None or self._store.key.margin_mode is MarginMode.NETTING
        return bool(left) and all(
            isinstance(step.intent, CloseIntent)
            and step.intent.ticket not in tickets_of(about)
            and not (nets and symbol_of(about) in (None, step.intent.symbol))
            for step in left
        )

    def _record(self, index: int) -> IntentRecord | None:
        return self._store.intents.get(self.plan.steps[index].intent.intent_id)

    # --- what was realised ---

    @property
    def realised(self) -> Realised | None:
        """The sum over the steps that were done; None where none of them realises anything that is known."""
        found = self._realised()
        if not found:
            return None
        # Of a step in part, and of one that says nothing, something was realised that nobody knows.
        unsaid = any(
            isinstance(state, StepDoneOtherwise) or (isinstance(state, StepDone) and index not in found)
            for index, state in enumerate(self._states)
            if realises(self.plan.steps[index])
        )
        total = sum((one.amount for one in found.values()), Decimal(0))
        return Realised(total, unsaid or any(one.is_about for one in found.values()))

    def _gather_deals(self) -> None:
        """The store keeps the latest deals alone; a long batch has more."""
        for deal in self._store.recent_deals:
            if deal.ticket not in self._deals_before:
                self._deals.setdefault(deal.ticket, deal)

    def _realised(self) -> dict[int, Realised]:
        """By the step's index, for the steps that are done: the deals' word where it is certain."""
        self._gather_deals()
        found: dict[int, Realised] = {}
        nameless: dict[_Shape, list[int]] = {}
        claimed: set[int] = set()
        for index, (step, state) in enumerate(zip(self.plan.steps, self._states, strict=True)):
            if not isinstance(state, StepDone) or not realises(step):
                continue
            record = self._record(index)
            ticket = _deal_of(record.result) if record is not None else None
            if ticket is not None and (deal := self._deals.get(ticket)) is not None:
                claimed.add(ticket)
                found[index] = Realised(deal.profit, is_about=False)
            elif ticket is None and (shape := _shape(step)) is not None:
                nameless.setdefault(shape, []).append(index)
        loose = [deal for number, deal in self._deals.items() if number not in claimed]
        counts = Counter((deal.symbol, deal.side, deal.volume) for deal in loose)
        for shape, indexes in nameless.items():
            # Deals name no position: as many of a kind as there were closes of it can only be theirs.
            if counts[shape] == len(indexes):
                alike = (deal for deal in loose if (deal.symbol, deal.side, deal.volume) == shape)
                for index, deal in zip(indexes, alike, strict=True):
                    found[index] = Realised(deal.profit, is_about=False)
        for index, (step, state) in enumerate(zip(self.plan.steps, self._states, strict=True)):
            if isinstance(state, StepDone) and index not in found:
                estimate = _estimate(step, self._record(index), self._store)
                if estimate is not None:
                    found[index] = Realised(estimate, is_about=True)
        return found

    # --- words ---

    def summary(self) -> str:
        """What was done, what was not and why, and what it realised, in sentences."""
        states = self.states
        total = len(states)
        done = sum(isinstance(state, StepDone) for state in states)
        is_as_asked = not any(isinstance(state, StepDoneOtherwise) for state in states)
        parts = [f"{done} of {total} done{'' if is_as_asked else ' as asked'}."]
        parts += self._each(StepDoneOtherwise, "Done otherwise than asked")
        parts += self._each(StepRefused, "Not done")
        parts += self._each(StepUnknown, "Outcome NOT known")
        under_way = sum(isinstance(state, UnderWay) for state in states)
        if under_way:
            parts.append(f"{many(under_way, 'step')} under way.")
        if isinstance(overall := self.overall, Stopped):
            parts.append(overall.sentence)
            parts += self._not_begun()
        if (realised := self.realised) is not None:
            about = "about " if realised.is_about else ""
            parts.append(f"Realised: {about}{signed_money_text(realised.amount, currency_of(self._store))}.")
        return " ".join(parts)

    def _each(self, kind: "type[StepDoneOtherwise | StepRefused | StepUnknown]", head: str) -> list[str]:
        """A sentence each; those of which the same is said, in one."""
        same: dict[str, list[int]] = {}
        for number, state in enumerate(self._states, 1):
            if isinstance(state, kind):
                same.setdefault(_said(state), []).append(number)
        return [f"{head}: {self._named(numbers)}: {said}" for said, numbers in same.items()]

    def _not_begun(self) -> list[str]:
        numbers = [number for number, one in enumerate(self._states, 1) if isinstance(one, NotBegun)]
        return [f"Not begun: {self._named(numbers)}."] if numbers else []

    def _named(self, numbers: Sequence[int]) -> str:
        """The words of a few orders; of many how many they are and which, from the first to the last."""
        words = [_clean(intent_words(self.plan.steps[number - 1].intent)) for number in numbers]
        if len(words) <= _EACH_NAMED:
            return listed(words)
        runs: list[list[int]] = []
        for number in numbers:
            if runs and runs[-1][-1] == number - 1:
                runs[-1][1:] = [number]
            else:
                runs.append([number])
        which = listed([" to ".join(map(str, run)) for run in runs[:_RUNS]], max(0, len(runs) - _RUNS))
        return f"{len(numbers)} of {len(self._states)} orders ({which}), from {words[0]} to {words[-1]}"


def _clean(sentence: str) -> str:
    return plain(sentence, _LONGEST)


def _said(state: StepState) -> str:
    match state:
        case StepDoneOtherwise(words):
            return words
        case StepRefused(sentence) | StepUnknown(sentence):
            return sentence
        case _:
            return ""


def _state_of(record: IntentRecord) -> StepState:
    said = _clean(record.story[-1].text if record.story else f"{intent_words(record.intent)}.")
    match record.status:
        case OrderStatus.DONE:
            return StepDone(said) if record.difference is None else StepDoneOtherwise(said)
        case OrderStatus.NOT_KNOWN:
            return StepUnknown(said)
        case OrderStatus.NOT_DONE:
            return StepRefused(said)
        case OrderStatus.UNDER_WAY:
            return UnderWay()


def realises(step: PlanStep) -> bool:
    """Whether carrying the step out realises a profit or a loss."""
    return isinstance(step.intent, CloseIntent | CloseByIntent | ReverseIntent)


def _deal_of(result: Result | None) -> int | None:
    """The ticket of the deal that closed, where the answer names it."""
    match result:
        case Filled(deal=deal):
            return deal
        case Reversed(close_deal=deal):
            return deal
        case _:
            return None


_Shape: TypeAlias = tuple[str, Side, Decimal]


def _shape(step: PlanStep) -> _Shape | None:
    """What the deal of a close looks like: symbol, side, lots. Others make two alike."""
    match step.intent:
        case CloseIntent(symbol=symbol, side=side, volume=volume):
            return symbol, side.opposite, volume
        case _:
            return None


def _estimate(step: PlanStep, record: IntentRecord | None, store: Store) -> Decimal | None:
    """The plan's figure, moved to the price that the answer told."""
    if step.profit is None or step.price is None or record is None:
        return step.profit
    match step.intent, record.result:
        case CloseIntent(side=side, symbol=symbol, volume=volume), Filled(price=Decimal() as price):
            pass
        case ReverseIntent(side=side, symbol=symbol, held=volume), Reversed(close_price=Decimal() as price):
            pass
        case _:
            return step.profit
    spec = store.specs.get(symbol)
    moved = price_move_value(spec, side, step.price, price, volume, store.rate) if spec is not None else None
    return step.profit + moved if moved is not None else step.profit
