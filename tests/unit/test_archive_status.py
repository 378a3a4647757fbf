"""What the archive says that it keeps, and how long nobody watched."""

import contextlib
from pathlib import Path

from tests.unit.candle_files import DAY, HOUR, MONDAY, a_file, minute, minutes, write
from xbtfx_tui.archive.archive_status import SymbolStatus, archive_status
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, fill_candles
from xbtfx_tui.archive.hour_packing import MINUTE
from xbtfx_tui.cli_commands.candles_status import status_lines
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
    assert archive_status(path, MONDAY + DAY) == [
        SymbolStatus("EURUSD", MONDAY, seen + 12 * MINUTE, 15, 2, 0, 3, Gap(first, last)),
        SymbolStatus("XAUUSD", MONDAY + DAY, MONDAY + DAY, 1, 0, 0, 0, None),
    ]


def test_an_altered_row_is_left_out_and_counted(tmp_path: Path) -> None:
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        write(connection, minutes(MONDAY, 3))
        write(connection, minutes(MONDAY, 2), "XAUUSD")
        for start, since, until in ((-(10**15), 0, 60), (10**15, 0, 60), (MONDAY + 600, 10**15, 60)):
            row = (60, start, 1, 2, 1, 1, 5, since, until)
            connection.execute(
                "INSERT INTO fresh SELECT ?, ?, id, ?, ?, ?, ?, ?, ?, ? FROM symbols WHERE name = 'EURUSD'",
                row,
            )
        connection.execute(
            "INSERT INTO bars SELECT 86400, id, ?, 0, 1, 2, 1, 1, 5, 0, 60, 60 FROM symbols"
            " WHERE name = 'EURUSD'",
            (-(10**15),),
        )
        connection.commit()
    assert archive_status(path, MONDAY + DAY) == [
        SymbolStatus("EURUSD", MONDAY, MONDAY + 120, 3, 0, 0, 0, None, altered=4),
        SymbolStatus("XAUUSD", MONDAY, MONDAY + 60, 2, 0, 0, 0, None),
    ]
    lines = list(status_lines(path, MONDAY + DAY))
    assert "EURUSD: 4 rows whose time can't be are left out." in lines
    assert lines[-1].endswith("Times are UTC; gaps are those between minutes.")
