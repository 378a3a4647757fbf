"""What a chart is given: gaps where nobody looked, nothing where it was quiet or closed, the best of several
sources."""

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.candle_files import DAY, HOUR, MONDAY, a_file, minute, minutes, read, write
from xbtfx_tui.archive.archive_schema import SCHEMA
from xbtfx_tui.archive.candle_reader import CandleQuery, CandlesFound, read_candles
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, Taken, fill_candles
from xbtfx_tui.archive.hour_packing import pack_hours
from xbtfx_tui.disk.sqlite_file import create_database, transaction
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, quiet, rescaled
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock
from xbtfx_tui.domain.symbol_spec import SessionSpan
from xbtfx_tui.domain.trading_sessions import is_open, trades_within

WEEKDAYS = tuple(SessionSpan(day, 0, 1440) for day in range(5))
FRIDAY = MONDAY + 4 * DAY


def at(*found: Candle | Gap) -> Sequence[tuple[int, int] | int]:
    """Candles as their minute, gaps as from when to when, counted from Monday in minutes."""
    return [
        (one.start - MONDAY) // 60
        if isinstance(one, Candle)
        else ((one.start - MONDAY) // 60, (one.end - MONDAY) // 60)
        for one in found
    ]


def test_nothing_is_read_where_nothing_is(tmp_path: Path) -> None:
    asked = CandleQuery("EURUSD", Timeframe.MINUTE, MONDAY, 10)
    assert read_candles(tmp_path / "none.sqlite3", asked, UTC_CLOCK) == CandlesFound()
    create_database(tmp_path / "empty.sqlite3", SCHEMA, lambda _: None)
    assert read_candles(tmp_path / "empty.sqlite3", asked, UTC_CLOCK) == CandlesFound()


def test_what_a_killed_writer_left_half_written_is_read_as_it_was_before(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 600))
    whole = read(path, Timeframe.MINUTE, MONDAY + DAY)
    connection.execute("PRAGMA cache_size = 2")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE fresh SET open = open + 1")
    for name in (path.name, f"{path.name}-journal"):
        shutil.copy(path.with_name(name), tmp_path / name)  # as a power cut leaves them
    assert (tmp_path / f"{path.name}-journal").stat().st_size
    assert read(tmp_path / path.name, Timeframe.MINUTE, MONDAY + DAY) == whole


@pytest.mark.parametrize("is_packed", [False, True])
def test_quiet_minutes_take_no_place_and_unseen_ones_one(tmp_path: Path, is_packed: bool) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [minute(MONDAY), quiet(MONDAY + 60, 60, 5, 0, 60), minute(MONDAY + 120)])
    write(connection, [minute(MONDAY + 50 * 60)])
    if is_packed:
        pack_hours(connection, MONDAY + HOUR)
    assert at(*read(path, Timeframe.MINUTE, MONDAY + DAY)) == [0, 2, (3, 50), 50]
    assert at(*read(path, Timeframe.MINUTE, MONDAY + DAY, 1)) == [50]
    assert at(*read(path, Timeframe.MINUTE, MONDAY + 50 * 60)) == [0, 2], "`before` is not in it"
    assert at(*read(path, Timeframe.FIVE_MINUTES, MONDAY + DAY)) == [0, (5, 50), 50]


def test_a_closed_market_is_no_gap_where_the_sessions_are_known(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [minute(FRIDAY + DAY - 60), minute(FRIDAY + 3 * DAY)])
    closed = read(path, Timeframe.MINUTE, FRIDAY + 4 * DAY, sessions=WEEKDAYS)
    assert [type(one) for one in closed] == [Candle, Candle]
    unknown = read(path, Timeframe.MINUTE, FRIDAY + 4 * DAY)
    assert unknown[1] == Gap(FRIDAY + DAY, FRIDAY + 3 * DAY)
    write(connection, [minute(FRIDAY + 3 * DAY + HOUR)])
    assert read(path, Timeframe.MINUTE, FRIDAY + 4 * DAY, sessions=WEEKDAYS)[2] == Gap(
        FRIDAY + 3 * DAY + 60, FRIDAY + 3 * DAY + HOUR
    )


@pytest.mark.parametrize("hours", [1, 23, 24, 49, 200])
@pytest.mark.parametrize(
    "sessions", [None, (), WEEKDAYS, (SessionSpan(6, 1320, 1440), SessionSpan(0, 0, 60))]
)
def test_whether_a_market_trades_within_a_stretch(
    hours: int, sessions: tuple[SessionSpan, ...] | None
) -> None:
    for first in range(0, 168, 5):
        start = MONDAY + first * HOUR + 1800
        halves = range(start, start + hours * HOUR, 1800)
        expected = any(is_open(sessions, datetime.fromtimestamp(half, UTC)) for half in halves)
        assert trades_within(sessions, start, start + hours * HOUR) is expected


def test_what_was_seen_in_part_says_how_much(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [minute(MONDAY, since=20), *minutes(MONDAY + 60, 9), minute(MONDAY + 600, until=15)])
    (hour,) = read(path, Timeframe.HOUR, MONDAY + DAY)
    assert isinstance(hour, Candle)
    assert (hour.since, hour.until, hour.covered) == (20, 615, 40 + 540 + 15)


