"""Carrying out a plan with a scripted desk: every outcome, in every place."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import a_position, an_account
from xbtfx_tui.cli_commands.batch_runner import outcome_of
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import Intent, OpenIntent
from xbtfx_tui.domain.order_origin import BY_KEY, Origin
from xbtfx_tui.domain.order_outcomes import (
    Done as DoneAnswer,
)
from xbtfx_tui.domain.order_outcomes import (
    Filled,
    FilledInPart,
    HalfReversed,
    IntentRecord,
    IntentState,
    Placed,
    Result,
    StoryLine,
)
from xbtfx_tui.domain.positions import Deal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, IntentMoved
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.orders.reconcile.close_messages import UNKNOWN_WHOSE
from xbtfx_tui.orders.reconcile.outcome_messages import UNKNOWN_STOPS
from xbtfx_tui.planning.batch_execution import (
    Batch,
    Finished,
    Running,
    StepDone,
    StepDoneOtherwise,
    StepRefused,
    StepUnknown,
    Stopped,
    UnderWay,
)
from xbtfx_tui.store.store import Store

D = Decimal
S = IntentState


@dataclass
class ScriptedDesk:
    """Takes what it is handed, unless its symbol is refused; the test says what becomes of it."""

    store: Store
    taken: list[Intent] = field(default_factory=list)
    refuses: set[int] = field(default_factory=set)

    def withdraw(self, intent_id: str) -> None:
        """None waits for another."""

    def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
        self.taken.append(intent)
        if len(self.taken) in self.refuses:
            return (Problem("Only a warning.", False, None), Problem("It is not open any more.", True, None))
        return (Problem("Only a warning.", False, None),)

    def comes_to(
        self,
        state: IntentState,
        result: Result | None = None,
        text: str = "",
        difference: str | None = None,
    ) -> None:
        """What became of the order that was taken last."""
        line = StoryLine(0.0, state, text or f"It is {state.value}.")
        record = IntentRecord(self.taken[-1], state, (line,), result, None, difference)
        self.store.apply(IntentMoved(record))

    def deal(self, ticket: int, profit: str, symbol: str, side: Side, volume: str) -> None:
        deal = Deal(ticket, symbol, side, None, D(volume), D("1.08"), D(profit))
        self.store.apply(DealDone(deal))


def begun(text: str = "close all") -> tuple[Batch, ScriptedDesk]:
    """A batch of still_life's three positions: EURUSD +46.50, USDJPY +8.60, XAUUSD -33.00."""
    account = an_account()
    plan = account.plans(text)
    desk = ScriptedDesk(account.store)
    return Batch(plan, desk, account.store, account.clock), desk


def begun_with_a_buy() -> tuple[Batch, ScriptedDesk]:
    """The same, but for its last order, which opens."""
    account = an_account()
    plan = account.plans("close all")
    buy = OpenIntent("a-buy", "XAUUSD", Side.BUY, D("0.10"), D("2345"))
    desk = ScriptedDesk(account.store)
    steps = (*plan.steps[:2], replace(plan.steps[2], intent=buy, profit=None))
    return Batch(replace(plan, steps=steps), desk, account.store, account.clock), desk


def kinds(batch: Batch) -> list[str]:
    return [type(state).__name__ for state in batch.states]


def test_steps_go_one_after_the_other_each_once() -> None:
    batch, desk = begun()
    assert kinds(batch) == ["NotBegun"] * 3
    assert isinstance(batch.advance(), Running)
    assert kinds(batch) == ["UnderWay", "NotBegun", "NotBegun"]
    for state in (S.JOURNALED, S.SENDING):
        desk.comes_to(state)
        batch.advance()
        assert len(desk.taken) == 1
    desk.comes_to(S.FILLED, Filled(10009, deal=1))
    assert isinstance(batch.advance(), Running)
    assert kinds(batch) == ["StepDone", "UnderWay", "NotBegun"]
    desk.comes_to(S.FILLED, Filled(10009, deal=2))
    batch.advance()
    desk.comes_to(S.FILLED, Filled(10009, deal=3))
    assert isinstance(batch.advance(), Finished)
    assert [intent.intent_id for intent in desk.taken] == [s.intent.intent_id for s in batch.plan.steps]
    batch.advance()
    assert len(desk.taken) == 3


def test_a_placed_order_is_under_way_until_it_is_found_filled() -> None:
    batch, desk = begun()
    batch.advance()
    desk.comes_to(S.PLACED, Placed(10008))
    batch.advance()
    assert kinds(batch)[0] == "UnderWay"
    assert len(desk.taken) == 1
    desk.comes_to(S.FOUND_FILLED, Placed(10008), "Closed 0.50 EURUSD, ticket 184729.")
    batch.advance()
    assert batch.states[0] == StepDone("Closed 0.50 EURUSD, ticket 184729.", D("46.50"), is_about=True)
    assert len(desk.taken) == 2


