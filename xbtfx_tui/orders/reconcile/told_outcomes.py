"""Outcomes that were told, for as long as the positions may still show otherwise. Never looks or tells.

A close's ticket may turn up again, and a part fill's rest may come after it was told as not filled.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent, OpenIntent
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.orders.order import Order
from xbtfx_tui.orders.reconcile.finding import Proven

KEPT_SECONDS = 120.0


class _Told(NamedTuple):
    order: Order
    ticket: int
    at: Instant


class Grown(NamedTuple):
    """A part fill whose position holds more than was told: `volume` now, of what was `asked`, in lots."""

    order: Order
    ticket: int
    volume: Decimal
    asked: Decimal


class ToldOutcomes:
    """Full closes, and openings that were filled in part, with when they were told."""

    def __init__(self) -> None:
        self._closes: list[_Told] = []
        self._parts: list[tuple[_Told, Decimal]] = []

    def __bool__(self) -> bool:
        return bool(self._closes or self._parts)

    def note(self, order: Order, sure: Proven, now: Instant) -> None:
        """Its outcome is told; kept where it can still turn out otherwise."""
        match order.record.intent:
            case CloseIntent(ticket=ticket) as close if close.is_full and not sure.difference:
                self._closes.append(_Told(order, ticket, now))
            case OpenIntent(volume=asked) if sure.found.ticket and sure.volume is not None:
                if sure.volume < asked:
                    self._parts.append((_Told(order, sure.found.ticket, now), sure.volume))
            case _:
                pass

    def returned(self, held: Mapping[int, Position], now: Instant) -> list[tuple[Order, int]]:
        """Closes whose ticket is held again; they, and those told long ago, are kept no longer."""
        back = [(told.order, told.ticket) for told in self._closes if told.ticket in held]
        self._closes = [told for told in self._closes if told.ticket not in held and _is_kept(told, now)]
        return back

    def grown(self, held: Mapping[int, Position], now: Instant) -> list[Grown]:
        """Part fills whose position holds more than was told; each is told once for each new volume."""
        found: list[Grown] = []
        kept: list[tuple[_Told, Decimal]] = []
        for told, volume in self._parts:
            position, intent = held.get(told.ticket), told.order.record.intent
            if position is not None and isinstance(intent, OpenIntent) and position.volume > volume:
                found.append(Grown(told.order, told.ticket, position.volume, intent.volume))
                volume = position.volume
            if _is_kept(told, now):
                kept.append((told, volume))
        self._parts = kept
        return found


def _is_kept(told: _Told, now: Instant) -> bool:
    return told.at.age_at(now) <= KEPT_SECONDS
