"""The help as a page: nothing of it is lost or cut, whatever the room, and what is typed finds it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.ui.help_contents import help_sections
from xbtfx_tui.ui.help_pages import GAP, LEAST_COLUMN, fitting, page_of
from xbtfx_tui.ui.key_bindings import ACTIONS

ALL = help_sections({"trade.lock": "ctrl+l, ctrl+shift+alt+f12"})


def columns_of(width: int, height: int) -> int:
    """How many columns the page has: each begins with the name of a group."""
    titles = {section.title for section in ALL}
    first = page_of(ALL, width, height)[0].plain
    return sum(part.strip() in titles for part in re.split(r" {3,}", first) if part.strip())


@given(st.integers(56, 260), st.integers(10, 120))
def test_every_word_of_it_is_there_and_no_line_is_wider_than_the_page(width: int, height: int) -> None:
    lines = page_of(ALL, width, height)
    assert max(len(line.plain.rstrip()) for line in lines) <= width
    shown = sorted("".join(line.plain for line in lines).replace(" ", ""))
    rows = [row for section in ALL for row in section.rows]
    wanted = "".join(row.key + row.words for row in rows) + "".join(section.title for section in ALL)
    for letter in set(wanted) - set(" \n"):
        assert shown.count(letter) >= wanted.count(letter)  # a group that goes on is named again


def test_it_takes_the_columns_that_it_needs_and_that_fit() -> None:
    assert columns_of(75, 20) == 1
    assert columns_of(2 * LEAST_COLUMN + GAP, 20) == 2
    assert columns_of(195, 45) == 3
    assert columns_of(235, 100) == 3
    assert columns_of(235, 45) == 4
    assert columns_of(235, 1_000) == 1
    assert len(page_of(ALL, 235, 65)) < len(page_of(ALL, LEAST_COLUMN, 65)) / 3


def keys(typed: str) -> list[str]:
    return [row.key for section in fitting(ALL, typed) for row in section.rows]


def test_what_is_typed_finds_words_and_keys() -> None:
    assert keys("") == [row.key for section in ALL for row in section.rows]
    assert keys("be")[0] == ":be"
    assert keys("v")[0] == "v"
    assert fitting(ALL, "v")[0].title == "v"
    assert keys("/") == ["/"]
    assert "m" in keys("stops")  # by its word in the line of keys
    assert ":trail" in keys("trail pips")
    assert keys("kill switch")[0] == "X, ctrl+x"
    assert keys("undo") == ["undo"]
    assert "weight 550+" in keys("weight")
    assert keys("no such thing") == []
    assert len(keys("close")) > len(keys("close part")) > 0


def test_each_key_finds_itself() -> None:
    for one in ACTIONS:
        row = next(row for section in ALL for row in section.rows if row.words == one.words)
        first = row.key.split(", ")[0]
        assert row in fitting(ALL, first)[0].rows


def test_what_a_column_of_quotes_means_is_found_by_its_title() -> None:
    (section,) = fitting(ALL, "lo-hi")
    assert [row.key for row in section.rows] == ["start lo-hi"]
