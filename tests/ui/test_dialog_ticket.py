"""The order ticket, by the keyboard: what a trader types, reads and sends."""

from decimal import Decimal

from msgspec.structs import replace
from textual import events

from tests.ui.looks import A_LOOK
from tests.ui.trader import EURUSD, LONG, SHORT, StandInBackend, a_trader, ready_backend
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Dialect, StreamDown, StreamUp, TradingChanged, TradingLocked
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket


async def test_a_buy_is_reviewed_in_words_and_sent_once() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.types("0.25")
        await trader.presses("tab")
        await trader.types("30p")
        await trader.presses("tab")
        await trader.types("1.09")
        await trader.reviews()
        assert trader.reads("review") == (
            "Buy 0.25 EURUSD at market, now 1.08213. sl 1.07913 (30.0 pips, -75.00 USD), "
            "tp 1.09000 (78.7 pips, +196.75 USD). Risks 0.75% of equity. "
            "Margin at most 270.52 USD, spread 12 points (3.00 USD), level after at least 3,695.51%.\n"
            "Enter sends, escape goes back."
        )
        assert trader.sent == []
        await trader.bursts("enter", "enter", "enter")
        await trader.confirms(A_LOOK - 0.2)  # what was a run may have been a held key's
        await trader.until(lambda: not trader.is_open)
        intent = OpenIntent(
            "intent-1",
            "EURUSD",
            Side.BUY,
            Decimal("0.25"),
            Decimal("1.08213"),
            Decimal("1.07913"),
            Decimal("1.09"),
        )
        assert trader.sent == [intent]
        assert trader.backend.recorder.handed == 1
        assert trader.results == [intent]


async def test_the_volume_is_selected_so_that_typing_replaces_it() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("sell", volume="0.10")
        assert trader.focus == "volume"
        await trader.types("2")
        assert trader.field("volume") == "2"
        await trader.reviews()
        assert "Sell 2.00 EURUSD at market, now 1.08201." in trader.reads("review")


async def test_keys_typed_ahead_do_not_confirm() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"0.5", "enter", "enter", "enter", "x")
        assert trader.is_reviewing
        assert trader.sent == []
        assert "Buy 0.50 EURUSD" in trader.reads("review")
        assert "Enter sends, escape goes back. Press enter again." in trader.reads("review")
        trader.waits(0.19)
        await trader.presses("enter")
        assert trader.is_reviewing
        assert trader.sent == []
        trader.waits(1.0)
        await trader.presses("enter")
        assert len(trader.sent) == 1


async def test_an_escape_typed_ahead_is_heard() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"0.5", "enter", "escape", "escape")
        assert not trader.is_open
        assert trader.sent == []


async def test_an_enter_that_waited_while_the_program_was_busy_counts_from_when_it_was_struck() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.reviews()
        early = events.Key("enter", None)
        early.time -= A_LOOK - 0.1
        trader.app.post_message(early)
        await trader.pilot.pause()
        assert trader.sent == []
        await trader.confirms()
        assert len(trader.sent) == 1


async def test_keys_typed_while_the_ticket_comes_up_reach_its_volume() -> None:
    async with a_trader() as trader:
        dialog = OrderTicket(trader.backend, "EURUSD", Side.BUY, Decimal("0.10"))
        opened = trader.app.push_screen(dialog)
        for key in "1.5":
            trader.app.simulate_key(key)
        await opened
        await trader.until(lambda: trader.field("volume") == "1.5")
        # One that was already on its way to the dialog when the field took the focus.
        dialog.post_message(events.Key("5", "5"))
        await trader.until(lambda: trader.field("volume") == "1.55")


async def test_what_is_typed_after_enter_does_not_change_what_enter_meant() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"0.55", "backspace", "enter", "7", "backspace")
        await trader.until(lambda: trader.is_reviewing)
        assert trader.field("volume") == "0.5"
        assert "Buy 0.50 EURUSD" in trader.reads("review")


async def test_a_tab_in_a_burst_takes_what_follows_to_the_next_field() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.bursts(*"0.2", "tab", *"30p", "tab", *"40p", "enter")
        await trader.until(lambda: trader.is_reviewing)
        assert [trader.field(name) for name in ("volume", "sl", "tp")] == ["0.2", "30p", "40p"]


async def test_escape_goes_back_one_step_at_a_time() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.types("0.3")
        await trader.reviews()
        await trader.presses("escape")
        assert trader.is_open
        assert trader.reads("review") == ""
        assert trader.focus == "volume"
        await trader.types("0.4")
        assert trader.field("volume") == "0.4"
        await trader.presses("escape")
        assert trader.results == [None]
        assert trader.sent == []


