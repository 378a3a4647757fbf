"""Orders of one symbol on a netting account of which nothing sure is seen: none is told as done, or as not
done, by what may as well be another's work."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_full_closes import HELD, closes, out, trader_who_holds
from tests.unit.test_desk_netting_sums import bought, buys, is_listed
from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseSymbolIntent, OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    BulkLine,
    Filled,
    IntentState,
    Placed,
    Result,
    Reversed,
)
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, PositionOpened

S = IntentState
D = Decimal
NETTING = MarginMode.NETTING


async def reverses(trader: Trader, answer: Result) -> ReverseIntent:
    trader.sees_price()
    trader.server.answers = [answer]
    reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, HELD.volume)
    trader.submits(reverse)
    await trader.settles()
    return reverse


async def sells(trader: Trader, volume: str, answer: Result) -> OpenIntent:
    trader.sees_price()
    trader.server.answers = [answer]
    sell = replace(trader.drafts_buy(volume), side=Side.SELL)
    trader.submits(sell)
    await trader.settles()
    return sell


@pytest.mark.parametrize("answer", [Placed(10008), BridgeTimedOut()])
async def test_two_that_come_to_nothing_together_are_not_done_where_nothing_moved(
    tmp_path: Path, answer: Result
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy, close = await buys(trader, "0.03", answer), await closes(trader, "0.03", answer)
        await is_listed(trader, 90, HELD)
        assert trader.state(buy) is trader.state(close) is S.FOUND_NOT_FILLED
        assert not trader.heard("Bought")
        assert not trader.heard("Closed")


async def test_two_that_come_to_nothing_together_are_done_where_answers_and_deals_say_so(
    tmp_path: Path,
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.03", Filled(10009, deal=501, order=9))
        close = await closes(trader, "0.03", Filled(10009, deal=502, order=10))
        trader.deals = (bought(trader, 501, "0.03", 9), out(trader, 502, "0.03", 10))
        await is_listed(trader, 10, HELD)
        assert trader.state(buy) is trader.state(close) is S.FILLED


async def test_a_move_that_the_others_explain_without_it_does_not_say_that_it_was_done(
    tmp_path: Path,
) -> None:
    """The buy of 0.02 alone comes to what all three would come to."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.03", Placed(10008))
        close = await closes(trader, "0.03", Placed(10008))
        other = await buys(trader, "0.02", Placed(10008))
        await is_listed(trader, 90, replace(HELD, volume=D("0.12")))
        assert not trader.heard("Bought 0.03")
        assert not trader.heard("Closed 0.03")
        assert trader.state(buy) is trader.state(close) is S.AMBIGUOUS
        assert trader.state(other) in (S.AMBIGUOUS, S.FOUND_FILLED)


async def test_a_smaller_deal_since_the_send_rules_out_that_nothing_was_bought(tmp_path: Path) -> None:
    """0.04 of 0.10 were bought and sold again, by whomever: nothing has moved."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.10", BridgeTimedOut())
        trader.deals = (bought(trader, 501, "0.04", 9), out(trader, 502, "0.04", 10))
        await is_listed(trader, 90, HELD)
        assert trader.state(buy) is S.AMBIGUOUS
        assert trader.heard("Not certain: ticket 7 shows what is near (0.04 of 0.10).")
        assert [one.ticket for one in trader.desk.doubts()[0].candidates] == [7]


async def test_a_deal_that_only_the_stream_told_rules_it_out_as_well(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.10", BridgeTimedOut())
        told = replace(bought(trader, 501, "0.04", 9), entry=None, order=None, position=None, time=None)
        trader.store.apply(DealDone(told))
        await is_listed(trader, 90, HELD)
        assert trader.state(buy) is S.AMBIGUOUS


async def test_what_is_gone_again_is_offered_by_the_position_that_its_deal_names(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, mode=NETTING) as trader:
        buy = await buys(trader, "0.10", BridgeTimedOut())
        opened = replace(bought(trader, 501, "0.04", 9), position=9)
        trader.deals = (opened, replace(out(trader, 502, "0.04", 10), position=9))
        await is_listed(trader, 60)
        assert trader.state(buy) is S.AMBIGUOUS
        assert trader.desk.doubts()[0].gone == (9,)


async def test_an_order_s_number_is_offered_for_no_position(tmp_path: Path) -> None:
    """Orders 9 and 10 bought as much of position 7; the list is late."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.10", BridgeTimedOut())
        trader.deals = (bought(trader, 501, "0.10", 9), bought(trader, 502, "0.10", 10))
        await is_listed(trader, 60, HELD)
        doubt = trader.desk.doubts()[0]
        assert trader.state(buy) is S.AMBIGUOUS
        assert ([one.ticket for one in doubt.candidates], doubt.gone) == ([7], ())
        assert trader.heard("more than one order and position could belong together (7)")


