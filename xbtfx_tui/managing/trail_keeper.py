"""Runs the trailing stops beside everything else: looks twice a second, and keeps them for the next run.

It decides nothing. The disk is touched off the event loop; at the end what is not kept yet is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Protocol

from xbtfx_tui.domain.clock import to_next_beat
from xbtfx_tui.domain.events import Loudness
from xbtfx_tui.domain.trailing import Trail
from xbtfx_tui.managing.trailing import Trailer
from xbtfx_tui.orders.tasks import place_of
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)
LOOK_EVERY = 0.5


class TrailShelf(Protocol):
    """Where an account's trails are kept between runs; both wait for the disk, and neither raises."""

    def load(self, login: int) -> tuple[tuple[Trail, ...], str | None]:
        """The kept trails, and what could not be read of them as a sentence."""

    def save(self, login: int, trails: tuple[Trail, ...]) -> str | None:
        """Keep these; what went wrong as a sentence."""


class NoTrailShelf:
    """A shelf that is empty at every start."""

    def load(self, login: int) -> tuple[tuple[Trail, ...], str | None]:
        return (), None

    def save(self, login: int, trails: tuple[Trail, ...]) -> str | None:
        return None


class TrailKeeper:
    """Owns the task that makes the trailer look."""

    def __init__(
        self, trailer: Trailer, store: Store, shelf: TrailShelf, say: Callable[[Loudness, str], None]
    ) -> None:
        self._trailer = trailer
        self._store = store
        self._shelf = shelf
        self._say = say
        self._login: int | None = None
        self._could_save = True
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._task = asyncio.create_task(self._run(), name="trailing stops")

    async def stop(self) -> None:
        """Look no more, and keep what changed since it was last kept, or could not be kept then."""
        self._ending.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        try:
            while not self._ending.is_set():
                await self._load_once()
                self._trailer.look()
                await self._save_changes()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(to_next_beat(time(), LOOK_EVERY)):
                        await self._ending.wait()
            self._trailer.changed |= not self._could_save
            await self._save_changes()
        except Exception as error:
            _log.error("trailing stops failed: %s", place_of(error))
            self._trailer.break_off()

    async def _load_once(self) -> None:
        if self._login is not None or self._store.key is None:
            return
        self._login = self._store.key.login
        kept, trouble = await asyncio.to_thread(self._shelf.load, self._login)
        if trouble is not None:
            self._say(Loudness.WARNING, trouble)
        self._trailer.take_up(kept)

    async def _save_changes(self) -> None:
        if self._login is None or not self._trailer.changed:
            return
        self._trailer.changed = False
        problem = await asyncio.to_thread(self._shelf.save, self._login, tuple(self._trailer.trails()))
        self._could_save = problem is None
        if problem is not None:
            self._say(Loudness.WARNING, problem)
