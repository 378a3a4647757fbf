"""How a step of an order is told: its record at once, then the journal, the screen and the words.

What is told is true whether or not the journal takes it; but when it does not, nothing new is opened.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.lasting_states import OrderStands
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState, Result, StoryLine
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.shell_wording import AFTER_KILL
from xbtfx_tui.domain.store_events import (
    IntentMoved,
    Message,
    Severity,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
    TradingStands,
    TrueWhile,
)
from xbtfx_tui.orders.journal.order_journal import Journal, JournalError, seen_of
from xbtfx_tui.orders.order_state import Order
from xbtfx_tui.store.store import Store

_ALL_IS_WELL = (Severity.INFO, Severity.GOOD)


class OrderRecorder:
    """Tells journal, store and trader what becomes of orders."""

    def __init__(self, journal: Journal, store: Store, clock: Clock) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._trouble_told: str | None = None

    def say(self, severity: Severity, text: str, true_while: TrueWhile | None = None) -> None:
        """A sentence for the trader, and the state that it tells, where it tells one."""
        self._store.apply(Message(self._clock.now().wall, severity, text, true_while))

    def say_of_trading(self, severity: Severity, text: str) -> None:
        """A sentence that is so as long as trading stands as it does now."""
        self.say(severity, text, TradingStands(self._store.trading))

    def lock(self, reason: str) -> None:
        """Refuse all orders from now on; `reason` is a clause ("you locked it")."""
        if not isinstance(self._store.trading, TradingReadOnly):
            self._store.apply(TradingChanged(TradingLocked(reason)))
            self.say_of_trading(Severity.WARNING, f"Trading is locked: {reason}.")

    def part_stopped(self) -> None:
        """A part of the desk ended by a fault: nothing goes on as if it ran."""
        self.lock("a part of the order desk stopped; start the terminal again")

    def journal_failed(self, error: JournalError) -> None:
        """The journal took no word: what opens waits for one that does, what closes goes without."""
        if isinstance(self._store.trading, TradingOpen):
            reason = f"the order journal failed ({str(error).rstrip('.')})"
            self._store.apply(TradingChanged(TradingCloseOnly(reason)))
        if str(error) != self._trouble_told:
            self._trouble_told = str(error)
            words = f"{error} Nothing new is opened; closing goes on without it."
            self.say_of_trading(Severity.ERROR, words)

    def show(self, order: Order) -> None:
        """Bring the order's record on screen."""
        self._store.apply(IntentMoved(order.record))

    def move(
        self,
        order: Order,
        state: IntentState,
        text: str,
        severity: Severity,
        *,
        result: Result | None = None,
        ticket: int | None = None,
        begun: bool | None = None,
        difference: str | None = None,
        decider: Decider = Decider.TERMINAL,
        is_said: bool = True,
    ) -> Coroutine[Any, Any, None]:
        """Take an order a step further: its record at once; journal, screen and words by the coroutine.

        `is_said` False: journal and screen have it, and no sentence is told.
        """
        if (
            self._store.opened_after_kill is not None
            and severity is Severity.GOOD
            and opens(order.record.intent)
        ):
            # Good news no more: the trader has asked for everything to be closed since.
            text, severity = f"{text}{AFTER_KILL.on_screen}", Severity.ERROR
        line = order.step(self._clock.now(), state, text, result, ticket, difference, decider)
        attempt = order.tries.number or None
        seen = None
        if state is IntentState.FOUND_NOT_FILLED:
            seen = seen_of(order.watched)

        def write() -> Coroutine[Any, Any, None]:
            return self._journal.move(order.id, line, result, ticket, attempt, begun, seen)

        if severity not in _ALL_IS_WELL:
            order.note_trouble()
        is_muted = order.quiet or not is_said
        told = write if order.journaled else None
        return self._tell(order, order.record, line, severity, told, is_muted=is_muted)

    def trader_found(
        self, order: Order, ticket: int | None, difference: str | None
    ) -> Coroutine[Any, Any, None]:
        """The trader's word that an order became this position, and how that differs from what was asked;
        None: that it was done."""
        but = "" if difference is None else f": {difference}"
        became = "was done" if ticket is None else f"became position {ticket}"
        text = f"You decided that {intent_words(order.record.intent)} {became}{but}."
        return self.move(
            order,
            IntentState.FOUND_FILLED,
            text,
            Severity.WARNING,
            ticket=ticket,
            difference=difference,
            decider=Decider.TRADER,
        )

    async def _tell(
        self,
        order: Order,
        record: IntentRecord,
        line: StoryLine,
        severity: Severity,
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
            self.say(severity, _sentence(record, line), _state_of(record))

    def tell_again(self, order: Order) -> None:
        """Say the last step of its story, which was journaled and not said."""
        record = order.record
        self.say(Severity.INFO, _sentence(record, record.story[-1]), _state_of(record))


def _state_of(record: IntentRecord) -> OrderStands:
    return OrderStands(record.intent.intent_id, record.state)


def _sentence(record: IntentRecord, line: StoryLine) -> str:
    return line.text if line.state.is_done else f"{intent_words(record.intent)} - {line.text}"
