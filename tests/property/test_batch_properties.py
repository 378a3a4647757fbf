"""What holds of a batch whatever becomes of its steps: each begins once at most, none after a stop."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.planning_account import a_position, an_account
from tests.unit.test_batch import ScriptedDesk
from xbtfx_tui.domain.outcomes import Filled, IntentState, Placed
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.planning.batch import Batch, Finished, NotBegun, Stopped, UnderWay, Unknown

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
    assert sum(isinstance(state, UnderWay | Unknown) for state in states) <= 1
    if any(isinstance(state, Unknown) for state in states):
        assert isinstance(batch.overall, Stopped)
    if isinstance(batch.overall, Finished):
        assert not any(isinstance(state, NotBegun | UnderWay | Unknown) for state in states)
    realised = batch.realised
    assert realised is None or realised.amount in (
        Decimal(20) * n + Decimal("21.30") * m for n in range(5) for m in range(5)
    )
    assert batch.summary().endswith(".")
