"""A terminal window that is dragged about: no size breaks the screen, and the last one is drawn right."""

from random import Random

import pytest

from tests.ui.still_desk import a_desk
from tests.ui.still_life import still_backend
from tests.ui.still_variants import VARIANTS
from xbtfx_tui.domain.store_events import TradingLocked
from xbtfx_tui.ui.screens.trading_panes import LEAST_HEIGHT, LEAST_WIDTH

pytestmark = pytest.mark.usefixtures("every_frame_is_painted")

SOME, MANY = 15, 50
PANES = "1234567"


@pytest.mark.parametrize("sizes", [SOME, pytest.param(MANY, marks=pytest.mark.long)])
async def test_a_storm_of_sizes_leaves_the_screen_as_if_it_had_always_been_that_size(sizes: int) -> None:
    luck = Random(2)
    wide = VARIANTS["wide"]
    async with a_desk(still_backend(wide.fill), watchlist=wide.watchlist) as desk:
        for _ in range(sizes):
            width, height = luck.randint(40, 240), luck.randint(10, 70)
            desk.app.simulate_key(luck.choice([*PANES, "tab", "z"]))
            await desk.pilot.resize_terminal(width, height)
            lines = desk.text().split("\n")
            assert len(lines) == height
            assert all(len(line) <= width for line in lines)
            fits = width >= LEAST_WIDTH and height >= LEAST_HEIGHT
            assert ("is too small" in desk.text()) is not fits
            assert ("PAPER" in desk.text()) is fits
        for size in ((80, 24), (120, 34), (60, 20)):
            await desk.pilot.resize_terminal(*size)
            await desk.presses("1")
            desk.screen.panes_layout.zoomed = False
            desk.screen.panes_layout.recent = []
            desk.screen.focus_pane("quotes")
            await desk.sees_it_all()
            async with a_desk(still_backend(wide.fill), size=size, watchlist=wide.watchlist) as calm:
                await calm.sees_it_all()
                assert desk.text() == calm.text(), size


async def test_a_dialog_stays_whole_through_every_size() -> None:
    luck = Random(3)
    async with a_desk() as desk:
        await desk.pilot.press("b")
        for _ in range(6):
            width, height = luck.randint(LEAST_WIDTH, 240), luck.randint(LEAST_HEIGHT, 70)
            await desk.pilot.resize_terminal(width, height)
            seen = desk.text()
            for words in ("BUY EURUSD", "volume", "comment", "free after", "enter reviews"):
                assert words in seen, (width, height, seen)


@pytest.mark.parametrize("size", [(30, 8), (60, 9)])
async def test_a_review_that_a_smaller_terminal_has_put_out_of_sight_sends_nothing(
    size: tuple[int, int],
) -> None:
    async with a_desk(size=(80, 24)) as desk:
        await desk.pilot.press("b", *"0.10", "enter")
        await desk.pilot.resize_terminal(*size)
        is_all_there = "Enter sends" in desk.text()
        await desk.confirms()
        assert bool(desk.backend.desk.taken) is is_all_there
        if not is_all_there:
            await desk.pilot.resize_terminal(80, 24)
            await desk.confirms()
            assert len(desk.backend.desk.taken) == 1


async def test_what_can_not_be_seen_is_not_acted_on() -> None:
    async with a_desk(size=(40, 10)) as desk:
        await desk.presses("b")
        await desk.confirms()
        await desk.presses("colon")
        assert desk.app.screen is desk.screen
        assert "40x10 is too small: 60x20 at least. q" in desk.text()
        await desk.presses("ctrl+l")
        assert isinstance(desk.backend.store.trading, TradingLocked)
