"""The candles' file: how it is opened, what is written over what, what is packed, kept and taken away."""

import contextlib
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.candle_files import DAY, HOUR, MONDAY, a_file, minute, minutes, read, write
from xbtfx_tui.archive import hour_packing
from xbtfx_tui.archive.archive_opening import archive_file, mark_of, open_archive
from xbtfx_tui.archive.candle_retention import Pruned, Retention, prune
from xbtfx_tui.archive.candle_rows import symbol_keys
from xbtfx_tui.archive.day_cache import keep_days
from xbtfx_tui.archive.hour_packing import pack_hours
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Candle, Timeframe, rescaled
from xbtfx_tui.domain.day_clock import UTC_CLOCK


def count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


# --- the file ---


@pytest.mark.parametrize(
    ("base_url", "server", "name"),
    [
        ("https://api.example.com/v1", "XBTFX-Live", "api.example.com~XBTFX-Live"),
        ("https://api.example.com/v1", None, "api.example.com~1001"),
        ("http://127.0.0.1:8800", "../../My Server/ü", "127.0.0.1~.._.._My_Server__"),
    ],
)
def test_a_file_is_of_one_account_server(base_url: str, server: str | None, name: str) -> None:
    assert archive_file(Path("/s"), base_url, server, 1001) == Path(f"/s/candles/{name}.sqlite3")


def test_it_is_private_and_no_log_is_written_ahead(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    write(connection, [minute(MONDAY)])
    assert not path.with_name(f"{path.name}-wal").exists()


def test_two_connections_write_by_turns(tmp_path: Path) -> None:
    path, one = a_file(tmp_path)
    other, said = open_archive(path)
    assert said is None
    write(one, [minute(MONDAY, since=0, until=30)])
    write(other, [minute(MONDAY, since=25, until=60)])
    assert read(path, Timeframe.MINUTE, MONDAY + DAY) == (minute(MONDAY),)


def test_a_damaged_file_is_kept_and_another_begun(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 600))
    connection.close()
    mark = mark_of(path)
    content = bytearray(path.read_bytes())
    content[5000:9000] = bytes(4000)
    path.write_bytes(content)
    anew, said = open_archive(path)
    assert said is not None
    assert "was damaged" in said
    assert f"{path}.broken-1" in said
    assert path.with_name(f"{path.name}.broken-1").read_bytes() == content
    assert count(anew, "symbols") == 0
    assert mark_of(path) != mark, "who has the old one open can tell"


def test_one_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="a newer version of this program wrote it"):
        open_archive(path)


def test_a_journal_without_its_file_never_gets_into_a_new_one(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    connection.close()
    path.unlink()
    journal = path.with_name(f"{path.name}-journal")
    journal.write_bytes(b"what a killed program left")
    anew, _ = open_archive(path)
    assert not journal.exists() or not journal.read_bytes()
    assert anew.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- rows ---


def test_a_symbol_that_gets_more_digits_is_written_anew(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 3 * 60))
    pack_hours(connection, MONDAY + 2 * HOUR)
    keep_days(connection, symbol_keys(connection)["EURUSD"], UTC_CLOCK, MONDAY)
    before = [read(path, timeframe, MONDAY + DAY) for timeframe in Timeframe]
    write(connection, [rescaled(minute(MONDAY + 3 * HOUR), 7)])
    after = [read(path, timeframe, MONDAY + 3 * HOUR) for timeframe in Timeframe]
    for was, now in zip(before, after, strict=True):
        assert now == tuple(rescaled(one, 7) for one in was if isinstance(one, Candle))
    write(connection, [minute(MONDAY + 3 * HOUR + 60)])
    last = read(path, Timeframe.MINUTE, MONDAY + DAY)[-1]
    assert last == rescaled(minute(MONDAY + 3 * HOUR + 60), 7), "fewer digits are no new scale"


def test_hours_are_packed_once_they_are_over(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 90))
    before = read(path, Timeframe.MINUTE, MONDAY + DAY)
    assert pack_hours(connection, MONDAY + HOUR) == 1
    assert (count(connection, "fresh"), count(connection, "packs"), count(connection, "bars")) == (30, 1, 1)
    assert read(path, Timeframe.MINUTE, MONDAY + DAY) == before
    assert pack_hours(connection, MONDAY + HOUR) == 0


def test_a_late_candle_opens_its_pack_again(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, minutes(MONDAY, 59))
    pack_hours(connection, MONDAY + HOUR)
    late = [minute(MONDAY + 59 * 60, 109_000), minute(MONDAY, 107_000, since=0, until=60)]
    write(connection, late)
    unpacked = read(path, Timeframe.HOUR, MONDAY + DAY)
    assert pack_hours(connection, MONDAY + HOUR) == 1
    assert count(connection, "packs") == 1
    (hour,) = read(path, Timeframe.HOUR, MONDAY + DAY)
    assert unpacked == (hour,)
    assert isinstance(hour, Candle)
    assert (hour.high, hour.low, hour.covered) == (109_002, 106_999, HOUR)


