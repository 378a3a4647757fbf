"""Text from a server made safe for a terminal: no control, no hidden and no reordering characters."""

import re
import unicodedata

_ELLIPSIS = "…"
_SPACES = re.compile(r"\s+")
# An escape sequence goes as a whole, so that no "[31m" is left over.
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
)
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MAX_MARKS = 2


def plain(text: str, limit: int = 200) -> str:
    """One line of at most `limit` characters: line breaks become spaces, the rest of what steers is dropped.

    Dropped are C0 and C1 controls, ESC and its sequences, zero-width and bidi characters (Unicode Cc, Cf),
    surrogates and unassigned ones, and piles of combining marks. A longer text ends in an ellipsis.
    """
    # A megabyte of text costs no more than what can be shown of it.
    head = _ESCAPE_SEQUENCE.sub("", text[: limit * 8 + 64])
    kept: list[str] = []
    marks = 0
    for character in _SPACES.sub(" ", head):
        category = unicodedata.category(character)
        if category in _DROPPED:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    line = _SPACES.sub(" ", "".join(kept)).strip()
    if len(line) <= limit and len(text) <= limit * 8 + 64:
        return line
    return line[: max(0, limit - 1)].rstrip() + _ELLIPSIS
