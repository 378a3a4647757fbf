"""What is typed or set wrong is said by every command alike, with the help that is its own."""

from pathlib import Path

import pytest

from xbtfx_tui.cli import MISUSED, main

KEY = "xbtfx_live_" + "a1b2c3d4" * 4
COMMANDS = [
    ("check",),
    ("quote", "EURUSD"),
    ("positions",),
    ("account",),
    ("history",),
    ("do", "close all", "--dry-run"),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (
        ("HOME", str(tmp_path)),
        ("XBTFX_API_KEY", KEY),
        ("XBTFX_BASE_URL", "http://127.0.0.1:9"),
    ):
        monkeypatch.setenv(name, value)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XBTFX_WS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", [(), *((name,) for name in ("do", "quote", "journal", "paper-server"))])
def test_an_error_points_at_the_help_of_its_own_command(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--nonsense"]) == MISUSED
    assert f"{' '.join(('xbtfx-tui', *command))} --help shows how it is used." in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("keys", "says"),
    [('"trade.bye" = "B"', "is not an action"), ('"dialog.flip" = "enter"', "takes the key")],
)
def test_the_keys_of_the_config_are_checked_by_every_command(
    command: tuple[str, ...], keys: str, says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = home / ".config/xbtfx-tui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"[keys]\n{keys}\n")
    assert main(list(command)) == MISUSED
    assert says in capsys.readouterr().err
