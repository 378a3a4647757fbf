"""Alerts that run: judged as prices come, fired once, never by old prices."""

from collections.abc import Callable
from time import perf_counter

import pytest

from tests.ui.still_life import SPECS, positions
from tests.unit.alert_terminal import (
    ABOVE,
    BELOW,
    FALL,
    LOGIN,
    LOST,
    RISE,
    UP,
    D,
    MemoryRepository,
    Terminal,
    terminal,
)
from xbtfx_tui.automation.alert_inputs import ACCOUNT_STALE_AFTER, FEED_LOST_AFTER
from xbtfx_tui.automation.alert_repository import NoRepository
from xbtfx_tui.automation.alert_service import AlertKeeper
from xbtfx_tui.domain.alerts import (
    FeedAlert,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    SpreadAlert,
    resumed,
)
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import (
    QuotesSeen,
    SpecRead,
    StreamDelayed,
)
from xbtfx_tui.store.store import Store

# --- firing -----------------------------------------------------------------------------------------------


async def test_it_fires_at_the_tick_that_reaches_its_level_and_once() -> None:
    at = await terminal()
    at.sees(1.0850)
    assert at.alerts.add(RISE) == "Alert 1 is set: EURUSD at or above 1.0900."

    at.sees(1.08999)
    assert at.fired() == []
    at.sees(1.09)
    assert at.fired() == [1]
    assert at.said() == ["Alert 1: EURUSD reached 1.0900: bid 1.09000."]

    at.sees(1.08)
    at.waits(2)
    at.sees(1.10)
    at.waits(2)
    assert len(at.said()) == 1
    assert [one.number for one in at.alerts.take_fired()] == [1]
    assert at.alerts.take_fired() == ()


async def test_a_spike_between_two_looks_is_not_missed() -> None:
    at = await terminal()
    at.sees(1.0870)
    at.alerts.add(RISE)
    at.sees(1.0905)
    at.sees(1.0870)
    assert at.fired() == [1]

    at.sees(1.0830)
    at.alerts.add(FALL)
    at.sees(1.0795, 1.0800)
    at.sees(1.0830)
    assert at.fired() == [1, 2]


async def test_a_gap_over_the_level_fires_once_a_second_price_bears_it_out() -> None:
    at = await terminal()
    at.sees(1.0850)
    at.alerts.add(RISE)
    at.sees(1.1200)
    assert at.said() == []
    at.sees(1.1201)
    assert at.said() == ["Alert 1: EURUSD reached 1.0900: bid 1.12010."]


async def test_a_spread_is_judged_in_points() -> None:
    at = await terminal()
    at.sees(1.0850, 1.0851)
    at.alerts.add(SpreadAlert("EURUSD", ABOVE, D(25)))

    at.sees(1.0850, 1.08524)
    assert at.fired() == []
    at.sees(1.0850, 1.08525)
    assert at.said() == ["Alert 1: Spread of EURUSD reached 25 points: 25 points."]


async def test_old_prices_never_fire() -> None:
    at = await terminal()
    at.meets(LOST)
    at.sees(1.0950)
    assert at.alerts.add(RISE).endswith(
        "There is no fresh price of it now: it is judged as soon as there is one."
    )

    at.waits(30)
    at.meets(UP)
    at.waits(30)
    assert at.fired() == []

    at.sees(1.0950)
    assert at.fired() == [1]


async def test_a_quote_that_grew_old_does_not_fire_an_alert_that_is_armed_again() -> None:
    at = await terminal()
    at.sees(1.0890)
    at.alerts.add(RISE)
    at.sees(1.0920)
    at.waits(6)
    assert (
        at.alerts.rearm(1)
        == "Alert 1 is armed again as soon as it no longer holds: EURUSD at or above 1.0900."
    )

    at.sees(1.0920)
    at.waits(1)
    assert at.fired() == []
    at.sees(1.0890)
    at.waits(1)
    at.sees(1.0900)
    assert at.fired() == [1]


async def test_a_symbol_of_which_nothing_is_known_yet_is_judged_once_it_is() -> None:
    at = Terminal()
    at.store = Store(at)
    at.alerts = AlertKeeper(at.store, at, NoRepository(), at.store.apply)
    await at.alerts.take_up(LOGIN)
    at.meets(UP)
    at.alerts.add(RISE)
    at.alerts.add(SpreadAlert("EURUSD", ABOVE, D(25)))
    at.sees(1.0950, 1.0960)
    at.waits(1)
    assert at.fired() == []

    at.store.apply(SpecRead(SPECS[0], at.now()))
    at.waits(1)
    assert at.fired() == [1, 2]


# --- profit, margin, feed ---------------------------------------------------------------------------------


async def test_profit_is_the_live_one_and_needs_a_fresh_price() -> None:
    at = await terminal()
    at.holds(*positions())
    at.has("926")
    at.alerts.add(ProfitAlert(184729, "EURUSD", ABOVE, D(100), "USD"))
    at.waits(1)
    assert at.fired() == []

    at.seconds += 1
    at.sees(1.08330)  # 0.50 lots, 117 points up on 46.50: 105.00
    at.waits(1)
    assert at.said() == ["Alert 1: Profit of EURUSD 184729 reached +100.00 USD: +105.00 USD."]


