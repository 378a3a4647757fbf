"""What a quote is good for: of now, old or overtaken by its time; near, jumped or borne out by its price."""

from datetime import UTC, datetime

import pytest

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.quote_plausibility import (
    BorneOut,
    Jump,
    JumpReturned,
    Reach,
    Timing,
    believed,
    reach,
    timing,
)
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.server_time import ServerTime

SERVER = 1_760_000_000.0
CLOCK = ServerTime(SERVER, by_quotes=True)


def at(seconds: float) -> Instant:
    return Instant(seconds, seconds, seconds)


def time(seconds: float) -> datetime:
    return datetime.fromtimestamp(SERVER + seconds, UTC)


def price(bid: float, spread: float = 0.0001) -> Quote:
    return Quote("EURUSD", bid, bid + spread)


@pytest.mark.parametrize(
    ("of", "last", "found"),
    [
        (time(99.5), None, Timing.OF_NOW),
        (time(99.5), time(99.4), Timing.OF_NOW),
        (time(99.5), time(99.5), Timing.NOT_LATER),
        (time(99.5), time(99.6), Timing.NOT_LATER),
        (time(99.0), time(99.0), Timing.OF_NOW),
        (time(99.0), time(99.9), Timing.OF_NOW),
        (time(98.0), time(99.0), Timing.NOT_LATER),
        (time(95.1), time(94.0), Timing.OF_NOW),
        (time(94.9), time(94.0), Timing.OLD),
        (time(-1700.0), None, Timing.OLD),
        (time(-1700.0), time(99.5), Timing.NOT_LATER),
        (None, time(99.5), Timing.OF_NOW),
        (time(5000.0), time(99.5), Timing.OF_NOW),
        (time(99.5), time(5000.0), Timing.OF_NOW),
    ],
)
def test_a_quote_by_its_own_time(of: datetime | None, last: datetime | None, found: Timing) -> None:
    assert timing(of, last, at(100.0), CLOCK) is found


def test_without_a_clock_only_the_order_tells() -> None:
    assert timing(time(-1700.0), None, at(100.0), ServerTime()) is Timing.OF_NOW
    assert timing(time(-1700.5), time(-1700.2), at(100.0), ServerTime()) is Timing.NOT_LATER


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (price(1.1465), Reach.NEAR),
        (price(1.1410), Reach.NEAR),
        (price(1.1405), Reach.FIRES_NOTHING),
        (price(1.1465, spread=0.0070), Reach.FIRES_NOTHING),
        (price(1.09), Reach.FIRES_NOTHING),
        (price(1.08), Reach.DRAWS_NOTHING),
        (price(1.30), Reach.DRAWS_NOTHING),
        (price(0.0001), Reach.DRAWS_NOTHING),
        (price(-1.0), Reach.DRAWS_NOTHING),
    ],
)
def test_how_far_a_price_is(other: Quote, found: Reach) -> None:
    assert reach(price(1.1465), other) is found


def test_where_spreads_are_wide_five_percent_is_not_far_yet() -> None:
    assert reach(price(100.0, spread=0.5), price(108.0)) is Reach.FIRES_NOTHING
    assert reach(price(100.0, spread=0.5), price(111.0)) is Reach.DRAWS_NOTHING


def test_a_price_near_the_last_one_is_borne_out() -> None:
    assert believed(price(1.1466), price(1.1465), None, 10.0) == BorneOut()


def test_a_jump_waits_and_a_second_one_bears_it_out() -> None:
    jump = believed(price(1.30), price(1.1465), None, 10.0)
    assert jump == BorneOut(Jump(price(1.1465), 10.0, Reach.DRAWS_NOTHING))
    assert isinstance(jump, BorneOut)
    assert believed(price(1.3001), price(1.30), jump.jump, 10.2) == BorneOut()


def test_a_jump_that_returns_was_none() -> None:
    jump = Jump(price(1.1465), 10.0, Reach.DRAWS_NOTHING)
    assert believed(price(1.1466), price(1.30), jump, 10.2) == JumpReturned(jump)


def test_one_that_goes_on_elsewhere_waits_from_when_the_price_left() -> None:
    jump = Jump(price(1.1465), 10.0, Reach.DRAWS_NOTHING)
    assert believed(price(1.16), price(1.30), jump, 10.2) == Jump(price(1.1465), 10.0, Reach.FIRES_NOTHING)


def test_two_seconds_without_a_return_bear_it_out() -> None:
    jump = Jump(price(1.1465), 10.0, Reach.FIRES_NOTHING)
    assert not jump.stands(11.9)
    assert jump.stands(12.0)
    assert believed(price(1.1581), price(1.158), jump, 12.0) == BorneOut()
    back = believed(price(1.1465), price(1.158), jump, 12.0)
    assert back == BorneOut(Jump(price(1.158), 12.0, Reach.FIRES_NOTHING))


def test_what_jumped_so_far_that_it_draws_nothing_waits_for_ten() -> None:
    """A symbol that ticks every few seconds has no second quote sooner."""
    jump = Jump(price(1.1465), 10.0, Reach.DRAWS_NOTHING)
    assert not jump.stands(19.9)
    assert jump.stands(20.0)
