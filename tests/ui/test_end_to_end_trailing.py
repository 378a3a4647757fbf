"""A trailing stop from the key to the exchange's ledger, on a price that rises, and over a restart."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.exchange_client import Frame, PaperExchange
from tests.ui.terminal import Trader, a_trader, an_exchange
from xbtfx_tui.automation import trailing_engine, trailing_service, trailing_state
from xbtfx_tui.domain.intents import ModifyIntent
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.ui.dialogs.breakeven_dialog import BreakevenDialog
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.dialogs.trailing_stop_dialog import TrailDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

FIRST, LAST, SPREAD = 108_000, 120_000, 12


@pytest.fixture
async def rising(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PaperExchange]:
    """An exchange on which EURUSD rises by three points ten times a second, and looks come quickly."""
    monkeypatch.setattr(trailing_engine, "MOVE_EVERY", 0.2)
    monkeypatch.setattr(trailing_service, "LOOK_EVERY", 0.05)
    rows = [
        f"{1_000 + number * 100},{price / 100_000:.5f},{(price + SPREAD) / 100_000:.5f}"
        for number, price in enumerate(range(FIRST, LAST, 3))
    ]
    path = tmp_path / "EURUSD.csv"
    path.write_text("\n".join(["time_ms,bid,ask", *rows, ""]))
    async with an_exchange(replay={"EURUSD": path}, tick_rate=None) as exchange:
        yield exchange


async def sl_of(trader: Trader) -> Decimal:
    """The sl of the one position, as the exchange has it."""
    (row,) = (await trader.ledger())["positions"]
    return Decimal(str(row["sl"]))


async def trails(trader: Trader, pips: str) -> None:
    """`t`, the distance, and the two enters."""
    await trader.until(lambda: trader.screen.positions.board.cursor is not None)
    await trader.presses("4")
    dialog = await trader.opens("t")
    assert isinstance(dialog, TrailDialog)
    await trader.fills_in(pips=pips)
    await trader.reviews()
    await trader.presses("enter")
    await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))


def moves(ledger: Frame) -> list[dict[str, Any]]:
    return [one for one in ledger["executions"] if one["cause"] == "modify"]


async def each_move_went_once(trader: Trader) -> Frame:
    """Every modify of the ledger has a key of its own, was asked for once, and is in the journal."""
    ledger = await trader.ledger()
    asked = ledger["requests"]["/v1/modify"]["keys"]
    assert len(asked) == len(set(asked))
    assert [one["request"] for one in moves(ledger)] == asked
    journaled = await trader.journaled()
    assert set(asked) <= set(journaled)
    return ledger


async def test_the_stop_follows_a_rising_price_and_goes_on_after_a_restart(
    rising: PaperExchange, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    seen: list[Decimal] = []
    async with a_trader(rising, state) as trader:
        await trader.is_ready()
        await trader.learns(await trader.buys("0.10"))
        await trails(trader, "5p")
        await trader.sees(" 1 TRAIL ", "↗")
        while len(seen) < 5:
            sl = await sl_of(trader)
            if sl and sl not in seen:
                seen.append(sl)
            await trader.pilot.pause(0.05)
        await trader.is_told("trails at 5p while this terminal runs")
        await each_move_went_once(trader)
    assert seen == sorted(seen)
    (kept,) = state.glob("trails-*.json")
    assert kept.stat().st_mode & 0o777 == 0o600

    async with a_trader(rising, state) as trader:
        await trader.is_ready()
        before = await sl_of(trader)
        assert before >= seen[-1]
        await trader.is_told("1 trailing stop is taken up again: EURUSD", "at 5p")
        while await sl_of(trader) < before + Decimal("0.0010"):
            await trader.pilot.pause(0.05)
        await each_move_went_once(trader)
        stops = [
            record.intent.sl.price  # type: ignore[union-attr]
            for record in trader.account.store.intents.values()
            if isinstance(record.intent, ModifyIntent) and record.state is IntentState.FILLED
        ]
        assert stops
        assert stops == sorted(set(stops))
        await trader.presses("4", "t")
        await trader.sees("trails no more")
        stands = await sl_of(trader)
        await trader.until(lambda: not any(r.state.is_open for r in trader.account.store.intents.values()))
        stands = await sl_of(trader)
        await trader.pilot.pause(1.0)
        assert await sl_of(trader) == stands
    assert b"EURUSD" not in kept.read_bytes()


async def test_a_kept_trail_waits_while_a_live_account_is_locked(
    rising: PaperExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trailing_state, "LOCK_SAID_AFTER", 0.1)
    state = tmp_path / "state"
    state.mkdir()
    async with a_trader(rising, state) as trader:
        await trader.is_ready()
        await trader.learns(await trader.buys("0.10"))
        await trails(trader, "5p")
        await trader.until(lambda: len(trader.account.store.intents) > 2)
    async with a_trader(rising, state, begins_open=False) as trader:
        await trader.is_told("1 trailing stop waits, for no order can be sent")
        before = await sl_of(trader)
        await trader.pilot.pause(1.0)
        assert await sl_of(trader) == before
        await trader.presses("ctrl+l")
        await trader.until(lambda: isinstance(trader.account.store.trading, TradingOpen))
        await trader.is_told("1 trailing stop is taken up again")
        while await sl_of(trader) <= before:
            await trader.pilot.pause(0.05)
        await each_move_went_once(trader)


async def test_a_trail_whose_position_is_closed_ends_and_says_so(
    rising: PaperExchange, tmp_path: Path
) -> None:
    async with a_trader(rising, tmp_path) as trader:
        await trader.is_ready()
        await trader.learns(await trader.buys("0.10"))
        await trails(trader, "5p")
        await trader.until(lambda: len(trader.account.store.intents) > 2)
        await trader.presses("4")
        await trader.opens("c")
        await trader.reviews()
        await trader.presses("enter")
        await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))
        await trader.is_told("is not open any more: its trailing stop has ended")
        assert (await trader.ledger())["positions"] == []
        await trader.until(lambda: "TRAIL" not in trader.text().splitlines()[0])
        await each_move_went_once(trader)


async def test_breakeven_by_its_key_and_two_enters(rising: PaperExchange, tmp_path: Path) -> None:
    async with a_trader(rising, tmp_path) as trader:
        await trader.is_ready()
        await trader.learns(await trader.buys("0.10"))
        (row,) = (await trader.ledger())["positions"]
        opened = Decimal(str(row["price_open"]))
        await trader.until(lambda: trader.screen.positions.board.cursor is not None)
        await trader.presses("4", "e")
        await trader.until(lambda: isinstance(trader.app.screen, BreakevenDialog))
        # On a busy machine the price has gone far enough by now.
        await trader.until(lambda: any(one in trader.text() for one in ("EURUSD must be", "enter reviews")))
        await trader.presses("escape")
        await trader.until(lambda: isinstance(trader.app.screen, TradingScreen))
        bid = opened + Decimal("0.0006")
        await trader.until(lambda: Decimal((trader.quote("EURUSD") or ("0", "0"))[0]) > bid)
        await trader.presses("e")
        await trader.until(lambda: isinstance(trader.app.focused, FieldInput))
        await trader.reviews()
        sent = await trader.confirms(enters=2)
        await trader.learns(sent)
        assert await sl_of(trader) == opened + Decimal("0.00012")
        await each_move_went_once(trader)
