"""A line on loopback that misbehaves as it is told: bytes of HTTP and WebSocket, both ways. Invents none.

It runs in a thread with a loop of its own, so that whoever draws the screen disturbs it little. What a stall
holds back goes on afterwards, even where the one who sent it has given up: so do bytes on a real line.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.soak.deliveries import ORDER, Delivered, Listener
from tests.soak.plan import Calm, Cut, CutAtOrder, Phase, Refuse, Stall, Trickle, Way

LOOPBACK = "127.0.0.1"
_READ_AHEAD = 4_096
"""Bytes that the proxy takes in before it holds the sender up: what is on its way is in the sockets."""
_PIECE_SECONDS = 0.05
_RESET = struct.pack("ii", 1, 0)

T = TypeVar("T")


class Lane:
    """One way of the line: whether bytes pass, and how many a second (None: as they come)."""

    def __init__(self) -> None:
        self._opened = asyncio.Event()
        self.free()

    def free(self) -> None:
        self.rate: float | None = None
        self._opened.set()

    def stall(self) -> None:
        self._opened.clear()

    async def portion(self, waiting: int) -> int:
        """How many of the waiting bytes go now; returns when they may."""
        await self._opened.wait()
        return waiting if self.rate is None else min(waiting, max(1, int(self.rate * _PIECE_SECONDS)))

    async def pause(self, passed: int) -> None:
        """What a thin line takes for this many bytes."""
        if self.rate is not None:
            await asyncio.sleep(passed / self.rate)


@dataclass(slots=True, eq=False)
class _Connection:
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    listener: Listener
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def cut(self, *, hard: bool) -> None:
        for writer in (self.near, self.far):
            if hard and (pipe := writer.get_extra_info("socket")) is not None:
                with contextlib.suppress(OSError):
                    pipe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        for task in self.tasks:
            task.cancel()


class ChaosProxy:
    """Passes connections to its `port` on to the exchange's. `delivered` may be read at any time."""

    def __init__(self, exchange_port: int) -> None:
        self._far_port = exchange_port
        self.delivered = Delivered()
        self.cut_connections = self.refusals = 0
        self._lanes: dict[Way, Lane] = {}
        self._connections: set[_Connection] = set()
        self._cut_at_order: CutAtOrder | None = None
        self._server: asyncio.Server | None = None
        # Keeps the port while nobody listens on it: a connect is then refused, and nobody else gets it.
        self._keeper = socket.socket()
        self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._keeper.bind((LOOPBACK, 0))
        self.port: int = self._keeper.getsockname()[1]

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def connections(self) -> int:
        return len(self._connections)

    async def begin(self) -> None:
        self._lanes = {Way.UP: Lane(), Way.DOWN: Lane()}
        await self._listen()

    async def end(self) -> None:
        self._unlisten()
        self._cut_all(hard=True)
        await asyncio.gather(
            *(task for one in set(self._connections) for task in one.tasks), return_exceptions=True
        )
        self._keeper.close()
        await asyncio.sleep(_PIECE_SECONDS)  # for the connections' own last steps

    async def turn_to(self, phase: Phase) -> None:
        """From now on the line is as this phase says; what the one before did is undone."""
        for lane in self._lanes.values():
            lane.free()
        self._cut_at_order = None
        if not isinstance(phase, Refuse):
            await self._listen()
        match phase:
            case Calm():
                pass
            case Cut(hard=hard):
                self._cut_all(hard=hard)
            case CutAtOrder():
                self._cut_at_order = phase
            case Stall(way=way):
                for lane in self._lanes_of(way):
                    lane.stall()
            case Trickle(way=way, bytes_a_second=rate):
                for lane in self._lanes_of(way):
                    lane.rate = rate
            case Refuse(cut=cut):
                self._unlisten()
                self.refusals += 1
                if cut:
                    self._cut_all(hard=True)

    def _lanes_of(self, way: Way) -> list[Lane]:
        return list(self._lanes.values()) if way is Way.BOTH else [self._lanes[way]]

    # --- connections ---

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._connected, LOOPBACK, self.port, reuse_port=True, limit=_READ_AHEAD
            )

    def _unlisten(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(
                LOOPBACK, self._far_port, limit=_READ_AHEAD
            )
        except OSError:
            writer.transport.abort()
            return
        one = _Connection(writer, far_writer, Listener(self.delivered))
        self._connections.add(one)
        one.tasks = [
            asyncio.create_task(self._pass_on(one, reader, far_writer, Way.UP)),
            asyncio.create_task(self._pass_on(one, far_reader, writer, Way.DOWN)),
        ]
        try:
            await asyncio.wait(one.tasks)
        finally:
            self._connections.discard(one)
            one.cut(hard=False)

    async def _pass_on(
        self, one: _Connection, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: Way
    ) -> None:
        """Bytes of one way until its end; where it breaks, both ways end."""
        lane, tell = self._lanes[way], one.listener.up if way is Way.UP else one.listener.down
        try:
            while data := await source.read(_READ_AHEAD):
                if way is Way.UP and self._cuts_off(one, data, carried=False):
                    return
                await self._write(data, target, lane, tell)
                if way is Way.UP and self._cuts_off(one, data, carried=True):
                    return
            await lane.portion(0)
            target.write_eof()
        except OSError:
            one.cut(hard=True)

    async def _write(
        self, data: bytes, target: asyncio.StreamWriter, lane: Lane, tell: Callable[[bytes], None]
    ) -> None:
        at = 0
        while at < len(data):
            piece = data[at : at + await lane.portion(len(data) - at)]
            target.write(piece)
            await target.drain()
            tell(piece)
            at += len(piece)
            await lane.pause(len(piece))

    def _cuts_off(self, one: _Connection, data: bytes, *, carried: bool) -> bool:
        """Whether this is the order that is to be cut off, now; its connection is cut then.

        One that is to be carried is cut a moment later, so that the exchange has read it.
        """
        phase = self._cut_at_order
        if phase is None or phase.carried is not carried or not data.startswith(ORDER):
            return False
        self._cut_at_order = None
        self.cut_connections += 1
        if carried:
            asyncio.get_running_loop().call_later(_PIECE_SECONDS, lambda: one.cut(hard=True))
            self._hold_answer(one)
            return False
        one.cut(hard=True)
        return True

    @staticmethod
    def _hold_answer(one: _Connection) -> None:
        """The answer to it is lost: the way down ends here."""
        one.tasks[1].cancel()

    def _cut_all(self, *, hard: bool) -> None:
        for one in list(self._connections):
            self.cut_connections += 1
            one.cut(hard=hard)


class ProxyThread:
    """A proxy in its own thread, for callers without a loop."""

    def __init__(self, exchange_port: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self.proxy = ChaosProxy(exchange_port)
        self._do(self.proxy.begin())

    def turn_to(self, phase: Phase) -> None:
        self._do(self.proxy.turn_to(phase))

    def close(self) -> None:
        self._do(self.proxy.end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10.0)


@contextmanager
def a_line_to(exchange_port: int) -> Iterator[ProxyThread]:
    """A proxy to the exchange, calm at first; it ends with the block."""
    line = ProxyThread(exchange_port)
    try:
        yield line
    finally:
        line.close()
