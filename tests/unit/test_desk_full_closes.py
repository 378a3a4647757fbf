"""A close of all that is held takes what is there: its words when others move the same position meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseAllIntent, CloseByIntent, CloseIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, Severity
from xbtfx_tui.orders.reconcile.outcome_findings import ANYONES_CLOSE

S = IntentState
D = Decimal
HELD = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))
LESS = replace(HELD, volume=D("0.05"))
NETTING, HEDGING = MarginMode.NETTING, MarginMode.HEDGING
ANYONES = "EURUSD, ticket 7, is closed, by this order or by another: nothing is left of it."
NOT_KNOWN = "Nothing is left of it: ticket 7 is gone; whether this order closed it is not known."


@asynccontextmanager
async def trader_who_holds(path: Path, *positions: Position, mode: MarginMode) -> AsyncIterator[Trader]:
    """The history was read; from here on the server does as the test says."""
    async with trader_at_desk(path, mode=mode) as trader:
        trader.is_honest, trader.holds = False, positions
        trader.sees_positions(*positions)
        trader.sees_history()
        await trader.waits(4)
        trader.holds = None
        yield trader


def out(trader: Trader, ticket: int, volume: str, order: int) -> Deal:
    made = deal(trader, ticket, 7, DealEntry.OUT, Side.SELL)
    return replace(made, volume=D(volume), order=order)


async def closes(trader: Trader, volume: str, answer: Result) -> CloseIntent:
    trader.server.answers = [answer]
    close = trader.drafts_close(7, volume, "0.10")
    trader.submits(close)
    await trader.settles()
    return close


async def is_gone(trader: Trader, *deals: Deal) -> None:
    trader.deals, trader.holds = deals, ()
    trader.sees_positions()
    await trader.waits(80)


def told(trader: Trader) -> list[str]:
    return [said.text for said in trader.store.messages if said.severity is not Severity.INFO]


async def test_all_that_a_part_close_left_is_closed_and_no_volume_is_made_up(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        part = await closes(trader, "0.05", Filled(10009, deal=501, order=9))
        whole = await closes(trader, "0.10", Placed(10008))
        trader.deals = (out(trader, 501, "0.05", 9),)
        trader.sees_positions(LESS)
        await trader.waits(1)
        assert trader.state(part) is S.FILLED
        await is_gone(trader, *trader.deals, out(trader, 502, "0.05", 10))
        assert trader.state(whole) is S.FOUND_FILLED
        assert told(trader)[-1] == ANYONES
        assert trader.store.intents[whole.intent_id].difference == ANYONES_CLOSE


async def test_of_two_closes_of_which_one_was_done_each_may_be_it(tmp_path: Path) -> None:
    """The first was told as done and was not; nothing tells the trader which one closed it but the deals."""
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        first = await closes(trader, "0.10", Filled(10009, deal=987, order=9))
        trader.sees_positions(HELD)
        await trader.waits(4)
        second = await closes(trader, "0.10", Placed(10008))
        await is_gone(trader, out(trader, 502, "0.10", 10))
        records = [trader.store.intents[close.intent_id] for close in (first, second)]
        assert [record.state for record in records] == [S.FILLED, S.FOUND_FILLED]
        assert all(record.difference == ANYONES_CLOSE for record in records)
        assert trader.heard(ANYONES)
        said = [one for one in trader.store.messages if one.text.endswith("nothing is left of it.")]
        assert {one.severity for one in said} == {Severity.GOOD}


async def test_a_full_close_tells_the_volume_of_its_own_deal(tmp_path: Path) -> None:
    """The part close's answer is late: the full one found 0.05, and is the first to be told."""
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        trader.server.gate = asyncio.Event()
        part = await closes(trader, "0.05", Filled(10009, deal=501, order=9))
        whole = await closes(trader, "0.10", Filled(10009, deal=501, order=9))
        trader.server.answers = [Filled(10009, deal=502, order=10), Filled(10009, deal=501, order=9)]
        assert trader.state(part) is trader.state(whole) is S.SENDING
        trader.deals = (out(trader, 501, "0.05", 9), out(trader, 502, "0.05", 10))
        trader.server.answers = [Filled(10009, deal=501, order=9), Filled(10009, deal=502, order=10)]
        trader.server.gate.set()
        await is_gone(trader, *trader.deals)
        assert trader.state(part) is trader.state(whole) is S.FILLED
        assert any(text.startswith("Closed 0.05 of 0.10 EURUSD") for text in told(trader))
        assert not trader.heard("Closed 0.10 EURUSD")
        assert not trader.heard("NOT closed")


async def test_a_part_that_was_closed_before_the_rest_was_is_done(tmp_path: Path) -> None:
    """The full close's answer names its own deal: the other one is the part's."""
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        part = await closes(trader, "0.05", Placed(10008))
        whole = await closes(trader, "0.10", Filled(10009, deal=502, order=10))
        await is_gone(trader, out(trader, 501, "0.05", 9), out(trader, 502, "0.05", 10))
        assert trader.state(whole) is S.FILLED
        assert trader.state(part) is S.FOUND_FILLED
        assert trader.heard("Closed 0.05 of 0.10 EURUSD")


async def test_the_one_deal_of_the_full_close_is_not_the_part_s(tmp_path: Path) -> None:
    """Another hand took 0.05, of which the history does not tell: whose the one deal is, nothing tells."""
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        part = await closes(trader, "0.05", BridgeTimedOut())
        whole = await closes(trader, "0.10", Placed(10008))
        await is_gone(trader, out(trader, 502, "0.05", 10))
        assert trader.state(whole) is S.FOUND_FILLED
        assert trader.state(part) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(NOT_KNOWN)


