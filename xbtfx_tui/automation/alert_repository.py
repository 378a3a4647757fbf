"""Where an account's alerts are kept between runs, as their keeper asks for it. Touches no disk."""

from typing import Protocol

import msgspec

from xbtfx_tui.domain.alerts import AlertBook


class KeptBook(Protocol):
    """What `Repository.load` gives."""

    @property
    def book(self) -> AlertBook: ...

    @property
    def trouble(self) -> str | None:
        """What could not be read, as a sentence; None where all was."""


class Repository(Protocol):
    """Where the book of a login is kept. Both wait for the disk: the keeper calls them in a thread."""

    def load(self, login: int, *, repairs: bool) -> KeptBook:
        """The book as a new run takes it up; `repairs` sets a file aside that can't be read, else it is only
        looked at. Never raises."""

    def save(self, login: int, book: AlertBook) -> str | None:
        """Write the whole book; what went wrong, as a sentence. Never raises."""


class EmptyBook(msgspec.Struct, frozen=True):
    book: AlertBook = AlertBook()
    trouble: str | None = None


class NoRepository:
    """Keeps nothing: the alerts end with the run."""

    def load(self, login: int, *, repairs: bool) -> KeptBook:
        return EmptyBook()

    def save(self, login: int, book: AlertBook) -> str | None:
        return None