async def test_a_wrong_volume_is_said_beside_it_and_not_reviewed() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.types("0.105")
        assert trader.note("volume") == "! 0.105 lots does not fit the step of 0.01: try 0.10 or 0.11."
        await trader.presses("tab", "tab", "enter")
        assert not trader.is_reviewing
        assert trader.focus == "volume"
        await trader.types("lots")
        assert (
            trader.note("volume")
            == '! "lots" is no size: type lots like 0.10, or a risk like 1% of equity or 50$.'
        )
        await trader.types("9" * 400)
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_a_wrong_stop_is_said_beside_it_and_not_reviewed() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab")
        await trader.types("1.09")
        assert trader.note("sl") == "! The sl of a buy must be below the bid, 1.08201."
        await trader.presses("tab")
        await trader.types("1p")
        assert trader.note("tp") == "1.08223 (1 pip, +1.00 USD)"
        await trader.presses("ctrl+u")
        await trader.types("1.08205")
        assert trader.note("tp") == "! Too close: EURUSD wants 10 points, so at or above 1.08211."
        await trader.presses("enter")
        assert not trader.is_reviewing
        assert trader.focus == "sl"
        await trader.types("abc")
        assert "is no stop: type a price like 1.0820, pips like 30p" in trader.note("sl")


async def test_arrows_step_the_volume_and_stay_within_the_limits() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("up")
        assert trader.field("volume") == "0.11"
        await trader.presses("pageup", "down", "down")
        assert trader.field("volume") == "0.19"
        await trader.presses("pagedown", "shift+down")
        assert trader.field("volume") == "0.01"
        await trader.bursts("up", "up", "enter", "up")
        await trader.until(lambda: trader.is_reviewing)
        assert "Buy 0.03 EURUSD" in trader.reads("review")


async def test_f2_turns_a_buy_into_a_sell_with_its_pips() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab")
        await trader.types("30p")
        assert trader.note("sl") == "1.07913 (30.0 pips, -30.00 USD)"
        await trader.presses("f2")
        assert trader.note("sl") == "1.08501 (30.0 pips, -30.00 USD)"
        assert trader.title == "SELL EURUSD: Euro vs US Dollar"
        await trader.reviews()
        await trader.presses("f2")
        await trader.confirms()
        assert [intent.side for intent in trader.sent if isinstance(intent, OpenIntent)] == [Side.SELL]


async def test_the_words_follow_the_price_and_are_what_is_sent() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab")
        await trader.types("30p")
        await trader.reviews()
        trader.sees_quote(1.08301, 1.08313)
        await trader.until(lambda: "now 1.08313. sl 1.08013 (30.0 pips" in trader.reads("review"))
        await trader.confirms()
        (intent,) = trader.sent
        assert isinstance(intent, OpenIntent)
        assert (intent.price, intent.sl) == (Decimal("1.08313"), Decimal("1.08013"))


