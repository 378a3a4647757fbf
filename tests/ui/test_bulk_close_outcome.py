"""What a bulk close came to: told ticket by ticket, on the dialog that asked for it and in Messages."""

from decimal import Decimal

import pytest

from tests.ui.still_changes import ends, hold_only
from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.store_events import IntentMoved, Severity
from xbtfx_tui.ui.dialogs.close_all_dialog import CloseAllDialog, CloseMany
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
SIZES = pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
GOLD_LEFT = BulkClosed(
    2,
    1,
    D("55.10"),
    (
        BulkLine(184729, "filled", 10009, 91, D("1.08213"), D("46.50")),
        BulkLine(184733, "rejected", 10018, profit=D(0)),
        BulkLine(184741, "filled", 10009, 92, D("151.204"), D("8.60")),
    ),
)


async def sends_it(desk: Desk, key: str = "X") -> CloseMany:
    await desk.presses(key)
    await desk.confirms(*"close")
    await desk.sees_a_frame()
    dialog = desk.app.screen
    assert isinstance(dialog, CloseMany)
    return dialog


async def comes_to(
    desk: Desk, dialog: CloseMany, state: IntentState, answer: BulkClosed | None = None, text: str = ""
) -> None:
    """The order takes a step, the dialog looks, and its reader has the time to read."""
    (intent,) = desk.backend.desk.taken
    story = (StoryLine(0.0, state, text),) if text else ()
    desk.backend.store.apply(IntentMoved(IntentRecord(intent, state, story, answer)))
    await looks(desk, dialog)


async def looks(desk: Desk, dialog: CloseMany) -> None:
    dialog._tick()
    await desk.pilot.pause()
    desk.backend.clock.at += 1


def line(desk: Desk, part: str) -> str:
    return next((row for row in desk.text().splitlines() if part in row), "")


