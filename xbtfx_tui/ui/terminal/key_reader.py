"""The rounds of the thread that reads keys: it sleeps while none comes, where Textual's own looks ten times a
second, all day.

Knows no key itself, and holds none up: the terminal's byte wakes the thread. For a while after each byte the
rounds go on, since an escape alone is told from a sequence by what does not follow.
"""

import contextlib
import os
import select
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from typing import Protocol

from textual.constants import ESCAPE_DELAY
from textual.message import Message

from xbtfx_tui.ui.keystrokes import KeyKind
from xbtfx_tui.ui.terminal.escape_key import PressedEscape
from xbtfx_tui.ui.terminal.key_event_types import KeyEvents
from xbtfx_tui.ui.terminal.textual_internals import tell_kind

AWAKE_FOR = 1.0 + 2 * ESCAPE_DELAY
"""Seconds of rounds after the last byte."""
_ROUND = 0.1
_GOES_ON_WITHIN = max(_ROUND, ESCAPE_DELAY)
"""Seconds after which what has begun like a sequence was pressed as keys."""
_MOST_BYTES = 4096


class KeyParser(Protocol):
    """Textual's parser of what a terminal sends."""

    def feed(self, data: str) -> Iterable[Message]: ...

    def tick(self) -> Iterable[Message]: ...


class InputBegins(Message, bubble=False):
    """What may be a pressed escape has come, or the beginning of another key: which, tells what follows."""


class KeyRounds(threading.Event):
    """Stands for a driver's `exit_event`: setting it wakes the thread that reads, and ends its rounds."""

    def __init__(self, fileno: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`fileno` is where keys come from; `clock` gives seconds that only grow."""
        super().__init__()
        self._fileno = fileno
        self._clock = clock
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._waker, False)
        self._is_untold = threading.Event()
        self._is_untold.set()

    def read(self, parser: KeyParser, take: Callable[[Message], None]) -> None:
        """Give `take` what comes, until the event is set; then what is there still. Runs in a thread of its
        own; raises OSError when the terminal is gone."""
        sources = select.poll()
        sources.register(self._fileno, select.POLLIN)
        sources.register(self._woken, select.POLLIN)
        # What no character is, a line fault or another encoding, must not end the program.
        decode = getincrementaldecoder("utf-8")("replace").decode
        escapes, key_events = PressedEscape(), KeyEvents()
        self._note_told(is_told=False)

        def feed(text: str) -> None:
            for part, kind in key_events.parted(text):
                for message in parser.feed(part):
                    if kind is not KeyKind.UNTOLD:
                        tell_kind(message, kind)
                    take(message)
            self._note_told(is_told=key_events.is_told)

        def read() -> bool:
            """Whether there was anything."""
            data = os.read(self._fileno, _MOST_BYTES)
            feed(escapes.parted(decode(data)))
            if data and escapes.waits:
                take(InputBegins())
            return bool(data)

        awake_until = self._clock() + AWAKE_FOR
        while not self.is_set():
            waits = _ROUND * 1000 if self._clock() < awake_until else None
            ready = [fileno for fileno, _ in sources.poll(_GOES_ON_WITHIN * 1000 if escapes.waits else waits)]
            has_come = False
            if self._fileno in ready:
                has_come = read()
                if not has_come:
                    self.wait(_ROUND)  # an end of file is ready for ever
                # Each byte counts, not the one alone that woke the thread: an escape may be the last of many.
                awake_until = self._clock() + AWAKE_FOR
            if not has_come:
                feed(escapes.released())
            _give(parser.tick(), take)
        sources.unregister(self._woken)
        if sources.poll(_ROUND * 1000):
            read()
        feed(escapes.released())
        _give(parser.tick(), take)

    @property
    def tells_events(self) -> bool:
        """Whether the terminal has said that it tells a press, a repeat and a release apart."""
        return not self._is_untold.is_set()

    def _note_told(self, *, is_told: bool) -> None:
        if is_told:
            self._is_untold.clear()
        else:
            self._is_untold.set()

    def until_untold(self, seconds: float) -> None:
        """Wait, so long at most, until the terminal has said that it tells no more. Not in the thread that
        reads."""
        self._is_untold.wait(seconds)

    def set(self) -> None:
        super().set()
        with contextlib.suppress(BlockingIOError):  # full: it wakes anyhow
            os.write(self._waker, b"!")

    def clear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._woken, 64):
                pass
        super().clear()


def _give(messages: Iterable[Message], take: Callable[[Message], None]) -> None:
    for message in messages:
        take(message)
