"""Finds out what each symbol's change of the day counts from, once a symbol and day, and tells the store.

Yesterday's last bid comes from what this run has seen, else from the archive, which is asked for one symbol
after the other, each in its thread. It writes nothing, and a day change is never shown against a day before.
"""

import asyncio
import logging

from xbtfx_tui.archive.candle_archive import Archive
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.clock import Clock, to_next_beat
from xbtfx_tui.domain.day_change import DayReference, PreviousClose, first_bid, previous_close
from xbtfx_tui.domain.day_clock import Stretch
from xbtfx_tui.domain.store_events import DayReferences
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import quoted_sessions
from xbtfx_tui.store.store import Store

_log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks for symbols that are new, and for another day."""
_HOURS_A_DAY = 26
"""Of the longest day, and one more."""


class DayReferenceFinder:
    """`archive` has the past and the day's clock; what is found goes into `store` as events."""

    def __init__(self, store: Store, clock: Clock, archive: Archive) -> None:
        self._store = store
        self._now = clock.now
        self._archive = archive
        self._day: Stretch = (0, 0)
        self._asked: dict[str, bool] = {}
        """The symbols that the archive was asked for, and whether their sessions were known then."""
        self._found: dict[str, DayReference] = {}
        self._told: set[tuple[str, type[Exception]]] = set()
        """The faults of this day that are in the log already: a look comes each second."""
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._running = asyncio.create_task(self._run(), name="day references")
        self._running.add_done_callback(_ended)

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def look(self) -> None:
        """Find what is missing for the day of now, of all symbols that have a quote."""
        day = self._turn_the_day()
        for symbol in [one for one in self._store.quoted if self._may_be_found(one, day[0])]:
            reference = await self._reference_or_none(symbol, day[0])
            if self._turn_the_day() != day:
                return
            if reference is not None and reference != self._found.get(symbol):
                self._found[symbol] = reference
                self._store.apply(DayReferences(day[0], {symbol: reference}))
            await asyncio.sleep(0)  # many become known at once at midnight: quotes come in between

    def _turn_the_day(self) -> Stretch:
        """The day of now; at its beginning nothing of another one counts any more."""
        wall = int(self._now().wall)
        if not self._day[0] <= wall < self._day[1]:
            self._asked, self._found = {}, {}
            # First, so that whatever fails after it, nothing counts from a day that is over.
            self._store.apply(DayReferences(wall, {}))
            self._day = self._archive.clock.day(wall)
            self._store.apply(DayReferences(self._day[0], {}))
            self._told = set()
        return self._day

    def _may_be_found(self, symbol: str, midnight: int) -> bool:
        """Whether a look can tell more of it than the one before."""
        asked = self._asked.get(symbol)
        if asked is None or (not asked and symbol in self._store.specs):
            return not isinstance(self._found.get(symbol), PreviousClose)
        slot = self._store.slot(symbol)
        return symbol not in self._found and slot is not None and slot.received.wall >= midnight

    async def _reference_or_none(self, symbol: str, midnight: int) -> DayReference | None:
        """None, too, where looking for it failed: the others are looked for all the same."""
        try:
            return await self._reference(symbol, midnight)
        except Exception as error:
            self._log_once(symbol, error)
            return None

    def _log_once(self, what: str, error: Exception) -> None:
        if (key := (what, type(error))) not in self._told:
            self._told.add(key)
            _log.error("a day change was not found: %s: %s", what, type(error).__name__, exc_info=error)

    async def _reference(self, symbol: str, midnight: int) -> DayReference | None:
        spec = self._store.specs.get(symbol)
        sessions = None if spec is None else quoted_sessions(spec)
        seen = self._store.candles(symbol)
        if (close := previous_close(seen, midnight, sessions)) is not None:
            return close
        if not self._asked.get(symbol, False):
            self._asked[symbol] = spec is not None
            try:
                kept = await self._of_archive(symbol, midnight, sessions)
            except Exception as error:  # what this run sees counts all the same
                self._log_once(symbol, error)
                kept = None
            if kept is not None:
                return kept
        return self._found.get(symbol) or first_bid(seen, midnight)

    async def _of_archive(
        self, symbol: str, midnight: int, sessions: tuple[SessionSpan, ...] | None
    ) -> DayReference | None:
        """What the archive tells: the last minute of yesterday, else an hour that a file told, else the first
        of today's."""
        minute = _candles(await self._archive.read(symbol, Timeframe.MINUTE, midnight, 1))
        if (close := previous_close(minute, midnight, sessions)) is not None:
            return close
        hour = _candles(await self._archive.read(symbol, Timeframe.HOUR, midnight, 1))
        # An hour that minutes made is known no further than the last of them.
        is_told = bool(hour) and not (minute and minute[0].start >= hour[0].start)
        if is_told and (close := previous_close(hour, midnight, sessions)) is not None:
            return close
        after = int(self._now().wall)
        today = _candles(await self._archive.read(symbol, Timeframe.HOUR, after, _HOURS_A_DAY))
        return first_bid(today, midnight)

    async def _run(self) -> None:
        time = asyncio.get_running_loop().time
        while True:
            try:
                await self.look()
            except Exception as error:
                self._log_once("the day", error)
            to_midnight = self._day[1] - self._now().wall
            if to_midnight <= 0:  # its look failed
                to_midnight = LOOK_EVERY
            await asyncio.sleep(max(0.01, min(to_next_beat(time(), LOOK_EVERY), to_midnight)))


def _candles(read: tuple[Candle | Gap, ...]) -> list[Candle]:
    return [one for one in read if isinstance(one, Candle)]


def _ended(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("day changes are not found any more: %s", type(error).__name__, exc_info=error)
