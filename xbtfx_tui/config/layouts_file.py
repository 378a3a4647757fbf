"""The layouts kept between runs, in a file that can be handed to another trader.

A kept file that makes no sense is set aside, one of a later version is left as it is; either is said, and the
layouts are those of the start. Layouts that came into it since it was read, by another terminal or an import,
are not written over.
"""

import logging
from pathlib import Path

import msgspec

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.ui.layout.layout_book import AT_FIRST, LayoutBook, Merged, merged, problem_of
from xbtfx_tui.ui.layout.layout_types import Layout

_log = logging.getLogger(__name__)
VERSION = 1


class _Version(msgspec.Struct):
    version: int


class _Kept(msgspec.Struct):
    version: int
    active: int
    layouts: tuple[Layout, ...]


class LaterVersionError(ValueError):
    """The layouts were written by a later version of the program."""


def read_layouts(content: bytes) -> LayoutBook:
    """The layouts of a file. Raises ValueError, whose text says what is wrong, or RecursionError."""
    if msgspec.json.decode(content, type=_Version).version > VERSION:
        raise LaterVersionError("It is of a later version of the program.")
    kept = msgspec.json.decode(content, type=_Kept)
    book = LayoutBook(kept.layouts, kept.active)
    if (wrong := problem_of(book)) is not None:
        raise ValueError(wrong)
    return book


def written_layouts(book: LayoutBook) -> bytes:
    """The same as a file has it."""
    return msgspec.json.format(msgspec.json.encode(_Kept(VERSION, book.active, book.layouts)))


class LayoutsFile:
    """The file during a run: `book` is what it held at the start, `problem` why it could not be had."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_of_later = False
        self.problem: str | None = None
        self.book = self._load()
        self._had = _names(self.book)

    def _load(self) -> LayoutBook:
        try:
            return read_layouts(read_kept(self._path))
        except FileNotFoundError:
            return AT_FIRST
        except LaterVersionError:
            self._is_of_later = True
            self.problem = (
                f"{self._path.name} is of a later version of the program: it is left as it is, "
                "and the layouts are the usual ones."
            )
            return AT_FIRST
        except OSError as error:
            self.problem = f"The kept layouts can't be read: {plain(error.strerror or str(error))}."
            return AT_FIRST
        except (ValueError, RecursionError) as error:
            _log.warning("The kept layouts can't be read: %s", error)
            told = plain(str(error), 200).rstrip(".")
            self.problem = f"The kept layouts make no sense: {told}. {set_aside(self._path)}"
            return AT_FIRST

    def save(self, book: LayoutBook) -> str | None:
        """Keep them; a sentence where that could not be."""
        if self._is_of_later:
            return f"The layouts hold for this run alone: {self._path.name} is of a later version."
        content = written_layouts(self._with_newcomers(book))
        try:
            write_kept(self._path, content)
        except OSError as error:
            _log.warning("The layouts can't be kept: %s", error)
            return f"The layouts hold for this run alone: they can't be written ({error.strerror})."
        return None

    def _with_newcomers(self, book: LayoutBook) -> LayoutBook:
        """With the layouts in the file that this run never had: another has put them there. What this run had
        once and has no more, it removed or renamed."""
        self._had.update(_names(book))
        try:
            there = read_layouts(read_kept(self._path))
        except (OSError, ValueError, RecursionError):
            return book
        found = merged(book, [one for one in there.layouts if one.name.casefold() not in self._had])
        return found.book if isinstance(found, Merged) else book


def _names(book: LayoutBook) -> set[str]:
    return {layout.name.casefold() for layout in book.layouts}
