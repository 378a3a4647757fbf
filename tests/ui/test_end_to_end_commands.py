"""The command line against a paper exchange: what was typed, what the ledger then holds, what is told."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.still_market import StillMarket
from tests.ui.terminal import Trader, a_trader, an_exchange
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_input import CommandInput
from xbtfx_tui.ui.dialogs.report_dialog import SheetDialog
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
modes = pytest.mark.parametrize("mode", list(MarginMode), ids=lambda one: one.value)


async def commands(trader: Trader, line: str, *more: str) -> None:
    """Type a line and enter it, all at once; `more` keys are typed ahead."""
    await trader.presses("colon", *line, "enter", *more)
    await trader.until(lambda: isinstance(trader.app.screen, BatchDialog))


async def confirms(trader: Trader) -> None:
    """Look at the question for longer than it is deaf, and enter."""
    await trader.until(lambda: isinstance(trader.app.focused, ReviewLine) and trader.app.focused.hears)
    await trader.presses("enter")


async def is_back(trader: Trader) -> None:
    await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))


async def opens(trader: Trader, line: str, count: int) -> None:
    """Open by the command line, and wait until the positions are known to be so many."""
    await commands(trader, line)
    await confirms(trader)
    await is_back(trader)
    await trader.until(lambda: len(trader.account.store.positions) == count)


@modes
async def test_an_order_with_stops_goes_out_as_it_was_on_screen(mode: MarginMode, tmp_path: Path) -> None:
    async with (
        an_exchange(margin_mode=mode, fills=Fills.PLACED) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.is_ready()
        await commands(trader, "buy 0.10 EURUSD sl=30p tp=2r", "enter", "enter")
        assert (await trader.ledger())["positions"] == []
        await confirms(trader)
        await is_back(trader)
        await trader.until(lambda: len(trader.account.store.positions) == 1)
        (record,) = trader.account.store.intents.values()
        intent = record.intent
        assert isinstance(intent, OpenIntent)
        ledger = await trader.each_went_once(record)
        (row,) = ledger["positions"]
        assert (row["symbol"], row["side"], D(str(row["volume"]))) == ("EURUSD", "buy", D("0.10"))
        assert (D(str(row["sl"])), D(str(row["tp"]))) == (intent.sl, intent.tp)
        assert intent.sl is not None
        assert intent.tp is not None
        assert intent.price - intent.sl == D("0.00300")
        assert intent.tp - intent.price == D("0.00600")


async def test_the_losers_of_a_pattern_are_closed_and_the_realised_total_is_the_ledgers(
    tmp_path: Path,
) -> None:
    # Where prices stand still each position has lost its spread, and nothing else.
    async with an_exchange(market=StillMarket()) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        await opens(trader, "buy 0.10 EURUSD", 1)
        await opens(trader, "sell 0.20 EURUSD", 2)
        await opens(trader, "buy 0.01 XAUUSD", 3)
        before = D(str((await trader.ledger())["balance"]))
        await commands(trader, "close losers EUR*")
        await confirms(trader)
        told = await is_told_the_end(trader)
        ledger = await trader.ledger()
        assert [row["symbol"] for row in ledger["positions"]] == ["XAUUSD"]
        assert len(ledger["executions"]) == 5
        realised = D(str(ledger["balance"])) - before
        assert realised < 0
        assert told == f"2 of 2 done. Realised: {realised:+.2f} USD."
        await trader.sees(told)


async def is_told_the_end(trader: Trader) -> str:
    """How the batch ended, once that is told."""
    messages = trader.account.store.messages
    await trader.until(lambda: any(" done. " in said.text for said in messages))
    assert not trader.screen.batches.is_busy
    return next(said.text for said in messages if " done. " in said.text)


async def test_escape_keeps_the_line_and_closing_the_dialog_keeps_the_batch(tmp_path: Path) -> None:
    async with an_exchange(fills=Fills.PLACED) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        for count in (1, 2, 3):
            await opens(trader, f"buy 0.{count}0 EURUSD", count)
        await commands(trader, "close all")
        await trader.until(lambda: isinstance(trader.app.focused, ReviewLine) and trader.app.focused.hears)
        await trader.presses("escape")
        await trader.until(lambda: isinstance(trader.app.focused, CommandInput))
        assert trader.app.screen.query_one(CommandInput).value == "close all"
        await trader.presses("enter")
        await trader.until(lambda: isinstance(trader.app.screen, BatchDialog))
        await confirms(trader)
        await trader.until(lambda: trader.screen.batches.is_busy)
        await trader.presses("escape")
        await is_back(trader)
        told = await is_told_the_end(trader)
        assert told.startswith("3 of 3 done. Realised: ")
        assert (await trader.ledger())["positions"] == []


async def test_profit_of_a_period_is_read_first_and_then_shown(tmp_path: Path) -> None:
    async with an_exchange() as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        await opens(trader, "buy 0.10 EURUSD", 1)
        await commands(trader, "close EURUSD")
        await confirms(trader)
        await is_back(trader)
        await trader.until(lambda: not trader.account.store.positions)
        await trader.presses("colon", *"pnl last_3_days", "enter")
        await trader.until(lambda: isinstance(trader.app.screen, SheetDialog))
        await trader.sees("EURUSD")
