"""What is struck right after an escape, in one packet of a slow line, is for what that escape leaves."""

import pytest
from textual import events

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.domain.store_events import TradingCloseOnly
from xbtfx_tui.ui.dialogs.close_all_dialog import CloseAllDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

SIZES = [(80, 24), (120, 34)]


def top(desk: Desk) -> object:
    return desk.app.screen


async def strikes(desk: Desk, *keys: str) -> None:
    """All in one packet: each is there before the first is handled."""
    for key in keys:
        desk.app.post_message(events.Key(key, "\x1b" if key == "escape" else key if len(key) == 1 else None))
    for _ in range(4):
        await desk.sees_a_frame()


@pytest.mark.parametrize("size", SIZES)
async def test_the_kill_switch_stays_up(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await strikes(desk, "escape", "X")
        assert isinstance(top(desk), CloseAllDialog), "the escape before it is not for it"
        assert isinstance(desk.backend.store.trading, TradingCloseOnly)
        await strikes(desk, "escape")
        assert isinstance(top(desk), TradingScreen), "the one after it is"


async def test_the_kill_switch_and_its_word_in_one_packet_after_an_escape() -> None:
    async with a_desk() as desk:
        await strikes(desk, "escape", "X", *"close")
        assert isinstance(top(desk), CloseAllDialog)
        assert desk.app.screen.query_one(FieldInput).value == "close"


async def test_from_the_command_line_it_is_the_kill_switch_and_no_letter() -> None:
    async with a_desk() as desk:
        await desk.presses(":", *"pos")
        await strikes(desk, "escape", "X")
        assert isinstance(top(desk), CloseAllDialog)
        assert isinstance(desk.backend.store.trading, TradingCloseOnly)


async def test_a_letter_after_the_escape_is_no_text_of_what_it_leaves() -> None:
    async with a_desk() as desk:
        await desk.presses(":", *"pos")
        await strikes(desk, "escape", "b")
        assert isinstance(top(desk), OrderTicket)


async def test_without_an_escape_a_letter_is_text_still() -> None:
    async with a_desk() as desk:
        await desk.presses(":")
        await strikes(desk, *"posX")
        assert isinstance(top(desk), CommandBar)
        assert "posX" in desk.text()
