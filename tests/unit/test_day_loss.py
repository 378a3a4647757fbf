"""The loss of the day: which deals are today's, by which clock, and that the words say so."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.domain.day_clock import day_clock
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, HistoryRead
from xbtfx_tui.orders.store_views import day_result

MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)


def lost(ticket: int, money: int, hours: float) -> Deal:
    """A deal that lost so much, so many hours after midnight in UTC."""
    time = MIDNIGHT + timedelta(hours=hours)
    return Deal(
        ticket, "EURUSD", Side.SELL, DealEntry.OUT, Decimal("0.1"), Decimal("1.08"), Decimal(-money), time
    )


def account_at(hours: float) -> PlanAccount:
    account = an_account()
    account.clock.at += (MIDNIGHT + timedelta(hours=hours)).timestamp() - account.clock.now().wall
    return account


def closed(account: PlanAccount, clock: str) -> Decimal:
    """What the day closed, by the clock of this name."""
    result, read = (
        day_result(account.store, account.clock.now(), day_clock(clock)),
        account.store.live_account(),
    )
    assert result is not None
    assert read is not None
    return result - read.profit


@pytest.mark.parametrize(
    ("clock", "hours", "comes_to"),
    [
        ("utc", 23.0, -6),
        ("ny17", 21.9, -3),  # winter: 17:00 in New York is 22:00 UTC
        ("ny17", 23.0, -4),
        ("+02:00", 21.9, -3),
        ("Europe/Athens", 22.1, -4),
    ],
)
def test_the_days_loss_counts_the_deals_of_the_day_by_the_traders_clock(
    clock: str, hours: float, comes_to: int
) -> None:
    account = account_at(hours)
    day_before, morning, evening = lost(1, 1, -1.5), lost(2, 2, 9), lost(3, 4, 22.05)
    account.store.apply(HistoryRead(HistoryPeriod.LAST_3_DAYS, (lost(4, 8, -30), day_before, morning)))
    # The server's today may begin anywhere, here right now: what it leaves out counts as well.
    account.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
    if hours > 22.05:
        account.store.apply(DealDone(evening))
    assert closed(account, clock) == comes_to


def test_the_days_loss_is_not_known_until_its_deals_are_read() -> None:
    account = account_at(12)
    for period in (HistoryPeriod.TODAY, HistoryPeriod.LAST_3_DAYS):
        assert day_result(account.store, account.clock.now()) is None
        account.store.apply(HistoryRead(period, ()))
    assert day_result(account.store, account.clock.now()) is not None


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("utc", "UTC"),
        ("ny17", "from 17:00 New York"),
        ("+02:00", "UTC+02:00"),
        ("Europe/Athens", "Europe/Athens"),
    ],
)
def test_every_today_says_whose_day_it_is(clock: str, words: str) -> None:
    assert day_clock(clock).words == words
    assert [period.words for period in HistoryPeriod][:2] == ["today by the server", "last 3 days"]
