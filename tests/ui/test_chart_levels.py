"""What a chart's lines stand for and the money at them, as the store has it; no screen is opened."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import StillBackend, still_backend
from tests.unit.candle_files import MONDAY, minute
from xbtfx_tui.domain.alert_conditions import Direction, PriceAlert
from xbtfx_tui.domain.candles import Candle, joined
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DayReferences, OrdersRead, PositionsRead, StreamDown
from xbtfx_tui.ui.chart.chart_lines import Level, LevelKind
from xbtfx_tui.ui.dialogs.beside_chart import DraftedStops
from xbtfx_tui.ui.panes.chart_day import day_range
from xbtfx_tui.ui.panes.chart_levels import DayRange, chart_levels, chart_notes, nearest

D = Decimal
NOTHING_DRAFTED = DraftedStops()


async def test_lines_come_in_the_order_in_which_they_are_named() -> None:
    backend = still_backend()
    await backend.alerts.take_up(50012345)
    limit = PendingOrder(9, "EURUSD", OrderKind.BUY_LIMIT, D("0.20"), D("1.07900"))
    stop = PendingOrder(10, "EURUSD", OrderKind.SELL_STOP_LIMIT, D("0.20"), D("1.07800"))
    other = PendingOrder(11, "GBPUSD", OrderKind.BUY_LIMIT, D("0.20"), D("1.2"))
    backend.store.apply(OrdersRead((limit, stop, other), backend.store.mark()))
    for direction, price in ((Direction.ABOVE, "1.09"), (Direction.BELOW, "1.07")):
        backend.alerts.add(PriceAlert("EURUSD", direction, D(price)))
    drafted = DraftedStops(sl=D("1.07700"))
    levels = chart_levels(backend, "EURUSD", drafted, DayRange(1.07, 1.09, is_whole=False))
    assert [(level.named, level.words) for level in levels] == [
        ("open", "buy 0.50"),
        ("sl", "sl in the ticket"),
        ("sl", "sl"),
        ("tp", "tp"),
        ("limit", "buy limit 0.20"),
        ("stop", "sell stop limit 0.20"),
        ("alert", "bid at or above"),
        ("alert", "ask at or below"),
        ("~high", ""),
        ("~low", ""),
        ("prev", ""),
    ]
    backend.store.apply(DayReferences(0, {}))
    names = [level.named for level in chart_levels(backend, "EURUSD", NOTHING_DRAFTED, None)]
    assert "prev" not in names, "nobody knows how yesterday ended"


def notes(backend: StillBackend) -> dict[LevelKind, tuple[str, str]]:
    levels = chart_levels(backend, "EURUSD", NOTHING_DRAFTED, None)
    return {level.kind: note for level, note in chart_notes(backend, levels).items()}


def test_money_is_there_as_the_positions_pane_knows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = still_backend()
    assert notes(backend) == {
        LevelKind.OPEN: ("+46.50", "up"),
        LevelKind.SL: ("-110.00", "text"),
        LevelKind.TP: ("+190.00", "text"),
    }
    monkeypatch.setattr(backend.desk, "is_moving_stops", lambda ticket: ticket == 184729)
    assert notes(backend)[LevelKind.SL] == ("-110.00?", "warning")
    backend.store.apply(StreamDown("gone", 1.0))
    assert notes(backend)[LevelKind.OPEN] == ("+46.50", "muted"), "by a price that is not of now"


def test_no_money_is_told_where_the_currency_is_not_known() -> None:
    backend = still_backend(currency=None)
    assert set(notes(backend)) == {LevelKind.OPEN}, "that is the server's own word"


def test_no_more_positions_than_have_room_and_those_nearest_to_now() -> None:
    backend = still_backend()
    away = (D("18234.5") + number for number in range(20))
    many = [Position(n, "NDXUSD", Side.BUY, D(1), price, price) for n, price in enumerate(away, 1)]
    backend.store.apply(PositionsRead(tuple(many), backend.store.mark()))
    assert [level.key for level in chart_levels(backend, "NDXUSD", NOTHING_DRAFTED, None)][:-1] == [
        *range(1, 9)
    ]
    assert nearest(backend.store, []) == []


def hours(start: int, count: int) -> Candle:
    return joined(
        [minute(start + 60 * number) for number in range(60 * count)], start - start % 86_400, 86_400
    )


@pytest.mark.parametrize(("since", "is_whole"), [(0, True), (1, False)])
def test_a_days_range_is_whole_where_all_of_it_was_seen(since: int, is_whole: bool) -> None:
    now = MONDAY + 4 * 3600
    found = day_range([hours(MONDAY + 3600 * since, 4 - since)], [], UTC_CLOCK, now, None)
    assert found == DayRange(1.07999, 1.08002, is_whole)
    assert day_range([hours(MONDAY - 86_400, 24)], [], UTC_CLOCK, now, None) is None, "that is yesterday"


def test_a_days_range_never_says_less_than_the_candles_do() -> None:
    """A day that is known in parts: quarters of an hour, and what the chart shows."""
    now = MONDAY + 2 * 3600
    run = [minute(now - 60, 108_000)]
    quarters = [replace(minute(MONDAY + 900 * n, 108_000 + n), span=900, covered=900) for n in range(-2, 8)]
    whole = day_range([], run, UTC_CLOCK, now, None, quarters)
    assert whole == DayRange(1.07999, 1.08009, is_whole=True)
    shown = [
        minute(MONDAY - 60, 100_000),
        minute(MONDAY + 600, 109_000),
        replace(minute(MONDAY, 9), span=90_000),
    ]
    partly = day_range([], run, UTC_CLOCK, now, None, (), shown)
    assert partly == DayRange(1.07999, 1.09002, is_whole=False)


def test_two_lines_of_one_price_are_two() -> None:
    assert Level(LevelKind.OPEN, 1.1, key=1) != Level(LevelKind.OPEN, 1.1, key=2)
