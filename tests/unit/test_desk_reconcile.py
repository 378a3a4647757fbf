"""How an order that nobody knows the outcome of comes to a verdict, and what is watched after it."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk import LONG
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut, LineBroke, LinePart, ServerFault
from xbtfx_tui.domain.intents import CloseSymbolIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed, Result
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity

S = IntentState
D = Decimal
CUT = LineBroke(LinePart.READ, "", begun=True)


def bought(ticket: int, volume: str = "0.10") -> Position:
    return Position(ticket, "EURUSD", Side.BUY, D(volume), D("1.08213"), D("1.08213"))


async def buys(trader: Trader, result: Result = CUT) -> Intent:
    trader.server.answers = [result]
    buy = trader.submits(trader.drafts_buy())
    await trader.settles()
    return buy


async def test_executed_and_then_cut_off_is_one_position_found_within_5_s(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = (bought(11),)
        buy = await buys(trader)
        await trader.waits(5)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 11
        assert len(trader.server.sent) == 1


async def test_cut_off_before_it_was_executed_is_not_filled_without_a_second_send(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        await trader.waits(29.5)
        assert trader.state(buy) is S.UNKNOWN
        assert "is not known yet" in trader.is_stopped(trader.drafts_buy("0.30")).sentence
        await trader.waits(2)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        assert trader.heard("nothing of it. It stays watched for 24 h.")
        assert len(trader.server.sent) == 1
        trader.sees_price()
        trader.submits(trader.drafts_buy("0.30"))


async def test_placed_and_never_filled_is_unknown_and_then_not_filled(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(31)
        assert trader.state(buy) is S.UNKNOWN
        await trader.waits(31)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        assert trader.story(buy)[-3:] == [S.PLACED, S.UNKNOWN, S.FOUND_NOT_FILLED]


async def test_without_an_answer_of_the_history_nothing_is_called_not_filled(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds, trader.deals = (), ServerFault(502, "")
        buy = await buys(trader)
        await trader.waits(120)
        assert trader.state(buy) is S.UNKNOWN
        (doubt,) = trader.desk.doubts()
        assert any("history: not read." in look for look in doubt.looked)
        trader.deals = ()
        await trader.waits(120)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_without_three_clean_looks_nothing_is_called_not_filled(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await buys(trader)
        for _ in range(2):
            await trader.waits(20)
            trader.sees_positions()
        await trader.waits(40)
        assert trader.state(buy) is S.UNKNOWN
        trader.sees_positions()
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_the_last_of_them_is_30_s_after_the_socket_was_shut(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await buys(trader)
        for _ in range(6):
            await trader.waits(4.5)
            trader.sees_positions()
        await trader.waits(60)
        assert trader.state(buy) is S.UNKNOWN
        trader.sees_positions()
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


@pytest.mark.parametrize("seconds", [30, 119, 121, 600])
async def test_time_asleep_is_no_time_looked(tmp_path: Path, seconds: float) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        await trader.waits(1)
        trader.clock.sleeps_for(seconds)
        await trader.waits(28)
        assert trader.state(buy) is S.UNKNOWN
        await trader.waits(3)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_jump_of_the_clock_neither_hurries_nor_holds_up_a_verdict(tmp_path: Path, hours: int) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        await trader.waits(1)
        trader.clock.set_wall(trader.clock.now().wall + hours * 3600)
        await trader.waits(28)
        assert trader.state(buy) is S.UNKNOWN
        await trader.waits(3)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_late_fill_raises_an_alarm(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader, BridgeTimedOut())
        await trader.waits(32)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        await trader.waits(540)
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 11
        assert any(
            said.severity is Severity.ERROR and said.text.startswith("LATE: ")
            for said in trader.store.messages
        )
        (row,) = await trader.journal.rows()
        assert row.state is S.FOUND_FILLED


@pytest.mark.long
async def test_what_comes_an_hour_later_may_as_well_be_another_hands(tmp_path: Path) -> None:
    """The trader's own phone buys the same: it is told, and nothing is claimed."""
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader, BridgeTimedOut())
        await trader.waits(32)
        await trader.waits(3600)
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        assert trader.last_words == (
            "LATE, or another hand's: ticket 11 is as Buy 0.10 EURUSD would have made it, which was found "
            "not filled. Look at it now."
        )
        await trader.waits(5)
        assert sum("LATE" in said.text for said in trader.store.messages) == 1


