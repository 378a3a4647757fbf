"""The lines that were entered on the command line, and where one stands among them. Reads and writes no file.

A line that is entered again moves to the end. What was being typed when one began to look back is kept as
the newest of all, and is there again at the bottom.
"""

from collections.abc import Callable, Iterable

MOST_LINES = 200


class CommandHistory:
    """The lines, oldest first; `save` is handed all of them whenever one was added."""

    def __init__(self, lines: Iterable[str] = (), save: Callable[[tuple[str, ...]], None] = lambda _: None):
        self._lines = list(dict.fromkeys(lines))[-MOST_LINES:]
        self._save = save
        self._at: int | None = None
        self._draft = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    @property
    def is_looking_back(self) -> bool:
        """Whether a line of old is shown; false again once something is typed (`leave`)."""
        return self._at is not None

    def add(self, line: str) -> None:
        """Keep a line that was entered, as the newest."""
        self.leave()
        line = line.strip()
        if not line or self._lines[-1:] == [line]:
            return
        self._lines = [*(one for one in self._lines if one != line), line][-MOST_LINES:]
        self._save(self.lines)

    def older(self, typed: str) -> str | None:
        """The line before the one shown; None where there is none. `typed` is what stands in the bar."""
        at = len(self._lines) if self._at is None else self._at
        if at == 0:
            return None
        if self._at is None:
            self._draft = typed
        self._at = at - 1
        return self._lines[self._at]

    def newer(self) -> str | None:
        """The line after the one shown, last of all what was being typed; None where nothing old is shown."""
        if self._at is None:
            return None
        self._at += 1
        if self._at < len(self._lines):
            return self._lines[self._at]
        self._at = None
        return self._draft

    def leave(self) -> None:
        """Look back no longer."""
        self._at = None
        self._draft = ""
