"""Whether deals of the history close a position in full, without trusting a clock. Does no I/O.

A deal counts where the position's opening stands beside it, so that the volumes come to nothing; where the
opening lies further back than was read, only deals that an earlier read of the history did not have: a deal
of an earlier part close must not close the rest (xbtfx-api.md section 2: `position`, `entry` of a deal). On a
netting account a position is added to and turned, so that its opening is never known to be all: there, too,
only new deals count. A row that comes twice counts once.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from xbtfx_tui.domain.positions import Deal, DealEntry, Position

_OPENING = frozenset({DealEntry.IN})
_CLOSING = frozenset({DealEntry.OUT, DealEntry.OUT_BY})


class _Known(NamedTuple):
    """The tickets of a position's closing deals that were known, and the lots that it held then."""

    deals: frozenset[int]
    volume: Decimal


class ClosingDeals:
    """Remembers, for each position held, what was known of it while nothing spoke against it."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def closed_by(
        self, deals: Iterable[Deal], positions: Iterable[Position], *, is_netting: bool
    ) -> list[int]:
        """The tickets of those positions that these deals, one read of the history, took all of."""
        asked = {position.ticket: position for position in positions}
        own: dict[int, dict[int, Deal]] = {ticket: {} for ticket in asked}
        for deal in deals:
            if deal.position in own and deal.symbol == asked[deal.position].symbol:
                own[deal.position][deal.ticket] = deal
        return [
            ticket
            for ticket, of_it in own.items()
            if of_it and self._close(asked[ticket], [*of_it.values()], is_netting=is_netting)
        ]

    def _close(self, position: Position, deals: Sequence[Deal], *, is_netting: bool) -> bool:
        if any(deal.entry not in _OPENING | _CLOSING for deal in deals):
            return False  # turned, or not told what it did
        closing = [deal for deal in deals if deal.entry in _CLOSING]
        opened = _volume(deal for deal in deals if deal.entry in _OPENING)
        if opened and not is_netting:
            return _volume(closing) >= opened
        known = self._known.get(position.ticket)
        if known is None:
            return False
        new = _volume(deal for deal in closing if deal.ticket not in known.deals)
        return new >= known.volume > 0

    def note(self, deals: Iterable[Deal], held: Iterable[Position]) -> None:
        """Remember the closing deals and the volumes of these positions, none of which is in doubt now."""
        volumes = {position.ticket: position.volume for position in held}
        found: dict[int, set[int]] = {ticket: set() for ticket in volumes}
        for deal in deals:
            if deal.position in found and deal.entry in _CLOSING:
                found[deal.position].add(deal.ticket)
        kept = {ticket: known for ticket, known in self._known.items() if ticket not in found}
        for ticket in list(kept)[: max(0, len(kept) - len(found) - 1_000)]:
            del kept[ticket]
        for ticket, tickets in found.items():
            before = self._known.get(ticket)
            known = frozenset(tickets) if before is None else frozenset(tickets) | before.deals
            kept[ticket] = _Known(known, volumes[ticket])
        self._known = kept


def _volume(deals: Iterable[Deal]) -> Decimal:
    return sum((deal.volume for deal in deals), Decimal(0))
