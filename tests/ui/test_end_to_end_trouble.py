"""What goes wrong is said on screen, with what it means and what still works; the terminal lives on."""

import asyncio
import logging
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.integration.exchange_client import PaperExchange
from tests.ui.terminal import WRONG_KEY, Moody, Trader, a_trader, an_exchange, nobody_listens
from xbtfx_tui.account_service import AccountAccess
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.accounts import Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.log_file import logging_to
from xbtfx_tui.orders.journal.journal_paths import login_files
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ExchangeOptions, Fills
from xbtfx_tui.store import ticket_track
from xbtfx_tui.sync import account_sync
from xbtfx_tui.ui.screen_options import Mode
from xbtfx_tui.ui.screens.trading_screen import TradingScreen


def tasks() -> set[str]:
    """The names of the program's tasks that run now."""
    return {task.get_name() for task in asyncio.all_tasks() if not task.done()}


async def test_a_wrong_key_is_the_end_of_the_tries_and_said(tmp_path: Path) -> None:
    async with (
        an_exchange() as exchange,
        a_trader(exchange, tmp_path, key=WRONG_KEY, mode=Mode.LIVE, begins_open=False) as trader,
    ):
        await trader.sees("✗ key refused", "LIVE", "LOCKED")
        await trader.until(lambda: not tasks() & {"stream", "account", "positions", "key"})
        await trader.is_told("✗ The stream refused the key:")
        await trader.is_told("The key's status could not be read.")
        await trader.presses("enter")  # the newest, which may be either
        await trader.sees("Missing or unknown API key", "escape closes")
        await trader.presses("escape")
        asked = (await exchange.ledger())["requests"]
        assert asked["/v1/auth/status"]["count"] <= 2
        assert not asked.keys() & {"/v1/account", "/v1/positions"}
        assert exchange.server.hub.clients == set()
        await trader.presses("b")
        await trader.sees("Trading is locked")
        await trader.presses("ctrl+l")
        await trader.sees("Trading can't be unlocked")
        assert WRONG_KEY.reveal() not in trader.text()


async def test_a_host_that_is_not_there_is_said_and_tried_again(tmp_path: Path) -> None:
    async with a_trader(nobody_listens(), tmp_path) as trader:
        await trader.sees("✗ stream down, next try in", "The account is not read yet.")
        await trader.is_told("The key's status could not be read. The server can't be reached:")
        await trader.is_told("Stream lost: connection refused. Trying again in")
        await trader.presses("1", "b")
        await trader.sees("Trading is locked")


