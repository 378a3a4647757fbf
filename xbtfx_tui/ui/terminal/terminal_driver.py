"""Textual's Linux driver, writing only the cells that changed and never waiting for a terminal that stands.

The terminal may take its time: a bad line, ctrl+s, a laptop that was closed. Then nothing is queued; what is
wanted stays in the grid, and as soon as the terminal takes bytes again it gets the newest state at once.
"""

import os
import select
import signal
import termios
from asyncio import TimerHandle
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.geometry import Region

from xbtfx_tui.ui.terminal.cell_diff import CellScreen, cells_of
from xbtfx_tui.ui.terminal.key_event_types import ASKED_FOR, NOT_ASKED_FOR
from xbtfx_tui.ui.terminal.key_reader import KeyRounds
from xbtfx_tui.ui.terminal.textual_internals import OpenLinuxDriver, driver_of

if TYPE_CHECKING:
    from textual.app import App

SYNC_BEGINS, SYNC_ENDS = "\x1b[?2026h", "\x1b[?2026l"
MOST_UNDER_WAY = 2
"""Frames handed to the terminal and not yet taken by it, above which the next ones are folded into one."""

TOO_SHORT_TO_TEAR = 200
"""Characters that reach the terminal in one piece anyhow."""

STANDS_STILL_AFTER = 1.0
FLUSH_EVERY = 0.05
MOST_FLUSHES = 60
LOOKED_AT_EVERY = 1.0
ANSWERS_WITHIN = 0.5
"""Seconds in which a terminal at the end of a slow line has said that it tells no more of keys."""
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class CountingFile:
    """The terminal, counting the writes that it took; `write` runs in the writer's thread."""

    def __init__(self, file: IO[str], taken: Callable[[], None]) -> None:
        self._file = file
        self._taken = taken
        self.writes = 0

    def write(self, text: str) -> int:
        written = self._file.write(text)
        self._file.flush()
        self.writes += 1
        self._taken()
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class DiffDriver(OpenLinuxDriver):
    """Give it to `App(driver_class=...)`. Where the size is not known it keeps to the app's."""

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.write_to(self._counted)
        self._size_now = self.terminal_size
        self._cells = CellScreen(*self._size_now)
        self.exit_event = self._rounds = KeyRounds(self.fileno)
        self._handed_over = 0
        self._next_look: TimerHandle | None = None
        self._in_sync = self._has_sync = False
        self._is_flushing = False
        self.moment = 0
        """Counts the paints: what was found out about the screen in the same moment still holds."""
        self.frames_folded = 0
        self.short_colours = False
        """Whether text is drawn in the nearest of 256 colours, which take half the bytes."""
        self.before_paint: Callable[[Mapping[int, tuple[int, int]]], None] = lambda drawn: None
        """Called when Textual has drawn, before it is painted, with the columns it has drawn by row: whoever
        draws past it may draw on top."""
        self.suspended_by_signal: Callable[[], None] = partial(self.suspend, "", whole_job=False)
        """Called when a signal (`kill -TSTP`) tells the program to suspend itself."""

    def _counted(self, file: IO[str]) -> CountingFile:
        self._terminal = CountingFile(file, self._taken)
        return self._terminal

    @property
    def under_way(self) -> int:
        """Writes that the terminal has not taken yet."""
        return self._handed_over - self._terminal.writes

    def write(self, data: str) -> None:
        if data == SYNC_BEGINS:
            self._in_sync = self._has_sync = True
            return
        if data != SYNC_ENDS:
            self._follow_size()
            if passed := self._cells.feed(data):
                self._hand_over(passed)
            if self._in_sync:
                return
        self.moment += 1  # Textual may have laid out anew
        if self._cells.is_dirty:
            self.before_paint(self._cells.drawn())
        self._in_sync = False
        self._paint()

    def redraw(self) -> None:
        """The terminal may show anything (a message from elsewhere, a line fault): paint all of it."""
        self._cells.forget_shown()
        self._paint()

    def draw(self, x: int, y: int, text: str, codes: str, holes: Sequence[Region] = ()) -> None:
        """Put a text's cells at column `x` of row `y`, but for those in a hole, in a style of SGR codes; it
        is painted once whoever draws has drawn everything."""
        if holes:
            for start, cells in _outside(holes, x, y, cells_of(text)):
                self._cells.put(start, y, cells, codes)
        else:
            self._cells.put(x, y, cells_of(text), codes)
        if not self._is_flushing:
            self._is_flushing = True
            self.loop.call_soon(self._flush_drawn)

    def _flush_drawn(self) -> None:
        self._is_flushing = False
        if not self._in_sync:
            self._paint()

    def run_input_thread(self) -> None:
        """In a thread of its own, in place of Textual's rounds."""
        self._rounds.read(self.key_parser(), self.process_message)

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.asks_for_kitty_keys and self.is_writing:
            self.write(ASKED_FOR)
        self._look_whether_it_is_there()

    def _look_whether_it_is_there(self) -> None:
        """A terminal may go without a signal (a session of its own, a lost parent). Nobody sees the program
        then, and waiting for keys would take all of the processor: it ends as if it were told."""
        line = select.poll()
        line.register(self.fileno, 0)
        if any(events & _GONE for _, events in line.poll(0)):
            self.exit_event.set()
            os.kill(os.getpid(), signal.SIGHUP)
        else:
            self._next_look = self.loop.call_later(LOOKED_AT_EVERY, self._look_whether_it_is_there)

    def stop_application_mode(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        if self._rounds.tells_events:
            self.write(NOT_ASKED_FOR)
            self._rounds.until_untold(ANSWERS_WITHIN)
        super().stop_application_mode()

    def close(self) -> None:
        """End the writer's thread. A terminal that stands still must not keep the program from ending:
        what it does not take for a while is thrown away."""
        end = Thread(target=super().close, name="terminal-end", daemon=True)
        end.start()
        end.join(STANDS_STILL_AFTER)
        tries = 0
        while end.is_alive() and tries < MOST_FLUSHES:
            tries += 1
            with suppress(termios.error, OSError):
                termios.tcflow(self._terminal.fileno(), termios.TCOON)
                termios.tcflush(self._terminal.fileno(), termios.TCOFLUSH)
            end.join(FLUSH_EVERY)

    def suspend(self, words: str, *, whole_job: bool) -> None:
        """Give the terminal back, say `words` there, and stop until a shell has the program go on: this
        process alone, or with it those that the shell started it by. Comes back when it goes on."""
        self.leave_terminal()
        with suppress(OSError):
            self._terminal.write(words)
        if whole_job:
            os.killpg(0, signal.SIGSTOP)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def told_to_stop(self) -> None:
        """By a signal; not here, as in `continued`."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.suspended_by_signal)

    def continued(self) -> None:
        """After a standstill; not here, for the signal may have come while the writer's queue was locked."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        """Take the terminal again. Stopped from outside (`kill -STOP`) the program never left it: a second
        start would have two threads read the keys."""
        if self.stays_when_stopped:
            self.suspend_application_mode()
        self.take_terminal_again()

    def _follow_size(self) -> None:
        size = self.terminal_size
        if size != self._size_now:
            self._size_now = size
            self._cells.resize(*size)

    def _paint(self) -> None:
        self.moment += 1
        if not self._cells.is_dirty:
            return
        if self.under_way > MOST_UNDER_WAY:
            self.frames_folded += 1
            return
        if painted := self._cells.paint():
            # A terminal that knows how holds the picture back until all of it is there.
            whole = self._has_sync and len(painted) > TOO_SHORT_TO_TEAR
            self._hand_over(f"{SYNC_BEGINS}{painted}{SYNC_ENDS}" if whole else painted)

    def _hand_over(self, text: str) -> None:
        self._handed_over += 1
        super().write(text)

    def _taken(self) -> None:
        """In the writer's thread: the terminal took a write; what waited can be painted."""
        if self._cells.is_dirty and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._catch_up)

    def _catch_up(self) -> None:
        if self.is_writing and not self._in_sync:
            self._paint()


