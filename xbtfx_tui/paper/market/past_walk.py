"""A symbol's price before the exchange began, backward from its first quote. Seeded, never asks a clock.

A level is the log of the price over that of the first quote, so that it is 0 at the end. Hours are drawn a
day at a time, an hour's 10-second steps by themselves: a bridge that begins and ends where the hour does and
touches its high and its low. So any hour can be made alone, comes out the same each time, and what its steps
come to is the hour. While a market is closed nothing moves; at the open it moves once. A cross is what the
steps of its legs come to.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist
from typing import NamedTuple, Protocol

from xbtfx_tui.paper.market.session_steps import STEP, STEPS, WHOLE, Ranges, SessionSteps

HOUR = STEP * STEPS
_HOURS_A_DAY = 24

_NORMAL = tuple(NormalDist().inv_cdf((place + 0.5) / 256) for place in range(256))
"""What a byte stands for: bytes are drawn twenty times as fast as `gauss` draws."""
_WICK = 0.4
"""How far a step's high and low are beyond its ends, in steps."""
_CROSS_WICK = 0.3
"""The same of a cross, always: what its legs did within a step is not known of both at once."""
_STIR = 0.3
"""How much calm and stormy hours differ: the standard deviation of the volatility's log."""
_AT_THE_OPEN = 0.35
"""What a market moves at once when it opens, in usual days."""


class PriceLine(NamedTuple):
    """An hour's levels by its 10-second steps, all 360 of them, and in which of these the market was open."""

    opens: Sequence[float]
    closes: Sequence[float]
    open_in: Ranges


class PricePath(NamedTuple):
    """The same with each step's high and low."""

    line: PriceLine
    highs: Sequence[float]
    lows: Sequence[float]


class HourLevels(NamedTuple):
    """An hour's levels. `open` is after the move at the open, where there was one."""

    open: float
    high: float
    low: float
    close: float


class PastLevels(Protocol):
    """A symbol's levels, by the hour (hours since 1970, UTC). `end` is when its first quote came (unix
    seconds, whole steps)."""

    end: int

    def at_start_of(self, hour: int) -> float:
        """The level at which the hour began; 0 after the end."""

    def hour(self, hour: int) -> HourLevels | None:
        """The hour; None where the market was closed, and after the end."""

    def line(self, hour: int) -> PriceLine:
        """Where the price went from step to step."""

    def path(self, hour: int) -> PricePath:
        """The hour step by step."""


class _Shape(NamedTuple):
    start: float
    jump: float
    move: float
    deviation: float
    open_in: Ranges