async def test_after_a_day_nobody_looks_for_it_any_more(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        await trader.waits(32)
        trader.clock.sleeps_for(24 * 3600)
        await trader.waits(1)
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_what_a_later_order_opened_is_no_late_fill(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        first = await buys(trader)
        await trader.waits(32)
        trader.sees_price()
        second = trader.submits(trader.drafts_buy())
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(first) is S.FOUND_NOT_FILLED
        assert trader.store.intents[second.intent_id].ticket == 11
        # but one more than was asked for is
        trader.sees_opened(12)
        await trader.waits(1)
        assert trader.state(first) is S.FOUND_FILLED
        assert trader.store.intents[first.intent_id].ticket == 12


async def test_what_an_order_on_its_way_may_have_opened_is_no_late_fill(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        first = await buys(trader)
        await trader.waits(32)
        trader.sees_price()
        trader.server.gate = asyncio.Event()
        trader.server.answers = [Placed()]
        second = trader.submits(trader.drafts_buy())
        await trader.settles()
        # the stream is faster than the answer
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(first) is S.FOUND_NOT_FILLED
        trader.server.gate.set()
        await trader.waits(1)
        assert trader.store.intents[second.intent_id].ticket == 11
        assert trader.state(first) is S.FOUND_NOT_FILLED


async def test_a_close_that_was_not_done_is_said_loudly(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = (LONG,)
        trader.sees_positions(LONG)
        trader.server.answers = [CUT]
        close = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.waits(32)
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert trader.store.messages[-1].severity is Severity.ERROR
        assert "It was NOT closed." in trader.last_words


async def test_a_reverse_that_was_half_done_is_said_to_be(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.holds = ()
        trader.server.answers = [CUT]
        intent_id = trader.desk.new_intent_id()
        reverse = trader.submits(ReverseIntent(intent_id, 7, "EURUSD", Side.BUY, LONG.volume))
        await trader.waits(32)
        assert trader.state(reverse) is S.FOUND_NOT_FILLED
        assert "position 7 is closed, its opposite was NOT opened" in trader.last_words


async def test_a_bulk_close_in_doubt_comes_back_as_its_tickets(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        held = (bought(7), bought(8), bought(9))
        trader.sees_positions(*held)
        trader.holds = held[1:]
        trader.server.answers = [CUT]
        intent_id = trader.desk.new_intent_id()
        bulk = trader.submits(CloseSymbolIntent(intent_id, "EURUSD", (7, 8, 9)))
        await trader.waits(1)
        trader.holds = (*held[1:], bought(10))
        await trader.waits(32)
        assert trader.state(bulk) is S.FOUND_NOT_FILLED
        assert "Still open: 8, 9. Close them one by one." in trader.last_words
        left = trader.desk.leftovers(bulk.intent_id)
        assert [(one.ticket, one.volume, one.is_full) for one in left] == [
            (8, D("0.10"), True),
            (9, D("0.10"), True),
        ]
        assert len(trader.server.sent) == 1
        trader.sees_price()
        for one in left:
            trader.submits(one)


async def test_a_late_close_by_itself_is_told_but_not_one_the_trader_made(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = (LONG,)
        trader.sees_positions(LONG)
        trader.server.answers = [CUT]
        first = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.waits(32)
        assert trader.state(first) is S.FOUND_NOT_FILLED
        trader.sees_price()
        second = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.settles()
        trader.sees_closed(7)
        await trader.waits(1)
        assert trader.state(first) is S.FOUND_NOT_FILLED
        assert trader.state(second) is S.FOUND_FILLED


async def test_on_a_netting_account_a_late_fill_shows_by_the_net(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(LONG)
        trader.holds = (LONG,)
        buy = await buys(trader)
        await trader.waits(32)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        trader.sees_positions(replace(LONG, volume=D("0.30")))
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_FILLED


async def test_what_the_trader_dismissed_is_not_found_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await buys(trader)
        trader.sees_opened(11)
        trader.sees_opened(12)
        await trader.waits(31)
        assert trader.state(buy) is S.AMBIGUOUS
        (doubt,) = trader.desk.doubts()
        assert [position.ticket for position in doubt.candidates] == [11, 12]
        assert await trader.desk.resolve(buy.intent_id, None) is None
        await trader.waits(60)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        trader.sees_opened(13)
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_FILLED


async def test_what_the_trader_assigned_is_nobody_elses(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        first = await buys(trader, Placed())
        await trader.waits(3.1)
        trader.sees_price()
        second = await buys(trader)
        trader.sees_opened(11)
        trader.sees_opened(12)
        await trader.waits(5)
        assert (trader.state(first), trader.state(second)) == (S.PLACED, S.UNKNOWN)
        assert await trader.desk.resolve(second.intent_id, 12) is None
        await trader.waits(1)
        assert trader.store.intents[first.intent_id].ticket == 11
