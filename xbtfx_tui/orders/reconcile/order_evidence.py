"""Who bears witness that an order was carried out, besides what is held: answer, stream, list, history. Pure.

Order safety, "What proves what": an outcome stands when two independent witnesses agree. That a position is
gone is proven by the store already (store.snapshot_merge); here it is what came, grew, shrank or moved.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import Enum, auto

import msgspec

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    tickets_of,
)
from xbtfx_tui.domain.net_positions import held_volume
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Result,
    Reversed,
    deals_named,
)
from xbtfx_tui.domain.price_equality import same_price, same_volume
from xbtfx_tui.domain.proof_sources import Witness
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountEvent,
    DealDone,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.orders.reconcile.deal_evidence import (
    Read,
    balances,
    closed_by_deals,
    deals_since,
    look_in_deals,
    surely_since,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot, TrackedOrder
from xbtfx_tui.orders.reconcile.position_matching import CarriedOut, look, opening_of, wanted_stop
from xbtfx_tui.orders.reconcile.volume_effects import may_be_taken_for


def says_done(result: Result | None) -> bool:
    """Whether the answer says that it was carried out, in full or in part; it is checked all the same."""
    return isinstance(result, Filled | FilledInPart | Reversed | HalfReversed | BulkClosed | Done)


def is_accepted(result: Result | None) -> bool:
    """Whether the answer says that the order was taken at least."""
    return isinstance(result, Placed) or says_done(result)


def is_shown_by_what_is_gone(watched: TrackedOrder, sight: HoldingsSnapshot) -> bool:
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
    watched: TrackedOrder,
    result: Result | None,
    found: CarriedOut,
    volume: Decimal | None,
    sight: HoldingsSnapshot,
    read: Read | None,
    rivals: Sequence[TrackedOrder] = (),
) -> frozenset[Witness]:
    """Those that agree with `found`; `volume` is what was found done, in lots, None where it has none;
    `rivals` are all others on their way."""
    return frozenset(_witnesses(watched, result, found, volume, sight, read, rivals))


def _witnesses(
    watched: TrackedOrder,
    result: Result | None,
    found: CarriedOut,
    volume: Decimal | None,
    sight: HoldingsSnapshot,
    read: Read | None,
    rivals: Sequence[TrackedOrder],
) -> Iterator[Witness]:
    named, borne_out = deals_named(result), named_deal(watched, result, sight, read)
    is_denied = isinstance(watched.intent, CloseIntent) and borne_out is NamedDeal.LACKING
    if not is_denied and _answer_agrees(watched, result, found, volume, sight):
        yield Witness.ANSWER
    told = [
        event
        for event in events_since(watched.begun, sight)
        if _tells_of(event, watched, found, volume, sight)
        # Where the answer names its deal, another one is another's.
        and not (named and isinstance(event, DealDone) and event.deal.ticket not in named)
    ]
    if read is not None and not sight.is_netting:
        own = {found.ticket, *tickets_of(watched.intent), None}
        others = {deal.ticket for deal in read.deals if deal.position not in own}
        told = [event for event in told if not isinstance(event, DealDone) or event.deal.ticket not in others]
    is_listed = _is_listed(watched, found, volume, sight, rivals)
    # Where the answer names its deal, a history that lacks it has only others'.
    if (
        read is not None
        and watched.is_after_send(read.asked)
        and not (named and named.isdisjoint(deal.ticket for deal in read.deals))
    ):
        # A deal that the answer names is this one's, whatever others of its kind there are.
        beside = () if named else (*watched.done, *rivals)
        sure = surely_since(watched, result, read, sight)
        deals = look_in_deals(sure, (), read, sight)
        by_deals = isinstance(deals, CarriedOut) and deals.ticket in (None, found.ticket)
        # On a netting account list and history each tell of all that was done: they agree in the sum.
        if balances(sure, read, sight):
            by_deals |= is_listed and isinstance(watched.intent, ReverseIntent)
            is_listed |= by_deals and not any(may_be_taken_for(one, watched) for one in watched.done)
        if by_deals or (volume is not None and _short_deals(sure, found, volume, read, sight, beside)):
            yield Witness.DEAL
            # A deal that the stream tells and this history lacks is another one: they do not agree.
            known = {deal.ticket for deal in read.deals}
            told = [event for event in told if not isinstance(event, DealDone) or event.deal.ticket in known]
    if told:
        yield Witness.EVENT
    if is_listed:
        yield Witness.LIST


def _answer_agrees(
    watched: TrackedOrder,
    result: Result | None,
    found: CarriedOut,
    volume: Decimal | None,
    sight: HoldingsSnapshot,
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


def events_since(begun: Instant, sight: HoldingsSnapshot) -> Iterator[AccountEvent]:
    """The account channel's events since then, newest first."""
    for at, event in reversed(sight.events):
        if begun.age_at(at) < 0:
            return
        yield event


