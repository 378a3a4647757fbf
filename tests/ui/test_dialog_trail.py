"""Breakeven and trailing stops by keyboard: the dialogs, and what the screen shows of what trails."""

from decimal import Decimal

from msgspec.structs import replace

from tests.ui.looks import A_LOOK
from tests.ui.still_changes import ends
from tests.ui.still_desk import a_desk
from tests.ui.trader import LONG, SHORT, Trader, a_trader
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import TradingChanged, TradingLocked, TradingOpen
from xbtfx_tui.domain.trailing_stop import TrailingStop
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.ui.dialogs.breakeven_dialog import BreakevenDialog
from xbtfx_tui.ui.dialogs.trailing_stop_dialog import TrailDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
WITH_TP = replace(LONG, tp=D("1.09000"))


async def securing(trader: Trader, ticket: int = LONG.ticket) -> None:
    trader.holds(WITH_TP, SHORT)
    await trader.opens(BreakevenDialog(trader.backend, ticket))


async def trailing(trader: Trader, ticket: int = LONG.ticket) -> None:
    trader.holds(WITH_TP, SHORT)
    await trader.opens(TrailDialog(trader.backend, ticket))


# --- breakeven ---


async def test_breakeven_says_from_where_to_where_and_what_it_locks_in() -> None:
    async with a_trader() as trader:
        await securing(trader)
        assert trader.title == "BREAKEVEN EURUSD, ticket 184729"
        assert (trader.field("sl"), trader.note("sl")) == ("1.08012", "from 1.07500")
        await trader.reviews()
        assert trader.reads("review") == (
            "Breakeven for EURUSD (buy 0.20, ticket 184729): sl from 1.07500 to 1.08012 (open 1.08000 and "
            "the spread), which locks in +1.2 pips from open, +2.40 USD; tp stays 1.09000. It is at 1.08201 "
            "now.\nEnter sends, escape goes back."
        )
        await trader.confirms()
        assert trader.sent == [
            ModifyIntent("intent-1", 184729, "EURUSD", MoveTo(D("1.08012")), Keep(), only_nearer=True)
        ]
        assert trader.results == trader.sent


async def test_breakeven_of_a_short() -> None:
    async with a_trader() as trader:
        await securing(trader, SHORT.ticket)
        await trader.reviews()
        assert (
            "sl from none to 1.08288 (open 1.08300 and the spread), which locks in +1.2 pips from open, "
            "+3.60 USD"
        ) in trader.reads("review")


async def test_keys_typed_ahead_of_breakeven_send_nothing() -> None:
    async with a_trader() as trader:
        trader.holds(WITH_TP)
        trader.app.push_screen(BreakevenDialog(trader.backend, LONG.ticket), trader.results.append)
        await trader.bursts("enter", "enter", "x", "enter")
        assert trader.is_reviewing
        await trader.presses("enter")
        assert trader.sent == []
        assert trader.is_open
        await trader.presses("escape", "escape")
        assert trader.results == [None]


async def test_the_sl_of_breakeven_is_worked_out_and_not_typed() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.bursts("5", "backspace", "delete", "up", "tab", "home", "9")
        assert trader.field("sl") == "1.08012"


async def test_what_breakeven_said_is_what_it_sends_whatever_the_price_does() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.reviews()
        trader.sees_quote(1.08250, 1.08290)
        await trader.until(lambda: "1.08250" in trader.reads("headline"))
        assert "to 1.08012 (" in trader.reads("review")
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, ModifyIntent)
        assert intent.sl == MoveTo(D("1.08012"))


async def test_breakeven_is_refused_in_words_while_the_price_is_not_past_it() -> None:
    async with a_trader() as trader:
        trader.sees_quote(1.08010, 1.08022)
        await securing(trader)
        assert trader.note("sl") == "! EURUSD must be at 1.08022 or above first; it is at 1.08010."
        await trader.presses("enter")
        assert not trader.is_reviewing
        trader.sees_quote(1.08100, 1.08112)
        await trader.until(lambda: trader.note("sl") == "from 1.07500")
        await trader.reviews()


