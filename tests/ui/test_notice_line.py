"""The line of the latest message: what is loud stays readable, though something quieter comes right after."""

from decimal import Decimal

import pytest

from tests.ui.still_desk import a_desk
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.lasting_states import OfThisRun, PositionStands
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    Dialect,
    Message,
    PositionOpened,
    Severity,
    StreamDown,
    StreamUp,
    TradingChanged,
    TradingLocked,
    TradingOpen,
    TradingStands,
)
from xbtfx_tui.store.message_validity import standing
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.dialogs.message_reader import MessageDialog
from xbtfx_tui.ui.panes.notice_and_keys import HELD_FOR, SHOWN_FOR, message_to_show

L = Severity


WALL = 1_700_000_000.0


class StoppedClock:
    def now(self) -> Instant:
        return Instant(1_000.0, 2_000.0, WALL)


def store_of(*messages: Message) -> Store:
    store = Store(StoppedClock())
    for one in messages:
        store.apply(one)
    return store


def said(wall: float, severity: Severity) -> Message:
    return Message(wall, severity, f"{severity.value} at {wall:g}")


@pytest.mark.parametrize(
    ("messages", "now", "shown"),
    [
        ([], 100.0, None),
        ([said(100, L.ERROR), said(100, L.INFO)], 101.0, said(100, L.ERROR)),
        ([said(100, L.ERROR), said(100, L.INFO)], 100.0 + HELD_FOR[L.ERROR] + 0.1, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.ERROR)], 102.0, said(101, L.ERROR)),
        ([said(100, L.ERROR), said(101, L.GOOD)], 102.0, said(101, L.GOOD)),
        ([said(100, L.GOOD), said(100, L.INFO)], 100.0, said(100, L.INFO)),
        ([said(100, L.ERROR), said(101, L.WARNING), said(102, L.INFO)], 103.0, said(100, L.ERROR)),
    ],
)
def test_what_is_shown(messages: list[Message], now: float, shown: Message | None) -> None:
    assert message_to_show(store_of(*messages), now) == shown


LOST = StreamDown("the connection was lost", 2.0)


def test_what_tells_a_state_goes_when_the_state_ends() -> None:
    store = store_of()
    store.apply(StreamUp(Dialect.CURRENT))
    store.apply(LOST)
    lost = message_to_show(store, WALL)
    assert lost is not None
    assert lost.text.startswith("Stream lost")
    store.apply(StreamUp(Dialect.CURRENT))
    back = message_to_show(store, WALL + 0.1)
    assert back is not None
    assert back.text.startswith("Stream back")
    store.apply(Message(WALL + 0.2, L.INFO, "EURUSD 5 opened"))
    after = message_to_show(store, WALL + 0.3)
    assert after is not None
    assert after.text == "EURUSD 5 opened"


def test_a_quiet_word_never_takes_the_line() -> None:
    close, trail = said(100, L.GOOD), said(101, L.QUIET)
    assert message_to_show(store_of(close, trail), 101.0) == close
    assert message_to_show(store_of(trail), 101.0) is None


def test_trouble_that_lasts_stands_until_it_ends_and_the_loudest_stands_first() -> None:
    store = store_of(
        Message(WALL, L.WARNING, "Nothing is kept of this run.", OfThisRun()),
        Message(WALL, L.WARNING, "Trading is locked.", TradingStands(store_of().trading)),
        Message(WALL, L.ERROR, "OPENED AFTER THE KILL SWITCH", PositionStands(5)),
        Message(WALL, L.INFO, "Of this run, and no trouble.", OfThisRun()),
        Message(WALL, L.WARNING, "It happened."),
    )
    assert [one.text for one in standing(store)] == ["Nothing is kept of this run."]
    store.apply(PositionOpened(5, "EURUSD", Side.BUY, Decimal(1), Decimal("1.1")))
    assert [one.text for one in standing(store)] == [
        "OPENED AFTER THE KILL SWITCH",
        "Nothing is kept of this run.",
    ]


async def test_what_lasts_is_back_in_the_line_once_the_news_after_it_is_old() -> None:
    async with a_desk() as desk:
        desk.backend.say(L.WARNING, "Nothing is kept of this run.", OfThisRun())
        desk.backend.clock.at += HELD_FOR[L.WARNING] + 1
        desk.backend.say(L.INFO, "Trading is open.")

        async def line() -> str:
            desk.screen.notice.every_second()
            await desk.sees_a_frame()
            return desk.text().splitlines()[-2].strip()

        assert await line() == "Trading is open."
        desk.backend.clock.at += SHOWN_FOR[L.INFO] + 1
        assert await line() == "! Nothing is kept of this run."
        desk.backend.say(L.WARNING, "The alerts stand still.", OfThisRun())
        desk.backend.clock.at += 3_600
        assert await line() == "! The alerts stand still. And 1 more that lasts."


async def test_a_state_that_has_ended_leaves_the_line_at_the_next_frame() -> None:
    async with a_desk() as desk:
        store = desk.backend.store
        store.apply(TradingChanged(locked := TradingLocked("starting")))
        words = "Trading is locked: starting."
        store.apply(Message(desk.backend.clock.now().wall, L.WARNING, words, TradingStands(locked)))
        await desk.sees_a_frame()
        assert desk.text().splitlines()[-2].strip() == f"! {words}"
        store.apply(TradingChanged(TradingOpen()))
        await desk.sees_a_frame()
        assert words not in desk.text()


