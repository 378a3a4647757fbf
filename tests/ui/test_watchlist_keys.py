"""Watchlists by keyboard: groups, their order, sorting once, and what the command line calls."""

from decimal import Decimal

import pytest

from tests.ui.still_desk import WATCHLIST, Desk, a_desk
from tests.ui.still_life import StillBackend, still_backend
from xbtfx_tui.domain.store_events import SymbolsRead
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.domain.watchlists import watchlists
from xbtfx_tui.ui.dialogs.dialog_fields import Field, Words
from xbtfx_tui.ui.dialogs.watchlist_groups import GroupList

SMALL = (80, 24)
TWO = watchlists([("Majors", WATCHLIST[:3]), ("Crypto", ("BTCUSD",))])


def rows(desk: Desk) -> list[str]:
    return list(desk.screen.quotes.keys)


def title(desk: Desk) -> str:
    """What the tab of Quotes says of it."""
    return desk.line("[1 Quotes").partition("]")[0].lstrip("[")


def no_dialog(desk: Desk) -> bool:
    return desk.app.screen is desk.screen


async def bursts(desk: Desk, *keys: str) -> None:
    """Keys that arrive all at once, as a slow line delivers them."""
    for key in keys:
        desk.app.simulate_key(key)
    for _ in range(4):
        await desk.pilot.pause()


async def test_rows_move_by_shift_and_arrows_and_the_cursor_goes_with_them() -> None:
    async with a_desk() as desk:
        await desk.presses("shift+down", "shift+down")
        assert rows(desk)[:3] == ["GBPUSD", "USDJPY", "EURUSD"]
        assert desk.screen.symbol == "EURUSD"
        assert desk.saved[-1][:3] == ("GBPUSD", "USDJPY", "EURUSD")
        await desk.presses("shift+up", "home", "shift+up")
        assert rows(desk)[:3] == ["GBPUSD", "EURUSD", "USDJPY"]
        assert "GBPUSD is the first of Main already." in desk.text()


async def test_sorting_is_a_choice_made_once_and_shown_and_nothing_moves_by_itself() -> None:
    async with a_desk(size=SMALL) as desk:
        await desk.presses("o")
        assert rows(desk) == sorted(WATCHLIST)
        assert title(desk) == "1 Quotes · by symbol"
        await desk.presses("o", "o")
        assert title(desk) == "1 Quotes · by spread"
        before = rows(desk)
        assert before == ["EURUSD", "USDJPY", "GBPUSD", "NDXUSD", "XAUUSD", "BTCUSD"]
        desk.backend.quote("EURUSD", 1.0, 1.1)
        await desk.sees_a_frame()
        assert rows(desk) == before
        await desk.presses("O")
        assert rows(desk)[-1] == "EURUSD"
        await desk.presses("shift+up")
        assert "The rows stand by spread: o goes on to as set, where they move." in desk.text()
        await desk.presses("o")
        assert rows(desk) == list(WATCHLIST)
        assert "Quotes ·" not in desk.text()


async def test_a_new_row_comes_last_in_a_sorted_list() -> None:
    async with a_desk(watchlist=("USDJPY", "EURUSD")) as desk:
        await desk.presses("o")
        await bursts(desk, "slash", *"btcusd", "enter")
        assert rows(desk) == ["EURUSD", "USDJPY", "BTCUSD"]
        assert desk.screen.watchlist == ("USDJPY", "EURUSD", "BTCUSD")


async def test_groups_are_switched_without_a_dialog_and_the_title_says_which() -> None:
    async with a_desk(size=SMALL, groups=TWO) as desk:
        assert title(desk) == "1 Quotes · Majors (1/2)"
        await desk.presses("ctrl+right")
        assert title(desk) == "1 Quotes · Crypto (2/2)"
        assert (rows(desk), desk.screen.symbol) == (["BTCUSD"], "BTCUSD")
        assert desk.looks_at()[0] == {*WATCHLIST[:3], "BTCUSD"}, "the other group is there at once"
        await desk.presses("ctrl+right")
        assert title(desk) == "1 Quotes · Majors (1/2)"
        await desk.presses("ctrl+left")
        assert title(desk) == "1 Quotes · Crypto (2/2)"


async def test_one_group_needs_no_title_and_says_how_to_get_another() -> None:
    async with a_desk(size=SMALL) as desk:
        assert "Quotes ·" not in desk.text()
        await desk.presses("ctrl+right")
        assert "Main is the only group. w makes others." in desk.text()


