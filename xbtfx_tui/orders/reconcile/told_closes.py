"""Closes that were told as done, while their ticket may still turn up again. Never looks or tells."""

from collections.abc import Container

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.orders.order import Order

KEPT_SECONDS = 120.0


class ToldCloses:
    """Full closes of positions, with when they were told."""

    def __init__(self) -> None:
        self._told: list[tuple[Order, int, Instant]] = []

    def __bool__(self) -> bool:
        return bool(self._told)

    def note(self, order: Order, now: Instant) -> None:
        """Its outcome is told; kept where it is a full close."""
        match order.record.intent:
            case CloseIntent(ticket=ticket) as close if close.is_full:
                self._told.append((order, ticket, now))
            case _:
                pass

    def returned(self, held: Container[int], now: Instant) -> list[tuple[Order, int]]:
        """Those whose ticket is held again; they, and those told long ago, are kept no longer."""
        back = [(order, ticket) for order, ticket, _ in self._told if ticket in held]
        self._told = [
            (order, ticket, at)
            for order, ticket, at in self._told
            if ticket not in held and at.age_at(now) <= KEPT_SECONDS
        ]
        return back
