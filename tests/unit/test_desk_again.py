"""Sending an unknown order once more: the trader's choice, once, in a narrow window, byte for byte."""

from pathlib import Path

import pytest

from tests.unit.test_desk import LONG
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.failures import (
    BridgeDown,
    BridgeTimedOut,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
)
from xbtfx_tui.domain.intents import CloseAllIntent, Intent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Rejected, Result
from xbtfx_tui.orders.unknown_orders import AgainIn, AgainNow, NeverAgain, Resend

S = IntentState
CUT = LineBroke(LinePart.READ, "", begun=True)


async def is_unknown(trader: Trader, result: Result = CUT) -> Intent:
    trader.server.answers = [result]
    buy = trader.submits(trader.drafts_buy())
    await trader.settles()
    assert trader.state(buy) is S.UNKNOWN
    return buy


def resend(trader: Trader) -> Resend:
    (doubt,) = trader.desk.doubts()
    return doubt.resend


def reason(trader: Trader) -> str:
    found = resend(trader)
    assert isinstance(found, NeverAgain), found
    return found.reason


async def test_the_countdown_to_the_window_and_through_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        assert resend(trader) == AgainIn(10.0)
        assert trader.desk.send_again(buy.intent_id) == "It can't be sent again yet: wait 10 s more."
        await trader.waits(9.5)
        assert isinstance(resend(trader), AgainIn)
        await trader.waits(1.5)
        now = resend(trader)
        assert isinstance(now, AgainNow)
        assert now.seconds_left == pytest.approx(49.0)
        await trader.waits(49.0)
        assert reason(trader) == "it was sent over 60 s ago"
        assert "over 60 s ago" in (trader.desk.send_again(buy.intent_id) or "")
        assert len(trader.server.sent) == 1


async def test_it_goes_once_with_its_own_key_and_body(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        await trader.waits(11)
        trader.server.answers = [Filled(10009, deal=501, order=11)]
        assert trader.desk.send_again(buy.intent_id) is None
        assert trader.desk.send_again(buy.intent_id) is not None
        await trader.settles()
        await trader.waits(0.2)
        first, second = trader.server.sent
        assert (first.key, first.request) == (second.key, second.request)
        assert trader.story(buy)[-2:] == [S.PLACED, S.FILLED]
        assert trader.store.intents[buy.intent_id].ticket == 11
        (row,) = await trader.journal.rows()
        assert [(one.number, one.begun) for one in row.tries] == [(1, True), (2, True)]


PROVES_NOTHING: list[Result] = [
    CUT,
    LineBroke(LinePart.CONNECT, "", begun=False),
    RateLimited(1.0),
    BridgeDown(),
    BridgeTimedOut(),
    GarbledAnswer(200, ""),
    Refused(400, "invalid_volume", ""),
    Refused(404, "position_not_found", ""),
    Refused(400, "rejected", "", retcode=10019),
    Refused(409, "duplicate", ""),
    Rejected(10016, ""),
]


@pytest.mark.parametrize("result", PROVES_NOTHING, ids=lambda result: type(result).__name__)
async def test_what_proves_nothing_leaves_it_unknown_and_is_not_tried_a_third_time(
    tmp_path: Path, result: Result
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        await trader.waits(11)
        trader.server.begins = not (isinstance(result, LineBroke) and not result.begun)
        trader.server.answers = [result, Placed()]
        assert trader.desk.send_again(buy.intent_id) is None
        await trader.waits(5)
        assert trader.state(buy) is S.UNKNOWN
        assert len(trader.server.sent) == 2
        assert reason(trader) == "it was sent again already"
        assert trader.desk.send_again(buy.intent_id) is not None
        assert len(trader.server.sent) == 2


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (BridgeTimedOut(), "the server answered 504"),
        (Rejected(10012, ""), "MetaTrader answered 10012"),
        (Refused(400, "rejected", "", retcode=10031), "MetaTrader answered 10031"),
    ],
)
async def test_what_metatrader_may_still_be_doing_is_never_sent_again(
    tmp_path: Path, result: Result, why: str
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader, result)
        await trader.waits(20)
        assert reason(trader) == why
        assert trader.desk.send_again(buy.intent_id) == f"It can't be sent again: {why}."
        assert len(trader.server.sent) == 1


async def test_what_the_broker_accepted_is_never_sent_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.submits(trader.drafts_buy())
        await trader.waits(31)
        assert trader.state(buy) is S.UNKNOWN
        assert reason(trader) == "the broker has accepted it"


async def test_a_bulk_close_is_never_sent_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.server.answers = [CUT]
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7,)))
        await trader.waits(20)
        assert "bulk close" in reason(trader)


