"""The stream's keeper: opens its line, reads it, sends what the session wants sent, and opens it again.

One task does nothing but read, so that a quote never waits behind a send. No exception leaves `run` but its
own cancellation and what `emit` raises between connections.
"""

import asyncio
import contextlib
import logging
import os
import socket
import ssl
from collections import deque
from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.store_events import Event, StreamConnecting, StreamDown, StreamRefused
from xbtfx_tui.stream.quote_delay import DelayMeter
from xbtfx_tui.stream.reconnect_policy import (
    DialectRefused,
    Ending,
    KeyRefused,
    Lost,
    Retry,
    SecondLook,
    Unanswered,
    Woken,
)
from xbtfx_tui.stream.stream_session import Session, WebSocketPing
from xbtfx_tui.stream.stream_timeouts import StreamTimings
from xbtfx_tui.stream.subscription_frames import Subscriptions
from xbtfx_tui.wire.wire_errors import clip

if TYPE_CHECKING:
    from websockets.exceptions import ConnectionClosed

    from xbtfx_tui.stream.connection import StreamConnection

_LOG = logging.getLogger(__name__)

_LONGEST_BURST = 0.003
"""Seconds of reading after which keys and orders go first; they share one look at the clocks."""
_SLICE = 128
"""Messages between two looks at how long a burst has lasted."""
_TOO_BIG = 1009
_REFUSING_CODES = frozenset({1000, 1008})
_FIRST_PRIVATE_CODE = 3000
_LONGEST_REASON = 120


class StreamRunner:
    """Keeps one stream to `url` alive and tells `emit` of everything, from within `run`'s own task tree."""

    def __init__(
        self,
        url: str,
        key: ApiKey,
        clock: Clock,
        emit: Callable[[Event], None],
        *,
        timings: StreamTimings | None = None,
    ) -> None:
        self._url = url
        self._key = key
        self._clock = clock
        self._emit = emit
        self._timings = timings or StreamTimings()
        self._subscriptions = Subscriptions()
        self._delay = DelayMeter()
        self._stir = asyncio.Event()
        self._wanted_changed = False
        self._drop = False
        self._trust: ssl.SSLContext | None = None

    @property
    def subscribed(self) -> frozenset[str]:
        """The symbols that are subscribed on this connection; another set once that may have changed."""
        return self._subscriptions.names

    def want(self, symbols: frozenset[str], depth: str | None, first: frozenset[str] = frozenset()) -> None:
        """From now on quotes of these symbols are wanted, and the depth of one of them or of none; where the
        server takes fewer symbols, those in `first` before others."""
        self._subscriptions.want(symbols, depth, first)
        self._wanted_changed = True
        self._stir.set()

    def subscribe_anew(self, symbols: frozenset[str]) -> None:
        """Subscribes these once more: the server counts them as on, and sends nothing of them."""
        self._subscriptions.renew(symbols)
        self._wanted_changed = True
        self._stir.set()

    def reconnect_now(self) -> None:
        """Drops the connection, if there is one, and opens a new one at once: after the machine slept."""
        self._drop = True
        self._stir.set()

    async def run(self) -> None:
        """Until cancelled, or until the server has refused the key (StreamRefused)."""
        retry = Retry(self._timings)
        attempt = 0
        while True:
            attempt += 1
            self._emit(StreamConnecting(attempt))
            ending, lived = await self._connection(retry)
            outcome = retry.after(ending, lived)
            if isinstance(outcome, StreamRefused):
                self._emit(outcome)
                return
            self._emit(StreamDown(_words(ending), outcome))
            if lived > 0:
                attempt = 0
            await self._pause(outcome)

    # --- one connection ---

    async def _connection(self, retry: Retry) -> tuple[Ending, float]:
        """Opens, serves and closes one connection: how it ended, and how long the key was good for."""
        self._drop = False
        dialect, begun = retry.dialect, self._clock.now()
        try:
            line = await self._opened()
        except Exception as error:
            return Lost(_opening_reason(error, self._url, self._timings)), 0.0
        session = Session(
            *(self._key, dialect, self._subscriptions, self._emit, self._timings, self._clock.now()),
            *(self._delay, begun),
        )
        reader = asyncio.create_task(self._read(line, session), name="stream reader")
        ending: Ending
        try:
            ending = await self._serve(line, session, reader, retry.second_look)
        except Exception as error:  # a fault of this program must not end the stream unseen
            _LOG.exception("The stream's connection failed")
            ending = Lost(f"a fault in this program ({type(error).__name__})")
        finally:
            reader.cancel()
            await _closed(line, at_once=session.ending is None or _is_dead(session.ending))
            await asyncio.wait({reader})
            if not reader.cancelled():
                reader.exception()  # looked at, so that it is not reported as lost
        return ending, session.lived(self._clock.now())

    async def _opened(self) -> "StreamConnection":
        from xbtfx_tui.stream.connection import opened  # here: a start need not wait for websockets

        return await opened(self._url, self._timings, self._trusted())

    async def _read(self, line: "StreamConnection", session: Session) -> None:
        from websockets.exceptions import ConnectionClosed

        line.take = partial(self._take_in, line.messages, session)
        try:
            while session.ending is None:
                await line.arrived()
                line.take()
                if line.messages:
                    await asyncio.sleep(0)
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd is not None else None
            refusing = code is not None and (code in _REFUSING_CODES or code >= _FIRST_PRIVATE_CODE)
            session.closed(_closing_reason(error), self._clock.now(), in_good_order=refusing)
        finally:
            self._stir.set()

    def _take_in(self, messages: deque[bytes], session: Session) -> None:
        """One burst: what has arrived, as far as it can be read within the time."""
        time = asyncio.get_running_loop().time
        now, until = self._clock.now(), time() + _LONGEST_BURST
        while messages and time() < until:
            session.received([messages.popleft() for _ in range(min(len(messages), _SLICE))], now)
        if session.has_news:
            self._stir.set()

    async def _serve(
        self,
        line: "StreamConnection",
        session: Session,
        reader: asyncio.Task[None],
        second_look: float | None,
    ) -> Ending:
        """Sends what is to be sent and watches the time, until the session has ended or has lived for
        `second_look`."""
        while session.ending is None:
            if self._drop:
                return Woken()
            left = inf if second_look is None else second_look - session.lived(self._clock.now())
            if left <= 0:
                return SecondLook()
            if reader.done():
                reader.result()  # raises what ended it
            if self._wanted_changed:
                self._wanted_changed = False
                session.resubscribe()
            session.tick(self._clock.now())
            await self._send(line, session)
            if not session.has_news:
                await self._stirred(min(left, session.idle(self._clock.now())))
        return session.ending

    async def _send(self, line: "StreamConnection", session: Session) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            async with asyncio.timeout(self._timings.answer):
                for frame in session.take():
                    if isinstance(frame, WebSocketPing):
                        pong = asyncio.ensure_future(await line.ping())
                        pong.add_done_callback(lambda pong: self._ponged(session, pong))
                    else:
                        await line.send(frame)
        except TimeoutError:
            session.closed("the line takes nothing more", self._clock.now(), in_good_order=False)
        except ConnectionClosed:
            await self._stirred(self._timings.closing)  # the reader knows why, and says so
            session.closed("the connection was lost", self._clock.now(), in_good_order=False)
        else:
            session.sent()

    def _ponged(self, session: Session, pong: "asyncio.Future[float]") -> None:
        if not pong.cancelled() and pong.exception() is None:
            session.pong(self._clock.now())

    # --- waiting ---

    async def _stirred(self, seconds: float) -> None:
        """Until something happens, or the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        self._stir.clear()

    async def _pause(self, seconds: float) -> None:
        """Between two connections; `reconnect_now` ends it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._drop and (left := until - loop.time()) > 0:
            await self._stirred(left)

    def _trusted(self) -> ssl.SSLContext | None:
        """The certificates that are trusted, the same as for REST; None for plain ws (loopback)."""
        if not self._url.lower().startswith("wss:"):
            return None
        if self._trust is None:
            import httpx

            self._trust = httpx.create_ssl_context(trust_env=False)
        return self._trust


