"""The installed program in a real pseudo-terminal, its screen drawn by pyte, its bytes kept as they came.

Whoever waits reads: the program is never blocked by a full terminal, and a wait that is in vain fails with
what is on screen.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.clean_environment import clean_environment
from tests.patience import PATIENCE

REPOSITORY = Path(__file__).parents[2]
COLUMNS, ROWS = 120, 34
UNLOCK_TRIES = 8
A_LOOK = 0.4
"""Seconds that a question is looked at before it is answered."""

TURNED_ON = (b"\x1b[?1049h", b"\x1b[?25l")
MOUSE_ON = (b"\x1b[?1000h", b"\x1b[?1003h", b"\x1b[?1006h", b"\x1b[?1015h")
MODES = ("1049", "1000", "1002", "1003", "1004", "1006", "1015", "2004", "2026")
"""The terminal's modes that a full-screen program switches on and must leave switched off."""
KEYS_TOLD, KEYS_AS_BEFORE, TELL_EVENTS = rb"\x1b\[>\d+u", b"\x1b[<u", b"\x1b[=2;2u"
"""Of the kitty keyboard protocol: an entry on the terminal's stack, its end, and a change of the entry."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment of this home alone, in which the checkout's own program is found."""
    return clean_environment(home, **{"PYTHONPATH": str(REPOSITORY), **more})


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "xbtfx_tui", *arguments]


class PtyProgram:
    """`xbtfx-tui` with these arguments on a terminal of 120x34; or another command, another size."""

    def __init__(
        self,
        home: Path,
        arguments: tuple[str, ...],
        more: Mapping[str, str],
        instead: Sequence[str] = (),
        size: tuple[int, int] = (COLUMNS, ROWS),
    ) -> None:
        self._master, self._slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.line_before = termios.tcgetattr(self._slave)
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.output = b""
        self.process = subprocess.Popen(
            instead or command(*arguments),
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=environment(home, **more),
            cwd=home,
            start_new_session=True,
        )

    # --- the eyes ---

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def reads(self, seconds: float = 0.02) -> None:
        """Take what the program writes within this time."""
        if select.select([self._master], [], [], seconds)[0]:
            data = os.read(self._master, 65536)
            self.output += data
            self._stream.feed(data)

    def until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Read until it holds."""
        end = time.monotonic() + within
        while not holds():
            assert time.monotonic() < end, f"it never came to hold; on screen:\n{self.text()}"
            self.reads()

    def sees(self, *words: str) -> None:
        """Read until all of this is on screen at once."""
        self.until(lambda: all(word in self.text() for word in words))

    # --- the hands ---

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resizes(self, columns: int, rows: int) -> None:
        """The terminal takes another size, and the program is told as by any terminal."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def stops_the_output(self) -> None:
        """The terminal takes nothing any more, as after a ctrl+s that it keeps to itself."""
        termios.tcflow(self._slave, termios.TCOOFF)

    def lets_the_output_go(self) -> None:
        """It takes everything again, as after a ctrl+q."""
        termios.tcflow(self._slave, termios.TCOON)

    def unlocks(self) -> None:
        """Press ctrl+l until trading is open: what is pressed before the journal was read changes nothing."""
        for _ in range(UNLOCK_TRIES):
            self.types("\x0c")
            with contextlib.suppress(AssertionError):
                self.until(lambda: "LOCKED" not in self.text(), within=3.0)
                return
        raise AssertionError(f"it does not unlock:\n{self.text()}")

    def confirms_review(self) -> None:
        """Enter, once the review has been looked at."""
        self.sees("Enter sends, escape goes back.")
        self.looks()
        self.types("\r")

    def looks(self) -> None:
        """Read what is on screen, for as long as a person takes."""
        began = time.monotonic()
        self.until(lambda: time.monotonic() - began > A_LOOK)

    # --- its life ---

    def ends(self, within: float = PATIENCE) -> int:
        """Read until it has ended; the exit code as a shell tells it."""
        self.until(lambda: self.process.poll() is not None, within)
        while select.select([self._master], [], [], 0)[0]:
            self.reads(0)
        code = self.process.returncode
        return code if code >= 0 else 128 - code

    def children(self) -> list[int]:
        """The processes that it has started and that run."""
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [int(entry.name) for entry in entries if _parent_of(entry) == self.process.pid]

    def left_as_it_was(self) -> list[str]:
        """What of the terminal is not as it was before the program; empty where all is."""
        wrong = [f"mode {mode} is still on" for mode in self.modes_left_on()]
        if self.tells_keys():
            wrong.append("keys are still told")
        if self.output.rfind(b"\x1b[?25l") > self.output.rfind(b"\x1b[?25h"):
            wrong.append("the cursor is hidden")
        if termios.tcgetattr(self._slave) != self.line_before:
            wrong.append("the line's settings differ")
        return wrong

    def modes_left_on(self) -> list[str]:
        """Of MODES."""
        return [
            mode
            for mode in MODES
            if self.output.rfind(f"\x1b[?{mode}h".encode()) > self.output.rfind(f"\x1b[?{mode}l".encode())
        ]

    def tells_keys(self) -> bool:
        """Whether it was asked for keys by the kitty keyboard protocol and not told to leave off. The entry
        is of the screen that is shown instead of the shell's, so it has to end before that does."""
        ends = self.output.rfind(KEYS_AS_BEFORE)
        return (
            len(re.findall(KEYS_TOLD, self.output)) != self.output.count(KEYS_AS_BEFORE)
            or self.output.rfind(TELL_EVENTS) > ends
            or ends > self.output.rfind(b"\x1b[?1049l")
        )

    def unread(self) -> int:
        """Bytes that were typed and that whoever reads the terminal next would get."""
        as_it_is = termios.tcgetattr(self._slave)
        raw = [*as_it_is[:3], as_it_is[3] & ~termios.ICANON, *as_it_is[4:]]  # else whole lines count alone
        termios.tcsetattr(self._slave, termios.TCSANOW, raw)
        count = int.from_bytes(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), sys.byteorder)
        termios.tcsetattr(self._slave, termios.TCSANOW, as_it_is)
        return count

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        os.close(self._slave)


@contextmanager
def a_program(home: Path, *arguments: str, **more: str) -> Iterator[PtyProgram]:
    """The program, running; killed at the end where it has not ended by itself."""
    program = PtyProgram(home, arguments, more)
    try:
        yield program
    finally:
        program.close()


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not yet reaped does not."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def run_without_a_terminal(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """The program with pipes in place of a terminal, to its end."""
    return subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=environment(home, **more),
        cwd=home,
    )


def _parent_of(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129}
