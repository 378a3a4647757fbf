"""What a symbol moves on a usual day, and how large a position of it fits an account: for a past that a
trader would believe. Nothing here is booked.
"""

import random
from decimal import Decimal

from xbtfx_tui.domain.lot_steps import floor_to_step, volume_steps
from xbtfx_tui.domain.pip_size import forex_of
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_state import AccountState

_FOREX_DAY, _CRYPTO_DAY, _OTHER_DAY = 0.005, 0.022, 0.011


def daily_move(spec: SymbolSpec) -> float:
    """A usual day's move as a fraction of the price, by the kind of instrument."""
    if forex_of(spec):
        return _FOREX_DAY
    return _CRYPTO_DAY if "crypto" in spec.path.lower() else _OTHER_DAY


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
    if day * 50 > deposit or margin * 10 > deposit or commission * 1000 > deposit:
        return None
    by_risk = deposit * Decimal(str(round(rng.uniform(0.002, 0.008), 4))) / day if day else Decimal(1)
    by_margin = deposit / 12 / margin if margin else by_risk
    by_commission = deposit / 1000 / commission if commission else by_risk
    return floor_to_step(steps.minimum * min(by_risk, by_margin, by_commission), steps)
