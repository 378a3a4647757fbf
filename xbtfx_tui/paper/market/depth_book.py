"""The book behind a quote: five levels a side, made when somebody looks. Never moves the market.

The same quote always has the same book: levels come from a hash of seed and tick, not from a random state,
so that looking changes nothing.
"""

import math
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from xbtfx_tui.domain.pip_size import forex_of
from xbtfx_tui.paper.market.instruments import Category, Instrument

LEVELS = 5
_MASK = (1 << 64) - 1

_FRONT_NOTIONAL = {
    Category.FOREX: 1_200_000.0,
    Category.METALS: 900_000.0,
    Category.INDICES: 600_000.0,
    Category.ENERGIES: 400_000.0,
    Category.CRYPTO: 90_000.0,
    Category.STOCKS: 60_000.0,
}
"""What the best level usually holds, in dollars or near enough to them."""


class BookLevel(NamedTuple):
    """`volume` is in units of the base (shares, barrels, euros), not in lots."""

    price: Decimal
    volume: float


BookLevels: TypeAlias = tuple[BookLevel, ...]


class DepthBook:
    """One symbol's book; built once, asked often."""

    def __init__(self, instrument: Instrument, seed: int) -> None:
        spec = instrument.spec
        self._seed = hash_of(seed, *instrument.name.encode())
        self._point = spec.point
        self._unit = float((spec.volume_step or Decimal(1)) * spec.contract_size)
        # Forex counts in its base currency, near enough to a dollar; the rest in pieces of the price.
        worth = 1.0 if forex_of(spec) else max(_dollars(instrument), 1e-9)
        self._front = _FRONT_NOTIONAL[instrument.category] / worth

    def levels(self, bid: Decimal, ask: Decimal, count: int) -> tuple[BookLevels, BookLevels]:
        """Bids and asks, best first, the first of each at the quote; never a price of 0 or less."""
        spread = max(1, int((ask - bid) / self._point))
        return self._side(bid, -self._point, spread, count * 2), self._side(
            ask, self._point, spread, count * 2 + 1
        )

    def _side(self, price: Decimal, step: Decimal, spread: int, salt: int) -> BookLevels:
        levels = []
        for place in range(LEVELS):
            if price <= 0:
                break
            dice = hash_of(self._seed, salt, place)
            chance = (dice & 0xFFFFFFFF) / 0x1_0000_0000
            wanted = self._front * (0.7 + 0.45 * place) * math.exp(1.6 * chance - 0.8)
            volume = max(1, round(wanted / self._unit)) * self._unit
            levels.append(BookLevel(price, round(volume, 8)))
            price += step * max(1, round(spread * (0.25 + 0.5 * ((dice >> 32) & 0xFF) / 256)))
        return tuple(levels)


def _dollars(instrument: Instrument) -> float:
    """A unit's rough worth in dollars; what is priced in euros and the like is close enough as it is."""
    rough = {"JPY": 1 / 155, "HKD": 1 / 7.8, "BTC": 91_000.0}
    return float(instrument.price) * rough.get(instrument.spec.currency_profit or "USD", 1.0)


def hash_of(seed: int, *parts: int) -> int:
    """64 well-mixed bits (splitmix64), the same on every machine."""
    state = seed & _MASK
    for part in parts:
        state = (state ^ (part & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state
