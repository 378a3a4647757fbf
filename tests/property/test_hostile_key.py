"""A server that quotes the key back everywhere: it is in no file, on no screen, in no exception or repr."""

import asyncio
import contextlib
import gc
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.fuzz.corpus import KEY_TEXT
from tests.fuzz.echoing import EchoingServer, an_echoing_server
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.watchlist_file import save_watchlists
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import StreamDown, StreamRefused
from xbtfx_tui.domain.watchlists import one_group
from xbtfx_tui.log_file import logging_to
from xbtfx_tui.orders.guards.guard_types import Limits
from xbtfx_tui.orders.journal.journal_paths import login_files
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.store.feed_state import FeedDown, FeedLive, FeedRefused
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.stream.reconnecting_stream import StreamRunner
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, NotConnected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.wire.order_requests import TRADE, Request

SECRET = KEY_TEXT.removeprefix("xbtfx_live_")
KEY = ApiKey(KEY_TEXT)
MOODS = ("kind", "refusing", "raving")


async def nowhere(choice: AccountChoice) -> Connected | NotConnected:
    return NotConnected("no account here")


async def until(condition: Callable[[], bool], within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for is the program's, and tells nobody
            await asyncio.sleep(0.01)


@dataclass
class Terminal:
    """A live terminal at an echoing server, with its files in `state`."""

    server: EchoingServer
    account: TradingAccount
    app: TerminalApp
    pilot: Pilot[int]
    state: StateDir

    def sees(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    def holds(self) -> str:
        """Every printed form of what the store holds."""
        store = self.account.store
        parts = (
            store.key, store.account, store.symbols, store.specs, store.positions, store.orders,
            store.history, store.messages, store.intents, store.feed, store.trading, store.budget,
            self.account.desk, self.account,
        )  # fmt: skip
        return "\n".join(f"{part!r} {part}" for part in parts)


@contextlib.asynccontextmanager
async def a_terminal(folder: Path, mood: str) -> AsyncIterator[Terminal]:
    state = StateDir(folder)
    async with an_echoing_server(KEY_TEXT) as server:
        server.mood = mood
        with logging_to(state):
            ends = AccountAccess(server.base_url, server.ws_url, KEY)
            account = TradingAccount(
                ends, SystemClock(), Journal(state.root), Limits(None, None, None, None),
                read_only=False, begins_open=True,
            )  # fmt: skip
            ui = UiOptions(watchlist=("EURUSD",), save_watchlists=lambda lists: None)
            app = TerminalApp(ui, nowhere, Connected(account, Mode.LIVE))
            async with app.run_test(size=(160, 50)) as pilot:
                yield Terminal(server, account, app, pilot, state)
            await account.stop()


def holds_key(text: str | bytes) -> bool:
    needle: bytes = SECRET.encode()
    return needle in (text if isinstance(text, bytes) else text.encode("utf-8", "replace")).lower()


@pytest.mark.parametrize("mood", MOODS)
async def test_the_key_is_in_no_file_and_on_no_screen(tmp_path: Path, mood: str) -> None:
    async with a_terminal(tmp_path / "state", mood) as terminal:
        store = terminal.account.store
        await until(lambda: len(store.messages) >= 3)
        if mood == "kind":
            await until(lambda: isinstance(store.feed, FeedLive) and "EURUSD" in store.specs)
            await until(lambda: isinstance(store.freshness("EURUSD", terminal.account.clock.now()), Fresh))
            await until(lambda: store.account is not None and bool(store.positions) and bool(store.symbols))
            await until(lambda: terminal.account.desk.unlock() is None)
            intent = OpenIntent(
                terminal.account.desk.new_intent_id(), "EURUSD", Side.BUY, Decimal("0.1"), Decimal("1.08221"),
                comment="plain",
            )  # fmt: skip
            problems = terminal.account.desk.submit(intent)
            assert not any(one.blocks for one in problems), problems
            await until(
                lambda: (
                    intent.intent_id in store.intents and not store.intents[intent.intent_id].state.is_open
                )
            )
            assert TRADE in terminal.server.told
        else:
            await until(lambda: isinstance(store.feed, FeedDown | FeedRefused))
        for pane in ("2", "4", "5", "6", "7"):
            await terminal.pilot.press(pane)
            await terminal.pilot.pause()
            assert not holds_key(terminal.sees()), f"pane {pane}"
            assert "\x1b" not in terminal.sees()
        await terminal.pilot.press("enter")
        await terminal.pilot.pause()
        assert not holds_key(terminal.sees())
        assert not holds_key(terminal.holds())
        save_watchlists(terminal.state.watchlist, one_group(tuple(store.symbols) or ("EURUSD",)), ())
        # While the journal is open, so that its write-ahead log is there to be looked at.
        looked_at = scan(terminal.state.root)
        assert {"xbtfx-tui.log", "watchlist.json"} <= looked_at
        journals = tuple(login_files(terminal.state.root).values())
        assert len(journals) == (mood == "kind")
    scan(tmp_path)
    assert "\x1b" not in (tmp_path / "state/xbtfx-tui.log").read_text()
    assert all(no_steering_in_journal(path) > 0 for path in journals)


def scan(folder: Path) -> set[str]:
    """Every file's bytes; the names of the files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        assert not holds_key(path.read_bytes()), path
    return {path.name for path in files}


def no_steering_in_journal(path: Path) -> int:
    """How many sentences the journal holds; none of them steers a terminal that they are printed on."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        sentences = [str(text) for (text,) in connection.execute("SELECT text FROM transitions")]
        answers = [str(text) for (text,) in connection.execute("SELECT result FROM transitions")]
        drafts = [str(text) for (text,) in connection.execute("SELECT intent FROM intents")]
    for text in (*sentences, *answers, *drafts):
        assert "\x1b" not in text
    for text in sentences:
        assert text.isprintable(), text
    return len(sentences)


@pytest.mark.parametrize("mood", MOODS)
async def test_the_key_is_in_no_exception_and_no_repr(mood: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    said: list[object] = []
    async with an_echoing_server(KEY_TEXT) as server:
        server.mood = mood
        client = RestClient(server.base_url, KEY, SystemClock(), said.append)
        reads = (client.key_status, client.account, client.symbols, client.positions, client.orders)
        for _ in range(2):
            for read in reads:
                try:
                    said.append(await read())
                except ReadError as error:
                    said += [error, error.args, error.failure, error.__cause__, error.__context__]
            said.append(await client.send(Request(TRADE, b"{}", 1), "id"))
        await client.aclose()
        runner = StreamRunner(server.ws_url, KEY, SystemClock(), said.append)
        runner.want(frozenset({"EURUSD"}), None)
        task = asyncio.create_task(runner.run())
        await until(lambda: len(said) > 30 or any(isinstance(s, StreamDown | StreamRefused) for s in said))
        task.cancel()
        await asyncio.wait({task})
        said += [client, runner, task, AccountAccess(server.base_url, server.ws_url, KEY), KEY]
        for one in said:
            assert not holds_key(f"{one!r} {one}"), one
    ours = [record for record in caplog.records if record.name.startswith("xbtfx_tui")]
    assert not any(holds_key(record.getMessage()) for record in ours)
    gc.collect()
