"""Keys that come to their turn late, and what of a key is known late."""

from collections.abc import Sequence
from time import monotonic

import pytest
from textual import events

from tests.ui.held_key import EVERY
from tests.ui.looks import A_LOOK
from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.keystrokes import HELD_FROM
from xbtfx_tui.ui.terminal.key_reader import InputBegins


async def read_before(desk: Desk, seconds: float, keys: Sequence[str]) -> None:
    """These keys, read in the rhythm of a held one, the last one so long ago."""
    desk.backend.clock.at += A_LOOK
    for number, key in enumerate(keys):
        event = events.Key(key, key if len(key) == 1 else None)
        event.time = monotonic() - seconds - (len(keys) - 1 - number) * EVERY
        desk.app.post_message(event)
    await desk.app.key_turns.all_had()


@pytest.mark.parametrize(
    ("seconds", "keys", "does"),
    [
        (0.5, ["down"] * 12, HELD_FROM),
        (0.5, ["down"] * 3, 3),  # a hand's
        (0.5, ["down", "up"] * 3, 6),
    ],
)
async def test_a_held_key_does_not_go_on_once_let_go(seconds: float, keys: list[str], does: int) -> None:
    async with a_desk() as desk:
        await desk.presses("4")
        done: list[str] = []
        handle = desk.app.key_turns._handle

        async def counts(event: events.Event) -> None:
            done.append(event.key if isinstance(event, events.Key) else "")
            await handle(event)

        desk.app.key_turns._handle = counts
        await read_before(desk, seconds, keys)
        assert done == keys[:does]


async def test_of_what_is_typed_nothing_is_left_out() -> None:
    async with a_desk() as desk:
        await desk.presses("colon")
        await read_before(desk, 0.5, "1" * 20)
        assert desk.app.screen.query_one(FieldInput).value == "1" * 20


async def test_an_escape_right_after_an_enter_takes_it_back_though_it_is_known_late() -> None:
    """`\\r` and an escape in one packet: that it is no sequence is known a tenth of a second later."""
    async with a_desk() as desk:
        await desk.presses("b", "enter")
        desk.backend.clock.at += A_LOOK
        desk.app.post_message(events.Key("enter", None))
        desk.app.post_message(InputBegins())
        await desk.app.key_turns.all_had()
        assert desk.backend.desk.taken == []
        assert "Press enter again." in desk.text()
        await desk.confirms()
        assert len(desk.backend.desk.taken) == 1
