"""What a proxy can tell of the bytes that it passes on: quotes, prices of single symbols, orders.

It changes nothing and keeps no bytes but those of an unfinished frame.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_QUOTE = (b'{"channel":"quote"', b'{"type":"quote"')
_OLDER = _QUOTE[1]
_SYMBOL = re.compile(rb'"symbol":"([^"]+)"')
_TIME = re.compile(rb'"time":"([^"]+)"')
_REQUEST = re.compile(rb"(GET|POST) (/v1/\S+) HTTP/1\.1\r\n")
_SPEC = b"/v1/symbols/"
_LONGEST_REQUEST = 4_096
ORDER = b"POST /v1/"
_LONG, _VERY_LONG = 126, 127
_TEXT = 0x1


@dataclass(slots=True)
class Delivered:
    """When (monotonic) the last price of each symbol was handed on to the terminal, and of any.

    `quotes` counts the stream's, `older` those of them in the older dialect; `lateness` is how many seconds
    the exchange had sent the latest one before; `orders` counts the POSTs that came from the terminal.
    """

    at: dict[str, float] = field(default_factory=dict)
    last: float = float("-inf")
    quotes: int = 0
    older: int = 0
    lateness: float = 0.0
    orders: int = 0

    def price(self, symbol: str, at: float) -> None:
        self.at[symbol] = self.last = at

    def ages(self, now: float) -> Mapping[str, float]:
        """Seconds since the last price of each symbol."""
        return {symbol: now - at for symbol, at in self.at.copy().items()}


class Listener:
    """Told of one connection's bytes as they are handed on."""

    def __init__(self, delivered: Delivered) -> None:
        self._delivered = delivered
        self._asked: str | None = None
        self._request = b""
        self._rest = b""
        self._is_stream: bool | None = None

    def up(self, data: bytes) -> None:
        """Bytes for the exchange."""
        if self._is_stream:
            return
        self._request = (self._request + data)[-_LONGEST_REQUEST:]
        end = 0
        for found in _REQUEST.finditer(self._request):
            method, path = found[1], found[2]
            self._delivered.orders += method == b"POST"
            is_spec = path.startswith(_SPEC) and method == b"GET"
            self._asked = path.removeprefix(_SPEC).decode() if is_spec else None
            end = found.end()
        self._request = self._request[end:]

    def down(self, data: bytes) -> None:
        """Bytes for the terminal."""
        if self._is_stream is False:
            if self._asked is not None:
                self._delivered.price(self._asked, time.monotonic())
            return
        self._rest += data
        if self._is_stream is None:
            head, end, rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                return
            self._is_stream = b" 101 " in head.split(b"\r\n")[0]
            self._rest = rest if self._is_stream else b""
            if not self._is_stream:
                self.down(b"")
                return
        self._take_frames()

    def _take_frames(self) -> None:
        while (frame := _frame(self._rest)) is not None:
            opcode, payload, self._rest = frame
            if opcode == _TEXT and payload.startswith(_QUOTE):
                self._take_quote(payload)

    def _take_quote(self, payload: bytes) -> None:
        symbol, stamp = _SYMBOL.search(payload), _TIME.search(payload)
        if symbol is None:
            return
        self._delivered.quotes += 1
        self._delivered.older += payload.startswith(_OLDER)
        if stamp is not None:
            sent = datetime.fromisoformat(stamp[1].decode())
            self._delivered.lateness = max(0.0, time.time() - sent.timestamp())
        self._delivered.price(symbol[1].decode(), time.monotonic())


def _frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Opcode and payload of the first whole frame of a server (no mask), and what follows it."""
    if len(data) < 2:
        return None
    length, at = data[1] & 0x7F, 2
    if length in (_LONG, _VERY_LONG):
        at = 4 if length == _LONG else 10
        if len(data) < at:
            return None
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        return None
    return data[0] & 0x0F, data[at : at + length], data[at + length :]
