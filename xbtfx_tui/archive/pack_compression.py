"""An hour's candles in a few bytes each, and back, a column at a time. Knows no file.

A minute differs little from the one before: the columns hold differences, each in as few bytes a figure as
all of it fits, the bytes of one rank together, so that zlib finds mostly zeros. 60 minutes of EURUSD come to
about 400 bytes. zlib's check sum tells a pack that was damaged on disk.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import add, sub
from typing import NamedTuple

from xbtfx_tui.disk.sqlite_file import DamagedError
from xbtfx_tui.domain.candles import Candle

_FORM = b"\x01"
_HEAD = struct.Struct("<H8s")
"""How many candles, and the bytes a figure of each column."""
_CODES = {1: "b", 2: "h", 4: "i", 8: "q"}
_COLUMNS = 8


class Columns(NamedTuple):
    """Candles of one span, in order of their starts (unix seconds, UTC): a list for each of their fields."""

    starts: Sequence[int]
    opens: Sequence[int]
    highs: Sequence[int]
    lows: Sequence[int]
    closes: Sequence[int]
    ticks: Sequence[int]
    sinces: Sequence[int]
    untils: Sequence[int]

    def candles(self, span: int, scale: int) -> list[Candle]:
        """The same as candles."""
        return [
            Candle(
                start,
                span,
                scale,
                opened,
                high,
                low,
                close,
                ticks,
                since,
                until,
                until - since if until > since else span,
            )
            for start, opened, high, low, close, ticks, since, until in zip(*self, strict=True)
        ]


def pack(candles: Sequence[Candle], hour: int, span: int) -> tuple[int, bytes]:
    """The first price and the bytes of one or more candles of `span` seconds of one hour, in order, of one
    scale."""
    columns: list[list[int]] = [[] for _ in range(_COLUMNS)]
    base = last = next((candle.open for candle in candles if not candle.is_quiet), 0)
    place = -1
    for candle in candles:
        now = (candle.start - hour) // span
        if candle.is_quiet:
            opened = high = low = close = last
        else:
            opened, high, low, close = candle.open, candle.high, candle.low, candle.close
        figures = (
            now - place - 1,
            opened - last,
            close - opened,
            high - max(opened, close),
            min(opened, close) - low,
            candle.ticks,
            candle.since,
            span - candle.until,
        )
        for column, figure in zip(columns, figures, strict=True):
            column.append(figure)
        place, last = now, close
    widths = bytes(map(_width, columns))
    body = b"".join(map(_shuffled, columns, widths))
    return base, _FORM + zlib.compress(_HEAD.pack(len(candles), widths) + body, 9)


def unpack(base: int, packed: bytes, hour: int, span: int) -> Columns:
    """The candles of a pack. Raises DamagedError for what no `pack` has made."""
    if packed[:1] != _FORM:
        raise DamagedError(f"the candles of the hour {hour} are of no form that is known")
    try:
        body = zlib.decompress(packed[1:])
        count, widths = _HEAD.unpack_from(body)
    except (struct.error, zlib.error) as error:
        raise DamagedError(f"the candles of the hour {hour} are damaged ({error})") from None
    if len(body) != _HEAD.size + count * sum(widths) or not set(widths) <= {0, *_CODES}:
        raise DamagedError(f"the candles of the hour {hour} are not whole")
    columns: list[Sequence[int]] = []
    at = _HEAD.size
    for width in widths:
        columns.append(_plain(body[at : at + count * width], width, count))
        at += count * width
    steps, gaps, bodies, ups, downs, ticks, sinces, lefts = columns
    closes = list(accumulate(map(add, gaps, bodies), initial=base))
    opens = list(map(add, closes, gaps))
    del closes[0]
    highs = list(map(add, map(max, opens, closes), ups))
    lows = list(map(sub, map(min, opens, closes), downs))
    starts = [hour - span + place * span for place in accumulate(map(add, steps, repeat(1)))]
    untils = [span - left for left in lefts]
    if 0 in ticks:
        for number, count_of_ticks in enumerate(ticks):
            if count_of_ticks == 0 and untils[number] > sinces[number]:
                opens[number] = highs[number] = lows[number] = closes[number] = 0
    return Columns(starts, opens, highs, lows, closes, ticks, sinces, untils)


def _width(column: Iterable[int]) -> int:
    """How many bytes a figure of the column takes; none where all are 0."""
    column = list(column)
    low, high = min(column), max(column)
    if low == high == 0:
        return 0
    return next(width for width in _CODES if -(1 << (8 * width - 1)) <= low and high < 1 << (8 * width - 1))


def _shuffled(column: Sequence[int], width: int) -> bytes:
    if width == 0:
        return b""
    code = "<" + str(len(column)) + _CODES[width]
    plain = struct.pack(code, *column)
    return b"".join(plain[rank::width] for rank in range(width))


def _plain(shuffled: bytes, width: int, count: int) -> Sequence[int]:
    if width == 0:
        return [0] * count
    plain = bytearray(len(shuffled))
    for rank in range(width):
        plain[rank::width] = shuffled[rank * count : (rank + 1) * count]
    return struct.unpack(f"<{count}{_CODES[width]}", plain)
