"""The desk's tasks by group: held, so that none is lost, and missed aloud when one dies."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Tasks:
    """One group of tasks. `on_fault` is called when one of them ends by an exception."""

    def __init__(self, on_fault: Callable[[], None]) -> None:
        self._on_fault = on_fault
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work; it goes on until its end, or until `cancel`."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, ended: asyncio.Task[None]) -> None:
        self._running.discard(ended)
        if not ended.cancelled() and (error := ended.exception()) is not None:
            _log.error("desk task failed: %s", place_of(error))
            self._on_fault()

    def running(self) -> frozenset[asyncio.Task[None]]:
        return frozenset(self._running)

    async def idle(self) -> None:
        """Wait until none of them runs."""
        while left := self.running():
            await asyncio.wait(left)

    async def cancel(self) -> None:
        """End all of them and wait for it."""
        left = self.running()
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def place_of(error: BaseException) -> str:
    """An exception's type and place. Never its text: that may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
