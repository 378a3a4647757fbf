"""A batch that waited: what opens is not begun by old prices, what closes goes on, and both are said."""

from decimal import Decimal

import pytest

from tests.unit.planning_account import PlanAccount, an_account
from tests.unit.test_batch import ScriptedDesk
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, Intent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState
from xbtfx_tui.planning.batch_execution import Batch, Finished, StepDone, StepRefused
from xbtfx_tui.planning.plan_expiry import OPENS_WITHIN, STANDS_STILL, Age
from xbtfx_tui.planning.plan_types import Plan

D = Decimal
AT = Instant(100.0, 100.0, 100.0)


class Ageing:
    """A batch of these commands, and the desk that takes its steps."""

    def __init__(self, *commands: str) -> None:
        self.account: PlanAccount = an_account()
        steps = tuple(step for text in commands for step in self.account.plans(text).steps)
        self.desk = ScriptedDesk(self.account.store)
        self.batch = Batch(Plan("Several.", steps), self.desk, self.account.store, self.account.clock)

    def goes_on(self, *waits: float) -> None:
        """Begin the first step; each that is taken is done so many seconds later."""
        self.batch.advance()
        for seconds in waits:
            self.account.clock.at += seconds
            self.desk.comes_to(IntentState.FILLED, Filled(10009))
            self.batch.advance()

    def taken(self) -> list[type[Intent]]:
        return [type(intent) for intent in self.desk.taken]


def test_after_a_long_wait_what_opens_is_not_begun_and_what_closes_is() -> None:
    it = Ageing("buy 0.1 EURUSD", "buy 0.1 GBPUSD", "close 184729", "reverse 184733")
    it.goes_on(STANDS_STILL + 3, 0.2)
    assert it.taken() == [OpenIntent, CloseIntent]
    assert [type(state) for state in it.batch.states] == [StepDone, StepRefused, StepDone, StepRefused]
    assert isinstance(it.batch.overall, Finished)
    summary = it.batch.summary()
    assert summary.startswith("2 of 4 done. Not done: ")
    said = (
        "Not sent: 13 s passed since the step before it. The prices that you reviewed are too old to open "
        "by: plan it anew."
    )
    assert f"Not done: Buy 0.10 GBPUSD and Reverse XAUUSD, ticket 184733: sell 0.10 to buy: {said}" in summary


def test_a_step_in_between_that_goes_quickly_makes_no_old_price_new() -> None:
    it = Ageing("close 184729", "close 184733", "buy 0.1 EURUSD")
    it.goes_on(STANDS_STILL + 1, 0.1)
    assert it.taken() == [CloseIntent, CloseIntent]
    assert isinstance(it.batch.states[2], StepRefused)


def test_a_batch_that_goes_on_briskly_opens_all() -> None:
    it = Ageing("close 184729", "buy 0.1 EURUSD", "buy 0.1 GBPUSD", "reverse 184733")
    it.goes_on(STANDS_STILL - 1, 1, 2, 3)
    assert it.taken() == [CloseIntent, OpenIntent, OpenIntent, ReverseIntent]
    assert it.batch.summary().startswith("4 of 4 done.")


def test_a_long_batch_opens_nothing_a_minute_after_the_traders_word() -> None:
    it = Ageing(*["buy 0.1 EURUSD"] * 9)
    it.goes_on(*[9.0] * 6)
    assert len(it.taken()) == 7
    it.goes_on(9.0)
    assert len(it.taken()) == 7
    assert "Not sent: 63 s passed since you confirmed it." in it.batch.summary()


def shifted(monotonic: float = 0.0, boot: float = 0.0, wall: float = 0.0) -> Instant:
    return Instant(AT.monotonic + monotonic, AT.boot + boot, AT.wall + wall)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (shifted(monotonic=1.0, boot=1.0, wall=1.0), None),
        (shifted(monotonic=1.0, boot=31.0, wall=31.0), "31 s passed since the step before it"),
        (shifted(monotonic=1.0, boot=1.0, wall=3_601.0), "3601 s passed since the step before it"),
        (shifted(monotonic=1.0, boot=1.0, wall=-3_599.0), "a clock of this machine went back"),
    ],
    ids=["as usual", "slept", "the clock jumped ahead", "the clock jumped back"],
)
def test_a_machine_that_slept_or_a_clock_that_jumped_makes_it_old(now: Instant, words: str | None) -> None:
    age = Age(AT, AT)
    age.begins_a_step(now)
    if words is None:
        assert age.too_old is None
    else:
        assert age.too_old is not None
        assert words in age.too_old


def test_once_too_old_it_stays_so() -> None:
    age = Age(AT, AT)
    age.begins_a_step(shifted(monotonic=STANDS_STILL + 1))
    said = age.too_old
    age.begins_a_step(shifted(monotonic=STANDS_STILL + 1.1))
    assert said is not None
    assert age.too_old == said


def test_the_minute_counts_from_the_traders_word_alone() -> None:
    age = Age(AT, shifted(OPENS_WITHIN, OPENS_WITHIN, OPENS_WITHIN))
    age.begins_a_step(shifted(OPENS_WITHIN, OPENS_WITHIN, OPENS_WITHIN))
    assert age.too_old is None
    age.begins_a_step(shifted(OPENS_WITHIN + 1, OPENS_WITHIN + 1, OPENS_WITHIN + 1))
    assert age.too_old is not None
