"""A file's text in blocks of whole lines, each as much as may be in memory at once. Judges no row."""

import codecs
from collections.abc import Callable, Iterator

import msgspec

from xbtfx_tui.archive.importing.file_forms import FileRefusedError

BLOCK_BYTES = 24_000_000
"""A year of minutes; its rows take ten times as much of memory."""

_BYTE_ORDER = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class TextBlock(msgspec.Struct, frozen=True):
    """Some lines of a file; `line` is the number of the first of them, counted from 1."""

    text: str
    line: int = 1


def text_blocks(read: Callable[[int], bytes], most: int = BLOCK_BYTES) -> Iterator[TextBlock]:
    """The blocks of a file in UTF-8 or UTF-16, with a byte-order mark or without; one at least. `read` gives
    the next bytes, so many at most and none at the end.

    Raises FileRefusedError where it is no text.
    """
    content = read(most)
    encoding = _encoding_of(content)
    decoder = codecs.getincrementaldecoder(encoding)()
    rest, line, taken = "", 1, 0
    while True:
        try:
            text = decoder.decode(content)
        except UnicodeDecodeError as error:
            byte = taken + error.start + 1
            raise FileRefusedError(
                f"It is no text in UTF-8 or UTF-16 (byte {byte:,}): is it packed, as a .zip is?"
            ) from None
        if "\0" in text:
            raise FileRefusedError(
                "It is no text: is it packed, as a .zip is, or a file of MetaTrader's own?"
            )
        if not taken:
            text = text.removeprefix("\ufeff")
        taken += len(content)
        text = rest + text
        content = read(most)
        if not content:
            yield TextBlock(text, line)
            return
        cut = text.rfind("\n") + 1 or text.rfind("\r") + 1
        if not cut:
            raise FileRefusedError(
                f"Its line {line:,} has no end within {taken:,} bytes: it is no text of rows."
            )
        yield TextBlock(text[:cut], line)
        line += len(text[:cut].splitlines())
        rest = text[cut:]


def _encoding_of(content: bytes) -> str:
    encoding = _BYTE_ORDER.get(content[:2])
    if encoding is None and content[1:2] == b"\0" and content[:1] != b"\0":
        encoding = "utf-16-le"
    elif encoding is None and content[:1] == b"\0" and content[1:2] != b"\0":
        encoding = "utf-16-be"
    return encoding or "utf-8"