class NamedDeal(Enum):
    """What else tells of the deals that an answer names."""

    NONE = auto()
    """It names none."""
    NOT_READ = auto()
    """The stream has not told one, and no history was read since the send."""
    LACKING = auto()
    """Neither the stream nor a history that was read since the send has one."""
    TOLD = auto()


def named_deal(
    watched: TrackedOrder, result: Result | None, sight: HoldingsSnapshot, read: Read | None
) -> NamedDeal:
    """Whether the deals that the answer names are borne out: on a hedging account as those of the ticket."""
    if not (named := deals_named(result)):
        return NamedDeal.NONE
    tickets = () if sight.is_netting else tickets_of(watched.intent)
    counts = read is not None and watched.is_after_send(read.asked)
    rows = read.deals if read is not None and counts else ()
    if any(row.ticket in named and (not tickets or row.position in (None, *tickets)) for row in rows):
        return NamedDeal.TOLD
    if any(
        isinstance(one, DealDone) and one.deal.ticket in named for one in events_since(watched.begun, sight)
    ):
        return NamedDeal.TOLD
    return NamedDeal.LACKING if counts else NamedDeal.NOT_READ


class StreamTold(msgspec.Struct, frozen=True):
    """The stream told of this position as opened since the send, of `volume` lots; `is_closed` whether of its
    end as well, `at` when it last told of it. By itself it settles nothing: old events are told again."""

    ticket: int
    volume: Decimal
    price: Decimal
    is_closed: bool
    at: Instant


def opened_since(watched: TrackedOrder, sight: HoldingsSnapshot, read: Read | None) -> StreamTold | None:
    """The last position of its symbol and side that the stream told as opened since the send and that is
    nobody else's, be it gone again; None where there is none, and on a netting account.

    One with a deal of before the send was there before: the stream told of it once more.
    """
    opening = opening_of(watched.intent)
    if opening is None or sight.is_netting:
        return None
    others = sight.claimed | {held.ticket for held in watched.before}
    if read is not None:
        since = {row.ticket for row in deals_since(watched, read)}
        older = (row for row in read.deals if row.ticket not in since | watched.theirs)
        others |= {row.position or row.order or 0 for row in older}
    ends: dict[int, Instant] = {}
    for at, event in reversed(sight.events):
        if watched.begun.age_at(at) < 0:
            return None
        match event:
            case PositionClosed(ticket=ticket):
                ends.setdefault(ticket, at)
            case PositionOpened(ticket=ticket, symbol=symbol, side=side) if (
                ticket not in others and (symbol, side) == opening[:2]
            ):
                end = ends.get(ticket)
                return StreamTold(ticket, event.volume, event.price_open, end is not None, end or at)
            case _:
                pass
    return None


def _tells_of(
    event: AccountEvent,
    watched: TrackedOrder,
    found: CarriedOut,
    volume: Decimal | None,
    sight: HoldingsSnapshot,
) -> bool:
    intent = watched.intent
    step = sight.grid(watched.intent_symbol).step
    match event:
        case PositionOpened(ticket=ticket, symbol=symbol, side=side):
            opening = opening_of(intent)
            same_ticket = sight.is_netting or ticket == found.ticket
            return opening is not None and same_ticket and (symbol, side) == opening[:2]
        case DealDone(deal=deal) if deal.ticket not in watched.not_its_own and volume is not None:
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
            return ticket in _closed_of(intent)
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


def _deal_of(watched: TrackedOrder) -> tuple[str, Side] | None:
    """Symbol and side of the deal that the order makes; None where it makes none of its own."""
    match watched.intent:
        case OpenIntent(symbol=symbol, side=side):
            return symbol, side
        case CloseIntent(symbol=symbol, side=side) | ReverseIntent(symbol=symbol, side=side):
            return symbol, side.opposite
        case _:
            return None


