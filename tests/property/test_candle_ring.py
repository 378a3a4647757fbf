"""Candles in their ring are what a plain list of them would be, whatever the wall clock does."""

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.candles import Candle, rescaled
from xbtfx_tui.store.candle_ring import BASE_SECONDS, KEPT, CandleRing, TickBar

_PRICE = st.tuples(st.integers(1, 10**9), st.sampled_from([1, 10, 1_000, 100_000])).map(
    lambda two: two[0] / two[1]
)
"""Of ten digits, up to five of them after the point."""


@st.composite
def bars(draw: st.DrawFn) -> list[TickBar]:
    """Finished candles; the clock mostly goes on, now and then leaps either way."""
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 7, 400, -3, -50]), min_size=1, max_size=40))
    repeated = draw(st.integers(1, 12))
    made: list[TickBar] = []
    start = 100_000
    for step in steps * repeated:
        start = max(0, start + step)
        low, high = sorted(draw(st.tuples(_PRICE, _PRICE))) if len(made) < 30 else (1.5, 2.5)
        made.append(TickBar(start * BASE_SECONDS, low, high, low, high, draw(st.integers(1, 9))))
    return made


def kept(all_of_them: list[TickBar]) -> list[Candle]:
    """The plain way."""
    known: list[TickBar] = []
    for one in all_of_them:
        while known and known[-1].start >= one.start:
            known.pop()
        known = [*known, one][-KEPT:]
    scale = max(digits for one in all_of_them if (digits := one.digits(0)) is not None)
    return [one.candle(scale) for one in known]


@given(bars())
def test_the_ring_keeps_what_a_list_would(made: list[TickBar]) -> None:
    ring = CandleRing()
    for one in made:
        ring.add(one)
    expected = kept(made)
    assert [rescaled(one, expected[0].scale) for one in ring.candles()] == expected
    assert ring.at(expected[-1].start) == list(ring.candles())[-1]
    assert ring.at(expected[-1].start + BASE_SECONDS) is None


def test_a_ring_never_takes_more_room_than_at_first_and_no_price_that_is_none() -> None:
    ring = CandleRing()
    for number in range(3 * KEPT):
        ring.add(TickBar(number * BASE_SECONDS, 1.0, 1.0, 1.0, 1.0, 1))
    ring.add(TickBar(3 * KEPT * BASE_SECONDS, 1.0, 1.0, 0.0, 1.0, 1))
    assert len(list(ring.candles())) == KEPT
    assert ring.at(3 * KEPT * BASE_SECONDS) is None
