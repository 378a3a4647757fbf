"""A position is gone once two witnesses say so; until then it is shown, with a doubt."""

from decimal import Decimal

import pytest

from tests.unit.two_mouthed_server import NETTING, Server, deal, limit_order, long
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.positions import DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    IntentMoved,
    KeyRead,
    OrdersRead,
    Severity,
)


@pytest.fixture
def server() -> Server:
    return Server()


def test_one_witness_of_an_end_is_a_doubt_and_two_are_the_end(server: Server) -> None:
    server.lists_now(long(7), long(8), long(9))
    server.tells_closed(7)
    assert server.store.doubt_of(7) == "told closed by the stream; the list is being read"
    server.passes(0.3)
    server.lists_now(long(9))
    assert server.shown == {8, 9}
    assert server.store.doubt_of(8) == "missing in the last list"
    assert server.store.doubt_of(9) is None
    server.tells_closed(8, "4.00")
    assert server.shown == {9}
    assert [text for text in server.texts() if "closed, " in text] == [
        "EURUSD 7 closed, -12.30",
        "EURUSD 8 closed, +4.00",
    ]


def test_an_empty_list_alone_never_ends_what_the_stream_goes_on_with(server: Server) -> None:
    server.lists_now(long(7))
    for _ in range(20):
        server.passes(15)
        server.history_has()
        server.lists_now()
        server.tells_profit(7, "5.00", "1.10050")
    assert server.shown == {7}
    server.lists_now(long(7))
    assert server.store.doubted == frozenset()


def test_an_empty_list_is_no_witness_while_another_position_was_known_a_moment_ago(server: Server) -> None:
    """Two mouths lie at once: the stream of one position, the list of both."""
    server.lists_now(long(7), long(8))
    server.tells_closed(7)
    for _ in range(4):
        server.passes(5)
        server.lists_now()
    assert server.shown == {7, 8}
    assert server.store.doubted == {7, 8}
    assert server.store.doubt_of(8) == "missing in the last list"
    server.lists_now(long(7), long(8))
    assert not any("closed" in text for text in server.texts())
    server.tells_closed(8)
    server.lists_now()
    assert server.shown == set(), "of both the stream has told, too"


def test_an_empty_list_for_20_s_ends_nothing(server: Server) -> None:
    server.lists_now(long(7))
    for _ in range(40):
        server.passes(0.5)
        server.lists_now()
        server.history_has()
    assert server.shown == {7}


def test_where_no_second_witness_can_be_had_long_looking_ends_it(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    for _ in range(2):
        server.passes(15)
        server.lists_now()
    assert server.shown == {7}, "the history has not answered"
    server.history_has()
    server.passes(15)
    server.lists_now()
    assert server.shown == set()
    assert server.texts()[-1] == (
        "EURUSD 7 is no longer in the list of positions, and no deal of its end was found in the history."
    )


def test_a_deal_of_its_end_and_a_list_without_it_are_its_end(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.history_has(deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT, "0.04"))
    assert server.shown == {7}
    server.history_has(
        deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT, "0.04"), deal(3, 7, DealEntry.OUT, "0.06")
    )
    assert server.shown == set()
    assert server.texts()[-1] == "EURUSD 7 closed; the history has its deal."


def test_of_a_position_older_than_the_history_only_a_new_deal_counts(server: Server) -> None:
    part = deal(2, 7, DealEntry.OUT)
    server.lists_now(long(7))
    server.lists_now()
    server.history_has(part)
    assert server.shown == {7}, "what was known before is not known"
    server.lists_now(long(7))
    server.history_has(part)
    server.lists_now()
    server.history_has(part)
    assert server.shown == {7}
    server.history_has(part, deal(3, 7, DealEntry.OUT))
    assert server.shown == set()


def test_a_stream_that_tells_a_false_close_hides_nothing(server: Server) -> None:
    server.lists_now(long(7))
    server.tells_closed(7)
    for _ in range(3):
        server.passes(15)
        server.lists_now(long(7))
        assert server.shown == {7}
    assert server.store.doubted == frozenset()
    assert not any("closed" in text for text in server.texts())


