"""Alerts on screen: how one is told that fires, the list of them, and how one is made."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import D, StillBackend, still_backend
from xbtfx_tui.domain.alerts import Direction, FeedAlert, Fired, MarginLevelAlert, PriceAlert, news_words
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.store_events import SymbolsRead
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.ui.confirm_rule import QUIET_BEFORE
from xbtfx_tui.ui.dialogs.alerts_dialog import AlertsBoard, AlertsDialog, NewAlert
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.sound_watch import Heard
from xbtfx_tui.ui.terminal.cell_diff import CellScreen
from xbtfx_tui.ui.terminal.desktop_notification import notification, sequence, takes_notifications

ABOVE, BELOW = Direction.ABOVE, Direction.BELOW
RISE = PriceAlert("EURUSD", ABOVE, D("1.0900"))
FALL = PriceAlert("EURUSD", BELOW, D("1.0700"))
SO = "Tells you once when this is so: "


@asynccontextmanager
async def a_desk_with_alerts(
    *conditions: PriceAlert | MarginLevelAlert | FeedAlert,
    size: tuple[int, int] = (80, 24),
    backend: StillBackend | None = None,
    notify: bool = False,
) -> AsyncIterator[Desk]:
    """A trader who has set these alerts."""
    backend = backend or still_backend()
    await backend.alerts.take_up(50012345)
    for condition in conditions:
        assert "is set" in backend.alerts.add(condition)
    async with a_desk(backend, size=size, notify=notify) as desk:
        yield desk
    await backend.alerts.stop()


async def opens_the_list(desk: Desk) -> AlertsBoard:
    """The list of alerts, looked at for longer than it is deaf."""
    await desk.presses("a")
    await desk.pilot.pause()
    desk.backend.clock.at += QUIET_BEFORE + 0.05
    return desk.app.screen.query_one(AlertsBoard)


def rings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal is told past the picture from now on: the sounds, and whole sequences."""
    told: list[str] = []
    tell = desk.screen.ringer.tell

    def told_too(heard: Sequence[Heard]) -> None:
        told.extend(sorted({one.sound.value for one in heard}))
        tell(heard)

    monkeypatch.setattr(desk.screen.ringer, "tell", told_too)
    monkeypatch.setattr(desk.app._driver, "write", lambda data: told.append(data) if "\x07" in data else None)
    return told


def said(desk: Desk, name: str = "general") -> str:
    return desk.app.screen.query_one(f"#{name}", Words).said


# --- one fires --------------------------------------------------------------------------------------------


async def test_one_that_fires_rings_once_and_is_said_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk_with_alerts(RISE, FALL) as desk:
        told = rings(desk, monkeypatch)
        assert "ALERT" not in desk.text()

        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        await desk.sees_a_frame()
        assert told == ["alert"]
        assert " 1 ALERT " in desk.line(" PAPER")
        assert "! Alert 1: EURUSD reached 1.0900: bid 1.09050." in desk.text()

        desk.backend.moves_to("EURUSD", 1.0690, 1.0691)
        await desk.sees_a_frame()
        await desk.sees_a_frame()
        assert told == ["alert", "alert"]
        assert " 2 ALERTS " in desk.line(" PAPER")


async def test_many_at_once_ring_once_and_are_one_notification(monkeypatch: pytest.MonkeyPatch) -> None:
    higher = PriceAlert("EURUSD", ABOVE, D("1.0901"))
    async with a_desk_with_alerts(RISE, higher, notify=True) as desk:
        told = rings(desk, monkeypatch)
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        await desk.sees_a_frame()
        assert told == [
            "alert",
            "\x1b]9;xbtfx-tui: EURUSD reached 1.0900: bid 1.09050 (and 1 more alert)\x07",
        ]


async def test_the_row_of_its_symbol_is_tinted_for_two_seconds() -> None:
    async with a_desk_with_alerts(RISE, PriceAlert("AUDUSD", ABOVE, D(1))) as desk:
        quotes = desk.screen.quotes
        tint = quotes.tint("alert")
        assert tint.bgcolor is not None
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        desk.backend.moves_to("AUDUSD", 1.1, 1.2)
        await desk.sees_a_frame()
        assert quotes.under("EURUSD") == tint
        assert quotes.under("GBPUSD") is None

        desk.backend.clock.at += 1.9
        await desk.sees_a_frame()
        assert quotes.under("EURUSD") == tint
        desk.backend.clock.at += 0.2
        await desk.sees_a_frame()
        assert quotes.under("EURUSD") == quotes.tint("cursor")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_the_mark_goes_once_the_list_was_opened(size: tuple[int, int]) -> None:
    async with a_desk_with_alerts(RISE, size=size) as desk:
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        await desk.sees_a_frame()
        assert " 1 ALERT " in desk.text()
        await opens_the_list(desk)
        assert "ALERT " not in desk.text()
        await desk.presses("escape")
        assert "ALERT " not in desk.line(" PAPER")