async def test_a_price_that_comes_back_too_close_keeps_breakeven_from_going() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.reviews()
        trader.sees_quote(1.08015, 1.08027)
        await trader.until(lambda: "Can't be sent now: Too close" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []


async def test_a_better_sl_or_a_gone_position_keeps_breakeven_from_going() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.reviews()
        trader.holds(replace(WITH_TP, sl=D("1.08050")))
        stands = "The sl of 184729 stands at 1.08050 by now: that is 1.08012 or better."
        await trader.until(lambda: stands in trader.reads("review"))
        ends(trader.backend.store, LONG.ticket)
        await trader.until(lambda: "not open any more" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []
        await trader.presses("escape")
        assert trader.results == [None]


async def test_what_the_desk_refuses_of_breakeven_is_said_in_its_place() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.reviews()
        trader.backend.recorder.refuses = (Problem("The terminal is closing.", True, "trading"),)
        await trader.confirms()
        assert "The terminal is closing." in trader.reads("general")
        assert trader.is_open
        assert not trader.is_reviewing
        assert trader.sent == []


async def test_an_enter_meant_for_a_refusal_does_not_send_what_can_be_sent_by_now() -> None:
    async with a_trader() as trader:
        await securing(trader)
        await trader.reviews()
        trader.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await trader.until(lambda: "Can't be sent now: Trading is locked" in trader.reads("review"))
        trader.backend.store.apply(TradingChanged(TradingOpen()))
        await trader.until(lambda: "Enter sends" in trader.reads("review"))
        await trader.presses("enter")
        assert trader.sent == []
        await trader.confirms()
        assert len(trader.sent) == 1


# --- trailing ---


async def test_trailing_begins_with_the_distance_of_the_sl_that_stands() -> None:
    async with a_trader() as trader:
        await trailing(trader)
        assert trader.title == "TRAILING STOP EURUSD, ticket 184729"
        assert (trader.focus, trader.field("pips")) == ("pips", "70.1p")
        assert trader.note("pips") == "sl stays 1.07500 for now"
        assert trader.reads("facts") == (
            "Trails while this terminal runs; the broker keeps only the last stop."
        )
        await trader.reviews()
        assert trader.reads("review") == (
            "Trail EURUSD (buy 0.20, ticket 184729) at 70.1p: sl stays 1.07500 until the bid is at or above "
            "1.08272, then follows by 7.1p or more, never back, while this terminal runs; the broker keeps "
            "only the last stop.\nEnter turns it on, escape goes back."
        )


async def test_without_an_sl_15_pips_are_proposed_and_the_first_stop_is_named() -> None:
    async with a_trader() as trader:
        await trailing(trader, SHORT.ticket)
        assert trader.field("pips") == "15p"
        assert trader.note("pips") == "sl 1.08363 first"
        await trader.reviews()
        assert (
            "Trail EURUSD (sell 0.30, ticket 184730) at 15p: sl from none to about 1.08363 first (-6.3 pips "
            "from open, -18.90 USD), then follows by 1.5p or more, never back, while this terminal runs; "
            "the broker keeps only the last stop."
        ) in trader.reads("review")
        await trader.confirms()
        await trader.until(lambda: not trader.is_open)
        assert trader.backend.trails.trails() == (TrailingStop(184730, "EURUSD", Side.SELL, D(15)),)
        assert trader.sent == []


async def test_a_wrong_distance_is_refused_beside_the_field() -> None:
    async with a_trader() as trader:
        await trailing(trader, SHORT.ticket)
        for typed, said in (
            ("abc", '! "abc" is no distance: type pips like 15p.'),
            ("0.5p", "! EURUSD wants stops 10 points away at least: try 1p."),
            ("2", "! 2p is less than two spreads of EURUSD: a quiver of the price would close it."),
        ):
            await trader.presses("ctrl+a", "ctrl+k")
            await trader.types(typed)
            assert trader.note("pips") == said
        await trader.presses("ctrl+a", "ctrl+k")
        await trader.types("abc")
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_keys_typed_ahead_turn_nothing_on() -> None:
    async with a_trader() as trader:
        trader.holds(SHORT)
        trader.app.push_screen(TrailDialog(trader.backend, SHORT.ticket), trader.results.append)
        await trader.bursts("2", "0", "p", "enter", "enter", "5")
        await trader.until(lambda: trader.is_reviewing)
        await trader.presses("enter")
        assert trader.backend.trails.trails() == ()
        trader.waits(A_LOOK)
        await trader.presses("enter")
        await trader.until(lambda: not trader.is_open)
        assert trader.backend.trails.trails() == (TrailingStop(184730, "EURUSD", Side.SELL, D(20)),)


async def test_a_refusal_of_the_last_moment_is_said_in_the_dialog() -> None:
    async with a_trader() as trader:
        await trailing(trader, SHORT.ticket)
        await trader.reviews()
        trader.backend.trails.refuses = "Position 184730 is not open any more."
        await trader.confirms()
        assert trader.reads("general") == "! Position 184730 is not open any more."
        assert trader.is_open


async def test_a_locked_terminal_turns_nothing_on() -> None:
    async with a_trader() as trader:
        trader.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await trailing(trader, SHORT.ticket)
        assert "Trading is locked" in trader.reads("general")
        await trader.presses("enter")
        assert not trader.is_reviewing


# --- on the screen ---


async def test_t_turns_it_on_and_off_and_what_trails_is_marked() -> None:
    async with a_desk() as desk:
        await desk.presses("4")
        await desk.presses("t")
        await desk.pilot.press(*"20p", "enter")
        desk.backend.clock.at += 1
        await desk.presses("enter")
        assert isinstance(desk.app.screen, TradingScreen)
        ticket = desk.screen.positions.board.cursor
        assert [trail.ticket for trail in desk.backend.trails.trails()] == [ticket]
        assert " 1 TRAIL " in desk.text()
        assert "↗" in desk.line(str(ticket))
        await desk.presses("t")
        assert desk.backend.trails.trails() == ()
        assert "TRAIL" not in desk.text().splitlines()[0]
        assert "↗" not in desk.text()
        assert f"USDJPY {ticket} trails no more; its sl stays where it is." in desk.text()


async def test_it_can_be_turned_off_while_trading_is_locked_but_not_on() -> None:
    async with a_desk() as desk:
        ticket = desk.screen.positions.board.cursor
        assert ticket is not None
        desk.backend.desk.lock("you locked it")
        await desk.presses("4", "t")
        assert "Trading is locked" in desk.text()
        assert isinstance(desk.app.screen, TradingScreen)
        desk.backend.trails.start(ticket, D(15))
        await desk.presses("t")
        assert desk.backend.trails.trails() == ()


async def test_e_and_t_say_why_they_do_nothing_without_a_position() -> None:
    async with a_desk() as desk:
        for ticket in list(desk.backend.store.positions):
            ends(desk.backend.store, ticket)
        await desk.presses("4")
        for key in "et":
            await desk.presses(key)
            assert "No position is selected." in desk.text()
            assert isinstance(desk.app.screen, TradingScreen)


async def test_at_60_columns_the_mark_stands_at_the_ticket() -> None:
    async with a_desk(size=(60, 20)) as desk:
        ticket = desk.screen.positions.board.cursor
        assert ticket is not None
        desk.backend.trails.start(ticket, D(15))
        desk.screen.show_trails()
        await desk.presses("4")
        assert "TRAIL" in desk.text()
        assert f"{ticket}↗" in desk.text()


async def test_quitting_asks_first_where_a_stop_would_be_trailed_no_more() -> None:
    async with a_desk() as desk:
        ticket = desk.screen.positions.board.cursor
        assert ticket is not None
        desk.backend.trails.start(ticket, D(15))
        await desk.presses("q")
        asked = " ".join(desk.text().replace("│", " ").split())
        assert f"1 trailing stop stands still once the terminal is closed: USDJPY {ticket} at 15" in asked
        assert desk.app.return_value is None
