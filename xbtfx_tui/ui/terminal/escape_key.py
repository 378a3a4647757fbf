"""Tells the escape key from the alt key, and from the sequences that begin with it, in what a terminal sends.

Alt+enter comes as an escape and a carriage return, and so do escape and enter pressed quickly, or together
in one packet of a slow line. Textual takes both for enter alone: a review would be sent by the very keys that
leave it. It takes an escape and `[` for a sequence, too, whatever follows. This program has no key with alt,
so an escape was pressed as one unless what follows makes a whole sequence that Textual reads: it gets those,
and keys, but no beginnings. Nothing of what is pasted is a key.
"""

import re
from typing import Final

from xbtfx_tui.ui.terminal.keypad_keys import without_keypad
from xbtfx_tui.ui.terminal.textual_internals import key_sequences

_ESCAPE: Final = "\x1b"
_NO_KEY: Final = "\x1b[G"
"""A sequence that Textual reads and ignores. Its own escape ends the wait for what follows the first."""
_PASTE_BEGINS: Final = "\x1b[200~"
_PASTE_ENDS: Final = "\x1b[201~"
_KEYS: Final = frozenset(keys for keys in key_sequences() if keys.startswith(("\x1b[", "\x1bO")))
_CODES: Final = r"\d{0,6}(?:;\d{0,6}(?::[123])?(?:;\d{0,6}(?::\d{0,6})*)?)?"
"""A key, what is held with it, its event type (Textual is not given that), and what it writes; numbers that
Textual takes without an error."""
_SEQUENCE: Final = re.compile(
    r"\x1b\[(?:"
    rf"{_CODES}[~ABCDEFHPQRS]|(?=\d){_CODES}u"  # keys, those of kitty as well; where the cursor is; a paste
    r"|<?[-\d;]+[Mm]|M[^\x00-\x1f]{3}"  # the mouse
    r"|[IO]"  # the focus
    r"|\?\d{1,6}u|\?\d+;\d\$y|48(?:;\d+(?::[\d:]*)?){4}t"  # what the terminal can do, and its size
    r")",
    re.ASCII,
)
_BEGINNING: Final = re.compile(r"\x1b(?:\[(?:[-0-?]{0,29}[ -/]{0,2}|\[|M[^\x00-\x1f]{0,2})|O)")
"""What a sequence may still come of (ECMA-48: SS3, and CSI with its parameters)."""
_UNREAD: Final = re.compile(r"\x1b\[[<=>?]?[\d:;]+[ -/]*[@-~]")
"""A whole one that no one reads: a key of a rare terminal, or an answer that was not asked for."""


class PressedEscape:
    """Goes along with the terminal's text, in which a sequence may come in pieces."""

    __slots__ = ("_held", "_is_pasted")

    def __init__(self) -> None:
        self._held = ""
        self._is_pasted = False

    @property
    def waits(self) -> bool:
        """Whether something is held back that was pressed as keys if no more comes."""
        return bool(self._held) and not self._is_pasted

    def parted(self, text: str) -> str:
        """The text so far as it is certain, with what Textual parts keys by after a pressed escape."""
        if not self._held and _ESCAPE not in text:
            return text
        return "".join(map(self._take, text))

    def released(self) -> str:
        """What was held back, as keys: nothing more has come for so long that it is no sequence."""
        if not self.waits:
            return ""
        held, self._held = self._held, ""
        return _ESCAPE + _NO_KEY + held[1:]

    def _take(self, character: str) -> str:
        if not self._held and character != _ESCAPE:
            return character
        held = self._held + character
        if self._is_pasted:
            return self._take_pasted(held)
        if held == _ESCAPE or (_BEGINNING.fullmatch(held) and held not in _KEYS):
            self._held = held
            return ""
        if held in _KEYS or _SEQUENCE.fullmatch(held):
            self._held = ""
            self._is_pasted = held == _PASTE_BEGINS
            return without_keypad(held)
        if _UNREAD.fullmatch(held):  # its letters are no keys; the escape may be one
            self._held = ""
            return _ESCAPE + _NO_KEY
        return self.released() + self._take(character)

    def _take_pasted(self, held: str) -> str:
        """An escape is left out: Textual would take it, and all that follows to the next, for keys."""
        if held == _PASTE_ENDS:
            self._held, self._is_pasted = "", False
            return held
        if _PASTE_ENDS.startswith(held):
            self._held = held
            return ""
        self._held = ""
        return held[1:-1] + self._take(held[-1])
