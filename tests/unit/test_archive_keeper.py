"""Writing once a minute: what is on disk after it, what turns the archive off, what comes back."""

import contextlib
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest

from tests.unit.candle_files import DAY, HOUR, MONDAY, read
from xbtfx_tui.archive import archive_keeper
from xbtfx_tui.archive.archive_keeper import AGAIN_AFTER, PACK_AFTER, ArchiveKeeper, trouble_words
from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.archive.minute_folding import ClosedCandle
from xbtfx_tui.disk.broken_files import set_aside
from xbtfx_tui.domain.candles import Candle, Timeframe, joined, points_of
from xbtfx_tui.domain.day_clock import UTC_CLOCK


class Kept:
    """A keeper of a file in a folder of the test's, and what it says."""

    def __init__(self, folder: Path, retention: Retention | None = None) -> None:
        self.path = folder / "candles" / "a~b.sqlite3"
        self.said: list[str] = []
        self.keeper = ArchiveKeeper(self.path, UTC_CLOCK, retention or Retention(), self.said.append)

    def turn(self, now: float, *candles: Candle, is_fine: bool = False) -> bool:
        return self.keeper.turn([ClosedCandle("EURUSD", one, is_fine) for one in candles], now)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    one = Kept(tmp_path)
    yield one
    one.keeper.close()


def ten(start: int, price: int = 108_000) -> Candle:
    return Candle(start, 10, 5, price, price + 3, price - 3, price + 1, 4, 0, 10, 10)


def tens(start: int, count: int) -> list[Candle]:
    return [ten(start + 10 * number, 108_000 + number) for number in range(count)]


def test_a_minute_is_on_disk_as_far_as_it_came_and_whole_later(kept: Kept) -> None:
    parts = tens(MONDAY, 12)
    assert kept.turn(MONDAY + 37, *parts[:3])
    assert read(kept.path, Timeframe.MINUTE, MONDAY + DAY) == (joined(parts[:3], MONDAY, 60),)
    assert kept.turn(MONDAY + 97, *parts[3:9])
    assert read(kept.path, Timeframe.MINUTE, MONDAY + DAY) == (
        joined(parts[:6], MONDAY, 60),
        joined(parts[6:9], MONDAY + 60, 60),
    )
    assert not read(kept.path, Timeframe.TEN_SECONDS, MONDAY + DAY)
    assert kept.said == []


def test_ten_seconds_are_kept_of_what_is_watched(kept: Kept) -> None:
    parts = tens(MONDAY, 6)
    kept.turn(MONDAY + 60, *parts, is_fine=True)
    assert read(kept.path, Timeframe.TEN_SECONDS, MONDAY + DAY) == tuple(parts)
    kept.turn(MONDAY + HOUR + PACK_AFTER)
    assert read(kept.path, Timeframe.TEN_SECONDS, MONDAY + DAY) == tuple(parts)


def test_an_hour_is_packed_90_s_after_its_end(kept: Kept) -> None:
    kept.turn(MONDAY + 50, *tens(MONDAY, 5))
    with contextlib.closing(sqlite3.connect(kept.path)) as looking:
        for now, packs in ((HOUR + PACK_AFTER - 1, 0), (HOUR + PACK_AFTER, 1)):
            kept.turn(MONDAY + now)
            assert looking.execute("SELECT count(*) FROM packs").fetchone() == (packs,)


def test_days_are_kept_for_who_asks(kept: Kept) -> None:
    kept.turn(MONDAY + 50, *tens(MONDAY, 5))
    kept.keeper.turn([], MONDAY + DAY + HOUR, ["EURUSD", "NOTHING"])
    with contextlib.closing(sqlite3.connect(kept.path)) as looking:
        assert looking.execute("SELECT clock, start FROM days").fetchall() == [("utc", MONDAY)]


@pytest.mark.parametrize("is_damaged", [True, False])
def test_a_file_set_aside_by_another_is_left_and_said_and_the_new_one_written(
    kept: Kept, is_damaged: bool
) -> None:
    kept.turn(MONDAY, ten(MONDAY))
    if is_damaged:
        aside = set_aside(kept.path)
        other, _ = open_archive(kept.path)
        other.close()
        kept_as = f"was damaged ({kept.path.name}), as another program found. It is kept as {aside}, and it"
    else:
        kept.path.rename(kept.path.with_name("aside"))
        kept_as = "Another file stands in the place of the archive of candles"
    assert kept.said == []
    kept.turn(MONDAY + 60, ten(MONDAY + 60))
    kept.turn(MONDAY + 120)
    (said,) = kept.said
    assert kept_as in said
    assert [one.start for one in read(kept.path, Timeframe.MINUTE, MONDAY + DAY)] == [MONDAY + 60]


