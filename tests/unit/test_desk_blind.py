"""A kill switch pressed while the positions can't be read: what is said is what answer and deals bear out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import ACCOUNT, EURUSD, Trader
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, IntentState, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Dialect,
    Event,
    HistoryRead,
    KeyRead,
    OrdersRead,
    PositionUpdated,
    Severity,
    SpecRead,
    StreamUp,
)
from xbtfx_tui.orders.store_views import knows_all_deals

S = IntentState
D = Decimal
BOTH = BulkClosed(2, 0, D("-3"), (BulkLine(7, "filled", 10009, 501), BulkLine(8, "filled", 10009, 502)))


@asynccontextmanager
async def a_blind_trader(tmp_path: Path) -> AsyncIterator[Trader]:
    """Everything is read but the positions."""
    trader = Trader(tmp_path)
    trader.is_honest = False
    trader.store.apply(KeyRead(trader.key))
    trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
    trader.store.apply(SpecRead(EURUSD, trader.clock.now()))
    trader.store.apply(StreamUp(Dialect.CURRENT))
    trader.store.apply(OrdersRead((), trader.store.mark()))
    await trader.desk.start()
    assert await trader.is_ready() is None
    trader.desk.kill("the kill switch was pressed")
    try:
        yield trader
    finally:
        await trader.desk.finish(within=0.0)


async def kills(trader: Trader, answer: Result) -> CloseAllIntent:
    trader.server.answers = [answer]
    kill = CloseAllIntent(trader.desk.new_intent_id(), ())
    trader.submits(kill)
    await trader.settles()
    return kill


def closing(number: int, ticket: int) -> Deal:
    price = D("1.08213")
    return Deal(number, "EURUSD", Side.SELL, DealEntry.OUT, D("0.10"), price, D(-1), position=ticket)


async def test_what_the_answer_named_and_the_deals_show_is_told_as_closed_and_no_more(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BOTH)
        trader.deals = (closing(501, 7), closing(502, 8))
        await trader.waits(3)
        assert trader.state(kill) is S.FILLED
        assert trader.last_words == (
            "Closed 2 positions, by the answer and the history's deals: 7, 8. Whether anything else is open "
            "is not known: the positions have not been read since."
        )
        assert trader.store.messages[-1].severity is Severity.WARNING


@pytest.mark.parametrize(
    "deals",
    [(), (closing(501, 7),), (closing(501, 7), replace(closing(502, 8), entry=DealEntry.IN))],
    ids=["none", "one of two", "one that opened"],
)
async def test_a_ticket_that_no_closing_deal_bears_out_is_not_told_as_closed(
    tmp_path: Path, deals: tuple[Deal, ...]
) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BOTH)
        trader.deals = deals
        await trader.waits(31)
        assert trader.state(kill) is S.UNKNOWN
        assert not trader.heard("Closed ")
        assert "Closing again closes what is open then" in trader.last_words
        assert not trader.heard("Do not send it again"), "nobody who wants out is told to wait"


async def test_what_a_list_shows_as_held_is_stronger_than_answer_and_deals(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BOTH)
        price = D("1.08213")
        trader.lists(Position(9, "EURUSD", Side.BUY, D("0.10"), price, price))
        trader.deals = (closing(501, 7), closing(502, 8))
        await trader.waits(3)
        assert trader.state(kill) is S.PLACED
        assert not trader.heard("Closed ")


async def test_after_a_time_out_it_is_not_forbidden_to_close_again(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        await kills(trader, BridgeTimedOut())
        await trader.waits(1)
        assert trader.last_words.endswith(
            "The positions are being checked; closing again closes what is open then."
        )


async def test_lists_that_show_nothing_held_are_waited_for_and_not_taken_for_nothing_done(
    tmp_path: Path,
) -> None:
    """They come late: by the time that a look would give it up they have not shown it for long enough."""
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.deals = (closing(501, 7), closing(502, 8))
        await trader.waits(22)
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        for _ in range(14):
            trader.lists()
            await trader.waits(3)
            assert trader.state(kill) in (S.UNKNOWN, S.FOUND_FILLED)
        assert trader.state(kill) is S.FOUND_FILLED
        assert trader.last_words == "Closed as asked: no position is listed any more."


HELD = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))


async def lists_are_empty(trader: Trader, seconds: int, told: Event | None = None) -> None:
    for _ in range(seconds // 5):
        trader.lists()
        if told is not None:
            trader.store.apply(told)
        await trader.waits(5)


@pytest.mark.parametrize("answer", [BridgeTimedOut(), BulkClosed(0, 0, D(0), ())], ids=["504", "0 of 0"])
async def test_an_empty_list_and_a_history_without_a_closing_deal_close_nothing(
    tmp_path: Path, answer: Result
) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, answer)
        await lists_are_empty(trader, 130)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert not trader.heard("Closed as asked")
        counts = "; the server counts none closed" if isinstance(answer, BulkClosed) else ""
        assert trader.store.messages[-1].severity is Severity.ERROR
        assert trader.last_words.startswith(
            "Close everything, whatever is held - What it closed is not known: no position is shown, and the "
            f"history has no closing deals since it was sent{counts}."
        )


@pytest.mark.parametrize("answer", [BridgeTimedOut(), BulkClosed(0, 0, D(0), ())], ids=["504", "0 of 0"])
async def test_where_the_account_is_flat_too_that_is_said_and_is_no_alarm(
    tmp_path: Path, answer: Result
) -> None:
    async with a_blind_trader(tmp_path) as trader:
        await kills(trader, answer)
        await trader.waits(1)
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        await lists_are_empty(trader, 130)
        counts = "; the server counts none closed" if isinstance(answer, BulkClosed) else ""
        assert trader.last_words.startswith(
            "Close everything, whatever is held - What it closed is not known: no position is shown, and the "
            f"history has no closing deals since it was sent{counts}; the account has no margin in use."
        )
        assert trader.store.messages[-1].severity is Severity.WARNING


async def test_an_answer_that_counts_none_is_not_overruled_by_an_empty_list(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        await kills(trader, BulkClosed(0, 0, D(0), ()))
        await trader.waits(1)
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        trader.deals = (closing(501, 7),)
        await lists_are_empty(trader, 60)
        assert not trader.heard("Closed as asked")
        assert not trader.heard("told as done by the server")


@pytest.mark.parametrize(
    "told",
    [
        PositionUpdated(7, D(12), D("1.083")),
        AccountRead(replace(ACCOUNT, margin=D(100)), Instant(1e6, 1e6, 1e12)),
    ],
    ids=["the stream's figures", "margin"],
)
async def test_what_tells_of_a_position_speaks_against_an_empty_list(tmp_path: Path, told: Event) -> None:
    """Whatever closing deals there are: another hand's, or of another position."""
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.deals = (closing(501, 3),)
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        await lists_are_empty(trader, 100, told)
        assert trader.state(kill) is S.UNKNOWN
        for _ in range(4):
            trader.lists(HELD)
            await trader.waits(5)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert "Not all is known to be closed. Open now: 7. Close them one by one." in trader.last_words
        assert not trader.heard("Closed as asked")


