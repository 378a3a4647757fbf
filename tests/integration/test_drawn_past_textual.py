"""What the panes draw past Textual's compositor is, cell for cell and style for style, what it would draw."""

import sys
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram

SOME, MANY = 40, 120
WITHIN = 100.0


@pytest.mark.parametrize("steps", [SOME, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("seed", "size"),
    [
        (1, (120, 34)),
        pytest.param(2, (80, 24), marks=pytest.mark.long),
        pytest.param(3, (200, 50), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_the_picture_is_textuals_own(tmp_path: Path, seed: int, size: tuple[int, int], steps: int) -> None:
    report = tmp_path / "report"
    arguments = ["-m", "tests.integration.drawn_past_textual", str(seed), str(steps), str(report)]
    program = PtyProgram(tmp_path, (), {"COLORTERM": "truecolor"}, [sys.executable, *arguments], size)
    try:
        assert program.ends(WITHIN) == 0, program.text()
        assert report.read_text() == "fine"
    finally:
        program.close()
