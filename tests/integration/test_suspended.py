"""ctrl+z in a shell with jobs: the terminal is given back, and fg takes it again."""

import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram, a_program

PAPER = ("--paper", "--seed", "7")
CTRL_Z = "\x1a"
SAYS_SO = b"xbtfx-tui is suspended; fg brings it back."
OF_BASH = {"2004"}
QUOTE = re.compile(r"^EURUSD\W+1\.\d{5} +1\.\d{5}", re.MULTILINE)


def shows_quotes(program: PtyProgram) -> None:
    program.until(lambda: QUOTE.search(program.text()) is not None)
    program.sees("● live")


def stands_still(program: PtyProgram) -> bool:
    return Path(f"/proc/{program.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.parametrize("over", ["the panes", "a dialog"])
def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_it_back(tmp_path: Path, over: str) -> None:
    if (bash := shutil.which("bash")) is None:
        pytest.skip("there is no bash here")
    shell = PtyProgram(tmp_path, (), {"PS1": "ready> "}, [bash, "--norc", "--noprofile", "-i"])
    try:
        shell.sees("ready>")
        shell.types(f"{sys.executable} -m xbtfx_tui {' '.join(PAPER)}\n")
        shows_quotes(shell)
        shell.sees("PAPER")
        if over == "a dialog":
            shell.until(lambda: "LOCKED" not in shell.text())
            shell.types("b")
            shell.sees("BUY EURUSD")
        shell.types(CTRL_Z)
        shell.until(lambda: SAYS_SO in shell.output)
        shell.sees("Stopped")
        assert set(shell.modes_left_on()) <= OF_BASH
        assert not shell.tells_keys()
        shell.types("echo $((6 * 7)) is typed\n")
        shell.sees("42 is typed")
        shell.types("fg\n")
        shell.sees("● live", "BUY EURUSD" if over == "a dialog" else "1 Quotes")
        shell.types("\x1b" if over == "a dialog" else "4")
        shell.sees("1 Quotes")
        shell.until(lambda: "BUY EURUSD" not in shell.text())
        before = len(shell.output)
        shell.types("q")
        # The prompt may stand where a row ends: it is looked for in what came, not on the screen.
        shell.until(lambda: b"ready>" in shell.output[before:])
        assert set(shell.modes_left_on()) <= OF_BASH
    finally:
        shell.close()


def test_where_no_shell_could_bring_it_back_it_is_not_suspended(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        shows_quotes(program)
        program.types(CTRL_Z)
        program.sees("it is not suspended")
        program.types("q")
        assert program.ends() == 0


def test_a_signal_suspends_it_and_another_brings_it_back(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        shows_quotes(program)
        for _ in range(2):
            program.process.send_signal(signal.SIGTSTP)
            program.until(lambda: stands_still(program))
            # What it wrote before it stopped may be on its way still.
            program.until(lambda: program.modes_left_on() == [] and not program.tells_keys())
            program.process.send_signal(signal.SIGCONT)
            program.until(lambda: "1049" in program.modes_left_on() and program.tells_keys())
            shows_quotes(program)
        assert program.output.count(SAYS_SO) == 2
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []
