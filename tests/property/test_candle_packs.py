"""Packed candles are the same once unpacked, and what is no pack is said, never read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.archive.pack_compression import pack, unpack
from xbtfx_tui.disk.sqlite_file import DamagedError
from xbtfx_tui.domain.candles import Candle, quiet

HOUR = 1_700_000_000 // 3600 * 3600


@st.composite
def hours(draw: st.DrawFn) -> tuple[int, int, list[Candle]]:
    """Some of an hour's candles: watched in whole or part, quiet, imported; near each other or far."""
    span = draw(st.sampled_from([10, 60]))
    scale = draw(st.integers(0, 8))
    places = sorted(draw(st.sets(st.integers(0, 3600 // span - 1), min_size=1, max_size=60)))
    largest = draw(st.sampled_from([3, 200, 40_000, 10**6, 2**53]))
    candles = []
    for place in places:
        start = HOUR + place * span
        since = draw(st.integers(0, span - 1))
        until = draw(st.integers(since + 1, span))
        kind = draw(st.integers(0, 5))
        if kind == 0:
            candles.append(quiet(start, span, scale, since, until))
            continue
        low, opened, close, high = sorted(draw(st.tuples(*[st.integers(1, largest)] * 4)))
        if draw(st.booleans()):
            opened, close = close, opened
        if kind == 1:
            edges = draw(st.sampled_from([0, 7])), 0, 0, span
        else:
            edges = draw(st.integers(1, 10**6)), since, until, until - since
        candles.append(Candle(start, span, scale, opened, high, low, close, *edges))
    return span, scale, candles


@given(hours())
def test_what_is_unpacked_is_what_was_packed(hour: tuple[int, int, list[Candle]]) -> None:
    span, scale, candles = hour
    assert unpack(*pack(candles, HOUR, span), HOUR, span).candles(span, scale) == candles


@given(hours(), st.data())
def test_a_damaged_pack_is_never_read(hour: tuple[int, int, list[Candle]], data: st.DataObject) -> None:
    span, scale, candles = hour
    base, packed = pack(candles, HOUR, span)
    at = data.draw(st.integers(0, len(packed) - 1))
    damaged = bytearray(packed)
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = unpack(base, bytes(damaged), HOUR, span).candles(span, scale)
    except DamagedError:
        return
    assert found == candles, "a bit that means nothing, as in zlib's head"


@pytest.mark.parametrize("packed", [b"", b"\x01", b"nonsense that is long enough to be one", bytes(40)])
def test_what_is_no_pack_is_said(packed: bytes) -> None:
    with pytest.raises(DamagedError, match=f"the hour {HOUR}"):
        unpack(0, packed, HOUR, 60)


def test_an_ordinary_hour_is_small() -> None:
    candles = [
        Candle(
            HOUR + n * 60,
            60,
            5,
            108_000 + n % 7,
            108_012 + n % 5,
            107_990,
            108_003 - n % 6,
            50 + n,
            0,
            60,
            60,
        )
        for n in range(60)
    ]
    assert len(pack(candles, HOUR, 60)[1]) < 420
