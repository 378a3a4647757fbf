"""A full disk, a damaged journal: what opens waits for a journal, what closes goes without; it is told."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.unit.test_desk_restart import left_behind
from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.intents import CloseAllIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import KeyRead, TradingCloseOnly, TradingOpen
from xbtfx_tui.orders.journal import order_journal

S = IntentState
D = Decimal
LONG = Position(7, "EURUSD", Side.BUY, D("0.10"), D("1.08"), D("1.082"))
DONE = Filled(10009, deal=501, order=7, price=D("1.082"), volume=D("0.10"))


@contextlib.asynccontextmanager
async def held_by_another(trader: Trader) -> AsyncIterator[None]:
    """The journal takes no word, as on a full disk."""
    connection = trader.journal._connection
    assert connection is not None
    await trader.journal._run(lambda: connection.execute("PRAGMA busy_timeout = 1").fetchone())
    with contextlib.closing(sqlite3.connect(trader.journal.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_a_close_goes_without_the_journal_and_an_open_does_not(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        async with held_by_another(trader):
            buy = trader.submits(trader.drafts_buy())
            await trader.settles()
            assert trader.state(buy) is S.NOT_SENT
            assert isinstance(trader.store.trading, TradingCloseOnly)
            assert trader.heard("Nothing new is opened; closing goes on without it.")
            trader.server.answers = [DONE]
            close = trader.drafts_close(7, "0.10", "0.10")
            (warning,) = [one for one in trader.desk.problems(close) if one.about == "journal"]
            assert "This is sent without it, and remembered until the terminal ends." in warning.sentence
            assert not warning.blocks
            trader.submits(close)
            await trader.settles()
            assert [sent.key for sent in trader.server.sent] == [close.intent_id]
            assert "Not in the journal" in trader.store.intents[close.intent_id].story[0].text
        assert await trader.journal.rows() == ()


async def test_a_disk_that_hangs_keeps_no_trader_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither writes nor fails: a close goes after a moment, and what opens does not."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(LONG)
        monkeypatch.setattr(order_journal, "ANSWERS_WITHIN", 0.05)
        is_back = threading.Event()
        trader.journal._thread.submit(is_back.wait)
        try:
            trader.is_honest, trader.server.answers = True, [DONE]
            close = trader.submits(trader.drafts_close(7, "0.10", "0.10"))
            buy = trader.submits(trader.drafts_buy())
            async with asyncio.timeout(PATIENCE):
                while trader.state(buy) is not S.NOT_SENT or trader.state(close) is not S.FILLED:
                    trader.clock.turn(0.1)
                    await asyncio.sleep(0.01)
            assert [sent.key for sent in trader.server.sent] == [close.intent_id]
            assert trader.heard("The disk does not answer: the order journal waits for it")
        finally:
            is_back.set()


async def test_without_a_journal_from_the_start_the_kill_switch_works(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    trader = Trader(tmp_path / "state")
    trader.store.apply(KeyRead(trader.key))
    trader.sees_positions(LONG)
    trader.sees_price()
    await trader.desk.start()
    assert await trader.desk.ready() is not None
    assert trader.heard("Nothing new can be opened")
    assert trader.desk.unlock() is None
    assert isinstance(trader.store.trading, TradingCloseOnly)
    assert trader.is_stopped(trader.drafts_buy()).about == "trading"
    close_all = CloseAllIntent(trader.desk.new_intent_id(), (7,))
    trader.submits(close_all)
    await trader.waits(0.3)
    assert [sent.request.path for sent in trader.server.sent] == ["/v1/close-all"]
    assert "Not in the journal" in trader.store.intents[close_all.intent_id].story[0].text
    await trader.desk.finish(within=0)


async def test_a_journal_that_works_again_takes_the_next_order(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        async with held_by_another(trader):
            trader.submits(trader.drafts_buy())
            await trader.settles()
        assert trader.desk.unlock() is None
        assert isinstance(trader.store.trading, TradingOpen)
        trader.clock.turn(4)
        trader.sees_price()
        buy = trader.submits(trader.drafts_buy())
        await trader.settles()
        assert [sent.key for sent in trader.server.sent] == [buy.intent_id]
        assert len(await trader.journal.rows()) == 1


async def test_of_a_close_the_journals_silence_proves_nothing(tmp_path: Path) -> None:
    """It may have gone after the journal had failed: it is looked for."""
    trader = Trader(tmp_path / "state")
    trader.sees_positions(LONG)
    close = trader.drafts_close(7, "0.10", "0.10")
    await left_behind(trader, close, S.JOURNALED)
    trader.listed = trader.holds = (LONG,)
    await trader.sits_down()
    assert trader.state(close) is S.UNKNOWN
    await trader.waits(40)
    assert trader.state(close) is S.FOUND_NOT_FILLED
    await trader.desk.finish(within=0)
