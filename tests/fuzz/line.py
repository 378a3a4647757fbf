"""The REST side from the bytes on the line: status, headers, packing, body, through the client, into values.

Whatever a server sends, a read ends as a value or a ReadError and an order as a Result: no other exception
gets out, nothing that was packed grows beyond the bound, and the key is in none of it.
"""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from random import Random

import httpx

from tests.fuzz.corpus import ANSWERS, ERRORS, KEY_TEXT, READS
from tests.fuzz.mutate import LITERALS, Mutator, Seedling
from tests.fuzz.targets import ALL_SEEDLINGS, KEY, Case, demand, harmless, seedlings, without_key
from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failure_messages import asked_again_words, failure_words, read_failure_words
from xbtfx_tui.domain.failures import Failure
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.wire.order_requests import Request

_STATUSES = (200, 200, 200, 200, 207, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 100, 204, 302, 599)
_PACKINGS = (
    "gzip",
    "gzip",
    "gzip, gzip",
    "x-gzip",
    "deflate",
    "br",
    "identity",
    "GZIP",
    "",
    "\x00",
    "gzip;q=0",
)
_HEADERS = (
    "Retry-After",
    "Date",
    "X-RateLimit-Budget",
    "X-RateLimit-Used",
    "X-RateLimit-Remaining",
    "X-RateLimit-Weight",
    "Content-Length",
    "Content-Type",
)
_LONGEST_WORDS = 600
_CASE_SECONDS = 1.0
_MOST_WAITS = 1_000


class _Line(httpx.AsyncBaseTransport):
    """Answers with what it was given last."""

    def __init__(self) -> None:
        self.case = Case(b"")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = [(name.encode(), text.encode("utf-8", "replace")) for name, text in self.case.headers]
        return httpx.Response(self.case.status, headers=headers, stream=httpx.ByteStream(self.case.body))


class LineTarget:
    """A client that lives on from body to body, as a terminal's does."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck.random
        self._mutator = Mutator(luck, ALL_SEEDLINGS)
        self._line = _Line()
        self._loop = asyncio.new_event_loop()
        self._seconds = 0.0
        self._waits = 0
        self._told: list[object] = []
        self._client = RestClient("http://fuzz", KEY, self, self._told.append, self._line, sleep=self._sleep)
        self._asks: dict[str, Callable[[], Awaitable[object]]] = {
            "read_key_status": self._client.key_status,
            "read_account": self._client.account,
            "read_symbols": self._client.symbols,
            "read_symbol": lambda: self._client.symbol("EURUSD"),
            "read_positions": self._client.positions,
            "read_orders": self._client.orders,
            "read_history": lambda: self._client.history(HistoryPeriod.ALL),
        }
        errors = seedlings(ERRORS)
        self._plants: list[tuple[str, list[Seedling]]] = [
            (name, [*seedlings(group), *errors]) for name, group in {**READS, **ANSWERS}.items()
        ]
        self._values = [one.strip(b'"').decode("utf-8", "replace")[:60] for one in LITERALS]

    def now(self) -> Instant:
        return Instant(self._seconds, self._seconds, 1_775_037_600.0 + self._seconds)

    def draw(self) -> Case:
        how, plants = self._plants[int(self._luck() * len(self._plants))]
        body = self._mutator.body(plants[int(self._luck() * len(plants))])
        headers: list[tuple[str, str]] = []
        if self._luck() < 0.4:
            packing = _PACKINGS[int(self._luck() * len(_PACKINGS))]
            headers.append(("Content-Encoding", packing))
            body = self._packed(body, packing)
        for _ in range(int(self._luck() * 3)):
            value = self._values[int(self._luck() * len(self._values))]
            headers.append((_HEADERS[int(self._luck() * len(_HEADERS))], value))
        return Case(body, how, _STATUSES[int(self._luck() * len(_STATUSES))], tuple(headers))

    def take(self, case: Case) -> None:
        self._seconds += _CASE_SECONDS
        self._waits = 0
        self._line.case = case
        found = self._loop.run_until_complete(self._asked(case))
        without_key(case.body, found)
        self._told.clear()

    def held(self) -> dict[str, int]:
        return {"requests remembered": len(self._client._budget._own)}

    async def _asked(self, case: Case) -> object:
        if case.how not in self._asks:
            result = await self._client.send(Request(case.how, b"{}", 1), "key-1")
            if isinstance(result, Failure):
                _check(failure_words(result))
            return result
        try:
            return await self._asks[case.how]()
        except ReadError as error:
            _check(read_failure_words(error.failure))
            _check(asked_again_words(error.failure))
            return error.failure

    async def _sleep(self, seconds: float) -> None:
        demand(0 <= seconds <= 86_400, f"a read waits for {seconds} s")
        self._waits += 1
        demand(self._waits < _MOST_WAITS, "a read waits for ever")
        self._seconds += seconds

    def _packed(self, body: bytes, packing: str) -> bytes:
        """Packed as it says, or not; some of it spoilt, some that unpacks to very much."""
        luck = self._luck()
        if luck < 0.002:
            body = b"\0" * int(self._luck() * 10_000_000)
        for _ in range(packing.count("gzip") if luck < 0.9 else 0):
            body = gzip.compress(body, 1)
        if packing == "deflate":
            body = zlib.compress(body)
        if 0.5 < luck < 0.8 and body:
            spoilt = bytearray(body)
            spoilt[int(self._luck() * len(spoilt))] ^= 1 << int(self._luck() * 8)
            body = bytes(spoilt)
        return body[: int(self._luck() * len(body))] if 0.8 < luck < 0.85 else body


def _check(words: str) -> None:
    demand(harmless(words), f"words for the trader hold {words!r}")
    demand(len(words) <= _LONGEST_WORDS, "words for the trader are not bounded")
    demand(KEY_TEXT not in words, "the key is in the words")
