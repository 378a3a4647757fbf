"""Whoever waits for a screen by a pilot waits for the keys that have not had their turn yet, too, and for the
question that they brought up to be painted: nobody answers what they can't see.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from textual.pilot import Pilot

from tests.patience import PATIENCE
from xbtfx_tui.ui.dialogs.confirm_guard import ConfirmGuard
from xbtfx_tui.ui.terminal.key_turns import key_turns_of


def waits_for_keys(pilot: Pilot[Any]) -> None:
    """Have this pilot do so."""
    for_screen = pilot._wait_for_screen

    async def for_keys_and_screen(*args: float) -> bool:
        async with asyncio.timeout(PATIENCE):
            await key_turns_of(pilot.app).all_had()
        processed = await for_screen(*args)
        async with asyncio.timeout(PATIENCE):
            while processed and any(guard.is_unseen for guard in _guards(pilot)):
                pilot.app.screen._on_timer_update()  # as the pilot does after a pause
                await asyncio.sleep(0.001)
        return processed

    pilot._wait_for_screen = for_keys_and_screen  # type: ignore[method-assign, assignment] # it, and more


def _guards(pilot: Pilot[Any]) -> Iterator[ConfirmGuard]:
    for node in pilot.app.screen.walk_children(with_self=True):
        yield from (value for value in vars(node).values() if isinstance(value, ConfirmGuard))
