"""Garbage is collected soon, however much stays and however little comes."""

import asyncio
import gc
import subprocess
import sys
import weakref

import pytest

from tests.patience import PATIENCE
from xbtfx_tui import gc_policy

_PROGRAM = """
import gc, sys, weakref
from collections import deque
from xbtfx_tui.gc_policy import keep_out_of_collections

class Knot:
    def __init__(self):
        self.itself = self

gc.set_threshold(700, 10, 10)
stays = [[] for _ in range(int(sys.argv[1]))]
keep_out_of_collections()
shown, knots, most = deque(maxlen=20_000), weakref.WeakSet(), 0
for _ in range(250_000):
    knot = Knot()
    shown.append(knot)
    knots.add(knot)
    most = max(most, len(knots))
print(most)
"""
"""As what is drawn: it stays for a while, and is garbage then. The thresholds are Python 3.11's: by those of
3.13 garbage is looked for so seldom that what stays makes no difference."""


def test_garbage_does_not_pile_up_beside_what_stays() -> None:
    """As much as where nothing stays, and not twice as much: how much that is goes by Python's version."""
    assert _most_garbage(stays=1_000_000) < 1.2 * _most_garbage(stays=0)


def _most_garbage(stays: int) -> int:
    program = [sys.executable, "-c", _PROGRAM, str(stays)]
    return int(subprocess.run(program, capture_output=True, text=True, check=True).stdout)


async def test_what_has_grown_old_is_looked_through_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc_policy, "COLLECTED_EVERY", 0.001)
    keeper = gc_policy.Garbage()
    try:
        keeper.settle()
        gc.disable()  # so that nobody else finds it
        for _ in range(2):
            gone = asyncio.Event()
            weakref.finalize(Knot(), gone.set)
            async with asyncio.timeout(PATIENCE):
                await gone.wait()
    finally:
        keeper.stop()
        gc.enable()


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self
