"""Whose money it is: account figures, what the key may do, and how many decimals a currency has."""

from decimal import Decimal
from enum import Enum

import msgspec


class MarginMode(Enum):
    """How positions live side by side; fixed per key; the value is the API's own word."""

    HEDGING = "hedging"
    NETTING = "netting"


class Permission(Enum):
    """What a key may do; the value is the API's own word."""

    TRADE = "trade"
    READ = "read"


class KeyStatus(msgspec.Struct, frozen=True):
    """What GET /v1/auth/status says of the key."""

    login: int
    tier: str
    status: str
    permissions: frozenset[Permission]
    margin_mode: MarginMode
    server: str | None = None

    @property
    def may_trade(self) -> bool:
        return Permission.TRADE in self.permissions


FIGURES_KEPT_SECONDS = 2.0
"""How long the server gives the account's figures again before it works them out anew (the API's table)."""


class Account(msgspec.Struct, frozen=True):
    """The account's figures, all in its own currency. `currency` is None where the API does not name it.

    `leverage` is the N of 1:N, None where it can't be read. `margin_level` is in percent, None while no
    margin is used.
    """

    login: int
    balance: Decimal
    equity: Decimal
    margin: Decimal
    margin_free: Decimal
    profit: Decimal
    leverage: int | None
    margin_mode: MarginMode
    currency: str | None = None
    margin_level: Decimal | None = None
    server: str | None = None


_MOST_DECIMALS = 8
_DECIMALS = {"BTC": 8, "ETH": 8, "XRP": 6}


def currency_decimals(currency: str | None) -> int:
    """Decimals that money of this currency is shown with: 2, but 8 for BTC and ETH, 6 for XRP."""
    return _DECIMALS.get(currency or "", 2)


def money_decimals(amount: Decimal, currency: str | None) -> int:
    """Decimals that an amount is shown with: its currency's, or as it was given while that is not known."""
    if currency is not None:
        return currency_decimals(currency)
    exponent = amount.as_tuple().exponent
    return min(max(0, -exponent), _MOST_DECIMALS) if isinstance(exponent, int) else 0


def margin_level_percent(equity: Decimal, margin: Decimal) -> Decimal | None:
    """Equity / margin x 100 (MetaTrader's margin level); None while no margin is used."""
    return equity / margin * 100 if margin > 0 else None
