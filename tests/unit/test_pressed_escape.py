"""The escape key is told from the sequences that begin with it, by what Textual's own parser makes of it."""

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from xbtfx_tui.ui.terminal.escape_key import PressedEscape
from xbtfx_tui.ui.terminal.key_event_types import KeyEvents
from xbtfx_tui.ui.terminal.keypad_keys import without_keypad

ESCAPE = "\x1b"
PRINTED = "".join(chr(code) for code in range(0x20, 0x7F)) + "é€ж報"
SEQUENCES = sorted(
    {keys for keys in ANSI_SEQUENCES_KEYS if keys.startswith(("\x1b[", "\x1bO"))}
    | {f"\x1b[{name}" for name in FUNCTIONAL_KEYS}
    | {f"\x1b[{name[1:]}" for name in FUNCTIONAL_KEYS if name[:-1] == "1"}
    | {f"\x1b[{name[:-1]};5{name[-1]}" for name in FUNCTIONAL_KEYS}
    | {"\x1b[97;5u", "\x1b[97;2;65:66u", "\x1b[57441;2u", "\x1b[1;5A", "\x1b[13;3u"}
    | {
        "\x1b[<0;10;20M",
        "\x1b[<35;-1;20M",
        "\x1b[<64;1;1m",
        "\x1b[<35;1234;5678M",
        "\x1b[32;10;10M",
        "\x1b[M !!",
    }
    | {"\x1b[I", "\x1b[O", "\x1b[5;9R", "\x1b[?2026;2$y", "\x1b[?2048;1$y", "\x1b[48;50;200;1000;2000t"}
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(SEQUENCES),
        st.sampled_from([ESCAPE, "\r", "[", "O", "]", "P", ";", "1", "~", "M", "u", "<"]),
        st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
        st.just("\x1b[200~a\x1b\r\x1b[Ab\x1b[201~"),
    ),
    max_size=12,
)


def told(*packets: str) -> list[str]:
    """The keys that come out, where nothing follows the last packet; a paste is told as what was pasted."""
    parser, escapes, events = XTermParser(), PressedEscape(), KeyEvents()
    texts = [*(escapes.parted(packet) for packet in packets), escapes.released()]
    parts = [part for text in texts for part, _ in events.parted(text) if part]
    messages = [message for part in parts for message in parser.feed(part)]
    return [
        message.key
        if isinstance(message, Key)
        else message.text
        if isinstance(message, Paste)
        else type(message).__name__
        for message in messages
    ]


@pytest.mark.parametrize("enter", ["in the same packet", "in the next"])
@pytest.mark.parametrize("character", [*PRINTED, "\r", "\t", "\x7f", "\x0c", "\x12"])
def test_escape_a_key_and_enter_in_one_are_three_keys(character: str, enter: str) -> None:
    alone = told(character)
    packets = [f"\x1b{character}\r"] if enter == "in the same packet" else [f"\x1b{character}", "\r"]
    assert told(*packets) == ["escape", *alone, "enter"]
    assert told("\x1b", f"{character}\r") == ["escape", *alone, "enter"]


@given(keys=st.text(st.characters(exclude_characters=ESCAPE, max_codepoint=0xFF), max_size=6))
def test_an_escape_that_begins_no_sequence_comes_first_and_enter_last(keys: str) -> None:
    came = told(f"\x1b{keys}\r")
    if came[0] != "escape":
        assert keys[0] in "[O", came
    assert came[-1] == "enter"


@pytest.mark.parametrize("first", "[O")
def test_only_a_sequence_that_textual_reads_takes_an_escape(first: str) -> None:
    for second in PRINTED:
        came = told(f"\x1b{first}{second}\r")
        if first + second in {keys[1:] for keys in SEQUENCES}:
            assert came[0] != "escape", came
        else:
            assert came == ["escape", *told(first), *told(second), "enter"]


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_sequence_is_one_however_it_is_split(sequence: str) -> None:
    once = told(sequence)
    assert "left_square_bracket" not in once
    for at in range(1, len(sequence)):
        escapes = PressedEscape()
        assert escapes.parted(sequence[:at]) + escapes.parted(sequence[at:]) == without_keypad(sequence)
        assert not escapes.waits
        assert told(f"a{sequence[:at]}", f"{sequence[at:]}\r") == ["a", *once, "enter"]


@pytest.mark.parametrize(
    "unread",
    [
        "\x1b[97:65;2u",
        "\x1b[97;5:4u",
        "\x1b[?0123456u",
        "\x1b[9999999u",
        "\x1b[8;24;80t",
        "\x1b[?62;22c",
        "\x1b[5n",
        "\x1b[1;2z",
        "\x1b[>1;4000;0c",
    ],
)
def test_the_letters_of_a_sequence_that_none_reads_are_no_keys(unread: str) -> None:
    assert told(f"{unread}\r") == ["escape", "enter"]


@given(rest=st.from_regex(r"[<=>?]?[-0-9:;]{0,12}[ -/]?[@-~]", fullmatch=True))
def test_whatever_comes_textual_gets_to_its_end_without_an_error(rest: str) -> None:
    assert told(f"\x1b[{rest}\r")[-1:] == ["enter"] or rest[-1] in "M["


@given(pieces=PIECES, cuts=st.lists(st.integers(0, 80), max_size=4))
def test_how_it_is_split_changes_nothing(pieces: list[str], cuts: list[int]) -> None:
    text = "".join(pieces)
    ends = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    packets = [text[start:end] for start, end in pairwise(ends)]
    assert told(*packets) == told(text)


@given(pasted=st.text(string.printable + ESCAPE * 20, max_size=40), cut=st.integers(0, 60))
def test_nothing_of_what_is_pasted_is_a_key(pasted: str, cut: int) -> None:
    """An escape in it, and all after it, would be keys to Textual: enter as well."""
    text = f"\x1b[200~{pasted}\x1b[201~\r"
    assert told(text[:cut], text[cut:])[-2:] == [pasted.replace(ESCAPE, ""), "enter"]


def test_the_end_of_a_paste_may_come_in_pieces_and_late() -> None:
    escapes = PressedEscape()
    assert escapes.parted("\x1b[200~ab\x1b[2") == "\x1b[200~ab"
    assert not escapes.waits
    assert escapes.released() == ""
    assert escapes.parted("01~\x1b\r") == "\x1b[201~\x1b\x1b[G\r"
