"""Orders of one symbol on a netting account: list and history together tell what each of them did."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_full_closes import HELD, closes, out, trader_who_holds
from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal
NETTING = MarginMode.NETTING


async def buys(trader: Trader, volume: str, answer: Result) -> OpenIntent:
    trader.sees_price()
    trader.server.answers = [answer]
    buy = trader.drafts_buy(volume)
    trader.submits(buy)
    await trader.settles()
    return buy


async def reverses(trader: Trader) -> ReverseIntent:
    trader.sees_price()
    trader.server.answers = [Placed(10008)]
    reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, HELD.volume)
    trader.submits(reverse)
    await trader.settles()
    return reverse


def bought(trader: Trader, ticket: int, volume: str, order: int) -> Deal:
    return replace(deal(trader, ticket, 7, DealEntry.IN), volume=D(volume), order=order)


def turned(trader: Trader, ticket: int, volume: str, order: int) -> Deal:
    return replace(deal(trader, ticket, 7, DealEntry.IN_OUT, Side.SELL), volume=D(volume), order=order)


def short(volume: str) -> Position:
    return replace(HELD, side=Side.SELL, volume=D(volume))


async def is_listed(trader: Trader, seconds: int, *positions: Position) -> None:
    """Lists show this from now on, and the stream is silent."""
    for _ in range(seconds // 5):
        trader.lists(*positions)
        await trader.waits(5)


@pytest.mark.parametrize(("left", "whole"), [("0.15", "0.30"), ("0.05", "0.20")])
async def test_a_reverse_that_comes_after_a_buy_turns_all_that_it_finds(
    tmp_path: Path, left: str, whole: str
) -> None:
    """Before the buy it turns 0.10, after it 0.15: list and history tell which."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy, reverse = await buys(trader, "0.05", Placed(10008)), await reverses(trader)
        trader.deals = (bought(trader, 501, "0.05", 9), turned(trader, 502, whole, 10))
        await is_listed(trader, 30, short(left))
        assert trader.state(buy) is trader.state(reverse) is S.FOUND_FILLED
        assert trader.heard("Bought 0.05 EURUSD")
        turned_lots = D(whole) / 2
        assert trader.heard(f"Reversed EURUSD, ticket 7: now sell {turned_lots:.2f}")


async def test_what_list_and_history_tell_differently_is_not_certain(tmp_path: Path) -> None:
    """The history has a deal more than shows in the list: it may be old, or the list may be."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        buy, reverse = await buys(trader, "0.05", Placed(10008)), await reverses(trader)
        trader.deals = (bought(trader, 501, "0.05", 9), turned(trader, 502, "0.20", 10))
        await is_listed(trader, 40, short("0.15"))
        assert trader.state(buy) in (S.PLACED, S.UNKNOWN, S.AMBIGUOUS)
        assert trader.state(reverse) in (S.PLACED, S.UNKNOWN, S.AMBIGUOUS)
        assert not trader.heard("Bought")
        assert not trader.heard("Reversed")


async def test_a_deal_that_the_answer_names_settles_which_of_two_buys_was_done(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        first = await buys(trader, "0.05", Filled(10009, deal=501, order=9))
        second = await buys(trader, "0.10", Placed(10008))
        trader.deals = (bought(trader, 501, "0.05", 9),)
        await is_listed(trader, 80, replace(HELD, volume=D("0.15")))
        assert trader.state(first) is S.FILLED
        assert trader.state(second) is S.FOUND_NOT_FILLED
        assert not trader.heard("Bought 0.10")


async def test_of_two_deals_alike_one_is_the_part_s_and_one_the_rest_s(tmp_path: Path) -> None:
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        part, whole = await closes(trader, "0.05", Placed(10008)), await closes(trader, "0.10", Placed(10008))
        trader.deals = (out(trader, 501, "0.05", 9), out(trader, 502, "0.05", 10))
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(40)
        assert trader.state(part) is trader.state(whole) is S.FOUND_FILLED
        assert not trader.heard("Closed 0.10")


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
async def test_beside_a_close_on_its_way_a_deal_is_certain_where_it_can_t_be_the_close_s(
    tmp_path: Path, side: Side
) -> None:
    """Only a sell could be what the close did, had less been left for it than it was drafted for."""
    async with trader_who_holds(tmp_path, HELD, mode=NETTING) as trader:
        trader.sees_price()
        trader.server.answers = [Placed(10008)]
        trade = replace(trader.drafts_buy("0.05"), side=side)
        trader.submits(trade)
        await trader.settles()
        close = await closes(trader, "0.10", Placed(10008))
        made = replace(out(trader, 501, "0.05", 9), side=side)
        trader.deals = (replace(made, entry=DealEntry.IN if side is Side.BUY else DealEntry.OUT),)
        await is_listed(trader, 25, replace(HELD, volume=HELD.volume + side.sign * D("0.05")))
        assert trader.state(trade) is (S.FOUND_FILLED if side is Side.BUY else S.PLACED)
        assert trader.state(close) is S.PLACED
