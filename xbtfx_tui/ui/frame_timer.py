"""The beat that frames are drawn by: a bare timer of the event loop, at the multiples of its interval.

Textual's timer is a task that sleeps: each of its beats takes the loop two turns. It never catches up on
beats that were missed, never beats for a screen that is gone, and what the beat raises is the app's.
"""

import asyncio
from collections.abc import Callable

from textual.widget import Widget

from xbtfx_tui.domain.clock import to_next_beat


class Beats:
    """Calls `beat` every so many seconds from `start` until `stop`, while `owner` is part of the app."""

    def __init__(self, owner: Widget, every: float, beat: Callable[[], None]) -> None:
        self._owner = owner
        self._every = every
        self._beat = beat
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """The first beat comes one whole interval from now at the latest; needs a running loop."""
        self.stop()
        self._wait()

    def stop(self) -> None:
        """No beat comes after this."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._next = loop.call_later(to_next_beat(loop.time(), self._every), self._due)

    def _due(self) -> None:
        if not self._owner.is_attached:
            return
        self._wait()
        try:
            self._beat()
        except Exception as error:
            self._owner.call_later(_raise, error)


def _raise(error: Exception) -> None:
    """In the owner's own turn, where the app takes what goes wrong."""
    raise error
