"""An answer that says done is checked, what comes near is found and said, what is told wrong is corrected."""

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.test_desk import LONG
from tests.unit.test_desk_deals import deal
from tests.unit.test_desk_reconcile import CUT, bought, buys
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
)
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    BulkLine,
    Done,
    Filled,
    FilledInPart,
    IntentState,
    Placed,
    Result,
)
from xbtfx_tui.domain.positions import DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Severity

S = IntentState
D = Decimal
FILLED = Filled(10009, deal=501, order=11, price=D("1.08213"))


def difference(trader: Trader, intent: Intent) -> str | None:
    return trader.store.intents[intent.intent_id].difference


async def closes_all_of(trader: Trader, position: Position, result: Result) -> CloseIntent:
    trader.sees_positions(position)
    trader.holds = (position,)
    trader.server.answers = [result]
    volume = str(position.volume)
    close = trader.drafts_close(position.ticket, volume, volume)
    trader.submits(close)
    await trader.settles()
    return close


# --- what says done is checked ---


async def test_filled_with_nothing_done_is_accepted_then_unknown_then_not_filled(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, ()
        buy = await buys(trader, FILLED)
        await trader.waits(2)
        assert trader.state(buy) is S.PLACED
        assert trader.last_words.endswith("Accepted, the server says that it is done; that is being checked.")
        await trader.waits(29)
        assert trader.state(buy) is S.UNKNOWN
        assert "told as done by the server, but not borne out for 30 s" in trader.last_words
        await trader.waits(31)
        assert trader.state(buy) is S.FOUND_NOT_FILLED
        assert not trader.heard("Bought")


async def test_filled_as_another_ticket_than_the_one_that_is_there_is_not_that_one(tmp_path: Path) -> None:
    """The answer names a deal and ticket 11; what came is ticket 12, by the list alone."""
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, None
        buy = await buys(trader, FILLED)
        trader.lists(bought(12))
        await trader.waits(5)
        assert trader.state(buy) is S.PLACED
        trader.stream_tells_opened(12)
        await trader.waits(1)
        assert trader.state(buy) is S.FILLED, "list and stream agree on it"


@pytest.mark.parametrize("result", [Done(10009), Placed(10008)])
async def test_an_ok_without_a_list_that_shows_it_changes_no_stops(tmp_path: Path, result: Result) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.is_honest, trader.holds = False, (LONG,)
        trader.server.answers = [result]
        change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.07")), Keep())
        trader.submits(change)
        await trader.waits(31)
        assert trader.state(change) is S.UNKNOWN
        assert not trader.heard("Modified")
        await trader.waits(31)
        assert trader.state(change) is S.FOUND_NOT_FILLED
        assert trader.heard("The stops were NOT changed.")


# --- an empty list is no proof ---


@pytest.mark.parametrize("seconds", [1, 5, 20])
async def test_a_close_that_timed_out_is_not_told_by_a_list_that_is_empty(
    tmp_path: Path, seconds: int
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_all_of(trader, LONG, BridgeTimedOut())
        trader.holds = None
        for _ in range(seconds * 2):
            trader.lists()
            await trader.waits(0.5)
        assert trader.state(close) is S.UNKNOWN
        assert 7 in trader.store.positions
        trader.holds = (LONG,)
        await trader.waits(60)
        assert trader.state(close) is S.FOUND_NOT_FILLED
        assert not trader.heard("Closed")
        assert trader.heard("It was NOT closed.")


async def test_the_kill_switch_is_not_told_by_a_list_that_is_empty(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        other = replace(LONG, ticket=8)
        trader.sees_positions(LONG, other)
        trader.server.answers = [BridgeTimedOut()]
        everything = CloseAllIntent(trader.desk.new_intent_id(), (7, 8))
        trader.submits(everything)
        for _ in range(10):
            trader.lists()
            await trader.waits(0.5)
        trader.holds = (LONG, other)
        await trader.waits(40)
        assert trader.state(everything) is S.FOUND_NOT_FILLED
        assert not trader.heard("Closed everything")
        assert trader.heard("Not all is closed. Still open: 7, 8.")


async def test_a_close_whose_ticket_comes_back_is_corrected_aloud(tmp_path: Path) -> None:
    """Two witnesses lied: the stream, and a list that was empty for half a minute."""
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_all_of(trader, LONG, CUT)
        trader.holds = ()
        trader.stream_tells_closed(7)
        await trader.waits(1)
        assert trader.state(close) is S.FOUND_FILLED
        await trader.waits(31)
        trader.holds = (LONG,)
        trader.lists(LONG)
        await trader.waits(0.3)
        assert trader.state(close) is S.UNKNOWN
        assert trader.heard("CORRECTION: ticket 7 was told as closed and is listed again.")
        await trader.waits(40)
        assert trader.state(close) is S.FOUND_NOT_FILLED


# --- near is a candidate ---


async def test_a_part_fill_that_the_answer_does_not_tell_is_found_and_said(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader, BridgeTimedOut())
        trader.sees_opened(11, volume="0.04")
        await trader.waits(20)
        assert trader.state(buy) is S.UNKNOWN
        (doubt,) = trader.desk.doubts()
        assert [position.ticket for position in doubt.candidates] == [11]
        assert any("0.04 of 0.10" in look for look in doubt.looked)
        assert "is not known yet" in trader.is_stopped(trader.drafts_buy("0.30")).sentence
        await trader.waits(15)
        assert trader.state(buy) is S.AMBIGUOUS, "it may be another hand's: no answer says that it was taken"
        assert "Not certain: ticket 11 shows what is near (0.04 of 0.10)." in trader.last_words
        assert await trader.desk.resolve(buy.intent_id, 11) is None
        await trader.settles()
        assert trader.state(buy) is S.FOUND_FILLED
        assert not trader.heard("Bought")


async def test_a_part_fill_whose_rest_comes_later_is_the_whole(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader, Placed(10008))
        trader.sees_opened(11, volume="0.04")
        await trader.waits(31)
        assert trader.state(buy) is S.UNKNOWN
        assert "0.04 of 0.10 found (ticket 11); the rest is being looked for" in trader.last_words
        trader.holds = (bought(11),)
        trader.sees_positions(bought(11))
        await trader.waits(3)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.last_said("Bought") == "Bought 0.10 EURUSD at 1.08213, ticket 11."
        assert difference(trader, buy) is None


@pytest.mark.parametrize("result", [Filled(10009, deal=501, order=11, volume=D("0.04")), FilledInPart(10010)])
async def test_a_part_fill_that_the_answer_tells_is_said_as_short_at_once(
    tmp_path: Path, result: Result
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds = False, ()
        buy = await buys(trader, result)
        trader.sees_opened(11, volume="0.04")
        await trader.waits(1)
        assert trader.state(buy) is S.FILLED
        assert difference(trader, buy) == "0.04 of 0.10"
        assert trader.last_said("Bought").startswith("Bought 0.04 EURUSD")
        assert trader.store.messages[-1].severity is Severity.ERROR


async def test_a_lost_stop_is_found_and_said_and_is_one_key_away(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy(sl="1.07910"))
        trader.sees_opened(11)
        await trader.waits(1)
        assert trader.state(buy) is S.UNKNOWN, "stops may come a moment later"
        await trader.waits(2)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.last_said("Bought") == (
            "Bought 0.10 EURUSD at 1.08213, ticket 11, but WITHOUT its sl 1.07910: m on it sets it."
        )
        assert difference(trader, buy) == "WITHOUT its sl 1.07910"


async def test_a_stop_is_the_same_at_the_symbols_digits(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy(sl="1.07910"))
        trader.sees_positions(replace(bought(11), sl=D("1.0791000000000002")))
        await trader.waits(1)
        assert trader.state(buy) is S.FOUND_FILLED
        assert difference(trader, buy) is None


async def test_a_stop_off_by_a_point_is_said(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [CUT]
        buy = trader.submits(trader.drafts_buy(sl="1.07910"))
        trader.holds = (replace(bought(11), sl=D("1.07911")),)
        trader.sees_positions(*trader.holds)
        await trader.waits(4)
        assert trader.state(buy) is S.FOUND_FILLED
        assert difference(trader, buy) == "with its sl at 1.07911, not 1.07910"


async def test_stops_that_moved_elsewhere_are_said_as_what_they_are(tmp_path: Path) -> None:
    """A 504, and the sl stands a point off: the order's work, or another hand's."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [BridgeTimedOut()]
        change = ModifyIntent(trader.desk.new_intent_id(), 7, "EURUSD", MoveTo(D("1.07100")), Keep())
        trader.submits(change)
        trader.holds = (replace(LONG, sl=D("1.07101")),)
        await trader.waits(35)
        assert trader.state(change) is S.AMBIGUOUS
        assert trader.heard("ticket 7 shows what is near (its sl stands at 1.07101, not 1.07100)")


async def test_a_new_position_of_another_size_rules_out_not_filled(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await buys(trader)
        trader.sees_opened(12, volume="0.30")
        await trader.waits(60)
        assert trader.state(buy) is S.AMBIGUOUS
        (doubt,) = trader.desk.doubts()
        assert [position.ticket for position in doubt.candidates] == [12]


async def test_a_close_done_in_part_is_said_as_such(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_all_of(trader, LONG, Placed(10008))
        trader.holds = (replace(LONG, volume=D("0.12")),)
        trader.sees_positions(*trader.holds)
        await trader.waits(70)
        assert trader.state(close) is S.FOUND_FILLED
        assert trader.last_said("Closed") == (
            "Closed 0.08 of 0.20 EURUSD, ticket 7: 0.12 less than asked is closed."
        )
        assert difference(trader, close) == "0.08 of 0.20"


async def test_a_smaller_close_than_one_that_nothing_says_was_accepted_is_the_trader_s_to_tell(
    tmp_path: Path,
) -> None:
    """Another hand may have made it, whatever the history tells of it."""
    async with trader_at_desk(tmp_path) as trader:
        close = await closes_all_of(trader, LONG, BridgeTimedOut())
        trader.holds = (replace(LONG, volume=D("0.12")),)
        trader.deals = (replace(deal(trader, 501, 7, DealEntry.OUT, Side.SELL), volume=D("0.08")),)
        trader.sees_positions(*trader.holds)
        await trader.waits(70)
        assert trader.state(close) is S.AMBIGUOUS
        assert not trader.heard("Closed 0.08")
        assert trader.heard("Not certain: ticket 7 shows what is near (0.08 of 0.20).")


# --- bulk answers that lie ---


def bulk(closed: int, failed: int, *lines: BulkLine) -> BulkClosed:
    return BulkClosed(closed, failed, D(0), lines)


@pytest.mark.parametrize(
    "answer",
    [
        bulk(2, 0, BulkLine(7, "placed"), BulkLine(8, "placed")),
        bulk(2, 0, BulkLine(7, "filled", deal=501), BulkLine(8, "filled", deal=502)),
        bulk(0, 0),
    ],
    ids=["placed", "filled", "0 of 0"],
)
async def test_a_bulk_close_is_told_by_its_tickets_and_not_by_its_count(
    tmp_path: Path, answer: BulkClosed
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        other = replace(LONG, ticket=8)
        trader.sees_positions(LONG, other)
        trader.is_honest, trader.holds = False, (LONG, other)
        trader.server.answers = [answer]
        everything = CloseAllIntent(trader.desk.new_intent_id(), (7, 8))
        trader.submits(everything)
        await trader.waits(10)
        assert trader.state(everything) is S.PLACED
        assert not trader.heard("Closed")
        trader.holds = (other,)
        trader.sees_positions(other)
        await trader.waits(60)
        assert trader.state(everything) is S.FOUND_NOT_FILLED
        assert trader.heard("Not all is closed. Still open: 8.")
        assert [one.ticket for one in trader.desk.leftovers(everything.intent_id)] == [8]


async def test_a_bulk_close_is_green_once_every_ticket_is_gone(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.is_honest, trader.holds = False, (LONG,)
        trader.server.answers = [bulk(1, 0, BulkLine(7, "placed"))]
        everything = CloseAllIntent(trader.desk.new_intent_id(), (7,))
        trader.submits(everything)
        await trader.waits(3)
        trader.holds = ()
        trader.sees_positions()
        await trader.waits(0.3)
        assert trader.state(everything) is S.FILLED
        assert trader.heard("Closed everything (1 position).")


# --- deals of others ---


@pytest.mark.parametrize("ago", [20.0, -3600.0], ids=["20 s before the send", "a clock an hour ahead"])
async def test_anothers_deals_are_never_told_as_closed_again(tmp_path: Path, ago: float) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        trader.deals = (
            deal(trader, 501, 9, DealEntry.IN, ago=ago),
            deal(trader, 502, 9, DealEntry.OUT, Side.SELL, ago=ago - 1),
        )
        buy = await buys(trader)
        await trader.waits(90)
        assert trader.state(buy) in (S.AMBIGUOUS, S.FOUND_NOT_FILLED)
        assert not trader.heard("closed again")
        assert not trader.heard("Bought")
