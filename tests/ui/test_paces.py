"""Keys act in the order they came: a script of them ends the same at every pace.

All of it in one packet, or a key every 100 ms. Prices stand still, and so does the clock by which the confirm
rule judges; a pause in a script is a look of a person. What could confirm is looked at afterwards, for that
rule alone judges by the pace: in a burst it does less.
"""

import asyncio
import os
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from textual import events

from tests.ui.looks import A_LOOK
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from tests.ui.test_doubt import in_doubt
from xbtfx_tui.orders.unknown_orders import AgainNow
from xbtfx_tui.ui.dialog_key_table import DIALOG_KEYS
from xbtfx_tui.ui.dialog_keys import normal_keys
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.key_bindings import ACTIONS
from xbtfx_tui.ui.pane_key_table import MOVES
from xbtfx_tui.ui.screens.trading_screen import TradingScreen
from xbtfx_tui.ui.terminal.textual_internals import is_at_rest

GAPS = (0.0, 0.001, 0.005, 0.02, 0.1)
"""Seconds between two keys."""
LOOK = "a look"
_LEAVES = ("program.quit", "program.palette")
"""What ends the program, and what looks for things in a thread of its own."""
BOUND = sorted(
    {
        key
        for action_id, keys in (
            *((one.id, one.keys) for one in ACTIONS),
            *((move_id, keys) for move_id, keys, _ in MOVES),
            *((one.id, one.keys) for one in DIALOG_KEYS),
        )
        if action_id not in _LEAVES
        for part in keys.split()
        for key in normal_keys(part.strip(","))
    }
)
OPENS = ("b", "s", "c", "m", "e", "t", "r", "y", "S", "a", "i", "u", "v", "w", "slash", "colon", "X")
STEERS = ("enter", "enter", "escape", "tab", "down", "up", LOOK, LOOK)
FIELD = (*"0123456789p%nr", "full_stop", "backspace", "delete", "left", "home")
PANES = (*"1234567",)

Script: TypeAlias = tuple[str, ...]
KEYS = st.one_of(
    *(st.sampled_from(keys) for keys in (BOUND, OPENS, OPENS, STEERS, STEERS, FIELD, FIELD, PANES))
)
CONFIRMS = ("enter", "y", "A", "delete")


def looked_at(keys: Sequence[str]) -> Script:
    """The script with a look after each key that could confirm, where one is before it."""
    looked: list[str] = []
    for before, key in pairwise(("", *keys)):
        looked += [key, LOOK] if before == LOOK and key in CONFIRMS else [key]
    return tuple(looked)


SCRIPTS = st.lists(KEYS, min_size=2, max_size=14).map(looked_at)

PACE_SCRIPTS = int(os.environ.get("PACE_SCRIPTS", "60"))
"""In the long run; PACE_SCRIPTS=1000 for a thousand."""


class Ended(msgspec.Struct, frozen=True):
    """How a script ended: what is on screen, what has the focus, what is typed and said, what was sent."""

    screens: tuple[str, ...]
    focus: str
    fields: tuple[str, ...]
    review: str
    cursors: tuple[object, ...]
    shown: tuple[object, ...]
    trading: str
    sent: tuple[object, ...]
    kept: tuple[object, ...]


def ended(desk: Desk) -> Ended:
    screen, app, backend = desk.screen, desk.app, desk.backend
    focused = app.focused
    field = "" if not isinstance(focused, FieldInput) else str(focused.parent and focused.parent.id)
    return Ended(
        tuple(type(one).__name__ for one in app.screen_stack),
        f"{type(focused).__name__} {field}",
        tuple(f"{one.value}|{one.cursor_position}" for one in app.screen.query(FieldInput)),
        "".join(one.said for one in app.screen.query(ReviewLine)),
        (
            screen.quotes.cursor,
            screen.positions.board.cursor,
            screen.orders.cursor,
            screen.history.board.cursor,
            screen.messages.cursor,
        ),
        (screen.shown, screen.panes_layout.zoomed, screen.symbol, screen.quotes.sorting),
        type(backend.store.trading).__name__,
        (
            *(replace(intent, intent_id="") for intent in backend.desk.taken),
            *backend.desk.sent_again,
            *backend.trails.on.items(),
        ),
        (screen.watching.lists, tuple(backend.alerts.book.alerts)),
    )


