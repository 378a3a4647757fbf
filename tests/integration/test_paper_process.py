"""The exchange as a process: started, stopped, and gone with its parent, however the parent ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import PaperProcess, PaperProcessError, launch, read_options, write_options
from xbtfx_tui.paper.exchange_options import ExchangeOptions, Fills, OptionError
from xbtfx_tui.paper.market.market_hours import HoursMode

REPOSITORY = Path(__file__).parent.parent.parent
KEY = ApiKey("xbtfx_live_" + "ab" * 16)


def sees(holds: Callable[[], bool]) -> None:
    """Wait until it holds: another process has no event for us."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.01)


def arguments_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not yet reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def status_of(process: PaperProcess) -> httpx.Response:
    headers = {"Authorization": f"Bearer {process.key.reveal()}"}
    async with httpx.AsyncClient(base_url=process.base_url, headers=headers) as http:
        return await http.get("/v1/auth/status")


async def test_it_starts_answers_and_stops() -> None:
    process = await launch(ExchangeOptions(seed=3))
    try:
        assert process.key.looks_right
        assert process.ws_url == f"ws://127.0.0.1:{process.port}/v1/ws"
        answer = await status_of(process)
        assert answer.json()["login"] == process.login
        assert process.seed == 3
    finally:
        await process.stop()
    assert await process.ended() == 0
    assert process.last_words == ""
    await process.stop()


async def test_the_key_is_not_among_the_arguments() -> None:
    process = await launch(ExchangeOptions(key=KEY))
    try:
        assert process.key == KEY
        assert (await status_of(process)).status_code == 200
        assert KEY.reveal().encode() not in arguments_of(process.pid)
        assert KEY.reveal() not in repr(process)
    finally:
        await process.stop()


async def test_it_starts_from_any_directory_and_takes_no_module_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong random')")
    monkeypatch.chdir(tmp_path)
    process = await launch(ExchangeOptions())
    await process.stop()


async def test_a_taken_port_is_said_in_a_sentence() -> None:
    first = await launch(ExchangeOptions())
    try:
        with pytest.raises(PaperProcessError, match=f"Port {first.port} of 127.0.0.1 can't be used"):
            await launch(ExchangeOptions(port=first.port))
    finally:
        await first.stop()


async def test_a_replay_that_cannot_be_played_is_said_in_a_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("time_ms,bid,ask\n1,nonsense,2\n")
    with pytest.raises(PaperProcessError, match=r"can't start: .*bad\.csv"):
        await launch(ExchangeOptions(replay={"EURUSD": bad}))


async def test_a_python_that_is_not_there_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(PaperProcessError, match="could not be started: No such file"):
        await launch(ExchangeOptions())


async def test_ctrl_c_in_the_terminal_does_not_reach_it() -> None:
    process = await launch(ExchangeOptions())
    try:
        assert os.getsid(process.pid) != os.getsid(0)
        assert os.getpgid(process.pid) != os.getpgid(0)
    finally:
        await process.stop()


async def test_sigterm_ends_it_well() -> None:
    process = await launch(ExchangeOptions())
    os.kill(process.pid, signal.SIGTERM)
    assert await process.ended() == 0
    await process.stop()


PARENT = """
import asyncio
from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.paper.child_process import launch

async def main():
    process = await launch(ExchangeOptions())
    print(process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_dies_with_its_parent(number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=REPOSITORY
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.send_signal(number)
        parent.wait()
        sees(lambda: not is_alive(child))


def test_served_alone_it_says_how_to_reach_it_and_ends_at_ctrl_c() -> None:
    program = (
        "from functools import partial;"
        "from xbtfx_tui.paper.exchange_options import ExchangeOptions;"
        "from xbtfx_tui.paper.serve_until_stopped import serve;"
        "serve(ExchangeOptions(), partial(print, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=REPOSITORY) as alone:
        assert alone.stdout is not None
        said: list[str] = []
        while not (said and said[-1].startswith("Ctrl+C")):
            said.append(alone.stdout.readline().decode().strip())
        exports = dict(line.removeprefix("export ").split("=", 1) for line in said if "export" in line)
        headers = {"Authorization": f"Bearer {exports['XBTFX_API_KEY']}"}
        with httpx.Client(base_url=exports["XBTFX_BASE_URL"], headers=headers) as http:
            assert http.get("/v1/account").status_code == 200
        assert exports["XBTFX_WS_URL"].endswith("/v1/ws")
        alone.send_signal(signal.SIGINT)
        assert alone.wait() == 0


def test_options_reach_the_child_whole_but_for_the_key() -> None:
    options = ExchangeOptions(
        port=8080,
        key=KEY,
        balance=Decimal("0.10000001"),
        currency="BTC",
        leverage=30,
        margin_mode=MarginMode.NETTING,
        permissions=frozenset({Permission.READ}),
        fresh=True,
        fills=Fills.INSTANT,
        seed=5,
        symbols=100,
        tick_rate=2.5,
        replay={"EURUSD": Path("/ticks/eurusd.csv")},
        speed=10.0,
        hours=HoursMode.REAL,
        login=12345678,
        tier="premium",
    )
    written = write_options(options)
    assert "xbtfx_live" not in written
    read = read_options(written)
    assert read.key is None
    for name in ExchangeOptions.__struct_fields__:
        assert name == "key" or getattr(read, name) == getattr(options, name)
    with pytest.raises(OptionError, match="not understood"):
        read_options('{"port": "x"}')
