"""Trailing stops whose last move has an unknown outcome: they wait, say so, and go on once it is known."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.trading_desk import trader_at_desk
from tests.unit.trailing_desk import LONG, Trailing, begins
from xbtfx_tui.automation.trailing_engine import MOST_AT_ONCE
from xbtfx_tui.domain.failures import BridgeTimedOut, Refused
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Done, IntentState
from xbtfx_tui.domain.store_events import Severity

D = Decimal
TIMED_OUT = BridgeTimedOut("no answer from MT5")


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trailing]:
    async with trader_at_desk(tmp_path) as trader:
        trailing = Trailing.of(trader)
        trader.clock.turn(1)
        trailing.holds(LONG)
        yield trailing


async def doubts(it: Trailing) -> None:
    """The first move, to 1.08050, is answered with a 504; the trail is about to see it."""
    await begins(it)
    await it.passes(0.5, 1.08200, TIMED_OUT)
    assert it.sent == [(184729, "1.08050")]


def state(it: Trailing) -> IntentState:
    """Of the first move."""
    return next(iter(it.trader.store.intents.values())).state


async def test_at_an_unknown_outcome_it_waits_and_says_so_once(it: Trailing) -> None:
    await doubts(it)
    await it.passes(20, 1.08400)
    assert len(it.sent) == 1
    assert len(it.trailer.trails()) == 1
    (said,) = [one for one in it.trader.store.messages if "Nobody knows yet" in one.text]
    assert said.severity is Severity.WARNING
    assert said.text == (
        "Nobody knows yet whether the sl of EURUSD 184729 was moved to 1.08050. It is looked for; its "
        "trailing stop waits until that is known, for two minutes at most. t ends it."
    )
    assert it.said("has ended") == []


async def test_found_done_it_goes_on_from_there(it: Trailing) -> None:
    await doubts(it)
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(8, 1.08200)
    assert state(it) is IntentState.FOUND_FILLED
    assert it.said("was moved to") == [
        it.said("Nobody knows")[0],
        "The sl of EURUSD 184729 was moved to 1.08050: its trailing stop goes on.",
    ]
    await it.passes(3, 1.08300)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]


async def test_found_not_done_it_goes_on_by_the_price_of_now(it: Trailing) -> None:
    await doubts(it)
    await it.passes(40, 1.08250)
    assert state(it) is IntentState.FOUND_NOT_FILLED
    assert it.said("was NOT moved") == [
        "The sl of EURUSD 184729 was NOT moved to 1.08050: its trailing stop goes on."
    ]
    assert it.sent == [(184729, "1.08050"), (184729, "1.08100")]


async def test_found_not_done_it_first_reads_where_the_sl_stands(it: Trailing) -> None:
    """Another hand, or the move itself, may have set a better one since the last list."""
    await doubts(it)
    while state(it) is IntentState.UNKNOWN:
        await it.passes(0.5, 1.08200)
    it.trader.holds = None
    for _ in range(8):
        it.trader.sees_price(1.08230, 1.08243)
        it.trailer.look()
        await it.trader.waits(0.5)
    assert len(it.sent) == 1
    it.holds(replace(LONG, sl=D("1.08180")))
    await it.passes(4, 1.08230)
    assert len(it.sent) == 1
    await it.passes(4, 1.08400)
    assert it.sent[1:] == [(184729, "1.08250")]


async def test_executed_late_after_all_it_is_taken_up_again(it: Trailing) -> None:
    """The exchange executes the move of long ago over a better one."""
    await doubts(it)
    await it.passes(40, 1.08250)
    assert it.sent[1:] == [(184729, "1.08100")]
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(10, 1.08250)
    assert it.said("is at 1.08050, a move of its trailing stop was done late.")
    assert it.sent[2:] == [(184729, "1.08100")]


async def test_a_stop_by_hand_comes_before_the_trails_next(it: Trailing) -> None:
    await doubts(it)
    await it.passes(1, 1.08200, TIMED_OUT)
    hand = ModifyIntent(it.trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.08150")), Keep())
    it.trader.submits(hand)
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(12, 1.08260)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08150")]
    assert it.positions[184729].sl == D("1.08150")


async def test_a_position_that_goes_meanwhile_ends_it(it: Trailing) -> None:
    await doubts(it)
    it.holds()
    it.trader.sees_closed(184729)
    await it.passes(8, 1.08200)
    assert it.trailer.trails() == ()
    assert it.said("is not open any more: its trailing stop has ended")


async def test_while_the_history_does_not_answer_it_waits_until_the_first_can_not_come_after_the_next(
    it: Trailing,
) -> None:
    it.trader.deals = Refused(503, "down", "Down")
    await doubts(it)
    await it.passes(34, 1.08400)
    assert len(it.sent) == 1
    assert len(it.said("Nobody knows yet")) == 1
    await it.passes(12, 1.08400)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08250")]
    assert it.said("Whether the sl") == [
        "Whether the sl of EURUSD 184729 was moved to 1.08050 is not known. Its trailing stop goes on from "
        "where the list shows the sl."
    ]
    assert it.said("NOT moved") == []
    assert "can't be learnt any more" in next(iter(it.trader.store.intents.values())).story[-1].text


async def test_a_change_by_hand_in_doubt_for_ever_does_not_keep_it_from_moving(it: Trailing) -> None:
    """Another hand's sl stands near what the trader asked for: nothing will ever tell."""
    hand = ModifyIntent(it.trader.desk.new_intent_id(), 184729, "EURUSD", MoveTo(D("1.07900")), Keep())
    it.trader.server.answers = [TIMED_OUT]
    it.trader.submits(hand)
    await it.trader.waits(1)
    it.holds(replace(LONG, sl=D("1.07800")))
    await it.passes(34, 1.08200)
    assert it.trader.state(hand) is IntentState.AMBIGUOUS
    await begins(it)
    await it.passes(12, 1.08200)
    assert it.sent == [(184729, "1.07900"), (184729, "1.08050")]


