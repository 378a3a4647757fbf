"""Candles in their ring are what a plain list of them would be, whatever the wall clock does."""

from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.store.candle_ring import BASE_SECONDS, KEPT, CandleBook, CandleSeconds, PriceBar

_PRICE = st.integers(1, 9_999_999).map(lambda points: points / 1_000)
"""Of seven digits, as the ring keeps them."""


@st.composite
def candles(draw: st.DrawFn) -> list[PriceBar]:
    """Finished 10-second candles; the clock mostly goes on, now and then leaps either way."""
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 7, 400, -3, -50]), min_size=1, max_size=40))
    repeated = draw(st.integers(1, 12))
    made: list[PriceBar] = []
    start = 100_000
    for step in steps * repeated:
        start = max(0, start + step)
        four = sorted(draw(st.tuples(_PRICE, _PRICE))) if len(made) < 30 else [1.5, 2.5]
        made.append(PriceBar(float(start * BASE_SECONDS), four[0], four[1], four[0], four[1]))
    return made


def folded(all_of_them: list[PriceBar], seconds: int) -> list[PriceBar]:
    """The plain way."""
    kept: list[PriceBar] = []
    for one in all_of_them:
        start = one.start - one.start % seconds
        while kept and kept[-1].start > start:
            kept.pop()
        if kept and kept[-1].start == start:
            last = kept[-1]
            kept[-1] = PriceBar(start, last.open, max(last.high, one.high), min(last.low, one.low), one.close)
        else:
            kept.append(one._replace(start=start))
            kept = kept[-KEPT:]
    return kept


@given(candles(), st.sampled_from([10, 60, 300]))
def test_the_ring_keeps_what_a_list_would(made: list[PriceBar], seconds: CandleSeconds) -> None:
    book = CandleBook()
    for candle in made[:-1]:
        book.add(candle)
    assert list(book.with_forming(seconds, made[-1])) == folded(made, seconds)


def test_a_book_never_takes_more_room_than_at_first() -> None:
    book = CandleBook()
    for number in range(3 * KEPT):
        book.add(PriceBar(number * 10.0, 1.0, 1.0, 1.0, 1.0))
    assert len(book.with_forming(10, PriceBar(30_000.0, 1.0, 1.0, 1.0, 1.0))) == KEPT
