"""The command line on screen: typing, completion, errors at the word, history, and what enter does."""

from decimal import Decimal
from typing import cast

import pytest
from textual.events import Paste
from textual.screen import Screen

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from xbtfx_tui.commands.verbs import VERBS
from xbtfx_tui.domain.position_sizing import Lots, size_text
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import PositionUpdated, TradingLocked, TradingOpen
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.command_input import CommandInput
from xbtfx_tui.ui.dialogs.completion_list import Completions
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.dialogs.help_dialog import HelpDialog
from xbtfx_tui.ui.dialogs.report_dialog import SheetDialog
from xbtfx_tui.ui.screen_options import Mode
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

KEYS = {":": "colon"}


async def types(desk: Desk, text: str, *keys: str) -> None:
    """All at once, as a fast typist on a slow line."""
    for key in (*(KEYS.get(character, character) for character in text), *keys):
        desk.app.simulate_key(key)
    await settles(desk)


async def settles(desk: Desk) -> None:
    for _ in range(3):
        await desk.sees_a_frame()


def typed(desk: Desk) -> str:
    return desk.app.screen.query_one(CommandInput).value


def says(desk: Desk, part: str = "meaning") -> str:
    return desk.app.screen.query_one(f"#{part}", Words).said


def offered(desk: Desk) -> list[str]:
    return [one.text for one in desk.app.screen.query_one(Completions).offered]


def notice(desk: Desk) -> str:
    return desk.text().splitlines()[-2].strip()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 34)])
async def test_the_bar_stands_at_the_bottom_and_leaves_the_panes_in_sight(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await types(desk, ":close losers")
        lines = desk.text().splitlines()
        assert "EURUSD" in "".join(lines[:8])
        assert any(line.startswith(" : close losers") for line in lines[-6:])
        assert "Close 0.10 XAUUSD" in says(desk)


async def test_what_it_will_do_is_said_as_it_is_typed() -> None:
    async with a_desk() as desk:
        await types(desk, ":")
        assert says(desk).startswith("Type a verb")
        await types(desk, "sell 1")
        assert says(desk).startswith("Still missing: a symbol")
        assert says(desk, "marks").strip() == ""
        await types(desk, "% XAUUSD sl=2355")
        assert "XAUUSD" in says(desk)
        assert "Sell" in says(desk)


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ("close losrs EUR", "losrs", "did you mean losers?"),
        ("clsoe all", "clsoe", "did you mean close or closeby?"),
        ("buy 0.10 EURSUD sl=30p", "EURSUD", "did you mean EURUSD?"),
    ],
)
async def test_an_error_points_at_the_word_and_shows_what_is_right(line: str, word: str, said: str) -> None:
    async with a_desk() as desk:
        await types(desk, f":{line}", "enter")
        assert typed(desk) == line
        assert said in says(desk)
        assert "e.g. " in says(desk)
        shown = desk.text().splitlines()
        at = next(index for index, text in enumerate(shown) if text.startswith(f" : {line}"))
        marks = shown[at + 1]
        assert shown[at][marks.index("^") : marks.rindex("^") + 1] == word
        assert desk.backend.desk.taken == []


async def test_a_word_that_is_still_being_typed_is_no_error_yet() -> None:
    async with a_desk() as desk:
        await types(desk, ":clo")
        assert says(desk) == "e.g. close 184729 half"
        await types(desk, "", "enter")
        assert says(desk).startswith('! "clo" is no verb')
        assert says(desk, "marks").strip() == "^^^"
        await types(desk, "se all")
        assert says(desk).startswith("Close 3 positions")


async def test_tab_inserts_what_fits_and_never_loses_a_key_of_a_burst() -> None:
    async with a_desk() as desk:
        await types(desk, ":clos", "tab", *"los", "tab", *"EURU", "tab")
        assert typed(desk) == "close losers EURUSD "
        await types(desk, "", "ctrl+u", *"buy", " ", *"1", " ", *"gold", "tab", *"s", "tab", *"30p")
        assert typed(desk) == "buy 1 XAUUSD sl=30p"


