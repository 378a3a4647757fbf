"""Waiting for the next turn of a poll: its own interval, or sooner when asked. Never reads a thing."""

import asyncio
import contextlib

from xbtfx_tui.domain.failures import Failure, RateLimited

HEAD_START = 0.15
DRAWN_WITHIN = 0.04
FIRST_BACKOFF = 2.0
LONGEST_BACKOFF = 30.0


class Wake:
    """Asked for any number of times, it wakes its one waiter once, at the earliest time asked for."""

    def __init__(self) -> None:
        self._due: float | None = None
        self._asked = asyncio.Event()

    def ask(self, after: float = 0.0) -> None:
        """Wake the waiter in `after` seconds; asks in between are answered by the same turn."""
        due = asyncio.get_running_loop().time() + after
        if self._due is None or due < self._due:
            self._due = due
            self._asked.set()

    async def wait(self, at_most: float | None, at_least: float = 0.0) -> None:
        """Return when asked, or after `at_most` seconds (None: never by itself); not before `at_least`."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while True:
            ends = [
                end for end in (self._due, None if at_most is None else start + at_most) if end is not None
            ]
            left = max(min(ends), start + at_least) - loop.time() if ends else None
            if left is not None and left <= 0:
                if self._due is not None and self._due <= loop.time():
                    self._due = None
                return
            self._asked.clear()
            try:
                async with asyncio.timeout(left):
                    await self._asked.wait()
            except TimeoutError:
                continue


class HeadStart:
    """Leaves the machine to the stream at the start: a price is what is waited for, and on a slow core the
    first read, which loads the HTTP library, would come between. Held for 150 ms at most."""

    def __init__(self) -> None:
        self._heard = asyncio.Event()

    def heard(self) -> None:
        """A price has come, or none will soon."""
        self._heard.set()

    async def over(self) -> None:
        """Return once that was heard and the price may be drawn, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEAD_START):
                await self._heard.wait()
                await asyncio.sleep(DRAWN_WITHIN)


class Backoff:
    """How long to leave a server alone that fails: 2, 4, 8, 16, then 30 s, or as long as it asked for."""

    def __init__(self) -> None:
        self._failures = 0

    def pause(self, failure: Failure | None) -> float:
        """Seconds to wait after this outcome of a read; 0.0 after a good one."""
        if failure is None:
            self._failures = 0
            return 0.0
        if isinstance(failure, RateLimited):
            return max(1.0, failure.retry_after)
        self._failures += 1
        return min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(self._failures - 1, 8))


def held_back(failure: Failure | None) -> float:
    """Seconds that even an urgent read has to wait: what the server asked for."""
    return failure.retry_after if isinstance(failure, RateLimited) else 0.0
