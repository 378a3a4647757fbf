"""A Textual that lacks something of what the own drawing leans on: the terminal works all the same."""

import sys
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram
from xbtfx_tui.ui.terminal.textual_internals import IS_WHOLE, what_is_missing

WITHOUT = """
from xbtfx_tui.ui.terminal import textual_internals as inside
inside.IS_WHOLE = False
inside.what_is_missing = lambda: ("Widget._repaint_regions",)
from xbtfx_tui.cli import main
main()
"""


def test_the_textual_at_hand_has_all_of_it() -> None:
    assert what_is_missing() == ()
    assert IS_WHOLE


def test_what_is_missing_is_named() -> None:
    class Sheet:
        def __init__(self) -> None:
            self._rules = ()

    assert what_is_missing({Sheet: ("_rules", "_repaint")}) == ("Sheet._repaint",)


@pytest.mark.long
def test_it_is_drawn_in_textuals_way_and_trades(tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", WITHOUT, "--paper", "--seed", "7", "--fresh"]
    program = PtyProgram(tmp_path, (), {}, arguments)
    try:
        program.sees(" PAPER ", "● live", "No open positions.")
        program.until(lambda: "LOCKED" not in program.text())
        program.types("b")
        program.sees("BUY EURUSD", "bid 1.", "ask 1.")
        program.types("0.25")
        program.sees("pip value         2.50")
        program.types("\r")
        program.confirms_review()
        program.sees("4 Positions 1", "0.25", "Bought 0.25 EURUSD")
        program.types("v")
        program.sees("by currency")
        program.types("\x1b")
        program.until(lambda: "by currency" not in program.text())
        program.types("q")
        assert program.ends() == 0
        assert program.left_as_it_was() == []
        (log,) = tmp_path.rglob("*.log")
        assert "This Textual lacks Widget._repaint_regions" in log.read_text()
    finally:
        program.close()
