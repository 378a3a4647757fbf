"""A server of a test's own behind a real socket, and who watches the stream from it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.patience import PATIENCE
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.store_events import (
    Event,
)
from xbtfx_tui.stream.reconnecting_stream import StreamRunner
from xbtfx_tui.stream.stream_timeouts import StreamTimings

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
# A hundredth of the real ones, but for what must not come into a test's way.
QUICK = StreamTimings(answer=5.0, ping=5.0, silence=10.0, closing=0.2, steps=(0.01, 0.02, 0.05))

Behaviour = Callable[[ServerConnection], Awaitable[None]]


class SystemClock:
    def now(self) -> Instant:
        return Instant(time.monotonic(), time.monotonic(), time.time())


@dataclass
class Trader:
    """Who watches the stream."""

    url: str
    timings: StreamTimings = QUICK
    key: ApiKey = KEY
    events: list[Event] = field(default_factory=list)
    runner: StreamRunner = field(init=False)

    def __post_init__(self) -> None:
        self._told = asyncio.Event()
        self.runner = StreamRunner(self.url, self.key, SystemClock(), self._hear, timings=self.timings)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()

    async def sees(self, kind: type[Event], times: int = 1) -> Event:
        """Waits until an event of this kind was told so many times; the last of them."""
        async with asyncio.timeout(PATIENCE):
            while len(found := [event for event in self.events if isinstance(event, kind)]) < times:
                self._told.clear()
                await self._told.wait()
        return found[times - 1]

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator["Trader"]:
        task = asyncio.create_task(self.runner.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@dataclass
class Server:
    """What came to the server: one list of frames per connection."""

    url: str = ""
    frames: list[list[dict[str, object]]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def got(self, connection: int, count: int) -> list[dict[str, object]]:
        async with asyncio.timeout(PATIENCE):
            while len(self.frames) <= connection or len(self.frames[connection]) < count:
                self.news.clear()
                await self.news.wait()
        return self.frames[connection]


@contextlib.asynccontextmanager
async def server_that(behaves: Behaviour) -> AsyncIterator[Server]:
    """`behaves` runs for each connection; frames it reads by `listens` are kept."""
    server = Server()

    async def handler(line: ServerConnection) -> None:
        frames: list[dict[str, object]] = []
        server.frames.append(frames)
        server.news.set()
        line.frames = frames  # type: ignore[attr-defined]  # the test's own mark on the connection
        line.news = server.news  # type: ignore[attr-defined]  # as above
        with contextlib.suppress(ConnectionClosed):
            await behaves(line)

    async with serve(handler, "127.0.0.1", 0, compression=None, close_timeout=0.2) as listening:
        server.url = f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/ws"
        yield server


async def listens(line: ServerConnection) -> dict[str, object]:
    frame: dict[str, object] = json.loads(await line.recv())
    line.frames.append(frame)  # type: ignore[attr-defined]  # see server_that
    line.news.set()  # type: ignore[attr-defined]  # see server_that
    return frame


async def says(line: ServerConnection, **frame: object) -> None:
    await line.send(json.dumps(frame))


async def greets(line: ServerConnection) -> None:
    await listens(line)
    await says(line, action="auth_ok", login=1)


async def serves(line: ServerConnection) -> None:
    """A well-behaved server: each subscription is answered by one quote per symbol."""
    await greets(line)
    while True:
        frame = await listens(line)
        symbols = frame.get("symbols") if frame.get("action") == "subscribe" else None
        for symbol in symbols if isinstance(symbols, list) else ():
            await says(line, channel="quote", symbol=symbol, bid=1.1, ask=1.2)


async def speaks_the_older(line: ServerConnection) -> None:
    frame = await listens(line)
    if frame.get("type") != "auth":
        await line.close(1000)
        return
    await says(line, type="auth", status="ok")
    while True:
        frame = await listens(line)
        await says(line, type="quote", symbol="EURUSD", bid=1.1, ask=1.2, time=1775037600)
