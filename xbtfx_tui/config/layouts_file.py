"""The layouts kept between runs, in a file that can be handed to another trader. Never raises.

A file that makes no sense is set aside, one of a later version is left as it is; either is said, and the
layouts are those of the start.
"""

import logging
from pathlib import Path

import msgspec

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.ui.layout.layout_book import AT_FIRST, LayoutBook, problem_of
from xbtfx_tui.ui.layout.layout_types import Layout

_log = logging.getLogger(__name__)
VERSION = 1


class _Version(msgspec.Struct):
    version: int


class _Kept(msgspec.Struct):
    version: int
    active: int
    layouts: tuple[Layout, ...]


class LayoutsFile:
    """The file during a run: `book` is what it held at the start, `problem` why it could not be had."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_of_later = False
        self.problem: str | None = None
        self.book = self._load()

    def _load(self) -> LayoutBook:
        try:
            content = read_kept(self._path)
            version = msgspec.json.decode(content, type=_Version).version
            if version > VERSION:
                self._is_of_later = True
                self.problem = (
                    f"{self._path.name} is of a later version of the program: it is left as it is, "
                    "and the layouts are the usual ones."
                )
                return AT_FIRST
            kept = msgspec.json.decode(content, type=_Kept)
        except FileNotFoundError:
            return AT_FIRST
        except (OSError, ValueError, RecursionError) as error:
            return self._bad(str(error))
        book = LayoutBook(kept.layouts, kept.active)
        wrong = problem_of(book)
        return book if wrong is None else self._bad(wrong)

    def _bad(self, why: str) -> LayoutBook:
        _log.warning("The kept layouts can't be read: %s", why)
        told = plain(why, 200).rstrip(".")
        self.problem = f"The kept layouts make no sense: {told}. {set_aside(self._path)}"
        return AT_FIRST

    def save(self, book: LayoutBook) -> str | None:
        """Keep them; a sentence where that could not be."""
        if self._is_of_later:
            return f"The layouts hold for this run alone: {self._path.name} is of a later version."
        kept = _Kept(VERSION, book.active, book.layouts)
        try:
            write_kept(self._path, msgspec.json.format(msgspec.json.encode(kept)))
        except OSError as error:
            _log.warning("The layouts can't be kept: %s", error)
            return f"The layouts hold for this run alone: they can't be written ({error.strerror})."
        return None
