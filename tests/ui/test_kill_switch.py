"""The kill switch and closing all of a symbol: blocked first, asked for by a word, told ticket by ticket."""

import pytest

from tests.ui.still_changes import hold_only, pend_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, still_backend
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent
from xbtfx_tui.domain.store_events import (
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.ui.dialogs.close_all_dialog import CloseAllDialog, CloseSymbolDialog
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

ALL_TICKETS = (184729, 184741, 184733)


async def opens(desk: Desk, key: str, dialog: type) -> None:
    await desk.presses(key)
    assert isinstance(desk.app.screen, dialog)
    await desk.pilot.pause()


async def types_close(desk: Desk) -> None:
    await desk.confirms(*"close")


def trading(desk: Desk) -> type:
    return type(desk.backend.store.trading)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_new_orders_are_blocked_before_a_word_is_asked_for(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await opens(desk, "X", CloseAllDialog)
        assert trading(desk) is TradingCloseOnly
        assert desk.backend.desk.taken == []
        shown = desk.text()
        assert "Close 3 positions at market: about +22.10 USD in all," in shown
        for ticket, profit in zip(ALL_TICKETS, ("+46.50", "+8.60", "-33.00"), strict=True):
            assert any(str(ticket) in line and profit in line for line in shown.splitlines())
        assert "2 pending orders stay" in shown
        assert "New orders are blocked" in shown


async def test_the_word_closes_everything_with_one_order() -> None:
    async with a_desk() as desk:
        await opens(desk, "X", CloseAllDialog)
        await desk.pilot.press("enter", *"clos", "enter")
        assert desk.backend.desk.taken == []
        assert "Type the word close, or escape." in desk.text()
        await desk.pilot.press("e", "enter")
        assert desk.backend.desk.taken == []
        assert "Press enter again." in desk.text()
        await desk.confirms()
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert intent.tickets == ALL_TICKETS
        await desk.presses("escape")
        assert isinstance(desk.app.screen, TradingScreen)
        assert " CLOSE ONLY " in desk.text().splitlines()[0]


async def test_escape_closes_nothing_and_the_block_stays_and_is_said() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await opens(desk, "X", CloseAllDialog)
        await desk.pilot.press("escape")
        await desk.sees_a_frame()
        assert desk.backend.desk.taken == []
        assert "Nothing was closed. New orders stay blocked" in desk.text()
        assert " CLOSE ONLY " in desk.text().splitlines()[0]
        await desk.presses("b")
        assert "Nothing new can be opened: the kill switch was pressed." in desk.text()
        await desk.presses("c")
        assert isinstance(desk.app.screen, CloseTicket)
        await desk.pilot.press("escape")
        await desk.presses("ctrl+l")
        assert trading(desk) is TradingOpen
        assert "CLOSE ONLY" not in desk.text()


async def test_a_block_that_would_lift_by_itself_becomes_the_switchs_own() -> None:
    def returning(backend: StillBackend) -> None:
        backend.store.apply(TradingChanged(TradingCloseOnly("the stream is back")))

    async with a_desk(still_backend(returning)) as desk:
        await opens(desk, "X", CloseAllDialog)
        assert desk.backend.store.trading == TradingCloseOnly("the kill switch was pressed")


async def test_a_lock_stays_until_the_word_is_typed() -> None:
    def locked(backend: StillBackend) -> None:
        backend.store.apply(TradingChanged(TradingLocked("a live account starts locked")))

    async with a_desk(still_backend(locked)) as desk:
        await opens(desk, "X", CloseAllDialog)
        assert "Trading is locked (a live account starts locked)" in desk.text()
        await desk.pilot.press("escape")
        await desk.sees_a_frame()
        assert trading(desk) is TradingLocked
        await opens(desk, "X", CloseAllDialog)
        await types_close(desk)
        assert trading(desk) is TradingCloseOnly
        assert len(desk.backend.desk.taken) == 1


async def test_an_empty_list_keeps_nobody_in() -> None:
    def flat(backend: StillBackend) -> None:
        hold_only(backend.store)

    async with a_desk(still_backend(flat)) as desk:
        await opens(desk, "X", CloseAllDialog)
        assert trading(desk) is TradingCloseOnly
        assert "Close everything, whatever is held: the list of positions is empty." in desk.text()
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert intent.tickets == ()


async def test_a_read_only_terminal_has_no_kill_switch() -> None:
    def read_only(backend: StillBackend) -> None:
        backend.store.apply(TradingChanged(TradingReadOnly("this key may only read")))

    async with a_desk(still_backend(read_only)) as desk:
        await desk.presses("X")
        assert "Orders can't be sent: this key may only read." in desk.text()
        assert trading(desk) is TradingReadOnly


async def test_the_preview_moves_and_what_is_on_it_at_enter_is_closed() -> None:
    async with a_desk() as desk:
        await opens(desk, "X", CloseAllDialog)
        store = desk.backend.store
        hold_only(store, next(iter(store.positions.values())))
        pend_only(store)
        dialog = desk.app.screen
        assert isinstance(dialog, CloseAllDialog)
        dialog._tick()
        await desk.pilot.pause()
        assert "Close 1 position at market" in desk.text()
        assert "pending" not in desk.text()
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert intent.tickets == (184729,)


async def test_what_the_desk_refuses_is_said_and_the_dialog_stays() -> None:
    async with a_desk(size=(80, 24)) as desk:
        desk.backend.desk.refusals = (Problem("The terminal is closing: no more orders.", True, None),)
        await opens(desk, "X", CloseAllDialog)
        await types_close(desk)
        assert isinstance(desk.app.screen, CloseAllDialog)
        assert "The terminal is closing" in desk.text()


async def test_capital_s_closes_the_selected_symbol_alone_and_blocks_nothing() -> None:
    async with a_desk() as desk:
        await opens(desk, "S", CloseSymbolDialog)
        assert "CLOSE ALL OF EURUSD" in desk.text()
        assert "Close 1 position at market: about +46.50 USD in all, swap -0.42 USD." in desk.text()
        await types_close(desk)
        assert desk.backend.desk.taken == [
            CloseSymbolIntent(desk.backend.desk.taken[0].intent_id, "EURUSD", (184729,))
        ]
        assert trading(desk) is TradingOpen


async def test_in_positions_it_is_the_selected_positions_symbol() -> None:
    async with a_desk() as desk:
        await desk.presses("4", "down")
        await opens(desk, "S", CloseSymbolDialog)
        assert "CLOSE ALL OF XAUUSD" in desk.text()


async def test_a_symbol_without_a_position_says_so() -> None:
    async with a_desk() as desk:
        await desk.presses("down", "S")
        assert "No position of GBPUSD is open." in desk.text()


async def test_without_a_journal_the_preview_says_so_and_asks_no_second_word() -> None:
    async with a_desk() as desk:
        sentence = "The disk is full: the order journal can't be written. This is sent without it."
        desk.backend.desk.refusals = (Problem(sentence, blocks=False, about="journal"),)
        await opens(desk, "X", CloseAllDialog)
        assert "! The disk is full: the order journal can't be written." in " ".join(desk.text().split())
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
