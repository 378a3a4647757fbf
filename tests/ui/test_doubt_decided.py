"""A close whose outcome is not known: the trader may say that it was done, done in part, or not."""

from decimal import Decimal

from tests.ui.still_desk import a_desk
from tests.ui.test_doubt import in_doubt, looks, opens, words
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.sides import Side

D = Decimal
CLOSE = CloseIntent("bbbbbbbb-0000-4000-8000-000000000004", 7, "EURUSD", Side.BUY, D("0.05"), D("0.10"))


async def test_of_a_close_it_can_be_said_that_it_was_done() -> None:
    async with a_desk(size=(80, 24)) as desk:
        in_doubt(desk.backend, CLOSE, state=IntentState.AMBIGUOUS)
        await opens(desk)
        assert "treat as not sent" not in desk.text()
        for row in ("it was done ...", "it was not done ..."):
            assert row in desk.text()
        await desk.presses("down", "down", "enter")
        await looks(desk)
        assert "Close 0.05 of 0.10 EURUSD, ticket 7 was done. Enter decides, escape goes back." in words(desk)
        assert desk.backend.desk.said_done == []
        await desk.presses("enter")
        assert desk.backend.desk.said_done == [CLOSE.intent_id]


async def test_of_a_close_done_in_part_just_that_can_be_said() -> None:
    async with a_desk(size=(80, 24)) as desk:
        in_doubt(desk.backend, CLOSE, state=IntentState.AMBIGUOUS, differences=("0.01 of 0.05",))
        await opens(desk)
        assert "it was done so: 0.01 of 0.05 ..." in desk.text()
        await desk.presses("down", "down", "enter")
        await looks(desk)
        assert "ticket 7 was done: 0.01 of 0.05. Enter decides, escape goes back." in words(desk)
        await desk.presses("enter")
        assert desk.backend.desk.said_done_so == [CLOSE.intent_id]


async def test_and_that_it_was_not() -> None:
    async with a_desk(size=(80, 24)) as desk:
        in_doubt(desk.backend, CLOSE, state=IntentState.AMBIGUOUS)
        await opens(desk)
        await desk.presses("down", "down", "down", "enter")
        await looks(desk)
        assert "ticket 7 was not done. Enter decides, escape goes back." in words(desk)
        await desk.presses("enter")
        assert desk.backend.desk.resolved == [(CLOSE.intent_id, None)]