def test_days_begin_by_the_clock(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [minute(MONDAY + 21 * HOUR, 1000), minute(MONDAY + 22 * HOUR, 2000)])
    pack_hours(connection, MONDAY + DAY)
    for name, starts in (("utc", [0]), ("ny17", [-2, 22]), ("Europe/Athens", [-2, 22])):
        days = read(path, Timeframe.DAY, MONDAY + 2 * DAY, clock=day_clock(name))
        assert [(one.start - MONDAY) // HOUR for one in days if isinstance(one, Candle)] == starts, name


# --- what files tell ---


def imported(start: int, price: int = 108_000, span: int = 60) -> Candle:
    return Candle(start, span, 5, price, price + 2, price - 1, price + 1, 0, 0, 0, span)


FILE = ImportedFile("x.csv", "abc", "utc", MONDAY + 9 * DAY)


def fill(connection: sqlite3.Connection, told: Sequence[Candle], over: Over = Over.NOTHING) -> Taken:
    with transaction(connection):
        return fill_candles(connection, "EURUSD", told, over, FILE)


def test_what_a_file_left_out_was_quiet(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    told = [imported(MONDAY + n * 60) for n in range(60) if n not in (7, 8)]
    assert fill(connection, told) == Taken(taken=58)
    assert list(read(path, Timeframe.MINUTE, MONDAY + DAY)) == told
    (hour,) = read(path, Timeframe.HOUR, MONDAY + DAY)
    assert isinstance(hour, Candle)
    assert hour.covered == HOUR
    quarter = read(path, Timeframe.QUARTER, MONDAY + DAY)[0]
    assert isinstance(quarter, Candle)
    assert quarter.covered == 900
    assert fill(connection, told) == Taken(known=58)


def test_a_file_may_come_in_parts_and_have_more_digits(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    told = [rescaled(imported(MONDAY + n * 60), 6) for n in range(180) if not 50 < n < 130]
    write(connection, [minute(MONDAY - 60)])
    for part in (told[:40], told[40:]):
        fill(connection, part)
    live, *rest = read(path, Timeframe.MINUTE, MONDAY + DAY)
    assert live == rescaled(minute(MONDAY - 60), 6)
    assert rest == told, "no gap where the file tells"


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        (Over.NOTHING, Taken(taken=1, kept=2)),
        (Over.PARTIAL, Taken(taken=2, kept=1)),
        (Over.ALL, Taken(taken=3)),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_live_stays_unless_the_trader_says_otherwise(
    tmp_path: Path, is_packed: bool, over: Over, expected: Taken
) -> None:
    path, connection = a_file(tmp_path)
    live = [minute(MONDAY, 900), minute(MONDAY + 60, 900, until=30)]
    write(connection, live)
    if is_packed:
        pack_hours(connection, MONDAY + HOUR)
    told = [imported(MONDAY + n * 60) for n in range(3)]
    assert fill(connection, told, over) == expected
    left = {Over.NOTHING: live, Over.PARTIAL: live[:1], Over.ALL: []}[over]
    assert list(read(path, Timeframe.MINUTE, MONDAY + DAY)) == [*left, *told[len(left) :]]
    again = fill(connection, told, over)
    assert again == Taken(known=expected.taken, kept=expected.kept), "the second time it takes nothing"


def test_an_hour_seen_in_part_gives_way_to_one_that_a_file_tells_whole(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [*minutes(MONDAY, 60), *minutes(MONDAY + HOUR, 30)])
    pack_hours(connection, MONDAY + DAY)
    hours = [imported(MONDAY + n * HOUR, 5_000, HOUR) for n in range(4)]
    assert fill(connection, hours) == Taken(taken=4)
    assert fill(connection, hours) == Taken(known=4)
    found = read(path, Timeframe.HOUR, MONDAY + DAY)
    assert [one.open for one in found if isinstance(one, Candle)] == [108_000, 5_000, 5_000, 5_000]
    (four,) = read(path, Timeframe.FOUR_HOURS, MONDAY + DAY)
    assert isinstance(four, Candle)
    assert (four.open, four.close, four.covered) == (108_000, 5_001, 4 * HOUR)


def test_an_imported_day_counts_where_it_begins_with_the_clock(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 30))
    days = [imported(MONDAY + n * DAY, 7_000 + n, DAY) for n in range(-2, 2)]
    fill(connection, days)
    found = read(path, Timeframe.DAY, MONDAY + 9 * DAY)
    assert found == tuple(days)
    assert len(read(path, Timeframe.DAY, MONDAY + 9 * DAY, clock=day_clock("ny17"))) == 1, "of another clock"
    weeks = read(path, Timeframe.WEEK, MONDAY + 9 * DAY)
    assert [one.open for one in weeks if isinstance(one, Candle)] == [6_998, 7_000]


def test_candles_of_an_import_are_not_watched(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [replace(minute(MONDAY), since=0, until=0, covered=60)])
    (candle,) = read(path, Timeframe.MINUTE, MONDAY + DAY)
    assert isinstance(candle, Candle)
    assert not candle.is_watched
    assert candle.covered == 60
