"""No sentence of an order speaks of a key where there is a shell."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from xbtfx_tui.cli_commands.batch_runner import mending_commands
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.shell_wording import HINTS, Hint, in_shell
from xbtfx_tui.domain.sides import Side

D = Decimal
PACKAGE = Path(__file__).parents[2] / "xbtfx_tui"
REACH_A_SHELL = ("domain", "commands", "orders", "planning", "cli_commands")
"""The packages whose sentences `xbtfx-tui do` and `journal` print: `do` prints no message of the store."""
KEY = re.compile(
    r"\bctrl\+|\bshift\+|\bpress\b"
    r"|\b(?:[XRSGO]|[a-z]) (?:on it|opens|closes|sets|offers|lets|shows|ends|decides|unlocks)\b(?<!s sets)"
)
WAITING = re.compile(
    r"(?i)\bwatched\b|being (?:checked|looked)|\bSay (?:which|what|whether)|the terminal (?:was|ends)"
)


def literals(path: Path) -> Iterator[str]:
    """The texts of a module, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs:
            yield node.value


def test_every_sentence_with_a_key_is_one_of_the_hints() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {text}"
        for package in REACH_A_SHELL
        for path in sorted((PACKAGE / package).rglob("*.py"))
        if path.name != "shell_wording.py"
        for text in literals(path)
        if KEY.search(text)
    ]
    assert found == []


def test_do_prints_none_of_the_messages_of_the_screen() -> None:
    for name in ("do_command", "do_runner", "batch_runner", "do_report", "preconditions", "plan_preview"):
        assert ".messages" not in (PACKAGE / "cli_commands" / f"{name}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("hint", HINTS, ids=lambda hint: hint.on_screen)
def test_in_a_shell_a_hint_names_no_key_and_nobody_who_goes_on(hint: Hint) -> None:
    said = in_shell(f"Bought 0.10 EURUSD{hint.on_screen}")
    assert said == f"Bought 0.10 EURUSD{hint.in_shell}"
    assert KEY.search(said) is None
    assert WAITING.search(said) is None
    assert in_shell(said) == said


def opening(sl: str | None = None, tp: str | None = None) -> OpenIntent:
    at_sl, at_tp = (None if one is None else D(one) for one in (sl, tp))
    return OpenIntent("id", "EURUSD", Side.BUY, D("0.10"), D("1.08"), at_sl, at_tp)


@pytest.mark.parametrize(
    ("intent", "difference", "commands"),
    [
        (opening("1.07"), "WITHOUT its sl 1.07", ("sl 7 1.07",)),
        (opening("1.07", "1.09"), "WITHOUT its sl 1.07, WITHOUT its tp 1.09", ("sl 7 1.07", "tp 7 1.09")),
        (opening("1.07", "1.09"), "with its tp at 1.0901, not 1.09", ("tp 7 1.09",)),
        (opening("1.07"), "0.04 of 0.10", ()),
        (opening("1.07"), None, ()),
        (
            ModifyIntent("id", 7, "EURUSD", MoveTo(D("1.07")), Keep()),
            "its sl stands at 1.06, not 1.07",
            ("sl 7 1.07",),
        ),
    ],
)
def test_a_shell_is_told_the_command_that_sets_the_stop(
    intent: Intent, difference: str | None, commands: tuple[str, ...]
) -> None:
    record = IntentRecord(intent, IntentState.FILLED, (), None, 7, difference)
    assert mending_commands(record) == commands
    assert mending_commands(IntentRecord(intent, IntentState.UNKNOWN, (), None, 7, difference)) == ()
