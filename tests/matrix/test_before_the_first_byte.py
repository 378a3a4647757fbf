"""What kill -9 can't show: the journal is committed, to a disk that is waited for, before a byte leaves."""

import random
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.matrix.begin import a_run
from tests.matrix.kinds import Kind
from tests.matrix.leaps import run_by_leaps
from tests.matrix.world import Run
from xbtfx_tui.api.rest_client import RestClient
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted

_FULL = 2
_FIRST_BYTE = "http11.send_request_headers.started"


class Witness(httpx.AsyncBaseTransport):
    """The true transport, with a look at the journal, by a connection of its own, at the first byte."""

    def __init__(self, true: httpx.AsyncBaseTransport, run: Run, seen: list[tuple[bytes, list[str]]]) -> None:
        self._true = true
        self._run = run
        self._seen = seen

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        told: Callable[[str, Any], Awaitable[None]] = request.extensions["trace"]

        async def trace(event: str, info: Any) -> None:
            if event == _FIRST_BYTE and request.method == "POST":
                self._looks(request.headers["idempotency-key"])
            await told(event, info)

        request.extensions = {**request.extensions, "trace": trace}
        return await self._true.handle_async_request(request)

    def _looks(self, key: str) -> None:
        other = sqlite3.connect(f"file:{self._run.journal.path}?mode=ro", uri=True)
        (body,) = other.execute("SELECT body FROM intents WHERE id = ?", (key,)).fetchone()
        steps = other.execute("SELECT state FROM transitions WHERE intent_id = ? ORDER BY seq", (key,))
        self._seen.append((body, [state for (state,) in steps]))
        other.close()

    async def aclose(self) -> None:
        await self._true.aclose()


@pytest.mark.parametrize("kind", Kind)
def test_the_send_is_committed_before_the_first_byte(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    seen: list[tuple[bytes, list[str]]] = []
    sent: list[bytes] = []
    true_transport = RestClient._new_transport

    async def sends() -> None:
        async with a_run(random.Random(kind.value).getrandbits(32), None, ScriptedFaults()) as run:

            def watched(client: RestClient, *, keep_alive: bool) -> httpx.AsyncBaseTransport:
                return Witness(true_transport(client, keep_alive=keep_alive), run, seen)

            monkeypatch.setattr(RestClient, "_new_transport", watched)
            intent = await run.ready(kind)
            run.script(Scripted(Fault.BRIDGE_DOWN))  # so that it is sent again, where it may be
            run.submits(intent)
            assert (await run.judged()).is_good
            sent.extend(row.entry.body for row in await run.journal.rows())

    run_by_leaps(sends)

    assert seen
    assert {body for body, _ in seen} == set(sent)
    for number, (_, states) in enumerate(seen):
        assert states[0] == "journaled"
        assert states.count("sending") >= 1
        assert states[-1] == "sending" or number > 0, states


def test_the_live_connection_waits_for_the_disk() -> None:
    async def pragmas() -> tuple[Any, Any]:
        async with a_run(1, None, ScriptedFaults()) as run:
            await run.opens_the_terminal()
            connection = run.journal._connection
            assert connection is not None
            (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            return synchronous, mode

    assert run_by_leaps(pragmas) == (_FULL, "wal")