class WalkPast:
    """A symbol that walks by itself. `daily` is its usual day's move (0.005 = half a per cent), `busy` how
    busy each UTC hour is."""

    def __init__(
        self, named: str, end: int, sessions: SessionSteps, daily: float, busy: tuple[float, ...]
    ) -> None:
        self.end = end
        self._named = named
        self._last = (end - 1) // HOUR
        self._sessions = sessions
        self._daily = daily
        mean = sum(busy) / _HOURS_A_DAY
        self._hourly = [daily * sqrt(one / mean / _HOURS_A_DAY) for one in busy]
        self._shapes: dict[int, _Shape] = {}
        self._reaches: dict[int, list[float]] = {}
        self._first = self._last + 1
        self._reached = 0.0

    def at_start_of(self, hour: int) -> float:
        return 0.0 if hour > self._last else self._shape(hour).start

    def hour(self, hour: int) -> HourLevels | None:
        if hour > self._last:
            return None
        shape = self._shape(hour)
        if not shape.open_in:
            return None
        opened = shape.start + shape.jump
        up, down = self._reach(hour, shape)
        return HourLevels(opened, opened + up, opened + down, opened + shape.move)

    def line(self, hour: int) -> PriceLine:
        if hour > self._last:
            return PriceLine([0.0] * STEPS, [0.0] * STEPS, ())
        shape = self._shape(hour)
        count = sum(after - first for first, after in shape.open_in)
        if not count:
            return PriceLine([shape.start] * STEPS, [shape.start] * STEPS, ())
        drawn = _drawn(f"{self._named}:{hour}", count)
        up, down = self._reach(hour, shape)
        bridge = _bridge(drawn, shape.deviation / sqrt(count), shape.move, up, down)
        base = shape.start + shape.jump
        closes = [base + one for one in bridge]
        opens = [base, *closes[:-1]]
        if count == STEPS:
            return PriceLine(opens, closes, shape.open_in)
        return PriceLine(
            _in_place(opens, shape.open_in, shape.start, closes),
            _in_place(closes, shape.open_in, shape.start, closes),
            shape.open_in,
        )

    def path(self, hour: int) -> PricePath:
        line, levels = self.line(hour), self.hour(hour)
        if levels is None:
            return PricePath(line, line.opens, line.opens)
        shape = self._shape(hour)
        # The line touches the hour's high and low: no wick goes beyond.
        first, after = shape.open_in[0][0], shape.open_in[-1][1]
        unit = shape.deviation / sqrt(after - first)
        wicks = [_WICK * abs(one) for one in _drawn(f"{self._named}:{hour}:wicks", STEPS)]
        both = list(zip(line.opens, line.closes, wicks, strict=True))
        highs = [min(levels.high, max(one, other) + wick * unit) for one, other, wick in both]
        wicks.reverse()
        lows = [
            max(levels.low, min(one, other) - wick * unit)
            for one, other, wick in zip(line.opens, line.closes, wicks, strict=True)
        ]
        _touch(highs, lows, levels, range(first, after))
        return PricePath(line, highs, lows)

    def _shape(self, hour: int) -> _Shape:
        while hour < self._first:
            self._draw_day((self._first - 1) // _HOURS_A_DAY)
        return self._shapes[hour]

    def _draw_day(self, day: int) -> None:
        """The hours of a day, the last one first, as far as they are not after the end."""
        drawn = _drawn(f"{self._named}:day {day}", 3 * _HOURS_A_DAY)
        level, sessions = self._reached, self._sessions
        first = day * _HOURS_A_DAY
        for place in range(self._first - 1 - first, -1, -1):
            hour = first + place
            open_in = sessions.of(hour)
            deviation = self._hourly[place] * exp(_STIR * drawn[place] - _STIR**2)
            jump = 0.0
            if open_in is not WHOLE or hour == self._last:
                if hour == self._last:
                    open_in = _until(open_in, (self.end - hour * HOUR) // STEP)
                deviation *= sqrt(sum(after - start for start, after in open_in) / STEPS)
                if open_in and sessions.opens_in(hour):
                    jump = self._daily * _AT_THE_OPEN * drawn[2 * _HOURS_A_DAY + place]
            move = deviation * drawn[_HOURS_A_DAY + place]
            level -= move + jump
            self._shapes[hour] = _Shape(level, jump, move, deviation, open_in)
        self._reached, self._first = level, first

    def _reach(self, hour: int, shape: _Shape) -> tuple[float, float]:
        """How far the hour goes up and down; drawn a day at a time, and only where it is asked for."""
        day, place = divmod(hour, _HOURS_A_DAY)
        drawn = self._reaches.get(day)
        if drawn is None:
            chance = Random(f"{self._named}:reach {day}")
            drawn = self._reaches[day] = [1 - chance.random() for _ in range(2 * _HOURS_A_DAY)]
        return reach(shape.move, shape.deviation, drawn[place], drawn[_HOURS_A_DAY + place])


class CrossPast:
    """A symbol whose price is its legs': first / second where it `divides`, else first x second. Of hours
    before `fine_since` (hours since 1970) only their ends are; how far they went is drawn."""

    def __init__(
        self,
        named: str,
        end: int,
        sessions: SessionSteps,
        legs: tuple[PastLevels, PastLevels],
        *,
        divides: bool,
        daily: float,
        fine_since: int,
    ) -> None:
        self.end = end
        self._named = named
        self._last = (end - 1) // HOUR
        self._sessions = sessions
        self._first, self._second = legs
        self._sign = -1 if divides else 1
        self._deviation = daily / sqrt(_HOURS_A_DAY)
        self._fine_since = fine_since
        self._wick = self._deviation / sqrt(STEPS) * _CROSS_WICK
        self._hours: dict[int, HourLevels | None] = {}
        self._at_end = self._level_at_end()

    def _level_at_end(self) -> float:
        hour, step = divmod(self.end, HOUR)
        if not step:
            return self._legs_at(hour)
        first, second = self._first.line(hour), self._second.line(hour)
        return first.opens[step // STEP] + self._sign * second.opens[step // STEP]

    def _legs_at(self, hour: int) -> float:
        return self._first.at_start_of(hour) + self._sign * self._second.at_start_of(hour)

    def at_start_of(self, hour: int) -> float:
        return 0.0 if hour > self._last else self._legs_at(hour) - self._at_end

    def hour(self, hour: int) -> HourLevels | None:
        if hour > self._last or not self._sessions.of(hour):
            return None
        if hour < self._fine_since:
            opened = self.at_start_of(hour)
            move = self.at_start_of(hour + 1) - opened
            chance = Random(f"{self._named}:{hour}")
            up, down = reach(move, self._deviation, 1 - chance.random(), 1 - chance.random())
            return HourLevels(opened, opened + up, opened + down, opened + move)
        if hour not in self._hours:
            self._hours[hour] = self._of_steps(hour)
        return self._hours[hour]

    def _of_steps(self, hour: int) -> HourLevels | None:
        opens, closes, open_in = self.line(hour)
        if not open_in:
            return None
        first, after = open_in[0][0], open_in[-1][1]
        high = max(*opens[first:after], *closes[first:after]) + self._wick
        low = min(*opens[first:after], *closes[first:after]) - self._wick
        return HourLevels(opens[first], high, low, closes[after - 1])

    def line(self, hour: int) -> PriceLine:
        first, second, sign = self._first.line(hour), self._second.line(hour), self._sign
        base = self._at_end
        opens = [one + sign * other - base for one, other in zip(first.opens, second.opens, strict=True)]
        closes = [one + sign * other - base for one, other in zip(first.closes, second.closes, strict=True)]
        open_in = self._sessions.of(hour)
        if hour >= self._last:
            open_in = _until(open_in, (self.end - hour * HOUR) // STEP)
        return PriceLine(opens, closes, open_in)

    def path(self, hour: int) -> PricePath:
        line, wick = self.line(hour), self._wick
        both = list(zip(line.opens, line.closes, strict=True))
        highs = [max(one, other) + wick for one, other in both]
        return PricePath(line, highs, [min(one, other) - wick for one, other in both])


def _drawn(named: str, count: int) -> list[float]:
    """So many draws from the normal distribution, of this name always the same."""
    return [_NORMAL[one] for one in Random(named).randbytes(count)]


def reach(move: float, deviation: float, up: float, down: float) -> tuple[float, float]:
    """How far a walk that comes to `move` goes up and down meanwhile, for two draws from (0, 1]: as a
    Brownian bridge does."""
    wide = -2 * deviation * deviation
    highest = (move + sqrt(move * move + wide * log(up))) / 2
    lowest = (move - sqrt(move * move + wide * log(down))) / 2
    return max(highest, move, 0.0), min(lowest, move, 0.0)


def _bridge(drawn: Sequence[float], unit: float, move: float, up: float, down: float) -> list[float]:
    """A walk from 0 to `move` of which the highest is `up` and the lowest `down`, as far as it leaves what
    lies between its ends."""
    slope = (sum(drawn) * unit - move) / len(drawn)
    bridge = list(accumulate([one * unit - slope for one in drawn]))
    bridge[-1] = move
    high, low = max(0.0, move), min(0.0, move)
    top, bottom = max(bridge), min(bridge)
    upward = (up - high) / (top - high) if top > high else 0.0
    downward = (low - down) / (low - bottom) if bottom < low else 0.0
    return [
        high + (one - high) * upward if one > high else low - (low - one) * downward if one < low else one
        for one in bridge
    ]


def _touch(highs: list[float], lows: list[float], levels: HourLevels, inside: range) -> None:
    """Where the line never left what lies between its ends, a wick reaches the hour's high, or its low."""
    highest = max(inside, key=highs.__getitem__)
    lowest = min(inside, key=lows.__getitem__)
    highs[highest], lows[lowest] = levels.high, levels.low


def _until(open_in: Ranges, step: int) -> Ranges:
    """The ranges as far as they are before this step."""
    return tuple((first, min(after, step)) for first, after in open_in if first < step)


def _in_place(
    column: Sequence[float], open_in: Ranges, before: float, closes: Sequence[float]
) -> list[float]:
    """The column at its steps; where the market was closed, the level at which it rested."""
    placed: list[float] = []
    taken, level = 0, before
    for first, after in open_in:
        placed += [level] * (first - len(placed))
        placed += column[taken : taken + after - first]
        taken += after - first
        level = closes[taken - 1]
    return placed + [level] * (STEPS - len(placed))
