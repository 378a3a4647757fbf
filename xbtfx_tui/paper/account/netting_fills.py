"""A netting account's way: one position a symbol, which every trade adds to, reduces, closes or flips.

Stops: a trade that flips brings its own (none, where it has none), one that only reduces leaves the held
ones. One that adds brings its own, too; what becomes of those it does not bring is the account's choice
(config.NettingStops), for the vendor does not say.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.store_events import PositionClosed, PositionUpdated
from xbtfx_tui.paper.account.account_config import NettingStops
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import Traded
from xbtfx_tui.paper.account.fill_booking import Fill, book_deal, open_position, realised, shrink
from xbtfx_tui.paper.account.open_positions import HeldPosition

AVERAGE_DECIMALS = 4
"""Decimals beyond the symbol's digits that an average open price keeps (rounded half to even)."""


def fill_netting(state: AccountState, fill: Fill) -> Traded:
    held = next(iter(state.book.of(fill.symbol)), None)
    if held is None:
        deal = book_deal(state, fill, DealEntry.IN, Decimal(0), fill.order)
        open_position(state, fill, fill.volume)
        return Traded(deal, fill.order)
    if held.side is fill.side:
        return add_to(state, held, fill)
    if fill.volume <= held.volume:
        return _reduce(state, held, fill)
    return _flip(state, held, fill)


def add_to(state: AccountState, held: HeldPosition, fill: Fill) -> Traded:
    """Let a position grow by the fill, at the average of both prices and with the fill's stops."""
    deal = book_deal(state, fill, DealEntry.IN, Decimal(0), held.identifier)
    volume = held.volume + fill.volume
    average = (held.price_open * held.volume + fill.price * fill.volume) / volume
    digits = state.specs[fill.symbol].digits + AVERAGE_DECIMALS
    held.price_open = average.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    held.sl = _stop_after_adding(state, held.sl, fill.sl)
    held.tp = _stop_after_adding(state, held.tp, fill.tp)
    added = state.margin(fill.symbol, fill.side, fill.volume, fill.price)
    state.book.resize(held, volume, held.margin + added)
    state.revalue_one(held)
    state.events.append(
        PositionUpdated(
            held.ticket, held.profit, held.price_current, volume, held.sl or Decimal(0), held.tp or Decimal(0)
        )
    )
    return Traded(deal, held.ticket)


def _stop_after_adding(state: AccountState, held: Decimal | None, brought: Decimal | None) -> Decimal | None:
    if brought is not None:
        return brought
    match state.config.netting_stops:
        case NettingStops.KEEP:
            return held
        case NettingStops.WIPE:
            return None


def _reduce(state: AccountState, held: HeldPosition, fill: Fill) -> Traded:
    profit = realised(state, held, fill.volume, fill.price)
    left = held.volume - fill.volume
    deal = book_deal(state, fill, DealEntry.OUT, profit, held.identifier)
    shrink(state, held, fill.volume, deal.profit)
    return Traded(deal, held.ticket if left else None)


def _flip(state: AccountState, held: HeldPosition, fill: Fill) -> Traded:
    """One deal closes what was held and opens the rest; the position goes on under the order's ticket."""
    profit = realised(state, held, held.volume, fill.price)
    deal = book_deal(state, fill, DealEntry.IN_OUT, profit, held.identifier)
    state.book.remove(held)
    state.events.append(PositionClosed(held.ticket, held.symbol, deal.profit))
    open_position(state, fill, fill.volume - held.volume, held.identifier)
    return Traded(deal, fill.order)
