"""A person installs the wheel: the command answers and the style sheets are there, without the checkout.

The wheel is made of the source archive, as a packager does it, without the network: build backend and
dependencies are the test environment's own.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from xbtfx_tui import __version__

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XBTFX_"))}
    done = subprocess.run(command, cwd=cwd, env=clean, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel in it, and the source archive that the wheel was made of."""

    directory: Path
    wheel: Path
    archive: Path

    def run(self, program: str, *typed: str) -> str:
        return run(self.directory / "bin" / program, *typed, cwd=self.directory)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", place, ROOT, cwd=place)
    (wheel,), (archive,) = place.glob("*.whl"), place.glob("*.tar.gz")
    fresh = place / "fresh"
    run(sys.executable, "-m", "venv", "--without-pip", fresh, cwd=place)
    python = fresh / "bin/python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=place,
    )
    # Plain path lines add the dependencies but not the checkout: .pth files found through them are not read.
    (site_packages,) = fresh.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installed(fresh, wheel, archive)


def test_the_command_answers(installed: Installed) -> None:
    assert installed.run("xbtfx-tui", "--version") == f"xbtfx-tui {__version__}\n"
    assert "--paper" in installed.run("xbtfx-tui", "--help")
    assert installed.run("python", "-m", "xbtfx_tui", "--version") == f"xbtfx-tui {__version__}\n"


def test_the_styles_are_the_wheels_own_and_all_of_them(installed: Installed) -> None:
    where = installed.run(
        "python", "-c", "from xbtfx_tui.ui.stylesheet_files import styles_dir; print(styles_dir())"
    )
    found = Path(where.strip())
    assert found.is_relative_to(installed.directory.resolve())
    sheets = {path.name: path.read_text() for path in (ROOT / "styles").glob("*.tcss")}
    assert {path.name: path.read_text() for path in found.glob("*.tcss")} == sheets != {}


def test_the_screen_can_be_imported_from_it(installed: Installed) -> None:
    code = "import xbtfx_tui.wiring, xbtfx_tui.ui; print(xbtfx_tui.__file__)"
    assert Path(installed.run("python", "-c", code).strip()).is_relative_to(installed.directory.resolve())


def test_it_holds_the_program_and_nothing_else(installed: Installed) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    assert "xbtfx_tui/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"xbtfx_tui", f"xbtfx_tui-{__version__}.dist-info"}


def test_the_source_archive_holds_what_its_readme_shows_and_what_its_tests_need(installed: Installed) -> None:
    with tarfile.open(installed.archive) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    shown = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert any(name.endswith(".svg") for name in shown)
    assert {*shown, "xbtfx_tui/py.typed", "screenshots/draw.py", ".ci/run", "Makefile"} <= names
    tests = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py")]
    assert {str(path) for path in tests} <= names
