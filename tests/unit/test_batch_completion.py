"""When a batch has come to its end: by the same rule on the screen and in `do`."""

from tests.unit.planning_account import PlanAccount, an_account
from tests.unit.test_batch import ScriptedDesk
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.order_outcomes import Filled, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.planning.batch_completion import DEALS_WITHIN, BatchRun, BatchWait
from xbtfx_tui.planning.batch_execution import Batch


def begun(
    text: str = "close 184729", looks_for: float = 0.0
) -> tuple[BatchRun, Batch, ScriptedDesk, PlanAccount]:
    account = an_account()
    desk = ScriptedDesk(account.store)
    batch = Batch(account.plans(text), desk, account.store, account.clock)
    run = BatchRun(batch, account.clock, looks_for)
    assert run.advance() is BatchWait.ORDERS
    return run, batch, desk, account


def test_once_the_deals_tell_what_was_realised_it_is_over() -> None:
    run, _, desk, _ = begun()
    desk.comes_to(IntentState.FILLED, Filled(10009, deal=5))
    assert run.advance() is BatchWait.DEALS
    desk.deal(5, "46.40", "EURUSD", Side.SELL, "0.50")
    assert run.advance() is BatchWait.NOTHING


def test_deals_that_do_not_come_are_not_waited_for_for_ever() -> None:
    run, _, desk, account = begun()
    desk.comes_to(IntentState.FILLED, Filled(10009))
    assert run.advance() is BatchWait.DEALS
    account.clock.at += DEALS_WITHIN
    assert run.advance() is BatchWait.NOTHING


def test_what_is_under_way_is_waited_for_after_a_stop_too() -> None:
    run, batch, desk, account = begun("close all")
    batch.halt()
    account.clock.at += 2 * DEALS_WITHIN
    assert run.advance() is BatchWait.ORDERS
    desk.comes_to(IntentState.REJECTED)
    assert run.advance() is BatchWait.NOTHING
    assert "under way" not in batch.summary()


def test_an_unknown_outcome_is_looked_for_as_long_as_the_driver_waits() -> None:
    run, _, desk, account = begun(looks_for=10.0)
    desk.comes_to(IntentState.UNKNOWN, BridgeTimedOut())
    assert run.advance() is BatchWait.OUTCOME
    account.clock.at += 9.9
    assert run.advance() is BatchWait.OUTCOME
    account.clock.at += 0.1
    assert run.advance() is BatchWait.NOTHING
    on_screen, _, desk, _ = begun()
    desk.comes_to(IntentState.UNKNOWN, BridgeTimedOut())
    assert on_screen.advance() is BatchWait.NOTHING


def test_an_outcome_that_is_found_meanwhile_ends_the_looking() -> None:
    run, _, desk, _ = begun(looks_for=10.0)
    desk.comes_to(IntentState.UNKNOWN, BridgeTimedOut())
    assert run.advance() is BatchWait.OUTCOME
    desk.comes_to(IntentState.FOUND_NOT_FILLED)
    assert run.advance() is BatchWait.NOTHING


def test_in_a_hurry_only_what_is_under_way_is_waited_for() -> None:
    run, _, desk, _ = begun(looks_for=10.0)
    run.hurry()
    assert run.advance() is BatchWait.ORDERS
    desk.comes_to(IntentState.UNKNOWN, BridgeTimedOut())
    assert run.advance() is BatchWait.NOTHING
