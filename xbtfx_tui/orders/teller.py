"""How a step of an order is told: its record at once, then the journal, the screen and the words.

What is told is true whether or not the journal takes it; but when it does not, nothing new is opened.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.events import (
    IntentMoved,
    Loudness,
    Said,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.outcomes import IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.domain.words import intent_words
from xbtfx_tui.orders.journal.journal import Journal, JournalError, seen_of
from xbtfx_tui.orders.order import Order
from xbtfx_tui.store.store import Store

_SPEAKS_FOR_ITSELF = (IntentState.FILLED, IntentState.FOUND_FILLED)
_ALL_IS_WELL = (Loudness.INFO, Loudness.GOOD)


class Teller:
    """Tells journal, store and trader what becomes of orders."""

    def __init__(self, journal: Journal, store: Store, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._trouble_told: str | None = None

    def say(self, loudness: Loudness, text: str) -> None:
        """A sentence for the trader."""
        self._store.apply(Said(self._clock.now().wall, loudness, text))

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingLocked(reason)))
            self.say(Loudness.WARNING, f"Trading is locked: {reason}.")

    def journal_failed(self, error: JournalError) -> None:
        """The journal took no word: what opens waits for one that does, what closes goes without."""
        if isinstance(self._store.trading, TradingOpen):
            reason = f"the order journal failed ({str(error).rstrip('.')})"
            self._store.apply(TradingChanged(TradingCloseOnly(reason)))
        if str(error) != self._trouble_told:
            self._trouble_told = str(error)
            self.say(Loudness.ERROR, f"{error} Nothing new is opened; closing goes on without it.")

    def show(self, order: Order) -> None:
        """Bring the order's record on screen."""
        self._store.apply(IntentMoved(order.record))

    def move(
        self,
        order: Order,
        state: IntentState,
        text: str,
        loudness: Loudness,
        *,
        result: Result | None = None,
        ticket: int | None = None,
        begun: bool | None = None,
        difference: str | None = None,
        is_said: bool = True,
    ) -> Coroutine[Any, Any, None]:
        """Take an order a step further: its record at once; journal, screen and words by the coroutine.

        `is_said` False: journal and screen have it, and no sentence is told.
        """
        if (
            self._store.opened_after_kill is not None
            and loudness is Loudness.GOOD
            and opens(order.record.intent)
        ):
            # Good news no more: the trader has asked for everything to be closed since.
            text, loudness = f"{text} AFTER THE KILL SWITCH: X closes it.", Loudness.ERROR
        line = order.step(self._clock.now(), state, text, result, ticket, difference)
        attempt = order.tries.number or None
        seen = None
        if state is IntentState.FOUND_NOT_FILLED:
            seen = seen_of(order.watched)

        def write() -> Coroutine[Any, Any, None]:
            return self._journal.move(order.id, line, result, ticket, attempt, begun, seen)

        # Whoever heard of trouble hears what became of it as well.
        order.quiet = order.quiet and loudness in _ALL_IS_WELL
        is_muted = order.quiet or not is_said
        told = write if order.journaled else None
        return self._tell(order, order.record, line, loudness, told, is_muted=is_muted)

    async def _tell(
        self,
        order: Order,
        record: IntentRecord,
        line: StoryLine,
        loudness: Loudness,
        write: Callable[[], Coroutine[Any, Any, None]] | None,
        *,
        is_muted: bool,
    ) -> None:
        try:
            if write is not None:
                await write()
                self._trouble_told = None
        except JournalError as error:
            self.journal_failed(error)  # the step is true all the same
        try:
            self._store.apply(IntentMoved(record))
        finally:
            order.note_told(record.state)
        if not is_muted:
            self.say(loudness, _sentence(record, line))

    def tell_again(self, order: Order) -> None:
        """Say the last step of its story, which was journaled and not said."""
        self.say(Loudness.INFO, _sentence(order.record, order.record.story[-1]))


def _sentence(record: IntentRecord, line: StoryLine) -> str:
    return line.text if line.state in _SPEAKS_FOR_ITSELF else f"{intent_words(record.intent)} - {line.text}"
