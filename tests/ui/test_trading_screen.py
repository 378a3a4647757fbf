"""The trading screen as its user meets it, over an account that stands still."""

from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.ui.still_changes import ends
from tests.ui.still_desk import WATCHLIST, a_desk
from tests.ui.still_life import WALL, StillBackend, positions, still_backend
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    Message,
    PositionOpened,
    Severity,
    SpecRead,
    StreamDown,
    TradingChanged,
    TradingReadOnly,
)
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol
from xbtfx_tui.ui.screens.trading_screen import TradingScreen


async def test_it_opens_on_quotes_with_the_first_symbol_selected() -> None:
    async with a_desk() as desk:
        assert desk.screen.symbol == "EURUSD"
        assert desk.app.focused is desk.screen.quotes
        assert desk.backend.looked_at == (frozenset(WATCHLIST), "EURUSD")
        assert "PAPER" in desk.text()
        assert "#50012345" in desk.text()


async def test_all_panes_are_there_at_120x34_and_quotes_over_positions_at_80x24() -> None:
    async with a_desk() as desk:
        seen = desk.text()
        for words in ("1 Quotes", "3 Chart EURUSD", "2 Depth EURUSD", "[4 Positions 3]", "5 Orders 2"):
            assert words in seen, words
        await desk.pilot.resize_terminal(80, 24)
        await desk.sees_a_frame()
        for words in ("[1 Quotes]", "1.08221", "[4 Positions 3]", "184741"):
            assert words in desk.text(), words
        await desk.presses("3")
        assert "[3 Chart EURUSD 10 s]" in desk.text()
        assert "184741" in desk.text(), "the positions stay"
        await desk.presses("5")
        assert "[5 Orders 2]" in desk.text()
        assert "[3 Chart EURUSD 10 s]" in desk.text(), "the chart stays"


async def test_positions_take_the_rows_they_need_and_no_more_than_half() -> None:
    async with a_desk(size=(80, 24)) as desk:
        store = desk.backend.store
        for number in range(60):
            store.apply(
                PositionOpened(190000 + number, "EURUSD", Side.BUY, Decimal("1.00"), Decimal("1.08221"))
            )
        await desk.sees_a_frame()
        lines = desk.text().splitlines()
        tabs = next(row for row, line in enumerate(lines) if line.startswith("[4 Positions 63]"))
        assert tabs == 2 + 8, "Quotes keeps its six rows"
        assert "63 positions" in lines[-3]
        await desk.presses("4", "z")
        assert sum(line.startswith("1900") for line in desk.text().splitlines()) == 17, (
            "all the room there is"
        )


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30), (120, 34), (200, 50), (240, 70)])
async def test_every_pane_works_at_every_size(size: tuple[int, int]) -> None:
    async with a_desk(size=size) as desk:
        for key, words in (
            ("1", "EURUSD"),
            ("2", "spread"),
            ("4", "184741"),
            ("5", "buy limit"),
            ("6", "today"),
            ("7", "Bought 1.00 USDJPY"),
        ):
            await desk.presses(key)
            assert words in desk.text(), (key, desk.text())
            assert all(len(line) <= size[0] for line in desk.text().splitlines())


async def test_a_terminal_that_is_too_small_says_so_and_comes_back() -> None:
    async with a_desk(size=(50, 12)) as desk:
        await desk.pilot.pause()
        assert "50x12 is too small: 60x20 at least." in desk.text()
        await desk.pilot.resize_terminal(120, 34)
        await desk.sees_a_frame()
        assert "1.08213" in desk.text()


async def test_a_quote_shows_at_once_and_a_stale_one_says_how_old_it_is() -> None:
    async with a_desk() as desk:
        desk.backend.clock.at = 1.0
        desk.backend.quote("EURUSD", 1.08219, 1.08227)
        await desk.sees_a_frame()
        assert desk.line("EURUSD").split()[:5] == ["EURUSD", "▲", "1.08219", "1.08227", "8"]
        desk.backend.clock.at = 13.4
        await desk.sees_a_frame()
        assert "12s" in desk.line("EURUSD")
        assert "13s" in desk.line("GBPUSD")


