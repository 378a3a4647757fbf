"""Where prices have been, made up: a random walk back in time from today's quote; and sizes that fit.

Plausible, not true: for an account's seeded past alone. Nothing here is booked.
"""

import math
import random
from datetime import datetime, timedelta
from decimal import Decimal

from xbtfx_tui.domain.lot_steps import floor_to_step, volume_steps
from xbtfx_tui.domain.pip_size import forex_of
from xbtfx_tui.domain.quotes import to_decimal
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_state import AccountState

DAYS = 30

_FOREX_DAY, _CRYPTO_DAY, _OTHER_DAY = 0.005, 0.022, 0.011


def daily_move(spec: SymbolSpec) -> float:
    """A usual day's move as a fraction of the price, by the kind of instrument."""
    if forex_of(spec):
        return _FOREX_DAY
    return _CRYPTO_DAY if "crypto" in spec.path.lower() else _OTHER_DAY


class PastPrices:
    """A symbol's hourly mids over the last month, newest first, ending at its current quote."""

    def __init__(
        self, spec: SymbolSpec, quote: tuple[Decimal, Decimal], now: datetime, rng: random.Random
    ) -> None:
        self._spec = spec
        self._now = now
        self._half_spread = float(quote[1] - quote[0]) / 2
        level = float(quote[0] + quote[1]) / 2
        hourly = daily_move(spec) / math.sqrt(24)
        self._hours = [level]
        for _ in range(DAYS * 24 + 24):
            level *= math.exp(rng.gauss(0, hourly))
            self._hours.append(level)

    def fill(self, at: datetime, side: Side) -> Decimal:
        """Where an order of this side filled at that moment, at the symbol's digits."""
        ago = max(0.0, (self._now - at) / timedelta(hours=1))
        before, share = int(ago), ago - int(ago)
        mid = self._hours[before] * (1 - share) + self._hours[before + 1] * share
        return to_decimal(mid + self._half_spread * side.sign, self._spec.digits)


def fitting_volume(state: AccountState, symbol: str, rng: random.Random) -> Decimal | None:
    """Lots that a usual day moves the account under one percent with; None if the smallest is too much.

    A deal's commission is a thousandth of the deposit at most.
    """
    spec, deposit = state.specs[symbol], state.ledger.deposits
    steps = volume_steps(spec)
    price = state.opening_price(symbol, Side.BUY)
    moved = price * (1 + Decimal(str(daily_move(spec))))
    day = state.profit(symbol, Side.BUY, price, moved, steps.minimum)
    margin = state.margin(symbol, Side.BUY, steps.minimum, price)
    commission = state.commission(steps.minimum)
    if day * 33 > deposit or margin * 10 > deposit or commission * 1000 > deposit:
        return None
    by_risk = deposit * Decimal(str(round(rng.uniform(0.002, 0.008), 4))) / day if day else Decimal(1)
    by_margin = deposit / 12 / margin if margin else by_risk
    by_commission = deposit / 1000 / commission if commission else by_risk
    return floor_to_step(steps.minimum * min(by_risk, by_margin, by_commission), steps)
