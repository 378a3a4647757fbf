"""What a night costs: swap, charged on every open position at 00:00 UTC.

In points mode only: lots x contract_size x point x the side's swap points, in the profit currency, converted
at the current rate. A symbol with a triple day (`swap_3day`, MetaTrader's day number, 0 = Sunday) pays on the
nights that follow Monday to Friday, three times on its triple day; one without pays every night alike.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.account.account_state import AccountState, profit_currency

_SATURDAY = 5
_POINTS = frozenset({"", "1", "points", "by points", "in points"})


def next_midnight(now: datetime) -> datetime:
    """The first 00:00 UTC after `now` (aware, UTC)."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def roll_over(state: AccountState, midnight: datetime) -> None:
    """Charge the night that begins at `midnight` on every open position."""
    for position in tuple(state.book.positions.values()):
        swap = swap_for(state, position.symbol, position.side, position.volume, midnight)
        if swap:
            state.book.charge(position, swap)


def swap_for(state: AccountState, symbol: str, side: Side, volume: Decimal, midnight: datetime) -> Decimal:
    """Swap of one night in the account's currency, rounded; negative is a cost."""
    spec = state.specs[symbol]
    points = spec.swap_long if side is Side.BUY else spec.swap_short
    nights = nights_charged(spec, midnight)
    rate = state.rates.of(profit_currency(spec))
    if not points or not nights or rate is None or (spec.swap_mode or "").lower() not in _POINTS:
        return Decimal(0)
    return state.money(volume * spec.contract_size * spec.point * points * nights * rate)


def nights_charged(spec: SymbolSpec, midnight: datetime) -> int:
    """How many nights this midnight counts for: 0, 1 or 3."""
    if spec.swap_3day is None:
        return 1
    ending = (midnight - timedelta(days=1)).weekday()
    if ending >= _SATURDAY:
        return 0
    return 3 if (ending + 1) % 7 == spec.swap_3day else 1
