"""What holds for every test: the world that it lives in, how many run at once, and how long a run is.

The usual run leaves out what is marked `long` and tries each property with a part of its examples. `-m long`
is the rest: what is so marked, and every property with all of its examples.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.hypothesis_profiles import LONG, USUAL, load_profile
from tests.quick_screens import every_frame_is_painted, screens_are_quick
from tests.settled_screens import screens_settle

__all__ = ["every_frame_is_painted", "screens_are_quick", "screens_settle"]

_BESIDE_THE_CORES = 4
"""Tests wait for sockets and screens for about half of their time."""

_GARBAGE_IS_LOOKED_FOR_AFTER = (10_000, 20, 20)
"""New objects, rounds of the youngest, rounds of the middle ones; what is about collections says its own."""

_RUNNERS_OWN = (
    *("PYTEST_", "COV_CORE_", "COVERAGE_", "PYTHONPATH"),
    *("NET_WALKS", "NEW_EXAMPLES", "PACE_SCRIPTS", "HELD_SECONDS"),
)


def pytest_xdist_auto_num_workers() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + _BESIDE_THE_CORES


def _is_long(config: pytest.Config) -> bool:
    return str(config.option.markexpr) == LONG


def pytest_configure(config: pytest.Config) -> None:
    load_profile(LONG if _is_long(config) else USUAL)


def pytest_sessionstart(session: pytest.Session) -> None:
    """From here on nothing of the tester's: no locale, terminal, tmux, home, key or setting.

    Nor a ctrl+c that is ignored, as in a shell's background: what tests start would ignore it, too.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    home = Path(tempfile.mkdtemp(prefix="xbtfx-tui-no-home-"))
    session.config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    kept = {name: value for name, value in os.environ.items() if name.startswith(_RUNNERS_OWN)}
    os.environ.clear()
    os.environ.update(clean_environment(home, **kept))
    # Rewriting and compiling takes each worker ten seconds and more: what is compiled is kept, as usual.
    sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """What thousands of tests and their modules are made of stays: garbage is not looked for there again and
    again while they run, and not for every 700 objects: a tenth of all that a screen's test took.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_IS_LOOKED_FOR_AFTER)


def pytest_itemcollected(item: pytest.Item) -> None:
    if _is_long(item.config) and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker(LONG)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with nothing in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path
