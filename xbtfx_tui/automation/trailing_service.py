"""Runs the trailing stops beside everything else: looks twice a second, and keeps them for the next run.

It decides nothing. The disk is touched off the event loop; at the end what is not kept yet is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Protocol

from xbtfx_tui.automation.trailing_engine import Trailer
from xbtfx_tui.automation.trailing_messages import not_moved_words
from xbtfx_tui.automation.trailing_state import Say
from xbtfx_tui.domain.clock import to_next_beat
from xbtfx_tui.domain.lasting_states import OfThisRun
from xbtfx_tui.domain.login_state_owner import Keeping, KeptByAnother, KeptByNoLock, KeptHere, NotDecided
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.domain.trailing_stop import KeptTrails
from xbtfx_tui.orders.desk_tasks import place_of
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)
LOOK_EVERY = 0.5
WRITTEN_WITHIN = 3.0
"""Seconds that a writing is waited for at the end."""


class TrailRepository(Protocol):
    """Where an account's trails are kept between runs; both wait for the disk, and neither raises."""

    def load(self, login: int, *, repairs: bool) -> tuple[KeptTrails, str | None]:
        """What the last run kept, and what could not be read of it as a sentence; `repairs` sets a file aside
        that can't be read, else it is only looked at."""

    def save(self, login: int, kept: KeptTrails) -> str | None:
        """Keep this; what went wrong as a sentence."""


class NoTrailRepository:
    """A shelf that is empty at every start."""

    def load(self, login: int, *, repairs: bool) -> tuple[KeptTrails, str | None]:
        return KeptTrails(), None

    def save(self, login: int, kept: KeptTrails) -> str | None:
        return None


class TrailKeeper:
    """Owns the task that makes the trailer look. Where another terminal keeps the account's trails, or may,
    none is taken up and none is written. `keeping` tells that."""

    def __init__(
        self,
        trailer: Trailer,
        store: Store,
        shelf: TrailRepository,
        keeping: Callable[[], Keeping],
        say: Say,
    ) -> None:
        self._trailer = trailer
        self._store = store
        self._shelf = shelf
        self._keeping = keeping
        self._say = say
        self._login: int | None = None
        self._is_decided = False
        self._could_save = True
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._task = asyncio.create_task(self._run(), name="trailing stops")

    async def stop(self) -> None:
        """Look no more, and keep what changed since it was last kept, or could not be kept then, for which
        the disk has 3 seconds."""
        self._ending.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        try:
            while not self._ending.is_set():
                await self._take_up_once()
                self._trailer.look()
                self._save_changes()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(to_next_beat(time(), LOOK_EVERY)):
                        await self._ending.wait()
            await self._save_the_rest()
        except Exception as error:
            _log.error("trailing stops failed: %s", place_of(error))
            self._trailer.break_off()

    async def _take_up_once(self) -> None:
        if self._is_decided or self._store.key is None:
            return
        login = self._store.key.login
        match self._keeping():
            case NotDecided():
                return
            case KeptHere():
                self._login = login
                kept, trouble = await asyncio.to_thread(self._shelf.load, login, repairs=True)
                if trouble is not None:
                    self._say(Severity.WARNING, trouble)
                self._trailer.take_up(kept.trails, kept.stops)
            case KeptByAnother() as another:
                self._trailer.leave_to(another)
            case KeptByNoLock() as no_lock:
                self._trailer.leave_to(no_lock)
                kept, _ = await asyncio.to_thread(self._shelf.load, login, repairs=False)
                if kept.trails:
                    self._say(Severity.WARNING, not_moved_words(len(kept.trails), no_lock), OfThisRun())
        self._is_decided = True

    def _save_changes(self) -> None:
        """Beside the looks: a slow disk must not keep a stop where it is."""
        is_saving = self._saving is not None and not self._saving.done()
        if self._login is None or not self._trailer.changed or is_saving:
            return
        self._trailer.changed = False
        self._saving = asyncio.create_task(self._save(self._login), name="trailing stops to disk")

    async def _save_the_rest(self) -> None:
        for _ in range(2):  # what is being written, and what has changed since
            if self._saving is not None:
                await asyncio.wait({self._saving}, timeout=WRITTEN_WITHIN)
            self._trailer.changed |= not self._could_save
            self._save_changes()
        if self._saving is not None:
            await asyncio.wait({self._saving}, timeout=WRITTEN_WITHIN)

    async def _save(self, login: int) -> None:
        problem = await asyncio.to_thread(self._shelf.save, login, self._trailer.kept)
        self._could_save = problem is None
        if problem is not None:
            self._say(Severity.WARNING, problem)
