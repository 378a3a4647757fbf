"""What a recording asks the server for, how often, and what it does when the server says no later."""

import asyncio
from pathlib import Path
from unittest import mock

from tests.integration.fast_forward import (
    BASE_URL,
    EVERY,
    POINT,
    SYMBOLS,
    LoopWriter,
    TapeClock,
    TapeReads,
    TapeStream,
)
from tests.unit.sync_terminal import LeapingLoop
from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.archive import candle_archive
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.failures import BridgeDown, Failure, Refused
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.recording.recorder import Ended, Outlet, Recorder
from xbtfx_tui.recording.symbol_choice import Wish
from xbtfx_tui.store.store import Store

MINUTE, HOUR = 60.0, 3_600.0
UNKNOWN_KEY = Refused(401, "unauthorized", "Unknown key.")


class WatchedReads(TapeReads):
    """Notes when it is asked for what; fails as a test says, from a moment on."""

    def __init__(self, clock: TapeClock, store: Store) -> None:
        super().__init__(clock, store)
        self.asked: list[tuple[float, str]] = []
        self.fails: tuple[float, Failure] | None = None
        self.more: list[str] = []

    def _note(self, what: str) -> None:
        now = self._clock.now().monotonic
        self.asked.append((now, what))
        if self.fails is not None and now >= self.fails[0]:
            raise ReadError(self.fails[1])

    async def account(self, use: Use) -> Account:
        self._note("account")
        return await super().account(use)

    async def symbols(self) -> tuple[SymbolRow, ...]:
        self._note("symbols")
        more = tuple(SymbolRow(name, 5, POINT, POINT) for name in self.more)
        return (*(await super().symbols()), *more)

    async def symbol(self, name: str) -> SymbolSpec:
        self._note("spec")
        return await super().symbol(name)


class OpenStream(TapeStream):
    """Takes any symbols."""

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str]) -> None:
        self.subscribed = symbols


class Run:
    """A recording of `wish` for some hours in no time."""

    def __init__(self, folder: Path, wish: Wish) -> None:
        self.loop = LeapingLoop()
        clock = TapeClock(self.loop)
        store = Store(clock)
        self.reads = WatchedReads(clock, store)
        self.lines: list[str] = []
        self._parts = store, clock, ArchiveOptions(folder, BASE_URL), wish

    def goes(self, seconds: float) -> Ended | None:
        async def run() -> Ended | None:
            store, clock, options, wish = self._parts
            ends = asyncio.Event()
            recorder = Recorder(
                *(self.reads, lambda emit: OpenStream(clock, emit), store, clock),
                *(options, wish, Outlet(self.lines.append, lambda *_, **__: None)),
            )
            self.loop.call_at(seconds, ends.set)
            return await recorder.run(ends)

        seldom = mock.patch.dict(EVERY, dict.fromkeys(EVERY, 47.0))
        with seldom, mock.patch.object(candle_archive, "ArchiveThread", LoopWriter):
            how = self.loop.run_until_complete(run())
        self.loop.close()
        return how

    def asked(self, what: str) -> list[float]:
        return [at for at, asked in self.reads.asked if asked == what]


def test_symbols_are_read_once_an_hour_and_specs_at_20_a_minute(tmp_path: Path) -> None:
    run = Run(tmp_path, Wish(is_all=True))
    run.reads.more = [f"S{number}" for number in range(57)]
    assert run.goes(1.1 * HOUR) is None
    assert [round(at / HOUR) for at in run.asked("symbols")] == [0, 1]
    specs = run.asked("spec")
    assert all(len([at for at in specs if 0 < at - since <= MINUTE]) <= 20 for since in range(0, 600, 10))
    assert len([at for at in specs if at <= MINUTE]) == 20
    # Afterwards only silent symbols are looked at, one in 10 seconds at most.
    assert len([at for at in specs if HOUR <= at < HOUR + MINUTE]) <= 6


def test_a_server_that_fails_is_asked_again_and_said_once(tmp_path: Path) -> None:
    run = Run(tmp_path, Wish(tuple(SYMBOLS)))
    run.reads.fails = 0.0, BridgeDown()
    run.loop.call_at(5 * MINUTE, lambda: setattr(run.reads, "fails", None))
    assert run.goes(10 * MINUTE) is None
    assert len(run.asked("account")) > 5
    assert run.lines == [
        "The server has no connection to MetaTrader; it is asked again.",
        "Recording 3 symbols: account 1.",
        "The stream is up.",
    ]


def test_a_key_that_is_refused_later_ends_it(tmp_path: Path) -> None:
    run = Run(tmp_path, Wish(tuple(SYMBOLS)))
    run.reads.fails = HOUR / 2, UNKNOWN_KEY
    assert run.goes(3 * HOUR) is Ended.REFUSED
    assert [line.partition(".")[0] for line in run.lines[2:]] == ["The server does not know this key"]
    assert run.loop.leaping.now < 2 * HOUR


def test_what_can_be_recorded_no_longer_goes_on_and_is_said_once(tmp_path: Path) -> None:
    """The account got more symbols than one connection takes."""
    run = Run(tmp_path, Wish(is_all=True))
    run.loop.call_at(HOUR / 2, lambda: run.reads.more.extend(f"S{number}" for number in range(999)))
    assert run.goes(2.2 * HOUR) is None
    assert run.lines[2:] == [
        "These are 1,002 symbols, and one connection takes 1,000: name symbols or groups. What was recorded "
        "goes on."
    ]


def test_symbols_that_come_are_recorded_too(tmp_path: Path) -> None:
    run = Run(tmp_path, Wish(is_all=True))
    run.loop.call_at(HOUR / 2, lambda: run.reads.more.append("NEW"))
    assert run.goes(1.5 * HOUR) is None
    assert run.lines[2:] == ["Recording 4 symbols: account 1."]
