"""An order whose outcome is not known: the trader sees it stand there, and decides with care."""

import re
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_desk import Desk, a_desk, sounds
from tests.ui.still_life import WALL, StillBackend
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, Intent, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import IntentMoved, TradingChanged, TradingReadOnly
from xbtfx_tui.orders.unknown_orders import AgainIn, AgainNow, Doubt, NeverAgain, Resend
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.confirm_dialog import TypedWord
from xbtfx_tui.ui.dialogs.unknown_orders_dialog import DoubtDialog
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

D = Decimal
BUY = OpenIntent(
    "3f2a91c0-0000-4000-8000-000000000001", "EURUSD", Side.BUY, D("0.10"), D("1.08221"), sl=D("1.07910")
)
SELL = OpenIntent("99999999-0000-4000-8000-000000000002", "XAUUSD", Side.SELL, D("0.20"), D("2345.12"))
ALL = CloseAllIntent("aaaaaaaa-0000-4000-8000-000000000003", (184729, 184733, 184741))
NEVER = NeverAgain("the server answered 504")
TWINS = (
    Position(184750, "EURUSD", Side.BUY, D("0.10"), D("1.08221"), D("1.08213"), D("1.07910")),
    Position(184751, "EURUSD", Side.BUY, D("0.10"), D("1.08230"), D("1.08213"), None, D("1.09000")),
)


def in_doubt(
    backend: StillBackend,
    intent: Intent = BUY,
    resend: Resend = NEVER,
    *,
    state: IntentState = IntentState.UNKNOWN,
    candidates: tuple[Position, ...] = (),
    looked: tuple[str, ...] = ("10:15:20 positions: no new buy 0.10 EURUSD",),
    differences: tuple[str, ...] = (),
) -> None:
    story = (StoryLine(WALL - 12, state, "Unknown: the server did not answer in time."),)
    record = IntentRecord(intent, state, story)
    earlier = [one for one in backend.desk.in_doubt if one.record.intent != intent]
    doubt = Doubt(record, WALL - 12, looked, candidates, resend, differences=differences)
    backend.desk.in_doubt = [*earlier, doubt]
    backend.store.apply(IntentMoved(record))


async def opens(desk: Desk) -> None:
    """`u`, and a look at the dialog for longer than it is deaf."""
    await desk.presses("u")
    assert isinstance(desk.app.screen, DoubtDialog)
    await looks(desk)


async def looks(desk: Desk) -> None:
    """Half a second goes by."""
    await desk.pilot.pause()
    desk.backend.clock.at += 0.5
    desk.screen.frame()
    if isinstance(desk.app.screen, DoubtDialog):
        desk.app.screen._tick()
    await desk.pilot.pause()


def words(desk: Desk) -> str:
    """What is on screen as running text, whatever lines it is broken into."""
    return " ".join(re.sub("[│▌┃█▊]", " ", desk.text()).split())


async def test_it_stands_on_the_top_line_and_rings_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(size=(80, 24)) as desk:
        rings = sounds(desk, monkeypatch)
        await desk.sees_a_frame()
        assert "UNKNOWN" not in desk.text()
        assert "unknown" not in desk.text()
        in_doubt(desk.backend)
        await desk.sees_a_frame()
        assert " 1 UNKNOWN " in desk.text().splitlines()[0]
        assert "u unknown" in desk.text().splitlines()[-1]
        in_doubt(desk.backend, resend=AgainIn(3))
        await desk.sees_a_frame()
        assert rings == [Sound.TROUBLE]
        in_doubt(desk.backend, SELL)
        await desk.sees_a_frame()
        assert " 2 UNKNOWN " in desk.text().splitlines()[0]
        assert rings == [Sound.TROUBLE] * 2


LONG_STORY = (
    "Unknown: MetaTrader did not answer the server in time. The order may have been executed. Do not send it "
    "again before its outcome is known; EURUSD is blocked for new orders until then."
)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_what_was_looked_at_gives_way_to_what_can_be_chosen(size: tuple[int, int]) -> None:
    looked = tuple(f"10:15:{second} positions: no new buy 0.10 EURUSD, seen anew" for second in range(20, 29))
    async with a_desk(size=size) as desk:
        in_doubt(desk.backend, candidates=TWINS, looked=looked)
        [doubt] = desk.backend.desk.in_doubt
        record = replace(doubt.record, story=(replace(doubt.record.story[0], text=LONG_STORY),))
        desk.backend.desk.in_doubt = [replace(doubt, record=record)]
        await opens(desk)
        for part in ("Buy 0.10 EURUSD", looked[-1], "> keep watching", "treat as not sent", "escape leaves"):
            assert part in words(desk)
        await desk.presses("down", "enter")
        await looks(desk)
        for part in ("> 184750", "treat as not sent", "Enter decides, escape goes back."):
            assert part in words(desk)
        await desk.presses("escape")
        await looks(desk)
        assert "escape leaves" in words(desk)


