"""Of a reverse, a close or a close-by only a part was done: the sentence says which, and denies nothing."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.trading_desk import Trader, trader_at_desk
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.failures import BridgeTimedOut
from xbtfx_tui.domain.intents import CloseAllIntent, CloseByIntent, Intent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, HalfReversed, IntentState, Placed, Result
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS

S = IntentState
D = Decimal
PRICE = D("1.08213")
NO_ANSWER = BridgeTimedOut("no answer")
HALF = HalfReversed("no money", 501, PRICE)


def position(ticket: int, side: Side = Side.BUY, volume: str = "0.10") -> Position:
    return Position(ticket, "EURUSD", side, D(volume), PRICE, PRICE)


def deal(number: int, ticket: int, entry: DealEntry, volume: str, side: Side = Side.SELL) -> Deal:
    return Deal(number, "EURUSD", side, entry, D(volume), PRICE, D(0), order=number + 100, position=ticket)


async def told(
    trader: Trader,
    intent: Intent,
    answer: Result,
    held: tuple[Position, ...],
    *deals: Deal,
) -> str:
    """Send it, let this be what is held and dealt from then on, and wait for what becomes of it."""
    trader.is_honest, trader.holds = False, None
    trader.sees_history()
    trader.server.answers = [answer]
    trader.submits(intent)
    await trader.settles()
    trader.holds, trader.deals = held, deals
    trader.lists(*held)
    for _ in range(16):
        await trader.waits(5)
        trader.lists(*held)
    record = trader.store.intents[intent.intent_id]
    assert record.story
    return record.story[-1].text


def reverse(trader: Trader) -> ReverseIntent:
    return ReverseIntent(trader.desk.new_intent_id(), 7, "EURUSD", Side.BUY, D("0.10"))


NETTING = MarginMode.NETTING


@pytest.mark.parametrize(
    ("answer", "held", "deals", "said"),
    [
        (
            NO_ANSWER,
            (),
            (deal(501, 7, DealEntry.OUT, "0.10"),),
            "Not reversed: position 7 is closed, its opposite was NOT opened.",
        ),
        (
            Placed(10008),
            (position(7, Side.SELL, "0.05"),),
            (deal(501, 7, DealEntry.IN_OUT, "0.15"),),
            "Reversed EURUSD, ticket 7: now sell 0.05, ticket 7: 0.05 of 0.10, the rest was NOT filled.",
        ),
        (
            NO_ANSWER,
            (position(7, Side.SELL, "0.05"),),
            (deal(501, 7, DealEntry.IN_OUT, "0.15"),),
            "Not certain: ticket 7 shows what is near (0.05 of 0.10).",
        ),
        (
            NO_ANSWER,
            (position(7, volume="0.07"),),
            (deal(501, 7, DealEntry.OUT, "0.03"),),
            "Not certain: ticket 7 shows what is near (0.03 of 0.10 closed, its opposite NOT opened).",
        ),
        (
            HALF,
            (position(7, volume="0.04"),),
            (deal(501, 7, DealEntry.OUT, "0.06"),),
            "NOT reversed: EURUSD, ticket 7: 0.06 of 0.10 closed, its opposite NOT opened.",
        ),
        (
            HALF,
            (position(12, volume="0.05"),),
            (deal(501, 7, DealEntry.OUT, "0.10"), deal(502, 12, DealEntry.IN, "0.05", Side.BUY)),
            "Only half reversed, its opposite was NOT opened: buy 0.10 EURUSD, ticket 7, was closed at "
            "1.08213, 0.00 USD.",
        ),
    ],
    ids=[
        "flat",
        "opened in part",
        "not accepted, opened in part by whomever",
        "not accepted, closed in part by whomever",
        "closed in part",
        "closed, and another hand opened",
    ],
)
async def test_a_reverse_on_a_netting_account(
    tmp_path: Path, answer: Result, held: tuple[Position, ...], deals: tuple[Deal, ...], said: str
) -> None:
    async with trader_at_desk(tmp_path, NO_LIMITS, NETTING) as trader:
        trader.sees_positions(position(7))
        assert (await told(trader, reverse(trader), answer, held, *deals)).startswith(said)
        assert not trader.heard("m on it sets it"), "no stop is missing"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (HALF, "NOT reversed: EURUSD, ticket 7: 0.06 of 0.10 closed, its opposite NOT opened."),
        (
            NO_ANSWER,
            "Not certain: ticket 7 shows what is near (0.06 of 0.10 closed, its opposite NOT opened).",
        ),
    ],
    ids=["accepted", "not accepted, closed in part by whomever"],
)
async def test_a_reverse_whose_close_was_done_in_part(tmp_path: Path, answer: Result, said: str) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(position(7))
        part = deal(501, 7, DealEntry.OUT, "0.06")
        text = await told(trader, reverse(trader), answer, (position(7, volume="0.04"),), part)
        assert text.startswith(said)


async def test_two_that_closed_each_other_in_part(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(position(7), position(8, Side.SELL))
        by = CloseByIntent(trader.desk.new_intent_id(), 7, 8, "EURUSD")
        held = (position(7, volume="0.04"), position(8, Side.SELL, "0.04"))
        deals = (
            deal(501, 7, DealEntry.OUT_BY, "0.06"),
            deal(502, 8, DealEntry.OUT_BY, "0.06", Side.BUY),
        )
        text = await told(trader, by, NO_ANSWER, held, *deals)
        assert text == "Closed EURUSD, ticket 7 by ticket 8: 0.06 of 0.10, the rest was NOT closed."


async def test_a_part_close_is_found_though_the_netting_position_has_another_ticket(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, NO_LIMITS, NETTING) as trader:
        trader.sees_positions(position(7))
        close = trader.drafts_close(7, "0.10", "0.10")
        part = deal(501, 7, DealEntry.OUT, "0.04")
        text = await told(trader, close, Placed(10008), (position(12, volume="0.06"),), part)
        assert text.endswith("ticket 7, 0.00 USD: 0.06 less than asked is closed.")
        assert text.startswith("Closed 0.04 of 0.10 EURUSD at 1.08213, ")


@pytest.mark.parametrize("volume", ["0.10", "0.04"], ids=["all of it", "a part"])
async def test_what_opens_after_the_kill_switch_denies_no_close_on_a_netting_account(
    tmp_path: Path, volume: str
) -> None:
    async with trader_at_desk(tmp_path, NO_LIMITS, NETTING) as trader:
        trader.sees_positions(position(7))
        trader.desk.kill("the kill switch was pressed")
        kill = CloseAllIntent(trader.desk.new_intent_id(), (7,))
        answer = BulkClosed(1, 0, D(0), (BulkLine(7, "filled", 10009, 501),))
        deals = (
            deal(501, 7, DealEntry.OUT, volume),
            deal(502, 11, DealEntry.IN, "0.10", Side.BUY),
        )
        text = await told(trader, kill, answer, (position(11),), *deals)
        assert text.startswith("Closed everything (1 position).") is (volume == "0.10")


@pytest.mark.parametrize("listed", ["0.30000000000000004", "0.2999999999999999"])
async def test_a_floats_last_digit_is_no_part_fill_and_hides_no_lost_stop(
    tmp_path: Path, listed: str
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        buy = trader.drafts_buy("0.30", sl="1.07")
        bought = deal(501, 11, DealEntry.IN, "0.3", Side.BUY)
        text = await told(trader, buy, Placed(10008), (position(11, volume=listed),), bought)
        assert text.startswith("Bought 0.30 EURUSD at 1.08213, ticket 11, but WITHOUT its sl 1.07")


async def test_a_part_fill_that_the_kill_switch_closed_is_told_and_not_denied(tmp_path: Path) -> None:
    """The answer to the kill switch names the deal that closed it; the one that opened it is the order's."""
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_history()
        trader.is_honest, trader.holds = False, ()
        trader.server.answers = [Placed(10008), BulkClosed(1, 0, D(0), (BulkLine(7, "filled", 10009, 502),))]
        buy = trader.submits(trader.drafts_buy("0.20"))
        await trader.settles()
        trader.holds = (position(7, volume="0.08"),)
        trader.sees_positions(*trader.holds)
        await trader.waits(3)
        trader.desk.kill("the kill switch was pressed")
        trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7,)))
        await trader.settles()
        trader.holds = ()
        trader.sees_positions()
        trader.deals = (
            deal(501, 7, DealEntry.IN, "0.08", Side.BUY),
            deal(502, 7, DealEntry.OUT, "0.08"),
        )
        await trader.waits(70)
        assert trader.state(buy) is S.FOUND_FILLED
        assert trader.last_said("Bought") == (
            "Bought 0.08 EURUSD at 1.08213, ticket 7: 0.08 of 0.20, the rest was NOT filled. "
            "It is closed again."
        )


