"""The dialogs' own keys: as the config gives them, named so in hints and help, refused where they collide."""

from decimal import Decimal

import pytest

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS, FIXED_KEYS
from xbtfx_tui.ui.dialog_keys import find_clash
from xbtfx_tui.ui.dialogs.alerts_dialog import NewAlert
from xbtfx_tui.ui.dialogs.dialog_fields import Field, FieldInput, Words
from xbtfx_tui.ui.help_contents import help_sections
from xbtfx_tui.ui.key_bindings import ACTION_IDS, ACTIONS, HelpGroup


def hint(desk: Desk) -> str:
    return desk.app.screen.query_one("#hint", Words).said


def field(desk: Desk) -> str:
    return desk.app.screen.query_one(FieldInput).value


async def test_without_a_config_the_keys_are_those_of_the_table() -> None:
    async with a_desk() as desk:
        await desk.presses("b", "f2")
        assert "f2 buys instead · ctrl+s keeps as preset" in hint(desk)


async def test_the_ticket_flips_and_keeps_by_the_remapped_keys() -> None:
    async with a_desk(keys={"dialog.flip": "f6", "dialog.keep_preset": "f7,f8"}) as desk:
        await desk.presses("b", "f2")
        assert "f6 sells instead · f7 keeps as preset" in hint(desk)
        await desk.presses("f6", "f8")
        assert "f6 buys instead" in hint(desk)
        preset = desk.screen.presets.of("EURUSD")
        assert preset is not None


async def test_a_share_of_a_position_by_the_remapped_keys() -> None:
    async with a_desk(keys={"dialog.half": "f9"}) as desk:
        await desk.presses("4", "c")
        held = Decimal(field(desk))
        assert "f9 1/2, f3 1/3, f4 1/4 of it" in hint(desk)
        await desk.presses("f2")
        assert Decimal(field(desk)) == held
        await desk.presses("f9")
        assert Decimal(field(desk)) == held / 2


async def test_find_adds_all_by_the_remapped_key() -> None:
    async with a_desk(keys={"dialog.add_all": "f5"}, watchlist=("EURUSD",)) as desk:
        await desk.presses("slash")
        assert hint(desk).endswith("f5 all")
        await desk.presses(*"gbp", "ctrl+g", "f5")
        assert "GBPUSD" in desk.screen.watchlist


async def test_alerts_are_made_by_the_remapped_key() -> None:
    async with a_desk(keys={"dialog.new": "f5"}) as desk:
        await desk.presses("a")
        assert "Press f5 to make one" in desk.text()
        assert hint(desk).startswith("f5 makes a new one")
        await desk.presses("n")
        assert not isinstance(desk.app.screen, NewAlert)
        await desk.presses("f5")
        assert isinstance(desk.app.screen, NewAlert)


async def test_keys_that_change_places_do_so() -> None:
    async with a_desk(keys={"dialog.new": "r", "dialog.rename": "n"}) as desk:
        await desk.presses("w")
        assert hint(desk).startswith("enter shows · r new · n renames · del removes")
        await desk.presses("r")
        assert desk.app.screen.query_one(Field).said == "of the new group, like Majors"


async def test_the_command_line_looks_back_by_the_remapped_key() -> None:
    async with a_desk(keys={"dialog.older": "f5"}, commands=("pnl today",)) as desk:
        await desk.presses("colon", "ctrl+up")
        assert field(desk) == ""
        await desk.presses("f5")
        assert field(desk) == "pnl today"


async def test_the_help_has_them_as_they_are() -> None:
    sections = help_sections({"dialog.flip": "f6", "move.up": "up,w"})
    rows = [(row.key, row.words) for section in sections for row in section.rows]
    assert ("f6", "Ticket: buy or sell instead") in rows
    assert ("up, w", "One row up") in rows
    for one in DIALOG_KEYS:
        assert one.told in [words for _, words in rows]
    groups = {group.value for group in HelpGroup}
    keys = [row for section in sections if section.title in groups for row in section.rows]
    assert len(keys) == len(ACTION_IDS) + len(FIXED_KEYS)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, None),
        ({"dialog.flip": "f6", "dialog.half": "f6"}, None),
        ({"dialog.half": "f3", "dialog.third": "f2"}, None),
        ({"trade.buy": "f2", "dialog.flip": "ctrl+y"}, None),
        ({"trade.buy": "c", "trade.close": "b"}, None),
        ({"history.longer": "n", "chart.longer": "n"}, None),
        ({"trade.buy": "c"}, ("trade.buy", 'takes the key "c", which trade.close has already.')),
        ({"trade.close": "enter"}, ("trade.close", 'takes the key "enter", which move.choose has already.')),
        ({"history.longer": "q"}, ("history.longer", 'takes the key "q", which program.quit has already.')),
        (
            {"dialog.flip": "ctrl+s"},
            ("dialog.flip", 'takes the key "ctrl+s", which dialog.keep_preset has already.'),
        ),
        (
            {"dialog.third": "f6,f4"},
            ("dialog.third", 'takes the key "f4", which dialog.quarter has already.'),
        ),
        ({"dialog.new": "A"}, ("dialog.new", 'takes the key "A", which dialog.rearm has already.')),
        ({"move.down": "n"}, ("move.down", 'takes the key "n", which dialog.new has already.')),
        ({"dialog.rearm": "j"}, ("dialog.rearm", 'takes the key "j", which move.down has already.')),
        (
            {"dialog.new": "k"},
            ("dialog.new", 'takes the key "k", which the dialog itself uses (Groups).'),
        ),
        (
            {"dialog.halt": "escape"},
            ("dialog.halt", 'takes the key "escape", which the dialog itself uses (Orders of a command).'),
        ),
        (
            {"dialog.flip": "ctrl+m"},
            ("dialog.flip", 'takes the key "ctrl+m", which a terminal sends as enter.'),
        ),
        (
            {"dialog.halt": "ctrl+["},
            ("dialog.halt", 'takes the key "ctrl+[", which a terminal sends as escape.'),
        ),
        (
            {"dialog.flip": "x"},
            ("dialog.flip", 'takes the key "x", which types or edits in a field (Ticket).'),
        ),
        (
            {"dialog.flip": "?"},
            ("dialog.flip", 'takes the key "?", which types or edits in a field (Ticket).'),
        ),
        (
            {"dialog.half": "ctrl+k"},
            ("dialog.half", 'takes the key "ctrl+k", which types or edits in a field (Close).'),
        ),
    ],
)
def test_a_key_that_collides_is_refused(keys: dict[str, str], said: tuple[str, str] | None) -> None:
    assert find_clash(keys) == said


def test_the_usual_keys_collide_nowhere() -> None:
    assert find_clash({one.id: one.keys for one in DIALOG_KEYS}) is None
    assert find_clash({one.id: one.keys for one in ACTIONS}) is None
