"""Layouts: sized by key, checked when they come from outside, kept between runs."""

import stat
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from xbtfx_tui.config.layouts_file import LayoutsFile
from xbtfx_tui.ui.layout.layout_book import AT_FIRST, LayoutBook, by_need, problem_of, resized
from xbtfx_tui.ui.layout.layout_types import PANES, WITHOUT_END, Arrangement, Axis, Layout, Need, Slot, Split
from xbtfx_tui.ui.layout.pane_arrangement import arranged
from xbtfx_tui.ui.layout.standard_layouts import TRADE
from xbtfx_tui.ui.panes.positions_pane import PositionsBoard
from xbtfx_tui.ui.widgets.table_columns import chosen_columns, fit_columns

NEEDS = {pane: Need(60, 8) for pane in PANES} | {"chart": Need(WITHOUT_END, WITHOUT_END)}


def at(layout: Layout, width: int = 120, height: int = 30) -> Arrangement:
    return arranged(layout.root, width, height, NEEDS, ())


def size_of(layout: Layout, pane: str) -> tuple[int, int]:
    box = next(slot.box for slot in at(layout) if slot.shown == pane)
    return box.width, box.height


def test_a_pane_grows_and_what_stands_beside_it_gives_the_room() -> None:
    wider = resized(TRADE, at(TRADE), "chart", Axis.ROW, 1)
    assert wider is not None
    assert size_of(wider, "chart")[0] > size_of(TRADE, "chart")[0]
    assert size_of(wider, "quotes")[0] < size_of(TRADE, "quotes")[0]
    taller = resized(wider, at(wider), "positions", Axis.COLUMN, 1)
    assert taller is not None
    assert size_of(taller, "positions")[1] > size_of(TRADE, "positions")[1]
    assert size_of(taller, "chart")[0] == size_of(wider, "chart")[0], "the other size stays"
    assert by_need(taller) == TRADE


def test_a_pane_that_has_all_the_room_that_way_is_not_sized() -> None:
    assert resized(TRADE, at(TRADE), "positions", Axis.ROW, 1) is None, "Messages is a tab at this width"
    assert resized(TRADE, at(TRADE), "messages", Axis.ROW, 1) is None, "it is not on screen"


def test_sizes_moved_for_ever_end_at_the_least_of_the_others() -> None:
    layout = TRADE
    for _ in range(60):
        layout = resized(layout, at(layout), "positions", Axis.COLUMN, 1) or layout
    assert {slot.shown for slot in at(layout)} == {slot.shown for slot in at(TRADE)}


def broken(layout: Layout) -> LayoutBook:
    return replace(AT_FIRST, layouts=(layout,))


EVERY = Slot(PANES)


@pytest.mark.parametrize(
    ("book", "words"),
    [
        (LayoutBook(()), "0 layouts"),
        (LayoutBook((TRADE,), 3), "number 4"),
        (LayoutBook((TRADE, replace(TRADE, name="Trade"))), "one name"),
        (broken(Layout("", EVERY)), "name of a layout"),
        (broken(Layout("a\x1b[2J", EVERY)), "name of a layout"),
        (broken(Layout("few", Slot(PANES[:3]))), "each of the panes once"),
        (broken(Layout("twice", Slot((*PANES, "chart")))), "each of the panes once"),
        (broken(Layout("heavy", Slot(PANES, 0))), "weight"),
        (broken(Layout("share", Slot(PANES, 1, 100))), "share"),
        (broken(Layout("alone", Split(Axis.ROW, (EVERY,)))), "split of one part"),
    ],
)
def test_what_makes_no_sense_is_said(book: LayoutBook, words: str) -> None:
    assert words in (problem_of(book) or "")


def test_what_is_saved_is_loaded_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "layouts.json"
    sized = resized(TRADE, at(TRADE), "chart", Axis.ROW, 1)
    assert sized is not None
    book = AT_FIRST.with_shown(replace(sized, columns={"quotes": ("bid", "ask")})).step(1)
    assert LayoutsFile(path).save(book) is None
    again = LayoutsFile(path)
    assert (again.book, again.problem) == (book, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"version": 1, "active": 0, "layouts": []}', b"\xff" * 9])
def test_a_file_without_sense_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "layouts.json"
    path.write_bytes(content)
    file = LayoutsFile(path)
    assert file.book == AT_FIRST
    assert "layouts.json.broken-1" in (file.problem or "")
    assert (tmp_path / "layouts.json.broken-1").read_bytes() == content
    assert file.save(AT_FIRST) is None


def test_a_file_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    content = msgspec.json.encode({"version": 2, "something": "else"})
    path.write_bytes(content)
    file = LayoutsFile(path)
    assert "later version" in (file.problem or "")
    assert "for this run alone" in (file.save(AT_FIRST) or "")
    assert path.read_bytes() == content


def test_chosen_columns_stand_in_their_order_and_the_row_keeps_its_name() -> None:
    columns = PositionsBoard.COLUMNS
    shown = chosen_columns(columns, ("profit", "risk", "symbol", "nonsense"))
    assert [column.name for column in shown] == ["ticket", "profit", "risk", "symbol"]
    assert [column.name for column, _ in fit_columns(shown, 32)] == ["ticket", "profit", "symbol"]
    assert chosen_columns(columns, ()) is columns
