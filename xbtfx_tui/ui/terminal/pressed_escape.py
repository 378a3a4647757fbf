"""Tells the escape key from the alt key in what a terminal sends.

Alt+enter comes as an escape and a carriage return, and so do escape and enter pressed quickly, or together
in one packet of a slow line. Textual takes both for enter alone: a review would be sent by the very keys that
leave it. This program has no key with alt, so an escape before a plain key was pressed as one. It never
touches a sequence nor what is pasted.
"""

from typing import Final

_ESCAPE: Final = "\x1b"
_GOES_ON_AS_SEQUENCE: Final = "[OP]_^\\" + _ESCAPE
"""What may follow an escape in a sequence of a terminal (ECMA-48: CSI, SS3, the strings and their end)."""
_NO_KEY: Final = "\x1b[G"
"""A sequence that Textual reads and ignores. Its own escape ends the wait for what follows the first."""
_PASTE_BEGINS: Final = "\x1b[200~"
_PASTE_ENDS: Final = "\x1b[201~"


class PressedEscape:
    """Goes along with the terminal's text, in which a sequence may come in pieces."""

    __slots__ = ("_is_pasted", "_tail")

    def __init__(self) -> None:
        self._tail = ""
        self._is_pasted = False

    def parted(self, text: str) -> str:
        """The text, with what Textual parts keys by between a pressed escape and the key after it."""
        if not self._is_pasted and _ESCAPE not in self._tail + text:
            return text
        parts: list[str] = []
        for character in text:
            if not self._is_pasted and self._tail.endswith(_ESCAPE) and character not in _GOES_ON_AS_SEQUENCE:
                parts.append(_NO_KEY)
            parts.append(character)
            self._tail = (self._tail + character)[-len(_PASTE_BEGINS) :]
            if self._tail == _PASTE_BEGINS:
                self._is_pasted = True
            elif self._tail == _PASTE_ENDS:
                self._is_pasted = False
        return "".join(parts)
