"""The chart with a past of its own: before this run's first tick it is all there is, and no price of now."""

import asyncio

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from tests.unit.candle_files import MONDAY, minutes
from xbtfx_tui.archive.candle_archive import NoArchive
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe
from xbtfx_tui.ui.chart.chart_view import Follows
from xbtfx_tui.ui.panes.chart_title import SEEKS_OLDEST


class Past(NoArchive):
    """An archive that has 40 minutes of AUDCAD; what was asked for is kept for the test."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Timeframe]] = []

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        self.asked.append((symbol, timeframe))
        return tuple(minutes(MONDAY, 40)) if (symbol, timeframe) == ("AUDCAD", Timeframe.MINUTE) else ()


async def test_a_past_is_drawn_without_a_price_of_now() -> None:
    backend = still_backend()
    past = Past()
    backend.candles = past
    async with a_desk(backend) as desk:
        chart = desk.screen.chart
        chart.show_symbol("AUDCAD")
        await desk.sees_it_all()
        assert "No ticks of AUDCAD yet" in desk.text()
        chart.action_timeframe(1)
        await desk.sees_it_all()
        shown = desk.text()
        assert past.asked[-1] == ("AUDCAD", Timeframe.MINUTE)
        assert "No ticks" not in shown
        assert len(chart.candles) == 40
        assert "1.08042" in shown, "the axis is of the past"
        assert "bid 1.08" not in shown
        chart.show_symbol("EURUSD")
        await desk.sees_it_all()
        assert "bid 1.08" in desk.text(), "of what ticks, the price of now is shown"


def row_of_the_bid(desk: Desk) -> str:
    """What the chart shows beside the bid; what stands left of it is left out."""
    return next(line for line in desk.text().splitlines() if "bid 1.08" in line).partition("│")[2]


async def test_the_price_range_stays_for_two_seconds_whatever_leaves_it() -> None:
    backend = still_backend()
    async with a_desk(backend) as desk:
        await desk.sees_it_all()
        backend.clock.at += 1.0
        backend.moves_to("EURUSD", 1.0840, 1.0841)
        desk.screen.chart.every_second()
        await desk.sees_it_all()
        assert "▲" in row_of_the_bid(desk), "it went on beyond the edge row"
        assert "1.08217" in desk.text()
        backend.clock.at += 1.0
        desk.screen.chart.every_second()
        await desk.sees_it_all()
        assert "▲" not in row_of_the_bid(desk)
        assert "1.08217" not in desk.text()


async def test_on_a_slow_line_the_forming_candle_comes_every_two_seconds_and_no_ask() -> None:
    backend = still_backend()
    async with a_desk(backend, low_bandwidth=True) as desk:
        await desk.sees_it_all()
        chart = desk.screen.chart
        assert "ask 1.08" not in desk.text()

        async def shown_after(seconds: float, bid: float) -> str:
            backend.clock.at += seconds
            backend.quote("EURUSD", bid, bid + 0.0001)
            chart.every_second()
            await desk.sees_it_all()
            return desk.text()

        assert "bid 1.08213" in await shown_after(0.5, 1.08214)
        assert "bid 1.08215" in await shown_after(1.5, 1.08215)
        assert "bid 1.08215" in await shown_after(1.0, 1.08216)
        await desk.presses("3", "left")
        assert "bid 1.08216" in desk.text(), "a key is answered at once"


class SlowPast(Past):
    """It tells of the oldest candle no sooner than it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.lets = asyncio.Event()
        self.lets.set()

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        await self.lets.wait()
        return await super().read(symbol, timeframe, before, count)


async def test_the_oldest_candle_is_looked_for_until_another_key_is_pressed() -> None:
    backend = still_backend()
    past = SlowPast()
    backend.candles = past
    async with a_desk(backend) as desk:
        chart = desk.screen.chart
        chart.show_symbol("AUDCAD")
        chart.action_timeframe(1)
        await desk.sees_it_all()
        past.lets.clear()
        await desk.presses("3", "home")
        assert SEEKS_OLDEST in desk.text()
        await desk.presses("end")
        assert SEEKS_OLDEST not in desk.text()
        past.lets.set()
        await desk.sees_it_all()
        assert chart.view.place == Follows()