async def test_what_was_looked_at_has_its_rows_back_where_the_screen_grows() -> None:
    looked = tuple(f"10:15:{second} positions: nothing" for second in range(20, 28))
    async with a_desk(size=(60, 20)) as desk:
        in_doubt(desk.backend, candidates=TWINS, looked=looked)
        await opens(desk)
        assert looked[0] not in desk.text()
        await desk.pilot.resize_terminal(80, 34)
        await looks(desk)
        assert all(line in desk.text() for line in looked)


async def test_u_says_so_when_every_outcome_is_known() -> None:
    async with a_desk() as desk:
        await desk.presses("u")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "No order is on its way or unknown." in desk.text()


async def test_a_terminal_that_only_watches_does_not_say_that_there_is_none() -> None:
    async with a_desk() as desk:
        reason = "another terminal (pid 7) trades on this account"
        desk.backend.store.apply(TradingChanged(TradingReadOnly(reason)))
        await desk.presses("u")
        await looks(desk)
        assert f"Orders are not followed in this terminal: {reason}." in " ".join(desk.text().split())


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_it_says_what_was_sent_when_and_what_was_looked_at(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        in_doubt(desk.backend)
        await opens(desk)
        shown = desk.text()
        assert "UNKNOWN" in shown
        assert "Buy 0.10 EURUSD, sl 1.07910 at about 1.08221" in shown
        assert "sent 10:15:18 UTC, 12s ago, key 3f2a91c0..." in shown
        assert "10:15:20 positions: no new buy 0.10 EURUSD" in shown
        assert "> keep watching" in shown
        in_doubt(desk.backend, looked=("10:15:20 positions: nothing", "10:15:31 history: no deal"))
        await looks(desk)
        assert "10:15:31 history: no deal" in desk.text()


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_keeping_on_watching_is_the_first_choice_and_the_way_out(key: str) -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend)
        await opens(desk)
        await desk.pilot.press(key)
        assert isinstance(desk.app.screen, TradingScreen)
        assert desk.backend.desk.resolved == []
        assert desk.backend.desk.sent_again == []


async def test_sending_again_counts_down_and_then_asks_once_more() -> None:
    async with a_desk(size=(80, 24)) as desk:
        in_doubt(desk.backend, resend=AgainIn(6))
        await opens(desk)
        assert "send again with the same key: in 6 s" in desk.text()
        await desk.pilot.press("down", "enter")
        await desk.pilot.pause()
        assert "It can be sent again in 6 s, not before." in desk.text()
        assert desk.backend.desk.sent_again == []
        in_doubt(desk.backend, resend=AgainNow(48))
        await looks(desk)
        assert "> send again with the same key: possible for 48 s" in desk.text()
        await desk.pilot.press("enter")
        await looks(desk)
        assert "the same bytes with the same key" in words(desk)
        assert desk.backend.desk.sent_again == []
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.backend.desk.sent_again == [BUY.intent_id]


async def test_the_reason_stands_where_it_may_not_be_sent_again() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend)
        await opens(desk)
        assert "send again with the same key: no, the server answered 504" in desk.text()
        await desk.pilot.press("down", "enter")
        await desk.pilot.pause()
        assert "It can't be sent again: the server answered 504." in desk.text()
        assert desk.backend.desk.sent_again == []


async def test_escape_leaves_the_question_and_sends_nothing() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend, resend=AgainNow(48))
        await opens(desk)
        await desk.pilot.press("down", "enter")
        await looks(desk)
        await desk.pilot.press("escape")
        await looks(desk)
        assert "keep watching" in desk.text()
        assert "the same bytes" not in words(desk)
        assert desk.backend.desk.sent_again == []


async def test_keys_typed_ahead_choose_nothing() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend, resend=AgainNow(48))
        await desk.sees_a_frame()
        await desk.pilot.press("u", "down", "enter", "enter")
        await desk.pilot.pause()
        assert "the same bytes" not in words(desk)
        assert desk.backend.desk.sent_again == []
        assert isinstance(desk.app.screen, DoubtDialog)


async def test_treating_it_as_not_sent_wants_the_word() -> None:
    async with a_desk(size=(60, 20)) as desk:
        in_doubt(desk.backend)
        await opens(desk)
        await desk.pilot.press("up", "enter")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, TypedWord)
        assert "If it was executed after all, sending it anew makes it two." in words(desk)
        await desk.pilot.press("enter")
        assert desk.backend.desk.resolved == []
        await desk.confirms(*"unsent")
        await desk.pilot.pause()
        assert desk.backend.desk.resolved == [(BUY.intent_id, None)]


async def test_leaving_the_word_untyped_decides_nothing() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend)
        await opens(desk)
        await desk.pilot.press("up", "enter")
        await desk.pilot.pause()
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        assert desk.backend.desk.resolved == []
        assert isinstance(desk.app.screen, DoubtDialog)


