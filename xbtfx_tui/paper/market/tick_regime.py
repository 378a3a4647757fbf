"""How a market behaves: when it ticks next, how wide it quotes, how busy it is. Seeded, never asks a clock.

Two tempers, both drawn after recorded ticks. A dealer's market (EURUSD, USDJPY) comes in bursts 50 to 200 ms
apart with long-tailed pauses between, at a spread that breathes. An order book's (BTCUSD) ticks about every
100 ms, mostly at its tightest spread, and opens wide for moments.
"""

import math
from random import Random

from xbtfx_tui.paper.market.instruments import Category, Instrument

_HOUR = 3_600_000.0
_DAY = 24 * _HOUR
_REFRESH = 2_000.0

# How busy and how wide a market is in each UTC hour, 1 = ordinary. Forex: the quiet Asian night is 1 and the
# rollover at 22:00 is wide.
_BUSY_FOREX = (
    0.95, 1.2, 0.95, 1.0, 1.0, 1.0, 1.4, 2.4, 3.4, 3.2, 2.8, 2.6,
    3.0, 3.8, 4.0, 3.8, 3.0, 2.2, 1.8, 1.5, 1.2, 0.8, 0.8, 0.85,
)  # fmt: skip
_WIDE_FOREX = (
    1.35, 1.2, 1.15, 1.15, 1.15, 1.1, 1.05, 1.0, 1.0, 1.0, 1.0, 1.0,
    1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.15, 1.25, 1.6, 5.2, 1.75,
)  # fmt: skip
_BUSY_NEW_YORK = (
    0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.5, 0.7, 0.8, 0.7, 0.6, 0.6,
    0.7, 1.0, 1.8, 1.6, 1.3, 1.1, 1.0, 1.1, 1.5, 0.7, 0.4, 0.4,
)  # fmt: skip
_WIDE_NEW_YORK = (
    1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.3, 1.2, 1.1, 1.2, 1.3, 1.3,
    1.2, 1.1, 1.15, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.4, 2.0, 1.7,
)  # fmt: skip
_BUSY_ROUND_THE_CLOCK = (
    1.0, 1.0, 0.95, 0.9, 0.85, 0.85, 0.9, 1.0, 1.1, 1.1, 1.1, 1.1,
    1.2, 1.4, 1.6, 1.6, 1.5, 1.3, 1.2, 1.1, 1.05, 1.0, 0.95, 0.95,
)  # fmt: skip
_FLAT = (1.0,) * 24

_TIMETABLES = {
    Category.FOREX: (_BUSY_FOREX, _WIDE_FOREX),
    Category.METALS: (_BUSY_FOREX, _WIDE_FOREX),
    Category.INDICES: (_BUSY_NEW_YORK, _WIDE_NEW_YORK),
    Category.ENERGIES: (_BUSY_NEW_YORK, _WIDE_NEW_YORK),
    Category.CRYPTO: (_BUSY_ROUND_THE_CLOCK, _FLAT),
    Category.STOCKS: (_BUSY_NEW_YORK, _WIDE_NEW_YORK),
}


def busy_hours(category: Category) -> tuple[float, ...]:
    """How busy such a market is in each UTC hour, 1 = ordinary."""
    return _TIMETABLES[category][0]


def hourly(table: tuple[float, ...], at: float) -> float:
    """The table's value at `at` (unix ms), between the middles of the UTC hours on a straight line."""
    place = (at % _DAY) / _HOUR - 0.5
    hour = math.floor(place)
    share = place - hour
    return table[hour % 24] * (1 - share) + table[(hour + 1) % 24] * share


