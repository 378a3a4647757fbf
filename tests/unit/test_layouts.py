"""Layouts: sized by key, checked when they come from outside, kept between runs."""

import os
import stat
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from xbtfx_tui import cli
from xbtfx_tui.commands.command_types import (
    ChangeLayout,
    Command,
    ListLayouts,
    RemoveLayout,
    RenameLayout,
    SaveLayout,
    ShowLayout,
)
from xbtfx_tui.commands.completion import complete
from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.config.atomic_file import read_kept
from xbtfx_tui.config.file_paths import state_dir
from xbtfx_tui.config.layouts_file import LayoutsFile
from xbtfx_tui.ui.layout.layout_book import (
    AT_FIRST,
    LONGEST_NAME,
    MOST_LAYOUTS,
    LayoutBook,
    Merged,
    by_need,
    changed,
    layout_words,
    merged,
    problem_of,
    resized,
)
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
        (LayoutBook((TRADE,), 3), "layout 3 of 1"),
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


# --- another's ---


OTHER = replace(TRADE, columns={"positions": ("ticket", "profit")})


def test_what_is_taken_stands_behind_ones_own_once() -> None:
    found = merged(AT_FIRST, [TRADE, OTHER, replace(OTHER, name="scalp")])
    assert isinstance(found, Merged)
    assert found.taken == ("trade 2", "scalp")
    assert found.book.layouts[: len(AT_FIRST.layouts)] == AT_FIRST.layouts
    assert problem_of(found.book) is None
    assert merged(found.book, [TRADE, OTHER, replace(OTHER, name="SCALP", columns=OTHER.columns)]) == Merged(
        found.book, ()
    )


def test_a_long_name_keeps_its_length_and_too_many_are_refused() -> None:
    long = replace(TRADE, name="x" * LONGEST_NAME)
    found = merged(LayoutBook((long,)), [replace(OTHER, name=long.name)])
    assert isinstance(found, Merged)
    assert found.taken == (f"{'x' * (LONGEST_NAME - 2)} 2",)
    many = [replace(TRADE, name=f"n{number}") for number in range(MOST_LAYOUTS)]
    assert merged(AT_FIRST, many) == "That would be 24 layouts; 20 are the most."


def test_what_another_run_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    first, second = LayoutsFile(path), LayoutsFile(path)
    with_another = replace(AT_FIRST, layouts=(*AT_FIRST.layouts, replace(OTHER, name="scalp")))
    assert second.save(with_another) is None
    assert first.save(AT_FIRST.step(1)) is None
    assert first.save(AT_FIRST.step(1)) is None, (
        "what came from elsewhere stays over this run's next change, too"
    )
    kept = LayoutsFile(path).book
    assert kept.active == 1
    assert [layout.name for layout in kept.layouts] == [*(one.name for one in AT_FIRST.layouts), "scalp"]


def test_what_this_run_removed_or_renamed_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    mine = done(AT_FIRST, SaveLayout("mine"))
    assert LayoutsFile(path).save(done(mine, SaveLayout("other"))) is None
    file = LayoutsFile(path)
    left = done(file.book, RenameLayout("mine", "ours"), RemoveLayout("other"))
    assert file.save(left) is None
    assert LayoutsFile(path).book == left


# --- by name ---


def done(book: LayoutBook, *commands: ChangeLayout) -> LayoutBook:
    for command in commands:
        made = changed(book, command)
        assert isinstance(made, LayoutBook), made
        assert problem_of(made) is None
        book = made
    return book


def names(book: LayoutBook) -> list[str]:
    return [f"[{one.name}]" if one is book.shown else one.name for one in book.layouts]


def test_ones_own_layouts_are_kept_renamed_and_removed() -> None:
    sized = AT_FIRST.step(2).with_shown(replace(AT_FIRST.layouts[2], columns={"positions": ("ticket",)}))
    mine = done(sized, SaveLayout("Scalp"))
    assert names(mine) == ["trade", "watch", "chart", "positions", "[Scalp]"]
    assert mine.shown == replace(sized.shown, name="Scalp"), "with the sizes and columns of now"
    more = done(mine, RenameLayout("scalp", "London open"), SaveLayout("b"), ShowLayout("TRADE"))
    assert names(more) == ["[trade]", "watch", "chart", "positions", "London open", "b"]
    assert names(done(more, RemoveLayout("b"))) == ["[trade]", "watch", "chart", "positions", "London open"]
    left = done(more, ShowLayout("b"), RemoveLayout("london open"))
    assert names(left) == ["trade", "watch", "chart", "positions", "[b]"], "the one on screen stays there"
    assert names(done(left, RemoveLayout("b"))) == ["trade", "watch", "chart", "[positions]"]
    assert names(done(more, RenameLayout("b", "B"))) == [
        "[trade]",
        "watch",
        "chart",
        "positions",
        "London open",
        "B",
    ]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (ShowLayout("x"), "There is no layout x: there are trade, watch, chart, positions, mine."),
        (RemoveLayout("x"), "There is no layout x"),
        (RenameLayout("x", "y"), "There is no layout x"),
        (RemoveLayout("Watch"), "watch is one of the four that are always there: it can't be removed."),
        (RenameLayout("trade", "y"), "trade is one of the four that are always there: it can't be renamed"),
        (RenameLayout("mine", "Chart"), "There is a layout Chart already"),
        (SaveLayout("MINE"), "There is a layout MINE already"),
        (SaveLayout("x" * 25), "A name of a layout is 1 to 24 characters that can be seen."),
    ],
)
def test_what_can_not_be_done_with_a_layout_is_said(command: ChangeLayout, says: str) -> None:
    said = changed(done(AT_FIRST, SaveLayout("mine")), command)
    assert isinstance(said, str)
    assert said.startswith(says)


