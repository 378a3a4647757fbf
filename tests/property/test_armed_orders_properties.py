"""What always holds of orders that wait: one firing an arming, at its price, on prices that may fire; and of
the moments until which they do, also where clocks change."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xbtfx_tui.domain.armed_orders import (
    ArmedOrder,
    EntryKind,
    Fires,
    RuleArmed,
    RuleAsked,
    RuleAway,
    RuleClearing,
    RuleEnded,
    RuleFired,
    is_worse,
    judged,
)
from xbtfx_tui.domain.day_clock import day_clock
from xbtfx_tui.domain.deadlines import Until, UntilTime, UntilToday, UntilWeekday, moment_of
from xbtfx_tui.domain.sides import Side

LEVEL = Decimal("1.08")
PRICES = st.none() | st.integers(-8, 8).map(lambda steps: LEVEL + steps * Decimal("0.0001"))
ORDERS = st.builds(
    ArmedOrder,
    st.just(1),
    st.just("buy 0.10 EURUSD limit=1.08"),
    st.just("EURUSD"),
    st.sampled_from(Side),
    st.sampled_from(EntryKind),
    st.just(LEVEL),
    st.sampled_from(["0", "0.0002"]).map(Decimal),
    st.just(0.0),
    st.none() | st.just(50),
    ticks=st.integers(1, 3),
    state=st.sampled_from([RuleArmed(), RuleAway("the stream was down"), RuleClearing()]),
)


@given(ORDERS, st.lists(st.tuples(PRICES, st.booleans()), max_size=60))
def test_it_fires_once_at_its_price_and_never_at_first_sight(
    order: ArmedOrder, looks: list[tuple[Decimal | None, bool]]
) -> None:
    fired, in_a_row, has_been_away = 0, 0, isinstance(order.state, RuleArmed)
    for at, (price, is_tick) in enumerate(looks):
        reached = price is not None and order.is_reached(price)
        if price is not None:
            in_a_row = in_a_row + is_tick if reached else 0
        found = judged(order, price, float(at), is_tick=is_tick)
        if isinstance(found, Fires):
            assert isinstance(order.state, RuleArmed)
            assert price is not None
            assert reached
            assert has_been_away, "fired blindly"
            assert not is_worse(order.side, price, order.worst)
            assert in_a_row >= order.ticks or order.ticks == 1
            assert order.until is None or at < order.until
            fired += 1
            order = replace(order, state=RuleFired(1, "id", float(at)))
            continue
        if price is not None and not reached:
            has_been_away = has_been_away or isinstance(found.state, RuleArmed)
        if isinstance(found.state, RuleAsked):
            assert isinstance(order.state, RuleAway | RuleAsked)
        if isinstance(order.state, RuleEnded | RuleFired):
            assert found is order
        order = found
    assert fired <= 1


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("clock", "now", "until", "moment"),
    [
        ("utc", "2026-12-01T16:00", UntilToday(), "2026-12-02T00:00"),
        ("utc", "2026-12-01T16:00", UntilWeekday(4), "2026-12-05T00:00"),
        ("utc", "2026-12-04T16:00", UntilWeekday(4), "2026-12-05T00:00"),
        ("utc", "2026-12-01T16:00", UntilTime(16, 0), "2026-12-02T16:00"),
        ("utc", "2026-12-01T15:59", UntilTime(16, 0), "2026-12-01T16:00"),
        # 17:00 in New York is 21:00 UTC in summer, 22:00 in winter; its clocks change on 8 March, 1 November.
        ("ny17", "2026-03-07T23:00", UntilToday(), "2026-03-08T21:00"),
        ("ny17", "2026-10-31T22:00", UntilToday(), "2026-11-01T22:00"),
        ("ny17", "2026-03-06T12:00", UntilWeekday(0), "2026-03-09T21:00"),
        ("ny17", "2026-10-30T12:00", UntilWeekday(0), "2026-11-02T22:00"),
        # Athens: 29 March has 23 hours, 25 October 25.
        ("Europe/Athens", "2026-03-28T23:00", UntilToday(), "2026-03-29T21:00"),
        ("Europe/Athens", "2026-10-24T22:00", UntilWeekday(6), "2026-10-25T22:00"),
    ],
)
def test_a_day_ends_when_its_own_clock_says_so(clock: str, now: str, until: Until, moment: str) -> None:
    found = moment_of(until, at(now), day_clock(clock))
    assert datetime.fromtimestamp(found, UTC).isoformat()[:16] == moment
