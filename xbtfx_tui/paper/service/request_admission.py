"""The HTTP side: each request goes key -> budget -> permission -> idempotency -> endpoint, past the faults.

Each reply carries the Date and the four X-RateLimit headers. A 401 and a 429 cost nothing; a replayed
answer costs its weight. Paths that are not the API's get a JSON 404. Never trades itself: that is
rest_endpoints.py by way of the engine.
"""

from asyncio import Transport
from collections.abc import Sequence
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from itertools import count
from urllib.parse import parse_qsl

import msgspec
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from xbtfx_tui.domain.accounts import Permission
from xbtfx_tui.paper.exchange_options import OptionError, SettledOptions
from xbtfx_tui.paper.faults.fault_files import read_script
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.paper_exchange import Exchange
from xbtfx_tui.paper.service.fault_hooks import Faults, HungUpError, IncomingCall
from xbtfx_tui.paper.service.http_replies import (
    ApiError,
    Reply,
    forbidden,
    invalid_request,
    rate_limit_exceeded,
    reply,
    unauthorized,
)
from xbtfx_tui.paper.service.idempotency_cache import IdempotencyCache
from xbtfx_tui.paper.service.json_bodies import BodyError
from xbtfx_tui.paper.service.key_check import bearer_token, is_key
from xbtfx_tui.paper.service.past_candles import PAST_PATH, PastCandles
from xbtfx_tui.paper.service.rate_limits import ServerLimits, WeightBudget, retry_after_seconds
from xbtfx_tui.paper.service.request_ledger import RequestRecord, ledger_row
from xbtfx_tui.paper.service.rest_endpoints import Endpoint, Endpoints

LEDGER_PATH = "/paper/ledger"
FAULTS_PATH = "/paper/faults"
_MOST_BODY = 64 * 1024
_MOST_KEY = 255


class Gate:
    """What every request passes through; one budget and one idempotency cache for the exchange's one key."""

    def __init__(
        self, exchange: Exchange, settled: SettledOptions, faults: Faults, limits: ServerLimits
    ) -> None:
        self._exchange = exchange
        self._settled = settled
        self._faults = faults
        self._monotonic = exchange.clock.monotonic
        self._budget = WeightBudget(limits.budget)
        self.cache = IdempotencyCache(self._monotonic, limits.remembered)
        self._endpoints = Endpoints(exchange, settled, faults, limits.account_cache)
        self._numbers = count(1)
        self.record = RequestRecord()

    def routes(self) -> Sequence[BaseRoute]:
        past = PastCandles(self._exchange.past, self._monotonic)
        own = [Endpoint("GET", LEDGER_PATH, 0, self._ledger), Endpoint("GET", PAST_PATH, 0, past.answer)]
        if isinstance(self._faults, ScriptedFaults):
            own.append(Endpoint("GET", FAULTS_PATH, 0, self._show_faults))
            own.append(Endpoint("POST", FAULTS_PATH, 0, self._script_faults))
        table = (*self._endpoints.table(), *own)
        return [Route(one.path, _Entrance(self, one), methods=[one.method]) for one in table]

    async def admit(self, call: IncomingCall, endpoint: Endpoint, token: bytes | None) -> Reply:
        """The reply to a call, whatever becomes of it."""
        try:
            if not is_key(token, self._settled.key):
                raise unauthorized()
            wait = self._budget.spend(endpoint.weight, self._monotonic())
            if wait > 0:
                raise rate_limit_exceeded(retry_after_seconds(wait))
            if endpoint.method != "POST" or endpoint.path == FAULTS_PATH:
                return await self._work(call, endpoint)
            if Permission.TRADE not in self._settled.options.permissions:
                raise forbidden()
            if call.key is None:
                return await self._work(call, endpoint)
            return await self.cache.once(call.key, lambda: self._work(call, endpoint))
        except ApiError as refused:
            return refused.reply()

    async def _work(self, call: IncomingCall, endpoint: Endpoint) -> Reply:
        instead = await self._faults.before_execute(call)
        if instead is not None:
            return instead
        try:
            handled = endpoint.handle(self._faults.taken_as(call))
            answered = handled if isinstance(handled, Reply) else await handled
        except ApiError as refused:
            answered = refused.reply()
        except BodyError as bad:
            answered = invalid_request(str(bad)).reply()
        return await self._faults.after_execute(call, answered)

    def call_of(self, scope: Scope, body: bytes) -> IncomingCall:
        """The request as a value. Raises ApiError for an Idempotency-Key that can't be one."""
        key = next((value for name, value in scope["headers"] if name == b"idempotency-key"), None)
        text = key.decode("latin-1").strip() if key is not None else None
        self.record.note(scope["path"], text)
        if text is not None and not 0 < len(text) <= _MOST_KEY:
            raise invalid_request(f"Idempotency-Key must be 1 to {_MOST_KEY} characters.")
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        params = {name: str(value) for name, value in scope.get("path_params", {}).items()}
        return IncomingCall(next(self._numbers), scope["method"], scope["path"], text, query, params, body)

    async def answer(
        self, call: IncomingCall, endpoint: Endpoint, token: bytes | None, line: "AsgiLine"
    ) -> None:
        """Bring the call its reply, or leave it without one."""
        with suppress(HungUpError):
            answered = await self._faults.on_receipt(call, line)
            if answered is None:
                answered = await self.admit(call, endpoint, token)
            await self._faults.deliver(call, answered, line)

    def headers(self, weight: int) -> list[tuple[bytes, bytes]]:
        """The server's true time, whatever the broker's clock says, and what is left of the budget."""
        at = _http_date(int(self._exchange.now().timestamp()))
        return [(b"date", at), *self._budget.headers(weight, self._monotonic())]

    def _ledger(self, call: IncomingCall) -> Reply:
        return reply(ledger_row(self._exchange.engine, self.record, self._exchange.waiting))

    def _show_faults(self, call: IncomingCall) -> Reply:
        assert isinstance(self._faults, ScriptedFaults)  # noqa: S101 there is no such route otherwise
        return reply(self._faults.row())

    def _script_faults(self, call: IncomingCall) -> Reply:
        """Take a script up, after the one that runs; `{"clear": true}` ends that one first."""
        assert isinstance(self._faults, ScriptedFaults)  # noqa: S101 there is no such route otherwise
        try:
            value = msgspec.json.decode(call.body or b"{}")
            is_to_clear = isinstance(value, dict) and value.pop("clear", False) is True
            script = read_script(value)
        except (msgspec.DecodeError, OptionError) as bad:
            raise invalid_request(str(bad)) from bad
        if is_to_clear:
            self._faults.clear()
        self._faults.take_up(script)
        return self._show_faults(call)


