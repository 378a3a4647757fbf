"""Closing a position in full or in part, and moving the stops of positions and pending orders."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import ends
from tests.ui.trader import EURUSD, LONG, PENDING, SHORT, StandInBackend, Trader, a_trader
from xbtfx_tui.domain.intents import (
    CloseIntent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import IntentMoved, PositionsRead, TradingChanged, TradingOpen
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket

WINNING = replace(LONG, profit=Decimal("40.20"))


async def closing(trader: Trader, ticket: int = LONG.ticket) -> None:
    trader.holds(WINNING, SHORT)
    await trader.opens(CloseTicket(trader.backend, ticket))


async def modifying(trader: Trader, ticket: int = LONG.ticket) -> None:
    trader.holds(WINNING, SHORT)
    trader.has_pending(PENDING)
    await trader.opens(ModifyTicket(trader.backend, ticket))


async def test_a_full_close_is_two_enters() -> None:
    async with a_trader() as trader:
        await closing(trader)
        assert trader.field("volume") == "0.20"
        await trader.reviews()
        assert trader.reads("review") == (
            "Close 0.20 EURUSD (buy, ticket 184729) at market, now 1.08201: about +40.20 USD. "
            "Nothing of it stays open.\nEnter sends, escape goes back."
        )
        await trader.confirms()
        await trader.until(lambda: not trader.is_open)
        twenty = Decimal("0.20")
        assert trader.sent == [CloseIntent("intent-1", 184729, "EURUSD", Side.BUY, twenty, twenty)]
        assert trader.sent == trader.results


async def test_a_part_brings_its_share_of_the_swap() -> None:
    async with a_trader() as trader:
        trader.holds(replace(WINNING, swap=Decimal("-1.32")), SHORT)
        await trader.opens(CloseTicket(trader.backend, LONG.ticket))
        assert "-1.32 USD" in trader.reads("facts")
        await trader.types("0.10")
        assert "-0.66 USD" in trader.reads("facts")


async def test_a_part_says_what_it_brings_and_what_stays_open() -> None:
    async with a_trader() as trader:
        await closing(trader)
        await trader.types("0.05")
        assert trader.note("volume") == "of 0.20 lots; 0.15 stays open"
        assert "+10.05 USD" in trader.reads("facts")
        await trader.presses("up")
        await trader.reviews()
        assert "Close 0.06 of 0.20 EURUSD" in trader.reads("review")
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, CloseIntent)
        assert (intent.volume, intent.is_full) == (Decimal("0.06"), False)


async def test_more_than_is_held_is_refused_beside_the_field() -> None:
    async with a_trader() as trader:
        await closing(trader)
        await trader.presses("up")
        assert trader.field("volume") == "0.20"
        await trader.presses("backspace")
        await trader.types("1")
        assert trader.note("volume") == "! Position 184729 holds 0.20 lots: close that or less."
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_a_position_that_goes_while_it_is_reviewed_is_not_sent() -> None:
    async with a_trader() as trader:
        await closing(trader)
        await trader.reviews()
        ends(trader.backend.store, LONG.ticket)
        await trader.until(lambda: "not open any more" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []
        assert trader.reads("general") == "! Position 184729 is not open any more."


async def test_the_profit_of_the_part_follows_the_price() -> None:
    async with a_trader() as trader:
        await closing(trader)
        await trader.types("0.10")
        trader.waits(1)
        trader.sees_quote(1.08301, 1.08313)
        await trader.until(lambda: "+30.10 USD" in trader.reads("facts"))


async def test_a_close_needs_neither_contract_nor_price() -> None:
    backend = StandInBackend()
    backend.store.apply(TradingChanged(TradingOpen()))
    async with a_trader(backend) as trader:
        backend.store.apply(PositionsRead((LONG,), backend.store.mark()))
        await trader.opens(CloseTicket(backend, LONG.ticket))
        assert "Waiting for the terms and a fresh price of EURUSD." in trader.reads("headline")
        assert "What this key may do" in trader.reads("general")
        assert backend.specs_asked == ["EURUSD"]


async def test_sl_in_pips_counts_from_the_open_price_and_tp_is_kept() -> None:
    async with a_trader() as trader:
        await modifying(trader)
        assert (trader.focus, trader.field("sl"), trader.field("tp")) == ("sl", "1.07500", "")
        await trader.types("20p")
        assert trader.note("sl") == "1.07800: -20.0 pips from open, -40.00 USD"
        await trader.reviews()
        assert trader.reads("review") == (
            "Modify EURUSD (buy 0.20, ticket 184729): sl from 1.07500 to 1.07800 (-20.0 pips from open, "
            "-40.00 USD); tp stays none.\nEnter sends, escape goes back."
        )
        await trader.confirms()
        assert trader.sent == [
            ModifyIntent("intent-1", 184729, "EURUSD", MoveTo(Decimal("1.07800")), Keep()),
        ]


async def test_an_emptied_stop_is_removed() -> None:
    async with a_trader() as trader:
        await modifying(trader)
        await trader.presses("delete", "tab")
        await trader.types("1.09")
        assert trader.note("sl") == "removes 1.07500"
        await trader.reviews()
        assert "sl 1.07500 is removed; tp from none to 1.09000 (+100.0 pips" in trader.reads("review")
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, ModifyIntent)
        assert (intent.sl, intent.tp) == (Remove(), MoveTo(Decimal("1.09")))


async def test_nothing_changed_is_nothing_to_send() -> None:
    async with a_trader() as trader:
        await modifying(trader)
        await trader.presses("enter")
        assert not trader.is_reviewing
        assert trader.reads("general") == "Nothing is changed yet."
        await trader.types("1.075")
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_a_stop_on_the_wrong_side_is_said_beside_its_field() -> None:
    async with a_trader() as trader:
        await modifying(trader)
        await trader.types("1.09")
        assert trader.note("sl") == "! The sl of a buy must be below the bid, 1.08201."
        await trader.presses("tab", "enter")
        assert (trader.focus, trader.is_reviewing) == ("sl", False)


async def test_a_stop_moved_elsewhere_meanwhile_is_kept_where_the_field_is_untouched() -> None:
    async with a_trader() as trader:
        await modifying(trader)
        trader.waits(1)
        trader.holds(replace(WINNING, sl=Decimal("1.07700")), SHORT)
        await trader.presses("tab")
        await trader.types("1.09")
        await trader.reviews()
        assert "sl stays 1.07700; tp from none to 1.09000" in trader.reads("review")


async def test_a_pending_order_is_modified_from_its_own_price() -> None:
    async with a_trader() as trader:
        await modifying(trader, PENDING.ticket)
        assert trader.reads("headline").startswith("buy limit 0.10 EURUSD at 1.07000")
        assert trader.field("tp") == "1.08000"
        await trader.types("50p")
        assert trader.note("sl") == "1.06500: -50.0 pips from the order's price, -50.00 USD"
        await trader.reviews()
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, ModifyIntent)
        assert (intent.ticket, intent.sl, intent.tp) == (200100, MoveTo(Decimal("1.065")), Keep())


async def test_stops_as_money_and_as_a_multiple_of_the_risk_by_the_positions_own_lots() -> None:
    async with a_trader() as trader:
        trader.holds(LONG)
        await trader.opens(ModifyTicket(trader.backend, LONG.ticket))
        # 0.20 lots lose 20,000 x distance from 1.08000: 50 / 20,000 = 0.0025
        await trader.bursts("ctrl+u", *"50$", "tab", *"2r")
        assert trader.note("sl").startswith("1.07750: -25.0 pips from open, -50.00 USD")
        assert trader.note("tp").startswith("1.08500: +50.0 pips from open, +100.00 USD")


async def test_arrows_move_a_stop_by_a_point() -> None:
    async with a_trader() as trader:
        trader.holds(LONG)
        await trader.opens(ModifyTicket(trader.backend, LONG.ticket))
        await trader.presses("up", "up")
        assert trader.field("sl") == "1.07502"
        await trader.presses("tab", "up")
        assert trader.field("tp") == "1.08211"


@pytest.mark.parametrize(("key", "volume"), [("f2", "0.10"), ("f3", "0.06"), ("f4", "0.05")])
async def test_a_key_puts_a_share_of_the_position_rounded_down(key: str, volume: str) -> None:
    async with a_trader() as trader:
        await closing(trader)
        assert "f2 1/2, f3 1/3, f4 1/4" in trader.reads("hint")
        await trader.presses(key)
        assert trader.field("volume") == volume
        await trader.reviews()
        await trader.presses("f2")
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, CloseIntent)
        assert intent.volume == Decimal(volume)


async def test_shares_are_taken_in_their_turn_among_the_keys_typed() -> None:
    async with a_trader() as trader:
        await closing(trader)
        await trader.bursts("1", "f2", "f4", "backspace", "6", "enter")
        assert trader.is_reviewing
        assert "Close 0.06 of 0.20 EURUSD" in trader.reads("review")


async def test_a_share_below_the_minimum_is_said_and_nothing_is_reviewed_in_its_stead() -> None:
    async with a_trader() as trader:
        trader.holds(replace(WINNING, volume=Decimal("0.03")))
        await trader.opens(CloseTicket(trader.backend, LONG.ticket))
        await trader.bursts("f4", "enter")
        assert not trader.is_reviewing
        assert trader.field("volume") == "0.03"
        assert trader.note("volume") == (
            "! A quarter of 0.03 lots is below the minimum of 0.01 for EURUSD: close more of it, or all."
        )
        await trader.bursts("f3", "enter")
        assert "Close 0.01 of 0.03 EURUSD" in trader.reads("review")


async def test_after_a_share_that_is_too_small_the_whole_is_closed_once_a_key_is_struck() -> None:
    async with a_trader() as trader:
        trader.holds(replace(WINNING, volume=Decimal("0.01")))
        await trader.opens(CloseTicket(trader.backend, LONG.ticket))
        await trader.bursts("f2", "end", "enter")
        assert trader.is_reviewing
        assert "Close 0.01 EURUSD" in trader.reads("review")


async def test_without_a_contract_a_share_is_not_guessed() -> None:
    backend = StandInBackend()
    async with a_trader(backend) as trader:
        backend.store.apply(PositionsRead((LONG,), backend.store.mark()))
        await trader.opens(CloseTicket(backend, LONG.ticket))
        await trader.presses("f2")
        assert trader.note("volume") == "! The steps of EURUSD have not been read yet: give the lots."


async def test_a_multiple_of_the_risk_needs_an_sl_that_is_still_at_risk() -> None:
    async with a_trader() as trader:
        trader.holds(replace(LONG, sl=Decimal("1.08100")))
        await trader.opens(ModifyTicket(trader.backend, LONG.ticket))
        await trader.bursts("tab", *"2r")
        assert trader.note("tp") == (
            "! The sl 1.08100 is past 1.08000: there is no risk to count by. Try pips like 30p, or a price."
        )
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_a_stop_that_the_server_lost_stands_in_its_field_from_the_start() -> None:
    """The position's own order asked for it: one key, and two enters set it."""
    async with a_trader() as trader:
        asked = OpenIntent("1", "EURUSD", Side.BUY, Decimal("0.20"), Decimal("1.08"), tp=Decimal("1.09"))
        lost = "WITHOUT its tp 1.09"
        record = IntentRecord(asked, IntentState.FILLED, (), None, LONG.ticket, lost)
        trader.backend.store.apply(IntentMoved(record))
        await modifying(trader)
        assert (trader.field("sl"), trader.field("tp")) == ("1.07500", "1.09000")
        await trader.reviews()
        await trader.confirms()
        assert trader.sent == [ModifyIntent("intent-1", 184729, "EURUSD", Keep(), MoveTo(Decimal("1.09000")))]


