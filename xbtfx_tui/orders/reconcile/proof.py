"""Who bears witness that an order was carried out, besides what is held: answer, stream, list, history. Pure.

Order safety, "What proves what": an outcome stands when two independent witnesses agree. That a position is
gone is proven by the store already (store.snapshots); here it is what came, grew, shrank or moved.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import (
    AccountEvent,
    DealDone,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    tickets_of,
)
from xbtfx_tui.domain.nearness import same_price, same_volume
from xbtfx_tui.domain.netting import held_volume
from xbtfx_tui.domain.outcomes import BulkClosed, Done, Filled, FilledInPart, HalfReversed, Result, Reversed
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.witnesses import Witness
from xbtfx_tui.orders.reconcile.evidence import Read, deals_since, look_in_deals
from xbtfx_tui.orders.reconcile.held import Sight, Watched
from xbtfx_tui.orders.reconcile.matching import Found, look, opening_of, wanted_stop


def says_done(result: Result | None) -> bool:
    """Whether the answer says that it was carried out, in full or in part; it is checked all the same."""
    return isinstance(result, Filled | FilledInPart | Reversed | HalfReversed | BulkClosed | Done)


def is_shown_by_what_is_gone(watched: Watched, sight: Sight) -> bool:
    """Whether the order shows by positions that are gone, which the store takes for gone when two say so."""
    match watched.intent:
        case CloseIntent(ticket=ticket) if not sight.is_netting:
            return ticket not in sight.positions
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return ticket not in sight.positions or by_ticket not in sight.positions
        case CloseSymbolIntent() | CloseAllIntent():
            return bool(watched.before)
        case _:
            return False


def witnesses_of(
    watched: Watched,
    result: Result | None,
    found: Found,
    volume: Decimal | None,
    sight: Sight,
    read: Read | None,
    rivals: Sequence[Watched] = (),
) -> frozenset[Witness]:
    """Those that agree with `found`; `volume` is what was found done, in lots, None where it has none;
    `rivals` are all others on their way."""
    return frozenset(_witnesses(watched, result, found, volume, sight, read, rivals))


def _witnesses(
    watched: Watched,
    result: Result | None,
    found: Found,
    volume: Decimal | None,
    sight: Sight,
    read: Read | None,
    rivals: Sequence[Watched],
) -> Iterator[Witness]:
    if _answer_agrees(watched, result, found, volume, sight):
        yield Witness.ANSWER
    if any(_tells_of(event, watched, found, volume, sight) for event in events_since(watched.begun, sight)):
        yield Witness.EVENT
    if _is_listed(watched, found, volume, sight, rivals):
        yield Witness.LIST
    if read is not None and watched.is_after_send(read.asked):
        deals = look_in_deals(watched, (), read, sight)
        by_deals = isinstance(deals, Found) and deals.ticket in (None, found.ticket)
        if by_deals or (volume is not None and _short_deals(watched, found, volume, read, sight)):
            yield Witness.DEAL


def _answer_agrees(
    watched: Watched, result: Result | None, found: Found, volume: Decimal | None, sight: Sight
) -> bool:
    """Whether the answer names a deal, and nothing in it speaks against what was found."""
    step = sight.grid(watched.intent_symbol).step
    match result:
        case Filled(deal=int(), order=order, volume=told):
            opens_ticket = isinstance(watched.intent, OpenIntent) and not sight.is_netting
            if opens_ticket and order not in (None, found.ticket):
                return False
            return told is None or volume is None or same_volume(told, volume, step)
        case Reversed(close_deal=int(), open_deal=int(), open_order=order, volume=told):
            if not sight.is_netting and order is not None and order != found.ticket:
                return False
            return told is None or volume is None or same_volume(told, volume, step)
        case _:
            return False


def events_since(begun: Instant, sight: Sight) -> Iterator[AccountEvent]:
    """The account channel's events since then, newest first."""
    for at, event in reversed(sight.events):
        if begun.age_at(at) < 0:
            return
        yield event


def opened_since(watched: Watched, sight: Sight) -> Found | None:
    """A position of its symbol and side that the stream told as opened since the send, be it gone again, and
    that is nobody else's; None where there is none, and on a netting account."""
    opening = opening_of(watched.intent)
    if opening is None or sight.is_netting:
        return None
    before = {held.ticket for held in watched.before}
    for event in events_since(watched.begun, sight):
        match event:
            case PositionOpened(ticket=ticket, symbol=symbol, side=side) if (symbol, side) == opening[:2]:
                if ticket not in before | sight.claimed:
                    return Found(ticket, event.price_open)
            case _:
                pass
    return None