async def test_a_price_of_rest_does_not_make_a_silent_stream_look_live() -> None:
    async with a_desk() as desk:
        store, clock = desk.backend.store, desk.backend.clock
        clock.at = 1.0
        desk.backend.quote("EURUSD", 1.08219, 1.08227)
        await desk.sees_a_frame()
        assert "● live, quiet" not in desk.text()
        clock.at = 9.0
        store.apply(SpecRead(replace(store.specs["EURUSD"], bid=1.083, ask=1.0831), clock.now()))
        await desk.sees_a_frame()
        assert desk.line("EURUSD").split()[2] == "1.08300"
        assert "● live, quiet 8s" in desk.text()


async def test_the_digits_that_moved_flash_and_calm_down() -> None:
    async with a_desk() as desk:
        board = desk.screen.quotes
        desk.backend.clock.at = 1.0
        desk.backend.quote("EURUSD", 1.08219, 1.08227)
        await desk.sees_a_frame()
        bid = board.row("EURUSD")["bid"]
        assert bid[-1] == ("9", board.tint("up-flash"))
        desk.backend.clock.at = 1.6
        await desk.sees_a_frame()
        assert board.row("EURUSD")["bid"][-1] == ("9", board.tint("up"))


async def test_a_lost_stream_makes_every_price_look_old() -> None:
    async with a_desk() as desk:
        desk.backend.store.apply(StreamDown("connection refused", 2.0))
        await desk.sees_a_frame()
        assert "stream down, next try in 2s" in desk.text()
        board = desk.screen.quotes
        assert board.row("EURUSD")["bid"] == (
            (f"{'1.08213':>{len(board.row('EURUSD')['bid'][0][0])}}", board.tint("muted")),
        )


async def test_a_price_that_jumps_is_shown_and_marked_until_it_is_borne_out() -> None:
    async with a_desk() as desk:
        board = desk.screen.quotes
        for at, bid, age in ((1.0, 1.08219, ""), (1.2, 0.00011, "jump"), (1.4, 1.08220, "")):
            desk.backend.clock.at = at
            desk.backend.quote("EURUSD", bid, bid + 0.00008)
            await desk.sees_a_frame()
            row = board.row("EURUSD")
            assert "".join(text for text, _ in row["bid"]).strip() == f"{bid:.5f}"
            assert row["age"][0][0].strip() == age
            if age:
                assert row["age"][0][1] == board.tint("warning")
        assert "0.00011, was left out" in desk.backend.store.messages[-1].text


async def test_a_lost_stream_is_tried_at_once_by_the_key_that_draws_anew() -> None:
    async with a_desk() as desk:
        await desk.pilot.press("ctrl+r")
        said = desk.backend.store.messages
        assert not any("tried again now" in one.text for one in said)
        desk.backend.store.apply(StreamDown("connection refused", 30.0))
        await desk.pilot.press("ctrl+r")
        assert said[-1].text == "The stream is tried again now."


async def test_a_position_opens_on_top_selected_and_its_profit_moves_with_the_quote() -> None:
    async with a_desk() as desk:
        desk.backend.clock.at = 1.0
        desk.backend.store.apply(
            PositionOpened(184799, "EURUSD", Side.BUY, Decimal("1.00"), Decimal("1.08221"))
        )
        await desk.sees_a_frame()
        assert desk.screen.positions.board.cursor == 184799
        desk.backend.clock.at = 2.0
        desk.backend.quote("EURUSD", 1.08321, 1.08329)
        await desk.sees_a_frame()
        assert "+100.00" in desk.line("184799")
        ends(desk.backend.store, 184799, Decimal("100.00"))
        await desk.sees_a_frame()
        assert "184799" not in desk.text().split("[4 Positions")[1].split("3 positions")[0]


async def test_the_total_is_the_sum_of_what_is_shown() -> None:
    async with a_desk() as desk:
        total = sum(position.profit for position in positions())
        assert f"USD +{total}" in desk.line("3 positions")


@pytest.mark.parametrize(
    ("key", "dialog"),
    [("b", OrderTicket), ("s", OrderTicket), ("c", CloseTicket), ("m", ModifyTicket), ("slash", FindSymbol)],
)
async def test_each_key_opens_its_dialog(key: str, dialog: type) -> None:
    async with a_desk() as desk:
        await desk.pilot.press(key)
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, dialog)


