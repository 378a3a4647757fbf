"""Whether deals of the history close a position in full, without trusting a clock. Does no I/O.

What its deals opened counts as well as what they closed (xbtfx-api.md section 2: `position`, `entry` of a
deal): a netting account's position is added to, and the volume on screen may be from before that. Where its
first opening stands among them, they come to what is left of it. Where that lies further back than was read,
they are held against the lots of a moment at which nothing spoke against it, and only those count that were
not known then: one of an earlier part close must not close the rest. A position that was turned is not
judged. A row that comes twice counts once.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from xbtfx_tui.domain.positions import Deal, DealEntry, Position

_OPENING = frozenset({DealEntry.IN})
_CLOSING = frozenset({DealEntry.OUT, DealEntry.OUT_BY})


class _Known(NamedTuple):
    """The lots that a position held at a moment, and the tickets of its deals that those lots have in them;
    `since` are its deals by ticket that were read later, and that its volume has not shown yet."""

    volume: Decimal
    deals: frozenset[int]
    since: Mapping[int, Deal]

    def later(self, deals: Mapping[int, Deal]) -> dict[int, Deal]:
        """All deals that came after that moment, with those of one more read."""
        return {**self.since, **{ticket: deal for ticket, deal in deals.items() if ticket not in self.deals}}


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
        return [
            ticket
            for ticket, own in _by_position(deals, asked).items()
            if own and self._close(asked[ticket], own, is_netting=is_netting)
        ]

    def left_open(self, deals: Iterable[Deal], positions: Iterable[Position]) -> frozenset[int]:
        """The tickets of those positions that these deals put more into than they took off: whatever they
        were before, something of them is held."""
        asked = {position.ticket: position for position in positions}
        own = _by_position(deals, asked)
        return frozenset(ticket for ticket, of_it in own.items() if _is_left_open(of_it.values()))

    def _close(self, position: Position, deals: Mapping[int, Deal], *, is_netting: bool) -> bool:
        if any(deal.entry not in _OPENING | _CLOSING for deal in deals.values()):
            return False  # turned, or not told what it did
        if _is_left_open(deals.values()):
            return False
        opening = [deal for deal in deals.values() if deal.entry in _OPENING]
        # Where it can be added to, any opening may be a later one: its first bears its own number.
        if any(deal.order == position.ticket or not is_netting for deal in opening):
            return True
        known = self._known.get(position.ticket)
        return (
            known is not None and known.volume > 0 and known.volume + _sum(known.later(deals).values()) <= 0
        )

    def note(self, deals: Iterable[Deal], held: Iterable[Position]) -> None:
        """Remember the deals and the volumes of these positions, none of which is in doubt now.

        A volume counts only together with deals that lead to it: a history may be behind a list, and a list
        behind a history.
        """
        asked = {position.ticket: position for position in held}
        found = _by_position(deals, asked)
        kept = {ticket: known for ticket, known in self._known.items() if ticket not in found}
        for ticket in list(kept)[: max(0, len(kept) - len(found) - 1_000)]:
            del kept[ticket]
        for ticket, own in found.items():
            volume, before = asked[ticket].volume, self._known.get(ticket)
            if before is None:
                kept[ticket] = _Known(volume, frozenset(own), {})
                continue
            later = before.later(own)
            if before.volume + _sum(later.values()) == volume:
                kept[ticket] = _Known(volume, before.deals | later.keys(), {})
            else:
                kept[ticket] = before._replace(since=later)
        self._known = kept


def _is_left_open(deals: Collection[Deal]) -> bool:
    return all(deal.entry in _OPENING | _CLOSING for deal in deals) and _sum(deals) > 0


def _by_position(deals: Iterable[Deal], asked: Mapping[int, Position]) -> dict[int, dict[int, Deal]]:
    """Of each of these positions its deals, each by its own ticket."""
    own: dict[int, dict[int, Deal]] = {ticket: {} for ticket in asked}
    for deal in deals:
        if deal.position in own and deal.symbol == asked[deal.position].symbol:
            own[deal.position][deal.ticket] = deal
    return own


def _sum(deals: Iterable[Deal]) -> Decimal:
    """Lots that the deals added to a position, less those that they took off it."""
    return sum((deal.volume if deal.entry in _OPENING else -deal.volume for deal in deals), Decimal(0))
