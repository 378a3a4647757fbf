"""Any size, needs and layout: panes stand side by side, whole, as many apart as there is room for."""

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.hypothesis_profiles import examples
from xbtfx_tui.ui.layout.layout_types import (
    PANES,
    WITHOUT_END,
    Arrangement,
    Axis,
    Layout,
    Need,
    Node,
    Slot,
    Split,
    panes_of,
)
from xbtfx_tui.ui.layout.pane_arrangement import arranged, least_of
from xbtfx_tui.ui.layout.standard_layouts import STANDARD, TRADE

SIZES = st.tuples(st.integers(60, 250), st.integers(16, 80))
NEEDS = st.fixed_dictionaries(
    {pane: st.builds(Need, st.integers(20, 150), st.integers(1, 90) | st.just(WITHOUT_END)) for pane in PANES}
)
RECENT = st.lists(st.sampled_from(PANES), unique=True)


@st.composite
def trees(draw: st.DrawFn) -> Node:
    """All panes, in any order, in slots in rows or columns of two levels, some with sizes of the trader's."""
    left = draw(st.permutations(PANES))
    groups: list[Slot] = []
    while left:
        count = draw(st.integers(1, min(3, len(left))))
        share = draw(st.none() | st.integers(1, 99))
        groups.append(Slot(tuple(left[:count]), draw(st.integers(1, 4)), share))
        left = left[count:]
    outer, inner = draw(st.sampled_from([(Axis.COLUMN, Axis.ROW), (Axis.ROW, Axis.COLUMN)]))
    at = draw(st.integers(0, len(groups)))
    parts = [Split(inner, tuple(part)) for part in (groups[:at], groups[at:]) if part]
    return Split(outer, tuple(parts))


def shown(arrangement: Arrangement) -> list[str]:
    return [slot.shown for slot in arrangement]


@settings(max_examples=examples(300))
@given(root=trees() | st.sampled_from([one.root for one in STANDARD]), size=SIZES, needs=NEEDS, recent=RECENT)
def test_the_body_is_covered_once_and_every_pane_is_one_key_away(
    root: Node, size: tuple[int, int], needs: Mapping[str, Need], recent: list[str]
) -> None:
    width, height = size
    arrangement = arranged(root, width, height, needs, recent)
    boxes = [slot.box for slot in arrangement]
    assert sum(box.width * box.height for box in boxes) == width * height
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
    for one, other in combinations(boxes, 2):
        is_apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert is_apart, (one, other)
    assert sorted(pane for slot in arrangement for pane in slot.panes) == sorted(PANES)
    if recent:
        assert recent[0] in shown(arrangement), "what was looked at last is on screen"


@settings(max_examples=examples(300))
@given(root=trees() | st.sampled_from([one.root for one in STANDARD]), size=SIZES, needs=NEEDS, recent=RECENT)
def test_nothing_that_stands_beside_something_is_less_than_its_least(
    root: Node, size: tuple[int, int], needs: Mapping[str, Need], recent: list[str]
) -> None:
    width, height = size
    arrangement = arranged(root, width, height, needs, recent)
    for slot in arrangement:
        least = least_of(Slot(slot.panes))
        if slot.is_beside or slot.is_followed:
            frame = 2 * (not slot.is_beside) + (not slot.is_followed)
            assert slot.box.width >= least.columns - frame
        if slot.box.height < height:
            assert slot.box.height >= least.rows


@settings(max_examples=examples(200))
@given(layout=st.sampled_from(STANDARD), size=SIZES, needs=NEEDS)
def test_a_larger_screen_never_shows_fewer_panes(
    layout: Layout, size: tuple[int, int], needs: Mapping[str, Need]
) -> None:
    width, height = size
    here = arranged(layout.root, width, height, needs, ())
    assert len(arranged(layout.root, width + 1, height, needs, ())) >= len(here)
    assert len(arranged(layout.root, width, height + 1, needs, ())) >= len(here)


@settings(max_examples=examples(200))
@given(size=SIZES, needs=NEEDS)
def test_quotes_and_positions_are_both_on_screen_at_every_size(
    size: tuple[int, int], needs: Mapping[str, Need]
) -> None:
    assert {"quotes", "positions"} <= set(shown(arranged(TRADE.root, *size, needs, ())))


def test_every_layout_has_every_pane_once() -> None:
    for layout in STANDARD:
        assert sorted(panes_of(layout.root)) == sorted(PANES), layout.name


FEW = {pane: Need(60, 8) for pane in PANES} | {"chart": Need(WITHOUT_END, WITHOUT_END)}


@pytest.mark.parametrize(
    ("size", "panes"),
    [
        ((60, 16), ["quotes", "positions"]),
        ((80, 20), ["quotes", "positions"]),
        ((100, 26), ["quotes", "depth", "chart", "positions"]),
        ((120, 30), ["quotes", "depth", "chart", "positions"]),
        ((200, 46), ["quotes", "depth", "chart", "positions", "messages"]),
        ((240, 66), ["quotes", "depth", "chart", "positions", "messages"]),
    ],
)
def test_what_the_usual_layout_shows(size: tuple[int, int], panes: list[str]) -> None:
    assert shown(arranged(TRADE.root, *size, FEW, ())) == panes


@pytest.mark.parametrize(
    ("quotes", "positions", "heights"),
    [(8, 6, [13, 7]), (8, 40, [9, 11]), (40, 6, [13, 7]), (40, 40, [10, 10]), (8, 3, [15, 5])],
)
def test_rows_are_shared_by_need(quotes: int, positions: int, heights: list[int]) -> None:
    needs = FEW | {"quotes": Need(60, quotes), "positions": Need(60, positions)}
    assert [slot.box.height for slot in arranged(TRADE.root, 80, 20, needs, ())] == heights


def test_a_size_of_the_traders_own_is_kept_whatever_is_needed() -> None:
    assert isinstance(TRADE.root, Split)
    upper, lower = TRADE.root.parts
    root = replace(TRADE.root, parts=(upper, replace(lower, share=60)))
    assert [slot.box.height for slot in arranged(root, 80, 20, FEW, ())] == [8, 12]
    root = replace(TRADE.root, parts=(upper, replace(lower, share=99)))
    assert [slot.box.height for slot in arranged(root, 80, 20, FEW, ())] == [7, 13], "the least of the rest"
