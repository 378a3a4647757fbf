"""The documents say what is: keys, settings and exit codes are the program's, pictures and files exist."""

import re
from pathlib import Path

import pytest

from xbtfx_tui import cli
from xbtfx_tui.cli_commands.exit_codes import MEANINGS, RunOutcome, exit_words
from xbtfx_tui.cli_commands.propose_command import PROPOSE_MEANINGS, ProposeOutcome, propose_words
from xbtfx_tui.config.config_file import (
    Config,
    ConfiguredCandles,
    ConfiguredCaps,
    ConfiguredChart,
    Profile,
    Section,
)
from xbtfx_tui.config.settings import CommandLine, load_settings, remapped
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.key_settings import check_keys_and_theme
from xbtfx_tui.ui.dialog_key_table import ANSWERS, FIXED_KEYS
from xbtfx_tui.ui.dialogs.dialog_fields import STEP_KEYS
from xbtfx_tui.ui.help_contents import key_table, top_line_table

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/guide.md").read_text(encoding="utf-8")


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) < 200


def test_the_table_of_keys_is_the_programs_own() -> None:
    assert key_table() in GUIDE, (
        "print it anew: .venv/bin/python -c "
        "'from xbtfx_tui.ui.help_contents import key_table; print(key_table())'"
    )
    told = {key for keys, _ in FIXED_KEYS for key in keys.split(",")}
    assert {"enter", "escape", "tab", "shift+tab", *STEP_KEYS, *ANSWERS} <= told


def test_the_words_of_the_top_line_are_the_programs_own() -> None:
    assert top_line_table() in GUIDE, (
        "print it anew: .venv/bin/python -c "
        "'from xbtfx_tui.ui.help_contents import top_line_table; print(top_line_table())'"
    )


def test_every_setting_is_told() -> None:
    common = [name for name in Section.__struct_fields__ if name != "limits"]
    caps = [f"limits.{name}" for name in ConfiguredCaps.__struct_fields__]
    whole = [
        name
        for name in Config.__struct_fields__
        if name not in {"common", "keys", "profiles", "sounds", "day_begins", "let_in", "candles", "chart"}
    ]
    whole += [f"sounds.{sound.value}" for sound in Sound]
    whole += [f"chart.{name}" for name in ConfiguredChart.__struct_fields__]
    whole += ["day.begins", "agents.let_in"]
    whole += [*(f"candles.{name}" for name in ConfiguredCandles.__struct_fields__)]
    profile = [name for name in Profile.__struct_fields__ if name != "common"]
    told = re.findall(r"^\| `([a-z_0-9.]+)` \|", GUIDE.partition("## Configuration")[2], re.MULTILINE)
    assert sorted((*common, *caps, *whole, *profile)) == sorted(told)


def test_the_exit_codes_are_the_programs_own_as_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert " ".join(f"`do` exits with {exit_words()}.".split()) in " ".join(GUIDE.split())
    assert set(MEANINGS) == {outcome.exit_code for outcome in RunOutcome}
    assert cli.main(["do", "--help"]) == 0
    assert f"It exits with {exit_words()}." in " ".join(capsys.readouterr().out.split())


def test_the_exit_codes_of_a_proposal_are_the_programs_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert " ".join(f"`propose` exits with {propose_words()}.".split()) in " ".join(GUIDE.split())
    assert set(PROPOSE_MEANINGS) == {outcome.exit_code for outcome in ProposeOutcome}
    assert cli.main(["propose", "--help"]) == 0
    assert f"It exits with {propose_words()}." in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_picture_and_file_it_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / path).is_file(), path
    for path in re.findall(r"`((?:xbtfx_tui|tests|\.ci)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path


def test_every_module_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)*\w+\.py)`", text)
    assert named
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "xbtfx_tui").rglob("*.py")}
    assert [name for name in named if not any(path.endswith(f"/{name}") for path in there)] == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"
    assert command in README
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_what_a_contributor_is_told_to_make_can_be_made() -> None:
    told = re.findall(r"`make (\w+)`", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"quick", "test", "long", "ci"} <= set(told) <= set(targets)


def test_the_lowest_versions_tried_are_the_lowest_allowed() -> None:
    allowed = re.findall(r'^  "([\w-]+)>=([\d.]+),<', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    tried = re.findall(r"^([\w-]+)==([\d.]+)$", (ROOT / ".ci/lowest.txt").read_text(), re.MULTILINE)
    assert [name for name, _ in allowed] == [name for name, _ in tried]
    for (_, floor), (_, version) in zip(allowed, tried, strict=True):
        assert version.removesuffix(".0") == floor or version == floor or version == f"{floor}.0.0"


def test_the_config_it_shows_is_taken_as_it_stands(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    assert shown is not None
    config = tmp_path / "config.toml"
    config.write_text(shown.group(1), encoding="utf-8")
    keys = tmp_path / ".xbtfx" / "demo"
    keys.parent.mkdir()
    keys.touch(mode=0o600)
    keys.write_text(f"XBTFX_API_KEY=xbtfx_live_{'0' * 32}\n", encoding="utf-8")

    settings = load_settings(CommandLine(config=config, profile="demo"), {"HOME": str(tmp_path)})
    check_keys_and_theme(settings)

    assert settings.theme == "xbtfx-light"
    assert remapped(settings) == {"trade.buy": "B"}