def _tells_of(
    event: AccountEvent, watched: Watched, found: Found, volume: Decimal | None, sight: Sight
) -> bool:
    intent = watched.intent
    step = sight.grid(watched.intent_symbol).step
    match event:
        case PositionOpened(ticket=ticket, symbol=symbol, side=side):
            opening = opening_of(intent)
            same_ticket = sight.is_netting or ticket == found.ticket
            return opening is not None and same_ticket and (symbol, side) == opening[:2]
        case DealDone(deal=deal) if deal.ticket not in watched.deals and volume is not None:
            shape = _deal_of(watched)
            return (
                shape is not None
                and (deal.symbol, deal.side) == shape
                and same_volume(deal.volume, volume, step)
            )
        case PositionUpdated(ticket=ticket, volume=Decimal() as left):
            position = sight.positions.get(ticket)
            if position is None or not same_volume(position.volume, left, step):
                return False
            if sight.is_netting:
                return position.symbol == watched.intent_symbol
            return isinstance(intent, CloseIntent | CloseByIntent) and ticket in _closed_of(intent)
        case PositionUpdated(ticket=ticket, sl=sl, tp=tp) if isinstance(intent, ModifyIntent):
            digits = sight.grid(intent.symbol).digits
            pairs = ((wanted_stop(intent.sl), sl), (wanted_stop(intent.tp), tp))
            wanted = [(price, told) for price, told in pairs if price is not None]
            return ticket == intent.ticket and all(same_price(price, told, digits) for price, told in wanted)
        case PositionClosed(ticket=ticket) if isinstance(intent, CloseUnreadIntent):
            return ticket == intent.ticket
        case PositionClosed(ticket=ticket) if isinstance(intent, CloseByIntent):
            return ticket in _closed_of(intent)
        case PositionClosed(ticket=ticket) if sight.is_netting:
            return any(held.ticket == ticket for held in watched.before)
        case _:
            return False


def _deal_of(watched: Watched) -> tuple[str, Side] | None:
    """Symbol and side of the deal that the order makes; None where it makes none of its own."""
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side):
            return symbol, side
        case CloseIntent(symbol=symbol, side=side) | ReverseIntent(symbol=symbol, side=side):
            return symbol, side.opposite
        case _:
            return None


def _closed_of(intent: CloseIntent | CloseByIntent) -> tuple[int, ...]:
    match intent:
        case CloseIntent(ticket=ticket):
            return (ticket,)
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return ticket, by_ticket


def _is_listed(
    watched: Watched, found: Found, volume: Decimal | None, sight: Sight, rivals: Sequence[Watched]
) -> bool:
    """Whether a list that was asked for since shows the same by itself."""
    if sight.asked is None or not watched.is_after_send(sight.asked):
        return False
    step = sight.grid(watched.intent_symbol).step
    match watched.intent:
        case OpenIntent() | ReverseIntent() if not sight.is_netting:
            position = sight.listed.get(found.ticket or 0)
            return position is not None and (volume is None or same_volume(position.volume, volume, step))
        case CloseIntent(ticket=ticket, volume=asked) if not sight.is_netting and volume != asked:
            position = sight.listed.get(ticket)
            left = watched.held(ticket) - (volume or Decimal(0))
            return position is not None and position.volume <= left
        case _ if isinstance(look(watched, rivals, sight.as_listed()), Found):
            return True
        case _ if sight.is_netting and volume is not None and (shape := _deal_of(watched)) is not None:
            symbol, side = shape
            moved = held_volume(sight.listed.values(), symbol) - watched.net(symbol)
            return same_volume(moved * side.sign, volume, step)
        case _:
            return False


def _short_deals(watched: Watched, found: Found, volume: Decimal, read: Read, sight: Sight) -> bool:
    """Whether the deals of one order since, of its position, come to just this volume."""
    shape = _deal_of(watched)
    tickets = {ticket for ticket in (found.ticket, *tickets_of(watched.intent)) if ticket is not None}
    lots: dict[int, Decimal] = {}
    for deal in deals_since(watched, read):
        if shape == (deal.symbol, deal.side) and tickets & {deal.position, deal.order}:
            order = deal.order or deal.ticket
            lots[order] = lots.get(order, Decimal(0)) + deal.volume
    step = sight.grid(watched.intent_symbol).step
    return any(same_volume(one, volume, step) for one in lots.values())
