"""What the history of deals proves of an order: it was executed, perhaps also closed again since. Pure.

Positions are the better witness where they can speak; deals speak for what came and went between two looks.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseByIntent,
    CloseIntent,
    CloseUnreadIntent,
    Intent,
    OpenIntent,
    ReverseIntent,
    symbol_of,
    tickets_of,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_outcomes import BulkClosed, Filled, Result, deals_named
from xbtfx_tui.domain.positions import Deal, DealEntry, HistoryPeriod
from xbtfx_tui.domain.price_equality import same_volume
from xbtfx_tui.domain.store_events import DealDone, PositionClosed
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore, HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.position_matching import (
    CarriedOut,
    Look,
    Several,
    Unseen,
    is_new_of_its_side,
    opening_of,
    stop_differences,
)
from xbtfx_tui.orders.reconcile.volume_effects import (
    may_be_taken_for,
    net_effect_of,
    off_by,
    takes_all,
)

CLOCKS_MAY_DIFFER = 3_900.0
"""Seconds by which the server's clock and ours may differ: a broker's can be an hour off. A deal that was
known before the send is never taken for the order's, whatever its time; and a deal alone proves nothing."""
KNOWN_BACK_TO = 36 * 3600.0
"""Seconds before a send for which all deals were known, where the history had been read: that of the last 3
days, which may begin two midnights ago."""
_NOTHING = Decimal(0)
_TIMES_MAY_DIFFER = 5.0
"""Seconds by which a deal's own time and ours may differ where both clocks are right."""
_OPENINGS = (DealEntry.IN, DealEntry.IN_OUT, None)
_CLOSINGS = (DealEntry.OUT, DealEntry.OUT_BY, DealEntry.IN_OUT)


class Read(msgspec.Struct, frozen=True):
    """A read of the history of this period; `asked` is when."""

    deals: tuple[Deal, ...]
    asked: Instant
    period: HistoryPeriod = HistoryPeriod.LAST_3_DAYS


def known_deals(intent: Intent, deals: Iterable[Deal]) -> frozenset[int]:
    """The deals that can't be the intent's work, for they were known before it was sent."""
    symbol = symbol_of(intent)
    return frozenset(deal.ticket for deal in deals if symbol in (None, deal.symbol))


def look_in_deals(
    watched: TrackedOrder, rivals: Sequence[TrackedOrder], read: Read, sight: HoldingsSnapshot
) -> Look:
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
            return CarriedOut() if _taken_from(ticket, watched, read) >= held else Unseen()
        case CloseUnreadIntent(ticket=ticket):
            return CarriedOut() if _is_closed(ticket, watched, read) else Unseen()
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket) if not sight.is_netting:
            tickets = (ticket, by_ticket)
            smaller = min(map(watched.held, tickets))
            each = [_taken_from(one, watched, read, (DealEntry.OUT_BY,)) for one in tickets]
            return CarriedOut() if min(each) >= smaller > 0 else Unseen()
        case _:
            return Unseen()


def closed_by_deals(
    close: CloseByIntent, volume: Decimal, watched: TrackedOrder, read: Read, sight: HoldingsSnapshot
) -> bool:
    """Whether deals since closed just so many lots of both positions by each other."""
    step = sight.grid(close.symbol).step
    each = [_taken_from(one, watched, read, (DealEntry.OUT_BY,)) for one in (close.ticket, close.by_ticket)]
    return all(same_volume(one, volume, step) for one in each)


