"""The rules of the house, held by a test: short files, imports that run one way, a core without a screen."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

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
    "orders",
    "planning",
    "managing",
    "paper",
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
