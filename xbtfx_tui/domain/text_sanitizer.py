"""Text from a server made safe for a terminal: no control, hidden or reordering characters, and no key."""

import re
import unicodedata

from xbtfx_tui.domain.api_key import cut_keys

_ELLIPSIS = "…"
_SPACES = re.compile(r"\s+")
# An escape sequence goes as a whole, so that no "[31m" is left over.
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
)
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Shown as nothing though Unicode counts them as letters or marks: fillers, joiners, variation selectors.
_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0x1D150, 0x1D15A), *range(0xE0100, 0xE01F0))))
)
_MAX_MARKS = 2


def plain(text: str, limit: int = 200) -> str:
    """One line of at most `limit` characters: line breaks become spaces, the rest of what steers is dropped.

    Dropped are C0 and C1 controls, ESC and its sequences, zero-width and bidi characters (Unicode Cc, Cf),
    surrogates and unassigned ones, what is shown as nothing, and piles of combining marks. A longer text
    ends in an ellipsis. A key is cut to its prefix, also one that hidden characters were put into.
    """
    if len(text) <= limit and _is_plain(text):
        return cut_keys(text)
    # A megabyte of text costs no more than what can be shown of it.
    head = _ESCAPE_SEQUENCE.sub("", text[: limit * 8 + 64])
    kept: list[str] = []
    marks = 0
    for character in _SPACES.sub(" ", head):
        category = unicodedata.category(character)
        if category in _DROPPED or character in _UNSEEN:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    line = cut_keys(_SPACES.sub(" ", "".join(kept)).strip())
    if len(line) <= limit and len(text) <= limit * 8 + 64:
        return line
    return line[: max(0, limit - 1)].rstrip() + _ELLIPSIS


def _is_plain(text: str) -> bool:
    """Whether nothing of it can need a change, as of nearly every sentence: 200 orders have 200 at a time."""
    return text.isascii() and text.isprintable() and "  " not in text and text == text.strip()