def closed_each_other(
    close: CloseByIntent, watched: TrackedOrder, rivals: Sequence[TrackedOrder], read: Read
) -> bool:
    """Whether deals since tell that the two positions closed each other: by one order, as many lots of the
    one as of the other. Where no order is named these have to be all that was left of the smaller one by what
    else is known to be done. Of two such orders for both, or where none is named for one of them, it may be
    either one's work."""
    pair = {close.ticket, close.by_ticket}
    asked = [one.intent for one in (*rivals, *watched.done) if isinstance(one.intent, CloseByIntent)]
    if any(pair == set(tickets_of(one)) for one in asked):
        return False
    orders: dict[int | None, dict[int, Decimal]] = {}
    for deal in deals_since(watched, read):
        if deal.entry is DealEntry.OUT_BY and deal.position is not None and deal.position in pair:
            lots = orders.setdefault(deal.order, {})
            lots[deal.position] = lots.get(deal.position, _NOTHING) + deal.volume
    unnamed = orders.pop(None, {})
    if any(lots.keys() == pair and len(set(lots.values())) == 1 for lots in orders.values()):
        return True
    if unnamed.keys() != pair or any(not pair.isdisjoint(tickets_of(one)) for one in asked):
        return False
    beside = [done for done in watched.done if not takes_all(done.intent)]
    left = min(watched.held(ticket) - off_by(beside, ticket) for ticket in pair)
    return len(set(unnamed.values())) == 1 and unnamed[close.ticket] >= left


def is_closed_otherwise(close: CloseByIntent, watched: TrackedOrder, read: Read) -> bool:
    """Whether deals since, whoever's, took something off one of both positions, and not by the other one."""
    anyones = replace(watched, theirs=frozenset())
    return any(_taken_from(one, anyones, read, (DealEntry.OUT,)) for one in (close.ticket, close.by_ticket))


class _Work(msgspec.Struct):
    """Deals that belong together: one order's, or one position's opening."""

    volume: Decimal
    price: Decimal


def _opened(watched: TrackedOrder, read: Read, sight: HoldingsSnapshot) -> dict[int, _Work]:
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


def _stops_may_be(intent: Intent, ticket: int, sight: HoldingsSnapshot) -> bool:
    """A position that is still there must have the stops that were sent; of one that is gone nobody knows."""
    position = sight.positions.get(ticket)
    if position is None or not isinstance(intent, OpenIntent):
        return True
    return not stop_differences(intent, position, sight.grid(position.symbol))


def _netted(watched: TrackedOrder, read: Read) -> dict[int, _Work]:
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
    ticket: int, watched: TrackedOrder, read: Read, entries: Collection[DealEntry] = _CLOSINGS
) -> Decimal:
    """Lots that deals took off the position since."""
    taken = (d.volume for d in deals_since(watched, read) if d.position == ticket and d.entry in entries)
    return sum(taken, Decimal(0))


def balances(watched: TrackedOrder, read: Read, sight: HoldingsSnapshot) -> bool:
    """Whether the history and the last list of a netting account tell the same by themselves: the deals since
    the send come to just the lots by which the list's signed volume moved. Those of orders that are known to
    be done are all among these deals, or none of them is, where answers named them."""
    if not sight.is_netting or sight.asked is None or not watched.is_after_send(sight.asked):
        return False
    symbol, step = watched.intent_symbol, sight.grid(watched.intent_symbol).step
    effects = [one.side.sign * one.volume for one in deals_since(watched, read) if one.symbol == symbol]
    by_list = held_volume(sight.listed.values(), symbol) - watched.net(symbol)
    by_done = sum((net_effect_of(one, symbol) for one in watched.done), Decimal(0))
    by_deals = sum(effects, Decimal(0))
    # Where they come to nothing, a list that did not move tells of nothing.
    return by_deals != 0 and any(same_volume(by_deals, one, step) for one in (by_list, by_list - by_done))


def told_by_both(
    watched: TrackedOrder,
    rivals: Sequence[TrackedOrder],
    result: Result | None,
    several: Several,
    sight: HoldingsSnapshot,
    read: Read | None,
) -> CarriedOut | None:
    """Netting: its work, where the net volume alone does not say whose it is: just one order's deals are as
    this one's would be, no other comes into question for them, and the list tells the same as all deals."""
    if read is None or not watched.is_after_send(read.asked) or not sight.is_netting:
        return None
    if any(may_be_taken_for(one, watched) for one in (*rivals, *watched.done)):
        return None
    sure = surely_since(watched, result, read, sight)
    if not isinstance(look_in_deals(sure, rivals, read, sight), CarriedOut) or not balances(
        sure, read, sight
    ):
        return None
    opens = isinstance(watched.intent, OpenIntent)
    return CarriedOut(next(iter(several.tickets), None) if opens else None)


