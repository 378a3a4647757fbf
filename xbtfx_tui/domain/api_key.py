"""The API key, held so that it can't be printed by accident. Never stored, never logged."""

import re

_PREFIX_SHOWN = len("xbtfx_live_a1b2")
_FORM = re.compile(r"xbtfx_live_[0-9a-f]{32}")


class ApiKey:
    """A key whose every printed form is its prefix (`xbtfx_live_a1b2...`); `reveal` is for the wire alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    @property
    def prefix(self) -> str:
        return self._text[:_PREFIX_SHOWN] + "..."

    @property
    def looks_right(self) -> bool:
        """Whether it has the API's form: `xbtfx_live_` and 32 hex digits."""
        return _FORM.fullmatch(self._text) is not None

    def __repr__(self) -> str:
        return f"ApiKey({self.prefix})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


_KEY_IN_TEXT = re.compile(r"(xbtfx_live_[0-9a-z]{4})[0-9a-z]+", re.IGNORECASE)
_BEARER_IN_TEXT = re.compile(r"(bearer\s+)(?!xbtfx_live_)[0-9a-z._~+/=-]+", re.IGNORECASE)


def cut_keys(text: str) -> str:
    """The text with every key cut to its prefix; twice is the same as once."""
    return _KEY_IN_TEXT.sub(r"\1...", text)


def redact(text: str) -> str:
    """The text with keys cut to their prefix and other bearer tokens to dots; twice is the same as once."""
    return _BEARER_IN_TEXT.sub(r"\1...", cut_keys(text))
