"""Terminals that show ASCII alone, have no cursor, or have only a part of the program on them."""

import re
import sys
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram, a_program, run_without_a_terminal

PAPER = ("--paper", "--seed", "7")
ROW = re.compile(r"^EURUSD +[\^v ] +1\.\d{5} +1\.\d{5}", re.MULTILINE)


@pytest.mark.parametrize(
    ("more", "environment"),
    [
        ((), {"LANG": "de_DE.ISO-8859-1"}),
        pytest.param(
            (), {"LANG": "de_DE.ISO-8859-1", "PYTHONIOENCODING": "iso-8859-1"}, marks=pytest.mark.long
        ),
        (("--ascii",), {}),
    ],
    ids=["locale", "8-bit output", "by hand"],
)
def test_every_byte_is_ascii_and_every_figure_whole(
    tmp_path: Path, more: tuple[str, ...], environment: dict[str, str]
) -> None:
    with a_program(tmp_path, *PAPER, *more, **environment) as program:
        program.until(lambda: ROW.search(program.text()) is not None)
        program.sees("PAPER", "* live", "[4 Positions 3]")
        program.types("q")
        assert program.ends() == 0
        assert program.output.isascii()
        assert b"\\u" not in program.output


def test_a_setting_has_ascii_and_another_has_none_of_it(tmp_path: Path) -> None:
    config = tmp_path / ".config/xbtfx-tui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("ascii = false\n")
    with a_program(tmp_path, *PAPER, LANG="de_DE.ISO-8859-1") as program:
        program.sees("● live")
    config.write_text("ascii = true\n")
    with a_program(tmp_path, *PAPER) as program:
        program.sees("* live")


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_without_a_cursor_gets_a_sentence(tmp_path: Path, term: str) -> None:
    with a_program(tmp_path, *PAPER, TERM=term) as program:
        assert program.ends() == 1
        assert "can't draw a screen" in " ".join(program.text().split())
        assert b"\x1b" not in program.output


def test_errors_that_go_to_a_file_leave_the_terminal_a_terminal(tmp_path: Path) -> None:
    shell = ["sh", "-c", f"exec {sys.executable} -m xbtfx_tui --paper --seed 7 2>errors"]
    program = PtyProgram(tmp_path, (), {}, shell)
    try:
        program.sees("PAPER", "● live")
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []
    finally:
        program.close()
    assert b"\x1b" not in (tmp_path / "errors").read_bytes()


def test_a_command_says_its_say_in_any_encoding(tmp_path: Path) -> None:
    done = run_without_a_terminal(tmp_path, "--help", PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 0
