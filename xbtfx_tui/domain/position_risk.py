"""What a position risks, and what it takes of the margin. Estimates to look at: what is not known is None."""

from collections.abc import Iterable
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account
from xbtfx_tui.domain.margins import MarginNotKnown, margin_of
from xbtfx_tui.domain.order_estimates import AccountRate, price_move_value
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.symbol_spec import SymbolSpec

_HUNDRED = 100


def result_at_sl(position: Position, spec: SymbolSpec, rate: AccountRate) -> Decimal | None:
    """What the position comes to from its open price to its sl, in the account's currency, without swap: a
    loss is negative. None without an sl, or where the rate is not known."""
    if position.sl is None:
        return None
    return price_move_value(spec, position.side, position.price_open, position.sl, position.volume, rate)


def in_risks(profit: Decimal, at_sl: Decimal | None) -> Decimal | None:
    """The profit as a multiple of what is lost at the sl (R). None where nothing is: then there is no risk to
    measure by."""
    return None if at_sl is None or at_sl >= 0 else profit / -at_sl


def margin_share(
    position: Position, spec: SymbolSpec, account: Account, held: Iterable[Position], rate: AccountRate
) -> Decimal | None:
    """How much of the account's margin the position takes, in percent. None where its margin or the rate is
    not known, and where an opposite position of its symbol shares it (`held` are all that are open)."""
    if account.margin <= 0:
        return None
    if any(one.symbol == position.symbol and one.side is not position.side for one in held):
        return None
    margin = margin_of(spec, position.side, position.volume, position.price_open, account.leverage)
    if isinstance(margin, MarginNotKnown) or (per_unit := rate(margin.currency)) is None:
        return None
    share = margin.amount * per_unit / account.margin * _HUNDRED
    return share if share <= _HUNDRED else None  # the account takes less for it than is known of its kind
