"""`xbtfx-tui candles`: out of an archive into a file and back, as a trader does it in a shell."""

from pathlib import Path

import pytest

from tests.integration.command_runs import CommandLine
from tests.unit.candle_files import MONDAY, minutes, write
from xbtfx_tui.archive.archive_opening import archive_file, open_archive
from xbtfx_tui.config.file_paths import state_dir


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


def test_candles_go_out_and_in(command: CommandLine, home: Path, tmp_path: Path) -> None:
    assert command.runs_alone("candles", "status") == 1
    assert "No candles are kept yet" in command.err
    state = state_dir({"HOME": str(home)}).root
    connection, _ = open_archive(archive_file(state, "https://api.example", "Demo", 7))
    write(connection, minutes(MONDAY, 90))
    connection.close()

    assert command.runs_alone("candles", "status") == 0
    assert command.lines[1].split()[:6] == ["EURUSD", "2025-12-01", "00:00", "2025-12-01", "01:29", "90"]
    assert command.runs_alone("candles", "export", "EURUSB", "1m") == 1
    assert "near to it: EURUSD" in command.err
    chosen = ("--format", "mt5", "--tz", "ny17", "--from", "2025-12-01T02:10")
    assert command.runs_alone("candles", "export", "EURUSD", "1m", *chosen) == 0
    assert command.lines[1].startswith("2025.12.01\t02:10:00\t1.0801")
    file = tmp_path / "EURUSD_M1.csv"
    file.write_text(command.out)

    assert command.runs_alone("candles", "import", str(file)) == 1
    assert "add --tz" in command.err.lower()
    assert command.runs_alone("candles", "import", str(file), "--tz", "ny17") == 0
    assert "0 taken, 0 there already, 80 kept as seen live." in command.out

    earlier = file.read_text().replace("2025.12.01\t", "2025.11.28\t") + "2025.11.28\t04:00:00\t1.08\n"
    file.write_text(earlier)
    typed = ("candles", "import", str(file), "--tz", "ny17")
    assert command.runs_alone(*typed, "--strict") == 1
    assert "line 82: 3 fields of 7" in command.err
    assert "Nothing of it was taken" in command.err
    assert command.runs_alone(*typed, "--dry-run") == 1
    assert "80 taken" in command.out
    assert command.runs_alone(*typed) == 1
    assert "80 taken, 0 there already, 1 row is bad." in command.out
    assert command.runs_alone(*typed) == 1
    assert "0 taken, 80 there already" in command.out
    assert command.runs_alone("candles", "import", str(file), "--tz", "Mars") == 2
    assert command.runs_alone(*typed, "--symbol", "EURUSB") == 1
    assert "Nothing is kept of EURUSB; near to it: EURUSD. Add --new" in command.err
    assert command.runs_alone(*typed, "--symbol", "EURGBP", "--new") == 1
    assert "EURGBP 1 min" in command.out
    assert command.runs_alone(*typed, "--symbol", "a b", "--new") == 1
    assert "no name of a symbol" in command.err
    assert command.runs_alone("candles", "import", str(tmp_path / "none.csv"), "--symbol", "EURUSD") == 1
    assert "There is no such file" in command.err
