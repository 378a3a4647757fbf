"""The deals of a chart out of the history that was read, which periods are asked for, and that each stands on
its candle."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_desk import a_desk
from tests.ui.still_life import WALL, deals, still_backend
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.store_events import HistoryRead
from xbtfx_tui.domain.time_zones import TimesIn
from xbtfx_tui.ui.panes.chart_deals import AT_ONCE, ChartDeals, period_back_to
from xbtfx_tui.ui.screen_times import ScreenTimes

DAY = 86_400
CANDLE = set("╷╵│╽╿▄▀█")


def test_every_deal_that_was_read_is_known_in_order_of_time() -> None:
    backend = still_backend()
    known = ChartDeals(backend, ScreenTimes(TimesIn.UTC, backend.store.server_time))
    today = known.of("EURUSD")
    assert [deal.ticket for deal in today] == [184700 + n for n in range(6)]
    assert today is known.of("EURUSD"), "nothing is made anew while nothing is"
    assert known.of("GBPUSD") == ()
    first = deals()[0]
    older = replace(first, ticket=1, time=datetime.fromtimestamp(WALL, UTC) - timedelta(days=5))
    unreadable = replace(first, ticket=2, time=None)
    other = replace(first, ticket=3, symbol="GBPUSD", volume=Decimal(1))
    backend.store.apply(HistoryRead(HistoryPeriod.LAST_WEEK, (first, older, unreadable, other)))
    assert [deal.ticket for deal in known.of("EURUSD")] == [1, *(184700 + n for n in range(6))]
    assert [deal.ticket for deal in known.of("GBPUSD")] == [3]
    backend.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
    assert len(known.of("EURUSD")) == 7, "another day has begun: what was read is still so"


def test_thousands_of_deals_are_taken_in_look_by_look() -> None:
    backend = still_backend()
    known = ChartDeals(backend, ScreenTimes(TimesIn.UTC, backend.store.server_time))
    known.of("EURUSD")
    many = tuple(replace(deals()[0], ticket=number) for number in range(AT_ONCE * 2 + 1))
    backend.store.apply(HistoryRead(HistoryPeriod.ALL, many))
    counts = [len(known.of("EURUSD")) - 6 for _ in range(4)]
    assert counts == [AT_ONCE, AT_ONCE * 2, AT_ONCE * 2 + 1, AT_ONCE * 2 + 1]


def test_older_deals_are_asked_for_as_far_back_as_the_picture() -> None:
    backend = still_backend()
    known = ChartDeals(backend, ScreenTimes(TimesIn.UTC, backend.store.server_time))
    known.need(WALL - 3600)
    assert backend.histories_needed == []
    known.need(WALL - 5 * DAY)
    assert backend.histories_needed == [HistoryPeriod.LAST_WEEK]
    assert backend.histories_asked == [], "what History shows stays"


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (1, HistoryPeriod.LAST_3_DAYS),
        (2.1, HistoryPeriod.LAST_WEEK),
        (20, HistoryPeriod.LAST_MONTH),
        (80, HistoryPeriod.LAST_3_MONTHS),
        (120, HistoryPeriod.LAST_6_MONTHS),
        (400, HistoryPeriod.ALL),
    ],
)
def test_the_shortest_period_that_has_them_all(days: float, period: HistoryPeriod) -> None:
    assert period_back_to(WALL - days * DAY, WALL) is period


async def test_a_deal_stands_on_its_candle_and_the_crosshair_tells_it() -> None:
    backend = still_backend()
    opened = replace(deals()[0], ticket=7, time=datetime.fromtimestamp(WALL - 32, UTC))
    closed = replace(deals()[3], ticket=8, time=datetime.fromtimestamp(WALL - 31, UTC))
    backend.store.apply(HistoryRead(HistoryPeriod.TODAY, (opened, closed)))
    async with a_desk(backend) as desk:
        await desk.sees_it_all()
        await desk.presses("3", "left", "left", "left", "left", "left")
        await desk.sees_it_all()
        shown = desk.text()
        assert "▲ buy 0.10 at 1.08100" in shown
        assert "▽ sell 0.10 at 1.08130 +12.40" in shown
        column = next(line.index("┆") for line in shown.splitlines() if "┆" in line)
        cells = "".join(line[column : column + 1] for line in shown.splitlines()).replace("┆", " ")
        above, below = cells.index("▽"), cells.index("▲")
        assert cells[above + 1] in CANDLE
        assert cells[below - 1] in CANDLE
        assert set(cells[above + 1 : below]) <= CANDLE
