"""The archive beside an account: which file it is, what is read of it, what is on disk when the run ends."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from msgspec.structs import replace

from tests.patience import PATIENCE
from tests.unit.candle_files import MONDAY, minutes, read, write
from tests.unit.sync_terminal import ACCOUNT
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.archive.archive_opening import open_archive
from xbtfx_tui.archive.candle_archive import ArchiveOptions, CandleArchive
from xbtfx_tui.config.settings import CommandLine, load_settings
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.candles import Candle, Timeframe, joined
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_clock import DayClock, day_clock
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import AccountRead, DateHeard, Dialect, Event, QuotesSeen, StreamUp
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.past_client import PaperPast
from xbtfx_tui.store.store import Store
from xbtfx_tui.wiring import TerminalRun


class RunningClock:
    """Runs as time does, from a moment shortly before a candle ends."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def now(self) -> Instant:
        passed = time.monotonic() - self.began
        return Instant(passed, passed, MONDAY + 9.95 + passed)


class Account:
    """A store and its archive in a folder; the account is known when a test says so."""

    def __init__(self, folder: Path, *, records: bool = True) -> None:
        self.clock = RunningClock()
        self.store = Store(self.clock)
        self.said: list[str] = []
        options = ArchiveOptions(folder, "https://api.example.com", records=records, second=0.0)
        subscribed = frozenset({"EURUSD"})
        self.archive = CandleArchive(self.store, self.clock, options, lambda: subscribed, self.said.append)
        self.path = folder / "candles" / "api.example.com~XBTFX-Live.sqlite3"

    def is_known(self) -> None:
        self.store.apply(AccountRead(replace(ACCOUNT, server="XBTFX-Live"), self.clock.now()))

    def takes(self, event: Event) -> None:
        self.store.apply(event)
        self.archive.on_event(event)

    async def reads(self, timeframe: Timeframe = Timeframe.MINUTE) -> int:
        return len(await self.archive.read("EURUSD", timeframe, MONDAY, 1000))


async def until(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(0.01)


@asynccontextmanager
async def an_account(folder: Path, *, records: bool = True) -> AsyncIterator[Account]:
    account = Account(folder, records=records)
    account.archive.start()
    try:
        yield account
    finally:
        await account.archive.stop()


def with_a_past(folder: Path) -> None:
    path = Account(folder).path
    connection, _ = open_archive(path)
    write(connection, minutes(MONDAY - 3600, 30))
    connection.close()


async def test_it_is_read_as_soon_as_the_accounts_server_is_known(tmp_path: Path) -> None:
    with_a_past(tmp_path)
    async with an_account(tmp_path) as account:
        reading = asyncio.create_task(account.reads())
        await asyncio.sleep(0)
        assert not reading.done()
        account.is_known()
        async with asyncio.timeout(PATIENCE):
            assert await reading == 30
            assert await account.reads(Timeframe.DAY) == 1
    assert account.said == []


async def test_what_forms_is_on_disk_once_the_run_has_ended(tmp_path: Path) -> None:
    async with an_account(tmp_path) as account:
        account.is_known()
        account.takes(DateHeard(account.clock.now().wall, account.clock.now()))
        account.takes(StreamUp(Dialect.CURRENT))
        async with asyncio.timeout(PATIENCE):
            await account.reads()
            await until(lambda: account.clock.now().wall > MONDAY + 10.2)
        for bid in (1.08001, 1.08004):
            account.takes(QuotesSeen((Quote("EURUSD", bid, bid + 0.0001),), account.clock.now()))
    (candle,) = read(account.path, Timeframe.MINUTE, MONDAY + 3600)
    assert isinstance(candle, Candle)
    assert (candle.start, candle.open, candle.close, candle.ticks) == (MONDAY, 108_001, 108_004, 2)
    assert (candle.since, candle.until) == (10, 11)


async def test_one_that_does_not_record_is_read_alone(tmp_path: Path) -> None:
    with_a_past(tmp_path)
    async with an_account(tmp_path, records=False) as account:
        account.is_known()
        async with asyncio.timeout(PATIENCE):
            assert await account.reads() == 30
    async with an_account(tmp_path / "another", records=False) as account:
        account.is_known()
        async with asyncio.timeout(PATIENCE):
            assert await account.reads() == 0
    assert not account.path.exists()


async def test_a_file_that_can_not_be_read_or_written_is_said_and_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "candles").mkdir()
    Account(tmp_path).path.mkdir()
    async with an_account(tmp_path) as account:
        account.is_known()
        async with asyncio.timeout(PATIENCE):
            assert await account.reads() == 0
            await until(lambda: bool(account.said))
    assert account.said[0].startswith("The archive of candles is off:")