def _outside(holes: Sequence[Region], x: int, y: int, cells: list[str]) -> Sequence[tuple[int, list[str]]]:
    """The pieces of a row's cells that are in none of the holes, each with its column."""
    pieces = [(x, cells)]
    for hole in holes:
        if hole.y <= y < hole.bottom:
            halves = []
            for start, piece in pieces:
                if start >= hole.right or start + len(piece) <= hole.x:
                    halves.append((start, piece))
                else:
                    halves.append((start, _whole(piece[: max(0, hole.x - start)])))
                    halves.append((hole.right, _whole(piece[hole.right - start :])))
            pieces = halves
    return pieces


def _whole(cells: list[str]) -> list[str]:
    """Cells that were cut off: half of a wide character is a blank."""
    if cells and cells[0] == "":
        cells[0] = " "
    if cells and cells[-1] and not cells[-1].isascii() and cell_len(cells[-1]) > 1:
        cells[-1] = " "
    return cells


def has_a_shell_to_return_to() -> bool:
    """Whether what started the program can have it go on once it is suspended: a shell with jobs has given
    it a process group of its own. As a session's first program (`ssh host xbtfx-tui`, a pane of tmux) it
    would stand still for ever."""
    return os.getpgrp() != os.getsid(0)


def frames_folded(app: "App[Any]") -> int:
    """How many frames so far the terminal was too slow for; 0 where the app does not draw on one."""
    driver = driver_of(app)
    return driver.frames_folded if isinstance(driver, DiffDriver) else 0


def redraw(app: "App[Any]") -> None:
    """Paint the app's whole screen anew; nothing where it does not draw on a terminal."""
    if isinstance(driver := driver_of(app), DiffDriver):
        driver.redraw()
