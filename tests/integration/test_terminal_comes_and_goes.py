"""A terminal that changes its size in a storm, is detached and attached again, or whose machine sleeps."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.pty_program import PtyProgram, a_program, environment
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.store.latest_quotes import STALE_AFTER

PAPER = ("--paper", "--seed", "7")
KEY = ApiKey("xbtfx_live_" + "5ca1ab1e" * 4)
QUOTE = re.compile(r"^EURUSD\W+1\.\d{5} +1\.\d{5}", re.MULTILINE)
BUSY = re.compile(r"^BTCUSD[\W_]+\d+\.\d{2} +\d+\.\d{2}", re.MULTILINE)
"""An order book's market ticks at every hour; a dealer's stands still for half a minute in the quiet ones."""
OLD = re.compile(r"^EURUSD.*\b([6-9]|[1-9]\d)s\b", re.MULTILINE)
SIZES = [(60, 20), (80, 24), (119, 33), (120, 34), (200, 50), (40, 10), (151, 47)]


def shows_quotes(program: PtyProgram) -> None:
    program.until(lambda: QUOTE.search(program.text()) is not None)
    program.sees("● live")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_after_a_storm_of_sizes_the_picture_is_whole(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    exchange = await launch(ExchangeOptions(key=KEY, seed=7, tick_rate=0.0001))
    ends = {"XBTFX_BASE_URL": exchange.base_url, "XBTFX_WS_URL": exchange.ws_url}
    try:
        with a_program(tmp_path, "--currency", "USD", XBTFX_API_KEY=KEY.reveal(), **ends) as program:
            shows_quotes(program)
            for _ in range(40):
                program.resizes(*rng.choice(SIZES))
                for _ in range(rng.randrange(3)):
                    program.reads()
            program.resizes(120, 34)
            program.sees("4 Positions", "2 Depth EURUSD", "1 Quotes")
            settles(program)
            before, written = shown(program), len(program.output)
            program.types("\x12")  # ctrl+r draws all of it anew
            program.until(lambda: len(program.output) > written + 2_000)
            settles(program)
            assert shown(program) == before
    finally:
        await exchange.stop()


def settles(program: PtyProgram) -> None:
    """Read until nothing more comes for a while: nothing moves on this account but its clock."""
    quiet_since = time.monotonic()
    size = len(program.output)
    while time.monotonic() - quiet_since < 0.7:
        program.reads()
        if len(program.output) - size > 40:
            size, quiet_since = len(program.output), time.monotonic()


def shown(program: PtyProgram) -> list[str]:
    """The screen without what goes with the time: clock, ages, the day's change, which is known a moment
    later, and the chart with its candle that forms."""
    moving = re.compile(r"\d\d:\d\d(:\d\d)? UTC|, quiet \d+\w|\d+[sm](?!\w)|weight \S+")
    lines = [line.ljust(120) for line in program.text().splitlines()]
    below = next(y for y, line in enumerate(lines) if "4 Positions" in line)
    without_chart = [*lines[:3], *(line[:46] for line in lines[3:below]), *lines[below:]]
    return [" ".join(moving.sub("", line).split()) for line in without_chart]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A tmux server of the test's own, ended with it."""
    if shutil.which("tmux") is None:
        pytest.skip("there is no tmux here")
    name = f"xbtfx-test-{uuid.uuid4().hex[:8]}"
    own = {**environment(tmp_path), "TMUX_TMPDIR": str(tmp_path)}

    def run(*arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-L", name, "-f", os.devnull, *arguments],
            env=own,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        ).stdout

    yield run
    run("kill-server")


def test_a_client_that_attaches_again_sees_prices_of_now(tmp_path: Path, tmux: Callable[..., str]) -> None:
    command = [sys.executable, "-m", "xbtfx_tui", *PAPER]
    tmux("new-session", "-d", "-x", "120", "-y", "34", *command)
    attach = ["tmux", "-u", "-L", tmux_name(tmux), "-f", os.devnull, "attach"]
    more = {"TMUX_TMPDIR": str(tmp_path)}
    first = PtyProgram(tmp_path, (), more, attach)
    try:
        first.until(lambda: BUSY.search(first.text()) is not None)
    finally:
        first.close()
    seen = BUSY.search(first.text())
    # Detached, it goes on; a client of another size sees the newest prices at once and the keys work.
    second = PtyProgram(tmp_path, (), more, attach, (80, 24))
    try:
        second.until(lambda: (now := BUSY.search(second.text())) is not None and now[0] != (seen or [""])[0])
        second.sees("● live", "[1 Quotes]")
        second.types("4")
        second.sees("[4 Positions")
        second.types("q")
        second.ends()
    finally:
        second.close()


def tmux_name(tmux: Callable[..., str]) -> str:
    """The name of the fixture's server, as its socket says it."""
    return Path(tmux("display-message", "-p", "#{socket_path}").strip()).name


@pytest.mark.long
def test_after_a_standstill_no_old_price_is_shown_as_fresh(tmp_path: Path) -> None:
    """The process is stopped for longer than a price is fresh, as a machine that sleeps; then goes on."""
    with a_program(tmp_path, *PAPER) as program:
        shows_quotes(program)
        program.sees("[4 Positions 3]", "Trading is open")
        (exchange,) = program.children()
        os.kill(exchange, signal.SIGSTOP)
        os.kill(program.process.pid, signal.SIGSTOP)
        slept = time.monotonic()
        program.until(lambda: time.monotonic() - slept > STALE_AFTER + 1.5)
        os.kill(program.process.pid, signal.SIGCONT)
        try:
            # The exchange still stands: what is on screen must say how old it is.
            program.until(lambda: OLD.search(program.text()) is not None)
        finally:
            os.kill(exchange, signal.SIGCONT)
        program.until(lambda: OLD.search(program.text()) is None and "quiet" not in program.text())
        shows_quotes(program)
        program.types("q")
        assert program.ends() == 0
