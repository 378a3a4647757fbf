"""Several charts: one has the keys, and what is done is about its symbol alone."""

import pytest

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.layout.layout_types import Box, PlacedSlot
from xbtfx_tui.ui.screens.chart_wall import slots_of_charts

BODY = Box(0, 0, 161, 41)


def on_screen(desk: Desk) -> list[str | None]:
    return [chart.symbol for chart in desk.screen.wall.charts if chart.display]


async def test_letters_are_about_the_chart_with_the_keys() -> None:
    async with a_desk(size=(160, 44)) as desk:
        await desk.presses("3", "L")
        assert on_screen(desk) == ["EURUSD", "GBPUSD"]
        await desk.presses("tab", "comma", *"1h", "enter")
        first, second = desk.screen.wall.charts[:2]
        assert (first.view.timeframe, second.view.timeframe) == (Timeframe.TEN_SECONDS, Timeframe.HOUR)
        assert desk.line("GBPUSD").startswith("GBPUSD:"), "the line of keys says what on"
        await desk.presses("b")
        assert isinstance(desk.app.screen, OrderTicket)
        assert "BUY GBPUSD" in desk.text()
        await desk.presses("escape", "shift+tab", "s")
        assert "SELL EURUSD" in desk.text()
        await desk.presses("escape", "L")
        assert on_screen(desk) == ["EURUSD", "GBPUSD", "USDJPY", "XAUUSD"]
        await desk.presses("tab", "tab", "tab", "tab")
        assert desk.screen.shown == "positions", "behind the last one comes the next pane"


async def test_the_chart_with_the_keys_is_the_one_that_stays() -> None:
    async with a_desk(size=(160, 44)) as desk:
        await desk.presses("colon", *"chart", "space", "3", "space", *"BTCUSD", "space", *"15", "enter")
        assert on_screen(desk) == ["EURUSD", "GBPUSD", "BTCUSD", "USDJPY"]
        assert "Chart 3 BTCUSD 15 min" in desk.text()
        assert desk.screen.chart is desk.screen.wall.charts[2]
        await desk.presses("z")
        assert on_screen(desk) == ["BTCUSD"]
        assert "3 Chart BTCUSD" in desk.text(), "there is no second one to count it from"
        await desk.presses("b")
        assert "BUY BTCUSD" in desk.text()
        await desk.presses("escape")
        await desk.pilot.resize_terminal(120, 34)
        await desk.presses("L", "L")
        assert "Several charts take a terminal of 160x40: this one has 120x34." in desk.text()
        assert on_screen(desk) == ["BTCUSD"]
        await desk.presses("escape", "colon", *"chart", "space", "2", "space", *"EURUSD")
        assert "as chart 2" not in desk.text(), "it is not promised while it is typed"
        assert "Several charts take" in desk.text()
        await desk.presses("escape", "escape")
        await desk.presses("1", "down")
        assert on_screen(desk) == [desk.screen.symbol], "alone it follows what is selected"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_charts_fill_their_slot_and_none_lies_over_another(count: int) -> None:
    alone = PlacedSlot(("chart", "depth"), "chart", BODY, is_beside=False, is_followed=False)
    parts = [slot.box for slot in slots_of_charts(alone, count)]
    cells = [
        (x, y)
        for box in parts
        for x in range(box.x, box.x + box.width)
        for y in range(box.y, box.y + box.height)
    ]
    assert len(parts) == count
    assert len(set(cells)) == len(cells) == BODY.width * (BODY.height - (count > 1)), "but for the tabs"