async def test_a_review_that_goes_stale_says_so_and_does_not_send() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.reviews()
        trader.backend.store.apply(StreamDown("reset", 1.0))
        await trader.until(lambda: "Can't be sent now" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []
        assert not trader.is_reviewing
        assert "can't be trusted" in trader.reads("general")


async def test_a_stale_price_shows_its_age_and_is_asked_for_again_every_3_s() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        assert trader.backend.specs_asked == []
        trader.waits(12)
        await trader.until(lambda: "price 12s old" in trader.reads("headline"))
        assert trader.backend.specs_asked == ["EURUSD"]
        trader.waits(2.9)
        await trader.until(lambda: "price 14s old" in trader.reads("headline"))
        assert trader.backend.specs_asked == ["EURUSD"]
        trader.waits(A_LOOK)
        await trader.until(lambda: trader.backend.specs_asked == ["EURUSD", "EURUSD"])


async def test_without_its_contract_the_ticket_waits_and_then_fills() -> None:
    backend = StandInBackend()
    async with a_trader(backend) as trader:
        await trader.opens_ticket("buy")
        assert "the stream is not connected yet" in trader.reads("headline")
        backend.store.apply(StreamUp(Dialect.CURRENT))
        waiting = "Waiting for the terms and a fresh price of EURUSD."
        await trader.until(lambda: trader.reads("headline") == waiting)
        assert backend.specs_asked == ["EURUSD"]
        await trader.presses("enter")
        assert not trader.is_reviewing
        trader.learns_spec(replace(EURUSD, bid=1.08201, ask=1.08213))
        await trader.until(lambda: "bid 1.08201" in trader.reads("headline"))


async def test_a_price_of_zero_is_none_and_nothing_is_drafted_by_it() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        trader.sees_quote(0.0, 0.0)
        trader.waits(11)
        trader.sees_quote(0.0, 0.0)
        none = "The server has no price of EURUSD now."
        await trader.until(lambda: trader.reads("headline") == none)
        await trader.presses("enter")
        assert not trader.is_reviewing


async def test_a_locked_terminal_says_so_before_the_review() -> None:
    async with a_trader() as trader:
        trader.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await trader.opens_ticket("buy")
        await trader.presses("enter")
        assert not trader.is_reviewing
        assert trader.reads("general") == "! Trading is locked: you locked it. Unlock it with ctrl+l."


async def test_what_the_desk_refuses_stays_on_screen_until_something_is_typed() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.reviews()
        trader.backend.recorder.refuses = (Problem("The journal can't be written: disk full.", True, None),)
        await trader.confirms()
        assert trader.is_open
        assert trader.reads("general") == "! The journal can't be written: disk full."
        trader.backend.recorder.refuses = ()
        await trader.types("0.2")
        assert trader.reads("general") == ""
        await trader.reviews()
        await trader.confirms()
        assert [intent.intent_id for intent in trader.sent] == ["intent-2"]


async def test_without_a_volume_nothing_is_shown_that_depends_on_one() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab")
        await trader.types("30p")
        await trader.presses("tab")
        await trader.types("50$")
        await trader.presses("shift+tab", "shift+tab")
        await trader.types("b0.10")
        assert trader.note("volume").startswith("! ")
        facts = " ".join(trader.reads("facts").split())
        assert facts == "pip value – margin – level after – free after –"
        assert trader.reads("headline") == "bid 1.08201  ask 1.08213  spread 12 points"
        assert trader.note("sl") == "1.07913 (30.0 pips)"
        assert trader.note("tp") == "50$: a price once there is a volume"
        await trader.presses(*["backspace"] * 5)
        await trader.types("0.10")
        assert "margin at most 108.21 USD" in " ".join(trader.reads("facts").split())
        assert trader.note("tp").startswith("1.08713 (50.0 pips")


async def test_too_little_margin_warns_and_lets_the_server_decide() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.types("50")
        assert trader.note("volume").startswith("! Not enough free margin by our estimate")
        await trader.reviews()
        assert "\n! Not enough free margin" in trader.reads("review")
        await trader.confirms()
        assert len(trader.sent) == 1


async def test_a_comment_is_checked_and_shown() -> None:
    async with a_trader() as trader:
        await trader.opens_ticket("buy")
        await trader.presses("shift+tab")
        assert trader.focus == "comment"
        await trader.types("x" * 28)
        assert trader.note("comment") == "! The comment has 28 characters; 27 is the most."
        await trader.presses("backspace")
        await trader.reviews()
        assert f'Comment "{"x" * 27}".' in trader.reads("review")


async def test_a_netting_account_is_told_what_the_trade_does_to_its_position() -> None:
    async with a_trader(ready_backend(MarginMode.NETTING)) as trader:
        trader.holds(SHORT)
        await trader.opens_ticket("buy", volume="0.10")
        assert trader.note("volume") == "Netting: reduces the sell 0.30, 0.20 stays open."
        await trader.types("0.30")
        assert trader.note("volume") == "Netting: closes the sell 0.30."
        await trader.presses("backspace")
        await trader.types("5")
        assert trader.note("volume") == "Netting: closes the sell 0.30 and leaves a buy 0.05."
        await trader.presses("f2")
        assert trader.note("volume") == "Netting: adds to the sell 0.30, 0.65 in all."
        await trader.reviews()
        assert "Netting: adds to the sell 0.30, 0.65 in all." in trader.reads("review")


async def test_a_netting_account_is_told_of_stops_that_the_order_may_take_away() -> None:
    async with a_trader(ready_backend(MarginMode.NETTING)) as trader:
        trader.holds(LONG)
        await trader.opens_ticket("buy", volume="0.10")
        assert "Whether it keeps its sl 1.07500 is not documented" in trader.reads("general")
        await trader.reviews()
        said = "! Whether it keeps its sl 1.07500 is not documented: look once it is filled."
        assert said in trader.reads("review")


async def test_a_hedging_account_hears_nothing_of_netting() -> None:
    async with a_trader() as trader:
        trader.holds(LONG)
        await trader.opens_ticket("buy")
        assert trader.note("volume") == "lots, 0.01 to 100.00, step 0.01; or 1%, or 50$"


async def test_hostile_text_from_the_server_is_shown_as_plain_text() -> None:
    async with a_trader() as trader:
        trader.learns_spec(replace(EURUSD, description="[/x] \x1b[31mred[/]"))
        trader.sees_quote(1.08201, 1.08213)
        await trader.opens_ticket("buy")
        assert trader.title == "BUY EURUSD: [/x] red[/]"


async def test_the_ticket_fits_the_smallest_screen_with_its_review() -> None:
    async with a_trader(size=(60, 20)) as trader:
        await trader.opens_ticket("buy")
        await trader.presses("tab")
        await trader.types("30p")
        await trader.presses("tab")
        await trader.types("60p")
        await trader.presses("tab")
        await trader.types("breakout of the range")
        await trader.reviews()
        frame = trader.dialog.query_one("#frame")
        assert frame.max_scroll_y == 0
        assert frame.size.height <= 20
