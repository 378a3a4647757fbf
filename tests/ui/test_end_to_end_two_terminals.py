"""Two terminals with one state directory on one login: the second watches, and the first loses nothing."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from tests.integration.exchange_client import PaperExchange
from tests.ui.terminal import Trader, a_trader, an_exchange
from tests.ui.test_end_to_end_trailing import trails
from tests.unit.alert_terminal import until
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.config.alerts_file import AlertFiles, alerts_path, load_alerts
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.trails_file import TrailsFiles, load_trails, trails_path
from xbtfx_tui.domain.alerts import Direction, PriceAlert
from xbtfx_tui.domain.store_events import TradingOpen, TradingReadOnly
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.sync.system_clock import SystemClock

KEEPER = "Another terminal (pid {pid}) was here first: trailing stops are changed there, or here after it."


@asynccontextmanager
async def first_terminal(exchange: PaperExchange, state: Path) -> AsyncIterator[TradingAccount]:
    """One that trades, without a screen."""
    account = TradingAccount(
        AccountAccess(exchange.base_url, exchange.ws_url, exchange.key),
        SystemClock(),
        Journal(state),
        NO_LIMITS,
        read_only=False,
        begins_open=True,
        kept_trails=TrailsFiles(StateDir(state)),
        alert_shelf=AlertFiles(StateDir(state)),
    )
    await account.start()
    try:
        yield account
    finally:
        await account.stop()


async def types(trader: Trader, line: str) -> None:
    """A line of the command line, entered."""
    await trader.presses("colon", *line, "enter")


async def test_the_second_changes_no_trail_and_no_alert_of_the_first(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    shelf = AlertFiles(StateDir(state))
    async with an_exchange() as exchange:
        async with a_trader(exchange, state, alert_shelf=shelf) as trader:
            await trader.is_ready()
            assert trader.account.store.key is not None
            login = trader.account.store.key.login
            ticket = (await trader.learns(await trader.buys("0.10"))).ticket
            await trails(trader, "5p")
            await types(trader, "alert EURUSD > 9")
            await trader.sees("Alert 1 is set")

        async with first_terminal(exchange, state) as first:
            await until(
                lambda: isinstance(first.store.trading, TradingOpen) and bool(first.alerts.book.alerts)
            )
            async with a_trader(exchange, state, alert_shelf=shelf) as second:
                await second.until(lambda: isinstance(second.account.store.trading, TradingReadOnly))
                await second.until(lambda: second.screen.positions.board.cursor is not None)
                told = KEEPER.format(pid=os.getpid())
                for line in (f"trail off {ticket}", "trail off", f"trail 9p {ticket}"):
                    await types(second, line)
                    await second.sees("command", told)
                    await second.presses("escape")
                    await second.until(lambda: told not in second.text())
                await second.presses("4", "t")
                await second.sees(told)
                await types(second, "alert EURUSD < 0.5")
                await second.sees("Alert 1 is set: EURUSD at or below 0.5. That holds for this run alone")
                assert not any("trailing stop wait" in one.text for one in second.account.store.messages)
                assert first.alerts.add(PriceAlert("EURUSD", Direction.ABOVE, Decimal(8)))[:8] == "Alert 2 "
            assert [trail.ticket for trail in first.trails.trails()] == [ticket]

        kept, _ = load_trails(trails_path(StateDir(state), login))
        assert [trail.ticket for trail in kept.trails] == [ticket]
        book = load_alerts(alerts_path(StateDir(state), login)).book
        assert [one.number for one in book.alerts] == [1, 2]