async def test_the_arrows_choose_and_enter_takes_what_is_marked_without_entering_the_line() -> None:
    async with a_desk() as desk:
        await types(desk, ":close ")
        assert offered(desk)[:3] == ["all", "losers", "winners"]
        await types(desk, "", "down", "down", "enter")
        assert typed(desk) == "close losers "
        assert isinstance(desk.app.screen, CommandBar)
        await types(desk, "", "ctrl+u", *"reverse", " ", "down")
        assert "184741" in says(desk, "completions")
        assert "buy 1.00 USDJPY" in says(desk, "completions")


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_few_rows_are_shown_and_the_mark_stays_in_sight(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        await types(desk, ":")
        rows = 8 if size[1] >= 24 else 4
        shown = says(desk, "completions").splitlines()
        assert len(shown) == rows
        assert f"(and {len(VERBS) - rows} more)"[:8] in shown[-1] or shown[-1].endswith("…")
        await types(desk, "", *["down"] * (rows + 2))
        marked = [line for line in says(desk, "completions").splitlines() if line.startswith(">")]
        assert VERBS[rows + 1].name in marked[0]


async def test_earlier_lines_come_back_and_are_kept_for_the_next_run() -> None:
    kept: list[tuple[str, ...]] = []
    async with a_desk(commands=("pnl", "margin"), save_commands=kept.append) as desk:
        await types(desk, ":", "up")
        assert typed(desk) == "margin"
        await types(desk, "", "up")
        assert typed(desk) == "pnl"
        await types(desk, "", "down", "down")
        assert typed(desk) == ""
        await types(desk, "be 2", "ctrl+up")
        assert typed(desk) == "margin"
        await types(desk, "", "ctrl+down")
        assert typed(desk) == "be 2"
        await types(desk, "", "ctrl+u", *"lock", "enter")
        assert kept == [("pnl", "margin", "lock")]
        await types(desk, ":", "up")
        assert typed(desk) == "lock"


async def test_escape_leaves_and_nothing_is_done() -> None:
    async with a_desk() as desk:
        await types(desk, ":lock", "escape")
        assert isinstance(desk.app.screen, TradingScreen)
        assert isinstance(desk.backend.store.trading, TradingOpen)


async def test_a_refusal_keeps_the_line_and_says_why() -> None:
    async with a_desk() as desk:
        await types(desk, ":close 99", "enter")
        assert isinstance(desk.app.screen, CommandBar)
        assert says(desk).startswith("! Position 99 is not open.")
        await types(desk, "", "backspace", "backspace", *"184733")
        assert says(desk).startswith("Close 0.10 XAUUSD")


async def test_a_sheet_is_read_and_closed_straight_to_the_panes() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await types(desk, ":margin", "enter")
        assert isinstance(desk.app.screen, SheetDialog)
        assert "926" in desk.text()
        await types(desk, "", "escape")
        assert isinstance(desk.app.screen, TradingScreen)


async def test_a_sheet_keeps_its_columns_and_nothing_that_steers_the_terminal() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await types(desk, ":exposure", "enter")
        assert isinstance(desk.app.screen, SheetDialog)
        assert "   " in says(desk, "page")


async def test_history_is_asked_for_and_shown_once_it_is_there() -> None:
    async with a_desk() as desk:
        before = len(desk.backend.histories_asked)
        await types(desk, ":pnl last_week", "enter")
        assert desk.backend.histories_asked[before:] == [HistoryPeriod.LAST_WEEK]
        assert isinstance(desk.app.screen, CommandBar)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("watch NDXUSD", "NDXUSD is in Main already."),
        ("unwatch GBPUSD", "GBPUSD left the watchlist."),
        ("unlock", "Trading is open"),
        ("group main", "Main: 6 symbols shown."),
    ],
)
async def test_a_deed_is_done_at_once_and_said(line: str, words: str) -> None:
    async with a_desk() as desk:
        await types(desk, f":{line}", "enter")
        assert isinstance(desk.app.screen, TradingScreen)
        assert words in notice(desk)


async def test_the_watchlist_and_the_lock_follow_the_commands() -> None:
    async with a_desk(watchlist=("EURUSD", "GBPUSD")) as desk:
        await types(desk, ":watch XAUUSD", "enter")
        await types(desk, ":unwatch EURUSD", "enter")
        assert desk.saved == [("EURUSD", "GBPUSD", "XAUUSD"), ("GBPUSD", "XAUUSD")]
        assert desk.screen.quotes.keys == ["GBPUSD", "XAUUSD"]
        await types(desk, ":lock", "enter")
        assert isinstance(desk.backend.store.trading, TradingLocked)


async def test_an_alert_that_holds_already_is_refused_before_enter() -> None:
    async with a_desk() as desk:
        await desk.backend.alerts.take_up(50012345)
        await types(desk, ":alert EURUSD > 1.05")
        assert "EURUSD is at or above 1.05 already: bid 1.08213." in " ".join(desk.text().split())
        await types(desk, "", "enter")
        assert isinstance(desk.app.screen, CommandBar)
        assert not desk.backend.alerts.book.alerts


