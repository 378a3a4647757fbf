"""What a reverse comes to before it is sent: a close and an opening of the same size. Estimates alone."""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, margin_level_percent
from xbtfx_tui.domain.bounded_figures import AtMost, Figure, careful_side, what_is_left
from xbtfx_tui.domain.hedged_margin import margin_change
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_estimates import AccountRate, Beside, estimate_open, legs_of, margin_in_account
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.symbol_spec import SymbolSpec


class ReverseEstimate(msgspec.Struct, frozen=True):
    """`price` is where the opposite would open (and the position close); the rest is in the account's
    currency, `level_after` in percent; None where a rate or the account is not known."""

    price: Decimal
    spread_cost: Decimal | None
    margin_after: Figure | None
    free_after: Figure | None
    level_after: Figure | None


def estimate_reverse(
    position: Position,
    spec: SymbolSpec,
    bid: Decimal,
    ask: Decimal,
    account: Account | None,
    rate: AccountRate,
    beside: Beside = (),
) -> ReverseEstimate:
    """The account once the position is closed and its opposite open, at these prices.

    The API does not say what margin a position holds: it is taken to be what it would need if opened now,
    so that what is left of the account's margin is another's. The same on a netting account. `beside` are
    the symbol's other positions on a hedging account, None where they are not known for certain.
    """
    opposite = position.side.opposite
    opening = OpenIntent("", position.symbol, opposite, position.volume, Decimal(0))
    without = None if account is None else _without(account, position, spec, bid, ask, rate)
    estimate = estimate_open(opening, spec, bid, ask, without, rate)
    price, spread = estimate.price, estimate.spread_cost
    if account is None or without is None or estimate.margin is None:
        return ReverseEstimate(price, spread, None, None, None)
    alone = careful_side(estimate.margin)
    if beside == ():
        after: Figure = without.margin + alone
    else:
        after = _beside_others(account, position, alone, spec, rate, beside)
    if spread is None:
        return ReverseEstimate(price, spread, after, None, None)
    used, equity = careful_side(after), account.equity - spread
    level = margin_level_percent(equity, used)
    return ReverseEstimate(
        price, spread, after, what_is_left(after, equity - used), what_is_left(after, level)
    )


def _beside_others(
    account: Account,
    position: Position,
    new: Decimal,
    spec: SymbolSpec,
    rate: AccountRate,
    beside: Beside,
) -> Figure:
    """The account's margin after the reverse where the position is, or may be, one of several; `new` is what
    the opposite takes by itself."""
    own = margin_in_account(spec, position.side, position.volume, position.price_open, account, rate)
    others = None if beside is None else legs_of(beside, spec, account, rate)
    if own is None or others is None:
        # At the worst its close uncovers an opposite of the size, and what it opens has none.
        return AtMost(account.margin + (own or new) + new)
    before = others.plus(position.side, position.volume, own)
    after = others.plus(position.side.opposite, position.volume, new)
    change = margin_change(before, after, spec)
    used = max(Decimal(0), account.margin + careful_side(change))
    return used if isinstance(change, Decimal) else AtMost(used)


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
