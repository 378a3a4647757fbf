"""Finding by kind of market, and taking all of one kind at once."""

from decimal import Decimal

from tests.ui.looks import A_LOOK
from tests.ui.still_desk import a_desk
from tests.ui.trader import Trader, a_trader
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.ui.dialogs.confirm_dialog import YesNo
from xbtfx_tui.ui.dialogs.dialog_fields import Words
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol, Many, Picks

COINS = ("BTCUSD", "ETHUSD", "LTCUSD")
STOCKS = tuple(f"S{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(30))


def listed(name: str) -> SymbolRow:
    return SymbolRow(name, 5, Decimal(1), Decimal("0.00001"))


def said(trader: Trader, part: str) -> str:
    return trader.app.screen.query_one(f"#{part}", Words).said


async def opens(trader: Trader, *watched: str) -> None:
    trader.lists(*map(listed, ("EURUSD", "GBPUSD", *COINS, *STOCKS)))
    await trader.opens(FindSymbol(trader.backend, watched, "Majors"))


async def test_tab_goes_round_the_kinds_in_the_order_typed_and_the_search_stays_in_one() -> None:
    async with a_trader(size=(80, 24)) as trader:
        await opens(trader)
        assert said(trader, "categories").split() == [
            "[All",
            "35]",
            "Stocks",
            "30",
            "Crypto",
            "3",
            "Forex",
            "2",
        ]
        await trader.bursts("tab", "tab", *"usd")
        assert "[Crypto 3]" in said(trader, "categories")
        assert said(trader, "count") == "3 of 35 symbols · kinds guessed by name"
        await trader.bursts("shift+tab")
        assert said(trader, "count") == 'None of 30 symbols fits "usd".'
        await trader.bursts("shift+tab")
        assert said(trader, "count") == "5 of 35 symbols"


async def test_the_kind_that_is_listed_is_in_sight_on_a_narrow_terminal() -> None:
    async with a_trader(size=(60, 20)) as trader:
        await opens(trader)
        for _ in range(3):
            await trader.presses("tab")
            line = next(
                strip.text for strip in trader.app.screen._compositor.render_strips() if "[" in strip.text
            )
            assert "]" in line, line


async def test_what_is_on_the_watchlist_already_is_marked() -> None:
    async with a_trader() as trader:
        await opens(trader, "GBPUSD")
        assert "\n *GBPUSD" in trader.app.screen.query_one(Picks).render().plain
        assert said(trader, "count") == "35 of 35 symbols · * in Majors"


async def test_a_small_kind_is_added_at_once_and_a_large_one_asked_about() -> None:
    async with a_trader() as trader:
        await opens(trader, "BTCUSD")
        await trader.bursts("tab", "tab", "ctrl+g")
        await trader.until(lambda: not trader.is_open)
        assert trader.results == [Many(("ETHUSD", "LTCUSD"))]
        await opens(trader)
        await trader.bursts("tab", "ctrl+g", "y", "enter", "ctrl+g")
        await trader.until(lambda: isinstance(trader.app.screen, YesNo))
        assert said(trader, "headline") == "Add 30 symbols to Majors?"
        await trader.presses("y")
        assert len(trader.results) == 1, "a yes that was typed ahead is none"
        trader.waits(A_LOOK)
        await trader.presses("n")
        await trader.types("9")
        assert said(trader, "count").startswith("None of 30")
        await trader.presses("backspace", "ctrl+g")
        await trader.pilot.pause()
        trader.waits(A_LOOK)
        await trader.presses("y")
        await trader.until(lambda: not trader.is_open)
        assert trader.results[1] == Many(STOCKS)


async def test_all_of_them_there_already_is_said() -> None:
    async with a_trader() as trader:
        await opens(trader, *COINS)
        await trader.bursts("tab", "tab", "ctrl+g")
        assert said(trader, "count") == "! All that is listed is in Majors already."
        assert trader.is_open


async def test_the_whole_kind_comes_into_the_group_shown() -> None:
    async with a_desk(watchlist=("EURUSD",)) as desk:
        await desk.pilot.press("slash", "tab", "tab", "ctrl+g")
        await desk.sees_a_frame()
        assert desk.screen.watchlist == ("EURUSD", "GBPUSD", "USDJPY")
        assert "2 symbols came into Main." in desk.text()
