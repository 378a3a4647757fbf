"""Text from a server can't steer a terminal, hide in it, or fill it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.text_sanitizer import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Market closed", "Market closed"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b2Jgone", "gone"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]52;c;aGk=\x1b\\text", "text"),
        ("\x1bc bare", "c bare"),
        ("one\r\ntwo\tthree", "one two three"),
        ("nul\x00 bell\x07", "nul bell"),
        ("pay \u202eDSU 01\u202c now", "pay DSU 01 now"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\u2028end", "line end"),
        ("[/x] [bold]", "[/x] [bold]"),
        ("z" + "\u0301" * 50, "z\u0301\u0301"),
        ("Größe, 価格, цена", "Größe, 価格, цена"),
        ("", ""),
    ],
)
def test_text_is_shown_as_one_harmless_line(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_megabyte_ends_in_an_ellipsis() -> None:
    assert plain("x" * 1_000_000, 200) == "x" * 199 + "…"
    assert plain("x" * 200, 200) == "x" * 200


def test_what_was_cut_off_unseen_is_marked_as_cut() -> None:
    assert plain("ok" + "\x00" * 10_000 + "more", 200) == "ok…"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_it_is_always_printable_and_bounded(text: str, limit: int) -> None:
    line = plain(text, limit)
    assert len(line) <= limit
    assert all(character == " " or character.isprintable() or character == "\u3000" for character in line)
    assert plain(line, limit) == line
