"""A command on a terminal of its own: what it wrote and when, what it used, keys for it. Judges nothing."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.benchmarks.machine import processor_seconds
from tests.benchmarks.screen import Grid

SIZE = (200, 50)
PATIENCE = 40.0
_MOST_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Used:
    """What a command used in a window: seconds of processor and bytes written to its terminal."""

    seconds: float
    processor: float
    written: tuple[tuple[float, bytes], ...]

    @property
    def share(self) -> float:
        """Of one core."""
        return self.processor / self.seconds

    @property
    def bytes_a_second(self) -> float:
        return sum(len(data) for _, data in self.written) / self.seconds


class PtyRun:
    """A running command. Whoever waits reads, so that it is never held up by a full terminal."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.grid = Grid(*size)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), start_new_session=True
        )
        os.close(slave)

    @property
    def pid(self) -> int:
        return self.process.pid

    def read(self, seconds: float) -> bytes:
        """What came within this time, at the latest; b'' where nothing did."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            return os.read(self._master, _MOST_AT_ONCE)
        except OSError:  # the far end is closed
            time.sleep(min(0.05, max(0.0, seconds)))
            return b""

    def until(self, holds: Callable[[Grid], object], within: float = PATIENCE) -> float:
        """Read and draw until it holds on the picture; when it came to hold (monotonic)."""
        end = time.monotonic() + within
        while not holds(self.grid):
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError(f"it never came to hold; on screen:\n{self.grid.text()}")
            self.grid.feed(self.read(min(left, 0.5)))
        return time.monotonic()

    def draws_for(self, seconds: float) -> None:
        """Read and draw for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.grid.feed(self.read(left))

    def uses(self, seconds: float) -> Used:
        """Record for so long; drawn afterwards, so that this process disturbs nothing meanwhile."""
        before, began = processor_seconds(self.pid), time.monotonic()
        written: list[tuple[float, bytes]] = []
        while (left := began + seconds - time.monotonic()) > 0:
            if data := self.read(left):
                written.append((time.monotonic(), data))
        used = Used(time.monotonic() - began, processor_seconds(self.pid) - before, tuple(written))
        for _, data in written:
            self.grid.feed(data)
        return used

    def types(self, keys: str) -> float:
        """Press keys; when (monotonic)."""
        at = time.monotonic()
        os.write(self._master, keys.encode())
        return at

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):
            os.close(self._master)


@contextmanager
def a_run(
    command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = SIZE
) -> Iterator[PtyRun]:
    """The command, running; killed at the end."""
    run = PtyRun(command, environment, size)
    try:
        yield run
    finally:
        run.close()
