"""Outcomes that were told, for as long as the positions may still show otherwise. Never looks or tells.

A ticket that was told as closed may turn up again, and a part fill's rest may come after it was told as not
filled. What a whole reverse closed is not kept: what it opened stands by itself.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

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
    is_bulk,
    tickets_of,
)
from xbtfx_tui.domain.order_outcomes import BulkClosed
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.orders.reconcile.bulk_close_proof import still_open
from xbtfx_tui.orders.reconcile.correction_messages import grown_words, righted_words
from xbtfx_tui.orders.reconcile.deal_evidence import Read
from xbtfx_tui.orders.reconcile.holdings_snapshot import HoldingsSnapshot
from xbtfx_tui.orders.reconcile.outcome_findings import HALF_DONE, Proven
from xbtfx_tui.orders.reconcile.position_matching import Unseen, look

KEPT_SECONDS = 120.0


class _Told(NamedTuple):
    order: Order
    ticket: int
    at: Instant


class _Closed(NamedTuple):
    """`is_blind`: told as closed was all that is held, by whatever tickets."""

    order: Order
    tickets: tuple[int, ...]
    at: Instant
    is_blind: bool = False


class ReturnedTickets(NamedTuple):
    """A close with the tickets that are held again; `is_blind`: which it was for was not known."""

    order: Order
    tickets: tuple[int, ...]
    is_blind: bool


class Correction(NamedTuple):
    """What is to be said of an order whose outcome was told; `difference` is how it differs by now from what
    was asked for, a clause."""

    order: Order
    text: str
    difference: str | None


class ToldOutcomes:
    """What was told as closed, openings that were filled in part, and stops that were told as standing
    elsewhere than asked for, with when they were told."""

    def __init__(self) -> None:
        self._closes: list[_Closed] = []
        self._parts: list[tuple[_Told, Decimal]] = []
        self._stops: list[_Told] = []

    def __bool__(self) -> bool:
        return bool(self._closes or self._parts or self._stops)

    def note(self, order: Order, sure: Proven, sight: HoldingsSnapshot, now: Instant) -> None:
        """Its outcome is told; kept where it can still turn out otherwise."""
        closed = tuple(ticket for ticket in _closed_of(order, sure) if ticket not in sight.positions)
        # Where no list came since, nothing was told of what else there is.
        is_listed = sight.asked is not None and order.watched.is_after_send(sight.asked)
        is_blind = is_bulk(order.record.intent) and not order.watched.before and is_listed
        if closed or is_blind:
            self._closes.append(_Closed(order, closed, now, is_blind))
        match order.record.intent:
            case OpenIntent(volume=asked) if sure.found.ticket and sure.volume is not None:
                if sure.volume < asked:
                    self._parts.append((_Told(order, sure.found.ticket, now), sure.volume))
            case ModifyIntent(ticket=ticket) if sure.difference:
                self._stops.append(_Told(order, ticket, now))
            case _:
                pass

    def forget_stops(self, later: Intent) -> None:
        """What this order changes is no more what an earlier one left."""
        if isinstance(later, ModifyIntent):
            self._stops = [told for told in self._stops if told.ticket != later.ticket]

    def put_right(self, sight: HoldingsSnapshot, now: Instant) -> list[Correction]:
        """What was told and is otherwise by now; each is told once."""
        # On a netting account a position grows by any order of its symbol.
        grown = [] if sight.is_netting else self._grown(sight.positions, now)
        return [*grown, *self._righted(sight, now)]

    def _righted(self, sight: HoldingsSnapshot, now: Instant) -> list[Correction]:
        """Stops that stand as asked for in a list that was asked for since."""
        found: list[Correction] = []
        kept: list[_Told] = []
        for told in self._stops:
            is_later = sight.asked is not None and sight.asked.monotonic > told.at.monotonic
            if is_later and told.ticket in sight.listed and look(told.order.watched, (), sight) != Unseen():
                found.append(Correction(told.order, righted_words(told.order.record.intent), None))
            elif _is_kept(told.at, now):
                kept.append(told)
        self._stops = kept
        return found

    def returned(self, sight: HoldingsSnapshot, read: Read | None, now: Instant) -> list[ReturnedTickets]:
        """Closes with their tickets that are held again. They, and those told long ago, are kept no more."""
        back: list[ReturnedTickets] = []
        kept: list[_Closed] = []
        for told in self._closes:
            if again := tuple(ticket for ticket in told.tickets if ticket in sight.positions):
                back.append(ReturnedTickets(told.order, again, is_blind=False))
            elif told.is_blind and (again := still_open(told.order.watched, sight, read)):
                back.append(ReturnedTickets(told.order, again, is_blind=True))
            elif _is_kept(told.at, now):
                kept.append(told)
        self._closes = kept
        return back

    def _grown(self, held: Mapping[int, Position], now: Instant) -> list[Correction]:
        """Part fills whose position holds more than was told; each is told once for each new volume."""
        found: list[Correction] = []
        kept: list[tuple[_Told, Decimal]] = []
        for told, volume in self._parts:
            position, intent = held.get(told.ticket), told.order.record.intent
            if position is not None and isinstance(intent, OpenIntent) and position.volume > volume:
                volume = position.volume
                text = grown_words(told.ticket, volume, intent.volume)
                clause = None if volume >= intent.volume else told.order.record.difference
                found.append(Correction(told.order, text, clause))
            if _is_kept(told.at, now):
                kept.append((told, volume))
        self._parts = kept
        return found


def _closed_of(order: Order, sure: Proven) -> tuple[int, ...]:
    """The positions that the order was to close, in full or as far as they go."""
    match order.record.intent:
        case ReverseIntent(ticket=ticket) if sure.difference == HALF_DONE:
            return (ticket,)
        case CloseSymbolIntent() | CloseAllIntent():
            result = order.record.result
            lines = result.lines if isinstance(result, BulkClosed) and not order.watched.before else ()
            told = (line.ticket for line in lines if line.is_closed)
            return (*(held.ticket for held in order.watched.before), *told)
        case CloseIntent() | CloseUnreadIntent() | CloseByIntent() as close:
            return tickets_of(close)
        case _:
            return ()


def _is_kept(at: Instant, now: Instant) -> bool:
    return now.monotonic - at.monotonic <= KEPT_SECONDS