# --- the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_the_list_tells_what_each_waits_for_and_where_it_stands(size: tuple[int, int]) -> None:
    async with a_desk_with_alerts(RISE, MarginLevelAlert(BELOW, D(300)), FeedAlert(), size=size) as desk:
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        await opens_the_list(desk)
        rows = desk.text().splitlines()
        assert any("1 EURUSD reached 1.0900: bid 1.0905" in row and "fired 10:15:30" in row for row in rows)
        assert any("2 Margin level at or below 300%" in row and "waiting" in row for row in rows)
        assert any("3 The feed is lost" in row and "waiting" in row for row in rows)


async def test_an_empty_list_says_how_to_begin() -> None:
    async with a_desk_with_alerts() as desk:
        await opens_the_list(desk)
        assert "There is no alert yet. Press n to make one." in desk.text()
        await desk.presses("enter", "delete", "A")
        await desk.presses("escape")
        assert desk.app.screen is desk.screen


@pytest.mark.parametrize("key", ["enter", "A"])
async def test_one_that_fired_is_armed_again(key: str) -> None:
    async with a_desk_with_alerts(FALL, RISE) as desk:
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        board = await opens_the_list(desk)
        assert board.cursor == 2  # the one that fired
        assert "enter re-arms" in said(desk, "hint")

        await desk.presses(key)
        assert said(desk) == (
            "Alert 2 is armed again as soon as it no longer holds: EURUSD at or above 1.0900."
        )
        assert "waiting to clear" in desk.text()
        assert "enter re-arms" not in said(desk, "hint")
        desk.backend.clock.at += 1
        await desk.presses(key)
        assert said(desk).startswith("Alert 2 is armed already")


async def test_delete_removes_and_says_how_to_have_it_again() -> None:
    async with a_desk_with_alerts(FALL, RISE) as desk:
        board = await opens_the_list(desk)
        await desk.presses("down", "delete")
        assert said(desk) == (
            "Alert 2 is gone: EURUSD at or above 1.0900. To have it again: alert EURUSD > 1.0900"
        )
        assert board.keys == [1]
        await desk.presses("delete", "delete")
        assert board.keys == [1]  # a held key removes one
        desk.backend.clock.at += 1
        await desk.presses("delete")
        assert desk.backend.alerts.book.alerts == ()
        assert "There is no alert yet" in desk.text()


async def test_keys_typed_ahead_of_the_list_remove_nothing() -> None:
    async with a_desk_with_alerts(RISE) as desk:
        for key in ("a", "delete", "enter"):
            desk.app.simulate_key(key)
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, AlertsDialog)
        assert len(desk.backend.alerts.book.alerts) == 1


async def test_what_fires_under_the_traders_eyes_is_shown_and_not_marked() -> None:
    async with a_desk_with_alerts(RISE) as desk:
        await opens_the_list(desk)
        assert "waiting" in desk.text()
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        dialog = desk.app.screen
        assert isinstance(dialog, AlertsDialog)
        dialog._look()
        await desk.sees_a_frame()
        assert "fired 10:15:30" in desk.text()
        assert "ALERT " not in desk.line(" PAPER")


async def test_an_alert_of_another_day_tells_the_day() -> None:
    async with a_desk_with_alerts(RISE) as desk:
        desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
        desk.backend.clock.at += 86_400
        await opens_the_list(desk)
        assert "fired 04 Mar" in desk.text()


# --- a new one --------------------------------------------------------------------------------------------


async def types(desk: Desk, text: str) -> None:
    entry = desk.app.screen.query_one(Input)
    entry.value = text
    await desk.pilot.pause()


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("", "> 1.0900 or < 1.0700 is a price, spread > 20 is in points. Others in full: GBPUSD > 1.2700,"
             " margin < 300%, 184729 profit > 50, feed."),
        ("> 1.09", SO + "EURUSD at or above 1.09. The bid is 1.08213 now."),
        ("< 1.07", SO + "EURUSD at or below 1.07. The ask is 1.08221 now."),
        ("spread > 20", SO + "Spread of EURUSD at or above 20 points. It is 8 now."),
        ("margin < 300%", SO + "Margin level at or below 300%. It is 926.15% now."),
        ("184729 profit > 50", SO + "Profit of EURUSD 184729 at or above +50.00 USD. It is 46.50 USD now."),
        ("gbpusd > 1.3", SO + "GBPUSD at or above 1.3. The bid is 1.26540 now."),
        ("feed", SO + "The feed is lost."),
        (">", "Still missing: a price like 1.0900. Like: alert EURUSD > 1.0900"),
        ("> abc", '! "abc" is out of place: here comes a price like 1.0900. Like: alert EURUSD > 1.0900'),
        ("> 1.05", "! EURUSD is at or above 1.05 already: bid 1.08213. Take a level further up,"
                   " or the way back: EURUSD at or below 1.05."),
        ("99 profit > 5", "! Position 99 is not open. Open: 184729 EURUSD +46.50 USD, 184741 USDJPY +8.60 USD"
                          " and 184733 XAUUSD -33.00 USD."),
        ("off 1", "! Alerts are removed in the list, with del. Here: > 1.0900 or < 1.0700 is a price,"
                  " spread > 20 is in points."),
    ],
)  # fmt: skip
async def test_what_is_typed_is_told_in_words(text: str, means: str) -> None:
    async with a_desk_with_alerts() as desk:
        await opens_the_list(desk)
        await desk.presses("n")
        await types(desk, text)
        assert said(desk) == means


