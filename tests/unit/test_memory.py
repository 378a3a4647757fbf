"""Garbage is collected soon, however much stays. In a process of its own: it can't be undone."""

import subprocess
import sys

_PROGRAM = """
import gc, weakref
from collections import deque
from xbtfx_tui.wiring import keep_out_of_collections

class Knot:
    def __init__(self):
        self.itself = self

stays = [[] for _ in range(1_000_000)]
keep_out_of_collections()
shown, knots, most = deque(maxlen=20_000), weakref.WeakSet(), 0
for _ in range(250_000):
    knot = Knot()
    shown.append(knot)
    knots.add(knot)
    most = max(most, len(knots))
print(most)
"""
"""As what is drawn: it stays for a while, and is garbage then."""


def test_garbage_does_not_pile_up_beside_what_stays() -> None:
    said = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 100_000