def is_named_in_full(
    watched: TrackedOrder, result: Result | None, read: Read, sight: HoldingsSnapshot
) -> bool:
    """Whether the history has the deal that the answer to a netting account's order names, and the deals of
    that order come to what was asked for."""
    if not sight.is_netting or not isinstance(result, Filled):
        return False
    named = {deal.order or deal.ticket for deal in read.deals if deal.ticket == result.deal}
    return not named.isdisjoint(_netted(watched, read))


def _is_closed(ticket: int, watched: TrackedOrder, read: Read) -> bool:
    """Whether deals since closed a position of which nothing else is known: all of it, as far as the history
    reaches back to its opening."""
    lots = lots_by_position(read.deals).get(ticket, _NO_LOTS)
    return lots.closed >= lots.opened and _taken_from(ticket, watched, read) > 0


class DealtLots(NamedTuple):
    """What deals put into a position, and what they took off it; a deal that turned it, or that does not tell
    what it did, only puts in."""

    opened: Decimal
    closed: Decimal

    @property
    def come_to_nothing(self) -> bool:
        """Whether nothing is left: on a hedging account it has ended, whatever the clocks say."""
        return self.closed >= self.opened > 0


_NO_LOTS = DealtLots(Decimal(0), Decimal(0))


def lots_by_position(deals: Iterable[Deal]) -> dict[int, DealtLots]:
    """The sums of all that a history has of each position; a deal that comes twice counts once."""
    sums: dict[int, DealtLots] = {}
    for deal in {deal.ticket: deal for deal in deals}.values():
        if deal.position is not None:
            opened, closed = sums.get(deal.position, _NO_LOTS)
            if deal.entry in (DealEntry.OUT, DealEntry.OUT_BY):
                sums[deal.position] = DealtLots(opened, closed + deal.volume)
            else:
                sums[deal.position] = DealtLots(opened + deal.volume, closed)
    return sums


def is_closed_by_several(ticket: int, read: Read) -> bool:
    """Whether the deals of more than one order took something off the position."""
    closings = [deal for deal in read.deals if deal.position == ticket and deal.entry in _CLOSINGS]
    return len({deal.order or deal.ticket for deal in closings}) > 1


def is_closed_again(
    ticket: int | None, watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None
) -> bool:
    """Whether the end of what the order opened is known: proven, told by the stream, or in the deals."""
    if ticket is None or ticket in sight.ended:
        return ticket is not None
    if any(isinstance(event, PositionClosed) and event.ticket == ticket for _, event in sight.events):
        return True
    if read is None:
        return False
    anyones = replace(watched, theirs=frozenset())  # another order's deal may have closed it
    opened = (d.volume for d in deals_since(anyones, read) if d.position == ticket and d.entry in _OPENINGS)
    return 0 < sum(opened, Decimal(0)) <= _taken_from(ticket, anyones, read)


def deals_since(watched: TrackedOrder, read: Read) -> Iterable[Deal]:
    """The deals that may be the intent's work by what was known before it, and by the time where not all was
    known: they rule out that nothing was done. That it was, only those tell that are `surely_since`."""
    earliest = watched.begun.wall - (KNOWN_BACK_TO if watched.is_history_read else CLOCKS_MAY_DIFFER)
    not_its_own = watched.not_its_own
    for deal in read.deals:
        if deal.ticket not in not_its_own and (deal.time is None or deal.time.timestamp() >= earliest):
            yield deal


