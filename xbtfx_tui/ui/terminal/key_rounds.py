"""Lets the thread that reads keys sleep while none comes: Textual's own looks ten times a second, all day.

Reads no key itself, and holds none up: the terminal's first byte wakes the thread. For a while after it the
rounds go on as Textual makes them, since an escape alone is told from a sequence by what does not follow.
"""

import contextlib
import os
import select
import threading
import time

from textual.constants import ESCAPE_DELAY

AWAKE_FOR = 1.0 + 2 * ESCAPE_DELAY
"""Seconds of rounds after the last byte."""


class KeyRounds(threading.Event):
    """Stands for a driver's `exit_event`, which the reading thread asks before each of its rounds."""

    def __init__(self, fileno: int) -> None:
        """`fileno` is where keys come from."""
        super().__init__()
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)
        self._sources = select.poll()
        self._sources.register(fileno, select.POLLIN)
        self._sources.register(self._woken, select.POLLIN)
        self._reader: int | None = None
        self._awake_until = 0.0

    def begin(self) -> None:
        """Called in the thread that reads, before its first round."""
        self._reader = threading.get_ident()
        self._stay_awake()

    def is_set(self) -> bool:
        if threading.get_ident() == self._reader and not super().is_set():
            waits = None if time.monotonic() >= self._awake_until else 0
            if self._sources.poll(waits):
                self._stay_awake()
        return super().is_set()

    def set(self) -> None:
        super().set()
        with contextlib.suppress(BlockingIOError):  # full: it wakes anyhow
            os.write(self._waker, b"!")

    def clear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._woken, 64):
                pass
        super().clear()

    def _stay_awake(self) -> None:
        self._awake_until = time.monotonic() + AWAKE_FOR
