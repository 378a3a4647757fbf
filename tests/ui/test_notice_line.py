"""The line of the latest message: what is loud stays readable, though something quieter comes right after."""

import pytest

from tests.ui.still_desk import a_desk
from xbtfx_tui.domain.events import Loudness, Said
from xbtfx_tui.ui.dialogs.message import MessageDialog
from xbtfx_tui.ui.panes.bottom_lines import HELD_FOR, message_to_show

L = Loudness


def said(wall: float, loudness: Loudness) -> Said:
    return Said(wall, loudness, f"{loudness.value} at {wall:g}")


@pytest.mark.parametrize(
    ("messages", "now", "shown"),
    [
        ([], 100.0, None),
        ([said(100, L.ERROR), said(100, L.INFO)], 101.0, said(100, L.ERROR)),
        ([said(100, L.ERROR), said(100, L.INFO)], 100.0 + HELD_FOR[L.ERROR] + 0.1, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.ERROR)], 102.0, said(101, L.ERROR)),
        ([said(100, L.ERROR), said(101, L.GOOD)], 102.0, said(101, L.GOOD)),
        ([said(100, L.GOOD), said(100, L.INFO)], 100.0, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.WARNING), said(102, L.INFO)], 103.0, said(100, L.ERROR)),
    ],
)
def test_what_is_shown(messages: list[Said], now: float, shown: Said | None) -> None:
    assert message_to_show(messages, now) == shown


LONG = "1 of 3 positions trail now. Position 184733 is not open any more, so that nothing can be done for it."
SIZES = [(60, 20), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
async def test_an_answer_that_does_not_fit_is_whole_in_messages_and_the_line_says_where(
    size: tuple[int, int],
) -> None:
    async with a_desk(size=size) as desk:
        desk.screen.commanding._tell(LONG)
        await desk.sees_a_frame()
        line = desk.text().splitlines()[-2]
        assert line.startswith("! 1 of 3 positions trail now.")
        assert line.endswith("… 7 shows all")
        await desk.presses("7", "enter")
        assert isinstance(desk.app.screen, MessageDialog)
        assert desk.app.screen.page().plain == LONG


async def test_an_answer_given_again_is_kept_once_and_one_that_fits_is_not_kept() -> None:
    async with a_desk(size=(80, 24), keys={"pane.messages": "M"}) as desk:
        before = len(desk.backend.store.messages)
        for _ in range(3):
            desk.screen.notice.answer(LONG)
        desk.screen.notice.answer("Short.")
        assert [said.text for said in desk.backend.store.messages][before:] == [LONG]
        desk.screen.notice.answer(LONG)
        await desk.sees_a_frame()
        assert desk.text().splitlines()[-2].endswith("… M shows all")


async def test_an_answer_that_fits_at_120_stays_a_hint() -> None:
    async with a_desk(size=(120, 34)) as desk:
        before = len(desk.backend.store.messages)
        desk.screen.notice.answer(LONG)
        await desk.sees_a_frame()
        assert len(desk.backend.store.messages) == before
        assert LONG in desk.text()


async def test_the_line_of_keys_names_a_remapped_key() -> None:
    async with a_desk(keys={"trade.buy": "B"}) as desk:
        assert desk.text().splitlines()[-1].startswith("B buy  s sell")