def surely_since(
    watched: TrackedOrder, result: Result | None, read: Read, sight: HoldingsSnapshot
) -> TrackedOrder:
    """The order as it is looked for by the deals that are known to be no older than it is: those that a
    history read before the send did not have, those that its answer names, and on a hedging account the
    openings of positions that are listed since, and all that was taken off one that held all of its opening
    before. No clock tells that they are: a broker's may be an hour off, and so may be the times of its deals
    alone. One that is older by its time, and of which the stream has not told since, may be older."""
    named, new, whole = deals_named(result), set[int](), set[int]()
    if watched.is_history_read:
        older = _older_by_their_time(watched, read, sight) - named
        return replace(watched, deals=watched.deals | older) if older else watched
    if not sight.is_netting:
        lots = lots_by_position(read.deals)
        new = {one.ticket for one in sight.listed.values() if is_new_of_its_side(watched, one)}
        whole = {one.ticket for one in watched.before if lots.get(one.ticket, _NO_LOTS).opened == one.volume}
    known_since = {DealEntry.IN: new, DealEntry.OUT: whole, DealEntry.OUT_BY: whole}
    may_be_older = {
        deal.ticket
        for deal in read.deals
        if deal.ticket not in named
        and (deal.entry is None or deal.position not in known_since.get(deal.entry, ()))
    }
    return replace(watched, deals=watched.deals | may_be_older)


def _older_by_their_time(watched: TrackedOrder, read: Read, sight: HoldingsSnapshot) -> frozenset[int]:
    """The deals that are older than the send by their own time, and of which the stream was silent since."""
    since = watched.begun.wall - _TIMES_MAY_DIFFER
    older = {one.ticket for one in read.deals if one.time is not None and one.time.timestamp() < since}
    for at, event in reversed(sight.events if older else ()):
        if not watched.is_after_send(at):
            break
        if isinstance(event, DealDone):
            older.discard(event.deal.ticket)
    return frozenset(older)


def closings_since(watched: TrackedOrder, read: Read) -> int:
    """How many deals that took something off a position may have come since the send, whoever's they are."""
    symbol = symbol_of(watched.intent)
    return sum(
        deal.entry in _CLOSINGS and symbol in (None, deal.symbol) for deal in deals_since(watched, read)
    )


def are_closed(watched: TrackedOrder, result: BulkClosed, read: Read, sight: HoldingsSnapshot) -> bool:
    """Whether the history has the closing deal of each position that the answer to a bulk close names, and
    the answer says of none that it was not closed."""
    sure = surely_since(watched, result, read, sight)
    closings = [deal for deal in deals_since(sure, read) if deal.entry in _CLOSINGS]
    named = {deal.ticket for deal in closings} | {deal.position for deal in closings}
    told = result.closed == len(result.lines) and not result.failed
    return told and all(
        line.is_closed and not named.isdisjoint((line.deal or line.ticket, line.ticket))
        for line in result.lines
    )


def closes_in_full(
    deal: int | None, watched: TrackedOrder, read: Read, held: HeldBefore | None = None
) -> bool:
    """Whether the history has this deal, and it closed all of a position that was held before the send:
    `held`, else the only one that the intent is about."""
    if held is None:
        held = next((one for one in watched.before if one.symbol == watched.intent_symbol), None)
    return held is not None and any(
        done.ticket == deal
        and done.entry in (DealEntry.OUT, DealEntry.OUT_BY)
        and (done.symbol, done.side) == (held.symbol, held.side.opposite)
        and done.volume >= held.volume
        for done in deals_since(watched, read)
    )


def _add(found: dict[int, _Work], ticket: int, deal: Deal) -> None:
    work = found.setdefault(ticket, _Work(Decimal(0), deal.price))
    work.volume += deal.volume


def _one(mine: dict[int, _Work], theirs: Sequence[dict[int, _Work]], *, opens: bool = True) -> Look:
    if not mine:
        return Unseen()
    (ticket, work), *others = mine.items()
    if others or any(ticket in rival for rival in theirs):
        return Several(tuple(sorted(mine)))
    return CarriedOut(ticket if opens else None, work.price)