async def test_an_answer_goes_when_trading_is_otherwise() -> None:
    async with a_desk() as desk:
        desk.screen.notice.answer(NotDone("Trading is locked: starting. Unlock it with ctrl+l."))
        await desk.sees_a_frame()
        assert "! Trading is locked: starting." in desk.text()
        desk.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await desk.sees_a_frame()
        assert "starting" not in desk.text().splitlines()[-2]


async def test_a_message_that_is_cut_says_which_key_shows_it_whole() -> None:
    async with a_desk(size=(80, 24)) as desk:
        desk.backend.say(L.ERROR, LONG)
        await desk.sees_a_frame()
        line = desk.text().splitlines()[-2]
        assert line.startswith("✗ 1 of 3 positions")
        assert line.endswith("… 7 shows all")


async def test_in_messages_a_cut_line_ends_in_its_mark_beside_the_scrollbar_too() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await desk.presses("7")
        for number in range(40):
            desk.backend.say(L.INFO, f"{number} {LONG}")
        await desk.sees_a_frame()
        board = desk.screen.messages
        assert board.show_vertical_scrollbar
        rows = [line for line in desk.text().splitlines() if " positions trail now" in line][:-1]
        assert len(rows) > 5
        assert all(row.rstrip("▁▂▃▄▅▆▇█ ").endswith("…") for row in rows)
        assert "enter shows all of it" in desk.text()


async def test_plain_news_is_no_warning() -> None:
    async with a_desk() as desk:
        desk.screen.notice.answer("Alert 1 is set: EURUSD at 1.1 or above.")
        await desk.sees_a_frame()
        assert desk.text().splitlines()[-2].strip() == "Alert 1 is set: EURUSD at 1.1 or above."


async def test_a_remark_gives_way_to_whatever_else_is_said() -> None:
    async with a_desk() as desk:
        notice = desk.screen.notice

        def line() -> str:
            return desk.text().splitlines()[-2].strip()

        desk.backend.clock.at += 60  # what is said there is no news any more
        notice.remark("Enter is held.")
        await desk.sees_a_frame()
        assert line() == "! Enter is held."
        now = desk.backend.clock.now().wall
        for severity, outcome in ((L.INFO, "EURUSD 5 closed: -3.10"), (L.GOOD, "Bought 0.25 EURUSD")):
            desk.backend.store.apply(Message(now, severity, outcome))
            notice.remark("Enter is held.")
            await desk.sees_a_frame()
            assert outcome in line()
        notice.answer("Trading is locked.")
        notice.remark("Enter is held.")
        await desk.sees_a_frame()
        assert line() == "Trading is locked."


async def test_old_news_stays_with_its_age_and_draws_nothing_anew_within_a_minute() -> None:
    async with a_desk() as desk:
        desk.backend.store.apply(Message(desk.backend.clock.now().wall, L.GOOD, "Bought 0.25 EURUSD"))
        shown = []
        for seconds in (SHOWN_FOR[L.GOOD] + 1, 20, 30, 3600):
            desk.backend.clock.at += seconds
            await desk.sees_a_frame()
            desk.screen.notice.every_second()
            await desk.pilot.pause()
            shown.append(desk.text().splitlines()[-2].strip())
        ages = ["<1m", "<1m", "1m", "1h"]
        assert shown == [f"{age} ago  ✓ Bought 0.25 EURUSD" for age in ages]


LONG = "1 of 3 positions trail now. Position 184733 is not open any more, so that nothing can be done for it."
SIZES = [(60, 20), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
async def test_an_answer_that_does_not_fit_is_whole_in_messages_and_the_line_says_where(
    size: tuple[int, int],
) -> None:
    async with a_desk(size=size) as desk:
        desk.screen.commanding._tell(NotDone(LONG))
        await desk.sees_a_frame()
        line = desk.text().splitlines()[-2]
        assert line.startswith("! 1 of 3 positions trail now.")
        assert line.endswith("… 7 shows all")
        await desk.presses("7", "enter")
        assert isinstance(desk.app.screen, MessageDialog)
        assert desk.app.screen.page().plain == LONG


async def test_an_answer_given_again_is_kept_once_and_one_that_fits_is_not_kept() -> None:
    async with a_desk(size=(80, 24), keys={"pane.messages": "M"}) as desk:
        before = len(desk.backend.store.messages)
        for _ in range(3):
            desk.screen.notice.answer(LONG)
        desk.screen.notice.answer("Short.")
        assert [said.text for said in desk.backend.store.messages][before:] == [LONG]
        desk.screen.notice.answer(LONG)
        await desk.sees_a_frame()
        assert desk.text().splitlines()[-2].endswith("… M shows all")


async def test_an_answer_that_fits_at_120_stays_a_hint() -> None:
    async with a_desk(size=(120, 34)) as desk:
        before = len(desk.backend.store.messages)
        desk.screen.notice.answer(LONG)
        await desk.sees_a_frame()
        assert len(desk.backend.store.messages) == before
        assert LONG in desk.text()


async def test_the_line_of_keys_names_a_remapped_key() -> None:
    async with a_desk(keys={"trade.buy": "B"}) as desk:
        assert "  B buy  s sell" in desk.text().splitlines()[-1]
