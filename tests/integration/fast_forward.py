"""A day of recording in a minute: real stores, watches and archives in programs whose time jumps from one
event to the next, minute by minute as the test allows. Run as a program it is one of them (`main`).

Prices come from a tape: what each symbol does at each moment is the same in every program.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from unittest import mock

from tests.unit.candle_files import MONDAY
from tests.unit.sync_terminal import ACCOUNT, LeapingLoop
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.archive import candle_archive
from xbtfx_tui.archive.archive_keeper import ArchiveKeeper
from xbtfx_tui.archive.candle_archive import ArchiveOptions, CandleArchive
from xbtfx_tui.archive.seen_stretch import SeenStretch, closed_candles
from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.clock import Instant, to_next_beat
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import AccountRead, DateHeard, Dialect, Event, QuotesSeen, StreamUp
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.recording.recorder import Outlet, Recorder
from xbtfx_tui.recording.symbol_choice import Wish
from xbtfx_tui.store.store import Store

EVERY = {"EURUSD": 3.3, "XAUUSD": 1.7, "SELDOM": 95.0}
"""Seconds between two ticks."""
SYMBOLS = frozenset(EVERY)
POINT = Decimal("0.00001")
BASE_URL = "https://api.example.com"
_SECOND = {"record": 7.2, "terminal": 38.4}


class TapeClock:
    """The loop's time as all three clocks."""

    def __init__(self, loop: LeapingLoop) -> None:
        self._time = loop.time

    def now(self) -> Instant:
        passed = self._time()
        return Instant(passed, passed, MONDAY + passed)


def price(symbol: str, number: int) -> float:
    """The bid of a symbol's tick of this number."""
    return round(1.08 + Random(f"{symbol}:{number}").gauss(0, 0.0005), 5)


class TapeStream:
    """Plays the tape from now on."""

    def __init__(self, clock: TapeClock, emit: Callable[[Event], None]) -> None:
        self._clock = clock
        self._emit = emit
        self.subscribed = SYMBOLS

    async def run(self) -> None:
        self._emit(StreamUp(Dialect.CURRENT))
        for at, symbol, bid in self._ticks(self._clock.now().monotonic):
            await asyncio.sleep(at - self._clock.now().monotonic)
            time = datetime.fromtimestamp(MONDAY + at, UTC)
            self._emit(QuotesSeen((Quote(symbol, bid, bid + 0.0001, time),), self._clock.now()))

    @staticmethod
    def _ticks(since: float) -> Iterator[tuple[float, str, float]]:
        numbers = {symbol: int(since / every) + 1 for symbol, every in EVERY.items()}
        while True:
            symbol = min(EVERY, key=lambda one: numbers[one] * EVERY[one])
            number = numbers[symbol]
            numbers[symbol] += 1
            yield number * EVERY[symbol], symbol, price(symbol, number)

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str]) -> None:
        assert symbols == SYMBOLS

    def subscribe_anew(self, symbols: frozenset[str]) -> None:
        raise AssertionError(symbols)

    def reconnect_now(self) -> None:
        raise AssertionError("time runs even")


class TapeReads:
    """The account's REST reads, with the Date of each answer."""

    def __init__(self, clock: TapeClock, store: Store) -> None:
        self._clock = clock
        self._store = store

    async def account(self, use: Use) -> Account:
        now = self._clock.now()
        self._store.apply(DateHeard(now.wall, now))
        return ACCOUNT

    async def symbols(self) -> tuple[SymbolRow, ...]:
        return tuple(SymbolRow(symbol, 5, Decimal(100_000), POINT) for symbol in sorted(SYMBOLS))

    async def symbol(self, name: str) -> SymbolSpec:
        return SymbolSpec(name, 5, POINT, Decimal(100_000))


class LoopWriter:
    """In the place of the archive's thread, whose waits are of real time: the same turns, on the loop."""

    def __init__(
        self,
        keeper: ArchiveKeeper,
        wall: Callable[[], float],
        second: float,
        say: Callable[[str], None],
        turned: Callable[[bool], None],
    ) -> None:
        self._keeper = keeper
        self._wall = wall
        self._second = second
        self._turned = turned
        self._waiting: list[SeenStretch] = []
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self._turn()
            await asyncio.sleep(to_next_beat(self._wall() - self._second, 60.0))

    def put(self, seen: Iterable[SeenStretch]) -> None:
        self._waiting += seen

    def want_days(self, symbol: str) -> None:
        pass

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._turn()
        self._keeper.close()

    def join(self, seconds: float) -> bool:
        return True

    def _turn(self) -> None:
        if not self._keeper.is_due(now := self._wall()):
            self._turned(False)
            return
        seen, self._waiting = self._waiting, []
        self._turned(self._keeper.turn(closed_candles(seen), now))


def told(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


async def allowed(minute: int, ends: asyncio.Event) -> None:
    """At each minute's beginning say so, and go on when the test does; until it ends the run."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(minute * 60 - loop.time())
        sys.stdout.write(f"{minute}\n")
        sys.stdout.flush()
        if sys.stdin.readline() != "\n":
            ends.set()
            return
        minute += 1


async def recorded(folder: Path, kind: str, minute: int, loop: LeapingLoop) -> None:
    clock, ends = TapeClock(loop), asyncio.Event()
    store = Store(clock)
    options = ArchiveOptions(folder, BASE_URL, second=_SECOND[kind])
    gate = asyncio.create_task(allowed(minute, ends))
    if kind == "record":
        outlet = Outlet(told, lambda *_, **__: None)
        wish = Wish(tuple(SYMBOLS), is_fine=True)
        await Recorder(
            *(TapeReads(clock, store), lambda emit: TapeStream(clock, emit), store, clock),
            *(options, wish, outlet),
        ).run(ends)
    else:
        await beside_a_screen(store, clock, options, ends)
    await gate


async def beside_a_screen(
    store: Store, clock: TapeClock, options: ArchiveOptions, ends: asyncio.Event
) -> None:
    """What a terminal has of it: the archive fed by the stream, candles of 10 seconds of what is shown."""
    archive = CandleArchive(store, clock, options, lambda: SYMBOLS, told)

    def take(event: Event) -> None:
        store.apply(event)
        archive.on_event(event)

    archive.look_at(SYMBOLS)
    archive.start()
    store.apply(AccountRead(await TapeReads(clock, store).account(Use.ASKED), clock.now()))
    streaming = asyncio.create_task(TapeStream(clock, take).run())
    await ends.wait()
    streaming.cancel()
    await archive.stop()


def main(folder: str, kind: str, minute: str) -> None:
    loop = LeapingLoop()
    loop.leaping.now = int(minute) * 60.0
    with mock.patch.object(candle_archive, "ArchiveThread", LoopWriter):
        loop.run_until_complete(recorded(Path(folder), kind, int(minute), loop))


if __name__ == "__main__":
    main(*sys.argv[1:])
