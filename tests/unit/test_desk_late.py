"""What an order that was found not filled is taken for later, and what it must not stand in the way of."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk import LONG
from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_reconcile import CUT, bought
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo, OpenIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Result
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest = False
        yield trader


async def is_not_filled(trader: Trader, sl: str | None = None) -> OpenIntent:
    """A buy of 0.10 that the line cut off and that was found not filled."""
    trader.holds = ()
    trader.sees_price()
    trader.server.answers = [CUT]
    buy = trader.drafts_buy(sl=sl)
    trader.submits(buy)
    await trader.waits(32)
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    return buy


async def sends(trader: Trader, intent: Intent, answer: Result) -> None:
    trader.sees_price()
    trader.server.answers = [answer]
    trader.submits(intent)
    await trader.settles()


def filled(volume: str, *, order: int | None = 11) -> Filled:
    return Filled(10009, deal=501, order=order, price=D("1.08213"), volume=D(volume))


# --- two that were not filled, and a third ---


async def test_what_a_third_one_opens_is_no_doubt_of_the_two_before_it(trader: Trader) -> None:
    first, second = await is_not_filled(trader), await is_not_filled(trader)
    trader.holds = None
    third = trader.drafts_buy()
    await sends(trader, third, Placed(10008))
    # the stream is faster than the list
    trader.stream_tells_opened(11)
    await trader.waits(0.5)
    assert trader.state(third) is S.PLACED
    trader.lists(bought(11))
    await trader.waits(40)
    assert trader.store.intents[third.intent_id].ticket == 11
    assert (trader.state(first), trader.state(second)) == (S.FOUND_NOT_FILLED, S.FOUND_NOT_FILLED)
    assert not trader.heard("Not certain")
    assert not trader.heard("LATE")


async def test_one_more_than_the_third_explains_may_be_either_ones(trader: Trader) -> None:
    first, second = await is_not_filled(trader), await is_not_filled(trader)
    third = trader.drafts_buy()
    await sends(trader, third, filled("0.10"))
    trader.sees_opened(11)
    await trader.waits(1)
    trader.sees_opened(12)
    await trader.waits(1)
    assert trader.store.intents[third.intent_id].ticket == 11
    assert (trader.state(first), trader.state(second)) == (S.AMBIGUOUS, S.AMBIGUOUS)
    assert "(12)" in trader.last_words


async def test_the_stream_alone_raises_no_doubt_of_two_that_were_not_filled(trader: Trader) -> None:
    first, second = await is_not_filled(trader), await is_not_filled(trader)
    trader.stream_tells_opened(15)
    await trader.waits(0.3)
    trader.stream_tells_closed(15)
    await trader.waits(60)
    assert (trader.state(first), trader.state(second)) == (S.FOUND_NOT_FILLED, S.FOUND_NOT_FILLED)


@pytest.mark.parametrize("is_streamed", [True, False])
async def test_what_came_and_went_is_a_doubt_of_both_where_stream_and_history_tell_of_it(
    trader: Trader, *, is_streamed: bool
) -> None:
    first, second = await is_not_filled(trader), await is_not_filled(trader)
    trader.deals = (deal(trader, 501, 15, DealEntry.IN), deal(trader, 502, 15, DealEntry.OUT, Side.SELL))
    if is_streamed:
        trader.stream_tells_opened(15)
        trader.stream_tells_closed(15)
    await trader.waits(300)
    state = S.AMBIGUOUS if is_streamed else S.FOUND_NOT_FILLED
    assert (trader.state(first), trader.state(second)) == (state, state)


# --- what is near to a later one ---


@pytest.mark.parametrize("order", [11, None], ids=["by its number", "by the history's row of its deal"])
async def test_a_lost_stop_is_told_where_the_answer_names_the_position(
    trader: Trader, order: int | None
) -> None:
    earlier = await is_not_filled(trader)
    buy = trader.drafts_buy(sl="1.07")
    trader.deals = (deal(trader, 501, 11, DealEntry.IN),)
    await sends(trader, buy, filled("0.10", order=order))
    trader.sees_opened(11)
    await trader.waits(12)
    assert trader.heard("ticket 11, but WITHOUT its sl 1.07")
    assert trader.state(buy) is S.FILLED
    assert trader.state(earlier) is S.FOUND_NOT_FILLED
    assert not trader.heard("LATE")


async def test_a_part_is_told_where_the_answer_names_the_position(trader: Trader) -> None:
    earlier = await is_not_filled(trader)
    buy = trader.drafts_buy()
    await sends(trader, buy, filled("0.04"))
    trader.sees_opened(11, volume="0.04")
    await trader.waits(1)
    assert trader.heard("Bought 0.04 EURUSD at 1.08213, ticket 11: 0.04 of 0.10, the rest was NOT filled.")
    assert trader.state(earlier) is S.FOUND_NOT_FILLED


async def test_another_hands_twin_is_not_taken_for_the_part_that_the_answer_names(trader: Trader) -> None:
    trader.holds = ()
    buy = trader.drafts_buy()
    await sends(trader, buy, filled("0.04"))
    trader.sees_positions(bought(11, "0.04"), bought(12))
    trader.holds = (bought(11, "0.04"), bought(12))
    await trader.waits(1)
    record = trader.store.intents[buy.intent_id]
    assert (record.ticket, record.difference) == (11, "0.04 of 0.10")


@pytest.mark.parametrize(("sl", "is_told"), [("1.069", True), (None, False)], ids=["near as well", "just so"])
async def test_without_a_name_an_earlier_one_counts_where_it_explains_the_position_better(
    trader: Trader, sl: str | None, *, is_told: bool
) -> None:
    earlier = await is_not_filled(trader, sl)
    buy = trader.drafts_buy(sl="1.07")
    await sends(trader, buy, BridgeTimedOut())
    trader.sees_opened(11)
    await trader.waits(60)
    assert trader.heard("ticket 11, but WITHOUT its sl 1.07") is is_told
    assert trader.state(buy) is (S.FOUND_FILLED if is_told else S.AMBIGUOUS)
    assert trader.state(earlier) is S.FOUND_NOT_FILLED


async def test_a_buy_that_was_not_filled_is_no_rival_of_a_part_close(trader: Trader) -> None:
    await is_not_filled(trader)
    trader.holds = (LONG,)
    trader.sees_positions(LONG)
    close = trader.drafts_close(7, "0.10", "0.20")
    await sends(trader, close, Placed(10008))
    trader.holds = (replace(LONG, volume=D("0.16")),)
    trader.sees_positions(*trader.holds)
    await trader.waits(70)
    assert trader.state(close) is S.FOUND_FILLED
    assert trader.last_words == "Closed 0.04 of 0.20 EURUSD, ticket 7: 0.06 less than asked is closed."


async def test_of_two_that_came_and_went_each_is_told_by_the_name_in_its_answer(
    trader: Trader,
) -> None:
    trader.holds = ()
    first, second = trader.drafts_buy(), trader.drafts_buy()
    await sends(trader, first, replace(filled("0.10"), deal=501))
    await trader.waits(3.1)
    await sends(trader, second, replace(filled("0.10", order=12), deal=502))
    opened = [deal(trader, 490 + ticket, ticket, DealEntry.IN) for ticket in (11, 12)]
    ended = [deal(trader, 500 + ticket, ticket, DealEntry.OUT, Side.SELL) for ticket in (11, 12)]
    trader.deals = (*opened, *ended)
    await trader.waits(12)
    tickets = [trader.store.intents[one.intent_id].ticket for one in (first, second)]
    assert tickets == [11, 12]


# --- what ends the watch over it, and what does not ---


async def test_neither_a_stop_nor_another_position_ends_the_watch_over_a_close(trader: Trader) -> None:
    other = replace(LONG, ticket=8)
    trader.holds = (LONG, other)
    trader.sees_positions(LONG, other)
    trader.server.answers = [CUT]
    close = trader.drafts_close(7, str(LONG.volume), str(LONG.volume))
    trader.submits(close)
    await trader.waits(40)
    assert trader.heard("It was NOT closed. It stays watched for 24 h, or until the next order for it.")
    change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.07")), Keep())
    await sends(trader, change, CUT)
    await sends(trader, trader.drafts_close(8, str(LONG.volume), str(LONG.volume)), CUT)
    trader.holds = (other,)
    trader.stream_tells_closed(7)
    trader.lists(other)
    await trader.waits(3)
    assert trader.state(close) is S.FOUND_FILLED
    assert trader.heard("LATE: an order that was found not done seems to be done after all.")


async def test_a_wall_clock_that_is_a_day_ahead_for_a_moment_does_not_end_it(trader: Trader) -> None:
    buy = await is_not_filled(trader)
    now = trader.clock.now().wall
    trader.clock.set_wall(now + 25 * 3600)
    await trader.waits(1)
    trader.clock.set_wall(now + 1)
    trader.sees_opened(11)
    await trader.waits(1)
    assert trader.state(buy) is S.FOUND_FILLED
