"""Whether a key was pressed, repeats or was let go, where the terminal tells it: the event types of the kitty
keyboard protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/#event-types).

Textual knows none and ends with an error at one: they are taken out of the sequences before it reads them.
Knows no key of the program, and changes nothing where a terminal tells nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

from xbtfx_tui.ui.keystrokes import KeyKind

ASKED_FOR: Final = "\x1b[=2;2u\x1b[?u"
"""Have event types told beside what Textual has asked for, and say what is told from now on. It changes the
entry on the terminal's stack that Textual takes back when it leaves."""
NOT_ASKED_FOR: Final = "\x1b[=2;3u\x1b[?u"
"""Have none told from now on. What is let go before the terminal has taken this, the key that quits above
all, is told still: whoever reads the terminal next gets it, unless the answer is waited for."""
_EVENT_TYPES: Final = 0b10
_SEQUENCE: Final = re.compile(
    r"\x1b\[(?:\?(?P<flags>\d+)u|(?P<focus>[IO])"
    r"|(?P<code>\d*)(?:;(?P<held>\d*)(?::(?P<event>[123]))?(?P<text>;[\d:]*)?)?(?P<end>[u~ABCDEFHPQRS]))",
    re.ASCII,
)
_REPEATS, _LET_GO = "2", "3"


class KeyEvents:
    """Goes along with the terminal's text, in which sequences come whole.

    A press counts as told only from a terminal that has said that it tells, and only of a key that was let go
    since its last press: there are terminals that tell of releases and send repeats as presses.
    """

    __slots__ = ("_down", "_sees_releases", "is_told")

    def __init__(self) -> None:
        self._sees_releases = False
        self.is_told = False
        """Whether the terminal has said that it tells."""
        self._down: set[str] = set()

    def parted(self, text: str) -> Iterator[tuple[str, KeyKind]]:
        """The text as Textual reads it, a told key alone in its piece; a key that is let go is none."""
        start = 0
        for match in _SEQUENCE.finditer(text) if "\x1b[" in text else ():
            if match.start() > start:
                yield text[start : match.start()], KeyKind.UNTOLD
            start = match.end()
            if match["flags"] is not None:
                self.is_told = bool(int(match["flags"]) & _EVENT_TYPES)
            elif match["focus"] is not None:
                self._down.clear()  # what is let go elsewhere is not told
                yield match[0], KeyKind.UNTOLD
            elif match["event"] == _LET_GO:
                self._sees_releases = True
                self._down.discard(_key_of(match))
            else:
                yield _without_event(match), self._kind(match)
        if start < len(text):
            yield text[start:], KeyKind.UNTOLD

    def _kind(self, match: "re.Match[str]") -> KeyKind:
        key = _key_of(match)
        was_down = key in self._down
        self._down.add(key)
        if match["event"] == _REPEATS:
            return KeyKind.REPEAT
        is_press = self.is_told and self._sees_releases and not was_down
        return KeyKind.PRESS if is_press else KeyKind.UNTOLD


def _key_of(match: "re.Match[str]") -> str:
    return f"{match['code'] or 1}{match['end']}"


def _without_event(match: "re.Match[str]") -> str:
    if match["event"] is None:
        return match[0]
    held, text = match["held"], match["text"] or ""
    held = "" if held == "1" else held  # no modifier: left out, as where no event is told
    return f"\x1b[{match['code']}{f';{held}{text}' if held or text else ''}{match['end']}"
