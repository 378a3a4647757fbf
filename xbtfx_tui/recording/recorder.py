"""Keeps a store true enough to record from: symbols chosen, stream subscribed, specs read, archive written.

It reads and never sends an order: it is given reads alone. The account's own events are left out. It prints
nothing but through `tell`, and knows no signal and no command line.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from itertools import takewhile
from typing import Protocol

import msgspec

from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.archive.candle_archive import ArchiveOptions, CandleArchive
from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failure_messages import asked_again_words, read_failure_words
from xbtfx_tui.domain.failures import Failure, Refused
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Event,
    Message,
    QuotesSeen,
    ServerNotice,
    SpecRead,
    StreamConnecting,
    StreamDelayed,
    StreamDown,
    StreamRefused,
    StreamUp,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.recording.service_manager import ALIVE, READY
from xbtfx_tui.recording.symbol_choice import Wish, WishRefusedError, chosen_symbols
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.poll_timer import Backoff
from xbtfx_tui.sync.ports import Stream
from xbtfx_tui.sync.silent_subscriptions import LOOK_EVERY, SilentSymbols
from xbtfx_tui.sync.sleep_detector import LostTime, watch

SYMBOLS_EVERY = 3_600.0
SPEC_EVERY = 3.0
"""Seconds: 20 of the key's weight a minute."""
CANCELLED_WITHIN = 1.0
SPEC_LASTS = 86_400.0
"""Seconds after which a spec is read again, for its sessions."""
_LIVE = (
    QuotesSeen,
    StreamConnecting,
    StreamUp,
    StreamDelayed,
    StreamDown,
    StreamRefused,
    ServerNotice,
)
_KEY_REFUSED = frozenset({401, 403})


class FewReads(Protocol):
    """The REST reads that a recording needs; each raises ReadError and nothing else."""

    async def account(self, use: Use) -> Account: ...

    async def symbols(self) -> tuple[SymbolRow, ...]: ...

    async def symbol(self, name: str) -> SymbolSpec: ...


class LiveStream(Stream, Protocol):
    """The live stream, with what is subscribed on it."""

    @property
    def subscribed(self) -> frozenset[str]: ...


class Ended(Enum):
    """How a recording ended by itself: the key or the wish is no good, or a part of it failed."""

    REFUSED = "refused"
    FAILED = "failed"


class Outlet(msgspec.Struct, frozen=True):
    """Where a recording speaks: `tell` takes a sentence, `notify` states and a status for the service
    manager."""

    tell: Callable[[str], None]
    notify: Callable[..., None]


