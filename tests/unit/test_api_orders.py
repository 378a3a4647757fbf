"""An order on a bad line: sent once, and what is known of it afterwards is never more than what is true."""

import asyncio
import contextlib
import gzip
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from xbtfx_tui.api.http_exchange import LARGEST_ANSWER
from xbtfx_tui.api.rest_client import RestClient, Timings
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import (
    AnswerTooLarge,
    BridgeTimedOut,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    ServerFault,
)
from xbtfx_tui.domain.order_outcomes import Filled, Placed, Result
from xbtfx_tui.domain.store_events import BudgetSeen
from xbtfx_tui.wire.order_requests import TRADE, Request

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
ORDER = Request(TRADE, b'{"symbol":"EURUSD","side":"buy","volume":0.10,"price":1.07915}', 1)
PLACED = b'{"status":"placed","retcode":10008,"volume":0.1}'

Behaviour = Callable[["Visit"], Awaitable[None]]


class SystemClock:
    def now(self) -> Instant:
        return Instant(time.monotonic(), time.monotonic(), time.time())


@dataclass
class Visit:
    """One connection, as the server sees it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes = b""
    body: bytes = b""

    async def read_request(self) -> None:
        self.head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(
            line for line in self.head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        self.body = await self.reader.readexactly(int(length.split(b":")[1]))

    async def answers(self, status: str, body: bytes, *headers: str, length: int | None = None) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await self.writer.drain()

    def reset(self) -> None:
        """Ends the connection the hard way: RST instead of FIN."""
        self.writer.transport.abort()

    async def left_by_client(self) -> None:
        await self.reader.read()


@dataclass
class Exchange:
    """A trading server with one behaviour, and the ledger of all who came."""

    behaves: Behaviour
    port: int = 0
    visits: list[Visit] = field(default_factory=list)
    all_gone: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    budgets: list[BudgetSeen] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(reader, writer)
        self.visits.append(visit)
        try:
            await self.behaves(visit)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self.all_gone.set()

    async def gets(self, request: Request = ORDER, timings: Timings | None = None) -> Result:
        client = RestClient(
            f"http://127.0.0.1:{self.port}",
            KEY,
            SystemClock(),
            self.budgets.append,
            timings=timings or Timings(order=5.0),
        )
        return await client.send(request, "key-1", self._on_begun)

    def _on_begun(self) -> None:
        self.begun += 1


@contextlib.asynccontextmanager
async def exchange_that(behaves: Behaviour) -> AsyncIterator[Exchange]:
    exchange = Exchange(behaves)
    server = await asyncio.start_server(exchange.serve, "127.0.0.1", 0)
    exchange.port = server.sockets[0].getsockname()[1]
    try:
        yield exchange
    finally:
        server.close()
        for visit in exchange.visits:
            visit.writer.close()


async def test_an_order_arrives_whole_and_once() -> None:
    async def places(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", PLACED, "X-RateLimit-Budget: 600", "X-RateLimit-Remaining: 580")

    async with exchange_that(places) as exchange:
        assert await exchange.gets() == Placed(10008)
        (visit,) = exchange.visits
        assert visit.body == ORDER.body
        head = visit.head.decode().lower()
        assert head.startswith("post /v1/trade http/1.1\r\n")
        assert "idempotency-key: key-1\r\n" in head
        assert f"authorization: bearer {KEY.reveal()}\r\n" in head
        assert "content-type: application/json\r\n" in head
        assert "user-agent: xbtfx-tui/" in head
        assert exchange.begun == 1
        assert exchange.budgets == [BudgetSeen(600, 580)]


async def test_each_order_has_a_connection_of_its_own() -> None:
    async def places(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", PLACED, "Connection: keep-alive")
        await visit.left_by_client()

    async with exchange_that(places) as exchange:
        assert await exchange.gets() == await exchange.gets() == Placed(10008)
        assert len(exchange.visits) == 2


async def test_nobody_listens() -> None:
    async with exchange_that(lambda visit: visit.read_request()) as exchange:
        pass
    result = await exchange.gets()
    assert result == LineBroke(LinePart.CONNECT, "connection refused", begun=False)
    assert exchange.begun == 0


async def test_a_name_that_does_not_exist() -> None:
    client = RestClient("https://exchange.invalid", KEY, SystemClock(), lambda _: None)
    result = await client.send(ORDER, "key-1")
    assert result == LineBroke(
        LinePart.NAME_LOOKUP, "the name exchange.invalid could not be found", begun=False
    )


async def test_a_server_that_does_not_speak_tls() -> None:
    async def talks_plainly(visit: Visit) -> None:
        await visit.reader.read(100)
        await visit.answers("400 Bad Request", b"")

    async with exchange_that(talks_plainly) as exchange:
        client = RestClient(f"https://127.0.0.1:{exchange.port}", KEY, SystemClock(), lambda _: None)
        result = await client.send(ORDER, "key-1")
    assert isinstance(result, LineBroke)
    assert (result.part, result.begun) == (LinePart.TLS, False)


async def test_over_plain_http_no_certificate_is_trusted_either() -> None:
    client = RestClient("http://127.0.0.1", KEY, SystemClock(), lambda _: None)
    trust = client._trusted()
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_reset_before_the_request_is_read() -> None:
    async def resets(visit: Visit) -> None:
        visit.reset()

    async with exchange_that(resets) as exchange:
        result = await exchange.gets()
    assert isinstance(result, LineBroke)
    assert result.begun


@pytest.mark.parametrize("hard", [True, False])
async def test_the_line_breaks_after_the_request_was_read(hard: bool) -> None:
    async def reads_and_leaves(visit: Visit) -> None:
        await visit.read_request()
        if hard:
            visit.reset()

    async with exchange_that(reads_and_leaves) as exchange:
        result = await exchange.gets()
    assert isinstance(result, LineBroke)
    assert (result.part, result.begun, exchange.begun) == (LinePart.READ, True, 1)
    assert result.detail in ("the connection was reset", "the server closed the connection without an answer")


async def test_an_answer_cut_short() -> None:
    async def cuts(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", PLACED[:20], length=len(PLACED))

    async with exchange_that(cuts) as exchange:
        assert await exchange.gets() == GarbledAnswer(200, "The answer could not be read: cut short.")


async def test_a_504_cut_short_is_still_a_504() -> None:
    async def cuts(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("504 Gateway Timeout", b"{", length=100)

    async with exchange_that(cuts) as exchange:
        assert await exchange.gets() == BridgeTimedOut()


async def test_one_byte_at_a_time_ends_with_the_total_time_out() -> None:
    async def drips(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", b"", length=len(PLACED))
        for byte in PLACED:
            visit.writer.write(bytes([byte]))
            await visit.writer.drain()
            await asyncio.sleep(0.05)

    async with exchange_that(drips) as exchange:
        result = await exchange.gets(timings=Timings(order=0.2))
        assert result == GarbledAnswer(200, "The answer could not be read: no whole answer in 0.2 s.")


async def test_no_answer_in_time() -> None:
    async def thinks(visit: Visit) -> None:
        await visit.read_request()
        await visit.left_by_client()

    async with exchange_that(thinks) as exchange:
        result = await exchange.gets(timings=Timings(order=1.0))
        assert result == LineBroke(LinePart.TIME_OUT, "no whole answer in 1 s", begun=True)
        await exchange.all_gone.wait()


async def test_a_proxys_html() -> None:
    async def fails(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("502 Bad Gateway", b"<html>Bad gateway</html>", "Content-Type: text/html")

    async with exchange_that(fails) as exchange:
        assert await exchange.gets() == ServerFault(502, "HTTP status 502")


async def test_an_answer_beyond_all_measure_is_not_taken_in() -> None:
    async def floods(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", b"x" * 100_000, length=10**12)
        while not visit.writer.is_closing():
            visit.writer.write(b"x" * 1_000_000)
            await visit.writer.drain()

    async with exchange_that(floods) as exchange:
        assert await exchange.gets() == AnswerTooLarge(200, LARGEST_ANSWER)


async def test_an_answer_packed_though_it_was_asked_for_as_it_is() -> None:
    async def packs(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("200 OK", gzip.compress(PLACED), "Content-Encoding: gzip")

    async with exchange_that(packs) as exchange:
        assert await exchange.gets() == GarbledAnswer(
            200, "The answer could not be read: packed in a way that was not asked for."
        )
        (visit,) = exchange.visits
        assert b"accept-encoding: identity" in visit.head.lower()


@pytest.mark.parametrize(
    "noise", [b"SSH-2.0-OpenSSH\r\n", b"\x00" * 500, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000]
)
async def test_an_answer_that_is_not_http(noise: bytes) -> None:
    async def babbles(visit: Visit) -> None:
        await visit.read_request()
        visit.writer.write(noise)
        await visit.writer.drain()

    async with exchange_that(babbles) as exchange:
        result = await exchange.gets()
    assert isinstance(result, LineBroke)
    assert result.begun


async def test_a_redirect_is_not_followed() -> None:
    async def redirects(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("307 Temporary Redirect", b"", "Location: /v1/elsewhere")

    async with exchange_that(redirects) as exchange:
        result = await exchange.gets()
        assert isinstance(result, ServerFault)
        assert len(exchange.visits) == 1


async def test_a_429_is_no_order_and_says_when_to_come_back() -> None:
    async def refuses(visit: Visit) -> None:
        await visit.read_request()
        await visit.answers("429 Too Many Requests", b'{"error":"rate_limit_exceeded","retry_after_sec":3}')

    async with exchange_that(refuses) as exchange:
        assert await exchange.gets() == RateLimited(3.0)


async def test_a_cancelled_order_that_had_begun_leaves_no_socket_behind() -> None:
    async def thinks(visit: Visit) -> None:
        await visit.read_request()
        await visit.left_by_client()

    async with exchange_that(thinks) as exchange:
        began = asyncio.Event()
        client = RestClient(f"http://127.0.0.1:{exchange.port}", KEY, SystemClock(), lambda _: None)
        task = asyncio.create_task(client.send(ORDER, "key-1", began.set))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await exchange.all_gone.wait()


async def test_a_key_quoted_back_stays_out_of_every_text() -> None:
    async def quotes_the_key(visit: Visit) -> None:
        await visit.read_request()
        body = b'{"error":"unauthorized","message":"no such key: ' + KEY.reveal().encode() + b'"}'
        await visit.answers("401 Unauthorized", body)

    async with exchange_that(quotes_the_key) as exchange:
        assert KEY.reveal() not in repr(await exchange.gets())


@pytest.mark.parametrize("text", ["kéy", "key\r\nX-Evil: 1", "key with\0null"])
async def test_a_key_that_can_not_be_written_is_never_sent_nor_shown(text: str) -> None:
    async with exchange_that(lambda visit: visit.read_request()) as exchange:
        client = RestClient(f"http://127.0.0.1:{exchange.port}", ApiKey(text), SystemClock(), lambda _: None)
        result = await client.send(ORDER, "key-1")
    assert isinstance(result, LineBroke)
    assert text not in repr(result)
    assert all(not visit.head for visit in exchange.visits)


async def test_a_transport_that_can_not_prove_that_nothing_was_written() -> None:
    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone", request=request)

    def is_refused(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    for handler, begun in ((breaks, True), (is_refused, False)):
        client = RestClient("http://test", KEY, SystemClock(), lambda _: None, httpx.MockTransport(handler))
        result = await client.send(ORDER, "key-1")
        assert isinstance(result, LineBroke)
        assert result.begun is begun


async def test_a_filled_order_through_a_given_transport() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"status": "filled", "order": 70}))
    client = RestClient("http://test/", KEY, SystemClock(), lambda _: None, transport)
    begun: list[bool] = []
    assert await client.send(ORDER, "key-1", lambda: begun.append(True)) == Filled(order=70)
    assert begun == [True]
