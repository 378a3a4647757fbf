"""Times on screen: one clock for all, and a word that says which; of the broker's nothing is guessed."""

import time as machine
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xbtfx_tui.config.setting_types import WrongValueError, time_zone
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice
from xbtfx_tui.ui.screen_times import NOT_KNOWN, TELLS_UTC, ScreenTimes

NOON = datetime(2026, 7, 1, 12, 0, 5, tzinfo=UTC)
WALL = NOON.timestamp()
NOT_MEASURED = ServerTime()


def measured(ahead: float) -> ServerTime:
    """A server whose quotes run so many seconds ahead of its Dates."""
    server = ServerTime()
    for second in range(70):
        now = Instant(second, second, WALL + second)
        server = server.heard(WALL + second, now)
        told = NOON + timedelta(seconds=second + ahead, milliseconds=250)
        server = server.seen(told, now)
    return server


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    machine.tzset()
    yield
    monkeypatch.undo()
    machine.tzset()


@pytest.mark.parametrize(
    ("chosen", "server", "word", "clock"),
    [
        (TimesIn.UTC, measured(7200), "UTC", "12:00:05"),
        (TimesIn.LOCAL, NOT_MEASURED, "local", "08:00:05"),
        (TimesIn.BROKER, measured(7200), "broker", "14:00:05"),
        (TimesIn.BROKER, measured(-3 * 3600), "broker", "09:00:05"),
        (TimesIn.BROKER, measured(0), "UTC", "12:00:05"),
        (TimesIn.BROKER, NOT_MEASURED, "UTC", "12:00:05"),
        (TimesIn.BROKER, measured(-900), "UTC", "12:00:05"),  # a feed that is a quarter of an hour late
        (ZoneInfo("Europe/Athens"), NOT_MEASURED, "Athens", "15:00:05"),
    ],
)
@pytest.mark.usefixtures("in_new_york")
def test_every_clock_has_its_word(chosen: ZoneChoice, server: ServerTime, word: str, clock: str) -> None:
    times = ScreenTimes(chosen, lambda: server)
    assert (times.word, times.clock(WALL)) == (word, clock)


def test_what_a_server_tells_by_its_own_clock_is_one_moment_by_each() -> None:
    ahead, told = measured(7200), NOON + timedelta(hours=2)
    assert ScreenTimes(TimesIn.BROKER, lambda: ahead).day_and_clock(told) == "01 Jul 14:00:05"
    assert ScreenTimes(TimesIn.UTC, lambda: ahead).day_and_clock(told) == "01 Jul 12:00:05"
    assert ScreenTimes(TimesIn.UTC, ServerTime).day_and_clock(NOON) == "01 Jul 12:00:05"


def test_another_day_is_told_by_the_clock_that_is_shown() -> None:
    athens = ScreenTimes(ZoneInfo("Europe/Athens"), ServerTime)
    evening = datetime(2026, 6, 30, 22, 0, tzinfo=UTC).timestamp()
    assert athens.clock_or_day(evening, WALL) == "01:00:00"
    assert ScreenTimes(TimesIn.UTC, ServerTime).clock_or_day(evening, WALL) == "30 Jun"


def test_a_heading_says_as_much_as_fits() -> None:
    broker = ScreenTimes(TimesIn.BROKER, lambda: measured(7200))
    assert [broker.heading(width) for width in (13, 12, 8)] == ["time (broker)", "time broker", "broker"]


def test_what_is_known_of_the_brokers_clock_is_said_once() -> None:
    known = [NOT_MEASURED]
    times = ScreenTimes(TimesIn.BROKER, lambda: known[-1])
    assert [times.news(), times.news()] == [NOT_KNOWN, None]
    known.append(measured(7200))
    assert [times.news(), times.news()] == ["The broker's clock is UTC+02:00: times are told by it.", None]
    assert ScreenTimes(TimesIn.BROKER, lambda: measured(0)).news() == TELLS_UTC
    assert ScreenTimes(TimesIn.LOCAL, ServerTime).news() is None


def test_the_setting_takes_a_word_or_a_zone() -> None:
    assert time_zone("Local") is TimesIn.LOCAL
    assert time_zone("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    for wrong in ("Nowhere/Town", "../etc/passwd", "", "/", 2, "\0"):
        with pytest.raises(WrongValueError, match="Europe/Athens"):
            time_zone(wrong)
