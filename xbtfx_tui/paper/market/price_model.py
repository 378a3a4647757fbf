"""Where one symbol's quotes come from: a seeded walk, its dollar legs, or recorded ticks. Never asks a clock.

A source is ticked at the moment it asked for and answers with the next one. Prices are kept as whole points
until they are shown, so that each quote is an exact Decimal at the symbol's digits.
"""

import math
from abc import ABC, abstractmethod
from random import Random

from xbtfx_tui.paper.market.instruments import CrossLegs, Instrument
from xbtfx_tui.paper.market.market_hours import Hours
from xbtfx_tui.paper.market.tick_regime import Temper, temper_of
from xbtfx_tui.paper.market.tick_replay import Replay

_LONGEST_STEP = 3600.0
_PULL = 1 / 86_400
"""How fast a walk is drawn back to its start, a second: half of the way in some 17 hours."""


class PriceSource(ABC):
    """One symbol's latest quote: `time` in unix ms, `mid` in units of the price, `count` of ticks so far."""

    def __init__(self, instrument: Instrument, hours: Hours, start: float) -> None:
        self.symbol = instrument.name
        self.instrument = instrument
        self.hours = hours
        self.time = start
        self.bid = self.ask = instrument.price
        self.mid = 0.0
        self.count = 0
        self.crosses: list[CrossSource] = []

    @abstractmethod
    def tick(self, at: float) -> float:
        """Quotes at `at` and returns when to tick next; infinite for never."""

    @abstractmethod
    def first_tick(self) -> float:
        """When to tick first."""


class PacedSource(PriceSource):
    """A source that ticks by its market's temper, within its hours; `interval` (ms) forces an even pace."""

    def __init__(
        self, instrument: Instrument, hours: Hours, start: float, chance: Random, interval: float | None
    ) -> None:
        super().__init__(instrument, hours, hours.last_open(start))
        self._chance = chance
        self._start = start
        self._interval = interval
        self._temper: Temper = temper_of(instrument, chance)
        self._temper.refresh(start)
        self._point = instrument.spec.point
        self._float_point = float(self._point)
        self._bid_points = self._ask_points = 0
        self._closes = hours.closing(start) if hours.is_open(start) else -math.inf

    def first_tick(self) -> float:
        wait = self._temper.gap() if self._interval is None else self._interval
        return self._in_hours(self._start + wait * self._chance.random())

    def _next(self, at: float) -> float:
        following = at + (self._temper.gap() if self._interval is None else self._interval)
        return following if following < self._closes else self._in_hours(following)

    def _in_hours(self, at: float) -> float:
        if at < self._closes:
            return at
        opens = self.hours.opening(at)
        self._closes = self.hours.closing(opens) if opens < math.inf else -math.inf
        return opens

    def _show(self, at: float, points: float) -> None:
        """Quotes around a mid of `points`, which always lies between bid and ask."""
        spread = self._temper.spread()
        bid = max(1, round(points - spread / 2))
        ask = bid + spread
        if bid == self._bid_points and ask == self._ask_points and self._temper.changes_only:
            bid, ask = self._stirred(bid, ask, points)
        self._bid_points, self._ask_points = bid, ask
        self.time = at
        self.count += 1
        self.bid = bid * self._point
        self.ask = ask * self._point
        self.mid = (bid + ask) * 0.5 * self._float_point

    def _stirred(self, bid: int, ask: int, points: float) -> tuple[int, int]:
        """One side a point away: inwards where the mid stays inside, else outwards."""
        if self._chance.random() < 0.5:
            return (bid + 1, ask) if bid + 1 < ask and bid + 1 <= points else (bid, ask + 1)
        return (bid, ask - 1) if ask - 1 > bid and ask - 1 >= points else (max(1, bid - 1), ask)


class WalkSource(PacedSource):
    """A random walk of the log price, with changing volatility, drawn gently back to where it began."""

    def __init__(
        self, instrument: Instrument, hours: Hours, start: float, chance: Random, interval: float | None
    ) -> None:
        super().__init__(instrument, hours, start, chance, interval)
        self._home = float(instrument.price / instrument.spec.point)
        self._away = 0.0
        self._stepped = start
        self._show(self.time, self._home)

    def tick(self, at: float) -> float:
        temper, chance = self._temper, self._chance
        if at >= temper.refresh_due:
            temper.refresh(at)
        seconds = min((at - self._stepped) * 0.001, _LONGEST_STEP)
        self._stepped = at
        shock = chance.gauss(0.0, 1.0)
        if chance.random() < 0.01:
            shock *= 3.0
        self._away += temper.volatility * math.sqrt(seconds) * shock - self._away * seconds * _PULL
        self._show(at, self._home * math.exp(self._away))
        return self._next(at)


class CrossSource(PacedSource):
    """A price that follows from its legs: the legs' mid is always between its bid and its ask.

    So no round trip over the three symbols earns anything. Legs that leave the quote make it tick at once.
    """

    def __init__(
        self,
        instrument: Instrument,
        legs: CrossLegs,
        sources: tuple[PriceSource, PriceSource],
        hours: Hours,
        start: float,
        chance: Random,
        interval: float | None,
    ) -> None:
        super().__init__(instrument, hours, start, chance, interval)
        self._divides = legs.divides
        self._first, self._second = sources
        self._show(self.time, self._points())

    def _points(self) -> float:
        first, second = self._first.mid, self._second.mid
        return (first / second if self._divides else first * second) / self._float_point

    def tick(self, at: float) -> float:
        if at >= self._temper.refresh_due:
            self._temper.refresh(at)
        self._show(at, self._points())
        return self._next(at)

    def follow(self, at: float) -> bool:
        """Quotes anew where the legs' mid has left the quote and the market is open; True if it did."""
        points = self._points()
        if self._bid_points <= points <= self._ask_points or not self.hours.is_open(at):
            return False
        self._show(at, points)
        return True


class ReplaySource(PriceSource):
    """Recorded ticks at their own pace times `speed`, round and round. Prices are the recorded Decimals."""

    def __init__(self, instrument: Instrument, replay: Replay, hours: Hours, start: float) -> None:
        super().__init__(instrument, hours, start)
        self._ticks = replay.ticks
        self._slow = 1 / replay.speed
        self._gap = replay.loop_gap_ms
        self._place = 0
        self._quote(start)

    def _quote(self, at: float) -> None:
        recorded = self._ticks[self._place]
        self.time = at
        self.count += 1
        self.bid, self.ask = recorded.bid, recorded.ask
        self.mid = float(recorded.bid + recorded.ask) / 2

    def first_tick(self) -> float:
        return self._following(self.time)

    def _following(self, at: float) -> float:
        here = self._ticks[self._place]
        self._place = (self._place + 1) % len(self._ticks)
        if self._place == 0:
            return at + self._gap * self._slow
        return at + (self._ticks[self._place].time_ms - here.time_ms) * self._slow

    def tick(self, at: float) -> float:
        self._quote(at)
        return self._following(at)
