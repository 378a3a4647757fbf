"""The program on a terminal that is resized and stops taking anything, and what it leaves on it."""

import fcntl
import re
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.pty_run import SIZE, PtyRun
from tests.benchmarks.screen import Grid
from tests.integration.pty_program import MODES

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_TAIL = 64
_CURSOR = "25"


class SoakTerminal(PtyRun):
    """A PtyRun whose every byte is looked at; `said_traceback` once one was written."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]) -> None:
        super().__init__(command, environment, size)
        self._line_before = termios.tcgetattr(self._master)
        self._modes: dict[str, bool] = {}
        self._tail = b""
        self.said_traceback = False
        self.is_stopped = False
        self.size = size
        self.disturbed = float("-inf")
        """When (monotonic) it was last resized, or last did not read: the picture may be behind then."""

    def read(self, seconds: float) -> bytes:
        data = super().read(seconds)
        if data:
            self._look_at(data)
        return data

    def pump(self, seconds: float) -> None:
        """Read and draw for so long; a stopped terminal does not read."""
        if self.is_stopped:
            time.sleep(seconds)
            self.disturbed = time.monotonic()
        else:
            self.draws_for(seconds)

    def resize(self, columns: int, rows: int) -> None:
        """Another size; what is on screen stays as far as it fits, as on a real terminal."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        old, self.grid = self.grid, Grid(columns, rows)
        for row in range(min(rows, old.rows)):
            width = min(columns, old.columns)
            self.grid.chars[row][:width] = old.chars[row][:width]
            self.grid.looks[row][:width] = old.looks[row][:width]
        self.size = columns, rows
        self.disturbed = time.monotonic()
        self.process.send_signal(signal.SIGWINCH)

    def left_as_it_was(self) -> list[str]:
        """What of the terminal is not as before the program; empty where all is."""
        wrong = [f"mode {mode} is still on" for mode in MODES if self._modes.get(mode, False)]
        if not self._modes.get(_CURSOR, True):
            wrong.append("the cursor is hidden")
        if termios.tcgetattr(self._master) != self._line_before:
            wrong.append("the line's settings differ")
        return wrong

    def ends(self, within: float) -> int | None:
        """Read until it has ended; its exit code as a shell tells it, None where it does not end in time."""
        end = time.monotonic() + within
        while self.process.poll() is None:
            if time.monotonic() > end:
                return None
            self.read(0.05)
        while self.read(0.0):
            pass
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def _look_at(self, data: bytes) -> None:
        data = self._tail + data
        self._tail = data[-_TAIL:]
        for found in _MODE.finditer(data):
            for mode in found[1].decode().split(";"):
                self._modes[mode] = found[2] == b"h"
        self.said_traceback = self.said_traceback or b"Traceback (most" in data


@contextmanager
def a_terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[SoakTerminal]:
    """The command, running on 200x50; killed at the end where it has not ended by itself."""
    run = SoakTerminal(command, environment, SIZE)
    try:
        yield run
    finally:
        run.close()


def descriptors(pid: int) -> int:
    """Open files of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