def _closed_of(intent: Intent) -> tuple[int, ...]:
    """The tickets that it takes volume off, on a hedging account, one by one."""
    match intent:
        case CloseIntent(ticket=ticket) | ReverseIntent(ticket=ticket):
            return (ticket,)
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket):
            return ticket, by_ticket
        case _:
            return ()


def _is_listed(
    watched: TrackedOrder,
    found: CarriedOut,
    volume: Decimal | None,
    sight: HoldingsSnapshot,
    rivals: Sequence[TrackedOrder],
) -> bool:
    """Whether a list that was asked for since shows the same by itself."""
    if sight.asked is None or not watched.is_after_send(sight.asked):
        return False
    step = sight.grid(watched.intent_symbol).step
    match watched.intent:
        case ReverseIntent() | CloseByIntent() if not sight.is_netting and volume and found.ticket is None:
            # A part of what it takes off, and nothing opened.
            taken = _taken_by_list(watched, sight)
            return all(one is not None and same_volume(one, volume, step) for one in taken)
        case OpenIntent() | ReverseIntent() if not sight.is_netting:
            position = sight.listed.get(found.ticket or 0)
            return position is not None and (volume is None or same_volume(position.volume, volume, step))
        case CloseIntent(ticket=ticket, volume=asked) if not sight.is_netting and volume != asked:
            position = sight.listed.get(ticket)
            left = watched.held(ticket) - (volume or Decimal(0))
            return position is not None and position.volume <= left
        case _ if isinstance(look(watched, rivals, sight.as_listed()), CarriedOut):
            return True
        case _ if sight.is_netting and volume is not None and (shape := _deal_of(watched)) is not None:
            symbol, side = shape
            moved = held_volume(sight.listed.values(), symbol) - watched.net(symbol)
            return same_volume(moved * side.sign, volume, step)
        case _:
            return False


def _taken_by_list(watched: TrackedOrder, sight: HoldingsSnapshot) -> list[Decimal | None]:
    """Lots that are missing in the last list of each ticket that it takes volume off; None: it lacks it."""
    tickets = _closed_of(watched.intent)
    return [
        watched.held(ticket) - sight.listed[ticket].volume if ticket in sight.listed else None
        for ticket in tickets
    ]


def _short_deals(
    watched: TrackedOrder,
    found: CarriedOut,
    volume: Decimal,
    read: Read,
    sight: HoldingsSnapshot,
    beside: Sequence[TrackedOrder],
) -> bool:
    """Whether the deals of one order since, of its position, come to just this volume."""
    if isinstance(watched.intent, CloseByIntent):
        return closed_by_deals(watched.intent, volume, watched, read, sight)
    shape = _deal_of(watched)
    tickets = {ticket for ticket in (found.ticket, *tickets_of(watched.intent)) if ticket is not None}
    lots: dict[int, Decimal] = {}
    for deal in deals_since(watched, read):
        if shape == (deal.symbol, deal.side) and tickets & {deal.position, deal.order}:
            order = deal.order or deal.ticket
            lots[order] = lots.get(order, Decimal(0)) + deal.volume
    step = sight.grid(watched.intent_symbol).step
    alike = sum(same_volume(one, volume, step) for one in lots.values())
    return alike > _alike_by_others(watched, read, sight, beside)


def _alike_by_others(
    watched: TrackedOrder, read: Read, sight: HoldingsSnapshot, beside: Sequence[TrackedOrder]
) -> int:
    """Hedging: how many of the deals that look like a part close's may be those of other orders, done or on
    their way. A deal is the work of one order alone; those that answers named are not among this one's."""
    close = watched.intent
    if not isinstance(close, CloseIntent) or sight.is_netting:
        return 0
    step = sight.grid(close.symbol).step
    alike = sum(
        isinstance(one.intent, CloseIntent)
        and one.intent.ticket == close.ticket
        and same_volume(one.intent.volume, close.volume, step)
        for one in beside
        if close.intent_id not in one.shown
    )
    named = [deal for deal in read.deals if deal.ticket in watched.theirs and deal.position == close.ticket]
    return max(0, alike - sum(same_volume(deal.volume, close.volume, step) for deal in named))
