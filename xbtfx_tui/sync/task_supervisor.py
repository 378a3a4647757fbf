"""Owns the long-lived tasks: a task that dies is said, logged and locks trading; none dies in silence."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.lasting_states import OfThisRun
from xbtfx_tui.domain.store_events import Message, Severity, TradingChanged, TradingLocked, TradingReadOnly
from xbtfx_tui.store.store import Store

_LOG = logging.getLogger(__name__)


class Supervisor:
    """Tasks by name; the name is a word for the screen ("stream")."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def start(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a task under this name; one that ran under it is cancelled."""
        self.end(name)
        task = asyncio.create_task(run(), name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))

    def end(self, name: str) -> None:
        """Cancel a task without waiting for it, if one runs under this name."""
        task = self._tasks.pop(name, None)
        if task is not None and not task.done():
            task.cancel()
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def stop(self, within: float) -> None:
        """Cancel every task and wait `within` seconds at most for them to end."""
        for name in list(self._tasks):
            self.end(name)
        if self._leaving:
            _, stuck = await asyncio.wait(set(self._leaving), timeout=within)
            for task in stuck:
                _LOG.warning("the %s task did not end within %s s", task.get_name(), within)

    def _ended(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if task.cancelled() or (error := task.exception()) is None:
            return
        # Neither the exception's text nor any local goes out: either could hold what a server or a key said.
        places = " < ".join(
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in reversed(traceback.extract_tb(error.__traceback__))
        )
        _LOG.error("the %s task failed: %s at %s", name, type(error).__name__, places)
        reason = f"the {name} task failed; restart the terminal"
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingLocked(reason)))
        self._store.apply(
            Message(
                self._clock.now().wall,
                Severity.ERROR,
                f"The {name} task failed ({type(error).__name__}). Trading is locked, what is shown may be "
                "old: restart the terminal. The log says where it failed.",
                OfThisRun(),
            )
        )