async def test_lots_that_may_be_a_thousand_or_have_lost_their_point_are_asked() -> None:
    whole = replace(EURUSD, volume_min=Decimal(1), volume_max=Decimal(100_000), volume_step=Decimal(1))
    asked, lost = "Is 1.000 1,000 lots, or 1?", "0.35 or 35."
    async with a_trader() as trader:
        trader.learns_spec(whole)
        trader.holds(replace(WINNING, volume=Decimal(2000)), SHORT)
        await trader.opens(CloseTicket(trader.backend, LONG.ticket))
        for typed, words in (("1,000", asked), ("035", lost)):
            await trader.presses(*["backspace"] * 8)
            await trader.types(typed)
            assert words in trader.note("volume")
            await trader.presses("enter")
            assert not trader.is_reviewing
    async with a_trader() as trader:
        trader.learns_spec(whole)
        await trader.opens_ticket()
        for typed, words in (("1,000", asked), ("035", lost)):
            await trader.presses(*["backspace"] * 8)
            await trader.types(typed)
            assert words in trader.note("volume")
            await trader.presses("enter")
            assert not trader.is_reviewing


async def test_what_a_reverse_opened_begins_with_stops_as_far_away_as_the_old_ones() -> None:
    turned = ReverseIntent("r", 7, "EURUSD", Side.BUY, Decimal("0.20"), "", Decimal("0.004"), Decimal("0.01"))
    new = replace(SHORT, ticket=9, price_open=Decimal("1.08300"), sl=None, tp=None)
    async with a_trader() as trader:
        trader.holds(new)
        trader.backend.store.apply(IntentMoved(IntentRecord(turned, IntentState.FILLED, (), None, 9)))
        await trader.opens(ModifyTicket(trader.backend, 9))
        assert (trader.field("sl"), trader.field("tp")) == ("1.08700", "1.07300")
        await trader.reviews()
        await trader.confirms()
        await trader.until(lambda: not trader.is_open)
        (sent,) = trader.sent
        assert isinstance(sent, ModifyIntent)
        assert (sent.sl, sent.tp) == (MoveTo(Decimal("1.08700")), MoveTo(Decimal("1.07300")))
    async with a_trader() as trader:
        trader.holds(new)
        trader.backend.store.apply(IntentMoved(IntentRecord(turned, IntentState.FILLED, (), None, 9)))
        taken = ModifyIntent("m", 9, "EURUSD", Remove(), Keep())
        trader.backend.store.apply(IntentMoved(IntentRecord(taken, IntentState.FILLED, ())))
        await trader.opens(ModifyTicket(trader.backend, 9))
        assert (trader.field("sl"), trader.field("tp")) == ("", "1.07300"), "the trader took that sl away"
