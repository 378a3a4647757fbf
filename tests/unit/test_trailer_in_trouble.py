"""Trailing stops where the server, the line or the account do what nobody hoped for."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import Trader, trader_at_desk
from tests.unit.trailing_desk import LONG, Trailing, begins
from xbtfx_tui.automation.trailing_engine import MOST_AT_ONCE
from xbtfx_tui.automation.trailing_state import SAY_EVERY
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    BudgetSeen,
    Dialect,
    KeyRead,
    Severity,
    SpecRead,
    StreamDown,
    StreamUp,
)
from xbtfx_tui.domain.trailing_stop import TrailingStop

D = Decimal
BUSY = Refused(400, "rejected", "Too many requests", retcode=10024)


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trailing]:
    async with trader_at_desk(tmp_path) as trader:
        trailing = Trailing.of(trader)
        trader.clock.turn(1)
        trailing.holds(LONG)
        yield trailing


def holds_many(it: Trailing, count: int) -> None:
    """That many positions trail, all due for their first stop."""
    it.holds(*(replace(LONG, ticket=LONG.ticket + place) for place in range(count)))
    for ticket in it.positions:
        it.trailer.start(ticket, D(15))
    it.trader.clock.turn(0.1)
    it.trader.sees_positions(*it.positions.values())
    it.trader.sees_price(1.08200, 1.08213)


async def test_many_trails_at_once_leave_the_trader_a_fifth_of_the_budget(it: Trailing) -> None:
    """No answer has counted them off yet: what is on its way is weight that is spent."""
    it.trader.server.gate = asyncio.Event()
    holds_many(it, 150)
    it.trader.store.apply(BudgetSeen(600, 125))
    it.trailer.look()
    await it.trader.settles()
    assert len(it.sent) == 5
    it.trader.server.answers = [Done(10009)] * 5
    it.trader.server.gate.set()


async def test_many_trails_take_turns_and_do_not_fill_the_line(it: Trailing) -> None:
    it.trader.server.gate = asyncio.Event()
    holds_many(it, 40)
    for _ in range(3):
        it.trailer.look()
        await it.trader.settles()
    assert len(it.sent) == MOST_AT_ONCE
    it.trader.server.answers = [Done(10009)] * MOST_AT_ONCE
    it.trader.server.gate.set()


async def test_in_a_fast_market_no_trail_is_left_behind_by_the_others(it: Trailing) -> None:
    holds_many(it, 4 * MOST_AT_ONCE)
    it.trader.store.apply(BudgetSeen(600, 125))
    for step in range(20):
        await it.passes(1, 1.08200 + step * 0.00030)
    assert {ticket for ticket, _ in it.sent} == set(it.positions)


async def test_a_short_budget_is_said_now_and_then_not_each_time_it_runs_short(it: Trailing) -> None:
    await begins(it)
    for step in range(round(SAY_EVERY) - 4):
        it.trader.store.apply(BudgetSeen(600, 120 + step % 2))
        await it.passes(1, 1.08200 + step * 0.00030)
    assert len(it.said("weight budget")) == 1


async def test_a_stop_that_was_refused_in_a_bad_moment_is_asked_for_again(it: Trailing) -> None:
    """The price stands where it was: without another try the position would stay without its stop."""
    await begins(it)
    await it.passes(1, 1.08200, BUSY)
    await it.passes(70, 1.08200)
    assert it.sent == [(184729, "1.08050")] * 2
    assert it.positions[184729].sl == D("1.08050")


async def test_a_position_that_only_the_stream_has_told_of_waits_until_its_stops_are_known(
    it: Trailing,
) -> None:
    """REST may list it a moment later than the stream tells it; it was opened with a better sl."""
    it.trader.holds = None
    it.trader.stream_tells_opened(200001)
    assert "trails" in it.trailer.start(200001, D(15))
    it.trader.clock.turn(1)
    it.trader.lists(LONG)
    assert 200001 in it.trader.store.positions
    it.trader.sees_price(1.08200, 1.08213)
    it.trailer.look()
    await it.trader.settles()
    assert it.sent == []
    it.holds(replace(LONG, ticket=200001, sl=D("1.08150")))
    await it.passes(5, 1.08200)
    assert it.sent == []


async def test_on_a_netting_account_it_is_said_loudly_that_a_new_ticket_is_not_trailed(it: Trailing) -> None:
    nets(it.trader)
    await begins(it)
    await it.passes(3, 1.08200)
    it.holds(replace(LONG, ticket=190000, volume=D("0.30")))
    await it.passes(5, 1.08300)
    (said,) = [one for one in it.trader.store.messages if "has ended" in one.text]
    assert said.severity is Severity.WARNING
    assert "If EURUSD is still held, it is under another ticket, and no stop is moved" in said.text


async def test_that_no_price_comes_to_trail_by_is_said_once(it: Trailing) -> None:
    """The feed is live, but not this symbol: over the limit of subscriptions, or halted."""
    await begins(it)
    await it.passes(1, 1.08200)
    await it.passes(58)
    assert it.said("No fresh price") == []
    await it.passes(200)
    assert it.said("No fresh price") == [
        "No fresh price, or no list of positions, for a minute, and the trailing stop waits: EURUSD 184729."
    ]


async def test_while_the_stream_is_down_nobody_expects_a_price(it: Trailing) -> None:
    await begins(it)
    it.trader.store.apply(StreamDown("connection reset", 1.0))
    await it.passes(200)
    assert it.said("No fresh price") == []


async def test_a_stop_set_by_hand_is_not_loosened_by_a_list_that_lags_behind(it: Trailing) -> None:
    """REST lists the old sl for up to three seconds: before the trail was turned on, and while it goes."""
    it.trader.server.answers = [Done(10009)]
    by_hand(it, "1.08150")
    await it.trader.waits(0.5)
    await begins(it)
    await unread(it, 2, 1.08200)
    it.trader.sees_positions(LONG)
    await unread(it, 2, 1.08200)
    assert it.sent == [(184729, "1.08150")]
    assert len(it.reads) == 2
    it.holds(replace(LONG, sl=D("1.08150")))
    await it.passes(2, 1.08200)
    assert it.sent == [(184729, "1.08150")]
    await it.passes(2, 1.08350)
    assert it.sent[1:] == [(184729, "1.08200")]


async def test_a_stop_set_by_hand_while_the_trails_own_is_on_its_way_is_the_one_that_stands(
    it: Trailing,
) -> None:
    """It waits for the trail's, is known to the trail once it is listed, and is not loosened."""
    it.trader.server.gate = asyncio.Event()
    await begins(it)
    await it.passes(1, 1.08200)
    by_hand(it, "1.08150")
    await it.passes(2, 1.08230)
    assert it.sent == [(184729, "1.08050")]
    it.trader.server.gate.set()
    await it.passes(0.5, 1.08230, it.moved, it.moved)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]
    assert it.positions[184729].sl == D("1.08150")
    await it.passes(6, 1.08230)
    assert len(it.sent) == 2
    await it.passes(3, 1.08320)
    assert it.sent[2:] == [(184729, "1.08170")]
    assert it.said("another hand") == []


