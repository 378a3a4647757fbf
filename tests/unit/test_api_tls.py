"""A certificate that nobody vouches for: neither the orders nor the stream hand it the key."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.store_events import Event, StreamDown
from xbtfx_tui.stream.reconnecting_stream import StreamRunner
from xbtfx_tui.wire.order_requests import TRADE, Request

KEY = ApiKey("xbtfx_live_" + "ab12" * 8)
UNTRUSTED = "the certificate is not trusted (self-signed certificate)"
# Signed by itself for 127.0.0.1, for these tests alone.
SELF_SIGNED = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7Qz+cHocfw4CxwkF
QsiUlPQi8UUN5KMmEt0xsWX6IcahRANCAATXb4E11IT/2n2vY7fwqrVh6okBR4ph
ZteExLtHZp/dFkJwfuM9DypaX5PtS7h6xH3GGWKmv3idXMH1YaPw2hSI
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUUSAMbFPBMeShuW5zG0GCjfR/X9wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjEyMjgwNVoYDzIxMjYxMDI5
MTIyODA1WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATXb4E11IT/2n2vY7fwqrVh6okBR4phZteExLtHZp/dFkJwfuM9Dypa
X5PtS7h6xH3GGWKmv3idXMH1YaPw2hSIo2QwYjAdBgNVHQ4EFgQU8IJ9EmyfgpCK
an0qd1IuFdnQcMgwHwYDVR0jBBgwFoAU8IJ9EmyfgpCKan0qd1IuFdnQcMgwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQDK+GikC2WfzSqFP6iARTq1QuYsiHzih6NfaBTb8U7XwQIgRwDnPg0K8FqWljyT
bIIVRCgACjex9KxCFJvVyYERHHM=
-----END CERTIFICATE-----
"""


class SystemClock:
    def now(self) -> Instant:
        return Instant(time.monotonic(), time.monotonic(), time.time())


@contextlib.asynccontextmanager
async def impostor(folder: Path) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server with such a certificate: its address, and what it was told."""
    told: list[bytes] = []

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.read(1000))
        writer.close()

    certificate = folder / "self-signed.pem"
    certificate.write_text(SELF_SIGNED)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(listens, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", told


async def test_no_order_and_no_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with impostor(tmp_path) as (address, told):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "self-signed.pem"))
        client = RestClient(f"https://{address}", KEY, SystemClock(), lambda _: None)
        refused = LineBroke(LinePart.TLS, UNTRUSTED, begun=False)
        assert await client.send(Request(TRADE, b"{}", 1), "key-1") == refused
        with pytest.raises(ReadError) as caught:
            await client.positions()
        assert caught.value.failure == refused
        assert told == []


async def test_no_stream(tmp_path: Path) -> None:
    events: list[Event] = []
    down = asyncio.Event()

    def hears(event: Event) -> None:
        events.append(event)
        if isinstance(event, StreamDown):
            down.set()

    async with impostor(tmp_path) as (address, told):
        task = asyncio.create_task(StreamRunner(f"wss://{address}/v1/ws", KEY, SystemClock(), hears).run())
        await down.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert events[-1] == StreamDown(UNTRUSTED, 1.0)
        assert told == []
