"""Closing a position by an opposite one: the list of those that fit, what remains, and one order."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import ends, hold_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import CloseByIntent
from xbtfx_tui.domain.order_origin import BY_KEY
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import KeyRead
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.ui.dialogs.close_by_dialog import CloseByDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
LONG = positions()[0]
SMALL = Position(184760, "EURUSD", Side.SELL, D("0.20"), D("1.08300"), D("1.08221"), profit=D("15.80"))
LARGE = Position(184761, "EURUSD", Side.SELL, D("0.80"), D("1.08250"), D("1.08221"), profit=D("23.20"))
LIKE = Position(184762, "EURUSD", Side.BUY, D("0.90"), D("1.08250"), D("1.08213"))


def holding(*held: Position) -> StillBackend:
    return still_backend(lambda backend: holds(backend, *held))


def holds(backend: StillBackend, *held: Position) -> None:
    hold_only(backend.store, *held)


async def opens(desk: Desk) -> CloseByDialog:
    """`y` on the long, and a look at it for longer than it is deaf."""
    await desk.presses("4", "end", "y")
    dialog = desk.app.screen
    assert isinstance(dialog, CloseByDialog), desk.text()
    await desk.pilot.pause()
    desk.backend.clock.at += 1
    return dialog


async def presses(desk: Desk, *keys: str) -> None:
    """One after the other, each with the time to see what it asks."""
    for key in keys:
        await desk.pilot.press(key)
        await desk.pilot.pause()
        desk.backend.clock.at += 1


async def ticks(desk: Desk, dialog: CloseByDialog) -> None:
    dialog._tick()
    await desk.pilot.pause()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_those_that_fit_are_listed_the_largest_first(size: tuple[int, int]) -> None:
    async with a_desk(holding(LONG, SMALL, LARGE, LIKE), size=size) as desk:
        await opens(desk)
        shown = desk.text()
        assert "CLOSE EURUSD, ticket 184729, BY ..." in shown
        assert "buy 0.50 EURUSD  open 1.08120  profit +46.50 USD" in shown
        assert "> 184761     sell 0.80      1.08250          +23.20 USD" in shown
        assert "184760     sell 0.20      1.08300          +15.80 USD" in shown
        assert shown.index("184761") < shown.index("184760")
        assert "184762" not in shown.partition("BY ...")[2].partition("escape")[0]


async def test_the_review_says_what_remains_and_one_order_goes() -> None:
    async with a_desk(holding(LONG, SMALL, LARGE)) as desk:
        dialog = await opens(desk)
        await presses(desk, "down", "enter")
        assert dialog._review.said == (
            "Close buy 0.50 EURUSD, ticket 184729 (+46.50 USD), by sell 0.20, ticket 184760 (+15.80 USD): "
            "buy 0.30 of ticket 184729 stays open. The pair realises about +36.00 USD, without swaps. "
            "Enter sends, escape goes back."
        )
        await presses(desk, "enter")
        (intent,) = desk.backend.desk.taken
        assert intent == CloseByIntent(intent.intent_id, 184729, 184760, "EURUSD")
        assert isinstance(desk.app.screen, TradingScreen)


async def test_of_equal_sizes_nothing_remains() -> None:
    async with a_desk(holding(LONG, replace(SMALL, volume=D("0.50")))) as desk:
        dialog = await opens(desk)
        await presses(desk, "enter")
        assert "nothing of the two stays open" in dialog._review.said


async def test_keys_typed_ahead_send_nothing() -> None:
    async with a_desk(holding(LONG, SMALL)) as desk:
        for key in ("4", "end", "y", "enter", "enter", "enter"):
            desk.app.simulate_key(key)
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseByDialog)
        assert desk.backend.desk.taken == []
        desk.backend.clock.at += 1
        for key in ("enter", "enter", "enter"):
            desk.app.simulate_key(key)
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseByDialog)
        assert desk.backend.desk.taken == []


@pytest.mark.parametrize("change", [(LONG,), (SMALL,), (LONG, replace(SMALL, volume=D("0.10")))])
async def test_what_changes_under_the_review_is_not_sent(change: tuple[Position, ...]) -> None:
    async with a_desk(holding(LONG, SMALL)) as desk:
        dialog = await opens(desk)
        await presses(desk, "enter")
        holds(desk.backend, *change)
        await presses(desk, "enter")  # before the dialog has looked again
        assert desk.backend.desk.taken == []
        await ticks(desk, dialog)
        assert dialog._review.said == ""
        assert isinstance(desk.app.screen, CloseByDialog)


async def test_what_changes_under_the_review_is_said() -> None:
    async with a_desk(holding(LONG, SMALL)) as desk:
        dialog = await opens(desk)
        await presses(desk, "enter")
        ends(desk.backend.store, 184760)
        await ticks(desk, dialog)
        assert "Can't be sent now: Position 184760 is not open any more." in dialog._review.said
        await presses(desk, "escape")
        assert "! No sell of EURUSD is open any more to close it by." in desk.text()
        await presses(desk, "enter", "escape")
        assert isinstance(desk.app.screen, TradingScreen)
        assert desk.backend.desk.taken == []


async def test_what_the_desk_refuses_is_said_and_another_try_is_another_order() -> None:
    async with a_desk(holding(LONG, SMALL)) as desk:
        await opens(desk)
        await presses(desk, "enter")
        refusal = (Problem("The terminal is closing: no more orders are taken.", True, None),)
        submit = desk.backend.desk.submit
        desk.backend.desk.submit = lambda intent, origin=BY_KEY: (submit(intent, origin), refusal)[1]  # type: ignore[method-assign]
        await presses(desk, "enter")
        assert "! The terminal is closing" in desk.text()
        desk.backend.desk.submit = submit  # type: ignore[method-assign]
        await presses(desk, "enter", "enter")
        first, second = desk.backend.desk.taken
        assert first.intent_id != second.intent_id


async def test_of_very_many_the_marked_one_is_in_sight() -> None:
    many = tuple(replace(SMALL, ticket=200_000 + n) for n in range(40))
    async with a_desk(holding(LONG, *many), size=(80, 24)) as desk:
        await opens(desk)
        for n in range(1, 31):
            await presses(desk, "down")
            assert f"> {200_000 + n}" in desk.text()
        await presses(desk, "enter", "enter")
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseByIntent)
        assert intent.by_ticket == 200_030


async def test_without_an_opposite_the_key_says_so() -> None:
    async with a_desk(holding(LONG, LIKE)) as desk:
        await desk.presses("4", "end", "y")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "No sell of EURUSD is open to close ticket 184729 by." in desk.text()


async def test_on_a_netting_account_the_key_says_why_not() -> None:
    def netting(backend: StillBackend) -> None:
        key = backend.store.key
        assert key is not None
        backend.store.apply(KeyRead(replace(key, margin_mode=MarginMode.NETTING)))

    async with a_desk(still_backend(netting)) as desk:
        await desk.presses("y")
        assert "A netting account has one position a symbol: nothing to close by." in desk.text()


async def test_an_enter_meant_to_go_back_does_not_send_what_can_be_sent_again() -> None:
    async with a_desk(holding(LONG, SMALL)) as desk:
        dialog = await opens(desk)
        await presses(desk, "enter")
        holds(desk.backend, LONG, replace(SMALL, volume=D("0.30")))
        await ticks(desk, dialog)
        assert "Enter or escape goes back" in dialog._review.said
        holds(desk.backend, LONG, SMALL)
        await ticks(desk, dialog)
        assert "Enter sends" in dialog._review.said
        await desk.pilot.press("enter")
        assert desk.backend.desk.taken == []
        desk.backend.clock.at += 1
        await presses(desk, "enter")
        assert len(desk.backend.desk.taken) == 1
