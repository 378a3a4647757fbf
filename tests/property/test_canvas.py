"""What must hold of cells and columns whatever is put in them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from xbtfx_tui.ui.widgets.canvas import Cell, cell_width, changed_span
from xbtfx_tui.ui.widgets.one_line_widgets import Item, arrange
from xbtfx_tui.ui.widgets.table_columns import Column, fit_columns

STYLES = [Style(color="red"), Style(bold=True), Style()]
runs = st.tuples(st.text("abc1.", min_size=1, max_size=5), st.sampled_from(STYLES))
cells: st.SearchStrategy[Cell] = st.lists(runs, min_size=1, max_size=4).map(tuple)
columns = st.lists(
    st.builds(
        Column,
        name=st.uuids().map(str),
        title=st.just("t"),
        width=st.integers(1, 12),
        rank=st.integers(0, 5),
        stretch=st.integers(0, 9),
    ),
    min_size=1,
    max_size=9,
)


def pixels(cell: Cell) -> list[tuple[str, Style]]:
    return [(character, style) for text, style in cell for character in text]


@given(cells, cells)
def test_repainting_the_changed_span_alone_gives_the_new_cell(old: Cell, new: Cell) -> None:
    span = changed_span(old, new)
    if span is None:
        assert pixels(old) == pixels(new)
    elif cell_width(old) == cell_width(new):
        start, end = span
        painted = pixels(old)[:start] + pixels(new)[start:end] + pixels(old)[end:]
        assert painted == pixels(new)
        assert pixels(old)[start] != pixels(new)[start]
        assert pixels(old)[end - 1] != pixels(new)[end - 1]


@given(columns, st.integers(1, 240))
def test_columns_fit_unless_only_the_indispensable_are_left(given_columns: list[Column], width: int) -> None:
    laid_out = fit_columns(given_columns, width)
    used = sum(w for _, w in laid_out) + len(laid_out) - 1
    assert laid_out
    assert all(c.width <= w <= c.width + c.stretch for c, w in laid_out)
    assert used <= width or len(laid_out) == 1 or all(c.rank == 0 for c, _ in laid_out)


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5), st.booleans()), max_size=8), st.integers(0, 200)
)
def test_a_line_drops_the_least_wanted_first(shapes: list[tuple[int, int, bool]], width: int) -> None:
    items = [Item((("x" * size, Style()),), rank, right) for size, rank, right in shapes]
    left, right = arrange(items, width)
    kept = [*left, *right]
    dropped = [item for item in items if not any(item is one for one in kept)]
    if dropped and kept:
        assert min(item.rank for item in dropped) >= max(item.rank for item in kept) or any(
            item.rank == 0 for item in kept
        )
    assert all(item.rank > 0 for item in dropped)