async def test_a_part_whose_named_deal_nobody_has_is_not_done_for_the_rest_is_gone(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=HEDGING) as trader:
        part = await closes(trader, "0.05", Filled(10009, deal=987, order=9, price=D("1.09")))
        trader.sees_positions(HELD)
        await trader.waits(1)
        whole = await closes(trader, "0.10", Placed(10008))
        await is_gone(trader, out(trader, 502, "0.10", 10))
        assert trader.state(whole) is S.FOUND_FILLED
        assert trader.state(part) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(NOT_KNOWN)
        assert not trader.heard("Closed 0.05")


@pytest.mark.parametrize("mode", [HEDGING, NETTING])
async def test_what_another_hand_closed_is_not_told_by_an_answer_that_lies(
    tmp_path: Path, mode: MarginMode
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=mode) as trader:
        whole = await closes(trader, "0.10", Filled(10009, deal=987, order=9, price=D("1.09")))
        trader.deals, trader.holds = (), (HELD,)
        trader.sees_positions(HELD)
        await trader.waits(1)
        theirs = out(trader, 601, "0.10", 20)
        trader.store.apply(DealDone(theirs))
        await is_gone(trader, theirs)
        assert trader.state(whole) is S.FILLED
        assert trader.heard(ANYONES)
        assert not trader.heard("Closed 0.10")


@pytest.mark.parametrize("is_streamed", [True, False])
@pytest.mark.parametrize("answer", [Placed(10008), Filled(10009, deal=502, order=10)])
async def test_a_buy_on_its_way_makes_a_netting_close_larger(
    tmp_path: Path, answer: Result, *, is_streamed: bool
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        trader.sees_price()
        trader.server.answers = [Placed(10008)]
        buy = trader.drafts_buy("0.05")
        trader.submits(buy)
        await trader.settles()
        whole = await closes(trader, "0.10", answer)
        bought = replace(deal(trader, 501, 7, DealEntry.IN), volume=D("0.05"), order=9)
        trader.deals = (bought, out(trader, 502, "0.15", 10))
        if is_streamed:
            for one in trader.deals:
                trader.store.apply(DealDone(one))
        await is_gone(trader, *trader.deals)
        assert trader.state(whole) in (S.FILLED, S.FOUND_FILLED)
        assert trader.state(buy) is S.FOUND_FILLED
        is_known = is_streamed or isinstance(answer, Filled)
        assert trader.heard("Closed 0.15 EURUSD") is is_known
        assert trader.heard(ANYONES) is not is_known
        assert not trader.heard("Closed 0.10")
        assert not trader.heard("NOT closed")


async def test_on_a_netting_account_the_one_deal_may_be_that_of_a_close_of_all(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        whole = await closes(trader, "0.10", BridgeTimedOut())
        trader.server.answers = [BridgeTimedOut()]
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7,)))
        await trader.settles()
        made = out(trader, 502, "0.10", 10)
        trader.store.apply(DealDone(made))
        trader.sees_closed(7)
        await is_gone(trader, made)
        assert trader.heard("Everything is closed (1 position), by this order or by others.")
        assert trader.state(whole) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(NOT_KNOWN)


async def test_on_a_netting_account_a_sell_alone_may_have_taken_it(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        trader.sees_price()
        trader.server.answers = [BridgeTimedOut()]
        sell = replace(trader.drafts_buy("0.10"), side=Side.SELL)
        trader.submits(sell)
        await trader.settles()
        whole = await closes(trader, "0.10", BridgeTimedOut())
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(40)
        assert trader.state(sell) is trader.state(whole) is S.AMBIGUOUS


@pytest.mark.parametrize("mode", [HEDGING, NETTING])
async def test_what_is_held_after_a_part_close_is_not_the_full_one_s_work(
    tmp_path: Path, mode: MarginMode
) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=mode) as trader:
        part = await closes(trader, "0.05", Filled(10009, deal=501, order=9))
        whole = await closes(trader, "0.10", BridgeTimedOut())
        trader.deals, trader.holds = (out(trader, 501, "0.05", 9),), (LESS,)
        trader.sees_positions(LESS)
        await trader.waits(80)
        assert trader.state(part) is S.FILLED
        assert trader.state(whole) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(
            "It was NOT closed. It stays watched for 24 h, or until the next order for it."
        )


async def test_what_its_sl_took_is_not_told_as_held_nor_as_watched(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        part = await closes(trader, "0.05", BridgeTimedOut())
        await is_gone(trader, out(trader, 501, "0.10", 9))
        assert trader.state(part) is S.FOUND_NOT_FILLED
        assert trader.last_words.endswith(NOT_KNOWN)
        assert trader.store.intents[part.intent_id].difference is not None


async def test_of_a_pair_that_which_is_gone_and_that_which_is_held_are_told(tmp_path: Path) -> None:
    other = replace(HELD, ticket=8, side=Side.SELL)
    async with trader_who_holds(tmp_path, HELD, other, mode=HEDGING) as trader:
        trader.server.answers = [BridgeTimedOut()]
        pair = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        trader.submits(pair)
        await trader.settles()
        trader.deals, trader.holds = (out(trader, 501, "0.10", 9),), (other,)
        trader.sees_positions(other)
        await trader.waits(80)
        assert trader.state(pair) is S.FOUND_NOT_FILLED
        gone = "Ticket 7 is gone; whether this order closed it is not known. Still open: 8."
        assert trader.last_words.endswith(gone)
