"""At what price a close was done and what it made, by what is known to tell of this very order. Pure.

It never works a figure out, and never takes one that another close may have made: then it is left out.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.intents import CloseByIntent, CloseIntent, CloseUnreadIntent, ReverseIntent
from xbtfx_tui.domain.order_outcomes import Filled, HalfReversed, Result, Reversed
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.price_equality import same_volume
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import DealDone, PositionClosed, PositionOpened
from xbtfx_tui.orders.reconcile.deal_evidence import Read, deals_since, surely_since
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.order_evidence import events_since


class CloseFigures(msgspec.Struct, frozen=True):
    """`profit` in the account's currency, `volume` in lots; None where nothing tells it."""

    price: Decimal | None = None
    profit: Decimal | None = None
    volume: Decimal | None = None


def close_figures(
    close: CloseIntent,
    watched: TrackedOrder,
    result: Result | None,
    volume: Decimal,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CloseFigures:
    """What is known of the close of so many lots: by the deal that the answer names, the position's deals in
    the history, the one deal of the stream that can be it, or (profit alone) the end of the position."""
    streamed, step = _streamed(watched, sight), sight.grid(close.symbol).step
    if isinstance(result, Filled) and result.deal is not None:
        named = [deal for deal in (*streamed, *(read.deals if read else ())) if deal.ticket == result.deal]
        told = named[0] if named else None
        # It may be the deal of a part alone, whose rest came later.
        if told is not None and same_volume(told.volume, volume, step):
            return CloseFigures(told.price if result.price is None else result.price, told.profit)
        if told is None and (result.volume is None or same_volume(result.volume, volume, step)):
            return CloseFigures(result.price)
    deals: Sequence[Deal] = ()
    if read is not None:
        deals = [
            deal
            for deal in deals_since(surely_since(watched, result, read, sight), read)
            if deal.position == close.ticket and deal.entry is DealEntry.OUT
        ]
        dealt = _dealt(deals)
        if dealt.volume is not None and same_volume(dealt.volume, volume, step):
            return CloseFigures(dealt.price, dealt.profit)
    shape = (close.symbol, close.side.opposite)
    of_its_shape = [deal for deal in streamed if (deal.symbol, deal.side) == shape]
    alike = [deal for deal in of_its_shape if same_volume(deal.volume, volume, step)]
    if len(alike) == 1 and _is_the_only_work(close, watched, sight):
        return CloseFigures(alike[0].price, alike[0].profit)
    price = result.price if isinstance(result, Filled) and result.deal is None else None
    # Of a close that was made by several deals the end of the position tells the last one's alone.
    is_of_one = not deals and len(of_its_shape) == len(alike) <= 1
    return CloseFigures(price, _told_at_the_end(close, watched, sight) if is_of_one else None)


def turned_figures(
    reverse: ReverseIntent,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CloseFigures:
    """What is known of the close that is a reverse's first half. Its second half makes a deal of the same
    symbol, side and lots, so that of two such deals of the stream the end of the position tells which it is.
    """
    close = CloseIntent(
        reverse.intent_id, reverse.ticket, reverse.symbol, reverse.side, reverse.held, reverse.held
    )
    match result:
        case Reversed(close_deal=deal, close_price=price) | HalfReversed(close_deal=deal, close_price=price):
            answer: Result | None = Filled(deal=deal, price=price, volume=reverse.held)
        case _:
            answer = None
    known = close_figures(close, watched, answer, reverse.held, sight, read)
    if known.profit is not None:
        return known
    made = _told_at_the_end(close, watched, sight)
    shape = (close.symbol, close.side.opposite)
    deals = [deal for deal in _streamed(watched, sight) if (deal.symbol, deal.side) == shape]
    step = sight.grid(close.symbol).step
    own = [one for one in deals if one.profit == made and same_volume(one.volume, reverse.held, step)]
    if not made or len(own) != 1:
        return known
    return CloseFigures(own[0].price if known.price is None else known.price, made)


def unread_figures(
    close: CloseUnreadIntent,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CloseFigures:
    """What is known of the close of a position of which its number alone was known: by its own deals."""
    if read is None:
        return CloseFigures()
    return _dealt(
        [
            deal
            for deal in deals_since(surely_since(watched, result, read, sight), read)
            if deal.position == close.ticket and deal.entry is DealEntry.OUT
        ]
    )


def pair_figures(
    close: CloseByIntent,
    watched: TrackedOrder,
    result: Result | None,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CloseFigures:
    """What closing two positions by each other made, both deals together: by those of one order in the
    history, one of each position and as many lots of the one as of the other; else by the only two deals of
    the symbol that the stream has told of since."""
    pair = {close.ticket, close.by_ticket}
    if read is None:
        return _streamed_pair(close, watched, sight)
    deals = [
        deal
        for deal in deals_since(surely_since(watched, result, read, sight), read)
        if deal.position in pair and deal.entry is DealEntry.OUT_BY
    ]
    if not deals:
        return _streamed_pair(close, watched, sight)
    is_one_order = len({deal.order for deal in deals}) == 1
    if len(deals) != len(pair) or {deal.position for deal in deals} != pair or not is_one_order:
        return CloseFigures()
    one, other = deals
    if one.volume != other.volume:
        return CloseFigures()
    return CloseFigures(None, one.profit + other.profit, one.volume)


def _streamed_pair(close: CloseByIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> CloseFigures:
    """The same by deals that name no position: where no others can be meant."""
    deals = [deal for deal in _streamed(watched, sight) if deal.symbol == close.symbol]
    lots = min(watched.held(close.ticket), watched.held(close.by_ticket))
    if watched.beside or len(deals) != len(Side) or {deal.volume for deal in deals} != {lots}:
        return CloseFigures()
    one, other = deals
    if one.side is other.side or any(
        isinstance(event, PositionOpened) and event.symbol == close.symbol
        for event in events_since(watched.begun, sight)
    ):
        return CloseFigures()
    return CloseFigures(None, one.profit + other.profit, lots)


def _dealt(deals: Sequence[Deal]) -> CloseFigures:
    """What these deals of a position come to, where they are one order's; their price where there is one."""
    if len({deal.order or deal.ticket for deal in deals}) != 1:
        return CloseFigures()
    price = deals[0].price if len(deals) == 1 else None
    lots = sum((deal.volume for deal in deals), Decimal(0))
    return CloseFigures(price, sum((deal.profit for deal in deals), Decimal(0)), lots)


def _streamed(watched: TrackedOrder, sight: HoldingsSnapshot) -> Sequence[Deal]:
    """The deals that the stream has told since the send, each once."""
    deals = {
        event.deal.ticket: event.deal
        for event in events_since(watched.begun, sight)
        if isinstance(event, DealDone) and event.deal.ticket not in watched.not_its_own
    }
    return tuple(deals.values())


def _is_the_only_work(close: CloseIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
    """Whether nothing else is known to have made a deal of that shape: a deal of the stream names no
    position, so that another one that shrank, ended or opened may be what it tells of."""
    if sight.is_netting or watched.beside:
        return False
    for held in watched.before:
        if held.ticket != close.ticket and (held.symbol, held.side) == (close.symbol, close.side):
            now = sight.positions.get(held.ticket)
            if now is None or now.volume != held.volume or held.ticket not in sight.listed:
                return False
    opening = (close.symbol, close.side.opposite)
    return not any(
        isinstance(event, PositionOpened) and (event.symbol, event.side) == opening
        for event in events_since(watched.begun, sight)
    )


def _told_at_the_end(close: CloseIntent, watched: TrackedOrder, sight: HoldingsSnapshot) -> Decimal | None:
    """What the stream told as realised at the end of the position; None of a part."""
    if not close.is_full:
        return None
    told = [
        event.profit
        for event in events_since(watched.begun, sight)
        if isinstance(event, PositionClosed) and event.ticket == close.ticket
    ]
    return told[0] if told else None
