"""What is said of orders as the program is left: one word for one state, and the grammar of one and more."""

import pytest

from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.ui.action_availability import doubt_word
from xbtfx_tui.ui.suspended_words import open_orders_words, suspended_words

SENT, UNKNOWN, DONE = IntentState.PLACED, IntentState.UNKNOWN, IntentState.FILLED


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([], ""),
        ([DONE], ""),
        ([SENT], "1 order is on its way"),
        ([SENT, SENT, DONE], "2 orders are on their way"),
        ([UNKNOWN], "1 order is unknown"),
        ([UNKNOWN, IntentState.AMBIGUOUS], "2 orders are unknown"),
        ([SENT, UNKNOWN], "1 order is on its way and 1 is unknown"),
        ([SENT, SENT, UNKNOWN, UNKNOWN], "2 orders are on their way and 2 are unknown"),
    ],
)
def test_orders_are_told_by_the_words_of_the_top_line(states: list[IntentState], words: str) -> None:
    records = [IntentRecord(CloseAllIntent("id", (7,)), state, ()) for state in states]
    assert open_orders_words(records) == words
    said = suspended_words(open_orders_words(records), 0, 0, 0)
    assert (words in said) if words else said.endswith("fg brings it back.")


def test_the_key_of_orders_is_called_as_they_are() -> None:
    assert [doubt_word(*counts) for counts in ((1, 2), (0, 1), (0, 2), (0, 0))] == [
        "unknown",
        "on its way",
        "on their way",
        "left open",
    ]
