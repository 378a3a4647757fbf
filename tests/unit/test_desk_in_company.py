"""Orders beside others of the trader's own: whose work something is, and how much was bought."""

from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.trading_desk import trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, IntentState, Placed
from xbtfx_tui.domain.positions import DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity

S = IntentState
D = Decimal
LONG = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))
OTHER = replace(LONG, ticket=8)


async def test_a_position_that_is_told_to_be_one_orders_is_offered_to_no_other(tmp_path: Path) -> None:
    """Two were found not filled, and then one position comes: the trader says which of them it is."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, ()
        trader.server.answers = [BridgeTimedOut(), BridgeTimedOut()]
        first = trader.submits(trader.drafts_buy())
        await trader.waits(32)
        trader.sees_price()
        second = trader.submits(trader.drafts_buy())
        await trader.waits(32)
        trader.sees_opened(11)
        await trader.waits(2)
        assert [doubt.record.intent for doubt in trader.desk.doubts()] == [first, second]
        assert await trader.desk.resolve(second.intent_id, 11) is None
        (doubt,) = trader.desk.doubts()
        assert (doubt.record.intent, doubt.candidates) == (first, ())
        refused = await trader.desk.resolve(first.intent_id, 11)
        assert refused == "Position 11 is known to be another order's work."
        await trader.waits(70)
        assert trader.state(first) is S.FOUND_NOT_FILLED
        assert trader.desk.doubts() == ()


async def test_what_was_closed_of_a_part_fill_since_was_bought_too(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.is_honest, trader.holds, trader.server.answers = False, None, [Placed(10008)]
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        trader.sees_opened(11, volume="0.04")
        await trader.waits(1)
        trader.sees_positions(replace(LONG, ticket=11, volume=D("0.03")))
        trader.deals = (
            replace(deal(trader, 501, 11, DealEntry.IN), volume=D("0.04")),
            replace(deal(trader, 502, 11, DealEntry.OUT, Side.SELL), volume=D("0.01"), order=12),
        )
        trader.holds = (replace(LONG, ticket=11, volume=D("0.03")),)
        await trader.waits(70)
        record = trader.store.intents[buy.intent_id]
        assert (record.state, record.difference) == (S.FOUND_FILLED, "0.04 of 0.10")
        assert not trader.heard("Bought 0.03")


async def test_what_two_closes_were_for_is_told_as_nobodys_alone(tmp_path: Path) -> None:
    """The server says that the first closed both: it closed one, and the kill switch the other."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, None
        trader.sees_positions(LONG, OTHER)
        both = tuple(BulkLine(ticket, "filled", 10009, 500 + ticket) for ticket in (7, 8))
        last = BulkLine(8, "filled", 10009, 600)
        trader.server.answers = [BulkClosed(2, 0, D(0), both), BulkClosed(1, 0, D(0), (last,))]
        symbol = trader.submits(CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (7, 8)))
        await trader.settles()
        trader.sees_positions(OTHER)
        await trader.waits(5)
        all_of_it = trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (8,)))
        await trader.settles()
        trader.sees_positions()
        await trader.waits(2)
        assert trader.state(symbol) is trader.state(all_of_it) is S.FILLED
        assert trader.heard("All of EURUSD is closed (2 positions), by this order or by others.")
        assert not trader.heard("Closed all of EURUSD")


async def test_of_a_close_done_in_part_the_trader_says_just_that(tmp_path: Path) -> None:
    """0.01 of 0.05 was closed, and no list tells whose work it was: a second close is on its way."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, (LONG,)
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeTimedOut()]
        close = trader.submits(trader.drafts_close(7, "0.05", "0.10"))
        await trader.waits(1)
        trader.holds = (replace(LONG, volume=D("0.09")),)
        trader.sees_positions(*trader.holds)
        order = trader.desk._registry.order(close.intent_id)
        assert order is not None
        await trader.desk._tracker._recorder.move(order, S.AMBIGUOUS, "Not certain.", Severity.ERROR)
        order.note(order.looks.with_doubt((7,), ("0.01 of 0.05",), waits=False))
        (doubt,) = trader.desk.doubts()
        assert doubt.differences == ("0.01 of 0.05",)
        assert await trader.desk.resolve_done(close.intent_id, as_shown=True) is None
        record = trader.store.intents[close.intent_id]
        assert (record.state, record.difference) == (S.FOUND_FILLED, "0.01 of 0.05")
        assert record.story[-1].text == (
            "You decided that Close 0.05 of 0.10 EURUSD, ticket 7 was done: 0.01 of 0.05."
        )
