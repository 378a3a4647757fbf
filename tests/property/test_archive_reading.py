"""What is read out of the archive is what plain folding of all that was told gives: whoever told it, in
whatever order, packed when it may be, at every timeframe and by every clock."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.candle_rows import merge_fresh, symbol_keys
from xbtfx_tui.archive.day_cache import keep_days
from xbtfx_tui.archive.hour_packing import pack_hours
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined, merged, quiet, rescaled
from xbtfx_tui.domain.day_clock import DayClock, day_clock

CHANGE = 1_774_746_000 // 3600 * 3600
"""Within hours of where Europe's clocks change in March 2026."""
CLOCKS = [day_clock(name) for name in ("utc", "ny17", "Europe/Athens", "-05:00")]
SCALE = 5


@contextlib.contextmanager
def an_archive() -> Iterator[tuple[Path, sqlite3.Connection]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candles" / "x.sqlite3"
        connection, _ = open_archive(path)
        with contextlib.closing(connection):
            yield path, connection


@st.composite
def minutes(draw: st.DrawFn) -> Candle:
    start = CHANGE + draw(st.integers(-60, 60)) * 60 * draw(st.sampled_from([1, 7, 61, 1440]))
    since = draw(st.sampled_from([0, 0, 0, 20]))
    until = draw(st.sampled_from([60, 60, 60, 40]))
    if draw(st.integers(0, 5)) == 0:
        return quiet(start, 60, SCALE, since, until)
    low, opened, close, high = sorted(draw(st.tuples(*[st.integers(100_000, 100_100)] * 4)))
    scale = draw(st.sampled_from([SCALE, SCALE, SCALE, 3]))
    ticks = draw(st.integers(1, 9))
    return Candle(start, 60, scale, opened, high, low, close, ticks, since, until, until - since)


def told(minutes_told: list[Candle]) -> dict[int, Candle]:
    known: dict[int, Candle] = {}
    for candle in minutes_told:
        same = rescaled(candle, SCALE)
        known[same.start] = merged(known[same.start], same) if same.start in known else same
    return known


def folded(known: dict[int, Candle], timeframe: Timeframe, clock: DayClock) -> list[Candle]:
    """The plain way, the quiet ones with it."""
    buckets: dict[tuple[int, int], list[Candle]] = {}
    for start in sorted(known):
        buckets.setdefault(clock.bucket(start, timeframe), []).append(known[start])
    return [joined(parts, start, end - start) for (start, end), parts in buckets.items()]


coarse = st.sampled_from([one for one in Timeframe if one is not Timeframe.TEN_SECONDS])


@settings(max_examples=examples(100))
@given(
    st.lists(minutes(), min_size=1, max_size=40),
    st.data(),
    coarse,
    st.sampled_from(CLOCKS),
    st.integers(1, 30),
)
def test_reading_is_folding_of_all_that_was_told(
    all_minutes: list[Candle], data: st.DataObject, timeframe: Timeframe, clock: DayClock, count: int
) -> None:
    with an_archive() as (path, connection):
        first = quiet(CHANGE - 10**7, 60, SCALE, 0, 60)
        rest = [first, *all_minutes]
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            with transaction(connection):
                merge_fresh(connection, {"EURUSD": rest[:size], "OTHER": rest[:1]})
            rest = rest[size:]
            match data.draw(st.sampled_from(["", "pack", "days"])):
                case "pack":
                    pack_hours(connection, CHANGE + data.draw(st.integers(-99, 99)) * 3600)
                case "days":
                    with transaction(connection):
                        keep_days(connection, symbol_keys(connection)["EURUSD"], clock, CHANGE + 10**7)
        before = CHANGE + data.draw(st.integers(-100_000, 100_000)) * 60
        if timeframe.value > 3600:
            before -= before % 3600
        found = read_candles(path, CandleQuery("EURUSD", timeframe, before, count), clock).candles
    known = {start: one for start, one in told([first, *all_minutes]).items() if start < before}
    expected = folded(known, timeframe, clock)
    candles = [one for one in found if isinstance(one, Candle)]
    assert candles == [one for one in expected if not one.is_quiet][-count:]
    gaps = [one for one in found if isinstance(one, Gap)]
    told_of = [(one.start, one.end) for one in expected]
    for gap in gaps:
        assert gap.start < gap.end
        assert all(end <= gap.start or start >= gap.end for start, end in told_of), "nobody saw any of it"
    if candles:
        seen = sum(end - start for start, end in told_of if start >= candles[0].start)
        missing = sum(gap.end - gap.start for gap in gaps)
        assert told_of[-1][1] - candles[0].start == seen + missing, "all time is told of"