@pytest.mark.parametrize(("price", "is_told"), [(None, False), (PRICE, True)])
async def test_a_profit_of_0_that_no_price_stands_behind_is_no_figure(
    tmp_path: Path, price: Decimal | None, is_told: bool
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(position(7))
        answer = BulkClosed(1, 0, D(0), (BulkLine(7, "filled", 10009, 501, price, D(0)),))
        kill = CloseAllIntent(trader.desk.new_intent_id(), (7,))
        text = await told(trader, kill, answer, (), deal(501, 7, DealEntry.OUT, "0.10"))
        assert text.startswith("Closed everything (1 position).")
        assert ("Profit" in text) is is_told


@pytest.mark.parametrize("mode", [MarginMode.HEDGING, MarginMode.NETTING])
async def test_what_was_told_as_closed_and_is_listed_again_is_checked_anew(
    tmp_path: Path, mode: MarginMode
) -> None:
    """A 504, nothing done; an old end told again and an empty list. The wall clock is no clock for this."""
    async with trader_at_desk(tmp_path, NO_LIMITS, mode) as trader:
        trader.is_honest, trader.holds, trader.server.answers = False, None, [NO_ANSWER]
        trader.sees_positions(position(7))
        close = trader.submits(trader.drafts_close(7, "0.10", "0.10"))
        await trader.settles()
        trader.stream_tells_closed(7)
        trader.lists()
        await trader.waits(3)
        assert trader.state(close) is S.FOUND_FILLED
        trader.clock.set_wall(trader.clock.now().wall + 3600)
        await trader.waits(1)
        for _ in range(15):
            trader.lists(position(7))
            await trader.waits(5)
        assert trader.heard("CORRECTION: ticket 7 was told as closed and is listed again.")
        assert trader.state(close) is S.FOUND_NOT_FILLED


async def test_a_half_reverse_whose_position_is_listed_again_is_checked_anew(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.is_honest, trader.holds, trader.server.answers = False, None, [HALF]
        trader.sees_positions(position(7))
        order = trader.submits(reverse(trader))
        await trader.settles()
        for held in ((), (), *((position(7),),) * 14):
            trader.lists(*held)
            await trader.waits(5)
        assert trader.heard("CORRECTION: ticket 7 was told as closed and is listed again.")
        assert trader.state(order) is S.FOUND_NOT_FILLED


async def test_what_was_closed_already_is_not_told_as_not_closed_by_a_list_that_is_behind(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(position(7), position(8))
        trader.is_honest, trader.holds = False, None
        trader.sees_history()
        lines = (BulkLine(8, "filled", 10009, 601, PRICE, D(3)), BulkLine(7, "rejected", 10036))
        trader.server.answers = [BulkClosed(1, 1, D(3), lines)]
        kill = trader.submits(CloseAllIntent(trader.desk.new_intent_id(), (7, 8)))
        await trader.settles()
        trader.stream_tells_closed(8)
        for held in (*((position(7),),) * 5, *((),) * 9):
            trader.lists(*held)
            await trader.waits(5)
        assert trader.state(kill) is S.FILLED
        assert not trader.heard("NOT closed")
        assert trader.last_words == (
            "Closed everything (2 positions): 7 was closed already, by the server's word."
        )


async def test_what_a_kill_switch_left_under_another_ticket_is_named_by_what_is_held(tmp_path: Path) -> None:
    async with trader_at_desk(tmp_path, mode=MarginMode.NETTING) as trader:
        trader.sees_positions(position(7))
        text = await told(
            trader,
            CloseAllIntent(trader.desk.new_intent_id(), (7,)),
            BulkClosed(1, 0, D(0), (BulkLine(7, "placed", 10008),)),
            (position(12, volume="0.06"),),
            deal(501, 12, DealEntry.OUT, "0.04"),
        )
        assert "Not all is known to be closed. Open now: 12. Close them one by one." in text


async def test_a_kill_switch_that_comes_after_the_stops_says_that_they_were_closed_already(
    tmp_path: Path,
) -> None:
    async with trader_at_desk(tmp_path) as trader:
        trader.sees_positions(position(7), position(8))
        lines = tuple(BulkLine(ticket, "rejected", 10036) for ticket in (7, 8))
        text = await told(
            trader,
            CloseAllIntent(trader.desk.new_intent_id(), (7, 8)),
            BulkClosed(0, 2, D(0), lines),
            (),
        )
        assert text == "Nothing is left to close: 7, 8 were closed already, by the server's word."
        assert not trader.heard("NOT closed")