async def test_what_was_before_the_archive_is_read_where_somebody_knows_it(tmp_path: Path) -> None:
    class Before:
        asked = 0

        async def read(
            self, symbol: str, timeframe: Timeframe, before: int, count: int, clock: DayClock
        ) -> tuple[Candle, ...]:
            self.asked += 1
            if timeframe is Timeframe.DAY:
                return (joined(minutes(MONDAY - 86_400, 60 * 22), MONDAY - 86_400, 86_400),)
            return tuple(minutes(MONDAY - 7200, 60))

    with_a_past(tmp_path)
    account = Account(tmp_path)
    account.archive._options = replace(account.archive._options, past=(past := Before()))
    account.archive.start()
    account.is_known()
    try:
        assert await account.reads() == 90
        assert len(await account.archive.read("EURUSD", Timeframe.MINUTE, MONDAY, 30)) == 30
        assert past.asked == 1, "what the file has is enough"
        (day,) = await account.archive.read("EURUSD", Timeframe.DAY, MONDAY, 1)
        assert isinstance(day, Candle)
        assert day.covered == (22 + 0.5) * 3600, "of a candle that the file has a part of, the rest"
    finally:
        await account.archive.stop()


def test_a_run_keeps_candles_as_its_settings_say(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[day]\nbegins = "ny17"\n[candles]\nkeep_1m = "90d"\nrecord = false\n')
    settings = load_settings(CommandLine(config=config), {"HOME": str(tmp_path)})
    options = TerminalRun(settings, None)._archive(settings.state, "https://api.example.com")
    assert options is not None
    assert (options.state, options.records, options.clock.name) == (settings.state.root, False, "ny17")
    assert (options.retention.minutes, options.retention.most_bytes) == (90 * 86_400, 2_000_000_000)
    assert 0 <= options.second < 60
    assert options.past is None, "of a live account it is not known"
    nothing_kept = replace(settings, not_kept="Nothing is kept.")
    assert TerminalRun(nothing_kept, None)._archive(settings.state, "https://api.example.com") is None


async def test_days_begin_by_the_setting_where_nothing_is_kept_as_well(tmp_path: Path) -> None:
    account = TradingAccount(
        AccountAccess("http://127.0.0.1:1", "ws://127.0.0.1:1", ApiKey("xbtfx_live_" + "0" * 32)),
        RunningClock(),
        Journal(tmp_path),
        Limits(day=day_clock("ny17")),
        read_only=True,
        begins_open=False,
    )
    assert account.candles.clock.name == "ny17"


async def test_the_embedded_exchange_alone_brings_a_past(tmp_path: Path) -> None:
    """A live account does not, nor an exchange that is reached by address and key."""
    settings = load_settings(CommandLine(), {"HOME": str(tmp_path)})
    run, key = TerminalRun(settings, None), ApiKey("xbtfx_live_" + "0" * 32)
    child: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    child.set_result(SimpleNamespace(base_url="http://127.0.0.1:1", ws_url="ws://127.0.0.1:1", key=key))
    with mock.patch.object(run, "_open") as opened:
        await run._open_paper(child)  # type: ignore[arg-type]
        assert isinstance(opened.call_args.kwargs["past"], PaperPast)
        run._open_live(key)
        assert opened.call_args.kwargs.get("past") is None
    assert run._scratch is not None
    run._scratch.cleanup()
