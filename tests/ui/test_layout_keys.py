"""Layouts by key: the next one, sizes, and what is kept of them."""

from textual.widgets import Input

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.ui.layout.layout_book import AT_FIRST, LayoutBook


async def test_a_key_goes_round_the_layouts_and_each_is_kept() -> None:
    kept: list[LayoutBook] = []

    def keep(book: LayoutBook) -> None:
        kept.append(book)

    async with a_desk(size=(160, 44), save_layouts=keep) as desk:
        shown = [desk.screen.panes_layout.book.shown.name]
        for _ in AT_FIRST.layouts:
            await desk.presses("W")
            shown.append(desk.screen.panes_layout.book.shown.name)
            assert f"Layout {shown[-1]}; then " in desk.text()
            assert desk.screen.shown == "quotes", "the keys stay where they were"
            assert all(pane.region.area for pane in desk.screen.panes.values() if pane.display)
        assert shown == ["trade", "watch", "chart", "positions", "trade"]
        assert [book.shown.name for book in kept] == shown[1:]


async def test_panes_are_sized_by_key_and_by_need_again() -> None:
    async with a_desk(size=(140, 40)) as desk:
        quotes, positions = desk.screen.quotes, desk.screen.positions
        usual = quotes.size.width, positions.size.height
        await desk.presses("greater_than_sign", "4", "right_curly_bracket")
        assert quotes.size.width > usual[0]
        assert positions.size.height > usual[1]
        await desk.presses("equals_sign")
        assert (quotes.size.width, positions.size.height) == usual
        await desk.presses("less_than_sign")
        assert "Nothing stands beside this pane" in desk.text()


async def test_a_layout_that_can_not_be_kept_is_said() -> None:
    async with a_desk(save_layouts=lambda _: "It can't be written.") as desk:
        await desk.presses("W")
        assert "! It can't be written." in desk.text()


async def test_layouts_that_could_not_be_had_are_said_at_the_start() -> None:
    async with a_desk(layouts_problem="The kept layouts make no sense.") as desk:
        assert "The kept layouts make no sense." in desk.text()


async def test_columns_are_chosen_and_ordered_and_kept_at_once() -> None:
    saved: list[LayoutBook] = []
    async with a_desk(size=(80, 24), save_layouts=saved.append) as desk:
        await desk.presses("4", "p", "end", "shift+up", "home", "down", "down", "space")
        assert "Columns of Positions" in desk.text()
        assert "[ ] side      hides buy or sell" in desk.text()
        await desk.presses("escape")
        assert "side" not in desk.line("ticket")
        names = saved[-1].shown.columns["positions"]
        assert names[-2:] == ("profit", "swap")
        assert "side" not in names

        await desk.presses("p", "equals_sign", "escape")
        assert "side" in desk.line("ticket")
        assert "positions" not in saved[-1].shown.columns


async def test_every_table_has_its_columns_and_the_depth_has_none() -> None:
    async with a_desk(size=(200, 50)) as desk:
        for key, first in (("1", "symbol"), ("4", "ticket"), ("5", "ticket"), ("6", "time"), ("7", "time")):
            await desk.presses(key, "p", "end", "shift+up", "shift+up", "space")
            assert f"[x] {first}" in desk.text()
            await desk.presses("space", "escape")
        await desk.presses("2", "p")
        assert "This pane has no columns to choose." in desk.text()


async def test_layouts_are_kept_renamed_and_removed_by_a_verb() -> None:
    saved: list[LayoutBook] = []
    async with a_desk(size=(60, 20), save_layouts=saved.append) as desk:
        await gives(desk, "layout save scalp")
        await gives(desk, 'layout rename scalp "London open, scalps"')
        assert "Layout London open, scalps; then trade," in desk.text(), "whole, at the least width, too"
        await gives(desk, 'layout remove "london open, scalps"')
        assert "Layout positions; then trade, watch, chart" in desk.text()
        assert saved[-1].layouts == AT_FIRST.layouts
        await gives(desk, "layout remove trade")
        assert "trade is one of the four" in desk.text()


async def gives(desk: Desk, line: str) -> None:
    """Type a line into the command bar, and enter it."""
    await desk.presses("colon")
    desk.app.screen.query_one(Input).value = line
    await desk.presses("enter")
