"""The chart with the keys: walked, asked, traded from. Nothing is sent by any of it without a review."""

import re
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import cache

import pytest
from textual import events
from textual.screen import Screen

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import WALL, still_backend
from tests.unit.candle_files import HOUR, minute
from xbtfx_tui.archive.candle_archive import NoArchive
from xbtfx_tui.archive.exporting import ExportForm, exported_lines
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, joined
from xbtfx_tui.domain.chart_settings import ChartSettings
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.domain.intents import ModifyIntent, MoveTo
from xbtfx_tui.domain.store_events import PositionClosed, PositionsRead, TradingChanged, TradingLocked
from xbtfx_tui.ui.chart.chart_view import ChartView, Follows, StandsAt
from xbtfx_tui.ui.dialogs.alerts_dialog import NewAlert
from xbtfx_tui.ui.dialogs.chart_question import ChartQuestion
from xbtfx_tui.ui.dialogs.dialog_fields import Field
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.price_level_menu import LevelDialog

FIRST = int(WALL) // HOUR * HOUR - 100 * HOUR
PRICE = 108_150
"""Near the price of now, so that the one picture has both."""


HOLE = range(FIRST + 90 * HOUR, FIRST + 90 * HOUR + 1800)


@cache
def candles_of(timeframe: Timeframe) -> tuple[Candle | Gap, ...]:
    """A hundred hours of EURUSD before the hour of now, and half an hour in which nobody looked."""
    starts = (start for start in range(FIRST, FIRST + 100 * HOUR, 60) if start not in HOLE)
    minutes = [minute(start, PRICE + start // 60 % 50) for start in starts]
    if timeframe is Timeframe.MINUTE:
        return tuple(sorted([*minutes, Gap(HOLE.start, HOLE.stop)], key=lambda one: one.start))
    parts: dict[tuple[int, int], list[Candle]] = {}
    for one in minutes:
        parts.setdefault(UTC_CLOCK.bucket(one.start, timeframe), []).append(one)
    return tuple(joined(part, start, end - start) for (start, end), part in parts.items())


class Past(NoArchive):
    """An archive of these."""

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        if symbol != "EURUSD" or timeframe is Timeframe.TEN_SECONDS:
            return ()
        found = candles_of(timeframe)
        end = bisect_left(found, before, key=lambda one: one.start)
        return found[max(0, end - count) : end]


@asynccontextmanager
async def a_chart(size: tuple[int, int] = (160, 44)) -> AsyncIterator[Desk]:
    """The chart with the keys, zoomed, in candles of a minute."""
    backend = still_backend()
    backend.candles = Past()
    async with a_desk(backend, size, charts={"EURUSD": ChartSettings(Timeframe.MINUTE)}) as desk:
        await desk.presses("3", "z")
        await desk.sees_it_all()
        yield desk


def view(desk: Desk) -> ChartView:
    return desk.screen.chart.view


def on_top(desk: Desk) -> Screen[object]:
    return desk.app.screen


def title(desk: Desk) -> str:
    return desk.screen.chart.title


async def test_it_walks_back_through_all_of_the_past_and_returns() -> None:
    async with a_chart() as desk:
        assert "1 min · closes in 0:30" in title(desk)
        await desk.presses("left")
        newest = view(desk).crosshair
        assert "4 Mar 10:15" in title(desk)
        await desk.presses("shift+left", "h")
        assert view(desk).crosshair == (newest or 0) - 11 * 60
        await desk.presses("l", "shift+right")
        assert view(desk).crosshair == newest
        for _ in range(3):
            await desk.presses("pageup")
            await desk.sees_it_all()
        assert "h back" in title(desk)
        await desk.presses("home")
        await desk.sees_it_all()
        assert view(desk).crosshair == FIRST
        assert "4 d back" in title(desk)
        await desk.presses("end")
        await desk.sees_it_all()
        assert "back" not in title(desk)
        await desk.presses("escape")
        assert view(desk) == ChartView(Timeframe.MINUTE)


async def test_the_read_out_is_the_exported_row_at_every_timeframe_and_zoom() -> None:
    async with a_chart() as desk:
        await desk.presses("d", "2", *"mar", "space", *"14:00", "enter")
        await desk.sees_it_all()
        moment = view(desk).crosshair
        assert moment is not None
        for keys in ("1", "4h", "15"):
            await desk.presses("comma", *keys, "enter")
            timeframe = view(desk).timeframe
            start = UTC_CLOCK.bucket(moment, timeframe)[0]
            candle = next(one for one in candles_of(timeframe) if one.start == start)
            assert isinstance(candle, Candle)
            _, row = exported_lines([candle], ExportForm.CSV, UTC_CLOCK)
            await desk.presses("plus" if keys == "4h" else "minus")
            await desk.sees_it_all()
            assert view(desk).crosshair == moment
            assert re.findall(r" [OHLC] ([0-9.]+)", title(desk)) == row.split(",")[1:5]


async def test_a_gap_says_from_when_to_when_nobody_looked() -> None:
    async with a_chart() as desk:
        await desk.presses("d", *"00:10", "enter")
        await desk.sees_it_all()
        assert "no record 00:00 to 00:30" in title(desk)
        assert desk.text().count("┆") > 30, "the crosshair is on it, all the way down"
        await desk.presses("right")
        assert desk.text().count("┊") > 30


async def test_a_moment_without_a_candle_brings_the_nearest_and_is_said() -> None:
    async with a_chart() as desk:
        await desk.presses("d", "minus", *"9d", "enter")
        await desk.sees("There is no candle of 1 min of 23 Feb 10:15: the nearest is 28 Feb 06:00.")
        assert view(desk).crosshair == FIRST
        await desk.presses("d", *"soon", "enter")
        assert isinstance(on_top(desk), ChartQuestion)
        assert "soon is no day" in desk.text()


async def test_while_it_does_not_follow_nothing_moves() -> None:
    async with a_chart() as desk:
        await desk.presses("pageup")
        await desk.sees_it_all()
        before = desk.text().splitlines()[3:-3]
        backend = desk.backend
        backend.moves_to("EURUSD", 1.0900, 1.0901)
        for _ in range(3):
            backend.clock.at += 3.0
            desk.screen.chart.every_second()
        await desk.sees_it_all()
        assert desk.text().splitlines()[3:-3] == before
        await desk.presses("end")
        await desk.sees_it_all()
        assert view(desk).place == Follows()
        assert "bid 1.09000" in desk.text()


async def at_level(desk: Desk, *keys: str) -> LevelDialog:
    await desk.presses(*keys)
    desk.backend.clock.at += 1.0
    await desk.presses("enter")
    dialog = desk.app.screen
    assert isinstance(dialog, LevelDialog)
    desk.backend.clock.at += 1.0
    return dialog


async def test_the_sl_in_the_review_is_exactly_the_cursors_price() -> None:
    async with a_chart() as desk:
        await at_level(desk, "j", "j", "j", "shift+down")
        price = view(desk).price
        assert price is not None
        assert price < Decimal("1.08213")
        await desk.presses("enter")
        assert isinstance(on_top(desk), ModifyTicket)
        assert on_top(desk).query_one("#sl", Field).text == str(price)
        await desk.confirms()
        assert f"sl from 1.07900 to {price}" in " ".join(desk.text().split())
        assert desk.backend.desk.taken == []
        await desk.confirms()
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, ModifyIntent)
        assert (intent.ticket, intent.sl) == (184729, MoveTo(price))


async def test_a_price_becomes_a_ticket_or_an_alert() -> None:
    async with a_chart() as desk:
        await desk.backend.alerts.take_up(50012345)
        await at_level(desk, "k", "k", "k")
        price = view(desk).price
        assert "> tp of 184729 (buy 0.50)" in desk.text()
        await desk.presses("j", "enter")
        assert isinstance(on_top(desk), OrderTicket)
        assert "SELL EURUSD" in desk.text()
        assert on_top(desk).query_one("#sl", Field).text == str(price)
        await desk.presses("escape")
        await at_level(desk)
        await desk.presses("k", "enter")
        assert isinstance(on_top(desk), NewAlert)
        desk.backend.clock.at += 1.0
        await desk.presses("enter")
        (alert,) = desk.backend.alerts.book.alerts
        assert str(price) in desk.text()
        assert alert.is_live


async def test_the_menu_follows_the_market_and_the_positions_and_checks_before_it_chooses() -> None:
    async with a_chart() as desk:
        await at_level(desk, "j", "j", "j")
        price = view(desk).price
        assert "> sl of 184729 (buy 0.50)" in desk.text()
        store = desk.backend.store
        store.apply(PositionClosed(184729))
        left = [one for one in store.positions.values() if one.ticket != 184729]
        store.apply(PositionsRead(tuple(left), store.mark()))
        await desk.sees("No choice any more: 184729.")
        assert "sl of 184729" not in desk.text()
        assert f"> Buy, with sl {price}" in desk.text()
        desk.backend.moves_to("EURUSD", 1.07, 1.0701)
        await desk.confirms()
        assert isinstance(on_top(desk), LevelDialog), "what was marked holds no more"
        assert "The market has crossed the price." in desk.text()
        assert f"> Sell, with sl {price}" in desk.text()
        desk.backend.clock.at += 20
        await desk.confirms()
        assert isinstance(on_top(desk), LevelDialog)
        assert "wait for a fresh one" in desk.text()


async def test_an_old_price_decides_nothing_and_a_lock_leaves_the_alert() -> None:
    async with a_chart() as desk:
        desk.backend.clock.at += 20
        await desk.presses("j", "j", "enter")
        assert on_top(desk) is desk.screen
        assert "The price of EURUSD is 20s old: wait for a fresh one." in desk.text()
        assert "from an old bid" in desk.text()
        assert "closes in" not in title(desk)
        desk.backend.moves_to("EURUSD", 1.08213, 1.08221)
        desk.screen.notice.every_second()
        await desk.sees_it_all()
        assert "wait for a fresh one" not in desk.text(), "it is fresh again"
        desk.backend.store.apply(TradingChanged(TradingLocked("you locked it")))
        await at_level(desk)
        await desk.presses("enter")
        assert "Trading is locked: you locked it." in desk.text()
        await desk.presses("k")
        await desk.confirms()
        assert isinstance(on_top(desk), NewAlert)


async def test_a_held_enter_opens_and_sends_nothing_more() -> None:
    """An enter left over from the level's list, or held, does not go through the ticket."""
    async with a_chart() as desk:
        await desk.presses("j")
        await desk.presses(*["enter"] * 12)
        assert desk.backend.desk.taken == []
        assert isinstance(on_top(desk), LevelDialog)


async def test_the_verb_shows_a_symbols_chart_which_stays_as_it_was_set() -> None:
    saved: list[Mapping[str, ChartSettings]] = []

    def save(charts: Mapping[str, ChartSettings]) -> None:
        saved.append(dict(charts))

    kept = {"XAUUSD": ChartSettings(Timeframe.DAY, 4)}
    async with a_desk(charts=kept, save_charts=save) as desk:
        await desk.presses("colon", *"chart", "space", *"EURUSD", "space", *"15", "enter")
        await desk.sees_it_all()
        assert desk.screen.shown == "chart"
        assert view(desk).timeframe is Timeframe.QUARTER
        await desk.presses("colon", *"chart", "space", *"xauusd", "enter")
        await desk.sees("3 Chart XAUUSD 1 d")
        assert (view(desk), desk.screen.symbol) == (ChartView(Timeframe.DAY, 4), "XAUUSD")
        await desk.presses("colon", *"chart", "space", *"eurusd", "enter")
        assert view(desk).timeframe is Timeframe.QUARTER
    assert saved[-1]["EURUSD"] == ChartSettings(Timeframe.QUARTER)


async def test_the_mouse_scrolls_time_and_sets_the_crosshair_and_sends_nothing() -> None:
    async with a_chart() as desk:
        chart = desk.screen.chart
        await desk.pilot.click(chart, offset=(10, 8), times=2)
        await desk.sees_it_all()
        assert view(desk).crosshair == desk.screen.chart.window.in_sight[5]
        assert view(desk).price is None
        for _ in range(8):
            chart.post_message(events.MouseScrollUp(chart, 5, 5, 0, -1, 0, False, False, False))
        await desk.sees_it_all()
        assert isinstance(view(desk).place, StandsAt)
        assert on_top(desk) is desk.screen
        assert desk.backend.desk.taken == []


async def test_the_line_of_keys_names_the_charts_while_it_has_them() -> None:
    async with a_chart() as desk:
        assert "left/right candle  up/down price  [/] length  -/+ width  d go to" in desk.text()
        await desk.presses("1")
        assert "left/right" not in desk.text()


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_in_a_small_terminal_the_read_out_is_on_the_chart(size: tuple[int, int]) -> None:
    async with a_chart(size=size) as desk:
        await desk.presses("left", "left")
        shown = desk.text()
        assert [name for name in "OHLC" if f"{name} 1.08" not in shown] == []
