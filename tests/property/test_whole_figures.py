"""Tickets, symbols and money are whole or not there: at every width a column gives way, no figure."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.style import Style

from tests.hypothesis_profiles import examples
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.panes.history_pane import DealsBoard
from xbtfx_tui.ui.panes.orders_pane import OrdersBoard
from xbtfx_tui.ui.panes.positions_pane import PositionsBoard
from xbtfx_tui.ui.panes.quotes_pane import QuotesBoard
from xbtfx_tui.ui.panes.status_line import Place
from xbtfx_tui.ui.widgets.one_line_widgets import Item, arrange
from xbtfx_tui.ui.widgets.table_columns import Column, fit_columns

BOARDS = (PositionsBoard, OrdersBoard, DealsBoard, QuotesBoard)
WIDTHS = st.integers(57, 250)
TEXTS = {
    "ticket": st.integers(1, 2**63).map(str),
    "deal": st.integers(1, 2**63).map(str),
    "position": st.integers(1, 2**63).map(str),
    "symbol": st.text(st.sampled_from("ABCabc123.#_-漢"), min_size=1, max_size=31).map(fmt.clean),
    "profit": st.decimals(-(10**12), 10**12, places=2).map(lambda amount: fmt.signed_money(amount, "USD")),
}
PRICES = st.decimals(Decimal("0.00000001"), 10**7, places=8).map(str)


@settings(max_examples=examples(300))
@given(data=st.data(), width=WIDTHS)
@pytest.mark.parametrize("board", BOARDS)
def test_what_a_table_shows_is_whole(board: type, data: st.DataObject, width: int) -> None:
    columns: Sequence[Column] = board.COLUMNS  # type: ignore[attr-defined] # each of them is a board
    texts = {column.name: data.draw(TEXTS.get(column.name, PRICES), column.name) for column in columns}
    lengths = {name: cell_len(text) for name, text in texts.items()}
    grown = [replace(column, width=max(column.width, lengths[column.name])) for column in columns]
    shown = fit_columns(grown, width)
    assert shown[0][0].name == columns[0].name, "the row says what it is of"
    assert sum(cells for _, cells in shown) + len(shown) - 1 <= max(width, lengths[columns[0].name])
    for column, cells in shown:
        assert cells >= lengths[column.name], column.name


@settings(max_examples=examples(200))
@given(width=WIDTHS, widths=st.lists(st.integers(1, 30), min_size=len(Place), max_size=len(Place)))
def test_a_line_is_never_longer_than_it_has_room_for_what_may_go(width: int, widths: list[int]) -> None:
    items = [Item((("x" * size, Style()),), place) for size, place in zip(widths, Place, strict=False)]
    left, right = arrange(items, width)
    kept = [*left, *right]
    if any(item.rank for item in kept):
        assert sum(item.width for item in kept) + 2 * (len(kept) - 1) <= width
    assert [item for item in items if not item.rank] == [item for item in kept if not item.rank]
