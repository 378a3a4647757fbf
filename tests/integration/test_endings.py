"""The ways a run ends that nobody asks for: signals in a row, a signal at the start, a terminal that goes."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.benchmarks.machine import resident_mb
from tests.integration.pty_program import PtyProgram, a_program

PAPER = ("--paper", "--seed", "7", "--fresh")


def is_gone(program: PtyProgram, pid: int) -> None:
    """Wait until that process has ended."""

    def ended() -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        return state == "Z"

    program.until(ended)


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        pytest.param(signal.SIGHUP, marks=pytest.mark.long),
        pytest.param(signal.SIGINT, marks=pytest.mark.long),
    ],
    ids=str,
)
def test_signals_in_a_row_end_it_once_and_whole(number: signal.Signals, tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        program.sees("PAPER", "● live", "EURUSD")
        (child,) = program.children()
        for _ in range(5):
            program.process.send_signal(number)
        program.process.send_signal(signal.SIGTERM)
        code = program.ends()
        assert code in (128 + number, 128 + signal.SIGTERM)
        assert program.left_as_it_was() == []
        assert b"Traceback" not in program.output
        is_gone(program, child)


def test_a_signal_while_it_starts_ends_it_too(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        program.until(lambda: bool(program.children()))
        (child, *_) = program.children()
        program.process.send_signal(signal.SIGTERM)
        assert program.ends() == 128 + signal.SIGTERM
        assert program.left_as_it_was() == []
        assert b"Traceback" not in program.output
        is_gone(program, child)


def test_a_terminal_that_goes_takes_everything_with_it(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER) as program:
        program.sees("PAPER", "● live", "EURUSD")
        (child,) = program.children()
        spare = os.open(os.devnull, os.O_RDWR)
        os.dup2(spare, program._master)  # the last hold on the terminal's far end is let go
        os.close(spare)
        program.process.send_signal(signal.SIGHUP)
        assert program.process.wait(15) == 128 + signal.SIGHUP
        is_gone(program, child)


@pytest.mark.long
def test_a_terminal_that_goes_without_a_word_takes_everything_with_it_too(tmp_path: Path) -> None:
    """In a session of its own no signal tells the program that its terminal is closed."""
    with a_program(tmp_path, *PAPER) as program:
        program.sees("PAPER", "● live", "EURUSD")
        (child,) = program.children()
        spare = os.open(os.devnull, os.O_RDWR)
        os.dup2(spare, program._master)
        os.close(spare)
        assert program.process.wait(15) == 128 + signal.SIGHUP
        is_gone(program, child)


def test_a_terminal_that_stands_still_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with a_program(tmp_path, "--paper", "--seed", "7") as program:
        program.sees("EURUSD", "Trading is open")
        program.stops_the_output()
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(20) == 128 + signal.SIGTERM


@pytest.mark.long
def test_a_terminal_that_stood_still_shows_the_newest_at_once_and_that_it_is_slow(tmp_path: Path) -> None:
    with a_program(tmp_path, *PAPER, "--symbols", "40") as program:
        program.sees("PAPER", "● live", "EURUSD")
        program.stops_the_output()
        stopped = time.monotonic()
        while time.monotonic() - stopped < 6.0:
            program.reads(0.2)
        memory = resident_mb(program.process.pid)
        program.lets_the_output_go()
        program.sees("slow terminal", "EURUSD")
        assert resident_mb(program.process.pid) - memory < 5
        program.types("q")
        assert program.ends() == 0
