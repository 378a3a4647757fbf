"""The stream's ASGI end, in both dialects: one coroutine reads a connection, one writes to it.

A connection lives in three steps: accepted, authenticated within the time, served until it leaves or
breaks a limit. The older dialect's keep-alive is the WebSocket ping, which the server library answers by
itself and does not report; such a connection is therefore not cut for silence but by the library's own
pings going unanswered. The stream never trades.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
from starlette.types import Receive, Scope, Send

from xbtfx_tui.domain.store_events import Dialect
from xbtfx_tui.paper.exchange_options import SettledOptions
from xbtfx_tui.paper.faults.stream_faults import StreamFaults
from xbtfx_tui.paper.paper_exchange import Exchange
from xbtfx_tui.paper.service import stream_messages
from xbtfx_tui.paper.service.key_check import is_key
from xbtfx_tui.paper.service.rate_limits import StreamLimits, WeightBudget
from xbtfx_tui.paper.service.stream_hub import Client, Hub

_POLICY = 1008
_AWAY = 1001
_YIELD_EVERY = 100
_CLOSING_SECONDS = 1.0


class _LeftError(Exception):
    """The client is gone, or said goodbye."""


class _EndedError(Exception):
    """The server ends the connection: a last frame (None on the older dialect) and the reason."""

    def __init__(self, frame: str | None, reason: str, code: int = _POLICY) -> None:
        super().__init__(reason)
        self.frame = frame
        self.reason = reason
        self.code = code


class StreamEnd:
    """The ASGI application behind /v1/ws."""

    def __init__(
        self,
        hub: Hub,
        exchange: Exchange,
        settled: SettledOptions,
        limits: StreamLimits,
        faults: StreamFaults,
    ) -> None:
        self.hub = hub
        self.exchange = exchange
        self.settled = settled
        self.limits = limits
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        transport = scope["state"]["transport"]
        if self.faults.refuses:
            transport.abort()
            return
        await send({"type": "websocket.accept"})
        connection = _Connection(self, receive, send, transport.abort)
        try:
            await connection.serve()
        except _LeftError:
            return
        except _EndedError as end:
            if not await connection.close(end):
                transport.abort()


class _Connection(msgspec.Struct, frozen=True):
    """One accepted connection."""

    end: StreamEnd
    receive: Receive
    send: Send
    abort: Callable[[], None]

    async def serve(self) -> None:
        dialect = await self._authenticated()
        wake = asyncio.Event()
        client = Client(dialect, self.end.limits, wake.set, self.abort)
        if not self.end.hub.joins(client):
            most = self.end.limits.connections
            raise _ended(dialect, "connection_limit", f"This key has {most} connections already.")
        try:
            await self._send_text(
                stream_messages.auth_ok(dialect, self.end.settled.login, self.end.settled.options.tier)
            )
            await _first_of(lambda: self._read(client), lambda: self._write(client, wake))
        finally:
            self.end.hub.leaves(client)

    async def close(self, end: _EndedError) -> bool:
        """Say the last word and close; False where the client does not read even that."""
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                with suppress(_LeftError):
                    if end.frame is not None:
                        await self._send_text(end.frame)
                    await self._put({"type": "websocket.close", "code": end.code, "reason": end.reason})
        except TimeoutError:
            return False
        return True

    # --- authentication ----------------------------------------------------------------------------------

    async def _authenticated(self) -> Dialect:
        """Read the first message; raises _EndedError unless it is a good auth, in time."""
        try:
            async with asyncio.timeout(self.end.limits.auth_timeout):
                message = _object(await self._next_text())
        except TimeoutError:
            seconds = self.end.limits.auth_timeout
            raise _refused(f"No auth message came within {seconds:g} s.") from None
        if message is not None and message.get("action") == "auth":
            dialect, token = Dialect.CURRENT, message.get("token")
        elif message is not None and message.get("type") == "auth":
            dialect, token = Dialect.OLDER, message.get("api_key")
        else:
            raise _refused("The first message must be auth.")
        is_good = not self.end.faults.revoked
        if is_good and isinstance(token, str) and is_key(token.encode(), self.end.settled.key):
            return dialect
        raise _refused("Missing or unknown API key.") if dialect is Dialect.CURRENT else _hung_up("auth")

    # --- reading -----------------------------------------------------------------------------------------

    async def _read(self, client: Client) -> None:
        limits = self.end.limits
        monotonic = self.end.exchange.clock.monotonic
        pace = WeightBudget(limits.messages_cut, limits.message_window)
        idle = limits.idle_timeout if client.dialect is Dialect.CURRENT else None
        while True:
            try:
                async with asyncio.timeout(idle):
                    text = await self._next_text()
            except TimeoutError:
                raise _EndedError(None, f"Nothing came for {idle:g} s.", _AWAY) from None
            now = monotonic()
            if pace.spend(1, now) > 0:
                raise _ended(client.dialect, "rate_limited", "Too many messages.")
            if pace.used(now) == limits.messages + 1 and client.dialect is Dialect.CURRENT:
                await self._send_text(stream_messages.rate_limit_warning("Too many messages: slow down."))
            message = _object(text)
            if message is None:
                raise _not_understood(client.dialect)
            if client.dialect is Dialect.CURRENT:
                await self._obey_current(client, message)
            else:
                self._obey_older(client, message)

    async def _obey_current(self, client: Client, message: dict[str, object]) -> None:
        """Do what a message asks. What is not understood ends the connection, as every error does."""
        match message:
            case {"action": "ping"}:
                await self._send_text(stream_messages.pong())
            case {"action": "subscribe", "channel": "account"}:
                client.wants_account = True
            case {"action": "unsubscribe", "channel": "account"}:
                client.wants_account = False
            case {"action": "subscribe", "channel": "quotes", "symbols": list(symbols)}:
                self._subscribe(client, symbols, message.get("depth") is True)
            case {"action": "unsubscribe", "channel": "quotes", "symbols": list(symbols)}:
                self.end.hub.unsubscribes(client, _names(client, symbols))
            case _:
                raise _not_understood(client.dialect)

    def _obey_older(self, client: Client, message: dict[str, object]) -> None:
        """The older dialect knows quotes alone: no channels, no depth, no account."""
        match message:
            case {"type": "subscribe", "symbols": list(symbols)}:
                self._subscribe(client, symbols, depth=False)
            case {"type": "unsubscribe", "symbols": list(symbols)}:
                self.end.hub.unsubscribes(client, _names(client, symbols))
            case _:
                raise _not_understood(client.dialect)

    def _subscribe(self, client: Client, symbols: list[object], depth: bool) -> None:
        if not self.end.hub.subscribes(client, _names(client, symbols), depth):
            most = client.limits.subscriptions
            raise _ended(client.dialect, "subscription_limit", f"{most} subscriptions at most.")

    async def _next_text(self) -> str:
        message = await self.receive()
        if message["type"] != "websocket.receive":
            raise _LeftError
        text = message.get("text")
        if text is not None:
            return str(text)
        data = message.get("bytes")
        return data.decode(errors="replace") if isinstance(data, bytes) else ""

    # --- writing -----------------------------------------------------------------------------------------

    async def _write(self, client: Client, wake: asyncio.Event) -> None:
        """Send what is due whenever there is something; a client that does not read blocks itself alone."""
        monotonic = self.end.exchange.clock.monotonic
        while True:
            await wake.wait()
            wake.clear()
            told = self.end.faults.quotes.told
            for sent, frame in enumerate(client.take(monotonic()), 1):
                await self._send_text(told(frame))
                if sent % _YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    async def _send_text(self, text: str) -> None:
        await self.end.faults.flows()
        await self._put({"type": "websocket.send", "text": text})

    async def _put(self, message: dict[str, object]) -> None:
        try:
            await self.send(message)
        except (OSError, RuntimeError) as gone:
            raise _LeftError from gone


def _names(client: Client, symbols: list[object]) -> list[str]:
    names = [symbol for symbol in symbols if isinstance(symbol, str)]
    if len(names) != len(symbols):
        raise _not_understood(client.dialect)
    return names


def _object(text: str) -> dict[str, object] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refused(message: str) -> _EndedError:
    return _EndedError(stream_messages.auth_error(message), message)


def _hung_up(reason: str) -> _EndedError:
    return _EndedError(None, reason)


def _ended(dialect: Dialect, code: str, message: str) -> _EndedError:
    """An error as the dialect tells it: the older one knows no error frame and is hung up on."""
    return _EndedError(
        stream_messages.error_frame(code, message) if dialect is Dialect.CURRENT else None, code
    )


def _not_understood(dialect: Dialect) -> _EndedError:
    return _ended(dialect, "invalid_request", "This message is not understood.")


async def _first_of(*works: Callable[[], Awaitable[None]]) -> None:
    """Run both until one ends, end the other, and raise what ended the first."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
