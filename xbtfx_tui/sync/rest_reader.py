"""One REST read each: asks, and tells the store what came or why nothing did. Never repeats by itself."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from xbtfx_tui.api.rest_client import ReadError
from xbtfx_tui.api.weight_budget import Use
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.partial_history import PartsSoFar, missing_words
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import (
    AccountRead,
    Event,
    HistoryPartRead,
    HistoryRead,
    KeyRead,
    Message,
    OrdersRead,
    PositionsRead,
    ReadFailed,
    Reading,
    Severity,
    SpecRead,
    SymbolsRead,
)
from xbtfx_tui.store.store import Store
from xbtfx_tui.sync.history_reader import read_period
from xbtfx_tui.sync.ports import Reads


class RestReader:
    """Every method returns None when the store has the answer, else the failure, which the store has too.

    `on_read` is called after each good read, for what follows from it.
    """

    def __init__(self, client: Reads, store: Store, clock: Clock, on_read: Callable[[], None]) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._on_read = on_read
        self._said_missing = ""

    async def key(self) -> Failure | None:
        async def ask() -> Event:
            return KeyRead(await self._client.key_status())

        return await self._read(Reading.KEY, ask)

    async def account(self, use: Use) -> Failure | None:
        async def ask() -> Event:
            return AccountRead(await self._client.account(use), self._clock.now())

        return await self._read(Reading.ACCOUNT, ask)

    async def positions(self, use: Use) -> Failure | None:
        async def ask() -> Event:
            mark = self._store.mark()
            return PositionsRead(await self._client.positions(use), mark)

        return await self._read(Reading.POSITIONS, ask)

    async def orders(self, use: Use) -> Failure | None:
        async def ask() -> Event:
            mark = self._store.mark()
            return OrdersRead(await self._client.orders(use), mark)

        return await self._read(Reading.ORDERS, ask)

    async def symbols(self) -> Failure | None:
        async def ask() -> Event:
            return SymbolsRead(await self._client.symbols())

        return await self._read(Reading.SYMBOLS, ask)

    async def spec(self, symbol: str) -> Failure | None:
        async def ask() -> Event:
            return SpecRead(await self._client.symbol(symbol), self._clock.now())

        return await self._read(Reading.SPEC, ask)

    async def history(self, period: HistoryPeriod) -> Failure | None:
        async def ask() -> Event:
            asked = self._clock.now()
            today = datetime.fromtimestamp(asked.wall, UTC).date()
            read = await read_period(self._client, period, today, tell)
            if read.missing:
                self._say_missing(missing_words(read.missing))
            return HistoryRead(period, read.rows, read.missing, asked)

        def tell(so_far: PartsSoFar) -> None:
            self._store.apply(HistoryPartRead(period, so_far))

        return await self._read(Reading.HISTORY, ask)

    def _say_missing(self, words: str) -> None:
        """Said once for the same words: a period is read again after each deal."""
        if words != self._said_missing:
            self._said_missing = words
            self._store.apply(Message(self._clock.now().wall, Severity.WARNING, f"The history: {words}"))

    async def _read(self, reading: Reading, ask: Callable[[], Awaitable[Event]]) -> Failure | None:
        try:
            event = await ask()
        except ReadError as error:
            self._store.apply(ReadFailed(reading, error.failure, self._clock.now()))
            return error.failure
        self._store.apply(event)
        self._on_read()
        return None
