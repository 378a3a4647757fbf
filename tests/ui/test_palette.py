"""The command palette: each action once in words, with the key that does it."""

import asyncio
from typing import cast

import pytest
from textual.screen import Screen

from tests.patience import PATIENCE
from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.key_bindings import ACTIONS


def lines(desk: Desk) -> dict[str, str]:
    """Titles and the lines below them."""
    commands = desk.app.get_system_commands(cast("Screen[object]", desk.screen))
    return {one.title: one.help for one in commands}


async def test_no_line_says_what_its_title_says() -> None:
    async with a_desk() as desk:
        shown = lines(desk)
        assert [title for title, below in shown.items() if title == below] == []
        for one in ACTIONS:
            if one.id != "program.palette":
                said = f"{one.label.capitalize()} {shown.get(one.label.capitalize(), '')}"
                assert one.words in said or one.words in shown, one.id


async def test_each_line_names_its_key_also_when_it_was_remapped() -> None:
    async with a_desk(keys={"trade.trail": "T"}) as desk:
        shown = lines(desk)
        assert shown["Buy"] == "key b: Buy the selected symbol: opens the ticket"
        assert shown["Trailing stop of the selected position on, at a distance in pips, or off"] == "key T"


@pytest.mark.parametrize("size", [(80, 24), (120, 34)])
async def test_it_is_there_on_screen(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses("ctrl+p", *"breakeven")
        async with asyncio.timeout(PATIENCE):
            while "Breakeven: " not in desk.text() or "key e" not in desk.text():
                await desk.pilot.pause(0.01)
