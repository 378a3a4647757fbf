"""The runner of trailing stops, at a real desk with a scripted server and time that the test turns."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import trader_at_desk
from tests.unit.trailing_desk import LONG, SHORT, Trailing, begins
from xbtfx_tui.domain.failures import BridgeTimedOut, Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done, IntentState, Placed
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import BudgetSeen
from xbtfx_tui.domain.trailing_stop import TrailingStop
from xbtfx_tui.orders.guards.guard_types import Limits

D = Decimal


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trailing]:
    async with trader_at_desk(tmp_path) as trader:
        trailing = Trailing.of(trader)
        trader.clock.turn(1)
        trailing.holds(LONG)
        yield trailing


async def test_it_sets_the_first_stop_and_follows_the_price_upwards_only(it: Trailing) -> None:
    assert await begins(it) == "EURUSD 184729 trails at 15p while this terminal runs."
    await it.passes(3, 1.08200)
    await it.passes(3, 1.08250)
    await it.passes(3, 1.08150)
    await it.passes(3, 1.08260)
    await it.passes(3, 1.08270)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08100"), (184729, "1.08120")]


async def test_the_tp_is_left_alone(it: Trailing) -> None:
    await begins(it)
    await it.passes(1, 1.08200)
    (record,) = it.trader.store.intents.values()
    assert isinstance(record.intent, ModifyIntent)
    assert (record.intent.sl, record.intent.tp) == (MoveTo(D("1.08050")), Keep())


async def test_a_short_follows_the_ask_downwards(it: Trailing) -> None:
    it.holds(SHORT)
    await begins(it, ticket=SHORT.ticket)
    await it.passes(3, 1.08200)
    await it.passes(3, 1.08100)
    await it.passes(3, 1.08190)
    assert it.sent == [(184733, "1.08363"), (184733, "1.08263")]


async def test_a_stop_is_moved_every_two_seconds_at_most(it: Trailing) -> None:
    await begins(it)
    for step in range(40):
        await it.passes(0.5, 1.08200 + step * 0.00020)
    assert len(it.sent) == 10
    assert it.sent == sorted(it.sent)


async def test_nothing_is_sent_before_a_snapshot_that_was_asked_for_after_the_start(it: Trailing) -> None:
    it.trader.holds = None
    it.trailer.start(LONG.ticket, D(15))
    assert len(it.reads) == 1
    it.trader.sees_price(1.08200, 1.08213)
    it.trailer.look()
    await it.trader.settles()
    assert it.sent == []


async def test_only_one_move_is_on_its_way(it: Trailing) -> None:
    it.trader.server.gate = asyncio.Event()
    await begins(it)
    await it.passes(4, 1.08200)
    await it.passes(4, 1.08300)
    assert len(it.sent) == 1
    it.trader.server.gate.set()
    await it.passes(4, 1.08300)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]


async def test_the_outcome_of_an_unknown_move_is_told_as_well(it: Trailing) -> None:
    await begins(it)
    await it.passes(1, 1.08200, BridgeTimedOut("no answer from MT5"))
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(5, 1.08200)
    assert it.said("Modified EURUSD, ticket 184729: sl 1.08050.")


async def test_a_rejected_move_is_said_once_and_tried_again_a_step_further(it: Trailing) -> None:
    await begins(it)
    rejected = Refused(400, "rejected", "Invalid stops", retcode=10016)
    await it.passes(10, 1.08200, rejected)
    assert len(it.sent) == 1
    assert len(it.said("10016")) == 1
    await it.passes(3, 1.08214)
    assert len(it.sent) == 1
    await it.passes(3, 1.08215)
    assert it.sent[1:] == [(184729, "1.08065")]
    assert it.trailer.trails() != ()


async def test_failures_in_a_row_make_it_rest_longer(it: Trailing) -> None:
    await begins(it)
    for step in range(240):
        rejected = Refused(400, "rejected", "Market is busy", retcode=(10016, 10029)[len(it.sent) % 2])
        await it.passes(0.5, 1.08200 + step * 0.00030, rejected)
    assert len(it.sent) == 4  # at 0, 2, 12 and 72 s of two minutes


async def test_well_done_moves_are_said_once_in_half_a_minute(it: Trailing) -> None:
    await begins(it)
    for step in range(50):
        await it.passes(1, 1.08200 + step * 0.00030)
    assert len(it.sent) > 15
    assert it.said("Modified") == []
    assert len(it.said("the sl is at")) == 2


async def test_moves_count_for_no_order_of_the_trader(it: Trailing) -> None:
    await begins(it)
    await it.passes(1, 1.08200)
    assert [taken.by_itself for taken in it.trader.desk._taken] == [True]


async def test_nothing_moves_on_an_old_price(it: Trailing) -> None:
    await begins(it)
    it.trader.sees_price(1.08200, 1.08213)
    it.trader.clock.turn(6)
    it.trader.sees_positions(LONG)
    await it.passes(5)
    assert it.sent == []
    await it.passes(1, 1.08200)
    assert len(it.sent) == 1


async def test_nothing_moves_while_trading_is_locked_and_that_is_said_once(it: Trailing) -> None:
    await begins(it)
    it.trader.desk.lock("you locked it")
    await it.passes(20, 1.08200)
    assert it.sent == []
    assert it.said("1 trailing stop waits") == [
        "1 trailing stop waits, for no order can be sent: you locked it. ctrl+l unlocks it."
    ]
    assert it.trader.desk.unlock() is None
    await it.passes(1, 1.08200)
    assert it.said("goes on") == ["Trading is open again, and 1 trailing stop goes on."]
    assert len(it.sent) == 1


async def test_after_the_kill_switch_stops_are_still_moved(it: Trailing) -> None:
    await begins(it)
    it.trader.desk.kill("the kill switch was pressed")
    await it.passes(1, 1.08200)
    assert it.sent == [(184729, "1.08050")]


async def test_a_fifth_of_the_weight_budget_is_left_to_the_trader(it: Trailing) -> None:
    await begins(it)
    it.trader.store.apply(BudgetSeen(600, 120))
    await it.passes(5, 1.08200)
    assert it.sent == []
    assert len(it.said("weight budget")) == 1
    it.trader.store.apply(BudgetSeen(600, 121))
    await it.passes(1, 1.08200)
    assert len(it.sent) == 1


async def test_a_position_that_is_gone_ends_its_trail(it: Trailing) -> None:
    await begins(it)
    it.trader.stream_tells_closed(184729)
    it.trailer.look()
    assert len(it.trailer.trails()) == 1  # the stream alone proves nothing
    it.trader.sees_positions()
    it.trailer.look()
    assert it.trailer.trails() == ()
    assert it.said("trailing stop has ended") == [
        "EURUSD 184729 is not open any more: its trailing stop has ended."
    ]


async def test_a_position_that_turned_its_side_ends_its_trail(it: Trailing) -> None:
    await begins(it)
    it.holds(replace(LONG, side=Side.SELL))
    await it.passes(1, 1.08200)
    assert it.sent == []
    assert it.said("is a sell by now")


async def test_a_better_stop_set_by_hand_stands(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.holds(replace(LONG, sl=D("1.08150")))
    await it.passes(5, 1.08250)
    assert len(it.sent) == 1
    assert it.said("another hand") == []
    await it.passes(3, 1.08320)
    assert it.sent[1:] == [(184729, "1.08170")]


async def test_the_traders_own_move_is_seen_before_the_next(it: Trailing) -> None:
    """A better sl by the trader's hand is not known until a snapshot shows it: nothing may undo it."""
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.holds = None
    it.trader.server.answers = [Done(10009)]
    own = ModifyIntent(it.trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.08180")), Keep())
    it.trader.submits(own)
    await it.trader.waits(0.5)
    assert it.trader.state(own) is IntentState.FILLED
    it.trader.sees_price(1.08230, 1.08243)
    it.trailer.look()
    await it.trader.waits(3)
    it.trader.sees_price(1.08230, 1.08243)
    it.trailer.look()
    await it.trader.settles()
    assert it.sent == [(184729, "1.08050"), (184729, "1.08180")]
    it.holds(replace(LONG, sl=D("1.08180")))
    await it.passes(3, 1.08230)
    assert len(it.sent) == 2


async def test_it_waits_while_a_close_of_the_position_is_on_its_way(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.server.gate = asyncio.Event()
    it.trader.submits(it.trader.drafts_close(184729, "0.05", "0.10"))
    await it.passes(5, 1.08300)
    assert len(it.trader.server.sent) == 2
    it.trader.server.gate.set()


async def test_turning_it_off_leaves_the_stop_and_says_so(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.trailer.changed = False
    assert it.trailer.stop(184729) == "EURUSD 184729 trails no more; its sl stays where it is."
    assert it.trailer.changed
    await it.passes(3, 1.08400)
    assert len(it.sent) == 1
    assert it.trailer.stop(184729) == "Position 184729 has no trailing stop."


async def test_another_distance_takes_the_place_of_the_first(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    assert it.trailer.start(184729, D(5)) == "EURUSD 184729 trails at 5p while this terminal runs."
    await it.passes(3, 1.08200)
    assert it.trailer.trails() == (TrailingStop(184729, "EURUSD", Side.BUY, D(5)),)
    assert it.sent[1:] == [(184729, "1.08150")]


async def test_what_can_not_trail_is_refused_in_words(it: Trailing) -> None:
    assert it.trailer.start(1, D(15)) == "Position 1 is not open any more."
    assert it.trailer.start(184729, D("0.5")) == ("EURUSD wants stops 10 points away at least: try 1p.")
    it.trader.desk.lock("you locked it")
    assert it.trailer.start(184729, D(15)) == "Trading is locked: you locked it. ctrl+l unlocks it."
    assert it.trailer.trails() == ()


async def test_what_was_kept_goes_on_once_trading_is_open(it: Trailing) -> None:
    kept = (TrailingStop(184729, "EURUSD", Side.BUY, D(15)), TrailingStop(1, "XAUUSD", Side.SELL, D(280)))
    it.trader.desk.lock("a live account starts locked")
    it.trailer.take_up(kept)
    await it.passes(5, 1.08200)
    assert it.sent == []
    assert it.trailer.trails() == kept[::-1]
    assert it.said("wait, for no order") == [
        "2 trailing stops wait, for no order can be sent: a live account starts locked. ctrl+l unlocks it."
    ]
    assert it.trader.desk.unlock() is None
    await it.passes(1, 1.08200)
    assert it.said("taken up again") == ["1 trailing stop is taken up again: EURUSD 184729 at 15p."]
    await it.passes(20, 1.08200)
    assert it.said("not trailed") == []  # lists that lack it for a while prove nothing
    await it.passes(20, 1.08200)
    assert it.said("not trailed") == [
        "Not in the list of positions, so not trailed: XAUUSD 1. Should it list them again in this run, they "
        "are trailed on."
    ]
    assert it.trailer.trails() == kept[:1]
    assert it.sent == [(184729, "1.08050")]


async def test_what_waits_to_be_taken_up_can_be_turned_off(it: Trailing) -> None:
    it.trader.desk.lock("a live account starts locked")
    it.trailer.take_up((TrailingStop(184729, "EURUSD", Side.BUY, D(15)),))
    assert it.trailer.stop(184729).startswith("EURUSD 184729 trails no more")
    assert it.trailer.trails() == ()
    assert it.trailer.changed


async def test_after_a_fault_none_trails_and_what_is_kept_stays_kept(it: Trailing) -> None:
    await begins(it)
    it.trailer.break_off()
    assert it.trailer.trails() == ()
    assert not it.trailer.changed
    assert it.said("ended all trailing stops")
    assert it.trailer.start(184729, D(15)).startswith("Trailing stops have failed")


async def test_a_snapshot_that_lags_behind_a_move_does_not_undo_it(it: Trailing) -> None:
    """REST may list the old sl for a moment: then the last move counts, not the list."""
    await begins(it)
    it.trader.sees_price(1.08200, 1.08213)
    it.trader.server.answers = [Done(10009)]
    it.trailer.look()
    await it.trader.waits(0.5)
    it.trader.sees_positions(LONG)
    it.trader.clock.turn(2)
    it.trader.sees_positions(LONG)
    it.trader.sees_price(1.08180, 1.08193)
    it.trailer.look()
    it.trailer.look()
    await it.trader.settles()
    assert it.sent == [(184729, "1.08050")]
    assert it.said("another hand") == []


async def test_moves_use_up_none_of_the_traders_orders_a_minute(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, Limits(orders_per_minute=1)) as trader:
        it = Trailing.of(trader)
        trader.clock.turn(1)
        it.holds(LONG)
        await begins(it)
        await it.passes(3, 1.08200)
        await it.passes(3, 1.08300)
        assert len(it.sent) == 2
        trader.server.answers = [Placed(10008)] * 2
        trader.submits(trader.drafts_buy())
        assert "1 orders a minute" in trader.is_stopped(trader.drafts_buy("0.20")).sentence
