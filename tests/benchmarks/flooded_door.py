"""What a peer that floods the door takes from the trader's keys and of the processor, at 5,000 quotes/s."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.findings import Finding, percentiles, share_of
from tests.benchmarks.latency import MANY, keys_to_paint
from tests.benchmarks.load import UPDATES, WARM_UP
from tests.benchmarks.market import LiveMarket, a_home, a_market, environment, the_program
from tests.benchmarks.pty_run import PATIENCE, PtyRun, a_run
from xbtfx_tui.door.door_client import find_doors
from xbtfx_tui.door.door_folder import door_folders

_MORE_FOR_KEYS, _MORE_OF_A_CORE = 0.002, 0.02
_WINDOW = 15.0
_FLOODS = """
import socket, sys, time
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
peer.sendall(b'{"hello":1,"client":"flood"}\\n')
peer.setblocking(False)
number = 1
while True:
    try:
        peer.send(b"".join(b'{"id":%d,"do":"positions"}\\n' % (number + one) for one in range(100)))
        number += 100
    except BlockingIOError:
        time.sleep(0.002)
    try:
        peer.recv(1 << 20)
    except BlockingIOError:
        pass
"""


def key_to_paint(keys: int) -> Finding:
    """A key to the screen before and while one peer sends all it can."""
    with a_market(MANY, UPDATES) as market, _open_terminal(market) as (run, door):
        before, alone = keys_to_paint(run, market, keys), run.uses(_WINDOW).share
        flooding = subprocess.Popen([sys.executable, "-c", _FLOODS, door])
        try:
            run.draws_for(3.0)  # until its first burst is over
            flooded, shared = keys_to_paint(run, market, keys), run.uses(_WINDOW).share
        finally:
            flooding.kill()
            flooding.wait()
    later = share_of(flooded, 0.99) - share_of(before, 0.99)
    return Finding(
        "key to paint while a peer floods the door, 5,000 quotes/s",
        percentiles(flooded),
        f"without it {percentiles(before)}; it takes {(shared - alone) * 100:.1f}% of a core",
        f"p99 at most {_MORE_FOR_KEYS * 1000:.0f} ms later, {_MORE_OF_A_CORE:.0%} of a core more",
        later <= _MORE_FOR_KEYS and shared - alone <= _MORE_OF_A_CORE,
    )


@contextmanager
def _open_terminal(market: LiveMarket) -> Iterator[tuple[PtyRun, str]]:
    """The program on a live account that lets scripts in, and the path of its door."""
    with a_home(market.symbols) as home:
        config = home / ".config" / "xbtfx-tui" / "config.toml"
        with config.open("a", encoding="utf-8") as written:
            written.write('[agents]\nlet_in = "all"\n')
        given = environment(home, market)
        folders = door_folders(given, home / ".local" / "state" / "xbtfx-tui", os.getuid())
        with a_run(the_program(), given) as run:
            run.until(lambda grid: "● live" in grid.text())
            run.draws_for(WARM_UP)
            end = time.monotonic() + PATIENCE
            while not (found := [one for one in find_doors(folders) if one.stem == str(market.login)]):
                if time.monotonic() > end:
                    raise TimeoutError("the terminal opened no door")
                run.draws_for(0.1)
            yield run, os.fspath(found[0])