async def test_a_group_is_made_in_one_burst_whose_letters_are_no_commands() -> None:
    async with a_desk() as desk:
        await bursts(desk, "w")
        assert "> Main     6 symbols  shown" in desk.text()
        await bursts(desk, "n", *"Junk rand", "enter")
        assert not no_dialog(desk)
        assert desk.screen.watching.groups() == ("Main", "Junk rand")
        await bursts(desk, "N", *"Fx", "enter")
        assert desk.screen.watching.groups() == ("Main", "Fx")
        await bursts(desk, "k", "enter")
        assert desk.screen.watching.lists.shown.name == "Main"
        assert no_dialog(desk)


async def test_a_bad_name_is_refused_beside_the_field_and_escape_goes_back_one_step() -> None:
    async with a_desk(groups=TWO) as desk:
        await bursts(desk, "w", "n", *"crypto", "enter")
        said = desk.app.screen.query_one("#name", Field).said
        assert said == "! There is a group Crypto already. Take another name."
        await desk.pilot.press("escape")
        assert not no_dialog(desk)
        assert isinstance(desk.app.focused, GroupList)
        await desk.pilot.press("escape")
        assert no_dialog(desk)
        assert desk.screen.watching.groups() == ("Majors", "Crypto")


async def test_a_group_goes_only_after_a_yes_that_was_not_typed_ahead() -> None:
    async with a_desk(groups=TWO) as desk:
        await bursts(desk, "w", "delete", "y", "enter")
        assert desk.screen.watching.groups() == ("Majors", "Crypto")
        assert "Remove the group Majors with its 3 symbols? No position is touched." in desk.text()
        desk.backend.clock.at += 1
        await desk.pilot.press("y")
        await desk.pilot.pause()
        assert desk.screen.watching.groups() == ("Crypto",)
        await bursts(desk, "delete")
        said = desk.app.screen.query_one("#general", Words).said
        assert said == "! Crypto is the only group and stays. Remove its symbols instead."
        await bursts(desk, "enter")
        assert rows(desk) == ["BTCUSD"]


async def test_a_group_without_symbols_leaves_no_other_pane_behind() -> None:
    async with a_desk(groups=watchlists([("Majors", WATCHLIST), ("New", ())])) as desk:
        await desk.presses("ctrl+right")
        assert desk.screen.symbol is None
        assert "The watchlist is empty. Press / to find a symbol." in desk.text()
        await desk.presses("i", "delete", "shift+up", "o", "b")
        assert no_dialog(desk)
        assert "No symbol is selected. Press / to find one." in desk.text()


async def test_the_command_line_has_a_sentence_for_each() -> None:
    async with a_desk(groups=TWO) as desk:
        watching = desk.screen.watching
        assert watching.watch("XAUUSD") == "XAUUSD is on the watchlist, in Majors."
        assert rows(desk)[-1] == "XAUUSD"
        assert watching.watch("XAUUSD") == "XAUUSD is in Majors already."
        assert watching.watch("NOPE") == "The account has no symbol NOPE. / finds those that it has."
        assert watching.unwatch("XAUUSD") == "XAUUSD left the watchlist. Press / to bring it back."
        assert watching.unwatch("BTCUSD") == "BTCUSD is not in Majors, but in Crypto."
        assert watching.switch_group("crypto") == "Crypto: 1 symbol shown."
        assert watching.switch_group("Metals") == 'There is no group "Metals", only Majors, Crypto.'
        assert watching.groups() == ("Majors", "Crypto")
        assert watching.groups_words() == "Majors (3), Crypto (1, shown)."


async def test_the_usual_watchlist_is_of_what_the_account_has_and_fills_the_pane() -> None:
    backend = still_backend()
    async with a_desk(backend, watchlist=("XAUUSD", "NOPE"), usual_watchlist=True) as desk:
        assert desk.screen.watchlist == ("XAUUSD", "EURUSD", "GBPUSD", "USDJPY", "BTCUSD", "NDXUSD")
        assert desk.saved == [], "it is nobody's own yet"
    async with a_desk(backend, watchlist=("EURUSD", "NOPE")) as desk:
        assert desk.screen.watchlist == ("EURUSD", "NOPE"), "the trader's own stays whole"


@pytest.mark.parametrize(("size", "least"), [((80, 24), 8), ((120, 34), 8), ((200, 50), 24)])
async def test_the_first_watchlist_fills_the_pane(size: tuple[int, int], least: int) -> None:
    def many_symbols(backend: StillBackend) -> None:
        rows = tuple(SymbolRow(f"S{n:02}USD", 2, Decimal(1), Decimal("0.01")) for n in range(60))
        backend.store.apply(SymbolsRead((*backend.store.symbols.values(), *rows)))

    backend = still_backend(many_symbols)
    async with a_desk(backend, size=size, watchlist=WATCHLIST, usual_watchlist=True) as desk:
        assert desk.screen.watchlist[:6] == WATCHLIST
        board = desk.screen.quotes
        assert least <= len(board.keys) <= board.size.height, "full, and without a scrollbar"