def by_hand(it: Trailing, sl: str) -> None:
    it.trader.submits(
        ModifyIntent(it.trader.desk.new_intent_id(), LONG.ticket, "EURUSD", MoveTo(D(sl)), Keep())
    )


async def test_one_list_without_the_position_ends_no_trail(it: Trailing) -> None:
    """A bridge that has just come back lists no position at all for a moment."""
    await begins(it)
    await it.passes(3, 1.08200)
    held = tuple(it.positions.values())
    it.trader.clock.turn(0.1)
    it.trader.lists()
    it.trailer.look()
    assert len(it.trailer.trails()) == 1
    it.holds(*held)
    await it.passes(3, 1.08300)
    assert it.said("has ended") == []
    assert it.sent[1:] == [(184729, "1.08150")]


async def test_a_first_list_without_any_position_throws_away_nothing_that_was_kept(it: Trailing) -> None:
    kept = (TrailingStop(184729, "EURUSD", Side.BUY, D(15)),)
    it.trader.clock.turn(0.1)
    it.trader.sees_positions()
    it.trailer.take_up(kept)
    it.trailer.changed = False
    it.trailer.look()
    assert it.trailer.trails() == kept
    assert not it.trailer.changed
    it.holds(LONG)
    await it.passes(2, 1.08200)
    assert it.sent == [(184729, "1.08050")]


async def test_a_position_that_stays_out_of_the_list_ends_its_trail(it: Trailing) -> None:
    await begins(it)
    await it.passes(1, 1.08200)
    it.trader.clock.turn(0.1)
    it.trader.holds = ()
    await it.passes(20, 1.08200)
    assert it.said("has ended") == []
    it.trader.stream_tells_closed(184729)
    await it.passes(1, 1.08200)
    assert len(it.said("has ended")) == 1
    assert it.trailer.trails() == ()


async def test_after_an_outage_a_stop_moves_only_once_it_is_known_where_it_stands(it: Trailing) -> None:
    """The trader tightened it by phone while the line was down."""
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.store.apply(StreamDown("connection reset", 1.0))
    await unread(it, 10)
    it.trader.store.apply(StreamUp(Dialect.CURRENT))
    await unread(it, 3, 1.08230)
    assert it.sent == [(184729, "1.08050")]
    it.holds(replace(LONG, sl=D("1.08180")))
    await it.passes(3, 1.08230)
    assert it.sent == [(184729, "1.08050")]
    await it.passes(3, 1.08400)
    assert it.sent[1:] == [(184729, "1.08250")]


async def test_after_a_sleep_a_stop_moves_only_once_it_is_known_where_it_stands(it: Trailing) -> None:
    await begins(it)
    await it.passes(3, 1.08200)
    it.trader.clock.sleeps_for(600)
    it.trader.store.apply(StreamDown("opened anew", 0.0))
    it.trader.store.apply(StreamUp(Dialect.CURRENT))
    await unread(it, 3, 1.08230)
    assert it.sent == [(184729, "1.08050")]
    it.holds(replace(LONG, sl=D("1.08180")))
    await it.passes(3, 1.08230)
    assert it.sent == [(184729, "1.08050")]
    await it.passes(3, 1.08400)
    assert it.sent[1:] == [(184729, "1.08250")]


async def unread(it: Trailing, seconds: float, bid: float | None = None) -> None:
    """Time passes, with prices where they are told, and no snapshot of the positions comes."""
    for _ in range(round(seconds / 0.5)):
        if bid is not None:
            it.trader.sees_price(bid, bid + 0.00013)
        it.trailer.look()
        await it.trader.waits(0.5)


def nets(trader: Trader) -> None:
    trader.store.apply(KeyRead(replace(trader.key, margin_mode=MarginMode.NETTING)))


async def test_terms_that_tell_no_pip_hold_a_trail_and_it_is_said_once(it: Trailing) -> None:
    await begins(it)
    store = it.trader.store
    bare = replace(store.specs["EURUSD"], path="", calc_mode=None, currency_base=None)
    store.apply(SpecRead(bare, it.trader.clock.now()))
    count = len(it.sent)
    await it.passes(3, 1.09000)
    assert len(it.sent) == count
    (said,) = it.said("waits")
    assert "What a pip of EURUSD is can't be told" in said
