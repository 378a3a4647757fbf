"""Orders of one symbol on a netting account that went in one breath: which of them was done is told by deals,
where these and the lists come to the same."""

from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_full_closes import HELD, closes, out, trader_who_holds
from tests.unit.test_desk_netting_doubts import sells
from tests.unit.test_desk_netting_sums import is_listed, short, turned
from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseIntent, CloseSymbolIntent, OpenIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, IntentState, Placed
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import PositionClosed, PositionOpened

S = IntentState
D = Decimal
NETTING = MarginMode.NETTING
TURNED = replace(short("0.04"), ticket=9)


async def sells_and_closes(trader: Trader, volume: str = "0.10") -> tuple[OpenIntent, CloseIntent]:
    """Both were taken; neither has an answer that names its deal."""
    return await sells(trader, "0.14", Placed(10008)), await closes(trader, volume, Placed(10008))


async def is_turned(trader: Trader, seconds: int, *deals: Deal) -> None:
    trader.deals = deals
    trader.store.apply(PositionOpened(9, "EURUSD", TURNED.side, TURNED.volume, TURNED.price_open))
    trader.store.apply(PositionClosed(7))
    await is_listed(trader, seconds, TURNED)


async def test_of_a_sell_that_turned_the_position_and_a_close_that_found_none_the_sell_was_done(
    tmp_path: Path,
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell, close = await sells_and_closes(trader)
        await is_turned(trader, 20, turned(trader, 501, "0.14", 9))
        assert trader.state(sell) is S.FOUND_FILLED
        await is_listed(trader, 90, TURNED)
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert trader.heard("Ticket 7 is gone; whether this order closed it is not known. Open now: 9.")
        assert trader.desk.doubts() == ()


async def test_deals_that_do_not_come_to_what_the_list_shows_decide_nothing(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell, close = await sells_and_closes(trader)
        trader.deals = (turned(trader, 501, "0.14", 9),)
        await is_listed(trader, 60, replace(TURNED, volume=D("0.14")))
        assert trader.state(sell) is trader.state(close) is S.AMBIGUOUS


async def test_a_part_close_may_have_made_the_deal_of_a_sell_as_large(tmp_path: Path) -> None:
    """One deal of 0.03, and two orders that make such."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell, close = await sells(trader, "0.03", Placed(10008)), await closes(trader, "0.03", Placed(10008))
        trader.deals = (out(trader, 501, "0.03", 9),)
        await is_listed(trader, 60, replace(HELD, volume=D("0.07")))
        assert trader.state(sell) is trader.state(close) is S.AMBIGUOUS


async def test_deals_that_may_be_from_before_the_send_decide_nothing(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        both = await sells_and_closes(trader)
        for one in both:
            order = trader.desk._registry.order(one.intent_id)
            assert order is not None
            order.look_from(replace(order.watched, is_history_read=False))
        await is_turned(trader, 60, turned(trader, 501, "0.14", 9))
        assert [trader.state(one) for one in both] == [S.AMBIGUOUS, S.AMBIGUOUS]


async def test_a_deal_of_more_lots_than_were_asked_for_is_another_hand_s(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        close = await closes(trader, "0.03", Placed(10008))
        trader.deals = (out(trader, 501, "0.05", 9),)
        await is_listed(trader, 90, replace(HELD, volume=D("0.05")))
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert trader.heard("It was NOT closed.")


async def test_a_close_of_all_that_was_told_as_done_may_have_made_the_deal_or_not(tmp_path: Path) -> None:
    """Nothing is left, and by one deal: the sell's, or that of the close."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell = await sells(trader, "0.10", BridgeTimedOut())
        trader.server.answers = [BulkClosed(1, 0, D(0), ())]
        close = CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (7,))
        trader.submits(close)
        await trader.settles()
        trader.deals = (out(trader, 501, "0.10", 9),)
        trader.store.apply(PositionClosed(7))
        await is_listed(trader, 90)
        assert trader.state(close) is S.FILLED
        assert trader.state(sell) is S.AMBIGUOUS


async def test_the_one_deal_of_a_close_of_all_is_not_that_of_a_close_that_was_not_done(
    tmp_path: Path,
) -> None:
    """What is held by now is a later sell's, and the history has one closing deal."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        close = await closes(trader, "0.10", Placed(10008))
        trader.server.answers = [BulkClosed(1, 0, D(0), ())]
        everything = CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (7,))
        trader.submits(everything)
        await trader.settles()
        sell = await sells(trader, "0.04", Placed(10008))
        opened = replace(deal(trader, 502, 9, DealEntry.IN, Side.SELL), volume=D("0.04"), order=9)
        await is_turned(trader, 90, out(trader, 501, "0.10", 8), opened)
        assert (trader.state(everything), trader.state(sell)) == (S.FILLED, S.FOUND_FILLED)
        assert trader.state(close) is not S.FOUND_FILLED
        assert not trader.heard("Closed 0.10")