async def test_turned_off_meanwhile_it_says_what_is_not_known(it: Trailing) -> None:
    await doubts(it)
    await it.passes(1, 1.08200, TIMED_OUT)
    assert it.trailer.stop(184729) == (
        "EURUSD 184729 trails no more; its sl stays where it is. Whether its last move, to 1.08050, was done "
        "is not known yet."
    )


async def test_those_in_doubt_keep_no_other_from_moving(it: Trailing) -> None:
    tickets = range(LONG.ticket, LONG.ticket + MOST_AT_ONCE)
    it.holds(*(replace(LONG, ticket=ticket) for ticket in tickets))
    for ticket in tickets:
        it.trailer.start(ticket, D(15))
    it.trader.clock.turn(0.1)
    it.trader.sees_positions(*it.positions.values())
    await it.passes(3, 1.08200, *[TIMED_OUT] * MOST_AT_ONCE)
    assert len(it.sent) == MOST_AT_ONCE
    it.holds(*it.positions.values(), replace(LONG, ticket=190000))
    await begins(it, ticket=190000)
    await it.passes(3, 1.08200)
    assert it.sent[MOST_AT_ONCE:] == [(190000, "1.08050")]


async def test_a_trail_begun_while_an_order_is_in_doubt_says_once_that_it_waits(it: Trailing) -> None:
    """Turned off and on again (or taken up by the next run), it would look as if it trailed."""
    it.trader.deals = Refused(503, "down", "Down")
    await doubts(it)
    await it.passes(3, 1.08400)
    it.trailer.stop(LONG.ticket)
    it.trailer.start(LONG.ticket, D("15"))
    await it.passes(25, 1.08400)
    assert len(it.sent) == 1
    (said,) = [one for one in it.trader.store.messages if "Not trailed yet" in one.text]
    assert said.severity is Severity.WARNING
    assert said.text == (
        "Not trailed yet: EURUSD 184729. The outcome of an order on it is not known; its trailing stop "
        "goes on once it is, or once you decide on that order."
    )
    (first,) = list(it.trader.store.intents)[:1]
    assert await it.trader.desk.resolve(first, None) is None
    await it.passes(8, 1.08400)
    assert it.sent == [(184729, "1.08050"), (184729, "1.08250")]


async def test_an_order_that_is_answered_at_once_is_no_reason_to_say_so(it: Trailing) -> None:
    await begins(it)
    own = ModifyIntent(it.trader.desk.new_intent_id(), LONG.ticket, "EURUSD", MoveTo(D("1.08000")), Keep())
    it.trader.server.answers = [Done(10009)]
    it.trader.submits(own)
    await it.passes(20, 1.08400)
    assert it.said("Not trailed yet") == []


async def test_a_stop_that_another_change_has_replaced_is_not_said_to_stand(it: Trailing) -> None:
    """The trader's own change waited for the trail's, and is done by the time that it is learnt."""
    await doubts(it)
    await it.passes(1, 1.08200)
    own = ModifyIntent(it.trader.desk.new_intent_id(), LONG.ticket, "EURUSD", MoveTo(D("1.08100")), Keep())
    it.trader.server.answers = [Done(10009)]
    it.trader.submits(own)
    it.holds(replace(LONG, sl=D("1.08050")))
    await it.passes(8, 1.08200)
    assert it.trader.state(own) is IntentState.FILLED
    assert it.said("the sl is at 1.08050 now") == []
