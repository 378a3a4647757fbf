"""An order that takes long has a place on screen, before anybody has to decide anything about it."""

from msgspec.structs import replace

from tests.ui.still_desk import a_desk
from tests.ui.still_life import WALL
from tests.ui.test_doubt import BUY, in_doubt, looks, opens, words
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.store_events import IntentMoved
from xbtfx_tui.orders.unknown_orders import OnItsWay
from xbtfx_tui.ui.screens.trading_screen import TradingScreen


def on_its_way(seconds: float, *looked: str) -> OnItsWay:
    line = StoryLine(WALL - seconds, IntentState.PLACED, "Accepted, the server says that it is done.")
    return OnItsWay(IntentRecord(BUY, IntentState.PLACED, (line,)), WALL - seconds, seconds, looked)


async def test_u_says_that_an_order_has_just_been_sent() -> None:
    async with a_desk() as desk:
        desk.backend.desk.sent = (on_its_way(0.3),)
        await desk.presses("u")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "An order has just been sent: the answer is awaited." in desk.text()
        assert "ON ITS WAY" not in desk.text(), "an ordinary order flashes no badge"


async def test_an_order_that_is_still_being_checked_is_counted_and_shown() -> None:
    async with a_desk(size=(80, 24)) as desk:
        desk.backend.desk.sent = (on_its_way(12, "10:15:20 positions: near: 0.04 of 0.10 (ticket 11)"),)
        desk.backend.store.apply(IntentMoved(desk.backend.desk.sent[0].record))
        await desk.sees_a_frame()
        assert " 1 ON ITS WAY " in desk.text().splitlines()[0]
        await opens(desk)
        assert "ON ITS WAY" in desk.text()
        assert "Buy 0.10 EURUSD, sl 1.07910 at about 1.08221" in desk.text()
        assert "0.04 of 0.10 (ticket 11)" in words(desk)
        assert "> keep watching" in desk.text()
        assert "treat as not sent" not in desk.text(), "there is nothing to decide yet"
        in_doubt(desk.backend)
        desk.backend.desk.sent = ()
        await looks(desk)
        assert "UNKNOWN" in desk.text(), "the same order, in doubt by now"


async def test_an_order_that_waits_for_another_is_not_on_its_way_and_can_be_kept_back() -> None:
    async with a_desk(size=(80, 24)) as desk:
        waits = replace(on_its_way(3), sent_wall=None)
        desk.backend.desk.sent = (waits,)
        await desk.sees_a_frame()
        assert "ON ITS WAY" not in desk.text()
        await opens(desk)
        assert "NOT SENT YET" in desk.text()
        await desk.pilot.press("down", "enter")
        await looks(desk)
        assert desk.backend.desk.withdrawn == [BUY.intent_id]


async def test_what_the_trader_decided_is_not_called_known() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend)
        await opens(desk)
        line = StoryLine(WALL, IntentState.FOUND_NOT_FILLED, "You decided so.", decider=Decider.TRADER)
        desk.backend.store.apply(IntentMoved(IntentRecord(BUY, IntentState.FOUND_NOT_FILLED, (line,))))
        desk.backend.desk.in_doubt = []
        await looks(desk)
        assert "AS YOU DECIDED" in desk.text()
        assert "OUTCOME KNOWN" not in desk.text()


async def test_a_position_that_is_gone_again_can_be_said_to_have_been_its_work() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend, state=IntentState.AMBIGUOUS)
        desk.backend.desk.in_doubt = [replace(desk.backend.desk.in_doubt[0], gone=(15,))]
        await opens(desk)
        assert "it became 15, not among the positions now" in desk.text()
        await desk.pilot.press("down", "enter")
        await looks(desk)
        assert "became position 15" in words(desk)
        await desk.pilot.press("enter")
        await looks(desk)
        assert desk.backend.desk.resolved == [(BUY.intent_id, 15)]
