"""What other hands, odd answers and a restart must not be taken for: an order's own work."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk import LONG
from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_reconcile import CUT, buys
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, FilledInPart, HalfReversed, IntentState
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.price_equality import same_price
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal


async def closes_a_part(trader: Trader) -> CloseIntent:
    trader.sees_positions(LONG)
    trader.holds = (LONG,)
    trader.server.answers = [BridgeTimedOut()]
    close = trader.drafts_close(7, "0.04", "0.20")
    trader.submits(close)
    await trader.settles()
    return close


async def test_what_another_hand_took_more_of_is_not_a_part_close_that_was_done(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_a_part(trader)
        trader.holds = (replace(LONG, volume=D("0.10")),)
        trader.sees_positions(*trader.holds)
        await trader.waits(40)
        assert trader.state(close) is S.AMBIGUOUS
        assert not trader.heard("Closed")


async def test_a_position_that_its_sl_took_whole_tells_nothing_of_a_part_close(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_a_part(trader)
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(40)
        assert trader.state(close) is S.AMBIGUOUS
        assert not trader.heard("Closed 0.04")


async def test_a_part_whose_rest_comes_after_it_was_told_is_told_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, ()
        buy = await buys(trader, FilledInPart(10010))
        trader.sees_opened(11, volume="0.04")
        await trader.waits(5)
        assert trader.store.intents[buy.intent_id].difference == "0.04 of 0.10"
        whole = replace(trader.store.positions[11], volume=D("0.10"))
        trader.holds = (whole,)
        trader.sees_positions(whole)
        await trader.waits(1)
        assert trader.heard("LATE: position 11 holds 0.10 by now, of 0.10 asked for")
        assert trader.store.intents[buy.intent_id].difference is None


@pytest.mark.parametrize("retcode", [10012, 10031, 99_999, None])
async def test_a_line_that_may_be_done_yet_is_not_a_refused_one(tmp_path: Path, retcode: int | None) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.is_honest, trader.holds = False, (LONG,)
        trader.server.answers = [BulkClosed(0, 1, D(0), (BulkLine(7, "failed", retcode),))]
        everything = CloseAllIntent(trader.desk.new_intent_id(), (7,))
        trader.submits(everything)
        await trader.waits(3)
        assert trader.state(everything) is S.PLACED
        assert not trader.heard("NOT closed")
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(1)
        assert trader.heard("Closed everything (1 position).")


async def test_a_half_that_is_there_after_all_is_not_told_as_missing(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.is_honest = False
        trader.server.answers = [HalfReversed("close done, open not", close_deal=501)]
        reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, LONG.volume)
        trader.submits(reverse)
        await trader.settles()
        other = replace(LONG, ticket=9, side=Side.SELL)
        trader.holds = (other,)
        trader.sees_positions(other)
        await trader.waits(1)
        assert trader.state(reverse) is S.FILLED
        assert trader.store.intents[reverse.intent_id].ticket == 9
        assert not trader.heard("its opposite was NOT opened")


async def test_on_a_netting_account_another_ticket_of_the_symbol_is_what_is_left(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeTimedOut()]
        everything = CloseAllIntent(trader.desk.new_intent_id(), (7,))
        trader.submits(everything)
        trader.holds = (replace(LONG, ticket=8),)
        trader.lists(*trader.holds)
        await trader.waits(40)
        assert trader.state(everything) is S.FOUND_NOT_FILLED
        assert not trader.heard("Closed everything")


# --- the next run ---


def closes_it(trader: Trader) -> Intent:
    return CloseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, LONG.volume, LONG.volume)


def closes_all(trader: Trader) -> Intent:
    return CloseAllIntent(trader.desk.new_intent_id(), (7,))


@pytest.mark.parametrize("drafts", [closes_it, closes_all])
@pytest.mark.parametrize("is_done", [False, True])
async def test_what_the_next_runs_first_list_lacks_is_not_closed_for_that(
    tmp_path: Path, drafts: object, *, is_done: bool
) -> None:
    trader = Trader(tmp_path / "state")
    trader.listed = (LONG,)
    await trader.sits_down()
    trader.server.answers = [CUT]
    assert callable(drafts)
    close = trader.submits(drafts(trader))
    await trader.settles()
    await trader.is_killed()
    again = Trader(trader.journal.directory, clock=trader.clock)
    again.listed = again.holds = ()
    if is_done:
        again.deals = (
            deal(again, 401, 7, DealEntry.IN, ago=600),
            replace(deal(again, 402, 7, DealEntry.OUT, Side.SELL, ago=-1), volume=LONG.volume),
        )
    await again.sits_down()
    await again.waits(9)
    if is_done:
        assert again.state(close) is S.FOUND_FILLED
    else:
        assert again.state(close) is S.UNKNOWN
        assert not again.heard("Closed")
        again.holds = (LONG,)
        await again.waits(40)
        assert again.state(close) is S.FOUND_NOT_FILLED
    await again.desk.finish(within=1)


def test_prices_of_a_symbol_that_is_not_read_yet_are_not_the_same_for_having_few_decimals() -> None:
    assert not same_price(D("1.1"), D("1.0712"), None)
    assert same_price(D("0.99"), D("0.9900000000000002"), None)
