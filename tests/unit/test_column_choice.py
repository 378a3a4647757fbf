"""Choosing a table's columns: whatever is toggled and moved, the first stays and what is kept comes back."""

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.ui.panes.positions_pane import PositionsBoard
from xbtfx_tui.ui.widgets.column_choice import ColumnChoice, choice_of
from xbtfx_tui.ui.widgets.table_columns import chosen_columns

COLUMNS = PositionsBoard.COLUMNS
NAMES = [column.name for column in COLUMNS]
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-3, 3)), max_size=30)


def after(steps: list[tuple[str, int]]) -> ColumnChoice:
    choice = choice_of(COLUMNS, (), {"age"})
    for name, by in steps:
        choice = choice.moved(name, by) if by else choice.toggled(name)
    return choice


@given(STEPS)
def test_no_step_loses_a_column_or_the_name_of_a_row(steps: list[tuple[str, int]]) -> None:
    choice = after(steps)
    assert sorted(choice.order) == sorted(NAMES)
    assert choice.order[0] == choice.names[0] == NAMES[0]
    assert len(choice.names) > 1, "the first alone would stand for the usual ones"
    assert [column.name for column in chosen_columns(COLUMNS, choice.names)] == list(choice.names)
    again = choice_of(COLUMNS, choice.names, ())
    assert again.names == choice.names
    assert again.shown == choice.shown


def test_it_begins_with_what_is_on_screen() -> None:
    usual = choice_of(COLUMNS, (), {"age"})
    assert usual.shown == {column.name for column in COLUMNS if not column.is_extra} | {"age"}
    assert usual.order == tuple(NAMES)
    of_later = choice_of(COLUMNS, ("profit", "no such column", "symbol"), ())
    assert of_later.names == ("ticket", "profit", "symbol")


def test_a_column_moves_one_place_and_not_before_the_first() -> None:
    choice = after([])
    assert choice.moved("side", -1).order[:3] == ("ticket", "side", "symbol")
    assert choice.moved("symbol", -1) == choice
    assert choice.moved("ticket", 1) == choice.toggled("ticket") == choice
    assert choice.moved("profit", 1) == choice
