"""Days, four hours and weeks part time without a hole in every clock, over every change of clocks."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.day_clock import DayClock, day_clock

HOUR = 3600
NAMES = (
    "utc",
    "ny17",
    "+02:00",
    "-11:00",
    "Europe/Athens",
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "America/Havana",
    "Antarctica/Troll",
    "Pacific/Apia",
)
CLOCKS = {name: day_clock(name) for name in NAMES}


@cache
def changes(name: str) -> list[int]:
    """The hours at which this clock was, or will be, changed, from 2020 to 2027."""
    clock = CLOCKS[name]
    if clock.zone is None:
        return []
    days = range(1_577_836_800, 1_830_297_600, 24 * HOUR)
    changed = (day for day in days if clock.offset(day) != clock.offset(day + 24 * HOUR))
    hours = (hour for day in changed for hour in range(day + HOUR, day + 25 * HOUR, HOUR))
    return [hour for hour in hours if clock.offset(hour - 1) != clock.offset(hour)]


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@st.composite
def moments(draw: st.DrawFn) -> tuple[DayClock, int]:
    """A clock and a moment, as often as not within days of a change of its clocks."""
    name = draw(st.sampled_from(NAMES))
    changed = changes(name)
    near = draw(st.booleans())
    if changed and near:
        return CLOCKS[name], draw(st.sampled_from(changed)) + draw(st.integers(-9 * 86_400, 9 * 86_400))
    return CLOCKS[name], draw(st.integers(0, 4_000_000_000))


@given(moments(), st.sampled_from(Timeframe))
def test_buckets_part_time_without_a_hole(given_moment: tuple[DayClock, int], timeframe: Timeframe) -> None:
    clock, at = given_moment
    start, end = clock.bucket(at, timeframe)
    assert start <= at < end
    assert clock.bucket(start, timeframe) == (start, end)
    assert clock.bucket(end - 1, timeframe) == (start, end)
    assert clock.bucket(end, timeframe)[0] == end
    assert clock.bucket(start - 1, timeframe)[1] == start
    if timeframe.value >= HOUR:
        assert start % HOUR == end % HOUR == 0, "no hour belongs to two"


@given(moments())
def test_a_week_is_whole_days_and_a_day_whole_four_hours(given_moment: tuple[DayClock, int]) -> None:
    clock, at = given_moment
    for longer, shorter in (
        (Timeframe.WEEK, Timeframe.DAY),
        (Timeframe.DAY, Timeframe.FOUR_HOURS),
        (Timeframe.FOUR_HOURS, Timeframe.HOUR),
    ):
        start, end = clock.bucket(at, longer)
        assert clock.bucket(start, shorter)[0] == start
        assert clock.bucket(end - 1, shorter)[1] == end


@given(moments())
def test_a_day_shows_one_date_and_begins_at_its_first_hour(given_moment: tuple[DayClock, int]) -> None:
    clock, at = given_moment
    start, end = clock.day(at)

    def face(moment: int) -> datetime:
        return datetime.fromtimestamp(moment, UTC) + timedelta(seconds=clock.offset(moment))

    assert {face(hour).date() for hour in range(start, end, HOUR)} == {face(at).date()}
    assert face(start - 1).date() != face(at).date() != face(end).date()


def test_the_day_of_new_york_begins_at_17_there_all_year() -> None:
    clock, zone = CLOCKS["ny17"], ZoneInfo("America/New_York")
    for day in range(366 * 2):
        start, _ = clock.day(unix("2025-01-01") + day * 86_400)
        assert datetime.fromtimestamp(start, zone).hour == 17
    assert clock.day(unix("2026-01-07T12:00")) == (unix("2026-01-06T22:00"), unix("2026-01-07T22:00"))
    assert clock.day(unix("2026-07-07T12:00")) == (unix("2026-07-06T21:00"), unix("2026-07-07T21:00"))


def test_its_week_begins_with_the_market_and_has_no_sunday_stub() -> None:
    clock = CLOCKS["ny17"]
    opening = unix("2026-01-04T22:00")  # Sunday, 17:00 in New York
    assert clock.bucket(opening, Timeframe.WEEK)[0] == opening
    assert clock.bucket(opening, Timeframe.DAY)[0] == opening
    assert clock.bucket(opening + 5 * 86_400 - 1, Timeframe.DAY)[1] == opening + 5 * 86_400


@pytest.mark.parametrize(
    ("name", "at", "bucket"),
    [
        (
            "Europe/Athens",
            "2026-03-29T00:30",
            ("2026-03-28T22:00", "2026-03-29T01:00"),
        ),  # 3 hours: 03 is none
        ("Europe/Athens", "2026-10-25T00:30", ("2026-10-24T21:00", "2026-10-25T02:00")),  # 5: 03 comes twice
        ("Europe/Athens", "2026-10-25T05:00", ("2026-10-25T02:00", "2026-10-25T06:00")),
        ("+02:00", "2026-10-25T05:00", ("2026-10-25T02:00", "2026-10-25T06:00")),
        ("utc", "2026-10-25T05:00", ("2026-10-25T04:00", "2026-10-25T08:00")),
    ],
)
def test_four_hours_where_clocks_change(name: str, at: str, bucket: tuple[str, str]) -> None:
    assert CLOCKS[name].bucket(unix(at), Timeframe.FOUR_HOURS) == tuple(map(unix, bucket))


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("Europe/Athen", 'did you mean "Europe/Athens"'),
        ("Asia/Kolkata", "its hours are not whole"),
        ("Australia/Lord_Howe", "its hours are not whole"),
        ("+05:30", "whole hours"),
        ("+15:00", "14 is the most"),
        ("../passwd", "no clock has this name"),
        ("", "no clock has this name"),
        ("x\0y", "no clock has this name"),
    ],
)
def test_what_is_no_clock_is_said(name: str, clause: str) -> None:
    with pytest.raises(ValueError, match=clause.replace("+", r"\+")):
        day_clock(name)


@pytest.mark.parametrize(
    ("name", "known"), [("UTC", "utc"), ("NY17", "ny17"), ("+2", "+02:00"), ("-00:00", "utc")]
)
def test_one_clock_has_one_name(name: str, known: str) -> None:
    assert day_clock(name).name == known


@given(st.integers(0, 2_000_000_000), st.integers(-12, 14))
def test_a_fixed_shift_is_what_it_says(at: int, hours: int) -> None:
    clock = day_clock(f"{hours:+03}:00")
    assert clock.day(at)[0] == (at + hours * HOUR) // 86_400 * 86_400 - hours * HOUR
