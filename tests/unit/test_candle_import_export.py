"""Candles out of an archive into a file and back: the same ones, and what was seen live stays."""

import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from tests.unit.candle_files import HOUR, MONDAY, a_file, minute, minutes, write
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.exporting import ExportForm, exported_lines, is_forming
from xbtfx_tui.archive.filled_rows import ImportedFile, Over, Taken
from xbtfx_tui.archive.importing.candle_file import CandleFile, read_candle_file
from xbtfx_tui.archive.importing.file_forms import FileRefusedError
from xbtfx_tui.archive.importing.file_taking import check_file, take_file
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK, day_clock

NOW = MONDAY + 30 * 86_400
CLOCKS = ["utc", "ny17", "Europe/Athens", "+02:00"]


def noted(name: str = "EURUSD_M1.csv") -> ImportedFile:
    return ImportedFile(name, "0" * 64, "utc", NOW)


def exported(path: Path, form: ExportForm, tz: str = "utc", timeframe: Timeframe = Timeframe.MINUTE) -> bytes:
    clock = day_clock(tz)
    found = read_candles(path, CandleQuery("EURUSD", timeframe, NOW, 10_000), clock).candles
    told = [one for one in found if isinstance(one, Candle)]
    return "\n".join(exported_lines(told, form, clock)).encode()


def back(content: bytes, tz: str = "utc", name: str = "EURUSD_M1.csv") -> CandleFile:
    return read_candle_file(content, name, None, day_clock(tz), NOW)


@pytest.mark.parametrize("form", list(ExportForm))
@settings(max_examples=examples(60))
@given(tz=st.sampled_from(CLOCKS), starts=st.sets(st.integers(0, 4 * 60), min_size=1), seen=st.booleans())
def test_what_is_exported_is_all_there_already(
    form: ExportForm, tz: str, starts: set[int], seen: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, connection = a_file(Path(folder))
        with contextlib.closing(connection):
            until = 50 if seen else 60
            write(connection, [minute(MONDAY + 60 * one, 108_000 + one, until=until) for one in starts])
            file = back(exported(path, form, tz), tz)
            assert [one.start for one in file.candles] == [MONDAY + 60 * one for one in sorted(starts)]
            assert file.problems == ()
            done = take_file(connection, path, "EURUSD", file, noted(), Over.NOTHING)
            assert (done.taken, done.known + done.kept) == (0, len(starts))


@pytest.mark.parametrize("timeframe", [Timeframe.HOUR, Timeframe.DAY])
def test_hours_and_days_made_of_minutes_are_there_already(tmp_path: Path, timeframe: Timeframe) -> None:
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        write(connection, minutes(MONDAY, 3 * 24 * 60))
        file = back(exported(path, ExportForm.CSV, "ny17", timeframe), "ny17", "EURUSD.csv")
        assert file.span == timeframe.value
        done = take_file(connection, path, "EURUSD", file, noted(), Over.NOTHING)
        assert done == Taken(known=len(file.candles))


def test_a_file_twice_is_taken_once_and_a_trial_writes_nothing(tmp_path: Path) -> None:
    told = "\n".join(exported_lines(minutes(MONDAY, 3_000), ExportForm.MT5, UTC_CLOCK)).encode()
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        file = back(told)
        for is_tried, expected in [(True, Taken(3_000)), (False, Taken(3_000)), (False, Taken(known=3_000))]:
            done = take_file(connection, path, "EURUSD", file, noted(), Over.NOTHING, is_tried=is_tried)
            assert done == expected
        assert exported(path, ExportForm.MT5) == told


# --- beside what was seen live ---


def walk(start: int, count: int) -> list[Candle]:
    """Minutes whose closes tell one hour from another."""
    return [minute(start + 60 * one, 108_000 + (one * one // 7) % 900) for one in range(count)]


@pytest.mark.parametrize(("tz", "shift"), [("utc", -2), ("+04:00", 2)])
def test_a_wrong_clock_is_refused_with_the_shift(tmp_path: Path, tz: str, shift: int) -> None:
    told = "\n".join(exported_lines(walk(MONDAY, 600), ExportForm.MT5, day_clock("+02:00"))).encode()
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        write(connection, walk(MONDAY, 600))
        with pytest.raises(FileRefusedError, match=f"if moved by {shift} h"):
            check_file(path, "EURUSD", back(told, tz))
        check_file(path, "EURUSD", back(told, "+02:00"))


def test_a_point_between_two_feeds_is_no_other_clock(tmp_path: Path) -> None:
    quiet = [minute(MONDAY + 60 * one) for one in range(60, 180)]
    told = "\n".join(exported_lines(quiet[60:], ExportForm.MT5, UTC_CLOCK)).encode()
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        write(connection, quiet[:60])
        write(connection, [minute(one.start, 108_001) for one in quiet[60:]])
        check_file(path, "EURUSD", back(told))


def test_another_symbol_is_refused(tmp_path: Path) -> None:
    gold = "\n".join(
        exported_lines([minute(MONDAY + 60 * one, 400_000) for one in range(9)], ExportForm.MT5, UTC_CLOCK)
    ).encode()
    path, connection = a_file(tmp_path)
    with contextlib.closing(connection):
        check_file(path, "EURUSD", back(gold))
        write(connection, minutes(MONDAY + 9 * HOUR, 60))
        with pytest.raises(FileRefusedError, match="another symbol"):
            check_file(path, "EURUSD", back(gold))


def test_a_candle_forms_until_its_last_second_is_over() -> None:
    one = minute(MONDAY, 108_000)
    assert (is_forming(one, MONDAY + 59), is_forming(one, MONDAY + 60)) == (True, False)


def test_rows_of_the_future_do_not_tell_how_long_a_candle_is() -> None:
    rows = [f"{at},1.1,1.2,1.0,1.1,1" for at in (NOW + 400 * 86_400, *range(MONDAY, MONDAY + 180, 60))]
    file = back("\n".join(["time,open,high,low,close,volume", *rows]).encode(), name="x.csv")
    assert (file.span, len(file.candles)) == (60, 3)
    assert [(one.line, one.words) for one in file.problems] == [(2, "its time is in the future")]