class Recorder:
    """One recording. `stream_to` makes the stream, given what takes its events."""

    def __init__(
        self,
        reads: FewReads,
        stream_to: Callable[[Callable[[Event], None]], LiveStream],
        store: Store,
        clock: Clock,
        options: ArchiveOptions,
        wish: Wish,
        outlet: Outlet,
    ) -> None:
        self._reads = reads
        self._store = store
        self._clock = clock
        self._wish = wish
        self._tell, self._notify = outlet.tell, outlet.notify
        self._stream = stream_to(self._take)
        self._archive = CandleArchive(
            store, clock, options, lambda: self._stream.subscribed, self._tell, self._turned
        )
        self._symbols: frozenset[str] = frozenset()
        self._are_chosen = asyncio.Event()
        self._ended = asyncio.Event()
        self._how: Ended | None = None
        self._specs: deque[str] = deque()
        self._specs_read: dict[str, float] = {}
        self._silent = SilentSymbols(store, clock, self._stream, self._want_spec)
        self._last_said: Message | None = None
        self._lost: str | None = "not connected yet"
        self._no_longer = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self, told_to_stop: asyncio.Event) -> Ended | None:
        """Record until told to stop (None) or until it can't go on; whichever way, what forms is written."""
        self._archive.start()
        parts = (self._read_lists, self._stream_when_chosen, self._look, self._read_specs, self._mind_sleep)
        self._tasks = [asyncio.create_task(part(), name=part.__name__) for part in parts]
        for task in self._tasks:
            task.add_done_callback(self._part_ended)
        stopping = asyncio.ensure_future(told_to_stop.wait())
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
            return self._how
        finally:
            stopping.cancel()
            ended.cancel()
            for task in self._tasks:
                task.cancel()
            await self._archive.stop()
            await asyncio.wait(self._tasks, timeout=CANCELLED_WITHIN)

    def _part_ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            where = f"{type(error).__name__} in {task.get_name()}"
            self._end(Ended.FAILED, f"The recording has failed by a fault of its own ({where}).")

    def _end(self, how: Ended, sentence: str) -> None:
        if self._how is None:
            self._tell(sentence)
            self._how = how
            self._ended.set()

    # --- the stream ---

    def _take(self, event: Event) -> None:
        if not isinstance(event, _LIVE):
            return
        self._store.apply(event)
        self._archive.on_event(event)
        match event:
            case QuotesSeen():
                return
            case StreamUp():
                self._silent.begin_anew()
                self._say_of_stream(None)
            case StreamDown(reason=reason):
                self._say_of_stream(plain(reason, 200).rstrip(".") or "no reason was given")
            case StreamRefused(message=message):
                self._end(Ended.REFUSED, f"The server refuses the key: {plain(message, 200)}")
            case ServerNotice(message=message):
                self._tell(f"Notice from the server: {plain(message, 200)}")
            case _:
                pass
        self._note_said()

    def _say_of_stream(self, lost: str | None) -> None:
        """Tell that it is lost and why, once for one reason, and that it is up."""
        if lost == self._lost:
            return
        self._lost = lost
        up, down = "The stream is up.", f"The stream is lost: {lost}. It is tried again and again."
        self._tell(up if lost is None else down)

    def _note_said(self) -> None:
        """Pass over what the store says of the stream to a trader: it is told here in other words."""
        self._last_said = self._store.messages[-1] if self._store.messages else None

    def _say_new(self) -> None:
        """Tell what the store has said since the last time: of symbols of which no quotes come."""
        said = takewhile(lambda message: message is not self._last_said, reversed(self._store.messages))
        for message in reversed(list(said)):
            self._tell(message.text)
        self._note_said()

    async def _stream_when_chosen(self) -> None:
        await self._are_chosen.wait()
        await self._stream.run()

    async def _look(self) -> None:
        await self._are_chosen.wait()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._silent.look(self._symbols)
            self._say_new()

    async def _mind_sleep(self) -> None:
        def lost(gap: LostTime) -> None:
            self._tell(f"{gap.clause.capitalize()}: the stream connects anew.")
            self._stream.reconnect_now()

        await watch(self._clock, lost)

    # --- REST ---

    async def _read_lists(self) -> None:
        backoff, said = Backoff(), ""
        while True:
            failure = await self._read_once()
            if self._how is not None:
                return
            if failure is None:
                said = ""
            elif (words := asked_again_words(failure)) != said:
                self._tell(words)
                said = words
            await asyncio.sleep(backoff.pause(failure) or SYMBOLS_EVERY)

    async def _read_once(self) -> Failure | None:
        """The account, whose server names the file, and the symbols; the choice follows them."""
        try:
            account = await self._reads.account(Use.ASKED)
            rows = await self._reads.symbols()
        except ReadError as error:
            failure = error.failure
            if isinstance(failure, Refused) and failure.http_status in _KEY_REFUSED:
                self._end(Ended.REFUSED, read_failure_words(failure))
            return failure
        self._store.apply(AccountRead(account, self._clock.now()))
        self._store.apply(SymbolsRead(rows))
        try:
            self._choose(account)
        except WishRefusedError as refused:
            if not self._are_chosen.is_set():
                self._end(Ended.REFUSED, str(refused))
            elif str(refused) != self._no_longer:
                self._no_longer = str(refused)
                self._tell(f"{refused} What was recorded goes on.")
        return None

    def _choose(self, account: Account) -> None:
        symbols = chosen_symbols(self._wish, self._store.symbols)
        if symbols == self._symbols:
            return
        self._symbols = symbols
        self._stream.want(symbols, None, frozenset())
        if self._wish.is_fine:
            self._archive.look_at(symbols)
        self._specs.extend(sorted(symbols - self._specs_read.keys()))
        server = f" at {plain(account.server, 60)}" if account.server else ""
        self._tell(f"Recording {self._what}: account {account.login}{server}.")
        if not self._are_chosen.is_set():
            self._are_chosen.set()
            self._notify(READY, status=f"{self._what}, nothing written yet")

    @property
    def _what(self) -> str:
        count = len(self._symbols)
        fine = ", by 10 seconds too" if self._wish.is_fine else ""
        return f"{count:,} symbol{'s' if count != 1 else ''}{fine}"

    def _want_spec(self, symbol: str) -> None:
        """Before those that come in their turn."""
        if symbol not in self._specs:
            self._specs.appendleft(symbol)

    async def _read_specs(self) -> None:
        """One after the other, at its pace; those that were read a day ago once more."""
        time = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(SPEC_EVERY)
            if not self._specs:
                old = [one for one, at in self._specs_read.items() if time() - at > SPEC_LASTS]
                self._specs.extend(sorted(one for one in old if one in self._symbols))
            if self._specs:
                symbol = self._specs.popleft()
                self._specs_read[symbol] = time()
                with contextlib.suppress(ReadError):  # it is read again in its turn; sessions may be unknown
                    self._store.apply(SpecRead(await self._reads.symbol(symbol), self._clock.now()))

    # --- signs of life ---

    def _turned(self, *, is_written: bool) -> None:
        """The archive's thread has had its turn: what waited is committed, or it was said why not."""
        if is_written:
            at = datetime.fromtimestamp(self._clock.now().wall, UTC)
            self._notify(ALIVE, status=f"{self._what}, written {at:%H:%M:%S} UTC")
        else:
            self._notify(ALIVE, status=f"{self._what}, the archive can't be written")