async def test_alerts_are_set_listed_and_taken_away() -> None:
    async with a_desk() as desk:
        await desk.backend.alerts.take_up(50012345)
        await types(desk, ":alert EURUSD > 1.0900", "enter")
        (alert,) = desk.backend.alerts.book.alerts
        await types(desk, ":alerts", "enter")
        assert isinstance(desk.app.screen, SheetDialog)
        assert "EURUSD" in says(desk, "page")
        await types(desk, "", "escape")
        await types(desk, f":alert off {alert.number}", "enter")
        assert not desk.backend.alerts.book.alerts


@pytest.mark.parametrize(("mode", "begins"), [(Mode.LIVE, "0.02"), (Mode.PAPER, "5")])
async def test_a_size_tried_on_paper_is_none_of_the_live_tickets(mode: Mode, begins: str) -> None:
    live, paper = {"EURUSD": Preset(Lots(Decimal("0.02")))}, {"EURUSD": Preset(Lots(Decimal(5)))}
    async with a_desk(mode=mode, presets=live, paper_presets=paper) as desk:
        kept = desk.screen.presets.of("EURUSD")
        assert kept is not None
        assert size_text(kept.size) == begins


async def test_a_preset_is_set_and_cleared() -> None:
    async with a_desk() as desk:
        await types(desk, ":preset EURUSD 0.25 sl=30p", "enter")
        assert desk.screen.presets.of("EURUSD") is not None
        await types(desk, ":preset EURUSD off", "enter")
        assert desk.screen.presets.of("EURUSD") is None


async def test_the_palette_opens_the_bar_with_the_verb_typed() -> None:
    async with a_desk() as desk:
        commands = {
            one.title: one for one in desk.app.get_system_commands(cast("Screen[object]", desk.screen))
        }
        assert {f":{verb.name}" for verb in VERBS} == {
            title.removesuffix(" ...") for title in commands if title.startswith(":")
        }
        assert commands[":close ..."].help.startswith("Close positions")
        commands[":close ..."].callback()
        await settles(desk)
        await types(desk, "los")
        assert typed(desk) == "close los"


async def test_the_help_lists_every_verb_with_its_forms() -> None:
    async with a_desk() as desk:
        await types(desk, "?".replace("?", ""), "question_mark")
        screen = desk.app.screen
        assert isinstance(screen, HelpDialog)
        rows = {row.key: row.words for section in screen._sections for row in section.rows}
        for verb in VERBS:
            assert all(form in rows[f":{verb.name}"] for form in verb.usage)


async def test_a_burst_of_enters_confirms_nothing() -> None:
    async with a_desk() as desk:
        await types(desk, ":close all", "enter", "enter", "enter", "y", "enter")
        await settles(desk)
        assert isinstance(desk.app.screen, BatchDialog)
        assert desk.backend.desk.taken == []


async def test_symbols_of_positions_are_known_before_the_list_is_read() -> None:
    backend = still_backend()
    async with a_desk(backend) as desk:
        known = desk.screen.commanding.known()
        assert {"EURUSD", "XAUUSD", "USDJPY"} <= set(known.symbols)


async def test_a_mark_stays_where_it_is_as_the_prices_move() -> None:
    async with a_desk() as desk:
        await types(desk, ":close 1847")
        await types(desk, "", "down", "down")
        bar = desk.app.screen
        assert isinstance(bar, CommandBar)
        marked = bar.query_one(Completions).marked
        assert marked is not None
        desk.backend.clock.at += 1
        for held in (184729, 184733, 184741):
            desk.backend.store.apply(PositionUpdated(held, Decimal("1.23"), Decimal("1.5")))
        bar._tick()
        await settles(desk)
        now = bar.query_one(Completions).marked
        assert now is not None
        assert now.text == marked.text
        assert now.words != marked.words


async def test_a_second_pasted_line_is_said_to_be_left_out() -> None:
    async with a_desk() as desk:
        await types(desk, ":")
        line = desk.app.screen.query_one(CommandInput)
        line.post_message(Paste("close 184729\nclose 184733\n"))
        await settles(desk)
        assert typed(desk) == "close 184729"
        assert says(desk, "hint") == "! 1 more pasted line is left out: one line is one command"
        await types(desk, " half")
        assert says(desk, "hint").startswith("tab completes")
        line.value = ""
        line.post_message(Paste("buy 0.10 EURUSD\n"))
        await settles(desk)
        assert says(desk, "hint").startswith("tab completes")