async def test_a_read_only_key_says_so_and_shows_all_the_same(tmp_path: Path) -> None:
    only_read = frozenset({Permission.READ})
    async with (
        an_exchange(permissions=only_read, fresh=False) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.sees("READ-ONLY", "● live", "[4 Positions 3]")
        for key in ("b", "s", "c", "m"):
            await trader.presses(key)
            await trader.sees("Orders can't be sent: this key may only read.")
            assert isinstance(trader.app.screen, TradingScreen)
        await trader.is_told("This key may only read: orders can't be sent with it.")
        assert "/v1/trade" not in (await exchange.ledger())["requests"]


async def test_the_terminals_own_read_only_run_sends_nothing(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path, read_only=True) as trader:
        await trader.sees("READ-ONLY", "● live")
        await trader.presses("b")
        await trader.sees("Orders can't be sent: the terminal was started with --read-only.")


async def spends_until(exchange: PaperExchange, left: int) -> None:
    """Another program with the same key asks until this weight of the minute's budget is left, or less."""
    remaining = left + 1
    while remaining > left:
        batch = await asyncio.gather(*(exchange.http.get("/v1/account") for _ in range(20)))
        remaining = min(int(one.headers["X-RateLimit-Remaining"]) for one in batch)


async def test_a_spent_budget_slows_the_polls_and_orders_still_say_what_happened(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        await spends_until(exchange, left=100)
        await trader.is_told(
            "The key's requests run low", "reading less often. Orders go first, live prices go on."
        )
        done = await trader.learns(await trader.buys("0.20"))
        await spends_until(exchange, left=0)
        polls = (await exchange.ledger())["requests"]["/v1/account"]["count"]
        sent = await trader.learns(await trader.buys("0.10"), IntentState.NOT_SENT)
        await trader.is_told("Buy 0.10 EURUSD - Not sent: The requests of this minute are spent")
        ledger = await trader.ledger()
        assert ledger["requests"]["/v1/trade"]["keys"] == [done.intent.intent_id, sent.intent.intent_id]
        assert ledger["requests"]["/v1/account"]["count"] <= polls + 1
        assert [one["request"] for one in ledger["executions"]] == [done.intent.intent_id]
        assert (await trader.journaled())[sent.intent.intent_id] is IntentState.NOT_SENT
        await trader.sees("weight 0/600", "● live")


async def test_a_bridge_that_is_down_is_said_and_work_goes_on_when_it_is_back(tmp_path: Path) -> None:
    mood = Moody()
    async with (
        an_exchange(faults=mood, fills=Fills.INSTANT) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.is_ready()
        mood.down = True
        sent = await trader.learns(await trader.buys("0.10"), IntentState.NOT_SENT)
        await trader.is_told("Buy 0.10 EURUSD - Not sent: The server has no connection to MetaTrader")
        await trader.is_told(
            "could not be read. The server has no connection to MetaTrader; it is asked again."
        )
        assert (await trader.ledger())["executions"] == []
        mood.down = False
        await trader.is_told("are read again")
        again = await trader.learns(await trader.buys("0.11"))
        ledger = await trader.ledger()
        assert [one["request"] for one in ledger["executions"]] == [again.intent.intent_id]
        assert await trader.journaled() == {
            sent.intent.intent_id: IntentState.NOT_SENT,
            again.intent.intent_id: IntentState.FILLED,
        }


async def test_a_dead_exchange_is_said_and_its_return_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long lists alone must lack the first one's positions is a rule of the store's own tests.
    monkeypatch.setattr(ticket_track, "ABSENT_SECONDS", 3.0)
    monkeypatch.setattr(account_sync, "DOUBT_SECONDS", 1.0)
    key = ApiKey("xbtfx_live_" + "5afe" * 8)
    options = ExchangeOptions(key=key, seed=7, tick_rate=4)
    first = await launch(options)
    ends = AccountAccess(first.base_url, first.ws_url, key)
    async with a_trader(ends, tmp_path) as trader:
        await trader.is_ready()
        await trader.sees("[4 Positions 3]")
        before = set(trader.account.store.positions)
        await first.stop()
        await trader.sees("✗ stream down, next try in")
        await trader.is_told("Stream lost:", "Positions can still be closed; prices shown are old.")
        await trader.presses("1")
        old = trader.screen.quotes.tint("muted")
        await trader.until(
            lambda: all(style == old for _, style in trader.screen.quotes.row("EURUSD")["bid"])
        )
        await trader.opens("b")
        await trader.sees("stream is down")
        await trader.presses("enter", "escape")
        await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))
        second = await launch(replace(options, port=first.port, seed=8))
        try:
            await trader.sees("● live")
            await trader.is_told("Stream back: prices can come in again, and positions are asked for anew.")
            held = {row["ticket"]: row for row in (await trader.ledger())["positions"]}
            await trader.until(lambda: set(trader.account.store.positions) == set(held))
            await trader.is_ready()
            await trader.presses("4")
            await trader.until(lambda: all(trader.position(ticket) is not None for ticket in held))
            assert {(one.symbol, str(one.volume)) for one in trader.account.store.positions.values()} == {
                (row["symbol"], str(Decimal(str(row["volume"])))) for row in held.values()
            }
            assert before
        finally:
            await second.stop()


async def looks_everywhere(trader: Trader) -> str:
    """All that the panes and every message in full show."""
    seen = []
    for key in "1234567":
        await trader.presses(key)
        await trader.until(lambda key=key: f"[{key} " in trader.text() or key in "123")  # type: ignore[misc]
        seen.append(trader.text())
    seen += [said.text for said in trader.account.store.messages]
    return "\n".join(seen)


@pytest.mark.parametrize("fits", [True, False], ids=["good key", "wrong key"])
async def test_the_key_is_nowhere_but_on_the_wire(fits: bool, tmp_path: Path) -> None:
    state = StateDir(tmp_path / "state")
    async with an_exchange() as exchange:
        key = exchange.key if fits else WRONG_KEY
        with logging_to(state):
            logging.getLogger("test").info("asked with %s", key.reveal())
            async with a_trader(exchange, state.root, key=key) as trader:
                if fits:
                    await trader.is_ready()
                    await trader.learns(await trader.buys("0.10", comment="mine"))
                else:
                    await trader.sees("✗ key refused")
                assert key.reveal() not in await looks_everywhere(trader)
    files = [file for file in state.root.iterdir() if file.is_file()]
    assert "xbtfx-tui.log" in {file.name for file in files}
    assert bool(login_files(state.root)) is fits
    for file in files:
        assert key.reveal().encode() not in file.read_bytes(), file.name
    assert key.prefix in state.log.read_text()
