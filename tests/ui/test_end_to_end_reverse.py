"""Reverse, close-by and bulk closes by keyboard alone: screen, journal and the exchange's ledger agree."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.exchange_client import Frame
from tests.ui.terminal import Trader, a_trader, an_exchange
from tests.ui.test_end_to_end_orders import sees_the_ledgers_positions
from xbtfx_tui.api import rest_client
from xbtfx_tui.api.rest_client import Timings
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.order_outcomes import BulkClosed, HalfReversed, IntentRecord, IntentState
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted
from xbtfx_tui.ui.dialogs.close_all_dialog import WORD, CloseMany
from xbtfx_tui.ui.dialogs.close_by_dialog import CloseByDialog
from xbtfx_tui.ui.dialogs.exposure_dialog import ExposureDialog
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.screens.trading_screen import TradingScreen
from xbtfx_tui.ui.terminal.desktop_notification import Ringer

modes = pytest.mark.parametrize("mode", list(MarginMode), ids=lambda one: one.value)


async def opens_long(trader: Trader, volume: str = "0.25", **stops: str) -> tuple[IntentRecord, Frame]:
    """A filled long of EURUSD, on screen; its record and the ledger's row."""
    await trader.is_ready()
    bought = await trader.learns(await trader.buys(volume, **stops))
    rows = await sees_the_ledgers_positions(trader)
    await trader.until(lambda: trader.screen.positions.board.cursor is not None)
    return bought, rows[-1]


async def reverses(trader: Trader) -> IntentRecord:
    await trader.opens("r")
    words = await trader.reviews()
    assert "The new position has no stops." in words
    return await trader.confirms()


async def is_on(trader: Trader, kind: type) -> None:
    await trader.until(lambda: isinstance(trader.app.screen, kind))


async def hears(trader: Trader, holds: Callable[[], bool]) -> None:
    await trader.until(holds)
    review = trader.app.screen.query_one(ReviewLine)
    await trader.until(lambda: trader.app.focused is review and review.hears)


async def sends_the_word(trader: Trader, key: str) -> CloseMany:
    await trader.presses(key)
    await is_on(trader, CloseMany)
    dialog = trader.app.screen
    assert isinstance(dialog, CloseMany)
    await trader.until(lambda: dialog.focused is not None)
    await trader.presses(*WORD)
    await trader.looks()
    await trader.presses("enter")
    return dialog


def bulk_record(trader: Trader) -> IntentRecord:
    return list(trader.account.store.intents.values())[-1]


