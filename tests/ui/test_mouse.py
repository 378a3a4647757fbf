"""The mouse does what keys do on panes, lists and dialogs; no single click sends an order."""

import asyncio

import pytest
from msgspec.structs import replace
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import deals
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import HistoryRead
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.command_input import CommandInput
from xbtfx_tui.ui.dialogs.completion_list import Completions
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.price_level_menu import LevelDialog
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol, Picks
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

SIZES = [(60, 20), (80, 24), (120, 34), (200, 50)]


def place_of(desk: Desk, words: str) -> tuple[int, int]:
    """Where these words stand on the screen: column and row of their first cell."""
    for y, line in enumerate(desk.text().splitlines()):
        if words in line:
            return line.index(words), y
    raise AssertionError(f"{words!r} is not on screen:\n{desk.text()}")


async def clicks(desk: Desk, words: str, times: int = 1) -> None:
    await desk.pilot.click(offset=place_of(desk, words), times=times)
    await desk.sees_a_frame()


async def wheels(desk: Desk, widget: Widget, down: int) -> None:
    kind = MouseScrollDown if down > 0 else MouseScrollUp
    for _ in range(abs(down)):
        widget.post_message(kind(widget, 1, 1, 0, 0, 0, False, False, False))
    await desk.sees_a_frame()


async def comes(desk: Desk, kind: type[object]) -> None:
    async with asyncio.timeout(10):
        while not isinstance(desk.app.screen, kind):
            await desk.sees_a_frame()


@pytest.mark.parametrize("size", SIZES)
async def test_a_click_on_a_panes_name_shows_it(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        for name in ("5 Ord", "6 His"):
            await clicks(desk, name)
            assert f"[{name}" in desk.text()


async def test_a_click_on_a_key_of_the_line_is_the_key() -> None:
    async with a_desk() as desk:
        await clicks(desk, "b buy")
        await comes(desk, OrderTicket)
        assert desk.backend.desk.taken == []
        await desk.presses("escape")
        await clicks(desk, ": command")
        await comes(desk, CommandBar)


async def test_levels_of_the_book_are_marked_by_a_click_and_chosen_by_a_second() -> None:
    async with a_desk() as desk:
        depth = desk.screen.depth
        depth.focus()
        await desk.sees_a_frame()
        before = depth._marked()
        await wheels(desk, depth, 1)
        assert depth._marked() != before
        x, y = depth.region.x + 2, depth.region.y + depth._first_level
        await desk.pilot.click(offset=(x, y))
        assert depth._marked() == 0
        assert isinstance(desk.app.screen, TradingScreen)
        await desk.pilot.click(offset=(x, y), times=2)
        await comes(desk, LevelDialog)
        assert desk.backend.desk.taken == []


async def test_kinds_and_symbols_are_found_by_the_mouse() -> None:
    async with a_desk() as desk:
        await desk.presses("slash")
        await comes(desk, FindSymbol)
        picks = desk.app.screen.query_one(Picks)
        all_listed = len(picks._rows)
        await clicks(desk, "Forex 3")
        assert 0 < len(picks._rows) < all_listed
        first = picks.marked
        await wheels(desk, picks, 1)
        assert picks.marked != first


async def test_a_completion_is_put_in_by_a_click() -> None:
    async with a_desk() as desk:
        await desk.presses(":", "c", "l", "o", "s")
        offered = desk.app.screen.query_one(Completions)
        await wheels(desk, offered, 1)
        assert offered.marked is not None
        await clicks(desk, "> close")
        assert desk.app.screen.query_one(CommandInput).value == "close "


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_no_click_confirms_an_order(times: int) -> None:
    async with a_desk() as desk:
        await desk.presses("b")
        await comes(desk, OrderTicket)
        await desk.presses("enter")
        await desk.sees("Enter sends")
        for words in ("Enter sends", "escape goes back", "volume", "BUY EURUSD"):
            await desk.pilot.click(offset=place_of(desk, words), times=times)
        assert desk.backend.desk.taken == []


async def test_history_is_scrolled_by_the_wheel_over_its_rows_and_over_its_sum() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await desk.presses("6")
        one, *_ = deals()
        many = tuple(replace(one, ticket=9_000 + number) for number in range(60))
        desk.backend.store.apply(HistoryRead(HistoryPeriod.TODAY, many))
        await desk.sees_it_all()
        board = desk.screen.history.board
        seen = [board.scroll_y]
        for widget in (board, desk.screen.query_one("#history-sum")):
            await wheels(desk, widget, 1)
            seen.append(board.scroll_y)
        assert seen == sorted(set(seen))
        await wheels(desk, desk.screen.query_one("#history-sum"), -2)
        assert board.scroll_y == 0


async def test_letters_are_about_the_pane_that_was_clicked() -> None:
    async with a_desk(size=(120, 34)) as desk:
        board = desk.screen.positions.board
        await desk.pilot.click(board, offset=(5, 2))
        await desk.sees_a_frame()
        assert desk.screen.shown == "positions"
        ticket = board.cursor
        position = desk.backend.store.positions[ticket or 0]
        assert position.symbol != desk.screen.symbol, "else it would be the same by chance"
        await desk.presses("c")
        assert f"ticket {ticket}" in desk.text()
        await desk.presses("escape")
        await desk.pilot.click(desk.screen.chart, offset=(5, 5))
        await desk.sees_a_frame()
        assert desk.screen.shown == "chart"
        assert "left/right candle" in desk.text()
