"""The reverse ticket: in words what is closed and opened; and what is there when only half was done."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import ends
from tests.ui.still_desk import Desk, a_desk, sounds
from tests.ui.still_life import WALL, StillBackend, still_backend
from tests.ui.trader import LONG, SHORT, Trader, a_trader, ready_backend
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.intents import OpenIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import HalfReversed, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    IntentMoved,
    Message,
    Severity,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
)
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.reverse_dialog import ReverseTicket
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
WINNING = replace(LONG, profit=D("40.20"))
REVERSE = ReverseIntent("rrrrrrrr-0000-4000-8000-000000000001", 184729, "EURUSD", Side.BUY, D("0.50"))


async def reversing(trader: Trader, ticket: int = LONG.ticket) -> None:
    trader.holds(WINNING, SHORT)
    await trader.opens(ReverseTicket(trader.backend, ticket))


async def test_the_review_says_both_halves_the_margin_after_and_that_no_stops_are_left() -> None:
    async with a_trader() as trader:
        await reversing(trader)
        assert trader.title == "REVERSE EURUSD, ticket 184729"
        assert "becomes sell 0.20" in trader.reads("headline")
        assert (
            trader.reads("general")
            == "! sl 1.07500 goes with the old position: m on the new one begins with an sl as far away. As "
            "far away is now sl 1.08701."
        )
        await trader.reviews()
        assert trader.reads("review").startswith(
            "Reverse ticket 184729: close buy 0.20 EURUSD at about 1.08201 (realises about +40.20 USD), then "
            "open sell 0.20 at about 1.08201. Margin after at most 432.83 USD, free at least 9,564.77 USD, "
            "level at least 2,309.83%. The new position has no stops.\nEnter sends, escape goes back."
        )
        await trader.confirms()
        await trader.until(lambda: not trader.is_open)
        assert trader.sent == [
            ReverseIntent("intent-1", 184729, "EURUSD", Side.BUY, D("0.20"), sl_away=D("0.00500"))
        ]
        assert trader.sent == trader.results


async def test_a_short_becomes_a_long_at_the_ask() -> None:
    async with a_trader() as trader:
        await reversing(trader, SHORT.ticket)
        assert trader.reads("general") == "The new position has no stops. The API takes none with a reverse."
        await trader.reviews()
        assert "close sell 0.30 EURUSD at about 1.08213" in trader.reads("review")
        assert "then open buy 0.30 at about 1.08213" in trader.reads("review")


async def test_enters_typed_ahead_do_not_reverse() -> None:
    async with a_trader() as trader:
        await reversing(trader)
        await trader.bursts("enter", "enter", "enter")
        assert trader.is_reviewing
        assert trader.sent == []


async def test_an_old_price_holds_it_back_and_a_fresh_one_is_asked_for() -> None:
    async with a_trader() as trader:
        await reversing(trader)
        await trader.reviews()
        trader.waits(30)
        await trader.until(lambda: "Can't be sent now" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []
        assert "EURUSD" in trader.backend.specs_asked


@pytest.mark.parametrize("change", [replace(WINNING, volume=D("0.10")), replace(WINNING, side=Side.SELL)])
async def test_a_position_that_became_another_is_another_order(change: object) -> None:
    async with a_trader() as trader:
        await reversing(trader)
        await trader.reviews()
        trader.holds(change, SHORT)  # type: ignore[arg-type]
        await trader.until(lambda: "lots by now: escape, and reverse it anew." in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []


async def test_a_position_that_goes_meanwhile_is_not_reversed() -> None:
    async with a_trader() as trader:
        await reversing(trader)
        await trader.reviews()
        ends(trader.backend.store, LONG.ticket)
        await trader.until(lambda: "not open any more" in trader.reads("review"))
        await trader.confirms()
        assert trader.sent == []


async def test_a_margin_that_may_not_do_for_the_second_half_is_said() -> None:
    backend = ready_backend()
    account = backend.store.account
    assert account is not None
    async with a_trader(backend) as trader:
        trader.holds(replace(WINNING, volume=D(60)))
        await trader.opens(ReverseTicket(backend, LONG.ticket))
        assert "! The margin may not be enough for the second half" in trader.reads("general")


async def test_it_is_there_on_a_netting_account_too() -> None:
    async with a_trader(ready_backend(MarginMode.NETTING)) as trader:
        trader.holds(WINNING)
        await trader.opens(ReverseTicket(trader.backend, LONG.ticket))
        await trader.reviews()
        await trader.confirms()
        assert len(trader.sent) == 1


# --- the key, and the half-done one ---


@pytest.mark.parametrize(
    ("trading", "reason"),
    [
        (TradingLocked("you locked it"), "Trading is locked: you locked it."),
        (
            TradingCloseOnly("the kill switch was pressed"),
            "A reverse opens, too: the kill switch was pressed.",
        ),
    ],
)
async def test_r_says_why_it_does_nothing(trading: TradingLocked | TradingCloseOnly, reason: str) -> None:
    async with a_desk(still_backend(lambda b: b.store.apply(TradingChanged(trading)))) as desk:
        await desk.presses("r")
        assert isinstance(desk.app.screen, TradingScreen)
        assert reason in desk.text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_r_opens_the_ticket_of_the_selected_position(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await desk.presses("4", "r")
        assert isinstance(desk.app.screen, ReverseTicket)
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert "REVERSE USDJPY, ticket 184741" in desk.text()
        assert "no stops" in desk.text()


def half_reverses(backend: StillBackend, intent: ReverseIntent = REVERSE) -> None:
    """The 207 comes, as the desk tells it: the record, then the words."""
    text = "Only half reversed, its opposite was NOT opened: buy 0.50 EURUSD, ticket 184729, was closed."
    story = (StoryLine(WALL, IntentState.FILLED, text),)
    answer = HalfReversed("not enough money", close_price=D("1.08213"))
    ends(backend.store, intent.ticket)
    backend.store.apply(IntentMoved(IntentRecord(intent, IntentState.FILLED, story, answer)))
    backend.store.apply(Message(WALL, Severity.ERROR, text))


def opens_anew(backend: StillBackend, state: IntentState, side: Side = Side.SELL) -> None:
    intent = OpenIntent(f"open-{state.value}", "EURUSD", side, D("0.50"), D("1.08213"))
    backend.store.apply(IntentMoved(IntentRecord(intent, state, ())))


async def rings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Sound]:
    rung = sounds(desk, monkeypatch)
    half_reverses(desk.backend)
    await desk.sees_a_frame()
    return rung


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_half_a_reverse_rings_once_and_names_the_key_for_the_rest(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_desk(size=size) as desk:
        assert "re-enter" not in desk.text()
        rung = await rings(desk, monkeypatch)
        opens_anew(desk.backend, IntentState.FILLED, Side.BUY)
        await desk.sees_a_frame()
        assert rung.count(Sound.TROUBLE) == 1
        assert "! ONLY HALF REVERSED, sell NOT opened: buy 0.5" in desk.text()
        assert "R re-enter" in desk.text().splitlines()[-1]
        await desk.presses("7")
        assert "✗ Only half reversed" in desk.text()


async def test_its_key_opens_the_ticket_for_the_other_half_filled_in() -> None:
    async with a_desk() as desk:
        half_reverses(desk.backend)
        await desk.presses("R")
        assert isinstance(desk.app.screen, OrderTicket)
        assert "SELL EURUSD" in desk.text()
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        desk.backend.clock.at += 1
        await desk.pilot.press("enter")
        await desk.sees_a_frame()
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, OpenIntent)
        assert (intent.symbol, intent.side, intent.volume) == ("EURUSD", Side.SELL, D("0.50"))


async def test_what_is_made_good_is_offered_no_more_and_what_came_to_nothing_still_is() -> None:
    async with a_desk() as desk:
        half_reverses(desk.backend)
        for state in (IntentState.REJECTED, IntentState.NOT_SENT, IntentState.FOUND_NOT_FILLED):
            opens_anew(desk.backend, state)
        opens_anew(desk.backend, IntentState.FILLED, Side.BUY)
        await desk.sees_a_frame()
        assert "R re-enter" in desk.text()
        opens_anew(desk.backend, IntentState.UNKNOWN)
        await desk.sees_a_frame()
        assert "R re-enter" not in desk.text()
        await desk.presses("R")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "No reverse is half done" in desk.text()


async def test_of_two_half_done_ones_one_order_makes_one_good() -> None:
    async with a_desk() as desk:
        half_reverses(desk.backend)
        half_reverses(desk.backend, replace(REVERSE, intent_id="second", ticket=184733))
        opens_anew(desk.backend, IntentState.FILLED)
        await desk.sees_a_frame()
        assert "R re-enter" in desk.text()


@pytest.mark.parametrize(("currency", "spread"), [("USD", "12 points (2.40 USD)"), (None, "12 points")])
async def test_the_spread_is_said_in_points_also_where_it_is_not_known_in_money(
    currency: str | None, spread: str
) -> None:
    async with a_trader(ready_backend(currency=currency)) as trader:
        await reversing(trader)
        assert trader.reads("headline").endswith(f"becomes sell 0.20  spread {spread}")
