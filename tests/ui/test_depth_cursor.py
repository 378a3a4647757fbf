"""The cursor in Depth: a level of the book as a stop of the ticket, or as what its pips count from."""

from decimal import Decimal

import pytest

from tests.ui.still_desk import Desk, a_desk
from xbtfx_tui.domain.position_sizing import RiskPercent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import TradingChanged, TradingLocked
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.ui.dialogs.dialog_fields import Field
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.price_level_menu import AsReference, AsStop, LevelDialog, uses_of


def fields(desk: Desk) -> list[str]:
    ticket = desk.app.screen
    assert isinstance(ticket, OrderTicket)
    return [ticket.query_one(f"#{name}", Field).text for name in ("volume", "sl", "tp")]


async def choice_of(desk: Desk, *keys: str) -> LevelDialog:
    await desk.presses(*keys)
    dialog = desk.app.screen
    assert isinstance(dialog, LevelDialog)
    desk.backend.clock.at += 1.0
    return dialog


async def test_a_bid_becomes_the_sl_of_a_buy() -> None:
    async with a_desk() as desk:
        await choice_of(desk, "2", "j", "j", "enter")  # the third bid
        await desk.presses("enter")
        assert fields(desk) == ["0.10", "1.08207", ""]
        assert "BUY EURUSD" in desk.text()


async def test_an_ask_becomes_the_sl_of_a_sell_and_its_pips_may_count_from_it() -> None:
    async with a_desk() as desk:
        await choice_of(desk, "2", "k", "enter")
        await desk.presses("enter")
        assert fields(desk) == ["0.10", "1.08221", ""]
        assert "SELL EURUSD" in desk.text()
        await desk.presses("escape")
        await choice_of(desk, "2", "enter")
        await desk.presses("j", "j", "enter")
        assert "pips count from 1.08221" in desk.text()


async def test_the_cursor_stops_at_the_ends_and_follows_the_spread() -> None:
    async with a_desk() as desk:
        await choice_of(desk, "2", *["k"] * 9, "enter")
        assert "1.08233" in str(desk.app.screen.query_one("#frame").border_title)
        await desk.presses("escape")
        await choice_of(desk, "2", *["j"] * 12, "enter")
        assert "1.08201" in str(desk.app.screen.query_one("#frame").border_title)


async def test_the_level_joins_the_symbols_preset() -> None:
    async with a_desk() as desk:
        desk.screen.presets.keep("EURUSD", Preset(RiskPercent(Decimal(1))))
        await choice_of(desk, "2", "enter")
        await desk.presses("enter")
        assert fields(desk) == ["1%", "1.08213", ""]


async def test_nothing_is_opened_while_nothing_may_be() -> None:
    async with a_desk() as desk:
        desk.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await desk.presses("2", "enter")
        assert desk.app.screen is desk.screen
        assert "Trading is locked" in desk.text()


def test_every_use_of_a_level_is_offered_the_likeliest_first() -> None:
    price = Decimal("1.1")
    assert isinstance(uses_of(price, is_bid=True)[0], AsStop)
    assert uses_of(price, is_bid=True)[0].side is Side.BUY
    assert uses_of(price, is_bid=False)[0].side is Side.SELL
    assert [use.side for use in uses_of(price, is_bid=False) if isinstance(use, AsReference)] == list(Side)


@pytest.mark.parametrize("rows", [20, 27, 34])
async def test_an_old_book_says_so_in_a_low_pane_too(rows: int) -> None:
    async with a_desk(size=(100, rows)) as desk:
        assert "spread" in desk.text()
        desk.backend.clock.at += 20
        desk.screen.depth.every_second()
        await desk.sees_a_frame()
        assert "This book is 20s old." in desk.text()
        assert desk.text().count("1.08221") >= 2, "the best of both sides is there, in Quotes and in Depth"
