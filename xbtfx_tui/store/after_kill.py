"""What opens though the kill switch was pressed: an order that was on its way, a pending order, another hand.

It is told by comparing what is held with what was held at the press; it knows no order and closes nothing.
"""

from collections.abc import Mapping
from decimal import Decimal

from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side


class AfterKill:
    """Made at the press, with what was held then; `is_known` False: the positions had not been read, so that
    what the first list shows was there before, but for what the stream tells as opened."""

    def __init__(self, held: Mapping[int, Position], *, is_known: bool) -> None:
        self.count = 0
        """How many alarms there were."""
        self._before: dict[int, tuple[Side, Decimal]] = {}
        self._is_known = is_known
        self._take(held)

    def first_list(self, listed: Mapping[int, Position]) -> None:
        """A list of the positions came: the first one tells what was held where nothing was known."""
        if not self._is_known:
            self._is_known = True
            self._take({ticket: one for ticket, one in listed.items() if ticket not in self._before})

    def opened(self, held: Mapping[int, Position]) -> tuple[Position, ...]:
        """What is held that was not there before, or is larger or of the other side by now; each once."""
        if not self._is_known:
            return ()
        risen = tuple(one for one in held.values() if self._has_risen(one))
        self.count += len(risen)
        self._take(held)
        return risen

    def told_opened(self, position: Position) -> tuple[Position, ...]:
        """The stream told an opening: new, whatever was known."""
        is_new = position.ticket not in self._before
        self.count += is_new
        self._take({position.ticket: position})
        return (position,) if is_new else ()

    def _has_risen(self, position: Position) -> bool:
        before = self._before.get(position.ticket)
        return before is None or position.side is not before[0] or position.volume > before[1]

    def _take(self, held: Mapping[int, Position]) -> None:
        self._before |= {one.ticket: (one.side, one.volume) for one in held.values()}
