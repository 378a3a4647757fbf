"""A hedging account's way: every trade is a position of its own, and opposite ones can close each other."""

from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import ClosedBy, Traded
from xbtfx_tui.paper.account.fill_booking import Fill, book_deal, open_position, realised, shrink, swap_share
from xbtfx_tui.paper.account.open_positions import HeldPosition


def fill_hedging(state: AccountState, fill: Fill) -> Traded:
    """Open a position under the order's ticket."""
    deal = book_deal(state, fill, DealEntry.IN, Decimal(0), fill.order)
    open_position(state, fill, fill.volume)
    return Traded(deal, fill.order)


def close_by(state: AccountState, one: HeldPosition, other: HeldPosition, now: datetime) -> ClosedBy:
    """Set two opposite positions against each other: the smaller closes, the larger shrinks by it.

    Each position is closed at the price the other was opened at, so the spread is not paid again. As in
    MetaTrader the first deal carries the profit of the pair; the second only its own swap. Each pays its own
    commission.
    """
    volume = min(one.volume, other.volume)
    order = state.book.new_order_ticket()
    first = Fill(one.symbol, one.side.opposite, volume, other.price_open, order, now)
    second = Fill(other.symbol, other.side.opposite, volume, one.price_open, order, now)
    profit = realised(state, one, volume, other.price_open)
    swap = swap_share(state, other, volume)
    deals = (
        book_deal(state, first, DealEntry.OUT_BY, profit, one.identifier),
        book_deal(state, second, DealEntry.OUT_BY, swap, other.identifier),
    )
    for position, deal in zip((one, other), deals, strict=True):
        shrink(state, position, volume, deal.profit)
    return ClosedBy(deals)
