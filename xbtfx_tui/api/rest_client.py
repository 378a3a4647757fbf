"""The API's REST half: typed reads within the weight budget, and orders that are sent once and no more.

Every read ends as a value or a ReadError, every order as a domain Result; no exception of the HTTP library
gets out. The key goes into one request header and nowhere else: redirects are not followed, and proxies,
`.netrc` and certificate overrides from the environment are not used, since each could lead it elsewhere.
Nothing is retried here.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import msgspec

from xbtfx_tui import __version__
from xbtfx_tui.api.decompression import GZIP
from xbtfx_tui.api.http_exchange import LARGEST_ANSWER, Exchanged, HttpCall, HttpReply, exchange
from xbtfx_tui.api.weight_budget import Budget, Use
from xbtfx_tui.domain.accounts import Account, KeyStatus
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.failures import AnswerTooLarge, Failure, GarbledAnswer, LineBroke, RateLimited
from xbtfx_tui.domain.order_outcomes import Result
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, PendingOrder, Position
from xbtfx_tui.domain.store_events import BudgetSeen, DateHeard
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.wire import get_responses
from xbtfx_tui.wire.order_requests import Request
from xbtfx_tui.wire.post_responses import GATEWAY_TIME_OUT, OK, TOO_MANY, read_answer, read_failure
from xbtfx_tui.wire.wire_errors import WireError, key_cover

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

# A body this long is read in a thread, so that the screen does not wait for it.
_LONG_BODY = 65_536

_LEAST_WAIT = 0.001
"""Seconds: what rounding leaves of a wait may be less than a clock can tell, and would be waited for ever."""
_give_way = partial(time.sleep, 0)
"""In a thread that reads a long body: whoever waits for the interpreter, the screen above all, goes first."""

# Shorter than the usual server's 5 s, so that a connection is not used at the moment it is closed.
_KEEP_ALIVE = 3.0
_CLOSING = 1.0


class Timings(msgspec.Struct, frozen=True):
    """Seconds. `order` is longer than the bridge's own 7 s, so that its 504 arrives."""

    connect: float = 5.0
    read: float = 15.0
    history: float = 45.0
    order: float = 12.0


