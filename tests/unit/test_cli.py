"""The command line as a trader types it: what it starts, what it says, and how it ends."""

import logging
import os
import subprocess
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import xbtfx_tui
from xbtfx_tui import __version__, cli
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.config.settings import Settings
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.account.account_config import NettingStops
from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions, Fills
from xbtfx_tui.paper.market.market_hours import HoursMode

KEY = "xbtfx_live_" + "a1b2c3d4" * 4


class Started:
    """What the command line ran, in place of the program itself."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.paper: ExchangeOptions | None = None
        self.server: ExchangeOptions | None = None
        self.then: Callable[[], int] = lambda: 0

    def run_terminal(self, settings: Settings, paper: ExchangeOptions | None) -> int:
        self.settings, self.paper = settings, paper
        return self.then()

    def run_paper_server(self, options: ExchangeOptions) -> int:
        self.server = options
        return self.then()


@pytest.fixture
def started(home: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    program = Started()
    module: Any = types.ModuleType("xbtfx_tui.wiring")
    module.run_terminal = program.run_terminal
    module.run_paper_server = program.run_paper_server
    monkeypatch.setitem(sys.modules, "xbtfx_tui.wiring", module)
    # Where another test has imported the true one, it is there, too.
    monkeypatch.setattr(xbtfx_tui, "wiring", module, raising=False)
    monkeypatch.setattr(cli, "_has_screen", lambda: True)
    return program


def test_it_opens_the_terminal_with_what_was_typed(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XBTFX_API_KEY", KEY)
    assert (
        cli.main(["--read-only", "--fps", "4", "--no-mouse", "--theme", "x", "--default-volume", "0.5"]) == 0
    )
    settings = started.settings
    assert settings is not None
    assert settings.key == ApiKey(KEY)
    assert settings.read_only
    assert (settings.fps, settings.mouse, settings.theme) == (4, False, "x")
    assert settings.default_volume == Decimal("0.5")
    assert started.paper is None


def test_paper_leaves_the_rest_to_the_exchange(started: Started) -> None:
    assert cli.main(["--paper"]) == 0
    assert started.settings is not None
    assert started.settings.paper
    assert started.paper == ExchangeOptions(form=ApiForm.RICH)


@pytest.mark.parametrize(
    ("typed", "speaks"),
    [
        ("--paper", ApiForm.RICH),
        ("--paper --form minimal", ApiForm.MINIMAL),
        ("paper-server", ApiForm.MINIMAL),
        ("paper-server --form rich", ApiForm.RICH),
    ],
)
def test_a_newcomer_meets_the_rich_form_and_a_script_the_minimal(
    started: Started, typed: str, speaks: ApiForm
) -> None:
    assert cli.main(typed.split()) == 0
    options = started.paper or started.server
    assert options is not None
    assert options.form is speaks


@pytest.mark.parametrize("command", [["--paper"], ["paper-server", "--port", "0"]])
def test_the_exchange_takes_the_same_options_alone_and_inside(
    started: Started, tmp_path: Path, command: list[str]
) -> None:
    ticks = tmp_path / "ticks.csv"
    ticks.write_text("time_ms,bid,ask\n")
    typed = "--symbols 90 --seed 7 --balance 0.30 --currency BTC --leverage 30 --margin-mode netting --fresh"
    typed += f" --permissions read --fills instant --replay EURUSD={ticks} --speed 10 --market-hours"
    typed += " --form rich --broker-offset -3600 --commission 3.50 --netting-stops wipe"
    assert cli.main([*command, *typed.split()]) == 0
    assert (started.paper or started.server) == ExchangeOptions(
        symbols=90,
        seed=7,
        balance=Decimal("0.30"),
        currency="BTC",
        leverage=30,
        margin_mode=MarginMode.NETTING,
        fresh=True,
        permissions=frozenset({Permission.READ}),
        fills=Fills.INSTANT,
        replay={"EURUSD": ticks},
        speed=10.0,
        hours=HoursMode.REAL,
        form=ApiForm.RICH,
        broker_offset=-3600,
        commission=Decimal("3.50"),
        netting_stops=NettingStops.WIPE,
    )


def test_the_server_takes_a_port_and_a_key(started: Started) -> None:
    assert cli.main(["paper-server", "--port", "9000", "--key", KEY]) == 0
    assert started.server == ExchangeOptions(port=9000, key=ApiKey(KEY))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("--seed 3", "--seed is for the paper exchange; add --paper."),
        ("--margin-mode netting", "--margin-mode is for the paper exchange; add --paper."),
        ("--fresh", "--fresh is for the paper exchange; add --paper."),
        ("--replay A=b", "--replay is for the paper exchange; add --paper."),
        (
            "--paper --base-url https://a.example",
            "--base-url is for a live account; it does not go with --paper.",
        ),
        ("--seed 3 paper-server", "Put --seed after paper-server, if it takes it."),
        ("--paper --leverage 0", "--leverage must be 1 to 3000 (100 means 1:100), not 0."),
        ("--paper --balance -5", '--balance is "-5"; it takes a number above 0, like 10000.'),
        ("--paper --permissions all", "--permissions takes trade,read or read, not 'all'."),
        ("--paper --currency EUR", "--currency must be one of USD, USDT, BTC, ETH, XRP, not 'EUR'."),
        ("--paper --replay EURUSD", "--replay takes SYMBOL=FILE, like EURUSD=ticks.csv, not 'EURUSD'."),
        ("--paper --replay EURUSD=/no/where", "--replay EURUSD: there is no file /no/where."),
        ("--paper --replay A=/dev/null --replay A=x", "--replay takes each symbol once."),
        ("paper-server --port 70000", "--port must be 0 to 65535 (0 = any free one), not 70000."),
        (
            "paper-server --key secret-word",
            "--key does not look like an API key: a key is xbtfx_live_ and 32 hex digits,"
            " and this does not begin with xbtfx_live_.",
        ),
        ("--fps many", "Invalid value for '--fps': 'many' is not a valid integer."),
        ("--fps 0", "--fps is 0; it takes a whole number from 1 to 60."),
        ("--config /no/where.toml", "There is no config file at /no/where.toml."),
        (f"--theme {KEY}", None),
        (f"--{KEY}", "No such option '--xbtfx_live_a1b2...'."),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(
    started: Started, capsys: pytest.CaptureFixture[str], typed: str, says: str | None
) -> None:
    started.then = lambda: fault(SettingsError(f'theme is "{KEY}".'))
    assert cli.main(typed.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert KEY not in said.err
    assert "secret" not in said.err
    if says is not None:
        assert said.err.splitlines()[0] == f"xbtfx-tui: {says}"
        assert started.settings is None
        assert started.server is None


def fault(error: BaseException) -> int:
    raise error


def test_a_fault_of_its_own_is_one_sentence_and_its_traceback_is_in_the_log_without_the_key(
    started: Started, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started.then = lambda: fault(RuntimeError(f"sent Bearer {KEY}"))
    assert cli.main(["--paper"]) == 1
    said = capsys.readouterr().err
    assert said == (
        "xbtfx-tui: Stopped by a fault of its own (RuntimeError)."
        " The log has the details: ~/.local/state/xbtfx-tui/xbtfx-tui.log\n"
    )
    log = home / ".local/state/xbtfx-tui/xbtfx-tui.log"
    text = log.read_text()
    assert "RuntimeError: sent Bearer xbtfx_live_a1b2..." in text
    assert KEY not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_what_the_system_refuses_is_said_in_its_words(
    started: Started, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".local").write_text("in the way")
    assert cli.main(["--paper"]) == 0, "nothing is kept of it, but it runs"
    started.then = lambda: fault(OSError(98, "Address already in use"))
    assert cli.main(["--paper"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("xbtfx-tui: Stopped: Address already in use. Nor can the log")
    (home / ".local").unlink()
    assert cli.main(["paper-server"]) == 1
    assert capsys.readouterr().err.startswith("xbtfx-tui: Stopped: Address already in use. The log has")


@pytest.mark.parametrize(
    ("ends", "code"), [(lambda: 1, 1), (lambda: 2, 2), (lambda: fault(KeyboardInterrupt()), 130)]
)
def test_the_programs_exit_code_is_the_commands(started: Started, ends: Callable[[], int], code: int) -> None:
    started.then = ends
    assert cli.main(["--paper"]) == code


def test_while_it_runs_the_log_is_written(started: Started, home: Path) -> None:
    def work() -> int:
        logging.getLogger("httpx").info("GET /v1/account")
        logging.getLogger("xbtfx").info("quotes %s", "on")
        return 0

    started.then = work
    assert cli.main(["--paper"]) == 0
    text = (home / ".local/state/xbtfx-tui/xbtfx-tui.log").read_text()
    assert text.endswith("INFO xbtfx: quotes on\n")
    assert "GET" not in text


def test_in_a_pipe_it_says_that_it_needs_a_screen(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--paper"]) == 1
    assert capsys.readouterr().err.startswith("xbtfx-tui: The terminal needs a screen and a keyboard")


def test_help_teaches(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for taught in (
        "xbtfx-tui --paper",
        "Paper exchange, with --paper:",
        "paper-server",
        "~/.xbtfx/credentials",
        "XBTFX_API_KEY",
        "? shows every key",
        "leveraged trading can lose",
        "independent project",
    ):
        assert taught in text
    assert cli.main(["paper-server", "-h"]) == 0
    assert "--port" in capsys.readouterr().out


def run_module(*typed: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "xbtfx_tui", *typed], text=True, check=False, **options)


def test_the_version_needs_nothing_heavy(home: Path) -> None:
    heavy = {
        "textual",
        "rich",
        "httpx",
        "starlette",
        "uvicorn",
        "websockets",
        "plotext",
        "asyncio",
    }
    code = (
        "import sys; from xbtfx_tui.cli import main; code = main(['--version']);"
        f"print(sorted({heavy} & set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert done.stdout == f"xbtfx-tui {__version__}\n[]\n"


def test_a_reader_that_left_gets_no_complaint(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run_module("--help", stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert done.stderr == ""
