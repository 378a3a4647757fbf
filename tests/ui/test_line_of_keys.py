"""The line of keys where it is narrow: what a newcomer needs stays, what does not work now goes first; and
the keys by which a newcomer leaves.
"""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import hold_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from tests.ui.test_doubt import in_doubt
from xbtfx_tui.domain.store_events import TradingChanged, TradingLocked
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket


def keys(desk: Desk) -> str:
    return desk.text().splitlines()[-1].strip()


def locked() -> StillBackend:
    backend = still_backend()
    backend.store.apply(TradingChanged(TradingLocked("every run begins so")))
    return backend


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_what_unlocks_and_what_helps_are_there_at_every_width(size: tuple[int, int]) -> None:
    backend = locked()
    in_doubt(backend)
    async with a_desk(backend, size=size) as desk:
        await desk.presses("4")
        assert "u unknown" in keys(desk)
        assert "ctrl+l unlock" in keys(desk)
        assert "? help" in keys(desk)


async def test_a_newcomer_at_80_columns_sees_how_to_leave_and_a_trader_what_to_do() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await desk.presses("4")
        assert "c close  m stops" in keys(desk)
        hold_only(desk.backend.store)
        await desk.sees_a_frame()
        assert "m stops" not in keys(desk)
        assert keys(desk).endswith("? help  q quit")


async def test_a_long_name_leaves_the_help_and_its_ticket() -> None:
    backend = still_backend()
    in_doubt(backend)
    ticket = 10_006_293_775
    long = replace(positions()[0], ticket=ticket, symbol="US_TECHNOLOGY_100_INDEX_CASH_FUT")
    hold_only(backend.store, long)
    async with a_desk(backend, size=(60, 20)) as desk:
        await desk.presses("4")
        assert keys(desk) == f"#{ticket}:  u unknown  ? help"


async def test_ctrl_c_says_how_to_leave() -> None:
    async with a_desk(keys={"program.quit": "Q"}) as desk:
        await desk.presses("ctrl+c")
        await desk.sees("Q quits, ? shows every key.")


async def test_ctrl_q_asks_once_what_q_asks() -> None:
    async with a_desk() as desk:
        desk.backend.trails.start(positions()[0].ticket, Decimal(15))
        await desk.presses("b", "ctrl+q", "ctrl+q")
        assert [type(screen) for screen in desk.app.screen_stack[2:]] == [OrderTicket, YesNo]
        assert "1 trailing stop stands still" in desk.text()
        assert desk.app.return_value is None
