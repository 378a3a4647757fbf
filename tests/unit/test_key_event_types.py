"""What a terminal tells of a key, by Textual's own parser: pressed, repeated, let go, or nothing told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from xbtfx_tui.ui.keystrokes import KeyKind
from xbtfx_tui.ui.terminal.escape_key import PressedEscape
from xbtfx_tui.ui.terminal.key_event_types import KeyEvents

TELLS = "\x1b[?27u"
LETS_GO = "\x1b[115;1:3u"
"""Any key, to show that the terminal tells of those that are let go."""
PRESS, REPEAT, UNTOLD = KeyKind.PRESS, KeyKind.REPEAT, KeyKind.UNTOLD


def told(*packets: str) -> list[tuple[str, KeyKind]]:
    """Each key, or what is pasted, with what is told of it."""
    parser, escapes, key_events = XTermParser(), PressedEscape(), KeyEvents()
    texts = [*(escapes.parted(packet) for packet in packets), escapes.released()]
    return [
        (message.text if isinstance(message, Paste) else message.key, kind)
        for text in texts
        for part, kind in key_events.parted(text)
        for message in parser.feed(part)
        if isinstance(message, Key | Paste)
    ]


def written(text: str) -> str:
    """What the keys write in a field."""
    parser, key_events = XTermParser(), KeyEvents()
    keys = [key for part, _ in key_events.parted(text) for key in parser.feed(part)]
    return "".join(key.character or "" for key in keys if isinstance(key, Key))


def test_a_press_a_hold_and_a_release() -> None:
    held = "\x1b[13u" + "\x1b[13;1:2u" * 2 + "\x1b[13;1:3u"
    assert told(TELLS, LETS_GO, held, "\x1b[13u") == [
        ("enter", PRESS),
        ("enter", REPEAT),
        ("enter", REPEAT),
        ("enter", PRESS),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        "\x1b[13u",  # it never said that it tells
        TELLS + "\x1b[13u",  # nor that it tells of keys that are let go
        "\x1b[?25u" + LETS_GO + "\x1b[13u",  # without event types
        TELLS + LETS_GO + "\r",  # by another program in between, which reads the keys
    ],
)
def test_what_is_not_told_is_judged_by_time(sent: str) -> None:
    assert told(sent) == [("enter", UNTOLD)]


def test_a_press_of_a_key_that_was_not_let_go_may_be_a_repeat() -> None:
    """There are terminals that send repeats as presses, and tell of releases."""
    held = "\x1b[13u" * 3 + "\x1b[13;1:3u\x1b[13u"
    assert [kind for _, kind in told(TELLS, LETS_GO, held)] == [PRESS, UNTOLD, UNTOLD, PRESS]


def test_what_is_let_go_elsewhere_is_not_told() -> None:
    assert told(TELLS, LETS_GO, "\x1b[13u\x1b[O\x1b[I\x1b[13u") == [("enter", PRESS)] * 2


@pytest.mark.parametrize(
    ("plain", "press", "repeat", "release"),
    [
        ("\x1b[27u", "\x1b[27;1:1u", "\x1b[27;1:2u", "\x1b[27;1:3u"),
        ("\x1b[A", "\x1b[1;1:1A", "\x1b[1;1:2A", "\x1b[1;1:3A"),
        ("\x1b[1;5D", "\x1b[1;5:1D", "\x1b[1;5:2D", "\x1b[1;5:3D"),
        ("\x1b[3~", "\x1b[3;1:1~", "\x1b[3;1:2~", "\x1b[3;1:3~"),
        ("\x1b[97;;97u", "\x1b[97;1:1;97u", "\x1b[97;1:2;97u", "\x1b[97;1:3u"),
        ("\x1b[97;2;65u", "\x1b[97;2:1;65u", "\x1b[97;2:2;65u", "\x1b[97;2:3u"),
        ("\x1b[57441;2u", "\x1b[57441;2:1u", "\x1b[57441;2:2u", "\x1b[57441;1:3u"),
        ("\x1b[57409u", "\x1b[57409;1:1u", "\x1b[57409;1:2u", "\x1b[57409;1:3u"),
    ],
)
def test_each_key_is_the_same_key_whatever_is_told(plain: str, press: str, repeat: str, release: str) -> None:
    ((key, _),) = told(plain)
    assert told(TELLS, LETS_GO, press, repeat, release) == [(key, PRESS), (key, REPEAT)]
    for at in range(1, len(repeat)):
        assert told(repeat[:at], repeat[at:]) == [(key, REPEAT)]


@given(
    typed=st.text(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_characters="\x7f"), max_size=8
    )
)
def test_typed_text_is_neither_lost_nor_doubled(typed: str) -> None:
    keys = [ord(character) for character in typed]
    assert written("".join(f"\x1b[{key};;{key}u\x1b[{key};1:3u" for key in keys)) == typed
    assert written("".join(f"\x1b[{key};1:1;{key}u\x1b[{key};1:3u" for key in keys)) == typed
    assert written("".join(f"\x1b[{key};1:2;{key}u" for key in keys)) == typed
    assert written(typed) == typed


def test_nothing_of_what_is_pasted_is_told() -> None:
    assert told(f"\x1b[200~{TELLS}[13;1:2u\x1b[201~", LETS_GO, "\x1b[13u") == [
        ("[?27u[13;1:2u", UNTOLD),
        ("enter", UNTOLD),
    ]
