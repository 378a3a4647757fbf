"""A bulk close on a netting account, where the same symbol is traded on meanwhile."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side

D = Decimal
CUT = LineBroke(LinePart.READ, "", begun=True)
LONG = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))
LATER = replace(LONG, ticket=12, volume=D("0.06"))


async def closes_all_and_opens_again(trader: Trader) -> CloseAllIntent:
    """Everything is closed, the answer is cut off, and a later order's position is held."""
    trader.sees_positions(LONG)
    trader.sees_history(deal(trader, 300, 7, DealEntry.IN))
    trader.is_honest, trader.server.answers = False, [CUT]
    everything = CloseAllIntent(trader.desk.new_intent_id(), (7,))
    trader.submits(everything)
    await trader.settles()
    trader.sees_positions()
    trader.holds = (LATER,)
    trader.sees_positions(LATER)
    return everything


def closing(trader: Trader, lots: str, number: int = 301) -> Deal:
    return replace(deal(trader, number, 7, DealEntry.OUT, Side.SELL), volume=D(lots), order=number)


async def test_what_was_opened_after_it_is_not_what_it_left(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        everything = await closes_all_and_opens_again(trader)
        opened, added = deal(trader, 300, 7, DealEntry.IN), deal(trader, 302, 7, DealEntry.IN)
        later = replace(deal(trader, 303, 12, DealEntry.IN), volume=LATER.volume)
        trader.deals = (opened, replace(added, volume=D("0.02")), closing(trader, "0.12"), later)
        await trader.waits(70)
        assert trader.state(everything) is IntentState.FOUND_FILLED
        assert not trader.heard("Open now")


@pytest.mark.parametrize("lots", ["0.10", "0.04"])
async def test_what_its_deals_left_of_it_may_be_held_under_another_ticket(tmp_path: Path, lots: str) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        everything = await closes_all_and_opens_again(trader)
        added = replace(deal(trader, 302, 7, DealEntry.IN), volume=D("0.02"))
        trader.deals = (deal(trader, 300, 7, DealEntry.IN), added, closing(trader, lots))
        await trader.waits(70)
        assert trader.state(everything) is IntentState.FOUND_NOT_FILLED
        assert not trader.heard("Closed everything")
