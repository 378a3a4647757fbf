"""The command line with hundreds of positions: keys first, the preview after them, and never an old one."""

import asyncio
import time

import pytest
from msgspec.structs import replace

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from tests.ui.test_command_bar import says, types
from xbtfx_tui.commands.command_types import Command
from xbtfx_tui.domain.store_events import PositionsRead
from xbtfx_tui.planning.plan_types import Plan, Planned
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_bar import PLANNED_AT_ONCE, PREVIEW_SECONDS

COMING = "being worked out"


def a_full_account(count: int = 200) -> StillBackend:
    backend = still_backend()
    kinds = positions()
    more = (replace(kinds[n % len(kinds)], ticket=40_000_000 + n) for n in range(count - len(kinds)))
    backend.store.apply(PositionsRead((*kinds, *more), backend.store.mark()))
    return backend


def planned_by(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Command]:
    """The commands that are planned from now on."""
    commands: list[Command] = []
    commanding = desk.screen.commanding
    plan = commanding.plan

    def noted(command: Command) -> Planned:
        commands.append(command)
        return plan(command)

    monkeypatch.setattr(commanding, "plan", noted)
    return commands


async def test_a_line_typed_in_a_burst_is_planned_once_its_keys_are_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_desk(a_full_account()) as desk:
        planned = planned_by(desk, monkeypatch)
        began = time.monotonic()
        await types(desk, ":close losers EUR*")
        await meant(desk)
        assert len(planned) <= 1 + (time.monotonic() - began) / PREVIEW_SECONDS
        assert "EURUSD" in says(desk) or "positions" in says(desk)


async def test_what_another_line_came_to_is_not_left_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(a_full_account()) as desk:
        await types(desk, ":close all")
        await meant(desk)
        assert says(desk).startswith("Close 200 positions")
        planned = planned_by(desk, monkeypatch)
        desk.app.simulate_key("backspace")
        for key in "ll half":
            desk.app.simulate_key("space" if key == " " else key)
        await desk.sees_a_frame()
        if not planned:
            assert not says(desk).startswith("Close 200 positions at market")


async def test_enter_asks_about_the_line_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(a_full_account()) as desk:
        await types(desk, ":close losers", "enter")
        dialog = desk.app.screen
        assert isinstance(dialog, BatchDialog)
        shown = dialog._shown
        assert isinstance(shown, Plan)
        assert shown.steps
        assert all(step.profit is not None and step.profit < 0 for step in shown.steps)


async def test_a_few_positions_are_planned_with_the_key() -> None:
    async with a_desk(a_full_account(PLANNED_AT_ONCE)) as desk:
        await types(desk, ":close all")
        assert says(desk).startswith("Close 20 positions")


async def meant(desk: Desk) -> None:
    async with asyncio.timeout(10):
        while COMING in says(desk) or not says(desk).strip():
            await desk.sees_a_frame()
