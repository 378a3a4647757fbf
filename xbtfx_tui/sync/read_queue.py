"""Reads on demand, one at a time: what was asked for last comes first, what is asked twice is read once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from xbtfx_tui.domain.failures import AnswerTooLarge, Failure, Refused
from xbtfx_tui.sync.poll_timer import Backoff, Wake, held_back

REPEAT_SECONDS = 2.0
GIVEN_UP_SECONDS = 60.0

K = TypeVar("K", bound=Hashable)


class Demand(Generic[K]):
    """A queue of things to read, retried until they work, or the server refuses them or answers too much.

    `read` answers with None or the failure; `note` hears of each.
    """

    def __init__(
        self, read: Callable[[K], Awaitable[Failure | None]], note: Callable[[Failure | None], None]
    ) -> None:
        self._read = read
        self._note = note
        self._wanted: dict[K, float] = {}
        self._idle: dict[K, None] = {}
        self._read_at: dict[K, float] = {}
        self._given_up: dict[K, float] = {}
        self._wake = Wake()

    def want(self, key: K, after: float = 0.0) -> None:
        """Read it in `after` seconds, though not within 2 s of the last time; before all that is idle."""
        now = asyncio.get_running_loop().time()
        due = max(now + after, self._read_at.get(key, float("-inf")) + REPEAT_SECONDS)
        earlier = self._wanted.pop(key, due)
        self._wanted[key] = min(due, earlier)
        self._wake.ask(self._wanted[key] - now)

    def want_again(self, key: K, every: float) -> None:
        """Read it once more, `every` seconds after the last time at the earliest."""
        last = self._read_at.get(key)
        since = 0.0 if last is None else asyncio.get_running_loop().time() - last
        self.want(key, 0.0 if last is None else max(0.0, every - since))

    def want_idly(self, key: K) -> None:
        """Read it when nothing else is to be read; not again for a minute once it was given up."""
        now = asyncio.get_running_loop().time()
        if key not in self._idle and now - self._given_up.get(key, float("-inf")) >= GIVEN_UP_SECONDS:
            self._idle[key] = None
            self._wake.ask()

    async def serve(self) -> None:
        """Read what is wanted, for ever."""
        backoff = Backoff()
        loop = asyncio.get_running_loop()
        while True:
            key, left = self._next(loop.time())
            if key is None:
                await self._wake.wait(left)
                continue
            self._wanted.pop(key, None)
            self._idle.pop(key, None)
            self._read_at[key] = loop.time()
            failure = await self._read(key)
            self._note(failure)
            if isinstance(failure, Refused | AnswerTooLarge):
                self._given_up[key] = loop.time()
            elif failure is not None:
                self._idle[key] = None
                await self._wake.wait(backoff.pause(failure), at_least=held_back(failure))
            else:
                backoff.pause(None)

    def _next(self, now: float) -> tuple[K | None, float | None]:
        """The key whose turn it is; else None and the seconds until one's is."""
        for key in reversed(self._wanted):
            if self._wanted[key] <= now:
                return key, 0.0
        for key in self._idle:
            return key, 0.0
        return None, min(self._wanted.values()) - now if self._wanted else None
