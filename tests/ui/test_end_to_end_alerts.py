"""Alerts at a running terminal, over real sockets: a symbol that is not watched, and a restart in between."""

from pathlib import Path

from tests.ui.terminal import a_trader, an_exchange
from xbtfx_tui.config.alerts_file import AlertFiles
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.domain.alerts import Direction, Fired, PriceAlert
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.store.latest_quotes import Fresh


async def test_an_alert_on_a_symbol_that_is_not_watched_fires_and_the_next_run_knows_it(
    tmp_path: Path,
) -> None:
    files = AlertFiles(StateDir(tmp_path))
    async with an_exchange() as exchange:
        async with a_trader(exchange, tmp_path, watchlist=("EURUSD",), alert_shelf=files) as trader:
            await trader.is_ready()
            account = trader.account
            await trader.until(lambda: "BTCUSD" in account.store.symbols)
            assert account.store.slot("BTCUSD") is None

            far = PriceAlert("BTCUSD", Direction.ABOVE, to_decimal(10_000_000, 2))
            await trader.until(lambda: account.alerts.refusal(far) is None)
            assert "is set" in account.alerts.add(far)
            await trader.until(
                lambda: isinstance(account.store.freshness("BTCUSD", account.clock.now()), Fresh)
            )
            slot = account.store.slot("BTCUSD")
            assert slot is not None
            # The way of the market is not known; one of two near levels is reached soon.
            for direction, shift in ((Direction.ABOVE, 0.02), (Direction.BELOW, -0.02)):
                level = to_decimal((slot.quote.bid if shift > 0 else slot.quote.ask) + shift, 2)
                account.alerts.add(PriceAlert("BTCUSD", direction, level))
            await trader.sees(" ALERT", "BTCUSD reached")
            await trader.presses("a")
            await trader.sees("BTCUSD at or above 10000000", "fired")

        async with a_trader(exchange, tmp_path, alert_shelf=files) as trader:
            book = trader.account.alerts
            await trader.until(lambda: len(book.book.alerts) >= 2)
            assert book.book.alerts[0].condition == far
            assert any(isinstance(one.state, Fired) for one in book.book.alerts)
