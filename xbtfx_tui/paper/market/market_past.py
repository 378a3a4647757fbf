"""What each symbol of the exchange did before it began, as candles of the bid and as the bid of a moment.

Two years of hours, the last 100 days of them in steps of 10 seconds; made when they are asked for, an hour
at a time. It ends with each symbol's first quote, and knows nothing of what came after.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import exp

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.candle_folding import folded_down
from xbtfx_tui.domain.candles import Candle, Timeframe
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.market.instruments import Instrument
from xbtfx_tui.paper.market.market_hours import ALWAYS_OPEN
from xbtfx_tui.paper.market.paper_market import Tick
from xbtfx_tui.paper.market.past_walk import HOUR, CrossPast, PastLevels, WalkPast
from xbtfx_tui.paper.market.session_steps import STEP, SessionSteps
from xbtfx_tui.paper.market.tick_regime import busy_hours

HOURS_BACK = 2 * 365 * 24
FINE_HOURS = 100 * 24
_EVEN = (1.0,) * 24
_USUAL_DAY = 0.01
"""A usual day's move of a symbol of which nothing is known but its name."""
_USUAL_GAP = 1.0


class _Bids(msgspec.Struct, frozen=True):
    """A symbol's levels, and what makes a price of one: the first quote's bid in whole points."""

    levels: PastLevels
    bid: int
    scale: int
    point: Decimal
    ticks_a_step: int

    def points(self, level: float) -> int:
        return max(1, round(self.bid * exp(level)))


class MarketPast:
    """The past of the symbols of `specs`, which ends at the quotes of `first` (by symbol). `instruments` tell
    how they move; of what is not among them the past is any. The same seed and quotes make the same past."""

    def __init__(
        self,
        seed: int,
        specs: Mapping[str, SymbolSpec],
        first: Mapping[str, Tick],
        instruments: Mapping[str, Instrument],
    ) -> None:
        self._seed = seed
        self._specs = specs
        self._first = first
        self._instruments = instruments
        self._levels: dict[str, PastLevels] = {}
        self._bids: dict[str, _Bids] = {}

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._specs

    def bid(self, symbol: str, at: float) -> Decimal:
        """The bid at a moment (unix seconds): that of the first quote from then on.

        Raises KeyError for an unknown symbol.
        """
        bids = self._bids_of(symbol)
        if at >= bids.levels.end:
            return bids.bid * bids.point
        hour, rest = divmod(at, HOUR)
        step, share = divmod(rest, STEP)
        line = bids.levels.line(int(hour))
        opened, closed = line.opens[int(step)], line.closes[int(step)]
        return bids.points(opened + (closed - opened) * share / STEP) * bids.point

    def candles(self, symbol: str, timeframe: Timeframe, before: int, clock: DayClock) -> Iterator[Candle]:
        """The candles that begin before `before` (unix seconds, UTC), newest first; each is made when it is
        asked for. The one that forms when the past ends is known up to there: `until` says so.

        Raises KeyError for an unknown symbol.
        """
        bids = self._bids_of(symbol)
        end = bids.levels.end
        newest = (min(before, end) - 1) // HOUR
        if timeframe.value < HOUR:
            found = _of_steps(bids, timeframe.value, range(newest, self._oldest(end, FINE_HOURS), -1))
        else:
            # The longer ones need all their hours, also those from `before` on.
            last = (end - 1) // HOUR if timeframe is not Timeframe.HOUR else newest
            found = _of_hours(bids, range(last, self._oldest(end, HOURS_BACK), -1))
            if timeframe is not Timeframe.HOUR:
                found = folded_down(found, lambda at: clock.bucket(at, timeframe))
        for candle in found:
            if candle.start < before:
                yield _as_far_as(candle, end)

    @staticmethod
    def _oldest(end: int, hours: int) -> int:
        return (end - 1) // HOUR - hours

    def _bids_of(self, symbol: str) -> _Bids:
        bids = self._bids.get(symbol)
        if bids is None:
            spec, instrument = self._specs[symbol], self._instruments.get(symbol)
            gap = _USUAL_GAP if instrument is None else instrument.gap
            bids = self._bids[symbol] = _Bids(
                self._levels_of(symbol),
                int(self._first[symbol].bid / spec.point),
                spec.digits,
                spec.point,
                max(1, round(STEP / gap)),
            )
        return bids

    def _levels_of(self, symbol: str) -> PastLevels:
        levels = self._levels.get(symbol)
        if levels is None:
            levels = self._levels[symbol] = self._made(symbol)
        return levels

    def _made(self, symbol: str) -> PastLevels:
        spec, instrument = self._specs[symbol], self._instruments.get(symbol)
        named = f"{self._seed}:{symbol}"
        end = self._first[symbol].time_ms // 1000 // STEP * STEP
        sessions = SessionSteps(spec.trade_sessions or ALWAYS_OPEN)
        if instrument is None:
            return WalkPast(named, end, sessions, _USUAL_DAY, _EVEN)
        legs = instrument.legs
        if legs is None or legs.first not in self._specs or legs.second not in self._specs:
            return WalkPast(
                named, end, sessions, instrument.daily_volatility, busy_hours(instrument.category)
            )
        return CrossPast(
            named,
            end,
            sessions,
            (self._levels_of(legs.first), self._levels_of(legs.second)),
            divides=legs.divides,
            daily=instrument.daily_volatility,
            fine_since=self._oldest(end, FINE_HOURS),
        )


def _of_steps(bids: _Bids, span: int, hours: range) -> Iterator[Candle]:
    size, points = span // STEP, bids.points
    for hour in hours:
        (opens, closes, open_in), highs, lows = bids.levels.path(hour)
        if not open_in:
            continue
        for place in range(HOUR // span - 1, -1, -1):
            inside = [
                (max(first, place * size), min(after, (place + 1) * size))
                for first, after in open_in
                if first < (place + 1) * size and after > place * size
            ]
            if not inside:
                continue
            first, after = inside[0][0], inside[-1][1]
            yield Candle(
                hour * HOUR + place * span,
                span,
                bids.scale,
                points(opens[first]),
                points(max(highs[first:after])),
                points(min(lows[first:after])),
                points(closes[after - 1]),
                (after - first) * bids.ticks_a_step,
                0,
                0,
                span,
            )


def _of_hours(bids: _Bids, hours: range) -> Iterator[Candle]:
    points = bids.points
    ticks = HOUR // STEP * bids.ticks_a_step
    for hour in hours:
        levels = bids.levels.hour(hour)
        if levels is not None:
            opened, high, low, closed = map(points, levels)
            yield Candle(hour * HOUR, HOUR, bids.scale, opened, high, low, closed, ticks, 0, 0, HOUR)


def _as_far_as(candle: Candle, end: int) -> Candle:
    """Of the candle that the past ends in no more is known."""
    if candle.end <= end:
        return candle
    known = end - candle.start
    return replace(candle, since=0, until=known, covered=min(candle.covered, known))
