"""An account of which the server tells the least: it trades, and nothing is made up."""

import re
from decimal import Decimal
from pathlib import Path

from tests.ui.terminal import Trader, a_trader, an_exchange
from xbtfx_tui.domain.account_currency import CurrencyNotKnown, ToldByTrader, code_in
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.ui.dialogs.currency_dialog import CurrencyDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal


async def is_asked(trader: Trader) -> None:
    """The question for the currency has come, and takes keys."""
    await trader.sees("What is this account in?", "leave it open")
    dialog = trader.app.screen
    assert isinstance(dialog, CurrencyDialog)
    await trader.until(dialog._list._guard.would_hear)


async def is_back(trader: Trader) -> None:
    await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))


async def test_a_bitcoin_account_that_names_no_currency_trades_by_lots_and_shows_money_as_given(
    tmp_path: Path,
) -> None:
    async with (
        an_exchange(currency="BTC", balance=D("0.51"), fills=Fills.PLACED) as exchange,
        a_trader(exchange, tmp_path, currency=None) as trader,
    ):
        await is_asked(trader)
        await trader.presses("enter")
        await is_back(trader)
        await trader.is_ready()
        await trader.sees("balance 0.51000000", "equity 0.51000000")

        await trader.opens("b")
        await trader.fills_in(volume="1%", sl="30p")
        await trader.until(lambda: "A risk of 1% can't be counted" in " ".join(trader.text().split()))
        await trader.fills_in(volume="0.02")
        await trader.reviews()
        bought = await trader.learns(await trader.confirms())
        assert isinstance(bought.intent, OpenIntent)
        assert bought.intent.price - (bought.intent.sl or D(0)) == D("0.00300")
        (held,) = (await trader.ledger())["positions"]
        await trader.is_told("Bought 0.02 EURUSD", f"ticket {held['ticket']}.")

        await trader.presses("4")
        await trader.until(lambda: trader.position(held["ticket"]) is not None)
        # The account's own figures compare without a currency.
        await trader.until(lambda: re.search(r"level [\d,]+%", trader.text().splitlines()[1]) is not None)
        assert "NOW" not in trader.text().splitlines()[1]
        account = trader.account.store.account
        assert account is not None
        assert D("0.5099") < account.equity < D("0.5101"), "the server's figure, with nothing converted added"

        moved = await trader.learns(await trader.moves_stops(sl="60p"))
        closed = await trader.learns(await trader.closes())
        ledger = await trader.each_went_once(bought, moved, closed)
        assert ledger["positions"] == []
        assert isinstance(trader.account.store.currency, CurrencyNotKnown)
        assert "USD " not in re.sub(r"[A-Z]{3}USD|USD[A-Z]{3}", "", trader.text())


async def test_the_answer_to_the_question_counts_at_once(tmp_path: Path) -> None:
    async with (
        an_exchange(currency="BTC", balance=D("0.51"), fills=Fills.INSTANT) as exchange,
        a_trader(exchange, tmp_path, currency=None) as trader,
    ):
        await is_asked(trader)
        await trader.presses("down", "down", "down", "enter")
        await is_back(trader)
        store = trader.account.store
        await trader.until(lambda: isinstance(store.currency, ToldByTrader))
        assert code_in(store.currency) == "BTC"
        await trader.is_ready()
        await trader.opens("b")
        await trader.fills_in(volume="1%", sl="30p")
        await trader.until(lambda: "1.00% of" in trader.text() or "0.99% of" in trader.text())
