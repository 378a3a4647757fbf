"""A trail and the sl that stands: never loosened by an old list or a wild price, taken up where it was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import trader_at_desk
from tests.unit.trailing_desk import LONG, D, Trailing, begins
from xbtfx_tui.automation.confirmed_stop import LIST_LAG, SURE_AFTER
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done
from xbtfx_tui.domain.store_events import SpecRead


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trailing]:
    async with trader_at_desk(tmp_path) as trader:
        trailing = Trailing.of(trader)
        trader.clock.turn(1)
        trailing.holds(LONG)
        yield trailing


async def test_three_refusals_of_the_same_kind_pause_it_until_the_terms_change(it: Trailing) -> None:
    await begins(it)
    rejected = Refused(400, "rejected", "Invalid stops", retcode=10016)
    for step in range(400):
        await it.passes(0.5, 1.08200 + step * 0.00030, rejected)
    assert len(it.sent) == 3
    assert it.said("is paused") == [
        "The trailing stop of EURUSD 184729 is paused: the server refused its last 3 moves in the same way "
        "(10016, the stops are not valid: wrong side, or too close to the price). It goes on when the "
        "symbol's terms change, or if you start it again with t."
    ]
    spec = it.trader.store.specs["EURUSD"]
    it.trader.store.apply(SpecRead(replace(spec, bid=None, ask=None), it.trader.clock.now()))
    await it.passes(3, 1.21)
    assert len(it.sent) == 3
    it.trader.store.apply(SpecRead(replace(spec, stops_level=300), it.trader.clock.now()))
    await it.passes(3, 1.21)
    assert it.said("goes on.") == [
        "The terms of EURUSD have changed: the trailing stop of EURUSD 184729 goes on."
    ]
    assert it.sent[3:] == [(184729, "1.20700")]


async def test_a_paused_one_goes_on_when_it_is_started_again(it: Trailing) -> None:
    await begins(it)
    rejected = Refused(400, "rejected", "Invalid stops", retcode=10016)
    for step in range(100):
        await it.passes(0.5, 1.08200 + step * 0.00030, rejected)
    assert it.said("is paused")
    it.trailer.start(184729, D(15))
    await it.passes(3, 1.1117)
    assert it.sent[3:] == [(184729, "1.11020")]


async def test_a_trail_comes_back_with_its_ticket(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.sees_closed(184729)
    it.trader.sees_positions()
    it.trailer.look()
    assert it.trailer.trails() == ()
    it.trader.clock.turn(400)
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(3, 1.08300)
    assert it.said("is taken up again") == [
        "EURUSD 184729 is open after all: its trailing stop, which had ended with it, is taken up again at "
        "15p. t ends it."
    ]
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]
    assert it.trailer.changed


@pytest.mark.parametrize(
    ("sl", "words"),
    [("1.07500", "The sl of EURUSD 184729 is at 1.07500"), (None, "EURUSD 184729 has no sl any more")],
)
async def test_a_worse_or_removed_stop_is_taken_up_again_and_that_is_said(
    it: Trailing, sl: str | None, words: str
) -> None:
    await begins(it)
    await it.passes(6, 1.08200)
    it.holds(replace(LONG, sl=D(sl) if sl is not None else None))
    await it.passes(LIST_LAG, 1.08180)  # so long the list may be from before the trail's own move
    assert it.sent == [(184729, "1.08050")]
    await it.passes(SURE_AFTER + 5, 1.08180)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08030")]
    assert it.said("takes it up again") == [
        f"{words}, by no order sent from here. It stood at 1.08050. Its trailing "
        "stop takes it up again. t ends it."
    ]


async def test_a_list_that_is_old_loosens_no_stop(it: Trailing) -> None:
    """The trail has set 1.08200; a list of 25 s ago comes, and the price is back."""
    await begins(it)
    await it.passes(3, 1.08200)
    before = tuple(it.positions.values())
    await it.passes(3, 1.08350)
    assert it.sent[1:] == [(184729, "1.08200")]
    it.holds(*before)
    await it.passes(25, 1.08300)
    it.holds(replace(LONG, sl=D("1.08200")))
    await it.passes(120, 1.08300)
    assert len(it.sent) == 2
    assert it.said("takes it up again") == []


async def test_a_list_that_is_old_undoes_no_stop_of_the_traders(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    before = tuple(it.positions.values())
    own = ModifyIntent(it.trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.08150")), Keep())
    it.trader.server.answers = [Done(10009)]
    it.trader.submits(own)
    await it.trader.waits(0.5)
    it.holds(replace(LONG, sl=D("1.08150")))  # once, then the list is an old one again
    it.trailer.look()
    it.holds(*before)
    await it.passes(30, 1.08300)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]
    await it.passes(3, 1.08500)
    assert it.sent[2:] == [(184729, "1.08350")]


async def test_a_stop_that_the_trader_loosens_counts_as_the_one_that_stands(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    own = ModifyIntent(it.trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.07000")), Keep())
    it.trader.server.answers = [Done(10009)]
    it.trader.submits(own)
    await it.trader.waits(0.5)
    it.holds(replace(LONG, sl=D("1.07000")))
    await it.passes(6, 1.08100)
    assert it.sent[2:] == [(184729, "1.07950")]
    assert it.said("by no order sent from here") == []


async def test_one_price_far_off_moves_no_stop(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.sees_price(1.30, 1.30013)
    it.trailer.look()
    await it.trader.settles()
    await it.passes(3, 1.08200)
    assert it.sent == [(184729, "1.08050")]
