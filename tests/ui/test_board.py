"""Canvas and board: what is repainted, where the cursor goes."""

from collections.abc import Sequence
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from xbtfx_tui.ui.colour_themes import fallback_variables
from xbtfx_tui.ui.stylesheet_files import styles_dir
from xbtfx_tui.ui.widgets.canvas import Cell
from xbtfx_tui.ui.widgets.table import Board
from xbtfx_tui.ui.widgets.table_columns import Column

pytestmark = pytest.mark.usefixtures("every_frame_is_painted")


class Prices(Board[int]):
    """Rows numbered by key, with one figure that the test changes."""

    COLUMNS: ClassVar = (Column("key", "key", 6, to_left=True), Column("price", "price", 9))

    def __init__(self) -> None:
        super().__init__()
        self.prices: dict[int, str] = {}
        self.drawn: list[int] = []
        self.repainted: list[Region] = []

    def row(self, key: int) -> dict[str, Cell]:
        self.drawn.append(key)
        text = self.tint("text")
        return {
            "key": ((f"{key:<6}", text),),
            "price": ((f"{self.prices.get(key, '1.00000'):>9}", text),),
        }

    def _refresh_columns(self, y: int, spans: Sequence[tuple[int, int]]) -> None:
        row = self.line_to_screen(y)
        self.repainted += [Region(start, row, end - start, 1) for start, end in spans]
        super()._refresh_columns(y, spans)


class Host(App[None]):
    CSS_PATH: ClassVar = [styles_dir() / "canvas.tcss"]

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__()
        self.board = Prices()
        self.keys = keys

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return fallback_variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield self.board

    def on_mount(self) -> None:
        self.board.set_keys(self.keys)
        self.board.focus()


def shown(board: Prices) -> list[str]:
    return [board.render_line(y).text.rstrip() for y in range(board.size.height)]


async def test_only_the_digits_that_changed_are_repainted() -> None:
    app = Host(range(5))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        board = app.board
        board.repainted.clear()
        board.prices[2] = "1.00042"
        board.refresh_rows([2])
        assert board.repainted == [Region(7 + 7, 3, 2, 1)]
        assert shown(board)[3] == "2        1.00042"


async def test_an_unchanged_row_repaints_nothing() -> None:
    app = Host(range(5))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        app.board.repainted.clear()
        app.board.refresh_visible()
        assert app.board.repainted == []


async def test_a_row_out_of_sight_costs_no_text_and_is_right_when_it_comes_into_sight() -> None:
    app = Host(range(1000))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        board = app.board
        board.drawn.clear()
        board.prices[700] = "7.77777"
        board.refresh_rows([700])
        assert 700 not in board.drawn
        board.select(700)
        await pilot.pause()
        assert any("7.77777" in line for line in shown(board))


async def test_the_cursor_keeps_its_row_when_others_come_and_go() -> None:
    app = Host([5, 4, 3])
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("down")
        assert app.board.cursor == 4
        app.board.set_keys([6, 5, 4, 3])
        assert app.board.cursor == 4
        app.board.set_keys([6, 5, 3])
        assert app.board.cursor == 3, "the row that moved up into its place"
        app.board.set_keys([])
        assert app.board.cursor is None


async def test_the_cursor_moves_by_every_key_and_stays_in_sight() -> None:
    app = Host(range(100))
    async with app.run_test(size=(40, 10)) as pilot:
        for key, expected in (
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("end", 99),
            ("up", 98),
            ("home", 0),
            ("pagedown", 8),
            ("pageup", 0),
        ):
            await pilot.press(key)
            assert app.board.cursor == expected, key
            assert app.board.cursor in app.board.visible_keys, key
        assert shown(app.board)[0].split() == ["key", "price"], "the header never scrolls"
