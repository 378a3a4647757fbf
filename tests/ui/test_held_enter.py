"""A held enter sends nothing, on each pane and over each dialog, and a pane does what one press does."""

import os
from collections.abc import Mapping
from itertools import cycle

import pytest

from tests.ui.held_key import DELAYS, holds
from tests.ui.looks import A_LOOK
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, still_backend
from tests.ui.test_doubt import in_doubt
from tests.ui.test_keys_over_dialogs import DIALOGS
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

PANES: Mapping[str, str] = {
    "1": "quotes",
    "2": "depth",
    "3": "chart",
    "4": "positions",
    "5": "orders",
    "6": "history",
    "7": "messages",
}
TYPED: Mapping[str, str] = {
    "BatchDialog": "close",
    "CloseAllDialog": "close",
    "CloseSymbolDialog": "close",
    "TypedWord": "word",
    "OrderTicket": "1",
    "ModifyTicket": "9",
    "NewAlert": "> 1.2",
    "CommandBar": "close all",
    "TrailDialog": "15p",
}
"""What is typed before the enter that is held, so that there is something to be sent."""
HELD_SECONDS = float(os.environ.get("HELD_SECONDS", "4"))
"""In the long run; HELD_SECONDS=60 for a minute of each."""


async def on_a_pane(desk: Desk, pane: str, delay: float, seconds: float) -> None:
    """One press there, and what it leads to; then the same held."""
    await desk.presses(pane)
    desk.backend.clock.at += A_LOOK
    opened: set[type] = set()

    def looks() -> None:
        assert sent(desk) == 0
        opened.update(type(screen) for screen in desk.app.screen_stack[2:])

    await holds(desk, delay, seconds, watches=looks)
    assert len(opened) <= 1, f"{PANES[pane]}: {opened}"
    desk.backend.clock.at += A_LOOK
    while not isinstance(desk.app.screen, TradingScreen):
        await desk.presses("escape")


def sent(desk: Desk) -> int:
    backend = desk.backend
    return len(backend.desk.taken) + len(backend.desk.sent_again) + len(backend.trails.on)


async def over_a_dialog(desk: Desk, kind: type, delay: float, seconds: float) -> None:
    """Held as the dialog comes up, nothing is sent; once it was looked at, what one press sends."""
    dialog = DIALOGS[kind](desk)
    await desk.app.push_screen(dialog)
    await desk.pilot.pause()
    typed = TYPED.get(kind.__name__, "")
    if typed and isinstance(dialog.focused, FieldInput):
        dialog.focused.rewrite(typed)
    before = sent(desk)

    def looks() -> None:
        assert sent(desk) == before, kind

    await holds(desk, delay, seconds, watches=looks)
    desk.backend.clock.at += A_LOOK
    await holds(desk, delay, seconds, watches=lambda: None)
    assert sent(desk) <= before + 1, kind
    desk.backend.clock.at += A_LOOK
    while not isinstance(desk.app.screen, TradingScreen):
        await desk.presses("escape")


def a_backend() -> StillBackend:
    backend = still_backend()
    in_doubt(backend, resend=AgainNow(48))
    return backend


async def test_on_each_pane() -> None:
    async with a_desk() as desk:
        for pane, delay in zip(PANES, cycle(DELAYS)):
            await on_a_pane(desk, pane, delay, delay + 0.7)


async def test_over_each_dialog() -> None:
    async with a_desk(a_backend()) as desk:
        for kind, delay in zip(DIALOGS, cycle(DELAYS)):
            await over_a_dialog(desk, kind, delay, delay + 0.7)


@pytest.mark.long
@pytest.mark.parametrize("delay", DELAYS)
async def test_on_each_pane_for_long(delay: float) -> None:
    async with a_desk() as desk:
        for pane in PANES:
            await on_a_pane(desk, pane, delay, delay + HELD_SECONDS)


@pytest.mark.long
@pytest.mark.parametrize("delay", DELAYS)
async def test_over_each_dialog_for_long(delay: float) -> None:
    async with a_desk(a_backend()) as desk:
        for kind in DIALOGS:
            await over_a_dialog(desk, kind, delay, delay + HELD_SECONDS)
