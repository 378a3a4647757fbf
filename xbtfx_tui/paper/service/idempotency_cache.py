"""The idempotency cache: one key, one execution, within 120 s of the first request (xbtfx-api.md section 5).

The first request with a key executes; another that comes while it runs waits for it; both, and every
later one until the key is forgotten, get the same bytes. The body is not compared: the key alone decides,
as on the live service. Requests refused before they could execute anything (401, 403, 429) never enter.

That is the ordinary mood. The API does not say whether a key counts from its receipt or from its answer,
nor whether an error is remembered: a test may put the cache into any of these moods.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial

import msgspec

from xbtfx_tui.paper.service.http_replies import Reply

REMEMBERED_SECONDS = 120.0
_FIRST_ERROR = 400


class Dedupes(Enum):
    """From when on a key is known; the value is its name in scripts."""

    ON_RECEIPT = "on receipt"
    ON_COMPLETION = "on completion"
    NEVER = "never"


class Mood(msgspec.Struct, frozen=True):
    """How a server may treat keys."""

    dedupes: Dedupes = Dedupes.ON_RECEIPT
    caches_errors: bool = True


class _Entry(msgspec.Struct, frozen=True):
    at: float
    answer: "asyncio.Future[Reply]"


class IdempotencyCache:
    """First answers by key; times are monotonic seconds from `monotonic`. `mood` may be set at any time."""

    def __init__(self, monotonic: Callable[[], float], remembered: float = REMEMBERED_SECONDS) -> None:
        self._monotonic = monotonic
        self._remembered = remembered
        self._entries: dict[str, _Entry] = {}
        self.mood = Mood()

    async def once(self, key: str, execute: Callable[[], Awaitable[Reply]]) -> Reply:
        """The first answer for `key`: by executing now, or by waiting for whoever executes already.

        A client that hangs up does not stop the execution; a failure of `execute` reaches all who wait, and
        the key is forgotten with it.
        """
        now = self._monotonic()
        self._forget(now)
        entry = self._entries.get(key)
        if entry is None or not self._is_known(entry):
            entry = _Entry(now, asyncio.ensure_future(_run(execute)))
            self._entries[key] = entry
            entry.answer.add_done_callback(partial(self._drop_failed, key))
        return await asyncio.shield(entry.answer)

    def _is_known(self, entry: _Entry) -> bool:
        match self.mood.dedupes:
            case Dedupes.ON_RECEIPT:
                return True
            case Dedupes.ON_COMPLETION:
                return entry.answer.done()
            case Dedupes.NEVER:
                return False

    def _forget(self, now: float) -> None:
        for key, entry in list(self._entries.items()):
            if entry.at + self._remembered > now:
                break
            if entry.answer.done():
                del self._entries[key]

    def _drop_failed(self, key: str, answer: "asyncio.Future[Reply]") -> None:
        entry = self._entries.get(key)
        if entry is None or entry.answer is not answer:
            return
        failed = answer.cancelled() or answer.exception() is not None
        if failed or (not self.mood.caches_errors and answer.result().status >= _FIRST_ERROR):
            del self._entries[key]


async def _run(execute: Callable[[], Awaitable[Reply]]) -> Reply:
    return await execute()