@pytest.mark.parametrize("state", [S.REJECTED, S.NOT_SENT, S.FOUND_NOT_FILLED, S.ABANDONED])
def test_what_was_not_done_does_not_stop_the_others_but_is_said(state: IntentState) -> None:
    batch, desk = begun()
    batch.advance()
    desk.comes_to(state, text="Rejected: 10018 market closed.")
    assert isinstance(batch.advance(), Running)
    assert batch.states[0] == StepRefused("Rejected: 10018 market closed.")
    for _ in range(2):
        desk.comes_to(S.FILLED, Filled(10009))
        batch.advance()
    assert isinstance(batch.overall, Finished)
    assert batch.summary().startswith(
        "2 of 3 done. Not done: Close 0.50 EURUSD, ticket 184729: Rejected: 10018 market closed."
    )


@pytest.mark.parametrize(
    "clause",
    [
        "what it closed is not known",
        UNKNOWN_WHOSE,
        UNKNOWN_STOPS,
        "not all is known to be closed, 8 open",
        "whether ticket 7 was closed is not known",
    ],
)
def test_what_nothing_tells_of_any_more_is_not_called_not_done(clause: str) -> None:
    batch, desk = begun()
    batch.advance()
    desk.comes_to(S.FOUND_NOT_FILLED, text="Nobody can tell.", difference=clause)
    batch.advance()
    assert batch.states[0] == StepUnknown("Nobody can tell.")
    assert outcome_of(batch.states) is RunOutcome.UNKNOWN
    assert "Outcome NOT known: Close 0.50 EURUSD" in batch.summary()


def test_what_is_known_not_to_be_done_in_full_is_not_called_unknown() -> None:
    batch, desk = begun()
    batch.advance()
    desk.comes_to(S.FOUND_NOT_FILLED, text="Some are open.", difference="not all is closed, 8 still open")
    batch.advance()
    assert batch.states[0] == StepRefused("Some are open.")


def test_a_step_that_the_desk_does_not_take_is_refused_and_the_next_begins_at_once() -> None:
    batch, desk = begun()
    desk.refuses = {1, 3}
    batch.advance()
    assert batch.states[0] == StepRefused("It is not open any more.")
    assert kinds(batch) == ["StepRefused", "UnderWay", "NotBegun"]
    desk.comes_to(S.FILLED, Filled(10009))
    assert isinstance(batch.advance(), Finished)
    assert len(desk.taken) == 3


@pytest.mark.parametrize("state", [S.UNKNOWN, S.AMBIGUOUS])
def test_the_first_unknown_outcome_stops_all_that_is_not_begun(state: IntentState) -> None:
    batch, desk = begun_with_a_buy()
    batch.advance()
    desk.comes_to(S.FILLED, Filled(10009, deal=5))
    batch.advance()
    desk.comes_to(state, BridgeTimedOut(), "Unknown: 504.")
    stopped = batch.advance()
    assert isinstance(stopped, Stopped)
    assert kinds(batch) == ["StepDone", "StepUnknown", "NotBegun"]
    assert (
        "1 of 3 done. Outcome NOT known: Close 1.00 USDJPY, ticket 184741: Unknown: 504." in batch.summary()
    )
    assert "Not begun: Buy 0.10 XAUUSD." in batch.summary()
    for _ in range(3):
        batch.advance()
    assert len(desk.taken) == 2


def test_of_many_that_were_not_begun_one_sentence_says_how_many_and_which() -> None:
    held = [a_position(n, "EURUSD", Side.BUY, "0.10", "1.08", "1.08", "0") for n in range(1, 101)]
    account = an_account(held)
    desk = ScriptedDesk(account.store)
    batch = Batch(account.plans("close all"), desk, account.store, account.clock)
    for _ in range(25):
        batch.advance()
        desk.comes_to(S.FILLED, Filled(10009))
    batch.halt()
    batch.advance()
    said = batch.summary()
    assert (
        "Not begun: 75 of 100 orders (26 to 100), from Close 0.10 EURUSD, ticket 26 to "
        "Close 0.10 EURUSD, ticket 100."
    ) in said
    assert said.count("Not begun") == 1


def test_orders_that_were_refused_for_one_reason_are_said_once() -> None:
    held = [a_position(n, "EURUSD", Side.BUY, "0.10", "1.08", "1.08", "0") for n in range(1, 7)]
    account = an_account(held)
    desk = ScriptedDesk(account.store, refuses={1, 2})
    batch = Batch(account.plans("close all"), desk, account.store, account.clock)
    batch.advance()
    said = batch.summary()
    assert (
        "Not done: Close 0.10 EURUSD, ticket 1 and Close 0.10 EURUSD, ticket 2: It is not open any more."
    ) in said


def test_what_is_known_later_is_shown_but_nothing_more_is_begun() -> None:
    batch, desk = begun_with_a_buy()
    batch.advance()
    desk.comes_to(S.UNKNOWN, BridgeTimedOut())
    batch.advance()
    desk.comes_to(S.FOUND_FILLED, text="Closed after all.")
    assert isinstance(batch.advance(), Stopped)
    assert batch.states[0] == StepDone("Closed after all.", D("46.50"), is_about=True)
    batch.advance()
    assert len(desk.taken) == 1
    assert kinds(batch)[1:] == ["NotBegun", "NotBegun"]


