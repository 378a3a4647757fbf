"""Orders and answers in a trader's words."""

from decimal import Decimal

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    BulkLine,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.domain.order_text import (
    answer_words,
    done_words,
    intent_words,
    lots_words,
    quoted,
)
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.reconcile.holdings_snapshot import TrackedOrder
from xbtfx_tui.orders.reconcile.outcome_findings import Nearly
from xbtfx_tui.orders.reconcile.outcome_messages import looked_words
from xbtfx_tui.orders.reconcile.partial_matches import Near
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut

D = Decimal
BUY = OpenIntent("a", "EURUSD", Side.BUY, D("0.1"), D("1.08"), D("1.07910"), D("1.08500"))
SELL = OpenIntent("a", "EURUSD", Side.SELL, D("0.1"), D("1.08"))
CLOSE = CloseIntent("b", 7, "EURUSD", Side.BUY, D("0.10"), D("0.10"))
PART = CloseIntent("b", 7, "EURUSD", Side.BUY, D("0.05"), D("0.10"))
MODIFY = ModifyIntent("c", 7, "EURUSD", MoveTo(D("1.07910")), Remove())
REVERSE = ReverseIntent("f", 7, "EURUSD", Side.BUY, D("0.10"))
ALL = CloseAllIntent("h", (7,))


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        (BUY, "Buy 0.10 EURUSD, sl 1.07910, tp 1.08500"),
        (SELL, "Sell 0.10 EURUSD"),
        (CLOSE, "Close 0.10 EURUSD, ticket 7"),
        (PART, "Close 0.05 of 0.10 EURUSD, ticket 7"),
        (MODIFY, "Modify EURUSD, ticket 7: sl 1.07910, no tp"),
        (ModifyIntent("c", 7, "EURUSD", Keep(), Keep()), "Modify EURUSD, ticket 7: nothing"),
        (CloseByIntent("e", 7, 8, "EURUSD"), "Close EURUSD, ticket 7 by ticket 8"),
        (REVERSE, "Reverse EURUSD, ticket 7: buy 0.10 to sell"),
        (CloseSymbolIntent("g", "EURUSD", (7, 8)), "Close all of EURUSD (2 positions)"),
        (ALL, "Close everything (1 position)"),
    ],
)
def test_what_an_order_would_do(intent: Intent, words: str) -> None:
    assert intent_words(intent) == words


@pytest.mark.parametrize(
    ("intent", "result", "words"),
    [
        (BUY, Filled(10009, price=D("1.08213")), "Bought 0.10 EURUSD at 1.08213, ticket 184729."),
        (SELL, Filled(10009, price=D("1.08213")), "Sold 0.10 EURUSD at 1.08213, ticket 184729."),
        (CLOSE, Filled(10009, price=D("1.08")), "Closed 0.10 EURUSD at 1.08, ticket 7."),
        (PART, Filled(10009), "Closed 0.05 of 0.10 EURUSD, ticket 7."),
        (MODIFY, Done(), "Modified EURUSD, ticket 7: sl 1.07910, no tp."),
        (BUY, Placed(), "Buy 0.10 EURUSD, sl 1.07910, tp 1.08500: accepted by the broker (placed), "
                        "waiting to see it done."),
        (BUY, Rejected(10019, "no funds"), 'Rejected: 10019 not enough money for the margin. '
                                           'Server says: "no funds".'),
        (BUY, Rejected(4711, ""), "Rejected: code 4711, which the API does not explain."),
        (BUY, Rejected(None, ""), "Rejected: no return code was given."),
        (REVERSE, Reversed(open_price=D("1.1")),
         "Reversed EURUSD, ticket 7: now sell 0.10 at 1.1, ticket 184729."),
        (REVERSE, HalfReversed("no money", close_price=D("1.1")),
         "Only half reversed, its opposite was NOT opened: buy 0.10 EURUSD, ticket 7, was closed at 1.1. "
         'Server says: "no money".'),
        (ALL, BulkClosed(2, 0, D("12.345"), ()), "Closed 2 of 2, profit +12.34 USD."),
        (ALL, BulkClosed(1, 1, D(-5), (BulkLine(7, "filled"), BulkLine(8, "rejected"))),
         "Closed 1 of 2, profit -5.00 USD. NOT closed: 8."),
    ],
)  # fmt: skip
def test_what_an_answer_means(intent: Intent, result: Result, words: str) -> None:
    assert answer_words(intent, result, 184729, "USD") == words


def test_a_fill_in_part_and_a_failure_leave_no_doubt_that_there_is_doubt() -> None:
    assert "only in part" in answer_words(BUY, FilledInPart(10010))
    assert "may have been done or not" in answer_words(BUY, BridgeTimedOut())


def test_what_was_done_in_bulk() -> None:
    assert done_words(ALL) == "Closed everything (1 position)."
    assert done_words(CloseSymbolIntent("g", "EURUSD", (7, 8))) == "Closed all of EURUSD (2 positions)."
    assert done_words(CloseByIntent("e", 7, 8, "EURUSD")) == "Closed EURUSD, ticket 7 by ticket 8."


@pytest.mark.parametrize(
    ("volume", "words"),
    [("0.1", "0.10"), ("1", "1.00"), ("0.125", "0.125"), ("1E+1", "10.00"), ("2.500", "2.50")],
)
def test_lots(volume: str, words: str) -> None:
    assert lots_words(D(volume)) == words


def test_money_and_quotes_of_the_server() -> None:
    assert signed_money_text(D("0.5"), "BTC") == "+0.50000000 BTC"
    assert signed_money_text(D("-3"), None) == "-3"
    assert quoted("a\x1b[31mb\nc xbtfx_live_0123456789abcdef0123456789abcdef") == "ab c xbtfx_live_0123..."
    assert len(quoted("x" * 1_000_000)) <= 200


def test_a_look_calls_nothing_held_that_is_gone() -> None:
    """A part of it came, and was closed before the rest of it could come."""
    watched = TrackedOrder(BUY, (), Instant(100.0, 100.0, 100.0))
    near = Near(CarriedOut(11), ("0.04 of 0.10",), D("0.04"), True, True, (11,))
    held = {11: Position(11, "EURUSD", Side.BUY, D("0.04"), D("1.08"), D("1.08"))}
    finding = Nearly(near, is_proven=True)
    assert looked_words(finding, watched, held) == "near: 0.04 of 0.10 (ticket 11)"
    assert looked_words(finding, watched, {}) == "near: 0.04 of 0.10 (ticket 11), now not held"
