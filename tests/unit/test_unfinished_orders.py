"""What orders left to do whose outcome is known; and how each state of an order is read."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, Intent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import (
    HalfReversed,
    IntentRecord,
    IntentState,
    OrderStatus,
    Result,
    StoryLine,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.unfinished_orders import half_reversed, half_reversed_words, unfinished_closes

D = Decimal
REVERSE = ReverseIntent("r", 1, "EURUSD", Side.BUY, D("0.50"))
HALF = HalfReversed("not enough money")


def records(*taken: tuple[Intent, IntentState, Result | None]) -> dict[str, IntentRecord]:
    return {intent.intent_id: IntentRecord(intent, state, (), result) for intent, state, result in taken}


def opening(intent_id: str, side: Side = Side.SELL) -> OpenIntent:
    return OpenIntent(intent_id, "EURUSD", side, D("0.50"), D("1.08"))


@pytest.mark.parametrize(
    ("state", "is_left"),
    [
        (IntentState.REJECTED, True),
        (IntentState.NOT_SENT, True),
        (IntentState.FOUND_NOT_FILLED, True),
        (IntentState.ABANDONED, True),
        (IntentState.SENDING, False),
        (IntentState.UNKNOWN, False),
        (IntentState.FILLED, False),
    ],
)
def test_the_other_half_is_left_until_an_order_may_have_opened_it(state: IntentState, is_left: bool) -> None:
    taken = records((REVERSE, IntentState.FILLED, HALF), (opening("o"), state, None))
    assert half_reversed(taken) == ((REVERSE,) if is_left else ())


def test_an_order_of_the_other_side_or_from_before_makes_nothing_good() -> None:
    other = records((REVERSE, IntentState.FILLED, HALF), (opening("o", Side.BUY), IntentState.FILLED, None))
    before = records((opening("o"), IntentState.FILLED, None), (REVERSE, IntentState.FILLED, HALF))
    assert half_reversed(other) == half_reversed(before) == (REVERSE,)


def test_it_says_what_was_closed_and_what_is_lacking() -> None:
    assert half_reversed_words(REVERSE) == (
        "ONLY HALF REVERSED, sell NOT opened: buy 0.50 EURUSD was closed."
    )


@pytest.mark.parametrize(
    ("state", "is_left"),
    [
        (IntentState.FILLED, True),
        (IntentState.REJECTED, True),
        (IntentState.NOT_SENT, False),
        (IntentState.UNKNOWN, False),
    ],
)
def test_a_bulk_close_that_is_over_and_left_something_open_is_unfinished(
    state: IntentState, is_left: bool
) -> None:
    left = CloseIntent("c", 7, "EURUSD", Side.BUY, D("0.10"), D("0.10"))
    taken = records((CloseAllIntent("a", (7,)), state, None), (REVERSE, IntentState.FILLED, HALF))
    assert unfinished_closes(taken, lambda _: (left,)) == (("a",) if is_left else ())
    assert unfinished_closes(taken, lambda _: ()) == ()


def test_every_state_is_read_as_one_of_four() -> None:
    read = {state: state.status for state in IntentState}
    assert {state for state in read if read[state] is OrderStatus.NOT_KNOWN} == {
        IntentState.UNKNOWN,
        IntentState.AMBIGUOUS,
    }
    under_way = {state for state in read if read[state] is OrderStatus.UNDER_WAY}
    assert {state for state in IntentState if state.is_open} == (
        {state for state in read if read[state] is OrderStatus.NOT_KNOWN} | under_way - {IntentState.DRAFTED}
    )


def test_what_nothing_tells_of_any_more_is_not_known_and_what_was_unknown_stays_told() -> None:
    over = IntentRecord(REVERSE, IntentState.FOUND_NOT_FILLED, (), None, None, "what it closed is not known")
    assert (over.status, over.was_unknown) == (OrderStatus.NOT_KNOWN, True)
    found = IntentRecord(
        REVERSE, IntentState.FOUND_FILLED, (StoryLine(0.0, IntentState.UNKNOWN, "Unknown."),)
    )
    assert (found.status, found.was_unknown) == (OrderStatus.DONE, True)
