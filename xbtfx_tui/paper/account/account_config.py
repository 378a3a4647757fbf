"""What kind of account the paper exchange keeps. Values only: nothing here trades or computes money."""

from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.domain.accounts import MarginMode

CURRENCIES = ("USD", "USDT", "BTC", "ETH", "XRP")


class NettingStops(Enum):
    """What becomes of a stop of a netting position when a trade without one adds to it.

    The vendor does not say; a stop that the trade brings takes the place of the held one either way.
    """

    KEEP = "keep"
    WIPE = "wipe"


class EngineConfig(msgspec.Struct, frozen=True):
    """An account and its limits.

    `balance` is the deposit, in `currency` (one of `CURRENCIES`). `leverage` is the N of 1:N. The two
    levels are margin levels in percent: at or below `margin_call_level` the account is warned once, at or
    below `stop_out_level` positions are closed, the largest loss first. Order tickets (which positions
    take) and deal tickets count up from `first_order` and `first_deal`. `commission` is what every deal costs
    per lot, in `currency`.

    Raises ValueError, with a sentence for the user, for an account that can't exist.
    """

    balance: Decimal = Decimal(10_000)
    currency: str = "USD"
    leverage: int = 100
    margin_mode: MarginMode = MarginMode.HEDGING
    login: int = 7_100_001
    server: str = "XBTFX-Paper"
    max_positions: int = 200
    margin_call_level: Decimal = Decimal(100)
    stop_out_level: Decimal = Decimal(50)
    first_order: int = 40_000_001
    first_deal: int = 80_000_001
    netting_stops: NettingStops = NettingStops.KEEP
    commission: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            raise ValueError(f"The account's currency must be one of {', '.join(CURRENCIES)}.")
        if not self.balance.is_finite() or self.balance <= 0:
            raise ValueError("The account's balance must be more than 0.")
        if not self.commission.is_finite() or self.commission < 0:
            raise ValueError("The commission per lot must be 0 or more.")
        if self.leverage < 1:
            raise ValueError("The leverage must be 1 or more, for example 100 for 1:100.")
