"""The archive as the rest of the house has it: told of the stream's events, asked for candles, started and
stopped with its account. The loop waits neither for its thread nor for its disk.

Which file it is depends on the account's server, so nothing is read or written until that is known.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from xbtfx_tui.archive.archive_keeper import CHART_MEANWHILE, ArchiveKeeper
from xbtfx_tui.archive.archive_opening import archive_file
from xbtfx_tui.archive.archive_thread import ArchiveThread
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.archive.candle_watch import CandleWatch
from xbtfx_tui.archive.joined_past import Past, with_past
from xbtfx_tui.archive.seen_stretch import SeenStretch
from xbtfx_tui.disk.sqlite_file import DamagedError
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Clock, to_next_beat
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.store_events import Event
from xbtfx_tui.domain.trading_sessions import quoted_sessions
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks whether the account's server is known yet."""
ENDS_WITHIN = 2.0
MOST_FINE = 100
"""Symbols of which candles of 10 seconds are kept."""


class ArchiveOptions(msgspec.Struct, frozen=True):
    """`state` is the program's directory, `base_url` the API's. `records` False only reads. `second` (0 to
    59.99) of each minute is when it writes; another one in each program. `past` knows what was before the
    archive; None where nobody does. `meanwhile` says what is to be had while the file can't be written."""

    state: Path
    base_url: str
    records: bool = True
    retention: Retention = Retention()
    clock: DayClock = UTC_CLOCK
    second: float = 0.0
    past: Past | None = None
    meanwhile: str = CHART_MEANWHILE


class Archive(Protocol):
    """What an account has of candles on disk."""

    @property
    def clock(self) -> DayClock: ...

    def on_event(self, event: Event) -> None:
        """Take an event of the stream that the store has taken already."""

    def look_at(self, symbols: frozenset[str]) -> None:
        """Say which symbols are on screen."""

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        """The last `count` candles that begin before `before` (unix seconds, UTC), with the gaps between."""

    def start(self) -> None:
        """Begin; returns at once."""

    async def stop(self) -> None:
        """End, with what forms on disk where that takes no longer than 2 seconds."""


class NoArchive:
    """Keeps nothing and has nothing; days begin by `clock` all the same."""

    clock: DayClock = UTC_CLOCK

    def __init__(self, clock: DayClock = UTC_CLOCK) -> None:
        self.clock = clock

    def on_event(self, event: Event) -> None:
        return None

    def look_at(self, symbols: frozenset[str]) -> None:
        return None

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        return ()

    def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None


class Turned(Protocol):
    """Told on the loop of each turn of the thread that owns the file."""

    def __call__(self, *, is_written: bool) -> None: ...


def _nobody_minds(*, is_written: bool) -> None:
    return None


def _is_full(found: tuple[Candle | Gap, ...], count: int) -> bool:
    """Whether a past has nothing to add: there are as many candles, and it can't know more of the oldest."""
    candles = [one for one in found if isinstance(one, Candle)]
    return len(candles) >= count and (not candles or candles[0].covered >= candles[0].span)


class CandleArchive:
    """`subscribed` are the symbols that the stream is to send; `say` takes a sentence, on the loop, and
    `turned` each time that what waited was written, or was found not to be possible to write."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        options: ArchiveOptions,
        subscribed: Callable[[], frozenset[str]],
        say: Callable[[str], None],
        turned: Turned = _nobody_minds,
    ) -> None:
        self._store = store
        self._now = clock.now
        self._options = options
        self._say = say
        self._turned = turned
        self.clock = options.clock
        self._shown: frozenset[str] = frozenset()
        self._watch = CandleWatch(store, subscribed, self._fine, self._put)
        self._path: Path | None = None
        self._is_known = asyncio.Event()
        self._thread: ArchiveThread | None = None
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="candles read")
        self._running: asyncio.Task[None] | None = None

    def look_at(self, symbols: frozenset[str]) -> None:
        self._shown = frozenset(sorted(symbols)[:MOST_FINE])

    def on_event(self, event: Event) -> None:
        self._watch.on_event(event, self._now())

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        """Waits until it is known which file it is; what can't be read is none."""
        await self._is_known.wait()
        if self._path is None:
            return ()
        spec = self._store.specs.get(symbol)
        sessions = None if spec is None else quoted_sessions(spec)
        found = await self._read_file(CandleQuery(symbol, timeframe, before, count, sessions))
        past = self._options.past
        if past is None or _is_full(found, count):
            return found
        earlier = await past.read(symbol, timeframe, before, count, self.clock)
        return with_past(found, earlier, count, sessions)

    async def _read_file(self, query: CandleQuery) -> tuple[Candle | Gap, ...]:
        assert self._path is not None  # noqa: S101 it is known by now
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._reader, read_candles, self._path, query, self.clock)
        except (DamagedError, OSError, sqlite3.Error) as error:
            _log.warning("candles could not be read: %s", error)
            return ()
        if found.days_missing and self._thread is not None:
            self._thread.want_days(query.symbol)
        return found.candles

    def start(self) -> None:
        self._running = asyncio.create_task(self._run(), name="candles")
        self._running.add_done_callback(self._ended)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        self._is_known.set()
        if (thread := self._thread) is not None:
            self._watch.interrupt(self._now())
            thread.end()
            if not await asyncio.to_thread(thread.join, ENDS_WITHIN):
                _log.warning("the archive of candles did not end in time")
        self._reader.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        while True:
            if (account := self._store.account) is not None:
                break
            await asyncio.sleep(to_next_beat(time(), LOOK_EVERY))
        self._path = archive_file(self._options.state, self._options.base_url, account.server, account.login)
        if self._options.records:
            self._begin(self._path)
        self._is_known.set()
        self._watch.close(self._now())
        while self._thread is not None:
            await asyncio.sleep(self._watch.next_close(self._now()))
            self._watch.close(self._now())

    def _begin(self, path: Path) -> None:
        loop = asyncio.get_running_loop()

        def say(sentence: str) -> None:
            """From the archive's thread; the loop may have gone meanwhile."""
            try:
                loop.call_soon_threadsafe(self._say, sentence)
            except RuntimeError:
                _log.warning("%s", sentence)

        def turned(is_written: bool) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(partial(self._turned, is_written=is_written))

        keeper = ArchiveKeeper(
            path, self._options.clock, self._options.retention, say, self._options.meanwhile
        )
        self._thread = ArchiveThread(keeper, lambda: self._now().wall, self._options.second, say, turned)
        self._thread.start()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the candles failed: %s", type(error).__name__, exc_info=error)
            self._say("Candles are not kept any more: an error of the program's own.")

    def _fine(self) -> frozenset[str]:
        return self._shown

    def _put(self, seen: list[SeenStretch]) -> None:
        if self._thread is not None:
            self._thread.put(seen)
