"""What holds in the paper market at every tick, whatever the seed, the hour and the steps of the clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from xbtfx_tui.paper.market.instruments import INSTRUMENTS, build_instruments
from xbtfx_tui.paper.market.market_hours import HoursMode
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick

MONDAY = datetime(2026, 3, 30, tzinfo=UTC)
SOME = tuple(INSTRUMENTS[:40])

seeds = st.integers(min_value=0, max_value=2**64)
starts = st.integers(min_value=0, max_value=7 * 86_400 - 1).map(
    lambda second: MONDAY + timedelta(seconds=second)
)
modes = st.sampled_from(HoursMode)
steps = st.lists(st.sampled_from((0.0, 0.05, 0.4, 2.0, 9.0, 60.0, 3600.0)), min_size=1, max_size=8)
short_steps = st.lists(st.sampled_from((0.03, 0.4, 2.0, 5.0)), min_size=1, max_size=6)


def walk(market: PaperMarket, start: datetime, waits: list[float]) -> list[Tick]:
    ticks: list[Tick] = []
    now = start
    for wait in waits:
        before, now = now, now + timedelta(seconds=wait)
        for tick in market.advance(now):
            assert before.timestamp() * 1000 - 1 <= tick.time_ms <= now.timestamp() * 1000
            ticks.append(tick)
    return ticks


@settings(max_examples=examples(40), deadline=None)
@given(seeds, starts, modes, steps)
def test_every_quote_can_be_traded_and_comes_in_order(
    seed: int, start: datetime, mode: HoursMode, waits: list[float]
) -> None:
    market = PaperMarket(SOME, seed, mode, start=start)
    last = 0
    for tick in walk(market, start, waits):
        spec = market.specs[tick.symbol]
        assert tick.ask > tick.bid > 0
        assert tick.bid.as_tuple().exponent == tick.ask.as_tuple().exponent == -spec.digits
        assert tick.time_ms >= last
        last = tick.time_ms
        assert market.is_open(tick.symbol, datetime.fromtimestamp(tick.time_ms / 1000, UTC))


@settings(max_examples=examples(25), deadline=None)
@given(seeds, starts, modes, steps)
def test_the_same_calls_make_the_same_market(
    seed: int, start: datetime, mode: HoursMode, waits: list[float]
) -> None:
    first, second = (walk(PaperMarket(SOME, seed, mode, start=start), start, waits) for _ in range(2))
    assert first == second


@settings(max_examples=examples(25), deadline=None)
@given(seeds, starts, short_steps)
def test_how_often_the_market_is_asked_changes_nothing(
    seed: int, start: datetime, waits: list[float]
) -> None:
    whole = sum(waits)
    even = [0.25] * int(whole / 0.25)
    rest = whole - sum(even)
    by_turns = walk(PaperMarket(SOME, seed, start=start), start, waits)
    evenly = walk(PaperMarket(SOME, seed, start=start), start, [*even, rest])
    assert by_turns == evenly


@settings(max_examples=examples(25), deadline=None)
@given(seeds, starts, modes, steps)
def test_no_round_trip_over_three_symbols_earns_anything(
    seed: int, start: datetime, mode: HoursMode, waits: list[float]
) -> None:
    market = PaperMarket(INSTRUMENTS, seed, mode, start=start)
    now = start
    for wait in (0.0, *waits):
        now += timedelta(seconds=wait)
        market.advance(now)
        for name, instrument in market.instruments.items():
            if (legs := instrument.legs) is None:
                continue
            three = (name, legs.first, legs.second)
            if not all(market.is_open(one, now) for one in three):
                continue
            cross, first, second = (market.quote_of(one) for one in three)
            if legs.divides:
                cheapest, dearest = first.bid / second.ask, first.ask / second.bid
            else:
                cheapest, dearest = first.bid * second.bid, first.ask * second.ask
            middle, other = (first.bid + first.ask) / 2, (second.bid + second.ask) / 2
            fair = middle / other if legs.divides else middle * other
            rounding = instrument.spec.point / 1000
            assert cross.bid - rounding <= fair <= cross.ask + rounding
            assert cross.ask >= cheapest
            assert cross.bid <= dearest


@settings(max_examples=examples(30), deadline=None)
@given(seeds, starts, steps, st.integers(min_value=8, max_value=300))
def test_the_book_starts_at_the_quote_and_falls_away_from_it(
    seed: int, start: datetime, waits: list[float], count: int
) -> None:
    market = PaperMarket(build_instruments(count), seed, start=start)
    walk(market, start, waits[:3])
    for name, spec in market.specs.items():
        quote = market.quote_of(name)
        bids, asks = market.depth_of(name)
        assert len(bids) == len(asks) == 5
        assert (bids[0].price, asks[0].price) == (quote.bid, quote.ask)
        prices = [level.price for level in (*reversed(bids), *asks)]
        assert prices == sorted(set(prices))
        assert prices[0] > 0
        assert all(price == price.quantize(spec.point) for price in prices)
        assert all(level.volume > 0 for level in (*bids, *asks))
