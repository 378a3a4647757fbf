"""A paper exchange as a test holds it, and a plain client of it: none of the terminal's own code."""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

from tests.patience import PATIENCE
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.exchange_clock import ExchangeClock
from xbtfx_tui.paper.exchange_options import LOOPBACK
from xbtfx_tui.paper.ports import MarketPort
from xbtfx_tui.paper.service.fault_hooks import Faults
from xbtfx_tui.paper.service.paper_server import PaperServer
from xbtfx_tui.paper.service.rate_limits import ServerLimits

Frame = dict[str, Any]


class StreamClient:
    """A WebSocket to the exchange; frames are read as they are waited for."""

    def __init__(self, exchange: "PaperExchange", deaf: bool) -> None:
        self._exchange = exchange
        self._deaf = deaf
        self.socket: ClientConnection

    async def __aenter__(self) -> "StreamClient":
        if self._deaf:
            pipe = socket.create_connection((LOOPBACK, self._exchange.server.port))
            pipe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.socket = await websockets.connect(
                self._exchange.ws_url, sock=pipe, max_queue=1, close_timeout=0.1
            )
        else:
            self.socket = await websockets.connect(self._exchange.ws_url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()

    async def sends(self, **message: object) -> None:
        await self.socket.send(json.dumps(message))

    async def signs_in(self) -> Frame:
        """Authenticate in the current dialect; the server's answer."""
        await self.sends(action="auth", token=self._exchange.key.reveal())
        return await self.next()

    async def signs_in_the_older_way(self) -> Frame:
        await self.sends(type="auth", api_key=self._exchange.key.reveal())
        return await self.next()

    async def watches(self, *symbols: str, depth: bool = False) -> None:
        more: dict[str, object] = {"depth": True} if depth else {}
        await self.sends(action="subscribe", channel="quotes", symbols=list(symbols), **more)

    async def watches_the_account(self) -> None:
        """Turn the account channel on; returns when the server has understood."""
        await self.sends(action="subscribe", channel="account")
        await self.is_answered()

    async def is_answered(self) -> list[Frame]:
        """Ping, and wait for the pong; what came before it."""
        await self.sends(action="ping")
        before = []
        while (frame := await self.next()) != {"action": "pong"}:
            before.append(frame)
        return before

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE):
            frame: Frame = json.loads(await self.socket.recv())
        return frame

    async def next_of(self, **wanted: object) -> Frame:
        """The next frame that has these fields; others are passed over."""
        while True:
            frame = await self.next()
            if wanted.items() <= frame.items():
                return frame

    async def is_closed(self) -> tuple[int, str]:
        """Wait until the server has closed; its code and reason. Frames before that are passed over."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.socket.recv()
            except websockets.ConnectionClosed:
                return self.socket.close_code or 0, self.socket.close_reason or ""


class PaperExchange:
    """A running exchange: where it is, what it knows, and an authorised HTTP client of it."""

    def __init__(self, server: PaperServer) -> None:
        self.server = server
        self.base_url = server.base_url
        self.ws_url = server.ws_url
        self.key: ApiKey = server.key
        headers = {"Authorization": f"Bearer {server.key.reveal()}"}
        self.http = httpx.AsyncClient(base_url=server.base_url, headers=headers, timeout=PATIENCE)

    @property
    def engine(self) -> Engine:
        return self.server.exchange.engine

    def stream(self, *, deaf: bool = False) -> StreamClient:
        """A stream; a `deaf` one reads no more from the socket than it is asked for."""
        return StreamClient(self, deaf)

    async def gets(self, path: str, **query: str) -> Frame:
        """The body of a GET that must succeed."""
        answer = await self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        body: Frame = answer.json()
        return body

    async def posts(self, path: str, key: str | None = None, **body: object) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return await self.http.post(path, json=body, headers=headers)

    async def buys(self, symbol: str, volume: float, **more: Any) -> Frame:
        """The body of a buy that must not be refused."""
        answer = await self.posts("/v1/trade", symbol=symbol, side="buy", volume=volume, **more)
        assert answer.status_code == 200, answer.text
        body: Frame = answer.json()
        return body

    async def sells(self, symbol: str, volume: float, **more: Any) -> Frame:
        answer = await self.posts("/v1/trade", symbol=symbol, side="sell", volume=volume, **more)
        assert answer.status_code == 200, answer.text
        body: Frame = answer.json()
        return body

    async def positions(self) -> list[Frame]:
        rows: list[Frame] = (await self.gets("/v1/positions"))["positions"]
        return rows

    async def ledger(self) -> Frame:
        """What the exchange itself counted: requests, executions, positions, orders, deals, account."""
        return await self.gets("/paper/ledger")

    async def sees(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds, by looking again each heartbeat."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 the exchange has no event for a test
                await asyncio.sleep(0.005)

    async def ends(self) -> None:
        await self.http.aclose()
        await self.server.stop()


class ExchangeFactory(Protocol):
    """Start an exchange with these options (ExchangeOptions' fields); it ends with the test."""

    async def __call__(
        self,
        *,
        market: MarketPort | None = None,
        clock: ExchangeClock | None = None,
        faults: Faults | None = None,
        limits: ServerLimits | None = None,
        **options: Any,
    ) -> PaperExchange: ...


def error_of(answer: httpx.Response) -> tuple[int, Mapping[str, Any]]:
    """A refusal's status and body."""
    body: Mapping[str, Any] = answer.json()
    return answer.status_code, body