class ReadError(Exception):
    """A read that failed; `failure` says how."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(type(failure).__name__)
        self.failure = failure


class RestClient:
    """One account's REST API at `base_url` (https://host, without /v1).

    `transport` replaces the network in tests. `on_budget` is told of the budget after each answer, and
    `on_date` of its Date.
    `server_time` is the last answer's Date, in whole seconds of unix time; None where it sent none.
    """

    def __init__(
        self,
        base_url: str,
        key: ApiKey,
        clock: Clock,
        on_budget: Callable[[BudgetSeen], None],
        transport: "httpx.AsyncBaseTransport | None" = None,
        *,
        timings: Timings | None = None,
        on_date: Callable[[DateHeard], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._clock = clock
        self._on_budget = on_budget
        self._on_date = on_date
        self._given = transport
        self._timings = timings or Timings()
        self._sleep = sleep
        self._budget = Budget()
        self._pool: httpx.AsyncBaseTransport | None = None
        self._making = asyncio.Lock()
        self._trust: ssl.SSLContext | None = None
        self.server_time: float | None = None

    async def key_status(self) -> KeyStatus:
        return await self._read("/v1/auth/status", 1, Use.ASKED, get_responses.read_key_status)

    async def account(self, use: Use = Use.POLL) -> Account:
        return await self._read("/v1/account", 1, use, get_responses.read_account)

    async def symbols(self) -> tuple[SymbolRow, ...]:
        return await self._read("/v1/symbols", 2, Use.ASKED, get_responses.read_symbols)

    async def symbol(self, name: str) -> SymbolSpec:
        return await self._read(
            f"/v1/symbols/{quote(name, safe='')}", 1, Use.ASKED, get_responses.read_symbol
        )

    async def positions(self, use: Use = Use.POLL) -> tuple[Position | UnreadRow, ...]:
        return await self._read("/v1/positions", 1, use, get_responses.read_positions)

    async def orders(self, use: Use = Use.POLL) -> tuple[PendingOrder | UnreadRow, ...]:
        return await self._read("/v1/orders", 1, use, get_responses.read_orders)

    async def history(self, period: HistoryPeriod) -> tuple[Deal | UnreadRow, ...]:
        """The deals of a period; slow on the server's side."""
        return await self._history(f"period={period.value}", Use.ASKED, LARGEST_ANSWER)

    async def history_between(
        self, first: date, last: date, most_bytes: int = LARGEST_ANSWER
    ) -> tuple[Deal | UnreadRow, ...]:
        """The deals of some days, 90 at most, at a poll's turn. Whether `last` is among them is the server's
        choice. Raises ReadError, with AnswerTooLarge where they are more than `most_bytes`.
        """
        days = f"from={first.isoformat()}&to={last.isoformat()}"
        return await self._history(days, Use.POLL, min(most_bytes, LARGEST_ANSWER))

    async def _history(self, query: str, use: Use, most_bytes: int) -> tuple[Deal | UnreadRow, ...]:
        reader = partial(get_responses.read_history, give_way=_give_way)
        return await self._read(
            f"/v1/history?{query}", 2, use, reader, self._timings.history, most_bytes=most_bytes
        )

    async def send(
        self, request: Request, idempotency_key: str, on_begun: Callable[[], None] | None = None
    ) -> Result:
        """Sends one POST, once, on a connection of its own, and tells what came of it.

        `on_begun` is called before the first byte is written, and must not raise. A caller that is cancelled
        learns nothing; the socket is closed, and whatever had begun may have been executed.
        """
        self._budget.spend(request.weight, self._now())
        headers = self._headers() | {
            "Content-Type": "application/json",
            "Idempotency-Key": idempotency_key,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        call = HttpCall("POST", self._base_url + request.path, headers, request.body)
        progress = Exchanged(on_begun)
        transport = self._given or self._new_transport(keep_alive=False)
        try:
            reply = await exchange(transport, call, progress, self._timings.connect, self._timings.order)
        finally:
            if transport is not self._given:
                await _close(transport)
        if isinstance(reply, LineBroke):
            return reply
        self._heard(reply.headers, request.weight)
        if (fault := _fault_of(reply)) is not None:
            return fault
        result = read_answer(request.path, reply.status, reply.headers, self._without_key(reply.body))
        if isinstance(result, RateLimited):
            self._budget.refused(result.retry_after, self._now())
        return result

    async def aclose(self) -> None:
        """Closes what is kept open; the client can be used again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await _close(pool)

    # --- reads ---

    async def _read(
        self,
        path: str,
        weight: int,
        use: Use,
        reader: Callable[[bytes], T],
        total: float | None = None,
        *,
        most_bytes: int = LARGEST_ANSWER,
    ) -> T:
        while (wait := self._budget.wait(weight, use, self._now())) > 0:
            await self._sleep(max(wait, _LEAST_WAIT))
        self._budget.spend(weight, self._now(), use)
        headers = self._headers() | {"Accept-Encoding": GZIP}
        call = HttpCall("GET", self._base_url + path, headers, most_bytes=most_bytes)
        seconds = total or self._timings.read
        transport = await self._read_transport()
        reply = await exchange(transport, call, Exchanged(), self._timings.connect, seconds)
        if isinstance(reply, LineBroke):
            raise ReadError(reply)
        self._heard(reply.headers, weight)
        if (fault := _fault_of(reply)) is not None:
            raise ReadError(fault)
        body = self._without_key(reply.body)
        if reply.status != OK:
            failure = read_failure(reply.status, reply.headers, body)
            if isinstance(failure, RateLimited):
                self._budget.refused(failure.retry_after, self._now())
            raise ReadError(failure)
        try:
            return await asyncio.to_thread(reader, body) if len(body) > _LONG_BODY else reader(body)
        except WireError as error:
            raise ReadError(GarbledAnswer(reply.status, str(error))) from None

    def _heard(self, headers: Mapping[str, str], weight: int) -> None:
        self.server_time = _date_of(headers)
        if self.server_time is not None:
            self._on_date(DateHeard(self.server_time, self._clock.now()))
        seen = self._budget.heard(headers, self._now(), weight)
        if seen is not None:
            self._on_budget(seen)

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._key.reveal()}",
            "User-Agent": f"xbtfx-tui/{__version__}",
            "Accept": "application/json",
        }

    def _without_key(self, body: bytes) -> bytes:
        """A server that quotes the key back must not bring it on screen or into the journal."""
        return body.replace(*key_cover(self._key))

    def _now(self) -> float:
        return self._clock.now().monotonic

    # --- connections ---

    async def _read_transport(self) -> "httpx.AsyncBaseTransport":
        if self._given is not None:
            return self._given
        async with self._making:
            if self._pool is None:
                # In a thread: library and certificates take a while, and the stream need not wait for them.
                self._pool = await asyncio.to_thread(self._new_transport, keep_alive=True)
            return self._pool

    def _new_transport(self, *, keep_alive: bool) -> "httpx.AsyncBaseTransport":
        import httpx  # here, and not above: the start of the program need not wait for it

        kept = 4 if keep_alive else 0
        # More connections than reads ever run side by side: a slot lost to a cancelled read stops nothing.
        limits = httpx.Limits(
            max_connections=200 if keep_alive else 1,
            max_keepalive_connections=kept,
            keepalive_expiry=_KEEP_ALIVE,
        )
        return httpx.AsyncHTTPTransport(
            verify=self._trusted(), trust_env=False, http1=True, http2=False, limits=limits, retries=0
        )

    def _trusted(self) -> ssl.SSLContext:
        """The certificates that are trusted, read once: it takes longer than a whole order may wait."""
        if self._trust is None:
            import httpx

            # Over plain http (loopback) the empty context costs nothing, and still trusts nobody.
            secure = self._base_url.lower().startswith("https:")
            self._trust = (
                httpx.create_ssl_context(trust_env=False)
                if secure
                else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            )
        return self._trust


def _fault_of(reply: HttpReply) -> GarbledAnswer | AnswerTooLarge | None:
    """A 429 or a 504 says by its status alone what matters; any other answer needs its whole body."""
    return None if reply.status in (TOO_MANY, GATEWAY_TIME_OUT) else reply.fault


def _date_of(headers: Mapping[str, str]) -> float | None:
    """The Date header as unix time; None where there is none that can be read."""
    try:
        when = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return when.timestamp() if when.tzinfo is not None else None


async def _close(transport: "httpx.AsyncBaseTransport") -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_CLOSING):
            await transport.aclose()
