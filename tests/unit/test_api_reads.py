"""Reads: every outcome is a value or one typed failure, in turn and within the budget."""

import asyncio
import contextlib
import gzip
import json
import math
import resource
import zlib
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from xbtfx_tui.api.http_exchange import LARGEST_ANSWER
from xbtfx_tui.api.rest_client import ReadError, RestClient, Timings
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import (
    AnswerTooLarge,
    BridgeDown,
    Failure,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import BudgetSeen

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
DEAL = {"ticket": 7, "symbol": "EURUSD", "side": "sell", "volume": 0.1, "price": 1.08, "profit": 8.8}


class HandClock:
    """A clock that moves only when told to, or when the client waits."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.waits: list[float] = []

    def now(self) -> Instant:
        return Instant(self.seconds, self.seconds, self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


class Desk:
    """A client whose server answers from a list, and what was asked of it."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.clock = HandClock()
        self.budgets: list[BudgetSeen] = []
        self.client = RestClient(
            "http://test",
            KEY,
            self.clock,
            self.budgets.append,
            httpx.MockTransport(self._answer),
            sleep=self.clock.sleep,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(status: int, body: object = (), **headers: str) -> httpx.Response:
    return httpx.Response(
        status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


async def failure_of(desk: Desk) -> Failure:
    with pytest.raises(ReadError) as caught:
        await desk.client.positions()
    assert KEY.reveal() not in repr(caught.value) + repr(caught.value.failure)
    return caught.value.failure


async def test_where_each_read_goes() -> None:
    key = {"login": 1, "status": "active", "permissions": "read", "margin_mode": "hedging"}
    account = {"login": 1, "balance": 1, "equity": 1, "margin": 0, "margin_free": 1, "leverage": 100}
    spec = {"symbol": "BRK.B/X #1", "digits": 2, "point": 0.01, "contract_size": 1}
    row = {"name": "EURUSD", "digits": 5, "point": 1e-05, "contract_size": 100000}
    desk = Desk(
        answer(200, key),
        answer(200, account | {"margin_mode": "netting"}),
        answer(200, {"symbols": [row], "count": 1}),
        answer(200, spec),
        answer(200, {"positions": [], "count": 0}),
        answer(200, []),
        answer(200, {"deals": [DEAL], "count": 1}),
    )
    assert not (await desk.client.key_status()).may_trade
    assert (await desk.client.account()).login == 1
    assert len(await desk.client.symbols()) == 1
    assert (await desk.client.symbol("BRK.B/X #1")).name == "BRK.B/X #1"
    assert await desk.client.positions() == ()
    assert await desk.client.orders() == ()
    assert (await desk.client.history(HistoryPeriod.LAST_3_DAYS))[0].ticket == 7
    assert [request.url.raw_path.decode() for request in desk.asked] == [
        "/v1/auth/status",
        "/v1/account",
        "/v1/symbols",
        "/v1/symbols/BRK.B%2FX%20%231",
        "/v1/positions",
        "/v1/orders",
        "/v1/history?period=last_3_days",
    ]
    assert {request.headers["authorization"] for request in desk.asked} == {f"Bearer {KEY.reveal()}"}
    assert not any(KEY.reveal() in str(request.url) for request in desk.asked)


@pytest.mark.parametrize(
    ("given", "failure"),
    [
        (answer(401, {"error": "unauthorized", "message": "No"}), Refused(401, "unauthorized", "No")),
        (answer(403, {"error": "forbidden", "message": "No"}), Refused(403, "forbidden", "No")),
        (answer(503, {"error": "bridge_unavailable", "message": "Down"}), BridgeDown("Down")),
        (httpx.Response(502, text="<html>"), ServerFault(502, "HTTP status 502")),
        (
            httpx.Response(200, text="<html>"),
            GarbledAnswer(200, "The positions is not readable JSON (DecodeError)."),
        ),
        (httpx.ConnectError("x"), LineBroke(LinePart.CONNECT, "no connection", begun=False)),
        (httpx.PoolTimeout("x"), LineBroke(LinePart.TIME_OUT, "no whole answer in 15 s", begun=False)),
        (httpx.ReadTimeout("x"), LineBroke(LinePart.TIME_OUT, "no whole answer in 15 s", begun=True)),
        (
            httpx.LocalProtocolError(KEY.reveal()),
            LineBroke(LinePart.WRITE, "the request can't be sent (LocalProtocolError)", begun=True),
        ),
    ],
)
async def test_how_a_read_fails(given: httpx.Response | Exception, failure: Failure) -> None:
    assert await failure_of(Desk(given)) == failure


async def test_the_budget_is_told_after_each_answer_good_or_bad() -> None:
    told = {"X_RateLimit_Budget": "600", "X_RateLimit_Remaining": "400"}
    desk = Desk(answer(200, [], **told), answer(500, **told), answer(200, []))
    await desk.client.positions()
    await failure_of(desk)
    await desk.client.positions()
    assert desk.budgets == [BudgetSeen(600, 400)] * 2


async def test_after_a_429_the_next_read_waits_as_long_as_it_was_told() -> None:
    desk = Desk(answer(429, {"error": "rate_limit_exceeded", "retry_after_sec": 7}), answer(200, []))
    assert await failure_of(desk) == RateLimited(7.0)
    assert await desk.client.positions() == ()
    assert desk.clock.waits == [7.0]


async def test_polls_slow_down_when_others_have_used_the_key() -> None:
    low = {"X_RateLimit_Budget": "600", "X_RateLimit_Remaining": "100"}
    desk = Desk(*(answer(200, [], **low) for _ in range(3)))
    for _ in range(3):
        await desk.client.positions()
    assert desk.clock.waits == [6.0, 6.0]


async def test_the_deals_of_some_days_within_a_bound_of_bytes() -> None:
    deals = {"deals": [DEAL] * 100, "count": 100}
    size = len(answer(200, deals).content)
    desk = Desk(answer(200, deals), answer(200, deals))
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    assert len(await desk.client.history_between(first, last, size)) == 100
    assert desk.asked[0].url.raw_path.decode() == "/v1/history?from=2026-01-01&to=2026-03-31"
    with pytest.raises(ReadError) as caught:
        await desk.client.history_between(first, last, size - 1)
    assert caught.value.failure == AnswerTooLarge(200, size - 1)


async def test_a_long_answer_is_read_as_well() -> None:
    desk = Desk(answer(200, [DEAL] * 2000))
    assert len(await desk.client.history(HistoryPeriod.ALL)) == 2000


@contextlib.asynccontextmanager
async def small_server(raw_answer: bytes) -> AsyncIterator[tuple[RestClient, list[bytes]]]:
    """A real client on a loopback server that answers each request of a connection with the same bytes."""
    heads: list[bytes] = []
    connections: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                heads.append(b"#%d " % len(connections) + await reader.readuntil(b"\r\n\r\n"))
                writer.write(raw_answer)
                await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = RestClient(f"http://127.0.0.1:{port}", KEY, HandClock(), lambda _: None, timings=Timings(read=5))
    try:
        yield client, heads
    finally:
        await client.aclose()
        server.close()
        for writer in connections:
            writer.close()


async def test_reads_share_a_connection_and_unpack_what_was_packed() -> None:
    packed = gzip.compress(json.dumps({"positions": [], "count": 0}).encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    async with small_server(head.encode() + packed) as (client, heads):
        assert await client.positions() == await client.positions() == ()
        assert [head[:2] for head in heads] == [b"#1", b"#1"]


def packed_answer(packed: bytes, encoding: str = "gzip") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(packed)}\r\n\r\n"
    return head.encode() + packed


async def failure_of_an_answer(raw_answer: bytes) -> Failure:
    async with small_server(raw_answer) as (client, _):
        with pytest.raises(ReadError) as caught:
            await client.positions()
    return caught.value.failure


def unreadable(clause: str) -> GarbledAnswer:
    return GarbledAnswer(200, f"The answer could not be read: {clause}.")


async def test_a_small_packet_that_unpacks_beyond_all_measure() -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    assert await failure_of_an_answer(packed_answer(packed)) == AnswerTooLarge(200, LARGEST_ANSWER)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip,gzip,gzip", "deflate", "br", "gzip, identity"])
async def test_layer_upon_layer_is_not_unpacked(encoding: str) -> None:
    twice = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await failure_of_an_answer(packed_answer(twice, encoding)) == unreadable(
        "packed in a way that was not asked for"
    )
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - began < 20_000


async def test_packets_that_unpack_to_nothing_end_at_the_bound_too() -> None:
    begin = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    head = begin.compress(b"") + begin.flush(zlib.Z_FULL_FLUSH)
    nothing = head + b"\0\0\0\xff\xff" * (LARGEST_ANSWER // 5 + 1)
    assert await failure_of_an_answer(packed_answer(nothing)) == AnswerTooLarge(200, LARGEST_ANSWER)


@pytest.mark.parametrize(
    ("packed", "clause"),
    [
        (b"hello", "packed in a way that can't be read"),
        (gzip.compress(b"[]") + b"[]", "packed in a way that can't be read"),
        (gzip.compress(b"[]")[:-1], "cut short"),
    ],
    ids=["not packed", "something behind it", "cut short"],
)
async def test_an_answer_packed_wrongly(packed: bytes, clause: str) -> None:
    assert await failure_of_an_answer(packed_answer(packed)) == unreadable(clause)


async def test_the_environment_can_not_lead_the_key_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with small_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]") as (client, heads):
        assert await client.positions() == ()
        assert len(heads) == 1


async def test_what_rounding_leaves_of_a_wait_is_not_waited_for_for_ever() -> None:
    """A clock may not be able to tell that so little time has gone by."""
    desk = Desk(answer(429, retry_after="1"), answer(200, {"positions": [], "count": 0}))
    await failure_of(desk)
    desk.clock.seconds = math.nextafter(desk.clock.seconds + 1, 0)
    assert await desk.client.positions() == ()
    assert desk.clock.waits[-1] == 0.001