async def test_an_old_price_is_told_as_one() -> None:
    async with a_desk_with_alerts() as desk:
        desk.backend.clock.at = 8.0
        await opens_the_list(desk)
        await desk.presses("n")
        await types(desk, "> 1.09")
        assert said(desk) == (
            SO + "EURUSD at or above 1.09. The bid was 1.08213 8s ago; it is judged at the next price."
        )


async def test_in_one_burst_an_alert_is_made() -> None:
    async with a_desk_with_alerts() as desk:
        for key in ("a", "n", *">1.09", "enter"):
            desk.app.simulate_key(key)
        await desk.pilot.pause()
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, AlertsDialog)
        assert said(desk) == "Alert 1 is set: EURUSD at or above 1.09."
        assert desk.app.screen.query_one(AlertsBoard).cursor == 1


async def test_what_is_wrong_is_not_taken_and_can_be_mended() -> None:
    async with a_desk_with_alerts() as desk:
        await opens_the_list(desk)
        await desk.presses("n")
        await types(desk, "> 1.05")
        await desk.presses("enter")
        assert isinstance(desk.app.screen, NewAlert)
        assert not desk.backend.alerts.book.alerts
        await types(desk, "> 1.09")
        await desk.presses("enter")
        assert desk.backend.alerts.book.alerts[0].condition == PriceAlert("EURUSD", ABOVE, D("1.09"))


async def test_escape_goes_back_to_the_list_and_sets_nothing() -> None:
    async with a_desk_with_alerts() as desk:
        await opens_the_list(desk)
        await desk.presses("n")
        await types(desk, "> 1.09")
        await desk.presses("escape")
        assert isinstance(desk.app.screen, AlertsDialog)
        assert desk.backend.alerts.book.alerts == ()


async def test_a_symbol_with_a_name_of_markup_and_controls_harms_nothing() -> None:
    name = "[/x]\x1b[31m"
    backend = still_backend()
    backend.store.apply(SymbolsRead((SymbolRow(name, 5, D(100000), D("0.00001")),)))
    async with a_desk_with_alerts(backend=backend) as desk:
        desk.app.push_screen(NewAlert(backend, name))
        await desk.pilot.pause()
        await types(desk, "> 1.09")
        assert "\x1b" not in desk.text()
        assert "[/x]" in desk.text()


# --- the terminal's own notification ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "takes"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"LC_TERMINAL": "iTerm2"}, True),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "ghostty"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-ghostty"}, True),
        ({"WT_SESSION": "1-2-3"}, True),
        ({"ConEmuPID": "12"}, True),
        ({"TERM": "tmux-256color", "LC_TERMINAL": "iTerm2", "TMUX": "tmux-0/default,1,0"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "tmux-0/default,1,0"}, False),
        ({"TERM": "screen.xterm-256color", "WT_SESSION": "1"}, False),
    ],
)
def test_which_terminals_are_told(environ: dict[str, str], takes: bool) -> None:
    assert takes_notifications(environ) is takes


def test_a_notification_is_one_sequence_whatever_the_text() -> None:
    made = sequence("4;1;50 \x07\x1b]0;pwned\x1b\\ EUR\x9cUSD \u202e")
    assert made == "\x1b]9;xbtfx-tui: 4;1;50 EURUSD\x07"
    screen = CellScreen(80, 24)
    assert screen.feed(made) in (made, f"\x1b[m{made}")
    assert screen.paint() == ""


async def test_a_hundred_that_fire_are_one_short_notification() -> None:
    backend = still_backend()
    await backend.alerts.take_up(1)
    for step in range(100):
        backend.alerts.add(PriceAlert("EURUSD", ABOVE, D("1.09") + D(step) / 1000))
    backend.moves_to("EURUSD", 2.0, 2.1)
    fired = backend.alerts.take_fired()
    assert len(fired) == 100
    assert all(isinstance(one.state, Fired) for one in fired)
    heard = [Heard(Sound.ALERT, news_words(one) or "") for one in fired]
    assert notification(heard) == "EURUSD reached 1.09: bid 2.00000 (and 99 more alerts)"
    await backend.alerts.stop()