async def plays(desk: Desk, script: Script, gap: float) -> None:
    for key in script:
        if key == LOOK:
            await looks(desk)
            continue
        desk.app.post_message(events.Key(key, None))
        if gap:
            await asyncio.sleep(gap)
    await desk.app.key_turns.all_had()


async def looks(desk: Desk) -> None:
    await desk.app.key_turns.all_had()
    painted = asyncio.Event()
    desk.app.screen.call_after_refresh(painted.set)
    await painted.wait()
    desk.backend.clock.at += A_LOOK


async def returns(desk: Desk) -> None:
    """Back to the panes, as they were left."""
    for _ in range(8):
        if isinstance(desk.app.screen, TradingScreen):
            return
        await looks(desk)
        await plays(desk, ("escape",), 0.0)
    raise AssertionError(f"it does not leave: {desk.text()}")


async def endings(scripts: Sequence[Script], gap: float) -> list[Ended]:
    """How each ends at this pace, one after the other in one terminal."""
    backend = still_backend()
    in_doubt(backend, resend=AgainNow(48))
    found = []
    async with a_desk(backend) as desk:
        for script in scripts:
            await plays(desk, script, gap)
            found.append(ended(desk))
            await returns(desk)
    return found


def same_at_every_pace(scripts: Sequence[Script], gaps: Sequence[float] = GAPS) -> None:
    at_once, *others = (asyncio.run(endings(scripts, gap)) for gap in gaps)
    for gap, found in zip(gaps[1:], others, strict=True):
        for script, burst, paced in zip(scripts, at_once, found, strict=True):
            others_by_pace = {
                name: (getattr(burst, name), getattr(paced, name))
                for name in burst.__struct_fields__
                if getattr(burst, name) != getattr(paced, name)
            }
            assert not others_by_pace, f"{script} at once and at a key every {gap * 1000:g} ms"


# The first example is the simplest there is, and tells nothing.
@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(SCRIPTS, min_size=10, max_size=10))
def test_scripts_end_the_same(scripts: list[Script]) -> None:
    same_at_every_pace(scripts, (0.0, 0.005, 0.02))


@pytest.mark.long
@pytest.mark.timeout(7_200)
@settings(max_examples=PACE_SCRIPTS // 20, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(SCRIPTS, min_size=20, max_size=20))
def test_many_scripts_end_the_same(scripts: list[Script]) -> None:
    same_at_every_pace(scripts)


async def test_what_is_out_of_the_queue_and_not_done_comes_before_the_next_key() -> None:
    """A key comes back to the app once the panes have seen it, and only then does what it is bound to."""
    async with a_desk() as desk:
        await desk.app.key_turns.all_had()
        assert is_at_rest(desk.app, but_app=True)
        desk.app._pending_message = events.Key("enter", None)
        assert not is_at_rest(desk.app, but_app=True)


async def test_a_burst_opens_the_ticket_of_the_row_that_its_moves_lead_to() -> None:
    async with a_desk() as desk:
        await desk.presses("home")
        await plays(desk, ("down", "down", "b"), 0.0)
        assert isinstance(desk.app.screen, OrderTicket)
        assert "BUY USDJPY" in desk.text()


async def test_an_escape_and_a_letter_in_one_packet_are_the_escape_and_then_the_letter() -> None:
    async with a_desk() as desk:
        await plays(desk, ("b", "7", "escape", "s", "3"), 0.0)
        ticket = desk.app.screen
        assert isinstance(ticket, OrderTicket)
        assert "SELL EURUSD" in desk.text()
        assert ticket.query(FieldInput).first().value == "3"
