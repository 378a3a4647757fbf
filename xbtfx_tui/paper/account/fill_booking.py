"""What every fill has in common, whatever the margin mode: a deal is booked, a position made or shrunk.

Prices are given; whether the fill may happen was asked before (see `trade_checks`).
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, PositionClosed, PositionOpened, PositionUpdated
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import Closed
from xbtfx_tui.paper.account.open_positions import HeldPosition


class Fill(msgspec.Struct, frozen=True):
    """An order being executed: `order` is its ticket, `price` where it fills, `sl`/`tp` None = none."""

    symbol: str
    side: Side
    volume: Decimal
    price: Decimal
    order: int
    at: datetime
    sl: Decimal | None = None
    tp: Decimal | None = None


def book_deal(
    state: AccountState,
    fill: Fill,
    entry: DealEntry,
    profit: Decimal,
    position: int,
    side: Side | None = None,
) -> Deal:
    """Book the fill as a deal of the position; `profit` with the swap it realises, before commission.

    The deal's own profit is net of its commission, also of the deal that opens: the API's deals have no field
    for it, and the balance must be what the deals sum up to.
    """
    deal = Deal(
        ticket=state.book.new_deal_ticket(),
        symbol=fill.symbol,
        side=side or fill.side,
        entry=entry,
        volume=fill.volume,
        price=fill.price,
        profit=profit - state.commission(fill.volume),
        time=fill.at,
        order=fill.order,
        position=position,
    )
    state.ledger.record(deal)
    state.events.append(DealDone(deal))
    return deal


def open_position(
    state: AccountState, fill: Fill, volume: Decimal, identifier: int | None = None
) -> HeldPosition:
    """Put a new position of `volume` into the book, under the ticket of the order that opens it."""
    position = HeldPosition(
        ticket=fill.order,
        identifier=identifier or fill.order,
        symbol=fill.symbol,
        side=fill.side,
        volume=volume,
        price_open=fill.price,
        sl=fill.sl,
        tp=fill.tp,
        margin=state.margin(fill.symbol, fill.side, volume, fill.price),
        price_current=fill.price,
    )
    state.book.add(position)
    state.revalue_one(position)
    state.events.append(PositionOpened(position.ticket, fill.symbol, fill.side, volume, fill.price))
    return position


def realised(state: AccountState, position: HeldPosition, volume: Decimal, price: Decimal) -> Decimal:
    """What closing `volume` lots at `price` brings: the price's part, and the swap's share, both rounded."""
    made = state.profit(position.symbol, position.side, position.price_open, price, volume)
    return made + swap_share(state, position, volume)


def swap_share(state: AccountState, position: HeldPosition, volume: Decimal) -> Decimal:
    """The swap that goes with `volume` lots of the position; the last lots take all that is left."""
    if volume == position.volume:
        return position.swap
    return state.money(position.swap * volume / position.volume)


def shrink(state: AccountState, position: HeldPosition, volume: Decimal, profit: Decimal) -> None:
    """Take `volume` lots off the position, or the position out of the book; `profit` is the deal's."""
    remaining = position.volume - volume
    if not remaining:
        state.book.remove(position)
        state.events.append(PositionClosed(position.ticket, position.symbol, profit))
        return
    margin = state.money(position.margin * remaining / position.volume)
    state.book.charge(position, -swap_share(state, position, volume))
    state.book.resize(position, remaining, margin)
    state.revalue_one(position)
    state.events.append(PositionUpdated(position.ticket, position.profit, position.price_current, remaining))


def close_at_market(state: AccountState, position: HeldPosition, volume: Decimal, now: datetime) -> Closed:
    """Close `volume` lots at the side's current price, by an order of its own."""
    fill = Fill(
        symbol=position.symbol,
        side=position.side.opposite,
        volume=volume,
        price=state.closing_price(position.symbol, position.side),
        order=state.book.new_order_ticket(),
        at=now,
    )
    remaining = position.volume - volume
    profit = realised(state, position, volume, fill.price)
    deal = book_deal(state, fill, DealEntry.OUT, profit, position.identifier)
    shrink(state, position, volume, deal.profit)
    return Closed(deal, remaining)