@pytest.mark.parametrize(("volume", "side"), [("0.04", Side.SELL), ("0.11", Side.BUY)])
async def test_a_deal_that_can_t_be_its_work_rules_nothing_out(
    tmp_path: Path, volume: str, side: Side
) -> None:
    """It is of the other side, or of more lots; and the list does not show it yet."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy = await buys(trader, "0.10", BridgeTimedOut())
        trader.deals = (replace(bought(trader, 501, volume, 9), side=side),)
        await is_listed(trader, 90, HELD)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_deal_that_another_order_is_known_to_have_made_rules_nothing_out(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        small = await closes(trader, "0.04", BridgeTimedOut())
        large = await closes(trader, "0.05", BridgeTimedOut())
        trader.deals = (out(trader, 501, "0.04", 9),)
        await is_listed(trader, 90, replace(HELD, volume=D("0.06")))
        assert trader.state(small) is S.FOUND_FILLED
        assert trader.state(large) is S.FOUND_NOT_FILLED


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_reverse_that_was_closed_at_once_is_told_by_its_two_deals(
    tmp_path: Path, is_answered: bool
) -> None:
    """Never listed: it closed what was left of the position, and another order closed what it opened."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        answer = Reversed(close_deal=501, open_deal=502, open_order=9) if is_answered else BridgeTimedOut()
        reverse = await reverses(trader, answer)
        lots = "0.06" if is_answered else "0.10"
        opened = replace(deal(trader, 502, 9, DealEntry.IN, Side.SELL), volume=D(lots), order=9)
        trader.deals = (out(trader, 501, lots, 8), opened)
        if not is_answered:
            trader.store.apply(PositionOpened(9, "EURUSD", Side.SELL, D(lots), D("1.08213")))
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(60)
        assert trader.state(reverse) is (S.FILLED if is_answered else S.FOUND_FILLED)
        assert trader.heard(f"Reversed EURUSD, ticket 7: now sell {lots}")


async def test_a_reverse_is_not_denied_where_its_opening_may_be_in_the_history(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        reverse = await reverses(trader, BridgeTimedOut())
        opened = replace(deal(trader, 502, 9, DealEntry.IN, Side.SELL), volume=D("0.04"), order=9)
        trader.deals = (out(trader, 501, "0.10", 8), opened)
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(90)
        assert trader.state(reverse) is S.AMBIGUOUS
        assert not trader.heard("NOT opened")


async def test_a_close_whose_ticket_another_order_ended_is_not_told_as_not_closed(tmp_path: Path) -> None:
    """The sell has turned the position: what is held now has another ticket."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell = await sells(trader, "0.14", Filled(10009, deal=501, order=9))
        close = await closes(trader, "0.03", BridgeTimedOut())
        flipped = replace(deal(trader, 501, 7, DealEntry.IN_OUT, Side.SELL), volume=D("0.14"), order=9)
        trader.deals = (flipped,)
        trader.holds = (replace(HELD, ticket=9, side=Side.SELL, volume=D("0.04")),)
        trader.sees_positions(*trader.holds)
        await trader.waits(90)
        assert trader.state(sell) is S.FILLED
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert not trader.heard("NOT closed")
        assert trader.heard("Ticket 7 is gone; whether this order closed it is not known. Open now: 9.")


async def test_a_smaller_close_than_asked_for_is_the_trader_s_to_say_where_no_answer_accepted_it(
    tmp_path: Path,
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        close = await closes(trader, "0.08", BridgeTimedOut())
        trader.deals = (out(trader, 501, "0.03", 9),)
        await is_listed(trader, 90, replace(HELD, volume=D("0.07")))
        assert trader.state(close) is S.AMBIGUOUS
        assert trader.heard("Not certain: ticket 7 shows what is near (0.03 of 0.08).")


async def test_one_deal_is_not_the_work_of_the_wrong_one_of_two_closes_alike(tmp_path: Path) -> None:
    """The sell was done, the close of as many lots was not, and a third order is told to have closed all."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        sell = await sells(trader, "0.10", BridgeTimedOut())
        close = await closes(trader, "0.10", BridgeTimedOut())
        trader.server.answers = [BulkClosed(0, 0, D(0), ())]
        bulk = CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (7,))
        trader.submits(bulk)
        await trader.settles()
        trader.deals = (out(trader, 501, "0.10", 9),)
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(60)
        assert trader.state(sell) is trader.state(close) is S.AMBIGUOUS
        assert not trader.heard("Closed 0.10")
        assert [doubt.gone for doubt in trader.desk.doubts()] == [(), ()]


async def test_a_close_whose_position_had_ended_stands_in_no_later_order_s_way(tmp_path: Path) -> None:
    """Closing all has left it nothing, and what is held since is another's work."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        close = await closes(trader, "0.10", Placed(10008))
        trader.server.answers = [BulkClosed(1, 0, D(0), (BulkLine(7, "closed", deal=501),))]
        trader.submits(CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (7,)))
        await trader.settles()
        trader.deals = (out(trader, 501, "0.10", 9),)
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(5)
        sell = await sells(trader, "0.10", Placed(10008))
        opened = replace(deal(trader, 502, 11, DealEntry.IN, Side.SELL), order=11)
        trader.deals = (*trader.deals, opened)
        trader.holds = (replace(HELD, ticket=11, side=Side.SELL),)
        trader.sees_positions(*trader.holds)
        await trader.waits(5)
        assert trader.state(sell) is S.FOUND_FILLED
        await trader.waits(90)
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert trader.heard("Ticket 7 is gone; whether this order closed it is not known. Open now: 11.")
        assert trader.desk.doubts() == ()
