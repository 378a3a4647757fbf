"""An order has one owner: nobody else writes to it, and its steps are those of the architecture page."""

import ast
from decimal import Decimal
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tests.unit.order_steps import MAY_BECOME, STAGE_OF
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.order_sightings import Looks
from xbtfx_tui.orders.order_state import BeingSent, LookedFor, Order, SentAgain, Stage, Tries, Waiting
from xbtfx_tui.orders.reconcile.check_schedule import is_looked_for
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder

ORDERS = Path(__file__).resolve().parents[2] / "xbtfx_tui/orders"
S = IntentState


def at(seconds: float) -> Instant:
    return Instant(seconds, seconds, seconds)


def order(number: int = 1, *after: Order) -> Order:
    lots = Decimal("0.10")
    intent = CloseIntent(str(number), 7, "EURUSD", Side.BUY, lots, lots)
    watched, record = TrackedOrder(intent, (), at(0)), IntentRecord(intent, S.DRAFTED, ())
    return Order(watched, record, None, at(0), Waiting(after))


def in_state(*states: IntentState) -> Order:
    one = order()
    for second, state in enumerate(states):
        one.step(at(second), state, "so")
    return one


def test_nobody_else_writes_to_an_order() -> None:
    facts = set(Order.__struct_fields__)
    written = [
        f"{path.relative_to(ORDERS)}:{node.lineno} {ast.unparse(node)}"
        for path in ORDERS.rglob("*.py")
        if path.stem != "order_state"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del)
        if node.attr in facts and ast.unparse(node.value) != "self"
    ]
    assert written == []


@pytest.mark.parametrize("facts", [*get_args(Stage), Tries, Looks, TrackedOrder, IntentRecord])
def test_what_an_order_has_is_replaced_and_never_changed(facts: type[msgspec.Struct]) -> None:
    assert facts.__struct_config__.frozen


@pytest.mark.parametrize("state", IntentState)
def test_each_state_is_in_the_stage_that_the_page_has_it_in(state: IntentState) -> None:
    assert type(in_state(state).stage).__name__ == STAGE_OF[state]


def test_the_page_leads_from_the_first_state_to_every_other_one() -> None:
    reached, ahead = set[IntentState](), {S.DRAFTED}
    while ahead:
        reached |= ahead
        ahead = {state for one in ahead for state in MAY_BECOME[one]} - reached
    assert reached == set(IntentState)


def test_one_that_waits_can_be_taken_back_and_no_other() -> None:
    waits, goes = order(2, order()), order(3)
    waits.withdraw()
    goes.withdraw()
    assert (waits.withdrawn, goes.withdrawn) == (True, False)


def test_one_that_goes_before_an_order_in_doubt_bars_its_key() -> None:
    doubtful, done = in_state(S.SENDING, S.UNKNOWN), in_state(S.SENDING, S.PLACED, S.FILLED)
    done.note_told(S.FILLED)
    later = order(4, doubtful, done)
    later.end_wait(at(9))
    assert (later.stage, later.watched.begun) == (Waiting(), at(9))
    assert (doubtful.passed_by, done.passed_by) == ((later,), ())
    assert doubtful.tries.never_again is not None
    assert done.tries.never_again is None


def test_what_may_have_left_is_known_until_the_try_came_to_nothing() -> None:
    one = in_state(S.JOURNALED)
    one.begin_try(at(1), "Being sent.")
    one.note_begun()
    assert one.stage == BeingSent(may_be_sent=True)
    assert one.begun.is_set()
    one.note_unsent()
    assert one.stage == BeingSent()


def test_one_that_is_sent_again_stays_in_doubt_and_is_not_looked_for_meanwhile() -> None:
    one = in_state(S.SENDING, S.UNKNOWN)
    assert is_looked_for(one)
    one.send_again()
    one.begin_try(at(30), "Sent again.")
    assert isinstance(one.stage, SentAgain)
    assert (one.record.state, is_looked_for(one)) == (S.UNKNOWN, False)
    one.end_way()
    assert isinstance(one.stage, LookedFor)
    assert (is_looked_for(one), one.tries.resent) == (True, True)


def test_a_key_is_spent_for_the_first_reason() -> None:
    one = in_state(S.SENDING)
    one.spend_key(None)
    assert one.tries.never_again is None
    one.spend_key("the server answered 504")
    one.spend_key("this machine slept")
    assert one.tries.never_again == "the server answered 504"


def test_nothing_is_seen_of_one_that_was_not_sent() -> None:
    one = in_state(S.JOURNALED)
    one.note(one.looks.saying(at(1), "positions: a new one"))
    assert one.looks.said == ()


def test_what_lists_have_shown_counts_on_where_an_outcome_is_taken_back() -> None:
    one = in_state(S.SENDING, S.PLACED)
    one.note(one.looks.with_tickets((7,), (7,)).with_list(("just so",), at(3)).saying(at(3), "positions"))
    one.step(at(4), S.FILLED, "Done.")
    one.step(at(8), S.UNKNOWN, "It is there again.")
    looks = one.looks
    assert (looks.since, looks.tickets, looks.was_listed) == (at(8), (), True)
    assert (looks.listed.times, looks.said) == (1, ("00:00:03 positions",))


def test_an_order_of_an_earlier_run_is_looked_for_as_of_now() -> None:
    told = in_state(S.JOURNALED, S.SENDING)
    again = Order.of_earlier_run(told.watched, told.record, 2, at(60))
    assert (again.looks.since, again.age_then, again.tries.number) == (at(60), 60.0, 2)
    assert again.is_under_way
    assert not is_looked_for(again)  # not before it is told that it is unknown
    again.step(at(60), S.UNKNOWN, "Unknown.")
    assert is_looked_for(again)
