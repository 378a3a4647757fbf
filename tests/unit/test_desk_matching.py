"""Which position an order led to: one candidate and one claimant, else nobody pretends to know."""

from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseSymbolIntent,
    Keep,
    ModifyIntent,
    MoveTo,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import KeyRead

S = IntentState
D = Decimal
LONG = Position(7, "EURUSD", Side.BUY, D("0.20"), D("1.08"), D("1.082"), sl=D("1.07"))
SHORT = Position(8, "EURUSD", Side.SELL, D("0.05"), D("1.08"), D("1.082"))


async def test_a_position_that_was_there_before_is_not_the_new_one(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_opened(7)
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(1)
        assert trader.state(buy) is S.PLACED


async def test_a_position_of_other_size_or_side_is_not_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        trader.sees_opened(8, Side.SELL)
        trader.sees_opened(9, volume="0.20")
        await trader.waits(1)
        assert trader.state(buy) is S.PLACED


async def test_stops_that_were_sent_must_be_the_positions(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy(sl="1.07910"))
        trader.sees_opened(9)
        await trader.waits(0.4)
        assert trader.state(buy) is S.PLACED
        opened = replace(LONG, ticket=9, volume=D("0.10"), sl=D("1.07910"))
        trader.sees_positions(opened)
        await trader.waits(0.2)
        assert trader.state(buy) is S.FOUND_FILLED


async def test_a_twin_from_elsewhere_makes_it_ambiguous_and_the_trader_decides(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        trader.sees_opened(11)
        trader.sees_opened(12)
        await trader.waits(31)
        assert trader.state(buy) is S.AMBIGUOUS
        assert "(11, 12)" in trader.last_words
        assert await trader.desk.resolve(buy.intent_id, 12) is None
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 12


async def test_two_alike_never_share_one_position(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        first = trader.submits(trader.drafts_buy())
        await trader.waits(3.1)
        trader.sees_price()
        second = trader.submits(trader.drafts_buy())
        trader.sees_opened(11)
        await trader.waits(1)
        assert (trader.state(first), trader.state(second)) == (S.PLACED, S.PLACED)
        await trader.waits(31)
        assert (trader.state(first), trader.state(second)) == (S.AMBIGUOUS, S.AMBIGUOUS)


async def test_one_after_the_other_each_gets_its_own(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        first = trader.submits(trader.drafts_buy())
        await trader.waits(3.1)
        trader.sees_price()
        # seen in the very moment of the second submit
        trader.sees_opened(11)
        second = trader.submits(trader.drafts_buy())
        await trader.settles()
        trader.sees_opened(12)
        await trader.waits(1)
        assert trader.store.intents[first.intent_id].ticket == 11
        assert trader.store.intents[second.intent_id].ticket == 12


async def test_an_order_whose_ticket_is_known_takes_no_other(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Filled(10009, deal=501, order=11)]
        trader.submits(trader.drafts_buy())
        await trader.waits(3.1)
        trader.sees_price()
        second = trader.submits(trader.drafts_buy())
        await trader.settles()
        trader.sees_opened(12)
        await trader.waits(0.3)
        assert trader.store.intents[second.intent_id].ticket == 12


async def test_a_position_that_is_anothers_work_is_not_claimed_twice(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        with_sl = trader.submits(trader.drafts_buy(sl="1.07910"))
        await trader.waits(3.1)
        trader.sees_price()
        plain = trader.submits(trader.drafts_buy())
        await trader.settles()
        trader.sees_opened(11)
        await trader.waits(0.3)
        # it is just what the one asked for, and may be the other's without its sl
        assert (trader.state(plain), trader.state(with_sl)) == (S.PLACED, S.PLACED)
        await trader.waits(30)
        assert trader.state(plain) is S.AMBIGUOUS
        assert not trader.heard("Bought")


async def test_after_a_restart_nothing_is_gone_before_the_positions_were_read(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        close = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.settles()
    again = Trader(trader.journal.directory)
    again.store.apply(KeyRead(again.key))
    await again.desk.start()
    assert await again.is_ready() is None
    await again.waits(1)
    assert again.state(close) is S.UNKNOWN
    again.sees_positions(LONG)
    await again.waits(1)
    assert again.state(close) is S.UNKNOWN
    again.sees_positions()
    await again.waits(1)
    assert again.state(close) is S.FOUND_FILLED
    await again.desk.finish(within=0)


async def test_a_full_close_is_seen_when_its_ticket_is_gone(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        close = trader.submits(trader.drafts_close(7, "0.20", "0.20"))
        await trader.waits(0.3)
        assert trader.state(close) is S.PLACED
        trader.sees_closed(7)
        await trader.waits(0.3)
        assert trader.state(close) is S.FOUND_FILLED
        assert trader.heard("Closed 0.20 EURUSD, ticket 7.")


async def test_two_part_closes_are_seen_when_both_are_taken_off(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        one = trader.submits(trader.drafts_close(7, "0.05", "0.20"))
        other = trader.submits(trader.drafts_close(7, "0.06", "0.20"))
        await trader.settles()
        trader.sees_positions(replace(LONG, volume=D("0.14")))
        await trader.waits(0.3)
        assert (trader.state(one), trader.state(other)) == (S.PLACED, S.PLACED)
        trader.sees_positions(replace(LONG, volume=D("0.09")))
        await trader.waits(0.3)
        assert (trader.state(one), trader.state(other)) == (S.FOUND_FILLED, S.FOUND_FILLED)


async def test_of_two_part_closes_one_that_was_not_done_leaves_both_uncertain(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.holds = (replace(LONG, volume=D("0.14")),)
        one = trader.submits(trader.drafts_close(7, "0.05", "0.20"))
        other = trader.submits(trader.drafts_close(7, "0.06", "0.20"))
        await trader.waits(32)
        assert (trader.state(one), trader.state(other)) == (S.AMBIGUOUS, S.AMBIGUOUS)


async def test_what_a_close_is_known_to_have_done_is_not_anothers(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [Placed(), Filled(10009, deal=501)]
        one = trader.submits(trader.drafts_close(7, "0.05", "0.20"))
        other = trader.submits(trader.drafts_close(7, "0.06", "0.20"))
        await trader.settles()
        assert trader.state(other) is S.FILLED
        trader.sees_positions(replace(LONG, volume=D("0.14")))
        await trader.waits(20)
        assert trader.state(one) is S.PLACED
        trader.sees_positions(replace(LONG, volume=D("0.09")))
        await trader.waits(0.3)
        assert trader.state(one) is S.FOUND_FILLED


async def test_on_a_netting_account_one_of_two_leaves_both_uncertain(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(SHORT)
        first = trader.submits(trader.drafts_buy("0.10"))
        await trader.waits(3.1)
        trader.sees_price()
        second = trader.submits(trader.drafts_buy("0.10"))
        await trader.settles()
        trader.sees_positions(replace(LONG, ticket=21, volume=D("0.05")))
        await trader.waits(32)
        assert (trader.state(first), trader.state(second)) == (S.AMBIGUOUS, S.AMBIGUOUS)


async def changes_stops(trader: Trader, change: ModifyIntent, after: Position) -> IntentState | None:
    trader.sees_positions(LONG)
    trader.submits(change)
    await trader.waits(0.3)
    assert trader.state(change) is S.PLACED
    trader.sees_positions(after)
    await trader.waits(0.3)
    trader.sees_positions(after)
    await trader.waits(0.3)
    return trader.state(change)


async def test_a_modify_is_seen_when_a_later_snapshot_shows_the_stops(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", Remove(), MoveTo(D("1.09000")))
        assert await changes_stops(trader, change, replace(LONG, sl=None)) is S.PLACED
        trader.sees_positions(replace(LONG, sl=None, tp=D("1.09")))
        await trader.waits(0.3)
        assert trader.state(change) is S.PLACED, "one list alone"
        trader.sees_positions(replace(LONG, sl=None, tp=D("1.09")))
        await trader.waits(0.3)
        assert trader.state(change) is S.FOUND_FILLED


async def test_an_old_snapshot_proves_no_modify(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=None))
        change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", Remove(), Keep())
        trader.submits(change)
        await trader.waits(0.3)
        assert trader.state(change) is S.PLACED


async def test_close_by_reverse_and_bulk_closes(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG, SHORT)
        by = trader.submits(CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD"))
        await trader.waits(0.3)
        trader.sees_positions(replace(LONG, volume=D("0.15")))
        await trader.waits(0.3)
        assert trader.state(by) is S.FOUND_FILLED

        trader.sees_price()
        reverse = trader.submits(ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, D("0.15")))
        await trader.settles()
        trader.sees_closed(7)
        await trader.waits(0.3)
        assert trader.state(reverse) is S.PLACED
        trader.sees_opened(9, Side.SELL, "0.15")
        await trader.waits(0.3)
        assert trader.state(reverse) is S.FOUND_FILLED

        trader.sees_opened(10)
        symbol = trader.submits(CloseSymbolIntent(trader.desk.new_intent_id(), "EURUSD", (9, 10)))
        await trader.settles()
        trader.sees_closed(9)
        await trader.waits(0.3)
        assert trader.state(symbol) is S.PLACED
        trader.sees_closed(10)
        await trader.waits(0.3)
        assert trader.state(symbol) is S.FOUND_FILLED

        trader.sees_opened(11)
        everything = trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (11,)))
        await trader.settles()
        trader.sees_closed(11)
        await trader.waits(0.3)
        assert trader.state(everything) is S.FOUND_FILLED


async def test_on_a_netting_account_the_signed_volume_tells(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(SHORT)
        buy = trader.submits(trader.drafts_buy("0.20"))
        await trader.waits(0.3)
        assert trader.state(buy) is S.PLACED
        # 0.05 short and 0.20 bought is 0.15 long, under a ticket of its own
        trader.sees_positions(replace(LONG, ticket=21, volume=D("0.15")))
        await trader.waits(0.3)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.store.intents[buy.intent_id].ticket == 21
