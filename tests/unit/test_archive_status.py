"""What the archive says that it keeps, and how long nobody watched."""

import contextlib
from pathlib import Path

from tests.unit.candle_files import DAY, HOUR, MONDAY, a_file, minute, minutes, write
from xbtfx_tui.archive.archive_status import SymbolStatus, archive_status
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, fill_candles
from xbtfx_tui.archive.hour_packing import MINUTE
from xbtfx_tui.disk.sqlite_file import transaction
from xbtfx_tui.domain.candles import Gap

FILE = ImportedFile("f.csv", "0" * 64, "utc", MONDAY)


def test_gaps_are_told_to_the_second_and_a_file_has_none(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        with transaction(connection):
            told = [minute(MONDAY + 60 * one, until=0) for one in (0, 30, 90)]
            fill_candles(connection, "EURUSD", told, Over.NOTHING, FILE)
        seen = MONDAY + 2 * HOUR
        write(connection, minutes(seen, 9))
        write(connection, [minute(seen + 9 * MINUTE, until=5), minute(seen + 10 * MINUTE, since=10)])
        write(connection, [minute(seen + 12 * MINUTE, since=20)])
        write(connection, minutes(MONDAY + DAY, 1), "XAUUSD")
    first, last = MONDAY + 91 * MINUTE, seen
    assert archive_status(path) == [
        SymbolStatus("EURUSD", MONDAY, seen + 12 * MINUTE, 15, 2, 0, 3, Gap(first, last)),
        SymbolStatus("XAUUSD", MONDAY + DAY, MONDAY + DAY, 1, 0, 0, 0, None),
    ]
