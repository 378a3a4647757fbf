"""`xbtfx-tui` itself, on a real terminal: opened, traded in, left; and what is left behind."""

import re
import signal
from pathlib import Path

import pytest

from tests.integration.pty_program import (
    MOUSE_ON,
    SIGNALS,
    TURNED_ON,
    PtyProgram,
    a_program,
    is_alive,
    run_without_a_terminal,
)
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ExchangeOptions

PAPER = ("--paper", "--seed", "7")
QUOTE = re.compile(r"^EURUSD\W+1\.\d{5} +1\.\d{5}", re.MULTILINE)

COLOUR = re.compile(rb"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")


def shows_quotes(program: PtyProgram) -> None:
    program.until(lambda: QUOTE.search(program.text()) is not None)
    program.sees("● live", "EURUSD", "BTCUSD")


def its_exchange(program: PtyProgram) -> int:
    """The process of the paper exchange."""
    (child,) = program.children()
    assert b"xbtfx_tui.paper" in Path(f"/proc/{child}/cmdline").read_bytes()
    return child


def is_gone(program: PtyProgram, child: int) -> None:
    program.until(lambda: not is_alive(child))


def test_a_first_trade_on_the_paper_account_and_out(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER, "--fresh") as program:
        shows_quotes(program)
        assert all(sequence in program.output for sequence in (*TURNED_ON, *MOUSE_ON))
        child = its_exchange(program)
        program.sees(" PAPER ", "No open positions.")
        program.until(lambda: "LOCKED" not in program.text())
        program.types("b")
        program.sees("BUY EURUSD", "bid 1.", "ask 1.")
        program.types("0.25\r")
        program.confirms_review()
        program.sees("4 Positions 1", "0.25", "Bought 0.25 EURUSD")
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []
        assert b"Traceback" not in program.output
        is_gone(program, child)


@pytest.mark.parametrize(("number", "code"), list(SIGNALS.items()), ids=str)
def test_a_signal_ends_it_with_the_terminal_restored(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    with a_program(tmp_path, *PAPER) as program:
        shows_quotes(program)
        child = its_exchange(program)
        program.process.send_signal(number)
        assert program.ends() == code
        assert program.left_as_it_was() == []
        is_gone(program, child)


def test_without_a_key_it_welcomes_and_1_opens_the_paper_account(tmp_path: Path) -> None:
    with a_program(tmp_path, "--no-mouse") as program:
        program.sees("Open a paper account", "Enter an API key", "Quit", "Risk:")
        assert program.children() == []
        program.types("1")
        shows_quotes(program)
        program.sees(" PAPER ", "[4 Positions 3]")
        assert not any(sequence in program.output for sequence in MOUSE_ON)
        child = its_exchange(program)
        program.process.kill()
        assert program.ends() == 137
        is_gone(program, child)


@pytest.mark.parametrize(
    "terminal",
    [
        {"NO_COLOR": "1"},
        {"TERM": "xterm-16color"},
        pytest.param({"TERM": "xterm"}, marks=pytest.mark.long),
        pytest.param({"TERM": "linux", "COLORTERM": ""}, marks=pytest.mark.long),
    ],
    ids=lambda one: "-".join(one.values()),
)
def test_a_terminal_with_few_colours_or_none_is_readable(terminal: dict[str, str], tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER, **terminal) as program:
        shows_quotes(program)
        program.sees(" PAPER ", "[4 Positions 3]", "2 Depth EURUSD", "b buy")
        if "NO_COLOR" in terminal:
            assert not COLOUR.search(program.output)
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []


async def test_a_live_account_starts_locked_trades_when_unlocked_and_keeps_its_key(tmp_path: Path) -> None:
    key = ApiKey("xbtfx_live_" + "c0ffee11" * 4)
    exchange = await launch(ExchangeOptions(key=key, seed=7, fresh=True, tick_rate=4))
    ends = {
        "XBTFX_API_KEY": key.reveal(),
        "XBTFX_BASE_URL": exchange.base_url,
        "XBTFX_WS_URL": exchange.ws_url,
    }
    try:
        with a_program(tmp_path, **ends) as program:
            program.sees("What is this account in?")
            program.types("\x1b[B")
            program.looks()
            program.types("\r")
            program.sees("The account is in USD, by your word.")
            shows_quotes(program)
            program.sees(" LIVE ", " LOCKED ", "Trading is locked: a live account starts locked.")
            program.types("b")
            program.sees("Trading is locked: a live account starts locked. ctrl+l unlocks it.")
            program.unlocks()
            program.types("b")
            program.sees("BUY EURUSD", "bid 1.", "ask 1.")
            program.types("0.25\t30p\r")
            program.confirms_review()
            program.sees("4 Positions 1", "Bought 0.25 EURUSD")
            program.types("q")
            assert program.ends() == 0
            assert program.left_as_it_was() == []
            assert key.reveal().encode() not in program.output
    finally:
        await exchange.stop()
    keeps_to_itself(tmp_path, key)


def keeps_to_itself(home: Path, key: ApiKey) -> None:
    """What the program wrote is readable by its owner alone, and has no key in it."""
    written = [path for path in home.rglob("*") if path.is_file()]
    names = {path.name for path in written}
    assert "xbtfx-tui.log" in names
    assert any(name.startswith("journal-") for name in names)
    for path in written:
        assert key.reveal().encode() not in path.read_bytes(), path
        assert path.stat().st_mode & 0o077 == 0, path


def test_without_a_terminal_it_says_what_it_needs(tmp_path: Path) -> None:
    ran = run_without_a_terminal(tmp_path, "--paper")
    assert ran.returncode == 1
    assert ran.stderr == (
        "xbtfx-tui: The terminal needs a screen and a keyboard: run it outside of a pipe.\n"
    )
    assert ran.stdout == ""


def test_a_bad_value_in_the_config_names_file_line_and_key(tmp_path: Path) -> None:
    config = tmp_path / ".config" / "xbtfx-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('watchlist = ["EURUSD"]\n\nfps = "many"\n')
    ran = run_without_a_terminal(tmp_path, "--paper")
    assert ran.returncode == 2
    assert re.search(r"config\.toml.*line 3.*fps", ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
