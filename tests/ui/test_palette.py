"""The command palette: each action once in words, with the key that does it."""

import asyncio
from typing import cast

import pytest
from msgspec.structs import replace
from textual.screen import Screen
from textual.theme import ThemeProvider

from tests.patience import PATIENCE
from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.colour_themes import OWN_THEMES
from xbtfx_tui.ui.dialogs.command_palette import themes_in_order
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


async def test_our_own_themes_come_first_and_the_choice_is_kept() -> None:
    kept: list[str] = []
    async with a_desk() as desk:
        own = [theme.name for theme in OWN_THEMES]
        desk.app.options = replace(desk.app.options, save_theme=kept.append)
        provider = themes_in_order(own, desk.app._theme_chosen)(desk.screen)
        assert isinstance(provider, ThemeProvider)
        names = [name for name, _ in provider.commands]
        assert names[: len(own)] == own
        assert names[len(own) :] == sorted(names[len(own) :])
        assert set(names) == set(desk.app.available_themes)
        dict(provider.commands)[own[1]]()
        assert desk.app.theme == own[1]
        assert kept == [own[1]]
