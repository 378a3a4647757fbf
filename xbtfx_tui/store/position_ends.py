"""How a position came to its end: its figures, and what closed it, as far as that is known. Pure.

It never takes a deal for this position's that may be another's, and calls nothing another hand's work that an
order of this terminal may have done.
"""

from collections.abc import Iterable, Sequence
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
    MoveTo,
    OpenIntent,
    ReverseIntent,
)
from xbtfx_tui.domain.order_origin import OriginKind
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, OrderStatus
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import StopKind
from xbtfx_tui.domain.store_events import AccountEvent, DealDone, PositionClosed

_DID_NOTHING = frozenset({IntentState.REJECTED, IntentState.NOT_SENT, IntentState.ABANDONED})


class AtStop(msgspec.Struct, frozen=True):
    """Its deal's price is at the last stop seen, or beyond it; `by_trail`: a trailing stop had set it."""

    kind: StopKind
    price: Decimal
    by_trail: bool


class Ender(Enum):
    """What closed a position, where it was no stop of its own."""

    ELSEWHERE = auto()
    """No order of this terminal."""
    NOT_KNOWN = auto()
    """Maybe an order of this terminal: that one tells by itself what it did."""


class PositionEnd(msgspec.Struct, frozen=True):
    """`price` and `profit` (in the account's currency) are None where nothing tells them; the lots are those
    of the position where the price is known."""

    position: Position
    price: Decimal | None = None
    profit: Decimal | None = None
    by: AtStop | Ender = Ender.NOT_KNOWN


def end_of(
    position: Position,
    told: PositionClosed | None,
    deals: Iterable[Deal],
    events: Sequence[tuple[Instant, AccountEvent]],
    records: Iterable[IntentRecord],
    *,
    nets: bool,
    was_seen_long: bool,
) -> PositionEnd:
    """What is known of a position's proven end. `told` is what the stream said of it, `deals` are what a read
    of the history has, `events` the account channel's last ones. `was_seen_long` is whether this run has seen
    it for longer than a list can lag: else an order of an earlier run may have closed it."""
    of_it = tuple(record for record in records if _may_have_closed(record, position, nets=nets))
    profit = told.profit if told is not None and told.profit else None  # a bare 0 is no figure
    deal = _deal_of(position, deals) or _streamed_deal(position, profit, events)
    price = None if deal is None else deal.price
    if deal is not None and profit is None:
        profit = deal.profit
    by: AtStop | Ender = Ender.NOT_KNOWN
    if not any(_is_possible(record) for record in of_it) and was_seen_long:
        by = _stop_at(position, price, of_it) or Ender.ELSEWHERE
    return PositionEnd(position, price, profit, by)


def _deal_of(position: Position, deals: Iterable[Deal]) -> Deal | None:
    """The one deal of the history that closed all of it."""
    own = {
        deal.ticket: deal
        for deal in deals
        if deal.position == position.ticket and deal.entry in (DealEntry.OUT, DealEntry.OUT_BY)
    }
    closings = list(own.values())
    return closings[0] if len(closings) == 1 and closings[0].volume == position.volume else None


def _streamed_deal(
    position: Position, profit: Decimal | None, events: Sequence[tuple[Instant, AccountEvent]]
) -> Deal | None:
    """The one deal of the stream that can be its end: a deal there names no position, so its figures have to
    be those of the end that was told."""
    deals = {event.deal.ticket: event.deal for _, event in events if isinstance(event, DealDone)}
    shape = (position.symbol, position.side.opposite, position.volume, profit)
    alike = [one for one in deals.values() if (one.symbol, one.side, one.volume, one.profit) == shape]
    return alike[0] if profit is not None and len(alike) == 1 else None


def _stop_at(position: Position, price: Decimal | None, of_it: Iterable[IntentRecord]) -> AtStop | None:
    """The stop that stood at this price or short of it."""
    if price is None:
        return None
    is_long = position.side is Side.BUY
    if (sl := position.sl) is not None and (price <= sl if is_long else price >= sl):
        return AtStop(StopKind.SL, sl, _is_set_by_trail(sl, of_it))
    if (tp := position.tp) is not None and (price >= tp if is_long else price <= tp):
        return AtStop(StopKind.TP, tp, by_trail=False)
    return None


def _is_set_by_trail(sl: Decimal, of_it: Iterable[IntentRecord]) -> bool:
    """Whether the last done change of the sl that is known brought it there, and was a trail's."""
    is_trails = False
    for record in of_it:
        if isinstance(record.intent, ModifyIntent) and record.status is OrderStatus.DONE:
            match record.intent.sl:
                case MoveTo(price=price):
                    trails = record.origin is not None and record.origin.kind is OriginKind.TRAIL
                    is_trails = trails and price == sl
                case _:
                    pass
    return is_trails


def _may_have_closed(record: IntentRecord, position: Position, *, nets: bool) -> bool:
    """Whether the order is about this position at all."""
    return record.state not in _DID_NOTHING and _is_about(record.intent, position, nets=nets)


def _is_about(intent: Intent, position: Position, *, nets: bool) -> bool:
    match intent:
        case CloseAllIntent():
            return True
        case CloseSymbolIntent(symbol=symbol):
            return symbol == position.symbol
        case OpenIntent(symbol=symbol):
            return nets and symbol == position.symbol
        case CloseByIntent(ticket=one, by_ticket=other):
            return position.ticket in (one, other)
        case CloseIntent(ticket=ticket) | CloseUnreadIntent(ticket=ticket) | ModifyIntent(ticket=ticket):
            return ticket == position.ticket
        case ReverseIntent(ticket=ticket):
            return ticket == position.ticket


def _is_possible(record: IntentRecord) -> bool:
    """Whether the order may have ended the position: not a change of its stops, nor what is known to have
    taken off only a part."""
    match record.intent:
        case ModifyIntent():
            return False
        case CloseIntent() as close:
            is_known_part = record.state.status is OrderStatus.DONE and record.difference is None
            return close.is_full or not is_known_part
        case _:
            return True