def test_a_ticket_that_comes_back_is_a_loud_correction(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.tells_closed(7)
    assert server.shown == set()
    server.passes(30)
    server.lists_now(long(7))
    assert server.shown == {7}
    last = server.store.messages[-1]
    assert last.severity is Severity.ERROR
    assert last.text == (
        "CORRECTION: EURUSD 7, buy 0.10, was told as closed and is in the list again: it may be open. "
        "It is shown until that is certain."
    )
    server.tells_profit(7, "1.00", "1.10010")
    assert server.store.positions[7].profit == Decimal("1.00")


def test_lists_that_lag_by_a_minute_raise_no_dead_whose_deal_is_known(server: Server) -> None:
    server.lists_now(long(7))
    server.tells_closed(7)
    server.history_has(deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT))
    assert server.shown == set()
    server.passes(60)
    server.lists_now(long(7))
    assert server.shown == set()


def test_a_new_position_survives_lists_that_do_not_have_it_yet(server: Server) -> None:
    server.lists_now()
    server.tells_opened(7)
    assert server.store.doubt_of(7) == "told by the stream, not in the list yet"
    server.passes(2.9)
    server.lists_now()
    assert server.store.doubted == frozenset()
    server.passes(60)
    server.lists_now()
    assert server.shown == {7}
    assert server.store.doubted == {7}


def test_a_netting_positions_new_ticket_ends_the_old_one(server: Server) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    server.lists_now(long(8))
    assert server.shown == {8}


def test_what_a_list_lacks_is_said_once(server: Server) -> None:
    server.lists_now(long(7), long(8))
    server.passes(15)
    server.lists_now()
    server.passes(5)
    server.lists_now()
    assert server.texts() == [
        "2 positions are missing in the last list, and nothing else tells of a close; they stay on screen "
        "with ?: 7, 8."
    ]


def test_who_is_told_of_one_more_that_is_missing_is_told_of_all(server: Server) -> None:
    server.lists_now(long(7), long(8))
    server.passes(15)
    server.lists_now(long(7))
    server.passes(5)
    server.lists_now()
    assert [text.partition(" missing")[0] for text in server.texts()] == ["1 position is", "2 positions are"]
    assert server.texts()[-1].endswith("with ?: 7, 8.")


def test_a_pending_order_whose_deal_is_known_was_triggered(server: Server) -> None:
    server.store.apply(OrdersRead((limit_order(1),), server.store.mark()))
    server.store.apply(OrdersRead((), server.store.mark()))
    server.history_has(deal(1, 1, DealEntry.IN))
    assert not server.store.orders
    assert server.texts()[-1].endswith("is gone: triggered")


def test_a_witness_that_lists_belie_for_long_is_none_any_more(server: Server) -> None:
    """An answer that names a deal, and nothing was done."""
    close = CloseIntent("1", 7, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("0.10"))
    server.lists_now(long(7))
    answered = IntentRecord(close, IntentState.PLACED, (), Filled(10009, deal=5))
    server.store.apply(IntentMoved(answered))
    assert server.store.doubt_of(7) == "answered as closed; the list is being read"
    for _ in range(3):
        server.passes(15)
        server.lists_now(long(7))
    assert server.store.doubted == frozenset()
    server.lists_now()
    assert server.shown == {7}


def test_an_end_that_was_told_before_the_close_was_sent_is_not_its_end(server: Server) -> None:
    """The stream tells a close of what is open; then it is closed indeed, and its profit is another."""
    close = CloseIntent("1", 7, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("0.10"))
    server.lists_now(long(7))
    server.tells_closed(7, "0")
    server.passes(1)
    sending = StoryLine(server.clock.now().wall, IntentState.SENDING, "Being sent.")
    answer = Filled(10009, deal=5)
    server.store.apply(IntentMoved(IntentRecord(close, IntentState.PLACED, (sending,), answer)))
    assert server.shown == {7}
    server.tells_closed(7, "-12.30")
    assert server.shown == set()
    assert [text for text in server.texts() if "closed" in text] == ["EURUSD 7 closed, -12.30"]


