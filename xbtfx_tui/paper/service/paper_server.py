"""The paper exchange as a server on loopback: the whole API over HTTP and WebSocket, in the caller's loop.

One heartbeat task moves the market, feeds the account and lets the stream know. Beside the API there is one
path of the exchange's own, which the live service does not have: `GET /paper/ledger`, with the same bearer
key and outside the budget, tells every request received (by path: `count`, `keys`), every execution with the
request that caused it, and positions, orders, deals and account, so that a test can count that one intent was
one request and one execution (see request_ledger.py). Where faults may be scripted (see paper.faults), `POST
/paper/faults` scripts them and `GET` tells what is still to go wrong.
"""

import asyncio
import socket
from asyncio import Transport
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.store_events import PositionUpdated
from xbtfx_tui.paper.exchange_builder import build_exchange
from xbtfx_tui.paper.exchange_clock import ExchangeClock, ExchangeSystemClock
from xbtfx_tui.paper.exchange_options import LOOPBACK, ExchangeOptions, OptionError, SettledOptions
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults, reset
from xbtfx_tui.paper.faults.stream_faults import StreamFaults
from xbtfx_tui.paper.paper_exchange import Exchange
from xbtfx_tui.paper.ports import MarketPort
from xbtfx_tui.paper.service.fault_hooks import Faults, NoFaults
from xbtfx_tui.paper.service.http_replies import reply
from xbtfx_tui.paper.service.rate_limits import ServerLimits
from xbtfx_tui.paper.service.request_admission import Gate
from xbtfx_tui.paper.service.stream_hub import Hub
from xbtfx_tui.paper.service.stream_messages import QuoteStyle
from xbtfx_tui.paper.service.websocket_endpoint import StreamEnd

STREAM_PATH = "/v1/ws"
_BACKLOG = 128
_SEND_BUFFER = 128 * 1024
_KEPT_OF_REQUEST = 4_096


class PortTakenError(OptionError):
    """The port is not free; the text is a sentence that says what to do."""


class PaperServer:
    """One exchange listening on one port of 127.0.0.1."""

    def __init__(
        self,
        settled: SettledOptions,
        exchange: Exchange,
        faults: Faults | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        self.settled = settled
        self.exchange = exchange
        self.limits = limits or ServerLimits()
        self.faults = faults or NoFaults()
        self.gate = Gate(exchange, settled, self.faults, self.limits)
        market = exchange.market
        style = QuoteStyle(settled.options.form, settled.options.broker_offset * 1000)
        self.hub = Hub([market.quote_of(symbol) for symbol in market.specs], market.depth_of, style)
        self._stream = StreamFaults(exchange.clock.monotonic)
        if isinstance(self.faults, ScriptedFaults):
            self.faults.attach(exchange, self.gate.cache, self.hub)
            self._stream = self.faults.stream
        self._state = ServerState()
        self._listener: asyncio.Server | None = None
        self._heart: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def key(self) -> ApiKey:
        return self.settled.key

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://{LOOPBACK}:{self.port}{STREAM_PATH}"

    async def start(self) -> None:
        """Listen and let the market run. Raises PortTakenError."""
        listening = _bound(self.settled.options.port)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app(),
            http=_ExchangeHttp,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            ws_max_size=1 << 20,
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
        )
        config.load()
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: _ExchangeHttp(config, self._state, {}, self.faults), sock=listening, backlog=_BACKLOG
        )
        self._heart = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Stop listening, cut every connection and end every task; returns when all have ended."""
        if self._listener is not None:
            self._listener.close()
        if self._heart is not None:
            self._heart.cancel()
            with suppress(asyncio.CancelledError):
                await self._heart
        for connection in list(self._state.connections):
            connection.shutdown()
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(self._state.connections):
            connection.transport.abort()

    async def broken(self) -> None:
        """Wait until the heartbeat breaks, and raise what broke it; never returns by itself."""
        assert self._heart is not None  # noqa: S101 start() came first
        await self._heart

    async def _beat(self) -> None:
        """Move market, account and stream on at each beat; profits as often as quotes may."""
        monotonic = self.exchange.clock.monotonic
        moves_at = 0.0
        while True:
            happened = self.exchange.advance()
            moves: Sequence[PositionUpdated] = ()
            if self.hub.account_is_watched and monotonic() >= moves_at:
                moves_at = monotonic() + self.limits.stream.update_gap
                moves = self._stream.moving(self.exchange.moves())
            self.hub.publish(happened.ticks, self._stream.passing(happened.events), moves)
            await asyncio.sleep(self.limits.beat)

    def _app(self) -> Starlette:
        stream = StreamEnd(self.hub, self.exchange, self.settled, self.limits.stream, self._stream)
        routes = [*self.gate.routes(), WebSocketRoute(STREAM_PATH, stream)]
        return Starlette(
            routes=routes, exception_handlers={404: self._no_such, 405: self._no_such, 500: _fault}
        )

    async def _no_such(self, request: Request, error: Exception) -> Response:
        answered = reply(
            {"error": "not_found", "message": f"There is no {request.method} of this path."}, 404
        )
        headers = {name.decode(): value.decode() for name, value in self.gate.headers(0)}
        return Response(answered.body, answered.status, headers, "application/json")


async def _fault(request: Request, error: Exception) -> Response:
    answered = reply({"error": "internal_error", "message": "The paper exchange itself failed."}, 500)
    return Response(answered.body, answered.status, media_type="application/json")


def build_server(
    options: ExchangeOptions,
    *,
    clock: ExchangeClock | None = None,
    market: MarketPort | None = None,
    faults: Faults | None = None,
    limits: ServerLimits | None = None,
) -> PaperServer:
    """A server for these options, not yet listening; `faults` take the place of the options' own.

    Raises OptionError.
    """
    settled = options.settled()
    if faults is None and options.faults is not None:
        faults = ScriptedFaults(options.faults)
    exchange = build_exchange(settled, clock or ExchangeSystemClock(), market)
    return PaperServer(settled, exchange, faults, limits)


@asynccontextmanager
async def running(server: PaperServer) -> AsyncIterator[PaperServer]:
    """The server, started, and stopped at the end."""
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class _ExchangeHttp(H11Protocol):
    """uvicorn's HTTP/1.1, with the connection's transport within a request's reach (ReplyChannel)."""

    def __init__(
        self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any], faults: Faults
    ) -> None:
        super().__init__(config, server_state, app_state)
        self._faults = faults
        self._received = b""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        self.app_state = {"transport": transport}
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._received = (self._received + data)[:_KEPT_OF_REQUEST]
        if self._faults.breaks(self._received):
            reset(self.app_state["transport"])
            return
        super().data_received(data)


def _bound(port: int) -> socket.socket:
    # asyncio switches Nagle's delay off (40 ms an answer) only where the protocol is named.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Quotes wait here, where the latest wins, and not by the megabyte in the system's buffers.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"Port {port} of {LOOPBACK} can't be used ({error.strerror}): choose another, or 0 for any."
        ) from error
    listening.setblocking(False)
    return listening
