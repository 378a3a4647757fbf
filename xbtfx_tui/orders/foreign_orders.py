"""Who else trades on this account, as far as that can be known: said once a run, in words that accuse nobody.

Another machine's terminal can't be asked. What tells of it: weight that the key spent and this program did
not (a proof that another program uses the key), and a position that came in this run and that no order of
this terminal explains. What closes by itself (sl, tp, stop-out) and what a pending order opens says nothing.
"""

import asyncio
from collections.abc import Callable

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import OpenIntent, opens, symbol_of
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.store.store import Store

LOOK_EVERY = 5.0
BEGINNING = 90.0
"""Seconds from the first list of positions in which whatever is there may be of before: a list can be old."""

UNEXPLAINED_FOR = 40.0
"""Seconds that a position waits for the order it may be of: what has no outcome in 30 s is unknown."""

_DID_NOTHING = frozenset({IntentState.REJECTED, IntentState.NOT_SENT, IntentState.ABANDONED})
_MOST_REMEMBERED = 10_000


class ForeignOrders:
    """Looks now and then; `say` tells the trader."""

    def __init__(self, store: Store, clock: Clock, say: Callable[[Severity, str], None]) -> None:
        self._store = store
        self._clock = clock
        self._say = say
        self._began: float | None = None
        self._known: set[int] = set()
        self._pending: set[int] = set()
        self._first_seen: dict[int, float] = {}
        self._told_of_weight = False
        self._told_of_position = False

    async def watch(self) -> None:
        """Look every few seconds until all is said that there is to say."""
        while not (self._told_of_weight and self._told_of_position):
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Say what can be known by now, each once a run."""
        if not self._told_of_weight:
            self._look_at_weight()
        if not self._told_of_position:
            self._look_at_positions()

    def _look_at_weight(self) -> None:
        budget = self._store.budget
        if budget is not None and budget.of_others > 0:
            self._told_of_weight = True
            self._say(
                Severity.WARNING,
                f"Another program uses this API key: {budget.of_others} of the weight of the last minute is "
                "not this terminal's. What it orders is seen here only once its positions are.",
            )

    def _look_at_positions(self) -> None:
        store, now = self._store, self._clock.now().monotonic
        if store.positions_asked is None:
            return
        if self._began is None:
            self._began = now
        self._pending.update(store.orders)
        if now - self._began < BEGINNING:
            self._known.update(store.positions)
            return
        if len(self._known) + len(self._pending) + len(self._first_seen) > _MOST_REMEMBERED:
            self._told_of_position = True  # nothing can be told from so many
            return
        for ticket, position in store.positions.items():
            if ticket in self._known or ticket in self._pending:
                continue
            if now - self._first_seen.setdefault(ticket, now) < UNEXPLAINED_FOR:
                continue
            if self._may_be_ours(position):
                continue
            self._told_of_position = True
            self._say(Severity.WARNING, _words(position))
            return

    def _may_be_ours(self, position: Position) -> bool:
        return any(
            _may_have_opened(record, position, nets=is_netting(self._store))
            for record in self._store.intents.values()
        )


def _may_have_opened(record: IntentRecord, position: Position, *, nets: bool) -> bool:
    """Whether the order, of this run or taken up by it, opened the position or may have. On a netting account
    whatever trades may change the position's ticket."""
    intent = record.intent
    if symbol_of(intent) not in (position.symbol, None) or record.state in _DID_NOTHING:
        return False
    if nets:
        return True
    if not opens(intent):
        return False
    if record.ticket is None:
        return True  # what it came to is not known by ticket
    return record.ticket == position.ticket or not isinstance(intent, OpenIntent)


def _words(position: Position) -> str:
    what = f"{position.side.value} {lots_words(position.volume)} {plain(position.symbol, 40)}"
    return (
        f"Position {position.ticket} ({what}) was not opened by an order of this terminal: by you on another "
        "device, by another program, or by the broker. Said once a run."
    )
