"""Whether a change of stops was done, where they had not been read before it, or were set in part."""

from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done, IntentState
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import OrdersRead

S = IntentState
D = Decimal
LONG = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08213"), D("1.08213"))


def moves_sl(trader: Trader, *, tp: str | None = None) -> Intent:
    target = Keep() if tp is None else MoveTo(D(tp))
    change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.07100")), target)
    return trader.submits(change)


async def test_stops_that_were_not_read_before_and_stand_off_are_told_as_what_they_are(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.stream_tells_opened(7)
        trader.is_honest, trader.server.answers = False, [Done(10009)]
        change = moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.07101")),)
        await trader.waits(25)
        assert trader.state(change) is S.PLACED, "a list may be an old one"
        await trader.waits(8)
        record = trader.store.intents[change.intent_id]
        assert (record.state, record.difference) == (S.FILLED, "its sl stands at 1.07101, not 1.07100")


async def test_of_stops_that_were_not_read_before_nobody_says_that_they_were_not_changed(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.stream_tells_opened(7)
        trader.server.answers = [BridgeTimedOut()]
        change = moves_sl(trader)
        trader.holds = (LONG,)
        await trader.waits(62)
        assert trader.state(change) is S.FOUND_NOT_FILLED
        assert trader.heard(
            "Whether its stops were changed is not known: its sl stands at none, not 1.07100, and where it "
            "was had not been read."
        )
        assert not trader.heard("NOT changed")


async def test_nor_of_a_pending_orders_stops(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        pending = PendingOrder(7, "EURUSD", OrderKind.BUY_LIMIT, D("0.10"), D("1.08"), sl=D("1.07101"))
        trader.store.apply(OrdersRead((pending,), trader.store.mark()))
        trader.server.answers = [BridgeTimedOut()]
        change = moves_sl(trader)
        trader.holds = ()
        await trader.waits(62)
        assert trader.state(change) is S.FOUND_NOT_FILLED
        assert trader.heard(
            "Whether its stops were changed is not known: its sl stands at 1.07101, not 1.07100"
        )


async def test_one_stop_set_and_one_lost_is_not_called_unchanged(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.is_honest, trader.server.answers = False, [Done(10009)]
        change = moves_sl(trader, tp="1.09000")
        trader.holds = (replace(LONG, sl=D("1.07100")),)
        await trader.waits(6)
        record = trader.store.intents[change.intent_id]
        assert (record.state, record.difference) == (S.FILLED, "its tp stands at none, not 1.09000")


async def test_a_stop_of_an_earlier_order_in_an_old_list_is_not_where_the_sl_stands(tmp_path: Path) -> None:
    """Two changes, both done; the lists after the second are of before it for half a minute."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.is_honest, trader.server.answers = False, [Done(10009), Done(10009)]
        trader.holds = (replace(LONG, sl=D("1.07098")),)
        trader.submits(moved(trader, "1.07098"))
        await trader.waits(1)
        trader.sees_positions(replace(LONG, sl=D("1.07105")))
        change = trader.submits(moved(trader, "1.07100"))
        await trader.waits(40)
        assert trader.state(change) is S.UNKNOWN
        assert trader.heard(
            "told as done by the server, but in the list its sl stands at 1.07098, not 1.07100"
        )
        assert not trader.heard("Changed")
        trader.holds = (replace(LONG, sl=D("1.07100")),)
        await trader.waits(10)
        assert trader.state(change) is S.FILLED
        assert trader.store.intents[change.intent_id].difference is None


async def test_nor_is_one_of_an_earlier_runs_order(tmp_path: Path) -> None:
    """The next run's lists are a minute old: the first has none, the others what the last run set."""
    first = Trader(tmp_path / "journal")
    first.listed = (LONG,)
    await first.sits_down()
    first.server.answers = [Done(10009)]
    first.submits(moved(first, "1.07102"))
    await first.waits(1)
    await first.is_killed()
    trader = Trader(first.journal.directory, clock=first.clock)
    trader.listed, trader.is_honest = (LONG,), False
    await trader.sits_down()
    trader.server.answers = [Done(10009)]
    change = trader.submits(moved(trader, "1.07100"))
    trader.holds = (replace(LONG, sl=D("1.07102")),)
    await trader.waits(45)
    assert trader.state(change) is S.UNKNOWN
    assert not trader.heard("Changed")
    trader.holds = (replace(LONG, sl=D("1.07100")),)
    await trader.waits(15)
    assert trader.state(change) is S.FILLED
    assert trader.store.intents[change.intent_id].difference is None
    await trader.desk.finish(within=1)


async def test_shown_for_over_a_minute_it_stands_there(tmp_path: Path) -> None:
    """Another hand, a second after it: no list is that old."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.is_honest, trader.server.answers = False, [Done(10009)]
        change = moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.06000")),)
        await trader.waits(60)
        assert trader.state(change) is S.UNKNOWN
        await trader.waits(25)
        record = trader.store.intents[change.intent_id]
        assert (record.state, record.difference) == (S.FILLED, "its sl stands at 1.06000, not 1.07100")


async def test_a_difference_that_was_an_old_lists_is_put_right(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.is_honest, trader.server.answers = False, [Done(10009)]
        change = moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.07101")),)
        await trader.waits(33)
        assert trader.heard("Changed EURUSD, ticket 7, but its sl stands at 1.07101, not 1.07100.")
        trader.lists(replace(LONG, sl=D("1.07100")))
        await trader.waits(1)
        record = trader.store.intents[change.intent_id]
        assert (record.state, record.difference) == (S.FILLED, None)
        assert trader.heard(
            "CORRECTION: its stops stand as asked for in a later list. Modified EURUSD, ticket 7"
        )
        (row,) = [row for row in await trader.journal.rows() if row.entry.intent == change]
        assert row.story[-1].difference is None


async def test_a_later_change_to_the_same_stop_puts_nothing_right(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.is_honest, trader.server.answers = False, [Done(10009), Done(10009)]
        moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.07101")),)
        await trader.waits(33)
        trader.holds = (replace(LONG, sl=D("1.07100")),)
        moves_sl(trader)
        await trader.waits(3)
        assert not trader.heard("CORRECTION")


async def test_a_stop_in_doubt_that_lists_show_as_asked_for_after_all_is_found(tmp_path: Path) -> None:
    """Told as not certain by lists of before the send: they go on being looked at."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.server.answers = [BridgeTimedOut()]
        change = moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.06000")),)
        await trader.waits(32)
        assert trader.state(change) is S.AMBIGUOUS
        trader.holds = (replace(LONG, sl=D("1.07100")),)
        await trader.waits(12)
        assert trader.state(change) is S.FOUND_FILLED


async def test_and_so_does_the_next_run(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(replace(LONG, sl=D("1.07000")))
        trader.server.answers = [BridgeTimedOut()]
        change = moves_sl(trader)
        trader.holds = (replace(LONG, sl=D("1.06000")),)
        await trader.waits(32)
        assert trader.state(change) is S.AMBIGUOUS
        await trader.is_killed()
        again = Trader(trader.journal.directory, clock=trader.clock)
        again.listed = again.holds = (replace(LONG, sl=D("1.07100")),)
        await again.sits_down()
        await again.waits(6)
        assert again.state(change) is S.FOUND_FILLED
        await again.desk.finish(within=1)


def moved(trader: Trader, sl: str) -> Intent:
    return ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D(sl)), Keep())