def test_what_a_later_close_of_the_stream_says_is_what_is_told(server: Server) -> None:
    server.lists_now(long(7))
    server.tells_closed(7, "1.00")
    server.passes(15)
    server.lists_now(long(7))
    server.tells_closed(7, "-50.00")
    server.lists_now()
    assert server.texts()[-1] == "EURUSD 7 closed, -50.00"


def answered_close(server: Server, ticket: int, *, sent: float) -> IntentMoved:
    close = CloseIntent("1", ticket, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("0.10"))
    sending = StoryLine(sent, IntentState.SENDING, "Being sent.")
    return IntentMoved(IntentRecord(close, IntentState.PLACED, (sending,), Filled(10009, deal=5)))


@pytest.mark.parametrize("beside", [(), (long(8),)], ids=["empty list", "another listed"])
def test_what_lists_lacked_before_the_close_was_sent_is_not_its_end(
    server: Server, beside: tuple[Position, ...]
) -> None:
    """Lists are behind; its close is answered as done, by a deal that there is not."""
    server.lists_now(long(7), *beside)
    for _ in range(2):
        server.passes(5)
        server.lists_now(*beside)
        server.history_has()
    server.store.apply(answered_close(server, 7, sent=server.clock.now().wall))
    for _ in range(4):
        server.passes(7)
        server.lists_now(*beside)
        server.history_has()
        assert 7 in server.shown
    server.lists_now(long(7), *beside)
    assert server.store.positions[7] == long(7)
    assert not any("closed" in text for text in server.texts()[1:])
    server.lists_now(*beside)
    assert 7 not in server.shown, "one that had it, and one after the close that does not"


def test_a_close_is_borne_out_by_what_comes_after_it_though_lists_lacked_its_position(server: Server) -> None:
    server.lists_now(long(7), long(8), long(9), long(6))
    server.lists_now(long(6))
    server.passes(5)
    for ticket in (7, 8, 9):
        server.store.apply(answered_close(server, ticket, sent=server.clock.now().wall))
    server.passes(1)
    server.tells_closed(7)
    server.history_has(deal(1, 8, DealEntry.IN), deal(2, 8, DealEntry.OUT))
    assert server.shown == {9, 6}
    for _ in range(15):
        server.passes(7)
        server.lists_now(long(6))
        server.history_has()
    assert server.shown == {6}, "looked for longer than lists lag"


def test_what_stream_and_answer_closed_stays_away_from_lists_that_are_a_minute_old(server: Server) -> None:
    close = CloseIntent("1", 7, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("0.10"))
    server.lists_now(long(7))
    server.store.apply(IntentMoved(IntentRecord(close, IntentState.PLACED, (), Filled(10009, deal=5))))
    server.tells_closed(7)
    assert server.shown == set()
    server.passes(60)
    server.lists_now(long(7))
    assert server.shown == set()
    server.passes(31)
    server.lists_now(long(7))
    assert server.shown == {7}


def test_a_netting_account_never_shows_two_positions_of_a_symbol(server: Server) -> None:
    """While no list can be read: the stream's opening of the new one ends the one that it was made of."""
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    server.tells_opened(8, "0.05")
    assert server.shown == {8}
    assert [text for text in server.texts() if "EURUSD" in text] == [
        "EURUSD 7 has another ticket by now",
        "EURUSD 8 opened: buy 0.05 at 1.10000",
    ]
    server.passes(60)
    server.lists_now(long(7))
    assert server.shown == {8}, "a list that is a minute old"
    server.lists_now(long(8, lots="0.05"))
    assert server.shown == {8}


def test_a_netting_flip_that_the_stream_tells_in_full_is_told_with_its_profit(server: Server) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    server.tells_closed(7)
    server.tells_opened(8)
    assert server.texts()[-2:] == ["EURUSD 7 closed, -12.30", "EURUSD 8 opened: buy 0.10 at 1.10000"]


def test_an_old_opening_that_is_told_again_ends_nothing_on_a_netting_account(server: Server) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    server.tells_opened(6)
    assert server.shown == {7}
    assert not any("opened" in text for text in server.texts())
