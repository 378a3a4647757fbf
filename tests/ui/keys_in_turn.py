"""Whoever waits for a screen by a pilot waits for the keys that have not had their turn yet, too."""

import asyncio
from typing import Any

from textual.pilot import Pilot

from tests.patience import PATIENCE
from xbtfx_tui.ui.terminal.key_turns import key_turns_of


def waits_for_keys(pilot: Pilot[Any]) -> None:
    """Have this pilot do so."""
    for_screen = pilot._wait_for_screen

    async def for_keys_and_screen(*args: float) -> bool:
        async with asyncio.timeout(PATIENCE):
            await key_turns_of(pilot.app).all_had()
        return await for_screen(*args)

    pilot._wait_for_screen = for_keys_and_screen  # type: ignore[method-assign, assignment] # it, and more
