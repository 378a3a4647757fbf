"""What other orders of ours than a trail's own do to positions. Sends nothing, moves no stop.

Where the sl of such a position stands is not known until a snapshot that was asked for so much later that
REST must have it.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import islice

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Keep, ModifyIntent, MoveTo, tickets_of
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.store.store import Store
from xbtfx_tui.store.ticket_track import SETTLING_SECONDS


class OtherHands:
    """What other orders do to positions. Times are readings of the monotonic clock in seconds.

    `is_own` says whether an intent is the move of this ticket's own trail, `is_changing` whether an order may
    change this position still. `read_again` asks for a snapshot.
    """

    def __init__(
        self,
        store: Store,
        is_own: Callable[[int, str], bool],
        is_changing: Callable[[int], bool],
        read_again: Callable[[], None],
    ) -> None:
        self._store = store
        self._is_own = is_own
        self._is_changing = is_changing
        self._read_again = read_again
        self._seen = 0
        self._open: dict[str, None] = {}
        self._touched: dict[int, float] = {}
        self._stops: dict[int, tuple[Decimal | None, float]] = {}
        self._settled_read = float("-inf")

    def look(self, now: Instant) -> None:
        """Note what is on its way, and forget what a snapshot has shown by now."""
        asked = self._store.positions_asked
        for ticket, at in list(self._touched.items()):
            if asked is not None and asked.monotonic > at + SETTLING_SECONDS:
                del self._touched[ticket]
        intents = self._store.intents
        if len(intents) > self._seen:
            self._open |= dict.fromkeys(islice(intents, self._seen, None))
            self._seen = len(intents)
        for intent_id in list(self._open):
            record = intents[intent_id]
            if not record.state.is_open:
                del self._open[intent_id]
                self._note_stop(record, now)
            for ticket in tickets_of(record.intent):
                is_past = intent_id in self._open and not self._is_changing(ticket)
                if not is_past and not self._is_own(ticket, intent_id):
                    self._touched[ticket] = now.monotonic

    def _note_stop(self, record: IntentRecord, now: Instant) -> None:
        """Where an order that was done has put a position's sl."""
        match record.intent, record.state:
            case ModifyIntent(sl=Keep()), _:
                pass
            case (
                ModifyIntent(ticket=ticket, sl=sl),
                IntentState.FILLED | IntentState.FOUND_FILLED,
            ) if not self._is_own(ticket, record.intent.intent_id):
                self._stops[ticket] = (sl.price if isinstance(sl, MoveTo) else None, now.monotonic)
            case _:
                pass

    def take_stop(self, ticket: int) -> tuple[Decimal | None, float] | None:
        """Where the trader's last order put this position's sl (None: took it away), and when that was known;
        told once."""
        return self._stops.pop(ticket, None)

    def touched(self, ticket: int, now: Instant) -> None:
        """Where this position's sl stands is not known."""
        self._touched[ticket] = now.monotonic

    def since(self, ticket: int) -> float | None:
        """When it was last touched; None where its sl is known."""
        return self._touched.get(ticket)

    def read_once_settled(self, since: float, now: Instant) -> None:
        """Ask for the positions as soon as REST must have what was done by then."""
        if self._settled_read <= since + SETTLING_SECONDS < now.monotonic:
            self._settled_read = now.monotonic
            self._read_again()