@pytest.mark.parametrize("times", [1, 10])
def test_what_another_program_writes_while_an_hour_is_packed_is_not_lost(
    tmp_path: Path, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, connection = a_file(tmp_path)
    other, _ = open_archive(path)
    write(connection, minutes(MONDAY, 30))
    usual, calls = hour_packing._pack, 0

    def packs_beside_another(connection: sqlite3.Connection, until: int, first: int, last: int) -> int:
        nonlocal calls
        packed = usual(connection, until, first, last)
        calls += 1
        if calls <= times and until == MONDAY + HOUR:
            # As a program that waits for the lock does as soon as it is free.
            waiting.append(minute(MONDAY + (30 + calls) * 60))
        return packed

    waiting: list[Candle] = []
    begins = transaction

    @contextlib.contextmanager
    def lets_the_other_in(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        if waiting:
            write(other, waiting)
            waiting.clear()
        with begins(connection) as same:
            yield same

    monkeypatch.setattr(hour_packing, "_pack", packs_beside_another)
    monkeypatch.setattr("xbtfx_tui.archive.hour_packing.transaction", lets_the_other_in)
    pack_hours(connection, MONDAY + HOUR)
    if waiting:  # came during the last one, and is there for the next time
        write(other, waiting)
    told = read(path, Timeframe.MINUTE, MONDAY + DAY)
    assert [one.start for one in told if isinstance(one, Candle)] == [
        MONDAY + 60 * number for number in (*range(30), *range(31, 31 + min(times, calls)))
    ]
    assert count(connection, "fresh") == len(waiting)


def test_days_are_known_again_once_an_hour_of_theirs_changes(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    for day in range(3):
        write(connection, minutes(MONDAY + day * DAY, 60))
    pack_hours(connection, MONDAY + 3 * DAY)
    key = symbol_keys(connection)["EURUSD"]
    assert keep_days(connection, key, UTC_CLOCK, MONDAY + 3 * DAY) == 3
    write(connection, [minute(MONDAY + DAY + HOUR, 120_000)])
    assert count(connection, "days") == 3, "days hold what is packed"
    assert read(path, Timeframe.DAY, MONDAY + 9 * DAY)[1].high == 120_002  # type: ignore[union-attr]
    pack_hours(connection, MONDAY + 3 * DAY)
    assert count(connection, "days") == 1
    assert read(path, Timeframe.DAY, MONDAY + 9 * DAY)[1].high == 120_002  # type: ignore[union-attr]
    assert keep_days(connection, key, UTC_CLOCK, MONDAY + 3 * DAY) == 2


# --- how long ---


def packed(folder: Path, days: int) -> tuple[Path, sqlite3.Connection]:
    """One hour a day for so many days, in minutes and in 10 seconds."""
    path, connection = a_file(folder)
    for day in range(days):
        start = MONDAY - day * DAY
        write(connection, minutes(start, 60))
        write(connection, [Candle(start, 10, 5, 1, 2, 1, 2, 3, 0, 10, 10)])
    pack_hours(connection, MONDAY + DAY)
    return path, connection


def hours_of(connection: sqlite3.Connection, span: int) -> list[int]:
    rows = connection.execute("SELECT hour FROM packs WHERE span = ? ORDER BY hour", (span,))
    return [hour for (hour,) in rows]


def test_what_is_too_old_goes_and_its_hours_stay(tmp_path: Path) -> None:
    path, connection = packed(tmp_path, 10)
    now = MONDAY + HOUR
    pruned = prune(connection, Retention(ten_seconds=3 * DAY, minutes=5 * DAY), now)
    assert hours_of(connection, 10) == [MONDAY - day * DAY for day in (2, 1, 0)]
    assert hours_of(connection, 60) == [MONDAY - day * DAY for day in (4, 3, 2, 1, 0)]
    assert pruned == Pruned(packs=12)
    assert len([one for one in read(path, Timeframe.DAY, now) if isinstance(one, Candle)]) == 10
    assert prune(connection, Retention(ten_seconds=3 * DAY, minutes=5 * DAY), now) == Pruned()


def test_a_file_too_large_loses_its_oldest_minutes_but_never_those_of_a_month(tmp_path: Path) -> None:
    _, connection = packed(tmp_path, 60)
    pruned = prune(connection, Retention(ten_seconds=3 * DAY, most_bytes=1), MONDAY)
    assert pruned.for_size
    assert pruned.is_over
    assert hours_of(connection, 60)[0] == MONDAY - 30 * DAY
    again = prune(connection, Retention(ten_seconds=3 * DAY, most_bytes=1), MONDAY)
    assert again == Pruned(is_over=True)


def test_pruning_that_has_nothing_to_do_keeps_nobody_out(tmp_path: Path) -> None:
    path, connection = packed(tmp_path, 2)
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with contextlib.suppress(sqlite3.OperationalError):
            assert prune(connection, Retention(), MONDAY) == Pruned()
        with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(connection):
            pass


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    write(connection, [minute(MONDAY)])
    changes = connection.total_changes
    write(connection, [minute(MONDAY), minute(MONDAY, since=5, until=50, ticks=4)])
    assert connection.total_changes == changes
    assert read(path, Timeframe.MINUTE, MONDAY + 60) == (minute(MONDAY),)
