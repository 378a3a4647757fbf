"""An order dialog leaves the chart in sight where there is room, and the chart shows where its stops go."""

import pytest
from textual.geometry import Region

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.dialogs.beside_chart import classes_beside


def frame_of(desk: Desk) -> Region:
    return desk.app.screen.query_one("#frame").region


@pytest.mark.parametrize("size", [(120, 34), (200, 50), (240, 70)])
async def test_a_ticket_covers_nothing_of_the_chart(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses("b")
        await desk.pilot.pause()
        assert not frame_of(desk).overlaps(desk.screen.chart.region)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_without_that_room_it_stands_as_every_other(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses("b")
        await desk.pilot.pause()
        frame = frame_of(desk)
        assert abs(frame.x - (size[0] - frame.right)) <= 1


async def test_the_chart_shows_the_stops_of_the_ticket_and_forgets_them_with_it() -> None:
    async with a_desk(size=(200, 50)) as desk:
        await desk.presses("b", "tab", *"1.0820")
        await desk.pilot.pause()
        await desk.sees("sl 1.08200")
        await desk.presses("escape")
        await desk.sees_it_all()
        assert "sl 1.08200" not in desk.text()


@pytest.mark.parametrize(
    ("chart", "classes"),
    [
        (Region(102, 2, 68, 30), {"-left"}),
        (Region(75, 2, 68, 30), {"-left", "-narrow"}),
        (Region(0, 2, 100, 30), {"-right"}),
        (Region(54, 2, 140, 30), set()),
    ],
)
def test_the_larger_side_is_taken(chart: Region, classes: set[str]) -> None:
    assert classes_beside(chart, 200) == classes
