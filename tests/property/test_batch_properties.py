"""What holds of a batch whatever becomes of its steps: each begins once at most, none after a stop."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.planning_account import a_position, an_account
from tests.unit.test_batch import ScriptedDesk
from xbtfx_tui.cli_commands.batch_runner import outcome_of
from xbtfx_tui.cli_commands.exit_codes import RunOutcome
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.planning.batch_execution import Batch, Finished, NotBegun, StepUnknown, Stopped, UnderWay

STEPS = 4
MOVES = st.lists(
    st.one_of(st.sampled_from(IntentState), st.sampled_from(["advance", "advance", "halt", "deal"])),
    max_size=40,
)


@given(MOVES, st.sets(st.integers(1, STEPS)))
def test_each_step_begins_at_most_once_and_none_after_a_stop(
    moves: list[IntentState | str], refused: set[int]
) -> None:
    held = [
        a_position(n, "EURUSD", Side.BUY, "0.10", "1.08", "1.08213", "21.30") for n in range(1, STEPS + 1)
    ]
    account = an_account(held)
    plan = account.plans("close all")
    desk = ScriptedDesk(account.store, refuses=refused)
    batch = Batch(plan, desk, account.store, account.clock)
    stopped_at: int | None = None
    for number, move in enumerate(moves):
        match move:
            case IntentState():
                # What is known is not taken back: the desk moves an order until its outcome is known.
                last = account.store.intents.get(desk.taken[-1].intent_id) if desk.taken else None
                is_refused = len(desk.taken) in refused
                if desk.taken and not is_refused and (last is None or last.state.is_open):
                    desk.comes_to(move, Filled(deal=number) if number % 2 else Placed())
            case "halt":
                batch.halt()
            case "deal":
                desk.deal(number, "20", "EURUSD", Side.SELL, "0.10")
            case _:
                batch.advance()
        if isinstance(batch.overall, Stopped) and stopped_at is None:
            stopped_at = len(desk.taken)
        _is_sound(batch, desk, stopped_at)


def _is_sound(batch: Batch, desk: ScriptedDesk, stopped_at: int | None) -> None:
    taken = [intent.intent_id for intent in desk.taken]
    assert taken == [step.intent.intent_id for step in batch.plan.steps[: len(taken)]]
    assert stopped_at is None or len(taken) == stopped_at
    states = batch.states
    assert [isinstance(state, NotBegun) for state in states] == [n >= len(taken) for n in range(STEPS)]
    assert sum(isinstance(state, UnderWay) for state in states) <= 1
    if any(isinstance(state, StepUnknown) for state in states):
        assert not isinstance(batch.overall, Finished)
    if isinstance(batch.overall, Finished):
        assert not any(isinstance(state, NotBegun | UnderWay | StepUnknown) for state in states)
    realised = batch.realised
    assert realised is None or realised.amount in (
        Decimal(20) * n + Decimal("21.30") * m for n in range(5) for m in range(5)
    )
    assert batch.summary().endswith(".")


@given(
    st.lists(st.tuples(st.sampled_from(IntentState), st.booleans()), min_size=STEPS, max_size=STEPS),
    st.sets(st.integers(1, STEPS)),
    st.booleans(),
)
def test_the_exit_code_and_the_last_sentence_say_the_same(
    fates: list[tuple[IntentState, bool]], refused: set[int], is_halted: bool
) -> None:
    held = [a_position(n, "EURUSD", Side.BUY, "0.10", "1.08", "1.08", "0") for n in range(1, STEPS + 1)]
    account = an_account(held)
    desk = ScriptedDesk(account.store, refuses=refused)
    batch = Batch(account.plans("close all"), desk, account.store, account.clock)
    for state, differs in fates:
        taken = len(desk.taken)
        batch.advance()
        if is_halted:
            batch.halt()
        if len(desk.taken) > taken and len(desk.taken) not in refused:
            desk.comes_to(state, difference="0.04 of 0.10" if differs else None)
    batch.advance()
    words, outcome = batch.summary(), outcome_of(batch.states)
    is_unknown = "Outcome NOT known: " in words or "under way." in words
    is_lacking = "Not done: " in words or "Not begun: " in words
    is_otherwise = "Done otherwise than asked: " in words
    assert (outcome is RunOutcome.UNKNOWN) == is_unknown
    assert (outcome is RunOutcome.FAILED) == (is_lacking and not is_unknown)
    assert (outcome is RunOutcome.OTHERWISE) == (is_otherwise and not is_lacking and not is_unknown)
    assert (outcome is RunOutcome.DONE) == words.startswith(f"{STEPS} of {STEPS} done.")
    assert words.partition(" done")[2].startswith(" as asked.") == is_otherwise
