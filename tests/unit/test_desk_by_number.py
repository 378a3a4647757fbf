"""A close of a ticket by its number alone: that no list has it tells nothing of it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_reconcile import bought
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut, Failure
from xbtfx_tui.domain.intents import CloseAllIntent, CloseUnreadIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Result
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import PositionsRead, Severity
from xbtfx_tui.domain.unreadable_rows import UnreadRow

S = IntentState
D = Decimal
HELD = bought(7)
HIDDEN = bought(99)
NOT_KNOWN = (
    "Close ticket 99, whatever it holds - Whether ticket 99 was closed is not known: neither the stream nor "
    "the history tells of its end. It stays watched for 24 h, "
    "or until the next order for it."
)


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    """One whose list lacks ticket 99, and whose history was read."""
    async with trader_at_desk(tmp_path) as one:
        one.is_honest = False
        one.holds = (HELD,)
        one.sees_positions(HELD)
        one.sees_history()
        yield one


async def closes(trader: Trader, answer: Result | Failure) -> CloseUnreadIntent:
    trader.server.answers = [answer]
    close = CloseUnreadIntent(trader.desk.new_intent_id(), 99)
    trader.submits(close)
    await trader.waits(1)
    return close


def closing(trader: Trader, volume: str = "0.10") -> Deal:
    return replace(deal(trader, 502, 99, DealEntry.OUT, Side.SELL), volume=D(volume))


async def test_that_lists_go_on_lacking_it_proves_nothing(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    await trader.waits(44)
    assert not trader.heard("Closed ticket 99")
    assert trader.state(close) is S.FOUND_NOT_FILLED
    assert trader.last_words == NOT_KNOWN
    assert trader.store.messages[-1].severity is Severity.ERROR
    assert trader.store.intents[close.intent_id].difference == "whether ticket 99 was closed is not known"


async def test_it_is_watched_as_is_said(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    await trader.waits(44)
    trader.deals = (closing(trader),)
    trader.stream_tells_closed(99)
    await trader.waits(3)
    assert trader.state(close) is S.FOUND_FILLED
    assert "LATE: an order that was found not done seems to be done after all. Closed 0.10 lots" in (
        trader.last_words
    )


async def test_nor_does_it_beside_an_answer_that_says_done(trader: Trader) -> None:
    close = await closes(trader, Filled(10009, 502))
    await trader.waits(80)
    assert not trader.heard("Closed ticket 99")
    assert trader.state(close) is S.AMBIGUOUS
    trader.deals = (closing(trader),)
    await trader.waits(31)
    assert trader.state(close) is S.FILLED
    assert trader.last_words == "Closed 0.10 lots of ticket 99 at 1.08213, 0.00 USD."


async def test_the_stream_and_a_deal_bear_it_out(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    trader.stream_tells_closed(99)
    await trader.waits(3)
    assert trader.state(close) is S.UNKNOWN, "one witness alone"
    trader.deals = (closing(trader),)
    await trader.waits(3)
    assert trader.state(close) is S.FOUND_FILLED
    assert trader.last_words == "Closed 0.10 lots of ticket 99 at 1.08213, 0.00 USD."


async def test_a_deal_bears_it_out_where_lists_lack_it_for_long(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    trader.deals = (closing(trader),)
    await trader.waits(20)
    assert trader.state(close) is S.UNKNOWN
    await trader.waits(30)
    assert trader.state(close) is S.FOUND_FILLED


async def test_deals_that_leave_some_of_it_do_not(trader: Trader) -> None:
    close = await closes(trader, Filled(10009, 502))
    trader.deals = (deal(trader, 401, 99, DealEntry.IN, ago=600), closing(trader, "0.04"))
    await trader.waits(80)
    assert not trader.heard("Closed ticket 99")
    assert trader.state(close) is S.AMBIGUOUS


async def test_a_ticket_that_is_listed_after_all_was_not_closed(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    trader.holds = (HELD, HIDDEN)
    await trader.waits(44)
    assert trader.state(close) is S.FOUND_NOT_FILLED
    assert "It was NOT closed." in trader.last_words


async def test_a_row_that_could_not_be_read_and_is_in_no_list_any_more_is_gone(trader: Trader) -> None:
    row = UnreadRow(99, "EURUSD", "volume is 0, not a number above 0")
    trader.store.apply(PositionsRead((HELD, row), trader.store.mark()))
    close = await closes(trader, BridgeTimedOut())
    await trader.waits(44)
    assert trader.state(close) is S.FOUND_FILLED


async def test_told_as_closed_and_listed_again_is_corrected_aloud(trader: Trader) -> None:
    close = await closes(trader, BridgeTimedOut())
    trader.stream_tells_closed(99)
    trader.deals = (closing(trader),)
    await trader.waits(6)
    assert trader.state(close) is S.FOUND_FILLED
    await trader.waits(95)
    trader.holds = (HELD, HIDDEN)
    trader.lists(HELD, HIDDEN)
    await trader.waits(0.3)
    assert trader.heard("CORRECTION: ticket 99 was told as closed and is listed again.")
    assert trader.state(close) is S.UNKNOWN


async def test_so_is_a_close_of_everything(trader: Trader) -> None:
    """Two witnesses lied: the stream, and lists that were empty for half a minute."""
    both = (HELD, HIDDEN)
    trader.holds = both
    trader.sees_positions(*both)
    trader.server.answers = [BridgeTimedOut()]
    everything = CloseAllIntent(trader.desk.new_intent_id(), (7, 99))
    trader.submits(everything)
    await trader.waits(1)
    trader.holds = ()
    trader.stream_tells_closed(7)
    trader.stream_tells_closed(99)
    trader.lists()
    await trader.waits(1)
    assert trader.state(everything) is S.FOUND_FILLED
    await trader.waits(31)
    trader.holds = both
    trader.lists(*both)
    await trader.waits(0.3)
    assert trader.state(everything) is S.UNKNOWN
    assert trader.heard("CORRECTION: tickets 7, 99 were told as closed and are listed again.")
    await trader.waits(45)
    assert "Still open: 7, 99. Close them one by one." in trader.last_words


async def test_a_row_that_can_not_be_read_and_stays_in_the_list_is_not_told_as_gone(trader: Trader) -> None:
    row = UnreadRow(99, "EURUSD", "volume is 0, not a number above 0")
    trader.holds = None
    trader.store.apply(PositionsRead((HELD, row), trader.store.mark()))
    close = await closes(trader, BridgeTimedOut())
    for _ in range(9):
        await trader.waits(5)
        trader.store.apply(PositionsRead((HELD, row), trader.store.mark()))
    assert trader.state(close) is S.FOUND_NOT_FILLED
    assert "It was NOT closed." in trader.last_words
