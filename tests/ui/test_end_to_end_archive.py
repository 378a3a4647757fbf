"""A terminal whose chart has a past: it opens with it, and leaves what this run saw to the next."""

import time
from pathlib import Path

import pytest

from tests.ui.terminal import a_trader, an_exchange
from tests.unit.candle_files import HOUR, minutes, write
from xbtfx_tui.archive.archive_opening import archive_file, open_archive
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.domain.candles import Candle, Timeframe


async def test_the_chart_opens_with_what_the_archive_has(tmp_path: Path) -> None:
    hour = int(time.time()) // HOUR * HOUR
    async with an_exchange() as exchange:
        options = ArchiveOptions(tmp_path, exchange.base_url)
        async with a_trader(exchange, tmp_path, archive=options) as trader:
            await trader.until(lambda: trader.account.store.account is not None)
            account = trader.account.store.account
            assert account is not None
            path = archive_file(tmp_path, exchange.base_url, account.server, account.login)
            await trader.until(path.exists)
        connection, _ = open_archive(path)
        write(connection, minutes(hour - HOUR, 60))
        connection.close()
        async with a_trader(exchange, tmp_path, archive=options) as trader:
            chart = trader.screen.chart
            await trader.until(lambda: chart.symbol == "EURUSD")
            chart.action_timeframe(1)
            await trader.until(lambda: len(chart.candles) >= 30)
            past = chart.candles
            assert past[-10].open - past[-11].open == pytest.approx(0.00001), "of the archive"
            assert trader.account.store.candles("EURUSD"), "and what came since"
            found = await trader.account.candles.read("EURUSD", Timeframe.HOUR, hour + HOUR, 10)
            assert isinstance(found[0], Candle)
