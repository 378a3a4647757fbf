"""Candles come together in one way: whoever tells first, and however the ticks were parted."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.domain.candles import (
    MOST_PRICE,
    Candle,
    digits_needed,
    joined,
    merged,
    points_of,
    quiet,
    rescaled,
)

START, SPAN = 1_000_020, 60
Ticks = list[tuple[int, int]]
"""Seconds from START, and the price."""


def seen(ticks: Ticks, since: int, until: int, start: int = START, span: int = SPAN) -> Candle:
    """The candle that a witness of these seconds (of the candle) makes of the ticks."""
    first = start - START
    prices = [price for second, price in ticks if since <= second - first < until]
    if not prices:
        return quiet(start, span, 5, since, until)
    four = prices[0], max(prices), min(prices), prices[-1]
    return Candle(start, span, 5, *four, len(prices), since, until, until - since)


def all_ticks(seconds: int) -> st.SearchStrategy[Ticks]:
    tick = st.tuples(st.integers(0, seconds - 1), st.integers(1, 10**10))
    return st.lists(tick, max_size=30).map(lambda ticks: sorted(ticks, key=lambda tick: tick[0]))


edges = st.tuples(st.integers(0, SPAN), st.integers(0, SPAN)).filter(lambda two: two[0] < two[1])


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    """Any candle of the one minute: watched, quiet, imported; of any digits."""
    since, until = draw(edges)
    scale = draw(st.integers(0, 8))
    if draw(st.integers(0, 4)) == 0:
        return quiet(START, SPAN, scale, since, until)
    low, opened, close, high = sorted(draw(st.tuples(*[st.integers(1, 10**9)] * 4)))
    if draw(st.booleans()):
        opened, close = close, opened
    ticks = draw(st.integers(1, 1000))
    if draw(st.integers(0, 4)) == 0:
        return Candle(
            START, SPAN, scale, opened, high, low, close, draw(st.sampled_from([0, ticks])), 0, 0, SPAN
        )
    return Candle(START, SPAN, scale, opened, high, low, close, ticks, since, until, until - since)


@given(candles(), candles())
def test_it_does_not_matter_who_tells_first(one: Candle, other: Candle) -> None:
    assert merged(one, other) == merged(other, one)


@given(candles(), candles())
def test_what_is_told_twice_counts_once(one: Candle, other: Candle) -> None:
    assert merged(one, one) == one
    both = merged(one, other)
    assert merged(both, rescaled(one, both.scale)) == both
    assert merged(both, other) == both


@given(candles(), candles(), candles())
def test_it_does_not_matter_who_comes_together_first(one: Candle, other: Candle, third: Candle) -> None:
    told = [candle for candle in (one, other, third) if not candle.is_quiet]
    if len(told) == 3 or len(told) == 0:
        assert merged(merged(one, other), third) == merged(one, merged(other, third))
    left, right = merged(merged(one, other), third), merged(one, merged(other, third))
    assert (left.high, left.low, left.ticks, left.since, left.until) == (
        right.high,
        right.low,
        right.ticks,
        right.since,
        right.until,
    )


@given(all_ticks(SPAN), st.lists(edges, min_size=1, max_size=5))
def test_witnesses_of_one_minute_never_tell_more_than_there_was(
    ticks: Ticks, parts: list[tuple[int, int]]
) -> None:
    told = [seen(ticks, since, until) for since, until in parts]
    together = told[0]
    for one in told[1:]:
        together = merged(together, one)
    watched = [(since, until) for since, until in parts]
    assert together.since == min(since for since, _ in watched)
    assert together.until == max(until for _, until in watched)
    prices = [price for second, price in ticks if any(since <= second < until for since, until in parts)]
    assert together.is_quiet is (not prices)
    if prices:
        assert (together.high, together.low) == (max(prices), min(prices))
        assert together.ticks <= len(prices)


@given(all_ticks(SPAN), st.lists(edges, max_size=3))
def test_beside_one_who_saw_it_all_the_others_change_nothing(
    ticks: Ticks, parts: list[tuple[int, int]]
) -> None:
    whole = seen(ticks, 0, SPAN)
    for since, until in parts:
        part = seen(ticks, since, until)
        both = merged(whole, part)
        # Ticks of one second have no order for who reads the second alone: open and close may differ.
        assert (both.high, both.low, both.ticks, both.covered) == (whole.high, whole.low, whole.ticks, SPAN)


@given(all_ticks(3600), st.sets(st.integers(1, 359).map(lambda n: n * 10), max_size=20))
def test_any_parting_of_the_ticks_gives_the_same_candle(ticks: Ticks, cuts: set[int]) -> None:
    bounds = [0, *sorted(cuts), 3600]
    parts = [seen(ticks, 0, until - since, START + since, until - since) for since, until in pairwise(bounds)]
    whole = joined(parts, START, 3600)
    assert whole == seen(ticks, 0, 3600, START, 3600)
    half = len(parts) // 2
    if half:
        middle = bounds[half]
        halves = joined(parts[:half], START, middle), joined(parts[half:], START + middle, 3600 - middle)
        assert joined(halves, START, 3600) == whole


def test_what_was_not_seen_in_between_is_not_covered() -> None:
    ticks = [(5, 100), (58, 90)]
    parts = seen(ticks, 0, 10, START, 10), seen(ticks, 4, 10, START + 50, 10)
    hour = joined(parts, START, 60)
    assert (hour.since, hour.until, hour.covered) == (0, 60, 16)
    assert (hour.open, hour.close, hour.ticks) == (100, 90, 2)


def test_a_quiet_part_has_no_word_in_the_price() -> None:
    ticks = [(15, 100), (19, 101)]
    parts = [seen(ticks, 0, 10, START + at, 10) for at in (0, 10, 20)]
    assert (parts[0].is_quiet, parts[1].is_quiet, parts[2].is_quiet) == (True, False, True)
    candle = joined(parts, START, 30)
    assert (candle.open, candle.high, candle.low, candle.close, candle.covered) == (100, 101, 100, 101, 30)


def test_an_imported_part_is_whole_by_its_file() -> None:
    live = seen([(5, 100)], 0, 30)
    imported = Candle(START, SPAN, 5, 99, 102, 98, 101, 0, 0, 0, SPAN)
    both = merged(live, imported)
    assert (both.since, both.until, both.covered) == (0, 0, SPAN)
    assert not imported.is_quiet


def test_candles_of_two_stretches_are_no_witnesses_of_one() -> None:
    with pytest.raises(ValueError, match="two stretches"):
        merged(quiet(0, 60, 5, 0, 60), quiet(60, 60, 5, 0, 60))


def test_digits_are_never_taken_away() -> None:
    with pytest.raises(ValueError, match="can't be written"):
        rescaled(quiet(0, 60, 5, 0, 60), 4)


# --- prices as whole numbers ---


@given(st.integers(1, 10**12), st.integers(0, 8))
def test_a_price_is_exact_in_the_digits_it_was_written_with(points: int, digits: int) -> None:
    written = Decimal(points).scaleb(-digits)
    price = float(f"{written:f}")
    needed = digits_needed(price, 0)
    if price >= min(MOST_PRICE, 2**52 / 10**digits):
        return
    assert needed is not None
    assert needed <= digits
    assert Decimal(points_of(price, needed)).scaleb(-needed) == written


@pytest.mark.parametrize(
    ("price", "least", "needed"),
    [
        (39432.33, 2, 2),
        (1.08123, 5, 5),
        (1.08, 5, 5),
        (1.081235, 5, 6),
        (1.0812300000000001, 5, 5),  # worked out, not written
        (1.0812300000000001, 0, 5),
        (1.1042968750000002, 0, 8),  # of more digits than a price may have
        (1 / 3, 2, 8),
        (0.1 + 0.2, 1, 1),
        (12345678.12345678, 2, 8),
        (0.0, 5, None),
        (-1.0, 5, None),
        (float("nan"), 5, None),
        (float("inf"), 5, None),
        (1e300, 0, None),
        (1e11, 0, None),  # with eight digits it would be no number of 64 bits
        (8.9e10, 0, 0),
    ],
)
def test_how_many_digits_a_price_needs(price: float, least: int, needed: int | None) -> None:
    assert digits_needed(price, least) == needed
