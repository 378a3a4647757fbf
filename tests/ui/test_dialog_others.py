"""Finding a symbol, help, one message in full, and the two ways of being asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Static

from tests.ui.looks import A_LOOK
from tests.ui.trader import Trader, a_trader
from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.store_events import Message, Severity
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.domain.time_zones import TimesIn
from xbtfx_tui.ui.dialogs.confirm_dialog import TypedWord, YesNo
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Words
from xbtfx_tui.ui.dialogs.help_dialog import HelpDialog
from xbtfx_tui.ui.dialogs.message_reader import MessageDialog
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol, Picks, matching
from xbtfx_tui.ui.help_pages import HelpRow, HelpSection
from xbtfx_tui.ui.screen_times import ScreenTimes

UTC_TIMES = ScreenTimes(TimesIn.UTC, ServerTime)


def listed(name: str, description: str = "", path: str = "") -> SymbolRow:
    return SymbolRow(name, 5, Decimal(1), Decimal("0.00001"), description=description, path=path)


SYMBOLS = (
    listed("GBPUSD", "Pound vs US Dollar", "Forex\\Majors\\GBPUSD"),
    listed("EURUSD", "Euro vs US Dollar", "Forex\\Majors\\EURUSD"),
    listed("NDXUSD", "Nasdaq 100", "CFD\\Indices\\NDXUSD"),
    listed("USDNAS", "A name that begins elsewhere"),
    listed("XAUUSD", "Gold [/x]\x1b[31m", "CFD\\Metals\\XAUUSD"),
)


def names(query: str) -> list[str]:
    return [row.name for row in matching(SYMBOLS, query)]


def test_the_best_match_comes_first() -> None:
    assert names("eurusd") == ["EURUSD"]
    assert names("usd")[0] == "USDNAS"
    assert names("nas") == ["USDNAS", "NDXUSD"]
    assert names("gold") == ["XAUUSD"]
    assert names("metals") == ["XAUUSD"]
    euro = listed("XAUEUR")
    assert [row.name for row in matching([euro, *SYMBOLS], "gold")] == ["XAUUSD", "XAUEUR"]
    assert names("ndxusdx") == []
    assert names("gusd") == ["GBPUSD"]
    assert names("us pound") == ["GBPUSD"]
    assert names("  ") == [row.name for row in SYMBOLS]


@pytest.mark.parametrize(
    ("query", "name"), [("gold", "XAUUSD"), ("cable", "GBPUSD"), ("nasdaq", "NDXUSD"), ("euro us", "EURUSD")]
)
def test_the_apis_bare_list_is_searched_by_what_traders_call_things(query: str, name: str) -> None:
    bare = [listed(row.name) for row in SYMBOLS]
    assert [row.name for row in matching(bare, query)][:1] == [name]


@given(st.text(max_size=12))
def test_whatever_is_typed_finds_a_part_of_the_list_or_nothing(query: str) -> None:
    found = matching(SYMBOLS, query)
    assert set(found) <= set(SYMBOLS)
    assert len(found) == len(set(found))


def said(trader: Trader, part: str) -> str:
    return trader.app.screen.query_one(f"#{part}", Words).said


def picks(trader: Trader) -> str:
    return trader.app.screen.query_one(Picks).render().plain


async def test_a_symbol_is_found_and_chosen_by_its_description() -> None:
    async with a_trader() as trader:
        trader.lists(*SYMBOLS)
        await trader.opens(FindSymbol(trader.backend))
        await trader.bursts(*"nasdaq", "enter")
        await trader.until(lambda: not trader.is_open)
        assert trader.results == ["NDXUSD"]


async def test_up_and_down_choose_among_a_thousand_and_draw_only_what_fits() -> None:
    async with a_trader(size=(60, 20)) as trader:
        trader.lists(*(listed(f"SYM{number:04}") for number in range(1_000)))
        await trader.opens(FindSymbol(trader.backend))
        assert said(trader, "count") == "1000 of 1000 symbols"
        await trader.presses("down", "down", "pagedown", "pagedown", "up")
        assert "> SYM0021" in picks(trader)
        assert len(picks(trader).splitlines()) < 20
        await trader.presses("enter")
        assert trader.results == ["SYM0021"]


async def test_no_match_says_so_and_chooses_nothing() -> None:
    async with a_trader() as trader:
        trader.lists(*SYMBOLS)
        await trader.opens(FindSymbol(trader.backend))
        await trader.types("qqq")
        assert said(trader, "count") == 'None of 5 symbols fits "qqq".'
        await trader.presses("enter")
        assert trader.is_open
        await trader.presses("backspace", "backspace", "backspace")
        assert said(trader, "count") == "5 of 5 symbols"
        await trader.presses("escape")
        assert trader.results == [None]


async def test_a_list_that_comes_later_is_taken_up() -> None:
    async with a_trader() as trader:
        await trader.opens(FindSymbol(trader.backend))
        assert said(trader, "count") == "The list of symbols is still being read ..."
        await trader.types("gold")
        trader.lists(*SYMBOLS)
        await trader.until(lambda: said(trader, "count") == "1 of 5 symbols")
        assert "Gold [/x]" in picks(trader)
        assert "\x1b" not in picks(trader)


async def test_help_lists_every_key_finds_what_is_typed_and_closes() -> None:
    rows = tuple(HelpRow(f"ctrl+{letter}", f"does {letter * 3}") for letter in "abcdefghijklmnopqrstuvwx")
    async with a_trader(size=(60, 20)) as trader:
        await trader.opens(HelpDialog([HelpSection("All", rows)]))
        lines, page = trader.app.screen.query_one("#lines"), trader.app.screen.query_one("#page", Words)
        assert lines.max_scroll_y > 0
        await trader.presses("down", "end")
        await trader.until(lambda: lines.scroll_y == lines.max_scroll_y)
        await trader.presses("d", "o", "e", "s", "space", "q")
        assert "does qqq" in page.said
        assert "does aaa" not in page.said
        await trader.presses("z")
        assert page.said == 'Nothing here fits "does qz".'
        await trader.presses("question_mark")
        assert trader.results == [None]


async def test_a_message_is_shown_in_full_and_never_as_markup() -> None:
    text = "Rejected: [/x] [bold]stops[/] \x1b[31m" + "again " * 60
    async with a_trader() as trader:
        await trader.opens(MessageDialog(Message(1_704_110_400.0, Severity.ERROR, text), UTC_TIMES))
        assert trader.title == "Error, 12:00:00 UTC"
        page = str(trader.app.screen.query_one("#frame Static", Static).content)
        assert page == "Rejected: [/x] [bold]stops[/] " + ("again " * 60).strip()
        await trader.presses("q")
        assert not trader.is_open


async def test_the_harmless_answer_is_marked_first() -> None:
    async with a_trader() as trader:
        await trader.opens(YesNo("Quit", "An order is on its way. Quit?", "Quit", "Stay"))
        await trader.presses("y", "enter")
        assert trader.is_open, "keys typed ahead answer nothing"
        trader.waits(A_LOOK)
        await trader.presses("enter")
        assert trader.results == [False]


async def test_yes_takes_a_move_or_its_letter() -> None:
    async with a_trader() as trader:
        for keys in (("right", "enter"), ("y",)):
            await trader.opens(YesNo("Quit", "Quit?"))
            await trader.presses(*keys[:-1])
            trader.waits(A_LOOK)
            await trader.presses(keys[-1])
        assert trader.results == [True, True]


async def test_two_keys_of_one_burst_answer_once() -> None:
    """The second must not take the screen behind the dialog down, too."""
    async with a_trader() as trader:
        behind = trader.app.screen
        await trader.opens(YesNo("Quit", "Quit?"))
        dialog = trader.app.screen
        assert isinstance(dialog, YesNo)
        dialog.action_back()
        dialog.action_back()
        await trader.pilot.pause()
        assert trader.results == [False]
        assert trader.app.screen is behind


async def test_a_dialog_that_is_left_under_another_one_goes_after_it() -> None:
    """Escape and `X` in one burst: the escape is not the kill switch's."""
    async with a_trader() as trader:
        behind = trader.app.screen
        below = YesNo("Quit", "Quit?")
        above = YesNo("Really", "Really?")
        await trader.opens(below)
        await trader.opens(above)
        below.action_back()
        await trader.pilot.pause()
        assert trader.app.screen is above
        above.action_back()
        await trader.until(lambda: trader.app.screen is behind)
        assert trader.results == [False, False]


async def test_close_all_wants_the_word_itself() -> None:
    async with a_trader() as trader:
        await trader.opens(TypedWord("CLOSE ALL", ["Closes 3 positions at market."], "close"))
        await trader.presses("enter")
        await trader.types("clos")
        await trader.presses("enter")
        assert trader.results == []
        assert trader.app.screen.query_one("#close", Field).said == "! Type the word close, or escape."
        await trader.types("e")
        await trader.confirms()
        assert trader.results == [True]
