"""A server that quotes the key back wherever there is room for text, with text that steers around it.

Raw sockets for HTTP, so that status lines and headers can be nonsense too; WebSocket for the stream. It
knows enough of the API for a terminal to come up, and refuses every order.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fuzz.corpus import READS
from xbtfx_tui.wire.order_requests import TRADE

_READERS = {
    "/v1/auth/status": "read_key_status",
    "/v1/account": "read_account",
    "/v1/symbols": "read_symbols",
    "/v1/positions": "read_positions",
    "/v1/orders": "read_orders",
    "/v1/history": "read_history",
}
_KEPT = frozenset({"status", "symbol", "name", "margin_mode", "trade_mode", "calc_mode", "side", "type"})
_KEPT_NAMES = frozenset({"entry", "time", "permissions", "currency_base", "currency_profit", "volume", "day"})


@dataclass
class EchoingServer:
    """`told` are the paths asked for; `mood` is "kind" (reads work), "refusing" or "raving"."""

    key: str
    mood: str = "kind"
    base_url: str = ""
    ws_url: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def texts(self) -> tuple[str, ...]:
        """The key as a server may quote it: whole, without its beginning, in a sentence that steers."""
        secret = self.key.removeprefix("xbtfx_live_")
        return (
            f"{self.key} {secret} \x1b[2J\x1b]0;{self.key}\x07 Bearer {self.key}",
            f"\u202e{self.key[:20]}\u200b{self.key[20:]} {secret} \x9b31m[/x]",
        )

    # --- REST --------------------------------------------------------------------------------------------

    async def answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ")[1].partition("?")[0]
            self.told.append(path)
            writer.write(self._answer(path))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str) -> bytes:
        if self.mood == "raving":
            return self._raving()
        if self.mood == "kind" and path in _READERS:
            return self._reply("200 OK", self._echoing(READS[_READERS[path]][0]))
        if self.mood == "kind" and path.startswith("/v1/symbols/"):
            name = path.rpartition("/")[2]
            return self._reply(
                "200 OK", {**self._echoing(READS["read_symbol"][0]), "symbol": name, "point": 1e-5}
            )
        code = "rejected" if path == TRADE else self.texts[0]
        body = {"error": code, "message": self.texts[1], "retcode": 10006, "next_open": self.key}
        return self._reply("400 Bad Request", body)

    def _reply(self, status: str, body: object) -> bytes:
        text = json.dumps(body).replace(self.key[:6], "\\u0078" + self.key[1:6], 1).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\nConnection: close\r\nX-Key: {self.key}\r\n"
            f"X-RateLimit-Budget: {self.key}\r\nRetry-After: {self.key}\r\n\r\n"
        )
        return head.encode() + text

    def _raving(self) -> bytes:
        ways = (
            f"HTTP/1.1 {self.key} {self.key}\r\n\r\n",
            f"HTTP/1.1 200 OK\r\n{self.key}\r\n\r\n",
            f"HTTP/1.1 200 OK\r\nContent-Encoding: {self.key}\r\nContent-Length: 2\r\n\r\n{{}}",
            f"HTTP/1.1 200 OK\r\nContent-Length: {self.key}\r\n\r\n",
            f"HTTP/1.1 302 Found\r\nLocation: {self.base_url}/{self.key}\r\nContent-Length: 0\r\n\r\n",
            f"{self.key}\r\n",
        )
        return ways[len(self.told) % len(ways)].encode()

    def _echoing(self, document: Any) -> Any:
        """The document with every text that is free to say what it likes saying the key."""
        match document:
            case dict():
                extra = {"server": self.texts[1], "description": self.texts[0], "comment": self.key}
                return extra | {name: self._field(name, value) for name, value in document.items()}
            case list():
                return [self._echoing(one) for one in document]
            case _:
                return document

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and name not in _KEPT | _KEPT_NAMES:
            return self.texts[len(name) % 2]
        return value if name in _KEPT_NAMES else self._echoing(value)

    # --- the stream --------------------------------------------------------------------------------------

    async def streams(self, line: ServerConnection) -> None:
        await line.recv()
        if self.mood == "raving":
            await line.close(4001, f"bad {self.key} \x1b[2J")
            return
        if self.mood == "refusing":
            await line.send(json.dumps({"action": "auth_error", "message": self.texts[0]}))
            return
        await line.send(json.dumps({"action": "auth_ok", "tier": self.key, "login": self.key}))
        for text in self.texts:
            await line.send(json.dumps({"channel": "system", "event": text, "message": text}))
            await line.send(
                json.dumps({"channel": "position", "event": "close", "ticket": text, "symbol": text})
            )
            await line.send(text)
            await line.send(json.dumps({"action": "error", "code": text, "message": text}))
        with contextlib.suppress(ConnectionClosed):
            await self._quotes(line)

    async def _quotes(self, line: ServerConnection) -> None:
        while True:
            quote = {"channel": "quote", "symbol": "EURUSD", "bid": 1.08213, "ask": 1.08221, "time": self.key}
            await line.send(json.dumps(quote))
            await asyncio.sleep(0.02)


@asynccontextmanager
async def an_echoing_server(key: str) -> AsyncIterator[EchoingServer]:
    """The server on two free ports of this machine."""
    server = EchoingServer(key)
    async with (
        await asyncio.start_server(server.answers, "127.0.0.1", 0) as http,
        serve(server.streams, "127.0.0.1", 0) as stream,
    ):
        server.base_url = f"http://127.0.0.1:{http.sockets[0].getsockname()[1]}"
        server.ws_url = f"ws://127.0.0.1:{next(iter(stream.sockets)).getsockname()[1]}/v1/ws"
        yield server