def test_a_file_damaged_meanwhile_is_set_aside_and_nothing_new_is_lost(kept: Kept) -> None:
    kept.turn(MONDAY, *(ten(MONDAY + 60 * number) for number in range(400)))
    content = kept.path.read_bytes()
    # The count of changes in its head, too: else SQLite goes on with what it has in memory.
    kept.path.write_bytes(content[:24] + b"\1\1\1\1" + content[28:4096] + bytes(len(content) - 4096))
    last = MONDAY + 400 * 60
    assert not kept.turn(last, ten(last))
    assert kept.keeper.is_due(last)
    assert kept.turn(last + 60)
    assert [sentence.partition("(")[0] for sentence in kept.said] == ["The archive of candles was damaged "]
    assert [one.start for one in read(kept.path, Timeframe.MINUTE, last + DAY)] == [last]


def test_a_lock_that_stays_turns_it_off_and_what_waited_is_written_later(kept: Kept) -> None:
    kept.turn(MONDAY)
    with mock.patch.object(archive_keeper, "transaction", side_effect=busy):
        assert not kept.turn(MONDAY + 60, ten(MONDAY + 60))
        assert not kept.keeper.is_due(MONDAY + 60 + AGAIN_AFTER - 1)
        assert kept.keeper.is_due(MONDAY + 60 + AGAIN_AFTER)
        assert not kept.turn(MONDAY + 60 + AGAIN_AFTER)
    assert kept.turn(MONDAY + 60 + 2 * AGAIN_AFTER)
    assert kept.said == [
        "The archive of candles is off: another program holds it. The chart lives on what this run sees; "
        "it is tried again every 5 min.",
        "The archive of candles is written again.",
    ]
    assert [one.start for one in read(kept.path, Timeframe.MINUTE, MONDAY + DAY)] == [MONDAY + 60]


def busy(_: sqlite3.Connection) -> None:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise error


def test_a_full_disk_turns_it_off_with_why(kept: Kept) -> None:
    kept.turn(MONDAY)
    pages = kept.keeper._connection  # a disk of so many pages
    assert pages is not None
    (count,) = pages.execute("PRAGMA page_count").fetchone()
    pages.execute(f"PRAGMA max_page_count = {count}")
    candles = tens(MONDAY, 2000)
    assert not kept.turn(MONDAY + 60, *candles)
    assert kept.said[0].startswith("The archive of candles is off: the disk is full.")
    assert kept.turn(MONDAY + 60 + AGAIN_AFTER)
    assert len(read(kept.path, Timeframe.MINUTE, MONDAY + DAY)) == 334


def test_a_directory_that_takes_nothing_turns_it_off(tmp_path: Path) -> None:
    (tmp_path / "candles").write_text("in the way")
    kept = Kept(tmp_path)
    assert not kept.turn(MONDAY, ten(MONDAY))
    assert kept.said[0].startswith("The archive of candles is off:")
    (tmp_path / "candles").unlink()
    assert kept.turn(MONDAY + AGAIN_AFTER)
    assert kept.said[1] == "The archive of candles is written again."
    assert read(kept.path, Timeframe.MINUTE, MONDAY + DAY)
    kept.keeper.close()


def test_a_newer_file_is_left_alone_and_said(kept: Kept) -> None:
    kept.turn(MONDAY, ten(MONDAY))
    kept.keeper.close()
    with contextlib.closing(sqlite3.connect(kept.path)) as newer:
        newer.execute("PRAGMA user_version = 7")
    before = kept.path.read_bytes()
    assert not kept.turn(MONDAY + 60, ten(MONDAY + 60))
    assert "a newer version of this program wrote it" in kept.said[0]
    assert kept.path.read_bytes() == before


def test_the_largest_and_the_finest_price_of_one_symbol_stand_in_one_file(kept: Kept) -> None:
    large, fine = points_of(8.99e10, 0), points_of(1.00000001, 8)
    kept.turn(MONDAY + 60, Candle(MONDAY, 10, 0, large, large, large, large, 1, 0, 10, 10))
    kept.turn(MONDAY + 120, Candle(MONDAY + 60, 10, 8, fine, fine, fine, fine, 1, 0, 10, 10))
    assert kept.said == []
    first, second = read(kept.path, Timeframe.MINUTE, MONDAY + DAY)
    assert isinstance(first, Candle)
    assert isinstance(second, Candle)
    assert (first.price(first.open), second.price(second.open)) == (Decimal("8.99e10"), Decimal("1.00000001"))


def test_a_size_that_is_reached_is_said_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Retention(most_bytes=1_000_000 // 100))
    for hour in range(3):
        kept.turn(MONDAY + hour * HOUR + PACK_AFTER, ten(MONDAY + hour * HOUR))
    assert kept.said == [
        "The archive of candles is over 0 MB with the last 30 days alone, and they stay.",
    ]
    kept.keeper.close()


@pytest.mark.parametrize(
    ("error", "clause"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (OSError(30, "Read-only file system"), "/s can't be written to"),
        (OSError(37, "No locks available"), "its disk knows no locks"),
        (OSError(5, "Input/output error"), "/s/x can't be opened (Input/output error)"),
        (ValueError("a newer version of this program wrote it"), "a newer version of this program wrote it"),
    ],
)
def test_why_it_is_off_is_said_in_words(error: Exception, clause: str) -> None:
    assert trouble_words(error, Path("/s/x")) == clause
