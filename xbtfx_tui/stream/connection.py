"""The stream's socket: a websockets connection whose messages are taken in bursts, in the order they came.

`recv` wakes its reader anew for each message, which at thousands of quotes a second costs as much as reading
them. It never looks into a message, never opens a second connection and never follows a redirect: the first
frame holds the key.
"""

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode

from xbtfx_tui import __version__
from xbtfx_tui.stream.stream_timeouts import StreamTimings

LARGEST_MESSAGE = 1_000_000
READ_AHEAD = 64
"""Messages read and not taken; beyond it TCP slows the server down, instead of prices growing old here."""
MOST_FRAGMENTS = 4096
"""Of one message; empty ones make it no longer, and would come for ever."""

_DATA = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class StreamConnection(ClientConnection):
    """An open connection. Whole messages are in `messages`, oldest first, for one task to take away.

    `take` is called as soon as some have arrived and may take away what it can quickly: waking a task costs
    as much as a dozen quotes. The task is woken for what is left. What `take` raises, `arrived` raises.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.messages: deque[bytes] = deque()
        self.take: Callable[[], None] = _nothing
        self._begun = bytearray()
        self._fragments = 0
        self._waiter: asyncio.Future[None] | None = None
        self._held = False
        self._fault: Exception | None = None

    async def arrived(self) -> None:
        """Until there is a message to take. Raises ConnectionClosed when there will never be one again."""
        while not self.messages:
            if self._fault is not None:
                raise self._fault
            if self.connection_lost_waiter.done():
                raise self.protocol.close_exc
            self._read_on()
            self._waiter = self.loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    # --- what websockets and asyncio tell ---

    def process_event(self, event: Any) -> None:
        if type(event) is not Frame or event.opcode not in _DATA:
            super().process_event(event)
        elif event.fin and not self._fragments:
            self.messages.append(bytes(event.data))
        else:  # in fragments; together they are no longer than a message may be
            self._begun += event.data
            self._fragments += 1
            if self._fragments > MOST_FRAGMENTS:
                self.transport.abort()
            elif event.fin:
                self.messages.append(bytes(self._begun))
                self._begun.clear()
                self._fragments = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.messages and self._fault is None:
            try:
                self.take()
            except Exception as fault:
                self.messages.clear()
                self._fault = fault
                self._wake()
        if self.messages:
            self._wake()
            if len(self.messages) > READ_AHEAD:
                self._hold()

    def pause_writing(self) -> None:
        # Each ping is answered: one who sends them and reads no answer would fill the memory.
        super().pause_writing()
        self._hold()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.messages:
            self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._wake()

    def _hold(self) -> None:
        if not self._held:
            self._held = True
            self.transport.pause_reading()

    def _read_on(self) -> None:
        if self._held and not self.paused:
            self._held = False
            self.transport.resume_reading()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _nothing() -> None:
    """Before anyone takes messages away as they arrive."""


class _Direct(connect):
    def process_redirect(self, exc: Exception) -> Exception:
        return exc


async def opened(url: str, timings: StreamTimings, trust: ssl.SSLContext | None) -> StreamConnection:
    """A new connection, the opening handshake done. Proxies of the environment are not used.

    Raises OSError, TimeoutError and websockets' InvalidHandshake and InvalidURI.
    """
    line = await _Direct(
        url,
        create_connection=StreamConnection,
        # On the line between a server and an exchange bytes are cheap; unpacking costs more than reading.
        compression=None,
        user_agent_header=f"xbtfx-tui/{__version__}",
        proxy=None,
        open_timeout=timings.open,
        # The session pings by itself, in the way of its dialect, and watches for any sign of life.
        ping_interval=None,
        close_timeout=timings.closing,
        max_size=LARGEST_MESSAGE,
        logger=_silent_logger(),
        ssl=trust,
    )
    return cast("StreamConnection", line)


def _silent_logger() -> logging.Logger:
    """The library logs every frame at DEBUG, the one with the key too: that must reach no log file."""
    logger = logging.getLogger(f"{__name__}.socket")
    logger.setLevel(logging.CRITICAL)
    return logger
