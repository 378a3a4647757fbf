"""The thrifty way to a screen ends at the same screen: compared on a terminal emulator (pyte)."""

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.hypothesis_profiles import examples
from xbtfx_tui.ui.terminal.cell_diff import CellScreen, columns_of
from xbtfx_tui.ui.terminal.sgr_styles import parse_sgr, transition

WIDTH, HEIGHT = 24, 6
STYLES = ["", "1", "7", "38;2;10;20;30", "1;38;5;3;48;2;9;9;9", "31;42", "2;4;91", "48;5;200"]

texts = st.text(st.sampled_from("abc 1.0▲█漢字é"), min_size=1, max_size=12)
runs = st.tuples(st.sampled_from(STYLES), texts)
writes = st.tuples(
    st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.lists(runs, min_size=1, max_size=4)
)
frames = st.lists(st.lists(writes, min_size=1, max_size=4), min_size=1, max_size=8)


def drawn(write: tuple[int, int, list[tuple[str, str]]]) -> str:
    """A write as Textual's compositor makes it: a position, then runs with their whole styles."""
    x, y, pieces = write
    room = WIDTH - x
    out = [f"\x1b[{y + 1};{x + 1}H"]
    for style, text in pieces:
        fitting = ""
        for character in text:
            width = 2 if character in "漢字" else 1
            if width > room:
                break
            fitting += character
            room -= width
        out.append(f"\x1b[{style}m{fitting}\x1b[0m" if style else fitting)
    return "".join(out)


def a_terminal() -> tuple[pyte.Screen, pyte.Stream]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    screen.reset_mode(pyte.modes.DECAWM)
    return screen, pyte.Stream(screen)


def look(screen: pyte.Screen) -> list[list[object]]:
    return [[screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]


def no_wide(frame: list[tuple[int, int, list[tuple[str, str]]]]) -> bool:
    return not any(character in "漢字" for _, _, pieces in frame for _, text in pieces for character in text)


@settings(max_examples=examples(300))
@given(frames)
def test_the_screen_is_the_same_after_every_frame(
    every: list[list[tuple[int, int, list[tuple[str, str]]]]],
) -> None:
    raw, raw_stream = a_terminal()
    thrifty, thrifty_stream = a_terminal()
    cells = CellScreen(WIDTH, HEIGHT)
    blank = "".join(f"\x1b[{y + 1};1H{' ' * WIDTH}" for y in range(HEIGHT))
    for frame in [None, *every]:
        data = blank if frame is None else "".join(map(drawn, frame))
        raw_stream.feed(data)
        thrifty_stream.feed(cells.feed(data) + cells.paint())
        if all(no_wide(one) for one in every):
            assert look(thrifty) == look(raw)


@given(frames)
def test_what_is_shown_already_is_not_written_again(
    every: list[list[tuple[int, int, list[tuple[str, str]]]]],
) -> None:
    cells = CellScreen(WIDTH, HEIGHT)
    for frame in every:
        cells.feed("".join(map(drawn, frame)))
        cells.paint()
    assert cells.paint() == ""
    last = "".join(map(drawn, every[-1]))
    cells.feed(last)
    cells.paint()
    cells.feed(last)
    assert cells.paint() == ""


@given(st.lists(frames, min_size=1, max_size=3), st.integers(0, 3))
def test_frames_that_were_not_painted_are_caught_up_with_in_one(
    batches: list[list[list[tuple[int, int, list[tuple[str, str]]]]]], skip: int
) -> None:
    frames_of_all = [frame for batch in batches for frame in batch if no_wide(frame)]
    raw, raw_stream = a_terminal()
    thrifty, thrifty_stream = a_terminal()
    cells = CellScreen(WIDTH, HEIGHT)
    for index, frame in enumerate(frames_of_all):
        data = "".join(map(drawn, frame))
        raw_stream.feed(data)
        cells.feed(data)
        if index % (skip + 1) == 0:
            thrifty_stream.feed(cells.paint())
    thrifty_stream.feed(cells.paint())
    assert [line.rstrip() for line in thrifty.display] == [line.rstrip() for line in raw.display]


@given(st.sampled_from([None, *STYLES]), st.sampled_from(STYLES))
def test_a_transition_ends_in_its_style(old: str | None, new: str) -> None:
    straight, straight_stream = a_terminal()
    stepwise, stepwise_stream = a_terminal()
    straight_stream.feed(f"\x1b[0;{new}mX" if new else "\x1b[mX")
    stepwise_stream.feed((f"\x1b[0;{old}m" if old else "\x1b[m") + transition(old, new) + "X")
    assert stepwise.buffer[0][0] == straight.buffer[0][0]


@given(st.text("0123456789;", max_size=20))
def test_no_style_is_too_odd_to_be_read(codes: str) -> None:
    parse_sgr(codes)


@given(st.text("\x1b[]0123456789;mHJKl?h\n\r\x07ab漢", max_size=60))
def test_no_output_is_too_odd_to_be_fed(data: str) -> None:
    cells = CellScreen(WIDTH, HEIGHT)
    cells.feed(data)
    cells.paint()


def test_a_quote_that_ticks_costs_a_handful_of_bytes() -> None:
    cells = CellScreen(80, 24)
    style = "38;2;201;209;219;48;2;12;16;22"
    cells.feed(f"\x1b[5;1H\x1b[{style}mEURUSD    1.08213   1.08221\x1b[0m")
    cells.paint()
    cells.feed(f"\x1b[5;1H\x1b[{style}mEURUSD    1.08215   1.08223\x1b[0m")
    assert cells.paint() == "\x1b[5;17H5\x1b[9C3"


def test_nothing_is_painted_over_the_shell_once_the_screen_was_left() -> None:
    cells = CellScreen(80, 24)
    cells.feed("\x1b[?1049h\x1b[1;1Hquotes")
    cells.paint()
    assert cells.feed("\x1b[?1049l").endswith("\x1b[?1049l")
    cells.feed("\x1b[2;1Hlate")
    assert cells.paint() == ""
    cells.feed("\x1b[?1049h")
    assert "quotes" in cells.paint()


def test_other_sequences_pass_in_their_order_and_unstyled() -> None:
    cells = CellScreen(80, 24)
    cells.feed("\x1b[1;1H\x1b[31mred\x1b[0m")
    cells.paint()
    assert cells.feed("\x1b[?25l\x07\x1b]52;c;aGk=\x07") == "\x1b[m\x1b[?25l\x07\x1b]52;c;aGk=\x07"


def test_a_terminal_that_stands_still_keeps_no_list_of_all_that_it_missed() -> None:
    cells = CellScreen(80, 2)
    cells.feed(f"\x1b[1;1H{'.' * 80}")
    cells.paint()
    for number in range(1000):
        cells.put(number * 3 % 78, 0, [str(number % 10)], "")
    assert len(cells._rows[0].drawn) < 40
    assert cells.drawn() == {0: (0, 76)}
    terminal = pyte.Screen(80, 2)
    stream = pyte.Stream(terminal)
    stream.feed(f"\x1b[1;1H{'.' * 80}{cells.paint()}")
    assert terminal.display[0] == "".join(char or " " for char in cells._rows[0].chars)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]))
    | st.text(st.sampled_from("│┤█▀▲▼⣿ 1.0漢é"))
)
def test_a_text_takes_the_columns_that_rich_says(text: str) -> None:
    assert columns_of(text) == cell_len(text)
