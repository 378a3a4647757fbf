"""What the history of deals proves of an order in doubt, together with another witness."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_reconcile import bought, buys
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.order_outcomes import IntentState, Placed
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone

S = IntentState
D = Decimal
CUT = LineBroke(LinePart.READ, "", begun=True)


def deal(
    trader: Trader, ticket: int, position: int, entry: DealEntry, side: Side = Side.BUY, *, ago: float = 0.0
) -> Deal:
    at = datetime.fromtimestamp(trader.clock.now().wall - ago, UTC)
    price, none = D("1.08213"), D(0)
    return Deal(ticket, "EURUSD", side, entry, D("0.10"), price, none, at, position, position)


async def test_a_history_alone_settles_nothing(tmp_path: Path) -> None:
    """Somebody else's deals could be these, whatever the clocks say."""
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.deals = (
            deal(trader, 501, 11, DealEntry.IN),
            deal(trader, 502, 11, DealEntry.OUT, Side.SELL),
        )
        await trader.waits(44)
        assert trader.state(buy) is S.UNKNOWN
        await trader.waits(3)
        assert trader.state(buy) is S.AMBIGUOUS
        assert not trader.heard("closed again")


async def test_opened_and_closed_again_is_found_in_the_history(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.holds = ()
        buy = await buys(trader)
        trader.stream_tells_opened(11)
        trader.stream_tells_closed(11)
        trader.deals = (
            deal(trader, 501, 11, DealEntry.IN),
            deal(trader, 502, 11, DealEntry.OUT, Side.SELL),
        )
        await trader.waits(6)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 11
        assert trader.last_words == "Bought 0.10 EURUSD at 1.08213, ticket 11. It is closed again."


async def test_a_deal_of_the_stream_that_the_history_lacks_bears_no_witness_for_others(
    tmp_path: Path,
) -> None:
    """Another hand opened and closed the same a moment before; the stream tells of the own deal first."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.holds = ()
        buy = await buys(trader)
        theirs = (
            deal(trader, 501, 11, DealEntry.IN, ago=20),
            deal(trader, 502, 11, DealEntry.OUT, Side.SELL, ago=10),
        )
        own = deal(trader, 503, 12, DealEntry.IN)
        trader.deals = theirs
        trader.store.apply(DealDone(replace(own, entry=None, time=None, order=None, position=None)))
        await trader.waits(6)
        assert trader.state(buy) is S.UNKNOWN
        trader.deals = (*theirs, own)
        trader.sees_opened(12)
        await trader.waits(3)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 12


async def test_a_deal_that_was_known_before_is_not_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        read, told = deal(trader, 501, 9, DealEntry.IN), deal(trader, 503, 10, DealEntry.IN)
        trader.sees_history(read)
        trader.store.apply(DealDone(told))
        buy = await buys(trader)
        trader.deals = (read, told)
        await trader.waits(35)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_deal_of_long_before_is_not_it(tmp_path: Path) -> None:
    """An hour and more before the send, whatever the broker's clock."""
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.deals = (deal(trader, 501, 9, DealEntry.IN, ago=4_000),)
        await trader.waits(35)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_two_deals_that_could_be_it_are_ambiguous(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.deals = (deal(trader, 501, 11, DealEntry.IN), deal(trader, 503, 12, DealEntry.IN))
        await trader.waits(35)
        assert trader.state(buy) is S.AMBIGUOUS


async def test_a_close_is_found_by_the_deals_of_its_ticket(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        position = bought(7)
        trader.holds = (position,)
        trader.sees_positions(position)
        trader.server.answers = [CUT]
        close = trader.submits(trader.drafts_close(7, "0.10", "0.10"))
        await trader.waits(1)
        trader.deals = (
            deal(trader, 401, 7, DealEntry.IN, ago=600),
            deal(trader, 502, 7, DealEntry.OUT, Side.SELL),
        )
        await trader.waits(6)
        assert trader.state(close) is S.UNKNOWN, "the list still has it: one witness"
        trader.stream_tells_closed(7)
        await trader.waits(0.2)
        assert trader.state(close) is S.FOUND_FILLED


async def test_on_a_netting_account_a_deal_tells_what_came_and_went(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_history()
        trader.holds = ()
        buy = await buys(trader)
        trader.deals = (
            deal(trader, 501, 11, DealEntry.IN),
            replace(deal(trader, 502, 11, DealEntry.OUT, Side.SELL), order=12),
        )
        trader.stream_tells_opened(11)
        trader.stream_tells_closed(11)
        await trader.waits(6)
        assert trader.state(buy) is S.FOUND_FILLED


async def test_a_part_that_was_closed_by_itself_is_not_called_not_filled(tmp_path: Path) -> None:
    """The stream tells nothing of it; a list shows 0.04 of 0.10, then no more."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.is_honest, trader.holds = False, (replace(bought(11), volume=D("0.04")),)
        buy = await buys(trader)
        trader.lists(*trader.holds)
        await trader.waits(5)
        trader.deals = (
            replace(deal(trader, 501, 11, DealEntry.IN), volume=D("0.04")),
            replace(deal(trader, 502, 11, DealEntry.OUT, Side.SELL), volume=D("0.04")),
        )
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(90)
        assert trader.state(buy) is S.AMBIGUOUS
        assert trader.heard("Not certain: ticket 11 shows what is near (0.04 of 0.10).")
        assert trader.desk.doubts()[0].gone == (11,)


@pytest.mark.parametrize(
    ("volume", "side", "entry"),
    [
        ("0.11", Side.BUY, DealEntry.IN),
        ("0.04", Side.SELL, DealEntry.IN),
        ("0.04", Side.BUY, DealEntry.OUT),
    ],
)
async def test_a_deal_that_can_t_be_a_part_of_it_rules_nothing_out(
    tmp_path: Path, volume: str, side: Side, entry: DealEntry
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.holds = ()
        buy = await buys(trader)
        trader.deals = (replace(deal(trader, 501, 11, entry, side), volume=D(volume)),)
        await trader.waits(90)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_smaller_deal_that_was_known_before_the_send_rules_nothing_out(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.deals = (replace(deal(trader, 501, 11, DealEntry.IN), volume=D("0.04")),)
        trader.sees_history(*trader.deals)
        trader.holds = ()
        buy = await buys(trader)
        await trader.waits(90)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_smaller_deal_of_a_position_that_is_another_order_s_rules_nothing_out(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.holds = ()
        small = trader.drafts_buy("0.04")
        trader.server.answers = [Placed(10008)]
        trader.submits(small)
        await trader.settles()
        trader.sees_opened(11, volume="0.04")
        await trader.waits(5)
        assert trader.state(small) is S.FOUND_FILLED
        trader.sees_price()
        buy = await buys(trader)
        opened = replace(deal(trader, 501, 11, DealEntry.IN), volume=D("0.04"))
        trader.sees_closed(11)
        closed = replace(deal(trader, 502, 11, DealEntry.OUT, Side.SELL), volume=D("0.04"))
        trader.deals = (opened, closed)
        await trader.waits(90)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
