"""Quotes that are not of now, and prices that jump: what the store shows, and what it lets nobody act on."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.unit.test_store_quotes import Desk, slot_of
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import DateHeard, Dialect, QuotesSeen, StreamDown, StreamUp
from xbtfx_tui.store.latest_quotes import Fresh, Stale, has_jumped, may_fire

HALF_AN_HOUR = 1800.0


class Line(Desk):
    """A live stream whose server's clock is known, an hour ahead of this machine's."""

    def __init__(self) -> None:
        super().__init__()
        self.store.apply(StreamUp(Dialect.CURRENT))
        self.store.apply(DateHeard(self.server, self.clock.now()))

    @property
    def server(self) -> float:
        return self.clock.now().wall + 3600.0

    def comes(self, bid: float, old: float = 0.0, ask: float | None = None) -> None:
        """A quote arrives that is `old` by its own time."""
        time = datetime.fromtimestamp(self.server - old + 0.001, UTC)
        quote = Quote("EURUSD", bid, bid + 0.0001 if ask is None else ask, time)
        self.store.apply(QuotesSeen((quote,), self.clock.now()))

    def ticks(self, *bids: float, every: float = 0.25) -> None:
        for bid in bids:
            self.comes(bid)
            self.clock.passes(every)

    def fresh(self) -> Fresh | Stale:
        found = self.store.freshness("EURUSD", self.clock.now())
        assert isinstance(found, Fresh | Stale)
        return found

    @property
    def said(self) -> list[str]:
        return [said.text for said in self.store.messages]

    def range(self) -> tuple[float, float]:
        """The lowest and the highest price that the chart shows."""
        candles = self.store.candles("EURUSD")
        lows = [candle.price(candle.low) for candle in candles]
        highs = [candle.price(candle.high) for candle in candles]
        return float(min(lows)), float(max(highs))


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_quote_that_comes_half_an_hour_old_is_shown_as_that_and_freshens_nothing(line: Line) -> None:
    line.store.apply(StreamDown("gone", 1.0))
    line.store.apply(StreamUp(Dialect.CURRENT))
    line.comes(1.1, old=HALF_AN_HOUR)
    assert slot_of(line).quote.bid == 1.1
    assert isinstance(line.fresh(), Stale)
    assert line.fresh().age == pytest.approx(HALF_AN_HOUR, abs=0.1)
    assert line.store.last_quote is None
    line.clock.passes(60)
    assert line.fresh().age == pytest.approx(HALF_AN_HOUR + 60, abs=0.1)
    assert line.store.candles("EURUSD") == []
    line.comes(1.1001)
    assert line.fresh() == Fresh(0.0)
    assert line.range() == (1.1001, 1.1001)


def test_a_quote_that_was_overtaken_changes_nothing(line: Line) -> None:
    line.ticks(1.1, 1.1001)
    line.clock.passes(3)
    line.comes(1.0990, old=HALF_AN_HOUR)
    line.comes(1.0990, old=3.25)
    assert slot_of(line).quote.bid == 1.1001
    assert line.fresh().age == pytest.approx(3.25)


def test_the_same_quote_once_more_freshens_nothing(line: Line) -> None:
    line.comes(1.1)
    repeated = slot_of(line).quote
    line.clock.passes(4)
    line.store.apply(QuotesSeen((repeated,), line.clock.now()))
    assert line.fresh().age == pytest.approx(4.0)


def test_two_quotes_of_the_same_whole_second_count(line: Line) -> None:
    second = datetime.fromtimestamp(int(line.server), UTC)
    for bid in (1.1, 1.1001, 1.1002):
        line.store.apply(QuotesSeen((Quote("EURUSD", bid, bid + 0.0001, second),), line.clock.now()))
        line.clock.passes(0.2)
    assert slot_of(line).quote.bid == 1.1002
    assert may_fire(line.fresh())


def test_a_quote_without_a_time_counts_as_of_when_it_came(line: Line) -> None:
    line.comes(1.1)
    line.clock.passes(10)
    line.quotes("EURUSD", 1.1001)
    assert line.fresh() == Fresh(0.0)


@pytest.mark.parametrize("ahead", [10.0, 1e9])
def test_a_time_from_the_future_keeps_no_later_quote_out(line: Line, ahead: float) -> None:
    line.comes(1.1, old=-ahead)
    line.ticks(1.1001, 1.1002)
    assert slot_of(line).quote.bid == 1.1002
    assert isinstance(line.fresh(), Fresh)
    line.comes(1.0900, old=HALF_AN_HOUR)
    assert slot_of(line).quote.bid == 1.1002


def test_a_single_wild_price_is_shown_and_marked_and_left_out_of_everything(line: Line) -> None:
    line.ticks(1.1465, 1.1466)
    line.comes(0.0001)
    assert slot_of(line).quote.bid == 0.0001
    assert line.fresh() == Stale(
        0.0, "it jumped far away, and no second quote bears that out yet", jumped=True
    )
    assert slot_of(line).sound.bid == 1.1466
    assert line.store.mid("EURUSD") == Decimal("1.14665")
    assert line.range() == (1.1465, 1.1466)
    line.clock.passes(0.25)
    line.comes(1.1464)
    assert line.fresh() == Fresh(0.0)
    assert line.range() == (1.1464, 1.1466)
    assert line.said[-1].startswith(
        "A single price of EURUSD, 0.0001, was left out: the next was 1.1464 again."
    )


def test_a_jump_that_a_second_price_bears_out_is_the_price(line: Line) -> None:
    line.ticks(1.1465, 1.1466, 1.30)
    assert has_jumped(line.fresh())
    line.comes(1.3001)
    assert line.fresh() == Fresh(0.0)
    assert line.range() == (1.1465, 1.3001)


def test_a_jump_that_stands_for_two_seconds_is_the_price(line: Line) -> None:
    line.ticks(1.1465, 1.1466)
    line.comes(1.158)
    line.clock.passes(1.9)
    assert has_jumped(line.fresh())
    line.clock.passes(0.1)
    assert line.fresh() == Fresh(2.0)
    assert line.range() == (1.1465, 1.158)
    line.comes(1.1581)
    assert line.range() == (1.1465, 1.1581)
    assert not line.said


def test_one_that_lies_far_off_waits_for_ten_seconds(line: Line) -> None:
    """A symbol that ticks every few seconds has no second quote sooner."""
    line.ticks(1.1465, 1.1466)
    line.comes(0.0001)
    line.clock.passes(4.9)
    assert has_jumped(line.fresh())
    assert line.range() == (1.1465, 1.1466)
    line.comes(1.1467)
    assert line.range() == (1.1465, 1.1467)
    line.comes(1.30)
    line.clock.passes(10.0)
    assert not has_jumped(line.fresh())


def test_a_jump_of_one_percent_is_drawn_and_sized_by_but_fires_nothing(line: Line) -> None:
    line.ticks(1.1465, 1.1466)
    line.comes(1.1580)
    assert line.fresh() == Fresh(0.0, jumped=True)
    assert not may_fire(line.fresh())
    assert line.range() == (1.1465, 1.1580)
    line.clock.passes(2)
    assert may_fire(line.fresh())


def test_a_spread_that_opens_for_one_quote_fires_nothing(line: Line) -> None:
    line.ticks(1.1465, 1.1466)
    line.comes(1.1466, ask=1.1600)
    assert not may_fire(line.fresh())
    line.clock.passes(0.25)
    line.comes(1.1466)
    assert may_fire(line.fresh())


def test_a_first_quote_that_was_wild_leaves_no_trace_once_two_others_agree(line: Line) -> None:
    line.ticks(0.0001, 1.1465, 1.1466)
    assert line.fresh() == Fresh(0.25)
    assert line.range() == (1.1465, 1.1466)
    assert slot_of(line).sound.bid == 1.1466


def test_many_left_out_prices_are_told_once_in_ten_seconds(line: Line) -> None:
    line.ticks(1.1465, 1.1466, *(0.0001, 1.1465) * 8)
    assert len(line.said) == 1
    line.clock.passes(10)
    line.ticks(1.1466, 0.0001, 1.1465)
    assert len(line.said) == 2
    assert line.said[-1].endswith("So were 7 more since this was last said.")