@pytest.mark.parametrize("size", [(60, 20), (120, 34)])
async def test_both_candidates_stand_side_by_side_and_one_is_chosen(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        in_doubt(desk.backend, state=IntentState.AMBIGUOUS, candidates=TWINS)
        await opens(desk)
        assert "184750     buy 0.10      1.08221   1.07910         –" in desk.text()
        assert "184751     buy 0.10      1.08230         –   1.09000" in desk.text()
        await desk.pilot.press("down", "down", "enter")
        await looks(desk)
        assert "became position 184751" in desk.text()
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.backend.desk.resolved == [(BUY.intent_id, 184751)]


async def test_the_mark_stays_on_its_candidate_when_another_comes() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend, state=IntentState.AMBIGUOUS, candidates=TWINS)
        await opens(desk)
        await desk.pilot.press("down", "down")
        third = replace(TWINS[0], ticket=184700)
        in_doubt(desk.backend, state=IntentState.AMBIGUOUS, candidates=(third, *TWINS))
        await looks(desk)
        assert any("> 184751" in line for line in desk.text().splitlines())


async def test_two_doubts_are_turned_over_like_pages() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend)
        in_doubt(desk.backend, SELL)
        await opens(desk)
        assert "1 of 2" in desk.text()
        await desk.pilot.press("right")
        await looks(desk)
        assert "Sell 0.20 XAUUSD" in desk.text()
        assert "2 of 2" in desk.text()
        await desk.pilot.press("tab")
        await looks(desk)
        assert "Buy 0.10 EURUSD" in desk.text()


async def test_an_outcome_that_comes_while_it_is_looked_at_is_shown() -> None:
    async with a_desk() as desk:
        in_doubt(desk.backend, resend=AgainNow(40))
        await opens(desk)
        await desk.pilot.press("down", "enter")
        await looks(desk)
        desk.backend.desk.in_doubt = []
        done = StoryLine(WALL, IntentState.FOUND_FILLED, "Bought 0.10 EURUSD at 1.08221, ticket 184750.")
        desk.backend.store.apply(IntentMoved(IntentRecord(BUY, IntentState.FOUND_FILLED, (done,))))
        await looks(desk)
        assert "OUTCOME KNOWN" in desk.text()
        assert "Bought 0.10 EURUSD at 1.08221, ticket 184750." in desk.text()
        assert "UNKNOWN" not in desk.text()
        await looks(desk)
        await desk.pilot.press("enter")
        assert isinstance(desk.app.screen, TradingScreen)
        assert desk.backend.desk.sent_again == [], "the question went with the doubt"


async def test_what_a_bulk_close_left_open_is_closed_one_by_one_by_its_own_review() -> None:
    async with a_desk(size=(80, 24)) as desk:
        in_doubt(desk.backend, ALL)
        left = CloseIntent("new", 184733, "XAUUSD", Side.SELL, D("0.10"), D("0.10"))
        desk.backend.desk.left = (left,)
        await opens(desk)
        assert "close 184733: XAUUSD sell 0.10, still open ..." in desk.text()
        assert "same key" not in desk.text()
        await desk.pilot.press("down", "enter")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseTicket)
        assert desk.backend.desk.taken == []
        await desk.pilot.press("enter")
        await desk.confirms()
        assert [type(intent) for intent in desk.backend.desk.taken] == [CloseIntent]
        assert "Sent; what is left is shown here." in desk.text()


async def test_what_a_bulk_close_is_known_to_have_left_open_is_still_offered() -> None:
    async with a_desk(size=(80, 24)) as desk:
        story = (StoryLine(WALL, IntentState.FOUND_NOT_FILLED, "Not all is closed. Still open: 184733."),)
        desk.backend.store.apply(IntentMoved(IntentRecord(ALL, IntentState.FOUND_NOT_FILLED, story)))
        desk.backend.desk.left = (CloseIntent("new", 184733, "XAUUSD", Side.SELL, D("0.10"), D("0.10")),)
        await desk.sees_a_frame()
        assert "u left open" in desk.text()
        await opens(desk)
        assert "NOT ALL IS CLOSED" in desk.text()
        assert "Not all is closed. Still open: 184733." in desk.text()
        await desk.pilot.press("down", "enter")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseTicket)
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        desk.backend.desk.left = ()
        await looks(desk)
        assert "OUTCOME KNOWN" in desk.text()


async def test_what_a_server_said_can_neither_crash_nor_paint_it() -> None:
    async with a_desk() as desk:
        in_doubt(
            desk.backend, resend=NeverAgain("[/x] \x1b[31m" + "again " * 500), looked=("[bold]\x07[/x]",)
        )
        await opens(desk)
        assert "[bold][/x]" in desk.text()
        assert "\x1b" not in desk.text()
