"""The README says what is: its keys are the program's, its pictures and files exist."""

import re
from pathlib import Path

from xbtfx_tui.ui.actions import key_table

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_keys_is_the_programs_own() -> None:
    assert key_table() in README, (
        "print it anew: .venv/bin/python -c 'from xbtfx_tui.ui.actions import key_table; print(key_table())'"
    )


def test_every_picture_and_file_it_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#]+)\)", README)
    assert named
    for path in named:
        assert (ROOT / path).is_file(), path


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"
    assert command in README
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
