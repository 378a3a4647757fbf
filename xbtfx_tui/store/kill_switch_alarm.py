"""What is there, or opens, though the kill switch was pressed: an order on its way, a pending order, another
hand; or what was open all the time and no list had at the press.

It is told by comparing what is held with what was known at the press; it knows no order and closes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import msgspec

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side


class Risen(msgspec.Struct, frozen=True):
    """A position that is an alarm. `is_new`: it, or what it grew by, was opened after the press; else it may
    have been open all the time."""

    position: Position
    is_new: bool


class AfterKill:
    """Made at the press, with what was `held` then; `is_read` False: no list of the positions had come, so
    that what the first one shows is no news.

    New is only what the stream tells as opened beside a list that has something and lacks it: an empty list
    knows of nothing, any list may be a minute behind, and the stream tells old openings again. On a netting
    account (`nets`) a symbol's position may get another ticket: larger than before, or of the other side, is
    new there.
    """

    def __init__(self, held: Mapping[int, Position], *, is_read: bool, nets: bool) -> None:
        self.count = 0
        """How many alarms there were."""
        self._is_read = is_read
        self._knows = is_read and bool(held)
        self._nets = nets
        self._last: dict[int, tuple[Side, Decimal]] = {}
        self._most: dict[int | str, tuple[Side, Decimal]] = {}
        self._told: set[tuple[int, Side, Decimal]] = set()
        self._take(held.values())

    def listed(
        self, listed: Mapping[int, Position], held: Mapping[int, Position], told_closed: Collection[int] = ()
    ) -> tuple[Risen, ...]:
        """A list of the positions came; what is an alarm of what is held by it, each once. Of what is
        `told_closed`, by its deal, only once that turns out to be wrong: the list may be a minute old."""
        if not self._is_read:
            self._is_read = True
            self._take(one for ticket, one in listed.items() if ticket not in self._last)
        risen = self._alarms(
            (one for ticket, one in held.items() if ticket not in told_closed), by_stream=False
        )
        self._forget_what_ended(held)
        self._knows |= bool(listed)
        return risen

    def updated(self, held: Mapping[int, Position]) -> tuple[Risen, ...]:
        """The stream told another volume."""
        return self._alarms(held.values(), by_stream=True) if self._is_read else ()

    def opened(self, position: Position) -> tuple[Risen, ...]:
        """The stream told an opening."""
        return self._alarms((position,), by_stream=True)

    def _alarms(self, held: Iterable[Position], *, by_stream: bool) -> tuple[Risen, ...]:
        positions = tuple(held)
        risen = tuple(
            Risen(one, by_stream and self._knows and self._is_more(one))
            for one in positions
            if self._has_risen(one) and (one.ticket, one.side, one.volume) not in self._told
        )
        self._told |= {(one.position.ticket, one.position.side, one.position.volume) for one in risen}
        self.count += len(risen)
        self._take(positions)
        return risen

    def _has_risen(self, position: Position) -> bool:
        last = self._last.get(position.ticket)
        if last is None or position.side is not last[0]:
            return True
        # What a hedging account holds grows by its own order alone: less, and as much again, is an old list.
        return position.volume > last[1] if self._nets else self._is_more(position)

    def _is_more(self, position: Position) -> bool:
        """Whether it is more than was ever known of it since the press, or of the other side."""
        most = self._most.get(self._key(position))
        return most is None or position.side is not most[0] or position.volume > most[1]

    def _take(self, held: Iterable[Position]) -> None:
        for one in held:
            self._last[one.ticket] = one.side, one.volume
            if self._is_more(one):
                self._most[self._key(one)] = one.side, one.volume

    def _forget_what_ended(self, held: Mapping[int, Position]) -> None:
        """What a netting account holds of a symbol after it held nothing of it is no rest of what it held."""
        if self._nets:
            symbols = {one.symbol for one in held.values()}
            self._most = {key: most for key, most in self._most.items() if key in symbols}

    def _key(self, position: Position) -> int | str:
        return position.symbol if self._nets else position.ticket
