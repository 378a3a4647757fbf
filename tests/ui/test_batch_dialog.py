"""What a command comes to: seen before it is sent, confirmed once, followed, and gone on with unseen."""

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.patience import PATIENCE
from tests.ui.looks import A_LOOK
from tests.ui.still_changes import hold_only
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import StillBackend, positions, still_backend
from tests.ui.test_command_bar import notice, says, settles, typed, types
from xbtfx_tui.domain.intents import CloseIntent, ModifyIntent, OpenIntent
from xbtfx_tui.domain.order_outcomes import Filled, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import IntentMoved, Severity, StreamDown
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.store.message_validity import still_so
from xbtfx_tui.ui.dialogs import batch_dialog
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.dialog_fields import Field
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
EURUSD_LONG, XAUUSD_SHORT, USDJPY_LONG = 184729, 184733, 184741


@pytest.fixture
def looks_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dialog looks at the prices where the test has it look, and at no other moment."""
    monkeypatch.setattr(batch_dialog, "TICKS_PER_SECOND", 1 / 3600)


async def asks(desk: Desk, line: str) -> None:
    """Type the line, enter it, and look at what it comes to for longer than that is deaf."""
    await types(desk, f":{line}", "enter")
    assert isinstance(desk.app.screen, BatchDialog), desk.text()
    await settles(desk)
    desk.backend.clock.at += A_LOOK


async def looks_again(desk: Desk) -> None:
    """Half a second passes for the dialog."""
    screen = desk.app.screen
    assert isinstance(screen, BatchDialog)
    screen._tick()
    await settles(desk)


def sent(desk: Desk) -> list[int]:
    """The tickets of the closes that were handed over."""
    return [intent.ticket for intent in desk.backend.desk.taken if isinstance(intent, CloseIntent)]


async def comes_to(desk: Desk, state: IntentState, text: str = "Closed.", price: str = "1.1") -> None:
    """What was handed over last comes to this."""
    intent = desk.backend.desk.taken[-1]
    now = desk.backend.clock.now().wall
    result = Filled(10009, None, None, D(price)) if state is IntentState.FILLED else None
    record = IntentRecord(intent, state, (StoryLine(now, state, text),), result)
    desk.backend.store.apply(IntentMoved(record))
    desk.screen.batches.advance()
    await settles(desk)


def with_many(count: int) -> StillBackend:
    """An account with so many losing positions of EURUSD."""

    def fill(backend: StillBackend) -> None:
        one = positions()[0]
        many = tuple(
            replace(one, ticket=200_000 + number, price_open=D("1.09000"), profit=D("-393.50"))
            for number in range(count)
        )
        hold_only(backend.store, *many)

    return still_backend(fill)


def holds(desk: Desk, *held: Position) -> None:
    hold_only(desk.backend.store, *held)


async def test_an_opening_order_is_shown_with_its_stops_and_sent_once() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await asks(desk, "buy 0.10 EURUSD sl=30p tp=2r")
        assert "sl 1.07921 (30.0 pips" in desk.text()
        assert "Enter sends, escape goes back." in says(desk, "review")
        await desk.confirms()
        await types(desk, "", "enter", "enter", "enter")
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, OpenIntent)
        assert (intent.volume, intent.sl, intent.tp) == (D("0.10"), D("1.07921"), D("1.08821"))


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_every_position_is_listed_with_its_profit_and_the_sum(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await asks(desk, "close all")
        shown = desk.text().splitlines()
        for ticket, profit in ((EURUSD_LONG, "+46.50"), (USDJPY_LONG, "+8.60"), (XAUUSD_SHORT, "-33.00")):
            assert any(str(ticket) in line and profit in line for line in shown)
        assert any("in all" in line and "+22.10" in line for line in shown)
        assert "Enter sends the 3 orders" in " ".join(says(desk, "review").split())


async def test_keys_typed_ahead_confirm_nothing() -> None:
    async with a_desk() as desk:
        await types(desk, ":close all", "enter", "enter", "enter")
        assert isinstance(desk.app.screen, BatchDialog)
        desk.backend.clock.at += 0.1
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        assert "Press enter again." in desk.text()
        desk.backend.clock.at += 3
        await types(desk, "", "enter")
        assert len(desk.backend.desk.taken) == 1


async def test_escape_goes_back_to_the_bar_with_the_line_as_it_was() -> None:
    async with a_desk() as desk:
        await asks(desk, "close losers")
        await types(desk, "", "escape")
        assert isinstance(desk.app.screen, CommandBar)
        assert typed(desk) == "close losers"
        await types(desk, " EUR")
        assert typed(desk) == "close losers EUR"
        await types(desk, "", "escape")
        assert isinstance(desk.app.screen, TradingScreen)
        assert desk.backend.desk.taken == []


@pytest.mark.usefixtures("looks_when_told")
async def test_the_preview_follows_the_prices_and_what_is_on_screen_is_sent() -> None:
    async with a_desk() as desk:
        await asks(desk, "buy 0.10 EURUSD sl=30p")
        desk.backend.quote("EURUSD", 1.08313, 1.08321)
        assert "1.07921" in desk.text()
        await looks_again(desk)
        assert "sl 1.08021" in desk.text()
        desk.backend.quote("EURUSD", 1.08413, 1.08421)
        await desk.confirms()
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, OpenIntent)
        assert intent.sl == D("1.08021")


@pytest.mark.usefixtures("looks_when_told")
async def test_another_question_has_to_be_seen_as_long_as_the_first() -> None:
    async with a_desk() as desk:
        await asks(desk, "close losers")
        desk.backend.quote("EURUSD", 1.07000, 1.07008)
        await looks_again(desk)
        assert str(EURUSD_LONG) in desk.text()
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert sent(desk) == [EURUSD_LONG]


async def test_a_position_that_went_meanwhile_can_not_be_closed_and_enter_goes_back() -> None:
    async with a_desk() as desk:
        await asks(desk, f"close {XAUUSD_SHORT} half")
        holds(desk)
        await looks_again(desk)
        assert "Can't be sent now" in says(desk, "review")
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert isinstance(desk.app.screen, CommandBar)
        assert typed(desk) == f"close {XAUUSD_SHORT} half"
        assert desk.backend.desk.taken == []


async def test_what_the_desk_has_against_it_is_said_before_and_after_enter() -> None:
    async with a_desk() as desk:
        await asks(desk, f"close {XAUUSD_SHORT}")
        desk.backend.desk.refusals = (Problem("Trading is locked: you locked it.", True, "trading"),)
        await types(desk, "", "enter")
        # Refused at the very last moment: nothing was sent, and the dialog stays to say so.
        assert isinstance(desk.app.screen, BatchDialog)
        assert "not done" in desk.text()
        assert "Trading is locked: you locked it." in says(desk, "steps")
        await types(desk, "", "escape")
        await types(desk, ":")
        await types(desk, "close all")
        assert "Trading is locked: you locked it." in says(desk)


async def test_old_prices_are_said_to_be_old() -> None:
    async with a_desk() as desk:
        desk.backend.store.apply(StreamDown("connection refused", 10.0))
        await asks(desk, "close all")
        assert "Profits are the server's last word" in desk.text()


async def test_one_order_goes_out_after_the_other_and_the_sum_is_told() -> None:
    async with a_desk() as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        assert sent(desk) == [EURUSD_LONG]
        await looks_again(desk)
        assert "> on its way  Close 0.50 EURUSD" in desk.text()
        assert "· waiting     Close 1.00 USDJPY" in desk.text()
        await comes_to(desk, IntentState.FILLED, price="1.08213")
        assert sent(desk) == [EURUSD_LONG, USDJPY_LONG]
        await comes_to(desk, IntentState.REJECTED, "Refused: the market is closed.")
        await comes_to(desk, IntentState.FILLED, price="2345.40")
        desk.backend.clock.at += 4.0  # the deals don't come
        desk.screen.batches.advance()
        await looks_again(desk)
        shown = desk.text()
        assert "✓ done" in shown
        assert "✗ not done" in shown
        assert "2 of 3 done." in shown
        assert "the market is closed" in shown
        assert "Realised: about +13.50 USD." in " ".join(says(desk, "general").split())
        last = desk.backend.store.messages[-1]
        assert last.text.startswith("2 of 3 done.")
        assert last.severity is Severity.WARNING


async def test_it_goes_on_when_nobody_looks_and_its_end_is_said() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        await types(desk, "", "escape")
        assert isinstance(desk.app.screen, TradingScreen)
        for price in ("1.08213", "151.204", "2345.40"):
            await comes_to(desk, IntentState.FILLED, price=price)
        assert sent(desk) == [EURUSD_LONG, USDJPY_LONG, XAUUSD_SHORT]
        desk.backend.clock.at += 4.0
        desk.screen.batches.advance()
        await settles(desk)
        assert "3 of 3 done. Realised: about +22.10 USD." in notice(desk)
        assert desk.backend.store.messages[-1].severity is Severity.GOOD


async def test_the_frames_drive_it_without_a_key() -> None:
    async with a_desk(fps=30) as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        intent = desk.backend.desk.taken[-1]
        desk.backend.store.apply(IntentMoved(IntentRecord(intent, IntentState.REJECTED, ())))
        async with asyncio.timeout(PATIENCE):
            while len(sent(desk)) < 2:
                await desk.pilot.pause(0.01)


async def test_after_an_unknown_outcome_the_other_positions_are_closed_all_the_same() -> None:
    async with a_desk() as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        await comes_to(desk, IntentState.UNKNOWN, "Unknown: no answer came.")
        await looks_again(desk)
        assert sent(desk) == [EURUSD_LONG, USDJPY_LONG]
        assert "? NOT KNOWN" in desk.text()
        await comes_to(desk, IntentState.FILLED)
        await comes_to(desk, IntentState.FILLED)
        assert sent(desk) == [EURUSD_LONG, USDJPY_LONG, XAUUSD_SHORT]
        desk.backend.clock.at += 4  # the deals are waited for
        desk.screen.batches.advance()
        await looks_again(desk)
        end = desk.backend.store.messages[-1]
        assert end.text.startswith("2 of 3 done. Outcome NOT known: Close 0.50 EURUSD")
        assert end.severity is Severity.ERROR
        await looks_again(desk)
        assert "Outcome NOT known" in " ".join(desk.text().split())
        assert still_so(end.true_while, desk.backend.store)
        first = desk.backend.desk.taken[0]
        told = StoryLine(0.0, IntentState.FOUND_FILLED, "Closed 0.50 EURUSD at 1.08200, ticket 184729.")
        desk.backend.store.apply(IntentMoved(IntentRecord(first, IntentState.FOUND_FILLED, (told,))))
        await looks_again(desk)
        assert "NOT KNOWN" not in desk.text()
        assert "3 of 3 done." in desk.text()
        assert not still_so(end.true_while, desk.backend.store), "the notice line takes it back"


async def test_a_key_stops_what_is_not_sent_yet() -> None:
    async with a_desk() as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        await types(desk, "x")
        await comes_to(desk, IntentState.FILLED, price="1.08213")
        assert sent(desk) == [EURUSD_LONG]


async def test_quitting_says_what_will_not_be_sent() -> None:
    async with a_desk() as desk:
        await asks(desk, "close all")
        await types(desk, "", "enter")
        await types(desk, "", "escape")
        await types(desk, "q")
        assert "2 more orders of a command will not be sent" in " ".join(desk.text().split())


async def test_more_than_five_closed_at_once_ask_for_the_word() -> None:
    async with a_desk(with_many(6)) as desk:
        await types(desk, ":close all", "enter", "enter", "enter")
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        assert "Type the word close" in desk.app.screen.query_one("#close", Field).said
        await desk.confirms(*"close")
        assert sent(desk) == [200_000]


async def test_five_are_closed_by_enter_and_a_sixth_that_comes_asks_for_the_word() -> None:
    async with a_desk(with_many(5)) as desk:
        await asks(desk, "close all")
        held = tuple(desk.backend.store.positions.values())
        holds(desk, *held, replace(held[0], ticket=300_000))
        await looks_again(desk)
        desk.backend.clock.at += A_LOOK
        await types(desk, "", "enter")
        assert desk.backend.desk.taken == []
        await desk.confirms(*"close")
        assert len(desk.backend.desk.taken) == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_long_list_scrolls_and_the_question_stays_in_sight(size: tuple[int, int]) -> None:
    async with a_desk(with_many(40), size=size) as desk:
        await types(desk, ":close all", "enter")
        await settles(desk)
        assert "type close and enter" in desk.text()
        assert "200000" in desk.text()
        for _ in range(12):
            await types(desk, "", "pagedown")
        assert "200039" in desk.text()
        assert "type close and enter" in desk.text()


async def test_breakeven_is_a_batch_of_modifies_that_realise_nothing() -> None:
    async with a_desk() as desk:
        await asks(desk, "be 5p EURUSD")
        await types(desk, "", "enter")
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, ModifyIntent)


async def test_trailing_begins_for_each_position_once_it_is_confirmed_and_ends_at_once() -> None:
    async with a_desk() as desk:
        await asks(desk, "trail 5p")
        assert desk.backend.trails.trails() == ()
        await types(desk, "", "enter")
        assert {one.ticket for one in desk.backend.trails.trails()} == {
            EURUSD_LONG,
            USDJPY_LONG,
            XAUUSD_SHORT,
        }
        assert "3 of 3 positions trail now." in notice(desk)
        await types(desk, ":trail off EURUSD", "enter")
        assert {one.ticket for one in desk.backend.trails.trails()} == {USDJPY_LONG, XAUUSD_SHORT}


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_trailing_of_several_tells_where_each_stop_goes_first_and_warns(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await asks(desk, "trail 1p")
        told = " ".join(f"{says(desk, 'steps')} {says(desk, 'general')}".split())
        assert f"{EURUSD_LONG} EURUSD: sl from 1.07900 to about 1.08203 first" in told
        assert f"{USDJPY_LONG} USDJPY: sl from none to about 151.194 first" in told
        assert "! 1p is less than two spreads of EURUSD: a quiver of the price would close it." in told
        assert "Trail 3 positions at 1p, never back, while this terminal runs" in says(desk, "review")


async def test_a_deed_that_may_lead_to_orders_is_confirmed_first() -> None:
    async with a_desk() as desk:
        await types(desk, ":trail 5p USDJPY", "enter", "enter")
        assert desk.backend.trails.trails() == ()
        await desk.confirms()
        assert [(one.ticket, one.distance_pips) for one in desk.backend.trails.trails()] == [
            (USDJPY_LONG, D(5))
        ]
        assert "USDJPY 184741 trails at 5p while this terminal runs." in notice(desk)