@modes
async def test_a_reverse_is_one_request_and_the_opposite_stands(mode: MarginMode, tmp_path: Path) -> None:
    async with (
        an_exchange(fills=Fills.INSTANT, margin_mode=mode) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        bought, held = await opens_long(trader, sl="30p")
        sent = await trader.learns(await reverses(trader))
        (now,) = await sees_the_ledgers_positions(trader)
        assert (now["side"], now["volume"], now["sl"], now["tp"]) == ("sell", 0.25, 0, 0)
        ledger = await trader.each_went_once(bought, sent)
        assert [deal["side"] for deal in ledger["deals"]] == ["buy", "sell", "sell"]
        assert (await trader.journaled())[sent.intent.intent_id] is IntentState.FILLED
        await trader.is_told(f"Reversed EURUSD, ticket {held['ticket']}: now sell 0.25 at")


@modes
async def test_half_a_reverse_is_said_and_its_other_half_is_one_key_away(
    mode: MarginMode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ScriptedFaults()
    faults.add(Scripted(Fault.HALF_REVERSE, "/v1/reverse"))
    async with (
        an_exchange(fills=Fills.INSTANT, margin_mode=mode, faults=faults) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        bought, held = await opens_long(trader)
        rung: list[Sound] = []
        monkeypatch.setattr(Ringer, "tell", lambda _, heard: rung.extend(one.sound for one in heard))
        sent = await trader.learns(await reverses(trader))
        assert isinstance(sent.result, HalfReversed)
        # The alarm gives way to the same with its figures once the deals are read.
        alarm = "only half reversed, its opposite was not opened: buy 0.25 eurusd"
        await trader.until(lambda: alarm in trader.text().lower() and "R re-enter" in trader.text())
        assert rung.count(Sound.TROUBLE) == 1
        loud = [said.text for said in trader.account.store.messages if said.severity is Severity.ERROR]
        assert any(
            f"Only half reversed, its opposite was NOT opened: buy 0.25 EURUSD, ticket {held['ticket']},"
            in text
            for text in loud
        )
        assert await sees_the_ledgers_positions(trader) == []
        await trader.each_went_once(bought, sent)

        await trader.opens("R")
        assert isinstance(trader.app.screen, OrderTicket)
        assert (await trader.reviews()).startswith("Sell 0.25 EURUSD at market")
        reentered = await trader.learns(await trader.confirms())
        (now,) = await sees_the_ledgers_positions(trader)
        assert (now["side"], now["volume"]) == ("sell", 0.25)
        await trader.each_went_once(bought, sent, reentered)
        await trader.until(lambda: "re-enter" not in trader.text())


async def test_a_pair_is_closed_by_each_other_and_the_rest_stays(tmp_path: Path) -> None:
    async with an_exchange(fills=Fills.INSTANT) as exchange, a_trader(exchange, tmp_path) as trader:
        bought, held = await opens_long(trader)
        await trader.presses("1")
        sold = await trader.learns(await trader.sells("0.10"))
        await sees_the_ledgers_positions(trader)
        await trader.until(lambda: trader.screen.positions.board.cursor is not None)
        await trader.presses("4", "end")
        await trader.until(lambda: trader.screen.positions.board.cursor == held["ticket"])
        await trader.presses("y")
        await is_on(trader, CloseByDialog)
        await trader.sees(f"> {sold.ticket}", "sell 0.10")
        dialog = trader.app.screen
        assert isinstance(dialog, CloseByDialog)
        await trader.until(dialog._choices._guard.would_hear)
        await trader.presses("enter")
        await hears(trader, lambda: f"buy 0.15 of ticket {held['ticket']} stays open" in dialog._review.said)
        sent = await trader.learns(await trader.confirms(enters=3))
        (left,) = await sees_the_ledgers_positions(trader)
        assert (left["ticket"], left["side"], left["volume"]) == (held["ticket"], "buy", 0.15)
        ledger = await trader.each_went_once(bought, sold, sent)
        assert [deal["entry"] for deal in ledger["deals"]] == ["in", "in", "out_by", "out_by"]


async def test_on_a_netting_account_there_is_nothing_to_close_by(tmp_path: Path) -> None:
    async with (
        an_exchange(fills=Fills.INSTANT, margin_mode=MarginMode.NETTING) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await opens_long(trader)
        await trader.presses("y")
        await trader.sees("A netting account has one position a symbol: nothing to close by.")
        assert isinstance(trader.app.screen, TradingScreen)


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("S", ApiForm.MINIMAL),
        pytest.param("X", ApiForm.MINIMAL, marks=pytest.mark.long),
        ("X", ApiForm.RICH),
    ],
)
@modes
async def test_a_bulk_close_shows_what_each_ticket_realised_and_the_sum(
    key: str, form: ApiForm, mode: MarginMode, tmp_path: Path
) -> None:
    async with (
        an_exchange(fills=Fills.INSTANT, margin_mode=mode, form=form) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        bought, _ = await opens_long(trader)
        await trader.presses("1")
        more = await trader.learns(await trader.buys("0.10"))
        await sees_the_ledgers_positions(trader)
        await sends_the_word(trader, key)
        await trader.sees("enter or escape closes")
        record = bulk_record(trader)
        assert isinstance(record.result, BulkClosed)
        assert record.state is IntentState.FILLED
        ledger = await trader.each_went_once(bought, more, record)
        assert ledger["positions"] == []
        closed = {deal["position"]: deal for deal in ledger["deals"] if deal["entry"] == "out"}
        assert len(closed) == (2 if mode is MarginMode.HEDGING else 1)
        for ticket, deal in closed.items():
            # Of the dialog alone: beside it stands the chart with the bid, which may be the same price.
            _, row, _ = trader.line(f" {ticket} ").split("│", 2)
            assert (f"{deal['price']:.5f}" in row) is (form is ApiForm.RICH)
            is_told = form is ApiForm.RICH or round(deal["profit"], 2) != 0  # a bare 0 is no figure
            assert not is_told or f"{deal['profit']:.2f}" in row
        total = sum(deal["profit"] for deal in closed.values())
        signed = f"{total:+.2f}" if round(total, 2) else "0.00"
        if form is ApiForm.RICH or all(round(deal["profit"], 2) for deal in closed.values()):
            assert f"Realised {signed} USD in all, the server counts." in trader.text()
        await trader.presses("escape")
        await is_on(trader, TradingScreen)


async def test_a_bulk_close_without_an_answer_says_so_and_u_takes_it_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest_client, "Timings", lambda: Timings(order=4.0))
    faults = ScriptedFaults()
    faults.add(Scripted(Fault.BULK_PART, "/v1/close-all"))
    async with (
        an_exchange(fills=Fills.INSTANT, faults=faults) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        bought, _ = await opens_long(trader)
        await trader.presses("1")
        sold = await trader.learns(await trader.sells("0.10"))
        await sees_the_ledgers_positions(trader)
        await sends_the_word(trader, "X")
        await trader.sees("1 of 2 are gone", "Unknown:", "Escape, then u:", within=40)
        ledger = await trader.each_went_once(bought, sold, bulk_record(trader))
        (left,) = ledger["positions"]
        assert "open ..." in trader.line(f" {left['ticket']} ")
        await trader.presses("escape")
        await is_on(trader, TradingScreen)
        await trader.until(lambda: "u unknown" in trader.text())
        await trader.presses("u")
        await trader.sees(f"close {left['ticket']}")


async def test_the_strip_and_v_say_how_far_the_margin_call_is(tmp_path: Path) -> None:
    async with an_exchange(fills=Fills.INSTANT) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        assert "call" not in trader.text().splitlines()[1]
        await opens_long(trader)
        await trader.until(lambda: "call -9," in trader.text().splitlines()[1])
        await trader.presses("v")
        await is_on(trader, ExposureDialog)
        await trader.sees("to the margin call at 100%: EURUSD", "pips", "by currency", "+25,000.00")