class Temper:
    """The slow state that a market's ticks share: hour of day, calm and storm, bursts of news.

    `volatility` is the standard deviation of the log price over the square root of a second.
    """

    changes_only = True
    """Whether a quote is only sent to say something new; a book's often repeats."""

    def __init__(self, instrument: Instrument, chance: Random) -> None:
        self.chance = chance
        self._busy_table, self._wide_table = _TIMETABLES[instrument.category]
        self._mean_busy = sum(self._busy_table) / 24
        self._volatility = instrument.daily_volatility / math.sqrt(86_400)
        self._gap = instrument.gap * 1000
        self._spread = instrument.spread
        self._refreshed = -math.inf
        self._storm = chance.gauss(0.0, 0.35)  # log of the volatility's level, over tens of minutes
        self._breath = chance.gauss(0.0, 0.12)  # log of the spread's level, over minutes
        self._news = 0.0  # a burst that fades within minutes
        self.busy = 1.0
        self.wide = 1.0
        self.volatility = self._volatility
        self.refresh_due = -math.inf

    def refresh(self, at: float) -> None:
        """Moves the slow state on to `at`; to be called when `refresh_due` has come."""
        seconds = min((at - self._refreshed) / 1000, 3600.0)
        self._refreshed, self.refresh_due = at, at + _REFRESH
        chance = self.chance
        self._storm = _pulled(chance, self._storm, seconds / 1200, 0.35)
        self._breath = _pulled(chance, self._breath, seconds / 90, 0.12)
        self._news *= math.exp(-seconds / 60)
        if chance.random() < seconds / 5400:
            self._news += chance.expovariate(1.0)
        busy_hour = hourly(self._busy_table, at)
        stir = math.exp(self._storm) * (1 + self._news)
        self.busy = busy_hour * math.exp(0.5 * self._storm) * (1 + self._news)
        self.wide = hourly(self._wide_table, at) * math.exp(self._breath) * (1 + 0.6 * self._news)
        self.volatility = self._volatility * math.sqrt(busy_hour / self._mean_busy) * stir

    def gap(self) -> float:
        """Milliseconds to the next tick, more than 0."""
        raise NotImplementedError

    def spread(self) -> int:
        """The next quote's spread in points, at least 1."""
        raise NotImplementedError


def _pulled(chance: Random, level: float, share: float, deviation: float) -> float:
    """A level that wanders with this standard deviation and forgets itself after `share` = 1."""
    keep = math.exp(-share)
    return level * keep + deviation * math.sqrt(1 - keep * keep) * chance.gauss(0.0, 1.0)


class DealerTemper(Temper):
    """Bursts and pauses, a breathing spread."""

    _STEPS = (51, 51, 101, 101, 101, 101, 101, 101, 101, 102, 102, 103, 103, 152, 152, 203)
    _KEEPS_BURSTING = 0.58
    _STARTS_BURSTING = 0.42
    _TAIL = 1.3
    _LONGEST_PAUSE = 25.0  # in mean gaps, at a busyness of 1; busy hours know no long silence

    def __init__(self, instrument: Instrument, chance: Random) -> None:
        super().__init__(instrument, chance)
        # Half of the ticks come in bursts; the pauses make up the rest of the mean gap.
        pauses = max((self._gap - 0.5 * 105) / 0.5, 60.0)
        self._pause = math.log(pauses) - self._TAIL**2 / 2
        self._bursting = False

    def gap(self) -> float:
        chance = self.chance
        keeps = self._KEEPS_BURSTING if self._bursting else self._STARTS_BURSTING
        self._bursting = chance.random() < keeps
        if self._bursting:
            return self._STEPS[int(chance.random() * 16)] + chance.random()
        pause = math.exp(chance.gauss(self._pause, self._TAIL)) / self.busy
        return max(51.0, min(pause, self._LONGEST_PAUSE * self._gap / self.busy**2))

    def spread(self) -> int:
        return max(1, round(self._spread * self.wide * (1 + 0.28 * self.chance.gauss(0.0, 1.0))))


class BookTemper(Temper):
    """Steady ticks, pinned at the tightest spread or open wide for moments."""

    changes_only = False
    _STAYS_WIDE = 0.75
    _OPENS_WIDE = 0.15
    _WIDE_SHARE_OF_PRICE = 1.4e-4

    def __init__(self, instrument: Instrument, chance: Random) -> None:
        super().__init__(instrument, chance)
        self._wide_points = float(instrument.price / instrument.spec.point) * self._WIDE_SHARE_OF_PRICE
        self._open = False

    def gap(self) -> float:
        chance = self.chance
        kind = chance.random()
        if kind < 0.62:
            share = 1.02 + 0.06 * chance.gauss(0.0, 1.0)
        elif kind < 0.83:
            share = chance.random() * 0.8
        else:
            share = 1.05 + chance.expovariate(1.0)
        return max(1.0, share * self._gap / math.sqrt(self.busy))

    def spread(self) -> int:
        chance = self.chance
        self._open = chance.random() < (self._STAYS_WIDE if self._open else self._OPENS_WIDE)
        tight = max(1, round(self._spread))
        if not self._open:
            return tight
        return tight + int(chance.expovariate(1.0) * self._wide_points * self.wide)


def temper_of(instrument: Instrument, chance: Random) -> Temper:
    """An order book's temper for coins, a dealer's for everything else."""
    kind = BookTemper if instrument.category is Category.CRYPTO else DealerTemper
    return kind(instrument, chance)
