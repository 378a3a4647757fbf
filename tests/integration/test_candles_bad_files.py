"""Files that are no good, and good ones in an odd dress, through `xbtfx-tui candles import`: each is a
sentence or is taken, and the archive is as before or has what was good.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.integration.command_runs import CommandLine
from tests.unit.candle_files import HOUR, MONDAY, minute, minutes, write
from xbtfx_tui.archive.archive_opening import archive_file, open_archive
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.archive.importing.candle_file import read_candle_blocks
from xbtfx_tui.cli_commands import candles_importing
from xbtfx_tui.config.file_paths import state_dir
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

HEAD = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
EARLIER = MONDAY - 20 * HOUR


def rows(start: int, count: int, step: int = 60, price: float = 1.08) -> str:
    """So many rows of MetaTrader's kind, on UTC's clock."""
    made = []
    for number in range(count):
        at = datetime.fromtimestamp(start + step * number, UTC)
        opened = price + number % 7 / 100_000
        figures = f"{opened:.5f}\t{opened + 0.0001:.5f}\t{opened - 0.0001:.5f}\t{opened:.5f}"
        made.append(f"{at:%Y.%m.%d\t%H:%M:%S}\t{figures}\t9\t0\t1\n")
    return "".join(made)


GOOD = HEAD + rows(EARLIER, 90)


def zipped() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("EURUSD_M1.csv", GOOD)
    return packed.getvalue()


@pytest.fixture
def archive(home: Path) -> Path:
    """An archive that has seen 90 minutes of EURUSD live, and knows GBPJPY."""
    path = archive_file(state_dir({"HOME": str(home)}).root, "https://api.example", "Demo", 7)
    connection, _ = open_archive(path)
    write(connection, minutes(MONDAY, 90))
    connection.close()
    return path


def kept(path: Path) -> tuple[Candle | Gap, ...]:
    with closing(sqlite3.connect(path)) as looking:
        assert looking.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return read_candles(path, CandleQuery("EURUSD", Timeframe.MINUTE, 2**40, 10**6), UTC_CLOCK).candles


@pytest.mark.parametrize(
    ("content", "tz", "says"),
    [
        (b"", "utc", "It is empty."),
        (HEAD.encode(), "utc", "It has a first line and no rows."),
        (b"\x89PNG\r\n\x1a\n\0\0", "utc", "It is no text"),
        (zipped(), "utc", "is it packed, as a .zip is?"),
        (b"\x91\x01\0\0" + bytes(400), "utc", "It is no text"),
        (b"Dear all,\nhere are my candles.\n", "utc", "No file of candles that is known begins with"),
        (b"<html><body>404</body></html>", "utc", "No file of candles that is known begins with"),
        ((HEAD + rows(EARLIER, 90, 300)).encode(), "utc", "Its rows are 5 min apart"),
        ((HEAD + rows(EARLIER, 60) + rows(EARLIER + 3600, 60, 3600)).encode(), "utc", "It mixes candles"),
        ((HEAD + rows(EARLIER, 90, price=150.0)).encode(), "utc", "it seems to be of another symbol"),
        (b"<DATE>\t<TIME>\t<BID>\t<ASK>\n2025.11.28\t04:00:00\t1.08\t1.09\n", "utc", "It holds ticks"),
        (GOOD.encode(), None, "It does not tell of which clock its times are"),
    ],
    ids=[
        *("empty", "head", "picture", "zip", "hst", "letter", "page", "step", "steps", "symbol", "ticks"),
        "zone",
    ],
)
def test_a_file_that_cant_be_taken_is_refused_whole_with_why(
    line: CommandLine, archive: Path, tmp_path: Path, content: bytes, tz: str | None, says: str
) -> None:
    before = kept(archive)
    file = tmp_path / "EURUSD.csv"
    file.write_bytes(content)
    assert line.runs_alone("candles", "import", str(file), *(("--tz", tz) if tz else ())) == 1
    assert says in line.err
    assert "Nothing of it was taken." in line.err
    assert "Traceback" not in line.err
    assert kept(archive) == before


def test_two_gigabytes_of_nothing_are_refused_at_once(
    line: CommandLine, archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "EURUSD.csv"
    with file.open("wb") as opened:
        opened.write(GOOD.encode())
        opened.truncate(2 * 10**9)
    assert line.runs_alone("candles", "import", str(file), "--tz", "utc") == 1
    assert "Nothing of it was taken." in line.err
    assert len(line.err.splitlines()) == 1


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=["utf-16", "utf-16-le", "utf-16-be", "mark", "crlf", "no-end"],
)
def test_an_odd_dress_is_no_fault(
    line: CommandLine, archive: Path, tmp_path: Path, encoded: Callable[[str], bytes]
) -> None:
    file = tmp_path / "EURUSD.csv"
    file.write_bytes(encoded(GOOD))
    assert line.runs_alone("candles", "import", str(file), "--tz", "utc") == 0
    assert "90 taken, 0 there already" in line.out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_of_a_cut_file_all_but_the_cut_row_is_taken(
    line: CommandLine, archive: Path, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "EURUSD.csv"
    content = GOOD.encode(encoding)
    file.write_bytes(content[: len(content) - 31])
    assert line.runs_alone("candles", "import", str(file), "--tz", "utc") == 1
    assert "line 91: " in line.err
    assert "89 taken, 0 there already, 1 row is bad." in line.out


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_long_file_is_taken_block_by_block(
    line: CommandLine, archive: Path, tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a short one is: bad rows by their lines, one sum, and nothing at all where a later block is bad."""
    monkeypatch.setattr(candles_importing, "read_candle_blocks", partial(read_candle_blocks, most=3_001))
    text = GOOD.splitlines(keepends=True)
    text[80] = text[80].replace("\t1.08", "\t-1.08", 1)
    file = tmp_path / "EURUSD.csv"
    file.write_bytes("".join(text).encode(encoding))
    typed = ("candles", "import", str(file), "--tz", "utc")
    assert line.runs_alone(*typed, "--strict") == 1
    assert "1 row is bad, and --strict is set. Nothing of it was taken." in line.err
    assert line.runs_alone(*typed) == 1
    assert "line 81: the price -1.08" in line.err
    assert "89 taken, 0 there already, 1 row is bad." in line.out
    assert line.runs_alone(*typed) == 1
    assert "0 taken, 89 there already" in line.out
    before = kept(archive)
    file.write_bytes((HEAD + rows(EARLIER, 60) + rows(EARLIER + 3600, 60, 3600)).encode(encoding))
    assert line.runs_alone(*typed) == 1
    assert "It mixes candles" in line.err
    assert kept(archive) == before


