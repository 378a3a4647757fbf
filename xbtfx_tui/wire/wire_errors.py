"""The one error of this package, and how text from outside is made short and free of keys.

It never cleans control characters or markup: that is the screen's work.
"""

import re
from decimal import Decimal

from xbtfx_tui.domain.api_key import ApiKey

_KEY = re.compile(r"(xbtfx_live_[0-9a-z]{4})[0-9a-z]+", re.IGNORECASE)
_LONGEST_SENTENCE = 300
_LONGEST_TEXT = 500
_KEY_BEGINS = "xbtfx_live_"
_SHORTEST_KEY = 16


class WireError(ValueError):
    """What came makes no sense; one clear sentence of bounded length that never holds a key."""

    def __init__(self, sentence: str) -> None:
        super().__init__(clip(sentence, _LONGEST_SENTENCE))


def clip(text: str, longest: int = _LONGEST_TEXT) -> str:
    """The text, at most `longest` characters, with any API key in it cut down to its prefix."""
    # A key that straddles the cut must still be seen whole, hence the margin.
    short = _KEY.sub(r"\1...", text[: longest + 100])
    return short if len(short) <= longest else short[: longest - 3] + "..."


def shown(value: object) -> str:
    """A value from outside as an error sentence quotes it: short, on one line."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Decimal):
        return clip(str(value), 60)
    return clip(repr(value[:60] if isinstance(value, str) else value), 60)


def key_cover(key: ApiKey) -> tuple[bytes, bytes]:
    """What to look for in bytes from a server, and what to put in its place, so that a key quoted back is
    never shown. What all keys begin with is no secret: the rest is looked for, for a server may quote that
    alone. Text too short to be a key is not looked for: it would be found in every symbol.
    """
    text, prefix = key.reveal(), key.prefix
    if text.startswith(_KEY_BEGINS):
        text, prefix = text.removeprefix(_KEY_BEGINS), prefix.removeprefix(_KEY_BEGINS)
    secret = text.encode("utf-8", "replace")
    # A NUL is in no JSON text, so that nothing is ever replaced.
    return (secret if len(secret) >= _SHORTEST_KEY else b"\0", prefix.encode("utf-8", "replace"))
