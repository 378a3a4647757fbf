"""Deals that are another hand's, or of before the send: they settle nothing of an order."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut, LineBroke, LinePart
from xbtfx_tui.domain.intents import CloseByIntent, Intent
from xbtfx_tui.domain.order_outcomes import Done, Filled, IntentState, Placed, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, Dialect, StreamDown, StreamUp

S = IntentState
D = Decimal
NETTING, HEDGING = MarginMode.NETTING, MarginMode.HEDGING
CUT = LineBroke(LinePart.READ, "", begun=True)
LONG = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))


def out_and_in(trader: Trader, volume: str = "0.10", *, ago: float = 20.0) -> tuple[Deal, Deal]:
    """Another hand sold so many lots and bought them again."""
    sold = deal(trader, 401, 7, DealEntry.OUT, Side.SELL, ago=ago)
    bought = deal(trader, 402, 7, DealEntry.IN, ago=ago - 10)
    return replace(sold, volume=D(volume), order=41), replace(bought, volume=D(volume), order=42)


async def sends(trader: Trader, intent: Intent, answer: Result, *held: Position) -> None:
    """Send it; from then on this is held, whatever the answer says."""
    trader.is_honest, trader.server.answers = False, [answer]
    trader.submits(intent)
    await trader.settles()
    trader.holds = held


@pytest.mark.parametrize("answer", [CUT, Filled(10009, deal=501, order=500)])
async def test_a_round_trip_of_another_hand_and_a_list_that_did_not_move_open_nothing(
    tmp_path: Path, answer: Result
) -> None:
    """They come to nothing together: a list that stands as before the send does not bear them out."""
    async with trader_at_desk(tmp_path, mode=NETTING) as trader:
        trader.sees_history()
        trader.deals = out_and_in(trader)
        buy = trader.drafts_buy()
        await sends(trader, buy, answer)
        await trader.waits(70)
        assert not trader.heard("Bought")
        assert trader.state(buy) in (S.AMBIGUOUS, S.UNKNOWN)


@pytest.mark.parametrize("volume", ["0.10", "0.05"])
async def test_nor_do_they_close_what_every_list_shows(tmp_path: Path, volume: str) -> None:
    async with trader_at_desk(tmp_path, mode=NETTING) as trader:
        trader.sees_positions(LONG)
        trader.sees_history()
        trader.deals = out_and_in(trader, volume)
        close = trader.drafts_close(7, volume, "0.10")
        await sends(trader, close, CUT, LONG)
        await trader.waits(70)
        assert not trader.heard("Closed")
        assert trader.state(close) is S.AMBIGUOUS


async def closes_a_part(trader: Trader) -> tuple[Intent, Deal]:
    """0.04 of 0.06 by an order that is cut off and not done; another hand had closed 0.04 before."""
    theirs = replace(deal(trader, 401, 7, DealEntry.OUT, Side.SELL, ago=5), volume=D("0.04"), order=41)
    close = trader.drafts_close(7, "0.04", "0.06")
    await sends(trader, close, CUT, replace(LONG, volume=D("0.06")))
    return close, theirs


@pytest.mark.parametrize("is_cut", [True, False])
async def test_a_history_from_before_the_line_was_cut_is_not_all_that_is_known(
    tmp_path: Path, *, is_cut: bool
) -> None:
    """The deal is of before the send: the stream that would have told it was away, or lost it, for what is
    held is less than what is known of it comes to."""
    async with trader_at_desk(tmp_path) as trader:
        opened = deal(trader, 300, 7, DealEntry.IN)
        trader.sees_positions(LONG)
        trader.sees_history(opened)
        if is_cut:
            trader.store.apply(StreamDown("cut", 1.0))
            await trader.waits(5)
            trader.store.apply(StreamUp(Dialect.CURRENT))
            trader.sees_price()
        trader.lists(replace(LONG, volume=D("0.06")))
        close, theirs = await closes_a_part(trader)
        rest = replace(deal(trader, 500, 7, DealEntry.OUT, Side.SELL), volume=D("0.06"), order=50)
        trader.deals = (opened, theirs, rest)
        trader.holds = ()
        trader.stream_tells_closed(7)
        trader.lists()
        await trader.waits(40)
        assert not trader.heard("Closed 0.04")
        assert trader.state(close) is S.AMBIGUOUS
        assert trader.heard("what was held is gone, and whether this order's work is in it is not known.")


async def test_an_old_end_that_is_told_again_and_its_deals_open_nothing(tmp_path: Path) -> None:
    """While the line was away another hand opened the same and closed it; the stream tells it later."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.store.apply(StreamDown("cut", 1.0))
        await trader.waits(5)
        trader.store.apply(StreamUp(Dialect.CURRENT))
        trader.sees_price()
        trader.deals = (
            deal(trader, 401, 40, DealEntry.IN, ago=4),
            deal(trader, 402, 40, DealEntry.OUT, Side.SELL, ago=3),
        )
        buy = trader.drafts_buy()
        await sends(trader, buy, CUT)
        trader.stream_tells_opened(40)
        trader.stream_tells_closed(40)
        await trader.waits(50)
        assert not trader.heard("Bought")
        assert trader.state(buy) is S.AMBIGUOUS


