"""A change of stops that goes past an earlier one whose outcome stays in doubt, and what is said of both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.changing_stops import LONG, OTHER, changes, holds, sent
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut, Refused
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import Decider, Done, IntentState
from xbtfx_tui.orders.unknown_orders import NeverAgain

S = IntentState
UNLEARNT = (
    "Whether it was done is not known, and can't be learnt any more: a later change of the same stops was "
    "done (Modify EURUSD, ticket 7: sl 1.0720)."
)


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    async with trader_at_desk(tmp_path) as trader:
        holds(trader, "1.07")
        trader.sees_positions(LONG, OTHER)
        yield trader


async def is_in_doubt(trader: Trader) -> Intent:
    """504, not executed; another hand sets another stop: nothing will ever tell."""
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    await trader.waits(1)
    holds(trader, "1.06")
    trader.sees_positions(*(trader.holds or ()))
    await trader.waits(31)
    assert trader.state(first) is S.AMBIGUOUS
    return first


def last(trader: Trader, intent: Intent) -> str:
    return trader.store.intents[intent.intent_id].story[-1].text


async def test_one_in_doubt_for_ever_bars_no_later_change(trader: Trader) -> None:
    first = await is_in_doubt(trader)
    await trader.waits(10)
    second = changes(trader, "1.0720")
    await trader.waits(1)
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert (trader.state(first), trader.state(second)) == (S.FOUND_NOT_FILLED, S.FILLED)
    assert last(trader, first).startswith(UNLEARNT)
    assert trader.store.intents[first.intent_id].difference == "whether its stops were changed is not known"
    assert not trader.heard("NOT changed")
    assert not trader.heard("Not sent yet")


async def test_one_that_waits_goes_within_its_minute(trader: Trader) -> None:
    first = await is_in_doubt(trader)
    second = changes(trader, "1.0720")
    await trader.waits(1)
    assert sent(trader) == ["7 1.071"]
    await trader.waits(20)
    assert sent(trader) == ["7 1.071", "7 1.072"]
    assert trader.state(second) is S.FILLED
    assert last(trader, first).startswith(UNLEARNT)


async def test_with_no_list_it_goes_once_the_key_is_forgotten(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeTimedOut(), Done(10009)]
        changes(trader, "1.0710")
        await trader.waits(100)
        changes(trader, "1.0720")
        await trader.waits(19)
        assert sent(trader) == ["7 1.071"]
        await trader.waits(3)
        assert sent(trader) == ["7 1.071", "7 1.072"]


async def test_the_later_one_refused_the_earlier_is_looked_for_as_before(trader: Trader) -> None:
    first = await is_in_doubt(trader)
    trader.server.answers = [Refused(400, "rejected", "No", retcode=10016)]
    await trader.waits(10)
    second = changes(trader, "1.0720")
    await trader.waits(5)
    assert (trader.state(first), trader.state(second)) == (S.AMBIGUOUS, S.REJECTED)
    holds(trader, "1.0710")
    for _ in range(3):
        trader.sees_positions(*(trader.holds or ()))
        await trader.waits(2)
    assert trader.state(first) is S.FOUND_FILLED


async def test_the_later_ones_stop_is_not_taken_for_the_earlier_ones_work(trader: Trader) -> None:
    """Both want the same: what stands so then may be either one's work, and the later one's is known."""
    trader.deals = Refused(503, "down", "Down")
    trader.server.answers = [BridgeTimedOut(), BridgeTimedOut()]
    first = changes(trader, "1.0710")
    await trader.waits(46)
    second = changes(trader, "1.0710")
    await trader.waits(1)
    assert (trader.state(first), trader.state(second)) == (S.UNKNOWN, S.UNKNOWN)
    holds(trader, "1.0710")
    await trader.waits(6)
    assert trader.state(second) is S.FOUND_FILLED
    assert trader.state(first) is S.FOUND_NOT_FILLED
    assert last(trader, first).startswith("Whether it was done is not known")
    await trader.waits(60)
    assert not trader.heard("LATE")


async def test_a_change_of_the_other_stop_leaves_the_earlier_to_be_learnt(trader: Trader) -> None:
    first = await is_in_doubt(trader)
    await trader.waits(10)
    tp = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", Keep(), MoveTo(LONG.price_open * 2))
    trader.submits(tp)
    await trader.waits(2)
    assert (trader.state(first), trader.state(tp)) == (S.AMBIGUOUS, S.FILLED)
    (doubt,) = trader.desk.doubts()
    assert doubt.resend == NeverAgain("what was seen may be its work")


async def test_over_a_restart_a_later_change_that_was_done_ends_it(trader: Trader) -> None:
    trader.deals = Refused(503, "down", "Down")
    trader.server.answers = [BridgeTimedOut(), Done(10009)]
    first = changes(trader, "1.0710")
    await trader.waits(46)
    trader.server.before_answer = lambda _: holds(trader, "1.0720")
    second = changes(trader, "1.0720")
    while trader.state(second) is not S.FILLED:
        await trader.settles()
    assert trader.state(first) is S.UNKNOWN
    again = await started_anew(trader)
    await again.waits(5)
    assert last(again, first).startswith(UNLEARNT)
    assert not again.heard("NOT changed")
    await again.desk.finish(within=1)


async def started_anew(trader: Trader) -> Trader:
    await trader.is_killed()
    again = Trader(trader.journal.directory, clock=trader.clock)
    again.listed = again.holds = trader.holds or ()
    await again.sits_down()
    return again


async def test_the_traders_word_that_it_was_done_lets_the_next_go_and_is_journaled_as_theirs(
    trader: Trader,
) -> None:
    first = await is_in_doubt(trader)
    assert await trader.desk.resolve_done(first.intent_id) is None
    record = trader.store.intents[first.intent_id]
    assert (record.state, record.story[-1].decider) == (S.FOUND_FILLED, Decider.TRADER)
    assert last(trader, first) == "You decided that Modify EURUSD, ticket 7: sl 1.0710 was done."
    assert trader.desk.doubts() == ()
    changes(trader, "1.0720")
    await trader.waits(1)
    assert sent(trader) == ["7 1.071", "7 1.072"]
    (row, *_) = [row for row in await trader.journal.rows() if row.entry.intent == first]
    assert (row.state, row.story[-1].decider) == (S.FOUND_FILLED, Decider.TRADER)


async def test_of_what_opens_the_trader_says_what_it_became(trader: Trader) -> None:
    trader.server.answers = [BridgeTimedOut()]
    buy = trader.submits(trader.drafts_buy())
    await trader.waits(2)
    assert await trader.desk.resolve_done(buy.intent_id) == "Say which position it became."
    assert trader.state(buy) is S.UNKNOWN


async def test_a_later_change_that_was_done_by_the_traders_word_says_whose_word_that_is(
    trader: Trader,
) -> None:
    first = await is_in_doubt(trader)
    await trader.waits(10)
    trader.server.answers = [BridgeTimedOut()]
    second = changes(trader, "1.0720")
    await trader.waits(2)
    assert trader.state(second) is S.UNKNOWN
    assert await trader.desk.resolve_done(second.intent_id) is None
    await trader.waits(1)
    assert "by your word a later change of the same stops was done" in last(trader, first)