class _Entrance:
    """The ASGI end of one endpoint."""

    def __init__(self, gate: Gate, endpoint: Endpoint) -> None:
        self._gate = gate
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = AsgiLine(self._gate, self._endpoint.weight, scope, send)
        try:
            body = await _whole_body(receive)
        except HungUpError:
            return
        if body is None:
            await line.answer(invalid_request(f"The body may be {_MOST_BODY} bytes at most.").reply())
            return
        try:
            call = self._gate.call_of(scope, body)
        except ApiError as refused:
            await line.answer(refused.reply())
            return
        await self._gate.answer(call, self._endpoint, bearer_token(scope["headers"]), line)


class AsgiLine(msgspec.Struct):
    """The way back to one client (request_seam.ReplyChannel)."""

    gate: Gate
    weight: int
    scope: Scope
    send: Send
    _has_begun: bool = False

    @property
    def transport(self) -> Transport:
        transport = self.scope["state"]["transport"]
        assert isinstance(transport, Transport)  # noqa: S101 put there by server.py
        return transport

    async def answer(self, reply: Reply) -> None:
        await self._begin(reply)
        await self.send({"type": "http.response.body", "body": reply.body})

    async def answer_in_part(self, reply: Reply, start: int, stop: int | None = None) -> None:
        await self._begin(reply)
        part = reply.body[:start] if stop is None else reply.body[start:stop]
        is_last = stop is not None and stop >= len(reply.body)
        await self.send({"type": "http.response.body", "body": part, "more_body": not is_last})

    async def _begin(self, reply: Reply) -> None:
        if self._has_begun:
            return
        self._has_begun = True
        headers = [
            (b"content-type", reply.content_type.encode()),
            (b"content-length", str(len(reply.body)).encode()),
            *self.gate.headers(self.weight),
        ]
        await self.send({"type": "http.response.start", "status": reply.status, "headers": headers})


@lru_cache(maxsize=8)
def _http_date(unix: int) -> bytes:
    return formatdate(unix, usegmt=True).encode()


async def _whole_body(receive: Receive) -> bytes | None:
    """The request's body; None where it is longer than any request of the API.

    Raises HungUpError where the client left before it was whole: half a request is none.
    """
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError
        part = message.get("body", b"")
        size += len(part)
        if size > _MOST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
