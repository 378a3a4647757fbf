"""The lines of the command line: looked back through, kept between runs, and lenient with what is found."""

from pathlib import Path

import pytest

from xbtfx_tui.config.command_history_file import LONGEST_LINE, MOST_LINES, load_history, save_history
from xbtfx_tui.ui.command_history import CommandHistory


def test_one_looks_back_line_by_line_and_comes_back_to_what_was_typed() -> None:
    history = CommandHistory(("margin", "close all"))
    assert history.older("be 2") == "close all"
    assert history.older("close all") == "margin"
    assert history.older("margin") is None
    assert history.newer() == "close all"
    assert history.newer() == "be 2"
    assert not history.is_looking_back
    assert history.newer() is None


def test_what_is_entered_again_moves_to_the_end_and_is_kept_once() -> None:
    saved: list[tuple[str, ...]] = []
    history = CommandHistory(("margin", "pnl"), saved.append)
    for line in (" margin ", "margin", "", "   "):
        history.add(line)
    assert history.lines == ("pnl", "margin")
    assert saved == [("pnl", "margin")]


def test_entering_a_line_ends_the_looking_back() -> None:
    history = CommandHistory(("margin", "pnl"))
    history.older("")
    history.older("")
    history.add("margin")
    assert history.older("") == "margin"


def test_the_newest_200_are_kept() -> None:
    history = CommandHistory()
    for number in range(1, MOST_LINES + 51):
        history.add(f"close {number}")
    assert len(history.lines) == MOST_LINES
    assert history.lines[-1] == f"close {MOST_LINES + 50}"


def test_lines_survive_a_run_in_a_file_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "state" / "commands.txt"
    lines = tuple(f"close {number}" for number in range(250))
    save_history(path, lines)
    assert load_history(path) == lines[-MOST_LINES:]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["commands.txt"]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", ()),
        (b"margin\n\n  pnl  \n", ("margin", "pnl")),
        (b"margin\n\x1b[31mred\npnl", ("margin", "pnl")),
        (b"\xff\xfe\nmargin\n", ("margin",)),
        (b"x" * (LONGEST_LINE + 1) + b"\nmargin", ("margin",)),
    ],
)
def test_what_is_no_line_is_left_out(content: bytes, lines: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "commands.txt"
    path.write_bytes(content)
    found = load_history(path)
    assert found[-len(lines) :] == lines if lines else found == ()
    assert all(line.isprintable() for line in found)


def test_no_file_and_no_place_to_write_are_no_errors(tmp_path: Path) -> None:
    assert load_history(tmp_path / "none.txt") == ()
    assert load_history(tmp_path) == ()
    save_history(tmp_path / "a-directory", ("margin",))
    (tmp_path / "taken").mkdir()
    save_history(tmp_path / "taken", ("margin",))
    assert (tmp_path / "taken").is_dir()


def test_two_terminals_lose_each_other_no_line(tmp_path: Path) -> None:
    path = tmp_path / "commands.txt"
    save_history(path, ("buy 1 EURUSD",))
    one, other = (
        CommandHistory(load_history(path), lambda lines: save_history(path, lines)) for _ in range(2)
    )
    one.add("close all")
    other.add("pnl today")
    one.add("buy 1 EURUSD")
    assert load_history(path) == ("close all", "pnl today", "buy 1 EURUSD")
