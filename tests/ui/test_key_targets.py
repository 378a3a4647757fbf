"""What a letter acts on: the row that has the keys, or what the one symbol of the screen comes to."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import hold_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import positions
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket

EURUSD_LONG, XAUUSD_SHORT, PENDING = 184729, 184733, 184751


def title(desk: Desk) -> str:
    return str(desk.app.screen.query_one("#frame").border_title)


async def test_where_one_symbol_is_shown_its_only_position_is_meant() -> None:
    async with a_desk() as desk:
        await desk.presses("1", "home", "c")
        assert isinstance(desk.app.screen, CloseTicket)
        assert f"ticket {EURUSD_LONG}" in title(desk)


async def test_several_positions_of_it_are_told_apart_first() -> None:
    async with a_desk() as desk:
        held = positions()
        again = replace(held[0], ticket=184799, volume=Decimal("0.10"))
        hold_only(desk.backend.store, *held, again)
        await desk.presses("1", "home", "c")
        assert desk.app.screen is desk.screen
        assert "EURUSD has 2 positions: choose one in Positions (4)." in desk.text()


@pytest.mark.parametrize("key", ["c", "e", "t", "r", "y"])
async def test_a_pending_order_is_no_position(key: str) -> None:
    async with a_desk() as desk:
        await desk.presses("5", key)
        assert desk.app.screen is desk.screen
        assert f"Order {PENDING} is pending: only its stops can be changed." in desk.text()


async def test_a_pending_order_has_its_stops_changed() -> None:
    async with a_desk() as desk:
        await desk.presses("5", "m")
        assert isinstance(desk.app.screen, ModifyTicket)
        assert f"ticket {PENDING}" in title(desk)


@pytest.mark.parametrize("key", ["c", "m", "e", "t", "r", "y"])
async def test_a_message_is_no_position(key: str) -> None:
    async with a_desk() as desk:
        await desk.presses("7", key)
        assert desk.app.screen is desk.screen
        assert "A message is no position: choose one in Positions (4)." in desk.text()


async def test_on_positions_a_ticket_is_of_the_symbol_of_the_row() -> None:
    async with a_desk() as desk:
        await desk.presses("1", "home", "4", "home", "down", "b")
        assert isinstance(desk.app.screen, OrderTicket)
        assert title(desk).startswith("BUY XAUUSD")
