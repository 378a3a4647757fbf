"""Every mark has an ASCII form of its own width, and what must be told apart stays apart."""

import ast
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

import xbtfx_tui
from xbtfx_tui.ascii_marks import (
    MARKS,
    ascii_for,
    never_fail_to_write,
    shows_unicode,
    write_marks_in_ascii,
)

HIDDEN = set("\u1160\u3164\uffa0")
"""Fillers that the text of a server is cleaned of."""
PROGRAM = Path(xbtfx_tui.__file__).parent


def marks_of_the_program() -> set[str]:
    """What its own texts have that is not ASCII and takes room on screen."""
    found: set[str] = set()
    for file in PROGRAM.rglob("*.py"):
        if file.name == "ascii_marks.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(node.value)
    return {one for one in found - HIDDEN if not one.isascii() and one.isprintable()}


def test_every_mark_of_the_program_has_an_ascii_one() -> None:
    for mark in sorted(marks_of_the_program() | set(MARKS)):
        assert ascii_for(mark).isascii()
        assert ascii_for(mark) != "?", f"{mark} has no place in the table"
        assert cell_len(ascii_for(mark)) == cell_len(mark), mark


@pytest.mark.parametrize("apart", ["▲▼△▽", "▔─▁", "┈╌", "●○", "✓✗", "↗↘", "█░", "│┃█▀▄╽", "╷╵╻╹", "─█"])
def test_what_means_another_thing_looks_otherwise(apart: str) -> None:
    assert len(set(map(ascii_for, apart))) == len(apart)


@pytest.mark.parametrize("text", ["Dépôt", "€uro", "報价", "ｆｕｌｌ", "e\u0301", "a\u200bb", "⣿⠀", "╭╯├"])
def test_a_text_from_elsewhere_keeps_its_width(text: str) -> None:
    written = "".join(one if one.isascii() else ascii_for(one) for one in text)
    assert written.isascii()
    assert cell_len(written) == cell_len(text)


def test_a_letter_loses_its_accent_alone() -> None:
    assert [ascii_for(one) for one in "éñüA"] == ["e", "n", "u", "A"]


UTF8, LATIN = {"LANG": "C.UTF-8"}, {"LANG": "de_DE.ISO-8859-1"}
TMUX, SCREEN = {"TMUX": "tmux-0/default,1,0"}, {"STY": "1.pts"}


def never() -> bool | None:
    raise AssertionError("tmux was asked outside of it")


@pytest.mark.parametrize(
    ("environ", "encoding", "tmux", "shows"),
    [
        (UTF8, "utf-8", never, True),
        ({}, "utf-8", never, True),
        (LATIN, "utf-8", never, False),
        (LATIN, "iso-8859-1", never, False),
        ({"LANG": "de_DE@euro"}, "utf-8", never, False),
        ({**UTF8, "LC_ALL": "de_DE.ISO-8859-1"}, "utf-8", never, False),
        ({**LATIN, "LC_CTYPE": "en_GB.utf8@x"}, "utf-8", never, True),
        (UTF8, "ascii", never, False),
        ({**LATIN, "LC_CTYPE": "C.UTF-8"}, "utf-8", never, False),
        ({**TMUX, "LC_CTYPE": "C.UTF-8"}, "utf-8", lambda: None, False),
        (UTF8 | TMUX, "utf-8", lambda: True, True),
        (UTF8 | TMUX, "utf-8", lambda: False, False),
        (TMUX, "utf-8", lambda: True, True),
        (TMUX, "utf-8", lambda: None, False),
        (UTF8 | TMUX, "utf-8", lambda: None, True),
        (SCREEN, "utf-8", never, False),
        (UTF8 | SCREEN, "utf-8", never, True),
    ],
)
def test_the_terminal_is_known_by_its_locale_and_by_tmux(
    environ: dict[str, str], encoding: str, tmux: Callable[[], bool | None], shows: bool
) -> None:
    assert shows_unicode(environ, encoding, tmux) is shows


def test_a_stream_of_ascii_gets_marks_as_wide_as_they_were() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace")
    write_marks_in_ascii(stream)
    stream.write("EURUSD ▲ 1.16412 │ ● live")
    stream.flush()
    assert raw.getvalue() == b"EURUSD ^ 1.16412 | * live"


def test_an_encoding_without_the_mark_is_no_error() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="iso-8859-1")
    never_fail_to_write(stream)
    stream.write("é ▲ –")
    stream.flush()
    assert raw.getvalue() == "é ^ -".encode("iso-8859-1")