def test_there_is_an_end_to_layouts_and_one_is_always_left() -> None:
    full = LayoutBook(tuple(replace(TRADE, name=f"n{number}") for number in range(MOST_LAYOUTS)))
    assert changed(full, SaveLayout("more")) == (
        "There are 20 layouts, which are the most: layout remove takes one away."
    )
    assert (
        changed(LayoutBook((replace(TRADE, name="n"),)), RemoveLayout("n"))
        == "n is the only layout there is."
    )


def test_the_layout_of_now_is_named_first_and_whole() -> None:
    long = "x" * LONGEST_NAME
    assert layout_words(done(AT_FIRST, SaveLayout(long))).startswith(f"Layout {long}; then trade, watch")
    assert layout_words(AT_FIRST.step(2)) == "Layout chart; then positions, trade, watch"
    assert layout_words(LayoutBook((TRADE,))) == "Layout trade"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("layout", ListLayouts()),
        ("layout CHART", ShowLayout("chart")),
        ("layout save scalp", SaveLayout("scalp")),
        ('layout rename chart "my chart"', RenameLayout("chart", "my chart")),
        ("layout remove chart", RemoveLayout("chart")),
        ('layout "remove"', ShowLayout("remove")),
    ],
)
def test_layouts_have_a_verb_that_knows_their_names(typed: str, command: Command) -> None:
    known = Known(layouts=("chart", "my chart"))
    assert parse(typed, known) == command
    assert isinstance(parse("layout remove", known), Mistake)
    assert [one.text for one in complete("layout remove c", 15, known, dict)] == ["chart"]


def run(*words: str) -> int:
    return cli.main(["layout", *words])


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("at_home")
def test_layouts_go_from_one_trader_to_another(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = state_dir(os.environ).layouts
    assert LayoutsFile(path).save(replace(AT_FIRST, layouts=(OTHER, *AT_FIRST.layouts[1:]))) is None
    assert run("export", "mine.json", "--only", "Trade") == 0
    assert run("export", "mine.json") == 1
    monkeypatch.setenv("XDG_STATE_HOME", str(at_home / "other"))
    assert run("import", "mine.json") == 0
    assert run("import", "mine.json") == 0
    there = LayoutsFile(state_dir(os.environ).layouts).book
    assert [layout.name for layout in there.layouts] == ["trade", "watch", "chart", "positions", "trade 2"]
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "Written to mine.json: trade.",
        "Taken from mine.json: trade 2.",
        "All layouts of mine.json are there already.",
    ]
    assert said.err == "xbtfx-tui: mine.json is there already, and is left as it is.\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "mine.json holds no layouts: Input data was truncated. Nothing was changed."),
        (b'{"version": 9}', "mine.json is of a later version of the program."),
        (b'{"version": 1, "active": 0, "layouts": []}', "It holds 0 layouts"),
        (b"\x00" * 1_000_001, "it is larger than anything that is kept there"),
        (None, "mine.json can't be read: No such file or directory."),
    ],
)
def test_a_bad_file_is_named_and_changes_nothing(
    at_home: Path, content: bytes | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (at_home / "mine.json").write_bytes(content)
    assert run("import", "mine.json") == 1
    assert words in capsys.readouterr().err
    assert not state_dir(os.environ).layouts.exists()
    assert run("export", "x.json", "--only", "none") == 1
    assert "There is no layout 'none': there are trade, watch, chart, positions." in capsys.readouterr().err
    assert run("export", "nowhere/x.json") == 1
    assert "can't be written" in capsys.readouterr().err


def test_a_pipe_is_no_file_of_layouts_and_the_mark_of_an_editor_is_left_out(tmp_path: Path) -> None:
    pipe, marked = tmp_path / "pipe", tmp_path / "marked"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        read_kept(pipe)
    marked.write_bytes(b"\xef\xbb\xbf{}")
    assert read_kept(marked) == b"{}"
