"""The server's clock is measured, never assumed: by Dates at first, by the quotes' own times from then on."""

from datetime import UTC, datetime

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.server_time import AGAINST_DATE, AGAINST_QUOTES, ServerTime

SERVER = 1_760_000_000.0
"""The server's unix time when the boot clock shows 0; this machine's own wall clock is an hour off."""


def at(seconds: float) -> Instant:
    return Instant(seconds, seconds, SERVER - 3600 + seconds)


def time(seconds: float) -> datetime:
    """What the server's clock shows then."""
    return datetime.fromtimestamp(SERVER + seconds, UTC)


def by_date() -> ServerTime:
    return ServerTime().heard(SERVER, at(0.3))


def by_quotes() -> ServerTime:
    return by_date().seen(time(0.999), at(1.0))


def test_without_a_date_or_two_quotes_that_go_on_no_time_is_known() -> None:
    server = ServerTime()
    assert server.at(at(5.0)) is None
    assert server.age_of(time(0.0), at(5.0)) is None
    server = server.seen(time(1.0), at(1.0))
    assert server.at(at(5.0)) is None
    server = server.seen(time(1.6), at(1.6))
    assert server.at(at(5.0)) == pytest.approx(SERVER + 5.0)


def test_a_quote_half_an_hour_old_is_that_old_by_the_date() -> None:
    assert by_date().age_of(time(-1800.5), at(1.0)) == pytest.approx(1801.2)
    assert by_date().age_of(time(0.9), at(1.0)) == 0.0


def test_of_two_dates_the_one_that_travelled_least_sets_the_clock() -> None:
    server = by_date().heard(SERVER + 1, at(3.9))
    assert server.at(at(4.0)) == pytest.approx(SERVER + 3.7, abs=0.01)


def test_quotes_that_bear_the_date_out_make_it_finer() -> None:
    assert by_date().at(at(1.0)) == pytest.approx(SERVER + 0.7)
    assert by_quotes().at(at(1.0)) == pytest.approx(SERVER + 1.0, abs=0.01)


def test_a_whole_second_is_not_held_against_a_quote() -> None:
    assert by_quotes().age_of(time(1.0), at(7.5)) == pytest.approx(5.5, abs=0.01)
    assert by_quotes().age_of(time(1.25), at(7.5)) == pytest.approx(6.25, abs=0.01)


@pytest.mark.parametrize("far", [3.0, 3600.0, 1e9])
def test_a_time_that_has_not_come_yet_says_nothing_and_moves_no_clock(far: float) -> None:
    server = by_quotes().seen(time(2.0 + far), at(2.0))
    assert server.age_of(time(2.0 + far), at(2.0)) is None
    assert server.at(at(2.0)) == pytest.approx(SERVER + 2.0, abs=0.01)


def goes_on(
    server: ServerTime, off: float, start: float, seconds: float, *, is_late: bool = False
) -> ServerTime:
    """Quotes whose times are `off` from the server's clock come twice a second."""
    for step in range(int(seconds * 2) + 1):
        now = start + step / 2
        server = server.seen(time(now + off - 0.001), at(now), is_late=is_late)
    return server


@pytest.mark.parametrize("zone", [-5 * 3600.0, 7200.0, -9.0])
def test_quotes_that_go_on_in_another_zone_than_the_date_set_the_clock_after_a_while(zone: float) -> None:
    server = goes_on(by_date(), zone, 1.0, AGAINST_DATE - 1)
    assert server.at(at(0.0)) == pytest.approx(SERVER, abs=0.5)
    server = goes_on(server, zone, AGAINST_DATE + 0.5, 1.0)
    assert server.at(at(0.0)) == pytest.approx(SERVER + zone, abs=0.1)


def test_a_clock_that_quotes_bore_out_gives_way_after_a_minute_alone() -> None:
    server = goes_on(by_quotes(), -600.0, 2.0, AGAINST_QUOTES - 1)
    assert server.at(at(0.0)) == pytest.approx(SERVER, abs=0.1)
    server = goes_on(server, -600.0, AGAINST_QUOTES + 1.5, 1.0)
    assert server.at(at(0.0)) == pytest.approx(SERVER - 600, abs=0.1)


def test_a_new_date_and_quotes_that_agree_with_it_set_the_clock_at_once() -> None:
    server = by_quotes().heard(SERVER + 3601, at(2.0))
    server = server.seen(time(3602.1), at(2.5)).seen(time(3602.6), at(3.0))
    assert server.at(at(3.0)) == pytest.approx(SERVER + 3602.6, abs=0.1)


def test_a_line_known_to_be_slow_proves_no_other_clock() -> None:
    server = goes_on(by_quotes(), -12.0, 2.0, 2 * AGAINST_QUOTES, is_late=True)
    assert server.at(at(0.0)) == pytest.approx(SERVER, abs=0.1)


def test_old_quotes_that_come_at_once_or_stand_still_prove_no_other_clock() -> None:
    server = by_quotes()
    for step in range(400):
        server = server.seen(time(-1800.0 + step), at(2.0 + step / 100))
    for step in range(400):
        server = server.seen(time(-1800.0), at(10.0 + step))
    assert server.at(at(0.0)) == pytest.approx(SERVER, abs=0.1)
