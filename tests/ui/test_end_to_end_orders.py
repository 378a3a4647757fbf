"""Orders by keyboard alone, from the key to the exchange's ledger and back onto the screen."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.exchange_client import Frame
from tests.ui.terminal import PositionLine, Trader, a_trader, an_exchange
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.paper.exchange_options import Fills
from xbtfx_tui.ui import figure_format as fmt

DONE = {Fills.INSTANT: IntentState.FILLED, Fills.PLACED: IntentState.FOUND_FILLED}
ways = pytest.mark.parametrize("fills", list(Fills), ids=lambda one: one.value)
modes = pytest.mark.parametrize("mode", list(MarginMode), ids=lambda one: one.value)


def matches(line: PositionLine | None, row: Frame) -> bool:
    """Whether the pane's row has the ledger's ticket, symbol, side, volume, open price and stops."""
    return line is not None and (*line[:5], line.sl, line.tp) == (
        str(row["ticket"]),
        row["symbol"],
        row["side"],
        fmt.lots(Decimal(str(row["volume"]))),
        f"{row['price_open']:.5f}",
        f"{row['sl']:.5f}" if row["sl"] else fmt.NOTHING,
        f"{row['tp']:.5f}" if row["tp"] else fmt.NOTHING,
    )


async def sees_the_ledgers_positions(trader: Trader) -> list[Frame]:
    """The Positions pane comes to show exactly what the exchange holds; the ledger's rows."""
    await trader.presses("4")
    rows: list[Frame] = (await trader.ledger())["positions"]
    await trader.until(lambda: all(matches(trader.position(row["ticket"]), row) for row in rows))
    tickets = {row["ticket"] for row in rows}
    await trader.until(lambda: set(trader.account.store.positions) == tickets)
    return rows