def test_of_another_clock_is_refused_where_both_tell_the_same_time(
    line: CommandLine, archive: Path, tmp_path: Path
) -> None:
    connection, _ = open_archive(archive)
    write(
        connection, [minute(MONDAY + 60 * number, 108_000 + number * number % 997) for number in range(300)]
    )
    connection.close()
    assert line.runs_alone("candles", "export", "EURUSD", "1m", "--format", "mt5", "--tz", "ny17") == 0
    file = tmp_path / "EURUSD.csv"
    file.write_text(line.out)
    assert line.runs_alone("candles", "import", str(file), "--tz", "utc") == 1
    assert "fit what was seen live if moved by -2 h" in line.err


def test_what_another_file_told_otherwise_is_said_and_a_shift_of_hours_refused(
    line: CommandLine, archive: Path, tmp_path: Path
) -> None:
    connection, _ = open_archive(archive)
    write(connection, [minute(MONDAY - 86_400, 108_000)])
    connection.close()
    file = tmp_path / "EURUSD.csv"
    file.write_text(HEAD + rows(MONDAY + 7_200, 300))
    typed = ("candles", "import", str(file), "--tz")
    assert line.runs_alone(*typed, "utc") == 0
    file.write_text(HEAD + rows(MONDAY + 7_200, 300, price=1.09))
    assert line.runs_alone(*typed, "utc") == 1
    assert "0 taken, 0 there already, 300 kept as another file told them, with other prices" in line.out
    assert line.runs_alone(*typed, "utc", "--over", "all") == 0
    assert "300 taken" in line.out


def test_where_there_is_nothing_to_read_that_is_said_first(
    line: CommandLine, archive: Path, tmp_path: Path
) -> None:
    open_archive(archive)[0].close()
    (tmp_path / "empty.csv").write_text("")
    for name, words in (
        ("none.csv", "There is no such file"),
        ("", "It is a folder"),
        ("empty.csv", "It is empty"),
    ):
        assert line.runs_alone("candles", "import", str(tmp_path / name)) == 1
        assert words in line.err


def test_what_was_seen_in_part_gives_way_where_that_is_asked(
    line: CommandLine, archive: Path, tmp_path: Path
) -> None:
    """`--over partial` replaces a minute that was seen in part, `--over all` any; without it none."""
    connection, _ = open_archive(archive)
    in_part = Candle(MONDAY + 90 * 60, 60, 5, 108_500, 108_600, 108_400, 108_550, 3, 20, 60, 40)
    write(connection, [in_part])
    connection.close()
    file = tmp_path / "EURUSD.csv"
    file.write_text(HEAD + rows(MONDAY, 91))
    typed = ("candles", "import", str(file), "--tz", "utc")
    for over, taken, seen in ((), 0, 91), (("--over", "partial"), 1, 90), (("--over", "all"), 90, 0):
        assert line.runs_alone(*typed, *over) == 0
        assert f"{taken} taken" in line.out
        assert ("kept as seen live" in line.out) == bool(seen)
    assert line.runs_alone(*typed, "--over", "all") == 0
    assert "0 taken, 91 there already" in line.out


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.long)])
def test_an_import_that_was_broken_off_and_run_again_equals_once(
    home: Path, archive: Path, tmp_path: Path, kills: int
) -> None:
    file = tmp_path / "EURUSD.csv"
    days, a_day = 15 * kills, 900
    file.write_text(HEAD + "".join(rows(MONDAY - day * 86_400, a_day) for day in range(days, 0, -1)))
    command = [sys.executable, "-m", "xbtfx_tui", "candles", "import", str(file), "--tz", "utc"]
    environment = clean_environment(home)
    killed = 0
    for number in range(kills):
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while child.poll() is None and packs_of(archive) <= (number + 1) * days * 15 // (kills + 2):
            pass
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            killed += 1
        child.communicate()
    assert killed == kills
    broken_off = kept(archive)
    assert 90 < len(broken_off) < days * a_day
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = kept(archive)
    assert sum(isinstance(one, Candle) for one in again) == days * a_day + 90
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert f"0 taken, {days * a_day:,} there already" in done.stdout
    assert kept(archive) == again


def packs_of(path: Path) -> int:
    with closing(sqlite3.connect(path, timeout=10)) as looking:
        count = looking.execute("SELECT count(*) FROM packs").fetchone()[0]
    return int(count)
