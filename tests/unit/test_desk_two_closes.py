"""Two closes of one position beside each other: each one's work is told once, by none but its own deals."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_full_closes import (
    HEDGING,
    HELD,
    NETTING,
    NOT_KNOWN,
    closes,
    is_gone,
    out,
    told,
    trader_who_holds,
)
from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed
from xbtfx_tui.domain.store_events import DealDone, PositionClosed

S = IntentState


async def closes_twice(trader: Trader, first: str, second: str) -> tuple[CloseIntent, CloseIntent]:
    """The first one's work is seen before its answer comes; the second is drafted by what is left then."""
    trader.server.gate = asyncio.Event()
    earlier = await closes(trader, first, Placed(10008))
    left = HELD.volume - Decimal(first)
    trader.deals = (out(trader, 501, first, 9),)
    trader.store.apply(DealDone(trader.deals[0]))
    trader.sees_positions(replace(HELD, volume=left))
    await trader.waits(1)
    assert trader.state(earlier) is S.SENDING
    trader.server.answers = [Placed(10008), Placed(10008)]
    later = trader.drafts_close(7, second, str(left))
    trader.submits(later)
    await trader.settles()
    return earlier, later


@pytest.mark.parametrize("mode", [HEDGING, NETTING])
@pytest.mark.parametrize("second", ["0.02", "0.03", "0.01"])
async def test_a_close_is_not_counted_twice_for_its_slow_answer(
    tmp_path: Path, mode: MarginMode, second: str
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=mode) as trader:
        earlier, later = await closes_twice(trader, "0.02", second)
        assert trader.server.gate is not None
        trader.server.gate.set()
        trader.deals = (out(trader, 501, "0.02", 9), out(trader, 502, second, 10))
        trader.store.apply(DealDone(trader.deals[1]))
        left = replace(HELD, volume=HELD.volume - Decimal("0.02") - Decimal(second))
        trader.holds = (left,)
        trader.sees_positions(left)
        await trader.waits(3)
        assert trader.state(earlier) is trader.state(later) is S.FOUND_FILLED
        assert {text.split(" EURUSD")[0] for text in told(trader)[-2:]} == {
            "Closed 0.02 of 0.10",
            f"Closed {second} of 0.08",
        }


async def test_a_second_close_that_was_not_done_is_not_told_by_the_first_one_s_work(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        earlier, later = await closes_twice(trader, "0.02", "0.02")
        assert trader.server.gate is not None
        trader.server.gate.set()
        left = replace(HELD, volume=Decimal("0.08"))
        trader.holds = (left,)
        trader.sees_positions(left)
        await trader.waits(80)
        assert trader.state(earlier) is S.FOUND_FILLED
        assert trader.state(later) is S.FOUND_NOT_FILLED


async def test_a_part_close_is_not_told_by_the_deal_of_another_position(tmp_path: Path) -> None:
    """Neither the stream's deal, which names no position, nor the history's, which names another one."""
    beside = replace(HELD, ticket=8, volume=Decimal("0.07"))
    async with trader_who_holds(tmp_path, HELD, beside, mode=HEDGING) as trader:
        part = await closes(trader, "0.07", BridgeTimedOut())
        trader.server.answers = [Placed(10008), Placed(10008)]
        other, whole = trader.drafts_close(8, "0.07", "0.07"), trader.drafts_close(7, "0.10", "0.10")
        trader.submits(other)
        trader.submits(whole)
        await trader.settles()
        deals = (replace(out(trader, 501, "0.07", 9), position=8), out(trader, 502, "0.10", 10))
        for one in deals:
            trader.store.apply(DealDone(replace(one, position=None, order=None, entry=None)))
        trader.store.apply(PositionClosed(8))
        trader.store.apply(PositionClosed(7))
        await is_gone(trader, *deals)
        assert trader.state(other) is trader.state(whole) is S.FOUND_FILLED
        assert trader.state(part) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(NOT_KNOWN)
        assert not trader.heard("Closed 0.07 of 0.10")


async def test_one_deal_is_the_work_of_one_of_two_part_closes_alike(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        trader.holds = (HELD,)
        one = await closes(trader, "0.03", BridgeTimedOut())
        await trader.waits(4)
        parts = (one, await closes(trader, "0.03", BridgeTimedOut()))
        whole = await closes(trader, "0.10", Placed(10008))
        await is_gone(trader, out(trader, 501, "0.03", 9), out(trader, 502, "0.07", 10))
        assert trader.state(whole) is S.FOUND_FILLED
        assert sum(text.startswith("Closed 0.03 of 0.10") for text in told(trader)) <= 1
        assert S.FOUND_NOT_FILLED in {trader.state(part) for part in parts}


@pytest.mark.parametrize("mode", [HEDGING, NETTING])
@pytest.mark.parametrize("seconds_before", [0, 8])
async def test_what_another_hand_closed_before_the_send_is_not_its_work(
    tmp_path: Path, mode: MarginMode, seconds_before: int
) -> None:
    """Not read yet when the order was sent; the stream has told its deal, or was silent when it was made."""
    async with trader_who_holds(tmp_path, HELD, mode=mode) as trader:
        before = out(trader, 501, "0.02", 9)
        assert before.time is not None
        if seconds_before:
            before = replace(before, time=before.time - timedelta(seconds=seconds_before))
        else:
            trader.store.apply(DealDone(replace(before, position=None, order=None, entry=None, time=None)))
        close = await closes(trader, "0.02", Placed(10008))
        trader.deals, trader.holds = (before,), (replace(HELD, volume=Decimal("0.08")),)
        trader.lists(*trader.holds)
        await trader.waits(100)
        assert trader.state(close) is S.AMBIGUOUS
        assert not trader.heard("Closed 0.02")


async def test_a_close_that_list_and_history_tell_of_is_done_though_the_stream_was_silent(
    tmp_path: Path,
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        close = await closes(trader, "0.02", Placed(10008))
        trader.deals, trader.holds = (out(trader, 501, "0.02", 9),), (replace(HELD, volume=Decimal("0.08")),)
        trader.lists(*trader.holds)
        await trader.waits(40)
        assert trader.state(close) is S.FOUND_FILLED