@pytest.mark.parametrize(
    ("fills", "mode"),
    [
        (Fills.PLACED, MarginMode.HEDGING),
        (Fills.INSTANT, MarginMode.NETTING),
        pytest.param(Fills.INSTANT, MarginMode.HEDGING, marks=pytest.mark.long),
        pytest.param(Fills.PLACED, MarginMode.NETTING, marks=pytest.mark.long),
    ],
    ids=lambda one: one.value,
)
async def test_a_position_from_its_opening_to_its_end(fills: Fills, mode: MarginMode, tmp_path: Path) -> None:
    async with (
        an_exchange(fills=fills, margin_mode=mode) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.is_ready()
        sent: list[IntentRecord] = []

        async def is_done(one: IntentRecord, state: IntentState = DONE[fills]) -> IntentRecord:
            """The order comes to its end, on screen, in the ledger and in the journal."""
            sent.append(one)
            record = await trader.learns(one)
            await trader.each_went_once(*sent)
            assert record.state is state
            assert (await trader.journaled())[one.intent.intent_id] is state
            return record

        bought = await is_done(await trader.buys("0.25", sl="30p", tp="55p"))
        (held,) = await sees_the_ledgers_positions(trader)
        assert (held["side"], held["volume"]) == ("buy", 0.25)
        assert held["sl"] < held["price_open"] < held["tp"]
        assert round(held["tp"] - held["sl"], 5) == 0.0085
        if bought.ticket is not None:
            assert bought.ticket == held["ticket"]
        if mode is MarginMode.HEDGING:
            await trader.is_told("Bought 0.25 EURUSD at", f", ticket {held['ticket']}")
        else:
            await trader.is_told("Bought 0.25 EURUSD")
            # By the order's own word where its deal alone tells it, else by the event's.
            await trader.is_told(f" {held['ticket']}")

        await is_done(await trader.closes("0.10"))
        (left,) = await sees_the_ledgers_positions(trader)
        assert left == {**left, "volume": 0.15, "ticket": held["ticket"], "sl": held["sl"], "tp": held["tp"]}
        await trader.is_told("Closed 0.10 of 0.25 EURUSD", f", ticket {held['ticket']}")

        sl = f"{held['price_open'] - 0.005:.5f}"
        await trader.presses("4")
        await is_done(await trader.moves_stops(sl=sl, tp=""), IntentState.FILLED)
        (moved,) = await sees_the_ledgers_positions(trader)
        assert (moved["sl"], moved["tp"]) == (float(sl), 0)
        await trader.is_told(f"Modified EURUSD, ticket {held['ticket']}: sl {sl}, no tp.")

        await is_done(await trader.closes())
        assert await sees_the_ledgers_positions(trader) == []
        await trader.sees("No open positions.")
        await trader.is_told("Closed 0.15 EURUSD", f", ticket {held['ticket']}")


@ways
async def test_a_sale_has_its_stops_on_the_other_side(fills: Fills, tmp_path: Path) -> None:
    async with an_exchange(fills=fills) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        sold = await trader.sells("0.10", sl="40p", tp="20p", comment="by hand")
        sold = await trader.learns(sold)
        (held,) = await sees_the_ledgers_positions(trader)
        assert (held["side"], held["ticket"]) == ("sell", sold.ticket)
        assert held["tp"] < held["price_open"] < held["sl"]
        closed = await trader.closes()
        await trader.learns(closed)
        assert await sees_the_ledgers_positions(trader) == []
        ledger = await trader.each_went_once(sold, closed)
        assert [deal["side"] for deal in ledger["deals"]] == ["sell", "buy"]
        await trader.is_told("Sold 0.10 EURUSD at", f"ticket {held['ticket']}.")


async def test_on_a_netting_account_a_larger_sale_turns_the_position_around(tmp_path: Path) -> None:
    async with (
        an_exchange(fills=Fills.INSTANT, margin_mode=MarginMode.NETTING) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.is_ready()
        bought = await trader.learns(await trader.buys("0.10"))
        await sees_the_ledgers_positions(trader)
        await trader.opens("s")
        await trader.fills_in(volume="0.25")
        assert "closes the buy 0.10 and leaves a sell 0.15" in await trader.reviews()
        sold = await trader.learns(await trader.confirms())
        (held,) = await sees_the_ledgers_positions(trader)
        assert (held["side"], held["volume"]) == ("sell", 0.15)
        await trader.each_went_once(bought, sold)


@ways
async def test_enters_struck_in_a_row_send_one_order(fills: Fills, tmp_path: Path) -> None:
    async with an_exchange(fills=fills) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        await trader.opens("b")
        await trader.fills_in(volume="0.30")
        await trader.presses("enter", "enter", "enter")
        await trader.reviews()
        assert (await trader.ledger())["requests"].get("/v1/trade") is None
        sent = await trader.confirms(enters=3)
        await trader.learns(sent)
        await sees_the_ledgers_positions(trader)
        await trader.each_went_once(sent)
        assert list(await trader.journaled()) == [sent.intent.intent_id]


async def test_m_moves_the_stops_of_the_pending_order_that_is_looked_at(tmp_path: Path) -> None:
    async with an_exchange(fresh=False) as exchange, a_trader(exchange, tmp_path) as trader:
        await trader.is_ready()
        await trader.until(lambda: len(trader.account.store.orders) == 2)
        await trader.presses("5")
        await trader.until(lambda: trader.screen.order is not None)
        order = trader.screen.order
        assert order is not None
        before = {row["ticket"]: row for row in (await trader.ledger())["orders"]}
        await trader.opens("m")
        await trader.fills_in(sl="61p", tp="122p")
        await trader.sees("-61.0 pips from the order's price", "+122.0 pips from the order")
        await trader.reviews()
        sent = await trader.learns(await trader.confirms(), IntentState.FILLED)
        ledger = await trader.ledger()
        after = {row["ticket"]: row for row in ledger["orders"]}
        moved, was = after.pop(order.ticket), before.pop(order.ticket)
        assert after == before
        assert (moved["sl"], moved["tp"]) != (was["sl"], was["tp"])
        assert ledger["requests"]["/v1/modify"]["keys"] == [sent.intent.intent_id]
        digits = trader.account.store.specs[order.symbol].digits
        sl, tp = f"{moved['sl']:.{digits}f}", f"{moved['tp']:.{digits}f}"
        await trader.until(lambda: trader.line(str(order.ticket)).split()[-2:] == [sl, tp])
        await trader.is_told(f"Modified {order.symbol}, ticket {order.ticket}: sl {sl}, tp {tp}.")


@ways
async def test_a_refusal_is_told_with_the_servers_code_and_what_it_means(
    fills: Fills, tmp_path: Path
) -> None:
    async with (
        an_exchange(fills=fills, balance=Decimal(100)) as exchange,
        a_trader(exchange, tmp_path) as trader,
    ):
        await trader.is_ready()
        await trader.opens("b")
        await trader.fills_in(volume="50")
        assert "margin" in (await trader.reviews()).partition("\n! ")[2]
        sent = await trader.learns(await trader.confirms(), IntentState.REJECTED)
        await trader.sees("10019", "not enough money for the margin")
        line = await trader.is_told(
            "Buy 50.00 EURUSD - Rejected: MetaTrader refused (10019): not enough money"
        )
        assert "✗" in line
        ledger = await trader.ledger()
        assert ledger["requests"]["/v1/trade"]["keys"] == [sent.intent.intent_id]
        assert (ledger["executions"], ledger["positions"]) == ([], [])
        assert await trader.journaled() == {sent.intent.intent_id: IntentState.REJECTED}
        await trader.presses("enter")
        await trader.sees("It says: Not enough money: the margin is", "100.00 is")
