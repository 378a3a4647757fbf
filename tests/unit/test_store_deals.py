"""What deals of the history tell of a position's end, held against what it was known to be."""

from decimal import Decimal

import pytest

from tests.unit.two_mouthed_server import NETTING, Server, deal, long
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.store_events import KeyRead


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_half_close_of_what_was_opened_before_the_history_begins_is_not_its_end(server: Server) -> None:
    server.lists_now(long(7))
    server.history_has()
    server.lists_now(long(7, lots="0.05"))
    server.history_has(deal(2, 7, DealEntry.OUT, "0.05"))
    assert server.store.doubted == frozenset()
    server.history_has(deal(2, 7, DealEntry.OUT, "0.05"), deal(2, 7, DealEntry.OUT, "0.05"))
    assert server.store.doubted == frozenset(), "a row that comes twice counts once"


def test_on_a_netting_account_what_was_added_and_closed_in_part_is_not_its_end(server: Server) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7))
    added, taken = deal(2, 7, DealEntry.IN, "0.05"), deal(3, 7, DealEntry.OUT, "0.05")
    server.history_has(added, taken)
    assert server.store.doubted == frozenset()


@pytest.mark.parametrize(
    "first", [(deal(7, 7, DealEntry.IN, "0.03"),), ()], ids=["read", "older than the history"]
)
def test_on_a_netting_account_what_was_added_since_the_last_list_is_left(
    server: Server, first: tuple[Deal, ...]
) -> None:
    """The list is empty for a time: it is added to meanwhile, and as much as the screen shows is closed."""
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7, lots="0.03"))
    server.history_has(*first)
    server.lists_now()
    deals = (*first, deal(8, 7, DealEntry.IN, "0.09"), deal(9, 7, DealEntry.OUT, "0.03"))
    server.history_has(*deals)
    server.passes(12)
    server.history_has(*deals)
    server.lists_now(long(7, lots="0.09"))
    assert server.store.positions[7].volume == Decimal("0.09")
    assert not any("closed;" in text or "CORRECTION" in text for text in server.texts())
    server.lists_now()
    server.history_has(*deals, deal(10, 7, DealEntry.OUT, "0.09"))
    assert server.shown == set()
    assert server.texts()[-1] == "EURUSD 7 closed; the history has its deal."


def test_a_volume_of_before_the_deals_that_were_read_beside_it_is_not_what_there_is_to_close(
    server: Server,
) -> None:
    server.store.apply(KeyRead(NETTING))
    server.lists_now(long(7, lots="0.03"))
    server.history_has()
    added = deal(8, 7, DealEntry.IN, "0.09")
    server.history_has(added)
    server.history_has(added, deal(9, 7, DealEntry.OUT, "0.03"), deal(10, 7, DealEntry.OUT, "0.08"))
    server.lists_now()
    assert server.shown == {7}
    server.history_has(deal(11, 7, DealEntry.OUT, "0.01"))
    assert server.shown == set()


def test_a_part_close_that_the_list_had_before_the_history_is_not_its_end(server: Server) -> None:
    server.lists_now(long(7))
    server.history_has()
    server.lists_now(long(7, lots="0.04"))
    server.history_has()
    server.lists_now()
    server.history_has(deal(2, 7, DealEntry.OUT, "0.06"))
    assert server.shown == {7}
    server.history_has(deal(2, 7, DealEntry.OUT, "0.06"), deal(3, 7, DealEntry.OUT, "0.04"))
    assert server.shown == set()


def test_what_the_history_tells_to_be_open_no_long_looking_ends(server: Server) -> None:
    """The stream told its opening and is silent since; lists lag by a minute."""
    server.lists_now(long(8))
    server.tells_opened(7)
    opened = deal(1, 7, DealEntry.IN)
    for _ in range(8):
        server.passes(7)
        server.lists_now(long(8))
        server.history_has(opened, deal(2, 7, DealEntry.OUT, "0.04"))
    assert server.shown == {7, 8}
    server.history_has(opened, deal(2, 7, DealEntry.OUT, "0.04"), deal(3, 7, DealEntry.OUT, "0.06"))
    assert server.shown == {8}


def test_a_deal_that_is_read_after_the_end_keeps_lists_that_lag_from_raising_it(server: Server) -> None:
    server.lists_now(long(7))
    server.lists_now()
    server.tells_closed(7)
    server.passes(5)
    server.history_has(deal(1, 7, DealEntry.IN), deal(2, 7, DealEntry.OUT))
    server.passes(55)
    server.lists_now(long(7))
    assert server.shown == set()
    server.passes(40)
    server.lists_now(long(7))
    assert server.shown == {7}, "no list lags for so long"
    assert server.texts()[-1].startswith("CORRECTION: EURUSD 7")