async def test_an_alert_on_profit_does_not_end_while_the_positions_are_not_read() -> None:
    at = await terminal()
    at.alerts.add(ProfitAlert(184729, "EURUSD", ABOVE, D(100), "USD"))
    at.waits(5)
    assert at.alerts.book.alerts[0].is_live


async def test_the_margin_level_fires_while_the_account_is_read_though_the_stream_is_down() -> None:
    at = await terminal()
    at.has("900")
    at.alerts.add(MarginLevelAlert(BELOW, D(300)))
    at.meets(LOST)
    at.has("299.5")
    at.waits(1)
    assert at.said()[-1] == "Alert 1: Margin level reached 300%: 299.50%."


async def test_an_old_margin_level_never_fires() -> None:
    at = await terminal()
    at.has("200")
    at.waits(ACCOUNT_STALE_AFTER + 1)
    assert "is set" in at.alerts.add(MarginLevelAlert(BELOW, D(300)))
    at.waits(2)
    assert at.fired() == []


async def test_a_profit_without_a_fresh_price_never_fires() -> None:
    at = await terminal()
    at.sees(1.08213)
    at.holds(*positions())
    at.waits(6)
    assert "is set" in at.alerts.add(ProfitAlert(184729, "EURUSD", ABOVE, D(40), "USD"))
    at.waits(2)
    assert at.fired() == []


async def test_the_feed_is_lost_only_after_some_seconds() -> None:
    at = await terminal()
    at.alerts.add(FeedAlert())
    at.meets(LOST)
    at.waits(FEED_LOST_AFTER - 1)
    at.meets(UP)
    at.waits(2)
    assert at.fired() == []

    at.meets(LOST)
    at.waits(FEED_LOST_AFTER + 0.5)
    assert at.said()[-1] == "Alert 1: The feed is lost: the stream is down."


async def test_an_alert_on_the_feed_does_not_fire_because_the_terminal_starts() -> None:
    shelf = MemoryRepository()
    first = await terminal(shelf)
    first.alerts.add(FeedAlert())
    shelf.book = resumed(first.alerts.book)
    at = Terminal(shelf)
    at.meets(LOST)
    await at.alerts.take_up(LOGIN)
    at.waits(20)
    assert at.fired() == []

    at.meets(UP)
    at.waits(1)
    at.meets(LOST)
    at.waits(6)
    assert at.fired() == [1]


# --- cost -------------------------------------------------------------------------------------------------


async def test_a_hundred_alerts_cost_next_to_nothing() -> None:
    at = await terminal()
    symbols = [spec.name for spec in SPECS]
    for symbol in symbols:
        at.sees(1.0850, symbol=symbol)
    for step in range(50):
        at.alerts.add(PriceAlert(symbols[step % 6], ABOVE, D(2 + step)))
        at.alerts.add(PriceAlert(symbols[step % 6], BELOW, D("1.0") - D(step) / 1000))
    assert len(at.alerts.book.alerts) == 100
    tick = QuotesSeen((Quote("EURUSD", 1.0851, 1.0852),), at.now())
    at.store.apply(tick)

    def fastest(work: Callable[[], object], times: int) -> float:
        best = float("inf")
        for _ in range(times):
            begun = perf_counter()
            work()
            best = min(best, perf_counter() - begun)
        return best

    assert fastest(lambda: at.alerts.on_event(tick), 200) < 50e-6
    assert fastest(at.alerts._judge, 50) < 2e-3
    assert at.fired() == []


async def test_a_level_reached_and_left_within_one_burst_was_reached() -> None:
    at = await terminal()
    at.sees(1.0850)
    at.alerts.add(PriceAlert("EURUSD", ABOVE, D("1.0900")))
    bids = (1.0851, 1.0900, 1.0849)
    at.meets(QuotesSeen(tuple(Quote("EURUSD", bid, bid + 0.0001) for bid in bids), at.now()))
    assert at.fired() == [1]


async def test_prices_that_come_late_are_a_feed_that_is_lost() -> None:
    """No price alert can fire on them: whoever waits for the feed has to be told."""
    at = await terminal()
    at.sees(1.085)
    at.alerts.add(FeedAlert())
    at.alerts.add(RISE)
    at.meets(StreamDelayed(4.0))
    at.waits(FEED_LOST_AFTER + 1)
    assert at.fired() == []
    at.meets(StreamDelayed(12.0))
    at.waits(FEED_LOST_AFTER - 1)
    at.sees(1.095)
    assert at.fired() == []
    at.waits(2)
    assert at.said() == ["Alert 1: The feed is lost: the line is slow, prices come 12 s late."]


async def test_a_price_that_is_nothing_at_the_symbols_digits_is_none() -> None:
    at = await terminal()
    at.sees(1.085)
    at.alerts.add(FALL)
    at.sees(1e-9, 1e-9)
    assert at.fired() == []


async def test_a_fault_of_the_alerts_does_not_take_the_stream_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = await terminal()
    at.sees(1.085)
    at.alerts.add(RISE)

    def fails(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr("xbtfx_tui.automation.alert_service.judged", fails)
    at.sees(1.095)
    with pytest.raises(ArithmeticError):  # the keeper's own task: its end is said
        at.alerts.look()