async def test_what_is_gone_goes_on_being_looked_for(tmp_path: Path) -> None:
    """The answer and the history tell it in the end, however late."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        opened = deal(trader, 300, 7, DealEntry.IN)
        trader.sees_history(opened)
        close = trader.drafts_close(7, "0.04", "0.10")
        await sends(trader, close, BridgeTimedOut(), LONG)
        trader.holds = ()
        trader.stream_tells_closed(7)
        trader.lists()
        await trader.waits(400)
        assert trader.state(close) is S.AMBIGUOUS
        own = replace(deal(trader, 401, 7, DealEntry.OUT, Side.SELL), volume=D("0.04"), order=41)
        rest = replace(deal(trader, 402, 7, DealEntry.OUT, Side.SELL), volume=D("0.06"), order=42)
        trader.deals = (opened, own, rest)
        await trader.waits(310)
        assert trader.state(close) is S.FOUND_FILLED


@pytest.mark.parametrize("answer", [CUT, Placed(10008), Done(10009)])
async def test_two_that_were_closed_at_the_market_did_not_close_each_other(
    tmp_path: Path, answer: Result
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, replace(LONG, ticket=8, side=Side.SELL))
        by = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        await sends(trader, by, answer)
        trader.deals = (
            replace(deal(trader, 501, 7, DealEntry.OUT, Side.SELL), order=9),
            replace(deal(trader, 502, 8, DealEntry.OUT), order=10),
        )
        trader.sees_positions()
        await trader.waits(70)
        assert trader.state(by) is S.FOUND_NOT_FILLED
        assert trader.heard("tickets 7 and 8 are gone; whether this order closed it is not known.")
        assert not trader.heard("Closed EURUSD")


@pytest.mark.parametrize("answer", [CUT, Done(10009)])
async def test_two_that_closed_each_other_after_a_part_of_one_was_closed(
    tmp_path: Path, answer: Result
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, replace(LONG, ticket=8, side=Side.SELL))
        trader.sees_history()
        part = trader.drafts_close(7, "0.01", "0.10")
        await sends(trader, part, Filled(10009, deal=500, order=8))
        by = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        await sends(trader, by, answer)
        closed = replace(deal(trader, 500, 7, DealEntry.OUT, Side.SELL), volume=D("0.01"), order=8)
        trader.deals = (
            closed,
            replace(deal(trader, 501, 7, DealEntry.OUT_BY, Side.SELL), volume=D("0.09"), order=9),
            replace(deal(trader, 502, 8, DealEntry.OUT_BY), volume=D("0.09"), order=9),
        )
        trader.store.apply(DealDone(closed))
        trader.sees_positions(replace(LONG, ticket=8, side=Side.SELL, volume=D("0.01")))
        await trader.waits(31)
        assert trader.state(by) in (S.FILLED, S.FOUND_FILLED)
        assert trader.heard("Closed 0.09 EURUSD, ticket 7 by ticket 8, ")


@pytest.mark.parametrize("answer", [CUT, Done(10009)])
async def test_a_part_that_was_never_closed_leaves_its_close_by_no_doubt(
    tmp_path: Path, answer: Result
) -> None:
    """The positions alone do not tell which of both took what is missing: a part makes no such deals."""
    async with trader_at_desk(tmp_path) as trader:
        held = (LONG, replace(LONG, ticket=8, side=Side.SELL, volume=D("0.06")))
        trader.sees_positions(*held)
        trader.sees_history()
        part = trader.drafts_close(7, "0.06", "0.10")
        await sends(trader, part, Placed(10008), *held)
        by = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        await sends(trader, by, answer, replace(LONG, volume=D("0.04")))
        trader.deals = (
            replace(deal(trader, 501, 7, DealEntry.OUT_BY, Side.SELL), volume=D("0.06"), order=9),
            replace(deal(trader, 502, 8, DealEntry.OUT_BY), volume=D("0.06"), order=9),
        )
        await trader.waits(31)
        assert trader.state(by) in (S.FILLED, S.FOUND_FILLED)
        await trader.waits(40)
        assert trader.state(part) is S.FOUND_NOT_FILLED


@pytest.mark.parametrize("order", [10, None])
async def test_two_close_bys_of_one_position_are_told_apart_by_the_order_of_their_deals(
    tmp_path: Path, order: int | None
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        one, other = (replace(LONG, ticket=n, side=Side.SELL, volume=D("0.05")) for n in (8, 9))
        trader.sees_positions(LONG, one, other)
        trader.sees_history()
        both = [CloseByIntent(trader.desk.new_intent_id(), 7, ticket, "EURUSD") for ticket in (8, 9)]
        for by in both:
            await sends(trader, by, Done(10009))
        lots = D("0.05")
        trader.deals = (
            replace(deal(trader, 501, 7, DealEntry.OUT_BY, Side.SELL), volume=lots, order=order),
            replace(deal(trader, 502, 8, DealEntry.OUT_BY), volume=lots, order=order),
            replace(deal(trader, 503, 7, DealEntry.OUT_BY, Side.SELL), volume=lots, order=order and 11),
            replace(deal(trader, 504, 9, DealEntry.OUT_BY), volume=lots, order=order and 11),
        )
        trader.sees_positions()
        await trader.waits(70)
        are_done = [trader.state(by) is S.FILLED for by in both]
        assert are_done == [order is not None] * 2


async def test_deals_of_a_close_by_tell_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, replace(LONG, ticket=8, side=Side.SELL))
        trader.sees_history()
        by = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        await sends(trader, by, CUT)
        trader.deals = (
            replace(deal(trader, 501, 7, DealEntry.OUT_BY, Side.SELL), order=9),
            replace(deal(trader, 502, 8, DealEntry.OUT_BY), order=9),
        )
        trader.sees_positions()
        await trader.waits(1)
        assert trader.state(by) is S.FOUND_FILLED
