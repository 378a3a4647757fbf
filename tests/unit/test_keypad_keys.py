"""A key of the number pad is the key of the main keyboard that means the same, with a text or without."""

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from xbtfx_tui.ui.terminal.escape_key import PressedEscape

PAD = {57399 + number: character for number, character in enumerate("0123456789./*-+\r=,")}
ARROWS = ("left", "right", "up", "down", "pageup", "pagedown", "home", "end", "insert", "delete")


def pressed(sent: str) -> list[tuple[str, str | None]]:
    """Each key with what it writes."""
    parser, escapes = XTermParser(), PressedEscape()
    text = escapes.parted(sent) + escapes.released()
    return [(message.key, message.character) for message in parser.feed(text) if isinstance(message, Key)]


@pytest.mark.parametrize("code", list(PAD))
@pytest.mark.parametrize("held", ["", ";1", ";129", ";193", ";", ";1;"])
def test_without_a_text_it_is_the_main_key(code: int, held: str) -> None:
    main = f"\x1b[13{held}u" if PAD[code] == "\r" else PAD[code]
    assert pressed(f"\x1b[{code}{held}u") == pressed(main)


@pytest.mark.parametrize("code", [code for code, means in PAD.items() if means != "\r"])
def test_with_a_text_it_writes_that(code: int) -> None:
    means = PAD[code]
    assert pressed(f"\x1b[{code};129;{ord(means)}u") == pressed(means)


def test_a_decimal_key_that_writes_a_comma_writes_a_comma() -> None:
    assert pressed("\x1b[57409;129;44u") == pressed(",")


def test_a_volume_keeps_its_point() -> None:
    typed = "".join(f"\x1b[{code}u" for code in (57399, 57409, 57402, 57404))
    assert "".join(character or "" for _, character in pressed(typed)) == "0.35"


@pytest.mark.parametrize("code", list(PAD))
def test_with_ctrl_it_writes_nothing(code: int) -> None:
    ((key, character),) = pressed(f"\x1b[{code};5u")
    assert key.startswith("ctrl+")
    assert character is None


@pytest.mark.parametrize(("code", "name"), list(enumerate(ARROWS, 57417)))
def test_arrows_and_pages_keep_their_names(code: int, name: str) -> None:
    assert pressed(f"\x1b[{code}u") == [(name, None)]
    assert pressed(f"\x1b[{code};5u") == [(f"ctrl+{name}", None)]


def test_a_key_of_the_pad_in_two_packets_is_one_key() -> None:
    escapes = PressedEscape()
    assert escapes.parted("\x1b[574") == ""
    assert escapes.parted("09u") == "\x1b[46;;46u"
