"""Whether deals of the history close a position in full, without trusting a clock. Does no I/O.

A deal counts where the position's opening stands beside it, so that the volumes come to nothing; where the
opening lies further back than was read, only deals that an earlier read of the history did not have: a deal
of an earlier part close must not close the rest (xbtfx-api.md section 2: `position`, `entry` of a deal).
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from xbtfx_tui.domain.positions import Deal, DealEntry, Position

_OPENING = frozenset({DealEntry.IN})
_CLOSING = frozenset({DealEntry.OUT, DealEntry.OUT_BY})


class ClosingDeals:
    """Remembers, for each position held, the closing deals that were known while nothing spoke against it."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, frozenset[int]] = {}

    def closed_by(self, deals: Iterable[Deal], positions: Iterable[Position]) -> list[int]:
        """The tickets of those positions that these deals, one read of the history, took all of."""
        asked = {position.ticket: position for position in positions}
        own: dict[int, list[Deal]] = {ticket: [] for ticket in asked}
        for deal in deals:
            if deal.position in own and deal.symbol == asked[deal.position].symbol:
                own[deal.position].append(deal)
        return [ticket for ticket, of_it in own.items() if of_it and self._close(asked[ticket], of_it)]

    def _close(self, position: Position, deals: Sequence[Deal]) -> bool:
        closing = [deal for deal in deals if deal.entry in _CLOSING]
        opened = _volume(deal for deal in deals if deal.entry in _OPENING)
        if opened:
            return _volume(closing) >= opened
        known = self._known.get(position.ticket)
        if known is None:
            return False
        return _volume(deal for deal in closing if deal.ticket not in known) >= position.volume > 0

    def note(self, deals: Iterable[Deal], held: Collection[int]) -> None:
        """Remember the closing deals of these positions, about which there is no doubt just now."""
        found: dict[int, set[int]] = {ticket: set() for ticket in held}
        for deal in deals:
            if deal.position in found and deal.entry in _CLOSING:
                found[deal.position].add(deal.ticket)
        kept = {ticket: known for ticket, known in self._known.items() if ticket not in found}
        for ticket in list(kept)[: max(0, len(kept) - len(found) - 1_000)]:
            del kept[ticket]
        for ticket, tickets in found.items():
            kept[ticket] = frozenset(tickets) | self._known.get(ticket, frozenset())
        self._known = kept


def _volume(deals: Iterable[Deal]) -> Decimal:
    return sum((deal.volume for deal in deals), Decimal(0))
