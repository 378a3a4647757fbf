"""What the change of a day counts from: which yesterdays are known well enough, and who is asked for it."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.candle_files import MONDAY
from xbtfx_tui.archive.candle_archive import NoArchive
from xbtfx_tui.archive.day_references import DayReferenceFinder
from xbtfx_tui.domain.candles import Candle, Gap, Timeframe, quiet
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.day_change import (
    DayReference,
    FirstBid,
    PreviousClose,
    change_percent,
    first_bid,
    previous_close,
)
from xbtfx_tui.domain.day_clock import DayClock, day_clock
from xbtfx_tui.domain.quotes import Quote
from xbtfx_tui.domain.store_events import QuotesSeen, SpecRead
from xbtfx_tui.domain.symbol_spec import SessionSpan, SymbolSpec
from xbtfx_tui.store.store import Store

DAY = 86_400
MIDNIGHT = MONDAY + DAY


def minute(start: int, close: int = 108_000, until: int = 60) -> Candle:
    return Candle(start, 60, 5, 108_000, close, 107_990, close, 3, 0, until, until)


EURUSD = SymbolSpec("EURUSD", 5, Decimal("0.00001"), Decimal(100_000))
FIVE_DAYS_TO_NINE = tuple(SessionSpan(day, 0, 21 * 60) for day in range(5))


@pytest.mark.parametrize(
    ("last", "sessions", "is_known"),
    [
        (minute(MIDNIGHT - 60), None, True),
        (minute(MIDNIGHT - 660), None, True),
        (minute(MIDNIGHT - 661), None, False),
        (minute(MIDNIGHT - 600, until=0), None, True),  # a file's: whole
        (minute(MIDNIGHT - 660, until=59), None, False),
        (minute(MIDNIGHT - 3 * 3600 - 60), None, False),
        (minute(MIDNIGHT - 3 * 3600 - 60), FIVE_DAYS_TO_NINE, True),
        (minute(MIDNIGHT - 3 * 3600 - 661), FIVE_DAYS_TO_NINE, False),
        (minute(MIDNIGHT), None, False),
    ],
)
def test_yesterday_is_known_to_ten_minutes_before_midnight_or_its_markets_end(
    last: Candle, sessions: tuple[SessionSpan, ...] | None, is_known: bool
) -> None:
    found = previous_close([minute(MIDNIGHT - 7200), last], MIDNIGHT, sessions)
    assert found == (PreviousClose(1.08) if is_known else None)


def test_over_a_weekend_the_close_is_fridays() -> None:
    friday_evening = minute(MONDAY - 2 * DAY - 3 * 3600 - 60, 109_000)
    assert previous_close([friday_evening], MONDAY, FIVE_DAYS_TO_NINE) == PreviousClose(1.09)
    assert previous_close([friday_evening], MONDAY, None) is None


def test_a_quiet_minute_has_no_price() -> None:
    candles = [minute(MIDNIGHT - 120, 109_000), quiet(MIDNIGHT - 60, 60, 5, 0, 60)]
    assert previous_close(candles, MIDNIGHT, None) == PreviousClose(1.09)
    assert first_bid([quiet(MIDNIGHT, 60, 5, 0, 60), minute(MIDNIGHT + 60)], MIDNIGHT) == FirstBid(1.08)
    assert first_bid([minute(MIDNIGHT - 60)], MIDNIGHT) is None


def test_a_change_is_in_percent_of_what_it_counts_from() -> None:
    assert change_percent(1.1, PreviousClose(1.0)) == pytest.approx(10.0)
    assert change_percent(1.1, PreviousClose(0.0)) == 0.0


# --- who is asked ---


@dataclass
class StandingClock:
    wall: float = MIDNIGHT + 36_000.0

    def now(self) -> Instant:
        return Instant(self.wall, self.wall, self.wall)


@dataclass
class KeptPast(NoArchive):
    """Has what it is given, and notes what it is asked for."""

    candles: dict[Timeframe, tuple[Candle, ...]] = field(default_factory=dict)
    asked: list[tuple[str, Timeframe]] = field(default_factory=list)

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        self.asked.append((symbol, timeframe))
        return tuple(one for one in self.candles.get(timeframe, ()) if one.start < before)[-count:]


class Line:
    """A store with quotes of EURUSD, and the finder over it."""

    def __init__(self, **candles: tuple[Candle, ...]) -> None:
        self.clock = StandingClock()
        self.store = Store(self.clock)
        self.past = KeptPast({Timeframe[name]: kept for name, kept in candles.items()})
        self.finder = DayReferenceFinder(self.store, self.clock, self.past)

    def ticks(self, *bids: float) -> None:
        for bid in bids:
            self.clock.wall += 1.0
            quote = Quote("EURUSD", bid, bid + 0.0001)
            self.store.apply(QuotesSeen((quote,), self.clock.now()))

    async def finds(self) -> DayReference | None:
        await self.finder.look()
        slot = self.store.slot("EURUSD")
        return None if slot is None else slot.day_reference


async def test_the_archive_is_asked_once_a_symbol_and_day() -> None:
    line = Line(MINUTE=(minute(MIDNIGHT - 60, 107_000), minute(MIDNIGHT + DAY - 60, 108_500)))
    assert await line.finds() is None
    assert line.past.asked == []
    line.ticks(1.08)
    assert await line.finds() == PreviousClose(1.07)
    line.ticks(1.081)
    assert await line.finds() == PreviousClose(1.07)
    assert line.past.asked == [("EURUSD", Timeframe.MINUTE)]
    line.clock.wall = MIDNIGHT + DAY + 3600.0
    assert await line.finds() == PreviousClose(1.085)
    assert line.past.asked == [("EURUSD", Timeframe.MINUTE)] * 2


async def test_what_ticked_until_midnight_is_known_without_the_archive() -> None:
    line = Line()
    line.clock.wall = MIDNIGHT + DAY - 5.0
    line.ticks(1.08, 1.0801)
    assert await line.finds() == FirstBid(1.08), "how its yesterday ended nobody knows"
    asked = len(line.past.asked)
    line.clock.wall = MIDNIGHT + DAY + 1.0
    assert await line.finds() == PreviousClose(1.0801)
    line.ticks(1.09)
    assert await line.finds() == PreviousClose(1.0801)
    assert len(line.past.asked) == asked


async def test_without_yesterdays_end_it_is_the_first_bid_of_today() -> None:
    some = hours(MIDNIGHT - 7200, MIDNIGHT + 3600, MIDNIGHT + 7200)
    line = Line(MINUTE=(minute(MIDNIGHT - 7200),), HOUR=some)
    line.ticks(1.09)
    assert await line.finds() == FirstBid(1.08001), "the archive knows an earlier one than this run"
    line.clock.wall = MIDNIGHT + DAY + 3600.0
    assert await line.finds() is None, "none of today has come"
    line.ticks(1.1)
    assert await line.finds() == FirstBid(1.1)


def hours(*starts: int) -> tuple[Candle, ...]:
    return tuple(
        Candle(start, 3600, 5, 108_000 + at, 108_100, 107_900, 108_010, 9, 0, 0, 3600)
        for at, start in enumerate(starts)
    )


async def test_a_day_begins_where_the_day_clock_says() -> None:
    line = Line(MINUTE=(minute(MIDNIGHT - 60, 107_000), minute(MIDNIGHT + 22 * 3600 - 60, 108_500)))
    line.past.clock = day_clock("ny17")
    line.clock.wall = MIDNIGHT + 21 * 3600.0
    line.ticks(1.08)
    assert await line.finds() is not None, "17:00 in New York has not been"
    line.clock.wall = MIDNIGHT + 23 * 3600.0
    assert await line.finds() == PreviousClose(1.085)


async def test_an_hour_counts_only_where_no_minute_tells_how_far_it_goes() -> None:
    told = Line(HOUR=hours(MIDNIGHT - 3600))
    told.ticks(1.09)
    assert await told.finds() == PreviousClose(1.0801)
    made = Line(HOUR=hours(MIDNIGHT - 3600), MINUTE=(minute(MIDNIGHT - 3600 + 600, until=0),))
    made.ticks(1.09)
    assert await made.finds() == FirstBid(1.09)


async def test_sessions_that_become_known_later_are_heard() -> None:
    line = Line(MINUTE=(minute(MIDNIGHT - 3 * 3600 - 60, 107_000),))
    line.ticks(1.08)
    assert await line.finds() == FirstBid(1.08)
    line.store.apply(SpecRead(replace(EURUSD, trade_sessions=FIVE_DAYS_TO_NINE), line.clock.now()))
    assert await line.finds() == PreviousClose(1.07)


async def test_a_price_that_rest_told_is_no_first_bid() -> None:
    line = Line()
    line.store.apply(SpecRead(replace(EURUSD, bid=1.08, ask=1.0801), line.clock.now()))
    assert await line.finds() is None
    line.ticks(1.09)
    assert await line.finds() == FirstBid(1.09)


# --- what fails ---


@dataclass
class FaultyPast(KeptPast):
    """Fails to tell of these symbols."""

    faulty: frozenset[str] = frozenset()

    async def read(
        self, symbol: str, timeframe: Timeframe, before: int, count: int
    ) -> tuple[Candle | Gap, ...]:
        found = await super().read(symbol, timeframe, before, count)
        if symbol in self.faulty:
            raise OverflowError(symbol)
        return found


class LostClock(DayClock, frozen=True):
    def day(self, at: int) -> tuple[int, int]:
        raise ValueError(at)


async def test_a_symbol_that_fails_is_logged_once_and_counts_from_its_first_bid(
    caplog: pytest.LogCaptureFixture,
) -> None:
    line = Line()
    past = FaultyPast({Timeframe.MINUTE: (minute(MIDNIGHT - 60, 107_000),)}, faulty=frozenset({"EURUSD"}))
    line.finder = DayReferenceFinder(line.store, line.clock, past)
    line.ticks(1.09)
    line.store.apply(QuotesSeen((Quote("GBPUSD", 1.2, 1.3),), line.clock.now()))
    assert await line.finds() == FirstBid(1.09)
    other = line.store.slot("GBPUSD")
    assert other is not None
    assert other.day_reference == PreviousClose(1.07), "the others are looked for all the same"
    assert await line.finds() == FirstBid(1.09)
    assert [record.getMessage() for record in caplog.records] == [
        "a day change was not found: EURUSD: OverflowError"
    ]


async def test_where_the_new_day_is_not_found_nothing_counts_from_the_old_one() -> None:
    line = Line(MINUTE=(minute(MIDNIGHT - 60, 107_000),))
    line.ticks(1.08)
    assert await line.finds() == PreviousClose(1.07)
    clock, line.past.clock = line.past.clock, LostClock("lost", None, 0)
    line.clock.wall = MIDNIGHT + DAY + 1.0
    with pytest.raises(ValueError, match=str(MIDNIGHT + DAY + 1)):
        await line.finds()
    slot = line.store.slot("EURUSD")
    assert slot is not None
    assert slot.day_reference is None
    line.past.clock = clock
    line.ticks(1.1)
    assert await line.finds() == FirstBid(1.1)


async def test_it_goes_on_after_a_look_that_failed() -> None:
    line = Line(MINUTE=(minute(MIDNIGHT - 60, 107_000),))
    line.ticks(1.08)
    looks: list[float] = []
    looked = asyncio.Event()

    def now() -> Instant:
        looks.append(line.clock.wall)
        if len(looks) == 1:
            raise OverflowError
        looked.set()
        return Instant(line.clock.wall, line.clock.wall, line.clock.wall)

    line.finder._now = now
    line.finder.start()
    await asyncio.wait_for(looked.wait(), 5)
    await line.finder.stop()
