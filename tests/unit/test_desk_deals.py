"""What the history of deals proves of an order in doubt, together with another witness."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from tests.unit.test_desk_reconcile import bought, buys
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.events import DealDone, HistoryRead
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.outcomes import IntentState
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod
from xbtfx_tui.domain.sides import Side

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


async def test_a_deal_that_was_known_before_is_not_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        read, told = deal(trader, 501, 9, DealEntry.IN), deal(trader, 503, 10, DealEntry.IN)
        trader.store.apply(HistoryRead(HistoryPeriod.TODAY, (read,)))
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
