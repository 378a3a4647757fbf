"""The light terminal and the fewest bytes: hand-worked pictures."""

import pytest

from tests.benchmarks.screen import PLAIN, FewestBytes, Grid, Look, changed_look, look_bytes

RED = Look(ink="31")
BOLD_RED = Look(frozenset({"1"}), "31")


def drawn(*writes: str, size: tuple[int, int] = (10, 2)) -> Grid:
    grid = Grid(*size)
    for data in writes:
        grid.feed(data.encode())
    return grid


def test_text_lands_where_it_is_written() -> None:
    grid = drawn("\x1b[2;3Hab\x1b[2Cc\x1b[1;1H日x")
    assert grid.line(1) == "  ab  c   "
    assert grid.chars[0][:3] == ["日", "", "x"]


def test_what_is_cut_between_two_reads_is_put_together() -> None:
    grid = Grid(10, 2)
    for byte in "\x1b[31mé\x1b[2;2Hz".encode():
        grid.feed(bytes([byte]))
    assert (grid.chars[0][0], grid.looks[0][0]) == ("é", RED)
    assert grid.chars[1][1] == "z"


@pytest.mark.parametrize(
    ("codes", "look"),
    [
        ("31", RED),
        ("1;31", BOLD_RED),
        ("0", PLAIN),
        ("38;2;1;2;3;48;5;7", Look(ink="38;2;1;2;3", paper="48;5;7")),
        ("97;104", Look(ink="97", paper="104")),
    ],
)
def test_looks(codes: str, look: Look) -> None:
    assert changed_look(PLAIN, codes) == look


def test_the_shortest_way_between_looks() -> None:
    assert look_bytes(RED, RED) == 0
    assert look_bytes(PLAIN, RED) == len("\x1b[31m")
    assert look_bytes(RED, BOLD_RED) == len("\x1b[1m")
    assert look_bytes(BOLD_RED, RED) == len("\x1b[22m")
    assert look_bytes(BOLD_RED, PLAIN) == len("\x1b[m")
    assert look_bytes(None, PLAIN) == len("\x1b[m")


def test_the_fewest_bytes_between_pictures() -> None:
    count = FewestBytes()
    empty, first = drawn(), drawn("abc")
    assert count.between(empty, empty) == 0
    assert count.between(empty, first) == len("\x1b[1H\x1b[mabc")
    assert count.between(first, drawn("abcd")) == 1, "the cursor stands there already"
    assert count.between(drawn("abcd"), drawn("abcd f")) == 2, "a blank is shorter than a move"
    assert count.between(drawn("abcd f"), drawn("xbcd f")) == len("\x1b[1Hx")