async def _closed(line: "StreamConnection", *, at_once: bool) -> None:
    """Closes in good order where someone may still listen, within the closing time-out."""
    with contextlib.suppress(Exception):
        if at_once:
            line.transport.abort()
        await line.close()


def _is_dead(ending: Ending) -> bool:
    return isinstance(ending, Lost | Woken | Unanswered)


# --- words -----------------------------------------------------------------------------------------------


def _words(ending: Ending) -> str:
    match ending:
        case Lost(reason) | Unanswered(reason):
            return reason
        case DialectRefused(message) | KeyRefused(message):
            return message
        case Woken():
            return "opened anew"
        case SecondLook():
            return "opened anew to ask for account events"


def _opening_reason(error: Exception, url: str, timings: StreamTimings) -> str:
    from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

    match error:
        case TimeoutError():
            return f"no connection in {timings.open:g} s"
        case socket.gaierror():
            return f"the name {urlsplit(url).hostname} could not be found"
        case ssl.SSLCertVerificationError():
            return f"the certificate is not trusted ({error.verify_message})"
        case ssl.SSLError():
            return "the secure connection could not be made"
        case InvalidStatus():
            return f"the server answered with HTTP status {error.response.status_code}"
        case InvalidURI():
            return "the address is not a ws or wss address"
        case InvalidHandshake() | EOFError():
            return "the server does not speak WebSocket"
        case OSError():
            return _system_reason(error)
        case _:
            return f"no connection ({type(error).__name__})"


def _system_reason(error: OSError) -> str:
    """The system's own words; a refusal by several addresses of one name comes without its number."""
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
        return "connection refused"
    if isinstance(error, ConnectionResetError):
        return "the connection was reset"
    return os.strerror(error.errno).lower() if error.errno else "no connection"


def _closing_reason(error: "ConnectionClosed") -> str:
    if error.sent is not None and error.sent.code == _TOO_BIG and not error.rcvd_then_sent:
        return "the server sent a frame over 1 MB"
    if error.rcvd is None:
        return "the connection was lost"
    said = clip(error.rcvd.reason, _LONGEST_REASON)
    return f"closed by the server: {said}" if said else "closed by the server"