async def test_a_history_with_an_opening_and_no_end_of_it_speaks_against_an_empty_list(
    tmp_path: Path,
) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        trader.deals = (closing(501, 3), replace(closing(400, 7), entry=DealEntry.IN, side=Side.BUY))
        await lists_are_empty(trader, 100)
        assert trader.state(kill) is S.UNKNOWN
        await lists_are_empty(trader, 230)
        assert trader.last_words.startswith(
            "Close everything, whatever is held - What it closed is not known: no position is shown, and the "
            "history has 1 closing deal, maybe from before it was sent: not all was known of it then; 7 may "
            "be open, by the stream's or the history's word."
        )


async def test_closing_deals_that_may_be_older_close_nothing_where_the_account_s_figures_are_not_read(
    tmp_path: Path,
) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.deals = (closing(501, 3),)
        await lists_are_empty(trader, 130)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert (
            "1 closing deal, maybe from before it was sent: not all was known of it then" in trader.last_words
        )


async def test_an_opening_that_the_stream_tells_again_is_no_news(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.stream_tells_opened(7)
        for _ in range(12):
            trader.lists(HELD)
            await trader.waits(5)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert "Not all is known to be closed. Open now: 7." in trader.last_words


@pytest.mark.parametrize("is_told", [True, False], ids=["stream alone", "history alone"])
async def test_one_witness_alone_makes_no_position_new(tmp_path: Path, is_told: bool) -> None:
    """The stream tells old openings again; a history may be a minute behind."""
    async with a_blind_trader(tmp_path) as trader:
        old = replace(closing(400, 3), entry=DealEntry.IN)
        trader.store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, (old,), asked=trader.clock.now()))
        kill = await kills(trader, BridgeTimedOut())
        trader.deals = (old, closing(501, 3))
        if is_told:
            trader.stream_tells_opened(7)
        else:
            trader.deals += (replace(closing(502, 7), entry=DealEntry.IN, side=Side.BUY),)
        for _ in range(12):
            trader.lists(HELD)
            await trader.waits(5)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert "Not all is known to be closed. Open now: 7." in trader.last_words


async def test_what_opened_since_by_stream_and_deal_is_none_of_what_it_was_for(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        old = replace(closing(400, 3), entry=DealEntry.IN)
        trader.store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, (old,), asked=trader.clock.now()))
        assert knows_all_deals(trader.store)
        kill = await kills(trader, BridgeTimedOut())
        trader.stream_tells_opened(7)
        trader.deals = (old, closing(501, 3), replace(closing(502, 7), entry=DealEntry.IN, side=Side.BUY))
        for _ in range(12):
            trader.lists(HELD)
            await trader.waits(5)
        assert trader.state(kill) is S.FOUND_FILLED
        assert trader.last_words == "Closed as asked: no position from before is listed any more."


async def test_a_blind_close_told_as_done_is_taken_back_when_something_turns_up(tmp_path: Path) -> None:
    async with a_blind_trader(tmp_path) as trader:
        kill = await kills(trader, BridgeTimedOut())
        trader.deals = (closing(501, 3),)
        await trader.waits(1)
        trader.store.apply(AccountRead(ACCOUNT, trader.clock.now()))
        await lists_are_empty(trader, 50)
        assert trader.state(kill) is S.FOUND_FILLED
        trader.lists(HELD)
        await trader.waits(1)
        assert trader.state(kill) is S.UNKNOWN
        assert trader.last_words == (
            "Close everything, whatever is held - CORRECTION: nothing was told as open any more, and ticket "
            "7 may have been open all the time. It is being checked anew."
        )
        for _ in range(8):
            trader.lists(HELD)
            await trader.waits(5)
        assert trader.state(kill) is S.FOUND_NOT_FILLED
        assert "Not all is known to be closed. Open now: 7." in trader.last_words
