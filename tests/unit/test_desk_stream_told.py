"""What the stream alone has told of a position that came and went, and what becomes of the order by it."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_late import filled, sends
from tests.unit.test_desk_reconcile import CUT, bought
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.intents import OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import IntentState, Placed
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side

S = IntentState
D = Decimal
TOLD = "The stream told of position 15 as opened and closed again, which no list and no history has."


@pytest.fixture
async def trader(tmp_path: Path) -> AsyncIterator[Trader]:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, ()
        trader.sees_history()
        yield trader


def came_and_went(trader: Trader, volume: str = "0.10", *, ago: float = 0.0) -> tuple[Deal, Deal]:
    came = deal(trader, 501, 15, DealEntry.IN, ago=ago)
    went = deal(trader, 502, 15, DealEntry.OUT, Side.SELL, ago=ago)
    return replace(came, volume=D(volume)), replace(went, volume=D(volume))


def tells_it_again(trader: Trader, volume: str = "0.10") -> None:
    trader.stream_tells_opened(15, volume=volume)
    trader.stream_tells_closed(15)


def comes_and_goes(trader: Trader, volume: str) -> None:
    """Faster than the answer: no list ever has it."""
    tells_it_again(trader, volume)
    trader.lists()


async def is_cut_off(trader: Trader) -> OpenIntent:
    buy = trader.drafts_buy()
    await sends(trader, buy, CUT)
    return buy


async def test_what_no_list_and_no_history_has_for_60_s_ends_as_not_filled(trader: Trader) -> None:
    buy = await is_cut_off(trader)
    tells_it_again(trader)
    await trader.waits(59)
    assert trader.state(buy) is S.UNKNOWN
    await trader.waits(3)
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    assert "Not filled: " in trader.last_words
    assert f"{TOLD} It stays watched for 24 h." in trader.last_words
    (row,) = await trader.journal.rows()
    assert row.story[-1].difference == "the stream told of position 15"
    trader.sees_price()
    trader.submits(trader.drafts_buy("0.30"))


async def test_it_is_looked_for_from_when_the_stream_told_of_it(trader: Trader) -> None:
    buy = await is_cut_off(trader)
    await trader.waits(28)
    trader.stream_tells_opened(15)
    await trader.waits(20)
    trader.stream_tells_closed(15)
    await trader.waits(25)
    assert trader.state(buy) is S.UNKNOWN
    await trader.waits(20)
    assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_without_an_answer_of_the_history_it_stays_unknown(trader: Trader) -> None:
    trader.deals = ServerFault(502, "")
    buy = await is_cut_off(trader)
    tells_it_again(trader)
    await trader.waits(150)
    assert trader.state(buy) is S.UNKNOWN
    trader.deals = ()
    await trader.waits(40)
    assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_an_open_that_is_told_again_and_no_end_is_no_doubt_for_ever(trader: Trader) -> None:
    buy = await is_cut_off(trader)
    trader.holds = None
    trader.stream_tells_opened(15)
    for _ in range(30):
        await trader.waits(5)
        trader.lists()
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    assert "of position 15 as opened, which no list and no history has." in trader.last_words


async def test_one_that_was_held_for_a_while_does_not_stay_the_traders_to_decide(trader: Trader) -> None:
    buy = await is_cut_off(trader)
    trader.holds = None
    await trader.waits(30)
    trader.stream_tells_opened(15)
    await trader.waits(16)
    assert trader.state(buy) is S.AMBIGUOUS
    for _ in range(24):
        await trader.waits(5)
        trader.lists()
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    assert trader.story(buy)[-3:] == [S.UNKNOWN, S.AMBIGUOUS, S.FOUND_NOT_FILLED]


async def test_it_stays_watched_and_costs_no_more_reads_than_any_other(trader: Trader) -> None:
    buy = await is_cut_off(trader)
    tells_it_again(trader)
    await trader.waits(65)
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    reads = trader.history_reads
    await trader.waits(310)
    assert trader.history_reads - reads <= 3
    trader.deals = came_and_went(trader, ago=370)
    await trader.waits(1500)
    assert trader.state(buy) is S.FOUND_FILLED
    assert trader.heard("LATE: ")
    assert trader.last_words.endswith("ticket 15. It is closed again. Look at it now.")


async def test_a_position_of_which_a_deal_was_known_before_the_send_is_an_old_one(trader: Trader) -> None:
    old = came_and_went(trader, ago=600)
    trader.sees_history(*old)
    trader.deals = old
    buy = await is_cut_off(trader)
    tells_it_again(trader)
    await trader.waits(32)
    assert trader.state(buy) is S.FOUND_NOT_FILLED
    assert "The stream told" not in trader.last_words


async def test_what_a_list_has_shown_as_well_is_not_called_not_filled(trader: Trader) -> None:
    buy = trader.drafts_buy(sl="1.07")
    await sends(trader, buy, CUT)
    trader.sees_opened(15, volume="0.04")
    await trader.waits(1)
    trader.holds = ()
    trader.sees_positions()
    await trader.waits(90)
    assert trader.state(buy) is S.AMBIGUOUS
    assert "ticket 15 shows what is near (it is gone again)" in trader.last_words


async def test_a_part_that_came_and_went_is_told_where_the_history_has_it(trader: Trader) -> None:
    buy = trader.drafts_buy()
    await sends(trader, buy, Placed(10008))
    tells_it_again(trader, "0.04")
    trader.deals = came_and_went(trader, "0.04")
    await trader.waits(70)
    assert trader.state(buy) is S.FOUND_FILLED
    assert trader.last_words == (
        "Bought 0.04 EURUSD at 1.08213, ticket 15: 0.04 of 0.10, the rest was NOT filled. It is closed again."
    )


async def test_whose_it_is_the_trader_tells_where_no_answer_says_that_the_order_was_taken(
    trader: Trader,
) -> None:
    buy = await is_cut_off(trader)
    tells_it_again(trader, "0.04")
    trader.deals = came_and_went(trader, "0.04")
    await trader.waits(40)
    assert trader.state(buy) is S.AMBIGUOUS
    assert "0.04 of 0.10" in trader.last_words


async def test_a_part_that_came_and_went_while_two_were_on_their_way_is_the_traders_to_tell(
    trader: Trader,
) -> None:
    placed = trader.drafts_buy("0.20")
    await sends(trader, placed, Placed(10008))
    buy = await is_cut_off(trader)
    tells_it_again(trader, "0.04")
    trader.deals = came_and_went(trader, "0.04")
    await trader.waits(40)
    assert (trader.state(placed), trader.state(buy)) == (S.AMBIGUOUS, S.AMBIGUOUS)


@pytest.mark.parametrize(("volume", "difference"), [("0.10", None), ("0.04", "0.04 of 0.10")])
async def test_an_answer_that_names_it_bears_the_stream_out(
    trader: Trader, volume: str, difference: str | None
) -> None:
    buy = trader.drafts_buy()
    trader.server.before_answer = lambda _: comes_and_goes(trader, volume)
    await sends(trader, buy, filled(volume, order=15))
    await trader.waits(3)
    assert trader.state(buy) is S.FILLED
    assert trader.store.intents[buy.intent_id].difference == difference
    assert trader.last_words.endswith("It is closed again.")


async def test_an_answer_that_says_done_and_names_nothing_leaves_it_to_the_trader(trader: Trader) -> None:
    buy = trader.drafts_buy()
    trader.server.before_answer = lambda _: comes_and_goes(trader, "0.10")
    await sends(trader, buy, filled("0.10", order=None))
    await trader.waits(120)
    assert trader.state(buy) is S.AMBIGUOUS


async def test_of_a_reverse_it_is_not_said_that_its_opposite_was_not_opened(trader: Trader) -> None:
    trader.holds = (bought(7),)
    trader.sees_positions(bought(7))
    reverse = ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, D("0.10"))
    await sends(trader, reverse, CUT)
    trader.holds = ()
    trader.sees_positions()
    trader.stream_tells_opened(15, Side.SELL)
    trader.stream_tells_closed(15)
    await trader.waits(70)
    assert trader.state(reverse) is S.FOUND_NOT_FILLED
    assert f"Half done, as far as is known: position 7 is closed. {TOLD}" in trader.last_words
    assert not trader.heard("NOT opened")