async def test_a_position_that_may_be_it_forbids_it(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        trader.sees_opened(11)
        trader.sees_opened(12)
        await trader.waits(15)
        assert trader.state(buy) is S.UNKNOWN
        (doubt,) = trader.desk.doubts()
        assert [position.ticket for position in doubt.candidates] == [11, 12]
        assert reason(trader) == "a position is there that may be its work"
        assert trader.desk.send_again(buy.intent_id) is not None


@pytest.mark.parametrize("seconds", [2, 30, 119, 600])
async def test_a_machine_that_slept_never_sends_again(tmp_path: Path, seconds: float) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        await trader.waits(5)
        trader.clock.sleeps_for(seconds)
        await trader.waits(10)
        assert reason(trader) == "this machine slept"
        assert trader.desk.send_again(buy.intent_id) is not None
        assert len(trader.server.sent) == 1


@pytest.mark.parametrize("seconds", [3600, -3600, -0.5])
async def test_a_clock_that_jumped_expires_the_key_for_good(tmp_path: Path, seconds: float) -> None:
    async with trader_at_desk(tmp_path) as trader:
        await is_unknown(trader)
        await trader.waits(5)
        trader.clock.set_wall(trader.clock.now().wall + seconds)
        await trader.waits(2)
        # and putting the clock right again does not bring the key back
        trader.clock.set_wall(trader.clock.now().wall - seconds)
        await trader.waits(10)
        assert "clock" in reason(trader)


async def test_after_it_went_again_the_looking_begins_anew(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        buy = await is_unknown(trader)
        await trader.waits(25)
        trader.server.answers = [CUT]
        assert trader.desk.send_again(buy.intent_id) is None
        await trader.waits(28)
        assert trader.state(buy) is S.UNKNOWN
        await trader.waits(4)
        assert trader.state(buy) is S.FOUND_NOT_FILLED


async def test_a_locked_desk_sends_nothing_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        await trader.waits(11)
        trader.desk.lock("you locked it")
        assert "locked" in (trader.desk.send_again(buy.intent_id) or "")
        assert trader.desk.unlock() is None
        trader.desk.kill("enough")
        assert "enough" in (trader.desk.send_again(buy.intent_id) or "")
        assert len(trader.server.sent) == 1


async def test_nobody_decides_about_an_order_that_is_on_its_way_again(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = await is_unknown(trader)
        await trader.waits(11)
        trader.server.answers = [CUT]
        assert trader.desk.send_again(buy.intent_id) is None
        assert "on its way again" in (await trader.desk.resolve(buy.intent_id, None) or "")
        await trader.settles()
        assert await trader.desk.resolve(buy.intent_id, None) is None
        assert trader.desk.send_again(buy.intent_id) is not None
        assert trader.desk.doubts() == ()


async def test_what_the_screen_is_told(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.holds = ()
        await is_unknown(trader)
        await trader.waits(6)
        (doubt,) = trader.desk.doubts()
        assert doubt.sent_wall == trader.store.intents[doubt.record.intent.intent_id].story[1].wall
        assert doubt.looked[0] == "12:00:00 positions: no new buy 0.10 EURUSD"
        assert "12:00:05 history: no deal of it" in doubt.looked
        assert doubt.candidates == ()


@pytest.mark.parametrize("kind", ["close", "everything"])
async def test_a_close_that_was_refused_may_be_tried_again_at_once(tmp_path: Path, kind: str) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        refused = Rejected(10004, "requote")

        def drafts() -> Intent:
            if kind == "close":
                return trader.drafts_close(LONG.ticket, str(LONG.volume), str(LONG.volume))
            return CloseAllIntent(trader.desk.new_intent_id(), (LONG.ticket,))

        trader.server.answers = [refused, Placed(10008)]
        first = trader.submits(drafts())
        await trader.settles()
        assert trader.state(first) is IntentState.REJECTED
        second = trader.submits(drafts())
        await trader.settles()
        assert trader.state(second) is IntentState.PLACED
        assert trader.is_stopped(drafts()).sentence.startswith("The same order was sent"), (
            "that one may be done"
        )


async def test_everything_is_another_order_once_other_positions_are_held(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (LONG.ticket,)))
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (LONG.ticket, 8)))


async def test_an_opening_that_was_refused_waits_like_any_other(tmp_path: Path) -> None:
    """A held key would go on until one is taken."""
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Rejected(10004, "requote")]
        trader.submits(trader.drafts_buy())
        await trader.settles()
        assert trader.is_stopped(trader.drafts_buy()).sentence.startswith("The same order was sent")


async def test_an_order_on_its_way_is_named_before_another_of_its_symbol(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.server.answers = [Placed(10008)]
        trader.is_honest, trader.holds = False, ()
        trader.submits(trader.drafts_buy())
        await trader.waits(4)
        trader.sees_price()
        warned = trader.desk.problems(trader.drafts_buy("0.30"))
        assert [one.sentence for one in warned] == ["On its way already, and not known yet: Buy 0.10 EURUSD."]
        assert not any(one.blocks for one in warned)
