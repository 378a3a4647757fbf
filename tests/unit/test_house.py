"""The rules of the house, held by a test: short files, imports that run one way, a core without a screen."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from xbtfx_tui.ui.terminal.textual_internals import NEEDED

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
CORE = (
    "domain",
    "commands",
    "wire",
    "api",
    "stream",
    "store",
    "sync",
    "archive",
    "orders",
    "planning",
    "automation",
    "rules",
    "recording",
    "paper",
    "door",
)
SCREEN_LIBRARIES = {"textual", "rich", "plotext"}

MODULES = sorted(
    path for place in ("xbtfx_tui", "tests", "screenshots") for path in (ROOT / place).rglob("*.py")
)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_there_is_something_to_hold() -> None:
    assert len(MODULES) > 20


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    assert names([path for path in MODULES if path.read_text().count("\n") > MOST_LINES]) == []


def test_a_name_of_a_file_says_which_one_it_is() -> None:
    """A file is found by its name alone: none stands in two folders of the package."""
    alike = Counter(path.stem for path in MODULES if path.is_relative_to(ROOT / "xbtfx_tui"))
    assert {name for name, times in alike.items() if times > 1} == {"__init__", "__main__", "ports"}


def classes_of(path: Path) -> list[str]:
    """The public classes, and the names of unions, that a module defines."""
    found: list[str] = []
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.ClassDef(name=name):
                found.append(name)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                found.append(name)
            case _:
                pass
    return [name for name in found if not name.startswith("_")]


def test_a_name_of_a_class_means_one_thing() -> None:
    package = (path for path in MODULES if path.is_relative_to(ROOT / "xbtfx_tui"))
    alike = Counter(name for path in package for name in classes_of(path))
    assert {name for name, times in alike.items() if times > 1} == set()


def test_what_textual_keeps_to_itself_is_leaned_on_in_one_place() -> None:
    """Its private modules, and the private names of its classes that its own drawing needs."""
    needed = {name for names_of in NEEDED.values() for name in names_of} - {"_driver", "_file"}
    private = re.compile(r"textual\._|app\._driver|" + "|".join(rf"\.{name}\b" for name in needed))
    screens = (ROOT / "xbtfx_tui/ui").rglob("*.py")
    others = [path for path in screens if path.stem != "textual_internals"]
    assert names([path for path in others if private.search(path.read_text())]) == []


def test_what_sql_is_given_stands_in_order_or_has_a_name() -> None:
    """`?1` is neither: Python 3.12 warns of it, and 3.14 refuses it."""
    assert names([path for path in MODULES if re.search(r"= \?\d", path.read_text())]) == []


def test_every_module_says_what_it_is_for() -> None:
    assert names([path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]) == []


def test_imports_run_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("package", CORE)
def test_the_core_runs_without_a_screen(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, f"xbtfx_tui.{package}"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "xbtfx_tui" in loaded
    assert loaded & SCREEN_LIBRARIES == set()
