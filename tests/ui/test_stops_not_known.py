"""A stop that is not read yet, or is being moved, is never drawn as one that is known."""

import re
from decimal import Decimal

import pytest

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import IntentMoved, PositionOpened, PositionsRead
from xbtfx_tui.ui.dialogs.dialog_fields import Words

D = Decimal
NEW = 184999
SIZES = [(80, 24), (120, 34)]


def opens(desk: Desk) -> None:
    """The stream tells of it, and no list has it yet."""
    desk.backend.store.apply(PositionOpened(NEW, "EURUSD", Side.BUY, D("0.10"), D("1.08100")))


async def row_of(desk: Desk, ticket: int) -> str:
    await desk.presses("4")
    await desk.sees_a_frame()
    return next(line for line in desk.text().splitlines() if str(ticket) in line)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_a_question_until_a_list_tells(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        opens(desk)
        row = await row_of(desk, NEW)
        assert row.count("?") == 3, "the ticket, its sl and its tp"
        store = desk.backend.store
        store.apply(PositionsRead(tuple(store.positions.values()), store.mark()))
        row = await row_of(desk, NEW)
        assert "?" not in row


async def test_one_that_an_order_moves_is_marked_as_in_question() -> None:
    async with a_desk(size=(120, 34)) as desk:
        ticket, held = next((t, p) for t, p in desk.backend.store.positions.items() if p.sl is not None)
        desk.backend.desk.moving_stops = frozenset({ticket})
        assert f"{held.sl}?" in await row_of(desk, ticket)
        desk.backend.desk.moving_stops = frozenset()
        moved = ModifyIntent("id", ticket, held.symbol, MoveTo(D("1.07950")), Keep())
        desk.backend.store.apply(IntentMoved(IntentRecord(moved, IntentState.FILLED, ())))
        assert "?" not in await row_of(desk, ticket)


async def test_the_dialog_says_that_its_stops_are_from_before_an_order_on_its_way() -> None:
    async with a_desk(size=(120, 34)) as desk:
        ticket = next(iter(desk.backend.store.positions))
        desk.backend.desk.moving_stops = frozenset(desk.backend.store.positions)
        await row_of(desk, ticket)
        await desk.pilot.press("m")
        await desk.sees_a_frame()
        assert "An order that moves the stops of" in desk.text()
        said = desk.app.screen.query_one("#general", Words).said
        assert "is not known yet: what stands here may be from before it." in said


async def test_the_dialogs_say_that_it_is_not_known_and_keep_it() -> None:
    async with a_desk(size=(120, 34)) as desk:
        opens(desk)
        await row_of(desk, NEW)
        await desk.pilot.press("m")
        await desk.sees_a_frame()
        assert "MODIFY EURUSD, ticket 184999" in desk.text()
        assert desk.text().count("not known") == 2
        await desk.pilot.press(*"1.07900")
        await desk.sees_a_frame()
        await desk.pilot.press("enter")
        await desk.sees_a_frame()
        shown = " ".join(re.sub("[│▌┃█▊]", " ", line)[:72] for line in desk.text().splitlines())
        assert "sl from not known to 1.07900" in " ".join(shown.split())
        assert "tp stays as it is" in " ".join(shown.split())


async def test_the_line_takes_no_stop_away_that_it_does_not_know() -> None:
    async with a_desk(size=(120, 34)) as desk:
        opens(desk)
        await desk.presses(":")
        await desk.pilot.press(*f"sl {NEW} off")
        await desk.pilot.press("enter")
        await desk.sees_a_frame()
        assert f"Whether {NEW} has a sl is not known yet" in desk.text()
