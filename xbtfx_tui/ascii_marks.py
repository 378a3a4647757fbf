"""What is written in place of marks that a terminal can't show: ASCII, as many cells as the mark takes.

Chosen once at the start, for whatever the program writes: an 8-bit locale would put `\\u25b2` over the
figures beside an arrow, and tmux without UTF-8 draws up and down as the same `_`. Never changes a figure.
"""

import codecs
import subprocess
import unicodedata
from collections.abc import Callable, Mapping
from io import TextIOWrapper
from typing import Final, TextIO

ERRORS: Final = "xbtfx-marks"
"""The name by which Python's codecs know how to write what their encoding has no place for."""

MARKS: Final[Mapping[str, str]] = {
    "▲": "^",
    "▼": "v",
    "↗": "/",
    "↘": "\\",
    "●": "*",
    "○": "o",
    "✓": "+",
    "✗": "x",
    "·": "-",
    "•": "*",
    "–": "-",
    "—": "-",
    "…": "~",
    "→": ">",
    "←": "<",
    "█": "#",
    "▉": "#",
    "▊": "#",
    "▋": "#",
    "▌": "#",
    "▍": "=",
    "▎": "-",
    "▏": "-",
    "▀": '"',
    "▄": "_",
    "░": ":",
    "▒": ":",
    "▓": "%",
    "│": "|",
    "┃": ":",
    "╽": "+",
    "╿": "+",
    "╷": ",",
    "╵": "`",
    "╻": ".",
    "╹": "'",
    "△": "n",
    "▽": "u",
    "▔": '"',
    "▁": "_",
    "┈": ".",
    "┊": ":",
    "║": "|",
    "─": "-",
    "╌": "-",
    "━": "=",
    "═": "=",
    "❯": ">",
}
"""The one table. Up and down, live and not live, a rising candle and a falling one stay apart."""

_TMUX_ANSWERS_WITHIN = 0.5
_UTF8 = ("utf-8", "utf8")
_BY_PYTHON = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python itself sets as LC_CTYPE where the locale is C, or is not installed (PEP 538)."""


def ascii_for(character: str) -> str:
    """ASCII that takes the cells of one character: its mark, the letter without its accent, else `?`."""
    if (mark := MARKS.get(character)) is not None:
        return mark
    name = unicodedata.name(character, "")
    if name.startswith("BOX DRAWINGS"):
        return "-" if name.endswith("HORIZONTAL") else "|" if name.endswith("VERTICAL") else "+"
    if name.startswith("BRAILLE PATTERN"):
        return " " if character == "\u2800" else "*"
    if name.startswith("QUADRANT") or name.endswith("BLOCK"):
        return "#"
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    cells = 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if cells == 1 and letter.isascii() and letter.isprintable() else "?" * cells


def write_marks_in_ascii(stream: TextIO) -> None:
    """Have all that is written to the stream go out as ASCII."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="ascii", errors=ERRORS)


def never_fail_to_write(stream: TextIO) -> None:
    """Have what the stream's own encoding can't say written in ASCII, not as an error or an escape."""
    if isinstance(stream, TextIOWrapper) and not _is_utf8(stream.encoding):
        stream.reconfigure(errors=ERRORS)


def shows_unicode(
    environ: Mapping[str, str], encoding: str, tmux_has_utf8: Callable[[], bool | None]
) -> bool:
    """Whether the terminal shows what is not ASCII: by the locale and by Python's `encoding` for it; in tmux
    by its own word, and without that, as in screen, only where the locale names UTF-8."""
    named = _locale_says_utf8(environ)
    if named is False or not _is_utf8(encoding):
        return False
    if environ.get("TMUX"):
        told = tmux_has_utf8()
        return named is True if told is None else told
    return named is True if environ.get("STY") else True


def ask_tmux() -> bool | None:
    """Whether the client that this pane is seen by takes UTF-8; None where tmux does not say."""
    try:
        answer = subprocess.run(
            ("tmux", "display-message", "-p", "#{client_utf8}"),  # noqa: S607 (the user's own tmux)
            capture_output=True,
            text=True,
            timeout=_TMUX_ANSWERS_WITHIN,
            check=False,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return None
    return {"1": True, "0": False}.get(answer)


def _locale_says_utf8(environ: Mapping[str, str]) -> bool | None:
    """What the locale's name says of its encoding; None where it names none."""
    given = {name: environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")}
    if given["LC_CTYPE"] in _BY_PYTHON:
        given["LC_CTYPE"] = ""
    locale = next((name for name in given.values() if name), "")
    _, has_encoding, encoding = locale.partition(".")
    if has_encoding:
        return _is_utf8(encoding.partition("@")[0])
    return False if "@euro" in locale else None


def _is_utf8(encoding: str) -> bool:
    return encoding.lower() in _UTF8


def _in_ascii(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(ascii_for, error.object[error.start : error.end])), error.end


codecs.register_error(ERRORS, _in_ascii)