def test_an_outcome_that_was_unknown_between_two_looks_stops_it_as_well() -> None:
    batch, desk = begun_with_a_buy()
    batch.advance()
    story = (StoryLine(0.0, S.UNKNOWN, "Unknown: 504."), StoryLine(0.1, S.FOUND_FILLED, "Closed."))
    record = IntentRecord(desk.taken[0], S.FOUND_FILLED, story, BridgeTimedOut())
    desk.store.apply(IntentMoved(record))
    assert isinstance(batch.advance(), Stopped)
    assert kinds(batch) == ["StepDone", "NotBegun", "NotBegun"]
    assert len(desk.taken) == 1
    assert "was not known, so nothing more was begun" in batch.summary()


def test_an_outcome_that_was_unknown_of_the_last_step_leaves_nothing_to_stop() -> None:
    batch, desk = begun("close 184729")
    batch.advance()
    desk.comes_to(S.UNKNOWN, BridgeTimedOut())
    assert isinstance(batch.advance(), Stopped)
    desk.comes_to(S.FOUND_FILLED)
    assert isinstance(batch.advance(), Finished)


def test_closes_of_other_positions_go_on_after_an_outcome_that_is_not_known() -> None:
    """Who wants out waits for nothing; what becomes of the one in doubt is shown when it is known."""
    batch, desk = begun()
    batch.advance()
    desk.comes_to(S.UNKNOWN, BridgeTimedOut(), "Unknown: 504.")
    assert isinstance(batch.advance(), Running)
    assert kinds(batch) == ["StepUnknown", "UnderWay", "NotBegun"]
    first = desk.taken[0]
    desk.comes_to(S.FILLED, Filled(10009))
    batch.advance()
    desk.comes_to(S.FILLED, Filled(10009))
    stopped = batch.advance()
    assert stopped == Stopped("The outcome of a step is not known yet.")
    assert kinds(batch) == ["StepUnknown", "StepDone", "StepDone"]
    record = desk.store.intents[first.intent_id]
    desk.store.apply(IntentMoved(replace(record, state=S.FOUND_FILLED)))
    assert isinstance(batch.advance(), Finished)
    assert kinds(batch) == ["StepDone", "StepDone", "StepDone"]


def test_halted_it_begins_nothing_more_and_still_looks_at_what_is_under_way() -> None:
    batch, desk = begun()
    batch.advance()
    batch.halt()
    assert isinstance(batch.advance(), Stopped)
    assert "1 step under way" in batch.summary()
    desk.comes_to(S.FILLED, Filled(10009))
    batch.advance()
    assert kinds(batch) == ["StepDone", "NotBegun", "NotBegun"]
    assert len(desk.taken) == 1
    assert "You stopped it" in batch.summary()


def test_a_batch_that_is_finished_can_not_be_halted() -> None:
    batch, desk = begun("close 184729")
    batch.advance()
    desk.comes_to(S.FILLED, Filled(10009))
    batch.advance()
    batch.halt()
    assert isinstance(batch.overall, Finished)


@pytest.mark.parametrize("result", [FilledInPart(10010), HalfReversed("close done, open not")])
def test_what_was_done_in_part_is_not_called_done(result: Result) -> None:
    batch, desk = begun("reverse 184729")
    batch.advance()
    desk.comes_to(S.FILLED, result, "Only half reversed.", "its opposite NOT opened")
    assert isinstance(batch.advance(), Finished)
    assert batch.states == (StepDoneOtherwise("Only half reversed."),)
    assert batch.summary().startswith("0 of 1 done as asked. Done otherwise than asked: Reverse EURUSD")
    assert batch.realised is None


def test_a_desk_that_fails_is_never_handed_the_step_again() -> None:
    class Broken(ScriptedDesk):
        def submit(self, intent: Intent, origin: Origin = BY_KEY) -> tuple[Problem, ...]:
            super().submit(intent)
            raise RuntimeError

    account = an_account()
    desk = Broken(account.store)
    batch = Batch(account.plans("close all"), desk, account.store, account.clock)
    with pytest.raises(RuntimeError):
        batch.advance()
    for _ in range(3):
        assert isinstance(batch.advance(), Running)
    assert len(desk.taken) == 1
    assert isinstance(batch.states[0], UnderWay)


def test_breakeven_takes_no_better_stop_back() -> None:
    held = [
        a_position(7, "EURUSD", Side.BUY, "0.50", "1.08000", "1.08213", sl="1.07000"),
        a_position(8, "EURUSD", Side.BUY, "0.50", "1.08010", "1.08213", sl="1.07000"),
    ]
    account = an_account(held)
    desk = ScriptedDesk(account.store)
    batch = Batch(account.plans("be 1p"), desk, account.store, account.clock)
    batch.advance()
    account.holds(held[0], replace(held[1], sl=D("1.08100")))  # trailed meanwhile
    desk.comes_to(S.FILLED, DoneAnswer())
    assert isinstance(batch.advance(), Finished)
    assert len(desk.taken) == 1
    assert isinstance(batch.states[1], StepRefused)
    assert "The sl of 8 stands at 1.08100 by now" in batch.summary()