async def test_a_locked_terminal_says_why_a_key_does_nothing_and_how_to_go_on() -> None:
    async with a_desk() as desk:
        await desk.presses("ctrl+l")
        assert "LOCKED" in desk.text()
        await desk.presses("b")
        assert isinstance(desk.app.screen, TradingScreen)
        assert "Trading is locked: you locked it. ctrl+l unlocks it." in desk.text()
        await desk.presses("ctrl+l", "b")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, OrderTicket)


async def test_a_read_only_key_is_said_and_nothing_opens() -> None:
    def read_only(backend: StillBackend) -> None:
        backend.store.apply(TradingChanged(TradingReadOnly("this key may only read")))

    async with a_desk(still_backend(read_only)) as desk:
        assert "READ-ONLY" in desk.text()
        await desk.presses("s")
        assert "Orders can't be sent: this key may only read." in desk.text()


async def test_m_changes_the_pending_order_when_orders_are_looked_at() -> None:
    async with a_desk() as desk:
        await desk.presses("5")
        await desk.pilot.press("m")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, ModifyTicket)
        assert "184751" in desk.text()


async def test_the_watchlist_is_kept_when_a_symbol_comes_or_goes() -> None:
    async with a_desk() as desk:
        await desk.presses("down", "delete")
        assert desk.saved == [("EURUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")]
        assert desk.screen.symbol == "USDJPY"
        await desk.pilot.press("slash", *"gbp", "enter")
        await desk.pilot.pause()
        assert desk.saved[-1][-1] == "GBPUSD"
        assert desk.screen.symbol == "GBPUSD"


async def test_the_whole_watchlist_is_subscribed_in_sight_or_not_and_depth_while_it_is_shown() -> None:
    async with a_desk(size=(80, 24)) as desk:
        await desk.presses("4")
        assert desk.looks_at() == (set(desk.screen.watchlist), None)
        await desk.presses("2")
        assert desk.looks_at() == (set(desk.screen.watchlist), "EURUSD")


async def test_tab_goes_round_the_panes_and_z_zooms_and_back() -> None:
    async with a_desk() as desk:
        seen = [desk.screen.shown]
        for _ in range(4):
            await desk.presses("tab")
            seen.append(desk.screen.shown)
        assert seen == ["quotes", "depth", "chart", "positions", "quotes"]
        await desk.presses("shift+tab", "z")
        assert "1.08221" not in desk.text()
        assert "184741" in desk.text()
        await desk.presses("z")
        assert "1.08221" in desk.text()


async def test_history_asks_for_the_period_that_is_chosen() -> None:
    async with a_desk() as desk:
        await desk.presses("6", "right_square_bracket", "right_square_bracket")
        assert desk.backend.histories_asked[-1] is HistoryPeriod.LAST_WEEK
        assert "last week: asking the server" in desk.text()


async def test_times_are_told_by_the_chosen_clock_and_say_which() -> None:
    async with a_desk(size=(200, 50), times=ZoneInfo("Asia/Tokyo")) as desk:
        await desk.presses("6")
        assert "19:15:30 Tokyo" in desk.text().splitlines()[0]
        assert "3 Chart EURUSD 10 s, Tokyo time" in desk.text()
        assert desk.line("time (Tokyo)")
        assert "04 Mar 17:55" in desk.text()
        assert "│ Tokyo" in desk.text(), "over the times of the messages"
        await desk.presses("7", "enter")
        assert "Good, 19:15:30 Tokyo" in desk.text()


async def test_keys_can_be_given_other_actions() -> None:
    async with a_desk(keys={"trade.buy": "B"}) as desk:
        await desk.pilot.press("b")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, TradingScreen)
        await desk.pilot.press("B")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, OrderTicket)


NASTY = "\x1b[2J\x1b]0;owned\x07[/x] [bold]" + "A" * 5000


@pytest.mark.parametrize("fill", [lambda b: b.store.apply(Message(WALL, Severity.ERROR, NASTY))])
async def test_what_a_server_says_can_neither_crash_nor_paint(fill: Callable[[StillBackend], None]) -> None:
    async with a_desk(still_backend(fill)) as desk:
        await desk.presses("7", "enter")
        await desk.pilot.pause()
        assert "\x1b" not in desk.text()
        assert "[/x] [bold]AAAA" in desk.text()


async def test_quitting_is_one_key_when_nothing_is_in_flight() -> None:
    async with a_desk() as desk:
        await desk.pilot.press("q")
    assert desk.app.return_value == 0
