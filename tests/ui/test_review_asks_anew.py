"""An order under review that becomes another one: it has to be seen as long as the first, and in full."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import Widget

from tests.ui.looks import A_LOOK
from tests.ui.trader import LONG, SHORT, a_trader, ready_backend
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.ui.dialogs.review_line import ReviewLine


async def test_a_review_that_could_not_be_sent_is_another_question_once_it_can() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.reviews()
        trader.waits(6)
        await trader.until(lambda: "Enter or escape goes back" in trader.reads("review"))
        trader.sees_quote(1.08201, 1.08213)
        await trader.until(lambda: "Enter sends" in trader.reads("review"))
        await trader.presses("enter")
        assert trader.sent == []
        assert trader.is_reviewing
        trader.waits(A_LOOK)
        await trader.confirms()
        assert len(trader.sent) == 1


async def test_a_risk_that_comes_to_many_more_lots_under_review_is_another_question() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"1%", "tab", *"1.07913")
        await trader.reviews()
        assert "Buy 0.33 EURUSD" in trader.reads("review")
        trader.sees_quote(1.07941, 1.07953)
        await trader.until(lambda: "Buy 2.50 EURUSD" in trader.reads("review"))
        await trader.presses("enter")
        assert trader.sent == []
        trader.waits(A_LOOK)
        await trader.confirms()
        assert len(trader.sent) == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_review_with_all_its_warnings_is_in_sight_to_its_last_word(size: tuple[int, int]) -> None:
    async with a_trader(ready_backend(MarginMode.NETTING), size=size) as trader:
        trader.holds(replace(LONG, tp=Decimal("1.09")))
        await trader.opens_ticket("buy")
        await trader.bursts(*"100%", "tab", *"30p", "tab", *"2r", "tab", *"breakout of the range 12345")
        await trader.reviews()
        review = trader.app.screen.query_one("#review")
        frame = trader.app.screen.query_one("#frame")
        for words in ("Netting: adds", "Enter sends", "Not enough free margin", "its sl 1.07500 becomes"):
            assert words in trader.reads("review")
        assert frame.region.contains_region(review.region), (frame.region, review.region)
        assert frame.max_scroll_y == 0


async def test_what_netting_makes_of_an_order_under_review_is_another_question_once_that_changes() -> None:
    async with a_trader(ready_backend(MarginMode.NETTING)) as trader:
        trader.holds(SHORT)
        await trader.opens_ticket("buy", volume="0.30")
        await trader.reviews()
        assert "Netting: closes the sell 0.30." in trader.reads("review")
        trader.holds(replace(SHORT, volume=Decimal("0.05")))
        await trader.until(lambda: "leaves a buy 0.25" in trader.reads("review"))
        await trader.presses("enter")
        assert trader.sent == []
        trader.waits(A_LOOK)
        await trader.confirms()
        assert len(trader.sent) == 1


async def test_a_review_that_has_no_place_yet_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine its words may be there before the screen is laid out with them."""
    missed: list[Widget] = []

    def finds(screen: Screen[object], widget: Widget) -> Any:
        missed.append(widget)
        raise NoWidget("not in the layout")

    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.reviews()
        line = trader.app.screen.query_one(ReviewLine)
        with monkeypatch.context() as busy:
            busy.setattr(Screen, "find_widget", finds)
            line._come_up()
            assert missed == [line]
        await trader.confirms()
        assert len(trader.sent) == 1
