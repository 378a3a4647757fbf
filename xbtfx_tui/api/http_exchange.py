"""One HTTP exchange, and what became of it: an answer with its status, or where the line broke.

`begun` is learnt from the transport's trace, not from an exception's class: a reset while sending surfaces
as a read error. Texts of exceptions that may quote a header (the key is one) are never passed on. A body is
taken as it comes over the line, and unpacked here within bounds: the library unpacks before anyone can look.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import msgspec

from xbtfx_tui.api.decompression import GZIP, Spoilt, body_of
from xbtfx_tui.domain.failures import AnswerTooLarge, GarbledAnswer, LineBroke, LinePart

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER = 8_000_000
"""Bytes, unpacked."""

_DEEPEST_CAUSE = 20


@dataclass(frozen=True, slots=True)
class HttpCall:
    """What is to be asked. `headers` hold the key: they go to the socket and nowhere else.

    An answer may be `most_bytes` long, unpacked; it may be packed where the headers say so (Accept-Encoding).
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""
    most_bytes: int = LARGEST_ANSWER


class HttpReply(msgspec.Struct, frozen=True):
    """A status came. `fault` is why there is no whole body; None where there is."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    fault: GarbledAnswer | AnswerTooLarge | None = None


class Exchanged(msgspec.Struct):
    """How far an exchange has come; `on_begun` is called once, before the first byte is written."""

    on_begun: Callable[[], None] | None = None
    handed_over: bool = False
    traced: bool = False
    begun: bool = False
    part: LinePart = LinePart.CONNECT
    status: int | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)

    async def trace(self, event: str, _info: Mapping[str, object]) -> None:
        """The transport's trace hook (httpx's extension of that name)."""
        self.traced = True
        match event:
            case "connection.start_tls.started":
                self.part = LinePart.TLS
            case "http11.send_request_headers.started":
                self.begin()
            case "http11.receive_response_headers.started":
                self.part = LinePart.READ

    def begin(self) -> None:
        if self.begun:
            return
        self.begun, self.part = True, LinePart.WRITE
        if self.on_begun is not None:
            self.on_begun()

    def broke(self, part: LinePart, detail: str) -> HttpReply | LineBroke:
        """The end without a whole answer: what is known of it by now."""
        if self.status is not None:
            return HttpReply(self.status, self.headers, b"", _garbled(self.status, detail))
        return LineBroke(part, detail, self.begun)


async def exchange(
    transport: "httpx.AsyncBaseTransport", call: HttpCall, progress: Exchanged, connect: float, total: float
) -> HttpReply | LineBroke:
    """Sends the call once and reads its answer, within `total` seconds in all; `connect` bounds its part.

    Raises nothing but CancelledError and what `on_begun` raises.
    """
    import httpx  # here, and not above: a tenth of a second that the start of the program need not wait for

    try:
        async with asyncio.timeout(total):
            return await _exchange(transport, call, progress, connect, total)
    except httpx.ConnectTimeout:
        return progress.broke(LinePart.TIME_OUT, f"no connection in {connect:g} s")
    except (TimeoutError, httpx.TimeoutException) as error:
        _assume_begun(progress, error)
        return progress.broke(LinePart.TIME_OUT, f"no whole answer in {total:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        _assume_begun(progress, error)
        part, detail = _explained(error, progress, call.url)
        return progress.broke(part, detail)


async def _exchange(
    transport: "httpx.AsyncBaseTransport", call: HttpCall, progress: Exchanged, connect: float, total: float
) -> HttpReply:
    import httpx

    limits = {"connect": connect, "pool": total, "read": None, "write": None}
    request = httpx.Request(
        call.method,
        call.url,
        headers=dict(call.headers),
        content=call.body or None,
        extensions={"timeout": limits, "trace": progress.trace},
    )
    progress.handed_over = True
    response = await transport.handle_async_request(request)
    try:
        progress.begin()
        progress.part = LinePart.READ
        progress.status, progress.headers = response.status_code, response.headers
        body = await body_of(
            cast("httpx.AsyncByteStream", response.stream),
            response.headers,
            may_be_packed=call.headers.get("Accept-Encoding") == GZIP,
            most_bytes=call.most_bytes,
        )
        match body:
            case bytes():
                return HttpReply(response.status_code, response.headers, body)
            case Spoilt.TOO_LARGE:
                fault = AnswerTooLarge(response.status_code, call.most_bytes)
                return HttpReply(response.status_code, response.headers, b"", fault)
            case _:
                return HttpReply(
                    response.status_code, response.headers, b"", _garbled(response.status_code, body.value)
                )
    finally:
        await response.aclose()


def _garbled(status: int, clause: str) -> GarbledAnswer:
    return GarbledAnswer(status, f"The answer could not be read: {clause}.")


def _assume_begun(progress: Exchanged, error: Exception) -> None:
    """A transport that does not trace can't prove that nothing was written, but for a failed connect."""
    import httpx

    unproven = progress.handed_over and not progress.traced
    if unproven and not isinstance(error, httpx.ConnectError | httpx.PoolTimeout):
        progress.begun = True


def _explained(error: Exception, progress: Exchanged, url: str) -> tuple[LinePart, str]:
    for cause in _causes(error):
        match cause:
            case socket.gaierror():
                return LinePart.NAME_LOOKUP, f"the name {urlsplit(url).hostname} could not be found"
            case ssl.SSLCertVerificationError():
                return LinePart.TLS, f"the certificate is not trusted ({cause.verify_message})"
            case ssl.SSLError():
                return LinePart.TLS, "the secure connection could not be made"
            case ConnectionRefusedError():
                return progress.part, "connection refused"
            case ConnectionResetError() | BrokenPipeError():
                return progress.part, "the connection was reset"
            case OSError() if cause.errno:
                return progress.part, os.strerror(cause.errno).lower()
    return _explained_by_class(error, progress)


def _explained_by_class(error: Exception, progress: Exchanged) -> tuple[LinePart, str]:
    import httpx

    match error:
        case httpx.RemoteProtocolError() if progress.status is None:
            return progress.part, "the server closed the connection without an answer"
        case httpx.RemoteProtocolError():
            return progress.part, "cut short"
        case httpx.ConnectError():
            return progress.part, "no connection"
        case httpx.NetworkError():
            return progress.part, "the connection was lost"
        case _:
            return LinePart.WRITE, f"the request can't be sent ({type(error).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, nearest first, with groups unfolded."""
    waiting: list[BaseException | None] = [error]
    for _ in range(_DEEPEST_CAUSE):
        found = waiting.pop(0) if waiting else None
        if found is None:
            if not waiting:
                return
            continue
        yield found
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions
