"""Alerts that run fire by nothing that is not so: no old or wild price, no end that is not proven."""

from datetime import UTC, datetime

import pytest

from tests.ui.still_life import positions
from tests.unit.alert_terminal import ABOVE, BELOW, FALL, LOST, RISE, UP, D, terminal
from xbtfx_tui.domain.alerts import AlertEnded, Armed, MarginLevelAlert, ProfitAlert, SpreadAlert
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DateHeard, HistoryRead, PositionClosed, QuotesSeen, Severity


async def test_a_gap_that_stands_for_two_seconds_fires() -> None:
    at = await terminal()
    at.sees(1.0850)
    at.alerts.add(RISE)
    at.sees(1.1200)
    at.waits(1.75)
    assert at.said() == []
    at.waits(1.25)
    assert at.said() == ["Alert 1: EURUSD reached 1.0900: bid 1.12000."]


@pytest.mark.parametrize("wild", [0.00011, 1.3, 1.0960])
async def test_a_single_price_far_off_fires_nothing(wild: float) -> None:
    at = await terminal()
    at.holds(*positions())
    at.has("926")
    at.sees(1.0850)
    at.alerts.add(RISE)
    at.alerts.add(FALL)
    at.alerts.add(SpreadAlert("EURUSD", ABOVE, D(25)))
    at.alerts.add(ProfitAlert(184729, "EURUSD", BELOW, D(-1000), "USD"))
    at.alerts.add(ProfitAlert(184729, "EURUSD", ABOVE, D(600), "USD"))
    at.alerts.add(MarginLevelAlert(BELOW, D(900)))
    at.waits(1)
    assert at.fired() == []

    at.seconds += 1
    at.sees(wild)
    at.sees(1.0851, symbol="GBPUSD")
    at.waits(1.5)
    at.sees(1.0850, wild)  # the other side of it, alone
    at.sees(1.0851)
    at.waits(3)
    assert at.fired() == []


async def test_a_price_that_was_made_long_ago_fires_nothing() -> None:
    at = await terminal()
    at.store.apply(DateHeard(at.now().wall, at.now()))
    at.alerts.add(RISE)
    long_ago = datetime.fromtimestamp(at.now().wall - 1800, UTC)
    at.meets(LOST)
    at.meets(UP)
    at.meets(QuotesSeen((Quote("EURUSD", 1.0950, 1.0951, long_ago),), at.now()))
    at.waits(5)
    assert at.fired() == []
    assert at.alerts.refusal(RISE) == "Alert 1 is the same: EURUSD at or above 1.0900."


async def test_an_alert_on_a_position_that_is_gone_ends_and_says_so_without_ringing() -> None:
    at = await terminal()
    at.holds(*positions())
    at.alerts.add(ProfitAlert(184729, "EURUSD", ABOVE, D(100), "USD"))
    at.meets(PositionClosed(184729))
    at.waits(1)
    assert isinstance(at.alerts.book.alerts[0].state, Armed)  # the stream alone proves no end
    at.holds(*(one for one in positions() if one.ticket != 184729))
    at.waits(50)
    assert isinstance(at.alerts.book.alerts[0].state, Armed)  # what it closed at may still be told
    at.waits(12)

    assert isinstance(at.alerts.book.alerts[0].state, AlertEnded)
    assert at.said(Severity.INFO)[-1] == (
        "Position 184729 (EURUSD) is not open any more, and what it closed at is not known: "
        "alert 1 on it has ended."
    )
    assert at.alerts.take_fired() == ()
    assert at.alerts.unseen == 0


@pytest.mark.parametrize("by_stream", [True, False])
async def test_a_position_that_closes_past_the_level_fires_its_alert(by_stream: bool) -> None:
    at = await terminal()
    at.holds(*positions())
    at.alerts.add(ProfitAlert(184729, "EURUSD", BELOW, D(-100), "USD"))
    at.meets(PositionClosed(184729, "EURUSD", D("-709") if by_stream else None))
    at.holds(*(one for one in positions() if one.ticket != 184729))
    if not by_stream:
        at.waits(1)
        assert at.fired() == []
        deals = (
            Deal(1, "EURUSD", Side.SELL, DealEntry.OUT, D("0.1"), D(1), D(-9), None, 5, 184729),
            Deal(2, "EURUSD", Side.SELL, DealEntry.OUT, D("0.3"), D(1), D(-700), None, 6, 184729),
            Deal(3, "EURUSD", Side.SELL, DealEntry.OUT, D("0.2"), D(1), D(-9), None, 6, 184729),
        )
        at.store.apply(HistoryRead(HistoryPeriod.TODAY, deals))
    at.waits(1)
    assert at.said()[-1] == "Alert 1: Profit of EURUSD 184729 reached -100.00 USD: closed at -709.00 USD."


async def test_an_alert_comes_back_with_its_ticket_and_that_is_said() -> None:
    at = await terminal()
    at.holds(*positions())
    at.alerts.add(ProfitAlert(184729, "EURUSD", BELOW, D(-100), "USD"))
    at.meets(PositionClosed(184729))
    at.holds(*(one for one in positions() if one.ticket != 184729))
    at.waits(62)
    assert isinstance(at.alerts.book.alerts[0].state, AlertEnded)
    at.seconds += 400
    at.holds(*positions())
    at.waits(1)
    assert at.said()[-1] == (
        "Alert 1 waits again, for its position is open after all: Profit of EURUSD 184729 at or below "
        "-100.00 USD."
    )
    assert at.alerts.book.alerts[0].is_live
