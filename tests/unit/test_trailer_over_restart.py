"""A trail that is taken up again: a list that lags must not loosen the stop of the last run."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import Trader, trader_at_desk
from tests.unit.trailing_desk import LONG, D, Trailing, begins
from xbtfx_tui.automation.confirmed_stop import LIST_LAG, SURE_AFTER, TOLD_FOR, of_earlier_runs
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.trailing_stop import KnownStop, TrailingStop

TRAIL = TrailingStop(184729, "EURUSD", Side.BUY, D(15))
LAGGING = replace(LONG, sl=D("1.08150"))


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trailing]:
    async with trader_at_desk(tmp_path) as trader:
        trailing = Trailing.of(trader)
        trader.clock.turn(1)
        trailing.holds(LONG)
        yield trailing


async def started_anew(first: Trailing, stops: Mapping[int, KnownStop]) -> Trailing:
    """The next run, ten seconds later; its lists show the stop of before."""
    await first.trader.is_killed()
    first.trader.clock.sleeps_for(10)
    trader = Trader(first.trader.journal.directory, clock=first.trader.clock)
    trader.sees_positions(LAGGING)
    trader.holds = (LAGGING,)
    await trader.sits_down()
    trader.sees_price(1.08460, 1.08473)
    second = Trailing.of(trader)
    second.holds(LAGGING)
    second.trailer.take_up((TRAIL,), stops)
    return second


async def climbs(it: Trailing) -> None:
    """The trail moves its stop to 1.08350."""
    await begins(it)
    for bid in (1.0830, 1.0840, 1.0850):
        await it.passes(4, bid)
    assert it.sent[-1] == (184729, "1.08350")


async def test_a_list_that_lags_does_not_loosen_what_the_last_run_set(it: Trailing) -> None:
    await climbs(it)
    second = await started_anew(it, {})
    await second.passes(LIST_LAG - 5, 1.08460)
    assert second.sent == []
    await second.passes(4, 1.08530)
    assert second.sent == [(184729, "1.08380")]
    await second.trader.desk.finish(within=1)


async def test_lists_that_go_on_showing_another_stop_are_believed_and_it_is_said(it: Trailing) -> None:
    await climbs(it)
    second = await started_anew(it, it.trailer.kept.stops)
    await second.passes(LIST_LAG + SURE_AFTER + 5, 1.08460)
    assert second.said("by no order sent from here") == [
        "The sl of EURUSD 184729 is at 1.08150, by no order sent from here. It stood at 1.08350. Its "
        "trailing stop takes it up again. t ends it."
    ]
    assert second.sent[0] == (184729, "1.08310")
    await second.trader.desk.finish(within=1)


async def test_nor_what_the_last_run_saw_that_another_hand_had_set(it: Trailing) -> None:
    await begins(it)
    await it.passes(4, 1.0830)
    it.holds(replace(LONG, sl=D("1.08400")))
    it.trailer.changed = False
    await it.passes(4, 1.08460)
    assert it.trailer.changed
    assert it.trailer.kept.stops[184729].sl == D("1.08400")
    second = await started_anew(it, it.trailer.kept.stops)
    await second.passes(LIST_LAG - 5, 1.08540)
    assert second.sent == []
    await second.trader.desk.finish(within=1)


async def test_an_order_of_the_last_run_that_loosened_it_explains_the_list(it: Trailing) -> None:
    await climbs(it)
    kept = it.trailer.kept.stops
    trader = it.trader
    trader.server.answers = [Done(10009)]
    back = ModifyIntent(trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.08150")), Keep())
    trader.submits(back)
    await trader.settles()
    second = await started_anew(it, kept)
    await second.passes(2, 1.08460)
    assert second.sent == [(184729, "1.08310")]
    assert second.said("by no order") == []
    await second.trader.desk.finish(within=1)


async def test_what_is_kept_of_a_trail_that_waits_is_kept_on(it: Trailing) -> None:
    it.trader.desk.lock("a live account starts locked")
    stops = {184729: KnownStop(D("1.08350"), it.trader.clock.now().wall)}
    it.trailer.take_up((TRAIL,), {**stops, 1: KnownStop(None, 3.0)})
    assert it.trailer.kept.trails == (TRAIL,)
    assert it.trailer.kept.stops == stops


async def test_turned_off_and_on_again_it_still_knows_where_its_stop_stands(it: Trailing) -> None:
    await climbs(it)
    it.trailer.stop(184729)
    it.holds(LAGGING)
    await begins(it)
    await it.passes(20, 1.08460)
    assert it.sent[-1] == (184729, "1.08350")


def test_what_was_known_a_day_ago_does_not_count() -> None:
    kept = KnownStop(D("1.08350"), 1_000.0)
    assert of_earlier_runs((), kept, 1_000.0 + TOLD_FOR, 5.0).sl == D("1.08350")
    assert not of_earlier_runs((), kept, 1_001.0 + TOLD_FOR, 5.0).is_known


def test_what_came_later_counts() -> None:
    set_by_us = (KnownStop(D(1), 10.0), KnownStop(D(2), 100.0))
    assert of_earlier_runs(set_by_us, KnownStop(D(3), 50.0), 200.0, 5.0).sl == D(2)
    assert of_earlier_runs(set_by_us, KnownStop(D(3), 150.0), 200.0, 5.0).sl == D(3)
    assert of_earlier_runs(set_by_us, KnownStop(D(1), 150.0), 200.0, 5.0).sl == D(2)


@pytest.mark.parametrize(("age", "stands"), [(LIST_LAG - 1, D(1)), (LIST_LAG + 1, D(2))])
def test_a_nearer_stop_of_before_counts_once_no_list_can_be_so_old(age: float, stands: object) -> None:
    loosened = (KnownStop(D(2), 0.0), KnownStop(D(1), 100.0))
    standing = of_earlier_runs(loosened, None, 100.0 + age, 5.0)
    standing.shown(Side.BUY, D(2), 6.0)
    assert standing.sl == stands
