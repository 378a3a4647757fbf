"""The README says what is: its keys are the program's, its pictures and files exist."""

import re
from pathlib import Path

from xbtfx_tui.config.settings import CommandLine, check_actions, check_theme, load_settings
from xbtfx_tui.ui.actions import ACTION_IDS, key_table
from xbtfx_tui.ui.themes import theme_names

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


def test_the_config_it_shows_is_taken_as_it_stands(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    config = tmp_path / "config.toml"
    config.write_text(shown.group(1), encoding="utf-8")
    keys = tmp_path / ".xbtfx" / "demo"
    keys.parent.mkdir()
    keys.touch(mode=0o600)
    keys.write_text(f"XBTFX_API_KEY=xbtfx_live_{'0' * 32}\n", encoding="utf-8")

    settings = load_settings(CommandLine(config=config, profile="demo"), {"HOME": str(tmp_path)})
    check_theme(settings, theme_names())
    check_actions(settings, ACTION_IDS)

    assert settings.theme == "xbtfx-light"
    assert settings.keys == {"trade.buy": ("B",)}
