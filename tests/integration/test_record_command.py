"""`xbtfx-tui record`, a program of its own beside an exchange: what it writes, asks, says and ends with."""

import asyncio
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.clean_environment import clean_environment
from tests.integration.command_runs import CommandLine
from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.patience import PATIENCE
from xbtfx_tui.archive.candle_reader import CandleQuery, read_candles
from xbtfx_tui.domain.accounts import Permission
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK

ENDS_WITHIN = 2.0


class Recording:
    """A running `record`, its lines as they come and what it tells the service manager."""

    def __init__(self, home: Path, child: asyncio.subprocess.Process, manager: socket.socket) -> None:
        self.home = home
        self.child = child
        self.manager = manager
        self.lines: list[str] = []

    async def says(self, words: str) -> None:
        assert self.child.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while not any(words in line for line in self.lines):
                line = await self.child.stderr.readline()
                assert line, f"it ended without: {words}\n{self.lines}"
                self.lines.append(line.decode())

    async def tells(self, state: str) -> str:
        """What systemd hears, up to this state."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            while True:
                heard = (await loop.sock_recv(self.manager, 1000)).decode()
                if state in heard.splitlines():
                    return heard

    async def ends(self, number: int = signal.SIGTERM) -> int:
        self.child.send_signal(number)
        return await self.child.wait()

    def candles(self, symbol: str, timeframe: Timeframe) -> list[Candle]:
        (path,) = (self.home / ".local/state/xbtfx-tui/candles").glob("*.sqlite3")
        with closing(sqlite3.connect(path)) as looking:
            assert looking.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = read_candles(path, CandleQuery(symbol, timeframe, 2**40, 1000), UTC_CLOCK).candles
        return [one for one in found if isinstance(one, Candle)]


@asynccontextmanager
async def recording(
    home: Path, exchange: PaperExchange, *typed: str, key: str = ""
) -> AsyncIterator[Recording]:
    notify = home / "notify"
    notify.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(notify))
        manager.setblocking(False)
        environment = clean_environment(
            home,
            XBTFX_API_KEY=key or exchange.key.reveal(),
            XBTFX_BASE_URL=exchange.base_url,
            XBTFX_WS_URL=exchange.ws_url,
            NOTIFY_SOCKET=str(notify),
        )
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "xbtfx_tui", "record", *typed),
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        try:
            yield Recording(home, child, manager)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


async def test_it_sends_no_order_outlives_a_cut_and_ends_at_once(home: Path, exchange: PaperExchange) -> None:
    """Its key may trade; what the exchange was asked for is reads, few of them."""
    async with recording(home, exchange, "EURUSD", "xauusd", "--fine") as record:
        await record.says("Recording 2 symbols, by 10 seconds too: account")
        assert "STATUS=2 symbols" in await record.tells("READY=1")
        await record.tells("WATCHDOG=1")
        await record.says("The stream is up.")
        record.lines.clear()
        exchange.server.hub.cut()
        await record.says("The stream is lost: ")
        await record.says("The stream is up.")
        begun = time.monotonic()
        record.child.send_signal(signal.SIGTERM)
        record.child.send_signal(signal.SIGTERM)
        assert await record.child.wait() == 0
        assert time.monotonic() - begun < ENDS_WITHIN
        await record.tells("STOPPING=1")
    ledger = await exchange.ledger()
    assert {path for path in ledger["requests"] if path.startswith("/v1/")} <= {
        "/v1/account",
        "/v1/symbols",
        "/v1/symbols/EURUSD",
        "/v1/symbols/XAUUSD",
    }


@pytest.mark.long
async def test_what_forms_is_written_when_it_ends(home: Path, exchange_factory: ExchangeFactory) -> None:
    """By the real clock, which takes its time; and by a key that may only read."""
    exchange = await exchange_factory(permissions=frozenset({Permission.READ}), tick_rate=5)
    async with recording(home, exchange, "EURUSD", "--fine") as record:
        await record.tells("READY=1")
        await asyncio.sleep(11)
        assert await record.ends(signal.SIGINT) == 0
    assert all(0 < one.ticks <= 60 for one in record.candles("EURUSD", Timeframe.TEN_SECONDS))
    assert record.candles("EURUSD", Timeframe.MINUTE)


@pytest.mark.parametrize(
    ("symbol", "key", "says"),
    [
        ("EURUSD", "xbtfx_live_" + "0" * 32, "The server does not know this key. Check it"),
        ("EURUSB", "", "EURUSB is no symbol of this account and no group: did you mean EURUSD"),
    ],
)
async def test_a_key_and_a_symbol_that_are_none_end_it_with_2(
    home: Path, exchange: PaperExchange, symbol: str, key: str, says: str
) -> None:
    async with recording(home, exchange, symbol, key=key) as record:
        await record.says(says)
        assert await record.child.wait() == 2
    assert len(record.lines) == 1


def test_wrong_use_ends_with_2_and_a_unit_needs_no_key(line: CommandLine) -> None:
    assert line.runs_alone("record", "EURUSD") == 2
    assert "There is no API key." in line.err
    assert line.runs_alone("record", "--all", "EURUSD") == 2
    assert "name none beside it" in line.err
    assert line.runs_alone("record", "EURUSD", "--config", "/none.toml") == 2
    assert line.runs_alone("record", "EURUSD", "--unit") == 0
    assert "ExecStart=" in line.out
