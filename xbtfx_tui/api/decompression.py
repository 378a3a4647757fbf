"""The bytes of an answer, unpacked where they came packed: one layer of gzip at most, and only where gzip was
asked for. What comes out is bounded, and so is what goes in, since a packet may unpack to nothing for ever.

It never holds more than the bound, and never holds up the event loop for longer than a slice takes.
"""

import asyncio
import zlib
from collections.abc import AsyncIterable, Mapping
from enum import Enum

GZIP = "gzip"
_SLICE = 262_144
_GZIP_WINDOW = zlib.MAX_WBITS | 16


class Spoilt(Enum):
    """Why there is no body; the value is a clause."""

    CUT_SHORT = "cut short"
    NOT_ASKED_FOR = "packed in a way that was not asked for"
    BROKEN = "packed in a way that can't be read"
    TOO_LARGE = "too large"


async def body_of(
    chunks: AsyncIterable[bytes], headers: Mapping[str, str], *, may_be_packed: bool, most_bytes: int
) -> bytes | Spoilt:
    """The whole body, `most_bytes` at the most. `chunks` are its bytes as they came over the line."""
    match headers.get("content-encoding", "").strip().lower():
        case "" | "identity":
            return await _plain(chunks, most_bytes)
        case "gzip" | "x-gzip" if may_be_packed:
            return await _unpacked(chunks, most_bytes)
        case _:
            # Layer upon layer as well: each multiplies by a thousand what the one below unpacks to.
            return Spoilt.NOT_ASKED_FOR


async def _plain(chunks: AsyncIterable[bytes], most_bytes: int) -> bytes | Spoilt:
    body = bytearray()
    async for chunk in chunks:
        if len(body) + len(chunk) > most_bytes:
            return Spoilt.TOO_LARGE
        body += chunk
    return bytes(body)


async def _unpacked(chunks: AsyncIterable[bytes], most_bytes: int) -> bytes | Spoilt:
    unpacking = zlib.decompressobj(_GZIP_WINDOW)
    body = bytearray()
    packed_bytes = 0
    async for chunk in chunks:
        packed_bytes += len(chunk)
        if packed_bytes > most_bytes:
            return Spoilt.TOO_LARGE
        packed = chunk
        while packed:
            if unpacking.eof:
                return Spoilt.BROKEN
            try:
                body += unpacking.decompress(packed, _SLICE)
            except zlib.error:
                return Spoilt.BROKEN
            if len(body) > most_bytes:
                return Spoilt.TOO_LARGE
            packed = unpacking.unconsumed_tail or unpacking.unused_data
            if packed:
                await asyncio.sleep(0)  # the time-out and the screen get their turn
    return bytes(body) if unpacking.eof or not packed_bytes else Spoilt.CUT_SHORT