@SIZES
async def test_until_the_answer_is_there_the_tickets_go_one_by_one(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        dialog = await sends_it(desk)
        assert "0 of 3 are gone from the positions:" in desk.text()
        assert "Sent once; waiting for the answer ..." in desk.text()
        await comes_to(desk, dialog, IntentState.SENDING)
        ends(desk.backend.store, 184741, D("8.60"))
        await looks(desk, dialog)
        assert "1 of 3 are gone from the positions:" in desk.text()
        assert "buy 1.00   gone" in line(desk, "184741")
        assert "sell 0.10  open ..." in line(desk, "184733")
        assert dialog.focused is not None


@SIZES
async def test_then_each_has_its_result_and_the_sum_is_said(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        dialog = await sends_it(desk)
        await comes_to(desk, dialog, IntentState.PLACED, GOLD_LEFT)
        assert "0 of 3 are gone" in desk.text()
        assert "Closed" not in desk.text()
        assert "told closed, open ..." in line(desk, "184729")
        ends(desk.backend.store, 184729)
        ends(desk.backend.store, 184741)
        await comes_to(desk, dialog, IntentState.FILLED, GOLD_LEFT)
        assert "Closed 2 of 3." in desk.text()
        assert "at 1.08213       +46.50" in line(desk, "184729")
        assert "NOT closed, the market" in line(desk, "184733")
        assert "Realised +55.10 USD in all, the server counts." in desk.text()
        assert "! 1 position is NOT closed. Escape, then u:" in desk.text()
        await desk.presses("enter")
        assert isinstance(desk.app.screen, TradingScreen)


async def test_a_symbols_close_is_followed_alike() -> None:
    async with a_desk() as desk:
        dialog = await sends_it(desk, "S")
        lines = (BulkLine(184729, "filled", 10009, 91, D("1.08213"), D("46.50")),)
        ends(desk.backend.store, 184729)
        await comes_to(desk, dialog, IntentState.FILLED, BulkClosed(1, 0, D("46.50"), lines))
        assert "Closed all 1." in desk.text()
        assert "Realised +46.50 USD in all, the server counts." in desk.text()
        assert "184733" not in desk.text().partition("CLOSE ALL OF")[2].partition("scroll")[0]


async def test_an_unknown_outcome_says_so_and_points_to_u() -> None:
    async with a_desk(size=(80, 24)) as desk:
        dialog = await sends_it(desk)
        said = "Unknown: no answer came in time. Do not send it again."
        await comes_to(desk, dialog, IntentState.UNKNOWN, text=said)
        assert f"! {said}" in desk.text()
        assert "Escape, then u: what was looked at, and what can be done." in desk.text()
        hold_only(desk.backend.store)
        await comes_to(desk, dialog, IntentState.FOUND_FILLED, text="Closed everything (3 positions).")
        assert "Closed all 3." in desk.text()
        assert "! Unknown" not in desk.text()


async def test_what_was_never_sent_is_over_too() -> None:
    async with a_desk() as desk:
        dialog = await sends_it(desk)
        said = "Not sent: the server can't be reached. It was NOT closed."
        await comes_to(desk, dialog, IntentState.NOT_SENT, text=said)
        assert said in desk.text()
        await desk.presses("enter")
        assert isinstance(desk.app.screen, TradingScreen)


async def test_a_ticket_that_the_answer_forgot_and_one_nobody_asked_for_are_shown() -> None:
    async with a_desk() as desk:
        dialog = await sends_it(desk)
        lines = (
            BulkLine(184729, "filled"),
            BulkLine(190000, "filled"),
            BulkLine(1, "[/x]\x1b"),
        )
        await comes_to(desk, dialog, IntentState.FILLED, BulkClosed(2, 1, D(-1), lines))
        assert "still open, the answer does not name it" in line(desk, "184733")
        assert "not seen before" in line(desk, "190000")
        assert "NOT closed, [/x]" in desk.text()


async def test_what_the_answer_forgot_is_not_called_closed() -> None:
    async with a_desk() as desk:
        dialog = await sends_it(desk)
        lines = (BulkLine(184729, "filled"), BulkLine(184741, "filled"))
        for ticket in (184729, 184741):
            ends(desk.backend.store, ticket, D(1))
        await comes_to(desk, dialog, IntentState.FILLED, BulkClosed(2, 0, D(2), lines))
        assert "Closed all" not in desk.text()
        assert "Closed 2 of 3." in desk.text()
        assert "1 position is NOT closed" in desk.text()


async def test_enters_typed_ahead_leave_it_and_send_nothing_more() -> None:
    async with a_desk() as desk:
        await desk.presses("X")
        await desk.confirms(*"close")
        for key in ("enter", "enter", "enter"):
            desk.app.simulate_key(key)
        await desk.sees_a_frame()
        assert isinstance(desk.app.screen, CloseAllDialog)
        await desk.presses("enter", "enter", "c", "l", "o", "s", "e", "enter")
        assert isinstance(desk.app.screen, CloseAllDialog)
        assert len(desk.backend.desk.taken) == 1


@pytest.mark.parametrize("is_held", [True, False], ids=["known", "blind"])
async def test_what_was_told_as_closed_is_not_told_on_after_a_correction(is_held: bool) -> None:
    async with a_desk() as desk:
        if not is_held:
            hold_only(desk.backend.store)
        dialog = await sends_it(desk)
        done = "Closed as asked: no position is listed any more."
        held = list(desk.backend.store.positions)
        for ticket in held:
            ends(desk.backend.store, ticket, D(1))
        await comes_to(desk, dialog, IntentState.FOUND_FILLED, text=done)
        assert done in desk.text()
        taken_back = "CORRECTION: ticket 184729 was told as closed and is listed again."
        await comes_to(desk, dialog, IntentState.UNKNOWN, text=taken_back)
        assert taken_back in desk.text()
        assert done not in desk.text()
        assert "Closed all" not in desk.text()


async def test_escape_leaves_at_once_and_the_order_goes_on() -> None:
    async with a_desk() as desk:
        await sends_it(desk)
        await desk.presses("escape")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "Nothing was closed" not in desk.text()
        assert len(desk.backend.desk.taken) == 1


async def test_why_a_ticket_was_not_closed_is_told_and_nothing_that_is_not_proven() -> None:
    async with a_desk() as desk:
        lines = (
            BulkLine(184733, "rejected", 10018, profit=D(0)),
            BulkLine(184729, "filled", 10009, 91, D("1.08213"), D("46.50")),
            BulkLine(1, "[/x]\x1b"),
        )
        answer = BulkClosed(1, 2, D("46.50"), lines)
        before = len(desk.backend.store.messages)
        desk.backend.store.apply(
            IntentMoved(
                IntentRecord(CloseAllIntent("a", (184729, 184733, 1)), IntentState.FILLED, (), answer)
            )
        )
        told = [(said.severity, said.text) for said in desk.backend.store.messages][before:]
        assert told == [(Severity.ERROR, "XAUUSD 184733: NOT closed, the market is closed.")]
        await desk.presses("7")
        assert "XAUUSD 184733: NOT closed" in desk.text()
