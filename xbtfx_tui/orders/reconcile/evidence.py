"""What the history of deals proves of an order: it was executed, perhaps also closed again since. Pure.

Positions are the better witness where they can speak; deals speak for what came and went between two looks.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import PositionClosed
from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    Intent,
    OpenIntent,
    ReverseIntent,
    symbol_of,
)
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.orders.reconcile.held import Sight, Watched
from xbtfx_tui.orders.reconcile.matching import Found, Look, NotSeen, Several, opening_of, stop_differences

CLOCKS_MAY_DIFFER = 3_900.0
"""Seconds by which the server's clock and ours may differ: a broker's can be an hour off. A deal that was
known before the send is never taken for the order's, whatever its time; and a deal alone proves nothing."""
_OPENINGS = (DealEntry.IN, DealEntry.IN_OUT, None)
_CLOSINGS = (DealEntry.OUT, DealEntry.OUT_BY, DealEntry.IN_OUT)


class Read(msgspec.Struct, frozen=True):
    """A read of the history; `asked` is when."""

    deals: tuple[Deal, ...]
    asked: Instant


def known_deals(intent: Intent, deals: Iterable[Deal]) -> frozenset[int]:
    """The deals that can't be the intent's work, for they were known before it was sent."""
    symbol = symbol_of(intent)
    return frozenset(deal.ticket for deal in deals if symbol in (None, deal.symbol))


def look_in_deals(watched: Watched, rivals: Sequence[Watched], read: Read, sight: Sight) -> Look:
    """Whether the deals show that the intent was carried out; one candidate and one claimant, as ever."""
    match watched.intent:
        case OpenIntent() | CloseIntent() if sight.is_netting:
            return _one(_netted(watched, read), [_netted(rival, read) for rival in rivals], opens=False)
        case OpenIntent():
            return _one(_opened(watched, read, sight), [_opened(rival, read, sight) for rival in rivals])
        case ReverseIntent(ticket=ticket) if not sight.is_netting and ticket not in sight.positions:
            return _one(_opened(watched, read, sight), [_opened(rival, read, sight) for rival in rivals])
        case CloseIntent(ticket=ticket, held=held) as close if close.is_full:
            # A part can't be told from another part of the same size; the position itself shows it.
            return Found() if _taken_from(ticket, watched, read) >= held else NotSeen()
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket) if not sight.is_netting:
            tickets = (ticket, by_ticket)
            smaller = min(map(watched.held, tickets))
            each = [_taken_from(one, watched, read, (DealEntry.OUT_BY,)) for one in tickets]
            return Found() if min(each) >= smaller > 0 else NotSeen()
        case _:
            return NotSeen()


class _Work(msgspec.Struct):
    """Deals that belong together: one order's, or one position's opening."""

    volume: Decimal
    price: Decimal


def _opened(watched: Watched, read: Read, sight: Sight) -> dict[int, _Work]:
    """Hedging: what the intent may have opened, by the position's ticket."""
    wanted = opening_of(watched.intent)
    if wanted is None:
        return {}
    symbol, side, volume = wanted
    found: dict[int, _Work] = {}
    for deal in deals_since(watched, read):
        ticket = deal.position or deal.order
        if ticket is None or deal.entry not in _OPENINGS or (deal.symbol, deal.side) != (symbol, side):
            continue
        if ticket not in sight.claimed and not any(held.ticket == ticket for held in watched.before):
            _add(found, ticket, deal)
    return {
        ticket: work
        for ticket, work in found.items()
        if work.volume == volume and _stops_may_be(watched.intent, ticket, sight)
    }


def _stops_may_be(intent: Intent, ticket: int, sight: Sight) -> bool:
    """A position that is still there must have the stops that were sent; of one that is gone nobody knows."""
    position = sight.positions.get(ticket)
    if position is None or not isinstance(intent, OpenIntent):
        return True
    return not stop_differences(intent, position, sight.grid(position.symbol))


def _netted(watched: Watched, read: Read) -> dict[int, _Work]:
    """Netting: orders whose deals have the intent's symbol, side and volume, by the order's ticket."""
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume):
            pass
        case CloseIntent(symbol=symbol, side=held_side, volume=volume):
            side = held_side.opposite
        case _:
            return {}
    found: dict[int, _Work] = {}
    for deal in deals_since(watched, read):
        if (deal.symbol, deal.side) == (symbol, side):
            _add(found, deal.order or deal.ticket, deal)
    return {order: work for order, work in found.items() if work.volume == volume}


def _taken_from(
    ticket: int, watched: Watched, read: Read, entries: Collection[DealEntry] = _CLOSINGS
) -> Decimal:
    """Lots that deals took off the position since."""
    taken = (d.volume for d in deals_since(watched, read) if d.position == ticket and d.entry in entries)
    return sum(taken, Decimal(0))


def is_closed_again(ticket: int | None, watched: Watched, sight: Sight, read: Read | None) -> bool:
    """Whether the end of what the order opened is known: proven, told by the stream, or in the deals."""
    if ticket is None or ticket in sight.ended:
        return ticket is not None
    if any(isinstance(event, PositionClosed) and event.ticket == ticket for _, event in sight.events):
        return True
    if read is None:
        return False
    opened = (d.volume for d in deals_since(watched, read) if d.position == ticket and d.entry in _OPENINGS)
    return 0 < sum(opened, Decimal(0)) <= _taken_from(ticket, watched, read)


def deals_since(watched: Watched, read: Read) -> Iterable[Deal]:
    """The deals that may be the intent's work by what was known before it, and by the time."""
    earliest = watched.begun.wall - CLOCKS_MAY_DIFFER
    for deal in read.deals:
        if deal.ticket not in watched.deals and (deal.time is None or deal.time.timestamp() >= earliest):
            yield deal


def closings_since(watched: Watched, read: Read) -> int:
    """How many deals that took something off a position may have come since the send, whoever's they are."""
    symbol = symbol_of(watched.intent)
    return sum(
        deal.entry in _CLOSINGS and symbol in (None, deal.symbol) for deal in deals_since(watched, read)
    )


def _add(found: dict[int, _Work], ticket: int, deal: Deal) -> None:
    work = found.setdefault(ticket, _Work(Decimal(0), deal.price))
    work.volume += deal.volume


def _one(mine: dict[int, _Work], theirs: Sequence[dict[int, _Work]], *, opens: bool = True) -> Look:
    if not mine:
        return NotSeen()
    (ticket, work), *others = mine.items()
    if others or any(ticket in rival for rival in theirs):
        return Several(tuple(sorted(mine)))
    return Found(ticket if opens else None, work.price)
