"""Moments as they are typed for the chart."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.moment_input import BadMoment, parse_moment

NOW = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


def at(text: str, zone: ZoneInfo | None = None) -> str:
    found = parse_moment(text, NOW.timestamp(), zone or UTC)
    return found.sentence if isinstance(found, BadMoment) else f"{datetime.fromtimestamp(found, UTC):%F %T}"


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-12", "2026-11-12 00:00:00"),
        ("2026-11-12 14:05", "2026-11-12 14:05:00"),
        ("2026-11-12T14:05:30", "2026-11-12 14:05:30"),
        ("12 nov 14:00", "2026-11-12 14:00:00"),
        ("12 Nov", "2026-11-12 00:00:00"),
        ("12 november 2024", "2024-11-12 00:00:00"),
        ("12nov", "2026-11-12 00:00:00"),
        ("24 dec", "2025-12-24 00:00:00"),
        ("29 feb 2024", "2024-02-29 00:00:00"),
        ("09:00", "2026-12-01 09:00:00"),
        ("14:00", "2026-11-30 14:00:00"),
        ("-3d", "2026-11-28 10:30:00"),
        ("-90m", "2026-12-01 09:00:00"),
        ("- 2 h", "2026-12-01 08:30:00"),
        ("-1w", "2026-11-24 10:30:00"),
    ],
)
def test_what_is_typed_is_the_latest_such_moment(typed: str, moment: str) -> None:
    assert at(typed) == moment


def test_it_is_of_the_clock_that_times_are_told_by() -> None:
    assert at("12 nov 14:00", ZoneInfo("Asia/Tokyo")) == "2026-11-12 05:00:00"


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "1970-01-01", "02:30", "2026-11-12"])
def test_the_machines_own_zone_will_do(typed: str) -> None:
    assert parse_moment(typed, NOW.timestamp(), None)


@given(st.text(max_size=24), st.sampled_from([UTC, None, ZoneInfo("Pacific/Kiritimati")]))
def test_any_text_comes_to_a_moment_of_the_past_or_to_a_sentence(text: str, zone: ZoneInfo | None) -> None:
    match parse_moment(text, NOW.timestamp(), zone):
        case BadMoment(sentence):
            assert sentence.endswith(".")
        case moment:
            assert 0 < moment <= NOW.timestamp()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type a moment"),
        ("  ", "Type a moment"),
        ("soon", "soon is no day"),
        ("31 nov 2026", "There is no day 31 nov 2026"),
        ("2026-13-01", "There is no day 2026-13-01"),
        ("25:00", "25:00 is no time of day"),
        ("2027-01-01", "not come yet"),
        ("1 dec 14:00", "not come yet"),
        ("1960-01-01", "before 1970"),
        ("-99999w", "before 1970"),
        ("0001-01-01", "before 1970"),
        ("9999-12-31 23:59", "not come yet"),
        ("12 foo", "12 foo is no day"),
        ("\x1b[2J", "is no day"),
    ],
)
def test_what_is_no_moment_is_said(typed: str, words: str) -> None:
    assert words in at(typed)
