"""What a reverse comes to before it is sent: a close and an opening of the same size. Estimates alone."""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.estimates import AccountRate, estimate_open, margin_in_account
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.symbols import SymbolSpec


class ReverseEstimate(msgspec.Struct, frozen=True):
    """`price` is where the opposite would open (and the position close); the rest is in the account's
    currency, `level_after` in percent; None where a rate or the account is not known."""

    price: Decimal
    spread_cost: Decimal | None
    margin_after: Decimal | None
    free_after: Decimal | None
    level_after: Decimal | None


def estimate_reverse(
    position: Position,
    spec: SymbolSpec,
    bid: Decimal,
    ask: Decimal,
    account: Account | None,
    rate: AccountRate,
) -> ReverseEstimate:
    """The account once the position is closed and its opposite open, at these prices.

    The API does not say what margin a position holds: it is taken to be what it would need if opened now,
    so that what is left of the account's margin is another's. The same on a netting account.
    """
    opposite = position.side.opposite
    opening = OpenIntent("", position.symbol, opposite, position.volume, Decimal(0))
    without = None if account is None else _without(account, position, spec, bid, ask, rate)
    estimate = estimate_open(opening, spec, bid, ask, without, rate)
    margin_after = None
    if without is not None and estimate.margin is not None:
        margin_after = without.margin + estimate.margin
    return ReverseEstimate(
        estimate.price, estimate.spread_cost, margin_after, estimate.free_after, estimate.level_after
    )


def _without(
    account: Account, position: Position, spec: SymbolSpec, bid: Decimal, ask: Decimal, rate: AccountRate
) -> Account | None:
    """The account once the position's margin is free; its profit becomes balance, so the equity stays."""
    price = ask if position.side.sign > 0 else bid
    held = margin_in_account(spec, position.side, position.volume, price, account, rate)
    if held is None:
        return None
    margin = max(Decimal(0), account.margin - held)
    return replace(account, margin=margin, margin_free=account.equity - margin)
